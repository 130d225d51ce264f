"""What pictures of trials share: text that fits, who is in them and who is not, the page."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font

from neurokyn.errors import ScenarioError, nearest
from neurokyn.report.style import (
    BLUE,
    DARK_GREY,
    FONTS,
    GREEN,
    HEADING,
    LIGHT_GREY,
    ORANGE,
    PURPLE,
    SHADES,
    SKY,
    SMALL,
    TEXT,
    TITLE,
    VERMILION,
    YELLOW,
)

SYMPTOMS = ("mood.depression", "mood.anxiety")  # scales on which a fall by half is a response
RESPONSE = 0.5
MINUS = "\N{MINUS SIGN}"
CUTS = {"crp": (1.0, 3.0), "severity": (14.0, 19.0, 23.0), "screened": (14.0, 19.0, 23.0)}  # as clinics cut them
FEW_VALUES = 6  # a covariate with no more is shown value by value
BAND = (10, 50, 90)  # % of people
ACROSS = 3  # arms beside one another
# What a change is made of, in the order in which it is stacked: colour and hatching.
PARTS: dict[str, tuple[str, str]] = {
    "biology": (BLUE, ""),
    "expectancy": (ORANGE, "///"),
    "natural course": (LIGHT_GREY, ""),
    "contact": (SKY, "..."),
    "bias": (VERMILION, "xxx"),
}
OTHERS = ((PURPLE, ""), (GREEN, "\\\\\\"), (YELLOW, "++"))


@cache
def inches(text: str, points: float, weight: str = "normal") -> float:
    """How wide a line of text is.

    Examples
    --------
    >>> 0.4 < inches("running", 10) < 0.7
    True
    """
    font = get_font(findfont(FontProperties(family=FONTS[:1], weight=weight)))
    font.set_size(100, 72)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")  # a name in a script the font lacks
        font.set_text(text)
    return float(font.get_width_height()[0]) / 64 / 100 * points / 72


def fitted(text: str, wide: float, points: float, *, lines: int = 2, weight: str = "normal") -> list[str]:
    """Text broken into lines that are no wider than so many inches; what does not fit in the last is cut.

    Examples
    --------
    >>> fitted("running or an antidepressant", 1.2, 10)
    ['running or an', 'antidepressant']
    """
    words, found = [part for word in text.split() for part in _pieces(word, wide, points, weight)], [""]
    for word in words:
        longer = f"{found[-1]} {word}".strip()
        if inches(longer, points, weight) <= wide:
            found[-1] = longer
        else:
            found.append(word)
    if len(found) > lines:
        last = found[lines - 1]
        while last and inches(f"{last}…", points, weight) > wide:
            last = last[:-1]
        found = [*found[: lines - 1], f"{last.rstrip(' ,;')}…"]
    return [line.replace("$", r"\$") for line in found]


def _pieces(word: str, wide: float, points: float, weight: str) -> list[str]:
    """A word that is wider than a line, in parts."""
    if inches(word, points, weight) <= wide:
        return [word]
    most = max(1, math.floor(len(word) * wide / inches(word, points, weight)) - 1)
    return [word[k : k + most] for k in range(0, len(word), most)]


def signed(number: float, digits: int = 1) -> str:
    """A number of points with its sign.

    Examples
    --------
    >>> signed(-1.234), signed(2.0), signed(-0.01)
    ('−1.2', '+2.0', '0.0')
    """
    text = f"{number:+.{digits}f}"
    return text.replace("-", MINUS) if float(text) else text[1:]


def percent(share: float) -> str:
    """A share as it is read."""
    return f"{100 * share:.0f} %"


@dataclass(frozen=True)
class Scores:
    """A read-out of everybody at the visits.

    Parameters
    ----------
    arms, weeks : tuple of str, ndarray
        Names of the arms; when the visits are.
    values : ndarray, shape (n_arms, n_people, n_visits)
        NaN where a course failed or a value is missing.
    done : ndarray of bool, shape (n_arms, n_people)
        Which courses were computed.
    """

    arms: tuple[str, ...]
    weeks: np.ndarray
    values: np.ndarray
    done: np.ndarray

    @property
    def ends(self) -> np.ndarray:
        """Which courses have a first and a last value."""
        return np.asarray(np.isfinite(self.values[..., [0, -1]]).all(axis=-1))

    @property
    def change(self) -> np.ndarray:
        """From the first to the last visit; arm by person."""
        return np.asarray(self.values[..., -1] - self.values[..., 0])

    @property
    def responded(self) -> np.ndarray:
        """Whose score fell by half or more; False where it is not known."""
        first = np.where(self.values[..., 0] > 0, self.values[..., 0], np.nan)
        return np.asarray(self.change <= -RESPONSE * first)

    def note(self, *, ends: bool) -> str:
        """How many are not in the picture, arm by arm; `ends`: only those with a first and a last value are."""
        whole = self.ends if ends else np.isfinite(self.values).all(axis=-1)
        then = "left out" if ends else "shown where it is known"
        failed = counted(self.arms, ~self.done, "failed and left out")
        return f"{failed} {counted(self.arms, self.done & ~whole, f'with a value missing, {then}')}".strip()


def counted(arms: Sequence[str], which: np.ndarray, what: str) -> str:
    """A sentence on how many courses something befell, and in which arms; nothing if none.

    Examples
    --------
    >>> counted(["running", "drug"], np.array([[True, True], [False, True]]), "failed")
    'Courses failed: 3 (running 2, drug 1).'
    """
    each = [f"{arm} {count}" for arm, count in zip(arms, which.sum(axis=1), strict=True) if count]
    return f"Courses {what}: {which.sum()} ({', '.join(each)})." if each else ""


def names_of(courses: xr.Dataset) -> tuple[str, ...]:
    """The arms of courses.

    Raises
    ------
    ScenarioError
        If there are none, or nobody is in them.
    """
    for dimension in ("person", "arm"):
        if not courses.sizes.get(dimension):
            fix = "keep it, as in courses.sel(arm=['running'])" if dimension in courses.coords else "simulate a trial"
            raise ScenarioError(f"these courses have no dimension '{dimension}', or nothing in it", fix=fix)
    return tuple(map(str, courses["arm"].values))


def computed(courses: xr.Dataset) -> np.ndarray:
    """Which courses did not fail, arm by person."""
    if "status" not in courses:
        return np.ones((courses.sizes["arm"], courses.sizes["person"]), dtype=bool)
    return np.asarray(courses["status"].transpose("arm", "person").values == 0)


def scores(courses: xr.Dataset, read_out: str) -> Scores:
    """A read-out of all courses at two visits or more.

    Raises
    ------
    ScenarioError
        If it is not there, there is only one visit, or no course was computed.
    """
    arms, dimensions = names_of(courses), {"person", "arm", "visit"}
    there = [str(name) for name in courses.data_vars if set(courses[name].dims) == dimensions]
    if read_out not in there:
        raise ScenarioError(f"no read-out '{read_out}' at the visits{nearest(read_out, there)}")
    if courses.sizes["visit"] < 2:
        raise ScenarioError("there is one visit only", fix="a change needs two visits or more")
    done = computed(courses)
    values = courses[read_out].transpose("arm", "person", "visit").values.astype(float)
    found = Scores(arms, courses["visit"].values.astype(float), np.where(done[..., None], values, np.nan), done)
    if not found.ends.any():
        raise ScenarioError(f"no course of '{read_out}' has a first and a last value", fix="see its 'status'")
    return found


@dataclass(frozen=True)
class Bins:
    """People by what they bring along: a name for each bin, and everybody's bin (-1 if not known)."""

    title: str
    labels: tuple[str, ...]
    of: np.ndarray


