"""What changed, in numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import xarray as xr

from neurokyn.report.courses import WEEK, arms_of, ends, has_days, left_alone

# What the table after a run shows, one line for each link of the mechanism.
SHOWN = (
    "ssri.concentration",
    "ssri.sert_occupancy",
    "serotonin.extracellular",
    "serotonin.firing",
    "tryptophan.free",
    "tryptophan.brain",
    "kynurenine.kyn_trp_ratio",
    "kynurenine.quin_brain",
    "inflammation.il6",
    "stress.cortisol",
    "muscle.kat",
    "growth_factors.bdnf_brain",
    "dendrites.length",
    "dendrites.spines",
    "exercise.vo2max",
    "mood.depression",
    "mood.anxiety",
    "mood.motivation",
)


@dataclass(frozen=True)
class Span:
    """A read-out's course in four numbers.

    `start` and `end` are means over the first and the last 24 hours where the course has two whole
    days, so that the time of day does not show as a change. Where a course stopped early, `end` is
    NaN, and the extremes are those of what was computed.
    """

    unit: str
    start: float
    end: float
    minimum: float
    maximum: float


def middle(data: xr.Dataset) -> xr.Dataset:
    """The median of the draws, read-out by read-out and point by point; the data itself if there are none."""
    return data.drop_vars("reason").median("draw", keep_attrs=True) if "draw" in data.dims else data


def end_of_draws(data: xr.Dataset, arm: str, name: str) -> str:
    """Where nine tenths of the draws end; nothing if there are none."""
    if "draw" not in data.dims:
        return ""
    course = dict(arms_of(data))[arm][name].transpose("draw", "time")
    last = [ends(data["time"].values, row)[1] for row in course.values]
    low, high = np.nanquantile(last, (0.05, 0.95))
    return f" [{low:.4g}, {high:.4g}]"


def summarise(data: xr.Dataset) -> dict[str, dict[str, Span]]:
    """Start, end, minimum and maximum of every read-out, by arm.

    Parameters
    ----------
    data : xarray.Dataset
        From `simulate`.

    Returns
    -------
    dict of str to dict of str to Span
        Arm ("" if there are none), then read-out.
    """
    hours = data["time"].values
    found: dict[str, dict[str, Span]] = {}
    for arm, course in arms_of(middle(data)):
        found[arm] = {}
        for name, values in course.data_vars.items():
            if values.dims == ("time",) and values.dtype.kind == "f":
                y = values.values
                least, most = (float(np.nanmin(y)), float(np.nanmax(y))) if np.isfinite(y).any() else (math.nan,) * 2
                found[arm][str(name)] = Span(str(values.attrs.get("units", "1")), *ends(hours, y), least, most)
    return found


def to_json(spans: dict[str, dict[str, Span]]) -> dict[str, dict[str, dict[str, str | float | None]]]:
    """Spans as plain data: arm, read-out, then unit, start, end, minimum, maximum (null if not computed)."""

    def plain(x: str | float) -> str | float | None:
        return None if isinstance(x, float) and not math.isfinite(x) else x

    return {
        arm: {name: {key: plain(x) for key, x in vars(span).items()} for name, span in rows.items()}
        for arm, rows in spans.items()
    }


def changes_table(data: xr.Dataset) -> str:
    """The short table of what changed, by arm.

    Parameters
    ----------
    data : xarray.Dataset
        From `simulate`.

    Returns
    -------
    str
        One line per read-out: the unit, the start where least happens, and the end in every arm,
        with the interval of the draws if there are any.
    """
    spans = summarise(data)
    arms = list(spans)
    base = left_alone(data) or arms[0]
    first = spans[base]
    names = [name for name in SHOWN if name in first] or list(first)[:18]
    cells = {name: [f"{spans[arm][name].end:.4g}{end_of_draws(data, arm, name)}" for arm in arms] for name in names}
    width = max(10, *(len(arm) for arm in arms), *(len(cell) for row in cells.values() for cell in row))
    head = f"{'read-out':<28}{'unit':<12}{'start':>10}" + "".join(f"{arm or 'end':>{width + 2}}" for arm in arms)
    lines = [str(data.attrs.get("title", "")), "", head, "-" * len(head)]
    for name in names:
        row = f"{name:<28}{first[name].unit:<12}{first[name].start:>10.4g}"
        lines.append(row + "".join(f"{cell:>{width + 2}}" for cell in cells[name]))
    end = float(data["time"][-1])
    after = f"{end / WEEK:g} weeks" if end >= 2 * WEEK else f"{end:g} hours"
    means = ", means over the first and the last 24 hours" if has_days(data["time"].values) else ""
    whose = f" ({base})" if base else ""
    draws = f"; medians and 5 to 95 % of {data.sizes['draw']} draws" if "draw" in data.dims else ""
    return "\n".join([*lines, "", f"start{whose} and end{means}; the end is after {after}{draws}"])
