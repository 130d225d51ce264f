"""What strength training does to tryptophan, kynurenine and mood, and how much of its benefit is that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from neurokyn.analysis.claims.answer import Answer, told_parts
from neurokyn.analysis.claims.body import Known
from neurokyn.analysis.claims.cases import CUTS
from neurokyn.analysis.claims.designs import NOTHING, STRENGTH, arm_of, design, only
from neurokyn.analysis.claims.lab import BIOLOGY, EVERYTHING, Lab, last
from neurokyn.analysis.claims.numbers import Estimate, compared, mean_of, number, over_trials, percent, shown, table
from neurokyn.analysis.claims.severity import gap
from neurokyn.analysis.reported import reported
from neurokyn.analysis.validate import LEAST_POOL, ask
from neurokyn.population.carrying_out import DEPRESSION
from neurokyn.population.questions import Question
from neurokyn.population.reading import read_trial, trial_from
from neurokyn.population.trial import Trial
from neurokyn.scenario.simulate import simulate

TRAINED, DRUG = "strength", "drug"
DELIVERED, BARE = "as delivered", "biology alone"
MUSCLE = ("muscle's uptake of amino acids", "kynurenate made in muscle")
SEVERITY = {"mean": 20.0, "sd": 4.5}
BLOOD = {
    "tryptophan.total": "tryptophan in plasma, total",
    "tryptophan.free": "tryptophan in plasma, free",
    "tryptophan.brain": "tryptophan in brain",
    "kynurenine.kyn": "kynurenine in plasma",
    "kynurenine.kyna": "kynurenate in plasma",
    "kynurenine.kyn_trp_ratio": "kynurenine to tryptophan",
    "kynurenine.nmda_balance": "quinolinate against kynurenate in brain",
}
UPTAKE = {"muscle.uptake_switch": 0.0, "muscle.bcaa_uptake_switch": 0.0}
DAY, WEEK, SESSION = 24.0, 168.0, 11.0  # h; sessions are at 18:00, eleven hours after the start of a day


@dataclass(frozen=True)
class Trace:
    """What becomes of one read-out.

    Parameters
    ----------
    rest : Estimate
        Change in the morning after sixteen weeks, strength less nothing, per cent of the level before.
    spreads : Estimate
        The same in SDs between people.
    least, most : float
        Within a day and a half of one session, against the same hours without: per cent.
    """

    rest: Estimate
    spreads: Estimate
    least: float
    most: float


@dataclass(frozen=True)
class Strength:
    """Strength training.

    Parameters
    ----------
    traces : mapping of str to Trace
        By read-out.
    effects : mapping of str to (Estimate, Estimate, Estimate)
        By conditions: strength and the drug, less nothing, and the one less the other; points.
    branch : Estimate
        What is lost by biology alone if muscle takes up no amino acids, points.
    pooled : Estimate
        g over repetitions of 33 trials.
    drug : Estimate
        g of escitalopram against a placebo pill in moderate depression.
    """

    traces: Mapping[str, Trace]
    effects: Mapping[str, tuple[Estimate, Estimate, Estimate]]
    branch: Estimate
    pooled: Estimate
    drug: Estimate


def strong() -> Trial:
    """Strength training, an open drug, and nothing, in depressed people."""
    own = design("mdd", 16, [0, 8, 16], SEVERITY, list(BLOOD))
    own["arms"] = {
        TRAINED: arm_of(["supervised-exercise"], STRENGTH),
        DRUG: arm_of(["open-pill"], drug=True),
        NOTHING: arm_of(["waiting-list"]),
    }
    return trial_from(own, "strength training")


def strength(lab: Lab) -> Strength:
    """What strength training does to blood and mood.

    Parameters
    ----------
    lab : Lab
        People and sizes.

    Returns
    -------
    Strength
        Differences below 0 are benefits.
    """
    trial, n = strong(), lab.sizes.others
    full, bare = lab.courses(trial, n), lab.courses(trial, n, BIOLOGY)
    cut = lab.courses(only(trial, (TRAINED, NOTHING)), n, BIOLOGY, UPTAKE)
    one_day = _around_a_session()
    pool = read_trial("strength-pool")
    people = lab.courses(pool, max(n, LEAST_POOL))
    repeats = max(lab.sizes.replicates // 4, 8)
    pooled = ask(pool, people, [Question(DEPRESSION, "pooled g", TRAINED)], repeats, lab.seed, EVERYTHING)[:, 0]
    return Strength(
        {name: _trace(bare, name, *one_day[name]) for name in BLOOD},
        {name: _effects(courses) for name, courses in ((DELIVERED, full), (BARE, bare))},
        mean_of(last(cut, TRAINED) - last(cut, NOTHING) - last(bare, TRAINED) + last(bare, NOTHING)),
        over_trials(pooled),
        gap(lab, "moderate").size,
    )


def _effects(courses: xr.Dataset) -> tuple[Estimate, Estimate, Estimate]:
    trained, drug, nothing = (last(courses, arm) for arm in (TRAINED, DRUG, NOTHING))
    return mean_of(trained - nothing), mean_of(drug - nothing), mean_of(trained - drug)


def _trace(courses: xr.Dataset, name: str, least: float, most: float) -> Trace:
    before = courses[name].sel(arm=NOTHING).values[:, 0]
    change = last(courses, TRAINED, name) - last(courses, NOTHING, name)
    spread = float(np.nanstd(before, ddof=1))
    return Trace(mean_of(100 * change / before), mean_of(change / spread), least, most)


def _around_a_session() -> dict[str, tuple[float, float]]:
    """Least and most of each read-out from the last session on, against a body that does nothing at the same hours."""
    data = simulate("strength-training")
    start = data["time"].values[-1] - WEEK + 4 * DAY + SESSION  # Friday of the last week
    after = data.sel(time=slice(start, start + 1.5 * DAY))
    found = {}
    for name in BLOOD:
        off = 100 * (after[name].sel(arm="strength").values / after[name].sel(arm="untreated").values - 1)
        found[name] = float(off.min()), float(off.max())
    return found


def answer_strength(lab: Lab) -> Answer:
    """The eighth question, answered.

    Parameters
    ----------
    lab : Lab
        People and sizes.

    Returns
    -------
    Answer
        In words.
    """
    found = strength(lab)
    paths = {name.split(": ")[1]: known for name, known in lab.body.known.items() if name in CUTS and TRAINED in name}
    first = max(paths, key=lambda name: paths[name].found.value)
    parts = lab.carried(strong(), TRAINED, NOTHING, lab.sizes.others // 2)
    two = {name: row[2] for name, row in found.effects.items()}
    return Answer(
        "strength",
        ("S9", "S10", "S11"),
        "What does strength training do to tryptophan, kynurenine and mood, and how much of its benefit is that?",
        f"In one body {percent(paths[MUSCLE[0]].found)} of its benefit goes with what muscle does to amino acids and "
        f"{percent(paths[MUSCLE[1]].found)} with the kynurenate it makes; {first} carries "
        f"{percent(paths[first].found)}. By biology alone {compared(two[BARE], 'strength training', 'the drug')}; as "
        f"delivered {compared(two[DELIVERED], 'strength training', 'the drug')}.",
        "neurokyn run strength-training\n"
        "neurokyn run strength-training --set muscle.uptake_switch=0 --set muscle.bcaa_uptake_switch=0\n"
        "neurokyn validate --only S09\n"
        "python scripts/make_ablations.py",
        (*_told_blood(found), *_told_mood(found, paths)),
        told_parts(parts, "Strength training against nothing"),
        "Neither the uptake of tryptophan by muscle after strength work nor the share of kynurenine that muscle takes "
        "was measured in man; both are assumed within wide bounds, and the shares above move with them as their "
        "intervals say (first order, so that they may reach below zero). Pooled trials compare strength training with "
        "waiting lists and contain contact, belief and the bias of small trials; a drug meets a placebo pill.",
    )


def _told_blood(found: Strength) -> tuple[str, ...]:
    """What is seen in blood and brain."""
    rows = []
    for name, seen in found.traces.items():
        after = f"{number(seen.least, sign=True)} to {number(seen.most, sign=True)}"
        rows.append([BLOOD[name], shown(seen.rest, 2, sign=True), shown(seen.spreads, 2, sign=True), after])
    return (
        "Blood and brain. At rest: the morning after sixteen weeks, training less nothing in the same depressed "
        "people. After a session: one body, a day and a half from its last one, against the same hours without any.",
        table(["", "at rest, %", "at rest, SD", "after a session, least and most, %"], rows),
    )


def _told_mood(found: Strength, paths: Mapping[str, Known]) -> tuple[str, ...]:
    """What it does to mood, by which paths, and what pooled trials would show."""
    row = next(row for row in reported() if row.id == "S09")
    effects = [[name, *(shown(x, 2, sign=True) for x in own)] for name, own in found.effects.items()]
    return (
        "HAM-D after sixteen weeks:",
        table(["", "strength less nothing", "drug less nothing", "strength − drug"], effects),
        f"If muscle took up no amino acids, those people would lose {shown(found.branch, 3, sign=True)} points of "
        "benefit by biology alone. In one body, the share of its benefit that goes with each path, resting score held:",
        table(
            ["path that is cut", "share of the benefit", "uncertainty from", "most of it"],
            [[name, percent(own.found), own.grade, own.names] for name, own in paths.items()],
        ),
        f"Thirty-three trials of usual sizes, with the bias of small ones: g {shown(found.pooled, 2, sign=True)}; "
        f"reported {shown(Estimate(row.estimate, row.low, row.high), 2, sign=True)}, so that the row "
        f"{'holds' if row.low <= found.pooled.value <= row.high else 'misses'}. Escitalopram against a placebo pill "
        f"has {shown(found.drug, 2, sign=True)} (fifth question){_why(found)}.",
    )


def _why(found: Strength) -> str:
    """Why pooled effects and the same people say different things, if they do."""
    larger = found.pooled.value < found.drug.value
    better = found.effects[DELIVERED][2].told and found.effects[DELIVERED][2].value > 0
    if not (larger and better):
        return ""
    return (
        ": the pooled effect of strength training is the larger one although the drug does more in the same people, "
        "because of what either is compared with"
    )
