"""Serotonin by itself: every published window, what each structure carries, and what contradicts it.

Brain tryptophan follows set plasma levels through a stand-in for LAT1, as in the feasibility study.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np
import pytest
from body import DAY, WEEK, Prepared, at_rest, bout, occupied, person, simulate, unbounded
from neurokyn.compiler.compose import System, compose
from neurokyn.language import Module
from neurokyn.physiology import serotonin
from neurokyn.scenario.schedule import Level

from tests.helpers import dense_jacobian

RIVALS, LAT1_HALF = 14.9, 330 / 60  # competitors over their Km; half-saturation over healthy plasma tryptophan
# Plasma tryptophan (share of health) and competitors after a tryptophan-free drink: hour, level
PLASMA = ((0, 1.0), (2, 0.50), (6, 0.13), (8, 0.17), (12, 0.43), (16, 0.67), (24, 0.95), (28, 1.0))
COMPETITORS = ((0, 1.0), (2, 2.2), (12, 1.0))
TREATED = 42 * DAY  # when extracellular 5-HT has settled on a drug
NO_DESENSITISATION = {"desensitisation": 0.0, "resensitisation": 0.0, "recovery": 0.0}


@cache
def system() -> System:
    """Terminals, a drug's occupancy, and brain tryptophan behind LAT1."""
    m = Module("tryptophan", "stand-in")
    p = m.parameters(brain_volume="L", brain_rest="umol/L", brain_efflux_rate="1/h")
    made = m.input("made", "umol/h", "used for 5-HT", of="serotonin.synthesis_rest", stands_in=0)
    plasma = m.drive("plasma", "1", "plasma tryptophan, healthy = 1", rest=1)
    rivals = m.drive("competitors", "1", "other large neutral amino acids, healthy = 1", rest=1)
    brain = m.state("brain", "umol/L", "tryptophan", volume=p.brain_volume, start=p.brain_rest)
    loss = p.brain_efflux_rate * p.brain_volume
    half = LAT1_HALF * (1 + RIVALS * rivals) / (1 + RIVALS)
    m.flux("influx", (loss * p.brain_rest + made) * plasma * (LAT1_HALF + 1) / (half + plasma), to=brain)
    m.flux("efflux", loss * brain, frm=brain)
    drug = Module("ssri", "stand-in")
    drug.drive("sert_occupancy", "1", "occupancy")
    return compose([serotonin.module, m, drug])


def terminals(settings: Mapping[str, float] | None = None) -> Prepared:
    """Serotonin with some numbers changed, and tryptophan that follows plasma at 1/h."""
    changed = {f"serotonin.{name}": value for name, value in (settings or {}).items()}
    return unbounded({"tryptophan.brain_efflux_rate": 1.0} | changed, system())


def held(name: str, level: float) -> Level:
    """Plasma tryptophan or its competitors at another level for good."""
    return Level(f"tryptophan.{name}", 0.0, 1e9, level, "1", True)


def drink(at: float) -> Iterable[Level]:
    """A tryptophan-free drink, in steps of a quarter of an hour."""
    for name, course in (("plasma", PLASMA), ("competitors", COMPETITORS)):
        hours, levels = np.array(course).T
        for t in np.arange(0.0, hours[-1], 0.25):
            level = float(np.interp(t + 0.125, hours, levels))
            yield Level(f"tryptophan.{name}", at + t, at + t + 0.25, level, "1", True)


def share(x: np.ndarray, k: int = -1) -> float:
    """Change against the start."""
    return float(x[k] / x[0] - 1)


