"""Pictures of virtual trials: everybody's course, what became of it, and what it is made of."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, MultipleLocator, PercentFormatter
from matplotlib.transforms import offset_copy

from neurokyn.errors import ScenarioError
from neurokyn.report import trial_panels as page
from neurokyn.report.marks import styles
from neurokyn.report.panels import own_panel
from neurokyn.report.plots import limits
from neurokyn.report.style import BLACK, BLUE, DARK_GREY, SHADES, SMALL, STEPS, VERMILION, style

KINDS = (
    ("sessions_attended", "sessions_planned", "Sessions attended", "% of those planned"),
    ("doses_taken", "doses_planned", "Doses taken", "% of those planned"),
)


def _title(courses: xr.Dataset, what: str) -> str:
    """Which trial, and what is shown of it."""
    trial = str(courses.attrs.get("title", ""))
    return f"{trial}: {_within(what)}" if trial else what


def _within(text: str) -> str:
    """As it is written within a sentence."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def spaghetti(courses: xr.Dataset, read_out: str = "mood.depression", seed: int = 0, shown: int = 60) -> Figure:
    """Courses of single people, with the median and the middle 80 % of everybody, arm by arm.

    Parameters
    ----------
    courses : xarray.Dataset
        Everybody's courses, by person, arm and visit.
    read_out : str
        What is shown.
    seed : int
        Decides whose courses are drawn; they are the same people in every arm.
    shown : int
        How many of them.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    ScenarioError
        If there is no such read-out or nothing to show.

    Examples
    --------
    >>> import xarray as xr
    >>> points = xr.DataArray([[[20.0, 12.0]], [[22.0, 9.0]]], dims=("person", "arm", "visit"))
    >>> courses = xr.Dataset({"mood.depression": points}, {"arm": ["running"], "visit": [0.0, 8.0]})
    >>> spaghetti(courses, seed=1).axes[0].get_title(loc="left")
    'running (n = 2)'
    """
    found = page.scores(courses, read_out)
    usable = np.flatnonzero(np.isfinite(found.values).any(axis=(0, 2)))
    chosen = np.sort(np.random.default_rng(seed).permutation(usable)[:shown])
    about, looks = own_panel(courses, read_out), styles(courses)
    lines = f"Thick: median; band: middle 80 %; thin: {len(chosen)} of {len(usable)} people, the same in each arm."
    with style():
        there = dict(zip(found.arms, np.isfinite(found.values).any(axis=2).sum(axis=1), strict=True))
        notes = (lines, found.note(ends=False))
        figure, panels = page.beside(_title(courses, about.title), about.label, notes, there)
        for axes, arm, values in zip(panels, found.arms, found.values, strict=False):
            colour = looks[arm]["color"]
            paths = [np.column_stack([found.weeks, row]) for row in values[chosen] if np.isfinite(row).any()]
            axes.add_collection(LineCollection(paths, colors=colour, linewidths=0.6, alpha=0.45, label="people"))
            low, middle, high = page.quantiles(values)
            axes.fill_between(found.weeks, low, high, color=colour, alpha=0.2, linewidth=0)
            axes.plot(found.weeks, middle, color="white", linewidth=4.5)
            axes.plot(found.weeks, middle, color=colour, linewidth=2.5, marker="o", markersize=4.5)
            axes.margins(x=0.02)
            axes.set_ylim(*limits(float(np.nanmin(found.values)), float(np.nanmax(found.values))))
            axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 4, 5, 10]))
            axes.yaxis.set_major_locator(MaxNLocator(6, steps=STEPS))
            axes.set_xlabel("weeks")
    return figure


