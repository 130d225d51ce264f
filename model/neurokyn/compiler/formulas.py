"""Formulas of the graph as straight-line instructions on lanes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from neurokyn.compiler.vector import Vectors
from neurokyn.language.expression import Expression

Leaf = Callable[[Expression], str | None]


class Formulas:
    """Writes expressions, each shared part once.

    Parameters
    ----------
    vectors : Vectors
        Where the instructions go.
    leaf : callable
        The value of a state, drive, constant or time; None for anything else.
    """

    def __init__(self, vectors: Vectors, leaf: Leaf) -> None:
        self.vectors = vectors
        self.leaf = leaf
        self.values: dict[Expression, str] = {}

    def write(self, roots: Iterable[Expression]) -> list[str]:
        """The value of each root."""
        return [self._value(root) for root in roots]

    def _value(self, root: Expression) -> str:
        stack = [root]
        while stack:
            node = stack[-1]
            if node in self.values:
                stack.pop()
                continue
            found = self.vectors.constant(float(node.value)) if node.operation == "constant" else self.leaf(node)
            if found is not None:
                self.values[node] = found
                stack.pop()
                continue
            missing = [x for x in self._operands(node) if x not in self.values]
            if missing:
                stack.extend(reversed(missing))
                continue
            self.values[node] = self._operation(node)
            stack.pop()
        return self.values[root]

    @staticmethod
    def _operands(node: Expression) -> tuple[Expression, ...]:
        """What a node needs; a whole exponent is written out and not needed as a value."""
        return node.arguments[:1] if _whole_exponent(node) is not None else node.arguments

    def _operation(self, node: Expression) -> str:
        exponent = _whole_exponent(node)
        given = [self.values[x] for x in self._operands(node)]
        if exponent is not None:
            return self.vectors.integer_power(given[0], exponent)
        if node.operation == "divide" and node.arguments[0].operation == "constant" and node.arguments[0].value == 1.0:
            return self.vectors.reciprocal(given[1])
        return _WRITE[node.operation](self.vectors, *given)


def _whole_exponent(node: Expression) -> int | None:
    if node.operation != "power" or node.arguments[1].operation != "constant":
        return None
    exponent = float(node.arguments[1].value)
    return int(exponent) if exponent.is_integer() and 0 < abs(exponent) < 64 else None


_WRITE: dict[str, Callable[..., str]] = {
    "add": Vectors.add,
    "subtract": Vectors.subtract,
    "multiply": Vectors.multiply,
    "divide": Vectors.divide,
    "power": Vectors.power,
    "negate": Vectors.negate,
    "exp": Vectors.exp,
    "log": Vectors.log,
    "sin": Vectors.sin,
    "cos": Vectors.cos,
    "sqrt": Vectors.sqrt,
    "maximum": Vectors.maximum,
    "minimum": Vectors.minimum,
    "greater": lambda vectors, a, b: vectors.compare("ogt", a, b),
    "where": Vectors.choose,
}
