"""Where runs are made: people at t = 0 and runs are kept, so that a slider costs only what it changes."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Generic, TypeVar

import numpy as np
import xarray as xr

from neurokyn.errors import SolveError
from neurokyn.lab.controls import BY_FIELD
from neurokyn.lab.person import Person, Wish, find_person
from neurokyn.lab.state import LabError, State, planned
from neurokyn.scenario.events import Spans, events
from neurokyn.scenario.prepare import Prepared
from neurokyn.scenario.scenario import Output, Scenario
from neurokyn.scenario.solve import chosen, follow, timeline, to_dataset
from neurokyn.solver.problem import Timeline

RTOL = 1e-4
PEOPLE, RUNS, PLANS = 64, 48, 32  # kept
FINEST = 1 / 60  # h between points of a run in a window
MOST_POINTS = 6000  # of one run
Value = TypeVar("Value")


@dataclass(frozen=True)
class Run:
    """What became of a person.

    Parameters
    ----------
    state : State
        What was asked for.
    data : xarray.Dataset
        Dimension `time` (h); one variable per read-out with `units`; `title` and `events` in `attrs`.
    person : Person
        At t = 0.
    scenario : Scenario
        What was run.
    solver_ms, total_ms : float
        Milliseconds in the solver (the person's start included), and altogether; 0 and 0 for a run that was kept.
    """

    state: State
    data: xr.Dataset
    person: Person
    scenario: Scenario
    solver_ms: float
    total_ms: float


class Kept(Generic[Value]):
    """The values used last, by key; for many threads."""

    def __init__(self, most: int) -> None:
        self._most, self._values, self._lock = most, OrderedDict[object, Value](), Lock()

    def get(self, key: object) -> Value | None:
        """The value of a key, if it is kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: object, value: Value) -> None:
        """Keep a value; the one not used for longest goes."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)

    def last(self, like: object) -> Value | None:
        """The value used last whose key begins like this."""
        with self._lock:
            keys = (key for key in reversed(self._values) if isinstance(key, tuple) and key[0] == like)
            found = next(keys, None)
            return None if found is None else self._values[found]


class Bench:
    """Runs what the controls say; safe to be used by many threads.

    Examples
    --------
    >>> bench = Bench()
    >>> run = bench.run(State(drug="escitalopram"), ["mood.depression"])
    >>> float(run.data["mood.depression"][-1]) < float(run.data["mood.depression"][0])
    True
    """

    def __init__(self) -> None:
        self._people = Kept[Person](PEOPLE)
        self._runs = Kept[Run](RUNS)
        self._treatments = Kept[tuple[Timeline, Spans]](PLANS)

    def person(self, wish: Wish) -> Person:
        """The person of a wish at t = 0, found from the last one of the same phenotype.

        Raises
        ------
        SolveError
            If there is no such person.
        """
        found = self._people.get(wish)
        if found is None:
            near = self._people.last(wish.phenotype)
            found = find_person(wish, near)
            self._people.put(wish, found)
        return found

    def run(self, state: State, read_outs: Sequence[str] = (), window: tuple[float, float] | None = None) -> Run:
        """What becomes of a person.

        Parameters
        ----------
        state : State
            What the controls say.
        read_outs : sequence of str
            Names to report; every state and declared read-out if none are given.
        window : (float, float), optional
            From when to when (h), as finely as every minute; the whole course by the hour if not given.

        Returns
        -------
        Run
            The course; kept, so that the same question costs nothing twice.

        Raises
        ------
        LabError
            If it would last too long, or the window makes no sense.
        ScenarioError
            If a read-out is unknown; names the nearest.
        SolveError
            If the integration fails.
        """
        key = (state, tuple(read_outs), window)
        kept = self._runs.get(key)
        if kept is not None:
            return replace(kept, solver_ms=0.0, total_ms=0.0)
        most = BY_FIELD["weeks"].most
        if not 0 < state.weeks <= most:
            raise LabError(f"{state.weeks:g} weeks are out of reach", fix=f"choose up to {most:g} weeks")
        began = time.perf_counter()
        person = self.person(state.wish)
        found_person = time.perf_counter()
        made = self._follow(state, person, read_outs, window)
        spent = made.solver_ms + 1e3 * (found_person - began)
        done = replace(made, solver_ms=spent, total_ms=1e3 * (time.perf_counter() - began))
        self._runs.put(key, done)
        return done

    def _follow(
        self, state: State, person: Person, read_outs: Sequence[str], window: tuple[float, float] | None
    ) -> Run:
        """The course of somebody; `solver_ms` is the integration alone."""
        plan, prepared = planned(state, person.numbers), person.prepared
        plan = replace(plan, output=_output(plan, window))
        times = reported(plan, window)
        shown = chosen(prepared.system, read_outs)
        happens, marked = self._treatment(plan, prepared, float(times[-1]) if window else plan.hours)
        began = time.perf_counter()
        course = follow(prepared, person.day.state, happens, times, rtol=RTOL, shown=shown)
        spent = 1e3 * (time.perf_counter() - began)
        if course.code:
            raise SolveError(course.reason)
        data = to_dataset(prepared, course).assign_attrs(title=plan.title, events={"": marked})
        return Run(state, data, person, plan, spent, spent)

    def _treatment(self, plan: Scenario, prepared: Prepared, until: float) -> tuple[Timeline, Spans]:
        """What happens, expanded once for everybody to whom the same is done."""
        key = (plan.items, plan.hours, until, prepared.rests.tobytes())
        found = self._treatments.get(key)
        if found is None:
            schedule = plan.schedule()
            happens = timeline(prepared, schedule, until, plan.context.clock)
            found = happens, events(schedule, plan.hours)
            self._treatments.put(key, found)
        return found


def _output(plan: Scenario, window: tuple[float, float] | None) -> Output:
    """What is reported, as a scenario says it."""
    if window is None:
        return Output()
    start, stop = window
    if not 0.0 <= start < stop <= plan.hours + 1e-9:
        raise LabError(f"{start:g} to {stop:g} h lies outside the course", fix=f"choose within 0 to {plan.hours:g} h")
    every = max(FINEST, (stop - start) / MOST_POINTS)
    return Output(every=every, start=start)


def reported(plan: Scenario, window: tuple[float, float] | None) -> np.ndarray:
    """The times reported (h): those of the scenario, as far as the window goes."""
    times = np.array(plan.times())
    return times if window is None else times[times <= window[1] + 1e-9]
