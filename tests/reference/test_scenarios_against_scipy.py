"""Ready-made scenarios: our trajectories are those of SciPy's Radau at a ten thousandth of the tolerance."""

from dataclasses import replace

import numpy as np
import pytest
from neurokyn.language import Module
from neurokyn.scenario.model import standard_model
from neurokyn.scenario.prepare import prepare
from neurokyn.scenario.reading import read_scenario
from neurokyn.scenario.simulate import person
from neurokyn.scenario.solve import ABSOLUTE_SHARE, problem, timeline
from neurokyn.scenario.steady import steady_state
from neurokyn.solver.integrate import integrate
from neurokyn.solver.reference import integrate_with_scipy

from tests.reference.course import prepared, run
from tests.reference.course import timeline as boundaries

OURS, THEIRS = 1e-6, 1e-10
MULTIPLE = 4  # of atol + rtol |y|, for the worst state: what the solver holds to the tolerance is the mean square
EVERY = 0.5  # h

CASES = {  # scenario, arm, hours, and a challenge moved forward
    "bout": ("one-bout-hour-by-hour", "running", 72.0, None),
    "depletion": ("tryptophan-depletion", "escitalopram", 96.0, "day 2"),
    "drug": ("running-vs-escitalopram", "escitalopram", 336.0, None),
}


def distances(ours, theirs, absolute):
    """In units of the tolerance at the worst time: the norm of the step control, and the worst state."""
    each = np.abs(ours - theirs) / (OURS * absolute + OURS * np.abs(theirs))
    return np.max(np.sqrt(np.mean(each**2, axis=1))), np.max(each)


@pytest.mark.parametrize("name", CASES)
def test_a_scenario_equals_scipy(name):
    scenario, arm, hours, moved = CASES[name]
    plan = read_scenario(scenario)
    plan = replace(plan, duration=hours, items=tuple(replace(x, start=moved) if moved else x for x in plan.items))
    body = prepare(standard_model(), person(plan, arm, {}))
    absolute, start = ABSOLUTE_SHARE * body.absolute_scale, steady_state(body)
    events = timeline(body, plan.schedule(arm), hours, plan.context.clock)
    times = np.arange(0, hours + EVERY / 2, EVERY)
    given = (start, body.constants, events, times)
    ours = integrate(problem(body), *given, rtol=OURS, atol=OURS * absolute)
    theirs = integrate_with_scipy(problem(body), body.kernels.JACOBIAN, *given, rtol=THEIRS, atol=THEIRS * absolute)
    n = len(start)
    norm, worst = distances(ours.outputs[:, :n], theirs.outputs[:, :n], absolute)
    assert ours.code == 0
    assert norm < 1
    assert worst < MULTIPLE


def test_scipy_sees_jumps_and_boundaries():
    m = Module("decay", "First-order decay")
    x = m.state("amount", "mg", "what is left", start=8)
    m.flux("loss", m.parameter("k", "1/h") * x, frm=x)
    body = prepared(m, {"k": float(np.log(2))})
    events, times = boundaries(body, [0, 1, 2], [(0, 0, 2.0), (1, 0, 3.0)]), np.array([0, 0.5, 1, 1.5, 2])
    atol = np.full(1, 1e-12)
    theirs = integrate_with_scipy(
        problem(body), body.kernels.JACOBIAN, body.starts, body.constants, events, times, rtol=1e-10, atol=atol
    )
    assert theirs.outputs[:, 0] == pytest.approx([10, 10 / 2**0.5, 8, 8 / 2**0.5, 4], rel=1e-8)
    assert theirs.y_end == pytest.approx(run(body, events, rtol=1e-10).y_end, rel=1e-8)
