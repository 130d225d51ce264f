"""Who gets which arm: by chance, by chance within strata, or by choice."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy.optimize import brentq
from scipy.special import expit

from neurokyn.population.criteria import satisfied
from neurokyn.population.trial import Preference, Trial


def allocate(trial: Trial, people: xr.Dataset, rng: np.random.Generator) -> np.ndarray:
    """Share people out among the arms of a trial.

    Parameters
    ----------
    trial : Trial
        The design: sizes of arms, strata, preference.
    people : xarray.Dataset
        Dimension `person`, with covariates; as many people as the trial wants.
    rng : numpy.random.Generator
        What chance is drawn from.

    Returns
    -------
    ndarray of int, shape (n,)
        Place of each person's arm. Arms have their planned sizes, but for those that people choose.
    """
    sizes = np.array([arm.people for arm in trial.arms.values()])
    n = people.sizes["person"]
    strata = _strata(trial, people)
    found = np.empty(n, dtype=np.int64)
    left = np.repeat(np.arange(len(sizes)), np.round(sizes * n / sizes.sum()).astype(int))
    left = np.resize(left, n) if len(left) else np.zeros(n, dtype=int)
    order = np.concatenate([rng.permutation(np.flatnonzero(strata == s)) for s in np.unique(strata)])
    # evenly spread through the order of strata, so that each stratum has the arms in proportion
    spread = np.argsort((np.arange(n) * _golden(n)) % n, kind="stable") if trial.strata else rng.permutation(n)
    found[order] = left[spread]
    if trial.preference:
        names = list(trial.arms)
        chooses = rng.random(n) < trial.preference.share
        wanted = names.index(trial.preference.arm)
        chance = expit(leanings(trial.preference, people, sizes[wanted] / sizes.sum()))
        chosen = np.where(rng.random(n) < chance, wanted, 1 - wanted)
        found = np.where(chooses, chosen, found)
    return found


def _golden(n: int) -> int:
    """A step without a common divisor with n, near n over the golden ratio: neighbours land far apart."""
    step = max(1, round(n * 0.6180339887498949))
    while np.gcd(step, n) != 1:
        step += 1
    return step


def meets(criterion: str, people: xr.Dataset) -> np.ndarray:
    """Who meets a criterion over what is known of people.

    Parameters
    ----------
    criterion : str
        As for `satisfied`.
    people : xarray.Dataset
        Covariates along `person`.

    Returns
    -------
    ndarray of bool, shape (n,)
        Who meets it.
    """
    names = [str(name) for name, column in people.data_vars.items() if column.dims == ("person",)]
    known = {name: people[name].values for name in names}
    groups = {name: people[name].attrs["categories"].split() for name in names if "categories" in people[name].attrs}
    return satisfied(criterion, known, groups)


def _strata(trial: Trial, people: xr.Dataset) -> np.ndarray:
    """The stratum of each person."""
    strata = np.zeros(people.sizes["person"], dtype=np.int64)
    for criterion in trial.strata:
        strata = 2 * strata + meets(criterion, people)
    return strata


def leanings(preference: Preference, people: xr.Dataset, share: float) -> np.ndarray:
    """Log odds with which people choose the arm of a preference.

    Parameters
    ----------
    preference : Preference
        What people lean by.
    people : xarray.Dataset
        With the covariates it names.
    share : float
        Of all who choose, those who choose the arm: the intercept is solved for.

    Returns
    -------
    ndarray, shape (n,)
        Log odds.
    """
    slopes = np.zeros(people.sizes["person"])
    for name, slope in preference.by.items():
        slopes = slopes + slope * people[name].values.astype(float)
    middle = float(brentq(lambda a: float(expit(a + slopes).mean()) - share, -60.0 - slopes.max(), 60.0 - slopes.min()))
    return np.asarray(middle + slopes)
