"""Composition: joins, units, sums over fluxes."""

import pytest
from neurokyn.compiler.compose import compose
from neurokyn.errors import ModelError, UnitError
from neurokyn.language import Module
from neurokyn.language.expression import evaluate


def producer() -> Module:
    m = Module("maker", "Makes a substance")
    volume = m.parameter("volume", "L")
    pool = m.state("pool", "umol/L", "made substance", start=m.parameter("rest", "umol/L"), volume=volume)
    m.flux("make", m.parameter("rate", "umol/h"), to=pool)
    return m


def consumer(of: str = "maker.pool") -> Module:
    m = Module("user", "Uses it")
    pool = m.input("supply", "nmol/L", "what the maker makes", of=of, stands_in=m.parameter("supply_rest", "nmol/L"))
    store = m.state("store", "nmol", "taken up", start=0, scale=m.parameter("typical", "nmol"))
    m.flux("uptake", m.parameter("clearance", "L/h") * pool, frm=pool, to=store)
    m.observe("doubled", 2 * pool, "umol/L", "twice the supply")
    return m


VALUES = {
    "maker.volume": 5.0, "maker.rest": 2.0, "maker.rate": 3.0, "user.supply_rest": 100.0, "user.typical": 1.0,
    "user.clearance": 0.5, "maker.pool": 4.0, "user.store": 7.0,
}  # fmt: skip


def test_a_flux_through_a_joined_input_acts_on_its_state_in_its_units():
    system = compose([consumer(), producer()])
    slopes = dict(zip(system.state_names, evaluate(system.equations.derivatives, VALUES), strict=True))
    assert system.unjoined == []
    assert slopes["maker.pool"] == pytest.approx((3.0 - 0.5 * 4.0) / 5.0)  # umol/L/h
    assert slopes["user.store"] == pytest.approx(0.5 * 4000)  # nmol/h


def test_alone_a_module_uses_its_stand_in():
    system = compose([consumer()])
    assert system.unjoined == ["user.supply"]
    assert evaluate(system.equations.derivatives, VALUES) == [pytest.approx(50.0)]


def test_a_coupling_can_be_cut():
    system = compose([producer(), consumer()], joins={"user.supply": None})
    slopes = dict(zip(system.state_names, evaluate(system.equations.derivatives, VALUES), strict=True))
    assert slopes["maker.pool"] == pytest.approx(3.0 / 5.0)
    assert slopes["user.store"] == pytest.approx(50.0)


def test_read_outs_are_in_their_declared_units():
    system = compose([producer(), consumer()])
    shown = system.equations.read_outs
    assert evaluate([shown["user.doubled"]], VALUES) == [pytest.approx(8.0)]
    assert system.equations.units["user.uptake"] == "umol/h"
    assert evaluate([shown["user.uptake"]], VALUES) == [pytest.approx(2.0)]


def test_the_order_of_modules_does_not_matter():
    one, other = compose([producer(), consumer()]), compose([consumer(), producer()])
    assert one.state_names == other.state_names
    assert one.equations.derivatives == other.equations.derivatives


def test_mass_is_conserved_by_construction():
    system = compose([producer(), consumer()])
    slopes = dict(zip(system.state_names, evaluate(system.equations.derivatives, VALUES), strict=True))
    assert 5.0 * slopes["maker.pool"] + slopes["user.store"] / 1000 == pytest.approx(3.0)


def test_unknown_names_name_the_nearest():
    with pytest.raises(ModelError, match="did you mean 'maker.pool'"):
        compose([producer(), consumer(of="maker.pol")])
    with pytest.raises(ModelError, match="did you mean 'user.supply'"):
        compose([producer(), consumer()], joins={"user.suply": None})
    with pytest.raises(ModelError, match="two modules"):
        compose([producer(), producer()])


def test_other_scales_inside_a_flux_are_converted_once():
    m = Module("sat", "Saturable loss, with its Km on another scale")
    x = m.state("x", "nmol/L", "x", start=m.parameter("rest", "nmol/L"), volume=m.parameter("volume", "L"))
    m.flux("loss", m.parameter("vmax", "umol/h") * x / (m.parameter("km", "umol/L") + x), frm=x)
    values = {"sat.volume": 2.0, "sat.vmax": 3.0, "sat.km": 0.06, "sat.x": 70.0}
    system = compose([m])
    assert evaluate([system.equations.read_outs["sat.loss"]], values) == [pytest.approx(3 * 0.07 / 0.13)]
    assert evaluate(system.equations.derivatives, values) == [pytest.approx(-1000 * 3 * 0.07 / 0.13 / 2)]


def test_mixed_dimensions_are_refused_with_the_formula():
    m = Module("bad", "Adds apples to pears")
    x = m.state("x", "mg", "x", start=1)
    m.flux("f", m.parameter("k", "1/h") * x + m.parameter("v", "L/h"), frm=x)
    with pytest.raises(UnitError, match=r"flux bad\.f.*mixes"):
        _ = compose([m]).equations


def test_a_flux_into_a_concentration_without_volume_is_refused():
    m = Module("bad", "Forgets the volume")
    x = m.state("x", "umol/L", "x", start=1)
    m.flux("f", m.parameter("v", "umol/h"), to=x)
    with pytest.raises(ModelError, match="volume="):
        _ = compose([m]).equations


def test_an_algebraic_circle_is_named():
    m, n = Module("a", "a"), Module("b", "b")
    i = m.input("y", "1", "y", of="b.y", stands_in=1)
    m.observe("x", 2 * i, "1", "x")
    j = n.input("x", "1", "x", of="a.x", stands_in=1)
    n.observe("y", j + 1, "1", "y")
    with pytest.raises(ModelError, match="algebraic circle"):
        _ = compose([m, n]).equations
