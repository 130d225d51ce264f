"""Mass: what a body holds changes by what crosses its borders, and by nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from body import DAY, bout, follow_items
from neurokyn.compiler.compose import System, compose
from neurokyn.compiler.parameters import Parameter, Table
from neurokyn.language import Module
from neurokyn.language.expression import Expression
from neurokyn.language.units import conversion_factor
from neurokyn.scenario.dosing import Regimen
from neurokyn.scenario.model import modules, standard_parameters
from neurokyn.scenario.prepare import Prepared, prepare
from neurokyn.scenario.surroundings import Challenge, Meals, Stress

DRUGS = ("escitalopram", "citalopram", "sertraline", "paroxetine", "fluoxetine")
POOLS: dict[str, tuple[str, ...]] = {
    **{drug: (f"ssri.{drug}_gut", f"ssri.{drug}_central") for drug in DRUGS},
    "tryptophan": (
        *(f"tryptophan.{name}" for name in ("gut", "dissolved", "plasma", "exchange", "brain")),
        "muscle.protein_tryptophan",
    ),
    "kynurenines": tuple(
        f"kynurenine.{name}{where}" for name in ("kyn", "kyna", "hk", "quin") for where in ("", "_brain")
    ),
    "indoles": tuple(
        f"serotonin.{name}" for name in ("htp", "cytosol", "reserve", "releasable", "extracellular", "hiaa_tissue")
    ),
}  # fmt: skip


def resolve(system: System, end: Expression | None) -> str:
    """The state that a flux's end stands for."""
    if end is None:
        return ""
    name = str(end.value)
    return str(system.joins.get(name) or name)


def ledger(system: System) -> Module:
    """One account for each pool: everything that crosses its border, summed by the solver."""
    m = Module("ledger", "what crosses the borders of each pool")
    unit_time = m.parameter("hour", "h")
    for pool, members in POOLS.items():
        unit = "mg" if pool in DRUGS else "umol"
        account = m.state(pool, unit, f"net inflow of {pool}", start=0, scale=1)
        for flux in system.fluxes:
            inward = (resolve(system, flux.target) in members) - (resolve(system, flux.source) in members)
            if inward:
                crossing = m.input(
                    f"{pool}_{flux.name.replace('.', '_')}", f"{unit}/h", flux.name, of=flux.name, stands_in=0
                )
                m.rate(account, inward * crossing)
    m.rate(m.state("clock", "h", "hours", start=0, scale=1), unit_time / unit_time)
    return m


@pytest.fixture(scope="module")
def body() -> Prepared:
    """A healthy body with a ledger beside it."""
    parts = list(modules().values())
    system = compose([*parts, ledger(compose(parts))])
    table = standard_parameters()
    return prepare(system, Table([*table.values(), Parameter("ledger.hour", 1.0, "h")]))


def content(who: Prepared, members: tuple[str, ...], course: dict[str, np.ndarray]) -> np.ndarray:
    """What the states of a pool hold together, in mg or µmol."""
    total = np.zeros(len(course["ledger.clock"]))
    for name in members:
        k = who.system.state_names.index(name)
        unit = who.system.states[k].symbol.unit
        factor = 1.0 if unit in ("mg", "umol") else conversion_factor(unit, "umol/L") * who.volumes[k]
        total += factor * course[name]
    return total


@pytest.fixture(scope="module")
def eventful_week(body):
    """Meals, two drugs, a depletion, interferon, stress, a run and an all-out effort."""
    items = [
        Meals(),
        *(Regimen(drug, "20 mg", every="1 day", at="08:17") for drug in DRUGS),
        Challenge("tryptophan-depletion", start="day 2"),
        Challenge("interferon-alpha", start="day 1", stop="day 6"),
        Challenge("tryptophan-load", start="day 4"),
        Stress(1.0, start="day 1", stop="day 5"),
        bout("running", 2.0, 75, 3 * DAY + 10.3),
        bout("cycling", 0.4, 95, 5 * DAY + 10.3),
        bout("strength", 1.0, 45, 6 * DAY + 2.0),
    ]
    return follow_items(body, items, 7 * DAY, 1.0, body.starts)[1]


@pytest.mark.parametrize("pool", POOLS)
def test_mass_is_conserved(body, eventful_week, pool):
    held = content(body, POOLS[pool], eventful_week)
    doses = 20.0 * np.floor((np.arange(len(held)) - (8.2833 - 7.0)) / DAY + 1) if pool in DRUGS else 0.0
    if pool == "tryptophan":  # what the challenge gives by mouth
        doses = np.where(np.arange(len(held)) >= 4 * DAY, 3.5 * 4896.56, 0.0)
    gap = held - held[0] - doses - eventful_week[f"ledger.{pool}"]
    throughput = np.abs(np.diff(eventful_week[f"ledger.{pool}"])).sum() + held.max()
    assert np.abs(gap).max() < 1e-9 * throughput
    assert throughput > 1e-3  # something moved


@pytest.mark.parametrize("pool", POOLS)
def test_only_fluxes_move_what_is_conserved(pool):
    acted_on = {str(rate.state.value) for m in modules().values() for rate in m.rates}
    assert not acted_on & set(POOLS[pool])


def test_fluoxetine_that_leaves_as_norfluoxetine_weighs_what_it_should():
    """One molecule gives one molecule: the yield is the ratio of the molar masses."""
    table = standard_parameters()
    assert table["ssri.norfluoxetine_mass_ratio"].value == pytest.approx(295.3 / 309.3, rel=1e-3)


def test_fates_of_kynurenine_do_not_exceed_what_appears():
    """Shares of clearance are shares, and every healthy flux is positive."""
    table = standard_parameters()
    shares = [
        table[f"kynurenine.{x}"].value for x in ("kat_muscle_share", "kat_other_share", "kynu_share", "renal_share")
    ]
    assert sum(shares) < 1
    who = prepare(compose(modules().values()), table)
    at_rest = who.read_outs(who.starts, who.rests)
    for flux in who.system.fluxes:
        assert at_rest[flux.name] >= -1e-12, flux.name
