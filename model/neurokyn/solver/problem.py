"""What passes between a model and the solver: kernels, sizes, what happens when, what came out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numba import types

_f, _v = types.float64, types.float64[::1]
RHS = types.void(_f, _v, _v, _v, _v)  # t, y, c, u, f
LINEARISE = types.void(_f, _v, _v, _v, _v, _v, _v)  # t, y, c, u, f, ft, jac
FACTOR = types.void(_v, _f, _v)  # jac, shift, lu
SOLVE = types.void(_v, _v)  # lu, b
OBSERVE = types.void(_f, _v, _v, _v, _v)  # t, y, c, u, out

DONE, TOO_MANY_STEPS, STEP_TOO_SMALL, NOT_FINITE = 0, 1, 2, 3
SAME_TIME = 1e-9  # h; an output this close to a boundary lies on it

Kernel = Callable[..., None]


class Kernels(NamedTuple):
    """The compiled functions of a model, with the signatures of this file."""

    rhs: Kernel
    linearise: Kernel
    factor: Kernel
    solve: Kernel
    observe: Kernel


class Problem(NamedTuple):
    """All the solver knows of a model: its kernels and their sizes."""

    kernels: Kernels
    n_states: int
    n_jacobian: int
    n_lu: int
    n_outputs: int


class Timeline(NamedTuple):
    """What happens when.

    Parameters
    ----------
    starts : ndarray, shape (n_segments + 1,)
        Boundaries in h, increasing; the last is the end.
    drives : ndarray, shape (n_segments, n_drives)
        Drives of each segment.
    jump_first : ndarray of int, shape (n_segments + 1,)
        Jumps `jump_first[k]` up to `jump_first[k + 1]` are added at `starts[k]`.
    jump_state : ndarray of int
        State of each jump.
    jump_amount : ndarray
        Amount of each jump, in the state's unit.
    classes : ndarray of int, shape (n_segments,)
        Kind of each boundary, for the memory of its first step.
    """

    starts: np.ndarray
    drives: np.ndarray
    jump_first: np.ndarray
    jump_state: np.ndarray
    jump_amount: np.ndarray
    classes: np.ndarray


class Solution(NamedTuple):
    """What came out; outputs are NaN after a failure."""

    outputs: np.ndarray
    y_end: np.ndarray
    t_end: float
    code: int
    steps: int
    rejected: int
    worst_state: int


def explain(solution: Solution, names: Sequence[str] = ()) -> str:
    """A result code in words: what happened, where, and what to do.

    Parameters
    ----------
    solution : Solution
        From `integrate`.
    names : sequence of str, optional
        State names, to name the one that misbehaved.

    Returns
    -------
    str
        One sentence.
    """
    state = dict(enumerate(names)).get(solution.worst_state, f"state {solution.worst_state}")
    where = f"at t = {solution.t_end:g} h ({state})"
    return {
        DONE: "done",
        TOO_MANY_STEPS: f"gave up after {solution.steps + solution.rejected} steps {where}; loosen rtol",
        STEP_TOO_SMALL: f"the step became too small {where}; the solution blows up or a formula is undefined there: "
        "check the parameters set for this module",
        NOT_FINITE: f"the equations are not finite {where}; a value there is outside what its formula allows",
    }[solution.code]
