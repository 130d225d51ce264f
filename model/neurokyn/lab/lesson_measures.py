"""Numbers read off a run: how far it moves, its peak, how long until half, the difference of two runs.

A lesson names a measure and where it is read; the number in its sentences is worked out from the run each time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

SETTLED = 0.05  # of the way moved, within which a course has settled
BACK = 0.1  # of the largest departure, below which a course is back


@dataclass(frozen=True, eq=False)
class Stretch:
    """A course between two places, with one beside it where two are compared.

    Parameters
    ----------
    at : ndarray, shape (n,)
        Where it is known: hours, or people in a trial.
    course : ndarray, shape (n,)
        In the unit of its read-out.
    beside : ndarray, shape (n,), optional
        The course it is compared with, at the same places.
    start, middle, stop : float
        Where it begins, is divided and ends, on the scale of `at`.
    """

    at: np.ndarray
    course: np.ndarray
    beside: np.ndarray | None
    start: float
    middle: float
    stop: float

    def read(self, place: float) -> float:
        """The course at a place."""
        return float(np.interp(place, self.at, self.course))

    def read_beside(self, place: float) -> float:
        """The other course at a place; NaN if there is none."""
        return float("nan") if self.beside is None else float(np.interp(place, self.at, self.beside))

    @property
    def within(self) -> tuple[np.ndarray, np.ndarray]:
        """Places from start to stop, both included, and the course there."""
        inside = self.at[(self.at > self.start) & (self.at < self.stop)]
        places = np.array([self.start, *inside, self.stop])
        return places, np.interp(places, self.at, self.course)


def value(of: Stretch) -> float:
    """The course where it stops."""
    return of.read(of.stop)


def change(of: Stretch) -> float:
    """From start to stop, in the unit of the read-out."""
    return of.read(of.stop) - of.read(of.start)


def percent_change(of: Stretch) -> float:
    """From start to stop, in per cent of the start.

    Examples
    --------
    >>> hours = np.array([0.0, 1.0, 2.0])
    >>> percent_change(Stretch(hours, np.array([2.0, 2.5, 3.0]), None, 0.0, 1.0, 2.0))
    50.0
    """
    return 100 * (of.read(of.stop) / of.read(of.start) - 1)


def times(of: Stretch) -> float:
    """The course where it stops over where it starts."""
    return of.read(of.stop) / of.read(of.start)


def highest(of: Stretch) -> float:
    """The highest point."""
    return float(of.within[1].max())


def lowest(of: Stretch) -> float:
    """The lowest point."""
    return float(of.within[1].min())


def rise_to_peak(of: Stretch) -> float:
    """The highest point above the start, in the unit of the read-out."""
    return highest(of) - of.read(of.start)


def percent_at_peak(of: Stretch) -> float:
    """The highest point, in per cent above the start."""
    return 100 * (highest(of) / of.read(of.start) - 1)


def percent_at_trough(of: Stretch) -> float:
    """The lowest point, in per cent above the start; negative if it is below."""
    return 100 * (lowest(of) / of.read(of.start) - 1)


def time_of_peak(of: Stretch) -> float:
    """From the start to the highest point, h."""
    places, course = of.within
    return float(places[course.argmax()] - of.start)


def time_of_trough(of: Stretch) -> float:
    """From the start to the lowest point, h."""
    places, course = of.within
    return float(places[course.argmin()] - of.start)


def time_to_half(of: Stretch) -> float:
    """From the start until half of the way to the stop has been gone for the first time, h.

    Examples
    --------
    >>> hours = np.array([0.0, 4.0])
    >>> time_to_half(Stretch(hours, np.array([1.0, 3.0]), None, 0.0, 1.0, 4.0))
    2.0
    """
    places, course = of.within
    way = course[-1] - course[0]
    gone = (course - course[0]) / way if way else np.ones_like(course)
    first = int(np.argmax(gone >= 0.5))
    if first == 0:
        return 0.0
    part = (0.5 - gone[first - 1]) / (gone[first] - gone[first - 1])
    return float(places[first - 1] + part * (places[first] - places[first - 1]) - of.start)


def time_to_settle(of: Stretch) -> float:
    """From the start until the course stays within a twentieth of the way moved of where it stops, h."""
    places, course = of.within
    away = np.abs(course - course[-1]) > SETTLED * abs(course[-1] - course[0])
    last = int(np.flatnonzero(away)[-1]) + 1 if away.any() else 0
    return float(places[min(last, len(places) - 1)] - of.start)


def time_back(of: Stretch) -> float:
    """From the start until the course stays within a tenth of its largest departure from the start, h.

    Examples
    --------
    >>> hours = np.array([0.0, 1.0, 2.0, 3.0])
    >>> time_back(Stretch(hours, np.array([1.0, 3.0, 1.1, 1.0]), None, 0.0, 1.0, 3.0))
    2.0
    """
    places, course = of.within
    departure = np.abs(course - course[0])
    away = departure > BACK * departure.max()
    last = int(np.flatnonzero(away)[-1]) + 1 if away.any() else 0
    return float(places[min(last, len(places) - 1)] - of.start)


def share_by_middle(of: Stretch) -> float:
    """How much of the change from start to stop has happened by the middle, in per cent."""
    return 100 * (of.read(of.middle) - of.read(of.start)) / change(of)


def share_back(of: Stretch) -> float:
    """How much of the change from start to middle is undone by the stop, in per cent."""
    return 100 * (of.read(of.middle) - of.read(of.stop)) / (of.read(of.middle) - of.read(of.start))


def difference(of: Stretch) -> float:
    """The course less the other one where they stop."""
    return of.read(of.stop) - of.read_beside(of.stop)


def percent_difference(of: Stretch) -> float:
    """The course where it stops, in per cent above the other one."""
    return 100 * (of.read(of.stop) / of.read_beside(of.stop) - 1)


def difference_of_changes(of: Stretch) -> float:
    """Change of the course less change of the other one."""
    return change(of) - (of.read_beside(of.stop) - of.read_beside(of.start))


def ratio_of_changes(of: Stretch) -> float:
    """Change of the course over change of the other one."""
    return change(of) / (of.read_beside(of.stop) - of.read_beside(of.start))


def share_prevented(of: Stretch) -> float:
    """How much of the other course's change does not happen, in per cent."""
    return 100 * (1 - ratio_of_changes(of))


