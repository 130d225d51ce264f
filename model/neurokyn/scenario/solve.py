"""A system, numbers and a schedule become a dataset; the only file that knows both halves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from neurokyn.compiler.compose import System
from neurokyn.errors import ScenarioError, SolveError, nearest
from neurokyn.language.module import CLOCK_START
from neurokyn.language.units import conversion_factor
from neurokyn.scenario.lanes import ABSOLUTE_SHARE, follow_people
from neurokyn.scenario.prepare import Prepared
from neurokyn.scenario.schedule import Arrays, Schedule
from neurokyn.solver.batch import Results
from neurokyn.solver.problem import Kernels, Problem, Solution, Timeline, explain

NO_START = 4  # result code of a person without a steady state or a closed day


@dataclass(frozen=True)
class Course:
    """What one person did over time.

    Parameters
    ----------
    time : ndarray, shape (n_times,)
        Hours.
    shown : sequence of int
        Positions in `System.read_outs` of what was read out.
    values : ndarray, shape (n_times, n_shown)
        Read-outs; NaN after a failure.
    end : ndarray, shape (n_states,)
        The state where the integration stopped.
    code, steps, rejected : int
        Result code and counters of the solver.
    reason : str
        What happened, if it failed.
    """

    time: np.ndarray
    shown: Sequence[int]
    values: np.ndarray
    end: np.ndarray
    code: int
    steps: int
    rejected: int
    reason: str


def problem(prepared: Prepared) -> Problem:
    """The kernels and sizes the solver needs."""
    k, layout = prepared.kernels, prepared.kernels.LAYOUT
    return Problem(
        Kernels(k.rhs, k.linearise, k.factor, k.solve, k.observe),
        layout["states"],
        layout["jacobian"],
        layout["elimination"],
        layout["read_outs"],
    )


def timeline(prepared: Prepared, schedule: Schedule, duration: float, clock: float) -> Timeline:
    """A schedule as the solver's arrays.

    Parameters
    ----------
    prepared : Prepared
        A system with numbers.
    schedule : Schedule
        Boluses and levels.
    duration : float
        Hours.
    clock : float
        Time of day at t = 0, in h.

    Returns
    -------
    Timeline
        Boundaries, drives and jumps.
    """
    arrays = arrays_of(prepared, schedule, duration, clock)
    if arrays.changes or any(arrays.jump_choice):
        raise ScenarioError("this schedule holds choices", fix="build its timeline with `timeline_with_choices`")
    return as_timeline(prepared, arrays)


def arrays_of(prepared: Prepared, schedule: Schedule, duration: float, clock: float) -> Arrays:
    """A schedule as arrays, in the order of a system's drives and states."""
    system = prepared.system
    rests = prepared.rests.copy()
    rests[system.drive_names.index(str(CLOCK_START.value))] = clock
    return schedule.to_arrays(system.drive_names, rests.tolist(), system.state_names, duration)


def as_timeline(prepared: Prepared, arrays: Arrays) -> Timeline:
    """Arrays as the solver's timeline: jumps in the units of the states."""
    system = prepared.system
    amounts = np.array(
        [
            amount * conversion_factor(unit, system.states[k].symbol.unit)
            for amount, unit, k in zip(arrays.jump_amount, arrays.jump_unit, arrays.jump_state, strict=True)
        ],
        dtype=float,
    )
    return Timeline(arrays.starts, arrays.drives, arrays.jump_first, arrays.jump_state, amounts, arrays.classes)


def follow(
    prepared: Prepared,
    start: np.ndarray,
    events: Timeline,
    times: np.ndarray,
    *,
    rtol: float = 1e-6,
    shown: Sequence[int] | None = None,
) -> Course:
    """Integrate one person and read them out.

    Parameters
    ----------
    prepared : Prepared
        A system with numbers.
    start : ndarray, shape (n_states,)
        State at the first boundary.
    events : Timeline
        Boundaries, drives and jumps.
    times : ndarray, shape (n_times,)
        When to read out, in h; any number of points gives the same steps.
    rtol : float
        Relative tolerance; the absolute one follows from each state's typical size.
    shown : sequence of int, optional
        Positions in `System.read_outs`; all if not given.

    Returns
    -------
    Course
        Read-outs, and the code and reason if the integration failed.
    """
    wanted = range(prepared.kernels.LAYOUT["read_outs"]) if shown is None else shown
    found = follow_people(
        prepared.kernels,
        prepared.constants[None],
        np.asarray(start, dtype=float)[None],
        prepared.absolute_scale[None],
        events,
        times,
        wanted,
        rtol=rtol,
    )
    code, steps, rejected = int(found.code[0]), int(found.steps[0]), int(found.rejected[0])
    reason = "" if code == 0 else explain(one_of(found, 0), prepared.system.state_names)
    return Course(times, wanted, found.outputs[0], found.ends[0], code, steps, rejected, reason)


def one_of(found: Results, k: int) -> Solution:
    """What came of one person among many."""
    code, steps, rejected, worst = (int(x[k]) for x in (found.code, found.steps, found.rejected, found.worst))
    return Solution(found.outputs[k], found.ends[k], float(found.t_end[k]), code, steps, rejected, worst, found.made[k])


def nothing(prepared: Prepared, times: np.ndarray, reason: str, shown: Sequence[int]) -> Course:
    """The course of a person who could not be started."""
    values = np.full((len(times), len(shown)), np.nan)
    return Course(times, shown, values, prepared.starts, NO_START, 0, 0, reason)


def chosen(system: System, only: Sequence[str]) -> list[int]:
    """Positions of the read-outs asked for; states and declared read-outs if none are.

    Raises
    ------
    ScenarioError
        If a name is unknown; names the nearest.
    """
    names = [r.name for r in system.read_outs]
    if not only:
        return [k for k, r in enumerate(system.read_outs) if r.kind in ("state", "observe")]
    wrong = [name for name in only if name not in names]
    if wrong:
        raise ScenarioError(f"no read-out '{wrong[0]}'{nearest(wrong[0], names)}")
    return [names.index(name) for name in only]


def to_dataset(prepared: Prepared, course: Course) -> xr.Dataset:
    """A course as a dataset: one variable per read-out, with units.

    Parameters
    ----------
    prepared : Prepared
        A system with numbers.
    course : Course
        From `follow`.

    Returns
    -------
    xarray.Dataset
        Dimension `time` in hours; status, steps and reason as variables.
    """
    system, units = prepared.system, prepared.kernels.units
    variables = {
        system.read_outs[k].name: (
            "time",
            course.values[:, column],
            {"units": units[k], "long_name": system.read_outs[k].description or system.read_outs[k].name},
        )
        for column, k in enumerate(course.shown)
    }
    single = {
        "status": (course.code, "0 done, else the solver's result code"),
        "steps": (course.steps, "accepted steps"),
        "rejected": (course.rejected, "rejected steps"),
        "reason": (course.reason, "why the integration stopped early"),
    }
    more = {name: ((), value, {"long_name": text}) for name, (value, text) in single.items()}
    return xr.Dataset(variables | more, coords={"time": ("time", course.time, {"units": "h", "long_name": "time"})})


__all__ = [
    "ABSOLUTE_SHARE",
    "Course",
    "SolveError",
    "chosen",
    "follow",
    "nothing",
    "one_of",
    "problem",
    "timeline",
    "to_dataset",
]
