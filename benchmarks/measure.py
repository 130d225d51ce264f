"""Everything the bar rests on, measured."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks import crowd, errors, ours
from benchmarks.bar import TARGETS, Row, best, ratio
from benchmarks.clock import machine
from benchmarks.contender import Contender
from benchmarks.peak import peak_flops
from benchmarks.peers import roadrunner_cvode
from benchmarks.race import Entry, Heat, Tell, again, descend, enter, explore, follow
from benchmarks.starts import Starts, starts
from benchmarks.work import Work, as_many, drawn_people, scenario_work, typical_person

LEAST_ERROR = 3e-7  # where the ladders of the full run end


@dataclass(frozen=True)
class Size:
    """How much is measured.

    Parameters
    ----------
    people : int
        Whose errors count.
    typical_too : bool
        Whether the typical person is one of them, which saves their runs.
    drawn : int
        Different people in a crowd.
    crowd : int
        People carried together in the race.
    throng : int
        People carried together for threads and the share of the peak.
    per_decade : int
        Tolerances in a power of ten.
    single_rounds, rounds : int
        Further rounds of one person, and of people.
    ladders : bool
        Whether whole ladders are run, for the pictures.
    """

    people: int
    typical_too: bool
    drawn: int
    crowd: int
    throng: int
    per_decade: int
    single_rounds: int
    rounds: int
    ladders: bool


QUICK = Size(
    people=4, typical_too=True, drawn=16, crowd=64, throng=400, per_decade=1, single_rounds=0, rounds=0, ladders=False
)
BRIEF = Size(
    people=4, typical_too=True, drawn=64, crowd=256, throng=1000, per_decade=1, single_rounds=1, rounds=1, ladders=True
)
FULL = Size(
    people=16,
    typical_too=False,
    drawn=250,
    crowd=1000,
    throng=1000,
    per_decade=2,
    single_rounds=4,
    rounds=2,
    ladders=True,
)


@dataclass
class Race:
    """One arm: who took part, one person's heat and that of people."""

    work: Work
    entries: list[Entry]
    single: Heat
    people: Heat
    absent: dict[str, str] = field(default_factory=dict)

    def costs(self, heat: Heat, names: Sequence[str], target: float) -> dict[str, float]:
        """Seconds a person at an error."""
        return {name: heat.cost(name, target) for name in names}

    @property
    def peers(self) -> list[str]:
        """Those that are not ours."""
        own = {each.name for each in (*ours.SINGLE, *ours.MANY)}
        return [entry.name for entry in self.entries if entry.name not in own]


def race(arm: str, peers: Sequence[Contender], size: Size, tell: Tell) -> Race:
    """Everyone who can take part, on one arm."""
    work, typical = scenario_work(arm), typical_person(arm)
    drawn = [typical] * size.typical_too + drawn_people(arm, size.drawn, tell)
    single, everyone = Heat(work, [typical], [typical], size.per_decade), as_many(drawn, size.crowd)
    absent, entries = dict[str, str](), list[Entry]()
    for contender in dict.fromkeys((*ours.SINGLE, *ours.MANY, *peers)):
        if reason := contender.missing():
            absent[contender.name] = reason
            tell(f"{contender.name}: left out, {reason}")
            continue
        try:
            entries.append(enter(contender, work, everyone))
        except Exception as problem:  # a peer that cannot be set up is left out, and said to be
            absent[contender.name] = f"set-up failed, {type(problem).__name__}: {problem}"
            tell(f"{contender.name}: left out, {absent[contender.name][:200]}")
    people = Heat(work, drawn[: size.people], everyone, size.per_decade, single if size.typical_too else None)
    found = Race(work, entries, single, people, absent)
    _run(found, size, tell)
    return found


def _run(found: Race, size: Size, tell: Tell) -> None:
    own = {each.name for each in ours.SINGLE}
    alone = [entry for entry in found.entries if entry.name in own or entry.name in found.peers]
    many = [each.name for each in ours.MANY]
    several = [entry for entry in found.entries if entry.name in many or entry.name in found.peers]
    tell(f"{found.work.label}: one person")
    guesses = explore(found.single, alone, TARGETS, tell)
    again(found.single, alone, TARGETS, size.single_rounds)
    tell(f"{found.work.label}: {size.people} people")
    middle = guesses[ours.SINGLE[0].name]
    follow(found.people, several, TARGETS, {entry.name: guesses.get(entry.name, middle) for entry in several}, tell)
    if size.ladders:
        for entry in several:
            descend(found.people, entry, LEAST_ERROR)
    again(found.people, several, TARGETS, size.rounds)


