"""Small figures of a worksheet as inline SVG: black and white, and legible on paper."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from neurokyn.report.style import STEPS

Scale = Callable[[float], float]  # from a value to its place on paper
DASHES = ("", "7 4", "2 4", "9 3 2 3")
POINTS = 200  # of a course on paper


@dataclass(frozen=True)
class Axes:
    """Axes to draw on.

    Parameters
    ----------
    across, up : (float, float)
        Ends.
    across_title, up_title : str
        With units.
    log : bool
        Whether the horizontal axis is logarithmic.
    marks : tuple of float
        Places with a thin line upwards, where a sketch is compared; round numbers if none are given.
    """

    across: tuple[float, float]
    up: tuple[float, float]
    across_title: str
    up_title: str
    log: bool = False
    marks: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Trace:
    """A course: its name, where, how much (ndarrays of shape (n,))."""

    name: str
    at: np.ndarray
    course: np.ndarray


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers between two ends.

    Parameters
    ----------
    low, high : float
        Ends.
    most : int
        How many at most.

    Returns
    -------
    list of float
        Rising.

    Examples
    --------
    >>> ticks(0.0, 12.0), ticks(0.5, 3.0)
    ([0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0], [0.5, 1.0, 1.5, 2.0, 2.5, 3.0])
    """
    size = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(part * size for part in (*STEPS, 20) if (high - low) / (part * size) <= most)
    first = math.ceil(low / step - 1e-9)
    return [round(k * step, 10) for k in range(first, math.floor(high / step + 1e-9) + 1)]


def axes_svg(axes: Axes, traces: Sequence[Trace], title: str, *, small: bool = False) -> str:
    """A figure as an SVG element.

    Parameters
    ----------
    axes : Axes
        Where to draw.
    traces : sequence of Trace
        What to draw; none leaves room for a pencil.
    title : str
        Read out where it cannot be seen.
    small : bool
        Half as high.

    Returns
    -------
    str
        With everything escaped.
    """
    wide, high = (420, 240) if small else (700, 300)
    box = (62.0, 12.0, wide - 14.0, high - 44.0)  # left, top, right, bottom
    x, y = _scale(axes.across, (box[0], box[2]), log=axes.log), _scale(axes.up, (box[3], box[1]))
    parts = [*_grid(axes, box, x, y)]
    for k, trace in enumerate(traces):
        keep = np.unique(np.linspace(0, len(trace.at) - 1, min(POINTS, len(trace.at))).round().astype(int))
        points = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in zip(trace.at[keep], trace.course[keep], strict=True))
        dash = f' stroke-dasharray="{DASHES[k % len(DASHES)]}"' if DASHES[k % len(DASHES)] else ""
        parts.append(f'<polyline points="{points}" fill="none" stroke="#000" stroke-width="2"{dash}/>')
    middle, centre = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    parts.append(_text(middle, high - 6, axes.across_title))
    parts.append(_text(14, centre, axes.up_title, more=f' transform="rotate(-90 14 {centre:.1f})"'))
    return (
        f'<svg viewBox="0 0 {wide} {high}" role="img" xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" '
        f'font-size="{12 if small else 13}"><title>{escape(title)}</title>{"".join(parts)}</svg>'
    )


def _scale(ends: tuple[float, float], pixels: tuple[float, float], *, log: bool = False) -> Scale:
    """From a value to its place on paper."""
    bend: Scale = math.log if log else float
    low, high = bend(ends[0]), bend(ends[1])
    return lambda value: pixels[0] + (bend(float(value)) - low) / (high - low) * (pixels[1] - pixels[0])


def _grid(axes: Axes, box: tuple[float, float, float, float], x: Scale, y: Scale) -> list[str]:
    """Frame, thin lines and their numbers."""
    left, top, right, bottom = box
    parts = [f'<rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}" fill="none" stroke="#000"/>']
    for value in ticks(*axes.up):
        parts.append(_line(left, y(value), right, y(value)))
        parts.append(_text(left - 6, y(value) + 4, f"{value:g}".replace("-", "−"), anchor="end"))
    for value in axes.marks or ticks(*axes.across, most=8):
        parts += [_line(x(value), top, x(value), bottom), _text(x(value), bottom + 16, f"{value:g}")]
    return parts


def _line(x0: float, y0: float, x1: float, y1: float) -> str:
    return f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" stroke="#999" stroke-width="0.6"/>'


def _text(x: float, y: float, text: str, *, anchor: str = "middle", more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(text)}</text>'
