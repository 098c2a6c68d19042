"""The customers: markets, the population as arrays, and the compiled kernels."""
