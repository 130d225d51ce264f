"""Lessons read from TOML; everything wrong with a file is listed, with the place it stands at."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from neurokyn.analysis.reported import reported
from neurokyn.compiler.checks import source_keys
from neurokyn.errors import NeurokynError, ScenarioError, nearest
from neurokyn.lab.lesson_measures import COMPARING, MEASURES
from neurokyn.lab.lesson_trials import SHOWN
from neurokyn.lab.lesson_words import SPECS
from neurokyn.lab.lessons import (
    SENTENCES,
    START,
    Answer,
    Asked,
    Chart,
    Choose,
    Lesson,
    Line,
    Run,
    Sketch,
    Step,
    fields_of,
)
from neurokyn.lab.state import from_json
from neurokyn.population.reading import read_trial
from neurokyn.scenario import catalogue, quantity
from neurokyn.scenario.problems import Problems
from neurokyn.scenario.reading import read_scenario

FOLDER = Path(__file__).with_name("lessons")
TEXT, TEXTS, NUMBER, TABLE, TABLES = (
    (str, "text"),
    (list, "a list"),
    ((int, float), "a number"),
    (dict, "a table"),
    (
        list,
        "a list of tables",
    ),
)
Kind = tuple[Any, str]


@cache
def lessons() -> tuple[Lesson, ...]:
    """The ready lessons, in order.

    Returns
    -------
    tuple of Lesson
        Checked.

    Raises
    ------
    ScenarioError
        If a file is wrong; lists all problems.
    """
    return tuple(read_lesson(path) for path in sorted(FOLDER.glob("*.toml")))


def lesson_called(name: str) -> Lesson:
    """A ready lesson by name or by number.

    Parameters
    ----------
    name : str
        Such as "serotonin" or "1".

    Returns
    -------
    Lesson
        The lesson.

    Raises
    ------
    ScenarioError
        If there is none; names the nearest.
    """
    for lesson in lessons():
        if name in (lesson.name, str(lesson.number)):
            return lesson
    known = [lesson.name for lesson in lessons()]
    raise ScenarioError(f"there is no lesson {quantity.shown(name)}{nearest(name, known)}")


def read_lesson(path: Path) -> Lesson:
    """Read one lesson; the name of its file is NUMBER-NAME.toml.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Lesson
        Checked: every name it uses exists, answers leave no gap, sentences use numbers that are measured.

    Raises
    ------
    ScenarioError
        Lists all problems.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise ScenarioError(f"it cannot be read: {problem}", where=path.name, fix="write a TOML file") from None
    number, _, name = path.stem.partition("-")
    problems = Problems()
    if not number.isdigit() or not name:
        problems.add("", "the name of the file has no number", "call it like 1-serotonin.toml")
    table = _Table(raw, "", problems)
    rows = table.take("step", TABLES, [])
    lesson = Lesson(
        name,
        int(number) if number.isdigit() else 0,
        table.take("title", TEXT, ""),
        tuple(table.take("learn", TEXTS, [])),
        int(table.take("minutes", NUMBER, 0)),
        table.take("background", TEXT, "").strip(),
        tuple(_step(row, f"[[step]] {k}", problems) for k, row in enumerate(rows, start=1)),
    )
    table.done()
    if not 2 <= len(rows) <= 4:
        problems.add("[[step]]", f"there are {len(rows)} steps", "a lesson has two to four")
    problems.settle(path.name)
    return lesson


class _Table:
    """Takes typed values out of a table of a file and complains about what is left."""

    def __init__(self, raw: Mapping[str, Any], where: str, problems: Problems) -> None:
        self.raw, self.where, self.problems = dict(raw), where, problems
        self.known: list[str] = []

    def take(self, key: str, kind: Kind, instead: Any = None, *, needed: bool = True) -> Any:  # noqa: ANN401
        """The value at a key; `instead`, with the problem kept, if it is missing or of another kind."""
        self.known.append(key)
        if key not in self.raw:
            if needed:
                self.problems.add(f"{self.where} {key}".strip(), "it is missing", f"write {kind[1]}")
            return instead
        value = self.raw.pop(key)
        if not isinstance(value, kind[0]) or isinstance(value, bool):
            self.problems.add(f"{self.where} {key}".strip(), f"{quantity.shown(value)} is not {kind[1]}")
            return instead
        return value

    def time(self, key: str, instead: float) -> float:
        """A number, or a length of time in h; `instead` if it is not there."""
        self.known.append(key)
        return self.problems.read(f"{self.where} {key}", _place, self.raw.pop(key, instead), instead)

    def done(self) -> None:
        """Complain about keys that nobody took."""
        for key in self.raw:
            self.problems.add(self.where, f"the key {quantity.shown(key)} is unknown{nearest(key, self.known)}")


