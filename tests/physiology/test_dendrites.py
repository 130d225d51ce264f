"""Structure against stress and recovery, running and fluoxetine in mice, and imaging."""

from __future__ import annotations

import numpy as np
import pytest
from neurokyn.scenario.schedule import Level
from stand_ins import DAY, RUN, WEEK, bouts, escitalopram, person, simulate, three_a_week


def after_stress(days: float) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Stress of level 1, then six weeks of rest; read out daily."""
    items = [Level("stress.level", 0.0, days * DAY, 1.0, "1")]
    return simulate(person(), items, (days + 42) * DAY, DAY)


def share_back(length: np.ndarray, stopped: int, later: int) -> float:
    """Share of the lost length that is back some days after the stress."""
    return float((length[stopped + later] - length[stopped]) / (1 - length[stopped]))


@pytest.fixture(scope="module")
def three_weeks():
    return after_stress(21)[1]


def test_three_weeks_of_stress_shorten_dendrites(three_weeks):
    assert 0.20 <= 1 - three_weeks["dendrites.length"][21] <= 0.30
    assert 0.15 <= 1 - three_weeks["dendrites.spines"][21] <= 0.35


def test_most_of_it_is_back_in_three_to_five_weeks(three_weeks):
    length = three_weeks["dendrites.length"]
    assert share_back(length, 21, 21) >= 0.80
    assert share_back(length, 21, 35) >= 0.80


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="simulated 0.83 back after ten days, window 0.95 or more (male rats)"
)
def test_after_ten_days_of_stress_rats_are_back_in_ten_days():
    length = after_stress(10)[1]["dendrites.length"]
    assert share_back(length, 10, 10) >= 0.95


def test_excitotoxicity_prunes_and_lets_go():
    items = [Level("kynurenine.nmda_balance", 0.0, 4 * WEEK, 2.0, "1", True)]
    _, r = simulate(person(), items, 10 * WEEK, DAY)
    assert r["dendrites.length"][28] < 0.97
    assert r["dendrites.length"][-1] > 0.99


def test_lost_neurons_do_not_come_back_while_dendrites_do():
    """Below 0.1 % a year, and replaced at under 2 % a year."""
    year = 365.0
    items = [Level("kynurenine.nmda_balance", 0.0, year * DAY, 2.0, "1", True)]
    _, r = simulate(person(), items, (2 * year) * DAY, DAY)
    lost = 1 - r["dendrites.mature"][int(year)]
    _, spared = simulate(person({"dendrites.excitotoxic_loss": 0.0}), items, (2 * year) * DAY, DAY)
    killed = spared["dendrites.mature"][int(year)] - r["dendrites.mature"][int(year)]
    assert 0 < killed < 0.001
    assert 1 - r["dendrites.mature"][-1] > 0.9 * lost
    assert r["dendrites.length"][-1] == pytest.approx(1.0, abs=1e-3)


def test_new_neurons_carry_spines_after_two_weeks_most_in_weeks_three_and_four():
    """A cohort born at once: first spines near day 16, peak in weeks 3 to 4 (Zhao 2006)."""
    who = person()
    start = who.starts.copy()
    start[who.system.state_names.index("dendrites.progenitors")] += 1.0
    times, r = simulate(who, [], 90 * DAY, DAY, start)
    arriving = r["dendrites.immature_late"] - 1
    arrived = np.cumsum(arriving) / arriving.sum()
    assert arrived[10] < 0.10
    assert 14 <= times[arriving.argmax()] / DAY <= 28


def test_running_keeps_new_cells_alive_and_fluoxetine_does_not():
    """Mice: +200 % with a wheel, none with fluoxetine, after 28 days (Marlatt 2010)."""
    nights = bouts({"intensity": 0.6, "aerobic": 1.0, "muscle_mass": 1.0}, [12.0 + DAY * d for d in range(28)], 8.0)
    _, running = simulate(person(), nights, 28 * DAY, 2.0)
    _, fluoxetine = simulate(person(), escitalopram(28 * DAY), 28 * DAY, 2.0)
    second_half = slice(14 * 12, None)
    assert 2.0 <= running["dendrites.survival"][second_half].mean() <= 4.0
    assert abs(fluoxetine["dendrites.survival"][-1] - 1) < 0.10
    assert fluoxetine["dendrites.neuronal_fate"][-1] > 1.0
    assert fluoxetine["dendrites.proliferation"][-1] > 1.0


def test_twelve_weeks_of_running_leave_no_mark_on_hippocampal_volume():
    """Total volume: no effect in 14 trials (Firth 2018)."""
    _, r = simulate(person(), three_a_week(RUN, 12), 12 * WEEK, 12.0)
    assert r["dendrites.length"][-24:].mean() > 1.0
    assert abs(r["dendrites.hippocampal_volume"][-24:].mean() - 1) < 0.005


def test_ssri_grows_length_and_spines_slowly():
    _, r = simulate(person(), escitalopram(8 * WEEK), 8 * WEEK, DAY)
    assert 1 < r["dendrites.length"][7] < r["dendrites.length"][56] < 1.05
    assert r["dendrites.spines"][56] > r["dendrites.length"][56]
