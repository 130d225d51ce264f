"""The graph as LLVM kernels for people in lanes: what `source` prints, without anything a reader needs.

All kernels of a model work on one workspace, an array of doubles in slots of as many lanes as the kernels are wide; the
`Layout` says where everything lies. The driver in `neurokyn.solver.lanes` fills it in and calls them by address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from neurokyn.compiler.compose import System
from neurokyn.compiler.formulas import Formulas, Leaf
from neurokyn.compiler.graph import Graph
from neurokyn.compiler.layout import Sizes, lay_out, lengths, padded
from neurokyn.compiler.method import Method
from neurokyn.compiler.steps import StepWriter, flush_functions
from neurokyn.compiler.vector import Vectors
from neurokyn.language.expression import Expression
from neurokyn.language.module import TIME


class Traits(NamedTuple):
    """What the writer makes use of in a processor: the AVX-512 estimate of 1/x; the control word of x86."""

    reciprocal: bool
    x86: bool


class Source(NamedTuple):
    """Kernels as text.

    Parameters
    ----------
    text : str
        LLVM assembly of a module.
    operations : dict of str to int
        Floating-point operations of one call, for one lane, by kernel.
    """

    text: str
    operations: dict[str, int]


class KernelWriter:
    """Writes the kernels of one graph at one width.

    Parameters
    ----------
    graph : Graph
        What is compiled.
    states, drives : sequence of Expression
        Their symbols, in order.
    own : sequence of int
        Constants that differ between people; the others are held once for all lanes.
    width : int
        Lanes.
    method : Method
        The Rosenbrock method and the choice of its steps.
    traits : Traits
        Of the processor.
    """

    def __init__(
        self,
        graph: Graph,
        states: Sequence[Expression],
        drives: Sequence[Expression],
        own: Sequence[int],
        width: int,
        method: Method,
        traits: Traits,
    ) -> None:
        self.graph, self.width, self.method = graph, width, method
        self.traits = traits
        self.states = {symbol: k for k, symbol in enumerate(states)}
        self.drives = {symbol: k for k, symbol in enumerate(drives)}
        self.own = {graph.constants[k]: place for place, k in enumerate(own)}
        others = [node for node in graph.constants if node not in self.own]
        self.shared = {node: place for place, node in enumerate(others)}
        self.moving = [k for k, node in enumerate(graph.time_slopes) if node.operation != "constant" or node.value]
        self.sizes = Sizes(
            width,
            len(states),
            len(drives),
            len(graph.jacobian),
            graph.elimination.size,
            len(self.own),
            len(self.shared),
            len(self.moving),
            len(method.nodes),
            len(method.dense),
        )
        self.place = lay_out(self.sizes, len(graph.read_outs))

    def step_source(self) -> Source:
        """All that a step needs."""
        bodies = {
            "linearise": self._linearise(),
            "factor": self._factor(),
            "first_stage": self._first_stage(),
            "stage": self._stage(),
        }
        steps = StepWriter(self.sizes, self.place, self.method, fast_reciprocal=self.traits.reciprocal)
        texts = [_function(name, ("ws", "k"), body) for name, body in bodies.items()]
        texts += steps.functions()
        declared = dict.fromkeys(line for body in bodies.values() for line in body.declared) | steps.declared
        flush = flush_functions(self.place.mode * self.width, available=self.traits.x86)
        operations = {name: body.operations for name, body in bodies.items()} | steps.operations
        operations["step"] = sum(
            count * (self.sizes.stages - 1 if name == "stage" else 1) for name, count in operations.items()
        )
        return Source("\n".join([*declared, *texts, *flush]), operations)

    def read_out_source(self, read_outs: Sequence[int]) -> Source:
        """`terms` (the interpolant of what is needed) and `show` (read-outs at `shown_time` and `theta`)."""
        roots = [self.graph.read_outs[k] for k in read_outs]
        needed = self._states_below(roots)
        show, place = self._vectors(), self.place
        theta, zero, one = show.load("%ws", place.theta), show.constant(0.0), show.constant(1.0)
        at_start = show.compare("oeq", theta, zero)
        rest = show.subtract(one, theta)

        def state(k: int) -> str:
            start, position = show.load("%ws", place.state + k), needed[k]
            bend = show.load("%ws", place.terms + (self.sizes.dense - 1) * self.sizes.states + position)
            for q in range(self.sizes.dense - 2, -1, -1):
                term = show.load("%ws", place.terms + q * self.sizes.states + position)
                bend = show.fused(theta, bend, term)
            end = show.fused(rest, bend, show.load("%ws", place.new + k))
            return show.choose(at_start, start, show.fused(theta, end, show.multiply(rest, start)))

        writer = Formulas(show, self._leaf(show, state, place.shown_time))
        for k, value in enumerate(writer.write(roots)):
            show.store(value, "%ws", place.shown + k)
        terms = self._terms(needed)
        bodies = {"terms": terms, "show": show}
        declared = dict.fromkeys(line for body in bodies.values() for line in body.declared)
        texts = [_function(name, ("ws",), body) for name, body in bodies.items()]
        return Source("\n".join([*declared, *texts]), {name: body.operations for name, body in bodies.items()})

    def places(self) -> dict[str, tuple[int, int]]:
        """First slot and number of slots of each part of the workspace."""
        wanted = lengths(self.sizes, len(self.graph.read_outs))
        n = self.sizes.states
        last = self.place.stages + (self.sizes.stages - 1) * padded(n, self.width)
        return {name: (getattr(self.place, name), wanted[name]) for name in wanted} | {"last_stage": (last, n)}

    def _vectors(self) -> Vectors:
        return Vectors(self.width, fast_reciprocal=self.traits.reciprocal)

    def _states_below(self, roots: Iterable[Expression]) -> dict[int, int]:
        """The states that some roots depend on, and a position for each."""
        found: dict[int, int] = {}
        seen, stack = set[Expression](), list(roots)
        while stack:
            node = stack.pop()
            if node in seen or node in self.own or node in self.shared:
                continue
            seen.add(node)
            if node in self.states:
                found.setdefault(self.states[node], len(found))
            stack.extend(node.arguments)
        return found

    def _terms(self, needed: dict[int, int]) -> Vectors:
        """The terms of the interpolant from the stages, for the states that are needed."""
        out, place, dense = self._vectors(), self.place, self.method.dense
        for k, position in needed.items():
            stages = [
                out.load("%ws", place.stages + j * padded(self.sizes.states, self.width) + k)
                for j in range(self.sizes.stages)
            ]
            for q in range(len(dense)):
                total = out.multiply(out.constant(float(dense[q, 0])), stages[0])
                for j in range(1, len(stages)):
                    total = out.fused(out.constant(float(dense[q, j])), stages[j], total)
                out.store(total, "%ws", place.terms + q * self.sizes.states + position)
        return out

    def _leaf(self, out: Vectors, state: Callable[[int], str], time_slot: int) -> Leaf:
        """How a formula finds states, drives, constants and time."""

        def find(node: Expression) -> str | None:
            if node in self.own:
                return out.load("%ws", self.place.own + self.own[node])
            if node in self.shared:
                return out.broadcast("%ws", self.place.shared * self.width + self.shared[node])
            if node in self.states:
                return state(self.states[node])
            if node in self.drives:
                return out.load("%ws", self.place.drive + self.drives[node])
            if node is TIME:
                return out.load("%ws", time_slot)
            return None

        return find

    def _is_leaf(self, node: Expression) -> bool:
        """Whether a node is found in memory."""
        places = (self.own, self.shared, self.states, self.drives)
        return node.operation == "constant" or node is TIME or any(node in place for place in places)

    def _formulas(self, out: Vectors, leaf: Leaf, roots: Sequence[Expression]) -> Formulas:
        """A writer; for one person alone it has worked out the functions below some roots already, several at once."""
        writer = Formulas(out, leaf)
        if self.width == 1:
            writer.write_functions(roots, self._is_leaf, 8 if self.traits.reciprocal else 4)
        return writer

    def _linearise(self) -> Vectors:
        """dy/dt, its slope in time and its Jacobian at the state."""
        out, place = self._vectors(), self.place
        leaf = self._leaf(out, lambda k: out.load("%ws", place.state + k), place.time)
        writer = self._formulas(out, leaf, [*self.graph.derivatives, *self.graph.jacobian.values()])
        targets: list[list[tuple[int, Expression]]] = [
            [(place.slope + k, node)] for k, node in enumerate(self.graph.derivatives)
        ]
        for k, ((row, _), node) in enumerate(self.graph.jacobian.items()):
            targets[row].append((place.jacobian + k, node))
        for k, row in enumerate(self.moving):
            targets[row].append((place.time_slope + k, self.graph.time_slopes[row]))
        for of_row in targets:  # row by row: what a row shares stays in registers
            for slot, node in of_row:
                out.store(writer.write([node])[0], "%ws", slot)
        return out

    def _factor(self) -> Vectors:
        """LU of I/(h γ) - J, row by row; the diagonal is stored inverted."""
        out, place = self._vectors(), self.place
        order, rows = self.graph.elimination.order, self.graph.elimination.rows
        entry = {key: k for k, key in enumerate(self.graph.jacobian)}
        slot = self._slots()
        shift = out.reciprocal(out.multiply(out.load("%ws", place.step), out.constant(self.method.gamma)))
        done: dict[tuple[int, int], str] = {}
        for i, row in enumerate(rows):
            for j in row:
                value = shift if i == j else None
                if (order[i], order[j]) in entry:
                    jacobian = out.load("%ws", place.jacobian + entry[order[i], order[j]])
                    value = out.negate(jacobian) if value is None else out.subtract(value, jacobian)
                for k in row:
                    if k < min(i, j) and (k, j) in slot:
                        product = out.multiply(done[i, k], done[k, j])
                        value = out.negate(product) if value is None else out.subtract(value, product)
                if value is None:
                    value = out.constant(0.0)
                if j < i:
                    value = out.multiply(value, done[j, j])
                elif i == j:
                    value = out.reciprocal(value)
                done[i, j] = value
                out.store(value, "%ws", place.lu + slot[i, j])
        return out

    def _slots(self) -> dict[tuple[int, int], int]:
        """Where each entry of L and U lies: in the order in which `_solve` reads them."""
        below, above = self._turns()
        read = [(i, j) for i, columns in enumerate(below) for j in columns]
        for i, columns in reversed(list(enumerate(above))):
            read += [(i, j) for j in columns] + [(i, i)]
        return {entry: k for k, entry in enumerate(read)}

    def _first_stage(self) -> Vectors:
        """k = LU⁻¹ (f + h d ∂f/∂t)."""
        out, place = self._vectors(), self.place
        weight = out.multiply(out.load("%ws", place.step), out.constant(float(self.method.d[0])))
        self._solve(out, lambda k: self._with_time_slope(out, k, out.load("%ws", place.slope + k), weight))
        return out

    def _stage(self) -> Vectors:
        """k = LU⁻¹ (f(trial) + what k holds already + h d ∂f/∂t)."""
        out, place = self._vectors(), self.place
        leaf = self._leaf(out, lambda k: out.load("%ws", place.trial + k), place.stage_time)
        writer = self._formulas(out, leaf, self.graph.derivatives)
        weight = out.load("%ws", place.time_weight)

        right = [
            self._with_time_slope(out, k, out.add(value, out.load("%k", k)), weight)
            for k, value in enumerate(writer.write(self.graph.derivatives))
        ]
        self._solve(out, right.__getitem__)
        return out

    def _with_time_slope(self, out: Vectors, k: int, value: str, weight: str) -> str:
        """A right-hand side with what its explicit dependence on time adds."""
        if k not in self.moving:
            return value
        return out.fused(weight, out.load("%ws", self.place.time_slope + self.moving.index(k)), value)

    def _solve(self, out: Vectors, right: Callable[[int], str]) -> None:
        """Forward and back substitution, each right-hand side written when its turn comes; the solution goes to %k."""
        order, slot = self.graph.elimination.order, self._slots()
        below, above = self._turns()
        x: list[str] = []
        for i, columns in enumerate(below):
            value = right(order[i])
            for j in columns:
                value = out.subtract(value, out.multiply(out.load("%ws", self.place.lu + slot[i, j]), x[j]))
            x.append(value)
        for i, columns in reversed(list(enumerate(above))):
            value = x[i]
            for j in columns:
                value = out.subtract(value, out.multiply(out.load("%ws", self.place.lu + slot[i, j]), x[j]))
            x[i] = out.multiply(value, out.load("%ws", self.place.lu + slot[i, i]))
            out.store(x[i], "%k", order[i])

    def _turns(self) -> tuple[list[list[int]], list[list[int]]]:
        """The columns below and above the diagonal of each row, those first whose unknowns are known first.

        A sum waits for each of its terms in turn, and the longest such chain is what a solve takes.
        """
        rows = self.graph.elimination.rows
        below, above, known = list[list[int]](), dict[int, list[int]](), list[int]()

        def follow(i: int, columns: list[int], since: int) -> list[int]:
            """Columns by when they are known; when the sum is."""
            for j in (turns := sorted(columns, key=known.__getitem__)):
                since = max(since, known[j]) + 1
            known[i] = since
            return turns

        for i, row in enumerate(rows):
            known.append(0)
            below.append(follow(i, [j for j in row if j < i], 0))
        for i in range(len(rows) - 1, -1, -1):
            above[i] = follow(i, [j for j in rows[i] if j > i], known[i])
            known[i] += 1  # the pivot
        return below, [above[i] for i in range(len(rows))]


def prepare_source(system: System, graph: Graph) -> Source:
    """`prepare(values, out)`: constants, starts, scales, volumes and drive rests of a person from the parameters."""
    equations = system.equations
    position = {name: k for k, name in enumerate(system.parameter_units)}
    out = Vectors(1)

    def leaf(node: Expression) -> str | None:
        found = node.operation == "symbol" and node.kind == "parameter"
        return out.load("%values", position[str(node.value)]) if found else None

    groups = (graph.constants, equations.starts, equations.scales, equations.volumes, equations.drive_rests)
    writer = Formulas(out, leaf)
    for k, node in enumerate(node for group in groups for node in group):
        out.store(writer.write([node])[0], "%out", k)
    return Source("\n".join([*out.declared, _function("prepare", ("values", "out"), out)]), {"prepare": out.operations})


def _function(name: str, arguments: Sequence[str], body: Vectors) -> str:
    given = ", ".join(f"ptr noalias %{argument}" for argument in arguments)
    return "\n".join([f"define void @{name}({given}) {{", *body.lines, "  ret void", "}"])
