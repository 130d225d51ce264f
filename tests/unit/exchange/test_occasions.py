"""What recurs, laid out again, is the timeline it was gathered from."""

import numpy as np
import pytest
from neurokyn.exchange.occasions import jumps_at, occasions
from neurokyn.scenario.catalogue import scenarios
from neurokyn.scenario.model import standard_model, standard_parameters
from neurokyn.scenario.prepare import prepare
from neurokyn.scenario.reading import read_scenario
from neurokyn.scenario.schedule import SAME_TIME, Bolus, Level, Schedule
from neurokyn.scenario.solve import timeline

ARMS = [(name, arm) for name in scenarios() for arm in (read_scenario(name).arm_names or (None,))]


@pytest.fixture(scope="module")
def body():
    return prepare(standard_model(), standard_parameters())


def laid_out(found, events):
    """Drives and jumps of each segment, one occasion after another."""
    happening = sorted((o.first + k * o.period, n, o) for n, o in enumerate(found) for k in range(o.count))
    drives, jumps = np.tile(events.drives[0], (len(events.drives), 1)), {}
    for time, _, occasion in happening:
        segment = int(np.argmin(np.abs(events.starts - time)))
        assert abs(events.starts[segment] - time) < SAME_TIME
        assert segment not in jumps
        for drive, value in occasion.drives:
            drives[segment:, drive] = events.starts[segment] if value is None else value
        jumps[segment] = dict(occasion.jumps)
    return drives, jumps


def check(events):
    found = occasions(events)
    drives, jumps = laid_out(found, events)
    assert np.abs(drives - events.drives).max() < SAME_TIME
    for segment in range(1, len(events.drives)):
        assert jumps.get(segment, {}) == pytest.approx(dict(jumps_at(events, segment)))
    return found


@pytest.mark.parametrize(("scenario", "arm"), ARMS)
def test_a_scenario_is_what_recurs_in_it(body, scenario, arm):
    plan = read_scenario(scenario)
    events = timeline(body, plan.schedule(arm), plan.hours, plan.context.clock)
    assert len(check(events)) < 30


def made(body, items, hours=24.0 * 28):
    return timeline(body, Schedule(items), hours, 0.0)


def test_three_days_a_week_are_three_occasions(body):
    found = check(
        made(
            body, [Bolus("ssri.escitalopram_gut", 8 + 24 * (7 * w + d), 10, "mg") for w in range(4) for d in (0, 2, 4)]
        )
    )
    assert [(o.first, o.period, o.count) for o in found] == [(8, 168, 4), (56, 168, 4), (104, 168, 4)]


def test_what_does_not_recur_comes_one_by_one(body):
    found = check(made(body, [Bolus("ssri.escitalopram_gut", t, 10, "mg") for t in (1, 2.5, 7, 8, 20)]))
    assert sum(o.count for o in found) == 5


def test_two_amounts_at_one_time_are_one(body):
    found = check(made(body, [Bolus("ssri.escitalopram_gut", 5, amount, "mg") for amount in (10, 2.5)]))
    assert [o.jumps[0][1] for o in found] == [12.5]


def test_what_happens_at_once_is_no_occasion(body):
    events = made(body, [Bolus("ssri.escitalopram_gut", 0, 10, "mg"), Level("stress.level", 0, 24.0 * 28, 1, "1")])
    assert occasions(events) == []
    assert [amount for _, amount in jumps_at(events, 0)] == [10]
