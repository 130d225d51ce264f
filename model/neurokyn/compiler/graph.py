"""From equations to the graph that is compiled: constants hoisted, Jacobian, elimination order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from neurokyn.compiler.compose import Equations
from neurokyn.language.expression import BUILD, ONE, ZERO, Expression, constant, log, multiply, walk, where
from neurokyn.language.module import TIME

Slopes = dict[int, Expression]
TIME_INDEX = -1


@dataclass(frozen=True)
class Elimination:
    """Sparse LU of (shift·I - J) without pivoting, in an order that fills in little.

    Parameters
    ----------
    order : list of int
        State eliminated at each step.
    rows : list of list of int
        For each step the columns (as steps) of its row of L + U, ascending.
    """

    order: list[int]
    rows: list[list[int]]

    @property
    def size(self) -> int:
        """Nonzeros of L + U."""
        return sum(map(len, self.rows))


@dataclass(frozen=True)
class Graph:
    """Everything that is compiled, as expressions in constants, states, drives and time.

    `constants` are the largest parts that depend on parameters alone; they are computed
    once for a person.
    """

    constants: list[Expression]
    derivatives: list[Expression]
    time_slopes: list[Expression]
    jacobian: dict[tuple[int, int], Expression]
    read_outs: list[Expression]
    elimination: Elimination


def build_graph(equations: Equations, states: list[Expression]) -> Graph:
    """Differentiate, hoist and order.

    Parameters
    ----------
    equations : Equations
        From `System.equations`.
    states : list of Expression
        The state symbols, in order.

    Returns
    -------
    Graph
        What `source` prints and `kernels` compiles.
    """
    index = {state: k for k, state in enumerate(states)}
    index[TIME] = TIME_INDEX
    grouped = group_constants([*equations.derivatives, *equations.read_outs.values()])
    derivatives, shown = grouped[: len(states)], grouped[len(states) :]
    slopes = differentiate(derivatives, index)
    jacobian = {
        (row, column): slope
        for row, of_row in enumerate(slopes)
        for column, slope in sorted(of_row.items())
        if column != TIME_INDEX
    }
    time_slopes = [of_row.get(TIME_INDEX, ZERO) for of_row in slopes]
    keys = list(jacobian)
    values = group_constants([*(jacobian[key] for key in keys), *time_slopes])
    jacobian = dict(zip(keys, values, strict=False))
    time_slopes = values[len(keys) :]
    constants = collect_constants([*derivatives, *shown, *values])
    return Graph(constants, derivatives, time_slopes, jacobian, shown, eliminate(len(states), keys))


def is_constant(node: Expression, known: dict[Expression, bool]) -> bool:
    """Whether an expression depends on parameters and numbers alone."""
    for part in walk(node):
        if part not in known:
            if part.operation == "symbol":
                known[part] = part.kind == "parameter"
            else:
                known[part] = all(known[x] for x in part.arguments)
    return known[node]


def group_constants(roots: list[Expression]) -> list[Expression]:
    """Reorder products and sums so that parameter-only factors and terms stand together."""
    known: dict[Expression, bool] = {}
    done: dict[Expression, Expression] = {}
    for node in walk(*roots):
        if is_constant(node, known) or not node.arguments:
            done[node] = node
        elif node.operation in ("multiply", "divide"):
            done[node] = _group_product(node, done, known)
        elif node.operation in ("add", "subtract"):
            done[node] = _group_sum(node, done, known)
        else:
            done[node] = BUILD[node.operation](*(done[x] for x in node.arguments))
    return [done[root] for root in roots]


def _split_product(node: Expression, known: dict[Expression, bool]) -> tuple[Expression, Expression]:
    """A node as (parameter-only factor, the rest)."""
    if is_constant(node, known):
        return node, ONE
    if node.operation == "multiply" and is_constant(node.arguments[0], known):
        return node.arguments[0], node.arguments[1]
    if node.operation == "negate":
        factor, rest = _split_product(node.arguments[0], known)
        return -factor, rest
    if node.operation == "divide" and is_constant(node.arguments[0], known) and node.arguments[0] is not ONE:
        return node.arguments[0], ONE / node.arguments[1]
    return ONE, node


def _group_product(node: Expression, done: dict[Expression, Expression], known: dict[Expression, bool]) -> Expression:
    a, b = (done[x] for x in node.arguments)
    factor_a, rest_a = _split_product(a, known)
    if node.operation == "multiply":
        factor_b, rest_b = _split_product(b, known)
        return (factor_a * factor_b) * (rest_a * rest_b)
    if is_constant(b, known):
        return (factor_a / b) * rest_a
    return factor_a * (rest_a / b)


def _group_sum(node: Expression, done: dict[Expression, Expression], known: dict[Expression, bool]) -> Expression:
    a, b = (done[x] for x in node.arguments)
    sign = BUILD[node.operation]
    if not is_constant(a, known) and a.operation == "add" and is_constant(a.arguments[0], known):
        if is_constant(b, known):
            return sign(a.arguments[0], b) + a.arguments[1]
        return a.arguments[0] + sign(a.arguments[1], b)
    if node.operation == "add" and is_constant(b, known) and not is_constant(a, known):
        return b + a
    return sign(a, b)


def collect_constants(roots: list[Expression]) -> list[Expression]:
    """The largest parameter-only parts of the roots that are not plain numbers."""
    known: dict[Expression, bool] = {}
    found: dict[Expression, None] = {}
    seen: set[Expression] = set()
    stack = list(reversed(roots))
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if is_constant(node, known):
            if node.operation != "constant":
                found[node] = None
        else:
            stack.extend(reversed(node.arguments))
    return list(found)


def _power_slope(node: Expression, slopes: list[Slopes]) -> list[tuple[Expression, Slopes]]:
    base, exponent = node.arguments
    parts = [(exponent * base ** (exponent - 1), slopes[0])]
    if slopes[1]:
        parts.append((node * log(base), slopes[1]))
    return parts


def _choice(node: Expression, yes: Expression, no: Expression) -> tuple[Expression, Expression]:
    """Indicator functions of the two branches of a where, maximum or minimum."""
    condition = node.arguments[0] if node.operation == "where" else yes > no
    if node.operation == "minimum":
        condition = no > yes
    return where(condition, ONE, ZERO), where(condition, ZERO, ONE)


Rule = Callable[[Expression], tuple[Expression, ...]]
# Partial derivatives of each operation by its operands.
RULES: dict[str, Rule] = {
    "add": lambda n: (ONE, ONE),
    "subtract": lambda n: (ONE, constant(-1)),
    "multiply": lambda n: (n.arguments[1], n.arguments[0]),
    "divide": lambda n: (ONE / n.arguments[1], -(n / n.arguments[1])),
    "negate": lambda n: (constant(-1),),
    "exp": lambda n: (n,),
    "log": lambda n: (ONE / n.arguments[0],),
    "sin": lambda n: (BUILD["cos"](n.arguments[0]),),
    "cos": lambda n: (-BUILD["sin"](n.arguments[0]),),
    "sqrt": lambda n: (1 / (2 * n),),
    "maximum": lambda n: _choice(n, *n.arguments),
    "minimum": lambda n: _choice(n, *n.arguments),
}


def differentiate(roots: list[Expression], index: dict[Expression, int]) -> list[Slopes]:
    """Sparse forward differentiation over the graph.

    Parameters
    ----------
    roots : list of Expression
        What is differentiated.
    index : dict of Expression to int
        The symbols it is differentiated by, with the key to use for each.

    Returns
    -------
    list of dict
        For each root the nonzero partial derivatives by key.
    """
    slopes: dict[Expression, Slopes] = {}
    for node in walk(*roots):
        if node in index:
            slopes[node] = {index[node]: ONE}
        elif not node.arguments or node.operation == "greater":
            slopes[node] = {}
        else:
            slopes[node] = _chain(node, [slopes[x] for x in node.arguments])
    return [slopes[root] for root in roots]


def _chain(node: Expression, inner: list[Slopes]) -> Slopes:
    if not any(inner):
        return {}
    if node.operation == "power":
        parts = _power_slope(node, inner)
    elif node.operation == "where":
        yes, no = _choice(node, node.arguments[1], node.arguments[2])
        parts = [(yes, inner[1]), (no, inner[2])]
    else:
        parts = list(zip(RULES[node.operation](node), inner, strict=True))
    total: Slopes = {}
    for outer, slope in parts:
        for key, value in slope.items():
            term = multiply(outer, value)
            if term is not ZERO:
                total[key] = total[key] + term if key in total else term
    return total


def eliminate(n: int, nonzeros: list[tuple[int, int]]) -> Elimination:
    """A Markowitz order on diagonal pivots and the fill-in it causes."""
    rows: list[set[int]] = [{k} for k in range(n)]
    columns: list[set[int]] = [{k} for k in range(n)]
    for i, j in nonzeros:
        rows[i].add(j)
        columns[j].add(i)
    left, order = set(range(n)), list[int]()
    while left:
        pivot = min(left, key=lambda k: ((len(rows[k] & left) - 1) * (len(columns[k] & left) - 1), k))
        order.append(pivot)
        left.discard(pivot)
        for i in columns[pivot] & left:
            for j in rows[pivot] & left:
                rows[i].add(j)
                columns[j].add(i)
    step = {state: k for k, state in enumerate(order)}
    return Elimination(order, [sorted(step[j] for j in rows[state]) for state in order])
