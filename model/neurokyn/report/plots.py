"""Pictures of simulated courses; Matplotlib is imported here only."""

from __future__ import annotations

import re
import textwrap
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import MaxNLocator, MultipleLocator, ScalarFormatter

from neurokyn.errors import ScenarioError, nearest
from neurokyn.report.courses import DAY, WEEK, arms_of, by_day, has_days
from neurokyn.scenario.results import replacing

# Okabe & Ito's colours, told apart by colour-blind readers; black is kept for the arm left alone.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1.5, 1)))
ALONE = {"color": "#000000", "linestyle": (0, (4, 2)), "zorder": 3}
SHARED = "#808080"
FORMATS = (".png", ".svg", ".pdf")
STYLE = {
    "font.size": 10,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.5,
    "legend.frameon": False,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "figure.dpi": 160,
    "savefig.dpi": "figure",
    "svg.fonttype": "none",
}
SMALLEST = 0.01  # of the value: what changes less is shown as nearly flat
FEW = 6  # events that are shaded in every panel
DENSE = 100  # events in a row that are drawn as a band

Spans = list[tuple[float, float, float]]  # start, stop (h) and size of an event


@dataclass(frozen=True)
class Panel:
    """One panel of the overview: a read-out, its title and its axis label."""

    name: str
    title: str
    label: str


# One row per link of the mechanism, from drug to mood.
OVERVIEW: tuple[tuple[str, tuple[Panel, ...]], ...] = (
    (
        "drug",
        (
            Panel("ssri.concentration", "SSRI in plasma", "µg/L"),
            Panel("ssri.sert_occupancy", "SERT occupancy", "share"),
            Panel("serotonin.extracellular_relative", "Extracellular serotonin", "× healthy"),
            Panel("serotonin.firing", "Raphe firing", "× healthy"),
        ),
    ),
    (
        "tryptophan",
        (
            Panel("tryptophan.free", "Free tryptophan, plasma", "µmol/L"),
            Panel("tryptophan.brain", "Tryptophan, brain", "µmol/L"),
            Panel("kynurenine.kyn_trp_ratio", "Kynurenine : tryptophan", "µmol/mmol"),
            Panel("kynurenine.nmda_balance", "QUIN : KYNA, brain", "× healthy"),
        ),
    ),
    (
        "body",
        (
            Panel("exercise.vo2max", "VO₂max", "mL/kg/min"),
            Panel("muscle.kat", "Muscle KAT", "× untrained"),
            Panel("inflammation.il6", "Interleukin-6", "ng/L"),
            Panel("stress.cortisol", "Cortisol", "nmol/L"),
        ),
    ),
    (
        "growth",
        (
            Panel("growth_factors.bdnf_brain", "BDNF, brain", "× healthy"),
            Panel("growth_factors.bdnf_serum", "BDNF, serum", "µg/L"),
            Panel("dendrites.length", "Dendritic length", "× healthy"),
            Panel("dendrites.spines", "Spine density", "× healthy"),
        ),
    ),
    (
        "mood",
        (
            Panel("dendrites.hippocampal_volume", "Hippocampal volume", "× healthy"),
            Panel("mood.depression", "Depression", "HAM-D17 points"),
            Panel("mood.anxiety", "Anxiety", "HAM-A points"),
            Panel("mood.motivation", "Motivation", "0 to 1"),
        ),
    ),
)


def time_axis(data: xr.Dataset) -> tuple[float, str]:
    """Hours in the unit in which time reads best, and its name."""
    hours = data["time"].values
    span = hours[-1] - hours[0]
    if span > 4 * WEEK:
        return WEEK, "weeks"
    return (DAY, "days") if span > 3 * DAY else (1.0, "hours")


