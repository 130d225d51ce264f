"""From modules and numbers to compiled kernels."""
