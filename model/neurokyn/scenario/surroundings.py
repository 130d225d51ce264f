"""What comes from outside: meals, stress, and the challenges of the laboratory."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from neurokyn.errors import ScenarioError
from neurokyn.scenario import catalogue, quantity
from neurokyn.scenario.catalogue import Row
from neurokyn.scenario.context import Context
from neurokyn.scenario.problems import Problems
from neurokyn.scenario.recurrence import Amounts, Repeated, amount_at, amounts, covers, spans
from neurokyn.scenario.schedule import Bolus, Level

STRONGEST = 10.0  # level of stress; what a body does beyond is not known
MEAL = "tryptophan.meal"  # intake relative to its 24-h mean; 1 at rest, when it is spread evenly


@dataclass(frozen=True)
class Meals:
    """The day's meals: intake comes in meals around a 24-h mean that stays exactly 1.

    Parameters
    ----------
    at : sequence of str
        Times of day at which a meal begins; those of `params/meals.toml` if none are given.
    shares : sequence of float
        Share of each meal in the day's intake, on any scale; equal if not given beside `at`.
    minutes : float, optional
        Length of a meal; that of `params/meals.toml` if not given.

    Examples
    --------
    >>> base, *meals = Meals(at=["08:00", "18:00"], minutes=30).expand(Context(duration=24.0))
    >>> base.value, [meal.value for meal in meals]
    (-1.0, [24.0, 24.0])
    """

    at: Sequence[str] = ()
    shares: Sequence[float] = ()
    minutes: float | None = None

    def expand(self, context: Context) -> list[Level]:
        """Nothing eaten between meals, and a day's intake divided among the meals.

        Raises
        ------
        ScenarioError
            If something is wrong with it; lists all problems.
        """
        problems = Problems()
        usual = catalogue.meals()
        ordinary = list(usual["meal"].values())
        at, shares = (self.at,) if isinstance(self.at, str) else self.at, self.shares
        if not at:
            at = [meal["at"] for meal in ordinary]
            shares = shares or [catalogue.value(meal, "share") for meal in ordinary]
        clocks = [problems.read("at", quantity.clock, value, 0.0) for value in at]
        weights = [problems.read("shares", quantity.number, value, 1.0) for value in shares or [1.0] * len(clocks)]
        length = catalogue.length(usual, "lasts")
        if self.minutes is not None:
            length = problems.read("minutes", quantity.minutes, self.minutes, length)
        if len(weights) != len(clocks):
            problems.add("shares", f"there are {len(weights)} shares for {len(clocks)} meals", "write one for each")
        elif sum(weights) <= 0:
            problems.add("shares", "they add up to nothing", "write at least one above 0")
        problems.settle()
        levels = [Level(MEAL, 0.0, context.duration, -1.0, "1", False, "between meals")]
        for day in range(-1, context.day_at(context.duration) + 1):
            for clock, weight in zip(clocks, weights, strict=True):
                start = context.time_of(day, clock)
                begins, ends = max(start, 0.0), min(start + length, context.duration)
                if ends > begins:
                    value = weight / sum(weights) * 24 / length
                    levels.append(Level(MEAL, begins, ends, value, "1", False, "meal"))
        return levels


@dataclass(frozen=True)
class Stress(Repeated):
    """Stress, throughout or in episodes.

    `start` and `stop` bound it. With `days` or `every` (and `at`) it comes in episodes of
    `minutes`; without, it lasts from `start` to `stop`, and a `taper` lowers it in steps.

    Parameters
    ----------
    level : float, or steps
        Strength of the stressor, 1 being the chronic stress the model is calibrated to; or a
        titration [["week 2", 1.0], ["week 4", 0.5]].
    minutes : float, optional
        Length of an episode.

    Examples
    --------
    >>> Stress(1.0, start="week 2", stop="week 5").expand(Context(duration=1344.0))[0].stop / 168
    5.0
    """

    level: float | Sequence[Any]
    minutes: float | None = None

    def expand(self, context: Context) -> list[Level]:
        """The stress as levels of its drive.

        Raises
        ------
        ScenarioError
            If something is wrong with it; lists all problems.
        """
        problems = Problems()
        steps = amounts(self.level, "level", _level, context, problems)
        start, stop = self.window(context, problems, steps[0][0] if steps else 0.0)
        if self.start is not None and not problems.errors:
            covers(steps, "level", start, problems)
        steps = list(self.lowered(steps, context, problems)) if steps else steps
        stretches: list[tuple[float, float, float]] = []
        if self.days or self.every is not None or self.minutes is not None:
            length = 0.0
            if self.minutes is None:
                problems.add("minutes", "it does not say how long an episode lasts", "write minutes = 30")
            else:
                length = problems.read("minutes", quantity.minutes, self.minutes, 1.0)
            times = [] if problems.errors else self.occasions(context, problems, start)
            stretches = [(time, min(time + length, context.duration), amount_at(steps, time)) for time in times]
        elif self.at or self.skip or self.skip_every:
            fix = "write 'days' or 'every', and 'minutes'"
            problems.add("at", "only episodes have a time of day or can be skipped", fix)
        elif not problems.errors:
            stretches = spans(steps, start, min(stop, context.duration))
        problems.settle()
        held = [stretch for stretch in stretches if stretch[2]]
        return [Level("stress.level", a, b, value, "1", False, f"stress {value:g}") for a, b, value in held]


@dataclass(frozen=True)
class Challenge(Repeated):
    """A challenge of `params/challenges.toml`: what a laboratory or a treatment does to a body.

    A challenge that lasts (interferon-alpha) goes on until `stop`, or for its usual time; one
    that is over at once is given at `start`, or repeated with `every` or `days` until `stop`.

    Parameters
    ----------
    kind : str
        Such as "tryptophan-depletion".
    dose : str, float, or steps, optional
        In the unit of the challenge, or a titration; its usual dose if not given.

    Examples
    --------
    >>> Challenge("endotoxin", start="day 1").expand(Context(duration=72.0))[0].target
    'inflammation.endotoxin'
    """

    kind: str
    dose: str | float | Sequence[Any] | None = None

    def expand(self, context: Context) -> list[Bolus | Level]:
        """The challenge as boluses and levels.

        Raises
        ------
        ScenarioError
            If something is wrong with it; lists all problems.
        """
        problems = Problems()
        unknown: tuple[str, Row] = ("", {})
        kind, row = problems.read("kind", catalogue.challenge, self.kind, unknown)
        if not row:
            self.occasions(context, problems)
            problems.settle()
        unit = row["dose"]["unit"]
        given = self.dose if self.dose is not None else catalogue.value(row, "dose")
        read = quantity.number if self.dose is None else lambda value: quantity.amount(value, unit)
        steps = amounts(given, "dose", read, context, problems)
        largest = row["dose"].get("bounds", (0.0, math.inf))[1] if row else math.inf
        if any(dose > largest for _, dose in steps):
            problems.add("dose", f"it is more than {largest:g} {unit}, the most that is known", "write a smaller one")
        once = self.every is None and not self.days
        lasting = once and "lasts" in row
        if self.stop is not None and once and not lasting:
            problems.add("stop", f"{kind} is over at once", "write 'every' to repeat it, or leave 'stop' out")
        first = steps[0][0] if steps else 0.0
        steps = list(self.lowered(steps, context, problems)) if steps else steps
        times = self.occasions(context, problems, first)
        if not problems.errors:
            covers(steps, "dose", times[0] if times else first, problems)
        problems.settle()
        items: list[Bolus | Level] = []
        for time in times:
            stop = time + (catalogue.length(row, "lasts") if "lasts" in row else 0.0)
            if lasting and self.stop is not None:
                stop = context.moment(self.stop)
            items += _effects((kind, row), (time, min(stop, context.duration)), steps, context.duration)
        return items


def _level(value: object) -> float:
    """Strength of a stressor."""
    level = quantity.number(value)
    if level > STRONGEST:
        raise ScenarioError(
            f"{quantity.shown(value)} is stronger than any stress known", fix=f"write 0 to {STRONGEST:g}"
        )
    return level


def _effects(
    kind: tuple[str, Row], window: tuple[float, float], steps: Amounts, duration: float
) -> list[Bolus | Level]:
    """One occasion of a challenge, from its start to its stop in h."""
    (name, row), (start, stop) = kind, window
    unit, dose = row["dose"]["unit"], amount_at(steps, start)
    label = f"{name} {dose:g}" + (f" {unit}" if unit != "1" else "")
    items: list[Bolus | Level] = []
    for effect in row.get("boluses", ()):
        begins = start + (catalogue.length(effect, "after") if "after" in effect else 0.0)
        if dose:
            items.append(
                Bolus(effect["target"], begins, dose * catalogue.value(effect, "per_dose"), effect["unit"], label)
            )
    for effect in row.get("levels", ()):
        begins = start + (catalogue.length(effect, "after") if "after" in effect else 0.0)
        ends = min(begins + catalogue.length(effect, "lasts"), duration) if "lasts" in effect else stop
        factor, replaces = catalogue.value(effect, "per_dose"), effect.get("replaces", False)
        for a, b, amount in spans(steps, begins, ends) if ends > begins else ():
            if amount:
                items.append(Level(effect["target"], a, b, amount * factor, effect["unit"], replaces, label))
    return items
