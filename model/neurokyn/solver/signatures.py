"""Signatures of the reference kernels, for Numba."""

from __future__ import annotations

from numba import types

_f, _v = types.float64, types.float64[::1]
RHS = types.void(_f, _v, _v, _v, _v)  # t, y, c, u, f
LINEARISE = types.void(_f, _v, _v, _v, _v, _v, _v)  # t, y, c, u, f, ft, jac
FACTOR = types.void(_v, _f, _v)  # jac, shift, lu
SOLVE = types.void(_v, _v)  # lu, b
OBSERVE = types.void(_f, _v, _v, _v, _v)  # t, y, c, u, out
