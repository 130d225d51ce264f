"""The Lessons room: predict first, then reveal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, html, no_update
from dash.development.base_component import Component

from neurokyn.errors import NeurokynError
from neurokyn.lab.bench import Bench
from neurokyn.lab.lesson_charts import empty, has_people, revealed
from neurokyn.lab.lesson_layout import GO, OPEN, layout, opener, step_button
from neurokyn.lab.lesson_parts import CHOOSE, DRAW, HANDLE, handles, intro, told, worksheet_link
from neurokyn.lab.lesson_place import kept_as, prediction_of, where
from neurokyn.lab.lesson_reading import lessons
from neurokyn.lab.lesson_runs import show
from neurokyn.lab.lessons import Choose, Sketch, Step
from neurokyn.lab.state import checked_pins
from neurokyn.lab.worksheet import register_worksheet

NOTHING = "Predict first: choose an answer."
UNTOUCHED = "Predict first: draw your curve in the chart, or move at least one slider."


def register(app: Dash, bench: Bench) -> None:
    """The callbacks of the room, and the page of worksheets.

    Parameters
    ----------
    app : Dash
        The application.
    bench : Bench
        Runs the states of the lessons.
    """
    _register_way(app)
    _register_head(app)
    _register_step(app, bench)
    _register_predictions(app, bench)
    _register_teaching(app, bench)
    register_worksheet(app.server, bench)
    app.clientside_callback(
        ClientsideFunction("lesson", "sketch"),
        Output("lesson-drawn", "data"),
        Input({"type": HANDLE, "index": ALL}, "value"),
        Input("lesson-chart", "figure"),
    )


def _register_way(app: Dash) -> None:
    @app.callback(
        Output("lesson-at", "data"),
        Input({"type": OPEN, "name": ALL}, "n_clicks"),
        Input({"type": GO, "step": ALL}, "n_clicks"),
        Input("lesson-back", "n_clicks"),
        Input("lesson-next", "n_clicks"),
        State("lesson-at", "data"),
        prevent_initial_call=True,
    )
    def go(_: object, __: object, ___: object, ____: object, at: object) -> Any:  # noqa: ANN401
        lesson, step = where(at)
        asked = ctx.triggered_id
        if not ctx.triggered or not ctx.triggered[0]["value"]:
            return no_update  # a button that has just been drawn
        if isinstance(asked, dict):
            name = asked.get("name", lesson.name)
            return {"lesson": name, "step": int(asked.get("step", 0))}
        step += 1 if asked == "lesson-next" else -1
        following = [each.name for each in lessons()]
        if step >= len(lesson.steps):
            return {"lesson": following[lesson.number % len(following)], "step": 0}
        return {"lesson": lesson.name, "step": max(step, 0)}


def _register_head(app: Dash) -> None:
    @app.callback(
        output={
            "list": Output("lesson-list", "children"),
            "title": Output("lesson-title", "children"),
            "sub": Output("lesson-sub", "children"),
            "intro": Output("lesson-intro", "children"),
            "before": Output("lesson-before", "open"),
            "steps": Output("lesson-steps", "children"),
            "back": Output("lesson-back", "disabled"),
            "next": Output("lesson-next", "children"),
            "question": Output("lesson-question", "children"),
        },
        inputs={"at": Input("lesson-at", "data")},
    )
    def head(at: object) -> dict[str, Any]:
        lesson, step = where(at)
        last = step == len(lesson.steps) - 1
        return {
            "list": [html.Li(opener(each, current=each is lesson)) for each in lessons()],
            "title": f"{lesson.number}. {lesson.title}",
            "sub": f"About {lesson.minutes} minutes, {len(lesson.steps)} steps.",
            "intro": intro(lesson),
            "before": step == 0,
            "steps": [step_button(k, current=k == step) for k in range(len(lesson.steps))],
            "back": step == 0,
            "next": "Next lesson" if last else "Next step",
            "question": f"Step {step + 1}. {lesson.steps[step].question}",
        }


def _register_step(app: Dash, bench: Bench) -> None:
    @app.callback(
        output={
            "how": Output("lesson-how", "children"),
            "no_choice": Output("lesson-choices", "hidden"),
            "options": Output("lesson-choice", "options"),
            "chosen": Output("lesson-choice", "value"),
            "handles": Output("lesson-handles", "children"),
            "chart_title": Output("lesson-chart-title", "children"),
            "figure": Output("lesson-chart", "figure"),
            "no_chart": Output("lesson-stage", "hidden"),
            "no_reveal": Output("lesson-reveal", "hidden"),
            "no_again": Output("lesson-again", "hidden"),
            "result": Output("lesson-result", "children"),
            "message": Output("lesson-message", "children"),
        },
        inputs={
            "at": Input("lesson-at", "data"),
            "kept": Input("lesson-kept", "data"),
            "theme": Input("theme", "data"),
            "pins": State("pins", "data"),
        },
    )
    def body(at: object, kept: object, theme: str, pins: object) -> dict[str, Any]:
        lesson, place = where(at)
        step = lesson.steps[place]
        saved = kept.get(kept_as(lesson, step)) if isinstance(kept, Mapping) else None
        prediction = prediction_of(step, saved)
        try:
            return _asked(step, theme, bench) if prediction is None else _shown(step, prediction, theme, pins, bench)
        except NeurokynError as problem:
            return {**_plain(step, None), "figure": no_update, "result": [], "message": str(problem)}


def _plain(step: Step, prediction: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is the same before and after, but for what can still be changed."""
    predict, done = step.predict, prediction is not None
    options: list[dict[str, Any]] = []
    points: list[Component] = []
    if isinstance(predict, Choose):
        options = [{"label": a.text, "value": k, "disabled": done} for k, a in enumerate(predict.answers)]
    else:
        drawn = (prediction or {}).get("sketch", [predict.first] * len(predict.at))
        points = handles(predict, drawn, people=has_people(step), done=done)
    return {
        "how": "" if done else CHOOSE if isinstance(predict, Choose) else DRAW,
        "no_choice": isinstance(predict, Sketch),
        "options": options,
        "chosen": (prediction or {}).get("choice"),
        "handles": points,
        "chart_title": step.chart.title,
        "no_chart": not done and isinstance(predict, Choose),
        "no_reveal": done,
        "no_again": not done,
        "message": "",
    }