def _place(value: object) -> float:
    number = quantity.finite(value)
    return quantity.moment(value) if number is None else number


def _step(raw: Mapping[str, Any], where: str, problems: Problems) -> Step:
    table = _Table(raw, where, problems)
    runs = {name: _run(row, f"{where} runs.{name}", problems) for name, row in table.take("runs", TABLE, {}).items()}
    measures = {
        name: _asked(row, f"{where} measures.{name}", problems)
        for name, row in table.take("measures", TABLE, {}).items()
    }
    predict: Choose | Sketch
    if "sketch" in raw:
        predict = _sketch(table.take("sketch", TABLE, {}), f"{where} sketch", problems)
    else:
        predict = _choose(table.take("choose", TABLE, {}), f"{where} choose", problems)
    step = Step(
        name=table.take("name", TEXT, ""),
        question=table.take("question", TEXT, ""),
        runs=runs,
        chart=_chart(table.take("chart", TABLE, {}), f"{where} chart", problems),
        measures=measures,
        reported=table.take("reported", TABLE, {}, needed=False),
        predict=predict,
        sources=tuple(table.take("sources", TEXTS, [])),
        **{key: " ".join(table.take(key, TEXT, "").split()) for key in SENTENCES},
    )
    table.done()
    _check_names(step, where, problems)
    return step


def _run(raw: Mapping[str, Any], where: str, problems: Problems) -> Run:
    table = _Table(raw, where, problems)
    run = Run(
        label=table.take("label", TEXT, ""),
        state=table.take("state", TABLE, None, needed=False),
        scenario=table.take("scenario", TEXT, "", needed=False),
        arm=table.take("arm", TEXT, "", needed=False),
        settings=table.take("set", TABLE, {}, needed=False),
        zero=table.time("zero", 0.0),
        trial=table.take("trial", TEXT, "", needed=False),
        sizes=tuple(table.take("sizes", TEXTS, [], needed=False)),
        explore=table.take("explore", TABLE, None, needed=False),
    )
    table.done()
    if sum((run.state is not None, bool(run.scenario), bool(run.trial))) != 1:
        problems.add(where, "it says not exactly one of 'state', 'scenario' and 'trial'", "write one of them")
    for state in (run.state, run.explore):
        if state is not None:
            problems.read(where, from_json, state, None)
    if run.scenario:
        problems.read(where, lambda name: read_scenario(name).arm(run.arm or None), run.scenario, None)
    if run.trial:
        problems.read(where, read_trial, run.trial, None)
        if not run.sizes or not all(isinstance(n, int) and n > 1 for n in run.sizes):
            problems.add(f"{where} sizes", "it is no list of numbers of people", "write sizes = [48, 141]")
    return run


def _line(table: _Table) -> Line:
    return Line(
        run=table.take("run", TEXT, ""),
        read_out=table.take("read_out", TEXT, ""),
        over=table.take("over", TEXT, "", needed=False),
        smooth=table.time("smooth", 0.0),
        label=table.take("label", TEXT, "", needed=False),
    )


def _chart(raw: Mapping[str, Any], where: str, problems: Problems) -> Chart:
    table = _Table(raw, where, problems)
    lines = []
    for k, row in enumerate(table.take("lines", TABLES, []), start=1):
        one = _Table(row, f"{where} lines {k}", problems)
        lines.append(_line(one))
        one.done()
    chart = Chart(
        lines=tuple(lines),
        title=table.take("title", TEXT, ""),
        axis=table.take("axis", TEXT, ""),
        start=table.time("from", 0.0),
        stop=table.time("to", 0.0),
        people=int(table.take("people", NUMBER, 0, needed=False)),
    )
    table.done()
    if not lines:
        problems.add(f"{where} lines", "there is none", "write at least one")
    if chart.stop <= chart.start:
        problems.add(f"{where} to", "it is not after 'from'", "write a later one")
    return chart


