"""Reported results beside simulated ones, row by row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator, ScalarFormatter

from neurokyn.errors import ScenarioError
from neurokyn.report.panels import readable
from neurokyn.report.style import BLACK, BLUE, DARK_GREY, GREY, HEADING, SMALL, STEPS, STRIPE, TITLE, VERMILION, style
from neurokyn.report.trial_panels import fitted, percent

HELD, MISSED, NOT_JUDGED, NOT_SIMULATED = "held", "missed", "not judged", "not simulated"
LOOKS: dict[str, dict[str, Any]] = {
    HELD: {"color": BLUE, "marker": "o", "markersize": 5.5},
    MISSED: {"color": VERMILION, "marker": "D", "markersize": 6, "markerfacecolor": "white", "markeredgewidth": 1.8},
    NOT_JUDGED: {"color": GREY, "marker": "^", "markersize": 5.5},
    NOT_SIMULATED: {"color": "none"},
}
NEEDED = ("study", "outcome", "reported", "simulated", "held")
HEADINGS = {
    "calibration": "Calibration: the model was fitted to these",
    "validation": "Validation: the model was not fitted to these",
    "control": "Controls: effects that the model must not overshoot",
}
# How a statistic is headed, where nothing happens on its axis, and whether the axis is of ratios.
SCALES: dict[str, tuple[str, float | None, bool]] = {
    "share": ("Share of people", None, False),
    "risk difference": ("Risk difference, share of people", 0.0, False),
    "risk ratio": ("Risk ratio", 1.0, True),
    "odds ratio": ("Odds ratio", 1.0, True),
    "mean": ("Mean", None, False),
    "mean difference": ("Mean difference", 0.0, False),
    "hedges g": ("Hedges g of end scores", 0.0, False),
    "hedges g of change": ("Hedges g of change", 0.0, False),
    "pooled g": ("Hedges g, pooled", 0.0, False),
    "percent change": ("Change as a share of baseline", 0.0, False),
    "change": ("Change", 0.0, False),
    "standardised change": ("Change in standard deviations at baseline", 0.0, False),
    "ratio of anxiety to depression": ("Effect on anxiety over that on depression", 1.0, False),
    "egger intercept": ("Asymmetry of the funnel, Egger's intercept", 0.0, False),
}
# What was reported where only a direction was: in words, and its mark.
DIRECTIONS = {"up": ("more", ">"), "down": ("less", "<"), "none": ("no difference", "s")}
# Ratios that may be named on an axis, the roundest first, and how far apart, as a share of it.
RATIOS = (1, 10, 0.1, 100, 0.01, 2, 0.5, 5, 0.2, 1.5, 0.7, 3, 0.3, 0.8, 1.25, 0.9, 1.1, 4, 0.4, 0.6, 1.75, 2.5, 50, 20)
ROOM = 0.13
FURTHEST = 4.0  # usual half intervals beyond all estimates: where a longer interval is cut

# The sheet, in inches: where columns begin, how wide they are, how tall things are.
WIDTH, STUDY, RESULT, PLOT, VERDICT = 10.8, 0.15, 2.55, 5.65, 9.45
STUDY_WIDE, RESULT_WIDE, PLOT_WIDE = 2.25, 2.85, 3.6
TOP, LINE, PADDING, SET, PANEL, TICK_LABELS = 0.68, 0.155, 0.15, 0.42, 0.3, 0.28
APART = 0.055  # of the two marks of a row, from its middle

Estimate = tuple[float, float, float]


@dataclass(frozen=True)
class Row:
    """A result: as reported, as simulated, and the verdict."""

    group: str
    statistic: str
    unit: str
    study: list[str]
    outcome: list[str]
    reported: Estimate
    simulated: Estimate
    verdict: str
    chance: float
    direction: str = ""

    @property
    def height(self) -> float:
        """In inches."""
        return LINE * max(len(self.study), len(self.outcome)) + PADDING


@dataclass(frozen=True)
class Panel:
    """Rows that share an axis: its name, where nothing happens on it, whether it is of ratios, its limits."""

    name: str
    nothing: float | None
    ratios: bool
    rows: list[Row]
    limits: tuple[float, float]

    @property
    def height(self) -> float:
        """In inches, without heading and labels."""
        return sum(row.height for row in self.rows)

    @property
    def cut(self) -> bool:
        """Whether an interval reaches beyond the axis."""
        reach = [x for row in self.rows for x in (*row.reported, *row.simulated) if not math.isnan(x)]
        return min(reach, default=0.0) < self.limits[0] or max(reach, default=0.0) > self.limits[1]


def forest(rows: Sequence[Mapping[str, Any]], title: str = "Reported beside simulated") -> Figure:
    """Every result with its 95 % interval, and below it what was simulated.

    Parameters
    ----------
    rows : sequence of mapping
        As the comparison with trials gives them: study, outcome, reported, simulated, held, and where they are known
        set, statistic, unit, reported_low, reported_high, simulated_low, simulated_high and chance; direction ("up",
        "down" or "none") where only that was reported.
    title : str
        Of the figure.

    Returns
    -------
    matplotlib.figure.Figure
        Calibration, validation and control under headings of their own; in each, an axis for every statistic and unit.

    Raises
    ------
    ScenarioError
        If there is no row, or one lacks what it needs.

    Examples
    --------
    >>> row = {"set": "validation", "study": "MOTAR", "outcome": "remission", "statistic": "risk difference"}
    >>> row |= {"unit": "1", "reported": -0.015, "reported_low": -0.18, "reported_high": 0.18}
    >>> row |= {"simulated": -0.03, "simulated_low": -0.16, "simulated_high": 0.1, "held": True, "chance": 0.9}
    >>> paper, panel = forest([row]).axes
    >>> [text.get_text() for text in paper.texts][3:7]
    ['Risk difference, share of people', 'MOTAR', 'remission', 'held · 90 %']
    """
    ready = [_read(row, k) for k, row in enumerate(rows)]
    if not ready:
        raise ScenarioError("there is no result to show", fix="give rows with a reported and a simulated result")
    groups = list(dict.fromkeys([*HEADINGS, *(row.group for row in ready)]))
    sets = {group: _panels([row for row in ready if row.group == group]) for group in groups}
    sets = {group: panels for group, panels in sets.items() if panels}
    every = [panel for panels in sets.values() for panel in panels]
    note = fitted(_note(ready, cut=any(panel.cut for panel in every)), WIDTH - 0.3, SMALL, lines=5)
    heading = fitted(title, WIDTH - 0.3, HEADING, weight="bold")
    below = 0.2 + LINE * len(note)
    tall = TOP + SET * len(sets) + sum(PANEL + panel.height + TICK_LABELS for panel in every) + below
    with style():
        figure = Figure(figsize=(WIDTH, tall))
        paper = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, tall))
        paper.set_axis_off()
        paper.text(STUDY, tall - 0.25, heading[0], va="center", weight="bold", fontsize=HEADING)
        _key(figure, {row.verdict for row in ready}, tall - 0.38)
        y = tall - TOP
        for group, panels in sets.items():
            y = _draw_heading(paper, group, panels, y)
            for panel in panels:
                y = _draw_panel(figure, paper, panel, y)
        paper.text(STUDY, 0.08, "\n".join(note), va="bottom", fontsize=SMALL, color=DARK_GREY, linespacing=1.2)
    return figure


def _read(row: Mapping[str, Any], k: int) -> Row:
    """A row, checked, with its texts broken into lines."""
    where = str(row.get("id", f"result {k + 1}"))
    for key in NEEDED:
        if key not in row:
            raise ScenarioError(f"'{key}' is missing", where=where, fix=f"a row needs {', '.join(NEEDED)}")
    reported, simulated = _estimate(row, "reported", where), _estimate(row, "simulated", where)
    held = row["held"]
    judged = NOT_JUDGED if held is None else HELD if held else MISSED
    direction = "" if math.isfinite(reported[0]) else str(row.get("direction") or "")
    only = f" (reported: {DIRECTIONS[direction][0]})" if direction in DIRECTIONS else ""
    return Row(
        group=str(row.get("set") or "other"),
        statistic=str(row.get("statistic") or ""),
        unit=str(row.get("unit") or "1"),
        study=fitted(str(row["study"]), STUDY_WIDE, SMALL, lines=3),
        outcome=fitted(str(row["outcome"]) + only, RESULT_WIDE, SMALL, lines=3),
        reported=reported,
        simulated=simulated,
        verdict=judged if math.isfinite(simulated[0]) else NOT_SIMULATED,
        chance=_number(row, "chance", where),
        direction=direction if only else "",
    )


def _estimate(row: Mapping[str, Any], key: str, where: str) -> Estimate:
    """A result and its interval; all three NaN if there is none."""
    middle = _number(row, key, where)
    if not math.isfinite(middle):
        return math.nan, math.nan, math.nan
    return middle, _number(row, f"{key}_low", where), _number(row, f"{key}_high", where)


def _number(row: Mapping[str, Any], key: str, where: str) -> float:
    """A number; NaN if it is not known."""
    try:
        return math.nan if row.get(key) is None else float(row[key])
    except (TypeError, ValueError):
        raise ScenarioError(f"'{key}' is no number: {row[key]!r}", where=where) from None


def _panels(rows: Sequence[Row]) -> list[Panel]:
    """Rows by what they share an axis with: the same statistic in the same unit."""
    order = [*SCALES, *(row.statistic for row in rows)]
    kinds = sorted({(row.statistic, row.unit) for row in rows}, key=lambda kind: (order.index(kind[0]), kind[1]))
    found = []
    for statistic, unit in kinds:
        own = [row for row in rows if (row.statistic, row.unit) == (statistic, unit)]
        plain = statistic[:1].upper() + statistic[1:] or "Result"
        name, nothing, ratios = SCALES.get(statistic, (plain, None, False))
        ratios &= not any(x[0] <= 0 for row in own for x in (row.reported, row.simulated))
        name += "" if unit == "1" else f", {'%' if unit == 'percent' else readable(unit)}"
        found.append(Panel(name, nothing, ratios, own, _limits(own, nothing, ratios)))
    return found


def _limits(rows: Sequence[Row], nothing: float | None, ratios: bool) -> tuple[float, float]:
    """Limits with room for all estimates and for all intervals but those that are far longer than is usual."""
    values = np.array([x for row in rows for x in (row.reported, row.simulated)])
    with np.errstate(divide="ignore", invalid="ignore"):
        middle, low, high = (np.log(values) if ratios else values).T
    middles = np.append(
        middle[np.isfinite(middle)], [] if nothing is None else [np.log(nothing) if ratios else nothing]
    )
    halves = np.abs(np.concatenate([middle - low, high - middle]))
    far = FURTHEST * float(np.median(halves[np.isfinite(halves)])) if np.isfinite(halves).any() else 0.0
    if not len(middles):
        return 0.0, 1.0
    least = max(middles.min() - far, min(middles.min(), np.nanmin(np.append(low, np.inf))))
    most = min(middles.max() + far, max(middles.max(), np.nanmax(np.append(high, -np.inf))))
    room = 0.06 * (most - least) or 0.05 * abs(most) or 0.05
    ends = least - room, most + room
    return (math.exp(ends[0]), math.exp(ends[1])) if ratios else ends


def _key(figure: Figure, verdicts: set[str], y: float) -> None:
    """What the marks mean."""
    marks = [Line2D([], [], color=BLACK, linewidth=1.4, marker="s", markersize=4.5)]
    names = ["reported, 95 % interval"]
    for verdict, look in LOOKS.items():
        if verdict in verdicts and verdict != NOT_SIMULATED:
            marks.append(Line2D([], [], linewidth=2.2, **look))
            names.append(f"simulated: {verdict}")
    where = (0.1 / WIDTH, y / figure.get_figheight())
    figure.legend(marks, names, loc="upper left", bbox_to_anchor=where, ncols=len(names), borderaxespad=0)


def _draw_heading(paper: Axes, group: str, panels: Sequence[Panel], y: float) -> float:
    """The heading of a set, and how many of it held."""
    verdicts = [row.verdict for panel in panels for row in panel.rows]
    judged = sum(verdict in {HELD, MISSED} for verdict in verdicts)
    y -= 0.24
    name = HEADINGS.get(group, group[:1].upper() + group[1:])
    (name,) = fitted(name, VERDICT - STUDY - 0.2, TITLE, lines=1, weight="bold")
    paper.text(STUDY, y, name, va="center", weight="bold", fontsize=TITLE)
    held = f"{verdicts.count(HELD)} of {judged} held" if judged else "none judged"
    paper.text(VERDICT, y, held, va="center", weight="bold", fontsize=SMALL)
    paper.plot([STUDY, WIDTH - STUDY], [y - 0.14] * 2, color=BLACK, linewidth=1)
    return y + 0.24 - SET


def _draw_panel(figure: Figure, paper: Axes, panel: Panel, y: float) -> float:
    """Rows on their axis, from a height downwards; the height that is reached."""
    (name,) = fitted(panel.name, VERDICT - STUDY, SMALL, lines=1, weight="bold")
    paper.text(STUDY, y - 0.18, name, va="center", weight="bold", fontsize=SMALL)
    y -= PANEL
    tall = figure.get_figheight()
    box = (PLOT / WIDTH, (y - panel.height) / tall, PLOT_WIDE / WIDTH, panel.height / tall)
    axes = figure.add_axes(box, xlim=panel.limits, ylim=(panel.height, 0), facecolor="none")
    _ticks(axes, panel)
    down = 0.0
    for k, row in enumerate(panel.rows):
        middle = down + row.height / 2
        if k % 2 == 0:
            paper.axhspan(y - down - row.height, y - down, color=STRIPE, linewidth=0, zorder=0)
        for x, lines in ((STUDY, row.study), (RESULT, row.outcome)):
            paper.text(x, y - middle, "\n".join(lines), va="center", fontsize=SMALL, linespacing=1.15)
        often = f" · {percent(row.chance)}" if math.isfinite(row.chance) and row.verdict in {HELD, MISSED} else ""
        weight = "bold" if row.verdict == MISSED else "normal"
        paper.text(VERDICT, y - middle, row.verdict + often, va="center", fontsize=SMALL, weight=weight)
        black = {"color": BLACK, "marker": "s", "markersize": 4.5}
        _interval(axes, row.reported, middle - APART, panel.limits, 1.4, black)
        if row.direction and panel.nothing is not None:
            hollow: dict[str, Any] = {
                "marker": DIRECTIONS[row.direction][1],
                "color": BLACK,
                "markerfacecolor": "white",
            }
            axes.plot([panel.nothing], [middle - APART], markersize=6, zorder=3, **hollow)
        _interval(axes, row.simulated, middle + APART, panel.limits, 2.2, LOOKS[row.verdict])
        down += row.height
    return y - panel.height - TICK_LABELS


def _ticks(axes: Axes, panel: Panel) -> None:
    """The axis of a panel."""
    if panel.ratios:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(FixedLocator(_ratios(panel.limits)))
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        axes.xaxis.set_major_locator(MaxNLocator(6, steps=STEPS, min_n_ticks=3))
    axes.xaxis.set_major_formatter(ScalarFormatter(useOffset=False))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    if panel.nothing is not None:
        axes.axvline(panel.nothing, color=DARK_GREY, linewidth=0.9, zorder=1)


def _ratios(limits: tuple[float, float]) -> list[float]:
    """Ratios to name on an axis: round ones, then others where there is room."""
    far, found = ROOM * math.log(limits[1] / limits[0]), list[float]()
    for x in RATIOS:
        if limits[0] < x < limits[1] and all(abs(math.log(x / other)) > far for other in found):
            found.append(x)
    return sorted(found)


def _interval(
    axes: Axes, estimate: Estimate, y: float, limits: tuple[float, float], thick: float, look: Mapping[str, Any]
) -> None:
    """An estimate and its interval; an arrow where the axis ends first."""
    middle, low, high = estimate
    if not math.isfinite(middle):
        return
    ends = [middle if math.isnan(x) else min(max(x, limits[0]), limits[1]) for x in (low, high)]
    axes.plot(ends, [y, y], color=look["color"], linewidth=thick, solid_capstyle="butt")
    for end, beyond, arrow in ((ends[0], low < limits[0], "<"), (ends[1], high > limits[1], ">")):
        if beyond:
            axes.plot([end], [y], marker=arrow, markersize=5.5, color=look["color"], clip_on=False)
    axes.plot([middle], [y], zorder=3, **look)


def _note(rows: Sequence[Row], *, cut: bool) -> str:
    """How the figure is read, and what is not on it."""
    verdicts = [row.verdict for row in rows]
    bare = sum(math.isfinite(row.reported[0]) and not np.isfinite(row.reported[1:]).any() for row in rows)
    only = sum(bool(row.direction) for row in rows)
    unknown = sum(not math.isfinite(row.reported[0]) for row in rows) - only
    said = [
        "Simulated: median and 2.5 to 97.5 % of replicates; beside the verdict, the share of replicates that hold by",
        "themselves. Differences are arm minus comparator: on scales of symptoms, better is to the left.",
        "Arrow: the interval goes on." if cut else "",
        f"Reported without an interval: {bare}." if bare else "",
        f"Hollow black marks: only a direction was reported ({only})." if only else "",
        f"Not reported: {unknown}." if unknown else "",
        f"Not simulated: {verdicts.count(NOT_SIMULATED)}." if NOT_SIMULATED in verdicts else "",
        f"Not judged: {verdicts.count(NOT_JUDGED)}." if NOT_JUDGED in verdicts else "",
    ]
    return " ".join(part for part in said if part)
