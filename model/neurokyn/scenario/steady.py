"""Where a body rests: the fixed point with rhythms held at their means."""

from __future__ import annotations

import numpy as np

from neurokyn.errors import SolveError
from neurokyn.language.module import RHYTHMS
from neurokyn.scenario.prepare import Prepared

STEPS = 2000
CONVERGED = 1e-11


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
    kernels, layout = prepared.kernels, prepared.kernels.LAYOUT
    u = (prepared.rests if drives is None else drives).copy()
    u[prepared.system.drive_names.index(str(RHYTHMS.value))] = 0.0
    y, scale = prepared.starts.copy(), prepared.absolute_scale
    f, slope, lu = np.empty_like(y), np.empty_like(y), np.empty(layout["elimination"])
    jacobian = np.empty(layout["jacobian"])
    step, slowest = 1e-4, 1e12
    settles = prepared.settles
    kept = np.array([not settles[row] for row, _ in kernels.JACOBIAN], dtype=bool)
    for _ in range(STEPS):
        kernels.linearise(0.0, y, prepared.constants, u, f, slope, jacobian)
        f[~settles], jacobian[kept] = 0.0, 0.0
        kernels.factor(jacobian, 1.0 / step, lu)
        change = f.copy()
        kernels.solve(lu, change)
        size = np.max(np.abs(change) / (np.abs(y) + scale))
        overshoots = np.any((y > 0) & (y + change < -1e-12 * scale))
        if not np.isfinite(change).all() or (size > 0.5 and step > 1e-6) or overshoots:
            step *= 0.2
            if step < 1e-14:
                break
            continue
        y = np.asarray(y + change)
        if size < CONVERGED and step >= slowest:
            return y
        step = min(step * (4.0 if size > 1e-3 else 20.0), slowest)
    slopes = settles * np.abs(prepared.slopes(y, u)) / (np.abs(y) + scale)
    worst = prepared.system.state_names[int(np.nanargmax(slopes))]
    raise SolveError(
        f"no steady state found: {worst} still changes by {np.nanmax(slopes):.2g} per hour",
        fix=f"check what was set ({', '.join(prepared.table.changed) or 'nothing'}) or simulate from a given start",
    )
