"""Expressions: what a formula is before anything is computed.

An expression is an immutable node of a graph. Equal nodes are the same object, so common
subexpressions are shared from the start. SymPy is not needed to write, differentiate or
compile a model; `neurokyn.report.equations` turns expressions into SymPy for printing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from weakref import WeakValueDictionary

Number = int | float
_nodes: WeakValueDictionary[tuple[object, ...], Expression] = WeakValueDictionary()


class Expression:
    """A node: a constant, a symbol, or an operation on other nodes.

    Parameters
    ----------
    operation : str
        "constant", "symbol", or the name of an operation ("add", "multiply", "power", …).
    arguments : tuple of Expression
        The operands; empty for constants and symbols.
    value : float or str
        The number of a constant or the qualified name of a symbol.
    kind : str
        For symbols: "state", "parameter", "input", "drive", "relation" or "time".
    unit : str
        For symbols: the declared unit.
    """

    __slots__ = ("__weakref__", "arguments", "kind", "operation", "unit", "value")
    operation: str
    arguments: tuple[Expression, ...]
    value: float | str
    kind: str
    unit: str

    def __new__(
        cls,
        operation: str,
        arguments: tuple[Expression, ...] = (),
        value: float | str = "",
        kind: str = "",
        unit: str = "",
    ) -> Expression:
        """The one node with this content."""
        identity = (operation, tuple(map(id, arguments)), type(value), value, kind, unit)
        node = _nodes.get(identity)
        if node is None:
            node = super().__new__(cls)
            node.operation, node.arguments = operation, arguments
            node.value, node.kind, node.unit = value, kind, unit
            _nodes[identity] = node
        return node

    def __add__(self, other: Expression | Number) -> Expression:
        return add(self, constant(other))

    def __radd__(self, other: Number) -> Expression:
        return add(constant(other), self)

    def __sub__(self, other: Expression | Number) -> Expression:
        return subtract(self, constant(other))

    def __rsub__(self, other: Number) -> Expression:
        return subtract(constant(other), self)

    def __mul__(self, other: Expression | Number) -> Expression:
        return multiply(self, constant(other))

    def __rmul__(self, other: Number) -> Expression:
        return multiply(constant(other), self)

    def __truediv__(self, other: Expression | Number) -> Expression:
        return divide(self, constant(other))

    def __rtruediv__(self, other: Number) -> Expression:
        return divide(constant(other), self)

    def __pow__(self, other: Expression | Number) -> Expression:
        return power(self, constant(other))

    def __neg__(self) -> Expression:
        return negate(self)

    def __gt__(self, other: Expression | Number) -> Expression:
        return Expression("greater", (self, constant(other)))

    def __lt__(self, other: Expression | Number) -> Expression:
        return Expression("greater", (constant(other), self))

    def __bool__(self) -> bool:
        raise TypeError("a formula has no truth value while it is written; use where(a > b, x, y)")

    def __repr__(self) -> str:
        if self.operation in ("constant", "symbol"):
            return str(self.value)
        return f"{self.operation}({', '.join(map(repr, self.arguments))})"


def constant(value: Expression | Number) -> Expression:
    """Wrap a number; leave an expression as it is."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"a formula is made of symbols and numbers, not {type(value).__name__}")
    return Expression("constant", value=float(value))


def symbol(name: str, kind: str, unit: str) -> Expression:
    """A named quantity of a kind, with its unit."""
    return Expression("symbol", value=name, kind=kind, unit=unit)


ZERO, ONE = constant(0), constant(1)


def _number(node: Expression) -> float | None:
    return float(node.value) if node.operation == "constant" else None


def add(a: Expression, b: Expression) -> Expression:
    """a + b."""
    x, y = _number(a), _number(b)
    if x is not None and y is not None:
        return constant(x + y)
    if x == 0:
        return b
    if y == 0:
        return a
    if b.operation == "negate":
        return subtract(a, b.arguments[0])
    return Expression("add", (a, b))


def subtract(a: Expression, b: Expression) -> Expression:
    """a - b."""
    x, y = _number(a), _number(b)
    if x is not None and y is not None:
        return constant(x - y)
    if x == 0:
        return negate(b)
    if y == 0:
        return a
    if a is b:
        return ZERO
    if b.operation == "negate":
        return add(a, b.arguments[0])
    return Expression("subtract", (a, b))


def multiply(a: Expression, b: Expression) -> Expression:
    """a · b."""
    x, y = _number(a), _number(b)
    if x is not None and y is not None:
        return constant(x * y)
    if x == 0 or y == 0:
        return ZERO
    if x == 1:
        return b
    if y == 1:
        return a
    if x == -1:
        return negate(b)
    if y == -1:
        return negate(a)
    if a.operation == "negate":
        return negate(multiply(a.arguments[0], b))
    if b.operation == "negate":
        return negate(multiply(a, b.arguments[0]))
    return Expression("multiply", (a, b))


def divide(a: Expression, b: Expression) -> Expression:
    """a / b."""
    x, y = _number(a), _number(b)
    if y == 0:
        raise ZeroDivisionError("a formula divides by the constant 0")
    if x is not None and y is not None:
        return constant(x / y)
    if x == 0:
        return ZERO
    if y == 1:
        return a
    if a is b:
        return ONE
    if a.operation == "negate":
        return negate(divide(a.arguments[0], b))
    return Expression("divide", (a, b))


