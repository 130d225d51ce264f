"""SciPy's `solve_ivp`: LSODA, BDF and Radau, which step in Python."""

from __future__ import annotations

import numpy as np

from benchmarks.contender import Contender, Run, Setup, one_by_one
from benchmarks.peers.segments import Advance, Segment, by_segments
from benchmarks.peers.slopes import Slopes
from benchmarks.work import Person, Work

SEGMENTS = 60


def setup_for(method: str) -> Setup:
    """The same for each method."""

    def setup(work: Work) -> Run:
        from scipy.integrate import solve_ivp

        slopes = Slopes(work)

        def begin(person: Person, rtol: float) -> Advance:
            slopes.constants, atol = person.constants, rtol * work.sizes

            def advance(segment: Segment, y: np.ndarray) -> np.ndarray:
                slopes.drives, span = segment.drives, (segment.times[0], segment.times[-1])
                result = solve_ivp(
                    slopes.rhs, span, y, method, segment.times, rtol=rtol, atol=atol, jac=slopes.jacobian
                )
                if not result.success:
                    raise ArithmeticError(result.message)
                return np.asarray(result.y.T)

            return advance

        return one_by_one(by_segments(work, begin))

    return setup


NOTES = "steps in Python; our dy/dt and Jacobian; restarted at every boundary; a tolerance for each state"
PEERS = tuple(
    Contender(f"SciPy solve_ivp {method}", ("scipy",), setup_for(method), NOTES, segments=SEGMENTS)
    for method in ("LSODA", "BDF", "Radau")
)
