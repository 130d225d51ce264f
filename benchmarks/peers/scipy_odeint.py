"""LSODA in SciPy's `odeint`, with our compiled dy/dt and Jacobian behind Python callbacks."""

from __future__ import annotations

import warnings

import numpy as np

from benchmarks.contender import Contender, Run, one_by_one
from benchmarks.peers.segments import Advance, Segment, by_segments
from benchmarks.peers.slopes import Slopes
from benchmarks.work import Person, Work

MOST_STEPS = 1_000_000


def setup(work: Work) -> Run:
    """Nothing to compile: our kernels are called from Python."""
    from scipy.integrate import odeint

    slopes = Slopes(work)

    def begin(person: Person, rtol: float) -> Advance:
        slopes.constants, atol = person.constants, rtol * work.sizes

        def advance(segment: Segment, y: np.ndarray) -> np.ndarray:
            slopes.drives = segment.drives
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                states: np.ndarray = odeint(
                    slopes.rhs,
                    y,
                    segment.times,
                    Dfun=slopes.jacobian,
                    tfirst=True,
                    rtol=rtol,
                    atol=atol,
                    mxstep=MOST_STEPS,
                )
            return states

        return advance

    return one_by_one(by_segments(work, begin))


PEER = Contender(
    "SciPy odeint",
    ("scipy",),
    setup,
    "LSODA; our dy/dt and Jacobian through Python callbacks; restarted at every boundary; a tolerance for each state",
)
