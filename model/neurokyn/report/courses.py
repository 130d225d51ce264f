"""Courses over time: arm by arm, and day by day."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

DAY, WEEK = 24.0, 168.0
COARSEST = DAY / 4  # points farther apart say nothing about the mean of a day


@dataclass(frozen=True)
class Days:
    """A course day by day, counted from its first point.

    Parameters
    ----------
    hours : ndarray, shape (n_days,)
        The middle of each whole day.
    mean, least, most : ndarray, shape (n_days,)
        What the course did on it; NaN where some of the day is missing.
    """

    hours: np.ndarray
    mean: np.ndarray
    least: np.ndarray
    most: np.ndarray


def arms_of(data: xr.Dataset) -> list[tuple[str, xr.Dataset]]:
    """The arms of a dataset by name; one unnamed arm if there is no such dimension."""
    if "arm" not in data.dims:
        return [("", data)]
    return [(str(name), data.isel(arm=k)) for k, name in enumerate(data["arm"].values)]


def left_alone(data: xr.Dataset) -> str | None:
    """The arm to which least happens; none if it is the same for all."""
    marked: Mapping[str, Any] = data.attrs.get("events", {})
    kinds = {arm: len(marked.get(arm, {})) for arm, _ in arms_of(data)}
    return min(kinds, key=lambda arm: kinds[arm]) if len(set(kinds.values())) > 1 else None


def time_unit(data: xr.Dataset) -> tuple[float, str]:
    """Hours in the unit in which time reads best, and its name."""
    hours = data["time"].values
    span = hours[-1] - hours[0]
    if span > 4 * WEEK:
        return WEEK, "weeks"
    return (DAY, "days") if span > 3 * DAY else (1.0, "hours")


def has_days(hours: np.ndarray) -> bool:
    """Whether a course has two whole days, with points enough in each for a mean."""
    return len(hours) > 2 and hours[-1] - hours[0] >= 2 * DAY and float(np.diff(hours).max()) <= COARSEST


def mean_between(hours: np.ndarray, values: np.ndarray, start: float, stop: float) -> float:
    """The mean over a stretch of time; NaN if some of it is missing.

    Examples
    --------
    >>> mean_between(np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 2.0]), 0.0, 2.0)
    1.0
    """
    inside = hours[(hours > start) & (hours < stop)]
    when = np.array([start, *inside, stop])
    return float(np.trapezoid(np.interp(when, hours, values), when) / (stop - start))


def ends(hours: np.ndarray, values: np.ndarray) -> tuple[float, float]:
    """Where a course starts and ends: means over its first and last 24 hours, or its first and last value.

    Whole days leave out the time of day, which would show as a change.
    """
    if not has_days(hours):
        return float(values[0]), float(values[-1])
    first, last = float(hours[0]), float(hours[-1])
    return mean_between(hours, values, first, first + DAY), mean_between(hours, values, last - DAY, last)


def by_day(hours: np.ndarray, values: np.ndarray) -> Days:
    """A course day by day; what is left over at the end is no day."""
    count = math.floor((hours[-1] - hours[0]) / DAY + 1e-9)
    edges = hours[0] + DAY * np.arange(count + 1)
    area = np.concatenate([[0.0], np.cumsum(np.diff(hours) * (values[1:] + values[:-1]) / 2)])
    first = np.searchsorted(hours, edges - 1e-9)
    whole = values[: first[-1] + 1]
    return Days(
        hours=(edges[1:] + edges[:-1]) / 2,
        mean=np.diff(np.interp(edges, hours, area)) / DAY,
        least=np.minimum.reduceat(whole, first[:-1]),
        most=np.maximum.reduceat(whole, first[:-1]),
    )
