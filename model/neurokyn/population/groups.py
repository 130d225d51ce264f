"""Outcomes of a group, summed up: from people or from what a paper prints.

A person without a measurement (NaN) is left out and counted; an impossible number is an error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurokyn.errors import ParameterError

NAN = math.nan


@dataclass(frozen=True)
class Group:
    """Outcomes of one group, summed up.

    Parameters
    ----------
    mean : float
        Mean, in the unit of the scale.
    sd : float
        Standard deviation with n - 1, in the unit of the scale.
    n : int
        People measured.
    missing : int
        People not measured.

    Raises
    ------
    ParameterError
        If a number is impossible.

    Examples
    --------
    >>> Group.of([8.0, 10.0, float("nan"), 12.0])
    Group(mean=10.0, sd=2.0, n=3, missing=1)
    """

    mean: float
    sd: float
    n: int
    missing: int = 0

    def __post_init__(self) -> None:
        whole(self.n, "people of a group")
        if math.isinf(self.mean) or math.isinf(self.sd):
            raise ParameterError(f"mean = {self.mean} and SD = {self.sd} must be finite")
        if self.sd < 0:
            raise ParameterError(f"SD = {self.sd} is below 0")

    @staticmethod
    def of(outcomes: ArrayLike) -> Group:
        """A group from its people's outcomes.

        Parameters
        ----------
        outcomes : array_like, shape (people,)
            In the unit of the scale; NaN where a person was not measured.

        Returns
        -------
        Group
            Mean NaN without people; SD NaN with fewer than two.

        Raises
        ------
        ParameterError
            If an outcome is infinite or the outcomes are no list.
        """
        values = _row(outcomes)
        seen = values[~np.isnan(values)]
        n = len(seen)
        spread = float(np.std(seen, ddof=1)) if n > 1 and np.ptp(seen) > 0 else (0.0 if n > 1 else NAN)
        return Group(float(np.mean(seen)) if n else NAN, spread, n, len(values) - n)


@dataclass(frozen=True)
class Paired:
    """One group measured twice.

    Parameters
    ----------
    before, after : Group
        The same people, in the same unit.
    correlation : float
        Between the two measurements, -1 to 1; NaN if it cannot be told.

    Raises
    ------
    ParameterError
        If the numbers of people differ or the correlation is impossible.

    Examples
    --------
    >>> Paired(Group(22, 4, 30), Group(14, 5, 30), 0.5).change
    Group(mean=-8, sd=4.58..., n=30, missing=0)
    """

    before: Group
    after: Group
    correlation: float

    def __post_init__(self) -> None:
        if self.before.n != self.after.n:
            raise ParameterError(f"{self.before.n} people before and {self.after.n} after are not the same people")
        if abs(self.correlation) > 1:
            raise ParameterError(f"correlation = {self.correlation} is outside -1 to 1")

    @staticmethod
    def of(before: ArrayLike, after: ArrayLike) -> Paired:
        """A group from its people's two outcomes; who lacks one of them is left out of both.

        Parameters
        ----------
        before, after : array_like, shape (people,)
            The same people in the same order, in the unit of the scale; NaN where not measured.

        Returns
        -------
        Paired
            Correlation NaN if a spread is zero or unknown.

        Raises
        ------
        ParameterError
            If the lists differ in length or hold an infinite number.
        """
        first, second = _row(before), _row(after)
        if len(first) != len(second):
            raise ParameterError(f"{len(first)} outcomes before and {len(second)} after are not the same people")
        lacking = np.isnan(first) | np.isnan(second)
        one, two = (Group.of(np.where(lacking, NAN, values)) for values in (first, second))
        if not (one.sd > 0 and two.sd > 0):
            return Paired(one, two, NAN)
        r = float(np.corrcoef(first[~lacking], second[~lacking])[0, 1])
        return Paired(one, two, min(1.0, max(-1.0, r)))

    @property
    def change(self) -> Group:
        """After minus before as a group with an SD of sqrt(s1² + s2² - 2 r s1 s2)."""
        one, two = self.before, self.after
        r = self.correlation if one.sd != 0 and two.sd != 0 else 0.0  # of a constant it does not matter
        variance = one.sd**2 + two.sd**2 - 2 * r * one.sd * two.sd
        return Group(two.mean - one.mean, math.sqrt(0.0 if variance < 0 else variance), one.n, one.missing)


def whole(count: int, what: str) -> None:
    """Refuse what is no number of people.

    Parameters
    ----------
    count : int
        To be checked.
    what : str
        Its name, for the message.

    Raises
    ------
    ParameterError
        If it is below 0 or not whole.

    Examples
    --------
    >>> whole(12, "people of a group")
    """
    if not count >= 0 or count != int(count):
        raise ParameterError(f"{what} = {count} must be a whole number, 0 or more")


def _row(outcomes: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(outcomes, dtype=float)
    if values.ndim != 1:
        raise ParameterError(f"outcomes must be a list, one number for each person, not of shape {values.shape}")
    if np.isinf(values).any():
        raise ParameterError("an outcome is infinite", fix="a missing outcome is NaN")
    return values
