"""A system's kernels, each made when it is first needed and kept on disk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from ctypes import CFUNCTYPE, c_void_p
from functools import cached_property
from types import ModuleType
from typing import Any, NamedTuple, cast

import numpy as np

from neurokyn.compiler import machine
from neurokyn.compiler.compose import System
from neurokyn.compiler.graph import Graph, build_graph
from neurokyn.compiler.kernels import KernelWriter, Source, Traits, prepare_source
from neurokyn.compiler.method import Method
from neurokyn.compiler.store import fingerprint, is_kept, keep, load_reference
from neurokyn.language.expression import walk

Facts = dict[str, Any]
Key = tuple[object, ...]


class Blueprint(NamedTuple):
    """What there is to know of a system's kernels without writing them out.

    Parameters
    ----------
    layout : dict of str to int
        Sizes.
    units : list of str
        Of the read-outs.
    pattern : list of (int, int)
        Row and column of each entry of the Jacobian.
    below : list of list of int
        The parameters that enter each constant.
    """

    layout: dict[str, int]
    units: list[str]
    pattern: list[tuple[int, int]]
    below: list[list[int]]


class LaneKernels(NamedTuple):
    """Kernels for people in lanes.

    Parameters
    ----------
    width : int
        Lanes.
    addresses : dict of str to int
        Of `step`, `advance`, `linearise`, `factor`, `first_stage`, `enter`, `leave`.
    places : dict of str to (int, int)
        First slot and number of slots of each part of the workspace.
    size : int
        Slots of a workspace.
    operations : dict of str to int
        Floating-point operations of each kernel, for one lane.
    own, shared : ndarray of int
        Which constants are held for each lane and which once for all.
    """

    width: int
    addresses: dict[str, int]
    places: dict[str, tuple[int, int]]
    size: int
    operations: dict[str, int]
    own: np.ndarray
    shared: np.ndarray


class SystemKernels:
    """Everything compiled from a system.

    Parameters
    ----------
    system : System
        Composed modules.
    key : str
        Its fingerprint.
    """

    def __init__(self, system: System, key: str) -> None:
        self.system, self.key = system, key
        self._lanes: dict[Key, LaneKernels] = {}
        self._read_outs: dict[Key, dict[str, int]] = {}

    @cached_property
    def graph(self) -> Graph:
        """The graph; not needed while all kernels asked for are kept."""
        return build_graph(self.system.equations, [state.symbol for state in self.system.states])

    @cached_property
    def _blueprint(self) -> Blueprint:
        return Blueprint(**json.loads(keep(f"system_{self.key}", self._draw)))

    def _draw(self) -> bytes:
        graph, system = self.graph, self.system
        position = {name: k for k, name in enumerate(system.parameter_units)}
        below = [
            sorted({position[str(x.value)] for x in walk(node) if x.operation == "symbol"}) for node in graph.constants
        ]
        layout = {
            "states": len(system.states),
            "constants": len(graph.constants),
            "drives": len(system.drives),
            "jacobian": len(graph.jacobian),
            "elimination": graph.elimination.size,
            "read_outs": len(graph.read_outs),
        }
        units = [system.equations.units[name] for name in system.equations.read_outs]
        return json.dumps(Blueprint(layout, units, list(graph.jacobian), below)._asdict()).encode()

    @property
    def LAYOUT(self) -> dict[str, int]:  # noqa: N802 - as in the generated source
        """Sizes: of states, constants, drives, jacobian, elimination, read_outs."""
        return self._blueprint.layout

    @property
    def units(self) -> list[str]:
        """Units of the read-outs."""
        return self._blueprint.units

    @cached_property
    def JACOBIAN(self) -> list[tuple[int, int]]:  # noqa: N802 - as in the generated source
        """Row and column of each entry of the Jacobian."""
        return [(i, j) for i, j in self._blueprint.pattern]

    def depend_on(self, parameters: Sequence[str]) -> np.ndarray:
        """The constants that some parameters enter.

        Parameters
        ----------
        parameters : sequence of str
            Qualified names.

        Returns
        -------
        ndarray of int
            Positions, ascending.
        """
        names = list(self.system.parameter_units)
        wanted = {k for k, name in enumerate(names) if name in set(parameters)}
        return np.array(
            [k for k, each in enumerate(self._blueprint.below) if wanted.intersection(each)], dtype=np.int64
        )

    @cached_property
    def reference(self) -> ModuleType:
        """The readable Numba source, compiled: slow to make; what the other kernels are tested against."""
        return load_reference(self.system, self.key)

    @property
    def rhs(self) -> Callable[..., None]:
        """dy/dt: t, y, c, u, f."""
        return cast(Callable[..., None], self.reference.rhs)

    @property
    def linearise(self) -> Callable[..., None]:
        """dy/dt, its slope in time, its Jacobian: t, y, c, u, f, ft, jac."""
        return cast(Callable[..., None], self.reference.linearise)

    @property
    def factor(self) -> Callable[..., None]:
        """LU of shift·I - J: jac, shift, lu."""
        return cast(Callable[..., None], self.reference.factor)

    @property
    def solve(self) -> Callable[..., None]:
        """Solution in place: lu, b."""
        return cast(Callable[..., None], self.reference.solve)

    @property
    def observe(self) -> Callable[..., None]:
        """Read-outs: t, y, c, u, out."""
        return cast(Callable[..., None], self.reference.observe)

    @cached_property
    def _prepare(self) -> Callable[[int, int], None]:
        addresses, _ = self._made("prepare", lambda: (prepare_source(self.system, self.graph), {}), ("prepare",))
        return CFUNCTYPE(None, c_void_p, c_void_p)(addresses["prepare"])

    def prepare(self, values: np.ndarray) -> np.ndarray:
        """Constants, starts, scales, volumes and drive rests, one after the other.

        Parameters
        ----------
        values : ndarray, shape (n_parameters,)
            Parameters in their declared units and order.

        Returns
        -------
        ndarray
            Not finite where a formula is undefined.
        """
        size = self.LAYOUT["constants"] + 3 * self.LAYOUT["states"] + self.LAYOUT["drives"]
        given, out = np.ascontiguousarray(values, dtype=float), np.empty(size)
        self._prepare(given.ctypes.data, out.ctypes.data)
        return out

    def lanes(self, width: int, own: np.ndarray, method: Method) -> LaneKernels:
        """Kernels for people in lanes, from disk if they are kept.

        Parameters
        ----------
        width : int
            Lanes; 1 for one person at a time.
        own : ndarray of int
            Constants that differ between people.
        method : Method
            The Rosenbrock method and the choice of its steps.

        Returns
        -------
        LaneKernels
            Addresses and the layout of their workspace.
        """
        key = (width, own.tobytes(), _content(method))
        if key not in self._lanes:
            name = _name("lanes", width, own, *_numbers(method))

            def write() -> tuple[Source, Facts]:
                writer = self._writer(width, own, method)
                return writer.step_source(), {"places": writer.places(), "size": writer.place.size}

            functions = ("step", "advance", "linearise", "factor", "first_stage", "enter", "leave")
            addresses, facts = self._made(name, write, functions)
            places = {name: (int(slot), int(count)) for name, (slot, count) in facts["places"].items()}
            shared = np.setdiff1d(np.arange(self.LAYOUT["constants"]), own)
            self._lanes[key] = LaneKernels(width, addresses, places, facts["size"], facts["operations"], own, shared)
        return self._lanes[key]

    def read_outs(self, width: int, own: np.ndarray, shown: Sequence[int], method: Method) -> dict[str, int]:
        """The kernels `terms` and `show` for some read-outs.

        Parameters
        ----------
        width, own, method
            As for `lanes`, whose workspace they read.
        shown : sequence of int
            Positions of the read-outs, in the order they are wanted in.

        Returns
        -------
        dict of str to int
            Addresses.
        """
        key = (width, own.tobytes(), _content(method), tuple(shown))
        if key not in self._read_outs:
            name = _name("show", width, own, list(shown), *_numbers(method))

            def write() -> tuple[Source, Facts]:
                return self._writer(width, own, method).read_out_source(shown), {}

            self._read_outs[key], _ = self._made(name, write, ("terms", "show"))
        return self._read_outs[key]

    def _writer(self, width: int, own: np.ndarray, method: Method) -> KernelWriter:
        traits = Traits(machine.estimates_reciprocals(), machine.is_x86())
        states, drives = ([entry.symbol for entry in each] for each in (self.system.states, self.system.drives))
        return KernelWriter(self.graph, states, drives, own.tolist(), width, method, traits)

    def _made(
        self, name: str, write: Callable[[], tuple[Source, Facts]], functions: Sequence[str]
    ) -> tuple[dict[str, int], Facts]:
        """Functions of a module, and what was written down about it; assembled if it is not kept."""

        def build() -> bytes:
            source, facts = write()
            return (
                json.dumps({**facts, "operations": source.operations}).encode() + b"\n" + machine.assemble(source.text)
            )

        facts, code = keep(f"{name}_{machine.processor()}_{self.key}", build).split(b"\n", 1)
        return machine.load(code, list(functions)), json.loads(facts)


def _content(method: Method) -> bytes:
    """Everything in a method, to tell it from another."""
    return b"".join(np.asarray(part).tobytes() for part in method)


def _numbers(method: Method) -> list[object]:
    """Everything in a method, as numbers that can be written down."""
    return [np.asarray(part).tolist() for part in method]


def _name(kind: str, width: int, own: np.ndarray, *more: object) -> str:
    """A name for a module of kernels: its kind, its width, and the hash of all else."""
    return f"{kind}{width}_{hashlib.sha256(repr((own.tolist(), more)).encode()).hexdigest()[:16]}"


_systems: dict[str, SystemKernels] = {}


def load_kernels(system: System) -> SystemKernels:
    """The kernels of a system, made or read when they are needed.

    Parameters
    ----------
    system : System
        Composed modules.

    Returns
    -------
    SystemKernels
        The same for equal systems.
    """
    key = fingerprint(system)
    if key not in _systems:
        _systems[key] = SystemKernels(system, key)
    return _systems[key]


def is_compiled(system: System) -> bool:
    """Whether kernels of this system are loaded or kept on disk."""
    key = fingerprint(system)
    return key in _systems or is_kept(f"system_{key}")
