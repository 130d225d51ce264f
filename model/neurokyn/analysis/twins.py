"""Two bodies side by side, one of which can be given the other's course: the model twice, a switch in each coupling.

A coupling is all that one organ system takes from another (what it reads, and what the other's fluxes and rates do to
its states), or from the schedule. Its switch is a parameter: at 1 the body takes what the other body has, exactly and
at every moment, so that cutting a coupling costs no new code and no interpolation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from neurokyn.analysis.terms import acted_on
from neurokyn.compiler.compose import System
from neurokyn.compiler.parameters import Parameter, Table
from neurokyn.language import Module
from neurokyn.language.expression import Expression, rewrite, symbol
from neurokyn.language.module import Flux, Rate, State
from neurokyn.scenario.choices import Condition
from neurokyn.scenario.schedule import Bolus, Level, Schedule

BESIDE = "beside_"
SWITCHES = "switches"
SCHEDULE = "schedule"


@dataclass(frozen=True)
class Link:
    """What one organ system takes from another, and the switch that cuts it.

    Parameters
    ----------
    giver, taker : str
        Modules; the giver may be "schedule".
    quantities : tuple of str
        What is taken: read-outs and drives that are read, fluxes that act on the taker's states.
    switch : str
        The parameter that is 1 where the coupling is cut.
    """

    giver: str
    taker: str
    quantities: tuple[str, ...]
    switch: str


@dataclass(frozen=True)
class Twins:
    """A system that holds the model twice.

    Parameters
    ----------
    system : System
        The body under its own names, the other as `beside_…`, and the switches.
    links : list of Link
        Every coupling of the body.
    """

    system: System
    links: list[Link]


@cache
def twins_of(system: System) -> Twins:
    """The model twice, with a switch in each coupling of the first.

    Parameters
    ----------
    system : System
        Composed modules.

    Returns
    -------
    Twins
        Both bodies and the couplings.

    Examples
    --------
    >>> from neurokyn.scenario.model import standard_model
    >>> two = twins_of(standard_model())
    >>> len(two.system.states) == 2 * len(standard_model().states)
    True
    """
    board = _Board(system)
    bodies = [board.body(module) for module in system.modules]
    others = [renamed(module) for module in system.modules]
    joins: dict[str, str | None] = {**board.joins}
    for name, source in system.joins.items():
        joins[BESIDE + name] = BESIDE + source if source else None
    quantities = {pair: tuple(dict.fromkeys(found)) for pair, found in board.taken.items()}
    links = [Link(*pair, found, f"{SWITCHES}.{switch_of(*pair)}") for pair, found in quantities.items()]
    return Twins(System([*bodies, *others, board.module], joins), links)


def switch_of(giver: str, taker: str) -> str:
    """The short name of a coupling's switch."""
    return f"{giver}_to_{taker}"


def both_tables(twins: Twins, body: Table, other: Table) -> Table:
    """The numbers of two people, with every coupling whole.

    Parameters
    ----------
    twins : Twins
        From `twins_of`.
    body, other : Table
        Their numbers.

    Returns
    -------
    Table
        For the system of twins.
    """
    rows = [*body.values(), *(replace(row, name=BESIDE + row.name) for row in other.values())]
    rows += [Parameter(link.switch, 0.0) for link in twins.links]
    return Table(rows)


def both_schedules(body: Schedule, other: Schedule) -> tuple[Schedule, dict[str, list[Condition]]]:
    """What happens to two bodies, as one schedule.

    What is given at once to a module of the body waits for a choice: its own while the coupling from the schedule is
    whole, the other's where it is cut.

    Parameters
    ----------
    body, other : Schedule
        What happens to each.

    Returns
    -------
    (Schedule, dict of str to list of Condition)
        For the system of twins: items, and what its choices depend on.
    """
    items: list[Bolus | Level] = [replace(item, target=BESIDE + item.target) for item in other.items]
    items += body.levels
    conditions: dict[str, list[Condition]] = {}
    for boluses, cut in ((body.boluses, False), (other.boluses, True)):
        for bolus in boluses:
            switch = f"{SWITCHES}.{switch_of(SCHEDULE, bolus.target.partition('.')[0])}_cut"
            choice = f"{switch} {cut}"
            conditions[choice] = [Condition(switch, above=cut, threshold=0.5)]
            items.append(replace(bolus, choice=choice))
    return Schedule(items), conditions


def renamed(module: Module) -> Module:
    """A copy of a module under other names, so that both can be composed."""
    copy = rewritten(module, _to_other)
    return replace(
        copy,
        name=BESIDE + module.name,
        parameter_units={BESIDE + name: unit for name, unit in module.parameter_units.items()},
        inputs=[replace(i, symbol=_beside(i.symbol), of=BESIDE + i.of) for i in copy.inputs],
        drives=[replace(d, symbol=_beside(d.symbol)) for d in copy.drives],
        relations=[replace(r, symbol=_beside(r.symbol)) for r in copy.relations],
        states=[replace(s, symbol=_beside(s.symbol)) for s in copy.states],
        fluxes=[replace(f, name=BESIDE + f.name) for f in copy.fluxes],
    )


