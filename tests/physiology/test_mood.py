"""Mood in one person, biology alone: no expectancy, no natural course, no noise."""

from __future__ import annotations

import math

import body
import numpy as np
import pytest
from neurokyn.analysis.patients import severities
from neurokyn.scenario.catalogue import phenotypes
from neurokyn.scenario.model import standard_parameters
from neurokyn.scenario.people import settings_of
from neurokyn.scenario.schedule import Level
from stand_ins import (
    DAY,
    LIFT,
    RUN,
    WALK,
    WEEK,
    at_rest,
    depressed_items,
    depressed_levels,
    escitalopram,
    held,
    person,
    simulate,
    three_a_week,
)

SD_DEPRESSION = 7.0  # HAM-D points at the end of a trial, evidence E24
UNSHARED_ANXIETY = 0.72  # SD of the part of anxiety that depression does not share, log odds


def log_odds(score: float) -> float:
    """Of a Hamilton depression score."""
    return math.log(score / (52 - score))


def person_at(score: float, **settings: float):
    """A person whose body is a depressed one's and whose set point gives this score untreated."""
    lean = {"growth_factors.cleavage_activity": 0.88}
    who = person({**lean, "mood.vulnerability": 1.0})
    latent = who.read_outs(at_rest(who, depressed_levels()), who.rests)["mood.latent"]
    vulnerability = 1.0 + log_odds(score) - latent
    return person({**lean, "mood.vulnerability": vulnerability, **{f"mood.{k}": v for k, v in settings.items()}})


def course(who, items, hours, every=12.0):
    """From the untreated steady state."""
    start = at_rest(who, depressed_levels())
    return simulate(who, [*depressed_items(hours), *items], hours, every, start)[1]


@pytest.fixture(scope="module")
def on_escitalopram():
    """Twelve weeks at HAM-D 21, read out twice a day."""
    return course(person_at(21.0), escitalopram(12 * WEEK), 12 * WEEK)


@pytest.fixture(scope="module")
def training():
    """Twelve weeks of three sessions, by mode: mean change over week 12 of each read-out."""
    changes = {}
    for name, weight in (("run", RUN), ("walk", WALK), ("lift", LIFT)):
        r = course(person_at(21.0), three_a_week(weight, 12), 12 * WEEK, 3.0)
        changes[name] = {k: v[-56:].mean() - v[0] for k, v in r.items()}
    return changes


def standardised_ratio(points: float, anxiety: float, score: float = 17.7) -> float:
    """Effect on anxiety over that on depression, each in its SD."""
    shared = SD_DEPRESSION / (52 * (21 / 52) * (31 / 52))  # SD of the latent severity
    loading = person().table["mood.anxiety_loading"].value
    slope = 56 * (score / 56) * (1 - score / 56)
    sd_anxiety = slope * math.hypot(loading * shared, UNSHARED_ANXIETY)
    return (anxiety / sd_anxiety) / (points / SD_DEPRESSION)


def test_health_is_a_fixed_point_at_the_normal_score():
    who = person()
    assert np.max(np.abs(who.slopes(who.starts, who.rests))) < 1e-12
    well = who.read_outs(who.starts, who.rests)
    assert well["mood.depression"] == pytest.approx(3.2)
    assert well["mood.anxiety"] < 7
    assert well["mood.motivation"] == pytest.approx(0.7)


def test_escitalopram_by_week_eight(on_escitalopram):
    """Trial gap -1.94 (-2.50, -1.37), times 3.3/1.94 for a person held at HAM-D 21."""
    change = on_escitalopram["mood.depression"] - 21.0
    assert -4.25 <= change[8 * 14] <= -2.33
    latent = on_escitalopram["mood.latent"]
    assert -0.32 <= latent[8 * 14] - log_odds(21.0) <= -0.20


def test_a_third_of_it_at_week_one(on_escitalopram):
    change = on_escitalopram["mood.depression"] - 21.0
    assert 0.25 <= change[14] / change[6 * 14] <= 0.42


