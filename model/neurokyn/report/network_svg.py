"""A diagram as SVG: colours from `currentColor` and a few classes, a title and a description for who cannot see it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape

from neurokyn.report.layered import Box, Pair, Point
from neurokyn.report.network import KEY, LINE, Line, Network, Node

READ_WIDTH, FLOW_WIDTH = 1.6, 5.0
HEAD = 9.0  # length of an arrowhead on a thin line
STYLE = """
.network { color: #1a1a1a; --page: #ffffff; --raises: #0072B2; --lowers: #D55E00; --both: #CC79A7; --quiet: #808080; }
@media (prefers-color-scheme: dark) {
  .network { color: #f2f2f2; --page: #16181c; --raises: #56B4E9; --lowers: #E69F00; --both: #CC79A7; --quiet: #9a9a9a; }
}
.network .paper { fill: var(--page); }
.network .node rect { fill: var(--page); stroke: currentColor; stroke-width: 1.8; }
.network .node.taken rect { stroke-dasharray: 5 3; }
.network .node.world circle { fill: none; stroke: currentColor; stroke-width: 1.6; }
.network text { fill: currentColor; font: 18px "Helvetica Neue", Arial, sans-serif; text-anchor: middle; }
.network .key text { text-anchor: start; font-size: 17px; }
.network .line path { fill: none; stroke: var(--colour); }
.network .line .head { fill: var(--colour); stroke: var(--colour); stroke-width: 1; }
.network .line .bar { fill: none; stroke: var(--colour); stroke-width: 3.2; }
.network .line .ring { fill: var(--page); stroke: var(--colour); stroke-width: 1.8; }
.network .raises { --colour: var(--raises); }
.network .lowers { --colour: var(--lowers); }
.network .both { --colour: var(--both); }
.network .quiet { --colour: var(--quiet); }
.network .plain { --colour: currentColor; }
"""
CLASSES = {"raises": "raises", "lowers": "lowers", "raises or lowers": "both", "does not move": "quiet", "": "quiet"}


def network_svg(
    network: Network, widths: Mapping[Pair, float] | None = None, *, name: str = "network", key: bool = True
) -> str:
    """A diagram as SVG to be put into a page.

    Parameters
    ----------
    network : Network
        What is drawn.
    widths : mapping of (str, str) to float, optional
        Width of each line; thick where matter flows and thin elsewhere if not given.
    name : str
        Begins the ids in it; another one for each diagram of a page.
    key : bool
        Whether the key stands below.

    Returns
    -------
    str
        An `svg` element without a style of its own: the page has `STYLE`.

    Examples
    --------
    >>> from neurokyn.scenario.model import standard_model
    >>> from neurokyn.report.network import system_network
    >>> network_svg(system_network(standard_model())).startswith("<svg")
    True
    """
    place, given = network.placement, widths or {}
    keyed = _key(place.width, place.height) if key else []
    height = place.height + (_key_height(place.width) if key else 0)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="network" viewBox="0 0 {place.width:.0f} {height:.0f}" '
            f'role="img" aria-labelledby="{name}-title {name}-text">',
            f'<title id="{name}-title">{escape(network.title)}</title>',
            f'<desc id="{name}-text">{escape(network.text)}</desc>',
            *(_drawn(line, place.paths[line.pair], given.get(line.pair)) for line in network.lines),
            *(_box(node, network.box(name)) for name, node in network.nodes.items()),
            *keyed,
            "</svg>",
        ]
    )


def standalone(svg: str) -> str:
    """The same SVG as a file of its own, with its colours and a sheet of paper."""
    head, rest = svg.split("\n", 1)
    return f'{head}\n<style>{STYLE}</style>\n<rect class="paper" width="100%" height="100%"/>\n{rest}\n'


def _drawn(line: Line, points: list[Point], width: float | None) -> str:
    thick = width if width is not None else FLOW_WIDTH if line.matter else READ_WIDTH
    kind = "flow" if line.matter else "read"
    ending, path = _ended(points, line.symbol, thick)
    return (
        f'<g class="line {kind} {_colour(line)}" data-line="{escape(line.source)}&gt;{escape(line.target)}" '
        f'data-tip="{points[-1][0]:.1f} {points[-1][1]:.1f}">'
        f"<title>{escape(line.text)}</title>"
        f'<path d="{_path(path)}" stroke-width="{thick:.1f}"/>{ending}</g>'
    )


def _colour(line: Line) -> str:
    return "plain" if line.matter and not line.quantities else CLASSES[line.way]


def _ended(points: list[Point], symbol: str, width: float) -> tuple[str, list[Point]]:
    """The mark at the end of a line, and the line as far as it."""
    (x, y), (bx, by) = points[-1], points[-2]
    length = math.hypot(x - bx, y - by) or 1.0
    ux, uy = (x - bx) / length, (y - by) / length
    size = HEAD + 0.9 * width if symbol == "arrow" else HEAD
    back = {"arrow": size, "bar": 4.0, "diamond": size, "ring": 8.0}[symbol]
    end = (x - ux * back, y - uy * back)
    shorter = [*points[:-1], end]
    across = (-uy, ux)
    if symbol == "bar":
        reach = 8.0
        a, b = ((end[0] + s * reach * across[0], end[1] + s * reach * across[1]) for s in (1, -1))
        return f'<path class="bar" d="M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}"/>', shorter
    if symbol == "ring":
        return f'<circle class="ring" cx="{x - ux * 4:.1f}" cy="{y - uy * 4:.1f}" r="4"/>', shorter
    half = size * (0.5 if symbol == "arrow" else 0.42)
    middle = (x - ux * back / 2, y - uy * back / 2) if symbol == "diamond" else end
    sides = [(middle[0] + s * half * across[0], middle[1] + s * half * across[1]) for s in (1, -1)]
    corners = [(x, y), sides[0], *([end] if symbol == "diamond" else []), sides[1]]
    return f'<path class="head" d="M{"L".join(f"{a:.1f} {b:.1f}" for a, b in corners)}Z"/>', shorter


def _path(points: list[Point]) -> str:
    pieces = [f"C{' '.join(f'{x:.1f} {y:.1f}' for x, y in points[k : k + 3])}" for k in range(1, len(points), 3)]
    return f"M{points[0][0]:.1f} {points[0][1]:.1f}{''.join(pieces)}"


def _box(node: Node, box: Box) -> str:
    start = f'<g class="node {node.kind}" data-node="{escape(node.name)}">'
    if node.kind == "world":
        return f'{start}<circle cx="{box.x:.1f}" cy="{box.y:.1f}" r="{box.width / 2:.1f}"/></g>'
    first = box.y - (len(node.lines) - 1) * LINE / 2 + 6
    words = "".join(
        f'<tspan x="{box.x:.1f}" y="{first + k * LINE:.1f}">{escape(line)}</tspan>' for k, line in enumerate(node.lines)
    )
    left, top = box.x - box.width / 2, box.y - box.height / 2
    corner = f'x="{left:.1f}" y="{top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="8"'
    return f"{start}<title>{escape(node.title)}</title><rect {corner}/><text>{words}</text></g>"


def _key_columns(width: float) -> int:
    return max(int(width // 270), 1)


def _key_height(width: float) -> float:
    return 16 + 30.0 * -(-len(KEY) // _key_columns(width))


def _key(width: float, top: float) -> list[str]:
    """What the ends and widths mean."""
    columns = _key_columns(width)
    found = ['<g class="key">']
    for k, (line, words) in enumerate(KEY):
        x, y = 24 + (k % columns) * (width - 48) / columns, top + 20 + 30 * (k // columns)
        thick = FLOW_WIDTH if line.matter else READ_WIDTH
        ending, path = _ended([(x, y), (x + 15, y), (x + 30, y), (x + 46, y)], line.symbol, thick)
        found.append(f'<g class="line {_colour(line)}"><path d="{_path(path)}" stroke-width="{thick}"/>{ending}</g>')
        found.append(f'<text x="{x + 56:.1f}" y="{y + 6:.1f}">{escape(words)}</text>')
    return [*found, "</g>"]
