"""Flow diagrams of the pages as drawings: the Mermaid text that a code host shows becomes SVG here, without a script.

Only what `neurokyn.report.diagram` writes is understood; anything else is an error that shows the line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from docutils import nodes
from docutils.parsers.rst import Directive
from neurokyn.report.layered import Box, Point, layered
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

SHAPES = {"([": "input", "[/": "drive", "((": "outside", "[": "state", "(": "relation"}
NODE = re.compile(r'(\w+)(?:(\(\[|\[/|\(\(|\[|\()\s*(?:"([^"]*)")?\s*(?:\]\)|/\]|\)\)|\]|\)))?')
ARROW = re.compile(r'^(?P<left>\S.*?) (?P<line>-->|-\.->|==>)(?:\|"(?P<label>[^"]*)"\|)? (?P<right>.+)$')
LINES = {"-->": "flow", "-.->": "follows", "==>": "matter"}
GLYPH, LINE = 7.3, 16.0  # px, of a monospaced letter at 12 px
PADDING, DOT, HEAD = 10.0, 5.0, 7.0  # px
APART, BROADEST = (9.0, 20.0), 760.0  # px, between boxes and between layers; of a layer
LEAST = 0.75  # how far a drawing may shrink


@dataclass
class Drawing:
    """What a diagram says: boxes with shape and words, arrows with line and label."""

    boxes: dict[str, tuple[str, str]] = field(default_factory=dict)
    arrows: list[tuple[str, str, str, str]] = field(default_factory=list)


def read(text: str) -> Drawing:
    """Boxes and arrows of a diagram in Mermaid's words.

    Parameters
    ----------
    text : str
        Begins with "flowchart LR" or "flowchart TB".

    Returns
    -------
    Drawing
        In the order of the lines.

    Raises
    ------
    ValueError
        If a line is neither a box nor an arrow; shows it.
    """
    first, *lines = [line.strip() for line in text.splitlines() if line.strip()]
    if first not in ("flowchart LR", "flowchart TB"):
        raise ValueError(f"a diagram begins with 'flowchart LR' or 'flowchart TB', not '{first}'")
    drawing = Drawing()
    for line in lines:
        found = ARROW.match(line)
        if found:
            ends = [_box(drawing, found[side]) for side in ("left", "right")]
            drawing.arrows.append((ends[0], ends[1], LINES[found["line"]], found["label"] or ""))
        else:
            _box(drawing, line)
    return drawing


def _box(drawing: Drawing, text: str) -> str:
    found = NODE.fullmatch(text.strip())
    if not found:
        raise ValueError(f"a diagram has a line that is neither a box nor an arrow: '{text}'")
    name, shape, words = found.groups()
    if shape or name not in drawing.boxes:
        drawing.boxes[name] = (SHAPES[shape] if shape else "state", words or "")
    return name


def pieces(drawing: Drawing) -> list[Drawing]:
    """The parts of a diagram that no arrow joins, largest first.

    Parameters
    ----------
    drawing : Drawing
        What to draw.

    Returns
    -------
    list of Drawing
        Each hangs together.
    """
    sets = [{name} for name in drawing.boxes]
    for source, target, _, _ in drawing.arrows:
        joined = [found for found in sets if source in found or target in found]
        sets = [found for found in sets if found not in joined] + [set().union(*joined)]
    return [
        Drawing(
            {name: box for name, box in drawing.boxes.items() if name in names},
            [arrow for arrow in drawing.arrows if arrow[0] in names],
        )
        for names in sorted(sets, key=lambda names: (-len(names), min(names)))
    ]


def draw(drawing: Drawing, title: str) -> str:
    """The diagram as SVG in the colours of the page.

    Parameters
    ----------
    drawing : Drawing
        What to draw.
    title : str
        For who does not see it.

    Returns
    -------
    str
        An `svg` element.
    """
    sizes = {name: _size(shape, words) for name, (shape, words) in drawing.boxes.items()}
    parts: list[tuple[str, str, str]] = []  # from, to, line: an arrow with a label passes it as if it were a box
    labels: dict[str, str] = {}
    for k, (source, target, line, label) in enumerate(drawing.arrows):
        if label:
            labels[f"label {k}"] = label
            sizes[f"label {k}"] = (len(label) * GLYPH + 4, LINE)
            parts += [(source, f"label {k}", line), (f"label {k}", target, line)]
        else:
            parts.append((source, target, line))
    placed = layered(sizes, {(a, b): 1.0 for a, b, _ in parts}, broadest=BROADEST, apart=APART)
    shapes = [_line(placed.paths[a, b], line, head=b not in labels) for a, b, line in parts]
    shapes += [_shape(shape, words, placed.boxes[name]) for name, (shape, words) in drawing.boxes.items()]
    shapes += [_words(label, placed.boxes[name], "label") for name, label in labels.items()]
    return (
        f'<svg class="flowchart" role="img" aria-label="{escape(title)}" viewBox="0 0 {placed.width:.0f} '
        f'{placed.height:.0f}" width="{placed.width:.0f}" style="min-width: {LEAST * placed.width:.0f}px" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(shapes)}</svg>'
    )


def _size(shape: str, words: str) -> tuple[float, float]:
    """Width and height of a box."""
    return (2 * DOT, 2 * DOT) if shape == "outside" else (len(words) * GLYPH + 2 * PADDING, LINE + 10)


def _shape(shape: str, words: str, box: Box) -> str:
    if shape == "outside":
        return f'<circle class="outside" cx="{box.x:.1f}" cy="{box.y:.1f}" r="{DOT - 1}"/>'
    width, height = box.width, box.height
    left, top = box.x - width / 2, box.y - height / 2
    if shape == "drive":
        corners = ((left + 5, top), (left + width + 3, top), (left + width - 5, top + height), (left - 3, top + height))
        outline = f'<polygon class="drive" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in corners)}"/>'
    else:
        radius = {"state": 2, "relation": 7, "input": height / 2}[shape]
        at = f'x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius}"'
        outline = f'<rect class="{shape}" {at}/>'
    return outline + _words(words, box, "name")


def _words(words: str, box: Box, kind: str) -> str:
    return f'<text class="{kind}" x="{box.x:.1f}" y="{box.y:.1f}">{escape(words)}</text>'


def _line(points: Sequence[Point], kind: str, *, head: bool) -> str:
    """A curve, and its head where it ends at a box."""
    *others, (x, y) = points
    down = y > points[0][1]
    step = HEAD if down else -HEAD
    end = (x, y - step) if head else (x, y)
    words = [f"{a:.1f} {b:.1f}" for a, b in [*others, end]]
    path = f'<path class="{kind}" d="M{words[0]}C{" ".join(words[1:])}"/>'
    corners = ((x, y), (x - HEAD / 2, y - step), (x + HEAD / 2, y - step))
    tip = " ".join(f"{a:.1f},{b:.1f}" for a, b in corners)
    return path + (f'<polygon class="head" points="{tip}"/>' if head else "")


class Flowchart(Directive):
    """A ```mermaid fence."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """The drawing, in a frame that scrolls where the page is narrow."""
        try:
            drawing = read("\n".join(self.content))
        except ValueError as problem:
            raise self.error(str(problem)) from problem
        pictures = "".join(draw(piece, _title(piece)) for piece in pieces(drawing))
        return [nodes.raw("", f'<div class="wide flowcharts" tabindex="0">{pictures}</div>', format="html")]


def _title(drawing: Drawing) -> str:
    return f"Flow diagram of {len(drawing.boxes)} boxes and {len(drawing.arrows)} arrows; the equations say the same"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register with Sphinx."""
    app.add_directive("mermaid", Flowchart)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
