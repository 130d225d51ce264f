"""One body under treatments, whole and with a path cut, and how far its answers move with what is not known.

Rhythms and meals are at their means. Every number of the model that is no convention is moved by one standard deviation
of its uncertainty, one at a time, and the person's vulnerability is solved anew, so that they rest at the same score:
what is asked is how well treatments work in the same patient. The squares of the shifts add up to the variance of an
answer: a first-order statement, not a distribution.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy.special import logit

from neurokyn.analysis.claims.numbers import Estimate
from neurokyn.analysis.experiment import CLOCK, QUIET, Item
from neurokyn.analysis.trust import LOOSE, MEASURED, WITHIN, moved_value
from neurokyn.compiler.parameters import Table
from neurokyn.errors import SolveError
from neurokyn.scenario.activity import Programme
from neurokyn.scenario.context import Context
from neurokyn.scenario.dosing import Regimen
from neurokyn.scenario.model import standard_model, standard_parameters
from neurokyn.scenario.people import phenotype_row, phenotype_values, settings_of
from neurokyn.scenario.prepare import Prepared, prepare
from neurokyn.scenario.schedule import Schedule
from neurokyn.scenario.solve import follow, timeline
from neurokyn.scenario.steady import steady_state

DAY, WEEK = 24.0, 168.0
VULNERABILITY, DEPRESSION = "mood.vulnerability", "mood.depression"
IDLE = ("behaviour.", *(f"ssri.{drug}" for drug in ("citalopram", "sertraline", "paroxetine", "fluoxetine", "norfl")))
DRUG = Regimen("escitalopram", "10 mg", every="1 day")

Cut = tuple[tuple[str, float], ...]
Readings = Mapping[str, tuple[float, float]]
Ask = Callable[[Mapping[str, Readings]], float]


@dataclass(frozen=True)
class Case:
    """A body and what is done to it.

    Parameters
    ----------
    items : tuple
        Drugs and programmes.
    cut : tuple of (str, float)
        Numbers replaced, beyond their bounds if need be.
    held : bool
        Whether the body rests at its phenotype's score whatever is cut or moved.
    phenotype : str
        Whose body.
    weeks : float
        How long it is watched; not at all if 0.
    """

    items: tuple[Item, ...] = ()
    cut: Cut = ()
    held: bool = True
    phenotype: str = "mdd"
    weeks: float = 16.0


def training(mode: str, effort: int) -> Programme:
    """Three sessions of 45 minutes a week, at a per cent of VO2max."""
    return Programme(mode, 45, f"{effort} %VO2max", days=("mon", "wed", "fri"), at="18:00")


@dataclass(frozen=True)
class Known:
    """An answer and what it rests on.

    Parameters
    ----------
    found : Estimate
        The answer, and 95 % of its first-order uncertainty.
    grades : mapping of str to float
        Share of that uncertainty by grade of evidence.
    largest : tuple of str
        Names of the numbers that carry most.
    """

    found: Estimate
    grades: Mapping[str, float]
    largest: tuple[str, ...]

    @property
    def grade(self) -> str:
        """The grade of evidence that most of it rests on, with its share."""
        if not self.largest:
            return "nothing that was moved"
        grade, share = max(self.grades.items(), key=lambda row: row[1])
        return f"{100 * share:.0f} % {grade}"

    @property
    def said(self) -> str:
        """The same in words, with the numbers that carry most."""
        if not self.largest:
            return "nothing that was moved changes it"
        share, grade = self.grade.split(" % ")
        return f"{share} % of its first-order uncertainty comes from {grade} numbers, most from {self.names}"

    @property
    def names(self) -> str:
        """The two numbers that carry most."""
        return " and ".join(f"`{name}`" for name in self.largest[:2])


def look(case: Case, shift: Mapping[str, float] | None = None) -> Readings:
    """A body at rest and over the last week of a treatment.

    Parameters
    ----------
    case : Case
        What is done.
    shift : mapping of str to float, optional
        Numbers of the model that are moved.

    Returns
    -------
    mapping of str to (float, float)
        By read-out: at rest, and the mean of the last week.

    Raises
    ------
    SolveError
        If the body has no resting point or cannot be followed.

    Examples
    --------
    >>> look(Case((DRUG,), weeks=2.0))["mood.depression"][1] < 21
    True
    """
    body = _body(case, shift or {})
    start = steady_state(body)
    rest = body.read_outs(start, body.rests)
    if not case.weeks:
        return {name: (value, value) for name, value in rest.items()}
    hours = case.weeks * WEEK
    parts = [x for item in case.items for x in item.expand(Context(hours, CLOCK))]  # type: ignore[union-attr]
    events = timeline(body, Schedule([QUIET, *parts]), hours, CLOCK)
    times = np.array([0.0, *np.arange(hours - WEEK, hours, 6.0)])
    course = follow(body, start, events, times, rtol=LOOSE)
    if course.code != 0:
        raise SolveError(course.reason)
    ends = course.values[1:].mean(axis=0)
    return {r.name: (rest[r.name], float(ends[k])) for k, r in enumerate(body.system.read_outs)}


def _body(case: Case, shift: Mapping[str, float]) -> Prepared:
    """The phenotype's body with some numbers moved and some cut."""
    table = standard_parameters().with_values(phenotype_values(case.phenotype))
    replaced = dict(shift) | dict(case.cut)
    body = _with(table, replaced)
    if not case.held or not replaced:
        return body
    most = table["mood.scale_maximum"].value
    before, now = _score_at_rest(case.phenotype), body.read_outs(steady_state(body), body.rests)[DEPRESSION]
    again = table[VULNERABILITY].value + float(logit(before / most) - logit(now / most))
    return _with(table, replaced | {VULNERABILITY: again})


