"""Pictures of a report, drawn from its numbers: error against time, and how cost grows."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurokyn.report.style import BLACK, COLOURS, DARK_GREY, SHAPES, style

from benchmarks import errors

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Looks = Mapping[str, Mapping[str, Any]]


def draw(folder: Path) -> None:
    """Both pictures, beside the numbers that they show."""
    from matplotlib.figure import Figure

    numbers = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    shown = looks([*(name for race in numbers["races"].values() for name in race), *numbers["states"]])
    with style():
        races = numbers["races"]
        figure = Figure(figsize=(2 + 5.8 * len(races), 5.2), layout="constrained")
        work_precision(figure, races, shown)
        figure.savefig(folder / "work-precision.png")
        figure = Figure(figsize=(11.7, 4.0), layout="constrained")
        growth(figure, numbers, shown)
        figure.savefig(folder / "scaling.png")


def looks(names: list[str]) -> Looks:
    """A colour and a shape for each method, the same in all pictures; ours come first."""
    ordered = sorted(set(names), key=lambda name: (not name.startswith("neurokyn"), name))
    marks = zip(ordered, cycle((*COLOURS, BLACK, DARK_GREY)), cycle(SHAPES), strict=False)
    return {name: {"color": colour, "marker": shape, "markersize": 6, "label": name} for name, colour, shape in marks}


def work_precision(figure: Figure, races: Mapping[str, Any], shown: Looks) -> None:
    """Error against processor time, people's 95th percentile, a panel for each arm."""
    panels = figure.subplots(1, len(races), squeeze=False, sharey=True)[0]
    for axes, (arm, race) in zip(panels, races.items(), strict=True):
        for name, ladders in race.items():
            ran = [p for p in ladders["people"] if p["errors"] and p["seconds"] and not p["failure"]]
            points = [(errors.high(p["errors"]), 1e3 * p["seconds"]) for p in ran]
            _line(axes, dict(points), shown[name])
        axes.set(xscale="log", yscale="log", title=arm, xlabel="achieved relative error (of 95 % of people)")
        axes.invert_xaxis()
    panels[0].set_ylabel("processor time a person, ms")
    handles, names = panels[-1].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower left", ncols=3 * len(races))


def growth(figure: Figure, numbers: Mapping[str, Any], shown: Looks) -> None:
    """Cost against people, weeks and states."""
    people, weeks, states = figure.subplots(1, 3)
    _line(people, {int(k): int(k) * s for k, s in numbers["people"].items()}, shown["neurokyn, lanes"])
    people.set(xscale="log", yscale="log", title="People carried together", xlabel="people")
    people.set_ylabel("processor time, s")
    _line(weeks, {int(k): 1e3 * s for k, s in numbers["weeks"].items()}, shown["neurokyn, lanes"])
    weeks.set(title="Length of the course", xlabel="weeks", xlim=(0, None), ylim=(0, None))
    weeks.set_ylabel("processor time a person, ms")
    for name, costs in numbers["states"].items():
        _line(states, {int(k): 1e3 * s for k, s in costs.items() if s is not None}, shown[name])
    states.set(xscale="log", yscale="log", title="Size of the model", xlabel="states")
    states.set_ylabel("processor time a person, ms")
    sizes = sorted({int(size) for costs in numbers["states"].values() for size in costs})
    states.set_xticks(sizes, [str(size) for size in sizes], minor=False)
    states.set_xticks([], minor=True)
    handles, names = states.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower left", ncols=len(names))


def _line(axes: Axes, points: Mapping[float, float], look: Mapping[str, Any]) -> None:
    known = [(x, y) for x, y in points.items() if math.isfinite(x) and math.isfinite(y) and x > 0]
    if known:
        axes.plot(*zip(*known, strict=True), **look)
