"""People of one phenotype as plain arrays, and their states at t = 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

import numpy as np

from neurokyn.errors import ModelError, SolveError
from neurokyn.population.entry import standing
from neurokyn.population.natural_course import Entry
from neurokyn.population.people import People
from neurokyn.population.resting import Body, body, is_ill
from neurokyn.population.switches import Switches
from neurokyn.scenario.lanes import follow_people
from neurokyn.scenario.orbit import daily_orbit
from neurokyn.scenario.prepare import Prepared
from neurokyn.scenario.scenario import Scenario
from neurokyn.scenario.schedule import Schedule
from neurokyn.scenario.solve import timeline
from neurokyn.scenario.steady import steady_state
from neurokyn.solver.problem import Timeline

DAY = 24.0
RUN_IN = 3  # days of meals before t = 0, after which what was eaten no longer remembers how it was started
SEVERITY = "mood.severity"


@dataclass(frozen=True)
class Cohort:
    """People of one phenotype as plain arrays."""

    body: Body
    people: People
    numbers: np.ndarray
    names: tuple[str, ...]
    values: np.ndarray
    stands: Entry


def cohort_of(phenotype: str, people: People, seed: int, on: Switches) -> Cohort:
    """A cohort as plain arrays: what every job reads."""
    values = np.column_stack([people.data[name].values for name in people.parameters]).astype(float)
    ups_and_downs = on if is_ill(phenotype) else replace(on, natural_course=False)
    return Cohort(
        body(phenotype),
        people,
        people.data["person"].values.astype(int),
        tuple(people.parameters),
        values,
        standing(people.data, seed, ups_and_downs),
    )


def with_settings(cohort: Cohort, settings: Sequence[tuple[str, float | str]]) -> Cohort:
    """The cohort with numbers changed: in proportion where people differ, else for all."""
    names, values, table = list(cohort.names), cohort.values.copy(), cohort.body.table
    for name, value in settings:
        new = table.with_values({name: value})[name].value
        if name not in names:
            names.append(name)
            values = np.column_stack([values, np.full(len(values), new)])
            continue
        old, place = table[name].value, names.index(name)
        values[:, place] = values[:, place] * (new / old) if old else values[:, place] + new
    return replace(cohort, names=tuple(names), values=values)


@cache
def _closing(phenotype: str, day: Schedule, clock: float) -> tuple[np.ndarray, np.ndarray, Timeline]:
    """From the fixed point of a phenotype to its closed day: factors, and what is added where a state rests at 0."""
    own = body(phenotype).prepared
    ordinary = timeline(own, day, DAY, clock)
    fixed, closed = steady_state(own), daily_orbit(own, ordinary)
    large = np.abs(fixed) > 1e-3 * own.absolute_scale
    return np.where(large, closed / np.where(large, fixed, 1.0), 1.0), np.where(large, 0.0, closed - fixed), ordinary


class Started(NamedTuple):
    """Those of some people who have a closed day, at t = 0, one row each."""

    people: list[int]
    constants: np.ndarray
    states: np.ndarray
    scales: np.ndarray
    own: np.ndarray


def start_people(phenotype: str, cohort: Cohort, part: range, scenario: Scenario, rtol: float, threads: int) -> Started:
    """People at t = 0: after some days of meals near their closed day, where ups and downs have brought them."""
    factor, added, day = _closing(phenotype, scenario.ordinary_day(), scenario.context.clock)
    bodies: dict[int, tuple[Prepared, np.ndarray]] = {}
    for k in part:
        try:
            own = cohort.body.of(dict(zip(cohort.names, cohort.values[k].tolist(), strict=True)))
            bodies[k] = own, steady_state(own) * factor + added
        except SolveError:
            continue
        if not np.array_equal(own.rests, cohort.body.prepared.rests):
            raise ModelError("a drive that rests at a value of the person's own is not supported in a trial")
    kernels, system = cohort.body.prepared.kernels, cohort.body.prepared.system
    differ = kernels.depend_on(cohort.names)
    who, n = list(bodies), len(system.states)
    constants = np.array([bodies[k][0].constants for k in who]).reshape(len(who), kernels.LAYOUT["constants"])
    states = np.array([bodies[k][1] for k in who]).reshape(-1, n)
    scales = np.array([bodies[k][0].absolute_scale for k in who]).reshape(-1, n)
    for _ in range(RUN_IN if who else 0):
        run_in = follow_people(
            kernels, constants, states, scales, day, np.empty(0), (), rtol=rtol, own=differ, threads=threads
        )
        states = run_in.ends
    states[:, system.state_names.index(SEVERITY)] += cohort.stands.settled[who]
    return Started(who, constants, states, scales, differ)
