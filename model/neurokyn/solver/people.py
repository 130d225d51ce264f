"""Arrays in, arrays out: many people through one timeline, in lanes and threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from neurokyn.solver.batch import Addresses, Batch, Carrying, Lanes, Results, Run, Workspace
from neurokyn.solver.kinds import tabulate, typed
from neurokyn.solver.problem import MAX_STEPS, Choices, Timeline
from neurokyn.solver.rosenbrock import CONTROL

NAMES: dict[type, str] = {np.float64: "carry", np.float32: "carry_single"}
CACHE_LINE = 64
WAIT = 0.2  # s between two looks at how far it is


class Machine(NamedTuple):
    """Kernels in lanes as the solver needs them.

    Parameters
    ----------
    width : int
        Lanes.
    addresses : Addresses
        The kernels.
    places : mapping of str to (int, int)
        First slot and number of slots of each part of the workspace.
    size : int
        Slots of a workspace.
    shared : ndarray
        Constants that are the same for everybody.
    drivers : callable
        Finds a driver by its name in `entries`: machine code that takes the address of a table (`kinds.tabulate`).
    """

    width: int
    addresses: Addresses
    places: Mapping[str, tuple[int, int]]
    size: int
    shared: np.ndarray
    drivers: Callable[[str], Callable[[int], None]]


def open_workspace(machine: Machine) -> tuple[np.ndarray, Workspace]:
    """Memory for the kernels, and views of what lies where.

    Parameters
    ----------
    machine : Machine
        Whose workspace it is.

    Returns
    -------
    ndarray, Workspace
        The memory, on a cache line, with shared constants in place; views of one column a lane.
    """
    width, length = machine.width, machine.size * machine.width
    raw = np.zeros(length + CACHE_LINE // 8)
    ahead = -raw.ctypes.data % CACHE_LINE // 8
    memory = raw[ahead : ahead + length]

    def view(name: str) -> np.ndarray:
        slot, count = machine.places[name]
        return memory[slot * width : (slot + count) * width].reshape(count, width)

    views = [view(name) for name in Workspace._fields]
    single = [v[0] if name in SINGLE else v for name, v in zip(Workspace._fields, views, strict=True)]
    at = machine.places["shared"][0] * width
    memory[at : at + len(machine.shared)] = machine.shared
    first, after = machine.places["atol"][0] * width, machine.places["state"][0] * width
    memory[first:after] = 1.0  # padding is divided by, too
    return memory, Workspace(*single)


SINGLE = Workspace._fields[: Workspace._fields.index("atol")]


def carry_people(
    machine: Machine,
    batch: Batch,
    timeline: Timeline,
    choices: Choices,
    times: np.ndarray,
    *,
    rtol: float,
    outputs: np.ndarray,
    threads: int = 1,
    max_steps: int = MAX_STEPS,
    watch: Callable[[int], None] | None = None,
) -> Results:
    """Integrate everybody through a timeline.

    Parameters
    ----------
    machine : Machine
        Kernels; its `show` gives what goes into `outputs`, its `ask` what choices ask for.
    batch : Batch
        The people.
    timeline, choices
        What happens, and what of it is chosen; `read_out` of the choices is a position in what `ask` gives.
    times : ndarray, shape (n_times,)
        When to read out, in h, increasing; they never change the steps.
    rtol : float
        Relative tolerance.
    outputs : ndarray, shape (n_people, n_times, n_read_outs)
        Receives the read-outs; float64 or float32; NaN where a person fails.
    threads : int
        How many; results do not depend on it.
    max_steps : int
        Accepted and rejected steps after which a person is given up.
    watch : callable, optional
        Told now and then how many people have been begun.

    Returns
    -------
    Results
        Codes, ends and counts of everybody.
    """
    n, n_states = batch.starts.shape
    if outputs.dtype.type not in NAMES or outputs.shape[:2] != (n, len(times)):
        raise ValueError(f"outputs of {outputs.dtype} {outputs.shape} cannot hold {n} people at {len(times)} times")
    drive = machine.drivers(NAMES[outputs.dtype.type])
    outputs[...] = np.nan
    made = np.full((n, len(choices.condition_first) - 1), -1, dtype=np.int8)
    code, steps, rejected, worst = (np.zeros(n, dtype=np.int64) for _ in range(4))
    results = Results(outputs, np.full((n, n_states), np.nan), np.zeros(n), code, steps, rejected, worst, made)
    if n == 0:
        return results
    queue = np.zeros(1, dtype=np.int64)
    run = Run(
        machine.addresses, machine.width, typed(timeline), typed(choices), typed(batch),
        np.ascontiguousarray(times, dtype=float), results, queue, n, max_steps, CONTROL,
    )  # fmt: skip
    classes = int(timeline.classes.max()) + 1
    failures: list[BaseException] = []

    def work() -> None:
        try:
            memory, workspace = open_workspace(machine)
            workspace.rtol[:] = rtol
            lanes = _fresh_lanes(machine.width, classes)
            table = tabulate(Carrying(run, lanes, workspace, memory.ctypes.data))  # holds the arrays
            drive(table.address)
        except BaseException as problem:
            failures.append(problem)

    others = [threading.Thread(target=work) for _ in range(min(threads, -(-n // machine.width)) - (watch is None))]
    for other in others:
        other.start()
    if watch is None:
        work()
    try:
        for other in others:
            while other.is_alive():
                other.join(WAIT)
                if watch is not None:
                    watch(min(int(queue[0]), n))
    except BaseException:
        queue[0] = n  # whoever is being carried is brought to the end; nobody else is begun
        raise
    if failures:
        raise failures[0]
    return results


def _fresh_lanes(width: int, classes: int) -> Lanes:
    """Lanes that carry nobody."""
    blank = [np.zeros(width) for _ in Lanes._fields]
    return typed(Lanes(*blank)._replace(remembered=np.zeros((width, classes))))
