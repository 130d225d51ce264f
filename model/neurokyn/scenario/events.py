"""What a schedule does, in words and spans, for pictures."""

from __future__ import annotations

from neurokyn.scenario.schedule import SAME_TIME, Bolus, Schedule

# Drives and states worth marking in a picture, by what they are to a reader.
MARKED = {
    "exercise.intensity": "exercise",
    "stress.level": "stress",
    "stress.dexamethasone": "dexamethasone",
    "inflammation.interferon": "interferon-alpha",
    "inflammation.endotoxin": "endotoxin",
    "tryptophan.amino_acid_load": "depletion",
    "tryptophan.dissolved": "tryptophan load",
}
DOSE = "_gut"

Spans = dict[str, list[tuple[float, float, float]]]


def events(schedule: Schedule, duration: float) -> Spans:
    """Doses, bouts, stress and challenges as spans of time.

    Parameters
    ----------
    schedule : Schedule
        Boluses and levels.
    duration : float
        Length of the scenario, in h.

    Returns
    -------
    dict of str to list of (float, float, float)
        Start and stop in h, and how much, by kind; a dose starts and stops at once.
    """
    found: Spans = {}
    for item in schedule.items:
        name = item.target.split(".")[-1]
        is_dose = item.target.startswith("ssri.") and name.endswith(DOSE)
        kind = name.removesuffix(DOSE) if is_dose else MARKED.get(item.target)
        if kind is None:
            continue
        start, stop = (item.time, item.time) if isinstance(item, Bolus) else (item.start, min(item.stop, duration))
        if start > duration:
            continue
        amount = item.amount if isinstance(item, Bolus) else item.value
        spans = found.setdefault(kind, [])
        if kind == "exercise" and spans and start - spans[-1][1] < SAME_TIME:
            spans[-1] = (spans[-1][0], stop, max(spans[-1][2], amount))  # work and rest of intervals are one bout
        else:
            spans.append((start, stop, amount))
    return found