def binned(courses: xr.Dataset, name: str) -> Bins:
    """Clinical bins where there are any, values one by one where there are few, else thirds.

    Raises
    ------
    ScenarioError
        If people have no such covariate, or it is known of nobody.
    """
    there = [str(key) for key in courses.data_vars if courses[key].dims == ("person",)]
    if name not in there:
        raise ScenarioError(f"people have no '{name}'{nearest(name, there)}")
    column, about = courses[name].values, courses[name].attrs
    unit = str(about.get("units", "1"))
    title = str(about.get("long_name", name)) + ("" if unit == "1" else f", {unit}")
    if column.dtype.kind not in "fiu" or (len(np.unique(column)) <= FEW_VALUES and name not in CUTS):
        kinds = [kind for kind in np.unique(column.astype(str)) if kind not in {"", "nan"}]
        if kinds:
            of = np.array([kinds.index(kind) if kind in kinds else -1 for kind in column.astype(str)])
            return Bins(title, tuple(kind.replace("_", " ") for kind in kinds), of)
    values = column.astype(float) if column.dtype.kind in "fiu" else np.full(len(column), np.nan)
    known = np.isfinite(values)
    if not known.any():
        raise ScenarioError(f"'{name}' is known of nobody")
    cuts = CUTS.get(name) or tuple(np.unique(np.quantile(values[known], [1 / 3, 2 / 3]).round(1)))
    raw = np.where(known, np.searchsorted(cuts, values, side="right"), -1)
    used = np.unique(raw[known])
    return Bins(title, tuple(_between(cuts, k) for k in used), np.where(known, np.searchsorted(used, raw), -1))


