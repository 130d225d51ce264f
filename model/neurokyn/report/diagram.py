"""Flux diagrams from the declarations alone, as Mermaid text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from neurokyn.compiler.compose import System
from neurokyn.language import Module
from neurokyn.language.expression import Expression, walk

KINDS = {"state": ("[", "]"), "relation": ("(", ")"), "input": ("([", "])"), "drive": ("[/", "/]")}
MOVES = frozenset({"state", "input", "drive", "relation"})


def module_diagram(module: Module) -> str:
    """What flows in a module, and what its rates follow.

    Parameters
    ----------
    module : Module
        What to draw.

    Returns
    -------
    str
        A Mermaid flowchart: boxes are states, arrows are fluxes, dots are the world outside; dashed arrows
        go to a state whose rate follows something else, directly or through a named relation.

    Examples
    --------
    >>> m = Module("gut", "Gut")
    >>> s = m.state("drug", "mg", "swallowed", start=1)
    >>> _ = m.flux("loss", m.parameter("rate_constant", "1/h") * s, frm=s)
    >>> print(module_diagram(m))
    flowchart LR
        state_drug["drug"]
        state_drug -->|"loss"| out_loss(( ))
    """
    drawing = _Drawing({r.symbol: r.expression for r in module.relations})
    for state in module.states:
        drawing.node(state.symbol)
    for flux in module.fluxes:
        ends = [drawing.node(end) if end is not None else "" for end in (flux.source, flux.target)]
        name = _short(flux.name)
        source, target = ends[0] or f"in_{name}(( ))", ends[1] or f"out_{name}(( ))"
        drawing.arrows.append(f'{source} -->|"{name}"| {target}')
    followed: dict[Expression, list[Expression]] = {}
    for rate in module.rates:
        followed.setdefault(rate.state, []).append(rate.expression)
    for symbol, expressions in followed.items():
        drawing.follow(symbol, expressions)
    return "\n".join(["flowchart LR", *(f"    {line}" for line in [*drawing.nodes.values(), *drawing.arrows])])


@dataclass
class _Drawing:
    """Nodes by name and arrows, in the order they were met."""

    relations: Mapping[Expression, Expression]
    nodes: dict[str, str] = field(default_factory=dict)
    arrows: list[str] = field(default_factory=list)

    def node(self, symbol: Expression) -> str:
        """The id of a symbol's node, drawn once."""
        name = _short(str(symbol.value))
        key = f"{symbol.kind}_{name}"
        before, after = KINDS[symbol.kind]
        self.nodes.setdefault(key, f'{key}{before}"{name}"{after}')
        return key

    def follow(self, symbol: Expression, expressions: Iterable[Expression]) -> None:
        """Dashed arrows to a node from all that its expressions hold, and so on through relations."""
        target = self.node(symbol)
        for cause in _causes(expressions, self.relations):
            if cause is symbol:
                continue
            known = f"{cause.kind}_{_short(str(cause.value))}" in self.nodes
            self.arrows.append(f"{self.node(cause)} -.-> {target}")
            if cause.kind == "relation" and not known:
                self.follow(cause, [self.relations[cause]])


def _causes(expressions: Iterable[Expression], relations: Mapping[Expression, Expression]) -> list[Expression]:
    """States, inputs, drives and relations in some expressions; relations of parameters alone left out."""
    found = dict.fromkeys(x for x in walk(*expressions) if x.operation == "symbol" and x.kind in MOVES)
    found = {x: None for x in found if "clock." not in str(x.value)}
    return [x for x in found if x.kind != "relation" or _causes([relations[x]], relations)]


def _short(name: str) -> str:
    return name.rsplit(".", maxsplit=1)[-1]


@dataclass(frozen=True)
class Coupling:
    """What one module takes from another, and what flows between them.

    Parameters
    ----------
    giver, taker : str
        Modules.
    quantities : tuple of str
        What the taker reads, by the giver's names.
    fluxes : tuple of str
        Fluxes that carry matter from the one to the other.
    """

    giver: str
    taker: str
    quantities: tuple[str, ...]
    fluxes: tuple[str, ...]


def couplings(system: System) -> list[Coupling]:
    """Every pair of modules with what joins them.

    Parameters
    ----------
    system : System
        Composed modules.

    Returns
    -------
    list of Coupling
        In the order of the modules.
    """
    read: dict[tuple[str, str], list[str]] = {}
    for name, source in system.joins.items():
        if source is not None:
            read.setdefault((_owner(source), _owner(name)), []).append(_short(source))
    moved: dict[tuple[str, str], list[str]] = {}
    for module in system.modules:
        for flux in module.fluxes:
            ends = [_home(end, system) if end is not None else module.name for end in (flux.source, flux.target)]
            if ends[0] != ends[1]:
                moved.setdefault((ends[0], ends[1]), []).append(_short(flux.name))
    order = [m.name for m in system.modules]
    pairs = [(a, b) for a in order for b in order if (a, b) in read or (a, b) in moved]
    return [Coupling(*p, tuple(dict.fromkeys(read.get(p, ()))), tuple(moved.get(p, ()))) for p in pairs]


def _owner(name: str) -> str:
    return name.split(".", maxsplit=1)[0]


def _home(end: Expression, system: System) -> str:
    """The module whose state a flux acts on."""
    source = system.joins.get(str(end.value)) if end.kind == "input" else None
    return _owner(source or str(end.value))


def couplings_table(system: System) -> str:
    """The pairs with the names of what is read and of what flows, in Markdown."""
    rows = [f"| {c.giver} | {c.taker} | {_listed(c.quantities)} | {_listed(c.fluxes)} |" for c in couplings(system)]
    return "\n".join(["| from | to | what is read | what flows |", "|---|---|---|---|", *rows])


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
