"""A trial carried out a hundred times at several sizes: what each finds, and how wide its interval is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import xarray as xr

from neurokyn.analysis.claims.equal import RELEVANT
from neurokyn.analysis.claims.numbers import power
from neurokyn.population.analyses import ANALYSES, Comparison, compare
from neurokyn.population.carrying_out import carry_out
from neurokyn.population.courses import simulate_courses
from neurokyn.population.ratings import carried_forward
from neurokyn.population.reading import read_trial
from neurokyn.population.results import with_people
from neurokyn.population.trial import Trial

PEOPLE, REPETITIONS, SEED = 240, 100, 1  # simulated in every arm; of each size; of people and chance
SHOWN = {
    "half_width": "half the width of the 95 % interval, points",
    "power_three": "trials that find a difference of 3 points, %",
    "significant": "trials whose interval leaves zero out, %",
    "within_three": "trials whose whole interval lies within 3 points either side, %",
    "truth": "the difference of the people simulated, points",
    "lowest": "the difference below which 2.5 % of the trials lie, points",
    "highest": "the difference above which 2.5 % of the trials lie, points",
}


@lru_cache(maxsize=4)
def trials_of(name: str, sizes: tuple[int, ...]) -> xr.Dataset:
    """A trial of two arms at several sizes, everybody randomised.

    Parameters
    ----------
    name : str
        A ready-made trial.
    sizes : tuple of int
        People, all arms together.

    Returns
    -------
    xarray.Dataset
        Dimensions people and repetition: `difference`, `low` and `high` (points, the first arm less the last) of each
        trial, and the variables of `SHOWN` by size.

    Notes
    -----
    People are drawn with replacement from those simulated, as from a population, so that trials differ as much as
    trials of strangers do.
    """
    plan = replace(read_trial(name), preference=None)
    courses = simulate_courses(plan, PEOPLE, SEED)
    found = np.array([[_once(with_people(plan, n), courses, r) for r in range(REPETITIONS)] for n in sizes])
    names = ("difference", "low", "high", "error")
    data = xr.Dataset(
        {key: (("people", "repetition"), found[:, :, k]) for k, key in enumerate(names)},
        coords={"people": list(sizes)},
    )
    score, last = courses["mood.depression"].values[:, :, -1], len(plan.arms) - 1
    truth = np.full(len(sizes), np.nanmean(score[:, 0] - score[:, last]))
    return data.assign({key: ("people", values) for key, values in {"truth": truth, **_summary(data)}.items()})


def _once(trial: Trial, courses: xr.Dataset, repetition: int) -> tuple[float, float, float, float]:
    """Difference, its interval and its standard error in one trial."""
    chance = np.random.default_rng((SEED, trial.people, repetition))
    drawn = courses.isel(person=chance.integers(courses.sizes["person"], size=trial.people))
    found = _compared(trial, drawn, repetition).difference
    return found.estimate, found.low, found.high, found.standard_error


def _compared(trial: Trial, courses: xr.Dataset, repetition: int) -> Comparison:
    done, judged, arms = carry_out(trial, courses, SEED, repetition), trial.outcome, list(trial.arms)
    analysis = ANALYSES.get(judged.analysis, carried_forward)
    return compare(done.ratings[judged.scale], arms[0], arms[-1], None, analysis, judged.response, judged.remission)


def _summary(data: xr.Dataset) -> dict[str, np.ndarray]:
    """The variables of `SHOWN`, each of shape (n_sizes,)."""
    low, high, found = data["low"].values, data["high"].values, data["difference"].values
    errors: Sequence[float] = np.median(data["error"].values, axis=1).tolist()
    return {
        "half_width": np.median((high - low) / 2, axis=1),
        "power_three": 100 * np.array([power(RELEVANT, error) for error in errors]),
        "significant": 100 * np.mean((low > 0) | (high < 0), axis=1),
        "within_three": 100 * np.mean((low > -RELEVANT) & (high < RELEVANT), axis=1),
        "lowest": np.percentile(found, 2.5, axis=1),
        "highest": np.percentile(found, 97.5, axis=1),
    }
