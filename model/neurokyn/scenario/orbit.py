"""The closed day: the state a body returns to every 24 hours with its rhythms and meals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurokyn.errors import SolveError
from neurokyn.scenario.lanes import follow_people
from neurokyn.scenario.prepare import Prepared
from neurokyn.scenario.solve import one_of
from neurokyn.scenario.steady import steady_state
from neurokyn.solver.problem import Timeline, explain

DAY = 24.0
TOLERANCE = 1e-9
ROUGH = 1e-6  # for a Jacobian that only has to contract
CLOSED = 1e-7
ROUNDS = 12
ALMOST = 10 * CLOSED  # what is so near closes with any Jacobian: the rest is the error of the integration
BORROWED = 0.3  # contraction for which a Jacobian of somebody else is kept: a fresh one costs twenty rounds
NOTABLE = 1e-2


@dataclass(frozen=True)
class ClosedDay:
    """A closed day, and what found it.

    Parameters
    ----------
    state : ndarray, shape (n_states,)
        At the start of the day, in the units of the states.
    beyond : ndarray, shape (n_states,)
        By how much it differs from the fixed point.
    inverse : ndarray, shape (n_states, n_states)
        (I - dy(24)/dy(0))⁻¹ there or near there.
    """

    state: np.ndarray
    beyond: np.ndarray
    inverse: np.ndarray | None


def daily_orbit(prepared: Prepared, day: Timeline) -> np.ndarray:
    """The state at t = 0 of the 24-hour orbit.

    Parameters
    ----------
    prepared : Prepared
        A system with numbers.
    day : Timeline
        What happens on an ordinary day: 24 hours of meals and clock.

    Returns
    -------
    ndarray, shape (n_states,)
        The state at the start of the day, in the units of the states.

    Raises
    ------
    SolveError
        If the day does not close; names the state that is farthest off.
    """
    return closed_day(prepared, day).state


def closed_day(prepared: Prepared, day: Timeline, near: ClosedDay | None = None) -> ClosedDay:
    """The 24-hour orbit, and what finds that of a person like this one in a few rounds.

    Shooting from the fixed point: Newton's method on y(24 h) - y(0), with a Jacobian from
    finite differences that is kept while it contracts.

    Parameters
    ----------
    prepared : Prepared
        A system with numbers.
    day : Timeline
        What happens on an ordinary day: 24 hours of meals and clock.
    near : ClosedDay, optional
        That of the same system with other numbers: where to start from, and a Jacobian to try first.

    Returns
    -------
    ClosedDay
        As near to the orbit with `near` as without.

    Raises
    ------
    SolveError
        If the day does not close; names the state that is farthest off.
    """
    rest, scale = steady_state(prepared), prepared.absolute_scale
    y, inverse = rest, None if near is None else near.inverse
    if near is not None:
        y = rest + near.beyond
        y = np.where((y < 0) & (near.state >= 0), 0.0, y)
    last, keeps = np.inf, (0.1 if near is None else BORROWED)
    for _ in range(ROUNDS):
        miss = prepared.settles * (_advance(prepared, day, y[None])[0] - y)
        off = float(np.max(np.abs(miss) / (np.abs(y) + scale)))
        if off < CLOSED:
            return ClosedDay(y, y - rest, inverse)
        if inverse is None or off > max(keeps * last, 0.0 if near is None else ALMOST):
            inverse, keeps = _inverse(prepared, day, y, miss + y, scale), 0.1
        last = off
        change = inverse @ miss
        halved = (y > NOTABLE * scale) & (y + change < 0)  # what is near zero may cross it: some states have a sign
        y = np.where(halved, 0.5 * y, y + change)
    worst = prepared.system.state_names[int(np.argmax(np.abs(miss) / (np.abs(y) + scale)))]
    raise SolveError(
        f"no closed day found: {worst} is off by {off:.1g} of its size after 24 h",
        fix=f"check what was set ({', '.join(prepared.table.changed) or 'nothing'})",
    )


def _advance(prepared: Prepared, day: Timeline, starts: np.ndarray, rtol: float = TOLERANCE) -> np.ndarray:
    """The states 24 hours after some states, one row each."""
    n = len(starts)
    found = follow_people(
        prepared.kernels,
        np.tile(prepared.constants, (n, 1)),
        starts,
        1e-1 * np.tile(prepared.absolute_scale, (n, 1)),
        day,
        np.empty(0),
        (),
        rtol=rtol,
        width=1,  # few people: not worth kernels of their own
    )
    failed = np.flatnonzero(found.code)
    if len(failed):
        raise SolveError(explain(one_of(found, int(failed[0])), prepared.system.state_names))
    return found.ends


def _inverse(prepared: Prepared, day: Timeline, y: np.ndarray, end: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """(I - dy(24)/dy(0))⁻¹ by finite differences."""
    n = len(y)
    moves = np.flatnonzero(prepared.settles)  # a state that does not settle keeps its start
    steps = 1e-4 * (np.abs(y) + scale)[moves]
    moved = np.tile(y, (len(moves), 1))
    moved[np.arange(len(moves)), moves] += steps
    monodromy = np.zeros((n, n))
    monodromy[:, moves] = prepared.settles[:, None] * (_advance(prepared, day, moved, ROUGH) - end).T / steps
    return np.asarray(np.linalg.inv(np.eye(n) - monodromy))
