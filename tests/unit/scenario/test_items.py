"""Drugs, exercise, meals, stress and challenges: what they expand to."""

import datetime
from itertools import pairwise

import pytest
from neurokyn.errors import ScenarioError
from neurokyn.scenario import catalogue
from neurokyn.scenario.activity import Bout, Programme, phases
from neurokyn.scenario.context import Context
from neurokyn.scenario.dosing import Dose, Regimen
from neurokyn.scenario.recurrence import Taper
from neurokyn.scenario.schedule import Bolus, Level, Schedule
from neurokyn.scenario.surroundings import Challenge, Meals, Stress

WEEK = 168.0
FOUR_WEEKS = Context(duration=4 * WEEK, clock=7.0)


def doses(item, context=FOUR_WEEKS):
    return [(bolus.time, bolus.amount) for bolus in item.expand(context)]


def times(item, context=FOUR_WEEKS):
    return [time for time, _ in doses(item, context)]


def escitalopram(**when):
    return Regimen("escitalopram", "10 mg", **when)


def test_a_dose_exactly_at_the_stop_is_not_given():
    assert times(escitalopram(every="1 day", stop="day 3")) == [0, 24, 48]
    assert len(times(escitalopram(every="1 day"))) == 28


def test_fractional_times_are_exact():
    assert times(escitalopram(every="20 min", start="1.5 h", stop="2.5 h")) == [1.5, 1.5 + 1 / 3, 1.5 + 2 / 3]


def test_one_dose():
    assert doses(Dose("fluoxetine", "20 mg", start="week 1")) == [(WEEK, 20)]
    assert doses(Dose("fluoxetine", "20 mg", start="day 1", at="06:00")) == [(47, 20)]


def test_times_of_day():
    assert times(escitalopram(every="1 day", at="08:00", stop="day 2")) == [1, 25]
    assert times(escitalopram(every="1 day", at=["20:00", "08:00"], stop="day 1")) == [1, 13]
    assert times(escitalopram(every="2 days", at="06:00", stop="day 4")) == [23, 71]
    assert times(escitalopram(days=["mon", "sun"], at="07:00", stop="week 1")) == [0, 144]


def test_titration():
    course = Regimen("escitalopram", doses=[["week 0", "5 mg"], {"start": "week 1", "dose": "10 mg"}], every="1 week")
    assert doses(course) == [(0, 5), (WEEK, 10), (2 * WEEK, 10), (3 * WEEK, 10)]
    late = Regimen("escitalopram", doses=[["week 2", "5 mg"], ["week 3", "10 mg"]], every="1 week")
    assert doses(late) == [(2 * WEEK, 5), (3 * WEEK, 10)]


def test_a_step_of_nothing_is_a_pause():
    course = Regimen("escitalopram", doses=[["week 0", "5 mg"], ["week 1", "0 mg"], ["week 2", "5 mg"]], every="1 week")
    assert times(course) == [0, 2 * WEEK, 3 * WEEK]


def test_taper():
    course = Regimen("paroxetine", "20 mg", every="1 week", stop="week 4", taper=Taper("3 weeks", 3))
    assert doses(course) == [(0, 20), (WEEK, 15), (2 * WEEK, 10), (3 * WEEK, 5)]


def test_skips():
    def left_out(**when):
        return [
            t / 24 for t in times(escitalopram(every="1 day")) if t not in times(escitalopram(every="1 day", **when))
        ]

    assert left_out(skip=["sun"]) == [6, 13, 20, 27]
    assert left_out(skip=["week 1"]) == list(range(7, 14))
    assert left_out(skip=["week 2 day 3", "day 1"]) == [1, 17]
    assert left_out(skip_every=7) == [6, 13, 20, 27]


