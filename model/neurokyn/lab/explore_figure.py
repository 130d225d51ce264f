"""The picture of Explore: where the strip, the panels, the axes and the names stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from neurokyn.lab.curves import Figure, ink, template
from neurokyn.lab.explore_curves import (
    CLOCK,
    LONG,
    MONDAY,
    PANELS,
    WEEK,
    Line,
    View,
    current,
    drawn,
    ghosts,
    happens,
    short,
)
from neurokyn.report.panels import Panel
from neurokyn.report.plots import limits

LEGEND, STRIP_ROW, TITLE, TICKS = 22, 20, 26, 24  # px
FLATTEST = 120.0  # px of a panel
SIDES = (52, 14)  # px left and right of the panels


def shortened(lines: Sequence[Line], view: View) -> list[Line]:
    """The same with names that fit into the legend."""
    room = (view.width - sum(SIDES)) / _across(lines, view) - 60
    return [replace(line, name=short(line.name, max(12, int(room / (0.56 * view.size))))) for line in lines]


def reach(lines: Sequence[Line], name: str, view: View) -> tuple[float, float]:
    """Limits of a panel's axis, so that every run fits."""
    low, high = math.inf, -math.inf
    for k, line in enumerate(lines):
        course = drawn(line.run, name, view)
        least, most = course.values, course.values
        if k == len(lines) - 1 and course.least is not None and course.most is not None:
            least, most = course.least, course.most
        low, high = min(low, float(np.nanmin(least))), max(high, float(np.nanmax(most)))
    return limits(low, high)


def figure(lines: Sequence[Line], view: View) -> Figure:
    """The whole picture.

    Parameters
    ----------
    lines : sequence of Line
        Pinned runs first, the run in hand last.
    view : View
        How it is looked at.

    Returns
    -------
    dict
        `data` and `layout` of Plotly; the traces of the run in hand come last.
    """
    lines = shortened(lines, view)
    now, weeks = lines[-1], lines[-1].run.state.weeks
    data = [*ghosts(lines[:-1], view, weeks), *current(now, view)]
    return {"data": data, "layout": _layout(lines, view)}


@dataclass(frozen=True)
class Sizes:
    """Where things go, in px: the legend above the strip, the strip with its axis, rows of panels."""

    legend: float
    strip: float
    strip_axis: float
    title: float
    tall: float
    ticks: float
    rows: int
    inner: float

    @property
    def row(self) -> float:
        """A panel with its title and its axis."""
        return self.title + self.tall + self.ticks

    @property
    def body(self) -> float:
        """All but the legend."""
        return self.strip + self.strip_axis + self.rows * self.row


def _sizes(lines: Sequence[Line], view: View) -> Sizes:
    now, scale = lines[-1], view.size / 13
    kinds = len(happens(now.run))
    legend = LEGEND * scale * math.ceil(len(lines) / _across(lines, view)) + 8
    ticks = (TICKS + (20 if _calendar(now, view) else 0)) * scale
    strip, strip_axis = STRIP_ROW * scale * kinds, ticks if kinds else 0.0
    rows, inner = math.ceil(len(view.panels) / view.columns), view.width - sum(SIDES)
    flat, high = 0.36 * inner / view.columns, 0.75 * inner / view.columns
    fitting = (view.height - legend - strip - strip_axis) / rows - TITLE * scale - ticks
    tall = min(max(fitting, flat, FLATTEST), max(high, FLATTEST))
    return Sizes(legend, strip, strip_axis, TITLE * scale, tall, ticks, rows, inner)


def _across(lines: Sequence[Line], view: View) -> int:
    """How many names stand side by side in the legend."""
    return 2 if len(lines) > 1 and view.width >= 880 else 1