def test_the_fast_path_is_a_quarter_of_it():
    """0.06 fast to 0.20 slow: with the growth paths taken out only the fast one is left."""
    no_growth = {"growth_factors.serotonin_gain": 0.0, "dendrites.spine_serotonin_gain": 0.0}
    who = person({**no_growth, "mood.vulnerability": log_odds(21.0) - log_odds(3.2)})
    _, r = simulate(who, escitalopram(8 * WEEK), 8 * WEEK, DAY)
    assert 0.05 <= log_odds(21.0) - r["mood.latent"][-1] <= 0.08


def test_running_by_week_twelve(training):
    """Robust trials: 0 to -2.5 points. Structure and activation alone, so less than in the whole body."""
    assert -2.5 <= training["run"]["mood.depression"] <= 0.0
    assert 0.0 < -training["run"]["mood.latent"] <= 0.19


def test_running_in_the_whole_body():
    """0.16 to 0.19 log odds from structure, activation, calmer inflammation and stress together."""
    who = body.person("mdd")
    latent = body.simulate(who, [body.three_a_week("running", 70)], 12 * WEEK, 3.0)[1]["mood.latent"]
    assert 0.16 <= latent[0] - latent[-56:].mean() <= 0.19


def test_walking_comes_close_to_running_and_strength_helps(training):
    run, walk, lift = (training[k]["mood.depression"] for k in ("run", "walk", "lift"))
    assert 0.7 <= walk / run <= 1.05
    assert -2.5 <= lift <= -0.5


def test_exercise_moves_anxiety_by_about_six_tenths(training):
    """0.34 against 0.56 SD in meta-analyses: 0.61."""
    change = training["run"]
    assert 0.45 <= standardised_ratio(change["mood.depression"], change["mood.anxiety"]) <= 0.75


def test_escitalopram_moves_anxiety_beyond_depression(on_escitalopram, training):
    d, a = (on_escitalopram[f"mood.{k}"][-1] - on_escitalopram[f"mood.{k}"][0] for k in ("depression", "anxiety"))
    run = training["run"]
    assert a / d > run["mood.anxiety"] / run["mood.depression"]


def test_a_healthy_person_gains_next_to_nothing_from_an_ssri():
    _, r = simulate(person(), escitalopram(8 * WEEK), 8 * WEEK, DAY)
    assert -1.0 < r["mood.depression"][-1] - 3.2 <= 0.0


@pytest.mark.parametrize(("score", "vulnerable"), [(3.2, 0.0), (21.0, 1.0)])
def test_low_serotonin_alone_does_nothing(score, vulnerable):
    """Depletion in health and in untreated depression: no change that day (P19, P20)."""
    items = [Level("serotonin.extracellular_relative", 2.0, 26.0, 0.88, "1", True)]
    if score < 5:
        r = simulate(person({"mood.withdrawal_vulnerability": vulnerable}), items, 48.0, 1.0)[1]
    else:
        r = course(person_at(score, withdrawal_vulnerability=vulnerable), items, 48.0, 1.0)
    assert np.max(np.abs(r["mood.depression"] - r["mood.depression"][0])) < 0.5


def depleted(score: float, vulnerability: float) -> np.ndarray:
    """Change of the score by the hour from a depletion after 12 weeks of escitalopram.

    Serotonin falls by 18 % in 14 h, as the serotonin module gives for a person on the drug.
    """
    begin = 12 * WEEK
    fall = [(0, 1.0), (7, 0.96), (10, 0.88), (14, 0.82), (18, 0.835), (24, 0.875), (36, 0.98), (49, 1.0)]
    on_drug = escitalopram(begin)
    day = held("serotonin.extracellular_relative", [(h, 2.5 * x) for h, x in fall], 1.0, 48.0)
    shifted = [Level(i.target, i.start + begin, i.stop + begin, i.value, "1", True) for i in day]
    who = person_at(score, withdrawal_vulnerability=vulnerability)
    r = course(who, [*on_drug, *shifted], begin + 48.0, 1.0)
    return r["mood.depression"][-49:] - r["mood.depression"][-49]