def _asked(raw: Mapping[str, Any], where: str, problems: Problems) -> Asked:
    table = _Table(raw, where, problems)
    start, stop = table.time("from", 0.0), table.time("to", 0.0)
    asked = Asked(
        kind=table.take("kind", TEXT, ""),
        line=_line(table),
        beside=table.take("beside", TEXT, "", needed=False),
        start=start,
        middle=table.time("middle", (start + stop) / 2),
        stop=stop,
        unit=table.take("unit", TEXT, "", needed=False),
    )
    table.done()
    if asked.kind not in MEASURES:
        problems.add(
            f"{where} kind", f"there is no measure {quantity.shown(asked.kind)}{nearest(asked.kind, MEASURES)}"
        )
    if asked.kind in COMPARING and not asked.beside:
        problems.add(f"{where} beside", f"'{asked.kind}' compares two runs", "name the other one")
    return asked


def _choose(raw: Mapping[str, Any], where: str, problems: Problems) -> Choose:
    table, answers = _Table(raw, where, problems), []
    for k, row in enumerate(table.take("answers", TABLES, []), start=1):
        one = _Table(row, f"{where} answers {k}", problems)
        answers.append(
            Answer(
                one.take("text", TEXT, ""),
                one.take("least", NUMBER, -math.inf, needed=False),
                one.take("most", NUMBER, math.inf, needed=False),
            )
        )
        one.done()
    choose = Choose(table.take("by", TEXT, ""), tuple(answers), int(table.take("key", NUMBER, 1)) - 1)
    table.done()
    bounds = sorted((answer.least, answer.most) for answer in answers)
    whole = bounds and bounds[0][0] == -math.inf and bounds[-1][1] == math.inf
    if not whole or any(a[1] != b[0] for a, b in pairwise(bounds)):
        problems.add(where, "the bounds of the answers leave a gap or overlap", "let each begin where another ends")
    if not 0 <= choose.key < len(answers):
        problems.add(f"{where} key", "there is no such answer", "count them from 1")
    return choose


def _sketch(raw: Mapping[str, Any], where: str, problems: Problems) -> Sketch:
    table = _Table(raw, where, problems)
    places = [problems.read(f"{where} at", _place, value, 0.0) for value in table.take("at", TEXTS, [])]
    low, high = table.take("low", NUMBER, 0.0), table.take("high", NUMBER, 1.0)
    sketch = Sketch(tuple(places), float(low), float(high), float(table.take("first", NUMBER, low)))
    table.done()
    if len(places) < 3 or any(b <= a for a, b in pairwise(places)):
        problems.add(f"{where} at", "it is no rising list of three places or more", "write it like ['0 h', 'day 1']")
    if not low <= sketch.first <= high or low == high:
        problems.add(where, "'first' does not lie between 'low' and 'high'", "write low < first < high")
    return sketch


def _check_names(step: Step, where: str, problems: Problems) -> None:
    """Runs, read-outs, sources, reported rows and numbers that are mentioned exist."""
    lines = [*step.chart.lines, *(asked.line for asked in step.measures.values())]
    used = {name for line in lines for name in (line.run, line.over) if name and name != START}
    used |= {asked.beside for asked in step.measures.values() if asked.beside}
    _missing(used, step.runs, where, "run", problems)
    for line in lines:
        of_trial = line.run in step.runs and step.runs[line.run].trial
        _missing([line.read_out], SHOWN if of_trial else catalogue.read_outs(), where, "read-out", problems)
    _missing(step.sources, source_keys(), where, "source in sources.bib", problems)
    _missing(step.reported.values(), {row.id for row in reported()}, where, "reported row", problems)
    told = {**step.measures, **step.reported}
    if isinstance(step.predict, Choose):
        _missing([step.predict.by], step.measures, where, "measure", problems)
    for key in SENTENCES:
        no_fields: list[tuple[str, str]] = []
        for name, form in problems.read(f"{where} {key}", fields_of, getattr(step, key), no_fields):
            _missing([name], told, f"{where} {key}", "measure", problems)
            _missing([form], SPECS, f"{where} {key}", "form of a number", problems)


def _missing(names: Iterable[str], known: Collection[str], where: str, what: str, problems: Problems) -> None:
    for name in names:
        if name not in known:
            problems.add(where, f"there is no {what} {quantity.shown(name)}{nearest(name, known)}")


__all__ = ["FOLDER", "NeurokynError", "lesson_called", "lessons", "read_lesson"]
