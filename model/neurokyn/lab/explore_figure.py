"""The picture of Explore: a strip of what happens, and a panel for each read-out, every run in each."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from neurokyn.lab.bench import Run
from neurokyn.lab.curves import DASHES, Figure, ink, packed, see_through, template
from neurokyn.lab.state import taken, trained
from neurokyn.report.courses import by_day, has_days
from neurokyn.report.marks import bars
from neurokyn.report.panels import OVERVIEW, Panel
from neurokyn.report.plots import limits
from neurokyn.report.style import COLOURS, GREY

WEEK, LONG = 168.0, 4 * 168.0  # h; beyond four weeks a course is drawn day by day
MONDAY = 978_307_200_000  # ms of 1 January 2001, a Monday: windows have a calendar, of weeks from 1
CLOCK = 7.0  # h after midnight at t = 0
FIRST = "mood.depression"  # what it is all about stands first, the rest from drug to mood
PANELS = {
    panel.name: panel
    for panel in sorted((panel for _, row in OVERVIEW for panel in row), key=lambda panel: panel.name != FIRST)
}
LEGEND, STRIP_ROW, TITLE, TICKS = 22, 20, 26, 24  # px
FLATTEST = 120.0  # px of a panel
SIDES = (52, 14)  # px left and right of the panels


@dataclass(frozen=True)
class View:
    """How it is looked at.

    Parameters
    ----------
    panels : tuple of str
        Read-outs shown.
    window : (float, float) or None
        From when to when, in h; the whole course if none.
    theme : str
        "light" or "dark".
    width, height : float
        Of the picture, in px; it grows higher where panels would be too flat.
    """

    panels: tuple[str, ...]
    window: tuple[float, float] | None = None
    theme: str = "light"
    width: float = 1000.0
    height: float = 700.0

    @property
    def columns(self) -> int:
        """How many panels stand side by side."""
        fits = 1 if self.width < 560 else 2 if self.width < 880 else 3
        return min(fits, len(self.panels))

    @property
    def size(self) -> float:
        """Size of the letters in px: larger on a wall."""
        return 12.0 if self.width < 560 else 13.0 if self.width < 1400 else 16.0


@dataclass(frozen=True)
class Drawn:
    """One read-out of one run as it is drawn: hours and values; over weeks the mean, least and most of each day."""

    hours: np.ndarray
    values: np.ndarray
    least: np.ndarray | None = None
    most: np.ndarray | None = None


@dataclass(frozen=True)
class Line:
    """A run with its name and its look."""

    run: Run
    name: str
    look: Figure = field(default_factory=dict)


def drawn(run: Run, name: str, view: View) -> Drawn:
    """What is drawn of a read-out, and what is exported."""
    hours, values = run.data["time"].values, run.data[name].values
    if view.window is None and run.state.weeks * WEEK > LONG and has_days(hours):
        days = by_day(hours, values)
        return Drawn(days.hours, days.mean, days.least, days.most)
    return Drawn(hours, values)


def looks(runs: Sequence[tuple[Run, str]], theme: str) -> list[Line]:
    """The pinned runs and then the run in hand, each with its look; black and dashed where nothing is done."""
    own, given, found = ink(theme), 0, list[Line]()
    for k, (run, name) in enumerate(runs):
        if k == len(runs) - 1:
            look = {"color": own.now, "width": 2.6}
        elif not taken(run.state) and not trained(run.state):
            look = {"color": own.alone, "width": 1.5, "dash": DASHES[1 + k % 2]}
        else:
            given += 1
            look = {"color": COLOURS[given % len(COLOURS)], "width": 1.7, "dash": DASHES[given // len(COLOURS)]}
        found.append(Line(run, name, look))
    return found


def times(hours: np.ndarray, view: View, weeks: float) -> dict[str, str]:
    """Hours as the axis counts them: weeks of the whole course, or moments of a calendar."""
    if view.window is None and weeks * WEEK > LONG:
        return packed(hours / WEEK)
    return packed(MONDAY + 3.6e6 * (hours + CLOCK), "f8")


def current(line: Line, view: View) -> list[Figure]:
    """The traces of the run in hand: what happens, then for each panel its range over a day and its course."""
    weeks = line.run.state.weeks
    found = [_strip(kind, spans, line, view) for kind, spans in happens(line.run).items()]
    for k, name in enumerate(view.panels):
        course = drawn(line.run, name, view)
        if course.least is not None and course.most is not None:
            round_trip = np.concatenate([course.hours, course.hours[::-1]])
            reach = np.concatenate([course.most, course.least[::-1]])
            found.append(
                {
                    **_axes(k),
                    "x": times(round_trip, view, weeks),
                    "y": packed(reach),
                    "fill": "toself",
                    "fillcolor": see_through(line.look["color"], 0.16),
                    "line": {"width": 0},
                    "hoverinfo": "skip",
                    "showlegend": False,
                }
            )
        found.append(_course(course, line, k, view, weeks))
    return found


def shortened(lines: Sequence[Line], view: View) -> list[Line]:
    """The same with names that fit into the legend."""
    room = (view.width - sum(SIDES)) / _across(lines, view) - 60
    return [replace(line, name=_short(line.name, max(12, int(room / (0.56 * view.size))))) for line in lines]


def ghosts(lines: Sequence[Line], view: View, weeks: float) -> list[Figure]:
    """The traces of the pinned runs."""
    return [
        _course(drawn(line.run, name, view), line, k, view, weeks)
        for line in lines
        for k, name in enumerate(view.panels)
    ]


def _course(course: Drawn, line: Line, k: int, view: View, weeks: float) -> Figure:
    unit = PANELS[view.panels[k]].label
    return {
        **_axes(k),
        "x": times(course.hours, view, weeks),
        "y": packed(course.values),
        "line": line.look | ({"simplify": False} if view.window else {}),
        "name": line.name,
        "legendgroup": line.name,
        "showlegend": k == 0,
        "hovertemplate": f"%{{y:.4g}} {unit}<extra>{_short(line.name, 34)}</extra>",
    }


def _axes(k: int) -> Figure:
    """Where the traces of a panel go; the first axes are those of the strip."""
    return {"type": "scatter", "mode": "lines", "xaxis": f"x{k + 2}", "yaxis": f"y{k + 2}"}


def happens(run: Run) -> dict[str, list[tuple[float, float, float]]]:
    """What happens to a person, by kind."""
    spans: dict[str, list[tuple[float, float, float]]] = run.data.attrs["events"][""]
    return spans


def _strip(kind: str, spans: list[tuple[float, float, float]], line: Line, view: View) -> Figure:
    """One row of the strip, as one filled trace."""
    whole = line.run.state.weeks * WEEK
    first, last = view.window or (0.0, whole)
    seen = [span for span in spans if span[1] >= first and span[0] <= last]
    row = list(happens(line.run)).index(kind)
    colour = line.look["color"] if kind in (line.run.state.drug, "exercise") else GREY
    x, y = list[float](), list[float]()
    for start, width, height in bars(seen, last - first) if seen else ():
        low, high = -row - 0.88, -row - 0.88 + 0.74 * height
        x += [start, start, start + width, start + width, start, math.nan]
        y += [low, high, high, low, low, math.nan]
    return {
        "type": "scatter",
        "mode": "lines",
        "xaxis": "x",
        "yaxis": "y",
        "x": times(np.array(x), view, line.run.state.weeks),
        "y": packed(y),
        "fill": "toself",
        "fillcolor": colour,
        "line": {"width": 1, "color": colour, "simplify": False},  # a bout is thinner than a dot of a small screen
        "hoverinfo": "skip",
        "showlegend": False,
    }


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
    ticks = (TICKS + (16 if _calendar(now, view) else 0)) * scale
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
    letters = max((len(_short(kind, 22)) for kind in kinds), default=0)
    left = max(letters * 0.58 * view.size - SIDES[0], 0.0) / sizes.inner
    right = 1.0 - (0.012 if view.columns > 1 else 0.0)
    shown = {"visible": bool(kinds), "showgrid": False}
    x = _time_axis(now, view) | {"domain": [min(left, 0.4), right], "anchor": "y"} | shown
    y = {
        "domain": [1 - sizes.strip / sizes.body if kinds else 0.999, 1.0],
        "range": [-max(len(kinds), 1), 0],
        "tickvals": [-k - 0.5 for k in range(len(kinds))],
        "ticktext": [_short(kind, 22) for kind in kinds],
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


def _short(text: str, most: int) -> str:
    return textwrap.shorten(text, most, placeholder=" …") if " " in text else text[:most]
