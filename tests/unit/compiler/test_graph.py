"""Differentiation, hoisting and elimination, against SymPy and NumPy."""

import numpy as np
import pytest
import sympy
from neurokyn.compiler.graph import TIME_INDEX, collect_constants, differentiate, eliminate, group_constants
from neurokyn.language import cos, exp, hill, log, maximum, michaelis_menten, minimum, sin, sqrt, where
from neurokyn.language.expression import evaluate, symbol
from neurokyn.language.module import TIME

x, y = symbol("x", "state", "1"), symbol("y", "state", "1")
p, q = symbol("p", "parameter", "1"), symbol("q", "parameter", "1")
SYMPY = {name: sympy.Symbol(name, positive=True) for name in ("x", "y", "p", "q", "time")}
POINT = {"x": 0.83, "y": 1.37, "p": 2.1, "q": 0.6, "time": 0.4}

FORMULAS = {
    "sum": (p * x + q - y / p, lambda x, y, p, q, t: p * x + q - y / p),
    "saturation": (michaelis_menten(p, x * y, q), lambda x, y, p, q, t: p * x * y / (q + x * y)),
    "hill": (hill(x, p, q), lambda x, y, p, q, t: (x / p) ** q / (1 + (x / p) ** q)),
    "exponent": (x ** (y * p), lambda x, y, p, q, t: x ** (y * p)),
    "waves": (
        sin(x * p) * cos(y) + exp(-x / y),
        lambda x, y, p, q, t: sympy.sin(x * p) * sympy.cos(y) + sympy.exp(-x / y),
    ),
    "roots": (sqrt(x + y**3) - log(x) / q, lambda x, y, p, q, t: sympy.sqrt(x + y**3) - sympy.log(x) / q),
    "time": (x * cos(TIME * p), lambda x, y, p, q, t: x * sympy.cos(t * p)),
    "choice": (where(x > y, x**2, y**2) * maximum(x, y) * minimum(x, p), lambda x, y, p, q, t: y**2 * y * x),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMULAS)
def test_slopes_equal_sympys(name):
    ours, theirs = FORMULAS[name]
    formula = theirs(*(SYMPY[k] for k in ("x", "y", "p", "q", "time")))
    slopes = differentiate([ours], {x: 0, y: 1, TIME: TIME_INDEX})[0]
    for key, variable in ((0, "x"), (1, "y"), (TIME_INDEX, "time")):
        expected = float(sympy.diff(formula, SYMPY[variable]).subs({SYMPY[k]: v for k, v in POINT.items()}))
        found = evaluate([slopes[key]], POINT)[0] if key in slopes else 0.0
        assert found == pytest.approx(expected, rel=1e-13, abs=1e-14)


@pytest.mark.parametrize("name", FORMULAS)
def test_grouping_keeps_the_value(name):
    ours, _ = FORMULAS[name]
    grouped = group_constants([ours])[0]
    assert evaluate([grouped], POINT)[0] == pytest.approx(evaluate([ours], POINT)[0], rel=1e-13)


def test_constants_are_gathered_from_products():
    grouped = group_constants([p * (x * q) * y])
    assert collect_constants(grouped) == [p * q]


def test_elimination_covers_the_pattern_and_its_fill_in():
    random = np.random.default_rng(3)
    n = 30
    pattern = [(i, j) for i in range(n) for j in range(n) if i != j and random.random() < 0.08]
    plan = eliminate(n, pattern)
    dense = np.zeros((n, n))
    for i, j in pattern:
        dense[i, j] = random.normal()
    dense += np.diag(10 + random.random(n))
    permuted = dense[np.ix_(plan.order, plan.order)]
    lower_upper = permuted.copy()
    for k in range(n):
        lower_upper[k + 1 :, k] /= lower_upper[k, k]
        lower_upper[k + 1 :, k + 1 :] -= np.outer(lower_upper[k + 1 :, k], lower_upper[k, k + 1 :])
    filled = {(i, j) for i, row in enumerate(plan.rows) for j in row}
    assert {(i, j) for i, j in zip(*np.nonzero(np.abs(lower_upper) > 1e-14), strict=True)} <= filled
    natural = sum(1 for _ in filled)
    assert natural < n * n / 2
