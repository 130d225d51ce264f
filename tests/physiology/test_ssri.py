"""Drugs against closed forms, mass, metabolisers, and published kinetics and occupancy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import pytest
from body import DAY, WEEK, Course, Item, Prepared, follow_items, unbounded
from neurokyn.compiler.compose import System, compose
from neurokyn.physiology import ssri
from neurokyn.scenario.catalogue import rows
from neurokyn.scenario.dosing import Dose, Regimen
from neurokyn.scenario.model import standard_parameters
from neurokyn.scenario.schedule import Bolus

MINIMUM = {"escitalopram": 10, "citalopram": 20, "sertraline": 50, "paroxetine": 20, "fluoxetine": 20}
CONSTANT = {"paroxetine_inactivation": 0.0, "fluoxetine_inhibition": 1e12}  # clearance that does not change
METABOLISERS = {name: float(x) for name, x in rows("people")["covariate"]["cyp2c19"]["values"].items()}


def miss(text: str):
    """A published window that the model is out of."""
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=text)


@cache
def system() -> System:
    return compose([ssri.module])


def run(
    items: Sequence[Item], hours: float, every: float = 0.5, settings: Mapping[str, float] | None = None
) -> tuple[np.ndarray, Course]:
    """The drugs alone, from an empty body."""
    who: Prepared = unbounded({f"ssri.{k}": v for k, v in (settings or {}).items()}, system())
    return follow_items(who, items, hours, every, who.starts)


def number(name: str) -> float:
    return standard_parameters()[f"ssri.{name}"].value


def daily(drug: str, mg: float, days: int) -> Regimen:
    return Regimen(drug, f"{mg} mg", every="1 day", stop=f"day {days}")


def once(drug: str, mg: float, at: float = 0.0) -> Bolus:
    return Bolus(f"ssri.{drug}_gut", at, mg, "mg")


def bateman(drug: str, mg: float, t: np.ndarray) -> np.ndarray:
    """ug/L after one dose at t = 0, one compartment and first-order absorption."""
    ka, volume = number(f"{drug}_absorption_rate"), number(f"{drug}_volume")
    k = number(f"{drug}_clearance") / volume
    t = np.maximum(t, 0.0)
    return 1000 * mg / volume * ka / (ka - k) * (np.exp(-k * t) - np.exp(-ka * t))


def norfluoxetine(mg: float, t: np.ndarray) -> np.ndarray:
    """ug/L of the metabolite after one dose of fluoxetine."""
    a, k = number("fluoxetine_absorption_rate"), number("fluoxetine_clearance") / number("fluoxetine_volume")
    n = number("norfluoxetine_clearance") / number("norfluoxetine_volume")
    made = 1000 * mg * number("norfluoxetine_share") * number("norfluoxetine_mass_ratio") * a * k
    terms = (
        np.exp(-a * t) / ((k - a) * (n - a))
        + np.exp(-k * t) / ((a - k) * (n - k))
        + np.exp(-n * t) / ((a - n) * (k - n))
    )
    return made * terms / number("norfluoxetine_volume")


def area(x: np.ndarray, t: np.ndarray) -> float:
    return float(np.trapezoid(x, t))


def half_life(x: np.ndarray, t: np.ndarray, start: float, stop: float) -> float:
    """Hours in which a level halves between two times."""
    first, last = np.searchsorted(t, [start, stop])
    return float(np.log(2) * (t[last] - t[first]) / np.log(x[first] / x[last]))


@pytest.mark.parametrize("drug", MINIMUM)
def test_one_dose_follows_bateman(drug):
    t, r = run([once(drug, MINIMUM[drug])], 10 * DAY, settings=CONSTANT)
    expected = bateman(drug, MINIMUM[drug], t)
    assert np.abs(r[f"ssri.{drug}"] - expected).max() < 1e-6 * expected.max()


def test_norfluoxetine_follows_its_closed_form():
    t, r = run([once("fluoxetine", 20)], 90 * DAY, 6.0, CONSTANT)
    expected = norfluoxetine(20, t)
    assert np.abs(r["ssri.metabolite"] - expected).max() < 1e-6 * expected.max()


@pytest.mark.parametrize("drug", MINIMUM)
def test_doses_add_up(drug):
    """Three weeks of uneven doses at uneven times, as a sum of single ones."""
    random = np.random.default_rng(1)
    times, doses = np.cumsum(random.uniform(3.0, 40.0, 24)), random.uniform(5.0, 60.0, 24)
    items = [once(drug, float(mg), float(at)) for at, mg in zip(times, doses, strict=True)]
    t, r = run(items, 3 * WEEK, settings=CONSTANT)
    expected = sum(bateman(drug, mg, t - at) for at, mg in zip(times, doses, strict=True))
    assert np.abs(r[f"ssri.{drug}"] - expected).max() < 1e-6 * expected.max()


@pytest.mark.parametrize("drug", ["escitalopram", "citalopram", "sertraline", "fluoxetine"])
def test_a_steady_day_holds_what_one_dose_does_in_all(drug):
    """Mean level at steady state is dose over clearance and interval; it accumulates by 1/(1 - e^-kτ)."""
    t, r = run([daily(drug, MINIMUM[drug], 140)], 140 * DAY, 0.05, CONSTANT)
    x = r[f"ssri.{drug}"]
    mean = area(x[-481:], t[-481:]) / DAY
    assert mean == pytest.approx(1000 * MINIMUM[drug] / number(f"{drug}_clearance") / DAY, rel=1e-4)
    k, ka = number(f"{drug}_clearance") / number(f"{drug}_volume"), number(f"{drug}_absorption_rate")
    at_first = bateman(drug, MINIMUM[drug], np.array([DAY]))[0]
    factor = (1 / np.expm1(k * DAY) - 1 / np.expm1(ka * DAY)) / (np.exp(-k * DAY) - np.exp(-ka * DAY))
    assert x[-1] == pytest.approx(at_first * factor, rel=1e-5)


@pytest.mark.parametrize("drug", MINIMUM)
def test_what_is_swallowed_is_in_the_body_or_gone(drug):
    """Eliminated and left, also where clearance changes with the level."""
    t, r = run([daily(drug, MINIMUM[drug], 7)], 9 * DAY, 0.02)
    gone = r[f"ssri.{drug}_elimination"] + (r["ssri.norfluoxetine_formation"] if drug == "fluoxetine" else 0.0)
    left = r[f"ssri.{drug}_gut"][-1] + r[f"ssri.{drug}_central"][-1]
    assert area(gone, t) + left == pytest.approx(7 * MINIMUM[drug], rel=1e-4)


@pytest.mark.parametrize("drug", ["escitalopram", "citalopram", "sertraline"])
def test_area_times_clearance_is_the_dose(drug):
    t, r = run([once(drug, MINIMUM[drug])], 40 * DAY, 0.1)
    assert area(r[f"ssri.{drug}"], t) * number(f"{drug}_clearance") / 1000 == pytest.approx(MINIMUM[drug], rel=1e-4)


def test_a_dose_at_any_time_is_exact():
    """The level starts at the dose, not at the next output; at its very time the dose is in."""
    at = 7.123456
    t, r = run([once("escitalopram", 10, at)], 60.0, 0.25)
    assert np.abs(r["ssri.escitalopram"] - bateman("escitalopram", 10, t - at)).max() < 1e-6 * 7.0
    assert r["ssri.escitalopram_gut"][t < at].max() == 0.0
    _, r = run([once("escitalopram", 10, 1.0)], 2.0, 0.25)
    assert r["ssri.escitalopram_gut"][4] == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("who", "low", "high"),
    [
        ("poor", 2.4, 3.3),  # Jukic 2018: 3.3; Milosavljevic 2021: 2.63 (2.40 to 2.89)
        ("intermediate", 1.45, 1.75),  # Jukic 2018: 1.6
        ("rapid", 0.85, 0.95),  # 0.9
        ("ultrarapid", 0.75, 0.85),  # 0.8
    ],
)
def test_metabolisers_of_escitalopram(who, low, high):
    def exposure(name: str) -> float:
        t, r = run([once("escitalopram", 10)], 60 * DAY, 0.5, {"cyp2c19_activity": METABOLISERS[name]})
        return area(r["ssri.escitalopram"], t)

    assert low <= exposure(who) / exposure("normal") <= high


def test_poor_metabolisers_have_no_enzyme():
    assert METABOLISERS["poor"] == 0.0
    assert METABOLISERS["normal"] == 1.0


@pytest.mark.parametrize(
    ("drug", "low", "high"),
    [
        ("escitalopram", 27, 33),  # Søgaard 2005
        ("sertraline", 26, 32),  # label, phase 1; whole hours
        ("fluoxetine", 24, 96),  # of a first dose (Altamura 1994)
    ],
)
def test_half_lives(drug, low, high):
    t, r = run([once(drug, 20)], 30 * DAY)
    assert low <= round(half_life(r[f"ssri.{drug}"], t, 5 * DAY, 10 * DAY)) <= high


def test_fluoxetine_slows_its_own_loss():
    """4 to 6 days at steady state (Altamura 1994), and a level of 83 ug/L at 20 mg."""
    t, r = run([daily("fluoxetine", 20, 84)], 100 * DAY)
    assert 96 <= half_life(r["ssri.fluoxetine"], t, 85 * DAY, 89 * DAY) <= 144
    assert 75 <= r["ssri.fluoxetine"][(t > 83 * DAY) & (t < 84 * DAY)].mean() <= 91


def test_norfluoxetine_stays_for_one_to_two_weeks():
    """7 to 15 days (Altamura 1994)."""
    t, r = run([once("fluoxetine", 20)], 150 * DAY, 6.0)
    assert 7 <= half_life(r["ssri.metabolite"], t, 120 * DAY, 150 * DAY) / DAY <= 15


@pytest.mark.parametrize(
    ("drug", "low", "high"),
    [
        ("escitalopram", 3, 4),  # Søgaard 2005
        ("sertraline", 4, 6),  # phase 1, Korea
    ],
)
def test_times_of_the_peak(drug, low, high):
    t, r = run([once(drug, MINIMUM[drug])], DAY, 0.05)
    assert low <= t[r[f"ssri.{drug}"].argmax()] <= high


@cache
def paroxetine(mg: float, activity: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Eight weeks once daily, then washed out; in people of some CYP2D6 activity."""
    t, r = run([daily("paroxetine", mg, 56)], 70 * DAY, 0.25, {"cyp2d6_activity": activity})
    return t, r["ssri.paroxetine"]


