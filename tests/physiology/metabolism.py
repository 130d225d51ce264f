"""Tryptophan, kynurenine and muscle with exercise, inflammation and serotonin; cortisol set by the test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np
from neurokyn.compiler.compose import System, compose
from neurokyn.compiler.parameters import read_parameters
from neurokyn.language import Module
from neurokyn.physiology import exercise, inflammation, kynurenine, muscle, serotonin, tryptophan
from neurokyn.scenario.prepare import Prepared, prepare
from neurokyn.scenario.schedule import Bolus, Level, Schedule
from neurokyn.scenario.solve import follow, timeline

WEEK = 168.0
PARTS = (tryptophan, kynurenine, muscle, exercise, inflammation, serotonin)
RUN = {"aerobic": 1.00, "resistance": 0.20, "muscle_mass": 1.0}
LIFT = {"aerobic": 0.25, "resistance": 1.00, "muscle_mass": 0.8}
MEALS = ((1.0, 0.15), (6.0, 0.31), (12.0, 0.42))  # hours after 07:00 and share of the day's protein
Run = tuple[np.ndarray, dict[str, np.ndarray]]


@cache
def system() -> System:
    """The three modules with their near neighbours."""
    stress = Module("stress", "stand-in")
    for name, rest in (("cortisol_slow", 1), ("load", 0)):
        stress.drive(name, "1", name, rest=rest)
    return compose([*(part.module for part in PARTS), stress])


def person(settings: Mapping[str, float] | None = None) -> Prepared:
    """A person with the shipped numbers and some settings."""
    names = [part.module.name for part in PARTS]
    return prepare(system(), read_parameters(names).with_values(settings or {}))


def simulate(
    who: Prepared, items: Iterable[Bolus | Level], hours: float, every: float = 0.25, start: np.ndarray | None = None
) -> Run:
    """Times and every read-out by name, from health unless a start is given."""
    times = np.arange(0.0, hours + every / 2, every)
    first = who.starts if start is None else start
    course = follow(who, first, timeline(who, Schedule(items), hours, 7.0), times, rtol=1e-7)
    assert course.code == 0, course.reason
    return times, {r.name: course.values[:, i] for i, r in enumerate(who.system.read_outs)}


def last(who: Prepared, course: dict[str, np.ndarray]) -> np.ndarray:
    """The state at the end of a course."""
    return np.array([course[name][-1] for name in who.system.state_names])


def bout(weights: Mapping[str, float], intensity: float, start: float, hours: float) -> list[Level]:
    """One bout of exercise."""
    levels = [Level(f"exercise.{name}", start, start + hours, value, "1") for name, value in weights.items()]
    levels.append(Level("exercise.intensity", start, start + hours, intensity, "1"))
    levels.append(Level("exercise.bout_start", start, start + hours, start, "h"))
    return levels


def three_a_week(weights: Mapping[str, float], intensity: float, weeks: int) -> list[Level]:
    """45 minutes on three days a week at 18:00."""
    days = [w * WEEK + 24.0 * d + 11.0 for w in range(weeks) for d in (0, 2, 4)]
    return [level for start in days for level in bout(weights, intensity, start, 0.75)]


def meals(days: int, skipped: Iterable[int] = ()) -> list[Level]:
    """Three meals of half an hour a day and nothing between, 1 being their mean; some skipped, counted from 0."""
    whole = sum(share for _, share in MEALS)
    starts = [(24.0 * d + hour, 48.0 * share / whole) for d in range(days) for hour, share in MEALS]
    away = set(skipped)
    eaten = [Level("tryptophan.meal", t, t + 0.5, v, "1") for i, (t, v) in enumerate(starts) if i not in away]
    return [Level("tryptophan.meal", 0.0, 24.0 * days, -1.0, "1"), *eaten]


@cache
def morning() -> np.ndarray:
    """A healthy person at 07:00 after four ordinary days."""
    who = person()
    return last(who, simulate(who, meals(4), 96.0, every=1.0)[1])


def change(course: np.ndarray, times: np.ndarray, at: float) -> float:
    """Relative change from the first value to the value at a time."""
    return float(np.interp(at, times, course) / course[0] - 1)
