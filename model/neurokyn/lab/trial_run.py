"""A virtual trial carried out bit by bit: who asks for what, and how far it is after every bit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import xarray as xr

from neurokyn.errors import nearest
from neurokyn.lab.state import LabError
from neurokyn.lab.trial_measures import Measure, measure_pool, measures_of
from neurokyn.population.carrying_out import CarriedOut, carry_out
from neurokyn.population.courses import courses_in_blocks
from neurokyn.population.effects import Effect
from neurokyn.population.pools import PooledTrials, carry_out_pool
from neurokyn.population.questions import effect
from neurokyn.population.reading import read_trial, trials
from neurokyn.population.results import TrialResult, people_simulated, result_of, with_people
from neurokyn.population.switches import Switches, without
from neurokyn.population.trial import Trial

MOST_PEOPLE, MOST_TRIALS, MOST_SEED = 600, 100, 999_999
FEWEST = 4  # people in an arm
WORK = 900.0  # weeks of one arm in a block of people: about a fifth of a second on one core
SMALLEST, LARGEST = 8, 128  # people in a block
OTHER_SIZES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 2.0, 4.0, 8.0)  # of the trial, read from the same people
FEW = 8  # trials of each other size
TOGETHER, EACH = "together", "each"


@dataclass(frozen=True)
class Plan:
    """A trial as it was asked for.

    Parameters
    ----------
    design : Trial
        At the size asked for.
    seed, replicates : int
        Of people and chance; how often it is to be carried out.
    switches : Switches
        What is on.
    size : str
        "together" if the number of people was that of all arms, "each" if of every arm.
    """

    design: Trial
    seed: int
    replicates: int
    switches: Switches
    size: str = TOGETHER


@dataclass(frozen=True, eq=False)
class Replicate:
    """One trial.

    Parameters
    ----------
    people : int
        In it, all arms together.
    effects : tuple of Effect
        What it found, one for each measure.
    """

    people: int
    effects: tuple[Effect, ...]


@dataclass(frozen=True, eq=False)
class SoFar:
    """How far a plan is.

    Parameters
    ----------
    plan : Plan
        What was asked for.
    measures : tuple of Measure
        What each trial is asked.
    people : int
        Simulated so far, in every arm.
    wanted : int
        To be simulated.
    replicates : tuple of Replicate
        Carried out so far.
    others : tuple of Replicate
        Trials of other sizes from the same people.
    carried : tuple of CarriedOut
        The replicates in full; none of a pool.
    pools : tuple of PooledTrials
        The replicates of a pool.
    courses : xarray.Dataset, optional
        Of everybody simulated so far.
    """

    plan: Plan
    measures: tuple[Measure, ...]
    people: int
    wanted: int
    replicates: tuple[Replicate, ...] = ()
    others: tuple[Replicate, ...] = ()
    carried: tuple[CarriedOut, ...] = ()
    pools: tuple[PooledTrials, ...] = ()
    courses: xr.Dataset | None = None

    @property
    def share(self) -> float:
        """How much of the work is done, 0 to 1: nearly all of it is people."""
        return 0.95 * self.people / self.wanted + 0.05 * len(self.replicates) / self.plan.replicates

    def result(self) -> TrialResult:
        """The trials carried out so far, as `simulate_trial` gives them for as many replicates.

        Returns
        -------
        TrialResult
            The first of them in full.

        Raises
        ------
        LabError
            If there is none yet.
        """
        count, plan = len(self.replicates), self.plan
        if not count or self.courses is None:
            raise LabError("no trial is complete yet", fix="wait for the first, or start again")
        if self.pools:
            return TrialResult(plan.design, self.courses, plan.seed, count, {}, {}, {}, {}, self.pools, plan.switches)
        courses = self.courses.isel(person=slice(people_simulated(plan.design, count)))
        return result_of([replace(done, courses=courses) for done in self.carried], plan.switches)


def planned(
    name: object,
    people: object = None,
    size: object = TOGETHER,
    seed: object = 1,
    replicates: object = 20,
    off: object = (),
) -> Plan:
    """What a page asks for, checked.

    Parameters
    ----------
    name : object
        Of a ready-made trial.
    people : object
        How many; the design's own number if None.
    size : object
        "together" for all arms in the design's proportions, "each" for so many in every arm.
    seed, replicates : object
        Of people and chance; how often.
    off : object
        A list of the parts that are switched off.

    Returns
    -------
    Plan
        Within the limits of the lab.

    Raises
    ------
    LabError
        If a number is none or beyond a limit, or the trial is unknown; names the nearest.

    Examples
    --------
    >>> plan = planned("motar", 30, seed=3)
    >>> {arm: each.people for arm, each in plan.design.arms.items()}
    {'running': 20, 'drug': 10}
    """
    known = trials()
    if not isinstance(name, str) or name not in known:
        raise LabError(f"there is no trial '{name}'{nearest(str(name), known)}")
    design = read_trial(name)
    if not isinstance(off, (list, tuple)) or not all(isinstance(part, str) for part in off):
        raise LabError("what is switched off is not a list of names", fix="tick the boxes of the page")
    numbers = _whole(seed, "seed", 0, MOST_SEED), _whole(replicates, "number of trials", 1, MOST_TRIALS)
    if size not in (TOGETHER, EACH):
        raise LabError(f"people are counted '{TOGETHER}' or '{EACH}', not '{size}'")
    return Plan(_sized(design, people, size == EACH), *numbers, without(off), str(size))


def usual_people(design: Trial) -> int:
    """The design's own number of people, all arms together, within the limit of the lab."""
    return min(design.people, MOST_PEOPLE)


