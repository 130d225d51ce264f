"""Modules: what may be declared and what is refused."""

import pytest
from neurokyn.errors import ModelError
from neurokyn.language import Module


@pytest.fixture
def m():
    return Module("pool", "A pool")


def test_names_are_qualified(m):
    x = m.state("amount", "mg", "content", start=1)
    assert x.value == "pool.amount"
    assert m.find_state("amount").symbol is x


def test_a_name_is_declared_once(m):
    m.parameter("k", "1/h")
    with pytest.raises(ModelError, match="'k' twice"):
        m.state("k", "mg", "again", start=1)


def test_a_name_is_a_name(m):
    with pytest.raises(ModelError, match="not a name"):
        m.parameter("k in", "1/h")


def test_a_state_that_starts_at_zero_needs_a_scale(m):
    with pytest.raises(ModelError, match="scale="):
        m.state("amount", "mg", "content", start=0)


def test_a_flux_needs_an_end(m):
    x = m.state("amount", "mg", "content", start=1)
    with pytest.raises(ModelError, match="from nowhere to nowhere"):
        m.flux("drain", m.parameter("k", "1/h") * x)


def test_a_flux_flows_between_states(m):
    k = m.parameter("k", "1/h")
    with pytest.raises(ModelError, match="between states"):
        m.flux("drain", k, frm=k)


def test_an_unknown_state_names_the_nearest(m):
    m.state("amount", "mg", "content", start=1)
    with pytest.raises(ModelError, match="did you mean 'pool.amount'"):
        m.find_state("amuont")