def test_dates():
    march = Context(duration=4 * WEEK, clock=7.0, weekday=0, date=datetime.date(2026, 3, 2))
    assert times(escitalopram(every="1 week", start="2026-03-09", at="08:00"), march) == [169, 337, 505]
    assert len(times(escitalopram(every="1 day", skip=["2026-03-08"]), march)) == 27
    with pytest.raises(ScenarioError, match="lies before t = 0"):
        escitalopram(every="1 day", start="2026-03-01").expand(march)
    with pytest.raises(ScenarioError, match="t = 0 has no date"):
        escitalopram(every="1 day", start="2026-03-09").expand(FOUR_WEEKS)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (Regimen("escitalopran", "10 mg", every="1 day"), "no drug 'escitalopran'; did you mean 'escitalopram'"),
        (Regimen("escitalopram", "10", every="1 day"), "dose: a dose needs a unit"),
        (Regimen("escitalopram", every="1 day"), "it has no dose"),
        (Regimen("escitalopram", "10 mg"), "does not say how often"),
        (Regimen("escitalopram", "9000 mg", every="1 day"), "more than the largest dose"),
        (Regimen("escitalopram", "10 mg", every="0 h"), "lasts no time"),
        (Regimen("escitalopram", "10 mg", every="1 min", start="week 9"), "not before the end"),
        (escitalopram(every="1 day", start="week 2", stop="week 2"), "stop: it stops at 'week 2'"),
        (escitalopram(every="36 h", at="08:00"), "whole days"),
        (escitalopram(days=["mon"]), "no time of day"),
        (escitalopram(days="mon", at="08:00"), "not a list"),
        (escitalopram(days=["mon"], at="08:00", every="1 day"), "both 'days' and 'every'"),
        (escitalopram(every="1 day", skip=["weekend"]), "cannot be skipped"),
        (escitalopram(every="1 day", skip_every=1), "whole number above 1"),
        (escitalopram(every="1 day", taper=Taper("1 week", 2)), "needs a 'stop'"),
        (escitalopram(every="1 day", stop="week 1", taper=Taper("2 weeks", 2)), "longer than the whole course"),
        (escitalopram(every="1 day", stop="week 1", taper=Taper("1 week", 0)), "whole number above 0"),
        (Regimen("escitalopram", "5 mg", doses=[["week 0", "5 mg"]], every="1 day"), "both 'dose' and 'doses'"),
        (Regimen("escitalopram", doses=[["week 1"]], every="1 day"), "is not a step"),
        (Regimen("escitalopram", doses=[["week 1", "5 mg"], ["week 0", "5 mg"]], every="1 day"), "order of time"),
        (Regimen("escitalopram", doses=[["week 1", "5 mg"]], every="1 day", start="week 0"), "first step comes 7 days"),
        (Regimen("escitalopram", doses=[["week 0", "5"]], every="1 day"), "dose step 1: a dose needs a unit"),
    ],
)
def test_what_a_regimen_refuses(item, message):
    with pytest.raises(ScenarioError, match=message):
        item.expand(FOUR_WEEKS)


def test_all_problems_of_an_item_are_said():
    with pytest.raises(ScenarioError) as caught:
        Regimen("escitalopran", "ten", every="1 day", start="week 3", stop="week 2").expand(FOUR_WEEKS)
    assert len(str(caught.value).splitlines()) == 3


def running(minutes=45, **when):
    return Programme("running", minutes, "70 %VO2max", **when)


def test_a_bout_sets_the_drives_and_counts_at_its_end():
    found = Bout("running", 45, "70 %VO2max", start="day 1", at="18:00").expand(FOUR_WEEKS)
    levels = {item.target: item for item in found if isinstance(item, Level)}
    weights = dict(catalogue.mode("running").weights)
    assert {(item.start, item.stop) for item in levels.values()} == {(35.0, 35.75)}
    assert levels["exercise.intensity"].value == 0.7
    assert levels["exercise.bout_start"].value == 35.0
    assert {name: levels[f"exercise.{name}"].value for name in weights} == weights
    assert [(item.target, item.time, item.amount) for item in found if isinstance(item, Bolus)] == [
        ("mood.activation", 35.75, 1.0)
    ]


def test_a_programme_of_bouts():
    found = running(days=["mon", "wed", "fri"], at="18:00", skip=["week 1"], skip_every=4).expand(FOUR_WEEKS)
    attended = [item.time for item in found if isinstance(item, Bolus)]
    assert len(attended) == 12 - 3 - 2  # the 4th, in week 1, is missed for two reasons; the 8th and 12th for one
    assert attended[0] == 11.75


def test_minutes_are_stepped_up_and_tapered():
    found = running([["week 0", 20], ["week 1", 40]], every="1 week", stop="week 4", taper=Taper("1 week")).expand(
        FOUR_WEEKS
    )
    lengths = [item.stop - item.start for item in found if item.target == "exercise.intensity"]
    assert [60 * length for length in lengths] == pytest.approx([20, 40, 40, 20])


def test_the_usual_intensity_of_a_mode():
    found = Bout("walking", 30).expand(FOUR_WEEKS)
    assert [i.value for i in found if i.target == "exercise.intensity"] == [catalogue.mode("walking").intensity]


def test_intervals_are_on_and_off():
    mode = catalogue.Mode("interval", (("aerobic", 1.0),), 0.9, work=0.1, rest=0.05, recovery=0.4)
    found = phases(mode, 10.0, 10.32, 0.9)
    assert [pace for _, _, pace in found] == [0.9, 0.4, 0.9, 0.4, 0.9]
    assert found[0][0] == 10.0
    assert found[-1][1] == 10.32
    assert all(a[1] == pytest.approx(b[0]) for a, b in pairwise(found))
    assert phases(mode, 0.0, 0.1, 0.9) == [(0.0, 0.1, 0.9)]


def test_a_bout_is_cut_off_by_the_end_and_not_counted():
    found = Bout("running", 60, "70 %VO2max", start="23.5 h").expand(Context(duration=24.0))
    assert {item.stop for item in found} == {24.0}


