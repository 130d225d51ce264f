"""Tryptophan against its binding, its carrier, meals, runs, a load and an all-out effort."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest
from body import DAY, Course, at_rest, bout, live, person, simulate, unbounded
from neurokyn.scenario.model import standard_parameters
from neurokyn.scenario.schedule import Level
from neurokyn.scenario.surroundings import Challenge
from scipy.optimize import brentq

from tests.helpers import held

OWN = "tryptophan."
BRANCHED = ("leucine", "isoleucine", "valine")
OTHERS = ("phenylalanine", "tyrosine", "methionine", "histidine", "threonine", "glutamine")


def miss(text: str):
    """A published window that the model is out of."""
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=text)


def number(name: str) -> float:
    return standard_parameters()[OWN + name].value


@cache
def healthy():
    return unbounded({})


def shown(changes: Mapping[str, float], settings: Mapping[str, float] | None = None) -> dict[str, float]:
    """Read-outs of a healthy person with some states multiplied."""
    who = unbounded({OWN + k: v for k, v in (settings or {}).items()})
    y = who.starts.copy()
    for name, factor in changes.items():
        y[who.system.state_names.index(name)] *= factor
    return who.read_outs(y, held(who))


@cache
def run(hours: float, percent: float, changes: tuple[tuple[str, float], ...] = ()) -> tuple[np.ndarray, Course]:
    """One run from rest, with some numbers changed, and three hours after it."""
    return simulate(unbounded(dict(changes)), [bout("running", hours, percent)], hours + 3, 0.05)


def after(name: str, hours: float = 4.0, percent: float = 75.0, changes: Mapping[str, float] | None = None) -> float:
    """A read-out at the end of a run, relative to rest."""
    times, r = run(hours, percent, tuple((changes or {}).items()))
    return float(np.interp(hours, times, r[name]) / r[name][0])


# Binding


@pytest.mark.parametrize("seed", range(25))
def test_binding_is_exact(seed):
    """Free tryptophan by the quadratic against a search for the root of one-site binding."""
    random = np.random.default_rng(seed)
    level, fatty = random.uniform(0.05, 20), random.uniform(0.3, 7)
    r = shown({"tryptophan.plasma": level, "tryptophan.nefa": fatty})
    kd = number("kd") * (1 + r["tryptophan.nefa"] / number("kd_nefa"))

    def excess(free: float) -> float:
        return free + number("albumin") * free / (kd + free) - r["tryptophan.total"]

    assert r["tryptophan.free"] == pytest.approx(brentq(excess, 0.0, r["tryptophan.total"], xtol=1e-13), rel=1e-9)
    reach = r["tryptophan.free"] + number("bound_available") * (r["tryptophan.total"] - r["tryptophan.free"])
    assert r["tryptophan.available"] == pytest.approx(reach, rel=1e-12)


def test_a_tenth_is_free_at_rest():
    """5 to 10 % by ultrafiltration at 37 °C."""
    r = shown({})
    assert 0.05 <= r["tryptophan.free"] / r["tryptophan.total"] <= 0.105


def test_fatty_acids_displace_tryptophan_only_with_their_switch():
    """Without displacement the free share stays; with it, free tryptophan more than doubles."""
    off = {"tryptophan.nefa_switch": 0.0}
    share = after("tryptophan.free", changes=off) / after("tryptophan.total", changes=off)
    assert share == pytest.approx(1.0, abs=0.01)
    assert after("tryptophan.nefa", changes=off) == pytest.approx(after("tryptophan.nefa"))
    assert after("tryptophan.free") > 2.0
    assert after("tryptophan.brain", changes=off) < after("tryptophan.brain")


# A run of four hours


def test_free_tryptophan_alone_contradicts_the_marathon():
    """If liver and brain reached only what is free, the free would not double and the total would fall."""
    only = {"tryptophan.free_only": 1.0}
    assert after("tryptophan.free", changes=only) < 2.0
    assert after("tryptophan.total", changes=only) < 0.85
    assert after("tryptophan.brain", changes=only) > 1.9  # implausible, and brain follows the share that is reached
    rises = [after("tryptophan.brain", changes={"tryptophan.bound_available": x}) for x in (0.0, 0.4, 0.8)]
    assert rises == sorted(rises, reverse=True)
    assert rises[0] == pytest.approx(after("tryptophan.brain", changes=only))


@pytest.mark.parametrize("start", [1.0, 3.0, 5.0, 8.0, 11.0])
def test_total_tryptophan_stays_in_a_run_on_an_ordinary_day(start):
    """Within 5 % of the same hour without the run (Blomstrand 1988), whenever one runs."""
    items = [bout("running", 4.0, 75, start)]
    _, with_run = live(person(), items, start + 4.0, 0.5)
    _, without = live(person(), [], start + 4.0, 0.5)
    assert with_run["tryptophan.total"][-1] / without["tryptophan.total"][-1] == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize(
    ("changes", "sign"),
    [
        ({"tryptophan.breakdown_in_effort": 0.0, "tryptophan.synthesis_in_effort": 0.0}, -1),
        ({"kynurenine.hepatic_restraint": 0.0}, -1),
        ({"tryptophan.plasma_volume_loss": 0.0}, -1),
        ({"muscle.pause_half": 1e6}, -1),  # muscle that builds during the run
    ],
    ids=["protein", "liver", "volume", "pause of building"],
)
def test_what_holds_total_tryptophan_in_a_run(changes, sign):
    """Without what protein gives, what the liver spares or what volume concentrates it falls."""
    assert sign * (after("tryptophan.total", changes=changes) - after("tryptophan.total")) > 0.002


def test_an_hour_of_running_raises_brain_tryptophan_a_little():
    """5 to 20 % (mechanisms 6.4)."""
    assert 1.05 <= after("tryptophan.brain", 1.0, 70.0) <= 1.20


def test_free_tryptophan_stays_high_after_a_run():
    """Limits as those of the +102 % at the end, 0.7 to 1.4, in proportion."""
    times, r = run(1.0, 68.0)
    ratio = r["tryptophan.free"] / r["tryptophan.bcaa"]
    assert 0.54 <= float(np.interp(2.5, times, ratio)) / ratio[0] - 1 <= 1.07


# LAT1


@pytest.mark.parametrize("name", ["tryptophan.bcaa", "tryptophan.competitors", "kynurenine.kyn"])
def test_rivals_keep_tryptophan_out_of_the_brain(name):
    flux = [shown({name: x})["tryptophan.brain_influx"] for x in (0.5, 1.0, 2.0, 4.0)]
    assert flux == sorted(flux, reverse=True)


def test_competition_is_that_of_one_carrier():
    """By hand from levels and Michaelis constants; it acts on kynurenine alike."""
    taken = {name: number(name) / number(f"km_{name}") for name in (*BRANCHED, *OTHERS)}
    rest = shown({})
    sites = 1 + sum(taken.values()) + rest["tryptophan.available"] / number("km_tryptophan")
    sites += rest["kynurenine.kyn"] / 1000 / number("km_kynurenine")
    for names, state in ((BRANCHED, "tryptophan.bcaa"), (OTHERS, "tryptophan.competitors")):
        expected = sites / (sites + sum(taken[x] for x in names))
        r = shown({state: 2.0})
        assert r["tryptophan.brain_influx"] / rest["tryptophan.brain_influx"] == pytest.approx(expected, rel=1e-9)
        assert r["kynurenine.kyn_entry"] / rest["kynurenine.kyn_entry"] == pytest.approx(expected, rel=1e-9)
    assert sum(number(x) for x in BRANCHED) == number("bcaa_rest")
    assert sum(taken.values()) == pytest.approx(14.9, abs=0.1)  # the published table


def test_rivals_count_only_with_their_switch():
    fixed = {"lnaa_switch": 0.0}
    r = shown({"tryptophan.bcaa": 3.0, "tryptophan.competitors": 3.0}, fixed)
    assert r["tryptophan.brain_influx"] == pytest.approx(shown({}, fixed)["tryptophan.brain_influx"])
    assert after("tryptophan.brain", changes={"tryptophan.lnaa_switch": 0.0}) < after("tryptophan.brain")


def test_the_carrier_saturates():
    more, most = (shown({"tryptophan.plasma": x})["tryptophan.brain_influx"] for x in (2.0, 4.0))
    assert more < most < 2 * more


# Meals, a drink without tryptophan, a load


@cache
def ordinary_day() -> Course:
    return live(person(), [], DAY, 0.1)[1]


def test_meals_move_plasma_modestly():
    """Within a quarter of the mean; before breakfast as measured, 55.8 (SD 10.2) umol/L."""
    total = ordinary_day()["tryptophan.total"]
    assert total.mean() == pytest.approx(60.0, rel=0.01)
    assert 45.0 < total.min() < total.max() < 75.0
    assert 45.6 <= total[0] <= 66.0


def test_meals_hardly_move_serotonin():
    r = ordinary_day()
    assert np.ptp(r["serotonin.hiaa_csf"]) < 0.10 * r["serotonin.hiaa_csf"].mean()
    assert np.ptp(r["serotonin.extracellular"]) < 0.03 * r["serotonin.extracellular"].mean()


def test_a_day_without_food_empties_plasma_little():
    """Breakdown of protein makes up for it."""
    _, r = live(person(), [Level("tryptophan.meal", 0.0, DAY, 0.0, "1", True)], DAY, 0.5)
    assert r["tryptophan.total"].min() / r["tryptophan.total"].mean() > 0.8


def test_times_of_a_depletion():
    """CSF 5-HIAA lowest at 8 to 14 h; free tryptophan falls like total (Delgado 1990, Carpenter 1998)."""
    times, r = live(person(), [Challenge("tryptophan-depletion", start="day 1", at="08:00")], 3 * DAY, 0.25)
    since = times - 25.0
    assert 8 <= since[r["serotonin.hiaa_csf"].argmin()] <= 14
    before = r["tryptophan.free"][100]
    assert 0.80 <= 1 - r["tryptophan.free"].min() / before <= 0.95


@miss("simulated 4.75 h, window 5 to 7 (Delgado 1990: total tryptophan lowest at 5 to 7 h)")
def test_when_plasma_is_lowest_in_a_depletion():
    times, r = live(person(), [Challenge("tryptophan-depletion", start="day 1", at="08:00")], 3 * DAY, 0.25)
    assert 5 <= times[r["tryptophan.total"].argmin()] - 25.0 <= 7


def test_a_drink_is_deep_for_what_feeding_does_to_protein():
    """Without synthesis sped up and breakdown restrained plasma falls less."""
    drink = [Challenge("tryptophan-depletion")]
    _, r = simulate(healthy(), drink, 8.0, 0.25)
    still = unbounded({"tryptophan.synthesis_gain": 0.0, "tryptophan.breakdown_restraint": 0.0})
    _, s = simulate(still, drink, 8.0, 0.25)
    assert r["tryptophan.total"].min() < 0.3 * s["tryptophan.total"].min()


@cache
def load(grams: float) -> tuple[np.ndarray, Course]:
    return simulate(healthy(), [Challenge("tryptophan-load", f"{grams} g")], 30.0, 0.25)


def test_a_load_raises_hiaa_and_kynurenine():
    """More in the brain, more through TPH2, more the larger it is (Green 1980: kynurenine by dose)."""
    small, large = load(1.0)[1], load(3.5)[1]
    for name in ("tryptophan.brain", "serotonin.hiaa_csf", "kynurenine.kyn"):
        assert 1.1 * small[name][0] < small[name].max() < large[name].max(), name
    assert large["serotonin.extracellular"].max() < 1.3 * large["serotonin.extracellular"][0]


def test_a_load_peaks_after_two_hours():
    times, r = load(5.0)
    assert 1.5 <= times[r["tryptophan.total"].argmax()] <= 2.5


def test_a_load_is_gone_the_next_day():
    times, r = load(3.5)
    assert 0.9 <= float(np.interp(24.0, times, r["tryptophan.total"])) / r["tryptophan.total"][0] <= 1.1


def test_less_in_the_diet_is_less_in_plasma_and_brain():
    """A tenth less eaten lowers plasma by some per cent: tryptophan in depression (Almulla 2022)."""
    lean = at_rest(unbounded({"tryptophan.intake_factor": 0.9}))
    rest = at_rest(healthy())
    assert 0.85 < lean["tryptophan.total"] / rest["tryptophan.total"] < 0.97
    assert lean["tryptophan.brain"] < rest["tryptophan.brain"]


def test_people_who_eat_less_lose_none_they_do_not_have():
    """People differ in what they eat, not in the diet that balances the reference fluxes."""
    assert not healthy().table["tryptophan.diet"].spread
    assert healthy().table["tryptophan.intake_factor"].spread
    for share in (0.5, 1.5):
        assert at_rest(unbounded({"tryptophan.intake_factor": share}))["tryptophan.other_losses"] >= 0


# An all-out effort of 20 minutes


@cache
def all_out() -> tuple[np.ndarray, Course]:
    """A time trial at 95 % of VO2max."""
    return simulate(healthy(), [bout("cycling", 1 / 3, 95)], 2.0, 1 / 60)


def test_an_all_out_effort_lowers_tryptophan():
    """-12 % (Strasser 2016)."""
    total = all_out()[1]["tryptophan.total"]
    assert -0.15 <= total[20] / total[0] - 1 <= -0.09


def test_below_the_threshold_nothing_is_moved():
    """A run of hours at 75 % fills no exchange pool; what an effort moved comes back within two hours."""
    assert run(4.0, 75.0)[1]["tryptophan.exchange"].max() == 0.0
    _, r = all_out()
    assert abs(r["tryptophan.plasma"][-1] / r["tryptophan.plasma"][0] - 1) < 0.03


@miss("simulated -0.9 %, window +0.9 to +11.1 % (Strasser 2016: +6 %, p .022); no loss of plasma volume in it")
def test_an_all_out_effort_raises_kynurenine():
    kyn = all_out()[1]["kynurenine.kyn"]
    assert 0.009 <= kyn[20] / kyn[0] - 1 <= 0.111


@miss("simulated -5 % after 30 min, window above 0 (Pichler 2022: overshoot)")
def test_tryptophan_overshoots_after_an_all_out_effort():
    total = all_out()[1]["tryptophan.total"]
    assert total[50] > total[0]
