"""The questions asked of the agents: comparisons, statistics, reports, the command line."""
