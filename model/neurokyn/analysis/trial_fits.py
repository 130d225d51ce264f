"""The last stages of the calibration: numbers of mood, care and observation, fitted to trials by simulating them.

Each stage minimises the squared distance of simulated designs to its calibration rows, in their standard errors, plus
that to a prior: the nominal value, with a quarter of the bounds on the logarithm as standard deviation. Designs are
simulated with the same random numbers throughout, so the distance is nearly smooth; slopes are finite differences.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import least_squares

from neurokyn.analysis.reported import Reported, reported
from neurokyn.analysis.validate import ask
from neurokyn.population.courses import Course, simulate_courses
from neurokyn.population.observation import observation
from neurokyn.population.reading import read_trial
from neurokyn.population.switches import Switches
from neurokyn.scenario import catalogue
from neurokyn.scenario.model import standard_parameters

TABLES = ("care", "observation")  # files whose numbers belong to trials and not to the model
STEP = 0.15  # of a parameter, for slopes: well above the grain of counted people
POINT = 0.25  # standard error of a row printed without one, as a share of it
CLOSE = 0.02  # where the steps of a fit end, as a share of the parameters


@dataclass(frozen=True)
class TrialStage:
    """A stage: which numbers, and the rows they may see.

    Parameters
    ----------
    name : str
        In words.
    parameters : tuple of str
        "module.parameter", "care.KIND.number" or "observation.number".
    rows : tuple of str
        Calibration rows of `params/targets/trials.toml`.
    """

    name: str
    parameters: tuple[str, ...]
    rows: tuple[str, ...]


STAGES = (
    TrialStage(
        "natural course",
        ("observation.episode_end_hazard", "mood.recovery_rate"),
        ("waiting.change", "waiting.percent", "waiting.response"),
    ),
    TrialStage("placebo", ("mood.expectancy_maximum",), ("D07",)),
    TrialStage("belief in a drug", ("care.open-pill.belief",), ("open.response", "open.remission")),
    TrialStage(
        "exercise",
        ("care.supervised-exercise.belief", "observation.small_study_bias"),
        ("E12", "E13", "E14.large", "E14.small", "E14.asymmetry", "E36"),
    ),
    TrialStage(
        "staying",
        (
            "care.supervised-exercise.leaving_exercise",
            "care.usual-care.leaving_treatment",
            "care.routine-exercise.leaving_exercise",
            "care.open-pill.leaving_treatment",
            "care.placebo-pill.leaving_treatment",
        ),
        ("A01", "E17", "A05.three_months", "A08", "A09.escitalopram", "A09.citalopram", "A09.fluoxetine"),
    ),
    TrialStage("reliance", ("mood.withdrawal_points",), ("P16",)),
)
FOLLOWS: Mapping[str, tuple[str, ...]] = {  # numbers that are the mean of others, by rule
    "care.home-exercise.belief": ("care.supervised-exercise.belief",),
    "care.chosen-exercise.belief": ("care.supervised-exercise.belief", "care.open-pill.belief"),
    "care.attention-control.leaving_exercise": ("care.supervised-exercise.leaving_exercise",),
    "care.chosen-exercise.leaving_exercise": ("care.supervised-exercise.leaving_exercise",),
    "care.home-exercise.leaving_exercise": (
        "care.supervised-exercise.leaving_exercise",
        "care.routine-exercise.leaving_exercise",
    ),
    "care.own-exercise.leaving_exercise": (
        "care.supervised-exercise.leaving_exercise",
        "care.routine-exercise.leaving_exercise",
    ),
    "care.waiting-list.leaving_treatment": ("care.usual-care.leaving_treatment",),
    "care.blinded-pill.leaving_treatment": ("care.placebo-pill.leaving_treatment",),
}


@dataclass(frozen=True)
class Number:
    """A number that may be fitted.

    Parameters
    ----------
    name : str
        As in a stage.
    value, nominal : float
        As shipped, and the centre of its prior.
    bounds : tuple of float
        Its plausible range.
    """

    name: str
    value: float
    nominal: float
    bounds: tuple[float, float]

    @property
    def prior_sd(self) -> float:
        """Standard deviation of the logarithm."""
        return math.log(self.bounds[1] / self.bounds[0]) / 4.0


@dataclass(frozen=True)
class TrialFit:
    """A fitted stage.

    Parameters
    ----------
    stage : TrialStage
        What was fitted to what.
    numbers : tuple of Number
        Their nominal values.
    values, sd : ndarray
        Fitted values, and Laplace's standard deviations of their logarithms.
    rows : tuple of Reported
        The rows.
    before, after : ndarray
        What the design answered with the nominal and with the fitted values.
    """

    stage: TrialStage
    numbers: tuple[Number, ...]
    values: np.ndarray
    sd: np.ndarray
    rows: tuple[Reported, ...]
    before: np.ndarray
    after: np.ndarray

    @property
    def low(self) -> np.ndarray:
        """Lower ends of the 95 % intervals."""
        return np.asarray(self.values * np.exp(-1.96 * self.sd))

    @property
    def high(self) -> np.ndarray:
        """Upper ends of the 95 % intervals."""
        return np.asarray(self.values * np.exp(1.96 * self.sd))


def number(name: str) -> Number:
    """A number by its name in a stage.

    Parameters
    ----------
    name : str
        "module.parameter", "care.KIND.number" or "observation.number".

    Returns
    -------
    Number
        As shipped.

    Examples
    --------
    >>> number("observation.rater_sd").value > 0
    True
    """
    if not of_trials(name):
        row = standard_parameters()[name]
        nominal = row.value if row.nominal is None else row.nominal
        low, high = row.bounds or (row.value / 2, row.value * 2)
        return Number(name, row.value, nominal, (max(low, 1e-3 * row.value), high))
    found = _entry(name)
    value = float(found["value"])
    low, high = found["bounds"]
    return Number(name, value, float(found.get("nominal", value)), (max(float(low), 1e-3 * value), float(high)))


def of_trials(name: str) -> bool:
    """Whether a number belongs to care or observation and not to the model."""
    return name.startswith(tuple(f"{table}." for table in TABLES))


def _entry(name: str) -> dict[str, Any]:
    """The table of a number of care or observation."""
    file, *path = name.split(".")
    row: Any = catalogue.rows(file)
    for key in path:
        row = row[key]
    return row  # type: ignore[no-any-return]


@contextmanager
def numbers_changed(values: Mapping[str, float]) -> Iterator[dict[str, float | str]]:
    """Care and observation with other numbers for a while; what belongs to the model is handed on as settings.

    Parameters
    ----------
    values : mapping of str to float
        By the name in a stage; those that follow others by rule move along.

    Yields
    ------
    dict of str to float
        Settings for `simulate_courses`.
    """
    wanted = with_followers(values)
    kept = {name: _entry(name)["value"] for name in wanted if of_trials(name)}
    try:
        for name in kept:
            _entry(name)["value"] = wanted[name]
        observation.cache_clear()
        yield {name: value for name, value in values.items() if name not in kept}
    finally:
        for name, value in kept.items():
            _entry(name)["value"] = value
        observation.cache_clear()


def with_followers(values: Mapping[str, float]) -> dict[str, float]:
    """Values with those of the numbers that follow them by rule."""
    found = dict(values)
    for name, leaders in FOLLOWS.items():
        if set(leaders) & set(values):
            found[name] = float(np.mean([values.get(each, number(each).value) for each in leaders]))
    return found


def fit_stage(
    stage: TrialStage, people: int, replicates: int, seed: int = 1, say: Callable[[str], None] = lambda line: None
) -> TrialFit:
    """Fit one stage.

    Parameters
    ----------
    stage : TrialStage
        Of `STAGES`.
    people, replicates : int
        Simulated for each design, and how often it is carried out.
    seed : int
        The same seed gives the same fit.
    say : callable
        Receives lines of progress.

    Returns
    -------
    TrialFit
        Values, intervals, rows before and after.
    """
    known = {row.id: row for row in reported() if row.set == "calibration"}
    rows = tuple(known[name] for name in stage.rows)
    numbers = tuple(number(name) for name in stage.parameters)
    nominal = np.log([each.nominal for each in numbers])
    spread = np.array([each.prior_sd for each in numbers])
    error = np.array([standard_error(row) for row in rows])
    store: dict[Hashable, list[Course]] = {}

    def answers(logs: np.ndarray) -> np.ndarray:
        values = dict(zip(stage.parameters, np.exp(logs).tolist(), strict=True))
        found = simulated(rows, values, people, replicates, seed, store)
        say(f"{stage.name}: {', '.join(f'{v:.4g}' for v in values.values())} → {np.array2string(found, precision=3)}")
        return found

    def residuals(logs: np.ndarray) -> np.ndarray:
        return np.concatenate([(answers(logs) - [row.estimate for row in rows]) / error, (logs - nominal) / spread])

    limits = np.log(np.array([each.bounds for each in numbers])).T
    start = np.clip(nominal, limits[0] + 1e-6, limits[1] - 1e-6)
    found = least_squares(residuals, start, bounds=limits, diff_step=STEP / np.maximum(np.abs(start), 1e-3),
                          x_scale=spread, xtol=CLOSE, ftol=1e-2, max_nfev=8)  # fmt: skip
    sd = np.sqrt(np.diag(np.linalg.inv(found.jac.T @ found.jac)))
    return TrialFit(
        stage,
        numbers,
        np.exp(found.x),
        sd,
        rows,
        answers(nominal),
        answers(found.x),
    )


def standard_error(row: Reported) -> float:
    """Of a reported result: from its interval, or a quarter of it where none was printed."""
    if math.isfinite(row.low):
        return (row.high - row.low) / 3.92
    return POINT * abs(row.estimate)


def simulated(
    rows: Sequence[Reported],
    values: Mapping[str, float],
    people: int,
    replicates: int,
    seed: int,
    store: dict[Hashable, list[Course]],
) -> np.ndarray:
    """What the designs of some rows answer on average, with numbers changed."""
    found = np.empty(len(rows))
    with numbers_changed(values) as settings:
        for name in dict.fromkeys(row.trial for row in rows):
            trial = read_trial(name)
            own = [k for k, row in enumerate(rows) if row.trial == name]
            courses = simulate_courses(trial, people, seed, known=store, settings=settings)
            asked = ask(trial, courses, [rows[k].question for k in own], replicates, seed, Switches())
            found[own] = np.nanmean(asked, axis=0)
    return found


def write_fits(fits: Sequence[TrialFit], folder: Path) -> list[Path]:
    """Write fitted values of care and observation, and of those that follow by rule, into `params/`.

    Parameters
    ----------
    fits : sequence of TrialFit
        From `fit_stage`.
    folder : Path
        `params/`.

    Returns
    -------
    list of Path
        Files written; numbers of the model are written by `analysis/fits.py`.
    """
    values = {
        each.name: (value, low, high, each.nominal, ", ".join(fit.stage.rows))
        for fit in fits
        for each, value, low, high in zip(fit.numbers, fit.values, fit.low, fit.high, strict=True)
    }
    followers = with_followers({name: row[0] for name, row in values.items()})
    written = []
    for name, value in followers.items():
        file, *path = name.split(".")
        if file not in TABLES:
            continue
        target = folder / f"{file}.toml"
        text = target.read_text(encoding="utf-8")
        target.write_text(_replaced(text, path, value, values.get(name)), encoding="utf-8")
        written.append(target)
    return list(dict.fromkeys(written))


def _replaced(text: str, path: Sequence[str], value: float, fit: tuple[float, float, float, float, str] | None) -> str:
    """The text of a file with one number replaced, in a table of its own or in a line of one."""
    start = text.index(f"[{path[0]}]\n")
    stop = text.find("\n[", start + 1)
    stop = len(text) if stop < 0 else stop
    own = text[start:stop]
    if len(path) == 2:  # care: one line for each number
        line = re.compile(rf"^{path[1]} = .*$", re.MULTILINE)
        old = line.search(own)
        assert old is not None
        new = re.sub(r"value = [-+.\de]+", f"value = {value:.4g}", old[0])
        return text[:start] + own.replace(old[0], _marked(new, fit, ", ")) + text[stop:]
    new = re.sub(r"^value = [-+.\de]+$", f"value = {value:.4g}", own, count=1, flags=re.MULTILINE)
    return text[:start] + _marked(new, fit, "\n") + text[stop:]


def _marked(row: str, fit: tuple[float, float, float, float, str] | None, between: str) -> str:
    """A row that says it was fitted, to what, and how surely."""
    if fit is None:
        return row
    _, low, high, nominal, rows = fit
    row = re.sub(r'evidence = "\w+"', 'evidence = "fitted"', row)
    row = re.sub(r",?\s*(?:nominal|interval) = (?:\[[^\]]*\]|[-+.\de]+)", "", row)
    row = re.sub(r'note = "(?:Fitted to [^;]*; before: )?', f'note = "Fitted to {rows}; before: ', row)
    added = f"nominal = {nominal:.4g}{between}interval = [{low:.4g}, {high:.4g}]{between}"
    return row.replace("note = ", f"{added}note = ")
