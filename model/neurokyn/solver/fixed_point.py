"""Where dy/dt = 0: implicit Euler steps that grow into Newton's method."""

from __future__ import annotations

import numpy as np
from numba import njit

from neurokyn.solver.calls import call_kernel_on

STEPS = 2000
CONVERGED = 1e-11
SLOWEST = 1e12  # h; a step this long is Newton's


@njit(nogil=True, error_model="numpy", _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)
def seek(search):
    """Go to a fixed point; returns whether it was reached.

    Parameters
    ----------
    search : Search
        From where, and with what.
    """
    memory, base = search.memory, search.base
    y, scale, settles, kept = search.y, search.scale, search.settles, search.kept
    n, step = y.shape[0], 1e-4
    for _ in range(STEPS):
        for k in range(n):
            memory[search.at_state + k] = y[k]
        call_kernel_on(search.linearise, base, base)
        for k in range(n):
            if not settles[k]:
                memory[search.at_slope + k] = 0.0
        for k in range(kept.shape[0]):
            if kept[k]:
                memory[search.at_jacobian + k] = 0.0
        for k in range(search.n_time):
            memory[search.at_time + k] = 0.0
        memory[search.at_step] = step / search.gamma
        call_kernel_on(search.factor, base, base)
        call_kernel_on(search.first_stage, base, base + 8 * search.at_stages)
        size, fine = 0.0, True
        for k in range(n):
            change = memory[search.at_stages + k]
            size = max(size, abs(change) / (abs(y[k]) + scale[k]))
            below = y[k] > 0 and y[k] + change < -1e-12 * scale[k]
            fine = fine and np.isfinite(change) and not below
        if not fine or (size > 0.5 and step > 1e-6):
            step *= 0.2
            if step < 1e-14:
                return False
            continue
        for k in range(n):
            y[k] += memory[search.at_stages + k]
        if size < CONVERGED and step >= SLOWEST:
            return True
        step = min(step * (4.0 if size > 1e-3 else 20.0), SLOWEST)
    return False
