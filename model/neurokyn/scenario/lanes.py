"""A system's kernels as the solver takes them, and people as the solver's rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ctypes import CFUNCTYPE, c_void_p
from typing import TYPE_CHECKING

import numpy as np

from neurokyn.compiler.compiled import SystemKernels
from neurokyn.compiler.machine import native_width
from neurokyn.compiler.method import Method
from neurokyn.scenario.drivers import driver
from neurokyn.solver.batch import Addresses, Batch, Results, Search
from neurokyn.solver.kinds import tabulate
from neurokyn.solver.people import Machine, carry_people, open_workspace
from neurokyn.solver.problem import Choices, Timeline, no_choices
from neurokyn.solver.rosenbrock import CONTROL, RODAS5P

if TYPE_CHECKING:
    from neurokyn.scenario.prepare import Prepared

ABSOLUTE_SHARE = 1e-2  # absolute tolerance as a share of rtol times a state's typical size
METHOD = Method(
    RODAS5P.a,
    RODAS5P.c,
    RODAS5P.nodes,
    RODAS5P.d,
    RODAS5P.dense,
    RODAS5P.gamma,
    RODAS5P.order,
    CONTROL.safety,
    CONTROL.hard_shrink,
    CONTROL.proportional,
    CONTROL.integral,
    CONTROL.smallest_error,
)
CALL = CFUNCTYPE(None, c_void_p, c_void_p)


def machine(
    kernels: SystemKernels,
    constants: np.ndarray,
    shown: Sequence[int],
    *,
    asked: Sequence[int] = (),
    own: np.ndarray | None = None,
    width: int = 1,
) -> Machine:
    """Kernels and shared constants for the solver.

    Parameters
    ----------
    kernels : SystemKernels
        Of the model.
    constants : ndarray, shape (n_constants,)
        Of any of the people.
    shown, asked : sequence of int
        Positions of the read-outs to show, and of those that choices ask for.
    own : ndarray of int, optional
        Constants that differ between people; all if not given.
    width : int
        Lanes.

    Returns
    -------
    Machine
        For `carry_people`.
    """
    differ = np.arange(kernels.LAYOUT["constants"]) if own is None else own
    lanes = kernels.lanes(width, differ, METHOD)
    show = kernels.read_outs(width, differ, shown, METHOD)
    ask = kernels.read_outs(width, differ, asked, METHOD) if len(asked) else show
    of = lanes.addresses
    addresses = Addresses(
        of["enter"], of["leave"], of["step"], of["advance"], of["linearise"], show["terms"], show["show"], ask["show"]
    )
    return Machine(width, addresses, lanes.places, lanes.size, constants[lanes.shared], driver)


def follow_people(
    kernels: SystemKernels,
    constants: np.ndarray,
    starts: np.ndarray,
    scales: np.ndarray,
    events: Timeline,
    times: np.ndarray,
    shown: Sequence[int],
    *,
    rtol: float,
    own: np.ndarray | None = None,
    width: int | None = None,
    choices: Choices | None = None,
    thresholds: np.ndarray | None = None,
    own_drives: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None,
    kind: type = float,
    outputs: np.ndarray | None = None,
    threads: int = 1,
    watch: Callable[[int], None] | None = None,
) -> Results:
    """Integrate people through one timeline and read them out.

    Parameters
    ----------
    kernels : SystemKernels
        Of the model.
    constants : ndarray, shape (n_people, n_constants)
        Of everybody.
    starts, scales : ndarray, shape (n_people, n_states)
        States at the first boundary, and typical sizes; the absolute tolerance follows from these.
    events : Timeline
        What happens.
    times : ndarray, shape (n_times,)
        When to read out, in h.
    shown : sequence of int
        Positions of the read-outs.
    rtol : float
        Relative tolerance.
    own : ndarray of int, optional
        Constants that may differ; those that do are found if it is not given.
    width : int, optional
        Lanes; those that suit the processor, or 1 for one person, if not given.
    choices : Choices, optional
        What happens only if the state allows it; read-outs by their position in the model.
    thresholds : ndarray, shape (n_people, n_conditions), optional
        Of each person; those of `choices` if not given.
    own_drives : tuple of three ndarray, optional
        What is added to drives: amounts (n_people, n_rows, n_columns), drives (n_columns,), row of each segment.
    kind : type
        Of the outputs: float or numpy.float32.
    outputs : ndarray, shape (n_people, n_times, n_shown), optional
        Memory to use again for the read-outs: fresh memory costs as much time as a tenth of the steps.
    threads : int
        How many; results do not depend on it.
    watch : callable, optional
        Told how many people have been begun.

    Returns
    -------
    Results
        Of the solver.
    """
    n = len(starts)
    differ = np.flatnonzero(np.ptp(constants, axis=0) > 0) if own is None else _completed(own, constants)
    given = no_choices(events) if choices is None else choices
    asked = np.unique(given.read_out)
    given = given._replace(read_out=np.searchsorted(asked, given.read_out).astype(np.int64))
    if thresholds is None:
        thresholds = np.tile(given.threshold, (n, 1))
    lanes = width or (1 if n == 1 else native_width())
    if lanes == 1:
        differ = np.arange(constants.shape[1])
    prepared = machine(
        kernels,
        constants[0],
        shown,
        asked=asked.tolist(),
        own=differ,
        width=lanes,
    )
    drives = own_drives or (np.empty((n, 0, 0)), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    parts = (starts, constants[:, differ], rtol * ABSOLUTE_SHARE * scales, thresholds)
    batch = Batch(*(np.ascontiguousarray(x, dtype=float) for x in parts), *drives)
    if outputs is None:
        outputs = np.empty((n, len(times), len(shown)), dtype=kind)
    if outputs.shape[2] != len(shown):
        raise ValueError(f"outputs with {outputs.shape[2]} columns cannot hold {len(shown)} read-outs")
    return carry_people(prepared, batch, events, given, times, rtol=rtol, outputs=outputs, threads=threads, watch=watch)


def _completed(own: np.ndarray, constants: np.ndarray) -> np.ndarray:
    """The constants that may differ and those that do."""
    return np.union1d(own, np.flatnonzero(np.ptp(constants, axis=0) > 0)).astype(np.int64)


class Point:
    """One person's equations at one point, called from Python.

    Parameters
    ----------
    prepared : Prepared
        A system with numbers.
    """

    def __init__(self, prepared: Prepared) -> None:
        kernels = prepared.kernels
        own = np.arange(kernels.LAYOUT["constants"])
        lanes = kernels.lanes(1, own, METHOD)
        unused = Addresses(*([0] * len(Addresses._fields)))
        self._memory, self.workspace = open_workspace(Machine(1, unused, lanes.places, lanes.size, np.empty(0), driver))
        self.workspace.own[: len(own), 0] = prepared.constants
        self._lanes, self._prepared = lanes, prepared

    def move(self, state: np.ndarray, drives: np.ndarray, time: float = 0.0) -> None:
        """Go to a point."""
        self.workspace.state[:, 0], self.workspace.time[0] = state, time
        self.workspace.drive[: len(drives), 0] = drives

    def slopes(self) -> np.ndarray:
        """dy/dt, per hour."""
        address = self._memory.ctypes.data
        CALL(self._lanes.addresses["linearise"])(address, address)
        return self.workspace.slope[:, 0].copy()

    def seek(self, start: np.ndarray, scale: np.ndarray, settles: np.ndarray) -> tuple[np.ndarray, bool]:
        """The fixed point reached from a start, under the drives of the last point, and whether it was reached.

        Parameters
        ----------
        start, scale : ndarray, shape (n_states,)
            Where to begin, and typical sizes.
        settles : ndarray of bool, shape (n_states,)
            Which states move.
        """
        y = np.array(start, dtype=float)
        kept = np.array([not settles[row] for row, _ in self._prepared.kernels.JACOBIAN], dtype=bool)
        at, place = self._lanes.addresses, {name: slot for name, (slot, _) in self._lanes.places.items()}
        search = Search(
            at["linearise"], at["factor"], at["first_stage"], self._memory.ctypes.data, self._memory,
            place["state"], place["step"], place["slope"], place["jacobian"], place["stages"],
            *self._lanes.places["time_slope"], y, np.ascontiguousarray(scale, dtype=float),
            np.ascontiguousarray(settles), kept, RODAS5P.gamma, reached := np.zeros(1, dtype=np.int64),
        )  # fmt: skip
        table = tabulate(search)  # holds the arrays
        driver("seek")(table.address)
        return y, bool(reached[0])

    def read_outs(self) -> np.ndarray:
        """Every read-out of the model."""
        kernels = self._prepared.kernels
        n = kernels.LAYOUT["read_outs"]
        show = kernels.read_outs(1, self._lanes.own, range(n), METHOD)["show"]
        self.workspace.theta[0], self.workspace.shown_time[0] = 0.0, self.workspace.time[0]
        CALL(show)(self._memory.ctypes.data, None)
        return self.workspace.shown[:n, 0].copy()
