"""Ups and downs, good and bad days, and the end of an episode: drawn before a person is simulated.

Each is a stationary process of the person's own streams (Ornstein-Uhlenbeck, exact from day to day), held for a day at
a time, so that the solver sees piecewise constant drives and stays deterministic.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neurokyn.population.observation import observation
from neurokyn.population.streams import Stream

FLUCTUATION, DAY_STATE = "mood.fluctuation", "mood.day_state"
NATURAL, EPISODE_END = "mood.natural_course", "mood.episode_end"


class Entry(NamedTuple):
    """Where people stand when they enter.

    Parameters
    ----------
    fluctuation : ndarray, shape (n,)
        Ups and downs at t = 0, log odds.
    settled : ndarray, shape (n,)
        What they have left in slow severity by then, log odds.
    day_state : ndarray, shape (n,)
        The day of entry, log odds.
    """

    fluctuation: np.ndarray
    settled: np.ndarray
    day_state: np.ndarray


def draw_entry(seed: int, n: int, first: int, severity_time: float) -> Entry:
    """Ups and downs of people at entry, in their stationary distribution.

    Parameters
    ----------
    seed : int
        Of the study.
    n, first : int
        How many people, and the number of the first.
    severity_time : float
        How fast slow severity follows, in days.

    Returns
    -------
    Entry
        One number for each person.
    """
    numbers = observation()
    x = numbers.fluctuation_sd * Stream(seed, "natural course.fluctuation").normal(n, first)
    share = numbers.fluctuation_time / (numbers.fluctuation_time + severity_time)  # cov(x, z) = var(z) = share var(x)
    apart = numbers.fluctuation_sd * np.sqrt(share * (1.0 - share))
    z = share * x + apart * Stream(seed, "natural course.settled").normal(n, first)
    day = numbers.day_sd * Stream(seed, "natural course.day").normal(n, first)
    return Entry(x, z, day)


class Course(NamedTuple):
    """What one person's days bring.

    Parameters
    ----------
    fluctuation, day_state : ndarray, shape (days,)
        Log odds, held from day to day.
    ends : float
        Day on which the episode ends by itself; infinity if it does not.
    """

    fluctuation: np.ndarray
    day_state: np.ndarray
    ends: float


def draw_course(seed: int, person: int, days: int, fluctuation: float, day_state: float) -> Course:
    """The days of one person.

    Parameters
    ----------
    seed : int
        Of the study.
    person : int
        Number of the person.
    days : int
        How many; the first days of a long course are those of a short one.
    fluctuation, day_state : float
        At t = 0, log odds.

    Returns
    -------
    Course
        Ups and downs, and the end of the episode.
    """
    numbers = observation()
    draws = Stream(seed, "natural course.days").of(person).standard_normal((days, 2))
    x, d = np.empty(days), np.empty(days)
    x[0], d[0] = fluctuation, day_state
    kept = np.exp(-1.0 / np.array([numbers.fluctuation_time, numbers.day_time]))
    moved = np.sqrt(1.0 - kept**2) * np.array([numbers.fluctuation_sd, numbers.day_sd])
    for k in range(1, days):
        x[k] = kept[0] * x[k - 1] + moved[0] * draws[k, 0]
        d[k] = kept[1] * d[k - 1] + moved[1] * draws[k, 1]
    waiting = -np.log(Stream(seed, "natural course.end of episode").uniform(1, person)[0])
    hazard = numbers.episode_end_hazard
    return Course(x, d, 7.0 * waiting / hazard if hazard > 0 else np.inf)
