"""The unit check: every formula is read once with its units before it is compiled.

Adding or comparing quantities of one dimension but another scale (nmol/L and µmol/L)
inserts the conversion; adding different dimensions is an error that shows the formula.
"""

from __future__ import annotations

from collections.abc import Callable

from neurokyn.errors import UnitError
from neurokyn.language.expression import BUILD, ZERO, Expression, constant, multiply
from neurokyn.language.units import DIMENSIONLESS, Unit, describe, parse_unit, ratio

Checked = tuple[Expression, Unit]
_FREE = Unit(1.0, (("any", 0.0),))  # the literal 0 fits any unit


class UnitReader:
    """Reads expressions with their units.

    Parameters
    ----------
    resolve : callable
        Gives the unit of a symbol whose unit is not declared (a flux), by its name.
    """

    def __init__(self, resolve: Callable[[Expression], Unit]) -> None:
        self._resolve = resolve
        self._done: dict[Expression, Checked] = {}

    def read(self, root: Expression, where: str) -> Checked:
        """The expression with conversions inserted, and its unit.

        Raises
        ------
        UnitError
            If a formula mixes dimensions; names the declaration and the terms.
        """
        stack = [root]
        while stack:
            node = stack[-1]
            if node in self._done:
                stack.pop()
                continue
            missing = [x for x in node.arguments if x not in self._done]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            self._done[node] = self._combine(node, where)
        return self._done[root]

    def convert(self, root: Expression, to: Unit, where: str) -> Expression:
        """The expression in a given unit."""
        node, unit = self.read(root, where)
        return _to(node, unit, to, root, where)

    def _combine(self, node: Expression, where: str) -> Checked:
        if node.operation == "constant":
            return node, _FREE if node is ZERO else DIMENSIONLESS
        if node.operation == "symbol":
            return node, parse_unit(node.unit) if node.unit else self._resolve(node)
        parts = [self._done[x] for x in node.arguments]
        if node.operation in ("add", "subtract", "maximum", "minimum", "greater"):
            return self._same(node, parts, where)
        if node.operation == "where":
            condition, (_, branch) = parts[0][0], self._same(node, parts[1:], where)
            yes, no = (_to(x, u, branch, node, where) for x, u in parts[1:])
            return _rebuild(node, condition, yes, no), branch
        if node.operation == "multiply":
            return multiply(parts[0][0], parts[1][0]), _solid(parts[0][1]) * _solid(parts[1][1])
        if node.operation == "divide":
            return parts[0][0] / parts[1][0], _solid(parts[0][1]) / _solid(parts[1][1])
        if node.operation == "negate":
            return -parts[0][0], parts[0][1]
        if node.operation == "power":
            return self._power(node, parts, where)
        if node.operation == "sqrt":
            return _rebuild(node, parts[0][0]), _solid(parts[0][1]) ** 0.5
        return _rebuild(node, _to(*parts[0], DIMENSIONLESS, node, where)), DIMENSIONLESS

    def _same(self, node: Expression, parts: list[Checked], where: str) -> Checked:
        unit = next((u for _, u in parts if u is not _FREE), DIMENSIONLESS)
        terms = [_to(x, u, unit, node, where) for x, u in parts]
        if node.operation == "where":
            return node, unit
        return _rebuild(node, *terms), (DIMENSIONLESS if node.operation == "greater" else unit)

    def _power(self, node: Expression, parts: list[Checked], where: str) -> Checked:
        (base, unit), (exponent, exponent_unit) = parts
        exponent = _to(exponent, exponent_unit, DIMENSIONLESS, node, where)
        if unit is not _FREE and unit.dimensions and exponent.operation == "constant":
            return _rebuild(node, base, exponent), unit ** float(exponent.value)
        return _rebuild(node, _to(base, unit, DIMENSIONLESS, node, where), exponent), DIMENSIONLESS


def _rebuild(node: Expression, *arguments: Expression) -> Expression:
    """The same operation on other operands."""
    return BUILD[node.operation](*arguments)


def _solid(unit: Unit) -> Unit:
    return DIMENSIONLESS if unit is _FREE else unit


def _to(node: Expression, unit: Unit, to: Unit, formula: Expression, where: str) -> Expression:
    if unit is _FREE:
        return node
    if unit.dimensions != to.dimensions:
        raise UnitError(
            f"in {where}: {_short(formula)} mixes {describe(unit)} with {describe(to)}; "
            "divide by a reference parameter or mend the declared unit"
        )
    factor = ratio(unit, to)
    return node if factor == 1 else multiply(constant(factor), node)


def _short(node: Expression) -> str:
    text = repr(node)
    return text if len(text) < 160 else text[:157] + "…"
