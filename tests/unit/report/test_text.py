"""Formulas, modules, numbers and references in words."""

import json

import pytest
from neurokyn.compiler.parameters import Parameter, Table
from neurokyn.language import Module
from neurokyn.language.expression import maximum, where
from neurokyn.report.text import describe_module, describe_parameters, formula

m = Module("demo", "Shows every sign")
a, b, c = (m.parameter(name, "1") for name in "abc")


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (a + b * c, "a + b · c"),
        ((a + b) * c, "(a + b) · c"),
        (a - (b - c), "a - (b - c)"),
        (a / (b * c), "a / (b · c)"),
        (a / b / c, "a / b / c"),
        (-(a + b), "-(a + b)"),
        ((a + b) ** 2, "(a + b)^2"),
        (a**b, "a^b"),
        (maximum(a, 0.5), "maximum(a, 0.5)"),
        (where(a > b, b, c), "where(a > b, b, c)"),
    ],
)
def test_formulas_keep_their_meaning(expression, text):
    assert formula(expression) == text


def test_a_module_on_one_page():
    demo = Module("demo", "Shows every part")
    supply = demo.input("supply", "1", "what comes in", of="other.supply", stands_in=1)
    amount = demo.state("amount", "1", "what there is", start=1)
    demo.flux("loss", demo.parameter("rate", "1/h") * amount, frm=amount, description="what goes")
    demo.rate(amount, demo.parameter("gain", "1/h") * supply)
    demo.observe("double", 2 * amount, "1", "twice of it")
    table = Table(Parameter(f"demo.{name}", 2.0, "1/h", evidence="assumed", note="why") for name in ("rate", "gain"))
    page = describe_module(demo, table)
    for line in (
        "supply: what comes in [1] from other.supply; alone: 1",
        "amount: what there is [1]",
        "loss: what goes (amount → outside): rate · amount",
        "demo.rate  2 1/h  (assumed)",
    ):
        assert line in page
    found = json.loads(describe_module(demo, table, as_json=True))
    assert found["states"] == {"amount": "what there is [1]"}
    assert found["parameters"]["demo.gain"]["value"] == 2.0


def test_one_number_comes_with_its_note():
    spread = {"kind": "lognormal", "cv": 0.2}
    row = Parameter("a.k", 1.5, "1/h", "who2020", "table 2", "measured", "rat", spread, note="kept")
    text = describe_parameters(Table([row]), ["a.k"])
    assert text.splitlines() == ["  a.k  1.5 1/h ± 20%  (measured rat who2020)", "    table 2", "    kept"]
