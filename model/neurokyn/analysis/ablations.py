"""Every switch and coupling the other way, one at a time: what the answers owe to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from neurokyn.analysis.experiment import CLOCK, QUIET, Experiment
from neurokyn.analysis.measures import DAY, INTERFERON, STRESS, WEEK, training
from neurokyn.compiler.parameters import Table
from neurokyn.errors import SolveError
from neurokyn.scenario.activity import Bout
from neurokyn.scenario.context import Context
from neurokyn.scenario.dosing import Regimen
from neurokyn.scenario.model import standard_model, standard_parameters
from neurokyn.scenario.people import phenotype_values
from neurokyn.scenario.prepare import prepare
from neurokyn.scenario.schedule import Level, Schedule
from neurokyn.scenario.solve import follow, timeline
from neurokyn.scenario.steady import steady_state

PERSON = "mdd"
DRUG = Regimen("escitalopram", "10 mg", every="1 day")
RUNNING, WALKING, STRENGTH = (training(*x, PERSON) for x in (("running", 70), ("walking", 45), ("strength", 45)))
ESCITALOPRAM = Experiment(8 * WEEK, (DRUG,), PERSON, every=6.0)
BOTH = replace(RUNNING, items=(*RUNNING.items, DRUG))
HOUR = Experiment(2.0, (Bout("running", 60, "65 %VO2max", start=1.0),), every=1.0)


@dataclass(frozen=True)
class Ablation:
    """A structure taken out, or an optional one put in.

    Parameters
    ----------
    name : str
        What is changed, in words.
    settings : tuple of (str, float)
        Parameters and the values that do it, beyond their bounds if need be.
    moves : str
        The outcome that it should change, a name in `OUTCOMES`.
    """

    name: str
    settings: tuple[tuple[str, float], ...]
    moves: str


@dataclass(frozen=True)
class Outcome:
    """One number that an ablation may change.

    Parameters
    ----------
    title : str
        Head of its column.
    decimals : int
        Of the table.
    """

    title: str
    decimals: int


OUTCOMES: dict[str, Outcome] = {
    "rest": Outcome("HAM-D at rest", 2),
    "running": Outcome("running", 2),
    "walking": Outcome("walking", 2),
    "strength": Outcome("strength", 2),
    "escitalopram": Outcome("escitalopram", 2),
    "both": Outcome("running and escitalopram", 2),
    "tryptophan": Outcome("brain tryptophan, %", 1),
    "length": Outcome("dendrites, %", 1),
    "interferon": Outcome("interferon", 2),
    "cortisol": Outcome("cortisol, %", 1),
}

ABLATIONS: tuple[Ablation, ...] = tuple(
    Ablation(name, ((parameter, value),), moves)
    for name, parameter, value, moves in (
        # what the brain is given of tryptophan
        ("only free tryptophan is available", "tryptophan.free_only", 1.0, "tryptophan"),
        ("fatty acids free no tryptophan", "tryptophan.nefa_switch", 0.0, "tryptophan"),
        ("LAT1 sees no change of its rivals", "tryptophan.lnaa_switch", 0.0, "tryptophan"),
        ("muscle burns no branched-chain amino acids", "muscle.oxidation_switch", 0.0, "tryptophan"),
        ("muscle takes up no tryptophan", "muscle.uptake_switch", 0.0, "strength"),
        ("muscle takes up no branched-chain amino acids", "muscle.bcaa_uptake_switch", 0.0, "strength"),
        ("muscle gives no tryptophan back", "muscle.release_switch", 0.0, "strength"),
        ("muscle keeps no tryptophan", "muscle.accretion_switch", 0.0, "strength"),
        # kynurenine
        ("inflammation does not induce IDO", "kynurenine.ido_gain", 0.0, "interferon"),
        ("microglia do not raise KMO", "kynurenine.kmo_gain", 0.0, "interferon"),
        ("microglia do not hold KAT back", "kynurenine.kat_suppression", 0.0, "interferon"),
        ("kynurenate protects as much as quinolinate harms", "kynurenine.kyna_protection", 1.0, "interferon"),
        ("cortisol does not hold IDO back", "kynurenine.ido_restraint", 0.0, "rest"),
        ("cortisol induces TDO (off as shipped)", "kynurenine.tdo_gain", 0.2, "rest"),
        ("muscle makes no kynurenate", "kynurenine.kat_muscle_share", 0.0, "running"),
        # inflammation and stress
        ("fitness does not calm inflammation", "inflammation.fitness_gain", 0.0, "running"),
        ("stress does not inflame", "inflammation.stress_gain", 0.0, "rest"),
        ("inflammation does not drive CRH", "stress.interleukin_gain", 0.0, "interferon"),
        ("bouts do not drive CRH", "stress.bout_gain", 0.0, "cortisol"),
        # serotonin and its drugs
        ("autoreceptors do not desensitise", "serotonin.desensitisation", 0.0, "escitalopram"),
        ("effort does not drive firing", "serotonin.exertion_gain", 0.0, "running"),
        ("SERT is down-regulated by half (off as shipped)", "serotonin.downregulation", 0.5, "escitalopram"),
        ("the brain lags behind the plasma (off as shipped)", "ssri.effect_delay", 1.0, "escitalopram"),
        # growth factors
        ("serotonin does not raise BDNF", "growth_factors.serotonin_gain", 0.0, "escitalopram"),
        ("effort does not raise BDNF in brain", "growth_factors.activity_transcription", 0.0, "running"),
        ("effort does not raise VEGF in brain", "growth_factors.vegf_brain_gain", 0.0, "running"),
        ("effort does not raise IGF-1", "growth_factors.igf1_exercise_gain", 0.0, "running"),
        ("cortisol damage does not lower BDNF", "growth_factors.damage_gain", 0.0, "length"),
        ("stress itself does not lower BDNF", "growth_factors.load_gain", 0.0, "length"),
        ("inflammation does not lower BDNF", "growth_factors.inflammation_gain", 0.0, "interferon"),
        ("SSRIs act on TrkB (off as shipped)", "growth_factors.direct_trkb_gain", 1.0, "escitalopram"),
        # structure
        ("cortisol damage does not prune", "dendrites.cortisol_pruning", 0.0, "length"),
        ("stress itself does not prune", "dendrites.load_pruning", 0.0, "length"),
        ("NMDA receptors do not prune", "dendrites.nmda_pruning", 0.0, "interferon"),
        ("proBDNF does not prune", "dendrites.probdnf_pruning", 0.0, "rest"),
        ("serotonin makes no spines", "dendrites.spine_serotonin_gain", 0.0, "escitalopram"),
        # mood
        ("no fast path of serotonin", "mood.weight_fast", 0.0, "escitalopram"),
        ("no behavioural activation", "mood.weight_activation", 0.0, "running"),
        ("interleukin-6 does not act on mood", "mood.weight_inflammation", 0.0, "interferon"),
        ("cortisol does not act on mood but by structure", "mood.weight_cortisol", 0.0, "rest"),
        ("NMDA balance does not act on mood but by structure", "mood.weight_nmda", 0.0, "interferon"),
        ("dendrites do not act on mood", "mood.weight_length", 0.0, "escitalopram"),
        ("spines do not act on mood", "mood.weight_spines", 0.0, "escitalopram"),
        ("new neurons act on mood (off as shipped)", "mood.weight_new_neurons", 1.0, "running"),
    )
)

Readings = dict[str, np.ndarray]


def outcomes(settings: Mapping[str, float]) -> dict[str, float]:
    """Every outcome with some parameters set, beyond their bounds if need be.

    Parameters
    ----------
    settings : mapping of str to float
        Qualified name to value in its table's unit.

    Returns
    -------
    dict of str to float
        By the names of `OUTCOMES`, in points or per cent.

    Raises
    ------
    SolveError
        If the integration fails.
    """
    mood = {
        name: _run(experiment, settings)["mood.depression"]
        for name, experiment in (
            ("running", RUNNING),
            ("walking", WALKING),
            ("strength", STRENGTH),
            ("both", BOTH),
            ("escitalopram", ESCITALOPRAM),
            ("interferon", INTERFERON),
        )
    }
    week = round(WEEK / RUNNING.every)  # training: the mean of the last week, whatever the hour of the last bout
    points = {
        name: float(mood[name][-week:].mean() - mood[name][0]) for name in ("running", "walking", "strength", "both")
    }
    points |= {name: float(mood[name][-1] - mood[name][0]) for name in ("escitalopram", "interferon")}
    hour = _run(HOUR, settings)
    return {
        "rest": float(mood["running"][0]),
        **points,
        "tryptophan": _per_cent(hour["tryptophan.brain"], 1, -1),
        "length": _per_cent(_run(STRESS, settings)["dendrites.length"], 0, round(21 * DAY / STRESS.every)),
        "cortisol": _per_cent(hour["stress.cortisol"], 1, -1),
    }


def _per_cent(x: np.ndarray, early: int, late: int) -> float:
    return float(100 * (x[late] / x[early] - 1))


def _run(experiment: Experiment, settings: Mapping[str, float]) -> Readings:
    """An experiment as `perform` does it, without slopes and without bounds."""
    table = standard_parameters().with_values(phenotype_values(experiment.phenotype))
    rows = dict(table) | {name: replace(table[name], value=value) for name, value in settings.items()}
    body = prepare(standard_model(), Table(rows.values()))
    context = Context(experiment.hours, CLOCK)
    parts = [x for item in experiment.items for x in ([item] if isinstance(item, Level) else item.expand(context))]
    times = np.arange(0.0, experiment.hours + experiment.every / 2, experiment.every)
    events = timeline(body, Schedule([QUIET, *parts]), experiment.hours, CLOCK)
    course = follow(body, steady_state(body), events, times, rtol=1e-7)
    if course.code != 0:
        raise SolveError(course.reason)
    return {r.name: course.values[:, k] for k, r in enumerate(body.system.read_outs)}


@cache
def shipped() -> Mapping[str, float]:
    """Every outcome of the model as shipped."""
    return outcomes({})


@cache
def cost(ablation: Ablation) -> Mapping[str, float]:
    """What an ablation changes.

    Parameters
    ----------
    ablation : Ablation
        What is taken out or put in.

    Returns
    -------
    mapping of str to float
        Every outcome with it less that of the model as shipped.

    Examples
    --------
    >>> off = next(x for x in ABLATIONS if x.name == "no behavioural activation")
    >>> cost(off)["running"] > 0.1  # running helps less
    True
    """
    with_it, without = outcomes(dict(ablation.settings)), shipped()
    return {name: with_it[name] - without[name] for name in OUTCOMES}


def table(ablations: Sequence[Ablation] = ABLATIONS) -> str:
    """The model as shipped, and what each ablation adds to its outcomes, in Markdown.

    Parameters
    ----------
    ablations : sequence of Ablation
        The rows.

    Returns
    -------
    str
        A table.
    """
    heads = ["ablation", "set", *(o.title for o in OUTCOMES.values())]
    lines = [_row(heads), "|---|---|" + "---:|" * len(OUTCOMES), _row(["**as shipped**", "", *_cells(shipped(), "")])]
    for ablation in ablations:
        sets = ", ".join(f"`{name}` = {value:g}" for name, value in ablation.settings)
        lines.append(_row([ablation.name, sets, *_cells(cost(ablation), "+")]))
    return "\n".join(lines)


def _cells(values: Mapping[str, float], sign: str) -> list[str]:
    """Numbers as the table shows them; a dot where nothing changes by the last digit."""
    shown = [format(values[name], f"{sign}.{o.decimals}f") for name, o in OUTCOMES.items()]
    return ["·" if sign and float(x) == 0 else x.replace("-", "−") for x in shown]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
