"""A trial simulated: one trial as its paper would print it, and how much another would differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import xarray as xr

from neurokyn.errors import ScenarioError
from neurokyn.population.analyses import ANALYSES, ArmOutcome, Comparison, compare, outcome
from neurokyn.population.carrying_out import CarriedOut, carry_out
from neurokyn.population.courses import RTOL, simulate_courses
from neurokyn.population.effects import Effect
from neurokyn.population.mixed import mixed_model
from neurokyn.population.pools import PooledTrials, carry_out_pool
from neurokyn.population.questions import event
from neurokyn.population.ratings import carried_forward
from neurokyn.population.switches import Switches
from neurokyn.population.trial import Trial

MOST_PEOPLE = 2000  # simulated for one trial, however often it is repeated
LEAST_POOL = 200  # simulated for a pool, however small its trials


@dataclass(frozen=True, eq=False)
class ArmResult:
    """An arm of one trial.

    Parameters
    ----------
    n : int
        People allocated.
    outcome : ArmOutcome
        Scores, response and remission at the last visit.
    left, adherent : float
        Share that left, and that kept to enough of the programme.
    attended, taken : float
        Share of planned sessions and doses, whoever left included; NaN where none were planned.
    """

    n: int
    outcome: ArmOutcome
    left: float
    adherent: float
    attended: float
    taken: float


@dataclass(frozen=True, eq=False)
class Replicates:
    """A contrast over many repetitions of a trial, the arm minus its comparator.

    Parameters
    ----------
    difference, g, remission, response : ndarray, shape (replicates,)
        Mean difference (points), Hedges' g, risk differences.
    significant : float
        Share of repetitions in which the interval of the mean difference leaves zero out: the power of the design.
    """

    difference: np.ndarray
    g: np.ndarray
    remission: np.ndarray
    response: np.ndarray
    significant: float


@dataclass(frozen=True, eq=False)
class TrialResult:
    """A simulated trial.

    Parameters
    ----------
    trial : Trial
        Its design.
    courses : xarray.Dataset
        Everybody's courses in every arm.
    seed, replicates : int
        Of the study, and how often it was carried out.
    arms : mapping of str to ArmResult
        Of the first repetition; empty for a pool.
    contrasts : mapping of str to Comparison
        Each arm against the last, in the first repetition.
    mixed : mapping of str to Effect
        The same differences by a mixed model for repeated measures.
    repeated : mapping of str to Replicates
        The same contrasts over all repetitions.
    pools : tuple of PooledTrials
        The repetitions of a pool.
    switches : Switches
        What was on.
    """

    trial: Trial
    courses: xr.Dataset
    seed: int
    replicates: int
    arms: Mapping[str, ArmResult]
    contrasts: Mapping[str, Comparison]
    mixed: Mapping[str, Effect]
    repeated: Mapping[str, Replicates]
    pools: tuple[PooledTrials, ...] = ()
    switches: Switches = field(default_factory=Switches)


def simulate_trial(
    trial: Trial,
    *,
    people: int | None = None,
    seed: int = 1,
    replicates: int = 1,
    switches: Switches | None = None,
    settings: Mapping[str, float | str] | None = None,
    rtol: float = RTOL,
    workers: int | None = None,
    progress: bool = False,
) -> TrialResult:
    """Simulate a trial and analyse it.

    Parameters
    ----------
    trial : Trial
        The design; `read_trial` reads one.
    people : int, optional
        How many, all arms together, in the proportions of the design; the design's own number if not given.
    seed : int
        The same seed gives the same result, whatever the number of workers.
    replicates : int
        How often it is carried out. People are enrolled anew from those simulated, and nobody twice as long as there
        are enough (2000 at most).
    switches : Switches, optional
        What is on; everything if not given.
    settings : mapping of str to float or str, optional
        Numbers of the model to change for everybody, as for `simulate_courses`; a trial file cannot.
    rtol : float
        Relative tolerance of the solver.
    workers : int, optional
        Threads; one for each core if not given.
    progress : bool
        Say on standard error how far it is.

    Returns
    -------
    TrialResult
        One trial in full, and the contrasts of all repetitions.

    Raises
    ------
    ScenarioError
        If a number makes no sense.
    SolveError
        If the phenotype has no closed day.

    Examples
    --------
    >>> from neurokyn import read_trial
    >>> result = simulate_trial(read_trial("motar"), people=12, seed=1)
    >>> sorted(result.arms)
    ['drug', 'running']
    """
    if replicates < 1:
        raise ScenarioError(f"replicates = {replicates} must be 1 or more")
    on, design = switches or Switches(), trial if people is None else with_people(trial, people)
    n = people_simulated(design, replicates)
    courses = simulate_courses(
        design, n, seed, switches=on, settings=settings, rtol=rtol, workers=workers, progress=progress
    )
    if design.pool:
        pools = tuple(carry_out_pool(design, design.pool, courses, seed, r, on) for r in range(replicates))
        return TrialResult(design, courses, seed, replicates, {}, {}, {}, {}, pools, on)
    return result_of([carry_out(design, courses, seed, r) for r in range(replicates)], on)


def people_simulated(trial: Trial, replicates: int) -> int:
    """How many people are simulated for a trial that is carried out so often.

    Parameters
    ----------
    trial : Trial
        The design.
    replicates : int
        How often.

    Returns
    -------
    int
        In every arm.
    """
    if trial.pool:
        return max(*trial.pool.sizes, LEAST_POOL)
    return max(trial.people, min(trial.people * replicates, MOST_PEOPLE))


def result_of(every: Sequence[CarriedOut], switches: Switches) -> TrialResult:
    """What a trial gave that was carried out once or more.

    Parameters
    ----------
    every : sequence of CarriedOut
        Its repetitions, the first first.
    switches : Switches
        What was on.

    Returns
    -------
    TrialResult
        As `simulate_trial` gives it for as many repetitions.

    Raises
    ------
    ScenarioError
        If there is no repetition.
    """
    if not every:
        raise ScenarioError("there is no repetition to tell of", fix="carry the trial out once")
    first = every[0]
    design = first.trial
    last = list(design.arms)[-1]
    others = [name for name in design.arms if name != last]
    contrasts = {name: _compare(first, name, last) for name in others}
    mixed = mixed_model(first.ratings[design.outcome.scale], last) if others else {}
    repeated = {name: _repeat([_compare(done, name, last) for done in every]) for name in others}
    arms = {name: _arm(first, name) for name in design.arms}
    return TrialResult(
        design, first.courses, first.drawn[0], len(every), arms, contrasts, mixed, repeated, (), switches
    )


def with_people(trial: Trial, people: int) -> Trial:
    """The same trial at another size.

    Parameters
    ----------
    trial : Trial
        A design that is no pool.
    people : int
        All arms together.

    Returns
    -------
    Trial
        With its arms in proportion.

    Raises
    ------
    ScenarioError
        If it is a pool, or there is not at least one person for each arm.
    """
    if trial.pool:
        raise ScenarioError(f"{trial.name} is a pool of trials", fix="their sizes stand in its file")
    if people < len(trial.arms):
        raise ScenarioError(f"{people} people cannot fill {len(trial.arms)} arms")
    shares = np.array([arm.people for arm in trial.arms.values()]) / trial.people
    sizes = np.maximum(np.floor(shares * people).astype(int), 1)
    for place in np.argsort(sizes - shares * people, kind="stable")[: max(people - sizes.sum(), 0)]:
        sizes[place] += 1
    while sizes.sum() > people:  # somebody in every arm was more than there are
        sizes[np.argmax(np.where(sizes > 1, sizes - shares * people, -np.inf))] -= 1
    arms = {name: replace(arm, people=int(n)) for (name, arm), n in zip(trial.arms.items(), sizes, strict=True)}
    return replace(trial, arms=arms)


def _compare(done: CarriedOut, arm: str, versus: str) -> Comparison:
    judged = done.trial.outcome
    analysis = ANALYSES.get(judged.analysis, carried_forward)
    points = judged.remission
    return compare(done.ratings[judged.scale], arm, versus, None, analysis, judged.response, points)


def _repeat(comparisons: list[Comparison]) -> Replicates:
    effects = [each.difference for each in comparisons]
    told = [effect for effect in effects if np.isfinite(effect.low)]
    return Replicates(
        np.array([effect.estimate for effect in effects]),
        np.array([each.g.estimate for each in comparisons]),
        np.array([each.remission.difference.estimate for each in comparisons]),
        np.array([each.response.difference.estimate for each in comparisons]),
        float(np.mean([effect.low > 0 or effect.high < 0 for effect in told])) if told else np.nan,
    )


def _arm(done: CarriedOut, name: str) -> ArmResult:
    judged, inside = done.trial.outcome, done.arm == list(done.trial.arms).index(name)
    analysis = ANALYSES.get(judged.analysis, carried_forward)
    shares = {}
    for what, kept in (("sessions", "attended"), ("doses", "taken")):
        planned = done.of(f"{what}_planned")[inside].sum()
        shares[kept] = float(done.of(f"{what}_{kept}")[inside].sum() / planned) if planned else np.nan
    return ArmResult(
        int(inside.sum()),
        outcome(done.ratings[judged.scale], name, None, analysis, judged.response, judged.remission),
        _mean(event("left", done, None)[inside]),
        _mean(event("adherent", done, None)[inside]),
        **shares,
    )


def _mean(happened: np.ndarray) -> float:
    """Share of those who can have it; NaN if nobody can."""
    told = happened[~np.isnan(happened.astype(float))]
    return float(told.mean()) if len(told) else np.nan
