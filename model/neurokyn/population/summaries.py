"""One number from a course: what a summary of a read-out over time is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from neurokyn.errors import ScenarioError


@dataclass(frozen=True)
class Summary(ABC):
    """A number from the course of one read-out.

    Parameters
    ----------
    of : str
        Qualified name of the read-out.
    """

    of: str

    @abstractmethod
    def over(self, values: np.ndarray, times: np.ndarray) -> np.ndarray:
        """The number of each person.

        Parameters
        ----------
        values : ndarray, shape (n_people, n_times)
            The read-out.
        times : ndarray, shape (n_times,)
            In h.

        Returns
        -------
        ndarray, shape (n_people,)
            NaN for whoever failed on the way.
        """

    def unit(self, own: str) -> str:
        """Unit of the number, from that of the read-out."""
        return own


class Mean(Summary):
    """Mean over time, by trapezoids.

    Examples
    --------
    >>> Mean("mood.depression").over(np.array([[1.0, 3.0, 3.0]]), np.array([0.0, 1.0, 2.0]))
    array([2.5])
    """

    def over(self, values: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Area divided by length."""
        return np.asarray(np.trapezoid(values, times, axis=1) / (times[-1] - times[0]))


class AreaUnderCurve(Summary):
    """Integral over time, by trapezoids; in hours times the unit of the read-out."""

    def over(self, values: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Area."""
        return np.asarray(np.trapezoid(values, times, axis=1))

    def unit(self, own: str) -> str:
        """Times hours."""
        return "h" if own == "1" else f"{own}*h"


class Minimum(Summary):
    """Smallest value at the read-out times."""

    def over(self, values: np.ndarray, times: np.ndarray) -> np.ndarray:  # noqa: ARG002
        """Minimum."""
        return np.asarray(np.min(values, axis=1))


class Maximum(Summary):
    """Largest value at the read-out times."""

    def over(self, values: np.ndarray, times: np.ndarray) -> np.ndarray:  # noqa: ARG002
        """Maximum."""
        return np.asarray(np.max(values, axis=1))


@dataclass(frozen=True)
class Quantile(Summary):
    """A quantile of the values at the read-out times.

    Parameters
    ----------
    of : str
        Qualified name of the read-out.
    share : float
        From 0 to 1.
    """

    share: float = 0.5

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ScenarioError(f"a quantile's share is from 0 to 1, not {self.share!r}")

    def over(self, values: np.ndarray, times: np.ndarray) -> np.ndarray:  # noqa: ARG002
        """Quantile."""
        return np.asarray(np.quantile(values, self.share, axis=1))


@dataclass(frozen=True)
class TimeAbove(Summary):
    """Hours above a threshold, the course being straight between read-out times.

    Parameters
    ----------
    of : str
        Qualified name of the read-out.
    threshold : float
        In the unit of the read-out.

    Examples
    --------
    >>> TimeAbove("mood.depression", 1.0).over(np.array([[0.0, 2.0, 2.0]]), np.array([0.0, 1.0, 2.0]))
    array([1.5])
    """

    threshold: float = 0.0

    def over(self, values: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Each interval counts by the share of it that lies above."""
        above = values - self.threshold
        before, after = above[:, :-1], above[:, 1:]
        span = np.abs(before) + np.abs(after)
        crossing = np.divide(
            np.maximum(before, 0) + np.maximum(after, 0), span, out=np.zeros_like(span), where=span > 0
        )
        share = np.where(np.isnan(span), np.nan, crossing)
        return np.asarray(share @ np.diff(times))

    def unit(self, own: str) -> str:  # noqa: ARG002
        """Hours."""
        return "h"
