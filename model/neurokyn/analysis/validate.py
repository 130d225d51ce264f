"""Reported effects beside simulated ones: every design carried out many times at its own size, and judged by one rule.

`verdicts.py` holds the rule.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from neurokyn.analysis.reported import ASYMMETRY, POOLED, Reported
from neurokyn.analysis.verdicts import Verdict, judge, no_verdict
from neurokyn.errors import NeurokynError
from neurokyn.population.carrying_out import CarriedOut, carry_out
from neurokyn.population.courses import Course, simulate_courses
from neurokyn.population.pooling import egger
from neurokyn.population.pools import PooledTrials, carry_out_pool
from neurokyn.population.questions import Question, answer
from neurokyn.population.reading import read_trial
from neurokyn.population.switches import Switches
from neurokyn.population.trial import Trial

PARTS = {
    "biology": Switches(biology=False),
    "expectancy": Switches(expectancy=False),
    "natural course": Switches(natural_course=False),
    "contact": Switches(contact=False),
    "bias": Switches(bias=False),
}
LEAST_POOL = 24  # people simulated for a design, at least


@dataclass(frozen=True)
class Effort:
    """How much is simulated.

    Parameters
    ----------
    people : int
        People simulated for each design, at most; trials are enrolled from them.
    replicates : int
        Times each design is carried out.
    parts : int
        People with whom each part is switched off; 0 leaves the parts out.

    Examples
    --------
    >>> Effort(people=50, replicates=40, parts=0).replicates
    40
    """

    people: int = 400
    replicates: int = 200
    parts: int = 60


FULL, QUICK = Effort(), Effort(people=40, replicates=40, parts=0)


def validate(
    rows: Sequence[Reported], effort: Effort, seed: int = 1, *, workers: int | None = None, progress: bool = False
) -> list[Verdict]:
    """Simulate the design of every row and set it beside what was reported.

    Parameters
    ----------
    rows : sequence of Reported
        From `reported()`.
    effort : Effort
        How much is simulated.
    seed : int
        The same seed gives the same verdicts.
    workers : int, optional
        Threads; one for each core if not given.
    progress : bool
        Say on standard error which design is being simulated, and how many are left.

    Returns
    -------
    list of Verdict
        In the order of the rows; a design that cannot be simulated gives a miss with its reason.

    Examples
    --------
    >>> from neurokyn.analysis.reported import reported
    >>> row = next(row for row in reported() if row.id == "S01")
    >>> validate([row], Effort(people=30, replicates=5, parts=0))[0].replicates
    5
    """
    found: dict[int, Verdict] = {}
    designs = list(dict.fromkeys(row.trial for row in rows))
    began, known = time.monotonic(), dict[Hashable, list[Course]]()
    for k, name in enumerate(designs, start=1):
        own = [(place, row) for place, row in enumerate(rows) if row.trial == name]
        if progress:
            passed = time.monotonic() - began
            print(f"\rneurokyn: design {k} of {len(designs)}, {passed:.0f} s: {name:<30}", end="", file=sys.stderr)
        try:
            verdicts = _design(read_trial(name), [row for _, row in own], effort, seed, workers, known)
        except NeurokynError as problem:
            verdicts = [no_verdict(row, str(problem)) for _, row in own]
        found |= {place: verdict for (place, _), verdict in zip(own, verdicts, strict=True)}
    if progress:
        print(file=sys.stderr)
    return [found[place] for place in range(len(rows))]


def _design(
    trial: Trial,
    rows: Sequence[Reported],
    effort: Effort,
    seed: int,
    workers: int | None,
    known: dict[Hashable, list[Course]],
) -> list[Verdict]:
    """Every row of one design."""
    wanted = max(trial.pool.sizes) if trial.pool else trial.people
    pool = max(LEAST_POOL, min(effort.people, wanted * effort.replicates))
    courses = simulate_courses(trial, pool, seed, workers=workers, known=known)
    values = ask(trial, courses, [row.question for row in rows], effort.replicates, seed, Switches())
    parts: list[dict[str, float]] = [{} for _ in rows]
    if effort.parts and (trial.pool or any(row.question.versus for row in rows)):
        parts = _parts(trial, rows, effort, seed, workers, known)
    return [
        replace(
            judge(row, column),
            people=trial.people,
            pool=pool,
            replicates=effort.replicates,
            parts=part,
            values=column,
        )
        for row, column, part in zip(rows, values.T, parts, strict=True)
    ]


def ask(
    trial: Trial,
    courses: xr.Dataset,
    questions: Sequence[Question],
    replicates: int,
    seed: int,
    switches: Switches,
) -> np.ndarray:
    """Carry a design out many times and ask each time.

    Parameters
    ----------
    trial : Trial
        The design.
    courses : xarray.Dataset
        Everybody's courses.
    questions : sequence of Question
        What is asked.
    replicates : int
        How often.
    seed : int
        Of the study.
    switches : Switches
        Whether biases are on.

    Returns
    -------
    ndarray, shape (replicates, n_questions)
        Answers; NaN where a trial could not tell.
    """
    found = np.full((replicates, len(questions)), np.nan)
    for r in range(replicates):
        done: CarriedOut | PooledTrials | None = None
        for k, question in enumerate(questions):
            if trial.pool and question.statistic in POOLS:
                if not isinstance(done, PooledTrials):
                    done = carry_out_pool(trial, trial.pool, courses, seed, r, switches)
                found[r, k] = POOLS[question.statistic](done, question)
            else:
                alone = _side_by_side(trial, question) if trial.pool else trial
                if not isinstance(done, CarriedOut) or trial.pool:
                    done = carry_out(alone, courses, seed, r)
                found[r, k] = answer(question, done)
    return found


def _side_by_side(trial: Trial, question: Question) -> Trial:
    """A pool asked for something no pool gives: one trial of the arms in question, as large as all together."""
    assert trial.pool is not None
    n = sum(trial.pool.sizes) // 2
    arms = {
        name: replace(arm, people=n if name in (question.arm, question.versus) else 0)
        for name, arm in trial.arms.items()
    }
    return replace(trial, arms=arms, pool=None)


POOLS: dict[str, Callable[[PooledTrials, Question], float]] = {
    POOLED: lambda done, question: done.pooled(question.outcome).estimate,
    ASYMMETRY: lambda done, question: egger(done.effects[question.outcome], done.errors[question.outcome]).intercept,
    "ratio of anxiety to depression": lambda done, _: (
        done.pooled("mood.anxiety").estimate / done.pooled("mood.depression").estimate
    ),
}


def _parts(
    trial: Trial,
    rows: Sequence[Reported],
    effort: Effort,
    seed: int,
    workers: int | None,
    known: dict[Hashable, list[Course]],
) -> list[dict[str, float]]:
    """What each effect loses when a part is switched off, in the same people with the same random numbers."""
    questions = [row.question for row in rows]
    whole = simulate_courses(trial, effort.parts, seed, workers=workers, known=known)
    repeats = max(20, effort.replicates // 4)
    all_on = np.nanmedian(ask(trial, whole, questions, repeats, seed, Switches()), axis=0)
    found: list[dict[str, float]] = [{} for _ in rows]
    for name, switches in PARTS.items():
        same = name == "bias" and not trial.rated_at_entry
        courses = whole
        if not same:
            courses = simulate_courses(trial, effort.parts, seed, switches=switches, workers=workers, known=known)
        without = np.nanmedian(ask(trial, courses, questions, repeats, seed, switches), axis=0)
        for part, change in zip(found, all_on - without, strict=True):
            part[name] = float(change)
    return found
