"""Pictures of simulated courses; Matplotlib is imported here only."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator, ScalarFormatter

from neurokyn.errors import ScenarioError, nearest
from neurokyn.report.courses import arms_of, by_day, has_days, time_unit
from neurokyn.report.marks import Spans, draw_strip, literal, marked_rows, shade, styles
from neurokyn.report.panels import Panel, overview_rows, own_panel
from neurokyn.report.style import SMALL, STEPS, style
from neurokyn.scenario.results import replacing

FORMATS = (".png", ".svg", ".pdf")
SMALLEST = 0.01  # of the value: what changes less is shown as nearly flat
BAND = (0.05, 0.5, 0.95)  # of the draws


def shows_days(data: xr.Dataset) -> bool:
    """Whether a picture shows the means of days rather than every point."""
    return time_unit(data)[1] == "weeks" and has_days(data["time"].values)


def draw(axes: Axes, data: xr.Dataset, name: str) -> None:
    """One read-out of every arm: as it is, or over weeks its daily mean and the range of each day."""
    per, _ = time_unit(data)
    low, high, looks = np.inf, -np.inf, styles(data)
    for (_, course), look in zip(arms_of(data), looks.values(), strict=True):
        if "draw" in course[name].dims:
            low, high = draw_band(axes, course, name, look, (low, high))
            continue
        computed = course[name].notnull().values
        hours, y = data["time"].values[computed], course[name].values[computed]
        if not len(y):
            continue
        if shows_days(data) and has_days(hours):
            days = by_day(hours, y)
            pale = {"color": look["color"], "alpha": 0.25 / len(looks), "linewidth": 0}
            axes.fill_between(days.hours / per, days.least, days.most, **pale)
            axes.plot(days.hours / per, days.mean, **look)
        else:
            axes.plot(hours / per, y, **look)
        low, high = min(low, y.min()), max(high, y.max())
    axes.set_ylim(*limits(low, high))


def draw_band(
    axes: Axes, course: xr.Dataset, name: str, look: dict[str, Any], reach: tuple[float, float]
) -> tuple[float, float]:
    """The middle of all draws and the band that holds nine tenths of them; over weeks of the means of days."""
    per, _ = time_unit(course)
    hours, values = course["time"].values, course[name].transpose("draw", "time").values
    if shows_days(course):
        values = np.array([by_day(hours, row).mean for row in values])
        hours = by_day(hours, hours).hours
    least, middle, most = np.nanquantile(values, BAND, axis=0)
    axes.fill_between(hours / per, least, most, color=look["color"], alpha=0.18, linewidth=0)
    axes.plot(hours / per, middle, **look)
    return min(reach[0], float(np.nanmin(least))), max(reach[1], float(np.nanmax(most)))


def limits(low: float, high: float) -> tuple[float, float]:
    """Limits of an axis that do not blow up what hardly changes.

    Examples
    --------
    >>> limits(100.0, 100.0)
    (99.46, 100.54)
    """
    if not low <= high or low == high == 0:
        return -0.05, 1.05
    span = max(high - low, SMALLEST * max(abs(low), abs(high)))
    middle = (low + high) / 2
    return middle - 0.54 * span, middle + 0.54 * span


def set_time(axes: Axes, data: xr.Dataset, *, named: bool = False) -> None:
    """The same time axis everywhere, in whole weeks, days or hours; each with its name where there is room."""
    per, unit = time_unit(data)
    first, last = data["time"].values[[0, -1]] / per
    axes.set_xlim(first, last)
    span = last - first
    if unit == "hours" and span > 3:
        axes.xaxis.set_major_locator(MultipleLocator(next((x for x in (1, 2, 3, 6, 12) if span / x <= 7), 24)))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=span > 3, steps=[1, 2, 4, 5, 10]))
    if named:
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{unit[:-1]} {x:g}"))


def page(data: xr.Dataset, rows: Sequence[Sequence[Panel]], width: float, height: float) -> Figure:
    """Title, arms, a strip of events, and panels in rows; inches, the height that of a row."""
    with style():
        marked, names = len(marked_rows(data)), [literal(arm).lstrip("_") for arm, _ in arms_of(data)]
        across = min(len(names), round(12 * width) // (max(map(len, names)) + 8) or 1)
        lines = math.ceil(len(names) / across) if len(names) > 1 else 0
        heights = [0.2 * marked + 0.35, height * len(rows) + 0.25][not marked :]
        heights[0] += 0.25 * lines
        figure = Figure(figsize=(width, sum(heights) + 0.5), layout="constrained")
        figure.get_layout_engine().set(w_pad=0.05, h_pad=0.03)  # type: ignore[union-attr, call-arg]
        title = literal(str(data.attrs.get("title", "")), round(10 * width))
        figure.suptitle(title, x=0.01, ha="left")
        pale = "nine tenths of the draws" if "draw" in data.dims else "its range" if shows_days(data) else ""
        if pale:
            line = "mean of each day" if shows_days(data) else "middle"
            figure.supxlabel(f"lines: {line}; pale: {pale}", x=0.99, ha="right", fontsize=SMALL)
        parts: Any = figure.subfigures(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0]
        if lines:
            looks = [Line2D([], [], **look) for look in styles(data).values()]
            parts[0].legend(looks, names, loc="outside upper left", ncols=across)
        if marked:
            strip = parts[0].subplots()
            draw_strip(strip, data)
            set_time(strip, data, named=True)
        grid = parts[-1].subplots(len(rows), max(map(len, rows)), squeeze=False, sharex=True)
        for axes_row, row in zip(grid, rows, strict=True):
            for axes, panel in zip(axes_row, row, strict=False):
                fill(axes, data, panel)
            for axes in axes_row[len(row) :]:
                axes.set_visible(False)
        parts[-1].align_ylabels()
        for axes in grid[-1]:
            axes.set_xlabel(time_unit(data)[1])
    return figure


def fill(axes: Axes, data: xr.Dataset, panel: Panel) -> None:
    """One panel."""
    draw(axes, data, panel.name)
    shade(axes, data)
    set_time(axes, data)
    axes.set_title(literal(panel.title, 70))
    axes.set_ylabel(literal(panel.label))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=STEPS))
    axes.yaxis.set_major_formatter(ScalarFormatter(useOffset=False))


def overview(data: xr.Dataset) -> Figure:
    """One page: drug, serotonin, tryptophan and kynurenine, body, growth factors, dendrites, mood.

    Parameters
    ----------
    data : xarray.Dataset
        From `simulate`; with or without arms. Read-outs that the page has no place for are shown
        only if none of its own are there.

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
    return page(data, overview_rows(data), 11.7, 1.75)


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
    _refuse_missing(data, names)
    return page(data, [[own_panel(data, name)] for name in names], 7.5, 2.0)


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
        If there is nothing to compare, a dataset still has several arms, or a name is missing.
    """
    if not results:
        raise ScenarioError("there is nothing to compare", fix="give at least one dataset")
    for label, data in results.items():
        if "arm" in data.dims:
            raise ScenarioError(f"'{label}' holds several arms", fix="choose one with data.sel(arm=…)")
        _refuse_missing(data, names)
    kept = [data[list(names)].drop_vars("arm", errors="ignore") for data in results.values()]
    joined = xr.concat(kept, dim="arm", combine_attrs="drop", join="outer").assign_coords(arm=list(results))
    for name in names:
        joined[name].attrs = kept[0][name].attrs
    marked = {label: _events_of(data) for label, data in results.items()}
    return trajectories(joined.assign_attrs(events=marked), names)


def _events_of(data: xr.Dataset) -> Mapping[str, Spans]:
    """The events of a dataset of one arm."""
    marked: Mapping[str, Mapping[str, Spans]] = data.attrs.get("events", {})
    return marked.get(str(data["arm"].values) if "arm" in data.coords else "", {})


def _refuse_missing(data: xr.Dataset, names: Sequence[str]) -> None:
    """Refuse names that a dataset lacks, or none at all."""
    if not names or isinstance(names, str):
        raise ScenarioError("no read-outs are chosen", fix="give a list of names, like ['mood.depression']")
    there = [str(name) for name in data.data_vars if data[name].dims[-1:] == ("time",)]
    for name in names:
        if name not in there:
            raise ScenarioError(f"no read-out '{name}' in this dataset{nearest(name, there)}")


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
    with style(), warnings.catch_warnings(), replacing(path) as part:
        warnings.filterwarnings("ignore", "Glyph .* missing from")  # a name in a script the font lacks
        figure.savefig(part)
