"""For every registered module: alone for a day, written as SBML, it does in libRoadRunner what it does here."""

import numpy as np
import roadrunner
from neurokyn.exchange.document import Description, sbml_document
from neurokyn.exchange.naming import identifier
from neurokyn.scenario.schedule import Level, Schedule
from neurokyn.scenario.solve import follow, timeline

TIGHT, SHARE = 1e-9, 1e-2


def test_it_runs_the_same_elsewhere(alone):
    """From moved starts, and with every drive that may move at 1 for an hour."""
    system = alone.system
    own = [drive.symbol for drive in system.drives if not str(drive.symbol.value).startswith("clock.")]
    held = [Level(str(d.value), 3.0, 4.0, 1.0, d.unit) for d in own if not str(d.value).endswith("_start")]
    events = timeline(alone, Schedule(held), 24.0, 7.0)
    start = alone.starts * 1.1 + 0.01 * alone.absolute_scale
    times = np.arange(0, 24.5, 0.5)
    ours = follow(alone, start, events, times, rtol=TIGHT / 10).values[:, : len(start)]
    runner = roadrunner.RoadRunner(sbml_document(alone, start, events, Description("A module alone")))
    names = [identifier(name) for name in system.state_names]
    runner.timeCourseSelections = names
    runner.integrator.relative_tolerance = TIGHT
    for name, scale in zip(names, alone.absolute_scale, strict=True):
        runner.integrator.setIndividualTolerance(name, TIGHT * SHARE * scale)
    theirs = np.array(runner.simulate(times=times))
    size = np.abs(ours) + SHARE * np.abs(ours).max(axis=0) + 1e-9 * alone.absolute_scale
    assert np.max(np.abs(theirs - ours) / size) < 1e-5
