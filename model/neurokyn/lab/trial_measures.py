"""What the trials of the lab are asked, and what papers report of the same."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from neurokyn.analysis.reported import ASYMMETRY, POOLED, POOLED_RATIO, Reported, reported
from neurokyn.compiler.checks import source_keys
from neurokyn.population.carrying_out import ANXIETY, DEPRESSION, SAME, SCALES
from neurokyn.population.effects import Effect
from neurokyn.population.pooling import egger
from neurokyn.population.pools import PooledTrials
from neurokyn.population.questions import Question
from neurokyn.population.trial import Trial
from neurokyn.report.forest import SCALES as STATISTICS
from neurokyn.report.text import reference_line

POINTS = {DEPRESSION: "HAM-D points", ANXIETY: "HAM-A points"}
MOOD = (*SCALES, "remission", "response")
DIFFERENCES = ("mean difference", "hedges g", "remission", "response")
SHARES = ("share", "risk difference")
MANY = 3  # authors, beyond whom the first stands for all
OF_POOLS = (POOLED, ASYMMETRY, POOLED_RATIO)
ESTIMATORS = {
    "share": "share of all who were allocated, with Wilson's interval",
    "risk difference": "difference of shares of all who were allocated, with Newcombe's interval",
    "risk ratio": "ratio of shares, with an interval on the logarithm",
    "odds ratio": "ratio of odds, with an interval on the logarithm",
    "mean difference": "difference of the means at the visit, with Welch's interval",
    "hedges g": "Hedges' g of the scores at the visit, with the interval of Cochrane reviews",
    "hedges g of change": "Hedges' g of the changes since the baseline, with the interval of Cochrane reviews",
    POOLED: "Hedges' g of all published trials, pooled with random effects",
    ASYMMETRY: "intercept of Egger's regression",
}


@dataclass(frozen=True)
class Measure:
    """One number asked of every trial.

    Parameters
    ----------
    key : str
        Its name on the page.
    label : str
        In words, with direction.
    question : Question
        What is asked.
    unit : str
        Of the number as it is shown; a share is kept as a share and shown as a percentage.
    nothing : float or None
        Where there is no difference; None where that means nothing.
    reported : tuple of Reported
        What papers say to the same question.
    """

    key: str
    label: str
    question: Question
    unit: str
    nothing: float | None
    reported: tuple[Reported, ...] = ()

    @property
    def ratio(self) -> bool:
        """Whether its axis is of ratios."""
        return STATISTICS.get(self.question.statistic, ("", None, False))[2]

    @property
    def percent(self) -> bool:
        """Whether it is a share that is shown as a percentage."""
        return self.question.statistic in SHARES

    @property
    def estimator(self) -> str:
        """How it is computed, in words."""
        found = ESTIMATORS.get(self.question.statistic, f"{self.question.statistic}, without an interval")
        return found[:1].upper() + found[1:]


def measures_of(trial: Trial) -> tuple[Measure, ...]:
    """What a trial can be asked: what papers report of it, and the usual differences from its last arm.

    Parameters
    ----------
    trial : Trial
        The design.

    Returns
    -------
    tuple of Measure
        Those with a reported result first; the first of all is one of mood.

    Examples
    --------
    >>> from neurokyn import read_trial
    >>> first = measures_of(read_trial("motar"))[0]
    >>> first.label, first.reported[0].id
    ('remission at 16 weeks, running minus drug', 'S01')
    """
    found: dict[str, Measure] = {}
    for row in _told(trial):
        key = _key(trial, row.question)
        if key in found:
            old = found[key]
            found[key] = _measure(key, old.label, row.question, row.unit, (*old.reported, row))
        else:
            found[key] = _measure(key, row.quantity, row.question, row.unit, (row,))
    for question, label in _usual(trial):
        key = _key(trial, question)
        found.setdefault(key, _measure(key, label, question, "1", ()))
    return tuple(sorted(found.values(), key=_rank))


def _told(trial: Trial) -> list[Reported]:
    """Reported results to which this design can give an answer here."""
    rows = [row for row in reported() if row.trial == trial.name]
    return [row for row in rows if (row.question.statistic in OF_POOLS) == (trial.pool is not None)]


def _key(trial: Trial, question: Question) -> str:
    """A question as text; the last visit is the same whether it is named or not."""
    week = question.week
    named = "" if week is None or abs(week - trial.visits[-1]) < SAME else f"week {week:g}"
    return "|".join((question.outcome, question.statistic, question.arm, question.versus, named))


def _measure(key: str, label: str, question: Question, unit: str, rows: tuple[Reported, ...]) -> Measure:
    _, nothing, _ = STATISTICS.get(question.statistic, ("", None, False))
    if question.statistic == "risk difference":
        unit = "percentage points"
    elif question.statistic in ("share", "percent change"):
        unit = "%"
    elif question.statistic in ("mean", "mean difference", "change") and question.outcome in POINTS:
        unit = POINTS[question.outcome]
    elif question.statistic.startswith(("hedges", "pooled", "standardised")):
        unit = "standard deviations"
    return Measure(key, label, question, "" if unit == "1" else unit, nothing, rows)


def _usual(trial: Trial) -> Iterable[tuple[Question, str]]:
    """The differences that every trial is asked for."""
    scale = trial.outcome.scale
    if trial.pool:
        yield Question(scale, POOLED, ""), f"{POINTS[scale].split()[0]}, all trials pooled, active minus comparator"
        return
    last, week = list(trial.arms)[-1], f"week {trial.visits[-1] - trial.lead_in:g}"
    for arm in trial.arms:
        pair = f"{arm} minus {last}"
        if arm == last:
            continue
        yield Question(scale, "mean difference", arm, last), f"{POINTS[scale].split()[0]} at {week}, {pair}"
        yield Question(scale, "hedges g", arm, last), f"{POINTS[scale].split()[0]} at {week} in SDs, {pair}"
        for event in ("remission", "response"):
            yield Question(event, "risk difference", arm, last), f"{event} at {week}, {pair}"
    if len(trial.arms) == 1:
        for event in ("remission", "response"):
            yield Question(event, "share", last), f"{event} at {week}, {last}"


def _rank(measure: Measure) -> tuple[int, int, int]:
    """Reported ones first; among these, differences of mood with an interval."""
    question = measure.question
    mood = question.outcome in MOOD and (bool(question.versus) or question.statistic in OF_POOLS)
    printed = any(math.isfinite(row.low) for row in measure.reported)
    return (not measure.reported, not (mood and printed), not mood)


def measure_pool(measures: Iterable[Measure], pooled: PooledTrials) -> tuple[Effect, ...]:
    """What a meta-analysis answers.

    Parameters
    ----------
    measures : iterable of Measure
        Of a pool.
    pooled : PooledTrials
        Its trials.

    Returns
    -------
    tuple of Effect
        One for each measure.
    """
    return tuple(_of_pool(measure.question, pooled) for measure in measures)


def _of_pool(question: Question, pooled: PooledTrials) -> Effect:
    people = int(pooled.sizes.sum())
    if question.statistic == POOLED_RATIO:
        ratio = pooled.pooled(ANXIETY).estimate / pooled.pooled(DEPRESSION).estimate
        return Effect(ratio, math.nan, math.nan, math.nan, people, POOLED_RATIO)
    if question.statistic == ASYMMETRY:
        line = egger(pooled.effects[question.outcome], pooled.errors[question.outcome])
        return Effect(line.intercept, line.standard_error, line.low, line.high, people, ASYMMETRY)
    mean = pooled.pooled(question.outcome)
    return Effect(mean.estimate, mean.standard_error, mean.low, mean.high, people, POOLED)


def source_of(key: str) -> str:
    """A paper as one line with its DOI.

    Parameters
    ----------
    key : str
        In `sources.bib`.

    Returns
    -------
    str
        Author, year, title, journal and identifier; the key if it is not there.
    """
    lines = source_keys().get(key, "").splitlines()
    names = next((line.split(" and ") for line in lines if line.strip().startswith("author")), [])
    if len(names) > MANY:
        lines = [f"{names[0]} et al.}}," if line.strip().startswith("author") else line for line in lines]
    return reference_line("\n".join(lines)) or key