def rewritten(module: Module, change: Callable[[Expression], Expression | None]) -> Module:
    """A copy of a module with its formulas rewritten and its declared symbols as they were."""

    def new(node: Expression) -> Expression:
        return rewrite([node], change)[0]

    def end(node: Expression | None) -> Expression | None:
        return None if node is None else new(node)

    def state(of: State) -> State:
        return replace(of, volume=new(of.volume), start=new(of.start), scale=new(of.scale))

    def flux(of: Flux) -> Flux:
        return replace(
            of, expression=new(of.expression), source=end(of.source), target=end(of.target), yields=new(of.yields)
        )

    return replace(
        module,
        states=[state(s) for s in module.states],
        inputs=[replace(i, stands_in=new(i.stands_in)) for i in module.inputs],
        drives=[replace(d, rest=new(d.rest)) for d in module.drives],
        fluxes=[flux(f) for f in module.fluxes],
        rates=[Rate(new(r.state), new(r.expression)) for r in module.rates],
        relations=[replace(r, expression=new(r.expression)) for r in module.relations],
    )


def _to_other(node: Expression) -> Expression | None:
    """The other body's symbol, for a symbol that is not common to both."""
    common = node.operation != "symbol" or node.kind == "time" or str(node.value).startswith(("clock.", BESIDE))
    return None if common else _beside(node)


def _beside(node: Expression) -> Expression:
    """The other body's symbol of the same quantity."""
    return symbol(BESIDE + str(node.value), node.kind, node.unit)


class _Board:
    """The switches, and a body's modules with its couplings led through them."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.module = Module(SWITCHES, "Switches")
        self.joins: dict[str, str | None] = {}
        self.taken: dict[tuple[str, str], list[str]] = {}
        self.numbers = set(system.parameter_units)
        named = [s.symbol for s in system.states] + [r.symbol for m in system.modules for r in m.relations]
        fluxes = [symbol(f.name, "flux", "") for f in system.fluxes]
        self.own = {str(x.value): x for x in (*named, *fluxes)}
        self.other = {name: _beside(x) for name, x in self.own.items()}
        for module in system.modules:
            self._open(SCHEDULE, module.name)
            for drive in module.drives:
                self._lead_drive(module, drive.symbol)

    def _open(self, giver: str, taker: str) -> Expression:
        """The switch of a coupling, declared when it is first needed."""
        name, what = switch_of(giver, taker), "1 where this coupling is cut"
        if (giver, taker) not in self.taken:
            self.taken[giver, taker] = []
            switch = self.module.parameter(name, "1")
            self.module.relation(f"{name}_cut", switch, "1", what)
        return symbol(f"{SWITCHES}.{name}", "parameter", "1")

    def _mixed(self, own: Expression, other: Expression, pair: tuple[str, str], quantity: str) -> Expression:
        """What arrives: one's own while the coupling is whole, the other's where it is cut."""
        switch = self._open(*pair)
        self.taken[pair].append(quantity)
        return own + switch * (other - own)

    def body(self, module: Module) -> Module:
        """A module that reads through switches, and whose fluxes and rates reach other modules through switches."""
        for entry in module.inputs:
            self._lead_input(module, str(entry.symbol.value))
        drives = {d.symbol: self.own[str(d.symbol.value)] for d in module.drives}
        body = rewritten(module, drives.get)
        fluxes = [part for flux in body.fluxes for part in self._parted(module, flux)]
        return replace(body, fluxes=fluxes, rates=[self._rate(module, rate) for rate in body.rates])

    def _lead_drive(self, module: Module, drive: Expression) -> None:
        name = str(drive.value)
        value = self._mixed(drive, _beside(drive), (SCHEDULE, module.name), name.partition(".")[2])
        self.own[name] = self.module.relation(name.replace(".", "__"), value, drive.unit)
        self.other[name] = _beside(drive)

    def _lead_input(self, module: Module, name: str) -> None:
        source = self.system.joins[name]
        if source is None or source in self.numbers:  # a number is no coupling
            self.joins[name] = source
            return
        giver, _, short = source.partition(".")
        value = self._mixed(self.own[source], self.other[source], (giver, module.name), short)
        unit = self.own[source].unit or self.system.equations.units[source]  # of a flux
        self.joins[name] = str(self.module.relation(name.replace(".", "__"), value, unit).value)

    def _abroad(self, module: Module, end: Expression | None) -> str | None:
        """The state of another module that a flux or a rate acts on."""
        name = acted_on(end, self.system)
        return None if name is None or name.partition(".")[0] == module.name else name

    def _parted(self, module: Module, flux: Flux) -> Iterator[Flux]:
        """A flux at home, and what it does abroad through a switch."""
        own = symbol(flux.name, "flux", "")
        ends: dict[str, Expression | None] = {"source": flux.source, "target": flux.target}
        for side, end in ends.items():
            name = self._abroad(module, end)
            if name is None:
                continue
            ends[side] = None
            pair = (module.name, name.partition(".")[0])
            value = self._mixed(own, _beside(own), pair, flux.name.partition(".")[2])
            parted = replace(flux, name=f"{flux.name}_{side}", expression=value)
            yield replace(parted, source=self.own[name] if side == "source" else None,
                          target=self.own[name] if side == "target" else None)  # fmt: skip
        yield replace(flux, source=ends["source"], target=ends["target"])

    def _rate(self, module: Module, rate: Rate) -> Rate:
        name = self._abroad(module, rate.state)
        if name is None:
            return rate
        other = rewrite([rate.expression], _to_other)[0]
        value = self._mixed(rate.expression, other, (module.name, name.partition(".")[0]), name.partition(".")[2])
        return Rate(self.own[name], value)
