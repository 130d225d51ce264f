"""Stiff integration in Numba; knows no biology and no symbols."""
