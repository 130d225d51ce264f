"""What has a name in a document, and in which unit."""

from __future__ import annotations

from neurokyn.compiler.compose import ReadOut, System
from neurokyn.language.expression import Expression, constant, multiply, symbol, walk
from neurokyn.language.module import TIME
from neurokyn.language.units import Unit, conversion_factor, parse_unit


def identifier(qualified: str) -> str:
    """The identifier of a qualified name in other programs.

    Examples
    --------
    >>> identifier("serotonin.extracellular")
    'serotonin__extracellular'
    """
    plain = qualified.replace(".", "__")
    return "".join(letter if letter.isascii() else f"_{ord(letter):x}_" for letter in plain)


class Names:
    """The names of symbols, and of the formulas that are read-outs.

    An input that is joined to something in another unit is a formula too: the conversion. It gets its name, so that
    every formula has a unit that is known.

    Parameters
    ----------
    system : System
        Composed modules.
    """

    def __init__(self, system: System) -> None:
        self.identifiers: dict[Expression, str] = {}
        self.units: dict[Expression, Unit] = {TIME: parse_unit("h")}
        self.conversions: list[ReadOut] = []
        self._equations = system.equations
        self._units: dict[str, str] = dict(self._equations.units)
        self._meanings: dict[str, Expression] = dict(self._equations.read_outs)
        for node in (*(state.symbol for state in system.states), *(drive.symbol for drive in system.drives)):
            self._name(str(node.value), node, node.unit)
        for qualified, unit in system.parameter_units.items():
            self._name(qualified, symbol(qualified, "parameter", unit), unit)
        for read_out in system.read_outs:
            meaning = self._meanings[read_out.name]
            if meaning.arguments and meaning not in self.identifiers:
                self._name(read_out.name, meaning, self._units[read_out.name])
        self._name_conversions(system)

    def meaning(self, qualified: str) -> Expression:
        """The formula behind a name."""
        return self._meanings[qualified]

    def unit_of(self, qualified: str) -> str:
        """The declared unit of a name."""
        return self._units[qualified]

    def _name(self, qualified: str, node: Expression, unit: str) -> None:
        self.identifiers[node] = identifier(qualified)
        self.units[node] = parse_unit(unit)
        self._units[qualified] = unit
        self._meanings[qualified] = node

    def _name_conversions(self, system: System) -> None:
        used = set(walk(*self._equations.derivatives, *self._equations.read_outs.values()))
        for entry in (entry for module in system.modules for entry in module.inputs):
            qualified, unit = str(entry.symbol.value), entry.symbol.unit
            source = system.joins[qualified]
            if source is None:
                continue
            factor = conversion_factor(self._units[source], unit)
            node = multiply(constant(factor), self._meanings[source])
            if factor != 1 and node in used and node not in self.identifiers:
                self._name(qualified, node, unit)
                self.conversions.append(ReadOut(qualified, unit, entry.description, "relation"))
