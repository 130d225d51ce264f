"""Do two weeks without change tell anything: for a drug, for exercise and for what is neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from neurokyn.analysis.claims.answer import Answer
from neurokyn.analysis.claims.designs import RUNNING, arm_of, design
from neurokyn.analysis.claims.lab import Lab
from neurokyn.analysis.claims.numbers import Estimate, mean_of, percent, share_of, shown, table
from neurokyn.population.carrying_out import DEPRESSION, carry_out
from neurokyn.population.reading import trial_from
from neurokyn.population.risks import Count, risk_difference
from neurokyn.population.trial import Trial

EARLY, END = 2.0, 12.0  # weeks
LITTLE, RESPONSE = 0.2, 0.5  # falls, as shares of the baseline
HOPELESS = 0.1  # share that responds, below which nothing more is to be hoped for
SEVERITY = {"mean": 21.0, "sd": 4.0}
DRUG, PLACEBO, RUN, STRETCH = "escitalopram", "placebo", "running", "stretching"
OTHER = {DRUG: RUN, RUN: DRUG}


@dataclass(frozen=True)
class Early:
    """One arm, by what was there at two weeks.

    Parameters
    ----------
    little : Estimate
        Share of people whose score fell by less than a fifth.
    response : Estimate
        Share of everyone that responds in the end.
    after_little, after_more : Estimate
        Response of those with less, and with more.
    gap : Estimate
        The second less the first.
    further : Estimate
        Points by which the score of those with little falls after week two.
    exact : Estimate
        Response of those with little if ratings had no error and no good and bad days.
    elsewhere : Estimate
        Response that the same people with little would have had in the other treatment; NaN without one.
    """

    little: Estimate
    response: Estimate
    after_little: Estimate
    after_more: Estimate
    gap: Estimate
    further: Estimate
    exact: Estimate
    elsewhere: Estimate

    @property
    def no_response(self) -> Estimate:
        """Negative predictive value: share of those with little that does not respond."""
        other = self.after_little
        return Estimate(1 - other.value, 1 - other.high, 1 - other.low)


def two_weeks() -> Trial:
    """A drug, a placebo, running and stretching for twelve weeks, seen at week two."""
    own = design("mdd", int(END), [0, EARLY, 4, 8, END], SEVERITY, ["mood.latent"])
    own["arms"] = {
        DRUG: arm_of(["blinded-pill"], drug=True),
        PLACEBO: arm_of(["placebo-pill"]),
        RUN: arm_of(["supervised-exercise"], RUNNING),
        STRETCH: arm_of(["attention-control"]),
    }
    return trial_from(own, "two weeks")


def early(lab: Lab) -> dict[str, Early]:
    """What a fall of less than a fifth in two weeks says, arm by arm.

    Parameters
    ----------
    lab : Lab
        People and sizes.

    Returns
    -------
    dict of str to Early
        Everybody is rated in every arm, as in a trial: noise, inflation at entry, missed visits.
    """
    trial = two_weeks()
    courses = lab.courses(trial, lab.sizes.people)
    rated = {arm: _rated(lab, trial, courses, arm) for arm in trial.arms}
    return {arm: _early(courses, rated, arm) for arm in trial.arms}


def _rated(lab: Lab, trial: Trial, courses: xr.Dataset, arm: str) -> np.ndarray:
    """Scores of everybody in one arm at entry, week two and the end; NaN where somebody was not seen."""
    n = courses.sizes["person"]
    alone = replace(trial, arms={arm: replace(trial.arms[arm], people=n)})
    ratings = carry_out(alone, courses.sel(arm=[arm]), lab.seed).ratings[DEPRESSION]
    return np.column_stack([ratings.baseline, *(ratings.score[:, ratings.visit(week)] for week in (EARLY, END))])


def _fell(before: np.ndarray, after: np.ndarray, share: float) -> np.ndarray:
    """Whether a score fell by a share; NaN for who was not seen."""
    return np.where(np.isnan(after), np.nan, before - after >= share * before - 1e-9)


def _early(courses: xr.Dataset, rated: Mapping[str, np.ndarray], arm: str) -> Early:
    before, soon, end = rated[arm].T
    more, responds = _fell(before, soon, LITTLE), _fell(before, end, RESPONSE)
    true = courses[DEPRESSION].sel(arm=arm).values[:, [0, 1, -1]]
    exact_more, exact = _fell(true[:, 0], true[:, 1], LITTLE), _fell(true[:, 0], true[:, 2], RESPONSE)
    elsewhere = Estimate(np.nan)
    if arm in OTHER:
        first, _, other = rated[OTHER[arm]].T
        elsewhere = share_of(_fell(first, other, RESPONSE)[more == 0])
    return Early(
        share_of(1 - more),
        share_of(responds),
        share_of(responds[more == 0]),
        share_of(responds[more == 1]),
        _gap(responds, more),
        mean_of((soon - end)[more == 0]),
        share_of(exact[exact_more == 0]),
        elsewhere,
    )


def _gap(responds: np.ndarray, more: np.ndarray) -> Estimate:
    """Response of those with more less that of those with little."""
    found = risk_difference(Count.of(responds[more == 1]), Count.of(responds[more == 0]))
    return Estimate(found.estimate, found.low, found.high)


def answer_early(lab: Lab) -> Answer:
    """The fourth question, answered.

    Parameters
    ----------
    lab : Lab
        People and sizes.

    Returns
    -------
    Answer
        In words.
    """
    found = early(lab)
    drug, run, placebo = found[DRUG], found[RUN], found[PLACEBO]
    return Answer(
        "early",
        ("S7",),
        "Do two weeks without a change tell anything?",
        f"{_judged((drug, run))}: of those with little change at week 2, {percent(drug.after_little)} on escitalopram "
        f"and {percent(run.after_little)} of runners still respond by week 12, against {percent(drug.after_more)} and "
        f"{percent(run.after_more)} of the others; on placebo it is {percent(placebo.after_little)} against "
        f"{percent(placebo.after_more)}.",
        "neurokyn trial ssri-moderate --csv visits.csv",
        (
            f"Twelve weeks, HAM-D at entry about {SEVERITY['mean']:g}; everybody is simulated and rated in every arm. "
            "Little is a fall of less than a fifth of the score at entry by week 2, response a fall of half of it by "
            "week 12; shares are of those who were seen.",
            table(HEAD, _rows(found)),
            "Would rethinking help? Had those with little on escitalopram been given running from the start, "
            f"{percent(drug.elsewhere)} of them would respond; had runners with little been given escitalopram, "
            f"{percent(run.elsewhere)}. A switch in the middle is not simulated.",
        ),
        _carried(found),
        "How well early change predicts depends on the noise of ratings and on how much of what comes later is a "
        "person's own course. Both were set with trials in view, as was a third of the drug's effect at week one; none "
        "of them with this rule in view. For exercise there is little to compare it with.",
    )


HEAD = (
    "",
    "little at week 2",
    "respond, of all",
    "respond, of those with little",
    "respond, of those with more (positive predictive value)",
    "do not respond, of those with little (negative predictive value)",
    "points lost later by those with little",
    "respond, of those with little, if ratings had no noise",
)


def _rows(found: Mapping[str, Early]) -> list[list[str]]:
    rows = []
    for arm, each in found.items():
        shares = (each.little, each.response, each.after_little, each.after_more, each.no_response)
        rows.append([arm, *map(percent, shares), shown(each.further), percent(each.exact)])
    return rows


def _judged(treated: tuple[Early, ...]) -> str:
    """Whether little change lowers the chance, and whether it settles the matter, in words."""
    lower = all(each.gap.told and each.gap.value > 0 for each in treated)
    settled = all(each.after_little.high < HOPELESS for each in treated)
    chance = "They lower the chance" if lower else "They are not seen to lower the chance in both treatments"
    return f"{chance} and {'settle' if settled else 'do not settle'} it"


def _carried(found: Mapping[str, Early]) -> str:
    """How much of the prediction is there without a treatment."""
    told = ", ".join(f"{arm} {shown(each.gap.times(100.0), 0, sign=True)}" for arm, each in found.items())
    return (
        f"Response of those with more less response of those with little, in percentage points: {told}. What placebo "
        "and stretching show of it is expectancy, regression to the mean and the person's own course, not treatment; "
        "the last column of the table shows what the noise of two ratings hides."
    )
