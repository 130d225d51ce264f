"""A run of virtual trials in sentences and tables."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from neurokyn.analysis.reported import ASYMMETRY, Reported
from neurokyn.lab.trial_job import CANCELLED, FAILED, WAITING, Snapshot
from neurokyn.lab.trial_measures import Measure
from neurokyn.lab.trial_run import Plan, SoFar
from neurokyn.population.effects import Effect

FRACTIONS = {
    (1, 10): "one in ten",
    (1, 5): "one in five",
    (1, 4): "one in four",
    (1, 3): "one in three",
    (1, 2): "one in two",
    (2, 3): "two in three",
    (3, 4): "three in four",
    (4, 5): "four in five",
    (9, 10): "nine in ten",
}
MANY = 20  # trials of which 95 % are not simply all
NEAR = 0.05  # how far a share may be from a fraction that stands for it


def number(measure: Measure, value: float) -> str:
    """A number of a measure with as many digits as it bears, without its unit.

    Examples
    --------
    >>> from neurokyn import read_trial
    >>> from neurokyn.lab.trial_measures import measures_of
    >>> number(measures_of(read_trial("motar"))[0], -0.0153)
    '−1.5'
    """
    if not math.isfinite(value):
        return "–"
    shown = 100 * value if measure.percent else value
    text = f"{shown:.1f}" if measure.percent or abs(shown) >= 10 else f"{shown:.2f}"
    return ("0" + text.lstrip("-0") if float(text) == 0 else text).replace("-", "−")


def with_unit(measure: Measure, value: float) -> str:
    """A number of a measure and its unit."""
    return f"{number(measure, value)} {measure.unit}".strip()


def interval(measure: Measure, low: float, high: float) -> str:
    """Two limits in words."""
    return f"{number(measure, low)} to {number(measure, high)}"


def estimate(measure: Measure, effect: Effect) -> str:
    """An estimate with its interval, if it has one."""
    own = with_unit(measure, effect.estimate)
    return own if not math.isfinite(effect.low) else f"{own} ({interval(measure, effect.low, effect.high)})"


def effects_of(state: SoFar, measure: Measure) -> list[Effect]:
    """What every trial so far found for a measure."""
    place = place_of(state, measure)
    return [each.effects[place] for each in state.replicates]


def place_of(state: SoFar, measure: Measure) -> int:
    """Where a measure stands among those of a run of the same trial."""
    return [each.key for each in state.measures].index(measure.key)


def in_short(plan: Plan) -> str:
    """A plan in some words.

    Examples
    --------
    >>> from neurokyn.lab.trial_run import planned
    >>> in_short(planned("motar", 60, off=["natural_course"]))
    '60 people, without natural course'
    """
    off = [name.replace("_", " ") for name, on in vars(plan.switches).items() if not on]
    return f"{plan.design.people} people" + (f", without {' and '.join(off)}" if off else "")


def half_width(measure: Measure, effect: Effect) -> float:
    """Half an interval; for a ratio half of its logarithm's. NaN if there is none."""
    if measure.ratio:
        return math.log(effect.high / effect.low) / 2 if effect.low > 0 else math.nan
    return (effect.high - effect.low) / 2


def fraction(count: int, of: int, kind: str = "trials") -> str:
    """How often, as one says it.

    Examples
    --------
    >>> fraction(13, 20), fraction(20, 20), fraction(3, 4)
    ('13 of 20 trials (about two in three)', 'all 20 trials', '3 of 4 trials')
    """
    if count == of:
        return f"all {of} {kind}" if of > 2 else f"both {kind}"
    if not count:
        return f"none of {of} {kind}"
    share, plain = count / of, f"{count} of {of} {kind}"
    nearest = min(FRACTIONS, key=lambda part: abs(part[0] / part[1] - share))
    near = of >= 10 and abs(nearest[0] / nearest[1] - share) <= NEAR
    return f"{plain} (about {FRACTIONS[nearest]})" if near else plain


def standing(shot: Snapshot[SoFar]) -> str:
    """How far a run is, for the line under its bar.

    Parameters
    ----------
    shot : Snapshot
        Of the job.

    Returns
    -------
    str
        Trials, people, and the time left if it can be told.
    """
    state = shot.state
    if shot.status == WAITING or state is None:
        return "Waiting: two runs of this page are being worked on." if shot.status == WAITING else "Starting."
    count, wanted = len(state.replicates), state.plan.replicates
    text = f"{count} of {wanted} trials; {state.people} of {state.wanted} people simulated in every arm"
    if shot.over:
        return f"{text}; {shot.seconds:.0f} s."
    if state.share > 0.02:
        text += f"; about {_seconds(shot.seconds * (1 - state.share) / state.share)} left"
    return text + "."


def _seconds(left: float) -> str:
    return f"{left / 60:.0f} min" if left >= 90 else f"{max(left, 1):.0f} s"


def outcome_line(shot: Snapshot[SoFar]) -> str:
    """What became of a run, for the message that a screen reader reads out.

    Parameters
    ----------
    shot : Snapshot
        Of the job.

    Returns
    -------
    str
        One sentence.
    """
    state = shot.state
    done = len(state.replicates) if state else 0
    if shot.status == FAILED:
        return f"The run failed: {shot.error}"
    if shot.status == CANCELLED:
        kept = f"what was done is kept: {done} of {state.plan.replicates} trials" if state and done else "no trial yet"
        return f"Cancelled; {kept}."
    if shot.over and state:
        return f"Done: {_trials(state)} of {_people(state)} in {shot.seconds:.0f} s."
    return "The run waits for its turn." if shot.status == WAITING else "Running."