def test_depletion_on_an_ssri_brings_symptoms_back_in_hours_and_for_a_day():
    """Remitted on an SSRI: back within 24 h in 50 to 67 %, well again in 24 to 48 h (P16)."""
    change = depleted(10.0, 1.0)
    assert change.max() >= 6.0
    assert change.argmax() <= 24
    assert abs(change[-1]) < 1.0


def test_depletion_spares_the_invulnerable_and_the_still_depressed():
    assert depleted(10.0, 0.08).max() < 1.0
    assert depleted(21.0, 1.0).max() < 1.0


def test_endotoxin_costs_a_few_points_for_some_hours():
    """Interleukin-6 rises tenfold and more for hours; symptoms only in the acute phase."""
    il6 = [(0, 1), (1, 4), (2, 25), (3, 25), (4, 12), (6, 4), (10, 1.3), (24, 1)]
    items = held("inflammation.il6_relative", il6, 0.5, 24.0)
    times, r = simulate(person(), items, 30.0, 0.5)
    change = r["mood.depression"] - 3.2
    assert 1.0 <= change.max() <= 5.0
    assert 2.0 <= times[change.argmax()] <= 6.0
    assert abs(change[-1]) < 0.3


def test_expectancy_is_zero_until_a_schedule_sets_it():
    who = person_at(21.0)
    assert np.all(course(who, [], 4 * WEEK)["mood.expectancy"] == 0)
    r = course(who, [Level("mood.expectancy_level", 0.0, 8 * WEEK, 1.0, "1")], 16 * WEEK)
    weeks = r["mood.depression"][::14] - 21.0
    assert -6.5 <= weeks[8] <= -3.5  # the median person; the mean over people is 1.45 times as much expectancy
    assert weeks[16] > 0.5 * weeks[8]
    assert r["dendrites.length"][-1] == pytest.approx(r["dendrites.length"][0])


def test_natural_course_is_off_until_a_schedule_sets_it():
    who = person_at(21.0)
    assert course(who, [], 8 * WEEK)["mood.depression"][-1] == pytest.approx(21.0, abs=0.01)
    ends = [Level("mood.episode_end", 0.0, 16 * WEEK, 1.0, "1"), Level("mood.natural_course", 0.0, 16 * WEEK, 1.0, "1")]
    assert course(who, ends, 16 * WEEK)["mood.depression"][-1] < 14.0


def test_motivation_falls_with_symptoms_and_returns_with_treatment(on_escitalopram, training):
    motivation = on_escitalopram["mood.motivation"]
    assert motivation[0] < 0.5
    assert motivation[-1] > motivation[0] + 0.03
    assert training["run"]["mood.motivation"] > 0.05


def test_fatigue_lowers_motivation_and_a_group_raises_it():
    for name, sign in (("exercise.fatigue", -1), ("mood.contact", 1)):
        _, r = simulate(person(), [Level(name, 0.0, 3 * WEEK, 1.0, "1")], 3 * WEEK, DAY)
        assert sign * (r["mood.motivation"][-1] - 0.7) > 0.02


def test_every_number_of_a_phenotype_has_its_grounds():
    assert set(phenotypes()) == {"healthy", "subclinical", "mdd", "mdd-inflamed", "mdd-severe"}
    for name, phenotype in phenotypes().items():
        assert phenotype["title"]
        assert phenotype["description"]
        for key, row in settings_of(name).items():
            assert {"value", "unit", "source", "evidence", "note"} <= set(row), key
            assert row["note"], key
            assert standard_parameters()[key].with_value(row["value"])


def test_a_phenotype_rests_at_its_severity():
    """What biology does not explain is solved for, not drifting: `python scripts/calibrate.py`."""
    for name, severity in severities().items():
        who = body.person(name)
        assert body.at_rest(who)["mood.depression"] == pytest.approx(severity, abs=0.05)
