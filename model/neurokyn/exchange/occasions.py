"""A timeline as what recurs: breakfast every 24 h, a bout every Monday, a dose until the tenth week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from neurokyn.solver.problem import SAME_TIME, Timeline

LONGEST_CYCLE = 14  # times in a cycle; what has a longer one is taken hour by hour of the day
DAY = 24.0


@dataclass(frozen=True)
class Occasion:
    """Something that happens at even intervals, always the same.

    Parameters
    ----------
    first : float
        When it happens first, in h.
    period : float
        Time between two of them, in h; 0 if it happens once.
    count : int
        How often it happens.
    drives : tuple of (int, float or None)
        Position and new value of each drive that changes; None for a drive that takes the time itself.
    jumps : tuple of (int, float)
        Position of each state that jumps, and by how much, in its unit.
    """

    first: float
    period: float
    count: int
    drives: tuple[tuple[int, float | None], ...]
    jumps: tuple[tuple[int, float], ...]

    @property
    def last(self) -> float:
        """When it happens for the last time, in h."""
        return self.first + self.period * (self.count - 1)


def occasions(timeline: Timeline) -> list[Occasion]:
    """Everything that happens after t = 0, gathered into what recurs.

    Boundaries at which nothing changes are left out, and no two occasions come at one time.

    Parameters
    ----------
    timeline : Timeline
        Boundaries, drives and jumps.

    Returns
    -------
    list of Occasion
        In the order of their first time.

    Examples
    --------
    >>> drives = np.array([[0.0], [1.0], [0.0], [1.0], [0.0]])
    >>> none = np.zeros(0, dtype=int)
    >>> day = Timeline(np.array([0.0, 1, 2, 25, 26, 48]), drives, np.zeros(6, dtype=int), none, np.zeros(0), none)
    >>> [(o.first, o.period, o.count, o.drives) for o in occasions(day)]
    [(1.0, 24.0, 2, ((0, 1.0),)), (2.0, 24.0, 2, ((0, 0.0),))]
    """
    groups: dict[tuple[tuple[tuple[int, float | None], ...], tuple[tuple[int, float], ...]], list[float]] = {}
    clocks = _clocks(timeline)
    for k in range(1, len(timeline.drives)):
        time, now = float(timeline.starts[k]), timeline.drives[k]
        changed = np.flatnonzero(now != timeline.drives[k - 1])
        at_time = clocks & (np.abs(now - time) < SAME_TIME)
        drives = tuple((int(d), None if at_time[d] else float(now[d])) for d in changed)
        jumps = jumps_at(timeline, k)
        if drives or jumps:
            groups.setdefault((drives, jumps), []).append(time)
    found = [Occasion(*run, *what) for what, times in groups.items() for run in _runs(times)]
    return sorted(found, key=lambda occasion: occasion.first)


def _clocks(timeline: Timeline) -> np.ndarray:
    """Which drives are at their first value, or else at the time of their last change."""
    before, now = timeline.drives[:-1], timeline.drives[1:]
    times = timeline.starts[1:-1, np.newaxis]
    usual = (now == before) | (now == timeline.drives[0]) | (np.abs(now - times) < SAME_TIME)
    return np.asarray(usual.all(axis=0))


def jumps_at(timeline: Timeline, boundary: int) -> tuple[tuple[int, float], ...]:
    """State and amount of the jumps at a boundary, those of one state added up."""
    total: dict[int, float] = {}
    for j in range(timeline.jump_first[boundary], timeline.jump_first[boundary + 1]):
        state = int(timeline.jump_state[j])
        total[state] = total.get(state, 0.0) + float(timeline.jump_amount[j])
    return tuple(total.items())


def _runs(times: Sequence[float]) -> Iterator[tuple[float, float, int]]:
    """First time, period and count of even runs that together give the times."""
    for cycle in range(1, min(LONGEST_CYCLE, len(times) // 2) + 1):
        if np.ptp(np.subtract(times[cycle:], times[:-cycle])) < SAME_TIME:
            for every in (times[k::cycle] for k in range(cycle)):
                yield every[0], (every[-1] - every[0]) / (len(every) - 1), len(every)
            return
    by_hour: dict[float, list[float]] = {}
    for time in times:
        by_hour.setdefault(round(time % DAY, 9), []).append(time)
    for at_hour in by_hour.values():
        yield from _runs(at_hour) if len(by_hour) > 1 else _stretches(at_hour)


def _stretches(times: Sequence[float]) -> Iterator[tuple[float, float, int]]:
    """Even runs of times that follow one another."""
    start = 0
    while start < len(times):
        stop = start + 1
        period = times[stop] - times[start] if stop < len(times) else 0.0
        while stop < len(times) and abs(times[stop] - times[stop - 1] - period) < SAME_TIME:
            stop += 1
        yield times[start], period if stop - start > 1 else 0.0, stop - start
        start = stop
