"""The Why room: the diagram with live widths, the budget of any state in two runs, and what each coupling carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from neurokyn.analysis.budget import between
from neurokyn.analysis.carried import DEPRESSION, Carried, cut_in_turn
from neurokyn.errors import NeurokynError
from neurokyn.lab.bench import Bench
from neurokyn.lab.state import State as Asked
from neurokyn.lab.state import checked_pins, describe, mended, to_json
from neurokyn.lab.trial_job import Jobs
from neurokyn.lab.why_figures import budget_figure, cuts_figure
from neurokyn.lab.why_parts import STATES, TICK, blank, parts
from neurokyn.lab.why_runs import ONE, TWO, Ledgers, days_of, pair, telling_day, widths_by_change, widths_by_flow
from neurokyn.lab.why_tables import (
    budget_table,
    budget_words,
    couplings_table,
    cuts_table,
    cuts_words,
    share_done,
    system_tables,
)
from neurokyn.report.network_svg import network_svg

NOW, ALONE = "now", "alone"
GONE = "These cuts are no longer here: the lab was started anew. Press “Cut each coupling in turn” to start them again."
Runs = list[dict[str, Any]]  # {"key": str, "name": str, "short": str, "state": mapping}


def layout() -> Component:
    """What stands in the tab.

    Returns
    -------
    Component
        Every id begins with "why-".
    """
    stores = ("open", "runs", "drawn", "settled", "pushed", "states-drawn")
    return html.Div(
        [
            html.P(id="why-message", role="status", className="why-message"),
            *parts(),
            *(dcc.Store(id=f"why-{name}") for name in stores),
            dcc.Store(id="why-job", storage_type="session"),
            dcc.Interval(id="why-tick", interval=TICK, disabled=True),
        ],
        className="why-room",
    )


def register(app: Dash, bench: Bench) -> None:
    """The callbacks of the room.

    Parameters
    ----------
    app : Dash
        The application.
    bench : Bench
        Finds people.
    """
    ledgers, jobs = Ledgers(bench), Jobs[Carried](at_once=1)
    _register_runs(app)
    _register_diagram(app, ledgers)
    _register_system(app, ledgers)
    _register_budget(app, ledgers)
    _register_cuts(app, ledgers, jobs)
    _register_watch(app, jobs)


def runs_of(state: object, pins: object) -> Runs:
    """The runs there are to look at: the one in hand, the same person left alone, and those pinned.

    Parameters
    ----------
    state, pins : object
        As the page keeps them; what makes no sense is passed over.

    Returns
    -------
    list of {"key": str, "name": str, "short": str, "state": mapping}
        The first is the run in hand.

    Examples
    --------
    >>> [run["name"] for run in runs_of({"drug": "sertraline", "dose": 50}, [])]
    ['in hand: Major depression: sertraline 50 mg', 'the same person, left alone']
    """
    asked, _ = mended(state or {})
    alone = Asked(*asked.wish, weeks=asked.weeks)
    found = [_run(NOW, f"in hand: {describe(asked)}", "the run in hand", to_json(asked))]
    if alone != asked:
        found.append(_run(ALONE, "the same person, left alone", "left alone", to_json(alone)))
    kept, _ = checked_pins(pins or [])
    return found + [_run(f"pin-{k}", pin["name"], _short(pin["name"]), pin["state"]) for k, pin in enumerate(kept)]


def _run(key: str, name: str, short: str, state: Mapping[str, Any]) -> dict[str, Any]:
    return {"key": key, "name": name, "short": short, "state": state}


def _found(runs: Runs | None, key: str | None) -> tuple[str, Asked]:
    """A run by its key, the first if it is gone: its short name and what was asked for."""
    known = runs or runs_of({}, [])
    run = next((run for run in known if run["key"] == key), known[0])
    return str(run["short"]), mended(run["state"])[0]


def _sentence(problem: NeurokynError) -> str:
    text = str(problem)
    return text[:1].upper() + text[1:] + "."


def _register_runs(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction("why", "changed"),
        Output("why-open", "data"),
        Input("state", "data"),
        Input("pins", "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output("why-runs", "data"),
        *(Output(f"why-{name}", part) for name in ("run", ONE, TWO) for part in ("options", "value")),
        Input("why-open", "data"),
        State("state", "data"),
        State("pins", "data"),
        State("why-run", "value"),
        State("why-one", "value"),
        State("why-two", "value"),
        prevent_initial_call=True,
    )
    def look(_: float, state: object, pins: object, *chosen: str | None) -> tuple[Any, ...]:
        runs = runs_of(state, pins)
        options = [{"label": run["name"], "value": run["key"]} for run in runs]
        keys = [run["key"] for run in runs]
        usual = (NOW, NOW, keys[1] if len(keys) > 1 else NOW)
        values = [key if key in keys else first for key, first in zip(chosen, usual, strict=True)]
        return runs, options, values[0], options, values[1], options, values[2]


def _register_diagram(app: Dash, ledgers: Ledgers) -> None:
    @app.callback(
        Output("why-drawn", "data"),
        Output("why-day", "max"),
        Output("why-day", "value"),
        Output("why-message", "children"),
        Input("why-runs", "data"),
        Input("why-run", "value"),
        State("why-day", "value"),
        State("why-drawn", "data"),
        prevent_initial_call=True,
        running=[(Output("why-message", "children"), "Following the fluxes (the first time takes some seconds) …", "")],
    )
    def follow(runs: Runs, key: str | None, day: float | None, before: object) -> tuple[Any, ...]:
        name, asked = _found(runs, key)
        try:
            run, usual = ledgers.run(asked), ledgers.usual_day(asked)
            svg = network_svg(ledgers.network(asked.wish), name="why-network")
        except NeurokynError as problem:
            return no_update, no_update, no_update, f"This run cannot be followed. {_sentence(problem)}"
        widths = {"change": widths_by_change(run, usual), "flow": widths_by_flow(run)}
        days = days_of(run)
        at = min(int(day), days) if day and before else telling_day(run)
        drawn = {"svg": svg, "widths": widths, "days": days, "run": name}
        return drawn, days, at, ""

    app.clientside_callback(
        ClientsideFunction("why", "draw"),
        Output("why-day-words", "children"),
        Input("why-drawn", "data"),
        Input("why-day", "value"),
        Input("why-mode", "value"),
        Input("why-system", "value"),
        prevent_initial_call=True,
    )


def _register_system(app: Dash, ledgers: Ledgers) -> None:
    @app.callback(
        Output("why-tables", "children"),
        Output("why-states-drawn", "data"),
        Output("why-couplings", "children"),
        Input("why-settled", "data"),
        Input("why-system", "value"),
        Input("why-drawn", "data"),
        State("why-runs", "data"),
        State("why-run", "value"),
        prevent_initial_call=True,
    )
    def show(day: int | None, system: str | None, drawn: object, runs: Runs, key: str | None) -> tuple[Any, ...]:
        if not drawn:
            return no_update, no_update, no_update
        _, asked = _found(runs, key)
        try:
            run, usual = ledgers.run(asked), ledgers.usual_day(asked)
            at = min(max(int(day or 1), 1), days_of(run))
            ways = {line.pair: line.way for line in ledgers.network(asked.wish).lines}
            every = couplings_table(run, usual, ways, at)
            if not system:
                return html.P("Choose a system to see its states and fluxes."), "", every
            tables = system_tables(run, usual, system, at)
            return tables, network_svg(ledgers.states(asked.wish, system), name="why-inside", key=False), every
        except NeurokynError as problem:
            return html.P(_sentence(problem)), "", no_update

    app.clientside_callback(
        ClientsideFunction("why", "states"),
        Output("why-pushed", "data"),
        Input("why-states-drawn", "data"),
        prevent_initial_call=True,
    )


def _register_budget(app: Dash, ledgers: Ledgers) -> None:
    @app.callback(
        Output("why-budget", "figure"),
        Output("why-budget", "style"),
        Output("why-budget-words", "children"),
        Output("why-budget-table", "children"),
        Input("why-runs", "data"),
        Input("why-one", "value"),
        Input("why-two", "value"),
        Input("why-state", "value"),
        Input("theme", "data"),
        prevent_initial_call=True,
    )
    def compare(runs: Runs | None, one: str, two: str, state: str, theme: str) -> tuple[Any, ...]:
        if not runs or state not in STATES:
            return (no_update,) * 4
        (first, asked), (second, other) = _found(runs, one), _found(runs, two)
        if asked == other:
            return blank(theme), {"height": "80px"}, "These are the same run: choose two that differ.", None
        try:
            budgets = [ledgers.run(each).of(state) for each in (asked, other)]
        except NeurokynError as problem:
            return no_update, no_update, _sentence(problem), None
        last = min(float(each["time"][-1]) for each in budgets)
        found = between(*(each.sel(time=slice(0, last)) for each in budgets))
        names = (first, second)
        figure = budget_figure(found, names, theme)
        height = {"height": f"{figure['layout']['height']}px"}
        return figure, height, budget_words(found, names), budget_table(found, names)


def _short(name: str, most: int = 44) -> str:
    """A run's name that fits a legend."""
    return name if len(name) <= most else name[: most - 2].rstrip(" ,") + " …"


