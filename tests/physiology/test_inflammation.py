"""Inflammation: half-lives, working muscle, endotoxin, interferon, training and stress."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from body import DAY, WEEK, Course, at_rest, bout, person, simulate, three_a_week
from neurokyn.scenario.schedule import Bolus, Level
from neurokyn.scenario.surroundings import Challenge, Stress

# Between people: interleukin-6 from the phenotype (half of g 0.61 is +25 %), CRP as the log-SD of params/people.toml
CV_IL6, LOG_SD_CRP = 0.25 / (0.61 / 2), 1.35
# One leg at 40 % of its power: 2.5 of about 15 kg of muscle that run, near a fifth of VO2max (Helge 2003)
ONE_LEG = {"intensity": 0.20, "muscle_mass": 2.5 / 15, "aerobic": 1.0}


def miss(text: str):
    """A published window that the model is out of."""
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=text)


def half_life(name: str, amount: float, unit: str, hours: float) -> float:
    """Hours in which half of what was added to a state is gone."""
    times, r = simulate(person(), [Bolus(f"inflammation.{name}", 0.0, amount, unit)], hours, hours / 2000)
    above = r[f"inflammation.{name}"] - at_rest(person())[f"inflammation.{name}"]
    return float(np.interp(-0.5, -above / above[0], times))


def test_half_lives():
    """Interleukin-6 29 min (Dwivedi 2014), CRP 19 h (Vigushin 1993)."""
    assert half_life("il6", 15.0, "ng/L", 3.0) == pytest.approx(29 / 60, rel=0.02)
    assert half_life("crp", 10.0, "mg/L", 200.0) == pytest.approx(19.0, rel=0.02)


# Working muscle


@cache
def exercise(mode: str, hours: float, percent: float) -> tuple[np.ndarray, Course]:
    """One bout from rest, and two days."""
    return simulate(person(), [bout(mode, hours, percent)], hours + 48.0, 0.05)


def il6(mode: str, hours: float, percent: float) -> float:
    """At the end of a bout, relative to rest."""
    times, r = exercise(mode, hours, percent)
    return float(np.interp(hours, times, r["inflammation.il6_relative"]))


def test_five_hours_of_hard_running():
    """x19 within a factor of 1.5; Steensberg 2000 measured it with one leg."""
    assert 19 / 1.5 <= il6("running", 5.0, 70) <= 19 * 1.5


@miss("simulated x1.2, window 12.7 to 28.5 (Steensberg 2000: x19 after 5 h with one leg, 2.5 kg of muscle at 25 W)")
def test_five_hours_with_one_leg():
    leg = [Level(f"exercise.{name}", 0.0, 5.0, value, "1") for name, value in ONE_LEG.items()]
    _, r = simulate(person(), leg, 5.0)
    assert 19 / 1.5 <= r["inflammation.il6_relative"][-1] <= 19 * 1.5


def test_interleukin_rises_with_time_effort_and_muscle():
    """Faster than in proportion to time."""
    assert il6("running", 4.0, 75) - 1 > 4 * (il6("running", 1.0, 75) - 1)
    assert il6("walking", 1.0, 45) < il6("running", 1.0, 45) < il6("running", 1.0, 65)
    assert il6("strength", 0.75, 45) < 2.0


def test_the_spike_is_gone_in_hours():
    times, r = exercise("running", 5.0, 70)
    assert np.interp(8.0, times, r["inflammation.il6_relative"]) < 1.3
    assert np.interp(10.0, times, r["inflammation.il6_relative"]) < 1.02


def test_muscle_interleukin_is_no_inflammation():
    """It reaches neither IDO nor microglia, and it doubles CRP for a day at most."""
    _, r = exercise("running", 5.0, 70)
    for name in ("inflammation.drive", "inflammation.microglia", "kynurenine.ido"):
        assert r[name].max() < 1.001, name
    assert 1.0 < r["inflammation.crp"].max() / r["inflammation.crp"][0] < 2.0


def test_resting_interleukin_is_not_raised_by_yesterdays_run():
    times, r = exercise("running", 1.0, 70)
    assert np.interp(25.0, times, r["inflammation.il6_relative"]) == pytest.approx(1.0, abs=0.01)


# Challenges


@cache
def endotoxin() -> tuple[np.ndarray, Course]:
    return simulate(person(), [Challenge("endotoxin")], 3 * DAY, 0.05)


def test_endotoxin_peaks_at_two_to_three_hours():
    """0.8 ng/kg: interleukin-6 at 2 to 3 h, TNF before it, CRP after; gone in a day (Engler 2017)."""
    times, r = endotoxin()
    peaks = [times[r[f"inflammation.{x}"].argmax()] for x in ("tnf", "il6", "crp")]
    assert 2 <= peaks[1] <= 3
    assert peaks[0] < peaks[1] < peaks[2]
    assert np.interp(DAY, times, r["inflammation.il6_relative"]) < 1.05


def test_endotoxin_is_inflammation():
    """It reaches IDO and the brain, and lifts interleukin-6 tenfold or more."""
    _, r = endotoxin()
    assert r["inflammation.il6_relative"].max() > 10
    assert r["kynurenine.ido"].max() > 1.2
    assert r["inflammation.microglia"].max() > 1.05


def test_half_the_endotoxin_is_half_the_answer():
    _, r = simulate(person(), [Challenge("endotoxin", "0.4 ng/kg")], DAY, 0.05)
    full = endotoxin()[1]["inflammation.il6_relative"].max() - 1
    assert r["inflammation.il6_relative"].max() - 1 == pytest.approx(full / 2, rel=0.02)


@pytest.mark.parametrize("weeks", [1, 4, 12])
def test_interferon_lasts_as_long_as_it_is_given(weeks):
    """Up within hours of the start, down within hours of the end, level between."""
    stop = DAY + weeks * WEEK
    given = [Challenge("interferon-alpha", start=DAY, stop=stop)]
    times, r = simulate(person(), given, stop + 4 * WEEK)
    drive = r["inflammation.drive"]
    assert np.ptp(drive[times < DAY]) < 1e-9
    during = drive[(times > DAY + 6) & (times < stop)]
    assert during == pytest.approx(np.full_like(during, 3.0), abs=0.01)
    assert drive[times > stop + 6] == pytest.approx(np.ones((times > stop + 6).sum()), abs=0.02)
    assert r["inflammation.crp"].max() > 1.5 * r["inflammation.crp"][0]
    assert r["inflammation.crp"][-1] == pytest.approx(r["inflammation.crp"][0], rel=0.01)


# Months


@cache
def trained(mode: str, percent: float) -> Course:
    """Twelve weeks of three sessions."""
    return simulate(person(), [three_a_week(mode, percent)], 12 * WEEK, 1.0)[1]


def resting(name: str, mode: str = "running", percent: float = 70.0) -> float:
    """Two days after the last session, relative to before training."""
    x = trained(mode, percent)[name]
    return float(x[-1] / x[0])


def test_training_lowers_interleukin_a_little():
    """SMD -0.16 (-0.30 to -0.03) (Wang 2023)."""
    assert -0.30 <= (resting("inflammation.il6") - 1) / CV_IL6 <= -0.03


@miss("simulated -0.056 SD at a log-SD of 1.35, window -0.31 to -0.06 (Wang 2023)")
def test_training_lowers_crp_a_little():
    assert -0.31 <= np.log(resting("inflammation.crp")) / LOG_SD_CRP <= -0.06


def test_what_training_lowers_follows_fitness():
    """Running most, walking less, strength hardly; never below what muscle adds to the week's mean."""
    levels = [
        resting("inflammation.il6", mode, percent)
        for mode, percent in (("running", 70), ("walking", 45), ("strength", 45))
    ]
    assert levels == sorted(levels)
    assert levels[-1] > 0.98
    assert trained("running", 70)["inflammation.il6_relative"][-168:].mean() < 1


def test_lasting_stress_raises_inflammation_over_weeks():
    times, r = simulate(person(), [Stress(1.0)], 20 * WEEK, DAY)
    chronic = r["inflammation.chronic"] - 1
    assert 0.05 <= chronic[-1] <= 0.3
    half = np.interp(chronic[-1] / 2, chronic, times) / DAY
    assert half == pytest.approx(14.0, rel=0.05)
    assert r["inflammation.crp"][-1] > 1.05 * r["inflammation.crp"][0]


def test_depression_has_a_little_and_the_inflamed_more():
    """CRP above 3 mg/L in the inflamed quarter (Osimo 2019); interleukin-6 up by about a quarter on average."""
    assert at_rest(person("mdd-inflamed"))["inflammation.crp"] > 3.0
    assert at_rest(person("mdd"))["inflammation.crp"] < 1.5
    assert 1.2 <= at_rest(person("mdd"))["inflammation.il6_relative"] <= 1.3
