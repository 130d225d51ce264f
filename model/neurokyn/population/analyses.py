"""What the ratings of a trial say: changes, response and remission of an arm, and one arm against another.

Who is analysed, with which score, is a function of `ratings.py`; `ANALYSES` holds them by the name of a trial file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from neurokyn.errors import ParameterError
from neurokyn.population.effects import Effect, hedges_g, mean_difference, smd_of_change, within_arm_change
from neurokyn.population.groups import Group, Paired
from neurokyn.population.ratings import AnalysisSet, Ratings, all_seen, carried_forward, completers
from neurokyn.population.risks import Count, NumberNeeded, number_needed, odds_ratio, risk_difference, risk_ratio

Array = NDArray[np.float64]
ROUNDING = 1e-9  # points: 30 % of 10 points are 3 points


ANALYSES: Mapping[str, AnalysisSet] = MappingProxyType(
    {"all seen": all_seen, "completers": completers, "carried forward": carried_forward}
)


def change(ratings: Ratings, week: float | None = None, analysis_set: AnalysisSet = all_seen) -> Array:
    """Each person's change since the baseline.

    Parameters
    ----------
    ratings : Ratings
        Of one or more arms.
    week : float, optional
        The visit, in weeks; without it the last.
    analysis_set : callable, optional
        Who is analysed, with which score.

    Returns
    -------
    array, shape (people,)
        In points, negative if the score fell; NaN for who is not analysed or has no baseline.

    Raises
    ------
    ParameterError
        If there is no visit then.

    Examples
    --------
    >>> change(Ratings(("run",), [0, 0], [0, 8], [[20, 14], [22, 9]], [True, True]))
    array([ -6., -13.])
    """
    return analysis_set(ratings, week) - ratings.baseline


def responded(
    ratings: Ratings, week: float | None = None, share: float = 0.5, analysis_set: AnalysisSet = all_seen
) -> Array:
    """Whose score fell by at least a share of its baseline.

    Parameters
    ----------
    ratings : Ratings
        Of one or more arms.
    week : float, optional
        The visit, in weeks; without it the last.
    share : float, optional
        Of the baseline, above 0 to 1.
    analysis_set : callable, optional
        Who is analysed, with which score.

    Returns
    -------
    array, shape (people,)
        1 or 0; NaN for who is not analysed or has no baseline. From a baseline of 0 nobody responds.

    Raises
    ------
    ParameterError
        If there is no visit then, or the share is impossible.

    Examples
    --------
    >>> responded(Ratings(("run",), [0, 0, 0], [0, 8], [[20, 10], [22, 12], [21, float("nan")]], [True] * 3))
    array([ 1.,  0., nan])
    """
    if not 0 < share <= 1:
        raise ParameterError(f"response = {share} must be a share of the baseline, above 0 and up to 1")
    fall, before = -change(ratings, week, analysis_set), ratings.baseline
    return np.where(np.isnan(fall), np.nan, (before > 0) & (fall >= share * before - ROUNDING))


def remitted(
    ratings: Ratings, week: float | None = None, points: float = 7.0, analysis_set: AnalysisSet = all_seen
) -> Array:
    """Whose score is this low.

    Parameters
    ----------
    ratings : Ratings
        Of one or more arms.
    week : float, optional
        The visit, in weeks; without it the last.
    points : float, optional
        Highest score that counts as remission.
    analysis_set : callable, optional
        Who is analysed, with which score.

    Returns
    -------
    array, shape (people,)
        1 or 0; NaN for who is not analysed.

    Raises
    ------
    ParameterError
        If there is no visit then, or `points` is no number.

    Examples
    --------
    >>> remitted(Ratings(("run",), [0, 0, 0], [0, 8], [[20, 7], [22, 8], [21, float("nan")]], [True] * 3))
    array([ 1.,  0., nan])
    """
    if not np.isfinite(points):
        raise ParameterError(f"remission = {points} must be a number of points")
    scores = analysis_set(ratings, week)
    return np.where(np.isnan(scores), np.nan, scores <= points)


def among_all(outcome: Array) -> NDArray[np.bool_]:
    """Intention to treat: who was not seen counts as not having the event.

    Parameters
    ----------
    outcome : array, shape (people,)
        1, 0, or NaN for who is not analysed, as `responded` and `remitted` give.

    Returns
    -------
    array of bool, shape (people,)
        For everyone who was allocated.

    Examples
    --------
    >>> among_all(np.array([1.0, 0.0, float("nan")]))
    array([ True, False, False])
    """
    return np.nan_to_num(outcome) > 0


@dataclass(frozen=True)
class ArmOutcome:
    """What became of one arm.

    Parameters
    ----------
    name : str
        Of the arm.
    week : float
        Of the visit.
    end : Group
        Scores at the visit, in points.
    course : Paired
        The baseline and the visit of who has both; `course.change` is the change.
    standardised_change : Effect
        Change over the spread before.
    response, remission : Count
        Of everyone allocated; who is not analysed counts as without.
    response_seen, remission_seen : Count
        Of those analysed only.
    """

    name: str
    week: float
    end: Group
    course: Paired
    standardised_change: Effect
    response: Count
    remission: Count
    response_seen: Count
    remission_seen: Count


@dataclass(frozen=True)
class Contrast:
    """An event in two arms, the arm against its comparator.

    Parameters
    ----------
    arm, versus : Count
        People with the event.
    difference, ratio, odds : Effect
        Risk difference, risk ratio, odds ratio.
    needed : NumberNeeded
        To treat for one more event.
    """

    arm: Count
    versus: Count
    difference: Effect
    ratio: Effect
    odds: Effect
    needed: NumberNeeded


@dataclass(frozen=True)
class Comparison:
    """Two arms at a visit; every difference is the arm minus its comparator, negative if the arm does better.

    Parameters
    ----------
    arm, versus : ArmOutcome
        What became of either.
    difference, g : Effect
        Of the scores at the visit, in points and as Hedges' g.
    difference_of_change, g_of_change : Effect
        Of the changes, in points and over their own spread (Hedges' g).
    smd_of_change : Effect
        Of the changes, over the spread before.
    response, remission : Contrast
        Of everyone allocated; a difference above 0 if the arm does better.
    response_seen, remission_seen : Contrast
        Of those analysed only.
    """

    arm: ArmOutcome
    versus: ArmOutcome
    difference: Effect
    g: Effect
    difference_of_change: Effect
    g_of_change: Effect
    smd_of_change: Effect
    response: Contrast
    remission: Contrast
    response_seen: Contrast
    remission_seen: Contrast


def outcome(
    ratings: Ratings,
    arm: str,
    week: float | None = None,
    analysis_set: AnalysisSet = all_seen,
    share: float = 0.5,
    points: float = 7.0,
    level: float = 0.95,
) -> ArmOutcome:
    """What became of one arm at a visit.

    Parameters
    ----------
    ratings : Ratings
        Of the trial.
    arm : str
        Name of the arm.
    week : float, optional
        The visit, in weeks; without it the last.
    analysis_set : callable, optional
        Who is analysed, with which score.
    share : float, optional
        Fall that counts as response, as a share of the baseline.
    points : float, optional
        Highest score that counts as remission.
    level : float, optional
        Confidence, between 0 and 1.

    Returns
    -------
    ArmOutcome
        What cannot be told is NaN and says why.

    Raises
    ------
    ParameterError
        If there is no such arm or visit, or a threshold or `level` is impossible.

    Examples
    --------
    >>> ratings = Ratings(("run",), [0, 0, 0], [0, 8], [[20, 7], [22, 11], [21, float("nan")]], [True] * 3)
    >>> outcome(ratings, "run").response, outcome(ratings, "run").remission_seen
    (Count(events=2, n=3, missing=0), Count(events=1, n=2, missing=1))
    """
    people = ratings.of(arm)
    scores = analysis_set(people, week)
    course = Paired.of(people.baseline, scores)
    response, remission = responded(people, week, share, analysis_set), remitted(people, week, points, analysis_set)
    return ArmOutcome(
        name=arm,
        week=float(people.weeks[people.visit(week)]),
        end=Group.of(scores),
        course=course,
        standardised_change=within_arm_change(course, level),
        response=Count.of(among_all(response)),
        remission=Count.of(among_all(remission)),
        response_seen=Count.of(response),
        remission_seen=Count.of(remission),
    )


def compare(
    ratings: Ratings,
    arm: str,
    versus: str,
    week: float | None = None,
    analysis_set: AnalysisSet = all_seen,
    share: float = 0.5,
    points: float = 7.0,
    level: float = 0.95,
) -> Comparison:
    """An arm against another at a visit.

    Parameters
    ----------
    ratings : Ratings
        Of the trial.
    arm, versus : str
        Names of the arm and of its comparator.
    week, analysis_set, share, points, level
        As in `outcome`.

    Returns
    -------
    Comparison
        What cannot be told is NaN and says why.

    Raises
    ------
    ParameterError
        As in `outcome`, or if the two arms are one.

    Examples
    --------
    >>> scores = [[20, 7], [22, 11], [21, 13], [19, 15], [23, 20], [20, 18]]
    >>> ratings = Ratings(("run", "wait"), [0, 0, 0, 1, 1, 1], [0, 8], scores, [True] * 6)
    >>> print(compare(ratings, "run", "wait").difference)
    mean difference -7.33 (-13.77, -0.90), n = 6
    """
    if arm == versus:
        raise ParameterError(f"arm '{arm}' cannot be compared with itself")
    one, two = (outcome(ratings, name, week, analysis_set, share, points, level) for name in (arm, versus))
    changes = one.course.change, two.course.change
    return Comparison(
        arm=one,
        versus=two,
        difference=mean_difference(one.end, two.end, level),
        g=hedges_g(one.end, two.end, level),
        difference_of_change=mean_difference(*changes, level),
        g_of_change=hedges_g(*changes, level),
        smd_of_change=smd_of_change(one.course, two.course, level),
        response=_contrast(one.response, two.response, level),
        remission=_contrast(one.remission, two.remission, level),
        response_seen=_contrast(one.response_seen, two.response_seen, level),
        remission_seen=_contrast(one.remission_seen, two.remission_seen, level),
    )


def _contrast(arm: Count, versus: Count, level: float) -> Contrast:
    difference = risk_difference(arm, versus, level)
    ratio, odds = risk_ratio(arm, versus, level), odds_ratio(arm, versus, level)
    return Contrast(arm, versus, difference, ratio, odds, number_needed(difference))
