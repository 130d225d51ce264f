"""How arms look, and how what happens to them is marked."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from neurokyn.report.courses import arms_of, left_alone, time_unit
from neurokyn.report.style import BLACK, COLOURS, DASHES, GREY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The arm left alone.
ALONE = {"color": BLACK, "linestyle": (0, (4, 2)), "zorder": 3}
FEW = 6  # events that are shaded in every panel
DENSE = 100  # events in a row that are drawn as a band
THINNEST = 1 / 350  # of the time shown

Spans = list[tuple[float, float, float]]  # start, stop (h) and size of an event


def styles(data: xr.Dataset) -> dict[str, dict[str, Any]]:
    """A line style for each arm: black and dashed where least happens, a colour for each other."""
    arms, alone = [arm for arm, _ in arms_of(data)], left_alone(data)
    found = {
        arm: {"color": COLOURS[k % len(COLOURS)], "linestyle": DASHES[k // len(COLOURS) % len(DASHES)]}
        for k, arm in enumerate(arm for arm in arms if arm != alone)
    }
    return {arm: found.get(arm, ALONE) for arm in arms}


def literal(text: str, width: int = 40) -> str:
    r"""Text as it is, whatever it holds, cut to one line.

    Examples
    --------
    >>> literal("cost in $")
    'cost in \\$'
    """
    words = textwrap.shorten(text, width, placeholder=" …") if " " in text else text[:width]
    return words.replace("$", r"\$")


def marked_rows(data: xr.Dataset) -> list[tuple[str, str, Spans]]:
    """(arm, kind, spans) of all marked in the time shown; what happens to all arms alike comes once, with no arm."""
    marked: Mapping[str, Mapping[str, Spans]] = data.attrs.get("events", {})
    arms = [arm for arm, _ in arms_of(data)]
    first, last = data["time"].values[[0, -1]]
    rows: list[tuple[str, str, Spans]] = []
    for arm in arms:
        for kind, spans in marked.get(arm, {}).items():
            alike = all(marked.get(other, {}).get(kind) == spans for other in arms)
            row = ("" if alike else arm, kind, [span for span in spans if span[1] >= first and span[0] <= last])
            rows += [row] if row[2] and row not in rows else []
    return rows


def bars(spans: Spans, span: float) -> list[tuple[float, float, float]]:
    """(start, width, height) of a row of events; many in close succession are one band.

    Parameters
    ----------
    spans : list of (start, stop, size)
        In order of time.
    span : float
        The time shown.

    Returns
    -------
    list of (float, float, float)
        Widths reach from one dose to when the next is due; heights are relative to the largest.
    """
    largest = max(size for *_, size in spans) or 1.0
    usual = float(np.median([b[0] - a[0] for a, b in pairwise(spans)])) if len(spans) > 1 else span
    dense = usual < span / DENSE
    found: list[tuple[float, float, float]] = []
    for start, stop, size in spans:
        end = start + usual if dense else max(stop, start + THINNEST * span)
        begins, width, height = found[-1] if found else (-np.inf, 0.0, 0.0)
        if dense and start - begins - width < 0.5 * usual and height == size / largest:
            found[-1] = (begins, end - begins, height)
        else:
            found.append((start, end - start, size / largest))
    return found


def draw_strip(axes: Axes, data: xr.Dataset) -> None:
    """Doses, bouts, stress and challenges: a row for each kind in each arm."""
    per, _ = time_unit(data)
    hours, colours = data["time"].values, {arm: style["color"] for arm, style in styles(data).items()}
    rows, labels = marked_rows(data), []
    for row, (arm, kind, spans) in enumerate(rows):
        for start, width, height in bars(spans, hours[-1] - hours[0]):
            where = [(start / per, width / per)]
            axes.broken_barh(where, (row + 0.85, -0.7 * height), color=colours.get(arm, GREY), linewidth=0)
        labels.append(literal(_label(arm, kind, len(colours))))
    axes.set_ylim(len(rows), 0)
    axes.set_yticks(np.arange(len(rows)) + 0.5, labels)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)


def _label(arm: str, kind: str, count: int) -> str:
    """A row's name; an arm that is called after what it gets is not named twice."""
    if not arm:
        return f"all: {kind}" if count > 1 else kind
    return arm if kind in arm else f"{arm}: {kind}"


def shade(axes: Axes, data: xr.Dataset) -> None:
    """What happens rarely, as a grey stretch of a panel."""
    per, _ = time_unit(data)
    first, last = data["time"].values[[0, -1]]
    rows = marked_rows(data)
    for kind in dict.fromkeys(kind for _, kind, _ in rows):
        stretches = {(start, stop) for _, of, spans in rows if of == kind for start, stop, _ in spans}
        for start, stop in stretches if len(stretches) <= FEW else ():
            end = max(stop, start + THINNEST * (last - first))
            axes.axvspan(start / per, end / per, color=GREY, alpha=0.2, linewidth=0, zorder=0)
