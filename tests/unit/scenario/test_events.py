"""What a picture marks."""

from neurokyn.scenario.activity import Bout
from neurokyn.scenario.context import Context
from neurokyn.scenario.dosing import Dose, Regimen
from neurokyn.scenario.events import events
from neurokyn.scenario.recurrence import Taper
from neurokyn.scenario.schedule import Schedule
from neurokyn.scenario.surroundings import Challenge, Meals, Stress

WEEK = Context(duration=168.0, clock=7.0)


def marked(*items):
    return events(Schedule(part for item in items for part in item.expand(WEEK)), WEEK.duration)


def test_doses_with_their_size():
    found = marked(Regimen("paroxetine", "20 mg", every="1 day", stop="day 4", taper=Taper("2 days")))
    assert found == {"paroxetine": [(0, 0, 20), (24, 24, 20), (48, 48, 10), (72, 72, 10)]}


def test_the_phases_of_intervals_are_one_bout():
    assert [(start, stop) for start, stop, _ in marked(Bout("intervals", 30, start="10 h"))["exercise"]] == [(10, 10.5)]
    assert len(marked(Bout("running", 30, start="10 h"), Bout("walking", 30, start="12 h"))["exercise"]) == 2


def test_levels_of_stress_stay_apart():
    found = marked(Stress([["day 1", 1.0], ["day 2", 0.5]], stop="day 3"))
    assert found == {"stress": [(24, 48, 1.0), (48, 72, 0.5)]}


def test_what_lasts_ends_with_the_scenario_and_meals_are_not_marked():
    found = marked(Meals(), Challenge("interferon-alpha", start="day 5"), Dose("sertraline", "50 mg"))
    assert found == {"interferon-alpha": [(120, 168, 2.0)], "sertraline": [(0, 0, 50)]}


def test_what_comes_after_the_end_is_not_marked():
    late = Schedule(Dose("sertraline", "50 mg", start="day 6").expand(WEEK))
    assert events(late, 24.0) == {}
