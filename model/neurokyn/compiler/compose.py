"""Modules that meet by name become one system of equations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from neurokyn.compiler.dimensions import UnitReader
from neurokyn.errors import ModelError, nearest
from neurokyn.language.expression import ONE, ZERO, Expression, constant, rewrite, symbol, walk
from neurokyn.language.module import CLOCK_START, RHYTHMS, Drive, Flux, Input, Module, State
from neurokyn.language.units import Unit, describe, parse_unit, ratio

CLOCK = (
    Drive(CLOCK_START, "time of day at t = 0", ZERO),
    Drive(RHYTHMS, "1 while daily rhythms run, 0 while they are held at their means", ONE),
)


@dataclass(frozen=True)
class ReadOut:
    """Something a simulation can show."""

    name: str
    unit: str
    description: str
    kind: str  # "state", "observe", "relation" or "flux"


@dataclass(frozen=True)
class Equations:
    """A system written out in states, parameters, drives and time alone.

    `derivatives` are per hour, in the order of the states; `read_outs` maps each name to
    its expression in its unit.
    """

    derivatives: list[Expression]
    starts: list[Expression]
    scales: list[Expression]
    volumes: list[Expression]
    drive_rests: list[Expression]
    read_outs: dict[str, Expression]
    units: dict[str, str]


class System:
    """Composed modules: what there is, and (on demand) the equations.

    Parameters
    ----------
    modules : list of Module
        The parts, in any order.
    joins : dict of str to (str or None)
        For every input the qualified name it takes its value from; None keeps the stand-in.
    """

    def __init__(self, modules: list[Module], joins: dict[str, str | None]) -> None:
        self.modules = modules
        self.joins = joins
        self.states: list[State] = [state for m in modules for state in m.states]
        self.fluxes: list[Flux] = [flux for m in modules for flux in m.fluxes]
        self.drives: list[Drive] = [*CLOCK, *(drive for m in modules for drive in m.drives)]
        self.parameter_units: dict[str, str] = {k: u for m in modules for k, u in m.parameter_units.items()}
        self.state_names = [str(state.symbol.value) for state in self.states]
        self.drive_names = [str(drive.symbol.value) for drive in self.drives]

    @property
    def unjoined(self) -> list[str]:
        """Inputs that keep their stand-ins."""
        return [name for name, source in self.joins.items() if source is None]

    @cached_property
    def read_outs(self) -> list[ReadOut]:
        """All that a simulation can show, which is states, read-outs, relations and fluxes."""
        shown = [ReadOut(str(s.symbol.value), s.symbol.unit, s.description, "state") for s in self.states]
        for kind, wanted in (("observe", True), ("relation", False)):
            shown += [
                ReadOut(str(r.symbol.value), r.symbol.unit, r.description, kind)
                for m in self.modules
                for r in m.relations
                if r.shown is wanted
            ]
        return shown + [ReadOut(f.name, "", f.description, "flux") for f in self.fluxes]

    @cached_property
    def equations(self) -> Equations:
        """The equations, units checked and every name resolved.

        Raises
        ------
        UnitError
            If a formula mixes dimensions.
        ModelError
            If relations define one another in a circle.
        """
        return _Writer(self).write()


def compose(modules: Iterable[Module], joins: Mapping[str, str | None] | None = None) -> System:
    """Join modules by name.

    Parameters
    ----------
    modules : iterable of Module
        The parts; their order does not matter.
    joins : mapping of str to (str or None), optional
        Overrides: input to source, or to None to cut a coupling (the stand-in is used).

    Returns
    -------
    System
        The composed system; inputs whose module is absent keep their stand-ins and are
        listed in `unjoined`.

    Raises
    ------
    ModelError
        If two modules share a name, or an input or a source does not exist.

    Examples
    --------
    >>> from neurokyn.language import Module
    >>> m = Module("pool", "A pool that drains")
    >>> x = m.state("amount", "mg", "content", start=1)
    >>> _ = m.flux("drain", m.parameter("k", "1/h") * x, frm=x)
    >>> compose([m]).state_names
    ['pool.amount']
    """
    parts = sorted(modules, key=lambda m: m.name)
    names = [m.name for m in parts]
    for name in names:
        if names.count(name) > 1:
            raise ModelError(f"two modules are called '{name}'; rename one")
    available = _available(parts)
    inputs = {str(i.symbol.value): i for m in parts for i in m.inputs}
    overrides = dict(joins or {})
    for name in overrides:
        if name not in inputs:
            raise ModelError(f"no input '{name}' to join{nearest(name, inputs)}")
    joined = {name: _source(i, overrides, names, available) for name, i in inputs.items()}
    return System(parts, joined)


def _available(modules: list[Module]) -> dict[str, Expression]:
    """Every symbol an input may be joined to."""
    found: dict[str, Expression] = {}
    for m in modules:
        for entries in (m.states, m.relations, m.drives):
            found.update({str(e.symbol.value): e.symbol for e in entries})
        found.update({f.name: symbol(f.name, "flux", "") for f in m.fluxes})
        found.update({name: symbol(name, "parameter", unit) for name, unit in m.parameter_units.items()})
    return found


def _source(
    entry: Input, overrides: Mapping[str, str | None], modules: list[str], available: Mapping[str, Expression]
) -> str | None:
    name = str(entry.symbol.value)
    wanted = overrides.get(name, entry.of)
    if wanted is None or (wanted == entry.of and wanted.split(".")[0] not in modules):
        return None
    if wanted not in available:
        raise ModelError(f"input '{name}' wants '{wanted}', which no module provides{nearest(wanted, available)}")
    return wanted


class _Writer:
    """Writes out a system: units, joins, sums over fluxes."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.available = _available(system.modules)
        self.inputs = {i.symbol: i for m in system.modules for i in m.inputs}
        self.relations = {r.symbol: r for m in system.modules for r in m.relations}
        self.fluxes = {symbol(f.name, "flux", ""): f for f in system.fluxes}
        self.definitions: dict[Expression, Expression] = {}
        self.flux_forms: dict[str, tuple[Expression, str]] = {}
        self.open: list[Expression] = []
        self.reader = UnitReader(self._flux_unit)

    def write(self) -> Equations:
        for node in (*self.inputs, *self.relations, *self.fluxes):
            self._define(node)
        self._check_circles()
        system = self.system
        derivatives = self._derivatives()
        starts = [self._given(s.start, s.symbol.unit, f"start of {s.symbol!r}") for s in system.states]
        scales = [self._given(s.scale, s.symbol.unit, f"scale of {s.symbol!r}") for s in system.states]
        volumes = [self.reader.read(s.volume, f"volume of {s.symbol!r}")[0] for s in system.states]
        rests = [self._given(d.rest, d.symbol.unit, f"rest of {d.symbol!r}") for d in system.drives]
        shown = [str(r.name) for r in system.read_outs]
        values = [self.available[name] for name in shown]
        groups = [derivatives, starts, scales, volumes, rests, values]
        flat = iter(rewrite([x for group in groups for x in group], self.definitions.get))
        derivatives, starts, scales, volumes, rests, values = ([next(flat) for _ in group] for group in groups)
        units = {r.name: r.unit if r.kind != "flux" else self.flux_forms[r.name][1] for r in system.read_outs}
        read_outs = dict(zip(shown, values, strict=True))
        return Equations(derivatives, starts, scales, volumes, rests, read_outs, units)

    def _checked(self, node: Expression, unit: str, where: str) -> Expression:
        return self.reader.convert(node, parse_unit(unit), where)

    def _given(self, node: Expression, unit: str, where: str) -> Expression:
        """A declared value; a plain number is in the declared unit."""
        return node if node.operation == "constant" else self._checked(node, unit, where)

    def _define(self, node: Expression) -> None:
        """The expression a named symbol stands for, in the symbol's own unit."""
        if node in self.inputs:
            entry = self.inputs[node]
            source = self.system.joins[str(node.value)]
            value = self.available[source] if source else entry.stands_in
            self.definitions[node] = self._given(value, node.unit, f"input {node!r}")
        elif node in self.relations:
            relation = self.relations[node]
            self.definitions[node] = self._checked(relation.expression, node.unit, f"{node!r}")
        else:
            self.definitions[node], _ = self._flux(node)

    def _flux(self, node: Expression) -> tuple[Expression, str]:
        """A flux's expression in a customary unit, and that unit."""
        flux = self.fluxes[node]
        where = f"flux {flux.name}"
        if node in self.open:
            raise ModelError(f"the {where} is defined by itself; break the circle with a state")
        if flux.name not in self.flux_forms:
            self.open.append(node)
            value, found = UnitReader(self._flux_unit).read(flux.expression, where)
            self.open.pop()
            end = flux.source if flux.source is not None else flux.target
            customary = ("umol/h", "mg/h", "1/h", f"{end.unit}/h" if end is not None else "1/h")
            unit = next((u for u in customary if parse_unit(u).dimensions == found.dimensions), "")
            if not unit:
                raise ModelError(f"the {where} is an amount of {describe(found)}; a flux is an amount per time")
            factor = ratio(found, parse_unit(unit))
            self.flux_forms[flux.name] = (value if factor == 1 else constant(factor) * value, unit)
        return self.flux_forms[flux.name]

    def _flux_unit(self, node: Expression) -> Unit:
        return parse_unit(self._flux(node)[1])

    def _check_circles(self) -> None:
        """Refuse relations, inputs and fluxes that define one another in a circle."""
        state: dict[Expression, int] = {}

        def visit(node: Expression, path: list[Expression]) -> None:
            if state.get(node) == 1:
                circle = " → ".join(str(x.value) for x in [*path[path.index(node) :], node])
                raise ModelError(f"algebraic circle {circle}; make one of them a state")
            if node in state:
                return
            state[node] = 1
            for used in walk(self.definitions[node]):
                if used in self.definitions:
                    visit(used, [*path, node])
            state[node] = 2

        for node in self.definitions:
            visit(node, [])

    def _end(self, node: Expression | None) -> int | None:
        """Index of the state a flux or rate acts on; None if that is outside the model."""
        if node is not None and node.kind == "input":
            source = self.system.joins[str(node.value)]
            node = self.available[source] if source else None
        if node is None or node.kind != "state":
            return None
        try:
            return self.system.state_names.index(str(node.value))
        except ValueError:
            raise ModelError(f"a flux acts on '{node!r}', which is not in this system; use m.input for it") from None

    def _derivatives(self) -> list[Expression]:
        total = [ZERO] * len(self.system.states)
        for node, flux in self.fluxes.items():
            for end, amount in ((flux.source, -node), (flux.target, node * flux.yields)):
                k = self._end(end)
                if k is not None:
                    change = amount / self.system.states[k].volume
                    total[k] = total[k] + self._per_hour(change, k, f"flux {flux.name}")
        for m in self.system.modules:
            for rate in m.rates:
                k = self._end(rate.state)
                if k is not None:
                    total[k] = total[k] + self._per_hour(rate.expression, k, f"rate of {rate.state!r}")
        return total

    def _per_hour(self, change: Expression, k: int, where: str) -> Expression:
        name, unit = self.system.state_names[k], self.system.states[k].symbol.unit
        to = parse_unit(unit) / parse_unit("h")
        node, found = self.reader.read(change, where)
        if found.dimensions != to.dimensions:
            raise ModelError(
                f"{where} changes {name} by {describe(found)}, but the state needs {describe(to)} ({unit}/h); "
                "give the state a volume= or mend a unit"
            )
        factor = ratio(found, to)
        return node if factor == 1 else constant(factor) * node
