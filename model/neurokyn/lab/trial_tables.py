"""A run of virtual trials in tables."""

from __future__ import annotations

from typing import Any

from neurokyn.lab.trial_measures import Measure
from neurokyn.lab.trial_run import SoFar
from neurokyn.lab.trial_words import effects_of, number
from neurokyn.population.carrying_out import CarriedOut
from neurokyn.population.effects import normal_quantile
from neurokyn.population.pools import PooledTrials
from neurokyn.population.results import TrialResult

Rows = list[list[str]]


def replicate_table(state: SoFar, measure: Measure) -> tuple[list[str], Rows]:
    """The trials of the picture as a table: heads and rows."""
    unit = f" [{measure.unit}]" if measure.unit else ""
    rows = [
        [
            str(k),
            str(each.people),
            *(number(measure, x) for x in (effect.estimate, effect.low, effect.high)),
        ]
        for k, (each, effect) in enumerate(zip(state.replicates, effects_of(state, measure), strict=True), start=1)
    ]
    return ["trial", "people", f"estimate{unit}", "95 % from", "to"], rows


def arms_table(result: TrialResult, completed: dict[str, int]) -> tuple[list[str], Rows]:
    """The arms of one trial as its paper would print them: heads and rows.

    Parameters
    ----------
    result : TrialResult
        Its first repetition is shown.
    completed : dict of str to int
        Who neither left nor failed, by arm.

    Returns
    -------
    tuple of list
        Everybody allocated is in the denominators.
    """
    heads = ["arm", "n", "completed", "before, mean (SD)", "change, mean (SD)", "remission", "response"]
    rows = []
    for name, arm in result.arms.items():
        course, outcome = arm.outcome.course, arm.outcome
        rows.append(
            [
                name,
                str(arm.n),
                str(completed[name]),
                f"{course.before.mean:.1f} ({course.before.sd:.1f})",
                f"{course.change.mean:+.1f} ({course.change.sd:.1f})".replace("-", "−"),
                *(f"{each.events} ({100 * each.risk:.0f} %)" for each in (outcome.remission, outcome.response)),
            ]
        )
    return heads, rows


def completed(done: CarriedOut) -> dict[str, int]:
    """Who neither left nor failed, by arm.

    Parameters
    ----------
    done : CarriedOut
        The trial.

    Returns
    -------
    dict of str to int
        People who stayed to the end.
    """
    stayed = done.ratings[done.trial.outcome.scale].stayed
    return {name: int(stayed[done.arm == place].sum()) for place, name in enumerate(done.trial.arms)}


def pool_table(pooled: PooledTrials, scale: str) -> tuple[list[str], Rows]:
    """A meta-analysis as a table: its mean, then its trials.

    Parameters
    ----------
    pooled : PooledTrials
        Its trials.
    scale : str
        The read-out that is judged.

    Returns
    -------
    tuple of list
        Heads and rows.
    """
    z, mean = normal_quantile(0.95), pooled.pooled(scale)
    rows = [_pool_row(f"pooled, I² {100 * mean.i2:.0f} %", int(pooled.sizes.sum()), mean.estimate, mean.low, mean.high)]
    for k, (n, g, error) in enumerate(
        zip(pooled.sizes, pooled.effects[scale], pooled.errors[scale], strict=True), start=1
    ):
        rows.append(_pool_row(f"trial {k}", int(n), float(g), float(g - z * error), float(g + z * error)))
    rows.append(["not published", str(pooled.unpublished), "", ""])
    return ["study", "people", "Hedges' g", "95 % interval"], rows


def _pool_row(name: str, people: int, estimate: float, low: float, high: float) -> list[str]:
    return [name, str(people), *(x.replace("-", "−") for x in (f"{estimate:.2f}", f"{low:.2f} to {high:.2f}"))]


def contrast_table(result: TrialResult) -> tuple[list[str], Rows]:
    """The differences of one trial by every estimator: heads and rows."""
    versus = list(result.trial.arms)[-1]
    rows = []
    for name, contrast in result.contrasts.items():
        parts: dict[str, Any] = {
            "difference of means, points (Welch)": contrast.difference,
            "the same, mixed model for repeated measures": result.mixed[name],
            "Hedges' g of the scores at the end": contrast.g,
            "Hedges' g of the changes": contrast.g_of_change,
            "SMD of change over the SD before (Morris)": contrast.smd_of_change,
        }
        for label, effect in parts.items():
            shown = f"{effect.estimate:.2f} ({effect.low:.2f} to {effect.high:.2f})" if effect.n else "–"
            rows.append([f"{name} minus {versus}", label, shown.replace("-", "−").replace("nan", "–")])
    return ["contrast", "effect size and estimator", "estimate (95 % interval)"], rows
