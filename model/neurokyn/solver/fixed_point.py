"""Where dy/dt = 0: implicit Euler steps that grow into Newton's method."""

from __future__ import annotations

import numpy as np
from numba import njit

from neurokyn.solver.calls import call_kernel_on

STEPS = 2000
CONVERGED = 1e-11
SLOWEST = 1e12  # h; a step this long is Newton's


@njit(nogil=True, error_model="numpy", _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)
def seek(addresses, memory, places, y, scale, settles, kept, gamma):
    """Go to a fixed point from y, which is changed in place.

    Parameters
    ----------
    addresses : tuple of four int
        `linearise`, `factor`, `first_stage` and the workspace, of kernels for one person.
    memory : ndarray
        The workspace, with constants and drives in place.
    places : tuple of seven int
        Where state, step, slope, Jacobian, stages and slopes in time lie in it, and how many of the last there are.
    y, scale : ndarray, shape (n_states,)
        State and typical sizes.
    settles : ndarray of bool, shape (n_states,)
        States that move; the others are held.
    kept : ndarray of bool, shape (n_jacobian,)
        Entries of the Jacobian in rows that are held.
    gamma : float
        Of the method the kernels were made for.

    Returns
    -------
    bool
        Whether it was reached.
    """
    linearise, factor, first_stage, base = addresses
    at_state, at_step, at_slope, at_jacobian, at_stages, at_time, n_time = places
    n, step = y.shape[0], 1e-4
    for _ in range(STEPS):
        for k in range(n):
            memory[at_state + k] = y[k]
        call_kernel_on(linearise, base, base)
        for k in range(n):
            if not settles[k]:
                memory[at_slope + k] = 0.0
        for k in range(kept.shape[0]):
            if kept[k]:
                memory[at_jacobian + k] = 0.0
        for k in range(n_time):
            memory[at_time + k] = 0.0
        memory[at_step] = step / gamma
        call_kernel_on(factor, base, base)
        call_kernel_on(first_stage, base, base + 8 * at_stages)
        size, fine = 0.0, True
        for k in range(n):
            change = memory[at_stages + k]
            size = max(size, abs(change) / (abs(y[k]) + scale[k]))
            below = y[k] > 0 and y[k] + change < -1e-12 * scale[k]
            fine = fine and np.isfinite(change) and not below
        if not fine or (size > 0.5 and step > 1e-6):
            step *= 0.2
            if step < 1e-14:
                return False
            continue
        for k in range(n):
            y[k] += memory[at_stages + k]
        if size < CONVERGED and step >= SLOWEST:
            return True
        step = min(step * (4.0 if size > 1e-3 else 20.0), SLOWEST)
    return False