def waterfall(courses: xr.Dataset, read_out: str = "mood.depression") -> Figure:
    """Everybody's change from the first visit to the last, sorted, arm by arm.

    Parameters
    ----------
    courses : xarray.Dataset
        Everybody's courses, by person, arm and visit.
    read_out : str
        What is shown. On a scale of symptoms those whose score fell by half or more are full in colour.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    ScenarioError
        If there is no such read-out or nothing to show.

    Examples
    --------
    >>> import xarray as xr
    >>> points = xr.DataArray([[[20.0, 12.0]], [[22.0, 9.0]]], dims=("person", "arm", "visit"))
    >>> courses = xr.Dataset({"mood.depression": points}, {"arm": ["running"], "visit": [0.0, 8.0]})
    >>> print(waterfall(courses).axes[0].get_xlabel())
    people, sorted
    median −10.5, fell by half: 50 %
    """
    found = page.scores(courses, read_out)
    about, looks = own_panel(courses, read_out), styles(courses)
    changes = [change[ends] for change, ends in zip(found.change, found.ends, strict=True)]
    reach = limits(min(0.0, *np.concatenate(changes)), max(0.0, *np.concatenate(changes)))
    first, last = found.weeks[[0, -1]]
    lines = f"A bar is a person; change from week {first:g} to week {last:g}; dotted: median."
    filled = "Full: fell by half or more." if read_out in page.SYMPTOMS else ""
    with style():
        notes = (lines, filled, found.note(ends=True))
        there = {arm: len(change) for arm, change in zip(found.arms, changes, strict=True)}
        title, label = _title(courses, f"Change in {_within(about.title)}"), f"change, {about.label}"
        figure, panels = page.beside(title, label, notes, there)
        for k, (axes, arm) in enumerate(zip(panels, found.arms, strict=True)):
            order = np.argsort(-changes[k], kind="stable")
            change = changes[k][order]
            if not len(change):
                continue
            responded = (
                found.responded[k][found.ends[k]][order] if read_out in page.SYMPTOMS else np.ones(len(change), bool)
            )
            for which, alpha in ((responded, 1.0), (~responded, 0.4)):
                look = {"fill": True, "color": looks[arm]["color"], "alpha": alpha, "linewidth": 0}
                axes.stairs(np.where(which, change, np.nan), np.arange(len(change) + 1), **look)
            axes.axhline(0, color="black", linewidth=0.8)
            axes.axhline(float(np.median(change)), color="black", linewidth=1.1, linestyle=(0, (1.5, 1.5)))
            said = f"median {page.signed(float(np.median(change)))}"
            said += f", fell by half: {page.percent(responded.mean())}" if read_out in page.SYMPTOMS else ""
            axes.set_xlabel(f"people, sorted\n{said}")
            axes.set_xlim(0, len(change))
            axes.set_ylim(*reach)
            axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    return figure


def attendance(courses: xr.Dataset) -> Figure:
    """Shares of planned sessions attended and doses taken in each week, and of people still in treatment.

    Who left counts on: sessions that were planned and that they no longer came to lower the share.

    Parameters
    ----------
    courses : xarray.Dataset
        Everybody's courses, with `sessions_planned`, `sessions_attended`, `doses_planned`, `doses_taken` and `left`.

    Returns
    -------
    matplotlib.figure.Figure
        The figure; a panel where something was planned, and one of those still in treatment.

    Raises
    ------
    ScenarioError
        If nothing of this is there.

    Examples
    --------
    >>> import xarray as xr
    >>> left = xr.DataArray([[float("nan")], [1.0]], dims=("person", "arm"))
    >>> courses = xr.Dataset({"left": left}, {"arm": ["running"], "week": [1, 2]})
    >>> [axes.lines[0].get_ydata().tolist() for axes in attendance(courses).axes]
    [[1.0, 0.5, 0.5]]
    """
    arms, done, gone = page.names_of(courses), page.computed(courses), page.left(courses)
    kinds = [(page.shares(courses, *kind[:2], done), *kind[2:]) for kind in KINDS if kind[1] in courses]
    kinds = [kind for kind in kinds if np.isfinite(kind[0]).any()]
    if (not kinds and "left" not in courses) or not done.any():
        raise ScenarioError("no sessions and no doses are planned, and nobody could leave", fix="simulate a trial")
    weeks, looks = courses["week"].values, styles(courses)
    notes = (
        "All who started are counted, those who left as well.",
        page.counted(arms, ~done, "failed and left out"),
    )
    title, count = _title(courses, "Attendance"), len(kinds) + ("left" in courses)
    with style():
        names = [f"{arm} (n = {n})" for arm, n in zip(arms, done.sum(axis=1), strict=True)]
        look = [Line2D([], [], **looks[arm]) for arm in arms]
        figure, panels = page.grid(title, notes, count, (max(7.5, 3.9 * count), 3.2), (look, names))
        for axes, (values, what, of) in zip(panels, kinds, strict=False):
            for arm, share in zip(arms, values, strict=True):
                if np.isfinite(share).any():
                    axes.plot(weeks, share, marker="o", markersize=3, clip_on=False, **looks[arm])
            page.name_panel(axes, what, 3.2)
            axes.set_ylabel(of)
        if "left" in courses:
            start = np.arange(0, int(weeks[-1]) + 1)
            for arm, when, there in zip(arms, gone, done, strict=True):
                if there.any():
                    panels[-1].step(start, (when[there] > start[:, None]).mean(axis=1), where="post", **looks[arm])
            page.name_panel(panels[-1], "Still in treatment", 3.2)
            panels[-1].set_ylabel("% of people")
        for axes in panels:
            axes.set_xlim(0, weeks[-1])
            axes.set_ylim(0, 1.02)
            axes.set_xlabel("week of treatment")
            axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 4, 5, 10]))
            axes.yaxis.set_major_locator(MultipleLocator(0.2))
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=""))
    return figure


