"""Pictures of simulated courses; Matplotlib is imported here only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from neurokyn.errors import ScenarioError, nearest

# Okabe & Ito's colours, told apart by colour-blind readers; black first for the untreated arm.
COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
DASHES = ("-", "-", "-", "--", "--", "-.", ":")
STYLE = {
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.4,
    "legend.frameon": False,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "figure.dpi": 100,
    "savefig.dpi": 160,
    "svg.fonttype": "none",
}
DAY, WEEK = 24.0, 168.0


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
            Panel("kynurenine.nmda_balance", "Quinolinic : kynurenic acid, brain", "× healthy"),
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


def arms_of(data: xr.Dataset) -> list[tuple[str, xr.Dataset]]:
    """The arms of a dataset by name; one unnamed arm if there is no such dimension."""
    if "arm" not in data.dims:
        return [("", data)]
    return [(str(name), data.sel(arm=name)) for name in data["arm"].values]


def time_axis(data: xr.Dataset) -> tuple[np.ndarray, str]:
    """Time in hours, days or weeks, whichever reads best, and its label."""
    hours = data["time"].values
    span = hours[-1] - hours[0]
    if span > 4 * WEEK:
        return hours / WEEK, "weeks"
    if span > 3 * DAY:
        return hours / DAY, "days"
    return hours, "hours"


def daily_mean(hours: np.ndarray, values: np.ndarray) -> np.ndarray:
    """A running mean over 24 h, so that the slow course shows under the daily rhythm."""
    if len(hours) < 3:
        return values
    width = round(DAY / (hours[1] - hours[0]))
    if width < 2 or len(values) < 2 * width:
        return values
    padded = np.pad(values, (width // 2, width - 1 - width // 2), mode="edge")
    mean: np.ndarray = np.convolve(padded, np.ones(width) / width, mode="valid")
    return mean


def draw(axes: Axes, data: xr.Dataset, name: str, *, smooth: bool) -> None:
    """Draw one read-out of every arm; the raw course pale behind its daily mean when smoothing."""
    x, _ = time_axis(data)
    for k, (arm, course) in enumerate(arms_of(data)):
        colour, dash = COLOURS[k % len(COLOURS)], DASHES[k % len(DASHES)]
        y = course[name].values
        if smooth:
            axes.plot(x, y, color=colour, alpha=0.13, linewidth=0.5, rasterized=True)
            axes.plot(x, daily_mean(data["time"].values, y), dash, color=colour, label=arm or None)
        else:
            axes.plot(x, y, dash, color=colour, label=arm or None)


def mark_events(axes: Axes, data: xr.Dataset) -> None:
    """Doses, bouts, stress and challenges of each arm as ticks and bars in a strip."""
    x, unit = time_axis(data)
    per = {"weeks": WEEK, "days": DAY, "hours": 1.0}[unit]
    events = data.attrs.get("events", {})
    arms = [arm for arm, _ in arms_of(data)]
    labels: list[str] = []
    row = 0
    for k, arm in enumerate(arms):
        for kind in events.get(arm, {}):
            spans = np.array(events[arm][kind], dtype=float) / per
            widths = np.maximum(spans[:, 1] - spans[:, 0], (x[-1] - x[0]) / 900)
            axes.broken_barh(list(zip(spans[:, 0], widths, strict=True)), (row + 0.15, 0.7), color=COLOURS[k % 7])
            labels.append(f"{arm}: {kind}" if arm else kind)
            row += 1
    axes.set_ylim(row or 1, 0)
    axes.set_yticks(np.arange(row) + 0.5, labels)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def overview(data: xr.Dataset) -> Figure:
    """One page: drug, serotonin, tryptophan and kynurenine, body, growth factors, dendrites, mood.

    Parameters
    ----------
    data : xarray.Dataset
        From `simulate`; with or without arms.

    Returns
    -------
    matplotlib.figure.Figure
        The page; `figure.savefig(path)` writes it.

    Raises
    ------
    ScenarioError
        If none of the read-outs of the overview is in the dataset.

    Examples
    --------
    >>> from neurokyn import overview, simulate
    >>> figure = overview(simulate("one-bout-hour-by-hour"))
    """
    rows = [[p for p in panels if p.name in data] for _, panels in OVERVIEW]
    rows = [row for row in rows if row]
    if not rows:
        raise ScenarioError("none of the read-outs of the overview is in this dataset; use trajectories(data, names)")
    strips = max(1, sum(len(kinds) for kinds in data.attrs.get("events", {}).values()))
    with mpl.rc_context(STYLE):  # type: ignore[arg-type]
        height = 0.17 * strips + 0.25
        figure = Figure(figsize=(11.7, 1.75 * len(rows) + height + 0.9), layout="constrained")
        top, below = figure.subfigures(2, 1, height_ratios=[height, 1.75 * len(rows)], hspace=0.0)  # type: ignore[misc]
        strip = top.subplots()
        x, unit = time_axis(data)
        mark_events(strip, data)
        strip.set_xlim(x[0], x[-1])
        strip.set_xticklabels([])
        grid = below.subplots(len(rows), 4, squeeze=False, sharex=True)
        for axes_row, row in zip(grid, rows, strict=True):
            for axes, panel in zip(axes_row, row, strict=False):
                draw(axes, data, panel.name, smooth=unit == "weeks")
                axes.set_title(panel.title)
                axes.set_ylabel(panel.label)
                axes.set_xlim(x[0], x[-1])
            for axes in axes_row[len(row) :]:
                axes.set_visible(False)
        for axes in grid[-1]:
            axes.set_xlabel(unit)
        handles, labels = grid[0][0].get_legend_handles_labels()
        figure.suptitle(str(data.attrs.get("title", "")), x=0.01, ha="left", weight="bold", fontsize=11)
        if labels:
            figure.legend(handles, labels, loc="upper right", ncols=len(labels), fontsize=9)
    return figure


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
        If a name is not in the dataset; names the nearest.
    """
    for name in names:
        if name not in data.data_vars:
            raise ScenarioError(f"no read-out '{name}' in this dataset{nearest(name, map(str, data.data_vars))}")
    with mpl.rc_context(STYLE):  # type: ignore[arg-type]
        figure = Figure(figsize=(7.5, 2.0 * len(names) + 0.5), layout="constrained")
        grid = figure.subplots(len(names), 1, squeeze=False, sharex=True)[:, 0]
        x, unit = time_axis(data)
        for axes, name in zip(grid, names, strict=True):
            draw(axes, data, name, smooth=unit == "weeks")
            axes.set_title(str(data[name].attrs.get("long_name", name)))
            label = data[name].attrs.get("units", "1")
            axes.set_ylabel(name.split(".")[-1].replace("_", " ") if label == "1" else label)
            axes.set_xlim(x[0], x[-1])
        grid[-1].set_xlabel(unit)
        if len(arms_of(data)) > 1:
            grid[0].legend(loc="best", fontsize=8)
    return figure


def comparison(results: dict[str, xr.Dataset], names: Sequence[str]) -> Figure:
    """Several scenarios in one figure, one panel for each read-out.

    Parameters
    ----------
    results : dict of str to xarray.Dataset
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
    for label, data in results.items():
        if "arm" in data.dims:
            raise ScenarioError(f"'{label}' holds several arms; choose one with data.sel(arm=…)")
    joined = xr.concat(list(results.values()), dim="arm", combine_attrs="drop", join="outer").assign_coords(
        arm=list(results)
    )
    return trajectories(joined, names)


def save(figure: Figure, path: Path) -> None:
    """Write a figure; the ending chooses PNG, SVG or PDF."""
    with mpl.rc_context(STYLE):  # type: ignore[arg-type]
        figure.savefig(path)
