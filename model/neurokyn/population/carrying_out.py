"""A trial carried out: people enrolled, allocated, rated, seen or missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from neurokyn.errors import ScenarioError
from neurokyn.population.allocation import allocate, meets
from neurokyn.population.entry import RATED
from neurokyn.population.observation import observation
from neurokyn.population.ratings import Ratings
from neurokyn.population.scatter import scattered
from neurokyn.population.streams import Stream
from neurokyn.population.trial import LATER, Trial

DEPRESSION, ANXIETY = "mood.depression", "mood.anxiety"
SCALES = {DEPRESSION: 52.0, ANXIETY: 56.0}
SAME = 1e-6  # weeks


@dataclass(frozen=True, eq=False)
class CarriedOut:
    """One trial as it came out.

    Parameters
    ----------
    trial : Trial
        Its design.
    courses : xarray.Dataset
        Everybody's courses, from which people were enrolled.
    who : ndarray of int, shape (n,)
        Place of each participant among the people of `courses`.
    arm : ndarray of int, shape (n,)
        Place of the participant's arm.
    ratings : mapping of str to Ratings
        By scale, from the day of randomisation.
    drawn : tuple of int
        Seed and repetition, for what is measured later.
    """

    trial: Trial
    courses: xr.Dataset
    who: np.ndarray
    arm: np.ndarray
    ratings: Mapping[str, Ratings]
    drawn: tuple[int, int] = (0, 0)

    def since(self, week: float | None) -> float | None:
        """Weeks since randomisation, from weeks since t = 0."""
        return None if week is None else week - self.trial.lead_in

    def measured(self, name: str) -> np.ndarray:
        """A read-out of each participant as a laboratory measures it, from the day of randomisation.

        Parameters
        ----------
        name : str
            A read-out that the trial keeps.

        Returns
        -------
        ndarray, shape (n, n_visits)
            In its unit.
        """
        seed, replicate = self.drawn
        visits = self.courses["visit"].values >= self.trial.lead_in - SAME
        return scattered(name, self.of(name)[:, visits], Stream(seed, f"scatter.{name}").of(replicate))

    def of(self, name: str) -> np.ndarray:
        """A variable of the courses for each participant in their own arm.

        Parameters
        ----------
        name : str
            Such as "left", or a read-out.

        Returns
        -------
        ndarray, shape (n, …)
            Further dimensions as in the courses.
        """
        return np.asarray(self.courses[name].values[self.who, self.arm])


def carry_out(trial: Trial, courses: xr.Dataset, seed: int, replicate: int = 0) -> CarriedOut:
    """Carry a trial out once.

    Parameters
    ----------
    trial : Trial
        The design, not a pool.
    courses : xarray.Dataset
        From `simulate_courses`; people are enrolled from them without replacement while they last.
    seed : int
        Of the study.
    replicate : int
        Which repetition; each has draws of its own. As long as there are enough people, repetitions share nobody.

    Returns
    -------
    CarriedOut
        Who was enrolled, where they were allocated, how they were rated.
    """
    rng = Stream(seed, "trial").of(replicate)
    if trial.lead_in:
        who, arm, admitted = _admit(trial, courses, seed, rng)
    else:
        admitted = None
        who = enrol(courses.sizes["person"], trial.people, replicate, rng)
        arm = allocate(trial, courses.isel(person=who), rng)
    return CarriedOut(trial, courses, who, arm, rate(trial, courses, who, arm, rng, admitted), (seed, replicate))


def _admit(
    trial: Trial, courses: xr.Dataset, seed: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """People still treated after the lead-in who meet the criterion, their arms, and the rating that let them in."""
    visit = int(np.flatnonzero(np.abs(courses["visit"].values - trial.lead_in) < SAME)[0])
    n, numbers = courses.sizes["person"], observation()
    noise = numbers.rater_sd * np.array(
        [Stream(seed, "rating.lead-in").normal(1, int(k))[0] for k in courses["person"]]
    )
    order, who, arm, ratings = rng.permutation(n), list[int](), list[int](), list[float]()
    for place, (name, planned) in enumerate(trial.arms.items()):
        rated = np.round(courses[DEPRESSION].values[:, place, visit] + noise)
        stays = np.isnan(courses["left"].values[:, place]) | (courses["left"].values[:, place] > trial.lead_in)
        people = courses[[str(c) for c in courses.data_vars if courses[c].dims == ("person",)]].assign(
            {LATER: ("person", rated)}
        )
        fit = stays & np.isfinite(rated) & (meets(trial.admitted, people) if trial.admitted else True)
        ready = [int(k) for k in order if fit[k]]
        if not ready:
            raise ScenarioError(f"nobody is admitted to the arm '{name}' of {trial.name}", fix="widen `admitted`")
        fresh = [k for k in ready if k not in set(who)]
        chosen = (fresh if len(fresh) >= planned.people else ready)[: planned.people]
        chosen += [int(k) for k in rng.choice(ready, planned.people - len(chosen))]
        who += chosen
        arm += [place] * len(chosen)
        ratings += rated[chosen].tolist()
    return np.array(who), np.array(arm), np.array(ratings)


def enrol(pool: int, n: int, replicate: int, rng: np.random.Generator) -> np.ndarray:
    """Places of n people: the next n of the pool while it lasts, then at random, nobody twice if there are enough."""
    if (replicate + 1) * n <= pool:
        return np.arange(replicate * n, (replicate + 1) * n)
    return rng.permutation(pool)[:n] if n <= pool else rng.integers(0, pool, n)


def rate(
    trial: Trial,
    courses: xr.Dataset,
    who: np.ndarray,
    arm: np.ndarray,
    rng: np.random.Generator,
    admitted: np.ndarray | None = None,
) -> dict[str, Ratings]:
    """Rate participants at the visits at which they are seen.

    Parameters
    ----------
    trial : Trial
        The design.
    courses : xarray.Dataset
        True scores.
    who, arm : ndarray of int, shape (n,)
        Participants and their arms.
    rng : numpy.random.Generator
        What noise and missing visits are drawn from.
    admitted : ndarray, shape (n,), optional
        The HAM-D that let participants in after a lead-in, which is their baseline.

    Returns
    -------
    dict of str to Ratings
        By scale; whole points, NaN where a person was not seen.
    """
    kept = courses["visit"].values >= trial.lead_in - SAME
    numbers, visits = observation(), courses["visit"].values[kept]
    left = courses["left"].values[who, arm]
    seen = rng.random((len(who), len(visits))) >= numbers.missed_visit
    comes_back = rng.random(len(who)) < numbers.assessed_after_leaving
    gone = (left[:, None] <= visits[None, :]) & ~comes_back[:, None]
    seen = (seen & ~gone) | (visits[None, :] == visits[0])
    stayed = np.isnan(left) & (courses["status"].values[who, arm] == 0)
    found = {}
    for scale, most in SCALES.items():
        spread = numbers.rater_sd if scale == DEPRESSION else numbers.rater_sd_anxiety
        true = courses[scale].values[who, arm][:, kept]
        score = np.clip(np.round(true + spread * rng.standard_normal(true.shape)), 0.0, most)
        if scale == DEPRESSION and admitted is not None:
            score[:, 0] = np.clip(admitted, 0.0, most)
        elif scale == DEPRESSION and trial.rated_at_entry and not trial.lead_in:
            score[:, 0] = courses[RATED].values[who]
        found[scale] = Ratings(tuple(trial.arms), arm, visits - visits[0], np.where(seen, score, np.nan), stayed)
    return found
