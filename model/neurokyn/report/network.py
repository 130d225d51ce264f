"""The coupled diagram, drawn from the declarations: organ systems, or the states of one, and what joins them.

A thick line carries matter (a flux), a thin one what is read. Its end says which way it pushes, where that was derived
(`analysis/signs.py`): an arrow raises, a bar lowers, a diamond does both, a ring was not derived.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from neurokyn.compiler.compose import System
from neurokyn.language import Module
from neurokyn.language.expression import Expression, walk
from neurokyn.report.diagram import Coupling, couplings
from neurokyn.report.layered import Box, Pair, Placement, layered

SYMBOLS = {"raises": "arrow", "lowers": "bar", "raises or lowers": "diamond", "does not move": "ring", "": "ring"}
LETTER = 10.2  # mean width of a letter of a label
LINE = 22.0  # height of one
PADDING = (15.0, 11.0)
WRAPPED = 15  # letters
WORLD = "outside"


@dataclass(frozen=True)
class Node:
    """Something drawn as a box.

    Parameters
    ----------
    name : str
        By which it is known: a module, or a state.
    title : str
        What is written in it.
    kind : str
        "system", "state", "taken" (from another module) or "world".
    """

    name: str
    title: str
    kind: str

    @property
    def lines(self) -> list[str]:
        """The title in short lines."""
        return textwrap.wrap(self.title, WRAPPED) or [""]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of its box."""
        if self.kind == "world":
            return 16.0, 16.0
        widest = max(len(line) for line in self.lines)
        return max(widest * LETTER, 60.0) + 2 * PADDING[0], len(self.lines) * LINE + 2 * PADDING[1]


@dataclass(frozen=True)
class Line:
    """Something drawn as a line from box to box.

    Parameters
    ----------
    source, target : str
        Nodes.
    quantities, fluxes : tuple of str
        What is read; what carries matter.
    way : str
        "raises", "lowers", "raises or lowers", "does not move"; empty if it was not derived.
    """

    source: str
    target: str
    quantities: tuple[str, ...]
    fluxes: tuple[str, ...]
    way: str = ""

    @property
    def pair(self) -> Pair:
        """Source and target."""
        return self.source, self.target

    @property
    def weight(self) -> float:
        """How much runs along it: the number of quantities and fluxes."""
        return float(len(self.quantities) + len(self.fluxes))

    @property
    def matter(self) -> bool:
        """Whether matter flows along it."""
        return bool(self.fluxes)

    @property
    def symbol(self) -> str:
        """How its end is drawn: "arrow", "bar", "diamond" or "ring"; matter alone has an arrow."""
        return "arrow" if self.matter and not self.quantities else SYMBOLS[self.way]

    @property
    def text(self) -> str:
        """What it is, in a line."""
        parts = [f"{', '.join(self.fluxes)} flows"] if self.fluxes else []
        if self.quantities:
            effect = f", which {self.way}" if self.way in ("raises", "lowers") else ""
            parts.append(f"{', '.join(self.quantities)} is read{effect}")
        return f"{self.source} to {self.target}: {'; '.join(parts)}"


KEY = (
    (Line("", "", ("read",), (), "raises"), "raises what takes it"),
    (Line("", "", ("read",), (), "lowers"), "lowers it"),
    (Line("", "", ("read",), (), "raises or lowers"), "both, by different ways"),
    (Line("", "", ("read",), ()), "no push derived"),
    (Line("", "", (), ("flux",)), "thick: matter flows as well"),
)


@dataclass(frozen=True)
class Network:
    """A diagram, ready to be drawn.

    Parameters
    ----------
    title : str
        What it shows.
    nodes : dict of str to Node
        By name.
    lines : list of Line
        In the order they are drawn in.
    placement : Placement
        Where everything lies.
    """

    title: str
    nodes: dict[str, Node]
    lines: list[Line]
    placement: Placement

    @property
    def text(self) -> str:
        """The diagram in words, a line for each line of it."""
        return "\n".join([self.title, *(line.text for line in self.lines)])

    def box(self, name: str) -> Box:
        """Where a node lies."""
        return self.placement.boxes[name]


def system_network(system: System, ways: Mapping[Pair, str] | None = None) -> Network:
    """The organ systems and what joins them.

    Parameters
    ----------
    system : System
        Composed modules.
    ways : mapping of (str, str) to str, optional
        Which way each coupling pushes, by giver and taker.

    Returns
    -------
    Network
        One line for each coupling.

    Examples
    --------
    >>> from neurokyn.scenario.model import standard_model
    >>> network = system_network(standard_model())
    >>> "serotonin" in network.nodes
    True
    """
    known = ways or {}
    nodes = [Node(m.name, m.title, "system") for m in system.modules]
    lines = [_line(coupling, known) for coupling in couplings(system)]
    return _placed("The organ systems of the model and what joins them", nodes, lines)