def _between(cuts: Sequence[float], k: int) -> str:
    """The name of the k-th stretch between cuts."""
    if k == 0:
        return f"below {cuts[0]:g}"
    return f"{cuts[k - 1]:g} or more" if k == len(cuts) else f"{cuts[k - 1]:g} to {cuts[k]:g}"


def grid(
    title: str,
    notes: Iterable[str],
    count: int,
    size: tuple[float, float],
    legend: tuple[Sequence[Artist], Sequence[str]] | None = None,
) -> tuple[Figure, list[Axes]]:
    """A figure with its title, legend, so many panels in rows, and notes; inches, the height that of a row."""
    width, rows = size[0], math.ceil(count / ACROSS)
    left_edge = {"x": 0.1 / width, "ha": "left"}
    heading = fitted(title, width - 0.3, HEADING, weight="bold")
    below = fitted(" ".join(note for note in notes if note), width - 0.3, SMALL, lines=4)
    names, across = legend_names(legend[1], width) if legend else ([], 1)
    heights = [0.25 * math.ceil(len(names) / across), rows * size[1] + 0.17 * len(below)]
    figure = Figure(figsize=(width, sum(heights) + 0.2 * len(heading)), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.06, h_pad=0.05)  # type: ignore[union-attr, call-arg]
    heights = heights if legend else heights[1:]
    parts: Any = figure.subfigures(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0]
    figure.suptitle("\n".join(heading), **left_edge)
    if legend:
        parts[0].legend(legend[0], names, loc="outside upper left", ncols=across)
    parts[-1].supxlabel("\n".join(below), fontsize=SMALL, color=DARK_GREY, **left_edge)
    panels = list(parts[-1].subplots(rows, min(ACROSS, count), squeeze=False).flat)
    for axes in panels[count:]:
        axes.set_visible(False)
    return figure, panels[:count]


def legend_names(names: Sequence[str], width: float) -> tuple[list[str], int]:
    """Names short enough for a legend, and how many of them go in a row."""
    short = ["\n".join(fitted(name, min(3.2, width - 1), TEXT, lines=1)).lstrip("_") for name in names]
    return short, max(1, min(len(short), int((width - 0.3) / (max(inches(name, TEXT) for name in short) + 0.65))))


def beside(title: str, label: str, notes: Iterable[str], counts: Mapping[str, int]) -> tuple[Figure, list[Axes]]:
    """A panel for each arm, named, with the number of people who are in it."""
    across = min(ACROSS, len(counts))
    wide = max(7.5, 3.6 * across)
    figure, panels = grid(title, notes, len(counts), (wide, 3.0))
    for k, (axes, (arm, count)) in enumerate(zip(panels, counts.items(), strict=True)):
        name_panel(axes, arm, wide / across - 0.8, count)
        axes.set_ylabel("" if k % across else label)
        if not count:
            axes.set_axis_off()
            axes.text(0.5, 0.5, "nobody to show", transform=axes.transAxes, ha="center", color=DARK_GREY)
    return figure, panels


def name_panel(axes: Axes, text: str, wide: float, count: int | None = None) -> None:
    """A panel's title, no wider than the panel, with the number of people in it."""
    people = "" if count is None else f" (n = {count})"
    lines = fitted(text, wide - inches(people, TITLE, "bold"), TITLE, weight="bold")
    axes.set_title("\n".join(lines) + people)


def quantiles(values: np.ndarray) -> np.ndarray:
    """The band and the middle at each visit; NaN where nobody was seen."""
    found = np.full((len(BAND), values.shape[1]), np.nan)
    seen = np.isfinite(values).any(axis=0)
    found[:, seen] = np.nanpercentile(values[:, seen], BAND, axis=0)
    return found


