"""Neighbours of growth_factors, dendrites and mood, reduced to what those three need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np
from neurokyn.compiler.compose import System, compose
from neurokyn.compiler.parameters import Parameter, Table, read_parameters
from neurokyn.language import Module, positive, relax, sqrt
from neurokyn.physiology import dendrites, growth_factors, mood
from neurokyn.scenario.prepare import Prepared, prepare
from neurokyn.scenario.schedule import Bolus, Level, Schedule
from neurokyn.scenario.solve import follow, timeline
from neurokyn.scenario.steady import steady_state
from scipy.optimize import brentq

DAY, WEEK = 24.0, 168.0
OURS = ("growth_factors", "dendrites", "mood")
RUN = {"intensity": 0.70, "aerobic": 1.00, "resistance": 0.20, "muscle_mass": 1.0}
WALK = {"intensity": 0.45, "aerobic": 1.00, "resistance": 0.05, "muscle_mass": 0.7}
LIFT = {"intensity": 0.45, "aerobic": 0.25, "resistance": 1.00, "muscle_mass": 0.8}
MDD_LOAD, MDD_DRIVE, MDD_NMDA = 0.15, 1.25, 1.115

# extracellular serotonin on escitalopram 10 mg once daily, healthy = 1 (days, level)
ESCITALOPRAM = ((0, 1.3), (0.2, 1.41), (1, 1.40), (3, 1.49), (7, 1.64), (14, 1.97), (21, 2.22), (42, 2.48), (365, 2.5))


def set_by_schedule(name: str, **rests: float) -> Module:
    """A neighbour whose outputs the test sets."""
    m = Module(name, "stand-in")
    for quantity, rest in rests.items():
        m.drive(quantity, "1", quantity, rest=rest)
    return m


def glands() -> Module:
    """The slow part of the stress axis: cortisol on gland masses, and its damage."""
    m = Module("stress", "stand-in")
    hour = m.parameter("hour", "h")
    level = m.drive("level", "1", "stress")
    rest = brentq(lambda c: c * (1 + (c / 4) ** 3) - 1, 0.5, 1.0, xtol=1e-15)
    x = m.state("x", "1", "cortisol", start=rest)
    brake = 1 / (1 + (x / 4) ** 3)
    brake_at_rest = 1 / (1 + (rest / 4) ** 3)
    pituitary = m.state("pituitary", "1", "mass", start=1 / brake_at_rest)
    adrenal = m.state("adrenal", "1", "mass", start=rest)
    crh = (1 + level) * brake / x
    m.rate(x, relax(sqrt((1 + level) * pituitary * adrenal) * brake, x, hour))
    m.rate(pituitary, pituitary * (crh - 1) * np.log(2) / (20 * DAY * hour))
    m.rate(adrenal, adrenal * (crh * pituitary * brake - 1) * np.log(2) / (30 * DAY * hour))
    slow = m.state("cortisol_slow", "1", "two-day mean", start=1)
    m.rate(slow, relax(x / rest, slow, 48 * hour))
    excess = positive(slow - 1) ** 3
    m.observe("damage", excess / (excess + 0.6**3), "1", "damage")
    m.observe("load", level, "1", "load")
    return m


@cache
def system() -> System:
    """Our three modules with their stand-in neighbours."""
    neighbours = [
        set_by_schedule("exercise", intensity=0, aerobic=0, resistance=0, muscle_mass=0, fatigue=0, fitness=0),
        set_by_schedule("serotonin", extracellular_relative=1),
        set_by_schedule("inflammation", drive=1, il6_relative=1),
        set_by_schedule("kynurenine", nmda_balance=1),
        glands(),
    ]
    return compose([growth_factors.module, dendrites.module, mood.module, *neighbours])


def person(settings: Mapping[str, float] | None = None) -> Prepared:
    """A person with the shipped numbers and some settings."""
    table = read_parameters(OURS).with_values(settings or {})
    return prepare(system(), Table([*table.values(), Parameter("stress.hour", 1.0, "h")], table.changed))


def at_rest(who: Prepared, levels: Mapping[str, float]) -> np.ndarray:
    """The steady state under drives that last."""
    drives = who.rests.copy()
    for name, value in levels.items():
        drives[who.system.drive_names.index(name)] = value
    return steady_state(who, drives)


def simulate(
    who: Prepared,
    items: Iterable[Bolus | Level],
    hours: float,
    every: float = 6.0,
    start: np.ndarray | None = None,
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Times and every read-out by name."""
    times = np.arange(0.0, hours + every / 2, every)
    course = follow(
        who, who.starts if start is None else start, timeline(who, Schedule(items), hours, 7.0), times, rtol=1e-7
    )
    assert course.code == 0, course.reason
    return times, {r.name: course.values[:, k] for k, r in enumerate(who.system.read_outs)}


def bouts(weight: Mapping[str, float], starts: Iterable[float], hours: float) -> list[Bolus | Level]:
    """Bouts of exercise, each an attended session."""
    items: list[Bolus | Level] = []
    for t in starts:
        items += [Level(f"exercise.{name}", t, t + hours, value, "1") for name, value in weight.items()]
        items.append(Bolus("mood.activation", t + hours, 1.0, "1"))
    return items


def three_a_week(weight: Mapping[str, float], weeks: int) -> list[Bolus | Level]:
    """45 minutes on Monday, Wednesday and Friday at 18:00."""
    return bouts(weight, [w * WEEK + d * DAY + 11.0 for w in range(weeks) for d in (0, 2, 4)], 0.75)


def held(name: str, course: Iterable[tuple[float, float]], every: float, hours: float) -> list[Bolus | Level]:
    """A drive that follows a table of (hour, value), in steps."""
    at, values = np.array(list(course), dtype=float).T
    return [
        Level(name, t, min(t + every, hours), float(np.interp(t + every / 2, at, values)), "1", True)
        for t in np.arange(0.0, hours, every)
    ]


def escitalopram(hours: float) -> list[Bolus | Level]:
    """Serotonin on escitalopram 10 mg once daily."""
    return held("serotonin.extracellular_relative", [(d * DAY, e) for d, e in ESCITALOPRAM], 12.0, hours)


def depressed_levels() -> dict[str, float]:
    """What the body of a depressed person lives under."""
    return {
        "stress.level": MDD_LOAD,
        "inflammation.drive": MDD_DRIVE,
        "inflammation.il6_relative": MDD_DRIVE,
        "kynurenine.nmda_balance": MDD_NMDA,
    }


def depressed_items(hours: float) -> list[Bolus | Level]:
    """The same, as a schedule."""
    return [Level(name, 0.0, hours, value, "1", True) for name, value in depressed_levels().items()]