def _register_cuts(app: Dash, ledgers: Ledgers, jobs: Jobs[Carried]) -> None:
    @app.callback(
        Output("why-job", "data"),
        Output("why-cut-words", "children", allow_duplicate=True),
        Input("why-cut", "n_clicks"),
        State("why-runs", "data"),
        State("why-one", "value"),
        State("why-two", "value"),
        State("why-read-out", "value"),
        State("why-job", "data"),
        prevent_initial_call=True,
    )
    def start(_: int, runs: Runs, one: str, two: str, read_out: str, old: Mapping[str, Any] | None) -> tuple[Any, ...]:
        (first, asked), (second, other) = _found(runs, one), _found(runs, two)
        if asked == other:
            return no_update, "These are the same run: choose two that differ."
        before = jobs.find(old and old.get("job"))
        if before:
            before.cancel()
        try:
            both = pair(ledgers.scenario(asked), ledgers.scenario(other))
            job = jobs.start(lambda: cut_in_turn(both, read_out or DEPRESSION, arm=ONE, other=TWO))
        except NeurokynError as problem:
            return no_update, f"Not started. {_sentence(problem)}"
        return {"job": job, "names": [first, second]}, "Started."

    @app.callback(
        Output("why-cut-words", "children", allow_duplicate=True),
        Input("why-cancel", "n_clicks"),
        State("why-job", "data"),
        prevent_initial_call=True,
    )
    def cancel(_: int, known: Mapping[str, Any] | None) -> Any:  # noqa: ANN401 - or nothing new
        job = jobs.find(known and known.get("job"))
        if job is None:
            return GONE
        job.cancel()
        return "Stopping …" if job.cancelling else no_update