def styles(data: xr.Dataset) -> dict[str, dict[str, Any]]:
    """A line style for each arm: black and dashed where least happens, a colour for each other."""
    marked: Mapping[str, Any] = data.attrs.get("events", {})
    kinds = {arm: len(marked.get(arm, {})) for arm, _ in arms_of(data)}
    alone = min(kinds, key=lambda arm: kinds[arm]) if len(set(kinds.values())) > 1 else None
    others = [arm for arm in kinds if arm != alone]
    found = {
        arm: {"color": COLOURS[k % len(COLOURS)], "linestyle": DASHES[k // len(COLOURS) % len(DASHES)]}
        for k, arm in enumerate(others)
    }
    return {arm: found.get(arm, ALONE) for arm in kinds}


def literal(text: str, width: int = 120) -> str:
    """Text as it is, whatever it holds, on one line."""
    return textwrap.shorten(text, width, placeholder=" …").replace("$", r"\$")


def readable(unit: str) -> str:
    """A unit as it is printed."""
    return re.sub(r"\bu(?=mol|g|L)", "µ", unit)


def draw(axes: Axes, data: xr.Dataset, name: str) -> None:
    """One read-out of every arm: as it is, or its daily mean over the range of each day."""
    per, unit = time_axis(data)
    found = [np.inf, -np.inf]
    for (_, course), style in zip(arms_of(data), styles(data).values(), strict=True):
        computed = course[name].notnull().values
        hours, y = data["time"].values[computed], course[name].values[computed]
        if not len(y):
            continue
        if unit == "weeks" and has_days(hours):
            days = by_day(hours, y)
            axes.fill_between(days.hours / per, days.least, days.most, color=style["color"], alpha=0.13, linewidth=0)
            axes.plot(days.hours / per, days.mean, **style)
        else:
            axes.plot(hours / per, y, **style)
        found = [min(found[0], y.min()), max(found[1], y.max())]
    axes.set_ylim(*limits(*found))


def limits(low: float, high: float) -> tuple[float, float]:
    """Limits of an axis that do not blow up what hardly changes."""
    if not low <= high or low == high == 0:
        return -0.05, 1.05
    span = max(high - low, SMALLEST * max(abs(low), abs(high)))
    middle = (low + high) / 2
    return middle - 0.54 * span, middle + 0.54 * span


def kinds_of(data: xr.Dataset) -> list[tuple[str, str, Spans]]:
    """(arm, kind, spans) of everything marked; what happens in all arms alike once, with no arm."""
    marked: dict[str, dict[str, Spans]] = data.attrs.get("events", {})
    arms = [arm for arm, _ in arms_of(data)]
    rows: list[tuple[str, str, Spans]] = []
    for arm in arms:
        for kind, spans in marked.get(arm, {}).items():
            alike = len(arms) > 1 and all(marked.get(other, {}).get(kind) == spans for other in arms)
            row = ("" if alike else arm, kind, spans)
            rows += [row] if row not in rows else []
    return rows


def bars(spans: Spans, span: float) -> list[tuple[float, float, float]]:
    """(start, width, height) of a row of events; many in close succession are one band."""
    largest = max(size for *_, size in spans) or 1.0
    steps = [later[0] - earlier[0] for earlier, later in pairwise(spans)]
    usual = float(np.median(steps)) if steps else span
    found: list[tuple[float, float, float]] = []
    for start, stop, size in spans:
        height = size / largest
        if usual < span / DENSE:
            if found and start - found[-1][0] - found[-1][1] < 0.5 * usual and height == found[-1][2]:
                found[-1] = (found[-1][0], start + usual - found[-1][0], height)
                continue
            stop = start + usual
        found.append((start, max(stop - start, span / 350), height))
    return found


def mark_strip(axes: Axes, data: xr.Dataset) -> None:
    """Doses, bouts, stress and challenges: a row for each kind in each arm."""
    per, _ = time_axis(data)
    hours, colours = data["time"].values, {arm: style["color"] for arm, style in styles(data).items()}
    rows = kinds_of(data)
    labels = []
    for row, (arm, kind, spans) in enumerate(rows):
        colour = colours.get(arm, SHARED)
        for start, width, height in bars(spans, hours[-1] - hours[0]):
            axes.broken_barh([(start / per, width / per)], (row + 0.85, -0.7 * height), color=colour, linewidth=0)
        whose = "all: " if not arm and len(colours) > 1 else f"{arm}: " if arm and kind not in arm else ""
        labels.append(literal(f"{whose}{kind}" if kind not in arm else arm, 40))
    axes.set_ylim(len(rows), 0)
    axes.set_yticks(np.arange(len(rows)) + 0.5, labels)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)


def shade(axes: Axes, data: xr.Dataset) -> None:
    """What happens rarely, as a grey stretch of a panel."""
    per, _ = time_axis(data)
    least = (data["time"].values[-1] - data["time"].values[0]) / 350
    rows = kinds_of(data)
    for kind in dict.fromkeys(kind for _, kind, _ in rows):
        stretches = {(start, stop) for _, of, spans in rows if of == kind for start, stop, _ in spans}
        for start, stop in stretches if len(stretches) <= FEW else ():
            axes.axvspan(start / per, max(stop, start + least) / per, color=SHARED, alpha=0.2, linewidth=0, zorder=0)


def set_time(axes: Axes, data: xr.Dataset) -> None:
    """The same time axis everywhere, with whole weeks, days or hours."""
    per, unit = time_axis(data)
    first, last = data["time"].values[[0, -1]] / per
    axes.set_xlim(first, last)
    step = next((step for step in (1, 2, 3, 6, 12) if (last - first) / step <= 7), 24)
    whole = MaxNLocator(6, integer=True, steps=[1, 2, 4, 5, 10])
    axes.xaxis.set_major_locator(MultipleLocator(step) if unit == "hours" and last - first > 3 else whole)


def page(data: xr.Dataset, rows: Sequence[Sequence[Panel]], width: float, height: float) -> Figure:
    """Title, legend, a strip of events, and panels in rows; sizes in inches, height that of a row."""
    with mpl.rc_context(STYLE):  # type: ignore[arg-type]
        strip = 0.19 * len(kinds_of(data)) + 0.3 if kinds_of(data) else 0.0
        head, body = 0.35 + strip, height * len(rows) + 0.25
        named = len(styles(data)) > 1
        figure = Figure(figsize=(width, 0.35 + 0.3 * named + head + body), layout="constrained")
        figure.get_layout_engine().set(w_pad=0.05, h_pad=0.03)  # type: ignore[union-attr]
        title = literal(str(data.attrs.get("title", "")), round(11 * width))
        figure.suptitle(title, x=0.01, ha="left", weight="bold", fontsize=12)
        parts: Any = figure.subfigures(1 + bool(strip), 1, squeeze=False, height_ratios=[head, body][not strip :])[:, 0]
        if strip:
            axes = parts[0].subplots()
            mark_strip(axes, data)
            set_time(axes, data)
        columns = max(len(row) for row in rows)
        grid = parts[-1].subplots(len(rows), columns, squeeze=False, sharex=True)
        for axes_row, row in zip(grid, rows, strict=True):
            for axes, panel in zip(axes_row, row, strict=False):
                draw(axes, data, panel.name)
                shade(axes, data)
                set_time(axes, data)
                axes.set_title(panel.title, parse_math=False)
                axes.set_ylabel(panel.label)
                axes.yaxis.set_major_locator(MaxNLocator(5))
                axes.yaxis.set_major_formatter(ScalarFormatter(useOffset=False))
            for axes in axes_row[len(row) :]:
                axes.set_visible(False)
        for axes in grid[-1]:
            axes.set_xlabel(time_axis(data)[1])
        if named:
            legend(parts[0], data)
    return figure


def legend(figure: Figure | SubFigure, data: xr.Dataset) -> None:
    """The arms above the panels, as many to a line as fit."""
    arms = styles(data)
    lines = [mpl.lines.Line2D([], [], **style) for style in arms.values()]
    names = [literal(arm, 40).lstrip("_") for arm in arms]
    figure.legend(lines, names, loc="outside upper left", ncols=max(1, min(len(names), 110 // max(map(len, names)))))


def overview(data: xr.Dataset) -> Figure:
    """One page: drug, serotonin, tryptophan and kynurenine, body, growth factors, dendrites, mood.

    Parameters
    ----------
    data : xarray.Dataset
        From `simulate`; with or without arms. Read-outs the page has no place for are shown only
        if none of its own are there.

    Returns
    -------
    matplotlib.figure.Figure
        The page; `figure.savefig(path)` writes it.

    Raises
    ------
    ScenarioError
        If there is nothing to show.

    Examples
    --------
    >>> from neurokyn import overview, simulate
    >>> figure = overview(simulate("one-bout-hour-by-hour"))
    """
    rows = [[panel for panel in panels if panel.name in data] for _, panels in OVERVIEW]
    rows = [row for row in rows if row]
    if not rows:
        others = [own_panel(data, str(name)) for name in data.data_vars if "." in str(name)][:20]
        rows = [others[k : k + 4] for k in range(0, len(others), 4)]
    if not rows:
        raise ScenarioError("there is no read-out in this dataset", fix="simulate one")
    return page(data, rows, 11.7, 1.75)


def trajectories(data: xr.Dataset, names: Sequence[str]) -> Figure:
    """Chosen read-outs, one panel each, all arms in each panel.

    Parameters
    ----------
    data : xarray.Dataset
        From `simulate`.
    names : sequence of str
        Read-outs, e.g. `["serotonin.extracellular", "mood.depression"]`.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    ScenarioError
        If no name is given, or one is not in the dataset; names the nearest.
    """
    if not names or isinstance(names, str):
        raise ScenarioError("no read-outs are chosen", fix="give a list of names, like ['mood.depression']")
    for name in names:
        if name not in data.data_vars:
            raise ScenarioError(f"no read-out '{name}' in this dataset{nearest(name, map(str, data.data_vars))}")
    return page(data, [[own_panel(data, name)] for name in names], 7.5, 2.0)


def own_panel(data: xr.Dataset, name: str) -> Panel:
    """A panel as the dataset itself describes it."""
    known = {panel.name: panel for _, panels in OVERVIEW for panel in panels}
    about = data[name].attrs
    unit = readable(str(about.get("units", "1")))
    label = name.split(".")[-1].replace("_", " ") if unit == "1" else unit
    return known.get(name, Panel(name, literal(str(about.get("long_name", name)), 60), label))


def comparison(results: Mapping[str, xr.Dataset], names: Sequence[str]) -> Figure:
    """Several scenarios in one figure, one panel for each read-out.

    Parameters
    ----------
    results : mapping of str to xarray.Dataset
        Datasets without arms (or with one selected), by the label to show.
    names : sequence of str
        Read-outs to compare.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    ScenarioError
        If a dataset still has several arms, or a name is missing.
    """
    if not results:
        raise ScenarioError("there is nothing to compare", fix="give at least one dataset")
    for label, data in results.items():
        if "arm" in data.dims:
            raise ScenarioError(f"'{label}' holds several arms", fix="choose one with data.sel(arm=…)")
        missing = [name for name in names if name not in data.data_vars]
        if missing:
            raise ScenarioError(
                f"no read-out '{missing[0]}' in '{label}'{nearest(missing[0], map(str, data.data_vars))}"
            )
    kept = [data[list(names)].drop_vars("arm", errors="ignore") for data in results.values()]
    joined = xr.concat(kept, dim="arm", combine_attrs="drop", join="outer").assign_coords(arm=list(results))
    marked = {label: _only_arm(data) for label, data in results.items()}
    return trajectories(joined.assign_attrs(events=marked), names)


def _only_arm(data: xr.Dataset) -> Mapping[str, Spans]:
    """The events of a dataset of one arm."""
    arm = str(data["arm"].values) if "arm" in data.coords else ""
    marked: Mapping[str, Mapping[str, Spans]] = data.attrs.get("events", {})
    return marked.get(arm, {})


def check_format(path: Path) -> None:
    """Refuse an ending that is no picture's.

    Raises
    ------
    ScenarioError
        Names the endings there are.
    """
    if path.suffix.lower() not in FORMATS:
        raise ScenarioError(f"{path} is no name of a picture", fix=f"let it end in {', '.join(FORMATS)}")


def save(figure: Figure, path: Path) -> None:
    """Write a figure, in one step; the ending chooses PNG, SVG or PDF.

    Raises
    ------
    ScenarioError
        If the ending is another, or it cannot be written.
    """
    check_format(path)
    with mpl.rc_context(STYLE), warnings.catch_warnings(), replacing(path) as part:  # type: ignore[arg-type]
        warnings.filterwarnings("ignore", "Glyph .* missing from")  # a name in a script the font lacks
        figure.savefig(part)