@cache
def measured(changes: tuple[tuple[str, float], ...] = ()) -> dict[str, float]:
    """Everything that has a window, with some numbers changed and nothing fitted again."""
    settings = dict(changes)
    who = terminals(settings)
    health, knock_out = at_rest(who), at_rest(terminals(settings | {"sert_density": 0.0}))
    _, drug = simulate(who, [occupied(0.8)], 12 * WEEK)
    hours, low = simulate(who, list(drink(0.0)), 40.0, 0.1)
    _, both = simulate(who, [occupied(0.8), *drink(TREATED)], TREATED + 40.0)
    _, double = simulate(who, [held("plasma", 2.0)], DAY)
    stop = 12 * 7 * 24
    _, after = simulate(who, [occupied(0.8, 0.0, float(stop))], stop + 60 * DAY)
    e, csf = drug["serotonin.extracellular"], drug["serotonin.hiaa_csf"]
    treated = both["serotonin.extracellular"][int(TREATED) :]
    off = np.abs(after["serotonin.extracellular_relative"][stop:] - 1) > 0.25
    found = {
        "extracellular 5-HT, nM": health["serotonin.extracellular"],
        "brain tryptophan, uM": health["tryptophan.brain"],
        "tissue 5-HIAA, uM": health["serotonin.hiaa_tissue"] / 1000,
        "e 4 h": e[4] / e[0],
        "e 7 d": e[168] / e[0],
        "e 21 d": e[504] / e[0],
        "firing 4 h": drug["serotonin.firing"][4],
        "firing 21 d": drug["serotonin.firing"][504],
        "tissue 5-HT 21 d": share(drug["serotonin.tissue"], 504),
        **{f"CSF 5-HIAA {d} d": share(csf, 24 * d) for d in (7, 21, 84)},
        "depletion: brain tryptophan": low["tryptophan.brain"].min() / low["tryptophan.brain"][0] - 1,
        "depletion: CSF 5-HIAA": low["serotonin.hiaa_csf"].min() / low["serotonin.hiaa_csf"][0] - 1,
        "depletion: nadir, h": hours[low["serotonin.hiaa_csf"].argmin()],
        "depletion on a drug: e": treated.min() / treated[0] - 1,
        "tryptophan x2: 5-HIAA 8 h": share(double["serotonin.hiaa_csf"], 8),
        "tryptophan x2: 5-HIAA 24 h": share(double["serotonin.hiaa_csf"]),
        "withdrawal: back within 25 %, d": float(np.flatnonzero(off).max(initial=-1) + 1) / DAY,
    }
    for name, quantity in (("e", "extracellular"), ("tissue 5-HT", "tissue"), ("5-HIAA", "hiaa_tissue")):
        found[f"knock-out: {name}"] = knock_out[f"serotonin.{quantity}"] / health[f"serotonin.{quantity}"] - 1
    untreated = low["serotonin.extracellular"].min() / low["serotonin.extracellular"][0] - 1
    found["depletion: e falls more on a drug by"] = untreated - found["depletion on a drug: e"]
    return found


WINDOWS = {
    "extracellular 5-HT, nM": (60, 80),  # voltammetry and models
    "brain tryptophan, uM": (15, 20),
    "tissue 5-HIAA, uM": (0.5, 1.5),  # about 1
    "e 4 h": (1.1, 1.6),
    "e 7 d": (1.2, 1.8),
    "e 21 d": (2.0, 3.5),  # Fritze 2017
    "firing 4 h": (0.4, 0.6),  # Czachura & Rasmussen 2000
    "firing 21 d": (0.8, 1.05),
    "tissue 5-HT 21 d": (-0.45, -0.05),  # a modest fall; -48 % counts as broken
    "CSF 5-HIAA 7 d": (-0.45, -0.20),  # De Bellis 1993: -33 %
    "CSF 5-HIAA 21 d": (-0.45, -0.20),
    "CSF 5-HIAA 84 d": (-0.45, -0.20),
    "knock-out: e": (3.5, 8.0),  # x4.5 to x9 (targets of Dalvi-Garcia 2021)
    "knock-out: tissue 5-HT": (-0.77, -0.54),
    "knock-out: 5-HIAA": (-0.56, -0.44),
    "depletion: brain tryptophan": (-0.95, -0.85),  # Carpenter 1998, Williams 1999
    "depletion: CSF 5-HIAA": (-0.40, -0.25),
    "depletion: nadir, h": (8, 14),
    "depletion on a drug: e": (-1.0, -0.10),
    "depletion: e falls more on a drug by": (0.0, 1.0),
    "tryptophan x2: 5-HIAA 8 h": (0.10, 0.40),
    "tryptophan x2: 5-HIAA 24 h": (0.10, 0.40),
    "withdrawal: back within 25 %, d": (0, 21),
}


def broken(changes: Mapping[str, float]) -> set[str]:
    """Windows that are missed with some numbers changed."""
    found = measured(tuple(changes.items()))
    return {name for name, (low, high) in WINDOWS.items() if not low <= found[name] <= high}


def miss(text: str):
    """A published window that the model is out of."""
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=text)


MISSED = {"e 7 d": miss("simulated 1.87, window 1.2 to 1.8 (rat); firing's recovery in two weeks asks for it")}


@pytest.mark.parametrize("name", [pytest.param(name, marks=MISSED.get(name, ())) for name in WINDOWS])
def test_window(name):
    low, high = WINDOWS[name]
    assert low <= measured()[name] <= high


@pytest.mark.parametrize(("occupancy", "rise"), [(0.643, 1.36), (0.871, 1.73), (0.969, 2.02)])
def test_acute_curve_of_the_published_model(occupancy, rise):
    """Its three inhibitor levels as effective occupancies, two hours after onset (Best 2020 code)."""
    _, r = simulate(terminals(NO_DESENSITISATION), [occupied(occupancy)], 2.0)
    assert r["serotonin.extracellular_relative"][-1] == pytest.approx(rise, rel=0.025)