def _register_watch(app: Dash, jobs: Jobs[Carried]) -> None:
    @app.callback(
        Output("why-progress", "value"),
        Output("why-cut-words", "children"),
        Output("why-tick", "disabled"),
        Output("why-cut", "disabled"),
        Output("why-cancel", "disabled"),
        Output("why-cuts", "figure"),
        Output("why-cuts", "style"),
        Output("why-cuts-table", "children"),
        Input("why-tick", "n_intervals"),
        Input("why-job", "data"),
        Input("theme", "data"),
    )
    def watch(_: int | None, known: Mapping[str, Any] | None, theme: str) -> Sequence[Any]:
        nothing = (blank(theme), {"height": "80px"}, None)
        if not known:
            return "0", no_update, True, False, True, *nothing
        job = jobs.find(known.get("job"))
        if job is None:
            return "0", GONE, True, False, True, *nothing
        shot = job.snapshot()
        names = known["names"]
        state = (shot.over, not shot.over, shot.over or job.cancelling)
        shown: tuple[Any, ...] = nothing
        if shot.state is not None:
            figure = cuts_figure(shot.state, theme)
            shown = (figure, {"height": f"{figure['layout']['height']}px"}, cuts_table(shot.state))
        return share_done(shot), cuts_words(shot, (names[0], names[1])), *state, *shown
