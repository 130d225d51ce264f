"""What papers report of trials, each row beside the simulated design that must answer it."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neurokyn.compiler.checks import source_keys
from neurokyn.compiler.parameters import params_dir
from neurokyn.errors import NeurokynError, ParameterError, ScenarioError, nearest
from neurokyn.population.carrying_out import SCALES
from neurokyn.population.questions import EVENTS, STATISTICS, Question
from neurokyn.population.reading import read_trial, trials
from neurokyn.population.trial import Trial

SETS: Mapping[str, str] = {"trials": "calibration", "validation": "validation", "control": "control"}
POOLED, POOLED_RATIO, ASYMMETRY = "pooled g", "ratio of anxiety to depression", "egger intercept"
DIRECTIONS = ("up", "down", "none")
NEEDED = ("study", "quantity", "trial", "outcome", "statistic", "unit", "source", "where", "note")
OPTIONAL = ("arm", "versus", "week", "estimate", "low", "high", "direction", "miss")
UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Reported:
    """One reported result.

    Parameters
    ----------
    id, set : str
        Row of the evidence table; "calibration", "validation" or "control".
    study, quantity : str
        Who found it, and what, in words.
    trial : str
        The simulated design that must answer it.
    question : Question
        What is asked of the design.
    estimate, low, high : float
        As reported, arm minus versus; NaN where none was printed.
    direction : str
        "up", "down" or "none" where only a direction was reported; empty otherwise.
    unit, source, where, note, miss : str
        As in a parameter table; `miss` says why the model misses it.
    """

    id: str
    set: str
    study: str
    quantity: str
    trial: str
    question: Question
    estimate: float
    low: float
    high: float
    direction: str
    unit: str
    source: str
    where: str
    note: str
    miss: str = ""


def reported(folder: Path | None = None) -> tuple[Reported, ...]:
    """Every reported result of a trial, in the order of the files.

    Parameters
    ----------
    folder : Path, optional
        Folder of the parameter files; the shipped `params/` if not given.

    Returns
    -------
    tuple of Reported
        Calibration, validation and control rows.

    Raises
    ------
    ParameterError
        If a row is incomplete or has an unknown key.
    """
    return tuple(
        _row(name, row, file) for file in SETS for name, row in _tables(folder, file).items() if name != UNANSWERED
    )


def chosen_rows(only: Iterable[str]) -> tuple[Reported, ...]:
    """Reported results by row or by design.

    Parameters
    ----------
    only : iterable of str
        Names of rows, of designs, or of sets; all rows if empty.

    Returns
    -------
    tuple of Reported
        In the order of the files.

    Raises
    ------
    ScenarioError
        If nothing is called so; names the nearest.
    """
    rows, wanted = reported(), list(only)
    names = {name for row in rows for name in (row.id, row.trial, row.set)}
    for name in wanted:
        if name not in names:
            raise ScenarioError(f"no row, design or set is called '{name}'{nearest(name, sorted(names))}")
    return tuple(row for row in rows if not wanted or {row.id, row.trial, row.set} & set(wanted))


def unanswered(folder: Path | None = None) -> dict[str, str]:
    """Rows of the evidence table that no read-out or design can answer, and why.

    Parameters
    ----------
    folder : Path, optional
        Folder of the parameter files; the shipped `params/` if not given.

    Returns
    -------
    dict of str to str
        Reason by row.
    """
    found: dict[str, str] = {}
    for file in SETS:
        found |= _tables(folder, file).get(UNANSWERED, {})
    return found


def _tables(folder: Path | None, file: str) -> dict[str, Any]:
    path = (folder or params_dir()) / "targets" / f"{file}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _row(name: str, row: Mapping[str, Any], file: str) -> Reported:
    place = f"targets/{file}.toml [{name}]"
    missing = [key for key in NEEDED if key not in row]
    unknown = [key for key in row if key not in (*NEEDED, *OPTIONAL)]
    if missing:
        raise ParameterError(f"{place} lacks {', '.join(missing)}")
    if unknown:
        raise ParameterError(f"{place} has an unknown key '{unknown[0]}'{nearest(unknown[0], (*NEEDED, *OPTIONAL))}")
    if ("estimate" in row) == ("direction" in row):
        raise ParameterError(f"{place} needs either an estimate or a direction")
    if row.get("direction", "none") not in DIRECTIONS:
        raise ParameterError(f"{place} direction = {row['direction']!r}{nearest(str(row['direction']), DIRECTIONS)}")
    question = Question(row["outcome"], row["statistic"], row.get("arm", ""), row.get("versus", ""), row.get("week"))
    return Reported(
        id=name,
        set=SETS[file],
        study=row["study"],
        quantity=row["quantity"],
        trial=row["trial"],
        question=question,
        estimate=float(row.get("estimate", math.nan)),
        low=float(row.get("low", math.nan)),
        high=float(row.get("high", math.nan)),
        direction=row.get("direction", ""),
        unit=row["unit"],
        source=row["source"],
        where=row["where"],
        note=row["note"],
        miss=row.get("miss", ""),
    )


def check_reported() -> list[str]:
    """Check the reported results: complete, from a known source, answered by a design that can be read.

    Returns
    -------
    list of str
        One line per problem with file and key; empty if all is well.
    """
    problems: list[str] = []
    designs: dict[str, Trial] = {}
    for name in trials():
        try:
            designs[name] = read_trial(name)
        except NeurokynError as problem:
            problems += [f"trials/{line}" for line in str(problem).splitlines()]
    try:
        rows = reported()
    except (ParameterError, OSError, tomllib.TOMLDecodeError) as problem:
        return [*problems, str(problem)]
    known = source_keys()
    files = {kind: file for file, kind in SETS.items()}
    for row in rows:
        place = f"targets/{files[row.set]}.toml [{row.id}]"
        if row.source not in known:
            problems.append(f"{place} source '{row.source}' is not in sources.bib{nearest(row.source, known)}")
        if row.trial not in designs:
            problems.append(f"{place} trial '{row.trial}' is not there{nearest(row.trial, trials())}")
        else:
            problems += [f"{place} {line}" for line in _question(row.question, designs[row.trial])]
        if not row.low <= row.estimate <= row.high and not math.isnan(row.low):
            problems.append(f"{place} estimate {row.estimate:g} is outside its interval {row.low:g} to {row.high:g}")
    ids = [row.id for row in rows]
    problems += [f"targets: [{name}] is there twice" for name in sorted({n for n in ids if ids.count(n) > 1})]
    for trial in designs.values():
        if trial.source and trial.source not in known:
            problems.append(f"trials/{trial.name}.toml source '{trial.source}' is not in sources.bib")
    return problems


def _question(question: Question, trial: Trial) -> list[str]:
    """Whether a design can answer a question."""
    found = []
    if not question.arm and trial.pool is None:
        found.append("it names no arm")
    special = (POOLED, ASYMMETRY)
    if question.statistic not in (*STATISTICS, *special):
        found.append(f"statistic '{question.statistic}' is unknown{nearest(question.statistic, STATISTICS)}")
    if question.statistic in special and trial.pool is None:
        found.append(f"statistic '{question.statistic}' needs a [pool] in trials/{trial.name}.toml")
    found += [
        f"trials/{trial.name}.toml has no arm '{arm}'{nearest(arm, trial.arms)}"
        for arm in (question.arm, question.versus)
        if arm and arm not in trial.arms
    ]
    kept = [*EVENTS, *SCALES, *trial.outcome.also]
    if question.outcome not in kept:
        found.append(
            f"outcome '{question.outcome}' is not kept by trials/{trial.name}.toml{nearest(question.outcome, kept)}"
        )
    if question.week is not None and not any(abs(visit - question.week) < 1e-3 for visit in trial.visits):
        found.append(f"trials/{trial.name}.toml has no visit at week {question.week:g}")
    return found
