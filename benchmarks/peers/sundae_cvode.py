"""CVODE of SUNDIALS through scikit-sundae, with our compiled dy/dt and Jacobian behind Python callbacks.

Its sparse solver (SuperLU) starts threads at every factorization, which costs more than it saves here, and its LAPACK
one is slower than its own dense one at this size; so the dense one it is.
"""

from __future__ import annotations

import numpy as np

from benchmarks.contender import Contender, Run, one_by_one
from benchmarks.peers.segments import Advance, Segment, by_segments
from benchmarks.peers.slopes import Slopes
from benchmarks.work import Person, Work

MOST_STEPS = 1_000_000


def setup(work: Work) -> Run:
    """Nothing to compile: our kernels are called from Python."""
    from sksundae.cvode import CVODE

    slopes = Slopes(work)

    def rhs(t: float, y: np.ndarray, f: np.ndarray) -> None:
        slopes.point[:] = y  # CVODE's own array cannot be written, and our kernels are typed for arrays that can
        slopes.rhs_kernel(t, slopes.point, slopes.constants, slopes.drives, f)

    def jacobian(t: float, y: np.ndarray, f: np.ndarray, matrix: np.ndarray) -> None:  # noqa: ARG001
        slopes.point[:] = y
        matrix[:] = slopes.jacobian(t, slopes.point)

    def begin(person: Person, rtol: float) -> Advance:
        slopes.constants = person.constants
        solver = CVODE(
            rhs, method="BDF", rtol=rtol, atol=rtol * work.sizes, jacfn=jacobian, max_num_steps=MOST_STEPS,
        )  # fmt: skip

        def advance(segment: Segment, y: np.ndarray) -> np.ndarray:
            slopes.drives = segment.drives
            result = solver.solve(segment.times, y)
            if not result.success:
                raise ArithmeticError(str(result.message))
            return np.asarray(
                result.y if len(segment.times) > 2 else result.y[[0, -1]]
            )  # of two times it tells all steps

        return advance

    return one_by_one(by_segments(work, begin))


PEER = Contender(
    "scikit-sundae CVODE",
    ("scikit-sundae",),
    setup,
    "BDF, dense (faster here than its sparse and LAPACK solvers); our dy/dt and Jacobian through Python callbacks; "
    "restarted at every boundary; a tolerance for each state",
)
