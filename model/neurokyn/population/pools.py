"""Many trials of one design, pooled as a meta-analysis pools them, with the biases of small trials."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.special import gammaln

from neurokyn.population.analyses import ANALYSES
from neurokyn.population.carrying_out import SCALES, rate
from neurokyn.population.observation import observation
from neurokyn.population.pooling import Pooled, random_effects
from neurokyn.population.ratings import carried_forward
from neurokyn.population.streams import Stream
from neurokyn.population.switches import Switches
from neurokyn.population.trial import Pool, Trial

REDRAWS = 50  # how often a trial that was not published is replaced by another


@dataclass(frozen=True, eq=False)
class PooledTrials:
    """The trials of a pool that were published.

    Parameters
    ----------
    sizes : ndarray of int, shape (k,)
        People in each, both arms together.
    effects, errors : mapping of str to ndarray, shape (k,)
        Hedges' g of each trial by scale, active arm minus comparator, and its standard error.
    unpublished : int
        Trials that were not published.
    """

    sizes: np.ndarray
    effects: dict[str, np.ndarray]
    errors: dict[str, np.ndarray]
    unpublished: int

    def pooled(self, scale: str) -> Pooled:
        """The random-effects mean on a scale, of the trials in which both arms were seen."""
        told = np.isfinite(self.errors[scale])
        return random_effects(self.effects[scale][told], self.errors[scale][told])


def carry_out_pool(
    trial: Trial, pool: Pool, courses: xr.Dataset, seed: int, replicate: int, switches: Switches
) -> PooledTrials:
    """Carry out every trial of a pool.

    Parameters
    ----------
    trial : Trial
        The design.
    pool : Pool
        Its sizes, active arms and comparators.
    courses : xarray.Dataset
        People are enrolled from them anew for each trial.
    seed, replicate : int
        Of the study, and which repetition.
    switches : Switches
        Whether the biases of small trials are on.

    Returns
    -------
    PooledTrials
        As published.
    """
    rng = Stream(seed, "pool").of(replicate)
    versus = rng.permutation(_comparators(pool))
    numbers = observation()
    names, biased = list(trial.arms), pool.small_study and switches.bias
    found: dict[str, list[float]] = {scale: [] for scale in SCALES}
    errors: dict[str, list[float]] = {scale: [] for scale in SCALES}
    unpublished = 0
    for k, n in enumerate(pool.sizes):
        arms = np.array([names.index(pool.active[k % len(pool.active)]), names.index(str(versus[k]))])
        for _ in range(REDRAWS):
            one = _one_trial(trial, courses, arms, n, rng)
            if biased:
                shift = numbers.small_study_bias / np.sqrt(n)
                one = {scale: (g - shift, error) for scale, (g, error) in one.items()}
            g, error = one[trial.outcome.scale]
            if not np.isfinite(error):
                continue  # everybody of an arm was missed
            hidden = biased and n < numbers.small_trial and g / error > numbers.favours
            if not hidden or rng.random() < numbers.publication_chance:
                break
            unpublished += 1
        for scale, (g, error) in one.items():
            found[scale].append(g)
            errors[scale].append(error)
    effects, spreads = ({scale: np.array(column) for scale, column in each.items()} for each in (found, errors))
    return PooledTrials(np.array(pool.sizes), effects, spreads, unpublished)


def _comparators(pool: Pool) -> list[str]:
    """Comparator of each trial: shares as near as whole trials allow."""
    k, names = len(pool.sizes), list(pool.versus)
    exact = np.array([pool.versus[name] * k for name in names])
    counts = np.floor(exact).astype(int)
    for place in np.argsort(counts - exact)[: k - counts.sum()]:
        counts[place] += 1
    return [name for name, count in zip(names, counts, strict=True) for _ in range(count)]


def _one_trial(
    trial: Trial, courses: xr.Dataset, arms: np.ndarray, n: int, rng: np.random.Generator
) -> dict[str, tuple[float, float]]:
    """Hedges' g and its standard error on every scale."""
    size = courses.sizes["person"]
    who = rng.permutation(size)[:n] if n <= size else rng.integers(0, size, n)
    active = rng.permutation(np.arange(n) < (n + 1) // 2)
    ratings = rate(trial, courses, who, np.where(active, arms[0], arms[1]), rng)
    analysis = ANALYSES.get(trial.outcome.analysis, carried_forward)
    return {scale: _g(analysis(rated, None), active) for scale, rated in ratings.items()}


def _g(score: np.ndarray, active: np.ndarray) -> tuple[float, float]:
    """Hedges' g and its standard error as Cochrane prints them, without building groups: millions are wanted."""
    seen = ~np.isnan(score)
    one, two = score[active & seen], score[~active & seen]
    n1, n2 = len(one), len(two)
    if n1 < 2 or n2 < 2:
        return np.nan, np.nan
    freedom = n1 + n2 - 2
    pooled = np.sqrt(((n1 - 1) * one.var(ddof=1) + (n2 - 1) * two.var(ddof=1)) / freedom)
    exact = np.exp(gammaln(freedom / 2) - gammaln((freedom - 1) / 2)) / np.sqrt(freedom / 2)
    g = float((one.mean() - two.mean()) / pooled * exact) if pooled > 0 else 0.0
    return g, float(np.sqrt((n1 + n2) / (n1 * n2) + g * g / (2 * (n1 + n2 - 3.94))))
