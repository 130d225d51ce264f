"""How cost grows: with people, weeks, states and threads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from statistics import median

import numpy as np

from benchmarks import crowd, ours
from benchmarks.bar import TARGETS
from benchmarks.clock import processor_seconds, wall_seconds
from benchmarks.contender import Contender
from benchmarks.race import Heat, Tell, enter, explore
from benchmarks.sizes import chain_people, chain_work
from benchmarks.work import Work, as_many, drawn_people, scenario_work

PEOPLE = (10, 100, 1_000, 10_000, 100_000)
MANY = 10_000  # from here on people are read out at few visits
VISITS = 5
WEEKS = (4, 8, 16, 32, 52)
STATES = (20, 40, 80, 160)
RTOL = crowd.RTOL
LONGEST = 150.0  # s of wall that one point may take, by what the last cost


@dataclass
class Scaling:
    """Seconds by what grows."""

    people: dict[int, float] = field(default_factory=dict)
    weeks: dict[int, float] = field(default_factory=dict)
    states: dict[str, dict[int, float]] = field(default_factory=dict)
    segments: dict[int, int] = field(default_factory=dict)
    weak: dict[int, float] = field(default_factory=dict)


def scaling(arm: str, drawn: int, peers: Sequence[Contender], tell: Tell) -> Scaling:
    """Everything."""
    found = Scaling()
    _people(found, arm, drawn, tell)
    _weeks(found, arm, drawn, tell)
    _weak(found, arm, drawn, tell)
    for states in STATES:
        _states(found, states, peers, tell)
    return found


def _people(found: Scaling, arm: str, drawn: int, tell: Tell) -> None:
    """Processor seconds a person, six read-outs: every hour, or at visits where there are very many."""
    work, last = scenario_work(arm), 0.0
    visits = np.linspace(0.0, work.hours, VISITS)
    first = as_many(drawn_people(arm, drawn), PEOPLE[0])
    ours.together(work, first, RTOL, crowd.six(work), kind=np.float32)  # makes the kernels
    for count in PEOPLE:
        if last * count > LONGEST:
            tell(f"{count} people: left out, about {last * count:.0f} s")
            continue
        many = count >= MANY
        this = Work(work.label, work.body, work.events, visits if many else work.times)
        people = as_many(drawn_people(arm, drawn), count)
        shown = crowd.six(work)
        seconds, _ = processor_seconds(partial(ours.together, this, people, RTOL, shown, kind=np.float32))
        found.people[count] = last = seconds / count
        tell(f"{count} people: {1e3 * last:.3g} ms each")


def _weeks(found: Scaling, arm: str, drawn: int, tell: Tell) -> None:
    people = as_many(drawn_people(arm, drawn), 128)
    for weeks in WEEKS:
        work = scenario_work(arm, weeks)
        seconds, _ = processor_seconds(partial(ours.together, work, people, RTOL, crowd.six(work), kind=np.float32))
        found.weeks[weeks] = seconds / len(people)
        tell(f"{weeks} weeks: {1e3 * found.weeks[weeks]:.3g} ms each")


def _weak(found: Scaling, arm: str, drawn: int, tell: Tell) -> None:
    """Wall seconds as people and threads grow together."""
    work = scenario_work(arm)
    for count in (1, 2):
        people = as_many(drawn_people(arm, drawn), 500 * count)
        carry = partial(ours.together, work, people, RTOL, crowd.six(work), threads=count, kind=np.float32)
        found.weak[count] = median(wall_seconds(carry)[0] for _ in range(3))
    tell(f"twice the people on twice the threads: {found.weak[2] / found.weak[1]:.3g} times as long")


def _states(found: Scaling, states: int, peers: Sequence[Contender], tell: Tell) -> None:
    """Seconds a person at the looser error, ours and the peers that take any system."""
    work = chain_work(states)
    people = chain_people(work, 64)
    found.segments[states] = work.segments
    heat = Heat(work, people[:4], people, 1)
    able = [each for each in (*ours.MANY[:1], *peers) if not each.missing()]
    for contender in able:
        entry = enter(contender, work, people)
        explore(heat, [entry], TARGETS[:1], lambda text: tell(f"{states} states, {text}"))
        found.states.setdefault(contender.name, {})[states] = heat.cost(contender.name, TARGETS[0])
