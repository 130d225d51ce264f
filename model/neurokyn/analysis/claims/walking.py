"""Is walking nine tenths as good as running: by biology alone, and with the attendance that either gets."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from neurokyn.analysis.claims.answer import Answer, told_parts
from neurokyn.analysis.claims.designs import NOTHING, always, cared, only, table_of
from neurokyn.analysis.claims.lab import BIOLOGY, Lab, attended, last, left_by
from neurokyn.analysis.claims.numbers import (
    Estimate,
    compared,
    mean_of,
    over_people,
    percent,
    share_of,
    shown,
    table,
)
from neurokyn.population.reading import trial_from
from neurokyn.population.trial import Trial

WALKING, RUNNING = "walking", "running"
CLAIMED = 0.9
SURE, DELIVERED = "biology alone, every session kept", "as delivered"
SUPPORT = (1.2, 0.2, -1.0, -3.0)  # log odds of coming, below those of a supervised group (2.4)


@dataclass(frozen=True)
class Pair:
    """Walking and running under one set of conditions.

    Parameters
    ----------
    walking, running : Estimate
        Points lower than with nothing.
    ratio : Estimate
        The one over the other.
    """

    walking: Estimate
    running: Estimate
    ratio: Estimate


@dataclass(frozen=True)
class Walking:
    """Walking beside running.

    Parameters
    ----------
    pairs : dict of str to Pair
        By conditions.
    difference : Estimate
        Walking less running as delivered, points.
    attended, left : tuple of two Estimate
        Share of sessions, and of people who left: walking, running.
    curve : tuple of (Estimate, Estimate, Estimate)
        Running at falling attendance: share of sessions, points lower than with nothing as delivered, by biology alone.
    even, even_alone : Estimate
        Attendance of running at which it does no more than walking at its own, as delivered and by biology alone; NaN
        if it does at every attendance.
    """

    pairs: dict[str, Pair]
    difference: Estimate
    attended: tuple[Estimate, Estimate]
    left: tuple[Estimate, Estimate]
    curve: tuple[tuple[Estimate, ...], ...]
    even: Estimate
    even_alone: Estimate


def design() -> Trial:
    """Walking, running at falling attendance, and nothing."""
    own = table_of("walking-v-running")
    own.pop("people")
    arms = own["arms"]
    arms[NOTHING] = {"people": 100, "care": ["waiting-list"]}
    for k in range(len(SUPPORT)):
        arms[f"{RUNNING}-{k}"] = arms[RUNNING]
    trial = trial_from(own, "walking-v-running")
    care = trial.arms[RUNNING].care
    return cared(trial, {f"{RUNNING}-{k}": replace(care, sessions=x) for k, x in enumerate(SUPPORT)})


def walking(lab: Lab) -> Walking:
    """Walking beside running, against nothing in the same people.

    Parameters
    ----------
    lab : Lab
        People and sizes.

    Returns
    -------
    Walking
        Effects are points of HAM-D at sixteen weeks, above 0 for a benefit.
    """
    trial, n = design(), lab.sizes.others
    three = only(trial, (WALKING, RUNNING, NOTHING))
    kept = cared(three, {name: always(arm.care) for name, arm in three.arms.items() if name != NOTHING})
    full, bare = lab.courses(trial, n), lab.courses(trial, n, BIOLOGY)
    pairs = {
        SURE: _pair(lab.courses(kept, n, BIOLOGY), lab.seed),
        "biology alone, as people keep to it": _pair(bare, lab.seed),
        DELIVERED: _pair(full, lab.seed),
    }
    as_delivered, alone = _line(full), _line(bare)
    return Walking(
        pairs=pairs,
        difference=mean_of(last(full, WALKING) - last(full, RUNNING)),
        attended=(mean_of(attended(full, WALKING)), mean_of(attended(full, RUNNING))),
        left=(share_of(left_by(full, WALKING, trial.weeks)), share_of(left_by(full, RUNNING, trial.weeks))),
        curve=tuple(
            (mean_of(as_delivered.shares[k]), mean_of(as_delivered.effects[k]), mean_of(alone.effects[k]))
            for k in range(len(as_delivered.shares))
        ),
        even=over_people(as_delivered.even, n, lab.seed),
        even_alone=over_people(alone.even, n, lab.seed),
    )


@dataclass(frozen=True)
class _Line:
    """Attendance and effect of running, support by support, and the effect of walking, person by person."""

    shares: np.ndarray
    effects: np.ndarray
    walks: np.ndarray

    def even(self, who: np.ndarray) -> float:
        """Attendance at which the line through running's effects meets walking's; NaN if at none."""
        attendance, effect = (np.nanmean(each[:, who], axis=1) for each in (self.shares, self.effects))
        slope, at_none = np.polyfit(attendance, effect, 1)
        meets = (float(np.nanmean(self.walks[who])) - at_none) / slope
        return float(meets) if 0 <= meets <= 1 else np.nan


def _line(courses: xr.Dataset) -> _Line:
    arms = [RUNNING, *(f"{RUNNING}-{k}" for k in range(len(SUPPORT)))]
    shares, effects = (np.array([each(courses, arm) for arm in arms]) for each in (attended, _benefit))
    return _Line(shares, effects, _benefit(courses, WALKING))


def _benefit(courses: xr.Dataset, arm: str) -> np.ndarray:
    return np.asarray(last(courses, NOTHING) - last(courses, arm))


def _pair(courses: xr.Dataset, seed: int) -> Pair:
    walks, runs = _benefit(courses, WALKING), _benefit(courses, RUNNING)
    there = ~np.isnan(walks + runs)
    walks, runs = walks[there], runs[there]
    ratio = over_people(lambda who: float(walks[who].mean() / runs[who].mean()), len(walks), seed)
    return Pair(mean_of(walks), mean_of(runs), ratio)


def answer_walking(lab: Lab) -> Answer:
    """The third question, answered.

    Parameters
    ----------
    lab : Lab
        People and sizes.

    Returns
    -------
    Answer
        In words.
    """
    found = walking(lab)
    bare, whole = found.pairs[SURE], found.pairs[DELIVERED]
    known, brisk = (lab.body.known[f"{pace} of running"] for pace in ("walking", "brisk"))
    parts = {arm: lab.carried(design(), arm, NOTHING, lab.sizes.others // 2) for arm in (WALKING, RUNNING)}
    return Answer(
        "walking",
        ("S6",),
        "Is brisk walking nine tenths as good as running?",
        f"By biology alone it is {percent(bare.ratio)} as good, {_place(bare.ratio)} the {100 * CLAIMED:.0f} % that "
        f"was said; as delivered, with contact and belief, {percent(whole.ratio)}, {_place(whole.ratio)} it. There "
        f"{compared(found.difference, 'walking', 'running')}.",
        "neurokyn trial walking-v-running --replicates 100\n"
        "neurokyn trial walking-v-running --without expectancy --without natural-course --without contact "
        "--without bias\n"
        "neurokyn run walking-vs-running",
        _told(found),
        " ".join(told_parts(part, f"{arm.capitalize()} against nothing") for arm, part in parts.items()),
        f"In one body the ratio is {percent(known.found)} ({known.said}), and {percent(brisk.found)} for walking at 55 "
        "% of VO2max: it matters what is called brisk. No study behind the nine tenths was found. That a session "
        "activates whatever its effort is an assumption and brings the two together; reviews disagree on whether "
        "harder is better.",
    )


def _told(found: Walking) -> tuple[str, ...]:
    """Tables of the two paces, and of attendance."""
    pairs = [
        [name, shown(pair.walking, 2), shown(pair.running, 2), percent(pair.ratio)]
        for name, pair in found.pairs.items()
    ]
    curve = [[percent(row[0]), *(shown(effect, 2) for effect in row[1:])] for row in found.curve]
    return (
        "Points of HAM-D below nothing, after sixteen weeks of three sessions of 45 minutes, walking at 45 % and "
        "running at 70 % of VO2max:",
        table(["conditions", "walking", "running", "walking : running"], pairs),
        f"Walkers attend {percent(found.attended[0])} of sessions and runners {percent(found.attended[1])}; "
        f"{percent(found.left[0])} and {percent(found.left[1])} leave. Both have the same trainer, group and hours; "
        "that effort itself might put people off is in the model as fatigue only.",
        "Running at falling attendance; who stays in the programme keeps what its contact and belief give:",
        table(["sessions of running attended", "points, as delivered", "points, biology alone"], curve),
        f"By a line through these: as delivered, {_even_told(found.even)}; by biology alone, "
        f"{_even_told(found.even_alone)}.",
    )


def _place(ratio: Estimate) -> str:
    """Where a ratio lies beside the claimed one."""
    return "below" if ratio.high < CLAIMED else "above" if ratio.low > CLAIMED else "not to be told from"


def _even_told(even: Estimate) -> str:
    """At which attendance walking wins, in words."""
    if np.isnan(even.value):
        return "running does more than walking at its own attendance however seldom it is attended"
    return f"walking at its own attendance does more where runners attend less than {percent(even)}"
