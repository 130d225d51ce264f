"""LSODA in C++ (numbalsoda), called from compiled code with our compiled dy/dt: no Python while it runs.

It takes one absolute tolerance for all states, and ours differ by orders of magnitude; so it is given each state in
units of its typical size, which is the same as a tolerance for each. It takes no Jacobian.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from neurokyn.solver.problem import SAME_TIME

from benchmarks.contender import Contender, Run, one_by_one
from benchmarks.work import Person, Work

MOST_STEPS = 1_000_000


def setup(work: Work) -> Run:
    """Compile the slopes and the loop over segments."""
    slopes, course = _slopes(work), _course()
    e, times, sizes = work.events, work.times, work.body.absolute_scale
    share = float(work.sizes[0] / sizes[0])
    jump_state, jump_amount = e.jump_state.astype(np.int64), e.jump_amount / sizes[e.jump_state]

    def run(person: Person, rtol: float) -> np.ndarray:
        data = np.concatenate([person.constants, e.drives[0], sizes, np.empty(work.states)])
        outputs = np.empty((len(times), work.states))
        done = course(
            slopes.address, person.start / sizes, data, len(person.constants), e.starts, e.drives, e.jump_first,
            jump_state, jump_amount, times, rtol, rtol * share, outputs,
        )  # fmt: skip
        if not done:
            raise ArithmeticError("LSODA gave up")
        outputs *= sizes
        return outputs

    run.kept = slopes  # the compiled slopes live as long as what calls them
    return one_by_one(run)


def _slopes(work: Work) -> Callable[..., None]:
    """dz/dt for z = y / size, with the signature of LSODA; `p` holds constants, drives, sizes and room for y."""
    from numba import carray, cfunc
    from numbalsoda import lsoda_sig

    rhs, n = work.body.kernels.rhs, work.states
    drives, sizes = (
        work.body.kernels.LAYOUT["constants"],
        work.body.kernels.LAYOUT["constants"] + work.events.drives.shape[1],
    )

    @cfunc(lsoda_sig, error_model="numpy")
    def slopes(t, z, dz, p):
        data, scaled, f = carray(p, (sizes + 2 * n,)), carray(z, (n,)), carray(dz, (n,))
        size, y = data[sizes : sizes + n], data[sizes + n :]
        for i in range(n):
            y[i] = scaled[i] * size[i]
        rhs(t, y, data[:drives], data[drives:sizes], f)
        for i in range(n):
            f[i] /= size[i]

    return slopes


def _course() -> Callable[..., bool]:
    from numba import njit
    from numbalsoda import lsoda

    @njit(error_model="numpy")
    def course(
        address,
        z,
        data,
        n_constants,
        starts,
        drives,
        jump_first,
        jump_state,
        jump_amount,
        times,
        rtol,
        atol,
        outputs,
    ):
        shown = 0
        for k in range(drives.shape[0]):
            begin, end = starts[k], starts[k + 1]
            data[n_constants : n_constants + drives.shape[1]] = drives[k]
            for j in range(jump_first[k], jump_first[k + 1]):
                z[jump_state[j]] += jump_amount[j]
            while shown < len(times) and times[shown] <= begin + SAME_TIME:
                outputs[shown] = z
                shown += 1
            last = shown
            while last < len(times) and times[last] < end - SAME_TIME:
                last += 1
            when = np.empty(last - shown + 2)
            when[0], when[-1] = begin, end
            when[1:-1] = times[shown:last]
            states, good = lsoda(address, z, when, data, rtol=rtol, atol=atol, mxstep=MOST_STEPS)
            if not good:
                return False
            outputs[shown:last] = states[1:-1]
            z[:] = states[-1]
            shown = last
        while shown < len(times):
            outputs[shown] = z
            shown += 1
        return True

    return course


PEER = Contender(
    "numbalsoda LSODA",
    ("numbalsoda",),
    setup,
    "C++, called from compiled code; our dy/dt by address; Jacobian by its own differences (it takes none); restarted "
    "at every boundary; states in units of their typical size, since it takes one absolute tolerance",
)
