"""What a trial says in one number, for outcomes on a scale: differences of means and of changes, with intervals.

A person without a measurement (NaN) is left out and counted. What cannot be meant (a negative spread, a correlation
of 2, an infinite score) is an error; what merely cannot be answered (a group of fewer than two, nobody differs) gives
NaN and says why, because among many simulated trials such a trial happens.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from neurokyn.errors import ParameterError
from neurokyn.population.groups import Group, Paired
from neurokyn.population.noncentral import noncentrality

NAN = math.nan
TOO_FEW = "fewer than two people in a group"
ALL_ALIKE = "nobody differs from anybody"


@dataclass(frozen=True)
class Effect:
    """An effect size with its interval.

    Parameters
    ----------
    estimate : float
        First group minus second; NaN if it cannot be told.
    standard_error : float
        Of `estimate`; of its logarithm for a ratio.
    low, high : float
        Limits of the confidence interval.
    n : int
        People it rests on, in all groups.
    what : str
        What it is, in words.
    level : float
        Confidence of the interval, between 0 and 1.
    missing : int
        People left out because their outcome is missing.
    why : str
        Why something is NaN or was mended; empty if there is nothing to say.

    Examples
    --------
    >>> print(Effect(-0.62, 0.1, -0.816, -0.424, 1353, "Hedges' g"))
    Hedges' g -0.62 (-0.82, -0.42), n = 1353
    """

    estimate: float
    standard_error: float
    low: float
    high: float
    n: int
    what: str
    level: float = 0.95
    missing: int = 0
    why: str = ""

    def __str__(self) -> str:
        text = f"{self.what} {self.estimate:.2f} ({self.low:.2f}, {self.high:.2f}), n = {self.n}"
        return text + (f"; {self.why}" if self.why else "")


def hedges_correction(freedom: float) -> float:
    """Hedges' exact correction J = Γ(m/2) / (√(m/2) Γ((m-1)/2)), which frees d from its bias.

    Parameters
    ----------
    freedom : float
        Degrees of freedom m of the standard deviation; above 1.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ParameterError
        If there is no more than one degree of freedom: d then has no expectation.

    Notes
    -----
    Hedges 1981, 10.3102/10769986006002107, equation 6e.

    Examples
    --------
    >>> round(hedges_correction(98), 4)
    0.9923
    """
    if not freedom > 1:
        raise ParameterError(f"Hedges' correction needs more than 1 degree of freedom, not {freedom}")
    if freedom > 1e6:  # beyond, the difference of two logarithms has no digits left
        return 1 - 3 / (4 * freedom - 1)
    half = freedom / 2
    return math.exp(math.lgamma(half) - math.log(half) / 2 - math.lgamma(half - 0.5))


def cohen_d(treated: Group, control: Group, level: float = 0.95) -> Effect:
    """Cohen's d: difference of means over the pooled standard deviation, with the exact (noncentral t) interval.

    Parameters
    ----------
    treated, control : Group
        In the same unit.
    level : float, optional
        Confidence, between 0 and 1.

    Returns
    -------
    Effect
        In standard deviations. NaN, with a reason, if a group has fewer than two people or nobody differs.

    Raises
    ------
    ParameterError
        If `level` is not between 0 and 1.

    Notes
    -----
    Interval: Steiger & Fouladi 1997; Kelley 2007, 10.18637/jss.v020.i08. It is exact for the true difference in
    standard deviations if both groups are normal with one spread. The standard error is that of large samples.

    Examples
    --------
    >>> print(cohen_d(Group(103, 5.5, 50), Group(100, 4.5, 50)))
    Cohen's d 0.60 (0.19, 1.00), n = 100
    """
    normal_quantile(level)
    people, missing, why = _both(treated, control)
    spread = NAN if why else _pooled(treated, control)
    if why or not spread > 1e-100 * abs(treated.mean - control.mean):
        return Effect(NAN, NAN, NAN, NAN, people, "Cohen's d", level, missing, why or ALL_ALIKE)
    d = (treated.mean - control.mean) / spread
    per_person = 1 / treated.n + 1 / control.n
    root = math.sqrt(per_person)
    low, high = (root * noncentrality(d / root, people - 2, (1 + side * level) / 2) for side in (1, -1))
    error = math.sqrt(per_person + d**2 / (2 * people))
    return Effect(d, error, low, high, people, "Cohen's d", level, missing)


def hedges_g(treated: Group, control: Group, level: float = 0.95) -> Effect:
    """Hedges' g: Cohen's d freed from its bias, with the interval that meta-analyses print.

    Parameters
    ----------
    treated, control : Group
        In the same unit. For changes divided by their own spread, give `Paired.change`.
    level : float, optional
        Confidence, between 0 and 1.

    Returns
    -------
    Effect
        In standard deviations. NaN, with a reason, if a group has fewer than two people or nobody differs.

    Raises
    ------
    ParameterError
        If `level` is not between 0 and 1.

    Notes
    -----
    Exact correction of Hedges 1981, 10.3102/10769986006002107. Variance (n1 + n2)/(n1 n2) + g²/(2 (n1 + n2 - 3.94))
    and normal interval as in Cochrane reviews (Deeks & Higgins 2010, Statistical algorithms in Review Manager 5).

    Examples
    --------
    >>> print(hedges_g(Group(103, 5.5, 50), Group(100, 4.5, 50)))
    Hedges' g 0.59 (0.19, 0.99), n = 100
    """
    z = normal_quantile(level)
    people, missing, why = _both(treated, control)
    spread = NAN if why else _pooled(treated, control)
    if why or not spread > 1e-100 * abs(treated.mean - control.mean):
        return Effect(NAN, NAN, NAN, NAN, people, "Hedges' g", level, missing, why or ALL_ALIKE)
    g = hedges_correction(people - 2) * (treated.mean - control.mean) / spread
    error = math.sqrt(1 / treated.n + 1 / control.n + g**2 / (2 * (people - 3.94)))
    return Effect(g, error, g - z * error, g + z * error, people, "Hedges' g", level, missing)


def mean_difference(treated: Group, control: Group, level: float = 0.95) -> Effect:
    """Difference of means in the unit of the scale, with Welch's interval.

    Parameters
    ----------
    treated, control : Group
        In the same unit; for a difference of changes give `Paired.change`.
    level : float, optional
        Confidence, between 0 and 1.

    Returns
    -------
    Effect
        In the unit of the scale. Without spread, or with one person in a group, the difference without an interval.

    Raises
    ------
    ParameterError
        If `level` is not between 0 and 1.

    Notes
    -----
    Welch 1947, 10.1093/biomet/34.1-2.28: spreads may differ.

    Examples
    --------
    >>> print(mean_difference(Group(12.1, 6.4, 48), Group(10.6, 5.6, 42)))
    mean difference 1.50 (-1.01, 4.01), n = 90
    """
    from scipy.special import stdtrit

    normal_quantile(level)
    people, missing, why = _both(treated, control)
    difference = treated.mean - control.mean
    parts = [NAN, NAN] if why else [group.sd**2 / group.n for group in (treated, control)]
    if why or sum(parts) == 0:
        return Effect(difference, NAN, NAN, NAN, people, "mean difference", level, missing, why or ALL_ALIKE)
    shares = [part / sum(parts) for part in parts]  # squares of tiny variances would vanish
    freedom = 1 / (shares[0] ** 2 / (treated.n - 1) + shares[1] ** 2 / (control.n - 1))
    error = math.sqrt(sum(parts))
    half = float(stdtrit(freedom, (1 + level) / 2)) * error
    return Effect(difference, error, difference - half, difference + half, people, "mean difference", level, missing)


def within_arm_change(arm: Paired, level: float = 0.95) -> Effect:
    """Change of one arm over its spread before, bias removed: what a trial without a comparator can say.

    Parameters
    ----------
    arm : Paired
        The same people before and after; their correlation narrows the interval.
    level : float, optional
        Confidence, between 0 and 1.

    Returns
    -------
    Effect
        In standard deviations before treatment; negative if the score fell. NaN, with a reason, with fewer than three
        people, without spread before, or without a correlation.

    Raises
    ------
    ParameterError
        If `level` is not between 0 and 1.

    Notes
    -----
    Becker 1988, 10.1111/j.2044-8317.1988.tb00901.x; variance without equal spreads from Bonett 2008,
    10.1037/1082-989X.13.2.99, as "SMCRH" of the R package metafor. The interval takes t, not the normal quantile, with
    which it would hold the truth in 91 % instead of 95 % of trials of twelve.

    Examples
    --------
    >>> print(within_arm_change(Paired(Group(22, 4, 30), Group(14, 5, 30), 0.5)))
    standardised change -1.95 (-2.61, -1.29), n = 30
    """
    return _of_change([arm], lambda changes: changes[0], "standardised change", level)


def smd_of_change(treated: Paired, control: Paired, level: float = 0.95) -> Effect:
    """Difference of two arms' changes over the pooled spread before treatment, bias removed.

    Parameters
    ----------
    treated, control : Paired
        In the same unit.
    level : float, optional
        Confidence, between 0 and 1.

    Returns
    -------
    Effect
        In standard deviations before treatment. NaN, with a reason, if an arm has fewer than two people, nobody
        differs before, or a correlation is not known.

    Raises
    ------
    ParameterError
        If `level` is not between 0 and 1.

    Notes
    -----
    Estimator d_ppc2 of Morris 2008, 10.1177/1094428106291059; variance as in `within_arm_change`, from the arms' own
    spreads of change. The other usual one, over the spread of change, is `hedges_g(treated.change, control.change)`.

    Examples
    --------
    >>> before = Group(22, 4, 30)
    >>> print(smd_of_change(Paired(before, Group(14, 5, 30), 0.5), Paired(before, Group(17, 5, 30), 0.5)))
    SMD of change -0.74 (-1.35, -0.13), n = 60
    """
    return _of_change([treated, control], lambda changes: changes[0] - changes[1], "SMD of change", level)


def normal_quantile(level: float) -> float:
    """How many standard errors either side hold this share of a normal distribution.

    Parameters
    ----------
    level : float
        Confidence, between 0 and 1.

    Returns
    -------
    float
        In standard errors.

    Raises
    ------
    ParameterError
        If `level` is not between 0 and 1.

    Examples
    --------
    >>> round(normal_quantile(0.95), 3)
    1.96
    """
    from scipy.special import ndtri

    if not 0 < level < 1:
        raise ParameterError(f"level = {level} must lie between 0 and 1", fix="0.95 for 95 %")
    return float(ndtri((1 + level) / 2))


def _both(one: Group, two: Group) -> tuple[int, int, str]:
    """People, missing people, and why their difference cannot be standardised, if so."""
    why = TOO_FEW if min(one.n, two.n) < 2 else ""
    if not why and math.isnan(one.mean + two.mean + one.sd + two.sd):
        why = "a mean or a standard deviation is not known"
    return one.n + two.n, one.missing + two.missing, why


def _pooled(one: Group, two: Group) -> float:
    freedom = one.n + two.n - 2
    return math.hypot(one.sd * math.sqrt((one.n - 1) / freedom), two.sd * math.sqrt((two.n - 1) / freedom))


def _of_change(arms: list[Paired], combine: Callable[[list[float]], float], what: str, level: float) -> Effect:
    """Means of change over the pooled spread before, corrected, with a variance from the spreads of change."""
    from scipy.special import stdtrit

    normal_quantile(level)
    before, changes = [arm.before for arm in arms], [arm.change for arm in arms]
    people, missing = sum(group.n for group in before), sum(group.missing for group in before)
    freedom = people - len(arms)
    why = TOO_FEW if min(group.n for group in before) < 2 or freedom < 2 else ""
    if not why and any(math.isnan(group.mean + group.sd) for group in (*before, *changes)):
        why = "a mean, a standard deviation or a correlation is not known"
    spread = NAN if why else (before[0].sd if len(arms) == 1 else _pooled(*before))
    if why or spread == 0:
        return Effect(NAN, NAN, NAN, NAN, people, what, level, missing, why or "nobody differs from anybody before")
    correction = hedges_correction(freedom)
    g = correction * combine([group.mean for group in changes]) / spread
    parts = sum((group.sd / spread) ** 2 / (group.n - 1) for group in changes)
    error = correction * math.sqrt(parts + g**2 / (2 * freedom))
    half = float(stdtrit(freedom, (1 + level) / 2)) * error
    return Effect(g, error, g - half, g + half, people, what, level, missing)