def steady(mg: float, activity: float = 1.0) -> np.ndarray:
    """The last of eight weeks' days."""
    t, x = paroxetine(mg, activity)
    return x[(t >= 55 * DAY) & (t <= 56 * DAY)]


def single(mg: float, activity: float = 1.0) -> float:
    """Area under one dose."""
    t, r = run([once("paroxetine", mg)], 40 * DAY, 0.25, {"cyp2d6_activity": activity})
    return area(r["ssri.paroxetine"], t)


def test_paroxetine_rises_faster_than_its_dose():
    assert steady(40).mean() > 2 * steady(20).mean()
    assert steady(20).mean() > 2 * steady(10).mean()


def test_paroxetine_at_steady_state():
    """Peak 41 (12 to 90) ug/L at 20 mg; half-life about a day, 7 to 65 h (label, Kaye 1989)."""
    assert 12 <= steady(20).max() <= 90
    t, x = paroxetine(20)
    assert 7 <= half_life(x, t, 56 * DAY, 57 * DAY) <= 65


def test_paroxetine_is_at_steady_state_in_one_to_two_weeks():
    """7 to 14 days (Kaye 1989)."""
    t, x = paroxetine(20)
    troughs = x[(t % DAY == 0) & (t <= 56 * DAY)]
    near = np.flatnonzero(troughs > 0.95 * troughs[-1])[0]
    assert 7 <= near <= 14