def _sized(design: Trial, people: object, each: bool) -> Trial:
    """The design with so many people."""
    if design.pool:
        return design
    arms = len(design.arms)
    if people is None:
        return with_people(design, usual_people(design))
    n = _whole(people, "number of people", FEWEST if each else FEWEST * arms, MOST_PEOPLE // (arms if each else 1))
    if each:
        return replace(design, arms={name: replace(arm, people=n) for name, arm in design.arms.items()})
    return with_people(design, n)


def _whole(value: object, what: str, least: int, most: int) -> int:
    """A whole number between bounds."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most or value % 1:
        given = f", not {value:g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else ""
        raise LabError(f"the {what} must be a whole number from {least} to {most}{given}")
    return int(value)


def carry_out_plan(plan: Plan, workers: int | None = None) -> Iterator[SoFar]:
    """Carry a plan out, people by people and trial by trial.

    Parameters
    ----------
    plan : Plan
        From `planned`.
    workers : int, optional
        Threads; one for each core if not given.

    Yields
    ------
    SoFar
        After every block of people and every trial. The trials are those of `simulate_trial` with the same seed,
        whether it is gone through to its end or not.

    Raises
    ------
    ScenarioError, SolveError
        As in `simulate_trial`.
    """
    design, wanted = plan.design, people_simulated(plan.design, plan.replicates)
    state = SoFar(plan, measures_of(design), 0, wanted)
    yield state
    blocks = courses_in_blocks(design, wanted, plan.seed, _block(design), switches=plan.switches, workers=workers)
    parts: list[xr.Dataset] = []
    for part in blocks:
        parts.append(part)
        state = replace(state, people=state.people + part.sizes["person"])
        yield state
        if state.people < wanted and not _ready(state):
            continue
        parts = [xr.concat(parts, "person", combine_attrs="override") if len(parts) > 1 else part]
        state = replace(state, courses=parts[0])
        while _ready(state):
            state = _one_more(state)
            yield state


def _block(design: Trial) -> int:
    """How many people are simulated before the page hears of it."""
    return int(min(max(WORK / (design.weeks * len(design.arms)), SMALLEST), LARGEST))


def _ready(state: SoFar) -> bool:
    """Whether the next trial has its people."""
    plan, count = state.plan, len(state.replicates)
    if count >= plan.replicates:
        return False
    if plan.design.pool or plan.design.lead_in:  # these draw from everybody
        return state.people >= state.wanted
    return state.people >= min((count + 1) * plan.design.people, state.wanted)


def _one_more(state: SoFar) -> SoFar:
    """The next trial, and those of other sizes for which there are people now."""
    plan, courses, number = state.plan, state.courses, len(state.replicates)
    assert courses is not None
    if plan.design.pool:
        pooled = carry_out_pool(plan.design, plan.design.pool, courses, plan.seed, number, plan.switches)
        found = Replicate(int(pooled.sizes.sum()), measure_pool(state.measures, pooled))
        return replace(state, replicates=(*state.replicates, found), pools=(*state.pools, pooled))
    # The courses that a trial was drawn from are all that a trial of its number may see.
    done = carry_out(plan.design, courses, plan.seed, number)
    found = _asked(state.measures, done)
    others = state.others if plan.design.lead_in else (*state.others, *_others(state, courses))
    return replace(state, replicates=(*state.replicates, found), carried=(*state.carried, done), others=others)


def _asked(measures: tuple[Measure, ...], done: CarriedOut) -> Replicate:
    return Replicate(len(done.who), tuple(effect(measure.question, done) for measure in measures))


def _others(state: SoFar, courses: xr.Dataset) -> list[Replicate]:
    """Trials of other sizes that nobody has carried out yet, each with people of its own."""
    design, found = state.plan.design, list[Replicate]()
    people = (len(state.replicates) + 1) * design.people  # as many as the trials so far have used, not a block more
    for times in OTHER_SIZES:
        n = round(times * design.people)
        if n < FEWEST * len(design.arms):
            continue
        size = with_people(design, n)
        known = sum(other.people == n for other in state.others)
        for number in range(known, min(FEW, min(people, courses.sizes["person"]) // n)):
            found.append(_asked(state.measures, carry_out(size, courses, state.plan.seed, number)))
    return found
