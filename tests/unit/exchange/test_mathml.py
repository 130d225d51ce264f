"""A formula written as MathML and read by libSBML has the value it had here."""

import libsbml
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neurokyn.exchange.mathml import MathWriter
from neurokyn.language.expression import (
    BUILD,
    constant,
    cos,
    evaluate,
    exp,
    log,
    maximum,
    minimum,
    sin,
    sqrt,
    symbol,
    where,
)
from neurokyn.language.module import TIME
from neurokyn.language.units import DIMENSIONLESS, parse_unit

X, Y = symbol("m.x", "state", "1"), symbol("m.y", "state", "1")
VALUES = {"m.x": 0.37, "m.y": 2.5}


def writer():
    return MathWriter({X: "m__x", Y: "m__y"}, dict.fromkeys((X, Y), DIMENSIONLESS), lambda unit: "dimensionless")


def read_back(node):
    """What libSBML makes of it."""
    document = libsbml.SBMLDocument(3, 2)
    model = document.createModel()
    for name, value in VALUES.items():
        parameter = model.createParameter()
        parameter.setId(name.replace(".", "__"))
        parameter.setValue(value)
    rule = model.createAssignmentRule()
    libsbml.SBMLTransforms.mapComponentValues(model)
    assert rule.setMath(libsbml.readMathMLFromString(writer().write(node))) == libsbml.LIBSBML_OPERATION_SUCCESS
    written = libsbml.readMathMLFromString(libsbml.writeMathMLToString(rule.getMath()))
    return libsbml.SBMLTransforms.evaluateASTNode(written, model)


@pytest.mark.parametrize(
    "node",
    [
        X + Y, X - Y, X * Y, X / Y, X**Y, X**2, X**-1.5, -X, exp(X), log(X), sqrt(Y), sin(X), cos(X),
        maximum(X, Y), maximum(Y, X), minimum(X, Y), minimum(Y, X), maximum(X, X),
        where(X > Y, X, Y * 3), where(Y > X, X, Y * 3), where(X + 0.37 > X * 2, 1, 2),
        X * 1e-12, X + 1e300, constant(0.1) * X, constant(-3) * X,
    ],
    ids=repr,
)  # fmt: skip
def test_every_operation(node):
    assert read_back(node) == pytest.approx(evaluate([node], VALUES)[0], rel=1e-14)


@st.composite
def formulas(draw, depth=4):
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from([X, Y]) | st.floats(0.1, 9.0).map(constant))
    name = draw(st.sampled_from(["add", "subtract", "multiply", "divide", "maximum", "minimum", "where", "log", "exp"]))
    a, b = draw(formulas(depth=depth - 1)), draw(formulas(depth=depth - 1))
    if name == "where":
        return where(X > Y, a, b) if draw(st.booleans()) else where(Y > X, a, b)
    if name in ("log", "exp"):
        return BUILD[name](minimum(maximum(a, 0.01), 20))
    if name == "divide":
        return a / maximum(b, 0.01)
    return BUILD[name](a, b)


@given(formulas())
@settings(max_examples=150, deadline=None)
def test_any_formula(node):
    assert read_back(node) == pytest.approx(evaluate([node], VALUES)[0], rel=1e-11, abs=1e-11)


def test_the_logarithm_is_the_natural_one():
    assert "<ln/>" in writer().write(log(X))
    assert read_back(log(X)) == pytest.approx(-0.994252273343867, rel=1e-14)


def test_time_is_the_time_of_sbml():
    node = libsbml.readMathMLFromString(writer().write(TIME + 1))
    assert node.getChild(0).getType() == libsbml.AST_NAME_TIME


def test_a_conversion_gets_its_unit():
    """1000 between mmol/L and umol/L is no plain number; 2 is."""
    a, b = symbol("m.a", "state", "umol/L"), symbol("m.b", "state", "mmol/L")
    units = {a: parse_unit("umol/L"), b: parse_unit("mmol/L")}
    asked = []
    text = MathWriter({a: "a", b: "b"}, units, lambda unit: asked.append(unit) or f"unit{len(asked)}").write(
        a + constant(1000) * b * 1, parse_unit("umol/L")
    )
    assert 'sbml:units="unit1"' in text
    assert asked[0].factor == pytest.approx(1e-3)
    assert asked[0].dimensions == ()
    asked.clear()
    MathWriter({a: "a"}, units, lambda unit: asked.append(unit) or "x").write(a + 2 * a, parse_unit("umol/L"))
    assert asked == [DIMENSIONLESS]


def test_zero_takes_the_unit_of_its_neighbour():
    a = symbol("m.a", "state", "mg")
    asked = []
    MathWriter({a: "a"}, {a: parse_unit("mg")}, lambda unit: asked.append(unit) or "x").write(maximum(0, a))
    assert asked == [parse_unit("mg")]
