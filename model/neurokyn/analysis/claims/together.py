"""What running adds to an SSRI: beside the better of the two, beside their sum, and by biology alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from neurokyn.analysis.claims.answer import Answer, told_parts
from neurokyn.analysis.claims.designs import NOTHING, beside_nothing
from neurokyn.analysis.claims.lab import BIOLOGY, EVERYTHING, Lab, last
from neurokyn.analysis.claims.numbers import Estimate, compared, mean_of, number, over_people, percent, shown, table
from neurokyn.analysis.reported import reported
from neurokyn.population.switches import Switches

RUNNING, DRUG, BOTH = "running", "escitalopram", "both"
REMISSION = 7.0  # points or fewer
KEPT = ("mood.latent", "mood.serotonin_signal", "mood.calm")  # as the question on anxiety needs them
RELEVANT = 1.0  # points: less would not contradict a trial


@dataclass(frozen=True)
class Sum:
    """Two treatments and both, less nothing.

    Parameters
    ----------
    alone : mapping of str to Estimate
        Points by arm, less nothing; below 0 is a benefit.
    better : str
        The arm with one treatment that does more.
    added : Estimate
        Both less the better one.
    of_sum : Estimate
        Both as a share of the sum of the two.
    remission : mapping of str to Estimate
        Share that ends at 7 points or fewer.
    """

    alone: Mapping[str, Estimate]
    better: str
    added: Estimate
    of_sum: Estimate
    remission: Mapping[str, Estimate]


def together(lab: Lab) -> dict[str, Sum]:
    """What both treatments do, as delivered and by biology alone.

    Parameters
    ----------
    lab : Lab
        People and sizes.

    Returns
    -------
    dict of str to Sum
        By conditions.
    """
    trial = beside_nothing("combination", KEPT)
    conditions: dict[str, Switches] = {"as delivered": EVERYTHING, "biology alone": BIOLOGY}
    return {name: _sum(lab.courses(trial, lab.sizes.others, on), lab.seed) for name, on in conditions.items()}


def _sum(courses: xr.Dataset, seed: int) -> Sum:
    ends = {arm: last(courses, arm) for arm in (RUNNING, DRUG, BOTH, NOTHING)}
    effects = {arm: ends[arm] - ends[NOTHING] for arm in (RUNNING, DRUG, BOTH)}
    there = ~np.isnan(sum(effects.values()))
    better = min((RUNNING, DRUG), key=lambda arm: float(np.nanmean(effects[arm])))
    one, two, both = (effects[arm][there] for arm in (RUNNING, DRUG, BOTH))
    return Sum(
        {arm: mean_of(effect) for arm, effect in effects.items()},
        better,
        mean_of(ends[BOTH] - ends[better]),
        over_people(lambda who: float(both[who].mean() / (one[who].mean() + two[who].mean())), len(both), seed),
        {arm: mean_of(np.where(np.isnan(end), np.nan, end <= REMISSION)) for arm, end in ends.items()},
    )


def answer_together(lab: Lab) -> Answer:
    """The sixth question, answered.

    Parameters
    ----------
    lab : Lab
        People and sizes.

    Returns
    -------
    Answer
        In words.
    """
    found = together(lab)
    whole, bare = found["as delivered"], found["biology alone"]
    trial = beside_nothing("combination", KEPT)
    parts = lab.carried(trial, BOTH, whole.better, lab.sizes.others // 2)
    known, share = lab.body.known["both less better"], lab.body.known["both of sum"]
    row = next(row for row in reported() if row.id == "E07.over_walking")
    more = whole.added.told and whole.added.value < -RELEVANT
    rows = [
        [f"{arm}, {how}", shown(one.alone[arm], sign=True), percent(one.remission[arm])]
        for how, one in found.items()
        for arm in (RUNNING, DRUG, BOTH)
    ]
    return Answer(
        "together",
        ("S8",),
        "What does running add to an SSRI?",
        f"As delivered, {compared(whole.added, 'the pair', f'{whole.better} alone')}, the better single treatment; by "
        f"biology alone, {compared(bare.added, 'the pair', f'{bare.better} alone')}. The pair does "
        f"{percent(whole.of_sum)} of the sum of the two as delivered, {percent(bare.of_sum)} by biology alone.",
        "neurokyn trial combination --replicates 100\n"
        "neurokyn trial combination --without expectancy --without natural-course --without contact --without bias\n"
        "neurokyn run running-plus-escitalopram",
        (
            "HAM-D after sixteen weeks (`combination`), less nothing, everybody in every arm:",
            table(["", "points less nothing", "in remission"], rows),
            f"A network meta-analysis of few trials has the pair at a g of {number(row.estimate, 2, sign=True)} "
            f"against exercise alone, no gain; the model {'finds more' if more else 'does not contradict it'}.",
        ),
        told_parts(parts, f"Both against {whole.better} alone")
        + f" The biologies add up to {percent(bare.of_sum)} of their sum; what falls short of it as delivered is "
        "expectancy, where contact counts once and belief saturates, leaving one of the two, and the scale.",
        f"In one body the pair takes off {shown(known.found)} points more than the better one ({known.said}) "
        f"and does {percent(share.found)} of the sum. How two "
        "biologies that meet in the same dendrites add up is a consequence of how the model is built: no number was "
        "set to a trial of both.",
    )
