"""The race: every contender down a ladder of tolerances, errors and times of the same people."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from statistics import median

import numpy as np

from benchmarks import errors
from benchmarks.clock import processor_seconds, wall_seconds
from benchmarks.contender import Contender, Run
from benchmarks.work import Person, Work

TIGHTEST, WIDEST = 1e-12, 1e-2  # tolerances tried at most
GUESS = 1e-6  # where the search for the tolerance of a target begins
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Entry:
    """A contender that is set up.

    `work` is what it really does; its times are multiplied by `scale` where that is only the beginning.
    """

    contender: Contender
    work: Work
    run: Run
    scale: float
    setup_seconds: float

    @property
    def name(self) -> str:
        """The contender's."""
        return self.contender.name


def enter(contender: Contender, work: Work, crowd: Sequence[Person]) -> Entry:
    """Set a contender up and let it compile what it compiles."""
    part = work.beginning(contender.segments) if contender.segments else work

    def prepared() -> Run:
        run = contender.setup(part)
        attempt(run, crowd if contender.together else crowd[:1], contender.loosest)
        return run

    seconds, run = wall_seconds(prepared)
    return Entry(contender, part, run, work.hours / part.hours, seconds)


def attempt(run: Run, people: Sequence[Person], rtol: float) -> tuple[list[np.ndarray], str]:
    """Courses, and why there are none."""
    try:
        return list(run(people, rtol)), ""
    except Exception as problem:  # a peer may fail in any way; that is a result, not the end of the benchmark
        return [], f"{type(problem).__name__}: {problem}"


@dataclass
class Point:
    """One contender at one tolerance: the error of each person, seconds a person in each round, why it failed."""

    rtol: float
    errors: list[float] = field(default_factory=list)
    rounds: list[list[float]] = field(default_factory=list)
    failure: str = ""

    @property
    def error(self) -> float:
        """The 95th percentile over people; infinite if it failed."""
        return float("inf") if self.failure or not self.errors else errors.high(self.errors)

    @property
    def seconds(self) -> float:
        """For a person: the mean over people of the medians over rounds."""
        return (
            float(np.mean([median(each) for each in zip(*self.rounds, strict=True)])) if self.rounds else float("nan")
        )


class Heat:
    """The same people for every contender.

    Parameters
    ----------
    work : Work
        What is to be done.
    people : sequence of Person
        Whose errors count.
    crowd : sequence of Person
        Whom a contender that takes many together is given; the first of them are `people`.
    per_decade : int
        Tolerances tried in each power of ten.
    known : Heat, optional
        A heat of the first of the people alone, whose runs need not be done again.
    """

    def __init__(
        self, work: Work, people: Sequence[Person], crowd: Sequence[Person], per_decade: int, known: Heat | None = None
    ) -> None:
        self.people, self.crowd, self.per_decade = list(people), list(crowd), per_decade
        self.known = known
        self.exact = [errors.reference(work, each) for each in people]
        self.points: dict[str, dict[float, Point]] = {}

    def visit(self, entry: Entry, rtol: float) -> Point:
        """One more round of a contender at a tolerance."""
        known = self.points.setdefault(entry.name, {})
        point = known.setdefault(rtol, Point(rtol))
        if not point.failure:
            (self._together if entry.contender.together else self._apart)(entry, point)
        return point

    def _apart(self, entry: Entry, point: Point) -> None:
        spent, first = list[float](), not point.rounds
        kept = self.known.points.get(entry.name, {}).get(point.rtol) if self.known and first else None
        if kept and kept.rounds:
            spent, point.errors = [kept.rounds[0][0]], [kept.errors[0]]
        for each, exact in list(zip(self.people, self.exact, strict=True))[len(spent) :]:
            seconds, (courses, point.failure) = processor_seconds(partial(attempt, entry.run, [each], point.rtol))
            if point.failure:
                return
            spent.append(seconds * entry.scale)
            if first:
                point.errors.append(self._error(entry, courses[0], exact))
        point.rounds.append(spent)

    def _together(self, entry: Entry, point: Point) -> None:
        """All at once; courses are looked at as they come and not kept, since together they fill a memory."""
        wanted, found = len(self.exact) - len(point.errors), list[np.ndarray]()

        def all_of_them() -> None:
            for number, course in enumerate(entry.run(self.crowd, point.rtol)):
                if number < wanted:
                    found.append(course.copy())

        try:
            seconds, _ = processor_seconds(all_of_them)
        except Exception as problem:  # as in `attempt`
            point.failure = f"{type(problem).__name__}: {problem}"
            return
        point.errors += [self._error(entry, course, exact) for course, exact in zip(found, self.exact, strict=False)]
        point.rounds.append([seconds * entry.scale / len(self.crowd)])

    def _error(self, entry: Entry, course: np.ndarray, exact: np.ndarray) -> float:
        return errors.error(entry.work, course, exact[: len(entry.work.times)])

    def surround(self, entry: Entry, target: float, rung: int) -> int:
        """Go along the ladder from a rung until two neighbouring ones lie on both sides of a target.

        Returns the looser of the two: a guess for the next target, or for other people.
        """

        def misses(at: int) -> bool:
            point = self.points.get(entry.name, {}).get(self.rtol(at)) or self.visit(entry, self.rtol(at))
            return point.error > target

        if misses(rung):
            while misses(rung) and self.rtol(rung) > TIGHTEST:
                rung += 1
            return rung - 1
        while not misses(rung) and self.rtol(rung) < WIDEST:
            rung -= 1
        return rung

    def rtol(self, rung: int) -> float:
        """The tolerance of a rung of the ladder; 0 is 1."""
        return float(f"{10.0 ** (-rung / self.per_decade):.3g}")

    def rung(self, rtol: float) -> int:
        """The rung nearest to a tolerance."""
        return round(-math.log10(rtol) * self.per_decade)

    def ladder(self, name: str) -> list[Point]:
        """What is known of a contender, from the loosest tolerance to the tightest."""
        return [point for _, point in sorted(self.points.get(name, {}).items(), reverse=True)]

    def cost(self, name: str, target: float) -> float:
        """Seconds of processor time for a person at an error; NaN if it was not reached."""
        points = self.ladder(name)
        return errors.cost_at(target, [p.error for p in points], [p.seconds for p in points])

    def failures(self, name: str) -> list[str]:
        """Tolerances at which it failed, and how."""
        return [f"rtol {p.rtol:g}: {p.failure}" for p in self.ladder(name) if p.failure]


