"""The shell of the page: header, tabs, theme, messages, and the rooms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from neurokyn.lab import explore, lesson_room, trial, why
from neurokyn.lab.bench import Bench

INDEX = """<!DOCTYPE html>
<html lang="en">
    <head>
        {%metas%}
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{%title%}</title>
        <link rel="icon" type="image/svg+xml" href="assets/icon.svg">
        {%css%}
    </head>
    <body>
        <noscript>This page needs JavaScript. It loads nothing from outside this computer.</noscript>
        {%app_entry%}
        {%config%}
        <script src="_dash-component-suites/plotly/package_data/plotly.min.js"></script>
        {%scripts%}
        {%renderer%}
    </body>
</html>"""
LIMITS = (
    "A simulation for learning and research. Not a medical device: nothing here says what a person should take or do."
)


class Room(NamedTuple):
    """One tab: its name, its title, what stands in it, and its callbacks."""

    name: str
    title: str
    layout: Callable[[], Component]
    register: Callable[[Dash, Bench], None]


def rooms() -> list[Room]:
    """The rooms in the order of their tabs."""
    return [
        Room("explore", "Explore", explore.layout, explore.register),
        Room("why", "Why", why.layout, why.register),
        Room("trial", "Trial", trial.layout, trial.register),
        Room("lessons", "Lessons", lesson_room.layout, lesson_room.register),
    ]


def layout(shown: list[Room]) -> Component:
    """The whole page."""
    return html.Div(
        [
            dcc.Store(id="state", data={}),
            dcc.Store(id="pins", data=[]),
            dcc.Store(id="theme", data="light"),
            html.A("Skip to the content", href="#main", className="skip"),
            html.Header([_brand(), _tabs(shown), _theme_switch()], className="top"),
            html.Div(id="message", role="status", className="message"),
            html.Main([_panel(room, first=room is shown[0]) for room in shown], id="main"),
            html.Footer(LIMITS),
        ],
        className="page",
    )


def _brand() -> Component:
    return html.Div([html.H1("neurokyn lab"), html.P("how SSRIs and exercise act on depression")], className="brand")


def _tabs(shown: list[Room]) -> Component:
    return html.Div(
        [
            html.Button(
                room.title,
                id=f"tab-{room.name}",
                role="tab",
                tabIndex=0 if k == 0 else -1,
                **_aria({"selected": "true" if k == 0 else "false", "controls": f"room-{room.name}"}),
            )
            for k, room in enumerate(shown)
        ],
        role="tablist",
        className="tabs",
        **_aria({"label": "Rooms"}),
    )


def _theme_switch() -> Component:
    return html.Button("Dark", id="theme-switch", type="button", title="Switch between a light and a dark page")


def _panel(room: Room, *, first: bool) -> Component:
    return html.Section(
        room.layout(),
        id=f"room-{room.name}",
        role="tabpanel",
        hidden=not first,
        className=f"room room-{room.name}",
        **_aria({"labelledby": f"tab-{room.name}"}),
    )


def _aria(values: dict[str, str]) -> dict[str, Any]:
    return {f"aria-{key}": value for key, value in values.items()}


def register(app: Dash) -> None:
    """The callbacks of the shell: the theme that was chosen is told to the page."""
    app.clientside_callback(
        ClientsideFunction("shell", "paint"), Output("theme", "data"), Input("theme-switch", "n_clicks")
    )
