"""Training: gain and loss of fitness, strength, fatigue, what a bout costs, slow read-outs."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from body import DAY, WEEK, WEEKDAYS, Course, at_rest, person, simulate, three_a_week
from neurokyn.scenario.activity import Bout, Programme
from neurokyn.scenario.catalogue import mode
from neurokyn.scenario.model import standard_parameters
from neurokyn.scenario.schedule import Level

USUAL = {"running": 70, "walking": 45, "strength": 45, "cycling": 65, "intervals": 88}
THREE_RUNS = 3 * 0.75 / 168  # share of the week


def miss(text: str):
    """A published window that the model is out of."""
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=text)


def number(name: str) -> float:
    return standard_parameters()[f"exercise.{name}"].value


@cache
def trained(name: str, percent: float | None = None, every: float = 1.0) -> Course:
    """Twelve weeks of three sessions of 45 minutes."""
    return simulate(person(), [three_a_week(name, percent or USUAL[name])], 12 * WEEK, every)[1]


def gain(name: str, percent: float | None = None) -> float:
    """mL/kg/min in twelve weeks, mean of the last one."""
    vo2max = trained(name, percent)["exercise.vo2max"]
    return float(vo2max[-168:].mean() - vo2max[0])


def moved(name: str, quantity: str) -> float:
    """Change of a read-out in twelve weeks."""
    x = trained(name)[f"exercise.{quantity}"]
    return float(x[-1] - x[0])


@cache
def constant_load() -> tuple[np.ndarray, Course]:
    """The load of three runs a week, spread evenly, for half a year; then half a year of rest."""
    spread = [
        Level("exercise.intensity", 0.0, 26 * WEEK, 0.7 * THREE_RUNS, "1"),
        Level("exercise.aerobic", 0.0, 26 * WEEK, 1.0 / THREE_RUNS, "1"),
    ]
    return simulate(person(), spread, 52 * WEEK, 6.0)


def half_time(name: str, first: int, last: int) -> float:
    """Days until half of the way between two outputs is covered."""
    times, r = constant_load()
    x = np.abs(r[f"exercise.{name}"][first : last + 1] - r[f"exercise.{name}"][first])
    return float(np.interp(x[-1] / 2, x, times[first : last + 1] - times[first]) / DAY)


END = 26 * 28  # output at which the constant load stops


# Fitness


def test_vo2max_rises_with_its_half_time_at_constant_load():
    """10.3 to 10.8 days (Hickson 1981)."""
    assert 10 <= half_time("vo2max", 0, END) <= 11


def test_a_run_does_not_raise_vo2max_while_it_lasts():
    """Adaptation takes days."""
    _, r = simulate(person(), [Bout("running", 45)], 0.75, 0.05)
    assert r["exercise.fitness"][-1] < 0.005


def test_vo2max_is_lost_within_weeks():
    """Half-time 12 to 20 d (mechanisms 10)."""
    assert 12 <= half_time("vo2max", END, 2 * END) <= 20


def test_twelve_weeks_of_running_raise_vo2max():
    """3 to 5 mL/kg/min: 3.05 in trials of depressed people, 3.9 in Krogh 2014."""
    assert 3.0 <= gain("running") <= 5.0


def test_minutes_count_more_the_harder_they_are():
    gains = [gain("walking"), gain("running", 60), gain("running", 70), gain("running", 80)]
    assert gains == sorted(gains)
    assert gain("strength") < 0.3 * gain("running")


def test_fitness_has_a_limit():
    """However much one trains: under a quarter, and never below zero."""
    hard = Programme("running", 120, "95 %VO2max", every="1 day", at="18:00")
    _, r = simulate(person(), [hard], 52 * WEEK, DAY)
    assert 0.8 * number("fitness_limit") < r["exercise.fitness"].max() < number("fitness_limit")
    assert min(r["exercise.fitness"].min(), r["exercise.strength"].min(), r["exercise.fatigue"].min()) >= 0


def test_loss_follows_its_closed_form():
    """Once the load of the last days is gone, fitness is lost at its own rate."""
    times, r = constant_load()
    start = END + 60 * 4  # days
    lost = r["exercise.fitness"][start:] / r["exercise.fitness"][start]
    left = np.exp(-(times[start:] - times[start]) / DAY / number("fitness_time"))
    assert lost == pytest.approx(left, rel=1e-3, abs=1e-6)


# Fatigue and strength


def test_fatigue_comes_and_goes_faster_than_fitness():
    """Banister's two components: 7 days against weeks."""
    assert half_time("fatigue", 0, END) < half_time("fitness", 0, END)
    assert half_time("fatigue", END, 2 * END) < 0.5 * half_time("fitness", END, 2 * END)
    assert half_time("fatigue", END, 2 * END) == pytest.approx(7 * np.log(2), rel=0.02)


def test_fatigue_is_about_one_with_three_runs_a_week():
    assert 0.8 <= trained("running")["exercise.fatigue"][-168:].mean() <= 1.2