def explore(heat: Heat, entries: Sequence[Entry], targets: Sequence[float], tell: Tell) -> dict[str, list[int]]:
    """Find, for each contender, the tolerances around each target; return their rungs as guesses for other people."""
    guesses = {}
    for entry in entries:
        rung, found = heat.rung(GUESS), list[int]()
        for target in targets:
            rung = heat.surround(entry, target, rung)
            found.append(rung)
        guesses[entry.name] = found
        tell(f"{entry.name}: " + told(heat, entry.name, targets))
    return guesses


def follow(
    heat: Heat, entries: Sequence[Entry], targets: Sequence[float], guesses: dict[str, list[int]], tell: Tell
) -> None:
    """The same for other people, from guesses."""
    for entry in entries:
        for target, rung in zip(targets, guesses[entry.name], strict=True):
            heat.surround(entry, target, rung)
        tell(f"{entry.name}: " + told(heat, entry.name, targets))


def told(heat: Heat, name: str, targets: Sequence[float]) -> str:
    """Milliseconds at each target."""
    parts = [f"{1e3 * heat.cost(name, target):.4g} ms at {target:g}" for target in targets]
    return ", ".join(parts) + "".join(f"; failed at {failure[:100]}" for failure in heat.failures(name)[:1])


def again(heat: Heat, entries: Sequence[Entry], targets: Sequence[float], rounds: int) -> None:
    """More rounds of the tolerances next to the targets, contenders taking turns so that a slow minute hits all."""
    for _ in range(rounds):
        for entry in entries:
            for rtol in beside(heat.ladder(entry.name), targets):
                heat.visit(entry, rtol)


def beside(points: Sequence[Point], targets: Sequence[float]) -> list[float]:
    """The tolerances that the cost at a target rests on."""
    needed: dict[float, None] = {}
    good = [point for point in points if np.isfinite(point.error)]
    for target in targets:
        for looser, tighter in zip([None, *good], good, strict=False):
            if tighter.error <= target:
                needed |= {point.rtol: None for point in (looser, tighter) if point is not None}
                break
    return list(needed)


def descend(heat: Heat, entry: Entry, least_error: float) -> None:
    """The whole ladder, for a picture of error against time."""
    rung = heat.rung(entry.contender.loosest)
    while heat.visit(entry, heat.rtol(rung)).error > least_error and heat.rtol(rung) > TIGHTEST:
        rung += 1
