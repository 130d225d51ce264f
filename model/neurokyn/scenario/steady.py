"""Where a body rests: the fixed point with rhythms held at their means."""

from __future__ import annotations

import numpy as np

from neurokyn.errors import SolveError
from neurokyn.language.module import RHYTHMS
from neurokyn.scenario.lanes import Point
from neurokyn.scenario.prepare import Prepared


def steady_state(prepared: Prepared, drives: np.ndarray | None = None) -> np.ndarray:
    """Solve dy/dt = 0 with rhythms held and drives at rest, for all states that settle.

    Pseudo-transient continuation: implicit Euler steps that grow into Newton's method, from
    the declared start values.

    Parameters
    ----------
    prepared : Prepared
        A system with numbers.
    drives : ndarray, shape (n_drives,), optional
        Drives held instead of their rest values.

    Returns
    -------
    ndarray, shape (n_states,)
        The fixed point, in the units of the states.

    Raises
    ------
    SolveError
        If none is found; names the state that moves most.
    """
    u = (prepared.rests if drives is None else drives).copy()
    u[prepared.system.drive_names.index(str(RHYTHMS.value))] = 0.0
    scale, settles = prepared.absolute_scale, prepared.settles
    point = Point(prepared)
    point.move(prepared.starts, u)
    y, reached = point.seek(prepared.starts, scale, settles)
    if reached:
        return y
    slopes = settles * np.abs(prepared.slopes(y, u)) / (np.abs(y) + scale)
    worst = prepared.system.state_names[int(np.nanargmax(slopes))]
    raise SolveError(
        f"no steady state found: {worst} still changes by {np.nanmax(slopes):.2g} per hour",
        fix=f"check what was set ({', '.join(prepared.table.changed) or 'nothing'}) or simulate from a given start",
    )
