"""What is asked of a trial: one number, as a paper prints it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from neurokyn.errors import ScenarioError, nearest
from neurokyn.population.analyses import ANALYSES, remitted, responded
from neurokyn.population.carrying_out import ANXIETY, DEPRESSION, SAME, SCALES, CarriedOut
from neurokyn.population.effects import Effect, hedges_g, mean_difference
from neurokyn.population.groups import Group
from neurokyn.population.mixed import mixed_model
from neurokyn.population.observation import observation
from neurokyn.population.ratings import AnalysisSet, carried_forward
from neurokyn.population.risks import Count, odds_ratio, risk_difference, risk_ratio, share

MIXED = "mixed model"


@dataclass(frozen=True)
class Question:
    """A number asked of a trial.

    Parameters
    ----------
    outcome : str
        "remission", "response", "left", "adherent", "relapse", or a read-out.
    statistic : str
        A key of `STATISTICS`, such as "risk difference" or "hedges g".
    arm : str
        The arm that is asked about.
    versus : str
        The arm it is compared with; none within the arm.
    week : float, optional
        The visit; the last if not given.
    """

    outcome: str
    statistic: str
    arm: str
    versus: str = ""
    week: float | None = None


def answer(question: Question, done: CarriedOut) -> float:
    """What a trial that was carried out answers.

    Parameters
    ----------
    question : Question
        What is asked.
    done : CarriedOut
        The trial.

    Returns
    -------
    float
        First arm minus second, or as the statistic says; NaN if it cannot be told.

    Raises
    ------
    ScenarioError
        If an arm, outcome or statistic is unknown.
    """
    return effect(question, done).estimate


def effect(question: Question, done: CarriedOut) -> Effect:
    """What a trial that was carried out answers, with its interval.

    Parameters
    ----------
    question, done
        As for `answer`.

    Returns
    -------
    Effect
        Without an interval (NaN) where the statistic has none that papers print.

    Raises
    ------
    ScenarioError
        As in `answer`.
    """
    if question.statistic not in STATISTICS:
        raise ScenarioError(f"there is no statistic '{question.statistic}'{nearest(question.statistic, STATISTICS)}")
    for arm in (question.arm, question.versus):
        if arm and arm not in done.trial.arms:
            raise ScenarioError(f"{done.trial.name} has no arm '{arm}'{nearest(arm, done.trial.arms)}")
    if done.trial.outcome.analysis == MIXED and question.statistic == "mean difference" and question.outcome in SCALES:
        return mixed_model(done.ratings[question.outcome], question.versus, done.since(question.week))[question.arm]
    found = STATISTICS[question.statistic](_Look(done, question))
    if isinstance(found, Effect):
        return found
    return Effect(found, np.nan, np.nan, np.nan, len(done.who), question.statistic)


class _Look:
    """The numbers of a question's two arms."""

    def __init__(self, done: CarriedOut, question: Question) -> None:
        self.done, self.question = done, question
        names = list(done.trial.arms)
        self.first = done.arm == names.index(question.arm)
        self.second = done.arm == names.index(question.versus) if question.versus else ~self.first

    def _visit(self) -> int:
        return self.done.ratings[DEPRESSION].visit(self.done.since(self.question.week))

    def events(self, which: np.ndarray) -> Count:
        """People with the event among all who were allocated."""
        happened = event(self.question.outcome, self.done, self.question.week)[which]
        return Count(int(np.nansum(happened)), int(np.sum(~np.isnan(happened))))

    def scores(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Before and after, for each participant."""
        if name in SCALES:
            ratings = self.done.ratings[name]
            analysis = ANALYSES.get(self.done.trial.outcome.analysis, carried_forward)
            return ratings.baseline, analysis(ratings, self.done.since(self.question.week))
        if name not in self.done.courses:
            known = [*SCALES, *self.done.trial.outcome.also]
            raise ScenarioError(f"{self.done.trial.name} keeps no '{name}'{nearest(name, known)}",
                                fix="write it in [outcome] also")  # fmt: skip
        values = self.done.measured(name)
        seen = self.done.ratings[DEPRESSION].seen(self.done.since(self.question.week))
        return values[:, 0], np.where(seen, values[:, self._visit()], np.nan)

    def compared(self, effect: Callable[[Group, Group], Effect], *, change: bool) -> Effect:
        before, after = self.scores(self.question.outcome)
        values = after - before if change else after
        return effect(Group.of(values[self.first]), Group.of(values[self.second]))

    def change(self) -> tuple[float, float, float]:
        """Mean change, mean and SD before, in the first arm."""
        before, after = self.scores(self.question.outcome)
        both = self.first & ~np.isnan(after - before)
        moved = after[both] - before[both]
        if both.sum() < 2:
            return np.nan, np.nan, np.nan
        return float(moved.mean()), float(before[both].mean()), float(before[both].std(ddof=1))


def event(outcome: str, done: CarriedOut, week: float | None) -> np.ndarray:
    """Whether an event happened to each participant.

    Parameters
    ----------
    outcome : str
        "remission", "response", "left", "adherent" or "relapse".
    done : CarriedOut
        The trial.
    week : float, optional
        Until when; the last visit if not given.

    Returns
    -------
    ndarray, shape (n,)
        1 or 0; NaN for who cannot have it.

    Raises
    ------
    ScenarioError
        If there is no such event; names the nearest.
    """
    if outcome not in EVENTS:
        raise ScenarioError(f"there is no event '{outcome}'{nearest(outcome, EVENTS)}")
    return EVENTS[outcome](done, week)


def _remission(done: CarriedOut, week: float | None) -> np.ndarray:
    rated = done.ratings[done.trial.outcome.scale]
    return np.nan_to_num(remitted(rated, done.since(week), done.trial.outcome.remission, _set(done)))


def _response(done: CarriedOut, week: float | None) -> np.ndarray:
    rated = done.ratings[done.trial.outcome.scale]
    return np.nan_to_num(responded(rated, done.since(week), done.trial.outcome.response, _set(done)))


def _set(done: CarriedOut) -> AnalysisSet:
    return ANALYSES.get(done.trial.outcome.analysis, carried_forward)


def _left(done: CarriedOut, week: float | None) -> np.ndarray:
    until = done.trial.visits[-1] if week is None else week
    left = np.nan_to_num(done.of("left"), nan=np.inf)
    return np.asarray((left <= until) & (left > done.trial.lead_in - SAME))


def _adherent(done: CarriedOut, week: float | None) -> np.ndarray:
    """Enough of the sessions and of the doses that were planned until then."""
    until = done.trial.visits[-1] if week is None else week
    weeks = done.courses["week"].values <= np.ceil(until)
    enough, any_planned = np.ones(len(done.who)), np.zeros(len(done.who), dtype=bool)
    for what, kept in (("sessions", "attended"), ("doses", "taken")):
        planned = done.of(f"{what}_planned")[:, weeks].sum(axis=1)
        happened = done.of(f"{what}_{kept}")[:, weeks].sum(axis=1)
        enough *= happened >= done.trial.outcome.adherent * planned
        any_planned |= planned > 0
    return np.where(any_planned, enough, np.nan)


def _relapse(done: CarriedOut, week: float | None) -> np.ndarray:
    """A return of symptoms in who was remitted at the baseline."""
    ratings = done.ratings[DEPRESSION]
    before, now = ratings.baseline, ratings.score[:, ratings.visit(done.since(week))]
    well = before <= done.trial.outcome.remission
    return np.where(well & ~np.isnan(now), now - before >= observation().relapse, np.nan)


Event = Callable[[CarriedOut, float | None], np.ndarray]
EVENTS: Mapping[str, Event] = MappingProxyType(
    {"remission": _remission, "response": _response, "left": _left, "adherent": _adherent, "relapse": _relapse}
)


def _share(look: _Look) -> Effect:
    return share(look.events(look.first))


def _percent(look: _Look) -> float:
    moved, before, _ = look.change()
    return 100.0 * moved / before if before else np.nan


def _standardised(look: _Look) -> float:
    moved, _, spread = look.change()
    return moved / spread if spread else np.nan


def _mean(look: _Look) -> float:
    after = look.scores(look.question.outcome)[1][look.first]
    return float(np.nanmean(after)) if np.isfinite(after).any() else np.nan


def _anxiety_to_depression(look: _Look) -> float:
    found = []
    for scale in (ANXIETY, DEPRESSION):
        after = look.scores(scale)[1]
        found.append(hedges_g(Group.of(after[look.first]), Group.of(after[look.second])).estimate)
    return found[0] / found[1] if found[1] else np.nan


Statistic = Callable[[_Look], Effect | float]  # a float where papers print no interval
STATISTICS: Mapping[str, Statistic] = MappingProxyType(
    {
        "share": _share,
        "risk difference": lambda k: risk_difference(k.events(k.first), k.events(k.second)),
        "risk ratio": lambda k: risk_ratio(k.events(k.first), k.events(k.second)),
        "odds ratio": lambda k: odds_ratio(k.events(k.first), k.events(k.second)),
        "mean": _mean,
        "mean difference": lambda k: k.compared(mean_difference, change=False),
        "hedges g": lambda k: k.compared(hedges_g, change=False),
        "hedges g of change": lambda k: k.compared(hedges_g, change=True),
        "change": lambda k: k.change()[0],
        "percent change": _percent,
        "standardised change": _standardised,
        "ratio of anxiety to depression": _anxiety_to_depression,
    }
)
