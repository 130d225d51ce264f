"""How a number varies between people, within plausible limits.

A log-normal spread keeps the median: half of the people lie above the table's value. Limits cut a distribution off as
if a number outside were drawn again until it lies within; one draw is enough, through the inverse of the cut
distribution, so nobody stands at the limit itself. The bounds of a parameter are no such limits: they say where the
value of the typical person may lie.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from neurokyn.compiler.parameters import Parameter
from neurokyn.errors import ParameterError, nearest

WIDTHS = 3.0  # where a spread ends that states no limits of its own
NEEDS = {"normal": ("sd",), "lognormal": ("cv",), "uniform": ("low", "high")}


@dataclass(frozen=True)
class Spread:
    """A distribution between people, cut at two limits.

    Parameters
    ----------
    kind : str
        "normal", "lognormal" or "uniform".
    middle : float
        Mean of the normal, median of the log-normal; unused by the uniform.
    width : float
        SD of the normal, SD of the logarithm of the log-normal; unused by the uniform.
    low, high : float
        Limits, in the unit of the number.
    """

    kind: str
    middle: float
    width: float
    low: float
    high: float

    def cut(self) -> tuple[float, float]:
        """The shares of the uncut distribution below the low and below the high limit."""
        if self.kind == "uniform":
            return 0.0, 1.0
        return float(ndtr(self._score(self.low))), float(ndtr(self._score(self.high)))

    @property
    def within(self) -> float:
        """The share of the uncut distribution that lies within the limits."""
        below, above = self.cut()
        return above - below

    def at(self, uniform: np.ndarray) -> np.ndarray:
        """Numbers of the cut distribution.

        Parameters
        ----------
        uniform : ndarray, shape (n,)
            Evenly between 0 and 1.

        Returns
        -------
        ndarray, shape (n,)
            Numbers within the limits, rising with `uniform`.

        Examples
        --------
        >>> Spread("normal", 10.0, 2.0, 0.0, 20.0).at(np.array([0.5])).round(3).tolist()
        [10.0]
        """
        if self.kind == "uniform":
            return self.low + (self.high - self.low) * uniform
        below, above = self.cut()
        score = self.middle_score + self.width * ndtri(below + (above - below) * uniform)
        return np.asarray(np.clip(np.exp(score) if self.kind == "lognormal" else score, self.low, self.high))

    def median_above(self, x: float) -> float:
        """The median of those above a number."""
        if self.kind == "uniform":
            return (max(x, self.low) + self.high) / 2
        below, above = self.cut()
        share = (max(float(ndtr(self._score(x))), below) + above) / 2
        return float(self.at(np.array([(share - below) / (above - below)]))[0])

    @property
    def middle_score(self) -> float:
        """The middle on the scale on which the distribution is normal."""
        return math.log(self.middle) if self.kind == "lognormal" else self.middle

    def _score(self, x: float) -> float:
        """A limit in SDs from the middle."""
        if self.kind == "lognormal":
            x = -math.inf if x <= 0 else math.log(x) if math.isfinite(x) else x
        return (x - self.middle_score) / self.width


def read_spread(row: Mapping[str, Any], middle: float, place: str) -> Spread:
    """A spread as it stands in `params/`.

    Parameters
    ----------
    row : mapping
        `kind`, its width (`sd`, `cv`), and `low` and `high`: three widths from the middle if not given.
    middle : float
        Mean or median.
    place : str
        Whose it is, for messages.

    Returns
    -------
    Spread
        The distribution.

    Raises
    ------
    ParameterError
        If a key is missing, the width is not positive or next to nothing lies within the limits.
    """
    kind = str(row.get("kind", ""))
    if kind not in NEEDS:
        raise ParameterError(f"{place}: spread kind '{kind}' is unknown{nearest(kind, NEEDS)}")
    lacking = [key for key in NEEDS[kind] if key not in row]
    if lacking:
        raise ParameterError(f"{place}: the {kind} spread lacks {', '.join(lacking)}")
    if kind == "lognormal" and middle <= 0:
        raise ParameterError(f"{place}: a lognormal spread needs a middle above 0, not {middle:g}")
    width = math.sqrt(math.log1p(float(row["cv"]) ** 2)) if kind == "lognormal" else float(row.get("sd", 1.0))
    away = WIDTHS * width
    ends = (
        (middle - away, middle + away) if kind != "lognormal" else (middle * math.exp(-away), middle * math.exp(away))
    )
    low, high = float(row.get("low", ends[0])), float(row.get("high", ends[1]))
    if not (width > 0 and low < high):
        raise ParameterError(f"{place}: a spread needs a positive width and low < high, not {dict(row)}")
    spread = Spread(kind, middle, width, low, high)
    if spread.within < 1e-3:
        raise ParameterError(f"{place}: next to nobody lies within {low:g} to {high:g}; move the limits or the middle")
    return spread


def spread_of(parameter: Parameter) -> Spread:
    """How a parameter varies around the person's value.

    Examples
    --------
    >>> spread_of(Parameter("m.k", 2.0, spread={"kind": "normal", "sd": 0.5, "low": 1.0})).low
    1.0
    """
    return read_spread(parameter.spread, parameter.value, parameter.name)