def _trials(state: SoFar) -> str:
    count = len(state.replicates)
    one, many = ("meta-analysis", "meta-analyses") if state.pools else ("trial", "trials")
    return f"1 {one}" if count == 1 else f"{count} {many}"


def _people(state: SoFar) -> str:
    return f"{state.plan.design.people} people"


def findings(state: SoFar, measure: Measure) -> list[str]:
    """What the trials so far find, in sentences computed from them.

    Parameters
    ----------
    state : SoFar
        With one trial at least.
    measure : Measure
        What is looked at.

    Returns
    -------
    list of str
        The middle and the spread, and what a trial of this size can tell.
    """
    effects = effects_of(state, measure)
    told = np.array([each.estimate for each in effects if math.isfinite(each.estimate)])
    if not len(told):
        return ["None of the trials so far can tell: " + (effects[-1].why if effects else "there is none yet") + "."]
    low, middle, high = (float(x) for x in np.quantile(told, [0.025, 0.5, 0.975]))
    kind = "meta-analyses" if state.pools else "trials"
    found = [f"The first of the {kind} finds {estimate(measure, effects[0])}."]
    if len(told) > 1:
        few = len(told) < MANY
        ends = (float(told.min()), float(told.max())) if few else (low, high)
        found = [
            f"The {len(told)} {kind} so far have {with_unit(measure, middle)} in the middle; "
            f"{'all' if few else '95 %'} of them lie between {' and '.join(number(measure, x) for x in ends)}."
        ]
    bounded = [each for each in effects if math.isfinite(each.low)]
    if len(bounded) > 1 and measure.nothing is not None:
        found.append(_power(state, measure, bounded))
    own = state.wanted // state.plan.design.people
    if len(effects) > own and not state.pools and not state.plan.design.lead_in:
        found.append(
            f"The {state.wanted} people simulated are enough for {own} such trials that share nobody; the later ones "
            "enrol from them anew."
        )
    return found


def _power(state: SoFar, measure: Measure, effects: Sequence[Effect]) -> str:
    """In how many trials the interval leaves no difference in."""
    nothing, kind = measure.nothing or 0.0, "meta-analyses" if state.pools else "trials"
    blind = sum(each.low <= nothing <= each.high for each in effects)
    size = f"With {_people(state)}" + (" in all" if state.pools else "")
    told = "tell small trials from large ones" if measure.question.statistic == ASYMMETRY else "tell the arms apart"
    if blind == len(effects):
        return f"{size}, {fraction(0, blind, kind)} could {told}: every 95 % interval has {nothing:g} in it."
    if not blind:
        return f"{size}, {fraction(len(effects), len(effects), kind)} could {told}: no interval has {nothing:g} in it."
    return (
        f"{size}, {fraction(blind, len(effects), kind)} could not {told}: the 95 % interval has {nothing:g} in it, "
        "which is no difference."
    )


def widths_words(state: SoFar, measure: Measure) -> str:
    """How far the interval of one trial reaches, and what halves it.

    Parameters
    ----------
    state : SoFar
        The run.
    measure : Measure
        What is looked at.

    Returns
    -------
    str
        Empty if the measure has no interval.
    """
    if state.pools:
        return "Each point is one trial of the first meta-analysis: a trial four times as large has half the interval."
    halves = np.array([half_width(measure, each) for each in effects_of(state, measure)])
    halves = halves[np.isfinite(halves)]
    if not len(halves):
        return ""
    half, n = float(np.median(halves)), state.plan.design.people
    reach = f"a factor of {math.exp(half):.2f}" if measure.ratio else with_unit(measure, half)
    narrow = f"a factor of {math.exp(half / 2):.2f}" if measure.ratio else with_unit(measure, half / 2)
    return (
        f"With {_people(state)} the interval of one trial reaches {reach} either side. It shrinks with the root of the "
        f"number of people: to reach only {narrow}, a trial needs four times as many, {4 * n}."
    )


def beside(state: SoFar, measure: Measure) -> list[str]:
    """What papers report to the same question, one sentence for each.

    Parameters
    ----------
    state : SoFar
        The run.
    measure : Measure
        What is looked at.

    Returns
    -------
    list of str
        A sentence that says so if there is none.
    """
    if not measure.reported:
        return ["For this question the project holds no reported result; choose another to see one beside it."]
    return [_reported(state, measure, row) for row in measure.reported]


def _reported(state: SoFar, measure: Measure, row: Reported) -> str:
    if row.direction:
        words = {"up": "more", "down": "less", "none": "no difference"}
        return f"Reported by {row.study}: only a direction, {words[row.direction]}."
    if not math.isfinite(row.low):
        return f"Reported by {row.study}: {with_unit(measure, row.estimate)}, without an interval."
    told = f"Reported by {row.study}: {with_unit(measure, row.estimate)}, 95 % interval "
    told += f"{interval(measure, row.low, row.high)}."
    count = len(state.replicates)
    if count < 2:
        return told
    inside = sum(row.low <= each.estimate <= row.high for each in effects_of(state, measure))
    kind = "meta-analyses" if state.pools else "trials"
    return f"{told} Within it lie the estimates of {fraction(inside, count, kind)}."
