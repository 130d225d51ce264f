"""Lane kernels called one by one, and how far two evaluations of a formula may lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from ctypes import CFUNCTYPE, c_void_p

import numpy as np
from neurokyn.compiler.compiled import SystemKernels
from neurokyn.compiler.compose import System
from neurokyn.compiler.graph import Graph
from neurokyn.language.expression import Expression
from neurokyn.language.module import TIME
from neurokyn.scenario.drivers import driver
from neurokyn.scenario.lanes import METHOD
from neurokyn.solver.batch import Addresses
from neurokyn.solver.people import Machine, open_workspace
from neurokyn.solver.rosenbrock import RODAS5P

CALL = CFUNCTYPE(None, c_void_p, c_void_p)
FUNCTION = 3  # roundings that an exp, log, power, quotient, sine counts as
Both = tuple[np.ndarray, np.ndarray]


class Memory:
    """A workspace and the kernels that work on it.

    `shared` are constants of anybody, of whom those that are not `own` are taken.
    """

    def __init__(self, kernels: SystemKernels, width: int, own: np.ndarray, shared: np.ndarray) -> None:
        self.kernels, self.width, self.own = kernels, width, own
        self.lanes = kernels.lanes(width, own, METHOD)
        unused = Addresses(*([0] * len(Addresses._fields)))
        machine = Machine(width, unused, self.lanes.places, self.lanes.size, shared[self.lanes.shared], driver)
        self.memory, self.workspace = open_workspace(machine)

    def part(self, name: str) -> np.ndarray:
        """A part of the workspace, one column a lane."""
        slot, count = self.lanes.places[name]
        return self.memory[slot * self.width : (slot + count) * self.width].reshape(count, self.width)

    def stages(self, n_states: int) -> np.ndarray:
        """Of each stage and state, one column a lane."""
        found = self.part("stages").reshape(len(RODAS5P.nodes), -1, self.width)
        return found[:, :n_states]

    def call(self, name: str, target: str = "state") -> None:
        """A kernel, with a part of the workspace as its second argument."""
        at = self.memory.ctypes.data
        CALL(self.lanes.addresses[name])(at, at + 8 * self.lanes.places[target][0] * self.width)

    def show(self, shown: Sequence[int], name: str = "show") -> np.ndarray:
        """Read-outs, one column a lane."""
        addresses = self.kernels.read_outs(self.width, self.own, shown, METHOD)
        CALL(addresses[name])(self.memory.ctypes.data, None)
        return self.part("shown")[: len(shown)].copy()

    def place(self, t: np.ndarray, y: np.ndarray, c: np.ndarray, u: np.ndarray) -> None:
        """Points, one row each, into the lanes."""
        self.part("time")[0], self.part("shown_time")[0], self.part("theta")[0] = t, t, 0.0
        self.part("state")[:], self.part("drive")[: u.shape[1]] = y.T, u.T
        self.part("own")[: len(self.own)] = c[:, self.own].T


def rounded(
    system: System,
    graph: Graph,
    roots: Sequence[Expression],
    point: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    state_errors: np.ndarray | None = None,
) -> Both:
    """Values of formulas at many points, and how far off rounding may put them, in units of 2⁻⁵³.

    The errors of the operands, carried through each operation to first order, and one rounding for the operation itself
    (three where it is a function). Where terms cancel their errors stay, so this is the scale on which two ways to
    evaluate a formula can be compared: each is at most this far from the truth.

    Parameters
    ----------
    point : tuple
        t (n,), states (n, n_states), constants (n, n_constants), drives (n, n_drives).
    state_errors : ndarray, shape (n, n_states), optional
        Of the states themselves; none if not given.

    Returns
    -------
    values, errors : ndarray, shape (n, n_roots)
    """
    t, y, c, u = point
    none = np.zeros(len(t))
    known: dict[Expression, Both] = {TIME: (t, none)}
    known |= {
        s.symbol: (y[:, k], none if state_errors is None else state_errors[:, k]) for k, s in enumerate(system.states)
    }
    known |= {d.symbol: (u[:, k], none) for k, d in enumerate(system.drives)}
    known |= {node: (c[:, k], none) for k, node in enumerate(graph.constants)}
    with np.errstate(all="ignore"):
        for root in roots:
            _evaluate(root, known, none)
    values, errors = zip(*(known[root] for root in roots), strict=True)
    return np.array(values).T, np.array(errors).T


def _evaluate(root: Expression, known: dict[Expression, Both], none: np.ndarray) -> None:
    stack = [root]
    while stack:
        node = stack[-1]
        missing = [x for x in node.arguments if x not in known]
        if node in known or not missing:
            stack.pop()
            if node not in known:
                is_constant = node.operation == "constant"
                known[node] = (none + float(node.value), none) if is_constant else _apply(node, known)
            continue
        stack.extend(missing)


def _apply(node: Expression, known: dict[Expression, Both]) -> Both:
    given = [known[x] for x in node.arguments]
    if node.operation == "power" and node.arguments[1].operation == "constant":
        a, e = given[0]
        exponent = float(node.arguments[1].value)
        value = a**exponent
        counts = abs(exponent) + 1 if exponent.is_integer() else FUNCTION
        return value, _carried(exponent * a ** (exponent - 1), e) + counts * np.abs(value)
    return _TWO[node.operation](*given) if node.operation in _TWO else _other(node.operation, given)


def _other(operation: str, given: list[Both]) -> Both:
    (a, e), *more = given
    if operation == "negate":
        return -a, e
    if operation == "greater":
        return a > more[0][0], e
    if operation == "where":
        (yes, e_yes), (no, e_no) = more
        return np.where(a, yes, no), np.where(a, e_yes, e_no)
    value, slope = _SLOPES[operation](a)
    return value, _carried(slope, e) + FUNCTION * np.abs(value)


def _carried(slope: np.ndarray, error: np.ndarray) -> np.ndarray:
    """The error of an operand in the result; a slope that is infinite does not matter where there is none."""
    return np.where(error == 0, 0.0, np.abs(slope) * error)


def _pick(first: np.ndarray, a: Both, b: Both) -> Both:
    return np.where(first, a[0], b[0]), np.where(first, a[1], b[1])


_SLOPES = {
    "exp": lambda x: (np.exp(x), np.exp(x)),
    "log": lambda x: (np.log(x), 1 / x),
    "sin": lambda x: (np.sin(x), np.cos(x)),
    "cos": lambda x: (np.cos(x), np.sin(x)),
    "sqrt": lambda x: (np.sqrt(x), 0.5 / np.sqrt(x)),
}


def _power(x: Both, y: Both) -> Both:
    value = x[0] ** y[0]
    from_base, from_exponent = _carried(y[0] * x[0] ** (y[0] - 1), x[1]), _carried(np.log(x[0]) * value, y[1])
    return value, from_base + from_exponent + FUNCTION * np.abs(value)


_TWO = {
    "add": lambda a, b: (a[0] + b[0], a[1] + b[1] + np.abs(a[0] + b[0])),
    "subtract": lambda a, b: (a[0] - b[0], a[1] + b[1] + np.abs(a[0] - b[0])),
    "multiply": lambda a, b: (a[0] * b[0], np.abs(a[0]) * b[1] + np.abs(b[0]) * a[1] + np.abs(a[0] * b[0])),
    "divide": lambda a, b: (
        a[0] / b[0],
        a[1] / np.abs(b[0]) + np.abs(a[0]) * b[1] / b[0] ** 2 + FUNCTION * np.abs(a[0] / b[0]),
    ),
    "power": _power,
    "maximum": lambda a, b: _pick(a[0] > b[0], a, b),
    "minimum": lambda a, b: _pick(a[0] < b[0], a, b),
}