def test_strength_training_makes_strong():
    """About a quarter in twelve weeks; walking does not, and it outlasts fitness."""
    assert 0.20 <= moved("strength", "strength") <= 0.30
    assert moved("walking", "strength") < 0.03
    assert number("strength_time") > 2 * number("fitness_time")


@miss("simulated +10 %, window below 5 % (strength follows resistance load alone)")
def test_running_hardly_makes_strong():
    assert moved("running", "strength") < 0.05


# What a bout costs


def first_bout(name: str) -> np.ndarray:
    """METs during an untrained person's first bout, by the minute, at the VO2max of its start."""
    _, r = simulate(person(), [Bout(name, 60, start=1.0)], 2.0, 1 / 60)
    return (r["exercise.mets"] / r["exercise.vo2max"])[61:120] * number("vo2max_untrained")


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        pytest.param("running", 8, 10, marks=miss("simulated 6.0 of an untrained person's 8.6, window 8 to 10")),
        pytest.param("walking", 4, 4.5, marks=miss("simulated 3.9 when untrained, window 4 to 4.5")),
        ("strength", 3.5, 6),
    ],
)
def test_metabolic_equivalents(name, low, high):
    """Ranges of the compendium (mechanisms 10)."""
    assert low <= first_bout(name).mean() <= high


def test_metabolic_equivalents_are_a_share_of_capacity():
    """Intensity times VO2max over 3.5, one at rest, more when trained."""
    for name, percent in USUAL.items():
        if name != "intervals":
            assert first_bout(name)[0] == pytest.approx(percent / 100 * 30 / 3.5, rel=1e-3)
    x = trained("running", every=0.25)["exercise.mets"]
    assert x.min() == 1.0
    assert x.max() == pytest.approx(0.7 * trained("running", every=0.25)["exercise.vo2max"].max() / 3.5, rel=0.02)


def test_intervals_alternate():
    """Four minutes on, three off."""
    hard, easy = mode("intervals").intensity, mode("intervals").recovery
    share = first_bout("intervals") * 3.5 / 30
    cycle = np.where(np.arange(1, 60) % 7 < 4, hard, easy)
    assert share == pytest.approx(cycle, rel=0.01)


@miss("simulated 12.9 kcal/kg/week, window 15.7 to 19.3 (DOSE trial: 17.5); 6.0 to 6.8 METs at 70 % when untrained")
def test_three_runs_a_week_are_the_usual_dose():
    assert trained("running")["exercise.energy"][-168:].mean() == pytest.approx(17.5, rel=0.1)


def test_energy_is_what_was_spent():
    """Metabolic equivalents above one, by the hour, over a week."""
    r = trained("running", every=0.25)
    spent = (r["exercise.mets"][-672:] - 1).sum() * 0.25
    assert r["exercise.energy"][-672:].mean() == pytest.approx(spent, rel=0.05)
    assert trained("walking")["exercise.energy"][-1] < 0.65 * r["exercise.energy"][-1]


# Slow read-outs


@pytest.mark.parametrize(
    ("quantity", "low", "high"),
    [
        ("weight", -3.0, -0.3),  # kg; training without diet
        ("waist", -3.0, -0.3),  # cm
        ("resting_heart_rate", -9.0, -2.0),  # per minute
        ("systolic", -6.0, -1.0),  # mmHg
        ("diastolic", -4.0, -0.5),
    ],
)
def test_slow_read_outs_fall_a_little(quantity, low, high):
    assert low <= moved("running", quantity) <= high
    assert moved("running", quantity) < moved("walking", quantity) < 0


def test_they_come_back():
    weeks = Programme("running", 45, "70 %VO2max", days=WEEKDAYS, at="18:00", stop="week 12")
    _, r = simulate(person(), [weeks], 100 * WEEK, DAY)
    for quantity in ("weight", "waist", "resting_heart_rate", "systolic", "diastolic", "vo2max"):
        x = r[f"exercise.{quantity}"]
        assert abs(x[-1] - x[0]) < 0.05 * np.abs(x - x[0]).max(), quantity


def test_weight_settles_within_one_to_three_kilograms():
    """In the long run, without diet."""
    _, r = simulate(person(), [three_a_week("running", 70)], 104 * WEEK, DAY)
    assert 1.0 <= r["exercise.weight"][0] - r["exercise.weight"][-1] <= 3.0


def test_an_ssri_adds_a_little_weight():
    """A per cent at full occupancy in the long run; none with its number at 0."""
    who, none = person(), person(settings={"exercise.weight_gain_ssri": 0.0})
    y = who.starts.copy()
    y[who.system.state_names.index("ssri.escitalopram_central")] = 17.0  # 13 ug/L, as on 10 mg a day
    slopes = [x.slopes(y, x.rests)[x.system.state_names.index("exercise.weight")] for x in (who, none)]
    settles = slopes[0] * number("weight_time") * DAY
    assert 0.3 <= settles <= 0.75
    assert slopes[1] == pytest.approx(0.0, abs=1e-12)


def test_rest_is_rest():
    r = at_rest(person())
    assert r["exercise.mets"] == 1.0
    assert r["exercise.vo2max"] == number("vo2max_untrained")
    assert r["exercise.energy"] == pytest.approx(0.0, abs=1e-9)
