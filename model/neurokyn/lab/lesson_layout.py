"""What stands in the Lessons room before any lesson is chosen."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from neurokyn.lab.lesson_reading import lessons
from neurokyn.lab.lessons import Lesson

BARE: Any = {"displayModeBar": False, "responsive": True}
ARIA_LIVE: dict[str, Any] = {"aria-live": "polite"}
CURRENT: dict[str, Any] = {"aria-current": "step"}
OPEN, GO = "lesson-open", "lesson-go"  # kinds of buttons


def layout() -> Component:
    """What stands in the tab.

    Returns
    -------
    Component
        Every id begins with "lesson-".
    """
    first = lessons()[0]
    return html.Div(
        [
            dcc.Store(id="lesson-at", data={"lesson": first.name, "step": 0}, storage_type="session"),
            dcc.Store(id="lesson-kept", data={}, storage_type="session"),
            dcc.Store(id="lesson-drawn"),
            html.Nav(html.Ol(id="lesson-list"), className="lesson-list", **_named("Lessons")),
            html.Article([*_head(), *_question(), *_after()], className="lesson"),
        ],
        className="lesson-room",
    )


def _named(name: str) -> dict[str, Any]:
    """What a screen reader calls a group."""
    return {"aria-label": name}


def opener(lesson: Lesson, *, current: bool) -> Component:
    """The button that opens a lesson."""
    return html.Button(
        [html.Span(lesson.title), html.Small(f"{lesson.minutes} min")],
        id={"type": OPEN, "name": lesson.name},
        type="button",
        className="lesson-opener",
        **(CURRENT if current else {}),
    )


def _head() -> list[Component]:
    return [
        html.H2(id="lesson-title"),
        html.P(id="lesson-sub", className="lesson-sub"),
        html.Details([html.Summary("Before you begin"), html.Div(id="lesson-intro")], id="lesson-before", open=True),
        html.Div(id="lesson-steps", className="lesson-steps", role="group", **_named("Steps")),
    ]


def _question() -> list[Component]:
    return [
        html.H3(id="lesson-question", tabIndex=-1),
        html.P(id="lesson-how", className="lesson-how"),
        html.Fieldset(
            [
                html.Legend("Your prediction"),
                dcc.RadioItems(id="lesson-choice", options=[], className="lesson-answers"),
            ],
            id="lesson-choices",
        ),
        html.Div(
            [
                html.H4(id="lesson-chart-title"),
                html.Div(
                    dcc.Graph(id="lesson-chart", figure={"data": [], "layout": {}}, config=BARE),
                    className="lesson-chart",
                ),
            ],
            id="lesson-stage",
        ),
        html.Div(id="lesson-handles", className="lesson-handles", role="group", **_named("Points of the sketch")),
        html.Div(
            [
                html.Button("Reveal", id="lesson-reveal", type="button", className="primary"),
                html.Button("Predict again", id="lesson-again", type="button"),
                html.Span(id="lesson-busy", role="status"),
            ],
            className="lesson-buttons",
        ),
        html.P(id="lesson-message", role="status", className="lesson-message"),
    ]


def _after() -> list[Component]:
    return [
        html.Div(id="lesson-result", className="lesson-result", **ARIA_LIVE),
        html.Div(
            [
                html.Button("Back", id="lesson-back", type="button"),
                html.Button("Next step", id="lesson-next", type="button"),
            ],
            className="lesson-buttons",
        ),
        html.Section(
            [
                dcc.Checklist(
                    id="lesson-teacher", options=[{"label": "Teacher's notes", "value": "yes"}], value=[],
                    persistence=True, persistence_type="session",
                ),
                html.Div(id="lesson-notes"),
                html.P(
                    [
                        "Worksheet to print: ",
                        html.A("for the class", id="lesson-sheet", target="_blank"), ", ",
                        html.A("with the teacher's page", id="lesson-key", target="_blank"),
                        ". Runs pinned in Explore are drawn on it.",
                    ]
                ),
            ],
            className="lesson-teaching",
        ),
    ]  # fmt: skip


def step_button(place: int, *, current: bool) -> Component:
    """The button that opens a step."""
    return html.Button(
        f"Step {place + 1}",
        id={"type": GO, "step": place},
        type="button",
        **(CURRENT if current else {}),
    )
