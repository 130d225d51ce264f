"""Formulas of the graph as straight-line instructions on lanes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from neurokyn.compiler.vector import Vectors
from neurokyn.language.expression import Expression

GROUPED = frozenset({"exp", "log", "power"})
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

    def write_functions(self, roots: Sequence[Expression], known: Callable[[Expression], bool], width: int) -> None:
        """Work out every exp, log and power below some roots beforehand, several at once, where values are single.

        Those that wait for the same number of others before them go together.

        Parameters
        ----------
        roots : sequence of Expression
            What is written afterwards.
        known : callable
            Whether a node is a leaf.
        width : int
            How many at once.
        """
        wide = self.vectors.grouped(width)
        for (_, operation), nodes in sorted(self._by_rank(roots, known).items()):
            for first in range(0, len(nodes), width):
                some = nodes[first : first + width]
                columns = zip(*(self.write(node.arguments) for node in some), strict=True)
                before = wide.operations
                together = _WRITE[operation](wide, *(wide.gather(column) for column in columns))
                self.vectors.operations += (wide.operations - before) * len(some)
                for lane, node in enumerate(some):
                    self.values[node] = wide.lane(together, lane)

    def _by_rank(
        self, roots: Iterable[Expression], known: Callable[[Expression], bool]
    ) -> dict[tuple[int, str], list[Expression]]:
        """The functions below some roots, by how many others come before each on its longest path, and by kind."""
        ranks, found = dict[Expression, int](), dict[tuple[int, str], list[Expression]]()
        stack = list(roots)
        while stack:
            node = stack[-1]
            if node in ranks:
                stack.pop()
                continue
            operands = () if known(node) else self._operands(node)
            missing = [x for x in operands if x not in ranks]
            if missing:
                stack.extend(missing)
                continue
            ranks[stack.pop()] = rank = max((ranks[x] for x in operands), default=0)
            if operands and node.operation in GROUPED and _whole_exponent(node) is None:
                ranks[node] = rank + 1
                found.setdefault((rank, node.operation), []).append(node)
        return found

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
