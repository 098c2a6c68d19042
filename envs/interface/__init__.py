"""Actions, observations and the environments, one module per contract."""