def power(a: Expression, b: Expression) -> Expression:
    """a to the power b."""
    x, y = _number(a), _number(b)
    if x is not None and y is not None:
        return constant(x**y)
    if y == 0:
        return ONE
    if y == 1:
        return a
    return Expression("power", (a, b))


def negate(a: Expression) -> Expression:
    """-a."""
    x = _number(a)
    if x is not None:
        return constant(-x)
    if a.operation == "negate":
        return a.arguments[0]
    if a.operation == "subtract":
        return subtract(a.arguments[1], a.arguments[0])
    return Expression("negate", (a,))


def _function(name: str, numeric: Callable[[float], float]) -> Callable[[Expression | Number], Expression]:
    def apply(x: Expression | Number) -> Expression:
        node = constant(x)
        value = _number(node)
        return constant(numeric(value)) if value is not None else Expression(name, (node,))

    apply.__name__ = name
    apply.__doc__ = f"{name} of a dimensionless expression."
    return apply


exp = _function("exp", math.exp)
log = _function("log", math.log)
sin = _function("sin", math.sin)
cos = _function("cos", math.cos)
sqrt = _function("sqrt", math.sqrt)


def maximum(a: Expression | Number, b: Expression | Number) -> Expression:
    """The larger of two expressions of one unit."""
    return _choose("maximum", max, constant(a), constant(b))


def minimum(a: Expression | Number, b: Expression | Number) -> Expression:
    """The smaller of two expressions of one unit."""
    return _choose("minimum", min, constant(a), constant(b))


def _choose(name: str, numeric: Callable[[float, float], float], a: Expression, b: Expression) -> Expression:
    x, y = _number(a), _number(b)
    return constant(numeric(x, y)) if x is not None and y is not None else Expression(name, (a, b))


def where(condition: Expression, yes: Expression | Number, no: Expression | Number) -> Expression:
    """`yes` where the condition (a > b) holds, else `no`."""
    if condition.operation != "greater":
        raise TypeError("where() needs a comparison such as a > b as its first argument")
    return Expression("where", (condition, constant(yes), constant(no)))


def walk(*roots: Expression) -> Iterator[Expression]:
    """Every node below the roots once, operands before the operations that use them."""
    seen: set[Expression] = set()
    stack = [(root, False) for root in reversed(roots)]
    while stack:
        node, ready = stack.pop()
        if node in seen:
            continue
        if ready or not node.arguments:
            seen.add(node)
            yield node
        else:
            stack.append((node, True))
            stack.extend((argument, False) for argument in reversed(node.arguments) if argument not in seen)


BUILD: dict[str, Callable[..., Expression]] = {
    "add": add,
    "subtract": subtract,
    "multiply": multiply,
    "divide": divide,
    "power": power,
    "negate": negate,
    "exp": exp,
    "log": log,
    "sin": sin,
    "cos": cos,
    "sqrt": sqrt,
    "maximum": maximum,
    "minimum": minimum,
    "where": where,
    "greater": lambda a, b: a > b,
}


def rewrite(roots: list[Expression], replace: Callable[[Expression], Expression | None]) -> list[Expression]:
    """Rebuild expressions, replacing each node for which `replace` gives another one.

    A replacement is itself rewritten, so a chain of named relations unfolds completely.
    """
    done: dict[Expression, Expression] = {}

    def resolve(root: Expression) -> Expression:
        stack: list[Expression] = [root]
        while stack:
            node = stack[-1]
            if node in done:
                stack.pop()
                continue
            new = replace(node)
            needed = node.arguments if new is None or new is node else (new,)
            missing = [x for x in needed if x not in done]
            if missing:
                stack.extend(missing)
                continue
            if new is not None and new is not node:
                done[node] = done[new]
            elif node.arguments:
                done[node] = BUILD[node.operation](*(done[x] for x in node.arguments))
            else:
                done[node] = node
            stack.pop()
        return done[root]

    return [resolve(root) for root in roots]


_NUMERIC: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "power": lambda a, b: a**b,
    "negate": lambda a: -a,
    "exp": math.exp,
    "log": math.log,
    "sin": math.sin,
    "cos": math.cos,
    "sqrt": math.sqrt,
    "maximum": max,
    "minimum": min,
    "greater": lambda a, b: float(a > b),
    "where": lambda condition, yes, no: yes if condition else no,
}


def evaluate(roots: list[Expression], values: dict[str, float]) -> list[float]:
    """Compute expressions slowly, node by node; for checks and tests, not for solving.

    Parameters
    ----------
    roots : list of Expression
        What to compute.
    values : dict of str to float
        The value of every symbol that occurs, by its qualified name.

    Returns
    -------
    list of float
        The value of each root.

    Examples
    --------
    >>> evaluate([symbol("x", "state", "1") * 2 + 1], {"x": 3.0})
    [7.0]
    """
    result: dict[Expression, float] = {}
    for node in walk(*roots):
        if node.operation == "constant":
            result[node] = float(node.value)
        elif node.operation == "symbol":
            result[node] = values[str(node.value)]
        else:
            result[node] = _NUMERIC[node.operation](*(result[x] for x in node.arguments))
    return [result[root] for root in roots]
