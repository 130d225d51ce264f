"""Expressions as MathML, every number with a unit.

Nothing goes through text formulas: libSBML reads `log` there as log10. A conversion that the unit check has put into a
formula (1000 between mmol/L and umol/L) is a plain number in an `Expression`; here it gets back the unit it stands for,
so that other programs can check units too. `maximum` and `minimum` are the max and min of Level 3 Version 2: written as
`piecewise`, COPASI looks for the time at which their condition turns, and does not get past a state that rests on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from neurokyn.language.expression import Expression, walk
from neurokyn.language.module import TIME
from neurokyn.language.units import DIMENSIONLESS, Unit, ratio

NAMESPACES = 'xmlns="http://www.w3.org/1998/Math/MathML" xmlns:sbml="http://www.sbml.org/sbml/level3/version2/core"'
_TIME = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time"> time </csymbol>'
_TAGS = {
    "add": "plus", "subtract": "minus", "negate": "minus", "multiply": "times", "divide": "divide", "power": "power",
    "maximum": "max", "minimum": "min", "greater": "gt", "exp": "exp", "log": "ln", "sin": "sin", "cos": "cos",
    "sqrt": "root",
}  # fmt: skip
_ALIKE = ("add", "subtract", "maximum", "minimum", "greater")  # operands of one unit
CLOSE = 1e-9  # relative distance of a number from the conversion it is taken for


class MathWriter:
    """Writes expressions as MathML.

    Parameters
    ----------
    names : mapping of Expression to str
        What is written as a name: symbols, and expressions that have one.
    units : mapping of Expression to Unit
        The unit of each of these.
    unit_name : callable
        The name under which a unit is declared.

    Examples
    --------
    >>> from neurokyn.language.expression import log, symbol
    >>> x = symbol("m.x", "state", "1")
    >>> MathWriter({x: "m__x"}, {x: DIMENSIONLESS}, lambda unit: "dimensionless").inner(log(x))
    '<apply><ln/><ci> m__x </ci></apply>'
    """

    def __init__(
        self, names: Mapping[Expression, str], units: Mapping[Expression, Unit], unit_name: Callable[[Unit], str]
    ) -> None:
        self._names, self._unit_name = names, unit_name
        self._natural: dict[Expression, Unit | None] = dict(units)
        self._done: dict[tuple[Expression, Unit | None], str] = {}

    def write(self, root: Expression, unit: Unit | None = None, *, defining: bool = False) -> str:
        """A whole `<math>` element.

        Parameters
        ----------
        root : Expression
            The formula.
        unit : Unit, optional
            What it must come out in; as it comes if not given.
        defining : bool
            Whether this defines the root's own name, so that the name cannot be written.

        Returns
        -------
        str
            MathML.
        """
        inner = self._operation(root, unit) if defining else self.inner(root, unit)
        return f"<math {NAMESPACES}>{inner}</math>"

    def inner(self, node: Expression, unit: Unit | None = None) -> str:
        """What stands inside `<math>`."""
        key = (node, unit)
        if key not in self._done:
            if node is TIME:
                self._done[key] = _TIME
            elif node in self._names:
                self._done[key] = name(self._names[node])
            else:
                self._done[key] = self._operation(node, unit)
        return self._done[key]

    def number(self, value: float, unit: Unit | None) -> str:
        """A number with its unit."""
        return number(value, self._unit_name(unit or DIMENSIONLESS))

    def _operation(self, node: Expression, unit: Unit | None) -> str:
        if node.operation == "constant":
            return self.number(float(node.value), unit)
        if node.operation == "symbol":
            return self.inner(node)
        if node.operation == "where":
            condition, yes, no = node.arguments
            wanted = unit or self._first_unit([yes, no])
            return piecewise(self.inner(yes, wanted), self.inner(condition), self.inner(no, wanted))
        return apply(_TAGS[node.operation], *self._operands(node, unit))

    def _operands(self, node: Expression, unit: Unit | None) -> list[str]:
        """The operands, each in the unit that it must have."""
        if node.operation in _ALIKE:
            wanted = None if node.operation == "greater" else unit
            wanted = wanted or self._first_unit(node.arguments)
            return [self.inner(x, wanted) for x in node.arguments]
        if node.operation == "negate":
            return [self.inner(node.arguments[0], unit)]
        if node.operation in ("exp", "log", "sin", "cos"):
            return [self.inner(node.arguments[0], DIMENSIONLESS)]
        if node.operation == "multiply" and node.arguments[0].operation == "constant":
            return self._scaled(node, unit)
        if node.operation == "power":
            return [self.inner(node.arguments[0]), self.inner(node.arguments[1], DIMENSIONLESS)]
        return [self.inner(x) for x in node.arguments]

    def _scaled(self, node: Expression, unit: Unit | None) -> list[str]:
        """A number times something: a conversion, if that is what explains it."""
        factor, found = float(node.arguments[0].value), self.natural(node.arguments[1])
        if unit is not None and found is not None and unit.dimensions == found.dimensions:
            if abs(factor / ratio(found, unit) - 1) < CLOSE and ratio(found, unit) != 1:
                return [self.number(factor, unit / found), self.inner(node.arguments[1])]
            return [self.number(factor, None), self.inner(node.arguments[1], unit)]
        return [self.number(factor, None), self.inner(node.arguments[1])]

    def natural(self, root: Expression) -> Unit | None:
        """The unit an expression comes in if its numbers have none; None if anything fits, as for 0."""
        for node in walk(root):
            if node not in self._natural:
                self._natural[node] = self._combined(node)
        return self._natural[root]

    def _combined(self, node: Expression) -> Unit | None:
        if node.operation == "constant":
            return None if float(node.value) == 0 else DIMENSIONLESS
        if node.operation in _ALIKE or node.operation == "where":
            return self._first_unit(node.arguments[1:] if node.operation == "where" else node.arguments)
        if node.operation == "negate":
            return self._natural[node.arguments[0]]
        parts = [self._natural[x] or DIMENSIONLESS for x in node.arguments]
        if node.operation == "multiply":
            return parts[0] * parts[1]
        if node.operation == "divide":
            return parts[0] / parts[1]
        if node.operation == "sqrt":
            return parts[0] ** 0.5
        if node.operation == "power" and node.arguments[1].operation == "constant":
            return parts[0] ** float(node.arguments[1].value)
        return DIMENSIONLESS

    def _first_unit(self, nodes: list[Expression] | tuple[Expression, ...]) -> Unit | None:
        """The unit of the first that has one: the others were converted to it."""
        return next((unit for unit in map(self.natural, nodes) if unit is not None), None)


def name(identifier: str) -> str:
    """A reference to what has this identifier."""
    return f"<ci> {identifier} </ci>"


def number(value: float, unit: str) -> str:
    """A number with the name of its unit."""
    kind = ' type="integer"' if value.is_integer() and abs(value) < 2**31 else ""
    text = f"{value:.0f}" if kind else f"{Decimal(repr(value)):f}"
    return f'<cn{kind} sbml:units="{unit}"> {text} </cn>'


def apply(tag: str, *operands: str) -> str:
    """An operator applied to operands."""
    return f"<apply><{tag}/>{''.join(operands)}</apply>"


def piecewise(yes: str, condition: str, no: str) -> str:
    """One value where a condition holds, else another."""
    return f"<piecewise><piece>{yes}{condition}</piece><otherwise>{no}</otherwise></piecewise>"
