"""Ratings of a trial as its investigators see them: the people allocated, with rating noise and missing visits.

An analysis set is a function of ratings and week that gives each person a score, NaN for who is not analysed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neurokyn.errors import ParameterError, nearest

Array = NDArray[np.float64]
SAME_VISIT = 1e-3  # weeks, ten minutes: a visit meant to be another is not so near


@dataclass(frozen=True, eq=False)
class Ratings:
    """Scores of one trial, a row for each person and a column for each visit.

    Parameters
    ----------
    arms : tuple of str
        Names of the arms.
    arm : array of int, shape (people,)
        Each person's arm, as its place in `arms`.
    weeks : array, shape (visits,)
        Moments of the visits in weeks, rising; the first is 0, the baseline.
    score : array, shape (people, visits)
        In points of the scale, fewer is better; NaN where a person was not seen.
    stayed : array of bool, shape (people,)
        Whether the person kept to the treatment until its end.

    Raises
    ------
    ParameterError
        If the shapes do not fit, a name occurs twice, the weeks do not rise from 0, or a score is infinite.

    Examples
    --------
    >>> nan = float("nan")
    >>> ratings = Ratings(("drug", "run"), [0, 1, 1], [0, 8], [[20, 12], [24, 9], [18, nan]], [True, True, False])
    >>> ratings.seen(8)
    array([ True,  True, False])
    >>> ratings.of("run").baseline
    array([24., 18.])
    """

    arms: tuple[str, ...]
    arm: NDArray[np.int64]
    weeks: Array
    score: Array
    stayed: NDArray[np.bool_]

    def __post_init__(self) -> None:
        arm, stayed = np.array(self.arm), np.array(self.stayed)
        weeks, score = np.array(self.weeks, dtype=float), np.array(self.score, dtype=float)
        _check_arms(self.arms, arm)
        if weeks.ndim != 1 or not len(weeks) or weeks[0] != 0 or not (np.diff(weeks) > 0).all():
            raise ParameterError(f"weeks = {weeks.tolist()} must rise from 0, the baseline")
        if score.shape != (len(arm), len(weeks)):
            raise ParameterError(f"scores of shape {score.shape} are not {len(arm)} people by {len(weeks)} visits")
        if np.isinf(score).any():
            raise ParameterError("a score is infinite", fix="a missing score is NaN")
        if stayed.shape != arm.shape or not np.isin(stayed, (0, 1)).all():
            raise ParameterError(f"stayed must be a list of true or false, one for each of {len(arm)} people")
        object.__setattr__(self, "arms", tuple(self.arms))
        columns = {"arm": arm.astype(np.int64), "weeks": weeks, "score": score, "stayed": stayed.astype(bool)}
        for name, values in columns.items():
            values.setflags(write=False)
            object.__setattr__(self, name, values)

    @property
    def baseline(self) -> Array:
        """Each person's score at the first visit, in points."""
        return self.score[:, 0]

    @property
    def end(self) -> Array:
        """Each person's score at the last visit, in points; NaN for who was not seen."""
        return self.score[:, -1]

    def of(self, arm: str) -> Ratings:
        """Ratings of one arm's people alone.

        Parameters
        ----------
        arm : str
            Name of the arm.

        Returns
        -------
        Ratings
            With this arm only; it may have nobody.

        Raises
        ------
        ParameterError
            If there is no such arm.
        """
        if arm not in self.arms:
            raise ParameterError(f"no arm is called '{arm}'{nearest(arm, self.arms)}")
        inside = self.arm == self.arms.index(arm)
        return Ratings((arm,), np.zeros(inside.sum(), np.int64), self.weeks, self.score[inside], self.stayed[inside])

    def visit(self, week: float | None = None) -> int:
        """The place of a visit among the visits.

        Parameters
        ----------
        week : float, optional
            In weeks, to within ten minutes; without it the last visit.

        Returns
        -------
        int
            0 for the baseline.

        Raises
        ------
        ParameterError
            If there is no visit then.
        """
        if week is None:
            return len(self.weeks) - 1
        away = np.abs(self.weeks - week)
        if not away.min() <= SAME_VISIT:
            visits = ", ".join(f"{other:g}" for other in self.weeks)
            raise ParameterError(f"there is no visit at week {week:g}", fix=f"visits are at weeks {visits}")
        return int(away.argmin())

    def seen(self, week: float | None = None) -> NDArray[np.bool_]:
        """Who was seen at a visit.

        Parameters
        ----------
        week : float, optional
            In weeks; without it the last visit.

        Returns
        -------
        array of bool, shape (people,)
            True for who has a score.

        Raises
        ------
        ParameterError
            If there is no visit then.
        """
        return ~np.isnan(self.score[:, self.visit(week)])


