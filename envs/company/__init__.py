"""The company: budget, transitions, rewards, metrics, attribution, the touch log."""
