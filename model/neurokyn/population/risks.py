"""What a trial says in one number, for outcomes that happen or do not: risks, their ratios, numbers needed to treat.

Nobody in a group gives NaN and says so; an empty cell is mended with a half in each cell, and that is said too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from neurokyn.errors import ParameterError
from neurokyn.population.effects import Effect, normal_quantile
from neurokyn.population.groups import whole

NAN = math.nan
Logarithm = Callable[[float, float, float, float], tuple[float, float]]
NOBODY = "a group without people"


@dataclass(frozen=True)
class Count:
    """How many of a group had the event.

    Parameters
    ----------
    events : int
        People with the event.
    n : int
        People observed.
    missing : int
        People not observed.

    Raises
    ------
    ParameterError
        If a number is impossible.

    Examples
    --------
    >>> Count.of([1, 0, float("nan"), 1])
    Count(events=2, n=3, missing=1)
    """

    events: int
    n: int
    missing: int = 0

    def __post_init__(self) -> None:
        whole(self.n, "people of a group")
        whole(self.events, "people with the event")
        if self.events > self.n:
            raise ParameterError(f"{self.events} of {self.n} people had the event")

    @staticmethod
    def of(outcomes: ArrayLike) -> Count:
        """A count from its people's outcomes.

        Parameters
        ----------
        outcomes : array_like, shape (people,)
            1 or true if it happened, 0 or false if not, NaN where a person was not observed; no unit.

        Returns
        -------
        Count
            Missing people are left out and counted.

        Raises
        ------
        ParameterError
            If an outcome is anything else.
        """
        values = np.asarray(outcomes, dtype=float)
        seen = values[~np.isnan(values)]
        if values.ndim != 1 or not np.isin(seen, (0.0, 1.0)).all():
            raise ParameterError("outcomes must be a list of 0, 1 and NaN, one for each person")
        return Count(int(seen.sum()), len(seen), len(values) - len(seen))

    @property
    def risk(self) -> float:
        """Share of people with the event; NaN without people."""
        return self.events / self.n if self.n else NAN


def share(group: Count, level: float = 0.95) -> Effect:
    """A share of people, with Wilson's score interval.

    Parameters
    ----------
    group : Count
        Of the event.
    level : float, optional
        Confidence, between 0 and 1.

    Returns
    -------
    Effect
        As a share, 0 to 1. NaN, with a reason, if there is nobody.

    Raises
    ------
    ParameterError
        If `level` is not between 0 and 1.

    Notes
    -----
    Wilson 1927, 10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> print(share(Count(50, 96)))
    share 0.52 (0.42, 0.62), n = 96
    """
    z = normal_quantile(level)
    if not group.n:
        return Effect(NAN, NAN, NAN, NAN, 0, "share", level, group.missing, NOBODY)
    p, low, high = _wilson(group, z)
    error = math.sqrt(p * (1 - p) / group.n)
    return Effect(p, error, low, high, group.n, "share", level, group.missing)


def risk_difference(treated: Count, control: Count, level: float = 0.95) -> Effect:
    """Difference of two risks, with Newcombe's score interval.

    Parameters
    ----------
    treated, control : Count
        Of the same event.
    level : float, optional
        Confidence, between 0 and 1.

    Returns
    -------
    Effect
        As a share, -1 to 1. NaN, with a reason, if a group has nobody. The interval holds with empty cells, the
        standard error (Wald's) is then too small.

    Raises
    ------
    ParameterError
        If `level` is not between 0 and 1.

    Notes
    -----
    Method 10 of Newcombe 1998, 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.

    Examples
    --------
    >>> print(risk_difference(Count(56, 70), Count(48, 80)))
    risk difference 0.20 (0.05, 0.33), n = 150
    """
    z = normal_quantile(level)
    people, missing = treated.n + control.n, treated.missing + control.missing
    if not (treated.n and control.n):
        return Effect(NAN, NAN, NAN, NAN, people, "risk difference", level, missing, NOBODY)
    (p, below_p, above_p), (q, below_q, above_q) = _wilson(treated, z), _wilson(control, z)
    error = math.sqrt(p * (1 - p) / treated.n + q * (1 - q) / control.n)
    low = max(-1.0, p - q - math.hypot(p - below_p, above_q - q))
    high = min(1.0, p - q + math.hypot(above_p - p, q - below_q))
    return Effect(p - q, error, low, high, people, "risk difference", level, missing)


def risk_ratio(treated: Count, control: Count, level: float = 0.95) -> Effect:
    """Ratio of two risks, with the interval that is symmetric in its logarithm.

    Parameters
    ----------
    treated, control : Count
        Of the same event.
    level : float, optional
        Confidence, between 0 and 1.

    Returns
    -------
    Effect
        Above 0, without a unit; `standard_error` is that of the logarithm. NaN, with a reason, if a group has nobody
        or the event happened to none or all.

    Raises
    ------
    ParameterError
        If `level` is not between 0 and 1.

    Notes
    -----
    Katz et al. 1978, 10.2307/2530610. An empty cell adds 1/2 to all four.

    Examples
    --------
    >>> print(risk_ratio(Count(5, 100), Count(10, 100)))
    risk ratio 0.50 (0.18, 1.41), n = 200
    """
    return _ratio(treated, control, "risk ratio", _log_risk_ratio, level)


def odds_ratio(treated: Count, control: Count, level: float = 0.95) -> Effect:
    """Ratio of two odds, with the interval that is symmetric in its logarithm.

    Parameters
    ----------
    treated, control : Count
        Of the same event.
    level : float, optional
        Confidence, between 0 and 1.

    Returns
    -------
    Effect
        Above 0, without a unit; `standard_error` is that of the logarithm. NaN, with a reason, if a group has nobody
        or the event happened to none or all.

    Raises
    ------
    ParameterError
        If `level` is not between 0 and 1.

    Notes
    -----
    Woolf 1955, 10.1111/j.1469-1809.1955.tb01348.x. An empty cell adds 1/2 to all four; for estimators with and without
    see Walter & Cook 1991, 10.2307/2532640.

    Examples
    --------
    >>> print(odds_ratio(Count(5, 100), Count(10, 100)))
    odds ratio 0.47 (0.16, 1.44), n = 200
    """
    return _ratio(treated, control, "odds ratio", _log_odds_ratio, level)


@dataclass(frozen=True)
class NumberNeeded:
    """People to be treated for one more event: a number whose interval may pass through infinity.

    Parameters
    ----------
    estimate, best, worst : float
        1 / risk difference and 1 / its limits: above 0 for benefit, below 0 for harm, infinite for no difference.
    through_infinity : bool
        Whether neither benefit nor harm is excluded: the interval is then everything above `best` and everything
        below `worst`, not what lies between them.
    n : int
        People it rests on.
    level : float
        Confidence of the interval, between 0 and 1.
    why : str
        Why it is NaN, if it is.
    """

    estimate: float
    best: float
    worst: float
    through_infinity: bool
    n: int
    level: float = 0.95
    why: str = ""

    def __str__(self) -> str:
        between = " to ∞ to " if self.through_infinity else " to "
        text = f"{_signed(self.estimate)} ({_signed(self.best)}{between}{_signed(self.worst)}), n = {self.n}"
        return text + (f"; {self.why}" if self.why else "")


def number_needed(difference: Effect) -> NumberNeeded:
    """Number needed to treat for benefit (NNTB) or harm (NNTH), from a difference of risks.

    Parameters
    ----------
    difference : Effect
        `risk_difference` of a wanted event (response, remission), as a share; of an unwanted one with control first.

    Returns
    -------
    NumberNeeded
        Limits are the reciprocals of the limits of the difference; NaN if the difference is.

    Raises
    ------
    ParameterError
        If a limit is outside -1 to 1, as no difference of risks is.

    Notes
    -----
    Altman 1998, 10.1136/bmj.317.7168.1309; from score intervals Bender 2001, 10.1016/S0197-2456(00)00134-3.

    Examples
    --------
    >>> print(number_needed(risk_difference(Count(30, 96), Count(12, 45))))
    NNTB 21.8 (NNTB 5.2 to ∞ to NNTH 8.3), n = 141
    """
    values = (difference.estimate, difference.high, difference.low)
    if any(abs(value) > 1 for value in values):
        raise ParameterError(f"{difference.what} of {difference.estimate} is no difference of risks")
    estimate, best, worst = (1 / value if value else math.inf for value in values)
    through = difference.low < 0 < difference.high
    return NumberNeeded(estimate, best, worst, through, difference.n, difference.level, difference.why)


def _signed(number: float) -> str:
    if not math.isfinite(number):
        return "∞" if math.isinf(number) else "NaN"
    return f"{'NNTB' if number > 0 else 'NNTH'} {abs(number):.1f}"


def _wilson(group: Count, z: float) -> tuple[float, float, float]:
    """The share and its score limits."""
    p, n = group.risk, group.n
    middle, half = p + z**2 / (2 * n), z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    low, high = (middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)
    return p, min(p, max(0.0, low)), max(p, min(1.0, high))


def _log_risk_ratio(a: float, b: float, c: float, d: float) -> tuple[float, float]:
    """Logarithm and its variance, from with and without the event in either group."""
    return math.log(a / (a + b) / (c / (c + d))), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)


def _log_odds_ratio(a: float, b: float, c: float, d: float) -> tuple[float, float]:
    """Logarithm and its variance, from with and without the event in either group."""
    return math.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d


def _ratio(treated: Count, control: Count, what: str, logarithm_of: Logarithm, level: float) -> Effect:
    z = normal_quantile(level)
    people, missing = treated.n + control.n, treated.missing + control.missing
    events = treated.events + control.events
    why = "" if treated.n and control.n else NOBODY
    if why or events in {0, people}:
        why = why or f"the event happened to {'all' if events else 'none'}"
        return Effect(NAN, NAN, NAN, NAN, people, what, level, missing, why)
    cells = [treated.events, treated.n - treated.events, control.events, control.n - control.events]
    half = 0.0 if all(cells) else 0.5
    logarithm, variance = logarithm_of(*(cell + half for cell in cells))
    error = math.sqrt(variance)
    low, high = math.exp(logarithm - z * error), math.exp(logarithm + z * error)
    why = "1/2 added to each cell, as one was empty" if half else ""
    return Effect(math.exp(logarithm), error, low, high, people, what, level, missing, why)
