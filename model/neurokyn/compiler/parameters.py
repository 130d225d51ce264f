"""The numbers: reading, checking and overriding `params/`."""

from __future__ import annotations

import json
import math
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from neurokyn.compiler.store import keep
from neurokyn.errors import ParameterError, nearest
from neurokyn.language.units import conversion_factor

# Files in params/ that are no module's.
CATALOGUES = ("people", "drugs", "modes", "challenges", "meals", "support", "care", "observation", "scatter")
EVIDENCE = ("measured", "fitted", "derived", "scaled", "assumed", "convention")
NOTE_NEEDED = ("assumed", "scaled", "fitted", "derived")
FIELDS = ("value", "unit", "source", "where", "evidence", "organism", "spread", "bounds", "note", "nominal", "interval")


def params_dir() -> Path:
    """The folder of the numbers: inside an installed package, or at the top of a checkout."""
    packaged = Path(str(files("neurokyn"))) / "params"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[3] / "params"


@dataclass(frozen=True)
class Parameter:
    """One number with where it comes from.

    Parameters
    ----------
    name : str
        Qualified name, `module.parameter`.
    value : float
        The value, in `unit`.
    unit : str
        A pint unit.
    source, where : str
        Key in `sources.bib`, and the place in that source.
    evidence : str
        "measured", "fitted", "derived", "scaled", "assumed" or "convention".
    organism : str
        Whose number it is.
    spread : mapping
        How it varies between people; empty if it does not.
    bounds : pair of float
        Plausible range, in `unit`; for fitting and for sliders.
    note : str
        Why, where the evidence needs it.
    nominal : float, optional
        Of a fitted number: the value before the fit, the centre of its prior.
    interval : pair of float, optional
        Of a fitted number: its 95 % interval.
    """

    name: str
    value: float
    unit: str = "1"
    source: str = ""
    where: str = ""
    evidence: str = "assumed"
    organism: str = ""
    spread: Mapping[str, Any] = field(default_factory=dict)
    bounds: tuple[float, float] | None = None
    note: str = ""
    nominal: float | None = None
    interval: tuple[float, float] | None = None

    def in_unit(self, unit: str) -> float:
        """The value in another unit."""
        return self.value * conversion_factor(self.unit, unit)

    def with_value(self, value: float | str, evidence: str | None = None) -> Parameter:
        """A copy with another value, given as a number in `unit` or as text with a unit.

        Raises
        ------
        ParameterError
            If the text is no number with a convertible unit, or the value is out of bounds.
        """
        number = read_number(value, self.unit, self.name)
        if self.bounds and not self.bounds[0] <= number <= self.bounds[1]:
            (low, high), unit = self.bounds, "" if self.unit == "1" else f" {self.unit}"
            raise ParameterError(f"{self.name} = {number:g}{unit} is outside its bounds {low:g} to {high:g}{unit}")
        return replace(self, value=number, evidence=evidence or self.evidence)


