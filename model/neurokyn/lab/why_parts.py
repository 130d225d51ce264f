"""What stands in the Why room: the diagram with its slider, the budget, the cuts."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from neurokyn.analysis.carried import DEPRESSION
from neurokyn.lab.curves import Figure, styled
from neurokyn.lab.trial_parts import aria
from neurokyn.scenario.model import standard_model

TICK = 500  # ms between two looks at the cuts
USUAL_STATE = "mood.severity"
MODES = {
    "change": "how far what is taken is from its usual day",
    "flow": "how much matter flows",
}
GRAPH: Any = {"displayModeBar": False, "responsive": True}
STATES = tuple(standard_model().state_names)


def parts() -> list[Component]:
    """The two parts of the room.

    Returns
    -------
    list of Component
        How it hangs together; what carries a difference.
    """
    return [_diagram(), _difference()]


def blank(theme: str) -> Figure:
    """A picture of nothing yet."""
    axis = {"visible": False}
    return styled({"data": [], "layout": {"xaxis": axis, "yaxis": axis, "height": 80}}, theme)


def _field(label: str, name: str, control: Component) -> Component:
    return html.Div([html.Label(label, htmlFor=name), control], className="why-field")


def _chooser(
    label: str, name: str, options: list[dict[str, str]], value: str | None, *, clearable: bool = False
) -> Component:
    return _field(label, name, dcc.Dropdown(options, value, id=name, clearable=clearable))


def _diagram() -> Component:
    systems = [{"label": module.title, "value": module.name} for module in standard_model().modules]
    slider = dcc.Input(id="why-day", type="range", min=1, max=112, step=1, value=112)
    asked = html.Div(
        [
            _chooser("Run", "why-run", [], None),
            _field("Day", "why-day", slider),
            html.Div(
                [
                    html.Span("A line is as wide as", className="label", id="why-mode-label"),
                    dcc.RadioItems(MODES, "change", id="why-mode", className="why-choices"),
                ],
                className="why-field",
                role="group",
                **aria(labelledby="why-mode-label"),
            ),
        ],
        className="why-asked",
    )
    left = html.Div(
        [
            html.P(id="why-day-words", className="quiet", **aria(live="polite")),
            html.Div(id="why-diagram", className="why-picture"),
            html.P(
                "Lines grow with the root of the change, so that small ones can be seen; one that has changed by as "
                "much again, or more, is as wide as can be. Each day is the mean of its hours. Which way a line pushes "
                "was computed for this person: what a lasting little more of what is taken does to the system that "
                "takes it, within some weeks.",
                className="quiet",
            ),
            html.Details([html.Summary("The diagram as a table"), html.Div(id="why-couplings")]),
        ]
    )
    right = html.Div(
        [
            _chooser("System (or choose one in the diagram)", "why-system", systems, "", clearable=True),
            html.Div(id="why-states", className="why-picture"),
            html.Div(id="why-tables", **aria(live="polite")),
        ]
    )
    return html.Section(
        [html.H2("How it hangs together"), asked, html.Div([left, right], className="why-two")], className="why-part"
    )


def _difference() -> Component:
    held = {str(s.symbol.value): s.description for s in standard_model().states}
    states = [{"label": _named(name, held[name]), "value": name} for name in STATES]
    choosers = html.Div(
        [
            _chooser("This run", "why-one", [], None),
            _chooser("less this run", "why-two", [], None),
            _chooser("State", "why-state", states, USUAL_STATE),
        ],
        className="why-asked",
    )
    return html.Section(
        [
            html.H2("What carries the difference?"),
            choosers,
            html.H3("Everything that acted on the state", id="why-budget-title"),
            html.P(id="why-budget-words", className="why-words", **aria(live="polite")),
            html.Div(
                dcc.Graph(id="why-budget", config=GRAPH),
                role="figure",
                **aria(labelledby="why-budget-title", describedby="why-budget-words"),
            ),
            html.P(
                "“return” is the state's own way back to rest: where a state follows quickly, it undoes nearly all "
                "that the others add, so compare the others.",
                className="quiet why-words",
            ),
            html.Details([html.Summary("The bars as a table"), html.Div(id="why-budget-table")]),
            *_cuts(),
        ],
        className="why-part",
    )


def _cuts() -> list[Component]:
    offered = [r for r in standard_model().read_outs if r.kind in ("state", "observe")]
    read_outs = [{"label": _named(r.name, r.description), "value": r.name} for r in offered]
    return [
        html.H3("Each coupling cut in turn", id="why-cuts-title"),
        html.P(
            "The first run is made again for each coupling, with what that coupling takes held at the second run's "
            "course. What is lost of the difference at the end went through it.",
            className="why-words",
        ),
        _chooser("What is compared at the end", "why-read-out", read_outs, DEPRESSION),
        html.Div(
            [
                html.Button("Cut each coupling in turn", id="why-cut", type="button"),
                html.Button("Cancel", id="why-cancel", type="button", disabled=True),
                html.Progress(id="why-progress", value="0", max="1", **aria(label="Share of the couplings cut")),
            ],
            className="why-buttons",
        ),
        html.P(id="why-cut-words", role="status", className="why-words"),
        html.Div(
            dcc.Graph(id="why-cuts", config=GRAPH),
            role="figure",
            **aria(labelledby="why-cuts-title", describedby="why-cut-words"),
        ),
        html.Details([html.Summary("The cuts as a table"), html.Div(id="why-cuts-table")]),
    ]


def _named(name: str, description: str) -> str:
    module, _, short = name.partition(".")
    said = f" ({description})" if description else ""
    return f"{module}: {short}{said}".replace("_", " ")