def cells(axes: Axes, sides: tuple[Bins, Bins], known: np.ndarray, responded: np.ndarray, fewest: int) -> None:
    """Shares and numbers of people by two things; blank where there are few."""
    across, up = sides
    count, yes = np.zeros((2, len(up.labels), len(across.labels)))
    inside = known & (across.of >= 0) & (up.of >= 0)
    np.add.at(count, (up.of[inside], across.of[inside]), 1)
    np.add.at(yes, (up.of[inside], across.of[inside]), responded[inside])
    share = np.divide(yes, count, out=np.full_like(yes, np.nan), where=count >= max(1, fewest))
    axes.imshow(share, cmap=SHADES, vmin=0, vmax=1, origin="lower", aspect="auto")
    for (row, column), n in np.ndenumerate(count):
        shown, dark = np.isfinite(share[row, column]), share[row, column] > 0.68
        text = f"{percent(float(share[row, column]))}\nn {n:.0f}" if shown else f"n {n:.0f}"
        axes.text(column, row, text, ha="center", va="center", fontsize=SMALL, color="white" if dark else "black")
    axes.grid(visible=False)
    axes.set_xticks(np.arange(len(across.labels)), ["\n".join(fitted(x, 0.85, SMALL)) for x in across.labels])
    axes.set_yticks(np.arange(len(up.labels)), ["\n".join(fitted(x, 1.2, SMALL)) for x in up.labels])
    axes.tick_params(length=0)


def shares(courses: xr.Dataset, did: str, planned: str, done: np.ndarray) -> np.ndarray:
    """Of what was planned in each week the share that was done, arm by week; who left is counted with the plan."""
    plan, came = (
        np.where(done[..., None], np.nan_to_num(courses[name].transpose("arm", "person", "week").values), 0.0)
        for name in (planned, did)
    )
    gone = courses["week"].values > left(courses)[..., None]
    there = np.where(done[..., None] & ~gone, plan, np.nan)
    usual = np.array([[np.nanmedian(x) if np.isfinite(x).any() else 0.0 for x in arm.T] for arm in there])
    plan = np.where(gone & (plan == 0) & done[..., None], usual[:, None, :], plan).sum(axis=1)
    return np.asarray(np.divide(came.sum(axis=1), plan, out=np.full_like(plan, np.nan), where=plan > 0))


def left(courses: xr.Dataset) -> np.ndarray:
    """The week in which each left, arm by person; infinite for those who stayed."""
    if "left" not in courses:
        return np.full((courses.sizes["arm"], courses.sizes["person"]), np.inf)
    return np.asarray(np.nan_to_num(courses["left"].transpose("arm", "person").values.astype(float), nan=np.inf))


def looks_of(designs: Iterable[Mapping[str, float]]) -> dict[str, tuple[str, str]]:
    """Colour and hatching of each part that comes up, in the order in which they are stacked."""
    names = list(dict.fromkeys(name for own in designs for name in own))
    others = {name: OTHERS[k % len(OTHERS)] for k, name in enumerate(x for x in names if x not in PARTS)}
    return {name: look for name, look in (PARTS | others).items() if name in names}


def stack(axes: Axes, row: int, sizes: np.ndarray, looks: Sequence[tuple[str, str]], readable: float) -> None:
    """Falls to the left of 0, rises to the right; a number in each part that is wide enough for it."""
    ends = [0.0, 0.0]
    for size, (colour, hatch) in zip(sizes, looks, strict=True):
        start = ends[int(size > 0)]
        ends[int(size > 0)] += size
        axes.barh(row, size, left=start, height=0.62, color=colour, hatch=hatch, edgecolor="white", linewidth=0.8)
        if abs(size) >= readable:
            box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}
            axes.text(start + size / 2, row, signed(size), ha="center", va="center", fontsize=SMALL, bbox=box)


def rows_of_bars(axes: Axes, names: Sequence[str], low: np.ndarray, high: np.ndarray) -> None:
    """Rows with their names, the first on top, with room at the ends of bars."""
    least, most = min(0.0, float(low.min())), max(0.0, float(high.max()))
    room = 0.12 * (most - least or 1.0)
    axes.set_xlim(least - room * (least < 0), most + room * (most > 0 or least == 0))
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(np.arange(len(names)), ["\n".join(fitted(name, 2.4, SMALL)) for name in names])
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set_axisbelow(True)
    axes.axvline(0, color="black", linewidth=0.8)
