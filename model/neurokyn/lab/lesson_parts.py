"""The pieces of a lesson on the page: what is asked, the handles of a sketch, what is told after."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import numpy as np
from dash import dcc, html
from dash.development.base_component import Component

from neurokyn.compiler.checks import source_keys
from neurokyn.lab.lesson_charts import YOURS, table_of
from neurokyn.lab.lesson_runs import Shown, course
from neurokyn.lab.lesson_words import moment, number
from neurokyn.lab.lessons import Choose, Lesson, Sketch, Step
from neurokyn.lab.state import Pin, from_json, to_link
from neurokyn.report.text import reference_line

HANDLE = "lesson-handle"
DRAW = (
    "Draw with mouse or finger in the chart, or move a point with its slider below (Tab to a slider, arrow keys to "
    "move it)."
)
CHOOSE = "Choose what you expect, then reveal."


def handles(predict: Sketch, values: Sequence[float], *, people: bool, done: bool) -> list[Component]:
    """A native slider for each point of the sketch; the first point is given.

    Parameters
    ----------
    predict : Sketch
        Where the points lie.
    values : sequence of float
        Where they stand.
    people : bool
        Whether the places are numbers of people.
    done : bool
        Whether the step is revealed, so that nothing moves any more.

    Returns
    -------
    list of Component
        Labelled; the text of each value is kept by the page's script.
    """
    return [
        html.Label(
            [
                html.Span(place_name(place, people=people), className="lesson-place"),
                dcc.Input(
                    id={"type": HANDLE, "index": k},
                    type="range",
                    min=predict.low,
                    max=predict.high,
                    step=predict.step,
                    value=value,
                    disabled=done or k == 0,
                ),
                html.Span(number(value), className="lesson-value"),
            ],
            className="lesson-handle",
        )
        for k, (place, value) in enumerate(zip(predict.at, values, strict=True))
    ]


def place_name(place: float, *, people: bool) -> str:
    """A place of a sketch in words."""
    return f"{place:g} people" if people else moment(place)


def paragraphs(text: str) -> list[Component]:
    """Text of a lesson with empty lines between paragraphs."""
    return [html.P(" ".join(part.split())) for part in text.split("\n\n")]


def intro(lesson: Lesson) -> list[Component]:
    """What a lesson is about, before its steps."""
    return [
        html.H4("What you learn"),
        html.Ul([html.Li(line) for line in lesson.learn]),
        html.H4("Background"),
        *paragraphs(lesson.background),
    ]


def verdict(shown: Shown, prediction: Mapping[str, Any]) -> str:
    """What became of the prediction, in a sentence.

    Parameters
    ----------
    shown : Shown
        From `show`.
    prediction : mapping
        {"choice": int} or {"sketch": list of float}.

    Returns
    -------
    str
        One or two sentences.
    """
    predict = shown.step.predict
    if isinstance(predict, Choose):
        chosen, right = predict.answers[prediction["choice"]].text, predict.answers[shown.right].text
        if prediction["choice"] == shown.right:
            return f"You chose “{chosen}”, and that is what the run shows."
        return f"You chose “{chosen}”. The run shows: “{right}”."
    at, values, _ = course(shown.step.chart.lines[0], shown.data)
    there = np.interp(predict.at, at, values)
    off = np.abs(np.asarray(prediction["sketch"]) - there)
    worst = int(off.argmax())
    people = any(run.trial for run in shown.step.runs.values())
    return (
        f"Your sketch is {number(float(off[1:].mean()))} away from the run on average, and furthest at "
        f"{place_name(predict.at[worst], people=people)}: you drew {number(prediction['sketch'][worst])}, the run has "
        f"{number(float(there[worst]))}."
    )


def told(shown: Shown, prediction: Mapping[str, Any], pins: Sequence[Pin]) -> list[Component]:
    """All that is told once a step is revealed.

    Parameters
    ----------
    shown : Shown
        From `show`.
    prediction : mapping
        {"choice": int} or {"sketch": list of float}.
    pins : sequence of Pin
        Kept in the link to Explore.

    Returns
    -------
    list of Component
        Result, explanation, evidence, a question to go on with, values, a link.
    """
    step = shown.step
    parts: list[Component] = [
        html.P(shown.sentence(step.reveal), className="lesson-reveals"),
        html.P(verdict(shown, prediction), className="lesson-verdict"),
        html.H4("Why"),
        html.P(shown.sentence(step.why)),
        html.H4("What this rests on"),
        html.P(shown.sentence(step.rests)),
        html.Ul([html.Li(reference(key)) for key in step.sources], className="lesson-sources"),
        html.H4("A question to go on with"),
        html.P(shown.sentence(step.follow_up)),
        values(shown, prediction),
    ]
    if step.explore is not None:
        parts.append(html.P(html.A("Open in Explore", href=explore_link(step, pins), className="lesson-explore")))
    return parts


def explore_link(step: Step, pins: Sequence[Pin] = ()) -> str:
    """The address of the page with the state of a step, and with what is pinned."""
    return f"#{to_link(from_json(step.explore or {}), pins)}"


def values(shown: Shown, prediction: Mapping[str, Any]) -> Component:
    """The chart as a table, for whoever does not see it."""
    heads, rows = table_of(shown, prediction.get("sketch", ()))
    caption = f"{shown.step.chart.title} ({shown.step.chart.axis})"
    return html.Details(
        [
            html.Summary("The chart as a table"),
            html.Div(
                html.Table(
                    [
                        html.Caption(caption),
                        html.Thead(html.Tr([html.Th(head, scope="col") for head in heads])),
                        html.Tbody(
                            [html.Tr([html.Th(row[0], scope="row"), *(html.Td(v) for v in row[1:])]) for row in rows]
                        ),
                    ]
                ),
                className="lesson-table",
            ),
        ]
    )


def reference(key: str) -> list[str | Component]:
    """A source of `sources.bib` with its DOI as a link; what was not confirmed is said."""
    text, doi = reference_words(key)
    return [text, html.A(f"doi:{doi}", href=f"https://doi.org/{doi}")] if doi else [text]


def reference_words(key: str) -> tuple[str, str]:
    """A source of `sources.bib` as text, and its DOI; empty if it has none.

    Parameters
    ----------
    key : str
        In `sources.bib`.

    Returns
    -------
    (str, str)
        Text without the DOI, and the DOI.

    Examples
    --------
    >>> reference_words("taylor2006")[1]
    '10.1001/archpsyc.63.11.1217'
    """
    entry = source_keys()[key]
    line = _few_authors(reference_line(entry))
    doi = re.search(r"doi:(\S+)$", line)
    text = line[: doi.start()] if doi else f"{line}."
    if re.search(r"^\s*verified\s*=\s*\{no\}", entry, flags=re.MULTILINE):
        text = f"{text.rstrip()} (title or details not confirmed) "
    return text, doi[1] if doi else ""


def _few_authors(line: str) -> str:
    """A reference with its first author only, if it has many."""
    found = re.match(r"(.+?)\.? (\d{4}\. .*)", line)
    names = found[1].split(" and ") if found else []
    if not found or len(names) <= 2:
        return line
    dot = "." if re.search(r"\b\w$", names[0]) else ""  # of an initial
    return f"{names[0]}{dot} and others. {found[2]}"


def worksheet_link(lesson: Lesson, pins: Sequence[Pin], *, answers: bool) -> str:
    """The address of a lesson's worksheet, with the pinned runs.

    Parameters
    ----------
    lesson : Lesson
        Which.
    pins : sequence of Pin
        Drawn on the sheet.
    answers : bool
        Whether it has the teacher's page.

    Returns
    -------
    str
        Beginning with `worksheet?`.
    """
    words = [("lesson", lesson.name), *([("answers", "yes")] if answers else [])]
    runs = to_link(from_json({}), pins)
    return "worksheet?" + urlencode([*words, *([("runs", runs)] if runs else [])])


__all__ = ["CHOOSE", "DRAW", "HANDLE", "YOURS", "handles", "intro", "paragraphs", "told", "verdict", "worksheet_link"]
