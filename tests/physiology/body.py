"""The whole model as a laboratory: one body, whatever is done to it, every read-out by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
from neurokyn.compiler.compose import System, compose
from neurokyn.compiler.parameters import Table
from neurokyn.language import Module
from neurokyn.physiology import serotonin
from neurokyn.scenario.activity import Bout, Programme
from neurokyn.scenario.context import Context
from neurokyn.scenario.dosing import Dose, Regimen
from neurokyn.scenario.model import standard_model, standard_parameters
from neurokyn.scenario.orbit import daily_orbit
from neurokyn.scenario.people import phenotype_values
from neurokyn.scenario.prepare import Prepared, prepare
from neurokyn.scenario.schedule import Bolus, Level, Schedule
from neurokyn.scenario.solve import follow, timeline
from neurokyn.scenario.steady import steady_state
from neurokyn.scenario.surroundings import Challenge, Meals, Stress

DAY, WEEK, CLOCK = 24.0, 168.0, 7.0
WEEKDAYS = ("mon", "wed", "fri")
Item = Dose | Regimen | Bout | Programme | Challenge | Stress | Meals | Bolus | Level
Course = dict[str, np.ndarray]


def person(phenotype: str = "healthy", settings: Mapping[str, float | str] | None = None) -> Prepared:
    """A phenotype with some settings."""
    table = standard_parameters().with_values(phenotype_values(phenotype))
    return prepare(standard_model(), table.with_values(settings or {}))


def unbounded(settings: Mapping[str, float], system: System | None = None) -> Prepared:
    """A person with values set beyond what is plausible: to take a structure out, or to try limits."""
    system = system or standard_model()
    rows = {name: standard_parameters()[name] for name in system.parameter_units}
    return prepare(system, Table((rows | {k: replace(rows[k], value=v) for k, v in settings.items()}).values()))


def at_rest(who: Prepared, lasting: Mapping[str, float] | None = None) -> dict[str, float]:
    """Every read-out at the fixed point under drives that last."""
    drives = who.rests.copy()
    for name, value in ({"clock.rhythms": 0.0} | dict(lasting or {})).items():
        drives[who.system.drive_names.index(name)] = value
    return who.read_outs(steady_state(who, drives), drives)


def quiet() -> Level:
    """No daily rhythms, from the start to the end of anything."""
    return Level("clock.rhythms", 0.0, 1e9, 0.0, "1", True)


def simulate(
    who: Prepared, items: Sequence[Item], hours: float, every: float = 1.0, start: np.ndarray | None = None
) -> tuple[np.ndarray, Course]:
    """From the fixed point, rhythms and meals at their means: what is done is all that moves."""
    y = steady_state(who) if start is None else start
    return follow_items(who, [quiet(), *items], hours, every, y)


def live(who: Prepared, items: Sequence[Item], hours: float, every: float = 1.0) -> tuple[np.ndarray, Course]:
    """From the closed day at 07:00, with meals and clock running, as a scenario does."""
    day = timeline(who, Schedule(Meals().expand(Context(DAY, CLOCK))), DAY, CLOCK)
    return follow_items(who, [Meals(), *items], hours, every, daily_orbit(who, day))


def follow_items(
    who: Prepared, items: Sequence[Item], hours: float, every: float, start: np.ndarray
) -> tuple[np.ndarray, Course]:
    """From a given state: times, and every read-out by name."""
    context = Context(hours, CLOCK)
    parts = [x for item in items for x in ([item] if isinstance(item, (Bolus, Level)) else item.expand(context))]
    times = np.arange(0.0, hours + every / 2, every)
    course = follow(who, start, timeline(who, Schedule(parts), hours, CLOCK), times, rtol=1e-7)
    assert course.code == 0, course.reason
    return times, {r.name: course.values[:, k] for k, r in enumerate(who.system.read_outs)}


def bout(mode: str, hours: float, percent: float, at: float = 0.0) -> Bout:
    """One bout that starts after some hours."""
    return Bout(mode, 60 * hours, f"{percent} %VO2max", start=at)


def three_a_week(mode: str, percent: float, minutes: float = 45) -> Programme:
    """Monday, Wednesday and Friday at 18:00."""
    return Programme(mode, minutes, f"{percent} %VO2max", days=WEEKDAYS, at="18:00")


@cache
def terminal_system() -> System:
    """The serotonin module alone, its occupancy and brain tryptophan set by the test."""
    ssri = Module("ssri", "stand-in")
    ssri.drive("sert_occupancy", "1", "occupancy")
    return compose([serotonin.module, ssri])


def terminal(settings: Mapping[str, float] | None = None) -> Prepared:
    """Serotonin alone."""
    rows = [row for name, row in standard_parameters().items() if name.startswith("serotonin.")]
    return prepare(terminal_system(), Table(rows).with_values(settings or {}))


def occupied(share: float, start: float = 0.0, stop: float = 1e9) -> Level:
    """A share of transporters held by a drug."""
    return Level("ssri.sert_occupancy", start, stop, share, "1")
