"""Reported results, read from `params/targets/`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neurokyn.compiler.checks import source_keys
from neurokyn.compiler.parameters import params_dir
from neurokyn.errors import ParameterError, nearest

OPTIONAL = ("miss",)
NEEDED = ("quantity", "stage", "measure", "estimate", "sd", "unit", "source", "where", "note")


@dataclass(frozen=True)
class Target:
    """One reported result that the mechanism is fitted to.

    Parameters
    ----------
    name : str
        Row of the evidence table.
    quantity : str
        What was found, in words.
    stage : str
        The stage of the calibration that reads it.
    measure : str
        What answers it on the model.
    estimate, sd : float
        Value and its standard error.
    unit, source, where, note : str
        As in a parameter table.
    miss : str
        Why the fitted model is outside its 95 % interval, if it is.
    """

    name: str
    quantity: str
    stage: str
    measure: str
    estimate: float
    sd: float
    unit: str
    source: str
    where: str
    note: str
    miss: str = ""


def calibration_targets(folder: Path | None = None) -> tuple[Target, ...]:
    """The rows the mechanism may be fitted to; nothing else is read.

    Parameters
    ----------
    folder : Path, optional
        Folder of the parameter files; the shipped `params/` if not given.

    Returns
    -------
    tuple of Target
        In the order of the file.

    Raises
    ------
    ParameterError
        If a row is incomplete or has an unknown key.
    """
    path = (folder or params_dir()) / "targets" / "calibration.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(_target(name, row, path.name) for name, row in rows.items())


def _target(name: str, row: dict[str, Any], file: str) -> Target:
    missing = [key for key in NEEDED if key not in row]
    unknown = [key for key in row if key not in (*NEEDED, *OPTIONAL)]
    if missing:
        raise ParameterError(f"{file} [{name}] lacks {', '.join(missing)}")
    if unknown:
        raise ParameterError(f"{file} [{name}] has an unknown key '{unknown[0]}'{nearest(unknown[0], NEEDED)}")
    if not row["sd"] > 0:
        raise ParameterError(f"{file} [{name}] sd = {row['sd']} must be above 0")
    return Target(name, **row)


def check_targets() -> list[str]:
    """Check the reported results: complete, answered once by a known measure, from a known source.

    Returns
    -------
    list of str
        One line per problem with file and key; empty if all is well.
    """
    from neurokyn.analysis.measures import MEASURES

    try:
        targets = calibration_targets()
    except ParameterError as problem:
        return [str(problem)]
    known, file = source_keys(), "targets/calibration.toml"
    problems = []
    for t in targets:
        if t.measure not in MEASURES:
            problems.append(f"{file} [{t.name}] measure '{t.measure}' is unknown{nearest(t.measure, MEASURES)}")
        if t.source not in known:
            problems.append(f"{file} [{t.name}] source '{t.source}' is not in sources.bib{nearest(t.source, known)}")
        if not t.where:
            problems.append(f"{file} [{t.name}] does not say where in its source")
    said = [(t.source, t.measure, t.estimate) for t in targets]
    problems += [f"{file} [{t.name}] is there twice" for k, t in enumerate(targets) if said[k] in said[:k]]
    return problems
