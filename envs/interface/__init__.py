"""What agents act on and see: actions, observations, and the environments of each contract."""
