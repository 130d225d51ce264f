"""Many trials in one number: random-effects meta-analysis, its heterogeneity, and whether small trials differ.

Our own, because the libraries that exist let the variance between studies go below zero, or the Hartung-Knapp factor
below one, and give no prediction interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurokyn.errors import ParameterError
from neurokyn.population.effects import normal_quantile

NAN = math.nan
Array = NDArray[np.float64]
Between = Callable[[Array, Array], float]


@dataclass(frozen=True)
class Pooled:
    """The mean of many studies' effects.

    Parameters
    ----------
    estimate, standard_error, low, high : float
        Mean effect and the limits of its confidence interval, in the unit of the studies' estimates.
    k : int
        Studies.
    q : float
        Cochran's Q, without a unit.
    i2 : float
        Share of the variance that is between studies, 0 to 1, from Q.
    tau2 : float
        Variance between studies, in the squared unit of the estimates; NaN with one study.
    level : float
        Confidence of the interval, between 0 and 1.
    """

    estimate: float
    standard_error: float
    low: float
    high: float
    k: int
    q: float
    i2: float
    tau2: float
    level: float = 0.95

    def __str__(self) -> str:
        interval = f"{self.estimate:.2f} ({self.low:.2f}, {self.high:.2f})"
        return f"{interval}, k = {self.k}, I² = {100 * self.i2:.0f} %, τ² = {self.tau2:.2f}"


@dataclass(frozen=True)
class Asymmetry:
    """Whether small studies give larger effects.

    Parameters
    ----------
    intercept, standard_error, low, high : float
        Of Egger's regression, without a unit; 0 without small-study effects.
    p : float
        Two-sided probability of such an intercept if there were none.
    k : int
        Studies.
    """

    intercept: float
    standard_error: float
    low: float
    high: float
    p: float
    k: int


def no_variance(estimates: Array, variances: Array) -> float:
    """No variance between studies: the common-effect model.

    Parameters
    ----------
    estimates, variances : array, shape (studies,)
        Effects in their unit, and their variances.

    Returns
    -------
    float
        Zero.

    Examples
    --------
    >>> no_variance(np.array([0.1, 0.3]), np.array([0.01, 0.02]))
    0.0
    """
    del estimates, variances
    return 0.0


def dersimonian_laird(estimates: Array, variances: Array) -> float:
    """Variance between studies by the method of moments, not below zero.

    Parameters
    ----------
    estimates, variances : array, shape (studies,)
        Effects in their unit, and their variances.

    Returns
    -------
    float
        In the squared unit of the effects.

    Notes
    -----
    DerSimonian & Laird 1986, 10.1016/0197-2456(86)90046-2.

    Examples
    --------
    >>> round(dersimonian_laird(np.array([0.0, 1.0]), np.array([0.1, 0.1])), 3)
    0.4
    """
    weights = 1 / variances
    spare = weights.sum() - (weights**2).sum() / weights.sum()
    return max(0.0, float((_q(estimates, weights) - (len(weights) - 1)) / spare))


def paule_mandel(estimates: Array, variances: Array) -> float:
    """Variance between studies at which Q equals its expectation, k - 1; zero if Q is below it without any.

    Parameters
    ----------
    estimates, variances : array, shape (studies,)
        Effects in their unit, and their variances.

    Returns
    -------
    float
        In the squared unit of the effects.

    Notes
    -----
    Paule & Mandel 1982, 10.6028/jres.087.022; recommended by Veroniki et al. 2016, 10.1002/jrsm.1164.

    Examples
    --------
    >>> round(paule_mandel(np.array([0.0, 1.0]), np.array([0.1, 0.1])), 3)
    0.4
    """
    from scipy.optimize import brentq

    def excess(tau2: float) -> float:
        return _q(estimates, 1 / (variances + tau2)) - (len(variances) - 1)

    if excess(0.0) <= 0:
        return 0.0
    most = float(((estimates - estimates.mean()) ** 2).sum())  # where Q is at most 1
    return float(brentq(excess, 0.0, most, xtol=1e-13 * most))


def restricted_likelihood(estimates: Array, variances: Array) -> float:
    """Variance between studies by restricted maximum likelihood (REML), not below zero.

    Parameters
    ----------
    estimates, variances : array, shape (studies,)
        Effects in their unit, and their variances.

    Returns
    -------
    float
        In the squared unit of the effects.

    Notes
    -----
    Viechtbauer 2005, 10.3102/10769986030003261. The likelihood may have two summits; the highest of a grid is climbed.

    Examples
    --------
    >>> round(restricted_likelihood(np.array([0.0, 1.0]), np.array([0.1, 0.1])), 3)
    0.4
    """
    from scipy.optimize import minimize_scalar

    def loss(tau2: float) -> float:
        weights = 1 / (variances + tau2)
        return float(-np.log(weights).sum() + math.log(weights.sum()) + _q(estimates, weights)) / 2

    most = float(((estimates - estimates.mean()) ** 2).sum())
    if most == 0:
        return 0.0
    grid = most * np.linspace(0, 1, 65) ** 3
    best = int(np.argmin([loss(tau2) for tau2 in grid]))
    bounds = (grid[max(best - 1, 0)], grid[min(best + 1, 64)])
    found = float(minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-10 * most}).x)
    return found if loss(found) < loss(0.0) else 0.0


def random_effects(
    estimates: ArrayLike, standard_errors: ArrayLike, between: Between = dersimonian_laird, level: float = 0.95
) -> Pooled:
    """The mean effect of studies that differ in truth, with the normal interval that Cochrane reviews print.

    Parameters
    ----------
    estimates : array_like, shape (studies,)
        Effects, all in one unit; logarithms of ratios.
    standard_errors : array_like, shape (studies,)
        Their standard errors, in the same unit.
    between : callable, optional
        Variance between studies from estimates and variances: `dersimonian_laird`, `paule_mandel`,
        `restricted_likelihood`, or `no_variance` for the common-effect model.
    level : float, optional
        Confidence, between 0 and 1.

    Returns
    -------
    Pooled
        One study gives itself, with NaN for the heterogeneity that it cannot show.

    Raises
    ------
    ParameterError
        If there is no study, a study has no estimate (leave it out, and say so), or a standard error is not above 0.

    Notes
    -----
    DerSimonian & Laird 1986, 10.1016/0197-2456(86)90046-2; I² of Higgins & Thompson 2002, 10.1002/sim.1186.

    Examples
    --------
    >>> print(random_effects([-0.9, -0.2, -0.6], [0.2, 0.2, 0.3]))
    -0.56 (-1.02, -0.11), k = 3, I² = 67 %, τ² = 0.11
    """
    z = normal_quantile(level)
    y, variances = _studies(estimates, standard_errors)
    k = len(y)
    q = _q(y, 1 / variances)
    tau2 = between(y, variances) if k > 1 else NAN
    i2 = (max(0.0, (q - (k - 1)) / q) if q > 0 else 0.0) if k > 1 else NAN
    weights = 1 / (variances + (tau2 if k > 1 else 0.0))
    mean, error = float((weights * y).sum() / weights.sum()), float(weights.sum() ** -0.5)
    return Pooled(mean, error, mean - z * error, mean + z * error, k, q, i2, tau2, level)


def hartung_knapp(
    estimates: ArrayLike, standard_errors: ArrayLike, between: Between = dersimonian_laird, level: float = 0.95
) -> Pooled:
    """The mean effect with an interval for few studies: t, and an error that is never below `random_effects`'.

    Parameters
    ----------
    estimates, standard_errors : array_like, shape (studies,)
        As in `random_effects`.
    between : callable, optional
        As in `random_effects`.
    level : float, optional
        Confidence, between 0 and 1.

    Returns
    -------
    Pooled
        With one study, an error and an interval of NaN.

    Raises
    ------
    ParameterError
        As in `random_effects`.

    Notes
    -----
    Knapp & Hartung 2003, 10.1002/sim.1482; the factor held at 1 or more as in Röver et al. 2015,
    10.1186/s12874-015-0091-1, because without that alike studies would give less than their own error.

    Examples
    --------
    >>> print(hartung_knapp([-0.9, -0.2, -0.6], [0.2, 0.2, 0.3]))
    -0.56 (-1.56, 0.43), k = 3, I² = 67 %, τ² = 0.11
    """
    from scipy.special import stdtrit

    plain = random_effects(estimates, standard_errors, between, level)
    if plain.k < 2:
        return Pooled(plain.estimate, NAN, NAN, NAN, plain.k, plain.q, NAN, NAN, level)
    y, variances = _studies(estimates, standard_errors)
    factor = max(1.0, _q(y, 1 / (variances + plain.tau2)) / (plain.k - 1))
    error = math.sqrt(factor) * plain.standard_error
    half = float(stdtrit(plain.k - 1, (1 + level) / 2)) * error
    low, high = plain.estimate - half, plain.estimate + half
    return Pooled(plain.estimate, error, low, high, plain.k, plain.q, plain.i2, plain.tau2, level)


def prediction_interval(pooled: Pooled) -> tuple[float, float]:
    """Where the true effect of one more study lies.

    Parameters
    ----------
    pooled : Pooled
        The studies so far.

    Returns
    -------
    tuple of float
        Limits in the unit of the estimates, with the confidence of `pooled`; NaN with fewer than three studies.

    Notes
    -----
    t with k - 2 degrees of freedom: Higgins, Thompson & Spiegelhalter 2009, 10.1111/j.1467-985X.2008.00552.x.

    Examples
    --------
    >>> low, high = prediction_interval(random_effects([-0.9, -0.2, -0.6, -0.5], [0.2, 0.2, 0.3, 0.2]))
    >>> round(low, 2), round(high, 2)
    (-1.73, 0.64)
    """
    from scipy.special import stdtrit

    if pooled.k < 3:
        return NAN, NAN
    spread = math.sqrt(pooled.tau2 + pooled.standard_error**2)
    half = float(stdtrit(pooled.k - 2, (1 + pooled.level) / 2)) * spread
    return pooled.estimate - half, pooled.estimate + half


def egger(estimates: ArrayLike, standard_errors: ArrayLike, level: float = 0.95) -> Asymmetry:
    """Egger's regression of estimate / error on 1 / error, whose intercept shows that small studies differ.

    Parameters
    ----------
    estimates, standard_errors : array_like, shape (studies,)
        As in `random_effects`.
    level : float, optional
        Confidence, between 0 and 1.

    Returns
    -------
    Asymmetry
        NaN with fewer than three studies, or if all are equally precise.

    Raises
    ------
    ParameterError
        As in `random_effects`.

    Notes
    -----
    Egger et al. 1997, 10.1136/bmj.315.7109.629. With standardised differences the error depends on the estimate, and
    the test rejects somewhat too often (Pustejovsky & Rodgers 2019, 10.1002/jrsm.1332).

    Examples
    --------
    >>> round(egger([-0.2, -0.3, -0.7, -1.0], [0.1, 0.15, 0.3, 0.4]).intercept, 2)
    -2.58
    """
    from scipy.special import stdtr, stdtrit

    normal_quantile(level)
    y, variances = _studies(estimates, standard_errors)
    precision = variances**-0.5
    k, off = len(y), precision - precision.mean()
    if k < 3 or not np.ptp(precision) > 1e-12 * precision.max():
        return Asymmetry(NAN, NAN, NAN, NAN, NAN, k)
    response = y * precision
    slope = float((off * response).sum() / (off**2).sum())
    intercept = float(response.mean() - slope * precision.mean())
    rest = float(((response - intercept - slope * precision) ** 2).sum() / (k - 2))
    error = math.sqrt(rest * float(1 / k + precision.mean() ** 2 / (off**2).sum()))
    p = 2 * float(stdtr(k - 2, -abs(intercept) / error)) if error > 0 else NAN
    half = float(stdtrit(k - 2, (1 + level) / 2)) * error
    return Asymmetry(intercept, error, intercept - half, intercept + half, p, k)


def _studies(estimates: ArrayLike, standard_errors: ArrayLike) -> tuple[Array, Array]:
    y, errors = np.asarray(estimates, dtype=float), np.asarray(standard_errors, dtype=float)
    if y.ndim != 1 or y.shape != errors.shape or not len(y):
        raise ParameterError(f"{y.shape} estimates and {errors.shape} standard errors are no list of studies")
    if not np.isfinite(y).all():
        raise ParameterError(f"study {int(np.argmin(np.isfinite(y))) + 1} has no finite estimate", fix="leave it out")
    if not (np.isfinite(errors).all() and (errors > 0).all()):
        raise ParameterError("every study needs a finite standard error above 0", fix="leave out what has none")
    return y, errors**2


def _q(estimates: Array, weights: Array) -> float:
    """Weighted squares about the weighted mean."""
    mean = (weights * estimates).sum() / weights.sum()
    return float((weights * (estimates - mean) ** 2).sum())
