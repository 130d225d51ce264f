"""Six stiff problems against end points of independent codes."""

import numpy as np
import pytest
from neurokyn import solve

from tests.reference.problems import PROBLEMS

RTOLS = (1e-4, 1e-6, 1e-8)
MULTIPLE = 2  # largest error, in units of atol + rtol |y|
CEILINGS = {  # accepted and rejected steps at each rtol: measured plus a quarter
    "robertson": (193, 349, 880),
    "hires": (126, 393, 1459),
    "orego": (557, 1453, 4935),
    "van_der_pol": (423, 991, 3574),
    "e5": (345, 1067, 4077),
    "pollution": (143, 289, 749),
}


@pytest.fixture(scope="module", params=PROBLEMS)
def case(request):
    """A problem and its courses at every tolerance, all successful."""
    problem = PROBLEMS[request.param]
    end = problem.hours
    courses = [solve(problem.module, problem.numbers, duration=end, times=[end], rtol=rtol) for rtol in RTOLS]
    assert [str(course.reason.values) for course in courses] == [""] * len(RTOLS)
    return request.param, problem, courses


def miss(problem, course, rtol):
    """The largest error of the end point, in units of atol + rtol |y|."""
    y = np.array([float(course[name][-1]) for name in problem.states])
    allowed = problem.absolute_tolerance(rtol) + rtol * np.abs(problem.stored)
    return np.max(np.abs(y - problem.stored) / allowed)


def test_error_is_within_the_tolerance(case):
    _, problem, courses = case
    assert max(miss(problem, course, rtol) for course, rtol in zip(courses, RTOLS, strict=True)) < MULTIPLE


def test_error_falls_with_the_tolerance(case):
    _, problem, courses = case
    errors = [miss(problem, course, 1.0) for course in courses]
    assert errors[0] > errors[1] > errors[2]


def test_steps_stay_below_their_ceilings(case):
    name, _, courses = case
    steps = [int(course.steps + course.rejected) for course in courses]
    assert all(n <= most for n, most in zip(steps, CEILINGS[name], strict=True)), steps