def module_network(system: System, module: Module) -> Network:
    """The states of one organ system: what flows between them, and what their rates follow.

    Parameters
    ----------
    system : System
        Composed modules.
    module : Module
        One of them.

    Returns
    -------
    Network
        Boxes are states, of this module or (where a flux reaches them) of others; dots are the world outside.

    Examples
    --------
    >>> from neurokyn.scenario.model import modules, standard_model
    >>> network = module_network(standard_model(), modules()["muscle"])
    >>> network.nodes["tryptophan.plasma"].kind
    'taken'
    """
    flows = _flows(system, module)
    follows = {pair: of for pair, of in _follows(system, module).items() if pair not in flows}
    lines = [Line(*pair, (), tuple(names)) for pair, names in flows.items()]
    lines += [Line(*pair, tuple(names), ()) for pair, names in follows.items()]
    states = {str(s.symbol.value): Node(str(s.symbol.value), _title(s.symbol), "state") for s in module.states}
    others = dict.fromkeys(end for line in lines for end in line.pair if end not in states)
    nodes = [*states.values(), *(_other(name, module) for name in others)]
    joined = {end for line in lines for end in line.pair}
    return _placed(f"{module.title}: its states", [n for n in nodes if n.name in joined or n.kind == "state"], lines)


def with_ways(network: Network, ways: Mapping[Pair, str]) -> Network:
    """The same diagram, its lines saying which way they push."""
    return replace(network, lines=[replace(line, way=ways.get(line.pair, "")) for line in network.lines])


def _placed(title: str, nodes: Iterable[Node], lines: list[Line]) -> Network:
    found = {node.name: node for node in nodes}
    sizes = {name: node.size for name, node in found.items()}
    placement = layered(sizes, {line.pair: line.weight for line in lines})
    return Network(title, found, sorted(lines, key=lambda line: not line.matter), placement)


def _line(coupling: Coupling, ways: Mapping[Pair, str]) -> Line:
    pair = (coupling.giver, coupling.taker)
    return Line(*pair, coupling.quantities, coupling.fluxes, ways.get(pair, ""))


def _flows(system: System, module: Module) -> dict[Pair, list[str]]:
    """Fluxes from state to state; a flux from or to the world has a dot of its own."""
    found: dict[Pair, list[str]] = {}
    for flux in module.fluxes:
        short = flux.name.partition(".")[2]
        ends = [_end(end, system) for end in (flux.source, flux.target)]
        source, target = (end or f"{WORLD}.{short}" for end in ends)
        found.setdefault((source, target), []).append(short)
    return found


def _follows(system: System, module: Module) -> dict[Pair, list[str]]:
    """What the rates of each state read: states of this module, and what comes from others."""
    relations = {r.symbol: r.expression for r in module.relations}
    found: dict[Pair, list[str]] = {}
    for rate in module.rates:
        target = _end(rate.state, system)
        for symbol in _read(rate.expression, relations):
            source = _end(symbol, system)
            if source is None or target is None or source == target:
                continue
            quantity = source.partition(".")[2]
            names = found.setdefault((source, target), [])
            names += [quantity] if quantity not in names else []
    return found


def _read(expression: Expression, relations: Mapping[Expression, Expression]) -> list[Expression]:
    """States, inputs and drives in an expression, through named relations."""
    found: dict[Expression, None] = {}
    for node in walk(expression):
        if node in relations:
            found |= dict.fromkeys(_read(relations[node], relations))
        elif node.operation == "symbol" and node.kind in ("state", "input", "drive"):
            found[node] = None
    return [node for node in found if not str(node.value).startswith("clock.")]


def _end(end: Expression | None, system: System) -> str | None:
    """A state, drive or joined quantity by its qualified name; none for the world and for numbers."""
    if end is None:
        return None
    name = system.joins[str(end.value)] if end.kind == "input" else str(end.value)
    return None if name is None or name in system.parameter_units or _is_number(name, system) else name


def _is_number(name: str, system: System) -> bool:
    """Whether a joined relation is made of numbers alone."""
    for module in system.modules:
        relations = {r.symbol: r.expression for r in module.relations}
        found = next((r for r in module.relations if str(r.symbol.value) == name), None)
        if found is not None:
            return not _read(found.expression, relations)
    return False


def _title(symbol: Expression) -> str:
    return str(symbol.value).partition(".")[2].replace("_", " ")


def _other(name: str, module: Module) -> Node:
    owner, _, short = name.partition(".")
    if owner == WORLD:
        return Node(name, "", "world")
    return Node(name, (short if owner == module.name else f"{owner}: {short}").replace("_", " "), "taken")
