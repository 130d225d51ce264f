"""What the server answers to Explore: curves of the run in hand at every move, the whole picture once it rests."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from neurokyn.errors import NeurokynError, nearest
from neurokyn.lab.bench import Bench, Run
from neurokyn.lab.controls import dose_reach, drugs, modes, usual_dose, usual_intensity
from neurokyn.lab.explore_curves import PANELS, Line, View, current, drawn, happens, looks
from neurokyn.lab.explore_figure import figure
from neurokyn.lab.person import PLAIN
from neurokyn.lab.state import (
    DEFAULT,
    MOST_PINS,
    LabError,
    Pin,
    State,
    checked_pins,
    describe,
    from_json,
    mended,
    mended_link,
    to_json,
    to_link,
)
from neurokyn.population.resting import CRP, SEVERITY
from neurokyn.report.courses import ends
from neurokyn.scenario.quantity import shown

START = (
    "mood.depression",
    "ssri.sert_occupancy",
    "serotonin.extracellular_relative",
    "growth_factors.bdnf_brain",
    "dendrites.spines",
    "stress.cortisol",
    "inflammation.il6",
    "kynurenine.nmda_balance",
    "exercise.vo2max",
)
BEGINNING = State(drug="escitalopram", dose=10.0)
NARROWEST, WIDEST = 240.0, 4000.0  # px
SHORTEST = 0.5  # h, of a window


@dataclass(frozen=True)
class Ask:
    """What the page asks: the run in hand, the pinned ones, how it is looked at, and whether it still moves."""

    state: State
    pins: tuple[Pin, ...]
    view: View
    moving: bool


def read_ask(body: object) -> Ask:
    """What the page asks, checked.

    Raises
    ------
    LabError
        If anything makes no sense.
    """
    if not isinstance(body, Mapping):
        raise LabError("that is no question", fix="reload the page")
    state = from_json(body.get("state", {}))
    pins, problems = checked_pins(body.get("pins", []))
    if problems:
        raise LabError("; ".join(problems))
    panels = body.get("panels") or START
    if not isinstance(panels, (list, tuple)) or len(panels) > len(PANELS):
        raise LabError(f"{shown(panels)} is no list of curves", fix="choose them on the page")
    for name in panels:
        if name not in PANELS:
            raise LabError(f"there is no curve {shown(name)}{nearest(str(name), PANELS)}")
    window = _window(body.get("window"), state)
    width, height = (_pixels(body.get(key), usual) for key, usual in (("width", 1000.0), ("height", 700.0)))
    theme = "dark" if body.get("theme") == "dark" else "light"
    view = View(tuple(name for name in PANELS if name in panels), window, theme, width, height)
    return Ask(state, tuple(pins), view, bool(body.get("moving")))


def _pixels(value: object, usual: float) -> float:
    """A size of the picture that a screen can have."""
    known = isinstance(value, (int, float)) and math.isfinite(value)
    return min(max(float(value), NARROWEST), WIDEST) if known else usual  # type: ignore[arg-type]


def _window(given: object, state: State) -> tuple[float, float] | None:
    if given is None:
        return None
    numbers = isinstance(given, (list, tuple)) and len(given) == 2
    if not numbers or not all(isinstance(x, (int, float)) and math.isfinite(x) for x in given):  # type: ignore[attr-defined]
        raise LabError(f"{shown(given)} is no stretch of time", fix="give the hours it starts and stops")
    whole = state.weeks * 168.0
    start, stop = (min(max(float(x), 0.0), whole) for x in given)  # type: ignore[attr-defined]
    if stop - start < SHORTEST:
        start, stop = max(0.0, stop - SHORTEST), max(stop, SHORTEST)
    return None if (start, stop) == (0.0, whole) else (start, stop)


def lines_of(bench: Bench, ask: Ask) -> tuple[list[Line], list[str]]:
    """The pinned runs and then the run in hand, and what could not be run."""
    found, notes = list[tuple[Run, str]](), list[str]()
    for pin in ask.pins:
        state = mended(pin["state"])[0]
        window = ask.view.window
        if window is not None:
            whole = state.weeks * 168.0
            window = (window[0], min(window[1], whole))
            if window[1] - window[0] < SHORTEST:
                continue  # it ends before
        try:
            found.append((bench.run(state, ask.view.panels, window), str(pin["name"])))
        except NeurokynError as problem:
            notes.append(f"{pin['name']}: {problem}")
    found.append((bench.run(ask.state, ask.view.panels, ask.view.window), describe(ask.state)))
    return looks(found, ask.view.theme), notes


def answer(bench: Bench, ask: Ask) -> dict[str, Any]:
    """The answer to the page, as plain values.

    Parameters
    ----------
    bench : Bench
        Runs what is asked.
    ask : Ask
        From `read_ask`.

    Returns
    -------
    dict
        `traces` of the run in hand while it moves, else the whole `figure`; `start` for the sliders that follow,
        `shape` of the picture, `summary` and `table` in words and numbers, and the time it took.
    """
    if ask.moving:
        run = bench.run(ask.state, ask.view.panels, ask.view.window)
        line = looks([(run, describe(ask.state))], ask.view.theme)[0]
        traces = [{"x": trace["x"], "y": trace["y"]} for trace in current(line, ask.view)]
        return _common(run, ask) | {"traces": traces, "reach": _reach(line, ask.view)}
    lines, notes = lines_of(bench, ask)
    now = lines[-1]
    picture = figure(lines, ask.view)
    moving = len(current(now, ask.view))
    said = _common(now.run, ask)
    return said | {
        "figure": picture,
        "first": len(picture["data"]) - moving,
        "name": now.name,
        "link": to_link(ask.state, ask.pins),
        "bouts": [(start, stop) for start, stop, _ in happens(now.run).get("exercise", [])],
        "looks": [line.look for line in lines[:-1]],
        "notes": [*said["notes"], *notes],
        "summary": summary(lines, ask.view),
        "table": table(lines, ask.view),
    }


def _common(run: Run, ask: Ask) -> dict[str, Any]:
    at_start, table = run.person.at_start, run.person.prepared.table
    plain = {field: run.person.numbers.get(name, table[name].value) for field, name in PLAIN.items()}
    shape = [list(happens(run)), ask.view.panels, ask.view.window, ask.view.theme, ask.view.width, ask.state.weeks]
    return {
        "start": {"severity": at_start[SEVERITY], "crp": at_start[CRP]} | plain,
        "notes": list(run.person.notes),
        "solver_ms": round(run.solver_ms, 1),
        "total_ms": round(run.total_ms, 1),
        "shape": json.dumps(shape),
    }


def _reach(line: Line, view: View) -> list[tuple[float, float]]:
    """The least and the most of each panel."""
    found = []
    for name in view.panels:
        course = drawn(line.run, name, view)
        low = course.values if course.least is None else course.least
        high = course.values if course.most is None else course.most
        found.append((float(np.nanmin(low)), float(np.nanmax(high))))
    return found


def _ends(run: Run, name: str) -> tuple[float, float]:
    return ends(run.data["time"].values, run.data[name].values)


def summary(lines: list[Line], view: View) -> str:
    """What the picture shows, in two or three sentences."""
    now, main = lines[-1], view.panels[0]
    first, last = _ends(now.run, main)
    panel = PANELS[main]
    span = "In this window" if view.window else f"In {now.run.state.weeks:g} weeks"
    said = [f"{now.name}. {span} {panel.title.lower()} {_moves(first, last)} {panel.label}."]
    others = [f"{_number(_ends(line.run, main)[1])} with “{line.name}”" for line in lines[:-1]]
    if others:
        said.append(f"At the end it is {', '.join(others)}.")
    changes = [(PANELS[name], *_ends(now.run, name)) for name in view.panels[1:]]
    most = sorted(changes, key=lambda change: -_change(change[1], change[2]))[:3]
    told = [f"{panel.title} {_moves(first, last)} {panel.label}" for panel, first, last in most if first != last]
    if told:
        said.append(f"What changes most besides: {'; '.join(told)}.")
    return " ".join(said)


def _change(first: float, last: float) -> float:
    return abs(last - first) / max(abs(first), abs(last), 1e-9)


def _moves(first: float, last: float) -> str:
    low, high = _number(first), _number(last)
    if low == high:
        return f"stays at {high}"
    return f"{'rises' if last > first else 'falls'} from {low} to {high}"


def _number(value: float) -> str:
    """Three figures, as they are read."""
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def table(lines: list[Line], view: View) -> dict[str, Any]:
    """Where each run starts and ends: the picture for those who cannot see it."""
    heads = ["Curve", "Unit"]
    for line in reversed(lines):
        heads += [f"{line.name}: start", f"{line.name}: end"]
    rows = []
    for name in view.panels:
        numbers = [_number(value) for line in reversed(lines) for value in _ends(line.run, name)]
        rows.append([PANELS[name].title, PANELS[name].label, *numbers])
    return {"heads": heads, "rows": rows}


def opened(link: str) -> dict[str, Any]:
    """What a link says, mended where it is wrong, and what the script needs to know of the controls."""
    state, pins, problems = mended_link(link)
    reach = {name: dict(zip(("most", "step"), dose_reach(name), strict=True)) for name in drugs()}
    return {
        "state": to_json(state),
        "pins": pins,
        "problems": problems,
        "given": bool(link.lstrip("#?")),
        "defaults": asdict(DEFAULT),
        "beginning": {"state": to_json(BEGINNING), "pins": [{"name": "Left alone", "state": {}}]},
        "limits": {name: {**found, "usual": usual_dose(name)} for name, found in reach.items()},
        "intensities": {name: usual_intensity(name) for name in modes()},
        "most_pins": MOST_PINS,
    }