@cache
def _score_at_rest(phenotype: str) -> float:
    body = _with(standard_parameters().with_values(phenotype_values(phenotype)), {})
    return body.read_outs(steady_state(body), body.rests)[DEPRESSION]


def _with(table: Table, replaced: Mapping[str, float]) -> Prepared:
    rows = dict(table) | {name: replace(table[name], value=value) for name, value in replaced.items()}
    return prepare(standard_model(), Table(rows.values()))


def ask_body(
    cases: Mapping[str, Case], questions: Mapping[str, Ask], numbers: int, workers: int | None = None
) -> tuple[dict[str, Known], dict[str, Readings]]:
    """Ask one body, and see how far each answer moves with what is not known.

    Parameters
    ----------
    cases : mapping of str to Case
        What is done, by name.
    questions : mapping of str to callable
        From the readings of the cases to a number.
    numbers : int
        How many numbers are moved, evenly over the model; all if there are no more.
    workers : int, optional
        Threads.

    Returns
    -------
    dict of str to Known, dict of str to mapping
        The answers, and the readings of every case as shipped.

    Examples
    --------
    >>> points = lambda seen: seen["drug"]["mood.depression"][1] - seen["drug"]["mood.depression"][0]
    >>> found, _ = ask_body({"drug": Case((DRUG,), weeks=2.0)}, {"drug": points}, 2)
    >>> found["drug"].found.value < 0
    True
    """
    shipped = {name: look(case) for name, case in cases.items()}
    moves = _moves()
    chosen = moves[:: max(1, math.ceil(len(moves) / numbers))]
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        rows = list(pool.map(lambda move: _shifted(cases, questions, shipped, move), chosen))
    answers = {name: ask(shipped) for name, ask in questions.items()}
    shifts = np.array(rows) - np.array(list(answers.values()))
    return {name: _known(answers[name], shifts[:, k], chosen) for k, name in enumerate(questions)}, shipped


@dataclass(frozen=True)
class Move:
    """A number of the model, one standard deviation of its uncertainty away.

    Parameters
    ----------
    name, evidence : str
        Which number, and the grade of what is known of it.
    to : float
        Where it is moved, in its table's unit.
    factor : float
        The same as a factor of the patient's own number; 0 if patients do not have one.
    """

    name: str
    evidence: str
    to: float
    factor: float

    def of(self, case: Case) -> dict[str, float]:
        """What is moved in a body: a patient's own number by the factor, and not at all in who has none."""
        if not self.factor:
            return {self.name: self.to}
        own = settings_of(case.phenotype).get(self.name)
        return {self.name: float(own["value"]) * self.factor} if own else {}


def _moves() -> list[Move]:
    """Every number that may matter here and is no convention; patients' own numbers as patients have them."""
    table, own = standard_parameters(), settings_of("mdd")
    found = []
    for name in standard_model().parameter_units:
        if name in own:
            row = phenotype_row("mdd", name)
            bounded = {"interval", "bounds"} & set(own[name])
            to = moved_value(row) if bounded else (1.0 + MEASURED) * row.value
        else:
            row = table[name]
            to = moved_value(row)
        if row.evidence != "convention" and to is not None and name != VULNERABILITY and not name.startswith(IDLE):
            found.append(Move(name, row.evidence, to, to / row.value if name in own else 0.0))
    return found


def _shifted(
    cases: Mapping[str, Case], questions: Mapping[str, Ask], shipped: Mapping[str, Readings], move: Move
) -> list[float]:
    """Every answer with one number moved; as shipped where a body then has no course."""
    seen = dict(shipped)
    try:
        seen |= {key: look(case, move.of(case)) for key, case in cases.items() if move.of(case)}
    except SolveError:
        seen = dict(shipped)
    return [ask(seen) for ask in questions.values()]


def _known(answer: float, shifts: np.ndarray, moves: Sequence[Move]) -> Known:
    squares = shifts**2
    total = float(squares.sum())
    half = WITHIN * math.sqrt(total)
    grades: dict[str, float] = {}
    for move, square in zip(moves, squares, strict=True):
        grades[move.evidence] = grades.get(move.evidence, 0.0) + (float(square) / total if total else 0.0)
    order = np.argsort(-squares)
    largest = tuple(moves[k].name for k in order[:3] if squares[k] > 0)
    return Known(Estimate(answer, answer - half, answer + half), grades, largest)