AnalysisSet = Callable[[Ratings, float | None], Array]


def all_seen(ratings: Ratings, week: float | None = None) -> Array:
    """Everyone who was seen at the visit, on treatment or not.

    Parameters
    ----------
    ratings : Ratings
        Of one or more arms.
    week : float, optional
        The visit, in weeks; without it the last.

    Returns
    -------
    array, shape (people,)
        Scores in points; NaN for who was not seen.

    Raises
    ------
    ParameterError
        If there is no visit then.

    Examples
    --------
    >>> nan = float("nan")
    >>> all_seen(Ratings(("run",), [0, 0], [0, 4, 8], [[20, 14, nan], [22, nan, 9]], [True, False]))
    array([nan,  9.])
    """
    return ratings.score[:, ratings.visit(week)].copy()


def carried_forward(ratings: Ratings, week: float | None = None) -> Array:
    """Everyone, who was not seen with the last score before; the baseline if nothing later was seen.

    Parameters
    ----------
    ratings : Ratings
        Of one or more arms.
    week : float, optional
        The visit, in weeks; without it the last. Later scores are not used.

    Returns
    -------
    array, shape (people,)
        Scores in points; NaN only for who was never seen until then.

    Raises
    ------
    ParameterError
        If there is no visit then.

    Examples
    --------
    >>> nan = float("nan")
    >>> carried_forward(Ratings(("run",), [0, 0], [0, 4, 8], [[20, 14, nan], [22, nan, 9]], [True, False]))
    array([14.,  9.])
    """
    until = ratings.score[:, : ratings.visit(week) + 1]
    place = np.where(np.isnan(until), 0, np.arange(until.shape[1])).max(axis=1)
    return np.asarray(until[np.arange(len(until)), place])


def completers(ratings: Ratings, week: float | None = None) -> Array:
    """Who kept to the treatment until its end and was seen at the visit.

    Parameters
    ----------
    ratings : Ratings
        Of one or more arms.
    week : float, optional
        The visit, in weeks; without it the last.

    Returns
    -------
    array, shape (people,)
        Scores in points; NaN for who left or was not seen.

    Raises
    ------
    ParameterError
        If there is no visit then.

    Examples
    --------
    >>> nan = float("nan")
    >>> completers(Ratings(("run",), [0, 0], [0, 4, 8], [[20, 14, 11], [22, nan, 9]], [True, False]))
    array([11., nan])
    """
    return np.where(ratings.stayed, all_seen(ratings, week), np.nan)


def _check_arms(arms: tuple[str, ...], arm: NDArray[np.int64]) -> None:
    if isinstance(arms, str) or not arms or len(set(arms)) < len(arms):
        raise ParameterError(f"arms = {arms!r} must be names, each of them once")
    if arm.ndim != 1 or (arm.size and not np.issubdtype(arm.dtype, np.integer)):
        raise ParameterError("arm must be a list of whole numbers, one for each person")
    if arm.size and not (arm.min() >= 0 and arm.max() < len(arms)):
        raise ParameterError(f"arm holds {arm.min()} to {arm.max()}, but there are arms 0 to {len(arms) - 1} only")