NO_TPH2_FEEDBACK = {"synthesis_gain": 0.0, "synthesis_by_firing": 0.0}
ABLATIONS = {
    "release 22 times synthesis": (
        {"release_to_synthesis": 22.0, "other_uptake_share": 0.087 * 0.75 / 22},  # the same flux outside SERT
        {"e 4 h", "firing 4 h", "knock-out: tissue 5-HT"},
    ),
    "release 3 times synthesis": (
        {"release_to_synthesis": 3.0},
        {"tissue 5-HT 21 d", "knock-out: tissue 5-HT", "knock-out: 5-HIAA"},
    ),
    "no 5-HT1B": ({"release_gain": 0.0}, {"e 4 h", "e 21 d", "tissue 5-HT 21 d"}),
    "no restraint of TPH2": (
        {"synthesis_gain": 0.0},
        {"CSF 5-HIAA 21 d", "knock-out: 5-HIAA", "knock-out: tissue 5-HT"},
    ),
    "no feedback on TPH2": (NO_TPH2_FEEDBACK, {"CSF 5-HIAA 21 d", "tissue 5-HT 21 d", "knock-out: e"}),
    "no desensitisation": ({"desensitisation": 0.0}, {"e 21 d", "firing 21 d", "knock-out: e"}),
    "no 5-HT1A": ({"firing_gain": 0.0}, {"e 4 h", "firing 4 h"}),
    "refill clamped": ({"refill_saturation": 0.02}, {"depletion on a drug: e", "knock-out: tissue 5-HT"}),
    "refill proportional": ({"refill_saturation": 50.0}, {"knock-out: e"}),
    "other removal linear": ({"linear_share": 1.0}, {"knock-out: e", "knock-out: 5-HIAA"}),
}


@pytest.mark.parametrize("name", ABLATIONS)
def test_taking_a_structure_out_breaks_its_windows(name):
    settings, windows = ABLATIONS[name]
    assert windows <= broken(settings)


def test_without_its_delay_desensitisation_comes_too_early():
    """More serotonin in the first week, and no other window lost."""
    assert measured((("signal_time", 0.05),))["e 7 d"] > 1.03 * measured()["e 7 d"]
    assert broken({"signal_time": 0.05}) == {"e 7 d"}


@pytest.mark.parametrize(
    ("level", "occupancy", "changes"),
    [
        (0.8, 0.0, {"extracellular": -0.047, "tissue": -0.15, "hiaa_csf": -0.12}),
        (1.2, 0.0, {"extracellular": 0.033, "tissue": 0.13, "hiaa_csf": 0.10}),
        (0.8, 0.8, {"extracellular": -0.076}),
        (1.2, 0.8, {"extracellular": 0.075}),
    ],
)
def test_small_lasting_changes_of_tryptophan(level, occupancy, changes):
    """Of the size of the feasibility study's; on a drug the same change moves 5-HT more."""
    lasting = {"ssri.sert_occupancy": occupancy}
    before, after = (at_rest(terminals(), lasting | {"tryptophan.plasma": x}) for x in (1.0, level))
    for name, change in changes.items():
        assert after[f"serotonin.{name}"] / before[f"serotonin.{name}"] - 1 == pytest.approx(change, rel=0.3), name


def test_response_is_steep_where_drugs_sit():
    """From 0.75 to 0.85 of occupancy adds 31 % at twelve weeks."""
    at = {x: simulate(terminals(), [occupied(x)], 12 * WEEK, DAY)[1] for x in (0.5, 0.75, 0.85, 1.0)}
    e = [r["serotonin.extracellular_relative"][-1] for r in at.values()]
    assert e == sorted(e)
    assert e[2] / e[1] == pytest.approx(1.31, abs=0.03)


def test_health_is_an_exact_fixed_point():
    who = terminals()
    assert np.abs(who.slopes(who.starts, who.rests)).max() < 1e-9


@pytest.mark.parametrize("seed", range(20))
def test_health_stays_exact_in_every_person(seed):
    """Capacities follow from what is chosen, whatever is chosen."""
    random = np.random.default_rng(seed)
    rows = {name: row for name, row in person().table.items() if name.startswith("serotonin.") and row.bounds}
    personal = ("tph2_activity", "sert_density", "mao_activity", "vmat_activity")  # act after anchoring
    free = [name.split(".")[1] for name in rows if name.split(".")[1] not in personal]
    drawn = {name: random.uniform(*rows[f"serotonin.{name}"].bounds) for name in free}
    drawn["brain"] = 1.4
    drawn["tryptophan_rest"] = 17.0
    who = terminals(drawn)
    sizes = np.abs(who.starts) + who.absolute_scale
    assert (np.abs(who.slopes(who.starts, who.rests)) / sizes).max() < 1e-9


