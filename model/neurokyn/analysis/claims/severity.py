"""Are severe cases different, and by which mechanism: the drug's gap, what exercise does, and who stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.special import logit

from neurokyn.analysis.claims.answer import Answer, Picture, told_parts
from neurokyn.analysis.claims.designs import RUNNING, arm_of, design, keeping
from neurokyn.analysis.claims.lab import Lab, attended, last, left_by
from neurokyn.analysis.claims.numbers import Estimate, mean_of, number, over_people, percent, share_of, shown, table
from neurokyn.population.carrying_out import DEPRESSION
from neurokyn.population.observation import observation
from neurokyn.population.reading import read_trial, trial_from
from neurokyn.population.trial import Trial
from neurokyn.scenario.model import standard_parameters

LEVELS = ("mild", "moderate", "severe")
DRUG, PLACEBO = "escitalopram", "placebo"
SUPERVISED, ROUTINE, PILL, TOGETHER, USUAL = "supervised", "routine", "drug", "drug and supervised", "usual care"
TREATED = (SUPERVISED, ROUTINE, PILL, TOGETHER)
PEOPLE = {"mdd": {"mean": 20.0, "sd": 4.5}, "mdd-severe": {"mean": 25.5, "sd": 3.0}}
UNDERLYING = "mood.underlying"
AT_THREE_MONTHS = 13.0  # weeks


@dataclass(frozen=True)
class Gap:
    """The drug beside placebo at one severity.

    Parameters
    ----------
    before : Estimate
        HAM-D at entry.
    points, odds : Estimate
        Drug less placebo at week eight, in points and in log odds of the scale.
    size : Estimate
        The same over the SD of scores in a trial (Hedges' g, less its small correction).
    """

    before: Estimate
    points: Estimate
    odds: Estimate
    size: Estimate


@dataclass(frozen=True)
class Programme:
    """A treatment in people of one severity.

    Parameters
    ----------
    points : Estimate
        Less usual care at week sixteen.
    attended : Estimate
        Share of sessions, or of doses, those after leaving counted as missed.
    left : Estimate
        Share that left within three months.
    """

    points: Estimate
    attended: Estimate
    left: Estimate


@dataclass(frozen=True, eq=False)
class Severity:
    """Mild, moderate and severe.

    Parameters
    ----------
    gaps : mapping of str to Gap
        By severity.
    programmes : mapping of str to mapping of str to Programme
        By phenotype, then treatment.
    extra : mapping of str to Estimate
        By phenotype: drug and running together less running alone, points.
    harder : mapping of str to (Estimate, Estimate)
        By kind of running: severe less moderate, in attendance and in leaving.
    before : mapping of str to Estimate
        By phenotype, HAM-D at entry.
    courses : Dataset
        Of the severe.
    """

    gaps: Mapping[str, Gap]
    programmes: Mapping[str, Mapping[str, Programme]]
    extra: Mapping[str, Estimate]
    harder: Mapping[str, tuple[Estimate, Estimate]]
    before: Mapping[str, Estimate]
    courses: xr.Dataset


def programmes(person: str) -> Trial:
    """Running with and without support, a drug, both, and usual care."""
    own = design(person, 16, [0, 8, 16], PEOPLE[person])
    own["arms"] = {
        SUPERVISED: arm_of(["supervised-exercise"], RUNNING),
        ROUTINE: arm_of(["routine-exercise"], RUNNING),
        PILL: arm_of(["open-pill"], drug=True),
        TOGETHER: arm_of(["open-pill", "supervised-exercise"], RUNNING, drug=True),
        USUAL: arm_of(["usual-care"]),
    }
    return trial_from(own, f"programmes, {person}")


def severity(lab: Lab) -> Severity:
    """What severity does to the effect of a drug, to that of exercise, and to who stays.

    Parameters
    ----------
    lab : Lab
        People and sizes.

    Returns
    -------
    Severity
        Differences below 0 are benefits.
    """
    n = lab.sizes.others
    seen = {person: lab.courses(programmes(person), n) for person in PEOPLE}
    harder = {
        arm: (
            _apart(*(_by_person(courses, attended(courses, arm)) for courses in seen.values())),
            _apart(*(_by_person(courses, left_by(courses, arm, AT_THREE_MONTHS)) for courses in seen.values())),
        )
        for arm in (SUPERVISED, ROUTINE)
    }
    return Severity(
        {level: gap(lab, level) for level in LEVELS},
        {person: {arm: _programme(courses, arm) for arm in TREATED} for person, courses in seen.items()},
        {person: mean_of(last(courses, TOGETHER) - last(courses, SUPERVISED)) for person, courses in seen.items()},
        harder,
        {person: mean_of(courses[DEPRESSION].sel(arm=USUAL).values[:, 0]) for person, courses in seen.items()},
        seen["mdd-severe"],
    )


def gap(lab: Lab, level: str) -> Gap:
    """How far drug and placebo are apart.

    Parameters
    ----------
    lab : Lab
        People and sizes.
    level : str
        "mild", "moderate" or "severe".

    Returns
    -------
    Gap
        Below 0 the drug does better.
    """
    courses = lab.courses(keeping(read_trial(f"ssri-{level}"), [UNDERLYING]), lab.sizes.others)
    one, two = last(courses, DRUG), last(courses, PLACEBO)
    scale = standard_parameters()["mood.scale_maximum"].value
    noise = observation().rater_sd ** 2

    def size(who: np.ndarray) -> float:
        spread = (np.nanvar(one[who], ddof=1) + np.nanvar(two[who], ddof=1)) / 2 + noise
        return float(np.nanmean(one[who] - two[who]) / np.sqrt(spread))

    odds = logit(last(courses, DRUG, UNDERLYING) / scale) - logit(last(courses, PLACEBO, UNDERLYING) / scale)
    before = mean_of(courses[DEPRESSION].sel(arm=DRUG).values[:, 0])
    return Gap(before, mean_of(one - two), mean_of(odds), over_people(size, len(one), lab.seed))


def _programme(courses: xr.Dataset, arm: str) -> Programme:
    kind = "doses" if arm == PILL else "sessions"
    return Programme(
        mean_of(last(courses, arm) - last(courses, USUAL)),
        mean_of(attended(courses, arm, kind)),
        share_of(left_by(courses, arm, AT_THREE_MONTHS)),
    )


def _by_person(courses: xr.Dataset, values: np.ndarray) -> dict[int, float]:
    return dict(zip(courses["person"].values.tolist(), values.tolist(), strict=True))


def _apart(moderate: Mapping[int, float], severe: Mapping[int, float]) -> Estimate:
    """Severe less moderate, in those who are in both groups: the same body, draws and habits, a graver illness."""
    return mean_of(np.array([severe[k] - moderate[k] for k in severe if k in moderate]))


def answer_severity(lab: Lab) -> Answer:
    """The fifth question, answered.

    Parameters
    ----------
    lab : Lab
        People and sizes.

    Returns
    -------
    Answer
        In words.
    """
    found = severity(lab)
    n = lab.sizes.others // 2
    parts = {level: lab.carried(read_trial(f"ssri-{level}"), DRUG, PLACEBO, n) for level in LEVELS}
    mild, severe = found.gaps["mild"], found.gaps["severe"]
    wide = severe.points.value / mild.points.value
    return Answer(
        "severity",
        ("S8",),
        "Are severe cases different, and by which mechanism?",
        f"Drug and placebo are {shown(mild.points, sign=True)} points apart in mild and "
        f"{shown(severe.points, sign=True)} in severe cases, {number(wide)} times as far. {_staying(found)}",
        "neurokyn trial ssri-mild\nneurokyn trial ssri-moderate\nneurokyn trial ssri-severe\nneurokyn trial effort-d",
        (
            "Escitalopram less placebo after eight weeks (`ssri-mild`, `ssri-moderate`, `ssri-severe`):",
            table(["", "HAM-D at entry", "points", "log odds of the scale", "Hedges' g"], _gap_rows(found)),
            f"By points severe cases gain {number(wide)} times what mild ones do, in log odds of the scale "
            f"{number(severe.odds.value / mild.odds.value)} times. The difference of these two is the scale: the same "
            f"push moves a score in its middle by more points than one near its end. In SDs the gap {_grows(found)}; "
            "that of Fournier grows (direction only, from memory).",
            *_told_running(found),
        ),
        " ".join(told_parts(part, f"The drug against placebo, {level}") for level, part in parts.items()),
        "That the gap grows by a logistic scale is a choice which no trial tests alone. Who stays rests on one slope "
        "of leaving on severity (Stubbs 2016) and on motivation that falls with symptoms, set by hand; leaving in "
        "routine care was set to EFFORT-D. Severe cases are constructions: more load, more inflammation and less BDNF "
        "than in average ones. Whether somebody could begin at all is not asked: everybody here has agreed to.",
        (Picture("attendance", "attendance", found.courses, "Who comes and who stays, severe depression"),),
    )


def _told_running(found: Severity) -> tuple[str, ...]:
    """What running and the drug do by severity, and who stays."""
    rows = []
    for arm in TREATED:
        for person in PEOPLE:
            own = found.programmes[person][arm]
            cells = shown(own.points, sign=True), percent(own.attended), percent(own.left)
            rows.append([f"{arm}, {person}", *cells])
    entry = " and ".join(f"{shown(x)} ({person})" for person, x in found.before.items())
    harder = "; ".join(
        f"{arm}, sessions attended {percent(kept, sign=True)}, left {percent(gone, sign=True)}"
        for arm, (kept, gone) in found.harder.items()
    )
    extra = ", ".join(f"{shown(x, sign=True)} points in {person}" for person, x in found.extra.items())
    return (
        "Sixteen weeks of running three times a week with a trainer and a group (supervised), the same as it is "
        "recommended in clinical routine, an open drug, or drug and supervised running (left: one of them); HAM-D at "
        f"entry {entry}:",
        table(["", "HAM-D, less usual care", "sessions or doses kept", "left by week 13"], rows),
        f"The same people, were they severe instead of moderate: {harder}. The drug beside supervised running adds "
        f"{extra}.",
    )


def _gap_rows(found: Severity) -> list[list[str]]:
    rows = []
    for level, own in found.gaps.items():
        sizes = (shown(x, 2, sign=True) for x in (own.points, own.odds, own.size))
        rows.append([level, shown(own.before), *sizes])
    return rows


def _grows(found: Severity) -> str:
    """Whether the gap grows with severity by Hedges' g."""
    mild, severe = (found.gaps[level].size for level in ("mild", "severe"))
    if severe.high < mild.low:
        return "grows"
    return "shrinks" if mild.high < severe.low else "does not clearly grow"


def _staying(found: Severity) -> str:
    """Whether severity keeps people from running, and what running then does."""
    kept, gone = found.harder[ROUTINE]
    two = [found.programmes[person][ROUTINE].points for person in PEOPLE]
    unable = "comes to fewer sessions" if kept.told and kept.value < 0 else "does not clearly come to fewer sessions"
    return (
        f"In clinical routine a person who is severe instead of moderate {unable} of running "
        f"({percent(kept, sign=True)}; left by week 13 {percent(gone, sign=True)}); it is worth "
        f"{shown(two[0], sign=True)} points to moderate and {shown(two[1], sign=True)} to severe cases."
    )
