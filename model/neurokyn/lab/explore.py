"""The room Explore: controls on one side, curves on the other; `assets/explore*.js` moves them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component
from flask import Flask, Response, request

from neurokyn.errors import NeurokynError
from neurokyn.lab.bench import Bench
from neurokyn.lab.controls import CONTROLS, GROUPS, Control
from neurokyn.lab.explore_answer import START, answer, lines_of, opened, read_ask
from neurokyn.lab.exports import as_csv, as_dataset, as_netcdf, as_toml
from neurokyn.lab.state import State, mended
from neurokyn.report.panels import OVERVIEW

ZOOMS = (("whole", "Whole course"), ("month", "4 weeks"), ("week", "A week"), ("day", "A day"), ("bout", "One bout"))
FILES = (
    ("png", "PNG, the picture in dots"),
    ("svg", "SVG, the picture in lines"),
    ("csv", "CSV, the numbers drawn"),
    ("nc", "NetCDF, everything hour by hour"),
    ("toml", "TOML, the scenario for “neurokyn run”"),
)
TYPES = {"csv": "text/csv", "nc": "application/x-netcdf", "toml": "application/toml"}


def layout() -> Component:
    """Controls, toolbar, picture, pinned runs, and the picture in words."""
    return html.Div(
        [
            dcc.Store(id="explore-begun"),
            html.Aside(
                [
                    *(_group(name) for name in GROUPS),
                    html.P("Point at a control to read what it does.", id="explore-help", className="help"),
                ],
                className="controls",
                **_aria("label", "Controls"),
            ),
            html.Div(
                [html.Div([_toolbar(), _view_bar()], className="bars"), _status(), _picture(), _words()],
                className="stage",
            ),
        ],
        className="explore",
        id="explore-root",
    )


def _aria(name: str, value: str) -> dict[str, Any]:
    return {f"aria-{name}": value}


def _group(name: str) -> Component:
    """The controls under one heading."""
    own = [control for control in CONTROLS if control.group == name]
    return html.Fieldset([html.Legend(name), *map(_control, own)], className=f"group group-{name.lower()}")


def _control(control: Control) -> Component:
    """A control with its label, and for a number what it says now."""
    place = f"explore-{control.field}"
    if control.choices is not None:
        options = [html.Option(title, value=name) for name, title in control.choices.items()]
        box: Component = html.Select(options, id=place, **_data(control))
        said: list[Component] = []
    else:
        box = dcc.Input(
            id=place,
            type="range",
            min=control.least,
            max=control.most,
            step=control.step,
            value=control.least,
            className="slider",
        )
        said = [html.Output(id=f"{place}-said", htmlFor=place, className="said")]
    back = html.Button(
        "↺",
        id=f"{place}-own",
        type="button",
        className="own",
        title=f"{control.label}: back to the person's own",
        **_aria("label", f"{control.label}: back to the person's own"),
    )
    return html.Div(
        [html.Div([html.Label(control.label, htmlFor=place), *([back] if control.own else []), *said]), box],
        className="control",
        id=f"{place}-row",
        **_data(control),
    )


def _data(control: Control) -> dict[str, Any]:
    """What the script needs to know of a control."""
    return {
        "data-field": control.field,
        "data-unit": control.unit,
        "data-help": control.help,
        "data-none": str(control.none),
    }


def _button(name: str, label: str, more: str = "") -> Component:
    return html.Button(label, id=f"explore-{name}", type="button", title=more or label)


def _toolbar() -> Component:
    """What can be done with the run in hand."""
    files = [_button(f"file-{kind}", label) for kind, label in FILES]
    return html.Div(
        [
            _button("pin", "Pin this run", "Keep this run behind the next ones, to compare"),
            _button("undo", "Undo", "Undo (Ctrl+Z)"),
            _button("redo", "Redo", "Redo (Ctrl+Y)"),
            _button("reset", "Reset", "Back to where the page began"),
            _button("link", "Copy link", "A link that brings all this back"),
            html.Details([html.Summary("Download"), html.Div(files, className="menu")], className="drop"),
            html.Details([html.Summary("Curves"), html.Div(_choose_panels(), className="menu")], className="drop"),
        ],
        className="bar",
        role="toolbar",
        **_aria("label", "This run"),
    )


def _choose_panels() -> list[Component]:
    """A box to tick for each curve, under the links of the mechanism."""
    found: list[Component] = []
    for heading, row in reversed(OVERVIEW):
        options = [{"label": panel.title, "value": panel.name} for panel in row]
        chosen = [panel.name for panel in row if panel.name in START]
        box = dcc.Checklist(id=f"explore-panels-{heading}", options=options, value=chosen)
        found.append(html.Fieldset([html.Legend(heading.capitalize()), box]))
    return found


def _view_bar() -> Component:
    """How much of the course is seen."""
    zooms = [html.Button(label, id=f"explore-zoom-{name}", type="button", className="zoom") for name, label in ZOOMS]
    return html.Div(
        [
            html.Span("See", className="quiet", id="explore-see"),
            *zooms,
            html.Button("◀", id="explore-earlier", type="button", title="Earlier", **_aria("label", "Earlier")),
            html.Button("▶", id="explore-later", type="button", title="Later", **_aria("label", "Later")),
            html.Span(id="explore-timing", className="quiet timing"),
        ],
        className="bar view",
        role="toolbar",
        **_aria("labelledby", "explore-see"),
    )


def _status() -> Component:
    return html.Div(id="explore-message", role="status", className="message")


def _picture() -> Component:
    """The chart, hidden from screen readers, which get its words; and the pinned runs."""
    chart = html.Div(id="explore-graph")  # no `dcc.Graph`: that would draw its own figure again after each change
    return html.Div(
        [html.Div(chart, id="explore-chart", className="chart", **_aria("hidden", "true")), html.Div(id="explore-pins")]
    )


def _words() -> Component:
    return html.Div(
        [
            html.P(id="explore-summary", className="summary", **_aria("live", "polite")),
            html.Details([html.Summary("The same as a table"), html.Div(id="explore-table", className="table")]),
            html.P(
                "Lines are the mean of each day, the pale band is the range of the day; in a window the lines are the "
                "course itself. Drag across a curve to zoom, double-click to see all again.",
                className="quiet",
            ),
        ],
        className="words",
    )


def register(app: Dash, bench: Bench) -> None:
    """The script of the room, and what it asks the server."""
    app.clientside_callback(
        ClientsideFunction("explore", "follow"),
        Output("explore-begun", "data"),
        Input("state", "data"),
        Input("pins", "data"),
        Input("theme", "data"),
        *(Input(f"explore-panels-{heading}", "value") for heading, _ in OVERVIEW),
    )
    server: Flask = app.server
    server.add_url_rule(
        "/explore/ask", "explore_ask", _said(lambda body: answer(bench, read_ask(body))), None, methods=["POST"]
    )
    server.add_url_rule("/explore/open", "explore_open", _said(_open), None, methods=["POST"])

    @server.post("/explore/file/<kind>")
    def take_home(kind: str) -> Response | tuple[dict[str, str], int]:
        """A file of what is on the page."""
        if kind not in TYPES:
            return {"error": f"There is no file of the kind '{kind}'."}, 404
        try:
            content = _file(bench, kind, request.get_json())
        except NeurokynError as problem:
            return {"error": str(problem)}, 422
        return Response(content, mimetype=TYPES[kind])


def _open(body: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever was sent
    link = body.get("link", "") if isinstance(body, dict) else ""
    return opened(str(link))


def _said(work: Callable[[Any], dict[str, Any]]) -> Callable[[], dict[str, Any] | tuple[dict[str, str], int]]:
    """A question and its answer as JSON; what a reader can mend is told."""

    def reply() -> dict[str, Any] | tuple[dict[str, str], int]:
        try:
            return work(request.get_json())
        except NeurokynError as problem:
            return {"error": str(problem)}, 422

    return reply


def _file(bench: Bench, kind: str, body: object) -> str | bytes:
    """The content of a file."""
    ask = read_ask(body)
    if kind == "csv":
        return as_csv(lines_of(bench, ask)[0], ask.view)
    named: list[tuple[State, str]] = [(mended(pin["state"])[0], str(pin["name"])) for pin in ask.pins]
    named.append((ask.state, "now" if named else ""))
    return as_netcdf(as_dataset(bench, named)) if kind == "nc" else as_toml(bench, named)