def _layout(lines: Sequence[Line], view: View) -> Figure:
    now, own, sizes = lines[-1], ink(view.theme), _sizes(lines, view)
    layout: Figure = {
        "template": template(view.theme, view.size),
        "width": view.width,
        "height": round(sizes.legend + sizes.body),
        "margin": {"l": SIDES[0], "r": SIDES[1], "t": round(sizes.legend), "b": 0},
        "hovermode": "x unified",
        "dragmode": False if view.columns == 1 else "zoom",  # a finger scrolls
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "x": -SIDES[0] / sizes.inner,
            "xanchor": "left",
            "y": 1 + 4 / sizes.body,
            "yanchor": "bottom",
            "entrywidthmode": "fraction",
            "entrywidth": 0.98 / _across(lines, view),
            "traceorder": "reversed",
            "itemclick": False,
            "itemdoubleclick": False,
        },
    }
    layout |= _strip_axes(now, view, sizes)
    headings = []
    for k, name in enumerate(view.panels):
        row, column = divmod(k, view.columns)
        ceiling = 1 - (sizes.strip + sizes.strip_axis + row * sizes.row + sizes.title) / sizes.body
        gap = (SIDES[0] - 4) / sizes.inner if column else 0.0
        right = (column + 1) / view.columns - (0.012 if view.columns > 1 else 0.0)
        place = [column / view.columns + gap, right]
        layout[f"xaxis{k + 2}"] = _time_axis(now, view) | {"domain": place, "anchor": f"y{k + 2}", "matches": "x"}
        layout[f"yaxis{k + 2}"] = {
            "domain": [max(ceiling - sizes.tall / sizes.body, 0.0), ceiling],
            "anchor": f"x{k + 2}",
            "range": list(reach(lines, name, view)),
            "nticks": 5,
            "fixedrange": True,
        }
        headings.append(_heading(PANELS[name], place[0], ceiling, own.pale))
    return layout | {"annotations": headings}


def _strip_axes(now: Line, view: View, sizes: Sizes) -> Figure:
    """The axes of what happens, one row for each kind, named at its left."""
    kinds = list(happens(now.run))
    letters = max((len(short(kind, 22)) for kind in kinds), default=0)
    left = max(letters * 0.58 * view.size - SIDES[0], 0.0) / sizes.inner
    right = 1.0 - (0.012 if view.columns > 1 else 0.0)
    shown = {"visible": bool(kinds), "showgrid": False}
    x = _time_axis(now, view) | {"domain": [min(left, 0.4), right], "anchor": "y"} | shown
    y = {
        "domain": [1 - sizes.strip / sizes.body if kinds else 0.999, 1.0],
        "range": [-max(len(kinds), 1), 0],
        "tickvals": [-k - 0.5 for k in range(len(kinds))],
        "ticktext": [short(kind, 22) for kind in kinds],
        "ticks": "",
        "showline": False,
        "zeroline": False,
        "fixedrange": True,
    }
    return {"xaxis": x, "yaxis": y | shown}


def _heading(panel: Panel, x: float, y: float, pale: str) -> Figure:
    return {
        "text": f"<b>{panel.title}</b>  <span style='color:{pale}'>{panel.label}</span>",
        "xref": "paper",
        "yref": "paper",
        "x": x,
        "y": y,
        "xanchor": "left",
        "yanchor": "bottom",
        "xshift": -6,
        "yshift": 3,
        "showarrow": False,
    }


def _calendar(line: Line, view: View) -> bool:
    return view.window is not None or line.run.state.weeks * WEEK <= LONG


def _time_axis(line: Line, view: View) -> Figure:
    """Weeks of the whole course, or the calendar of a window."""
    whole = line.run.state.weeks
    if not _calendar(line, view):
        step = next(step for step in (1, 2, 4) if whole / step <= 5 or step == 4)
        ticks = list(range(0, math.floor(whole) + 1, step))
        middle = len(ticks) // 2
        return {
            "range": [0, whole],
            "tickvals": ticks,
            "ticktext": [f"{tick} weeks" if k == middle else str(tick) for k, tick in enumerate(ticks)],
            "tickangle": 0,
            "hoverformat": ".1f",
            "unifiedhovertitle": {"text": "week %{x:.1f}"},
        }
    first, last = view.window or (0.0, whole * WEEK)
    ends = [MONDAY + 3.6e6 * (time + CLOCK) for time in (first, last)]
    return {
        "type": "date",
        "range": ends,
        "nticks": 5,
        **_day_ticks(last - first),
        "tickformatstops": [
            {"dtickrange": [None, 86_399_999], "value": "%H:%M\n%a, week %-V"},
            {"dtickrange": [86_400_000, None], "value": "%a\nweek %-V"},
        ],
        "tickangle": 0,
        "hoverformat": "%a of week %-V, %H:%M",
        "ticklabelmode": "instant",
    }


def _day_ticks(span: float) -> Figure:
    """A tick each Monday or each day of a window of days; hours are left to Plotly."""
    if span <= 2.5 * 24:
        return {}
    return {"tick0": MONDAY, "dtick": 3.6e6 * (WEEK if span > 9 * 24 else 24)}