def responders(
    courses: xr.Dataset,
    by: tuple[str, str] = ("crp", "severity"),
    read_out: str = "mood.depression",
    fewest: int = 8,
) -> Figure:
    r"""Who responds: shares of those whose score fell by half or more, by two things that people bring along.

    Parameters
    ----------
    courses : xarray.Dataset
        Everybody's courses, with the covariates.
    by : (str, str)
        Covariates: across and upwards.
    read_out : str
        The scale of symptoms.
    fewest : int
        A cell with fewer people shows no share.

    Returns
    -------
    matplotlib.figure.Figure
        The figure; a panel for each arm, with share and number of people in each cell.

    Raises
    ------
    ScenarioError
        If there is no such read-out or covariate, or nothing to show.

    Examples
    --------
    >>> import xarray as xr
    >>> points = xr.DataArray([[[20.0, 12.0]], [[22.0, 9.0]]], dims=("person", "arm", "visit"))
    >>> courses = xr.Dataset({"mood.depression": points}, {"arm": ["running"], "visit": [0.0, 8.0]})
    >>> courses = courses.assign(crp=("person", [0.5, 0.7]), severity=("person", [20.0, 22.0]))
    >>> [text.get_text() for text in responders(courses, fewest=2).axes[0].texts]
    ['50 %\nn 2']
    """
    if len(by) != 2 or isinstance(by, str):
        raise ScenarioError("two covariates span the cells", fix="such as by=('crp', 'severity')")
    found, across, up = page.scores(courses, read_out), page.binned(courses, by[0]), page.binned(courses, by[1])
    columns = min(page.ACROSS, len(found.arms))
    panel = max(2.2, 0.95 * len(across.labels)), max(2.2, 0.5 * len(up.labels) + 0.9)
    size = max(7.5, columns * (panel[0] + 0.9) + 1.2), panel[1]
    unknown = found.ends & ((across.of < 0) | (up.of < 0))
    notes = (
        f"In each cell: share whose score fell by half or more from week {found.weeks[0]:g} to week",
        f"{found.weeks[-1]:g} ({own_panel(courses, read_out).label}); n: people; no share where n is below {fewest}.",
        found.note(ends=True),
        page.counted(found.arms, unknown, f"left out because {by[0]} or {by[1]} is not known"),
    )
    with style():
        figure, panels = page.grid(_title(courses, "Who responds"), notes, len(found.arms), size)
        for k, (axes, arm) in enumerate(zip(panels, found.arms, strict=True)):
            page.cells(axes, (across, up), found.ends[k], found.responded[k], fewest)
            page.name_panel(axes, arm, panel[0], (found.ends[k] & ~unknown[k]).sum())
            axes.set_xlabel(across.title)
        for axes in panels[::columns]:
            axes.set_ylabel(up.title)
        scale = ScalarMappable(Normalize(0, 1), SHADES)
        bar = figure.colorbar(scale, ax=panels, fraction=0.05, pad=0.02)
        bar.ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=""))
        bar.set_label("% who responded")
    return figure


