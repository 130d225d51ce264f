"""Repeated, titrated, tapered, skipped and stopped: what every item of a schedule may be.

In NONMEM's words, `every` is II and the count of further occasions (ADDL) follows from `stop`:
occasions come at start, start + every, start + 2 every … while before `stop`, so an occasion
exactly at `stop` is not given. Occasions are numbered as scheduled; a skipped one is not made up
for. All amounts are those in force at the moment of the occasion.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from neurokyn.errors import ScenarioError, nearest
from neurokyn.scenario import quantity
from neurokyn.scenario.context import INSTANT, Context
from neurokyn.scenario.problems import Problems

Amounts = Sequence[tuple[float, float]]  # (from when, how much), in order of time
MOST = 100_000  # occasions of one item; more are a slip of the pen
MOST_STEPS = 1000  # of a taper


@dataclass(frozen=True)
class Taper:
    """An amount lowered in equal steps before it stops.

    With n steps over a time, that time just before `stop` is cut into n equal parts, in which
    n/(n+1), (n-1)/(n+1) … 1/(n+1) of the amount are given: 15, 10 and 5 mg for three steps
    from 20 mg. Nothing is given from `stop` on.

    Parameters
    ----------
    over : str or float
        How long before `stop` it begins, such as "4 weeks".
    steps : int
        Number of lowered amounts.
    """

    over: str | float
    steps: int = 1


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """When something happens.

    Parameters
    ----------
    start : str, date or float
        From when on ("week 2", "week 2 day 3", "36 h", a date, or hours since t = 0).
    stop : str, date or float, optional
        Until when, not included; the end of the scenario if not given.
    every : str or float, optional
        Time from one occasion to the next, such as "1 day".
    days : sequence of str
        Days of the week ("mon") instead of `every`.
    at : str or sequence of str
        Times of day ("08:00"). With `every`, days are counted from the first that has such a
        time at or after `start`.
    skip : sequence of str
        What is left out: days of the week ("sat"), weeks ("week 3"), days ("week 5 day 2",
        "day 12") counted from t = 0, or dates.
    skip_every : int
        Every how many occasions one is missed; 7 misses the 7th, 14th …
    taper : Taper, optional
        How it is lowered before `stop`.
    """

    start: str | float | None = None
    stop: str | float | None = None
    every: str | float | None = None
    days: Sequence[str] = ()
    at: str | Sequence[str] = ()
    skip: Sequence[str] = ()
    skip_every: int = 0
    taper: Taper | None = None

    def window(self, context: Context, problems: Problems, start: float = 0.0) -> tuple[float, float]:
        """Start and stop in h; `start` holds where none is written."""
        first = start if self.start is None else problems.read("start", context.moment, self.start, start)
        last = context.duration
        if self.stop is not None:
            last = problems.read("stop", context.moment, self.stop, context.duration)
            if last <= first:
                problems.add(
                    "stop", f"it stops at {quantity.shown(self.stop)}, which is not after its start", "stop it later"
                )
        if first >= context.duration:
            when = f"{first:g} h" if self.start is None else repr(self.start)
            what = f"it starts at {when}, which is not before the end of the scenario"
            problems.add("start", what, "start it earlier or make the scenario longer")
        return first, last

    def occasions(self, context: Context, problems: Problems, start: float = 0.0) -> list[float]:
        """Every time it happens, in h since t = 0, skipped ones left out.

        Parameters
        ----------
        context : Context
            Where t = 0 lies.
        problems : Problems
            Keeps what is wrong.
        start : float
            Start in h, where none is written.

        Returns
        -------
        list of float
            Increasing.
        """
        first, last = self.window(context, problems, start)
        at = self.at if isinstance(self.at, (list, tuple)) else (self.at,)
        clocks = sorted({problems.read("at", quantity.clock, value, 0.0) for value in at})
        days = {problems.read("days", quantity.weekday, value, 0) for value in _listed("days", self.days, problems)}
        step = None if self.every is None else problems.read("every", quantity.positive_hours, self.every, 24.0)
        missed = self._missed(context, problems)
        if days and step is not None:
            problems.add("every", "it has both 'days' and 'every'", "keep one of them")
        if days and not clocks:
            problems.add("at", "it has 'days' but no time of day", "write at = '18:00'")
        if clocks and step is not None and step % 24 > INSTANT:
            problems.add("every", f"{quantity.shown(self.every)} is not a number of whole days, which 'at' needs")
        if step is not None and step < 1 / 60:
            problems.add("every", f"{quantity.shown(self.every)} is less than a minute", "give it as one larger amount")
        if step is None and not days and (self.skip or self.skip_every):
            problems.add("skip", "it happens once, so nothing can be skipped", "write 'every' or 'days'")
        last = min(last, context.duration)
        if problems.errors:
            return []
        often = len(clocks) / 24 if clocks else 0.0 if step is None else 1 / step
        if (last - first) * often > MOST:
            problems.add("every", f"it happens more than {MOST} times", "make it rarer or shorter")
            return []
        if clocks:
            times = _by_the_clock(context, (first, last), clocks, days, step)
        elif step is None:
            times = [first]
        else:
            count = max(0, int((last - first - INSTANT) / step) + 1)
            times = [first + k * step for k in range(count)]
        return [time for k, time in enumerate(times, start=1) if not missed(time, k)]

    def _missed(self, context: Context, problems: Problems) -> Callable[[float, int], bool]:
        """Whether the k-th occasion, at a time, is left out."""
        tests = []
        for value in _listed("skip", self.skip, problems):
            test = problems.read("skip", lambda value: _skipped(value, context), value, None)
            tests += [test] if test else []
        nth = self.skip_every
        if isinstance(nth, bool) or not isinstance(nth, int) or nth < 0 or nth == 1:
            problems.add("skip_every", f"{quantity.shown(nth)} is not a whole number above 1", "7 misses every 7th")
            nth = 0
        return lambda time, k: (nth > 0 and k % nth == 0) or any(test(time) for test in tests)

    def lowered(self, amounts: Amounts, context: Context, problems: Problems) -> Amounts:
        """Amounts with the taper put in."""
        if self.taper is None:
            return amounts
        over = problems.read("taper over", quantity.positive_hours, self.taper.over, 0.0)
        steps = self.taper.steps
        if isinstance(steps, bool) or not isinstance(steps, int) or not 1 <= steps <= MOST_STEPS:
            problems.add("taper steps", f"{quantity.shown(steps)} is not a whole number above 0 and up to {MOST_STEPS}")
        if self.stop is None:
            problems.add("taper", "it needs a 'stop' to end at", "write 'stop'")
        if problems.errors:
            return amounts
        stop = context.moment(self.stop)
        begins = [stop - over + k * over / steps for k in range(steps)]
        start = context.moment(self.start) if self.start is not None else max(amounts[0][0], 0.0)
        if begins[0] < start - INSTANT:
            problems.add(
                "taper over", f"{quantity.shown(self.taper.over)} is longer than the whole course", "make it shorter"
            )
        shares = [(steps - k) / (steps + 1) for k in range(steps)]
        changes = sorted({time for time, _ in amounts if begins[0] < time < stop} | set(begins))
        kept = [(time, amount) for time, amount in amounts if time < begins[0]]
        share_at = list(zip(begins, shares, strict=True))
        return kept + [(time, amount_at(amounts, time) * amount_at(share_at, time)) for time in changes]


def amounts(
    value: object, key: str, read: Callable[[Any], float], context: Context, problems: Problems
) -> list[tuple[float, float]]:
    """An amount that holds throughout, or a titration.

    Parameters
    ----------
    value : amount, or sequence of steps
        A step is [moment, amount] or a table such as {start = "week 1", dose = "10 mg"}.
    key : str
        What the amount is called: "dose", "minutes" …
    read : callable
        Reads one amount.
    context : Context
        Where t = 0 lies.
    problems : Problems
        Keeps what is wrong.

    Returns
    -------
    list of (float, float)
        From when (h) how much, in order of time.
    """
    if not isinstance(value, (list, tuple)):
        return [(0.0, problems.read(key, read, value, 0.0))]
    steps = []
    for number, step in enumerate(value, start=1):
        place = f"{key} step {number}"
        pair = (step.get("start"), step.get(key)) if isinstance(step, Mapping) else step
        complete = isinstance(pair, (list, tuple)) and len(pair) == 2 and None not in pair
        if not complete or (isinstance(step, Mapping) and len(step) != 2):
            problems.add(place, f"{quantity.shown(step)} is not a step", f'write it like ["week 1", {key}]')
            continue
        steps.append((problems.read(place, context.moment, pair[0], 0.0), problems.read(place, read, pair[1], 0.0)))
    if not value:
        problems.add(key, "there are no steps", f'write them like [["week 0", {key}], ["week 1", {key}]]')
    if any(later[0] <= earlier[0] for earlier, later in pairwise(steps)) and not problems.errors:
        problems.add(key, "its steps are not in order of time", "write the earliest first, each later than the last")
    return steps


def covers(steps: Amounts, key: str, start: float, problems: Problems) -> None:
    """Check that a titration says how much from the very start."""
    if steps and steps[0][0] > start + INSTANT:
        late = (steps[0][0] - start) / 24
        problems.add(key, f"its first step comes {late:g} days after its start", "begin the steps at the start")


def amount_at(amounts: Amounts, time: float) -> float:
    """The amount in force at a time.

    Examples
    --------
    >>> amount_at([(0.0, 5.0), (168.0, 10.0)], 168.0)
    10.0
    """
    return amounts[max(bisect_right(amounts, (time + INSTANT, math.inf)) - 1, 0)][1]


def spans(amounts: Amounts, start: float, stop: float) -> list[tuple[float, float, float]]:
    """(start, stop, amount) of each stretch with one amount."""
    cuts = [start, *(time for time, _ in amounts if start < time < stop), stop]
    return [(a, b, amount_at(amounts, a)) for a, b in pairwise(cuts)]


def _listed(key: str, value: object, problems: Problems) -> Iterable[object]:
    """A list as it is; a single text is a mistake often made."""
    if isinstance(value, (list, tuple)):
        return value
    problems.add(key, f"{quantity.shown(value)} is not a list", f"write it like {key} = ['mon', 'wed']")
    return ()


def _by_the_clock(
    context: Context, window: tuple[float, float], clocks: Sequence[float], days: set[int], step: float | None
) -> list[float]:
    """Occasions at times of day: on weekdays, every so many days, or once."""
    first, last = window
    span = range(context.day_at(first), context.day_at(last) + 1)
    every = [(day, context.time_of(day, clock)) for day in (*span, span[-1] + 1) for clock in clocks]
    inside = [(day, time) for day, time in every if first - INSTANT <= time < last - INSTANT]
    if days:
        return [time for day, time in inside if (context.weekday + day) % 7 in days]
    if step is None:
        return [time for _, time in inside[:1]]
    return [time for day, time in inside if (day - inside[0][0]) % round(step / 24) == 0]


def _skipped(value: object, context: Context) -> Callable[[float], bool]:
    """Whether a time falls into what is skipped."""
    if quantity.looks_like_date(value):
        calendar_day = context.day_of(value)
        if not 0 <= calendar_day <= context.day_at(context.duration):
            raise ScenarioError(f"{quantity.shown(value)} lies outside the scenario", fix="leave it out")
        return lambda time: context.day_at(time) == calendar_day
    parts = quantity.week_and_day(value)
    if parts is not None:
        begins, length = quantity.moment(value), 168.0 if parts[1] is None else 24.0
        if begins >= context.duration:
            raise ScenarioError(f"{quantity.shown(value)} lies after the end of the scenario", fix="leave it out")
        return lambda time: begins <= time + INSTANT < begins + length
    try:
        day_of_week = quantity.weekday(value)
    except ScenarioError:
        fix = "write a day of the week ('sat'), a week ('week 3'), a day ('week 5 day 2') or a date"
        hint = nearest(str(value), quantity.WEEKDAY_NAMES) if str(value).isalpha() else ""
        raise ScenarioError(f"{quantity.shown(value)} cannot be skipped{hint}", fix=fix) from None
    return lambda time: context.weekday_at(time) == day_of_week