@pytest.mark.parametrize(
    ("settings", "occupancy"),
    [({}, 0.0), ({}, 0.8), ({"sert_density": 0.0}, 0.0)],
    ids=["health", "on a drug", "knock-out"],
)
def test_stiff_and_stable(settings, occupancy):
    """Four seconds to nine days, and no mode that grows."""
    who = terminals(settings)
    drives = who.rests.copy()
    drives[who.system.drive_names.index("ssri.sert_occupancy")] = occupancy
    y = np.array([at_rest(who, {"ssri.sert_occupancy": occupancy})[name] for name in who.system.state_names])
    modes = np.linalg.eigvals(dense_jacobian(who, y, drives)).real
    assert modes.min() < -500
    assert -0.01 < modes.max() < 0


@pytest.mark.parametrize("seed", range(60))
def test_nothing_goes_below_zero(seed):
    """Random starts, occupancies and tryptophan."""
    random = np.random.default_rng(seed)
    who = terminals()
    start = who.starts * random.uniform(0.0, 3.0, who.starts.size)
    items = [
        occupied(float(random.uniform(0, 1))),
        held("plasma", float(random.uniform(0.05, 3))),
        held("competitors", float(random.uniform(0.3, 3))),
    ]
    _, r = simulate(who, items, 10 * DAY, 0.5, start)
    for name, size in zip(who.system.state_names, who.absolute_scale, strict=True):
        if name != "serotonin.memory":  # has a sign
            assert r[name].min() > -1e-9 * size, name


def test_transporters_go_inside_only_if_asked():
    """Off by default; with it, surface SERT falls by the set share of the occupancy."""
    _, off = simulate(terminals(), [occupied(0.8)], 8 * WEEK, DAY)
    _, on = simulate(terminals({"downregulation": 0.5}), [occupied(0.8)], 8 * WEEK, DAY)
    assert np.ptp(off["serotonin.sert_surface"]) < 1e-9
    assert on["serotonin.sert_surface"][-1] == pytest.approx(0.6, abs=0.01)
    assert on["serotonin.extracellular"][-1] > 1.1 * off["serotonin.extracellular"][-1]


def test_firing_is_back_after_two_weeks():
    """Complete recovery (Chaput 1986)."""
    _, r = simulate(terminals(), [occupied(0.8)], 14 * DAY)
    assert 0.8 <= r["serotonin.firing"][-1] <= 1.05


@miss("simulated x1.34, window 0.9 to 1.1 one day after wash-out of chronic citalopram (PubMed 8720583, rat)")
def test_stopping_brings_extracellular_serotonin_back_within_a_day():
    _, r = simulate(terminals(), [occupied(0.8, 0.0, TREATED)], TREATED + DAY)
    assert 0.9 <= r["serotonin.extracellular_relative"][-1] <= 1.1


@miss("simulated x1.45, window 2.5 to 3.4 (heterozygous mice, zero net flux)")
def test_half_the_transporters():
    assert 2.5 <= at_rest(terminals({"sert_density": 0.5}))["serotonin.extracellular_relative"] <= 3.4


@miss("simulated 0.86, window about a quarter (Lira 2003)")
def test_firing_of_a_knock_out():
    assert 0.15 <= at_rest(terminals({"sert_density": 0.0}))["serotonin.firing"] <= 0.35


@miss("simulated -55 %, window +30 to +60 % (Kim 2005); contradicts its 5-HIAA unless a loss bypasses 5-HIAA")
def test_synthesis_of_a_knock_out():
    health, knock_out = at_rest(terminals()), at_rest(terminals({"sert_density": 0.0}))
    assert 0.30 <= knock_out["serotonin.tph2"] / health["serotonin.tph2"] - 1 <= 0.60


@miss("simulated x2.0 at an occupancy of 0.95, window 2.3 to 3.0 (Ceglia 2004, rat cortex); contradicts x1.1 to 1.6")
def test_acute_rise_in_rat_cortex():
    _, r = simulate(terminals(), [occupied(0.95)], 2.0)
    assert 2.3 <= r["serotonin.extracellular_relative"][-1] <= 3.0


def hour_on_a_treadmill() -> np.ndarray:
    """Extracellular 5-HT of the whole body during an hour at 70 % and an hour of rest."""
    return simulate(person(), [bout("running", 1.0, 70)], 2.0, 0.05)[1]["serotonin.extracellular_relative"]


@miss("simulated +18 %, window about +47 % (Meeusen 1996, rat hippocampus); would need a drive of x3.3")
def test_an_hour_on_a_treadmill_raises_serotonin():
    assert 1.3 <= hour_on_a_treadmill().max() <= 1.7


def test_it_is_back_within_the_hour():
    """Meeusen 1996."""
    e = hour_on_a_treadmill()
    assert e.max() > 1.1
    assert e[-1] < 1.05
