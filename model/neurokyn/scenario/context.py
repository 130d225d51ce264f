"""Where t = 0 lies in the day, the week and the year, and how long the scenario lasts."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass

from neurokyn.errors import ScenarioError
from neurokyn.scenario import quantity

INSTANT = 1e-9  # h; rounding dust that must not move a time to another day


@dataclass(frozen=True)
class Context:
    """What an item needs to know to be expanded.

    Parameters
    ----------
    duration : float
        Length of the scenario, in h.
    clock : float
        Time of day at t = 0, in h after midnight.
    weekday : int
        Day of the week at t = 0; Monday is 0.
    date : date, optional
        Calendar date at t = 0.

    Examples
    --------
    >>> Context(duration=336.0, clock=7.0).weekday_at(24.0)
    1
    """

    duration: float
    clock: float = 0.0
    weekday: int = 0
    date: datetime.date | None = None

    def day_at(self, time: float) -> int:
        """Calendar days since the one that holds t = 0."""
        return math.floor((self.clock + time + INSTANT) / 24)

    def weekday_at(self, time: float) -> int:
        """Day of the week; Monday is 0."""
        return (self.weekday + self.day_at(time)) % 7

    def time_of(self, day: int, clock: float) -> float:
        """Hours since t = 0 of a time of day on a calendar day."""
        return 24 * day + (clock - self.clock)

    def day_of(self, value: object) -> int:
        """Calendar days from t = 0 to a date.

        Raises
        ------
        ScenarioError
            If there is no such date, or t = 0 has none.
        """
        wanted = quantity.date(value)
        if self.date is None:
            fix = "write start_day as a date, or the time like 'week 2 day 3'"
            raise ScenarioError(f"the date {value} means nothing when t = 0 has no date", fix=fix)
        return (wanted - self.date).days

    def moment(self, value: object) -> float:
        """Hours since t = 0 of a point in time; a date is its midnight, or t = 0 on the first day.

        Raises
        ------
        ScenarioError
            If it is no point in time, or before t = 0.
        """
        if not quantity.looks_like_date(value):
            return quantity.moment(value)
        day = self.day_of(value)
        if day < 0:
            raise ScenarioError(f"the date {value} lies before t = 0, {self.date}")
        return max(self.time_of(day, 0.0), 0.0)