def test_support():
    def contact(support):
        items = running(days=["mon"], at="18:00", stop="week 2", support=support).expand(FOUR_WEEKS)
        return [(item.start, item.stop, item.value) for item in items if item.target == "mood.contact"]

    assert contact("alone") == []
    assert contact("group") == [(0.0, 2 * WEEK, catalogue.support("group"))]


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (Programme("runing", 45, "70 %VO2max", days=["mon"], at="18:00"), "did you mean 'running'"),
        (Programme("running", -45, "70 %VO2max", days=["mon"], at="18:00"), "negative"),
        (Programme("running", 45, "70", days=["mon"], at="18:00"), "intensity: an intensity needs a unit"),
        (Programme("running", 45, "70 %VO2max"), "how often"),
        (Programme("running", 45, days=["mon"], at="18:00", support="grup"), "did you mean 'group'"),
        (Programme("running", 45, days=["moonday"], at="18:00"), "did you mean 'monday'"),
        (Programme("running", 45, days=["mon"], at="25:00"), "not a time of day"),
        (Programme("running", [], days=["mon"], at="18:00"), "no steps"),
    ],
)
def test_what_a_programme_refuses(item, message):
    with pytest.raises(ScenarioError, match=message):
        item.expand(FOUR_WEEKS)


def test_bouts_that_overlap():
    items = running(days=["mon"], at="18:00").expand(FOUR_WEEKS) + Bout("walking", 30, start="11.5 h").expand(
        FOUR_WEEKS
    )
    with pytest.raises(ScenarioError, match="overlap: running for 45 min at 11 h and walking for 30 min at 11.5 h"):
        Schedule(items)


def test_stress_throughout_and_lowered():
    assert [(i.start, i.stop, i.value) for i in Stress(1.0, start="week 1", stop="week 2").expand(FOUR_WEEKS)] == [
        (WEEK, 2 * WEEK, 1.0)
    ]
    found = Stress([["week 0", 1.0], ["week 1", 2.0]], stop="week 3", taper=Taper("1 week")).expand(FOUR_WEEKS)
    assert [(i.start / WEEK, i.stop / WEEK, i.value) for i in found] == [(0, 1, 1), (1, 2, 2), (2, 3, 1)]


def test_stress_in_episodes():
    found = Stress(2.0, days=["mon"], at="09:00", minutes=30, skip=["week 1"]).expand(FOUR_WEEKS)
    assert [(item.start, item.stop) for item in found] == [
        (2, 2.5),
        (2 * WEEK + 2, 2 * WEEK + 2.5),
        (3 * WEEK + 2, 3 * WEEK + 2.5),
    ]


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (Stress(1.0, days=["mon"], at="09:00"), "how long an episode"),
        (Stress(1.0, at="09:00"), "only episodes"),
        (Stress(-1.0), "negative"),
        (Stress(1.0, start="week 3", stop="week 2"), "not after its start"),
        (Meals(at=["08:00"], shares=[1, 2]), "2 shares for 1 meals"),
        (Meals(at=["08:00"], shares=[0]), "add up to nothing"),
        (Meals(at=["8"]), "not a time of day"),
        (Challenge("interferon"), None),
        (Challenge("interferon-beta"), "no challenge 'interferon-beta'; did you mean"),
        (Challenge("endotoxin", stop="week 1"), "over at once"),
        (Challenge("endotoxin", dose=1), "amount with a unit"),
        (Challenge("endotoxin", start="week 9"), "not before the end"),
    ],
)
def test_what_the_surroundings_refuse(item, message):
    if message is None:
        assert item.expand(FOUR_WEEKS)
        return
    with pytest.raises(ScenarioError, match=message):
        item.expand(FOUR_WEEKS)


def test_interferon_lasts_its_usual_time_or_until_its_stop():
    long = Context(duration=20 * WEEK)
    (usual,) = Challenge("interferon-alpha", start="week 2").expand(long)
    (stopped,) = Challenge("interferon-alpha", start="week 2", stop="week 4", dose=1.0).expand(long)
    assert (usual.start / WEEK, usual.stop / WEEK, usual.value) == (2, 14, 2)
    assert (stopped.stop / WEEK, stopped.value) == (4, 1)


def test_challenges_that_are_over_at_once():
    assert [
        (b.target, b.time, b.amount) for b in Challenge("endotoxin", start="day 1", at="09:00").expand(FOUR_WEEKS)
    ] == [("inflammation.endotoxin", 26, 1.0)]
    assert len(Challenge("endotoxin", every="1 week", stop="week 3").expand(FOUR_WEEKS)) == 3
    (load,) = Challenge("tryptophan-load", dose="1 g").expand(FOUR_WEEKS)
    assert (load.target, load.unit) == ("tryptophan.dissolved", "umol")
    assert load.amount == pytest.approx(1e6 / 204.225, rel=1e-6)


def test_nothing_is_eaten_on_a_test_day_until_evening():
    context = Context(duration=72.0, clock=7.0)
    drink = Challenge("tryptophan-depletion", start="day 1", at="08:00")
    schedule = Schedule([*Meals().expand(context), *drink.expand(context)])
    assert [(b.target, b.amount) for b in schedule.boluses] == [("tryptophan.amino_acid_load", 1.0)]

    def eaten(clock, day):
        return schedule.levels_at(context.time_of(day, clock), {"tryptophan.meal": 1.0})["tryptophan.meal"]

    assert eaten(8.0, 0) > 1
    assert eaten(13.1, 0) > 1
    assert eaten(8.0, 1) == eaten(13.1, 1) == 0
    assert eaten(19.1, 1) > 1
