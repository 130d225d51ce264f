"""What stands in the Trial room: controls, progress, pictures, tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from neurokyn.lab.trial_measures import source_of
from neurokyn.lab.trial_run import EACH, MOST_PEOPLE, MOST_SEED, MOST_TRIALS, TOGETHER, usual_people
from neurokyn.population.reading import read_trial, trials
from neurokyn.population.trial import Trial

USUAL, USUAL_TRIALS = "motar", 20
MANY_ROWS = 15  # beyond which a table scrolls in its own box
TICK = 400  # ms between two looks at a run
PARTS = {
    "biology": "Biology: what drugs and exercise do to the body",
    "expectancy": "Expectancy: contact with staff, belief in the treatment",
    "natural_course": "Natural course: recovery by itself, ups and downs",
    "contact": "Contact: the company of a group",
    "bias": "Bias: inflated ratings at entry, unpublished small trials",
}
SIZES = {TOGETHER: "all arms together, in the trial's proportions", EACH: "in every arm"}
GRAPH: Any = {"displayModeBar": False, "responsive": True}
FILES = {"csv": "Trials, CSV", "json": "Result, JSON", "toml": "Trial file, TOML"}
PICTURES = {"png": "Forest, PNG", "svg": "Forest, SVG", "widths-png": "Widths, PNG", "widths-svg": "Widths, SVG"}


def aria(**values: str) -> dict[str, Any]:
    """Attributes `aria-…` of an element."""
    return {f"aria-{key}": value for key, value in values.items()}


def controls() -> Component:
    """What is asked for."""
    return html.Div(
        [
            html.H2("A virtual trial"),
            _labelled("Trial", "trial-name", dcc.Dropdown(_choices(), USUAL, id="trial-name", clearable=False)),
            html.Div(id="trial-about", className="trial-about"),
            html.Fieldset(
                [
                    html.Legend("How many people"),
                    _number("trial-people", "People", usual_people(read_trial(USUAL)), MOST_PEOPLE),
                    dcc.RadioItems(SIZES, TOGETHER, id="trial-size", className="trial-choices"),
                    html.P(id="trial-arms-asked", className="trial-note", **aria(live="polite")),
                ],
                className="group",
            ),
            html.Fieldset(
                [
                    html.Legend("What is switched on"),
                    dcc.Checklist(PARTS, list(PARTS), id="trial-on", className="trial-choices"),
                ],
                className="group",
            ),
            html.Div(
                [
                    _number("trial-replicates", "Trials", USUAL_TRIALS, MOST_TRIALS),
                    _number("trial-seed", "Seed", 1, MOST_SEED, least=0),
                ],
                className="trial-pair",
            ),
            html.P("The same seed gives the same people and the same chance.", className="trial-note"),
            html.Div(
                [
                    html.Button("Run", id="trial-run", type="button", className="primary"),
                    html.Button("Cancel", id="trial-cancel", type="button", disabled=True),
                ],
                className="trial-buttons",
            ),
        ],
        className="trial-controls",
        role="form",
        **aria(label="Virtual trial"),
    )


def _labelled(label: str, name: str, control: Component) -> Component:
    return html.Div([html.Label(label, htmlFor=name), control], className="trial-field")


def _number(name: str, label: str, value: int, most: int, least: int = 1) -> Component:
    field = dcc.Input(
        id=name, type="number", value=value, min=least, max=most, step=1, inputMode="numeric", required=True
    )
    return _labelled(f"{label}, up to {most}", name, field)


def _choices() -> list[dict[str, str]]:
    """Ready-made trials by title: single trials first, then pools."""
    found = [(bool(each.pool), each.title, each.name) for each in map(read_trial, trials())]
    return [{"label": title, "value": name} for _, title, name in sorted(found)]


def results() -> Component:
    """What came of it."""
    return html.Div(
        [
            html.P(id="trial-message", role="status", className="trial-message"),
            html.Progress(id="trial-progress", value="0", max="1", **aria(label="How much of the run is done")),
            html.P("Choose a trial and press Run.", id="trial-standing", className="trial-note"),
            html.Div(
                [
                    html.P(id="trial-which", className="trial-note"),
                    _labelled(
                        "What every trial is asked",
                        "trial-measure",
                        dcc.Dropdown([], id="trial-measure", clearable=False),
                    ),
                    html.P(id="trial-estimator", className="trial-note"),
                    _picture("trial-forest", "Each trial beside the reported result", "trial-findings"),
                    html.Div(id="trial-findings", className="trial-findings"),
                    html.Div(id="trial-beside", className="trial-findings"),
                    html.Details([html.Summary("The forest as a table"), html.Div(id="trial-table")]),
                    html.Div(
                        [
                            _picture("trial-widths", "More people, a shorter interval", "trial-widths-words"),
                            html.P(id="trial-widths-words", className="trial-findings"),
                        ],
                        id="trial-widths-part",
                    ),
                    html.H3("The first of these trials in full"),
                    html.Div(id="trial-arms"),
                    html.H3("Take away"),
                    html.Div(
                        [
                            html.Button(label, id=f"trial-{name}", type="button")
                            for name, label in {**FILES, **PICTURES}.items()
                        ],
                        className="trial-buttons",
                    ),
                    html.P(id="trial-command", className="trial-note"),
                    dcc.Store(id="trial-pictured"),
                    dcc.Store(id="trial-stem"),
                    dcc.Store(id="trial-letters", data=13),
                ],
                id="trial-results",
                hidden=True,
            ),
        ],
        className="trial-shown",
    )


def _picture(name: str, title: str, words: str) -> Component:
    graph = dcc.Graph(id=name, config=GRAPH, className="trial-graph")
    return html.Div(
        [html.H3(title, id=f"{name}-title"), graph],
        role="figure",
        **aria(labelledby=f"{name}-title", describedby=words),
    )


def about(design: Trial) -> list[Component]:
    """A design in some lines."""
    visits = ", ".join(f"{week:g}" for week in design.visits)
    if design.pool:
        sizes = design.pool.sizes
        people = f"{len(sizes)} trials of {min(sizes)} to {max(sizes)} people, pooled; their sizes stand in its file."
    else:
        arms = ", ".join(f"{name} {arm.people}" for name, arm in design.arms.items())
        people = f"{design.people} people in its file: {arms}."
    lines: list[Component] = [html.P(design.about), html.P(f"{people} {design.weeks:.3g} weeks, rated at {visits}.")]
    if design.source:
        lines.append(html.P(f"After: {source_of(design.source)}", className="trial-source"))
    return lines


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> Component:
    """A plain table that can be scrolled sideways."""
    head = html.Thead(html.Tr([html.Th(each, scope="col") for each in heads]))
    body = html.Tbody([html.Tr([html.Th(row[0], scope="row"), *(html.Td(each) for each in row[1:])]) for row in rows])
    whole = html.Table([html.Caption(caption), head, body])
    kind = "trial-scroll trial-long" if len(rows) > MANY_ROWS else "trial-scroll"
    return html.Div(whole, className=kind, tabIndex=0, role="region", **aria(label=caption))
