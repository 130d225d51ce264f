"""The charts of a step: empty axes to draw on, the simulated courses with the sketch over them, trials one by one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from neurokyn.lab.curves import Figure, ink, see_through, styled
from neurokyn.lab.lesson_runs import Shown, course
from neurokyn.lab.lesson_words import number
from neurokyn.lab.lessons import Chart, Line, Sketch, Step
from neurokyn.report.courses import DAY, WEEK
from neurokyn.report.style import COLOURS

ALONE = frozenset({"alone", "rest", "untreated", "calm"})  # runs drawn in black and dashed
DASHES = ("solid", "dash", "dot", "dashdot")
SKETCHED = COLOURS[4]
YOURS = "Your sketch"
FEWEST = 3  # events of a kind that are shaded; more of them (tablets, bouts) are not
TICKS = {  # by unit of time: up to which span, how far apart
    "Hours": ((8, 1), (14, 2), (40, 6), (math.inf, 12)),
    "Days": ((10, 1), (math.inf, 7)),
    "Weeks": ((8, 1), (math.inf, 2)),
}
POINTS = 400  # of a course in a chart
ROWS = 9  # of a table of values


@dataclass(frozen=True)
class Curve:
    """One course as it is drawn.

    Parameters
    ----------
    name : str
        In the legend.
    at, course : ndarray, shape (n,)
        In the chart's unit, and as read.
    alone : bool
        Whether it is of somebody left alone.
    """

    name: str
    at: np.ndarray
    course: np.ndarray
    alone: bool


def scale_of(chart: Chart, people: bool) -> tuple[float, str]:
    """Hours in the unit of the horizontal axis, and its title.

    Parameters
    ----------
    chart : Chart
        Its start and stop decide.
    people : bool
        Whether the axis counts people.

    Returns
    -------
    (float, str)
        1 and a title for people.
    """
    if people:
        return 1.0, "People in the trial"
    span = chart.stop - chart.start
    if span > 4 * WEEK:
        return WEEK, "Weeks"
    return (DAY, "Days") if span > 3 * DAY else (1.0, "Hours")


def has_people(step: Step) -> bool:
    """Whether the horizontal axis of a step counts people."""
    return any(run.trial for run in step.runs.values())


def curves_of(shown: Shown) -> list[Curve]:
    """The courses of a step within its chart, thinned to what a screen can show."""
    step, found = shown.step, []
    per, _ = scale_of(step.chart, has_people(step))
    for line in step.chart.lines:
        at, values, _ = course(line, shown.data)
        inside = (at >= step.chart.start - 1e-9) & (at <= step.chart.stop + 1e-9)
        at, values = at[inside], values[inside]
        keep = np.unique(np.linspace(0, len(at) - 1, min(len(at), POINTS)).round().astype(int))
        found.append(Curve(_name(line, step), at[keep] / per, values[keep], line.run in ALONE and not line.label))
    return found


def _name(line: Line, step: Step) -> str:
    return line.label or step.runs[line.run].label


def shades(step: Step, data: Mapping[str, xr.Dataset]) -> list[tuple[str, float, float]]:
    """What happens rarely and lasts: (what, from, to) in the unit of the horizontal axis.

    Parameters
    ----------
    step : Step
        Of which lesson.
    data : mapping of str to xarray.Dataset
        By run.

    Returns
    -------
    list of (str, float, float)
        Bouts, stress and challenges.
    """
    per, _ = scale_of(step.chart, has_people(step))
    found: dict[tuple[str, float, float], None] = {}
    for line in step.chart.lines:
        events: Mapping[str, Any] = data[line.run].attrs.get("events", {})
        own, zero = events.get("", {}), step.runs[line.run].zero
        for kind, spans in own.items():
            seen = [
                (a - zero, b - zero) for a, b, _ in spans if b - zero > step.chart.start and a - zero < step.chart.stop
            ]
            if len(seen) <= FEWEST:
                clipped = [(max(a, step.chart.start) / per, min(b, step.chart.stop) / per) for a, b in seen]
                found |= dict.fromkeys((kind, a, b) for a, b in clipped if b > a)
    return list(found)


def empty(step: Step, data: Mapping[str, xr.Dataset], theme: str) -> Figure:
    """The axes of a step before it is revealed; with the line to draw, for a sketch.

    Parameters
    ----------
    step : Step
        Of which lesson.
    data : mapping of str to xarray.Dataset
        By run, for what happens when; empty for trials.
    theme : str
        "light" or "dark".

    Returns
    -------
    dict
        A figure of Plotly.
    """
    predict = step.predict
    figure: Figure = {"data": [], "layout": _layout(step, theme)}
    if isinstance(predict, Sketch):
        figure["data"] = [_sketch(predict, [predict.first] * len(predict.at), step)]
        figure["layout"] |= {"meta": {"sketch": True}, "showlegend": False}
        figure["layout"]["yaxis"]["range"] = [predict.low, predict.high]
    else:
        figure["layout"]["yaxis"] |= {"showticklabels": False}
    _shade(figure, shades(step, data) if data else [], theme)
    return styled(figure, theme)


def revealed(shown: Shown, sketch: Sequence[float], theme: str) -> Figure:
    """The courses of a step, with the sketch over them.

    Parameters
    ----------
    shown : Shown
        From `show`.
    sketch : sequence of float
        Values at the handles; empty for none.
    theme : str
        "light" or "dark".

    Returns
    -------
    dict
        A figure of Plotly.
    """
    step, colours = shown.step, iter(zip(_colours(theme), DASHES, strict=False))
    if step.chart.people:
        return _trials(shown, theme)
    figure: Figure = {"data": [], "layout": _layout(step, theme)}
    for curve in curves_of(shown):
        colour, dash = (ink(theme).alone, "dash") if curve.alone else next(colours)
        unit = "%" if "%" in step.chart.axis else ""
        figure["data"].append({
            "type": "scatter", "mode": "lines+markers" if len(curve.at) < ROWS else "lines", "name": curve.name,
            "x": curve.at.tolist(), "y": curve.course.tolist(), "line": {"color": colour, "dash": dash, "width": 3},
            "hovertemplate": f"%{{y:.3~g}} {unit}<extra>{curve.name}</extra>",
        })  # fmt: skip
    if isinstance(step.predict, Sketch):
        figure["data"].append(_sketch(step.predict, sketch, step))
        figure["layout"]["yaxis"]["range"] = [step.predict.low, step.predict.high]
    _shade(figure, shades(step, shown.data) if not has_people(step) else [], theme)
    return styled(figure, theme)


def _colours(theme: str) -> list[str]:
    return [ink(theme).now, COLOURS[1], COLOURS[2], COLOURS[3]]


def _layout(step: Step, theme: str) -> dict[str, Any]:
    people = has_people(step)
    per, title = scale_of(step.chart, people)
    start, stop = step.chart.start / per, step.chart.stop / per
    across: dict[str, Any] = {"title": {"text": title}, "fixedrange": True, "zeroline": False}
    if people:
        sizes = next(run.sizes for run in step.runs.values() if run.sizes)
        edges = np.log10([start / 1.15, stop * 1.15]).tolist()
        across |= {"type": "log", "range": edges, "tickvals": list(sizes), "ticktext": [f"{n}" for n in sizes]}
    else:
        across |= {"range": [start - 0.01 * (stop - start), stop + 0.01 * (stop - start)]}
    if title in TICKS:
        across["dtick"] = next(dtick for most, dtick in TICKS[title] if stop - start <= most)
    return {
        "xaxis": across,
        "yaxis": {"title": {"text": step.chart.axis, "standoff": 6}, "fixedrange": True, "automargin": True},
        "margin": {"l": 62, "r": 14, "t": 8, "b": 50},
        "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
        "showlegend": True,
        "dragmode": False,
        "hovermode": "x unified" if not people else "closest",
        "font": {"color": ink(theme).text},
    }


def _sketch(predict: Sketch, values: Sequence[float], step: Step) -> dict[str, Any]:
    per, _ = scale_of(step.chart, has_people(step))
    return {
        "type": "scatter", "mode": "lines+markers", "name": YOURS, "x": [place / per for place in predict.at],
        "y": list(values), "line": {"color": SKETCHED, "width": 3, "dash": "dot"},
        "marker": {"size": 11, "color": SKETCHED, "line": {"color": "#000000", "width": 1}},
        "hovertemplate": f"%{{y:.3~g}}<extra>{YOURS}</extra>", "cliponaxis": False,
    }  # fmt: skip


def _shade(figure: Figure, spans: list[tuple[str, float, float]], theme: str) -> None:
    """Stretches of grey, each with its name."""
    own, width = ink(theme), figure["layout"]["xaxis"].get("range", [0, 1])
    span = width[1] - width[0]
    figure["layout"]["shapes"] = [
        {"type": "rect", "xref": "x", "yref": "paper", "x0": a, "x1": max(b, a + span / 200), "y0": 0, "y1": 1,
         "line": {"width": 0}, "fillcolor": see_through(own.pale if own.pale.startswith("#") else "#808080", 0.18),
         "layer": "below"}
        for _, a, b in spans
    ]  # fmt: skip
    figure["layout"]["annotations"] = [
        {"x": a, "y": 0.02, "yref": "paper", "text": kind, "showarrow": False, "xanchor": "left", "yanchor": "bottom",
         "font": {"color": own.pale, "size": 12}}
        for kind, a, _ in spans
    ]  # fmt: skip


def _trials(shown: Shown, theme: str) -> Figure:
    """Every repetition of a trial of one size: its difference and its interval."""
    step, own = shown.step, ink(theme)
    data = shown.data[step.chart.lines[0].run].sel(people=step.chart.people)
    found, low, high = (data[name].values for name in ("difference", "low", "high"))
    order = np.argsort(found, kind="stable")
    away = (low > 0) | (high < 0)
    kinds = (
        ("Interval covers no difference", ~away, own.now, "circle"),
        ("Leaves it out", away, COLOURS[1], "diamond"),
    )
    layout = _layout(step, theme)
    layout["xaxis"] = {"title": {"text": "Trials, in the order of what they found"}, "fixedrange": True}
    layout["yaxis"]["zerolinecolor"], layout["yaxis"]["zerolinewidth"] = own.alone, 2
    figure: Figure = {"data": [], "layout": layout}
    for name, of, colour, symbol in kinds:
        places = np.flatnonzero(of[order])
        rows = order[places]
        figure["data"].append({
            "type": "scatter", "mode": "markers", "name": name, "x": (places + 1).tolist(), "y": found[rows].tolist(),
            "marker": {"color": colour, "symbol": symbol, "size": 6},
            "error_y": {"type": "data", "symmetric": False, "array": (high - found)[rows].tolist(),
                        "arrayminus": (found - low)[rows].tolist(), "color": colour, "thickness": 1.2, "width": 0},
            "hovertemplate": "%{y:.2f} points<extra></extra>",
        })  # fmt: skip
    return styled(figure, theme)


def table_of(shown: Shown, sketch: Sequence[float]) -> tuple[list[str], list[list[str]]]:
    """What is drawn, as a table: a heading for each column, and rows.

    Parameters
    ----------
    shown : Shown
        From `show`.
    sketch : sequence of float
        Values at the handles; empty for none.

    Returns
    -------
    (list of str, list of list of str)
        Headings and rows.
    """
    step = shown.step
    per, title = scale_of(step.chart, has_people(step))
    if step.chart.people:
        data = shown.data[step.chart.lines[0].run].sel(people=step.chart.people)
        rows = np.stack([data[name].values for name in ("difference", "low", "high")], axis=1)
        picked = rows[np.argsort(rows[:, 0])][:: max(len(rows) // ROWS, 1)]
        return ["Difference, points", "from", "to"], [[number(v) for v in row] for row in picked]
    curves = curves_of(shown)
    predict = step.predict
    if isinstance(predict, Sketch):
        places = np.array(predict.at) / per
    elif has_people(step):
        places = curves[0].at
    else:
        places = np.linspace(step.chart.start, step.chart.stop, ROWS) / per
    columns = [np.interp(places, curve.at, curve.course) for curve in curves]
    heads = [title, *(curve.name for curve in curves)]
    if isinstance(predict, Sketch) and len(sketch):
        columns, heads = [*columns, np.asarray(sketch, dtype=float)], [*heads, YOURS]
    return heads, [[f"{place:g}", *(number(column[k]) for column in columns)] for k, place in enumerate(places)]
