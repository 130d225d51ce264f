"""The validation report: every reported result beside the simulated one, in text and in Markdown."""

from __future__ import annotations

import math
from collections.abc import Sequence

from neurokyn.analysis.acceptance import ELSEWHERE, acceptance
from neurokyn.analysis.reported import unanswered
from neurokyn.analysis.validate import Effort
from neurokyn.analysis.verdicts import Verdict
from neurokyn.population.text_tables import table

SETS = ("calibration", "validation", "control")
MEANING = {
    "calibration": "the numbers were set with these rows in view",
    "validation": "never in view of a fit",
    "control": "what must not happen, or must not be large",
}
ARROWS = {"up": "up", "down": "down", "none": "no effect"}


def counts(verdicts: Sequence[Verdict], which: str) -> str:
    """How many rows of a set held, in words."""
    own = [v for v in verdicts if v.reported.set == which]
    return f"{sum(v.held for v in own)} of {len(own)} held"


def describe_verdicts(verdicts: Sequence[Verdict]) -> str:
    """Verdicts as text.

    Parameters
    ----------
    verdicts : sequence of Verdict
        From `validate`.

    Returns
    -------
    str
        One line for each row, by set.
    """
    lines: list[str] = []
    for which in SETS:
        own = [v for v in verdicts if v.reported.set == which]
        if not own:
            continue
        lines += [f"{which} ({MEANING[which]}): {counts(verdicts, which)}"]
        rows = [(v.reported.id, v.reported.quantity, said(v), simulated(v), verdict(v)) for v in own]
        head = ("row", "quantity", "reported", "simulated", "")
        lines += [line.rstrip() for line in _aligned(head, rows)] + [""]
    return "\n".join(lines).rstrip()


def _aligned(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The two columns of words to the left, numbers to the right."""
    width = max(len(row[1]) for row in [head, *rows])
    first, *others = [(row[0], row[1].ljust(width), *row[2:]) for row in [head, *rows]]
    return table(first, others)


def said(v: Verdict) -> str:
    """What was reported."""
    row = v.reported
    if row.direction:
        return ARROWS[row.direction]
    return _interval(row.estimate, row.low, row.high)


def simulated(v: Verdict) -> str:
    """What was simulated."""
    return v.failed or _interval(v.simulated, v.low, v.high)


def _interval(middle: float, low: float, high: float) -> str:
    text = f"{middle:.3g}"
    return text if math.isnan(low) else f"{text} ({low:.3g}, {high:.3g})"


def verdict(v: Verdict) -> str:
    """Held or missed, and how much of that is sampling."""
    word = "held" if v.held else "MISSED"
    return word if math.isnan(v.chance) else f"{word} {100 * v.chance:.0f} %"


def validation_page(verdicts: Sequence[Verdict], effort: Effort, seed: int) -> str:
    """The validation report as Markdown.

    Parameters
    ----------
    verdicts : sequence of Verdict
        From `validate`.
    effort : Effort
        How much was simulated.
    seed : int
        Of the study.

    Returns
    -------
    str
        Markdown.
    """
    lines = [
        "# Reported effects beside simulated ones",
        "",
        f"Written by `neurokyn validate`: {effort.people} people simulated for each design at most, "
        f"{effort.replicates} replicates at the design's own size, seed {seed}. One parameter set for all designs; a "
        "trial file cannot set a parameter.",
        "",
        "**The rule.** Held: the median of the simulated replicates lies within the reported 95 % interval, and the "
        "reported estimate within the 95 % interval of the replicates. Where no interval was printed, the second "
        "suffices; for a pool of trials, which differ in more than a design file says, the first. Where only a "
        "direction was reported, the median must lie on that side by more than twice its Monte Carlo error; *no "
        "effect* is a median of less than 0.3 (SDs, or relative). *Chance* is the share of replicates that each alone "
        "fall within the reported interval. Differences are arm minus comparator; on symptom scales negative is "
        "better.",
        "",
    ]
    for which in SETS:
        own = [v for v in verdicts if v.reported.set == which]
        if own:
            lines += [f"## {which.capitalize()}: {counts(verdicts, which)}", "", f"{MEANING[which].capitalize()}.", ""]
            lines += _markdown(own) + [""]
    lines += _acceptance(verdicts) + _parts(verdicts) + _misses(verdicts) + _left_out()
    return "\n".join(lines).rstrip() + "\n"


def _markdown(own: Sequence[Verdict]) -> list[str]:
    head = ["| row | study | quantity | unit | reported | simulated | verdict | chance | n |", "|" + "---|" * 9]
    return head + [
        f"| {v.reported.id} | {v.reported.study} | {v.reported.quantity} ({v.reported.question.statistic}) | "
        f"{v.reported.unit} | {said(v)} | {simulated(v)} | {'held' if v.held else '**missed**'} | "
        f"{'' if math.isnan(v.chance) else f'{100 * v.chance:.0f} %'} | {v.people or ''} |"
        for v in own
    ]


def _acceptance(verdicts: Sequence[Verdict]) -> list[str]:
    """The windows that were set beforehand."""
    rows = acceptance(verdicts)
    if not rows:
        return []
    lines = [
        "## Acceptance windows, set before anything was simulated",
        "",
        "| window | simulated | |",
        "|---|---|---|",
    ]
    bars = str.maketrans({"|": r"\|"})  # a bar would end a cell
    lines += [f"| {title.translate(bars)} | {said} | {'met' if met else '**missed**'} |" for title, said, met in rows]
    lines += [f"| {title} | see [{page}]({page}) | |" for title, page in ELSEWHERE.items()]
    return [*lines, ""]


def _parts(verdicts: Sequence[Verdict]) -> list[str]:
    """How much of each effect is what."""
    own = [v for v in verdicts if v.parts]
    if not own:
        return []
    names = list(own[0].parts)
    lines = [
        "## What the simulated effects are made of",
        "",
        "What an effect loses when one part is switched off, in the same people with the same random numbers. Parts "
        "need not add up: the scale is not linear, and behaviour joins them.",
        "",
        "| row | quantity | simulated | " + " | ".join(names) + " |",
        "|" + "---|" * (3 + len(names)),
    ]
    for v in own:
        cells = " | ".join("–" if math.isnan(v.parts[name]) else f"{v.parts[name]:+.2f}" for name in names)
        lines.append(f"| {v.reported.id} | {v.reported.quantity} | {v.simulated:.2f} | {cells} |")
    return [*lines, ""]


def _misses(verdicts: Sequence[Verdict]) -> list[str]:
    """What explains each miss."""
    own = [v for v in verdicts if not v.held]
    if not own:
        return []
    lines = ["## What explains each miss", ""]
    lines += [
        f"- **{v.reported.id}** ({v.reported.quantity}; {said(v)}, simulated {simulated(v)}): "
        f"{v.reported.miss or 'not explained.'}"
        for v in own
    ]
    return [*lines, ""]


def _left_out() -> list[str]:
    """Rows of the evidence table that nothing here can answer."""
    lines = ["## Reported, and not asked of the model", ""]
    return lines + [f"- **{name}**: {why}." for name, why in unanswered().items()]
