"""The work: one arm of a scenario, and the people who go through it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from neurokyn.compiler.parameters import Table, params_dir
from neurokyn.compiler.store import fingerprint, store_directory
from neurokyn.population.people import draw_people
from neurokyn.scenario.model import standard_model
from neurokyn.scenario.orbit import daily_orbit
from neurokyn.scenario.prepare import Prepared, prepare
from neurokyn.scenario.reading import read_scenario
from neurokyn.scenario.scenario import Scenario
from neurokyn.scenario.simulate import person
from neurokyn.scenario.solve import ABSOLUTE_SHARE, timeline
from neurokyn.solver.problem import Timeline

SCENARIO, PHENOTYPE = "running-vs-escitalopram", "mdd"
SEED = 1
WEEK = 168.0  # h


@dataclass(frozen=True)
class Person:
    """One person: parameters in the order and units of the system, what follows from them alone, state at t = 0."""

    parameters: np.ndarray
    constants: np.ndarray
    start: np.ndarray


@dataclass(frozen=True)
class Work:
    """What every contender is given: a system, what happens when, and when to read out all states.

    `body` is the typical person; contenders take sizes and kernels from it, never a person's numbers.
    """

    label: str
    body: Prepared
    events: Timeline
    times: np.ndarray

    @property
    def states(self) -> int:
        """How many states."""
        return len(self.body.system.states)

    @property
    def segments(self) -> int:
        """Smooth stretches between boundaries."""
        return len(self.events.drives)

    @property
    def hours(self) -> float:
        """From the first boundary to the last."""
        return float(self.events.starts[-1] - self.events.starts[0])

    @property
    def sizes(self) -> np.ndarray:
        """Absolute tolerance of each state as a share of rtol, which every method that can is given."""
        return ABSOLUTE_SHARE * self.body.absolute_scale

    def beginning(self, segments: int) -> Work:
        """The first so many segments, for methods too slow for all."""
        count, e = min(segments, self.segments), self.events
        last = np.full(1, e.jump_first[count])
        events = e._replace(
            starts=e.starts[: count + 1],
            drives=e.drives[:count],
            jump_first=np.concatenate([e.jump_first[:count], last]),
            classes=e.classes[:count],
        )
        return replace(self, events=events, times=self.times[self.times < events.starts[-1] - 1e-6])


def scenario_work(arm: str, weeks: float | None = None) -> Work:
    """An arm of the scenario of the README, hour by hour."""
    plan, body = read_scenario(SCENARIO), _body(arm)
    hours = plan.hours if weeks is None else weeks * WEEK
    events = timeline(body, plan.schedule(arm), hours, plan.context.clock)
    return Work(f"{SCENARIO}, arm {arm}", body, events, np.arange(0.0, hours + 0.5))


def typical_person(arm: str) -> Person:
    """The person of the scenario, from their closed day."""
    return _settled(_body(arm))


def drawn_people(arm: str, count: int, tell: Callable[[str], None] = lambda text: None) -> list[Person]:
    """People as trials draw them, each from their own closed day; kept on disk, because their days take a while."""
    kept = store_directory() / f"benchmark_{_numbers()}_{arm}.npz"
    known = _read(kept)
    if len(known) < count:
        tell(f"drawing {count} people and closing their days, about {0.4 * (count - len(known)):.0f} s")
        own = read_scenario(SCENARIO).arm(arm).set
        cohort = draw_people(count, SEED, PHENOTYPE)
        known += [_of(cohort.table(k).with_values(own)) for k in range(len(known), count)]
        _write(kept, known)
    return known[:count]


def _numbers() -> str:
    """The hash of the system, of all numbers in `params/`, and of who is drawn."""
    digest = hashlib.sha256(f"{fingerprint(standard_model())} {SEED} {PHENOTYPE}".encode())
    for file in sorted(params_dir().rglob("*.toml")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:24]


def as_many(people: Sequence[Person], count: int) -> list[Person]:
    """So many people, the same ones over again where there are fewer."""
    return [people[k % len(people)] for k in range(count)]


def _body(arm: str) -> Prepared:
    plan: Scenario = read_scenario(SCENARIO)
    return prepare(standard_model(), person(plan, arm, {}))


def _of(table: Table) -> Person:
    return _settled(prepare(standard_model(), table))


def _settled(body: Prepared) -> Person:
    plan = read_scenario(SCENARIO)
    start = daily_orbit(body, timeline(body, plan.ordinary_day(), 24.0, plan.context.clock))
    return Person(body.table.values_for(body.system.parameter_units), body.constants, start)


def _read(path: Path) -> list[Person]:
    try:
        with np.load(path) as kept:
            return [Person(*rows) for rows in zip(kept["parameters"], kept["constants"], kept["starts"], strict=True)]
    except (OSError, KeyError, ValueError):
        return []


def _write(path: Path, people: Sequence[Person]) -> None:
    np.savez(
        path,
        parameters=np.array([p.parameters for p in people]),
        constants=np.array([p.constants for p in people]),
        starts=np.array([p.start for p in people]),
    )
