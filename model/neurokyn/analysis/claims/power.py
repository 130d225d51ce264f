"""What could 141 people show: power, the width of the interval, and the trial that would settle it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from neurokyn.analysis.claims.answer import Answer
from neurokyn.analysis.claims.equal import DRUG, RELEVANT, RUNNING, motar
from neurokyn.analysis.claims.lab import Lab, last
from neurokyn.analysis.claims.numbers import (
    Estimate,
    many,
    mean_of,
    over_trials,
    people_for,
    percent,
    power,
    shown,
    table,
)
from neurokyn.population.analyses import ANALYSES, compare
from neurokyn.population.carrying_out import DEPRESSION, carry_out
from neurokyn.population.questions import Question, answer
from neurokyn.population.results import with_people
from neurokyn.population.trial import Trial

NARROW = 1.5  # points either side
ENOUGH = 0.8  # power that trials are planned for
Z = 1.959964


@dataclass(frozen=True)
class Design:
    """Trials of one size.

    Parameters
    ----------
    people : int
        All arms together.
    found : ndarray, shape (replicates,)
        Differences, running less drug, points.
    errors, halves : ndarray, shape (replicates,)
        Their standard errors, and half the width of their 95 % intervals.
    remission : ndarray, shape (replicates,)
        Differences of the shares in remission.
    """

    people: int
    found: np.ndarray
    errors: np.ndarray
    halves: np.ndarray
    remission: np.ndarray

    @property
    def error(self) -> float:
        """Usual standard error."""
        return float(np.median(self.errors))

    @property
    def significant(self) -> float:
        """Share of trials whose interval leaves zero out."""
        return float(np.mean(np.abs(self.found) > self.halves))

    @property
    def within(self) -> float:
        """Share of trials whose whole interval lies within what is relevant."""
        return float(np.mean(np.abs(self.found) + self.halves < RELEVANT))


@dataclass(frozen=True)
class Power:
    """What MOTAR's design can show.

    Parameters
    ----------
    difference : Estimate
        True difference in the simulated people, points.
    own, larger : Design
        Trials of 141, and of the size whose interval is narrow enough.
    narrow, even : float
        People for an interval of 1.5 points either side: arms as in MOTAR, and arms alike.
    for_own, for_relevant : float
        People for a power of 80 %: against the true difference, and against three points.
    """

    difference: Estimate
    own: Design
    larger: Design
    narrow: float
    even: float
    for_own: float
    for_relevant: float


def what_141_show(lab: Lab) -> Power:
    """The power of MOTAR's design with everybody randomised.

    Parameters
    ----------
    lab : Lab
        People and sizes; the same people as in the first question.

    Returns
    -------
    Power
        Trials are carried out from those people again and again.

    Examples
    --------
    >>> from neurokyn.analysis.claims.lab import QUICK, Lab
    >>> what_141_show(Lab(QUICK)).narrow > 20
    True
    """
    _, trial, three = motar()
    courses = lab.courses(three, lab.sizes.people)
    own = _trials(lab, trial)
    per_person = own.error * math.sqrt(own.people)
    narrow = (Z * per_person / NARROW) ** 2
    shares = np.array([arm.people for arm in trial.arms.values()]) / trial.people
    even = narrow * 4 / (1 / shares).sum()  # arms of one spread
    difference = mean_of(last(courses, RUNNING) - last(courses, DRUG))
    return Power(
        difference,
        own,
        _trials(lab, with_people(trial, int(np.ceil(narrow)))),
        narrow,
        even,
        people_for(difference.value, own.error, own.people),
        people_for(RELEVANT, own.error, own.people),
    )


def _trials(lab: Lab, trial: Trial) -> Design:
    """A design carried out many times."""
    _, _, three = motar()
    two = lab.courses(three, lab.sizes.people).sel(arm=[RUNNING, DRUG])
    rows = []
    for r in range(lab.sizes.replicates):
        done = carry_out(trial, two, lab.seed, r)
        judged = trial.outcome
        seen = compare(done.ratings[DEPRESSION], RUNNING, DRUG, None, ANALYSES[judged.analysis])
        remission = answer(Question("remission", "risk difference", RUNNING, DRUG), done)
        difference = seen.difference
        rows.append((difference.estimate, difference.standard_error, difference.high - difference.estimate, remission))
    return Design(trial.people, *np.array(rows).T)


def answer_power(lab: Lab) -> Answer:
    """The second question, answered.

    Parameters
    ----------
    lab : Lab
        People and sizes.

    Returns
    -------
    Answer
        In words.
    """
    found = what_141_show(lab)
    own = found.own
    there = power(found.difference.value, own.error)
    reach, to_relevant = over_trials(own.halves), power(RELEVANT, own.error)
    return Answer(
        "power",
        ("S2",),
        "What could 141 people show?",
        f"{'Little' if to_relevant < ENOUGH else 'Three points, and little that is smaller'}: the interval reaches "
        f"{shown(reach)} points either side, so a difference of 3 points is found by {100 * to_relevant:.0f} % of such "
        f"trials and the one that is there ({shown(found.difference, sign=True)} points) by {100 * there:.0f} %. An "
        f"interval of {NARROW} points either side takes {many(found.narrow)} people in MOTAR's proportions, "
        f"{many(found.even)} in two arms alike.",
        "neurokyn trial motar --replicates 200 --json motar.json\nneurokyn trial motar --people 300 --replicates 200",
        (
            "Everybody randomised, 96 to 45 as in MOTAR, analysed as there; medians, and where 95 % of the trials lie.",
            table(["", *(f"trials of {each.people}" for each in (own, found.larger))], _rows(found)),
            f"Four trials out of five find a difference if it is 3 points and they have {many(found.for_relevant)} "
            f"people; for the difference simulated here they would need {many(found.for_own)}. A trial that finds "
            '"no significant difference" has not found equality: that takes a whole interval within what is called '
            "irrelevant, the last row.",
        ),
        "Sampling alone: the spread between people at the end, rating noise, visits missed, and arms of unequal size.",
        "The widths rest on the spread of HAM-D at the end, which was set with reported trials in view, and hardly on "
        "any mechanism: this is the surest answer of the page. The power against the true difference is as unsure as "
        "that difference (first question).",
    )


def _rows(found: Power) -> list[list[str]]:
    """Trials of either size, beside each other."""
    two = (found.own, found.larger)
    true = found.difference.value
    return [
        ["difference found, points", *(shown(over_trials(d.found), sign=True) for d in two)],
        ["difference of remission", *(percent(over_trials(d.remission), sign=True) for d in two)],
        ["half the width of a 95 % interval, points", *(shown(over_trials(d.halves)) for d in two)],
        ["power against the true difference", *(f"{100 * power(true, d.error):.0f} %" for d in two)],
        ["trials whose interval leaves zero out", *(f"{100 * d.significant:.0f} %" for d in two)],
        ["power against 3 points", *(f"{100 * power(RELEVANT, d.error):.0f} %" for d in two)],
        ["trials whose whole interval lies within ±3 points", *(f"{100 * d.within:.0f} %" for d in two)],
    ]
