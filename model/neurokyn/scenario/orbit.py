"""The closed day: the state a body returns to every 24 hours with its rhythms and meals."""

from __future__ import annotations

import numpy as np

from neurokyn.errors import SolveError
from neurokyn.scenario.prepare import Prepared
from neurokyn.scenario.solve import problem
from neurokyn.scenario.steady import steady_state
from neurokyn.solver.integrate import integrate
from neurokyn.solver.problem import Timeline, explain

DAY = 24.0
TOLERANCE = 1e-9
CLOSED = 1e-7
ROUNDS = 12
NOTABLE = 1e-2


def daily_orbit(prepared: Prepared, day: Timeline) -> np.ndarray:
    """The state at t = 0 of the 24-hour orbit.

    Shooting from the fixed point: Newton's method on y(24 h) - y(0), with a Jacobian from
    finite differences that is kept while it contracts.

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
    y = steady_state(prepared)
    scale = prepared.absolute_scale
    inverse: np.ndarray | None = None
    last = np.inf
    for _ in range(ROUNDS):
        miss = prepared.settles * (_advance(prepared, day, y) - y)
        off = float(np.max(np.abs(miss) / (np.abs(y) + scale)))
        if off < CLOSED:
            return y
        if inverse is None or off > 0.1 * last:
            inverse = _inverse(prepared, day, y, miss + y, scale)
        last = off
        change = inverse @ miss
        halved = (y > NOTABLE * scale) & (y + change < 0)  # what is near zero may cross it: some states have a sign
        y = np.where(halved, 0.5 * y, y + change)
    worst = prepared.system.state_names[int(np.argmax(np.abs(miss) / (np.abs(y) + scale)))]
    raise SolveError(
        f"no closed day found: {worst} is off by {off:.1g} of its size after 24 h",
        fix=f"check what was set ({', '.join(prepared.table.changed) or 'nothing'})",
    )


def _advance(prepared: Prepared, day: Timeline, y: np.ndarray) -> np.ndarray:
    """The state 24 hours later."""
    solution = integrate(
        problem(prepared),
        y,
        prepared.constants,
        day,
        np.empty(0),
        rtol=TOLERANCE,
        atol=TOLERANCE * 1e-3 * prepared.absolute_scale,
    )
    if solution.code != 0:
        raise SolveError(explain(solution, prepared.system.state_names))
    return solution.y_end


def _inverse(prepared: Prepared, day: Timeline, y: np.ndarray, end: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """(I - dy(24)/dy(0))⁻¹ by finite differences."""
    n = len(y)
    monodromy = np.zeros((n, n))  # a state that does not settle keeps its start
    for k in np.flatnonzero(prepared.settles):
        step = 1e-4 * (abs(y[k]) + scale[k])
        moved = y.copy()
        moved[k] += step
        monodromy[:, k] = prepared.settles * (_advance(prepared, day, moved) - end) / step
    return np.asarray(np.linalg.inv(np.eye(n) - monodromy))
