"""Inclusion criteria: a small language over what is known of a person, and nothing else."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from neurokyn.errors import ScenarioError, nearest

LONGEST = 1000
EXAMPLE = "write it like 'severity >= 18 and age <= 65' or 'sex == female'"
COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
SAMENESS = (ast.Eq, ast.NotEq)


def satisfied(criterion: str, people: Mapping[str, np.ndarray], categories: Mapping[str, Iterable[str]]) -> np.ndarray:
    """Who meets a criterion.

    Parameters
    ----------
    criterion : str
        Comparisons of names and numbers, joined by `and`, `or`, `not` and brackets.
    people : mapping of str to ndarray, shape (n,)
        What is known, by name.
    categories : mapping of str to iterable of str
        The names of the categories of those that have some.

    Returns
    -------
    ndarray of bool, shape (n,)
        Who meets it.

    Raises
    ------
    ScenarioError
        If it holds anything else, or a name that is unknown; names the nearest.

    Examples
    --------
    >>> satisfied("18 <= age < 65", {"age": np.array([17.0, 40.0])}, {}).tolist()
    [False, True]
    """
    if not isinstance(criterion, str) or not criterion.strip() or len(criterion) > LONGEST:
        raise ScenarioError(f"a criterion is text of 1 to {LONGEST} characters; {EXAMPLE}")
    try:
        tree = ast.parse(criterion.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ScenarioError(f"the criterion '{criterion}' cannot be read; {EXAMPLE}") from None
    return _Reader(criterion, people, {name: tuple(each) for name, each in categories.items()}).truth(tree.body)


class _Reader:
    """Evaluates the allowed nodes of one criterion."""

    def __init__(
        self, criterion: str, people: Mapping[str, np.ndarray], categories: Mapping[str, tuple[str, ...]]
    ) -> None:
        self.criterion, self.people, self.categories = criterion, people, categories

    def truth(self, node: ast.expr) -> np.ndarray:
        if isinstance(node, ast.BoolOp):
            parts = [self.truth(value) for value in node.values]
            together = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
            return np.asarray(together.reduce(parts))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return np.asarray(np.logical_not(self.truth(node.operand)))
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            pairs = zip(sides, node.ops, sides[1:], strict=False)
            return np.asarray(np.logical_and.reduce([self.compared(*pair) for pair in pairs]))
        raise self.refused(node, "is no comparison")

    def compared(self, left: ast.expr, how: ast.cmpop, right: ast.expr) -> np.ndarray:
        if type(how) not in COMPARISONS:
            raise self.refused(right, "is compared in a way that is not known")
        groups = [self.group(left), self.group(right)]
        known = next((group for group in groups if group is not None), None)
        if known is None:
            numbers = self.number(left), self.number(right)
            size = len(next(iter(self.people.values()), ()))
            return np.broadcast_to(np.asarray(COMPARISONS[type(how)](*numbers), dtype=bool), (size,))
        name, allowed = known
        other = right if groups[0] is not None else left
        if not isinstance(how, SAMENESS) or not isinstance(other, ast.Name):
            raise self.refused(other, f"cannot be compared so with {name}, which is {' or '.join(allowed)}")
        if other.id not in allowed:
            raise ScenarioError(f"in '{self.criterion}': {name} is never '{other.id}'{nearest(other.id, allowed)}")
        return np.asarray(COMPARISONS[type(how)](self.people[name], other.id), dtype=bool)

    def group(self, node: ast.expr) -> tuple[str, tuple[str, ...]] | None:
        """The name of something with categories, and these; none if the node is something else."""
        if isinstance(node, ast.Name) and node.id in self.categories:
            return node.id, self.categories[node.id]
        return None

    def number(self, node: ast.expr) -> np.ndarray | float:
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            return -self.number(node.operand)
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            return float(node.value)  # type: ignore[arg-type]
        if isinstance(node, ast.Name):
            if node.id not in self.people:
                raise ScenarioError(f"in '{self.criterion}': no '{node.id}'{nearest(node.id, self.people)}")
            return self.people[node.id]
        raise self.refused(node, "is neither a name nor a number")

    def refused(self, node: ast.expr, why: str) -> ScenarioError:
        return ScenarioError(f"in '{self.criterion}': '{ast.unparse(node)}' {why}; {EXAMPLE}")