def _asked(step: Step, theme: str, bench: Bench) -> dict[str, Any]:
    """A step before it is revealed."""
    data = {} if has_people(step) else show(step, bench).data
    return {**_plain(step, None), "figure": empty(step, data, theme), "result": []}


def _shown(step: Step, prediction: Mapping[str, Any], theme: str, pins: object, bench: Bench) -> dict[str, Any]:
    """A step once it is revealed."""
    found, parts = show(step, bench), _plain(step, prediction)
    for k, option in enumerate(parts["options"]):
        if k == found.right:
            option["label"] = html.Strong(f"{option['label']} – what the run shows", className="lesson-right")
    sketch: Sequence[float] = prediction.get("sketch", ())
    result = told(found, prediction, checked_pins(pins)[0])
    return {**parts, "figure": revealed(found, sketch, theme), "result": result}


def _register_predictions(app: Dash, bench: Bench) -> None:
    @app.callback(
        Output("lesson-kept", "data"),
        Output("lesson-message", "children", allow_duplicate=True),
        Input("lesson-reveal", "n_clicks"),
        State("lesson-at", "data"),
        State("lesson-choice", "value"),
        State({"type": HANDLE, "index": ALL}, "value"),
        State("lesson-kept", "data"),
        prevent_initial_call=True,
        running=[
            (Output("lesson-reveal", "disabled"), True, False),
            (Output("lesson-busy", "children"), "The model runs …", ""),
        ],
    )
    def reveal(_: int, at: object, choice: object, drawn: list[Any], kept: object) -> tuple[Any, Any]:
        lesson, place = where(at)
        step = lesson.steps[place]
        saved: dict[str, Any] = {"choice": choice}
        if isinstance(step.predict, Sketch):
            saved = {"sketch": _numbers(drawn)}
            if len(set(saved["sketch"])) <= 1:
                return no_update, UNTOUCHED
        if prediction_of(step, saved) is None:
            return no_update, NOTHING
        try:
            show(step, bench)
        except NeurokynError as problem:
            return no_update, str(problem)
        return {**(kept if isinstance(kept, Mapping) else {}), kept_as(lesson, step): saved}, no_update

    @app.callback(
        Output("lesson-kept", "data", allow_duplicate=True),
        Input("lesson-again", "n_clicks"),
        State("lesson-at", "data"),
        State("lesson-kept", "data"),
        prevent_initial_call=True,
    )
    def again(_: int, at: object, kept: object) -> dict[str, Any]:
        lesson, place = where(at)
        name = kept_as(lesson, lesson.steps[place])
        return {key: value for key, value in kept.items() if key != name} if isinstance(kept, Mapping) else {}


def _numbers(drawn: Sequence[Any]) -> list[Any]:
    """Values of sliders, which come as numbers or as text."""
    try:
        return [float(value) for value in drawn]
    except (TypeError, ValueError):
        return []


def _register_teaching(app: Dash, bench: Bench) -> None:
    @app.callback(
        Output("lesson-notes", "children"),
        Output("lesson-sheet", "href"),
        Output("lesson-key", "href"),
        Input("lesson-at", "data"),
        Input("lesson-teacher", "value"),
        Input("pins", "data"),
    )
    def teach(at: object, teacher: list[str] | None, pins: object) -> tuple[Any, ...]:
        lesson, place = where(at)
        runs = checked_pins(pins)[0]
        links = [worksheet_link(lesson, runs, answers=answers) for answers in (False, True)]
        if not teacher:
            return [], *links
        step = lesson.steps[place]
        try:
            shown = show(step, bench)
        except NeurokynError as problem:
            return html.P(str(problem)), *links
        notes: list[Component] = []
        if isinstance(step.predict, Choose):
            notes.append(html.P(["The run shows: ", html.Strong(step.predict.answers[shown.right].text)]))
        notes += [html.P(shown.sentence(step.reveal)), html.P(shown.sentence(step.teacher))]
        return notes, *links


__all__ = ["layout", "register"]
