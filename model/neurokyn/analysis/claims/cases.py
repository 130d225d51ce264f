"""The one body of the page of questions: what is done to it, what is cut, and what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from neurokyn.analysis.claims.body import DEPRESSION, DRUG, Ask, Case, Cut, Known, Readings, ask_body, training

ACTIVATION: Cut = (("mood.weight_activation", 0.0),)
CALM: Cut = (("inflammation.fitness_gain", 0.0),)
SHUNT: Cut = (("kynurenine.ido_gain", 0.0), ("kynurenine.kmo_gain", 0.0), ("kynurenine.kat_suppression", 0.0))
EFFORT: Cut = (
    ("growth_factors.activity_transcription", 0.0),
    ("growth_factors.vegf_brain_gain", 0.0),
    ("growth_factors.igf1_exercise_gain", 0.0),
)
UPTAKE: Cut = (("muscle.uptake_switch", 0.0), ("muscle.bcaa_uptake_switch", 0.0))
KAT: Cut = (("kynurenine.kat_muscle_share", 0.0),)
SEROTONIN: Cut = (("growth_factors.serotonin_gain", 0.0),)
FAST: Cut = (("mood.weight_fast", 0.0),)
SPARED: Cut = (("mood.vulnerability", 0.0),)
UNINFLAMED: Cut = (("inflammation.chronic_drive", 0.0), ("inflammation.stress_gain", 0.0))

RUN, STRONG, PILL = Case((training("running", 70),)), Case((training("strength", 45),)), Case((DRUG,))
BOTH = Case((*RUN.items, DRUG))
WHOLE: Mapping[str, Case] = {
    "running": RUN,
    "walking": Case((training("walking", 45),)),
    "brisk": Case((training("walking", 55),)),
    "strength": STRONG,
    "drug": PILL,
    "both": BOTH,
}
CUTS: Mapping[str, Case] = {  # a treatment, a colon, and the path that is cut
    "running: calmer inflammation": replace(RUN, cut=CALM),
    "running: the kynurenine shunt": replace(RUN, cut=SHUNT),
    "running: growth factors of effort": replace(RUN, cut=EFFORT),
    "running: activation": replace(RUN, cut=ACTIVATION),
    "strength: muscle's uptake of amino acids": replace(STRONG, cut=UPTAKE),
    "strength: kynurenate made in muscle": replace(STRONG, cut=KAT),
    "strength: calmer inflammation": replace(STRONG, cut=CALM),
    "strength: growth factors of effort": replace(STRONG, cut=EFFORT),
    "strength: activation": replace(STRONG, cut=ACTIVATION),
    "drug: serotonin to BDNF": replace(PILL, cut=SEROTONIN),
    "drug: serotonin at once": replace(PILL, cut=FAST),
    "drug: the kynurenine shunt": replace(PILL, cut=SHUNT),
}
RESTS: Mapping[str, Case] = {
    f"{person}{', ' if what else ''}{what}": Case(cut=cut, held=False, phenotype=person, weeks=0.0)
    for person in ("mdd", "mdd-inflamed")
    for what, cut in (("", ()), ("uninflamed", UNINFLAMED), ("no shunt", SHUNT), ("no vulnerability", SPARED))
} | {"healthy": Case(held=False, phenotype="healthy", weeks=0.0)}
CASES: Mapping[str, Case] = {**WHOLE, **CUTS, **RESTS}


@dataclass(frozen=True)
class Body:
    """What one body answered.

    Parameters
    ----------
    known : mapping of str to Known
        Answers with what they rest on, by the names of `QUESTIONS_OF_BODY`.
    seen : mapping of str to mapping
        Readings by case, as shipped.
    """

    known: Mapping[str, Known]
    seen: Mapping[str, Readings]


def benefit(seen: Mapping[str, Readings], case: str) -> float:
    """Fall of HAM-D under a treatment, in points."""
    before, after = seen[case][DEPRESSION]
    return before - after


def at_rest(seen: Mapping[str, Readings], case: str) -> float:
    """HAM-D of a body at rest."""
    return seen[case][DEPRESSION][0]


def _part(case: str) -> Ask:
    """The share of a treatment's benefit that is lost with a path."""
    whole = case.split(":", maxsplit=1)[0]
    return lambda seen: 1.0 - benefit(seen, case) / benefit(seen, whole)


def _share_of_illness(person: str, cut: str) -> Ask:
    """The share of the distance from health that goes with a cut."""
    return lambda seen: (
        (at_rest(seen, person) - at_rest(seen, f"{person}, {cut}")) / (at_rest(seen, person) - at_rest(seen, "healthy"))
    )


QUESTIONS_OF_BODY: Mapping[str, Ask] = {
    **{name: (lambda seen, own=name: benefit(seen, own)) for name in WHOLE},  # type: ignore[misc]
    "running less drug": lambda seen: benefit(seen, "running") - benefit(seen, "drug"),
    "walking of running": lambda seen: benefit(seen, "walking") / benefit(seen, "running"),
    "brisk of running": lambda seen: benefit(seen, "brisk") / benefit(seen, "running"),
    "strength less drug": lambda seen: benefit(seen, "strength") - benefit(seen, "drug"),
    "both less better": lambda seen: benefit(seen, "both") - max(benefit(seen, "running"), benefit(seen, "drug")),
    "both of sum": lambda seen: benefit(seen, "both") / (benefit(seen, "running") + benefit(seen, "drug")),
    **{name: _part(name) for name in CUTS},
    **{
        f"{person}, {cut}": _share_of_illness(person, cut)
        for person in ("mdd", "mdd-inflamed")
        for cut in ("uninflamed", "no shunt", "no vulnerability")
    },
}


def ask_everything(numbers: int, workers: int | None = None) -> Body:
    """Every question to the one body.

    Parameters
    ----------
    numbers : int
        How many numbers of the model are moved.
    workers : int, optional
        Threads.

    Returns
    -------
    Body
        Answers and readings.
    """
    return Body(*ask_body(CASES, QUESTIONS_OF_BODY, numbers, workers))
