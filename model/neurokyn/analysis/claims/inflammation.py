"""How much goes through inflammation and the shunt, through growth factors, and what stress and recovery do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import xarray as xr

from neurokyn.analysis.claims.answer import Answer, Picture, told_parts
from neurokyn.analysis.claims.body import Known
from neurokyn.analysis.claims.cases import CUTS, Body
from neurokyn.analysis.claims.designs import NOTHING, beside_nothing, only
from neurokyn.analysis.claims.lab import BIOLOGY, Lab, last
from neurokyn.analysis.claims.numbers import Estimate, mean_of, number, percent, share_of, shown, table
from neurokyn.analysis.claims.together import DRUG, KEPT, RUNNING
from neurokyn.scenario.simulate import simulate

FACTORS = {
    "growth_factors.bdnf_brain": "BDNF in brain",
    "growth_factors.bdnf_serum": "BDNF in serum",
    "growth_factors.igf1": "IGF-1 in blood",
    "growth_factors.vegf": "VEGF in blood",
    "growth_factors.vegf_brain": "VEGF in brain",
    "growth_factors.ngf": "NGF",
    "serotonin.extracellular_relative": "serotonin outside cells",
    "stress.cortisol_slow": "cortisol, two-day mean",
    "dendrites.length": "dendritic length",
    "dendrites.new_neurons": "new neurons",
    "dendrites.hippocampal_volume": "hippocampal volume",
    "inflammation.il6": "interleukin-6",
}
SEROTONIN = {"growth_factors.serotonin_gain": 0.0}
CALM = {"inflammation.fitness_gain": 0.0}
STRESSED, RELIEVED, LATE, DAY, WEEK = 2, 5, 8, 24.0, 168.0  # weeks of the scenario: stress from, to; three weeks later
RECOVERY = ("dendrites.length", "growth_factors.bdnf_brain")


@dataclass(frozen=True)
class Cut:
    """A treatment by biology alone, whole and with a path cut, in the same people.

    Parameters
    ----------
    whole, without : Estimate
        Points less nothing.
    lost : Estimate
        What the cut costs, points.
    """

    whole: Estimate
    without: Estimate
    lost: Estimate


@dataclass(frozen=True)
class Mechanism:
    """Inflammation, growth factors, stress.

    Parameters
    ----------
    inflamed : mapping of str to Estimate
        Shares of depressed people with CRP above 1 and above 3 mg/L.
    cuts : mapping of str to Cut
        In people: the drug without serotonin's effect on BDNF, running without calmer inflammation.
    factors : mapping of str to mapping of str to float
        By read-out, then treatment: change over sixteen weeks in one body, per cent; also "ill" against health, and
        "run": the largest change within a day of one run.
    recovery : mapping of str to tuple of float
        By arm: dendritic length and BDNF, per cent of the start, when stress ends and three weeks later.
    course : Dataset
        Of stress and recovery.
    """

    inflamed: Mapping[str, Estimate]
    cuts: Mapping[str, Cut]
    factors: Mapping[str, Mapping[str, float]]
    recovery: Mapping[str, tuple[float, ...]]
    course: xr.Dataset


def mechanism(lab: Lab) -> Mechanism:
    """What inflammation, growth factors and stress do in the model.

    Parameters
    ----------
    lab : Lab
        People and sizes.

    Returns
    -------
    Mechanism
        Numbers for the page.
    """
    trial, n = beside_nothing("combination", KEPT), lab.sizes.others
    bare = lab.courses(trial, n, BIOLOGY)
    cuts = {
        arm: _cut(bare, lab.courses(only(trial, (arm, NOTHING)), n, BIOLOGY, cut), arm)
        for arm, cut in ((DRUG, SEROTONIN), (RUNNING, CALM))
    }
    crp = bare["crp"].values
    course = simulate("chronic-stress-and-recovery")
    return Mechanism(
        {f"CRP above {level} mg/L": share_of((crp > level).astype(float)) for level in (1, 3)},
        cuts,
        _factors(lab.body),
        _recovery(course),
        course,
    )


def _cut(whole: xr.Dataset, without: xr.Dataset, arm: str) -> Cut:
    effects = [last(courses, arm) - last(courses, NOTHING) for courses in (whole, without)]
    return Cut(mean_of(effects[0]), mean_of(effects[1]), mean_of(effects[1] - effects[0]))


def _factors(body: Body) -> dict[str, dict[str, float]]:
    found, hours = {}, simulate("one-bout-hour-by-hour")
    for name in FACTORS:
        off = 100 * (hours[name].sel(arm="running").values / hours[name].sel(arm="rest").values - 1)
        ill, well = body.seen["mdd"][name][0], body.seen["healthy"][name][0]
        found[name] = {"ill": 100 * (ill / well - 1)}
        for arm in ("running", "strength", "drug", "both"):
            before, after = body.seen[arm][name]
            found[name][arm] = 100 * (after / before - 1)
        found[name]["run"] = float(off[abs(off).argmax()])
    return found


def _recovery(course: xr.Dataset) -> dict[str, tuple[float, ...]]:
    """Means of a day, per cent of the day before the stress begins."""
    hours = course["time"].values

    def level(name: str, arm: str, week: float) -> float:
        day = (hours > week * WEEK - DAY) & (hours <= week * WEEK)
        return float(course[name].sel(arm=arm).values[day].mean())

    return {
        str(arm): tuple(
            100 * level(name, arm, week) / level(name, arm, STRESSED) for name in RECOVERY for week in (RELIEVED, LATE)
        )
        for arm in course["arm"].values
    }


def answer_mechanism(lab: Lab) -> Answer:
    """The ninth question, answered.

    Parameters
    ----------
    lab : Lab
        People and sizes.

    Returns
    -------
    Answer
        In words.
    """
    found, known = mechanism(lab), lab.body.known
    calm, shunt, rest = (known[f"mdd, {cut}"] for cut in ("uninflamed", "no shunt", "no vulnerability"))
    serotonin = known["drug: serotonin to BDNF"]
    trial, n = beside_nothing("combination", KEPT), lab.sizes.others // 2
    named = {RUNNING: "Running", DRUG: "The drug"}
    parts = {arm: lab.carried(trial, arm, NOTHING, n, BIOLOGY) for arm in named}
    return Answer(
        "mechanism",
        ("S3", "S4", "S5", "S10", "S13"),
        "How much of depression and of its treatment goes through inflammation, the shunt and growth factors?",
        f"Of the average patient's distance from health {percent(calm.found)} goes with inflammation and "
        f"{percent(shunt.found)} with what inflammation does to kynurenine, the shunt; of the inflamed patient's, "
        f"{percent(known['mdd-inflamed, uninflamed'].found)} and {percent(known['mdd-inflamed, no shunt'].found)}. "
        f"Without the path from serotonin to BDNF escitalopram loses {percent(serotonin.found)} of its benefit.",
        "neurokyn trial combination --set growth_factors.serotonin_gain=0\n"
        "neurokyn trial combination --set inflammation.fitness_gain=0\n"
        "neurokyn run running-vs-escitalopram --set mdd:inflammation.chronic_drive=0\n"
        "neurokyn run chronic-stress-and-recovery\n"
        "python scripts/make_ablations.py",
        (*_told_paths(found, lab.body), *_told_factors(found), *_told_stress(found)),
        " ".join(told_parts(part, f"{named[arm]} against nothing, biology alone") for arm, part in parts.items()),
        f"The part of inflammation: {calm.said}. The path from serotonin to BDNF: {serotonin.said}. None of these "
        f"paths was ever cut in a patient, so the shares are statements about a model. {percent(rest.found)} of the "
        "average patient's distance from health goes with vulnerability, which stands for what no path explains; "
        "shares of several cuts need not add up. NGF has no usable figure in man and drives nothing here, and new "
        "neurons carry no weight for mood.",
        (
            Picture(
                "stress",
                "courses",
                (found.course, list(RECOVERY)),
                "Dendrites and BDNF over three weeks of stress, and after it",
            ),
        ),
    )


def _told_paths(found: Mechanism, body: Body) -> tuple[str, ...]:
    """Who is inflamed, and what goes with each path."""
    people = {"escitalopram; serotonin to BDNF": DRUG, "running; calmer inflammation": RUNNING}
    cuts = [[name, *(shown(x, 2, sign=True) for x in _sizes(found.cuts[arm]))] for name, arm in people.items()]
    raised = " and ".join(f"{percent(share)} have {name}" for name, share in found.inflamed.items())
    ratios = ", ".join(f"{person} {_ratio(body, person)}" for person in ("healthy", "mdd", "mdd-inflamed"))
    return (
        f"*Is almost every depressed person inflamed (S10)?* Of these people {raised}: they were drawn so (Osimo "
        "2019), and it is no finding. Kynurenine to tryptophan at rest, µmol/mmol: "
        f"{ratios}.",
        "Paths in one body: illness as a share of the distance of HAM-D from health, treatment as a share of its "
        "benefit with the resting score held:",
        table(["path that is cut", "share", "uncertainty from", "most of it"], _paths(body.known)),
        "In people, by biology alone, points less nothing:",
        table(["treatment; path", "whole", "cut", "lost"], cuts),
    )


def _told_factors(found: Mechanism) -> tuple[str, ...]:
    """Growth factors and neurons under treatment."""
    head = [
        "",
        "ill against health",
        "running",
        "strength",
        "escitalopram",
        "running and escitalopram",
        "one run, at most",
    ]
    rows = [[FACTORS[name], *(number(x, sign=True) for x in row.values())] for name, row in found.factors.items()]
    return (
        "*Growth factors and neurons (S3, S5).* One body, per cent: the average patient against health, the mean of "
        "the sixteenth week of a treatment against before, and the largest change within two days of one run of 45 "
        "minutes by a healthy person:",
        table(head, rows),
    )


def _told_stress(found: Mechanism) -> tuple[str, ...]:
    """What stress does, and what is spared."""
    head = ["", "dendrites, end of stress", "three weeks later", "BDNF in brain, end of stress", "three weeks later"]
    rows = [[arm, *(number(x) for x in row)] for arm, row in found.recovery.items()]
    return (
        "*Stress and recovery (S13).* A healthy person, three weeks of stress; running from two weeks before, "
        "escitalopram from its start; per cent of the level before the stress:",
        table(head, rows),
        _spared(found),
    )


def _sizes(cut: Cut) -> tuple[Estimate, Estimate, Estimate]:
    return cut.whole, cut.without, cut.lost


def _ratio(body: Body, person: str) -> str:
    return number(body.seen[person]["kynurenine.kyn_trp_ratio"][0])


def _paths(known: Mapping[str, Known]) -> list[list[str]]:
    """Illness first, then treatments; strength training has its own question."""
    named = {
        "mdd, uninflamed": "depression: inflammation",
        "mdd, no shunt": "depression: the kynurenine shunt",
        "mdd, no vulnerability": "depression: vulnerability",
        "mdd-inflamed, uninflamed": "depression with inflammation: inflammation",
        "mdd-inflamed, no shunt": "depression with inflammation: the kynurenine shunt",
    } | {name: name for name in CUTS if not name.startswith("strength")}
    return [[title, percent(known[name].found), known[name].grade, known[name].names] for name, title in named.items()]


def _spared(found: Mechanism) -> str:
    """Which treatment keeps most of the dendrites, in words."""
    ends = {arm: row[0] for arm, row in found.recovery.items()}
    best = max(ends, key=lambda arm: ends[arm])
    left = ends.pop("untreated")
    if best == "untreated":
        return "No treatment spares dendrites in the stress."
    told = ", ".join(f"{arm} {number(x - left, sign=True)}" for arm, x in ends.items())
    return f"Percentage points of length spared against no treatment, as stress ends: {told}; most by {best}."