def mediators(
    parts: Mapping[str, float], title: str = "What carries the difference", unit: str = "HAM-D17 points"
) -> Figure:
    """What each pathway carries of the difference between two arms.

    Parameters
    ----------
    parts : mapping of str to float
        The difference carried by each pathway, arm minus comparator; NaN where it was not computed.
    title, unit : str
        Above the picture; of all numbers.

    Returns
    -------
    matplotlib.figure.Figure
        A bar for each pathway, the longest first, and one for the whole.

    Raises
    ------
    ScenarioError
        If there is no pathway, or none that was computed.

    Examples
    --------
    >>> figure = mediators({"BDNF": -1.2, "kynurenine": -0.4})
    >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
    ['BDNF', 'kynurenine', 'all pathways']
    """
    known = {name: float(size) for name, size in parts.items() if math.isfinite(size)}
    if not known:
        raise ScenarioError("no pathway carries a difference that was computed", fix="give numbers by their names")
    rows = sorted(known.items(), key=lambda row: -abs(row[1]))
    rows.append(("all pathways", sum(known.values())))
    missing = [name for name in parts if name not in known]
    notes = ("Below 0: fewer symptoms.", f"Not computed: {', '.join(missing)}." if missing else "")
    with style():
        figure, (axes,) = page.grid(title, notes, 1, (7.5, 0.8 + 0.32 * len(rows)))
        sizes = np.array([size for _, size in rows])
        colours = [BLUE if size <= 0 else VERMILION for size in sizes[:-1]] + [BLACK]
        axes.barh(np.arange(len(rows)), sizes, color=colours, height=0.65)
        for row, size in enumerate(sizes):
            side = "right" if size < 0 else "left"
            near = offset_copy(axes.transData, figure, x=-4 if size < 0 else 4, units="points")
            axes.text(size, row, page.signed(size, 2), ha=side, va="center", fontsize=SMALL, transform=near)
        page.rows_of_bars(axes, [name for name, _ in rows], sizes, sizes)
        axes.axhline(len(rows) - 1.5, color=DARK_GREY, linewidth=0.8)
        axes.set_xlabel(f"difference, {unit}")
    return figure


def change_by_part(parts: Mapping[str, Mapping[str, float]], unit: str = "HAM-D17 points") -> Figure:
    """What the change in each of several designs is made of, stacked.

    Parameters
    ----------
    parts : mapping of str to mapping of str to float
        By design, then part: "biology", "expectancy", "natural course", "contact", "bias", or another. NaN where
        it was not computed.
    unit : str
        Of all.

    Returns
    -------
    matplotlib.figure.Figure
        A row for each design: falls stacked to the left of 0, rises to the right, and a triangle at the sum.

    Raises
    ------
    ScenarioError
        If there is no design, or one of which nothing was computed.

    Examples
    --------
    >>> figure = change_by_part({"blinded pill": {"biology": -3.0, "expectancy": -2.0}})
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['−3.0', '−2.0', 'sum −5.0']
    """
    known = {design: {k: float(x) for k, x in own.items() if math.isfinite(x)} for design, own in parts.items()}
    empty = [design for design, own in known.items() if not own]
    if not known or empty:
        raise ScenarioError(f"nothing was computed of {empty or 'any design'}", fix="give the parts of each design")
    looks = page.looks_of(known.values())
    missing = [f"{name} ({design})" for design, own in parts.items() for name in own if name not in known[design]]
    notes = ("Below 0: fewer symptoms. Triangle: sum.", f"Not computed: {', '.join(missing)}." if missing else "")
    sizes = np.array([[own.get(name, 0.0) for name in looks] for own in known.values()])
    with style():
        patches = [Patch(facecolor=colour, hatch=hatch, edgecolor="white") for colour, hatch in looks.values()]
        size = 9.0, 0.9 + 0.42 * len(known)
        figure, (axes,) = page.grid("What the change is made of", notes, 1, size, (patches, list(looks)))
        low, high = np.minimum(sizes, 0).sum(axis=1), np.maximum(sizes, 0).sum(axis=1)
        for row, own in enumerate(sizes):
            page.stack(axes, row, own, list(looks.values()), 0.075 * (high.max() - low.min()))
        sums = sizes.sum(axis=1)
        axes.plot(sums, np.arange(len(known)) - 0.4, "v", color="black", markersize=7, clip_on=False)
        for row, whole in enumerate(sums):
            text = f"sum {page.signed(whole)}"
            axes.text(1.01, row, text, transform=axes.get_yaxis_transform(), va="center", weight="bold", fontsize=SMALL)
        page.rows_of_bars(axes, list(known), low, high)
        axes.set_xlabel(f"change, {unit}")
    return figure
