"""Pictures of the full run: error against time, and how cost grows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.measure import Race
from benchmarks.scaling import Scaling

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999", "#8A6FDF")
MARKS = "os^Dv<>Ph"  # a shape for each as well, for whoever sees no colours
SETTINGS = {"font.size": 14, "axes.spines.top": False, "axes.spines.right": False, "lines.linewidth": 2.2}


def work_precision(races: Mapping[str, Race], path: Path) -> None:
    """Error against processor time, people's 95th percentile, a panel for each arm."""
    import matplotlib.pyplot as plt

    with plt.rc_context(SETTINGS):
        figure, panels = plt.subplots(1, len(races), figsize=(7.5 * len(races), 6.5), squeeze=False, sharey=True)
        for axes, (arm, race) in zip(panels[0], races.items(), strict=True):
            for number, entry in enumerate(race.entries):
                points = [p for p in race.people.ladder(entry.name) if math.isfinite(p.error) and p.error > 0]
                _line(axes, number, [p.error for p in points], [1e3 * p.seconds for p in points], entry.name)
            axes.set(xscale="log", yscale="log", title=arm, xlabel="achieved error (95 % of people)")
            axes.invert_xaxis()
            axes.grid(alpha=0.3)
        panels[0][0].set_ylabel("processor time a person, ms")
        handles, names = panels[0][-1].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside lower center", ncols=3, fontsize=12, frameon=False)
        figure.set_layout_engine("constrained")
        figure.savefig(path, dpi=110)
        plt.close(figure)


def growth(found: Scaling, path: Path) -> None:
    """Cost against people, weeks and states."""
    import matplotlib.pyplot as plt

    with plt.rc_context(SETTINGS):
        figure, (people, weeks, states) = plt.subplots(1, 3, figsize=(18, 6), layout="constrained")
        _line(people, 0, list(found.people), [k * s for k, s in found.people.items()], "neurokyn, lanes")
        people.set(xscale="log", yscale="log", xlabel="people", ylabel="processor time, s")
        _line(weeks, 0, list(found.weeks), [1e3 * s for s in found.weeks.values()], "neurokyn, lanes")
        weeks.set(xlabel="weeks", ylabel="processor time a person, ms", xlim=(0, None), ylim=(0, None))
        for number, (name, costs) in enumerate(found.states.items()):
            _line(states, number, list(costs), [1e3 * s for s in costs.values()], name)
        sizes = sorted({size for costs in found.states.values() for size in costs})
        states.set(xscale="log", yscale="log", xlabel="states", ylabel="processor time a person, ms")
        states.set_xticks(sizes, [str(size) for size in sizes], minor=False)
        states.set_xticks([], minor=True)
        states.legend(fontsize=12, frameon=False)
        for axes in (people, weeks, states):
            axes.grid(alpha=0.3)
        figure.savefig(path, dpi=110)
        plt.close(figure)


def _line(axes: Axes, number: int, x: list[float], y: list[float], name: str) -> None:
    known = [(a, b) for a, b in zip(x, y, strict=True) if np.isfinite(b)]
    if known:
        axes.plot(
            *zip(*known, strict=True), color=COLOURS[number % 9], marker=MARKS[number % 9], label=name, markersize=8
        )
