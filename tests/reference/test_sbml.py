"""Written as SBML, scenarios give the same trajectories in libRoadRunner (CVODE) and in COPASI (LSODA).

Ours is integrated with rtol 1e-10, theirs with 1e-9. The distance of a state is |theirs - ours| / (|ours| + 1 % of its
most + 1e-9 of its typical size): the second term lets a state pass through zero, the third only concerns states that
nothing ever moves.
"""

from pathlib import Path

import numpy as np
import pytest
import roadrunner
from neurokyn.exchange.naming import identifier
from neurokyn.exchange.sbml import write_sbml
from neurokyn.scenario.model import standard_model
from neurokyn.scenario.orbit import daily_orbit
from neurokyn.scenario.prepare import prepare
from neurokyn.scenario.reading import read_scenario
from neurokyn.scenario.simulate import person
from neurokyn.scenario.solve import follow, timeline

OURS, THEIRS, SHARE = 1e-10, 1e-9, 1e-2
ALLOWED = 1e-4

CASES = {  # scenario, arm, hours, every (h); the long ones up to where nothing new happens
    "running": ("running-vs-escitalopram", "running", 672.0, 1.0),
    "escitalopram": ("running-vs-escitalopram", "escitalopram", 672.0, 1.0),
    "bout": ("one-bout-hour-by-hour", "strength", 72.0, 0.25),
    "depletion": ("tryptophan-depletion", "escitalopram", 2112.0, 4.0),
    "tapering": ("stop-fluoxetine-vs-paroxetine", "paroxetine-tapered", 2520.0, 4.0),
    "interferon": ("interferon-alpha", "running", 1008.0, 2.0),
}


class Case:
    """A scenario as a file, and what we say happens in it."""

    def __init__(self, path: Path, name: str) -> None:
        scenario, arm, hours, every = CASES[name]
        plan = read_scenario(scenario)
        self.path, self.hours = path, hours
        self.times = np.arange(0, hours + every / 2, every)
        write_sbml(scenario, path, arm=arm)
        body = prepare(standard_model(), person(plan, arm, {}))
        clock = plan.context.clock
        start = daily_orbit(body, timeline(body, plan.ordinary_day(), 24.0, clock))
        events = timeline(body, plan.schedule(arm), plan.hours, clock)
        self.names = body.system.state_names
        self.identifiers = [identifier(state) for state in self.names]
        self.scale = body.absolute_scale
        self.ours = follow(body, start, events, self.times, rtol=OURS).values[:, : len(self.names)]

    def check(self, theirs: np.ndarray) -> None:
        """Every state at every time."""
        size = np.abs(self.ours) + SHARE * np.abs(self.ours).max(axis=0) + 1e-9 * self.scale
        distance = np.abs(theirs - self.ours) / size
        worst = self.names[int(np.argmax(distance.max(axis=0)))]
        assert theirs.shape == self.ours.shape
        assert distance.max() < ALLOWED, f"{worst} is off by {distance.max():.1g}"


@pytest.fixture(scope="module", params=CASES)
def case(request, tmp_path_factory):
    return Case(tmp_path_factory.mktemp("sbml") / "model.xml", request.param)


@pytest.mark.xdist_group("sbml")
def test_roadrunner_gives_the_same(case):
    runner = roadrunner.RoadRunner(str(case.path))
    runner.timeCourseSelections = case.identifiers
    runner.integrator.relative_tolerance = THEIRS
    for name, scale in zip(case.identifiers, case.scale, strict=True):
        runner.integrator.setIndividualTolerance(name, THEIRS * SHARE * scale)
    case.check(np.array(runner.simulate(times=case.times)))


@pytest.mark.xdist_group("sbml")
def test_copasi_gives_the_same(case):
    import basico  # it changes the locale, which each test sets back

    model = basico.load_model(str(case.path))
    method = {"Relative Tolerance": THEIRS, "Absolute Tolerance": THEIRS * 1e-3, "Max Internal Steps": 10**6}
    basico.set_task_settings(basico.T.TIME_COURSE, {"method": method}, model=model)
    course = basico.run_time_course(duration=case.hours, intervals=len(case.times) - 1, use_sbml_id=True, model=model)
    basico.remove_datamodel(model)
    case.check(course[case.identifiers].to_numpy())
