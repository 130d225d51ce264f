"""The noncentral t distribution and its noncentrality, which the exact interval of a standardised difference needs.

Our own, because SciPy's inverse (`special.nctdtrinc`) is wrong in the fifth digit and `special.nctdtr` is NaN far out
in its tail, where the search for a limit passes.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

BEYOND = 9.0  # standard deviations that hold all but 1e-19 of a normal distribution


def noncentral_t(t: float, freedom: float, noncentrality: float) -> float:
    """Probability that a noncentral t variable is at most `t`.

    Parameters
    ----------
    t : float
        Where, without a unit.
    freedom : float
        Degrees of freedom, 2 or more.
    noncentrality : float
        Without a unit.

    Returns
    -------
    float
        Between 0 and 1, to about 1e-10.

    Notes
    -----
    T = (Z + δ)/S with Z normal and S² = χ²/m. The integral is taken over S where that is narrow beside the normal
    distribution, over Z elsewhere, so that it is smooth either way.

    Examples
    --------
    >>> round(noncentral_t(2.0, 10, 2.0), 4)
    0.481
    """
    from scipy.special import gammaincc, ndtr

    if t < 0:
        return 1.0 - noncentral_t(-t, freedom, -noncentrality)
    x, weights = _gauss()
    if t < math.sqrt(2 * freedom):
        s, density = _spread(freedom)
        return float(density @ ndtr(t * s - noncentrality))
    low = max(-BEYOND, -noncentrality)
    if low >= BEYOND:
        return float(ndtr(-noncentrality))
    half = (BEYOND - low) / 2
    z = low + half * (x + 1)
    above = gammaincc(freedom / 2, freedom * ((z + noncentrality) / t) ** 2 / 2)
    normal = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return float(ndtr(-noncentrality) + half * (weights @ (normal * above)))


def noncentrality(t: float, freedom: float, share: float) -> float:
    """The noncentrality at which this share of the distribution is at most `t`.

    Parameters
    ----------
    t : float
        Without a unit.
    freedom : float
        Degrees of freedom, 2 or more.
    share : float
        Between 0 and 1.

    Returns
    -------
    float
        Without a unit.

    Examples
    --------
    >>> round(noncentrality(0.0, 10, 0.975), 3)
    -1.96
    """
    from scipy.optimize import brentq

    reach = 4 * math.hypot(1, t / math.sqrt(2 * freedom))
    while not noncentral_t(t, freedom, t - reach) > share > noncentral_t(t, freedom, t + reach):
        reach *= 2
    return float(
        brentq(lambda d: noncentral_t(t, freedom, d) - share, t - reach, t + reach, xtol=1e-12 * reach, rtol=1e-14)
    )


@cache
def _gauss() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, weights = np.polynomial.legendre.leggauss(128)
    return x, weights


@cache
def _spread(freedom: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Values of S = √(χ²/m) and their weighted density."""
    from scipy.special import gammainccinv, gammaincinv, gammaln

    shape = freedom / 2
    low, high = math.sqrt(gammaincinv(shape, 1e-17) / shape), math.sqrt(gammainccinv(shape, 1e-17) / shape)
    x, weights = _gauss()
    half = (high - low) / 2
    s = low + half * (x + 1)
    logarithm = math.log(2) + shape * math.log(shape) - gammaln(shape) + (freedom - 1) * np.log(s) - shape * s**2
    return s, half * weights * np.exp(logarithm)
