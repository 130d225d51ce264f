"""How wrong a course is, and what a given error costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from neurokyn.scenario.solve import ABSOLUTE_SHARE, problem
from neurokyn.solver.integrate import integrate
from neurokyn.solver.reference import integrate_with_scipy

from benchmarks.work import Person, Work

FLOOR = ABSOLUTE_SHARE  # share of a state's size below which errors are absolute
JUMP = 1e-6  # h; outputs this close to a boundary are left out: before or after the jump is a matter of convention
REFERENCE_RTOL = 1e-12
RADAU_RTOL = 1e-11
PERCENTILE = 95.0
RADAU_SEGMENTS = 24


def reference(work: Work, person: Person, rtol: float = REFERENCE_RTOL) -> np.ndarray:
    """The course by Rodas5P at a tolerance far below any that is compared."""
    solution = integrate(
        problem(work.body), person.start, person.constants, work.events, work.times, rtol=rtol, atol=rtol * work.sizes
    )
    if solution.code != 0:
        raise ArithmeticError(f"the reference stopped at {solution.t_end:g} h with code {solution.code}")
    return solution.outputs[:, : work.states].copy()


def gap_to_radau(work: Work, person: Person, segments: int = RADAU_SEGMENTS) -> float:
    """The error, by our measure, of SciPy's Radau at a tight tolerance over the first few days."""
    part = work.beginning(segments)
    solution = integrate_with_scipy(
        problem(part.body), part.body.kernels.JACOBIAN, person.start, person.constants, part.events, part.times,
        rtol=RADAU_RTOL, atol=RADAU_RTOL * part.sizes,
    )  # fmt: skip
    return error(part, solution.outputs[:, : part.states], reference(part, person))


def smooth_times(work: Work) -> np.ndarray:
    """Which outputs lie at no boundary."""
    near = np.searchsorted(work.events.starts, work.times)
    starts = work.events.starts
    before = np.abs(work.times - starts[np.maximum(near - 1, 0)])
    after = np.abs(starts[np.minimum(near, len(starts) - 1)] - work.times)
    return np.minimum(before, after) > JUMP


def scaled_errors(course: np.ndarray, exact: np.ndarray, typical: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Each state's largest |y - ref| / (|ref| + 1 % of its size) over the outputs kept.

    A state's size is its largest |ref| or its typical size, whichever is larger: the norm in which every method is told
    to control its error. Without the second, a state that hardly moves in this arm (`serotonin.memory` without a drug)
    would be held to a ten-thousandth of its size, and would alone decide what every method costs.
    """
    size = np.maximum(np.abs(exact).max(axis=0), typical)
    scale = np.abs(exact) + FLOOR * size
    errors = (np.abs(course - exact) / scale)[kept]
    return np.where(np.isfinite(errors), errors, np.inf).max(axis=0)


def error(work: Work, course: np.ndarray, exact: np.ndarray) -> float:
    """The largest of `scaled_errors` over states."""
    return float(scaled_errors(course, exact, work.body.absolute_scale, smooth_times(work)).max())


def high(values: Sequence[float]) -> float:
    """The 95th percentile; infinite if it falls among values that are."""
    numbers = np.asarray(values, dtype=float)
    finite = np.where(np.isfinite(numbers), numbers, 1e300)
    found = float(np.percentile(finite, PERCENTILE))
    return found if found < 1e290 else float("inf")


def cost_at(target: float, errors: Sequence[float], seconds: Sequence[float]) -> float:
    """What an error costs: straight line in logarithms between the two runs around it.

    Parameters
    ----------
    target : float
        The error wanted.
    errors, seconds : sequence of float
        Of runs from the loosest tolerance to the tightest.

    Returns
    -------
    float
        Seconds. The first crossing counts, which is to each method's advantage. If the loosest run that works is
        already good enough, what it costs; NaN if none is.
    """
    before: tuple[float, float] | None = None
    for found, spent in zip(errors, seconds, strict=True):
        if not np.isfinite(found):
            continue
        if found <= target:
            if before is None or found <= 0:
                return spent
            share = np.log(before[0] / target) / np.log(before[0] / found)
            return float(np.exp((1 - share) * np.log(before[1]) + share * np.log(spent)))
        before = (found, spent)
    return float("nan")
