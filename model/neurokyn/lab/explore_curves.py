"""The curves of Explore: what is drawn of a run, and exported; the strip of what happens."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from neurokyn.lab.bench import Run
from neurokyn.lab.curves import DASHES, Figure, ink, packed, see_through
from neurokyn.lab.state import taken, trained
from neurokyn.report.courses import by_day, has_days
from neurokyn.report.marks import bars
from neurokyn.report.panels import OVERVIEW
from neurokyn.report.style import COLOURS, GREY

WEEK, LONG = 168.0, 4 * 168.0  # h; beyond four weeks a course is drawn day by day
MONDAY = 978_307_200_000  # ms of 1 January 2001, a Monday: windows have a calendar, of weeks from 1
CLOCK = 7.0  # h after midnight at t = 0
FIRST = "mood.depression"  # what it is all about stands first, the rest from drug to mood
PANELS = {
    panel.name: panel
    for panel in sorted((panel for _, row in OVERVIEW for panel in row), key=lambda panel: panel.name != FIRST)
}


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
        "hovertemplate": f"%{{y:.4g}} {unit}<extra>{short(line.name, 34)}</extra>",
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


def short(text: str, most: int) -> str:
    """A text cut to a length, between words where it can be."""
    return textwrap.shorten(text, most, placeholder=" …") if " " in text else text[:most]
