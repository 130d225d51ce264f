"""Boxes in layers and the curves between them: where the parts of a diagram lie.

After Sugiyama: circles are opened, boxes put on layers, long lines given a place on every layer they pass, layers
ordered for few crossings, and all moved so that lines run straight. Everything is deterministic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

Pair = tuple[str, str]
Point = tuple[float, float]
ROUNDS = 40  # of ordering and of moving; both have long settled by then
DUMMY = 15.0  # width of a line's place on a layer
PORT = 20.0  # between the ends of lines at a box, at least
INSET = 14.0  # of the outermost lines from the corners of a box


@dataclass(frozen=True)
class Box:
    """Where a node lies.

    Parameters
    ----------
    x, y : float
        The centre.
    width, height : float
        Its size.
    """

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Placement:
    """Where everything lies.

    Parameters
    ----------
    boxes : dict of str to Box
        By node.
    paths : dict of (str, str) to list of (float, float)
        Cubic Bézier curves from source to target: a start, then three points for each piece.
    width, height : float
        Of the whole; it begins at 0, 0.
    """

    boxes: dict[str, Box]
    paths: dict[Pair, list[Point]]
    width: float
    height: float


def layered(
    sizes: Mapping[str, tuple[float, float]],
    edges: Mapping[Pair, float],
    *,
    broadest: float = 760.0,
    apart: tuple[float, float] = (24.0, 62.0),
) -> Placement:
    """Put boxes on layers and lead curves between them.

    Parameters
    ----------
    sizes : mapping of str to (float, float)
        Width and height of each node.
    edges : mapping of (str, str) to float
        From, to, and weight: of two that run against each other the heavier points down. None joins a node to itself.
    broadest : float
        Boxes on a layer, with what stands between them.
    apart : (float, float)
        Between boxes of a layer, and between layers.

    Returns
    -------
    Placement
        Boxes that do not overlap, and curves that pass between them.

    Examples
    --------
    >>> placed = layered({"a": (80, 30), "b": (80, 30)}, {("a", "b"): 1})
    >>> placed.boxes["a"].y < placed.boxes["b"].y
    True
    """
    wide = {name: (max(width, _least(name, edges)), height) for name, (width, height) in sizes.items()}
    placed = [_component(names, wide, edges, broadest, apart) for names in _components(list(sizes), list(edges))]
    return _shelved(placed, broadest)


def _shelved(parts: Sequence[Placement], broadest: float) -> Placement:
    """Placements beside one another, those for which there is no more room below."""
    boxes: dict[str, Box] = {}
    paths: dict[Pair, list[Point]] = {}
    left, top, width, height = 0.0, 0.0, 0.0, 0.0
    for part in parts:
        if left and left + part.width > broadest:
            left, top = 0.0, height
        boxes |= {name: replace(box, x=box.x + left, y=box.y + top) for name, box in part.boxes.items()}
        paths |= {edge: [(x + left, y + top) for x, y in points] for edge, points in part.paths.items()}
        left += part.width
        width, height = max(width, left), max(height, top + part.height)
    return Placement(boxes, paths, width, height)


def _least(name: str, edges: Mapping[Pair, float]) -> float:
    """The width at which the ends of all lines have room on either side of a box."""
    ends = max(sum(a == name for a, _ in edges), sum(b == name for _, b in edges))
    return 2 * INSET + (ends - 1) * PORT if ends > 1 else 0.0


def _components(names: list[str], edges: Sequence[Pair]) -> list[list[str]]:
    """Nodes that hang together, the largest such set first."""
    of = {name: k for k, name in enumerate(names)}
    for a, b in edges:
        one, two = of[a], of[b]
        of = {name: min(one, two) if k in (one, two) else k for name, k in of.items()}
    sets = [[name for name in names if of[name] == k] for k in dict.fromkeys(of.values())]
    return sorted(sets, key=lambda found: -len(found))


def _component(
    names: list[str],
    every: Mapping[str, tuple[float, float]],
    edges: Mapping[Pair, float],
    broadest: float,
    apart: tuple[float, float],
) -> Placement:
    """Nodes that hang together, placed by themselves."""
    sizes = {name: every[name] for name in names}
    mine = {pair: weight for pair, weight in edges.items() if pair[0] in sizes}
    order = _opened(names, mine)
    rank = {name: k for k, name in enumerate(order)}
    down = [(a, b) if rank[a] < rank[b] else (b, a) for a, b in mine]
    layer = _layers(order, down, {name: width + apart[0] for name, (width, _) in sizes.items()}, broadest)
    chains = {edge: _chain(edge, to, layer) for edge, to in zip(mine, down, strict=True)}
    rows = _ordered(_rows(layer, chains), list(chains.values()))
    widths = {name: sizes.get(name, (DUMMY - apart[0], 0))[0] for row in rows for name in row}
    x = _moved(rows, list(chains.values()), widths, apart[0])
    heights = [max(sizes[name][1] for name in row if name in sizes) for row in rows]
    return _drawn(rows, chains, x, sizes, heights, apart)


def _opened(names: list[str], edges: Mapping[Pair, float]) -> list[str]:
    """An order against which little weight runs (Eades, Lin and Smyth)."""
    left, first, last = list(names), list[str](), list[str]()
    while left:
        outs = {n: sum(w for (a, b), w in edges.items() if a == n and b in left) for n in left}
        ins = {n: sum(w for (a, b), w in edges.items() if b == n and a in left) for n in left}
        chosen = next((n for n in left if not outs[n]), None)
        if chosen is not None:
            last.insert(0, chosen)
        else:
            chosen = next((n for n in left if not ins[n]), None) or max(left, key=lambda n: outs[n] - ins[n])
            first.append(chosen)
        left.remove(chosen)
    return first + last


def _layers(order: list[str], edges: Sequence[Pair], widths: Mapping[str, float], broadest: float) -> dict[str, int]:
    """The layer of each node: below all it follows, where there is room, and near what it is joined to."""
    layer: dict[str, int] = {}
    for name in order:
        place = 1 + max((layer[a] for a, b in edges if b == name), default=-1)
        while not _fits(name, place, layer, widths, broadest):
            place += 1
        layer[name] = place
    for _ in range(ROUNDS):
        before = dict(layer)
        for name in reversed(order):
            layer[name] = _best_layer(name, layer, edges, widths, broadest)
        if layer == before:
            break
    used = sorted(set(layer.values()))
    return {name: used.index(k) for name, k in layer.items()}


def _fits(name: str, place: int, layer: Mapping[str, int], widths: Mapping[str, float], broadest: float) -> bool:
    taken = sum(widths[other] for other, k in layer.items() if k == place and other != name)
    return not taken or taken + widths[name] <= broadest


def _best_layer(
    name: str, layer: Mapping[str, int], edges: Sequence[Pair], widths: Mapping[str, float], broadest: float
) -> int:
    above = [layer[a] for a, b in edges if b == name]
    below = [layer[b] for a, b in edges if a == name]
    now = layer[name]
    choices = range(max(above, default=-1) + 1, min(below, default=max(layer.values()) + 1))
    room = [k for k in choices if k == now or _fits(name, k, layer, widths, broadest)]
    return min(room, key=lambda k: (sum(abs(k - v) for v in (*above, *below)), abs(k - now)))


def _chain(edge: Pair, down: Pair, layer: Mapping[str, int]) -> list[str]:
    """The nodes of a line from top to bottom: its ends, and its place on every layer between."""
    between = range(layer[down[0]] + 1, layer[down[1]])
    return [down[0], *(f"{edge[0]}>{edge[1]}@{k}" for k in between), down[1]]


def _rows(layer: Mapping[str, int], chains: Mapping[Pair, list[str]]) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(max(layer.values()) + 1)]
    for name, k in layer.items():
        rows[k].append(name)
    for chain in chains.values():
        for k, name in enumerate(chain[1:-1], start=layer[chain[0]] + 1):
            rows[k].append(name)
    return rows


def _ordered(rows: list[list[str]], chains: Sequence[list[str]]) -> list[list[str]]:
    """Rows in an order with few crossings: means of neighbours, down and up, then swaps of neighbours."""
    links = list(dict.fromkeys(link for chain in chains for link in pairwise(chain)))
    best, fewest = rows, _crossings(rows, links)
    for start in (rows, [row[::-1] for row in rows], [row[::2] + row[1::2] for row in rows]):
        current = [list(row) for row in start]
        for k in range(ROUNDS):
            _sweep(current, links, upward=bool(k % 2))
            _swap(current, links)
            crossings = _crossings(current, links)
            if crossings < fewest:
                best, fewest = [list(row) for row in current], crossings
    return best


def _sweep(rows: list[list[str]], links: Sequence[Pair], *, upward: bool) -> None:
    around = [(b, a) if upward else (a, b) for a, b in links]
    for fixed, row in pairwise(rows[::-1] if upward else rows):
        at = {name: k for k, name in enumerate(fixed)}
        means = {}
        for k, name in enumerate(row):
            found = [at[a] for a, b in around if b == name and a in at]
            means[name] = sum(found) / len(found) if found else k * len(fixed) / len(row)
        row.sort(key=lambda name: means[name])


def _swap(rows: list[list[str]], links: Sequence[Pair]) -> None:
    """Swap neighbours of a row where that saves crossings."""
    for k, row in enumerate(rows):
        near = [r for r in (rows[k - 1] if k else [], rows[k + 1] if k + 1 < len(rows) else []) if r]
        at = [{name: j for j, name in enumerate(r)} for r in near]
        beside = {n: [[p[m] for a, b in links for m in (a, b) if n in (a, b) and m in p] for p in at] for n in row}
        for j in range(len(row) - 1):
            one, two = beside[row[j]], beside[row[j + 1]]
            now = sum(x > y for a, b in zip(one, two, strict=True) for x in a for y in b)
            then = sum(x < y for a, b in zip(one, two, strict=True) for x in a for y in b)
            if then < now:
                row[j], row[j + 1] = row[j + 1], row[j]


def _crossings(rows: Sequence[Sequence[str]], links: Sequence[Pair]) -> int:
    total = 0
    for upper, lower in pairwise(rows):
        up, down = ({name: k for k, name in enumerate(row)} for row in (upper, lower))
        ends = sorted((up[a], down[b]) for a, b in links if a in up and b in down)
        total += sum(b > d for k, (_, b) in enumerate(ends) for _, d in ends[k + 1 :])
    return total


def _moved(
    rows: Sequence[Sequence[str]], chains: Sequence[list[str]], widths: Mapping[str, float], gap: float
) -> dict[str, float]:
    """Positions along the rows: near the mean of the neighbours, in order, and apart."""
    around: dict[str, list[tuple[str, float]]] = {name: [] for row in rows for name in row}
    for chain in chains:
        for a, b in pairwise(chain):
            weight = (1.0, 2.0, 8.0)[("@" in a) + ("@" in b)]  # long lines run straight first
            around[a].append((b, weight))
            around[b].append((a, weight))
    x: dict[str, float] = {}
    for row in rows:
        x |= _apart(row, dict.fromkeys(row, 0.0), widths, gap)
    for k in range(2 * ROUNDS):
        for row in rows if k % 2 else rows[::-1]:
            wanted = {n: (x[n] + sum(w * x[m] for m, w in around[n])) / (1 + sum(w for _, w in around[n])) for n in row}
            x |= _apart(row, wanted, widths, gap)
    return x


def _apart(
    row: Sequence[str], wanted: Mapping[str, float], widths: Mapping[str, float], gap: float
) -> dict[str, float]:
    """The positions nearest to those wanted that keep the order and the distances (pooled adjacent violators)."""
    offset, offsets = 0.0, [0.0]
    for a, b in pairwise(row):
        offset += (widths[a] + widths[b]) / 2 + gap
        offsets.append(offset)
    blocks: list[tuple[float, int]] = []  # sum and size
    for name, shift in zip(row, offsets, strict=True):
        total, size = wanted[name] - shift, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / size:
            other, count = blocks.pop()
            total, size = total + other, size + count
        blocks.append((total, size))
    places = [total / size for total, size in blocks for _ in range(size)]
    return {name: place + shift for name, place, shift in zip(row, places, offsets, strict=True)}


def _drawn(
    rows: Sequence[Sequence[str]],
    chains: Mapping[Pair, list[str]],
    x: Mapping[str, float],
    sizes: Mapping[str, tuple[float, float]],
    heights: Sequence[float],
    apart: tuple[float, float],
) -> Placement:
    """Boxes and curves, moved to begin at the margin."""
    reach = [(x[n] - sizes.get(n, (0, 0))[0] / 2, x[n] + sizes.get(n, (0, 0))[0] / 2) for row in rows for n in row]
    margin = apart[0]
    left, right = min(a for a, _ in reach) - margin, max(b for _, b in reach) + margin
    tops, top = [], margin
    for height in heights:
        tops.append(top)
        top += height + apart[1]
    middle = {n: tops[k] + heights[k] / 2 for k, row in enumerate(rows) for n in row}
    boxes = {n: Box(x[n] - left, middle[n], *sizes[n]) for n in sizes}
    bands = {n: (tops[k], tops[k] + heights[k]) for k, row in enumerate(rows) for n in row}
    centre = {n: value - left for n, value in x.items()}
    ports = _ports(chains, centre, boxes)
    paths = {edge: _curve(edge, chain, centre, boxes, bands, ports) for edge, chain in chains.items()}
    return Placement(boxes, paths, right - left, top - apart[1] + margin)


def _ports(
    chains: Mapping[Pair, list[str]], centre: Mapping[str, float], boxes: Mapping[str, Box]
) -> dict[tuple[Pair, bool], float]:
    """Where each line meets the lower side of its upper box and the upper side of its lower one."""
    found: dict[tuple[Pair, bool], float] = {}
    for name, box in boxes.items():
        for lower in (True, False):
            mine = [(e, c) for e, c in chains.items() if c[0 if lower else -1] == name]
            mine.sort(key=lambda item: (centre[item[1][1 if lower else -2]], item[0]))
            room = box.width - 2 * INSET
            step = min(room / max(len(mine) - 1, 1), 30.0)
            for k, (edge, _) in enumerate(mine):
                found[edge, lower] = box.x + (k - (len(mine) - 1) / 2) * step
    return found


def _curve(
    edge: Pair,
    chain: list[str],
    centre: Mapping[str, float],
    boxes: Mapping[str, Box],
    bands: Mapping[str, tuple[float, float]],
    ports: Mapping[tuple[Pair, bool], float],
) -> list[Point]:
    """A smooth line through its places, upright where it passes a layer."""
    upper, lower = boxes[chain[0]], boxes[chain[-1]]
    stops = [(ports[edge, True], upper.y + upper.height / 2)]
    for name in chain[1:-1]:
        stops += [(centre[name], bands[name][0]), (centre[name], bands[name][1])]
    stops.append((ports[edge, False], lower.y - lower.height / 2))
    points = [stops[0]]
    for (ax, ay), (bx, by) in pairwise(stops):
        bend = (by - ay) / 2
        points += [(ax, ay + bend), (bx, by - bend), (bx, by)]
    return points if edge[0] == chain[0] else points[::-1]