def test_paroxetine_stays_longer_at_steady_state_than_after_one_dose():
    t, r = run([once("paroxetine", 20)], 5 * DAY, 0.25)
    first = half_life(r["ssri.paroxetine"], t, DAY, 2 * DAY)
    assert half_life(paroxetine(20)[1], paroxetine(20)[0], 56 * DAY, 57 * DAY) > 1.5 * first


def test_without_inactivation_paroxetine_is_linear():
    _, r = run([daily("paroxetine", 20, 28)], 28 * DAY, 0.25, CONSTANT)
    _, s = run([daily("paroxetine", 40, 28)], 28 * DAY, 0.25, CONSTANT)
    assert s["ssri.paroxetine"] == pytest.approx(2 * r["ssri.paroxetine"], rel=1e-5, abs=1e-6)
    assert r["ssri.cyp2d6"].min() == pytest.approx(1.0)


@miss("simulated x5.5, window 2 to 4 (project's notes, unverified; Sindrup 1992 measured about 7 at 30 mg)")
def test_poor_metabolisers_of_one_dose_of_paroxetine():
    assert 2 <= single(20, 0.0) / single(20) <= 4


def test_poor_metabolisers_differ_less_at_steady_state():
    """Twofold at 30 mg, linear in them, half-life 41 h (Sindrup 1992)."""
    at_steady = steady(30, 0.0).mean() / steady(30).mean()
    assert 1.5 <= at_steady <= 2.5 < single(30, 0.0) / single(30)
    assert steady(40, 0.0).mean() == pytest.approx(2 * steady(20, 0.0).mean(), rel=1e-3)
    t, x = paroxetine(30, 0.0)
    assert 33 <= half_life(x, t, 57 * DAY, 60 * DAY) <= 50


