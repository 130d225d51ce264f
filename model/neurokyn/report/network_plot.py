"""A diagram as a Matplotlib figure, for documents."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from neurokyn.report.layered import Box, Pair, Placement, Point
from neurokyn.report.network import KEY, LINE, SYMBOLS, Line, Network, Node
from neurokyn.report.style import BLACK, BLUE, GREY, PURPLE, VERMILION, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = {"arrow": BLUE, "bar": VERMILION, "diamond": PURPLE, "ring": GREY}
INK, PAPER = BLACK, "white"
NAMES, WORDS = 12.5, 11.0  # points
PER_INCH = 96.0  # units of the diagram
READ_WIDTH, FLOW_WIDTH = 1.3, 3.6  # points
HEAD = 9.0
KEY_LINE = 30.0


def network_figure(network: Network, widths: Mapping[Pair, float] | None = None) -> Figure:
    """Draw a diagram.

    Parameters
    ----------
    network : Network
        What is drawn.
    widths : mapping of (str, str) to float, optional
        Width of each line in points; thick where matter flows and thin elsewhere if not given.

    Returns
    -------
    Figure
        At the size at which its letters are 11 points high; legible at half of it.
    """
    from matplotlib.figure import Figure

    place, given = network.placement, widths or {}
    height = place.height + KEY_LINE * (len(KEY) + 1) / 2 + 10
    with style():
        figure = Figure(figsize=(place.width / PER_INCH, height / PER_INCH))
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_axis_off()
        axes.set_xlim(0, place.width)
        axes.set_ylim(height, 0)
        for line in network.lines:
            _draw(axes, line, place.paths[line.pair], given.get(line.pair))
        for name, node in network.nodes.items():
            _write(axes, node, network.box(name))
        _explain(axes, place)
    return figure


def _explain(axes: Axes, place: Placement) -> None:
    """What the ends and widths mean, in two columns below."""
    for k, (line, words) in enumerate(KEY):
        x, y = 24 + (k % 2) * place.width / 2, place.height + 12 + KEY_LINE * (k // 2)
        _draw(axes, line, [(x, y), (x + 15, y), (x + 30, y), (x + 46, y)], None)
        axes.text(x + 58, y, words, fontsize=WORDS, color=INK, va="center")


def _draw(axes: Axes, line: Line, points: list[Point], width: float | None) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    thick = width if width is not None else FLOW_WIDTH if line.matter else READ_WIDTH
    symbol = line.symbol
    colour = INK if line.matter and not line.quantities else COLOURS[SYMBOLS[line.way]]
    (x, y), (bx, by) = points[-1], points[-2]
    length = math.hypot(x - bx, y - by) or 1.0
    along = ((x - bx) / length, (y - by) / length)
    size = HEAD + 1.4 * thick if symbol == "arrow" else HEAD
    back = {"arrow": size, "bar": 4.0, "diamond": size, "ring": 8.0}[symbol]
    end = (x - along[0] * back, y - along[1] * back)
    codes = [Path.MOVETO, *[Path.CURVE4] * (len(points) - 1)]
    path = Path([*points[:-1], end], codes)
    axes.add_patch(PathPatch(path, fill=False, edgecolor=colour, linewidth=thick, capstyle="butt"))
    _end(axes, symbol, (x, y), end, along, size, colour)


def _end(axes: Axes, symbol: str, tip: Point, end: Point, along: Point, size: float, colour: str) -> None:
    """The mark at the end of a line."""
    from matplotlib.patches import Circle, Polygon

    across = (-along[1], along[0])

    def side(of: Point, reach: float) -> Point:
        return of[0] + reach * across[0], of[1] + reach * across[1]

    if symbol == "bar":
        (ax, ay), (bx, by) = side(end, 8.0), side(end, -8.0)
        axes.plot([ax, bx], [ay, by], color=colour, linewidth=2.4, solid_capstyle="butt")
    elif symbol == "ring":
        centre = (tip[0] - 4 * along[0], tip[1] - 4 * along[1])
        axes.add_patch(Circle(centre, 4.0, facecolor=PAPER, edgecolor=colour, linewidth=1.3, zorder=3))
    else:
        arrow = symbol == "arrow"
        middle = end if arrow else ((tip[0] + end[0]) / 2, (tip[1] + end[1]) / 2)
        half = size * (0.5 if arrow else 0.42)
        corners = [tip, side(middle, half), *([] if arrow else [end]), side(middle, -half)]
        axes.add_patch(Polygon(corners, closed=True, facecolor=colour, edgecolor=colour, linewidth=0.5, zorder=3))


def _write(axes: Axes, node: Node, box: Box) -> None:
    from matplotlib.patches import Circle, FancyBboxPatch

    if node.kind == "world":
        axes.add_patch(Circle((box.x, box.y), box.width / 2, fill=False, edgecolor=INK, linewidth=1.2))
        return
    corner = (box.x - box.width / 2 + 6, box.y - box.height / 2 + 6)
    style = "round,pad=6,rounding_size=8"
    dashes = (0, (4, 2.5)) if node.kind == "taken" else "-"
    axes.add_patch(
        FancyBboxPatch(
            corner, box.width - 12, box.height - 12, boxstyle=style, facecolor=PAPER, edgecolor=INK, linewidth=1.3,
            linestyle=dashes, zorder=4,
        )
    )  # fmt: skip
    for k, words in enumerate(node.lines):
        middle = box.y + (k - (len(node.lines) - 1) / 2) * LINE
        axes.text(box.x, middle, words, fontsize=NAMES, color=INK, ha="center", va="center", zorder=5)