def read_number(value: object, unit: str, name: str) -> float:
    """A number as it is, or text such as "0.04 mmol/L" converted to `unit`."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number = float(value) if abs(value) < sys.float_info.max else math.inf
    elif isinstance(value, str):
        text, _, its_unit = value.strip().partition(" ")
        try:
            number = float(text)
        except ValueError:
            raise ParameterError(f"{name} = {value!r} is not a number; write it like 2.5 or '2.5 {unit}'") from None
        number *= conversion_factor(its_unit.strip() or unit, unit)
    else:
        raise ParameterError(f"{name} = {value!r} is not a number; write it like 2.5 or '2.5 {unit}'")
    if not np.isfinite(number):
        raise ParameterError(f"{name} = {value!r} is not a finite number")
    return number


class Table(Mapping[str, Parameter]):
    """All parameters by qualified name; never changed in place.

    Parameters
    ----------
    parameters : iterable of Parameter
        The numbers.
    changed : iterable of str
        Names a person or a scenario has set.

    Examples
    --------
    >>> table = Table([Parameter("decay.k", 0.5, "1/h")])
    >>> table.with_values({"decay.k": "12 1/day"})["decay.k"].value
    0.5
    """

    def __init__(self, parameters: Iterable[Parameter], changed: Iterable[str] = ()) -> None:
        self._rows = {parameter.name: parameter for parameter in parameters}
        self.changed = tuple(dict.fromkeys(changed))

    def __getitem__(self, name: str) -> Parameter:
        try:
            return self._rows[name]
        except KeyError:
            raise ParameterError(f"no parameter '{name}'{nearest(name, self._rows)}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def with_values(self, values: Mapping[str, float | str]) -> Table:
        """A table with some values replaced.

        Parameters
        ----------
        values : mapping of str to float or str
            Qualified name to a number in the table's unit, or text with a unit.

        Returns
        -------
        Table
            The new table; `changed` lists the names.

        Raises
        ------
        ParameterError
            For an unknown name or a value out of bounds.
        """
        rows = dict(self._rows)
        for name, value in values.items():
            rows[name] = self[name].with_value(value)
        return Table(rows.values(), (*self.changed, *values))

    def values_for(self, units: Mapping[str, str]) -> np.ndarray:
        """The numbers of the named parameters in the declared units, in that order.

        Raises
        ------
        ParameterError
            If a declared parameter has no number; names all that are missing.
        """
        missing = [name for name in units if name not in self._rows]
        if missing:
            raise ParameterError(
                f"no number for {', '.join(missing)}; add a table for each to params/{missing[0].split('.')[0]}.toml"
            )
        rows = [(self._rows[name], unit) for name, unit in units.items()]
        factors = _factors(tuple(sorted({(row.unit, unit) for row, unit in rows if row.unit != unit})))
        return np.array([row.value * factors.get((row.unit, unit), 1.0) for row, unit in rows], dtype=float)


@cache
def _factors(pairs: tuple[tuple[str, str], ...]) -> dict[tuple[str, str], float]:
    """What a value in the first unit of each pair is multiplied by; kept, as the library of units is slow to load."""

    def convert() -> bytes:
        return json.dumps([conversion_factor(unit, to) for unit, to in pairs]).encode()

    return dict(zip(pairs, json.loads(keep(f"factors_{pairs!r}", convert)), strict=True))


def read_parameters(modules: Iterable[str] | None = None, directory: Path | None = None) -> Table:
    """Read the parameter files.

    Parameters
    ----------
    modules : iterable of str, optional
        Names of the modules whose files are read; all physiology files if not given.
    directory : Path, optional
        Folder of the files; the shipped `params/` if not given.

    Returns
    -------
    Table
        The numbers.

    Raises
    ------
    ParameterError
        If a file is missing, unreadable or malformed; lists every problem with file and key.

    Examples
    --------
    >>> read_parameters(["serotonin"])["serotonin.km_tph"].unit
    'umol/L'
    """
    folder = directory or params_dir()
    names = list(modules) if modules is not None else sorted(module_files(folder))
    rows: list[Parameter] = []
    problems: list[str] = []
    for name in names:
        parameters, wrong = read_file(folder / f"{name}.toml", name)
        rows += parameters
        problems += wrong
    if problems:
        raise ParameterError("; ".join(problems))
    return Table(rows)


def module_files(folder: Path) -> list[str]:
    """Names of the files in `params/` that hold a module's parameters."""
    return [path.stem for path in folder.glob("*.toml") if path.stem not in CATALOGUES]


def read_file(path: Path, module: str) -> tuple[list[Parameter], list[str]]:
    """The parameters of one file, and all its problems."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return [], [f"{path.name} is missing; a module keeps its numbers in params/{module}.toml"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        return [], [f"{path.name} cannot be read: {problem}"]
    rows: list[Parameter] = []
    problems: list[str] = []
    for key, row in document.items():
        try:
            rows.append(read_row(f"{module}.{key}", row, path.name))
        except ParameterError as problem:
            problems.append(str(problem))
    return rows, problems


def read_row(name: str, row: object, file: str) -> Parameter:
    """One table of a parameter file as a `Parameter`."""
    place = f"{file} [{name.split('.', 1)[1]}]"
    if not isinstance(row, dict):
        raise ParameterError(f"{place} is not a table with value, unit and source")
    unknown = [key for key in row if key not in FIELDS]
    if unknown:
        raise ParameterError(f"{place} has an unknown key '{unknown[0]}'{nearest(unknown[0], FIELDS)}")
    missing = [key for key in ("value", "unit", "evidence") if key not in row]
    if missing:
        raise ParameterError(f"{place} lacks {', '.join(missing)}")
    if row["evidence"] not in EVIDENCE:
        raise ParameterError(
            f"{place} evidence = {row['evidence']!r} is unknown{nearest(str(row['evidence']), EVIDENCE)}"
        )
    bounds = row.get("bounds")
    if bounds is not None and (len(bounds) != 2 or bounds[0] > bounds[1]):
        raise ParameterError(f"{place} bounds = {bounds} must be [low, high]")
    return Parameter(
        name=name,
        value=read_number(row["value"], row["unit"], place),
        unit=row["unit"],
        source=row.get("source", ""),
        where=row.get("where", ""),
        evidence=row["evidence"],
        organism=row.get("organism", ""),
        spread=row.get("spread", {}),
        bounds=(float(bounds[0]), float(bounds[1])) if bounds is not None else None,
        note=row.get("note", ""),
        nominal=None if row.get("nominal") is None else float(row["nominal"]),
        interval=None if row.get("interval") is None else (float(row["interval"][0]), float(row["interval"][1])),
    )
