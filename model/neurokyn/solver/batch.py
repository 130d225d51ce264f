"""People in lanes as arrays: who they are, where they stand, what came of them."""

from __future__ import annotations

from typing import NamedTuple

from neurokyn.solver.kinds import Cube, Matrix, Reals, Shown, Signs, Truths, Wholes
from neurokyn.solver.problem import Choices, Timeline
from neurokyn.solver.rosenbrock import Control


class Addresses(NamedTuple):
    """Where the kernels lie: each takes the address of a workspace."""

    enter: int
    leave: int
    step: int
    advance: int
    linearise: int
    terms: int
    show: int
    ask: int


class Workspace(NamedTuple):
    """Views into the workspace of the kernels: one column a lane, one row for each entry."""

    time: Reals
    step: Reals
    error: Reals
    last_error: Reals
    growth: Reals
    first_growth: Reals
    reduction: Reals
    accepted: Reals
    theta: Reals
    shown_time: Reals
    rtol: Reals
    atol: Matrix
    state: Matrix
    slope: Matrix
    drive: Matrix
    own: Matrix
    last_stage: Matrix
    shown: Matrix


class Batch(NamedTuple):
    """People, one row each.

    Parameters
    ----------
    starts : ndarray, shape (n_people, n_states)
        State before the first boundary.
    constants : ndarray, shape (n_people, n_own)
        Constants that differ between people.
    atol : ndarray, shape (n_people, n_states)
        Absolute tolerance of each state.
    thresholds : ndarray, shape (n_people, n_conditions)
        Of the conditions of choices.
    own_drives : ndarray, shape (n_people, n_rows, n_columns)
        What is added to some drives for this person.
    own_columns : ndarray of int, shape (n_columns,)
        Which drives.
    own_row : ndarray of int, shape (n_segments,)
        The row that holds in each segment.
    """

    starts: Matrix
    constants: Matrix
    atol: Matrix
    thresholds: Matrix
    own_drives: Cube
    own_columns: Wholes
    own_row: Wholes


class Results(NamedTuple):
    """What came of each person; outputs are NaN after a failure, `made` is -1 for a choice that was not reached."""

    outputs: Shown
    ends: Matrix
    t_end: Reals
    code: Wholes
    steps: Wholes
    rejected: Wholes
    worst: Wholes
    made: Signs


class Lanes(NamedTuple):
    """Where each lane stands."""

    person: Wholes
    code: Wholes
    segment: Wholes
    output: Wholes
    fresh: Truths
    busy: Truths
    enters: Truths
    rejections: Wholes
    proposed: Reals
    limit: Reals
    due: Truths
    needs_step: Truths
    remembered: Matrix


class Run(NamedTuple):
    """Everything that stays the same while people are carried."""

    kernels: Addresses
    width: int
    timeline: Timeline
    choices: Choices
    batch: Batch
    times: Reals
    results: Results
    queue: Wholes
    n_people: int
    max_steps: int
    control: Control


class Carrying(NamedTuple):
    """All that a driver is given: `base` is the address of the workspace."""

    run: Run
    lanes: Lanes
    workspace: Workspace
    base: int


class Search(NamedTuple):
    """A search for a fixed point by the kernels of one person.

    Parameters
    ----------
    linearise, factor, first_stage, base : int
        Addresses of kernels and of their workspace.
    memory : ndarray
        The workspace, with constants and drives in place.
    at_state, at_step, at_slope, at_jacobian, at_stages, at_time, n_time : int
        Where state, step, slope, Jacobian, stages and slopes in time lie in it, and how many of the last there are.
    y, scale : ndarray, shape (n_states,)
        State, which is changed in place, and typical sizes.
    settles : ndarray of bool, shape (n_states,)
        States that move; the others are held.
    kept : ndarray of bool, shape (n_jacobian,)
        Entries of the Jacobian in rows that are held.
    gamma : float
        Of the method the kernels were made for.
    reached : ndarray of int, shape (1,)
        Receives 1 if it was reached.
    """

    linearise: int
    factor: int
    first_stage: int
    base: int
    memory: Reals
    at_state: int
    at_step: int
    at_slope: int
    at_jacobian: int
    at_stages: int
    at_time: int
    n_time: int
    y: Reals
    scale: Reals
    settles: Truths
    kept: Truths
    gamma: float
    reached: Wholes
