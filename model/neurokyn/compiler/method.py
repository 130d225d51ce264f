"""What the kernels need to know of a Rosenbrock method: data that the solver hands over."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Method(NamedTuple):
    """A Rosenbrock method in transformed form, and how its next step follows from the error of the last.

    Parameters
    ----------
    a, c : ndarray, shape (n_stages, n_stages)
        Stage and coupling coefficients.
    nodes, d : ndarray, shape (n_stages,)
        Stage times and weights of ∂f/∂t.
    dense : ndarray, shape (n_terms, n_stages)
        Coefficients of the interpolant.
    gamma : float
        Diagonal coefficient.
    order : int
        Order of the solution that is carried on.
    safety, hard_shrink, proportional, integral, smallest_error : float
        See `Control` of the solver.
    """

    a: np.ndarray
    c: np.ndarray
    nodes: np.ndarray
    d: np.ndarray
    dense: np.ndarray
    gamma: float
    order: int
    safety: float
    hard_shrink: float
    proportional: float
    integral: float
    smallest_error: float
