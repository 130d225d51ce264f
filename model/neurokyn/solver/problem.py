"""What passes between a model and the solver: kernels, sizes, what happens when, what came out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from neurokyn.solver.kinds import Matrix, Reals, Truths, Wholes

DONE, TOO_MANY_STEPS, STEP_TOO_SMALL, NOT_FINITE = 0, 1, 2, 3
MAX_STEPS = 2_000_000  # accepted and rejected, after which a person is given up
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

    starts: Reals
    drives: Matrix
    jump_first: Wholes
    jump_state: Wholes
    jump_amount: Reals
    classes: Wholes


class Choices(NamedTuple):
    """What happens only if the state allows it when its time comes.

    A choice is made once, at a boundary and before its jumps: it is a yes if all its conditions hold. A condition holds
    while a read-out is above a threshold, or at or below it; chance enters through thresholds drawn beforehand.

    Parameters
    ----------
    first : ndarray of int, shape (n_segments + 1,)
        Choices `first[k]` up to `first[k + 1]` are made at `starts[k]`.
    condition_first : ndarray of int, shape (n_choices + 1,)
        Conditions of each choice.
    read_out : ndarray of int, shape (n_conditions,)
        Read-out that is asked.
    above : ndarray of bool, shape (n_conditions,)
        Whether it must be above the threshold; else at or below it.
    threshold : ndarray, shape (n_conditions,)
        In the unit of the read-out.
    jump_choice : ndarray of int, shape (n_jumps,)
        Choice that each jump of the timeline waits for; -1 for none.
    change_first : ndarray of int, shape (n_segments + 1,)
        Changes `change_first[k]` up to `change_first[k + 1]` are those of segment k.
    change_choice, change_drive : ndarray of int, shape (n_changes,)
        Choice that a change waits for, and the drive it changes.
    change_amount : ndarray, shape (n_changes,)
        What it adds to the drive, in the drive's unit.
    """

    first: Wholes
    condition_first: Wholes
    read_out: Wholes
    above: Truths
    threshold: Reals
    jump_choice: Wholes
    change_first: Wholes
    change_choice: Wholes
    change_drive: Wholes
    change_amount: Reals


def no_choices(timeline: Timeline) -> Choices:
    """Nothing to choose: everything in the timeline happens.

    Parameters
    ----------
    timeline : Timeline
        What happens.

    Returns
    -------
    Choices
        Without a choice.
    """
    none, boundaries = np.empty(0, dtype=np.int64), np.zeros(len(timeline.starts), dtype=np.int64)
    always = np.full(len(timeline.jump_state), -1, dtype=np.int64)
    return Choices(
        boundaries,
        np.zeros(1, dtype=np.int64),
        none,
        np.empty(0, dtype=np.bool_),
        np.empty(0),
        always,
        boundaries,
        none,
        none,
        np.empty(0),
    )


class Solution(NamedTuple):
    """What came out; outputs are NaN after a failure.

    `made` holds what became of each choice: 1 yes, 0 no, -1 not reached.
    """

    outputs: np.ndarray
    y_end: np.ndarray
    t_end: float
    code: int
    steps: int
    rejected: int
    worst_state: int
    made: np.ndarray


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
