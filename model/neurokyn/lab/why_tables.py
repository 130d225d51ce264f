"""Tables and sentences of the Why room."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
import xarray as xr
from dash import html
from dash.development.base_component import Component

from neurokyn.analysis.budget import Accounts
from neurokyn.analysis.budget_text import number, percent, remainder_text, rounded
from neurokyn.analysis.carried import Carried
from neurokyn.lab.trial_job import CANCELLED, DONE, FAILED, WAITING, Snapshot
from neurokyn.lab.trial_parts import aria
from neurokyn.lab.why_figures import cut_name
from neurokyn.lab.why_runs import NONE, RESTS, daily, names_of, taken, units_of
from neurokyn.report.diagram import couplings

NUMBER = re.compile(r"[+−]?[\d.]+(e[+−]?\d+)?( %)?")
TOLERANCE = 1e-5  # of a state: what the solver promises, with room
ROUNDS = 5e-4  # a smaller change is shown as 0.0 %
KINDS = {"state": "States", "flux": "Fluxes", "observe": "Read-outs"}


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> Component:
    """A table that scrolls where there is no room; numbers stand to the right.

    Parameters
    ----------
    heads : sequence of str
        Of the columns.
    rows : sequence of sequence of str
        The first cell of each names it.
    caption : str
        What it shows.

    Returns
    -------
    Component
        Its frame can be reached with Tab.
    """
    body = [
        html.Tr([html.Th(row[0], scope="row"), *(html.Td(cell, className=_side(cell)) for cell in row[1:])])
        for row in rows
    ]
    head = html.Thead(html.Tr([html.Th(cell, scope="col") for cell in heads]))
    whole = html.Table([html.Caption(caption), head, html.Tbody(body)])
    return html.Div(whole, className="why-scroll", tabIndex=0, role="region", **aria(label=caption))


def _side(cell: str) -> str:
    return "number" if NUMBER.fullmatch(cell) else ""


def system_tables(run: Accounts, usual: Accounts, module: str, day: int) -> list[Component]:
    """States, fluxes and read-outs of an organ system on a day of a run.

    Parameters
    ----------
    run, usual : Accounts
        A run, and the day before anything is done.
    module : str
        The organ system.
    day : int
        From 1.

    Returns
    -------
    list of Component
        A table for each kind there is.
    """
    means, rest, units = daily(run)[day - 1], daily(usual)[0], units_of(run)
    found: dict[str, list[list[str]]] = {}
    for k, read_out in enumerate(run.system.read_outs):
        owner, _, short = read_out.name.partition(".")
        if owner == module and read_out.kind in KINDS:
            unit = "" if units[k] == "1" else units[k]
            before, now = float(rest[k]), float(means[k])
            row = [
                short.replace("_", " "),
                number(before),
                number(now),
                _moved(before, now),
                unit,
                read_out.description,
            ]
            found.setdefault(read_out.kind, []).append(row)
    heads = ["", "usual day", f"day {day}", "change", "unit", "what it is"]
    return [table(heads, found[kind], f"{title}, mean of the day") for kind, title in KINDS.items() if kind in found]


def _moved(before: float, now: float) -> str:
    """A relative change in words; from nothing there is none."""
    change = now - before
    if abs(change) <= max(NONE, ROUNDS * abs(before)):
        return "0.0 %"
    if abs(before) <= RESTS * abs(now):
        return "from nothing"
    return ("+" if now > before else "") + percent(change / abs(before))


def couplings_table(run: Accounts, usual: Accounts, ways: dict[tuple[str, str], str], day: int) -> Component:
    """Every line of the diagram with what it takes and by how much that has changed."""
    names, means, rest = names_of(run), daily(run)[day - 1], daily(usual)[0]
    rows = []
    for coupling in couplings(run.system):
        for name in taken(coupling, names):
            k = names.index(name)
            way = ways.get((coupling.giver, coupling.taker), "") or "not derived"
            what = name.partition(".")[2].replace("_", " ")
            pair = f"{coupling.giver} → {coupling.taker}".replace("_", " ")
            rows.append([pair, what, way, _moved(float(rest[k]), float(means[k]))])
    return table(["from → to", "what", "which way it pushes", f"change on day {day}"], rows, "The diagram as a table")


def budget_words(found: xr.Dataset, names: tuple[str, str]) -> str:
    """The difference of a state, what acted most, and how well it adds up.

    Parameters
    ----------
    found : xarray.Dataset
        From `between`.
    names : (str, str)
        What the runs are called.

    Returns
    -------
    str
        Some sentences.
    """
    unit = found["change"].attrs["units"]
    unit = "" if unit == "1" else f" {unit}"
    short = found.attrs["of"].partition(".")[2].replace("_", " ")
    one, two = found["end"].values.tolist()
    changes = [*(found["end"] - found["start"]).values.tolist(), found["change"].item()]
    changes = [x if abs(x) > TOLERANCE * max(abs(one), abs(two), found.attrs["scale"]) else 0.0 for x in changes]
    said = (
        f"At the end {short} is {number(one)}{unit} in “{names[0]}” and {number(two)}{unit} in “{names[1]}”. It has "
        f"changed by {number(changes[0])} and {number(changes[1])}{unit}, a difference of {number(changes[2])}{unit}. "
    )
    turnover, closure = found["turnover"].item(), found["closure"].item()
    missing = abs(closure) / turnover if turnover else 0.0
    exact = "less than a billionth" if missing < 1e-9 else percent(missing)
    moved = rounded(found["difference"].values.tolist(), found)
    same = sum(
        not by and any(rounded([found[key].values[k] for key in ("one", "two")], found)) for k, by in enumerate(moved)
    )
    alike = f" Not drawn: {same} that did the same in both runs." if same else ""
    return said + f"The bars add up to that: what is missing is {exact} of all that came and went.{alike}"


def budget_table(found: xr.Dataset, names: tuple[str, str]) -> Component:
    """Every term that did anything, with its formula."""
    rows = []
    for term in found["term"].values:
        of = found.sel(term=term)
        three = rounded([of[key].item() for key in ("one", "two", "difference")], found)
        if any(three):
            rows.append([str(term), *(number(x) for x in three), str(of["description"].item())])
    changes = rounded([*(found["end"] - found["start"]).values.tolist(), found["change"].item()], found)
    rows.append(["change of the state", *(number(x) for x in changes), "the sum of the above"])
    unit = found["change"].attrs["units"]
    caption = f"What acted on {found.attrs['of'].replace('_', ' ')}" + ("" if unit == "1" else f", {unit}")
    return table(["", *names, "difference", "what it is"], rows, caption)


def cuts_words(shot: Snapshot[Carried], names: tuple[str, str]) -> str:
    """How far the cutting is, and what it found."""
    found = shot.state
    if shot.status == FAILED:
        return f"It did not work: {shot.error}."
    if found is None:
        return "Stopped before the first coupling was cut." if shot.status == CANCELLED else _waiting(shot)
    score = found.read_out.partition(".")[2].replace("_", " ")
    ends = f"{score} ends at {number(found.value)} in “{names[0]}” and at {number(found.value_other)} in “{names[1]}”"
    far = f"{len(found.cuts)} of {found.couplings} couplings cut"
    if shot.status == DONE:
        return f"Done, {far} in {shot.seconds:.0f} s: {ends}. {remainder_text(found)}"
    if shot.status == CANCELLED:
        return f"Stopped, {far}: {ends}. The others are not known."
    return f"{far} …"


def _waiting(shot: Snapshot[Carried]) -> str:
    return "Waiting for a turn …" if shot.status == WAITING else "Getting ready (the first time takes some seconds) …"


def cuts_table(found: Carried) -> Component:
    """Every coupling with what is lost."""
    rows = [
        [
            cut_name(cut),
            number(cut.value),
            number(cut.lost),
            "" if math.isnan(cut.share) else percent(cut.share),
            ", ".join(cut.quantities).replace("_", " "),
        ]
        for cut in found.cuts
        if abs(cut.lost) > 1e-6 * max(abs(found.value), 1e-300)
    ]
    quiet = len(found.cuts) - len(rows)
    note = html.P(f"{quiet} couplings carry nothing of it.", className="quiet") if quiet else None
    heads = ["coupling cut", "ends at", "lost", "share", "held at the other run's course"]
    return html.Div([table(heads, rows, "Each coupling cut in turn"), note])


def share_done(shot: Snapshot[Carried] | None) -> str:
    """A progress bar's value."""
    if shot is None or shot.state is None:
        return "0"
    return f"{np.divide(len(shot.state.cuts), shot.state.couplings):.3f}"
