"""What a step simulates, the courses it draws, the numbers it reads, and its sentences with these in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import xarray as xr

from neurokyn.analysis.reported import Reported, chosen_rows
from neurokyn.lab.bench import Bench
from neurokyn.lab.lesson_measures import MEASURES, Stretch, unit_of
from neurokyn.lab.lesson_trials import trials_of
from neurokyn.lab.lesson_words import number, told
from neurokyn.lab.lessons import START, Asked, Choose, Line, Run, Step, fields_of
from neurokyn.lab.state import from_json
from neurokyn.scenario.reading import read_scenario
from neurokyn.scenario.simulate import simulate

FINE = 96.0  # h; what a step looks at is reported minute by minute up to this length
Number = tuple[float, str]  # a measured value and its unit


@dataclass(frozen=True, eq=False)
class Shown:
    """A step as it came out.

    Parameters
    ----------
    step : Step
        What was asked.
    data : mapping of str to xarray.Dataset
        By run; dimension time (h from the lesson's zero), or people.
    numbers : mapping of str to (float, str)
        Measured values and their units.
    """

    step: Step
    data: Mapping[str, xr.Dataset]
    numbers: Mapping[str, Number]

    @property
    def right(self) -> int:
        """Place of the right answer by the run; -1 for a sketch."""
        predict = self.step.predict
        return predict.right(self.numbers[predict.by][0]) if isinstance(predict, Choose) else -1

    def sentence(self, text: str) -> str:
        """A sentence of the lesson with its numbers in place."""
        return sentence(text, self.numbers, self.step.reported).replace(" %", "\u00a0%")


def show(step: Step, bench: Bench) -> Shown:
    """Run a step.

    Parameters
    ----------
    step : Step
        From a lesson.
    bench : Bench
        Where states are run and kept.

    Returns
    -------
    Shown
        Courses and numbers.

    Raises
    ------
    LabError, SolveError
        If a run cannot be made.
    """
    spans = [(step.chart.start, step.chart.stop), *((asked.start, asked.stop) for asked in step.measures.values())]
    start, stop = min(a for a, _ in spans), max(b for _, b in spans)
    data = {name: _run(run, (start, stop), bench) for name, run in step.runs.items()}
    return Shown(step, data, {name: measured(asked, data) for name, asked in step.measures.items()})


def _run(run: Run, span: tuple[float, float], bench: Bench) -> xr.Dataset:
    """The course of a run, counted from its zero; trials by people."""
    if run.trial:
        return trials_of(run.trial, run.sizes)
    start, stop = span[0] + run.zero, span[1] + run.zero
    if run.scenario:
        data = _scenario(run.scenario, run.arm, tuple(run.settings.items()))
    else:
        state = from_json(run.state or {})
        data = bench.run(state, (), (max(start, 0.0), stop) if stop - start <= FINE else None).data
    return data.assign_coords(time=data["time"] - run.zero)


@lru_cache(maxsize=16)
def _scenario(name: str, arm: str, settings: tuple[tuple[str, float | str], ...]) -> xr.Dataset:
    """One arm of a ready-made scenario."""
    plan = read_scenario(name)
    own = plan.arm(arm or None)
    alone = replace(plan, items=own.items, person=own.person or plan.person, set={**own.set, **dict(settings)}, arms={})
    return simulate(alone)


def course(line: Line, data: Mapping[str, xr.Dataset], run: str = "") -> tuple[np.ndarray, np.ndarray, str]:
    """One course: where, how much, and its unit.

    Parameters
    ----------
    line : Line
        Which.
    data : mapping of str to xarray.Dataset
        By run.
    run : str
        Another run than the line's own.

    Returns
    -------
    at, course : ndarray, shape (n,)
        Hours (or people), and values.
    unit : str
        "%" over another run, else that of the read-out.
    """
    of = data[run or line.run]
    axis = "people" if "people" in of.dims else "time"
    at, values = of[axis].values.astype(float), of[line.read_out].values
    unit = str(of[line.read_out].attrs.get("units", "1"))
    if line.over == START:
        values, unit = 100 * (values / np.interp(0.0, at, values) - 1), "%"
    elif line.over:
        rest = data[line.over]
        values, unit = 100 * (values / np.interp(at, rest[axis].values, rest[line.read_out].values) - 1), "%"
    return at, _smooth(at, values, line.smooth), unit


def _smooth(at: np.ndarray, values: np.ndarray, width: float) -> np.ndarray:
    """The mean over a stretch around each place, as wide as the ends allow on both sides alike."""
    if not width:
        return values
    area = np.concatenate([[0.0], np.cumsum(np.diff(at) * (values[1:] + values[:-1]) / 2)])
    half = np.minimum(width / 2, np.minimum(at - at[0], at[-1] - at))
    inside = half > 0
    early, late = (at - half)[inside], (at + half)[inside]
    means = values.astype(float)
    means[inside] = (np.interp(late, at, area) - np.interp(early, at, area)) / (late - early)
    return np.asarray(means)


def measured(asked: Asked, data: Mapping[str, xr.Dataset]) -> Number:
    """A number read off the runs.

    Parameters
    ----------
    asked : Asked
        What and where.
    data : mapping of str to xarray.Dataset
        By run.

    Returns
    -------
    (float, str)
        The number and its unit.
    """
    at, values, unit = course(asked.line, data)
    beside = None
    if asked.beside:
        other, there, _ = course(asked.line, data, asked.beside)
        beside = np.interp(at, other, there)
    found = MEASURES[asked.kind](Stretch(at, values, beside, asked.start, asked.middle, asked.stop))
    return found, asked.unit or unit_of(asked.kind, unit)


def sentence(text: str, numbers: Mapping[str, Number], reported: Mapping[str, str]) -> str:
    """A sentence with its numbers in place.

    Parameters
    ----------
    text : str
        With {name} or {name:form}.
    numbers : mapping of str to (float, str)
        Measured.
    reported : mapping of str to str
        Rows of `params/targets` by name.

    Returns
    -------
    str
        Plain text.

    Examples
    --------
    >>> sentence("Serotonin {rise:moves}.", {"rise": (42.7, "%")}, {})
    'Serotonin rises by 43 %.'
    """
    for name, form in fields_of(text):
        place = f"{{{name}:{form}}}" if form else f"{{{name}}}"
        value = reported_words(chosen_rows([reported[name]])[0]) if name in reported else told(*numbers[name], form)
        text = text.replace(place, value)
    return text


def reported_words(row: Reported) -> str:
    """A reported result with its interval: "−1.5 % (−19 to +16 %)"; shares in per cent.

    Parameters
    ----------
    row : Reported
        From `params/targets`.

    Returns
    -------
    str
        To stand in a sentence.
    """
    share = any(word in row.question.statistic for word in ("share", "risk difference"))
    factor, unit = (100.0, " %") if share else (1.0, "")
    estimate = f"{number(factor * row.estimate)}{unit}"
    if not np.isfinite(row.low):
        return estimate
    ends = [f"{'+' if end > 0 and row.low < 0 else ''}{number(factor * end)}" for end in (row.low, row.high)]
    return f"{estimate} ({ends[0]} to {ends[1]}{unit})"
