"""People in lanes as arrays: who they are, where they stand, what came of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

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

    time: np.ndarray
    step: np.ndarray
    error: np.ndarray
    last_error: np.ndarray
    growth: np.ndarray
    first_growth: np.ndarray
    reduction: np.ndarray
    accepted: np.ndarray
    theta: np.ndarray
    shown_time: np.ndarray
    rtol: np.ndarray
    atol: np.ndarray
    state: np.ndarray
    slope: np.ndarray
    drive: np.ndarray
    own: np.ndarray
    last_stage: np.ndarray
    shown: np.ndarray


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

    starts: np.ndarray
    constants: np.ndarray
    atol: np.ndarray
    thresholds: np.ndarray
    own_drives: np.ndarray
    own_columns: np.ndarray
    own_row: np.ndarray


class Results(NamedTuple):
    """What came of each person; outputs are NaN after a failure, `made` is -1 for a choice that was not reached."""

    outputs: np.ndarray
    ends: np.ndarray
    t_end: np.ndarray
    code: np.ndarray
    steps: np.ndarray
    rejected: np.ndarray
    worst: np.ndarray
    made: np.ndarray


class Lanes(NamedTuple):
    """Where each lane stands."""

    person: np.ndarray
    code: np.ndarray
    segment: np.ndarray
    output: np.ndarray
    fresh: np.ndarray
    busy: np.ndarray
    enters: np.ndarray
    rejections: np.ndarray
    proposed: np.ndarray
    limit: np.ndarray
    due: np.ndarray
    needs_step: np.ndarray
    remembered: np.ndarray


class Run(NamedTuple):
    """Everything that stays the same while people are carried."""

    kernels: Addresses
    width: int
    timeline: Timeline
    choices: Choices
    batch: Batch
    times: np.ndarray
    results: Results
    queue: np.ndarray
    n_people: int
    max_steps: int
    control: Control
