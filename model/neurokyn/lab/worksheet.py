"""Worksheets: a page to print, with questions, empty axes, the class's own runs, and answers on a page of their own."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from flask import Flask, Response, request

from neurokyn.errors import NeurokynError
from neurokyn.lab.bench import Bench
from neurokyn.lab.lesson_charts import curves_of, has_people, scale_of
from neurokyn.lab.lesson_parts import reference_words
from neurokyn.lab.lesson_reading import lesson_called, lessons
from neurokyn.lab.lesson_runs import Shown, show
from neurokyn.lab.lessons import Choose, Lesson, Sketch, Step
from neurokyn.lab.state import Pin, from_json, mended_link
from neurokyn.lab.worksheet_figures import Axes, Trace, axes_svg

LONGEST = 9000  # letters of a link
RUN_READ_OUTS = (("mood.depression", "Depression, HAM-D, points"),)
SCALE_HIGH = 40.0  # points; the top of the axis of the class's own runs, unless one lies higher
STYLE = Path(__file__).with_name("worksheet.css")


def register_worksheet(server: Flask, bench: Bench) -> None:
    """Serve worksheets at /worksheet.

    Parameters
    ----------
    server : Flask
        Of the application.
    bench : Bench
        Runs what is drawn.
    """

    @server.get("/worksheet")
    def worksheet() -> Response:
        """The sheet that the link asks for; a sentence if it makes no sense."""
        asked = request.args
        if len(request.query_string) > LONGEST:
            return _page("Worksheet", f"<p>The link is longer than {LONGEST} letters.</p>", 400)
        try:
            lesson = lesson_called(asked.get("lesson", ""))
            _, pins, problems = mended_link(asked.get("runs", ""))
            body = sheet(lesson, pins, bench, answers=asked.get("answers", "") == "yes", problems=problems)
        except NeurokynError as problem:
            names = ", ".join(each.name for each in lessons())
            return _page("Worksheet", f"<h1>No worksheet</h1><p>{escape(str(problem))}. Lessons: {names}.</p>", 400)
        return _page(lesson.title, body)


def _page(title: str, body: str, status: int = 200) -> Response:
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    head += f'<title>{escape(title)} – worksheet</title><link rel="icon" type="image/svg+xml" href="assets/icon.svg">'
    style = STYLE.read_text(encoding="utf-8")
    page = f'<!DOCTYPE html><html lang="en"><head>{head}<style>{style}</style></head><body>{body}</body></html>'
    return Response(page, status, mimetype="text/html")


def sheet(lesson: Lesson, pins: Sequence[Pin], bench: Bench, *, answers: bool, problems: Sequence[str] = ()) -> str:
    """A worksheet as HTML, without its head.

    Parameters
    ----------
    lesson : Lesson
        Which.
    pins : sequence of Pin
        The class's own runs.
    bench : Bench
        Runs them.
    answers : bool
        Whether the teacher's page comes last.
    problems : sequence of str
        What of the link could not be read.

    Returns
    -------
    str
        Everything that came from outside is escaped.
    """
    parts = [
        '<p class="hint">Print this page with the browser (Ctrl+P or ⌘P): A4, black and white is enough.</p>',
        f"<h1>{lesson.number}. {escape(lesson.title)}</h1>",
        '<div class="who"><span>Name</span><span>Class</span><span>Date</span></div>',
        "".join(f"<p>{escape(' '.join(part.split()))}</p>" for part in lesson.background.split("\n\n")),
        *(f"<p>{escape(line)}.</p>" for line in problems),
        *(_step(k, step, bench) for k, step in enumerate(lesson.steps, start=1)),
    ]
    if pins:
        parts.append(_own_runs(pins, bench))
    if answers:
        parts.append(_key(lesson, bench))
    parts.append('<p class="small">neurokyn, a simulation for learning and research. Not a medical device.</p>')
    return "\n".join(parts)


def _step(place: int, step: Step, bench: Bench) -> str:
    """A question, how to predict, and room to write."""
    shown = show(step, bench)
    parts = [f'<section class="step"><h2>Step {place}. {escape(step.question)}</h2>']
    if isinstance(step.predict, Choose):
        boxes = (f'<li><span class="box"></span>{escape(answer.text)}</li>' for answer in step.predict.answers)
        parts.append(f'<ul class="answers">{"".join(boxes)}</ul>')
    else:
        parts.append("<p>Draw what you expect, then what the run shows in another line.</p>")
        parts.append(axes_svg(_axes(step, shown), (), step.chart.title))
    parts.append('<p>What the run shows, and why:</p><div class="write"></div><div class="write"></div>')
    parts.append(f'<p>{escape(shown.sentence(step.follow_up))}</p><div class="write"></div></section>')
    return "".join(parts)


def _axes(step: Step, shown: Shown | None = None, top: float | None = None) -> Axes:
    """The axes of a step: those of the sketch, or wide enough for its courses."""
    people = has_people(step)
    per, title = scale_of(step.chart, people)
    start, stop = step.chart.start / per, step.chart.stop / per
    predict = step.predict
    if isinstance(predict, Sketch):
        low, high, places = predict.low, predict.high, [place / per for place in predict.at]
    else:
        assert shown is not None
        values = [float(v) for curve in curves_of(shown) for v in (curve.course.min(), curve.course.max())]
        low, high, places = min([0.0, *values]), max(values) if top is None else top, []
    return Axes((start, stop), (low, high), title, step.chart.axis, log=people, marks=tuple(places))


def _own_runs(pins: Sequence[Pin], bench: Bench) -> str:
    """What is pinned in Explore, a small figure each."""
    figures = []
    for pin in pins:
        state, name = from_json(pin["state"]), escape(str(pin["name"]))
        for read_out, axis in RUN_READ_OUTS:
            try:
                data = bench.run(state).data
            except NeurokynError as problem:
                figures.append(f"<figure><figcaption>{name}: {escape(str(problem))}</figcaption></figure>")
                continue
            values, weeks = data[read_out].values, data["time"].values / 168
            axes = Axes((0.0, float(weeks[-1])), (0.0, max(SCALE_HIGH, float(values.max()))), "Weeks", axis)
            drawn = axes_svg(axes, (Trace("", weeks, values),), str(pin["name"]), small=True)
            ends = f"{values[0]:.1f} to {values[-1]:.1f} points"
            figures.append(f"<figure>{drawn}<figcaption>{name}: {ends}</figcaption></figure>")
    return f'<h2>Our own runs</h2><div class="runs">{"".join(figures)}</div>'


def _key(lesson: Lesson, bench: Bench) -> str:
    """The teacher's page: right answers by the runs, curves, notes, sources."""
    parts = [f'<section class="key"><h1>Teacher\'s page: {escape(lesson.title)}</h1>']
    for k, step in enumerate(lesson.steps, start=1):
        shown = show(step, bench)
        parts.append(f'<div class="step"><h2>Step {k}. {escape(step.question)}</h2>')
        if isinstance(step.predict, Choose):
            parts.append(f"<p><strong>{escape(step.predict.answers[shown.right].text)}</strong></p>")
        else:
            traces = tuple(Trace(curve.name, curve.at, curve.course) for curve in curves_of(shown)[:1])
            parts.append(axes_svg(_axes(step, shown), traces, step.chart.title, small=True))
        said = (step.reveal, step.why, step.teacher)
        parts += [f"<p>{escape(shown.sentence(text))}</p>" for text in said]
        parts.append(f'<p class="small">{escape(shown.sentence(step.rests))}</p>')
        sources = (
            "".join(filter(None, (text, f"doi:{doi}" if doi else ""))) for text, doi in map(_reference, step.sources)
        )
        parts.append(f'<ul class="small">{"".join(f"<li>{escape(line)}</li>" for line in sources)}</ul></div>')
    return "".join([*parts, "</section>"])


def _reference(key: str) -> tuple[str, str]:
    return reference_words(key)
