"""What carries the difference between two arms: the terms of severity, person by person, one arm minus the other.

Severity is a sum in log odds (`physiology/mood.py`), so each term's difference is exact; what the terms do not carry is
the memory of severity (it follows within days) and enters as "what came before". Points are shares of the difference in
HAM-D points in proportion to log odds.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr
from scipy.special import logit

from neurokyn.errors import ScenarioError, nearest
from neurokyn.population.courses import simulate_courses
from neurokyn.population.entry import draw_participants
from neurokyn.population.switches import Switches
from neurokyn.population.trial import Trial
from neurokyn.scenario.model import standard_parameters

READ_OUTS = (
    "dendrites.length",
    "dendrites.spines",
    "dendrites.new_neurons",
    "stress.cortisol_slow",
    "kynurenine.nmda_balance",
    "mood.activation",
    "mood.expectancy",
    "mood.episode",
    "mood.il6_brain",
    "mood.serotonin_signal",
    "mood.underlying",
    "mood.wanted",
)
BEFORE = "what came before"


def pathways(
    trial: Trial,
    arm: str,
    versus: str,
    n: int,
    seed: int,
    week: float | None = None,
    switches: Switches | None = None,
) -> dict[str, float]:
    """How much of the difference between two arms each pathway carries.

    Parameters
    ----------
    trial : Trial
        The design.
    arm, versus : str
        Two of its arms.
    n : int
        People, each simulated in both arms.
    seed : int
        Of the study.
    week : float, optional
        The visit; the last if not given.
    switches : Switches, optional
        What is on; everything if not given.

    Returns
    -------
    dict of str to float
        HAM-D points by pathway, arm minus comparator; together the difference.

    Raises
    ------
    ScenarioError
        If there is no such arm or visit.

    Examples
    --------
    >>> from neurokyn import read_trial
    >>> parts = pathways(read_trial("motar"), "running", "drug", 4, seed=1)
    >>> "dendrites and spines" in parts
    True
    """
    for name in (arm, versus):
        if name not in trial.arms:
            raise ScenarioError(f"{trial.name} has no arm '{name}'{nearest(name, trial.arms)}")
    at = trial.visits[-1] if week is None else week
    if not any(abs(at - visit) < 1e-3 for visit in trial.visits):
        raise ScenarioError(f"{trial.name} has no visit at week {at:g}")
    two = {name: trial.arms[name] for name in (arm, versus)}
    kept = replace(trial.outcome, also=READ_OUTS)
    courses = simulate_courses(replace(trial, arms=two, outcome=kept, pool=None), n, seed, switches=switches)
    last = courses.sel(visit=at, method="nearest")
    weights = _weights(trial, two[arm].phenotype, n, seed)
    terms = _terms(last, weights, arm, versus)
    points = last["mood.underlying"].sel(arm=arm) - last["mood.underlying"].sel(arm=versus)
    scale = standard_parameters()["mood.scale_maximum"].value
    odds = logit(last["mood.underlying"] / scale)
    moved = (odds.sel(arm=arm) - odds.sel(arm=versus)).mean().item()
    terms[BEFORE] = moved - sum(terms.values())
    total = points.mean().item()
    return {name: value / moved * total if moved else 0.0 for name, value in terms.items()}


def _weights(trial: Trial, phenotype: str, n: int, seed: int) -> dict[str, np.ndarray]:
    """The weights of mood, the person's own where they vary."""
    people = draw_participants(n, seed, phenotype, trial.include, trial.distributions, Switches()).data
    table = standard_parameters()
    names = [name for name in table if name.startswith("mood.weight_")] + [
        "mood.vulnerability",
        "mood.activation_reference",
    ]
    return {name: people[name].values if name in people else np.full(n, table[name].value) for name in names}


def _terms(last: xr.Dataset, w: dict[str, np.ndarray], arm: str, versus: str) -> dict[str, float]:
    """Mean difference of each term, in log odds."""

    def moved(name: str) -> np.ndarray:
        return np.asarray((last[name].sel(arm=arm) - last[name].sel(arm=versus)).values)

    il6 = np.log(last["mood.il6_brain"].sel(arm=arm).values / last["mood.il6_brain"].sel(arm=versus).values)
    slow = {
        "dendrites and spines": -w["mood.weight_length"] * moved("dendrites.length")
        - w["mood.weight_spines"] * moved("dendrites.spines"),
        "new neurons": -w["mood.weight_new_neurons"] * moved("dendrites.new_neurons"),
        "activation": -w["mood.weight_activation"] * moved("mood.activation") / w["mood.activation_reference"],
        "cortisol": w["mood.weight_cortisol"] * moved("stress.cortisol_slow"),
        "NMDA balance": w["mood.weight_nmda"] * moved("kynurenine.nmda_balance"),
        "expectancy": -moved("mood.expectancy"),
        "natural course": w["mood.vulnerability"] * moved("mood.episode"),
    }
    found = slow | {
        "company in a group": moved("mood.wanted") - sum(slow.values()),  # the one term left of what is called for
        "serotonin at once": -w["mood.weight_fast"] * moved("mood.serotonin_signal"),
        "inflammation": w["mood.weight_inflammation"] * il6,
    }
    return {name: float(np.nanmean(column)) for name, column in found.items()}