def test_fluoxetine_raises_paroxetine():
    """Both meet CYP2D6; without that share of clearance nothing happens."""
    both, alone = (
        run([daily("paroxetine", 20, 56), *extra], 56 * DAY)[1]["ssri.paroxetine"][-49:].mean()
        for extra in ([daily("fluoxetine", 20, 56)], [])
    )
    assert both > 1.2 * alone
    items = [daily("sertraline", 50, 28), daily("fluoxetine", 20, 28)]
    without = run(items[:1], 28 * DAY)[1]["ssri.sertraline"]
    assert run(items, 28 * DAY)[1]["ssri.sertraline"] == pytest.approx(without, rel=1e-5, abs=1e-6)


@cache
def occupancy(drug: str, mg: float) -> float:
    """Mean of a day after twelve weeks."""
    return float(run([daily(drug, mg, 84)], 84 * DAY, 1.0)[1]["ssri.sert_occupancy"][-24:].mean())


@pytest.mark.parametrize(
    "drug",
    [
        "escitalopram",
        "citalopram",
        "fluoxetine",
        *(
            pytest.param(drug, marks=miss(f"simulated {x} points, window 5 to 8"))
            for drug, x in (("sertraline", 4.7), ("paroxetine", 3.8))
        ),
    ],
)
def test_doubling_the_minimum_dose_adds_little_occupancy(drug):
    """5 to 8 points (Meyer 2004, Sørensen 2022)."""
    assert 0.05 <= occupancy(drug, 2 * MINIMUM[drug]) - occupancy(drug, MINIMUM[drug]) <= 0.08


@pytest.mark.parametrize("mg", [10, 20])
def test_occupancy_hours_after_one_escitalopram(mg):
    """69 to 78 % at 4 h (PET 2016)."""
    _, r = run([once("escitalopram", mg)], 4.0)
    assert 0.69 <= r["ssri.sert_occupancy"][-1] <= 0.785  # whole per cent


@miss("simulated 0.50 and 0.63, window 0.53 to 0.58 after 10 to 20 mg (PET 2016)")
@pytest.mark.parametrize("mg", [10, 20])
def test_occupancy_two_days_after_one_escitalopram(mg):
    _, r = run([once("escitalopram", mg)], 48.0)
    assert 0.53 <= r["ssri.sert_occupancy"][-1] <= 0.58


def test_fluoxetine_lets_go_in_weeks_and_paroxetine_in_days():
    """Above half for more than three weeks; below half in two to three days of missed doses."""
    for drug, low, high in (("fluoxetine", 21, 60), ("paroxetine", 2, 3)):
        t, r = run([daily(drug, MINIMUM[drug], 84)], 150 * DAY, 0.25)
        assert low <= t[r["ssri.sert_occupancy"] > 0.5].max() / DAY - 84 <= high


@pytest.mark.parametrize("seed", range(10))
def test_no_mixture_exceeds_full_occupancy(seed):
    """Whatever is taken together, up to ten times the usual dose."""
    random = np.random.default_rng(seed)
    drugs = random.permutation(list(MINIMUM))[:2]
    items = [once(d, MINIMUM[d] * random.uniform(1, 10), h * 12.0) for d in drugs for h in range(20)]
    _, r = run(items, 12 * DAY)
    full = max(number(f"{drug}_full_occupancy") for drug in (*drugs, "norfluoxetine"))
    assert 0.7 < r["ssri.sert_occupancy"].max() <= full
    assert r["ssri.sert_occupancy"].min() >= -1e-12


def test_two_drugs_compete_for_one_transporter():
    """Less than both alone would add, more than either."""
    one, other, both = (
        run(items, 4.0)[1]["ssri.sert_occupancy"][-1]
        for drugs in (("escitalopram",), ("sertraline",), ("escitalopram", "sertraline"))
        for items in [[once(drug, MINIMUM[drug]) for drug in drugs]]
    )
    assert max(one, other) < both < one + other - one * other


def test_the_brain_lags_only_if_asked():
    """No delay by default; with it, a first-order lag of the set time."""
    _, r = run([once("escitalopram", 10)], 2 * DAY, 0.05)
    assert r["ssri.sert_occupancy"] == pytest.approx(r["ssri.occupancy_at_once"], abs=1e-12)
    t, r = run([once("escitalopram", 10)], 2 * DAY, 0.05, {"effect_delay": 1.0, "effect_time": 3.0})
    now, later = r["ssri.occupancy_at_once"], r["ssri.sert_occupancy"]
    assert t[later.argmax()] > t[now.argmax()] + 2
    assert later.max() < now.max()
    slope = np.gradient(later, t)
    assert slope[5:-5] == pytest.approx(((now - later) / 3.0)[5:-5], abs=1e-3)


def test_a_dose_of_the_catalogue_is_a_bolus():
    _, r = run([Dose("escitalopram", "10 mg", start=3.0)], 12.0, 1.0)
    assert r["ssri.escitalopram"] == pytest.approx(bateman("escitalopram", 10, np.arange(13.0) - 3.0), abs=1e-5)
