"""Who comes, who swallows a dose, who leaves: directions in the whole body, closed forms in the module alone."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from body import DAY, WEEK, at_rest, person, simulate
from neurokyn.compiler.compose import System, compose
from neurokyn.compiler.parameters import Parameter, Table
from neurokyn.physiology import behaviour
from neurokyn.scenario.dosing import Regimen
from neurokyn.scenario.model import standard_parameters
from neurokyn.scenario.prepare import Prepared, prepare
from neurokyn.scenario.schedule import Bolus, Level, Schedule
from neurokyn.scenario.solve import follow, timeline
from stand_ins import set_by_schedule

SCORE, MOTIVATION, OCCUPANCY = "mood.depression", "mood.motivation", "ssri.sert_occupancy"
SESSIONS, DOSES = "behaviour.session_support", "behaviour.dose_support"
EXERCISE, TREATMENT = "behaviour.leaving_exercise", "behaviour.leaving_treatment"


def number(name: str) -> float:
    return standard_parameters()[f"behaviour.{name}"].value


def logit(share):
    return np.log(share / (1 - share))


def logistic(odds):
    return 1 / (1 + np.exp(-odds))


@cache
def system() -> System:
    """Behaviour alone, symptoms and occupancy set by the test."""
    mood = set_by_schedule("mood", motivation=0.5, depression=15.0)
    return compose([behaviour.module, mood, set_by_schedule("ssri", sert_occupancy=0.0)])


def alone(**own: float) -> Prepared:
    rows = [row for name, row in standard_parameters().items() if name.startswith("behaviour.")]
    return prepare(system(), Table(rows).with_values({f"behaviour.{name}": value for name, value in own.items()}))


def held(name: str, value: float, start: float = 0.0, stop: float = 1e9) -> Level:
    """A drive set outright."""
    unit = {EXERCISE: "1/week", TREATMENT: "1/week"}.get(name, "1")
    return Level(name, start, stop, value, unit, True)


def run(who: Prepared, items, hours: float, every: float = 6.0) -> dict[str, np.ndarray]:
    times = np.arange(0.0, hours + every / 2, every)
    course = follow(who, who.starts, timeline(who, Schedule(items), hours, 7.0), times, rtol=1e-9)
    assert course.code == 0, course.reason
    return {r.name: course.values[:, k] for k, r in enumerate(who.system.read_outs)} | {"time": times}


def end(who: Prepared, items, hours: float = WEEK) -> dict[str, float]:
    return {name: float(values[-1]) for name, values in run(who, items, hours, hours).items()}


# The module alone


@pytest.mark.parametrize("motivation", [0.2, 0.45, 0.8])
@pytest.mark.parametrize("propensity", [-1.0, 0.5])
def test_the_log_odds_of_coming_add_up(motivation, propensity):
    moved = number("motivation_weight") * (logit(motivation) - logit(number("reference_motivation"))) + propensity
    r = end(alone(propensity=propensity), [held(MOTIVATION, motivation), held(SESSIONS, 1.5), held(DOSES, 2.0)])
    assert logit(r["behaviour.attendance"]) == pytest.approx(1.5 + moved, rel=1e-9)
    assert logit(r["behaviour.dose_taking"]) == pytest.approx(2.0 + number("pill_share") * moved, rel=1e-9)


def test_support_is_defined_at_the_reference():
    r = end(alone(), [held(MOTIVATION, number("reference_motivation")), held(SESSIONS, 1.0), held(DOSES, -1.0)])
    assert (r["behaviour.attendance"], r["behaviour.dose_taking"]) == pytest.approx((logistic(1.0), logistic(-1.0)))


@pytest.mark.parametrize("score", [8.0, 15.0, 27.0])
@pytest.mark.parametrize(("frailty", "propensity"), [(1.0, 0.0), (1.7, -0.8)])
def test_hazards_add_up_evenly_while_nothing_changes(score, frailty, propensity):
    items = [held(SCORE, score), held(EXERCISE, 0.02), held(TREATMENT, 0.03)]
    r = run(alone(frailty=frailty, propensity=propensity), items, 4 * WEEK)
    weeks, sicker = r["time"] / WEEK, number("severity_slope") * (score - number("reference_score"))
    kept = number("propensity_slope") * propensity
    exercise = 0.02 * frailty * math.exp(sicker - kept)
    treatment = 0.03 * frailty * math.exp(sicker - number("pill_share") * kept)
    assert r["behaviour.exercise_hazard"] == pytest.approx(exercise * weeks, rel=1e-6, abs=1e-9)
    assert r["behaviour.treatment_hazard"] == pytest.approx(treatment * weeks, rel=1e-6, abs=1e-9)


def test_a_hazard_adds_up_what_its_weeks_bring():
    """Three weeks ill, one week well: the sum of both, whichever comes first."""
    ill, well = 25.0, 6.0
    orders = [[(0, 3, ill), (3, 4, well)], [(0, 1, well), (1, 4, ill)]]
    for order in orders:
        items = [held(SCORE, score, a * WEEK, b * WEEK) for a, b, score in order]
        r = end(alone(), [held(EXERCISE, 0.05), *items], 4 * WEEK)
        expected = sum(
            0.05 * weeks * math.exp(number("severity_slope") * (score - number("reference_score")))
            for weeks, score in ((3, ill), (1, well))
        )
        assert r["behaviour.exercise_hazard"] == pytest.approx(expected, rel=1e-6)


def test_without_a_setting_nobody_leaves():
    items = [held(SCORE, 40.0), held(OCCUPANCY, 0.9)]
    r = run(alone(frailty=3.0, propensity=-2.0), items, 8 * WEEK)
    assert not r["behaviour.exercise_hazard"].any()
    assert not r["behaviour.treatment_hazard"].any()


@pytest.mark.parametrize("occupancy", [0.5, 0.8, 0.9])
def test_side_effects_fade_to_what_nobody_gets_used_to(occupancy):
    r = run(alone(), [held(OCCUPANCY, occupancy)], 12 * WEEK)
    exposure, share = occupancy / (1 - occupancy), number("tolerance_share")
    used = 1 - np.exp(-r["time"] / DAY / number("tolerance_time"))
    assert r["behaviour.side_effects"] == pytest.approx(exposure * (1 - share * used), rel=1e-6)
    assert np.all(np.diff(r["behaviour.side_effects"]) < 0)
    assert r["behaviour.side_effects"][-1] > 0


def test_side_effects_add_to_the_hazard_of_leaving_pills_alone():
    none, some = (end(alone(), [held(OCCUPANCY, x), held(EXERCISE, 0.1), held(TREATMENT, 0.1)]) for x in (0.0, 0.8))
    assert some["behaviour.treatment_hazard"] > none["behaviour.treatment_hazard"]
    assert some["behaviour.exercise_hazard"] == pytest.approx(none["behaviour.exercise_hazard"], rel=1e-9)
    slope, early = number("side_effect_slope"), end(alone(), [held(OCCUPANCY, 0.8), held(TREATMENT, 0.1)], 1.0)
    assert early["behaviour.treatment_hazard"] == pytest.approx(0.1 / WEEK * math.exp(slope * 4.0), rel=1e-3)


def test_who_keeps_to_programmes_stays_longer():
    keen, not_keen = (end(alone(propensity=own), [held(EXERCISE, 0.1), held(TREATMENT, 0.1)]) for own in (1.0, -1.0))
    for name in ("exercise_hazard", "treatment_hazard"):
        assert keen[f"behaviour.{name}"] < not_keen[f"behaviour.{name}"]
    ratio = not_keen["behaviour.exercise_hazard"] / keen["behaviour.exercise_hazard"]
    pills = not_keen["behaviour.treatment_hazard"] / keen["behaviour.treatment_hazard"]
    assert 1 < pills < ratio  # a pill asks for less


# In the whole body


@pytest.fixture(scope="module")
def by_severity() -> dict[str, dict[str, float]]:
    """The healthy, the ill and the severely ill at rest, in the same setting."""
    return {name: at_rest(person(name), {EXERCISE: 0.02, SESSIONS: 2.0}) for name in ("healthy", "mdd", "mdd-severe")}


def test_more_symptoms_fewer_sessions(by_severity):
    scores = [r["mood.depression"] for r in by_severity.values()]
    assert scores == sorted(scores)
    for name in ("attendance", "dose_taking"):
        shares = [r[f"behaviour.{name}"] for r in by_severity.values()]
        assert shares == sorted(shares, reverse=True)
        assert len(set(shares)) == 3


def test_more_symptoms_a_higher_hazard():
    items, added = [Level(EXERCISE, 0, WEEK, 0.02, "1/week"), Level(TREATMENT, 0, WEEK, 0.02, "1/week")], []
    for name in ("healthy", "mdd", "mdd-severe"):
        _, r = simulate(person(name), items, WEEK, WEEK)
        added.append([r["behaviour.exercise_hazard"][-1], r["behaviour.treatment_hazard"][-1]])
    assert np.all(np.diff(np.array(added), axis=0) > 0)


def test_a_setting_acts_on_nothing_but_behaviour():
    """Nothing here acts back on the body."""
    items = [held(SESSIONS, 2.0, 0, WEEK), held(EXERCISE, 0.5, 0, WEEK), held(TREATMENT, 0.5, 0, WEEK)]
    (_, free), (_, bound) = (simulate(person("mdd"), given, WEEK, DAY) for given in ([], items))
    for name in free:
        if not name.startswith("behaviour."):
            assert bound[name] == pytest.approx(free[name], rel=1e-6, abs=1e-9), name


def test_success_brings_people_back():
    """Sessions that were attended raise the chance of the next, before they change anything else."""
    sessions = [Bolus("mood.activation", day * DAY, 1.0, "1") for day in range(0, 21, 2)]
    (_, idle), (_, active) = (simulate(person("mdd"), items, 3 * WEEK, DAY) for items in ([], sessions))
    gain = logit(active["behaviour.attendance"]) - logit(idle["behaviour.attendance"])
    assert gain[0] == pytest.approx(0.0, abs=1e-9)
    assert np.all(gain[3:] > 0)
    assert gain[20] > gain[5]


def test_fatigue_keeps_people_at_home():
    effort = [Level("exercise.intensity", 0, 6, 0.8, "1")]  # without a session to be glad of
    rested, tired = (simulate(person("mdd"), items, WEEK, DAY)[1] for items in ([], effort))
    assert rested["behaviour.attendance"][-1] == pytest.approx(rested["behaviour.attendance"][0], rel=1e-4)
    assert tired["behaviour.attendance"][1] < rested["behaviour.attendance"][1]


@pytest.fixture(scope="module")
def on_drug() -> dict[str, dict[str, np.ndarray]]:
    """Six weeks in one body: untreated, 10 mg and 20 mg of escitalopram a day."""
    arms = {"none": [], "10 mg": [Regimen("escitalopram", "10 mg", every="1 day")],
            "20 mg": [Regimen("escitalopram", "20 mg", every="1 day")]}  # fmt: skip
    return {name: simulate(person("mdd"), items, 6 * WEEK, 6.0)[1] for name, items in arms.items()}


def test_a_drug_that_lifts_motivation_raises_attendance(on_drug):
    each_week = slice(28, None, 28)
    for dose in ("10 mg", "20 mg"):
        for read_out in (MOTIVATION, "behaviour.attendance", "behaviour.dose_taking"):
            gain = (on_drug[dose][read_out] - on_drug["none"][read_out])[each_week]
            assert np.all(gain > 0), read_out
            assert gain[-1] > gain[0], read_out


def test_side_effects_are_larger_on_the_larger_dose_and_fade(on_drug):
    daily = {dose: on_drug[dose]["behaviour.side_effects"][:-1].reshape(-1, 4).mean(axis=1) for dose in on_drug}
    assert np.abs(daily["none"]).max() == 0.0
    assert np.all(daily["20 mg"] > daily["10 mg"])
    assert np.all(daily["10 mg"] > 0)
    for dose in ("10 mg", "20 mg"):
        worst = daily[dose].argmax()
        assert worst < 14
        assert np.all(np.diff(daily[dose][worst:]) < 0)


def test_rows_of_behaviour_are_all_used():
    used = {name.removeprefix("behaviour.") for name in system().parameter_units if name.startswith("behaviour.")}
    rows = {name.removeprefix("behaviour.") for name in standard_parameters() if name.startswith("behaviour.")}
    assert used == rows
    assert all(isinstance(standard_parameters()[f"behaviour.{name}"], Parameter) for name in rows)
