"""A simulated trial in words and numbers: what its paper would print, and what another would."""

from __future__ import annotations

import math

import numpy as np

from neurokyn.population.analyses import ANALYSES, Comparison
from neurokyn.population.effects import Effect
from neurokyn.population.pooling import egger, prediction_interval
from neurokyn.population.results import ArmResult, TrialResult
from neurokyn.population.text_tables import table

FEW = 3  # studies without which no asymmetry is reckoned


def describe_trial(result: TrialResult) -> str:
    """A simulated trial as text.

    Parameters
    ----------
    result : TrialResult
        From `simulate_trial`.

    Returns
    -------
    str
        Arms, contrasts, and the spread of repetitions.
    """
    trial = result.trial
    failed = int((result.courses["status"].values > 0).any(axis=1).sum())
    lines = [trial.title, ""]
    lines += _pool(result) if result.pools else _one(result)
    lines += ["", f"simulated: {result.courses.sizes['person']} people in every arm, {trial.weeks:g} weeks; "
              f"seed {result.seed}; carried out {_times(result.replicates)}"]  # fmt: skip
    if failed:
        lines.append(f"could not be solved: {failed} people; they count as not seen")
    return "\n".join(lines)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _one(result: TrialResult) -> list[str]:
    judged = result.trial.outcome
    scale = {"mood.depression": "HAM-D17", "mood.anxiety": "HAM-A"}[judged.scale]
    last = list(result.arms)[-1]
    table_set = judged.analysis if judged.analysis in ANALYSES else "carried forward"  # a mixed model has no scores
    lines = [f"One trial, {scale} at week {result.trial.visits[-1]:g} ({table_set})"]
    lines += table(
        ("arm", "n", "before", "after", "change", "response", "remission", "left", "adherent", "sessions", "doses"),
        [_arm_row(name, arm) for name, arm in result.arms.items()],
    )
    for name, contrast in result.contrasts.items():
        lines += ["", f"{name} against {last}", *_contrast(contrast, result.mixed[name])]
        if result.replicates > 1:
            lines += _repeats(result, name)
    return lines


def _arm_row(name: str, arm: ArmResult) -> tuple[str, ...]:
    course, end = arm.outcome.course, arm.outcome.end
    return (
        name,
        str(arm.n),
        f"{course.before.mean:.1f} ({course.before.sd:.1f})",
        f"{end.mean:.1f} ({end.sd:.1f})",
        f"{course.after.mean - course.before.mean:+.1f}",
        percent(arm.outcome.response.risk),
        percent(arm.outcome.remission.risk),
        percent(arm.left),
        percent(arm.adherent),
        percent(arm.attended),
        percent(arm.taken),
    )


def percent(share: float) -> str:
    """A share as a percentage, or a dash where there is none."""
    return "–" if math.isnan(share) else f"{100 * share:.0f} %"


def _contrast(contrast: Comparison, mixed: Effect) -> list[str]:
    return [
        f"  mean difference        {number(contrast.difference)} points; mixed model {number(mixed)}",
        f"  Hedges' g              {number(contrast.g)}; of change {number(contrast.g_of_change)}",
        f"  response               risk difference {number(contrast.response.difference)}, "
        f"odds ratio {number(contrast.response.odds)}",
        f"  remission              risk difference {number(contrast.remission.difference)}; "
        f"number needed to treat {contrast.remission.needed}",
    ]


def number(effect: Effect) -> str:
    """An estimate with its interval."""
    return f"{effect.estimate:.2f} ({effect.low:.2f}, {effect.high:.2f})"


def _repeats(result: TrialResult, name: str) -> list[str]:
    again = result.repeated[name]
    parts = [
        ("mean difference", again.difference),
        ("Hedges' g", again.g),
        ("remission", again.remission),
        ("response", again.response),
    ]
    spread = [f"  {what:<22} {_spread(values)}" for what, values in parts]
    return [
        f"  over {result.replicates} such trials: median (95 % of them)",
        *spread,
        f"  {'power':<22} {percent(again.significant)} of them exclude no difference at 5 %",
    ]


def _spread(values: np.ndarray) -> str:
    told = values[np.isfinite(values)]
    if not len(told):
        return "could not be told"
    low, middle, high = np.quantile(told, [0.025, 0.5, 0.975])
    return f"{middle:.2f} ({low:.2f}, {high:.2f})"


def _pool(result: TrialResult) -> list[str]:
    lines, scale = [], result.trial.outcome.scale
    first = result.pools[0]
    pooled = first.pooled(scale)
    asymmetry = egger(first.effects[scale], first.errors[scale]) if len(first.sizes) >= FEW else None
    lines.append(f"One meta-analysis of {len(first.sizes)} trials, {first.sizes.sum()} people: Hedges' g at the end")
    lines.append(f"  pooled                 {pooled}")
    low, high = prediction_interval(pooled)
    lines.append(f"  prediction interval    {low:.2f} to {high:.2f}")
    if asymmetry:
        lines.append(f"  asymmetry (Egger)      {asymmetry.intercept:.2f} ({asymmetry.low:.2f}, {asymmetry.high:.2f})")
    lines.append(f"  not published          {first.unpublished} trials")
    if result.replicates > 1:
        estimates = np.array([each.pooled(scale).estimate for each in result.pools])
        lines.append(f"  over {result.replicates} such analyses   {_spread(estimates)}")
    return lines
