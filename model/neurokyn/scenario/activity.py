"""Exercise: one bout, or a programme of bouts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from neurokyn.scenario import catalogue, quantity
from neurokyn.scenario.catalogue import Mode
from neurokyn.scenario.context import INSTANT, Context
from neurokyn.scenario.problems import Problems
from neurokyn.scenario.recurrence import Amounts, Repeated, amount_at, amounts, covers
from neurokyn.scenario.schedule import Bolus, Level

Steps = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Bout:
    """One bout of exercise.

    Parameters
    ----------
    mode : str
        A mode of `params/modes.toml`.
    minutes : float
        Its length.
    intensity : str
        Such as "70 %VO2max"; the usual one of the mode if not given.
    start : str, date or float
        When; hours since t = 0 if a number.
    at : str
        Time of day, on or after `start`.

    Examples
    --------
    >>> items = Bout("running", 45, "70 %VO2max", start="10 h").expand(Context(duration=24.0))
    >>> [item.time for item in items if isinstance(item, Bolus)]
    [10.75]
    """

    mode: str
    minutes: float
    intensity: str = ""
    start: str | float = 0.0
    at: str = ""

    def expand(self, context: Context) -> list[Bolus | Level]:
        """The bout as levels of the exercise drives, and a bolus of activation at its end.

        Raises
        ------
        ScenarioError
            If something is wrong with it; lists all problems.
        """
        when = Programme(self.mode, self.minutes, self.intensity, start=self.start, at=self.at or ())
        return when.bouts(context, Problems())


@dataclass(frozen=True)
class Programme(Repeated):
    """Bouts of exercise, repeated.

    `start`, `stop`, `every`, `days`, `at`, `skip`, `skip_every` and `taper` (of the minutes) are
    those of `Repeated`; a bout that begins before `stop` is finished. All bouts are attended.

    Parameters
    ----------
    mode : str
        A mode of `params/modes.toml`.
    minutes : float, or steps
        Length of a bout, or a titration [["week 0", 20], ["week 4", 45]].
    intensity : str, or steps
        Such as "70 %VO2max", or a titration; the usual one of the mode if not given. For
        intervals it is that of the work phases.
    support : str
        Who else is there: "alone", "supervised" or "group" (`params/support.toml`).

    Examples
    --------
    >>> running = Programme("running", 45, "70 %VO2max", days=["mon", "wed", "fri"], at="18:00")
    >>> items = running.expand(Context(duration=168.0, clock=7.0))
    >>> [item.time for item in items if isinstance(item, Bolus)]
    [11.75, 59.75, 107.75]
    """

    mode: str
    minutes: float | Steps
    intensity: str | Steps = ""
    support: str = "alone"

    def expand(self, context: Context) -> list[Bolus | Level]:
        """The bouts as levels of the exercise drives, boluses of activation, and contact.

        Raises
        ------
        ScenarioError
            If something is wrong with it; lists all problems.
        """
        problems = Problems()
        if self.every is None and not self.days:
            problems.add("days", "it does not say how often", "write days = ['mon', 'wed', 'fri'] or every = '1 day'")
        contact = problems.read("support", catalogue.support, self.support, 0.0)
        items = self.bouts(context, problems)
        if contact:
            start, stop = self.window(context, problems, 0.0)
            label = f"{self.support} {self.mode}"
            items.append(Level("mood.contact", start, min(stop, context.duration), contact, "1", True, label))
        return items

    def bouts(self, context: Context, problems: Problems) -> list[Bolus | Level]:
        """The bouts alone."""
        mode = problems.read("mode", catalogue.mode, self.mode, None)
        lengths = self._steps("minutes", self.minutes, quantity.minutes, context, problems)
        usual: Amounts = [(0.0, mode.intensity if mode else 0.0)]
        paces = usual
        if self.intensity != "":
            paces = self._steps("intensity", self.intensity, quantity.intensity, context, problems)
        times = self.occasions(context, problems)
        lengths = self.lowered(lengths, context, problems) if lengths else lengths
        problems.settle()
        assert mode is not None
        items: list[Bolus | Level] = []
        for time in times:
            items += bout(mode, time, amount_at(lengths, time), amount_at(paces, time), context.duration)
        return items

    def _steps(
        self, key: str, given: object, read: Callable[[Any], float], context: Context, problems: Problems
    ) -> Amounts:
        """A titration that says how much from the very start."""
        steps = amounts(given, key, read, context, problems)
        if not problems.errors:
            covers(steps, key, 0.0 if self.start is None else context.moment(self.start), problems)
        return steps


def bout(mode: Mode, start: float, length: float, pace: float, duration: float) -> list[Bolus | Level]:
    """One attended bout: drives while it lasts, one unit of activation at its end.

    Parameters
    ----------
    mode : Mode
        Its weights, and its work and rest phases.
    start, length : float
        Hours.
    pace : float
        Fraction of VO2max.
    duration : float
        End of the scenario, in h, at which a bout is cut off and then not counted as attended.

    Returns
    -------
    list of Bolus and Level
        What it does.
    """
    end = min(start + length, duration)
    label = f"{mode.name} for {60 * length:g} min at {start:g} h"
    items: list[Bolus | Level] = [Level("exercise.bout_start", start, end, start, "h", False, label)]
    items += [Level(f"exercise.{name}", start, end, weight, "1", False, label) for name, weight in mode.weights]
    for begins, ends, intensity in phases(mode, start, end, pace):
        items.append(Level("exercise.intensity", begins, ends, intensity, "1", False, label))
    if start + length <= duration:
        items.append(Bolus("mood.activation", start + length, 1.0, "1", label))
    return items


def phases(mode: Mode, start: float, end: float, pace: float) -> list[tuple[float, float, float]]:
    """(start, stop, intensity) of the phases of a bout: one, or work and rest in turn."""
    if not mode.work:
        return [(start, end, pace)]
    found = []
    cycle = mode.work + mode.rest
    for k in range(int((end - start) / cycle) + 1):
        begins, rests, next_one = start + k * cycle, start + k * cycle + mode.work, start + (k + 1) * cycle
        found += [(begins, min(rests, end), pace), (rests, min(next_one, end), mode.recovery)]
    return [phase for phase in found if phase[1] - phase[0] > INSTANT and phase[2] > 0]
