"""Expressions: sharing, folding, evaluation."""

import math

import pytest
from neurokyn.language import cos, exp, hill, log, logistic, logit, maximum, michaelis_menten, positive, where
from neurokyn.language.expression import ONE, ZERO, constant, evaluate, rewrite, symbol, walk

x, y = symbol("x", "state", "1"), symbol("y", "state", "1")


def test_equal_expressions_are_one_object():
    assert x + y is x + y
    assert michaelis_menten(2, x, y) is michaelis_menten(2, x, y)
    assert x + y is not y + x


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        (x + 0, x), (0 + x, x), (x * 1, x), (x * 0, ZERO), (x / 1, x), (x / x, ONE), (x - x, ZERO), (-1 * (-x), x),
        (x**1, x), (x**0, ONE), (constant(2) * 3 + 1, constant(7)), (x - (-y), x + y), (0 - x, -x), (exp(0), ONE),
    ],
)  # fmt: skip
def test_trivial_arithmetic_is_folded(written, folded):
    assert written is folded


def test_evaluation_matches_python():
    formula = exp(-x / y) * cos(x) + log(y) ** 2 - maximum(x, y) / hill(x, y, 1.7)
    a, b = 0.7, 2.3
    ratio = (a / b) ** 1.7
    expected = math.exp(-a / b) * math.cos(a) + math.log(b) ** 2 - max(a, b) / (ratio / (1 + ratio))
    assert evaluate([formula], {"x": a, "y": b})[0] == pytest.approx(expected, rel=1e-15)


def test_where_picks_a_branch():
    formula = where(x > y, x, 2 * y)
    assert evaluate([formula], {"x": 3.0, "y": 1.0}) == [3.0]
    assert evaluate([formula], {"x": 1.0, "y": 3.0}) == [6.0]


def test_logit_undoes_logistic():
    assert evaluate([logit(logistic(x))], {"x": 0.37})[0] == pytest.approx(0.37)


def test_positive_and_hill_of_a_negative_are_zero():
    assert evaluate([positive(x), hill(x, y, 2.5)], {"x": -1.0, "y": 1.0}) == [0.0, 0.0]


def test_rewrite_unfolds_chains():
    a, b = symbol("a", "relation", "1"), symbol("b", "relation", "1")
    assert rewrite([b * 2], {a: x + 1, b: a * a}.get) == [(x + 1) * (x + 1) * 2]


def test_walk_visits_operands_first_and_once():
    formula = (x + y) * (x + y)
    nodes = list(walk(formula))
    assert len(nodes) == 4
    assert nodes[-1] is formula


def test_a_formula_has_no_truth_value():
    with pytest.raises(TypeError, match="no truth value"):
        bool(x > y)
    with pytest.raises(TypeError, match="symbols and numbers"):
        x + "1"  # type: ignore[operator]


def test_division_by_zero_is_refused_when_written():
    with pytest.raises(ZeroDivisionError):
        x / 0