@dataclass
class Findings:
    """All that was measured; what was not is None."""

    machine: dict[str, object]
    races: dict[str, Race] = field(default_factory=dict)
    threads: crowd.Threads | None = None
    peak: float = math.nan
    achieved: float = math.nan
    flops_of_step: int = 0
    starts: Starts | None = None
    kilobytes: float = math.nan
    reference_gap: float = math.nan
    failures: dict[str, str] = field(default_factory=dict)


def measure(arms: Sequence[str], peers: Sequence[Contender], size: Size, tell: Tell) -> Findings:
    """Measure all that the bar asks for."""
    found = Findings(machine())
    for arm in arms:
        found.races[arm] = race(arm, peers, size, tell)
    first = found.races[arms[0]]
    everyone = as_many(drawn_people(arms[0], size.drawn), size.throng)
    tell("threads, peak, memory, starts")

    def attempt(what: str, part: Callable[[], None]) -> None:
        """One part; if it fails, the others still count."""
        try:
            part()
        except Exception as problem:
            found.failures[what] = f"{type(problem).__name__}: {problem}"
            tell(f"{what}: {found.failures[what][:300]}")

    def use_of_the_core() -> None:
        found.flops_of_step = crowd.flops_of_step(first.work, everyone)
        found.achieved, found.peak = crowd.achieved_flops(first.work, everyone), peak_flops()

    def by_threads() -> None:
        if (os.cpu_count() or 1) < 2:
            raise ArithmeticError("one core only")
        found.threads = crowd.threads(first.work, everyone, 3)

    def memory() -> None:
        found.kilobytes = crowd.memory_of_a_person(first.work, everyone)

    def first_results() -> None:
        found.starts = starts()

    def radau() -> None:
        found.reference_gap = errors.gap_to_radau(first.work, first.single.people[0])

    crowd.together(first.work, everyone[:16], crowd.RTOL, crowd.six(first.work), kind=np.float32)  # compiles it
    attempt("peak", use_of_the_core)
    attempt("threads", by_threads)
    attempt("memory", memory)
    attempt("starts", first_results)
    attempt("radau", radau)
    return found


def rows(found: Findings) -> list[Row]:
    """The bar, from what was measured on the first arm."""
    first = next(iter(found.races.values()))
    names, single, many = first.peers, ours.SINGLE[0].name, ours.MANY[0].name
    crowd_size = len(first.people.crowd)
    thousand = "1,000 people" + ("" if crowd_size == 1000 else f" ({crowd_size} of them)") + ", one core"
    result = []
    for heat, own, words, must, aim in (
        (first.single, single, "one simulation, whole call, beside the best peer", 11.0, 16.0),
        (first.people, many, f"{thousand}, beside the best peer", 40.0, 60.0),
    ):
        for target in TARGETS:
            name, theirs = best(first.costs(heat, names, target))
            measured = ratio(theirs, heat.cost(own, target))
            result.append(Row(f"{words}, error {target:g}" + (f" ({name})" if name else ""), must, aim, measured))
    runner = roadrunner_cvode.PEER.name
    for target in TARGETS:
        measured = ratio(first.people.cost(runner, target), first.people.cost(many, target))
        words = f"{thousand}, beside libRoadRunner, error {target:g}"
        result.append(Row(words, 50.0, 80.0, measured, why=first.absent.get(runner, "")))
    gain, why = found.threads.gain if found.threads else math.nan, found.failures
    result.append(Row("one thread to two, many people", 1.85, 1.95, gain, why=why.get("threads", "")))
    share = 100.0 * found.achieved / found.peak
    result.append(Row("share of one core's peak, many people", 35.0, 50.0, share, "%", why=why.get("peak", "")))
    kept, fresh = (found.starts.usual, found.starts.nothing_kept) if found.starts else (math.nan, math.nan)
    for words, must, aim, seconds in (
        ("first result in a new process, kernels kept", 0.8, 0.4, kept),
        ("first result ever, nothing kept", 6.0, 3.0, fresh),
    ):
        result.append(Row(words, must, aim, seconds, "s", less=True, why=why.get("starts", "")))
    words = "memory for each further person, six hourly read-outs"
    result.append(Row(words, 130.0, 65.0, found.kilobytes, "kB", less=True, why=why.get("memory", "")))
    return result