def area(of: Stretch) -> float:
    """Area between the course and the other one (or its own start), in the read-out's unit times h."""
    places, course = of.within
    against = course[0] if of.beside is None else np.interp(places, of.at, of.beside)
    return float(np.trapezoid(course - against, places))


MEASURES: dict[str, Callable[[Stretch], float]] = {
    "value": value,
    "change": change,
    "percent change": percent_change,
    "times": times,
    "highest": highest,
    "lowest": lowest,
    "rise to peak": rise_to_peak,
    "percent at peak": percent_at_peak,
    "percent at trough": percent_at_trough,
    "time of peak": time_of_peak,
    "time of trough": time_of_trough,
    "time to half": time_to_half,
    "time to settle": time_to_settle,
    "time back": time_back,
    "share by middle": share_by_middle,
    "share back": share_back,
    "difference": difference,
    "percent difference": percent_difference,
    "difference of changes": difference_of_changes,
    "ratio of changes": ratio_of_changes,
    "share prevented": share_prevented,
    "area": area,
}
COMPARING = frozenset({
    "difference", "percent difference", "difference of changes", "ratio of changes", "share prevented",
})  # fmt: skip
TIMED = frozenset({"time of peak", "time of trough", "time to half", "time to settle", "time back"})
PERCENT = frozenset({
    "percent change", "percent at peak", "percent at trough", "share by middle", "share back", "percent difference",
    "share prevented",
})  # fmt: skip
RATIOS = frozenset({"times", "ratio of changes"})


def unit_of(kind: str, read_out: str) -> str:
    """The unit in which a measure is told.

    Parameters
    ----------
    kind : str
        A key of `MEASURES`.
    read_out : str
        Unit of the read-out, "1" for none.

    Returns
    -------
    str
        "h", "%", "×", the read-out's own, or nothing.
    """
    if kind in TIMED:
        return "h"
    if kind in PERCENT:
        return "%"
    if kind in RATIOS:
        return "×"
    plain = "" if read_out == "1" else read_out
    return f"{plain} · h".strip(" ·") if kind == "area" else plain
