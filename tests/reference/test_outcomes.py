"""What a course shows and how it ends: output points, dose times, result codes."""

import numpy as np
import pytest
from neurokyn import Bolus, solve
from neurokyn.language import Module, log
from neurokyn.solver.problem import NOT_FINITE, STEP_TOO_SMALL, TOO_MANY_STEPS, explain

from tests.reference.course import prepared, run, timeline
from tests.reference.problems import orego

HOURS = 0.1


@pytest.fixture(scope="module")
def oscillator():
    case = orego()
    return prepared(case.module, case.numbers)


@pytest.fixture(scope="module")
def decay():
    m = Module("decay", "First-order decay")
    x = m.state("amount", "mg", "what is left", start=8)
    m.flux("loss", m.parameter("k", "1/h") * x, frm=x)
    return m


@pytest.fixture(scope="module")
def blow_up():
    """dy/dt = y², infinite after one hour, beside a harmless state."""
    m = Module("blow_up", "A state that blows up")
    k = m.parameter("k", "1/h")
    calm, wild = m.state("calm", "1", "calm", start=1), m.state("wild", "1", "wild", start=1)
    m.rate(calm, -k * calm)
    m.rate(wild, k * wild**2)
    return prepared(m, {"k": 1})


@pytest.fixture(scope="module")
def undefined():
    """A logarithm, which a jump may take below zero."""
    m = Module("undefined", "A formula that is not always defined")
    k = m.parameter("k", "1/h")
    calm, logged = m.state("calm", "1", "calm", start=1), m.state("logged", "1", "logged", start=5)
    m.rate(calm, -k * calm)
    m.rate(logged, -k * log(logged))
    return prepared(m, {"k": 1})


def test_output_points_do_not_change_the_steps(oscillator):
    events = timeline(oscillator, [0, 0.03, 0.07, HOURS], [(1, 0, 5.0)])
    few, many = (run(oscillator, events, np.linspace(0, HOURS, n)) for n in (10, 10_000))
    assert np.array_equal(few.y_end, many.y_end)
    assert (few.steps, few.rejected) == (many.steps, many.rejected)
    assert np.array_equal(few.outputs, many.outputs[:: 9999 // 9])


def test_at_a_dose_time_the_value_after_it(decay):
    doses = [Bolus("decay.amount", 0.0, 2.0, "mg"), Bolus("decay.amount", 1.0, 3.0, "mg")]
    half = float(np.log(2))
    data = solve(decay, {"k": half}, duration=2.0, times=[0.0, 0.999, 1.0, 2.0], items=doses)
    assert data["decay.amount"].values == pytest.approx([10, 10 * 2**-0.999, 8, 4], rel=1e-6)


def test_too_many_steps(blow_up):
    solution = run(blow_up, timeline(blow_up, [0, 0.9]), [0.0, 0.5, 0.9], max_steps=12)
    assert (solution.code, solution.steps + solution.rejected) == (TOO_MANY_STEPS, 12)
    assert "blow_up.wild" in explain(solution, blow_up.system.state_names)
    assert np.isnan(solution.outputs[-1]).all()


def test_a_blow_up_ends_in_too_small_steps(blow_up):
    solution = run(blow_up, timeline(blow_up, [0, 2]), [0.0, 0.5, 1.5, 2.0])
    assert solution.code == STEP_TOO_SMALL
    assert solution.t_end == pytest.approx(1, abs=1e-5)
    assert "blow_up.wild" in explain(solution, blow_up.system.state_names)
    assert solution.outputs[:2, 1] == pytest.approx([1, 2], rel=1e-5)
    assert np.isnan(solution.outputs[2:]).all()


@pytest.mark.parametrize("boundary", [0, 1])
def test_equations_that_are_not_finite(undefined, boundary):
    events = timeline(undefined, [0, 1, 2], [(boundary, 1, -10.0)])
    solution = run(undefined, events, [0.0, 1.0, 1.5, 2.0])
    assert (solution.code, solution.t_end) == (NOT_FINITE, boundary)
    assert "undefined.logged" in explain(solution, undefined.system.state_names)
    assert solution.rejected == 0
    assert solution.outputs[boundary, 0] == pytest.approx(np.exp(-boundary), rel=1e-6)
    assert np.isnan(solution.outputs[boundary + 1 :]).all()
