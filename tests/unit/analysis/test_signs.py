"""Which way a coupling pushes is computed from the model, and said to be unknown where it is not known."""

from dataclasses import replace

import numpy as np
import pytest
from neurokyn.analysis.budget import accounts
from neurokyn.analysis.signs import (
    LOWERS,
    MIXED,
    NOTHING,
    RAISES,
    Sign,
    everything,
    pooled,
    quantities,
    signs,
    state_signs,
)
from neurokyn.compiler.compose import compose
from neurokyn.compiler.parameters import Parameter, Table
from neurokyn.language import Module
from neurokyn.scenario.model import modules, standard_model
from neurokyn.scenario.scenario import Scenario


@pytest.fixture(scope="module")
def roused():
    return accounts(everything())


@pytest.fixture(scope="module")
def found(roused):
    return pooled(signs(roused))


@pytest.mark.parametrize(
    ("giver", "taker", "way"),
    [
        ("ssri", "serotonin", RAISES),  # SERT blocked: more outside the cell
        ("tryptophan", "serotonin", RAISES),
        ("muscle", "kynurenine", LOWERS),  # KAT turns kynurenine away from quinolinate
        ("inflammation", "kynurenine", RAISES),
        ("stress", "dendrites", LOWERS),
        ("dendrites", "mood", LOWERS),  # longer dendrites, less depression
        ("exercise", "inflammation", LOWERS),
        ("growth_factors", "dendrites", MIXED),  # TrkB against proBDNF
        ("ssri", "growth_factors", NOTHING),  # the direct action on TrkB is off as shipped
    ],
)
def test_known_directions(found, giver, taker, way):
    assert found[giver, taker] == way


def spring_and_mill(power):
    """A mill that turns by water to some power, and sheds what it has."""
    spring = Module("spring", "Spring")
    water = spring.state("water", "1", "water", start=1)
    spring.rate(water, spring.parameter("fill", "1/h") - water * spring.parameter("leak", "1/h"))
    mill = Module("mill", "Mill")
    given = mill.input("given", "1", "water", of="spring.water", stands_in=0)
    turns = mill.state("turns", "1", "turning", start=1)
    mill.rate(turns, (given**power - turns) * mill.parameter("speed", "1/h"))
    return compose([spring, mill])


@pytest.mark.parametrize(("power", "way"), [(2, RAISES), (-1, LOWERS)])
def test_signs_of_a_toy_are_known(roused, power, way):
    system = spring_and_mill(power)
    names = ("spring.fill", "spring.leak", "mill.speed")
    table = Table([Parameter(name, 1.0, "1/h") for name in names])
    shown = [r.name for r in system.read_outs]
    courses = {"spring.water": np.linspace(1.0, 2.0, 50), "mill.turns": np.linspace(1.0, 2.0, 50)}
    values = np.array([courses[name] for name in shown]).T
    run = replace(
        roused, system=system, read_outs=values, units=["1"] * len(shown), time=np.arange(50.0),
        drives=np.ones((50, len(system.drives))), table=table,
    )  # fmt: skip
    assert signs(run) == [Sign("spring", "mill", "water", "turns", way)]


def test_nothing_is_said_of_what_stands_still():
    quiet = accounts(Scenario(person="healthy", duration="1 day", meals=None))
    said = {(s.giver, s.taker): s for s in signs(quiet)}
    assert ("exercise", "muscle") not in said  # nobody moves, so nothing can be seen


def test_states_are_pushed_by_what_their_rates_read(roused):
    ways = state_signs(roused, modules()["mood"])
    assert ways["dendrites.length", "mood.severity"] == LOWERS
    assert ways["mood.episode", "mood.severity"] == RAISES
    assert ways["mood.natural_course", "mood.episode"] == LOWERS


def test_quantities_that_others_read_come_first():
    for module in modules().values():
        assert quantities(standard_model(), module)
    assert quantities(standard_model(), modules()["kynurenine"])[0] == "nmda_balance"


def test_pairs_are_pooled():
    some = [Sign("a", "b", "x", "y", RAISES), Sign("a", "b", "z", "y", LOWERS), Sign("a", "c", "x", "y", NOTHING)]
    assert pooled(some) == {("a", "b"): MIXED, ("a", "c"): NOTHING}
