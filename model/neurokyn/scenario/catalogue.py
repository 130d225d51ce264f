"""The drugs, exercise modes, challenges, meals and kinds of support that `params/` knows by name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurokyn.errors import ParameterError, ScenarioError, nearest
from neurokyn.scenario import quantity

if TYPE_CHECKING:
    from neurokyn.compiler.parameters import Table

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Drug:
    """A drug: where its doses go, and the largest one dose (mg)."""

    name: str
    target: str
    largest: float | None


@dataclass(frozen=True)
class Mode:
    """A mode of exercise: its weights during a bout, its usual intensity (fraction of VO2max).

    `work` and `rest` (h) and `recovery` (fraction of VO2max) are those of interval training;
    `work` is 0 for a mode done at one pace.
    """

    name: str
    weights: tuple[tuple[str, float], ...]
    intensity: float
    work: float = 0.0
    rest: float = 0.0
    recovery: float = 0.0


@cache
def folder() -> Path:
    """The folder of the numbers."""
    from neurokyn.compiler.parameters import params_dir  # brings NumPy along, so only when needed

    return params_dir()


@cache
def rows(name: str) -> Row:
    """The tables of one file in `params/`.

    Raises
    ------
    ParameterError
        If the file is missing or unreadable.
    """
    path = folder() / f"{name}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise ParameterError(f"params/{path.name} cannot be read: {problem}") from None


def named(file: str, what: str, name: object) -> tuple[str, Row]:
    """The row of a name or of an alias.

    Raises
    ------
    ScenarioError
        If there is none; names the nearest.
    """
    known: dict[str, str] = {}
    for key, row in rows(file).items():
        known |= dict.fromkeys((key, *row.get("aliases", ())), key)
    if not isinstance(name, str) or name.strip().lower() not in known:
        hint = nearest(str(name).lower(), known)
        hint = hint if "did you mean" in hint else f"; valid are {', '.join(rows(file))}"
        raise ScenarioError(f"there is no {what} {quantity.shown(name)}{hint}")
    key = known[name.strip().lower()]
    return key, rows(file)[key]


def value(row: Row, key: str) -> float:
    """The number of a key, which is a table with `value` or a bare number."""
    entry = row[key]
    return float(entry["value"] if isinstance(entry, Mapping) else entry)


def in_unit(row: Row, key: str, unit: str) -> float:
    """The number of a key that holds a table with `value` and `unit`, or text, in a unit."""
    entry = row[key]
    if isinstance(entry, Mapping):
        same = entry.get("unit", unit) == unit
        return float(entry["value"]) if same else quantity.amount(f"{entry['value']} {entry['unit']}", unit)
    return quantity.amount(entry, unit) if isinstance(entry, str) else float(entry)


def length(row: Row, key: str) -> float:
    """The length of time of a key in h."""
    entry = row[key]
    return quantity.hours(f"{entry['value']} {entry['unit']}" if isinstance(entry, Mapping) else entry)


def drug(name: object) -> Drug:
    """A drug by name.

    Raises
    ------
    ScenarioError
        If it is unknown; names the nearest.

    Examples
    --------
    >>> drug("escitalopram").target
    'ssri.escitalopram_gut'
    """
    key, row = named("drugs", "drug", name)
    return Drug(key, row["target"], in_unit(row, "largest", "mg") if "largest" in row else None)


def mode(name: object) -> Mode:
    """A mode of exercise by name.

    Raises
    ------
    ScenarioError
        If it is unknown; names the nearest.

    Examples
    --------
    >>> mode("running").name
    'running'
    """
    key, row = named("modes", "mode of exercise", name)
    weights = tuple((weight, value(row, weight)) for weight in ("aerobic", "resistance", "muscle_mass"))
    if "work" not in row:
        return Mode(key, weights, value(row, "intensity"))
    recovery = value(row, "recovery") if "recovery" in row else 0.0
    return Mode(key, weights, value(row, "intensity"), length(row, "work"), length(row, "rest"), recovery)


def challenge(kind: object) -> tuple[str, Row]:
    """A challenge by name, as its row in `params/challenges.toml`.

    Raises
    ------
    ScenarioError
        If it is unknown; names the nearest.
    """
    return named("challenges", "challenge", kind)


def support(name: object) -> float:
    """Contact with other people (value of the drive `mood.contact`) of a kind of support.

    Raises
    ------
    ScenarioError
        If it is unknown; names the nearest.
    """
    return value({"contact": named("support", "kind of support", name)[1]}, "contact")


def meals() -> Row:
    """The ordinary meals of a day, as in `params/meals.toml`."""
    return rows("meals")


def phenotypes() -> Row:
    """The phenotypes of `params/people.toml`."""
    found = rows("people").get("phenotype", {})
    return found if isinstance(found, Mapping) else {}


def parameters() -> Table:
    """The numbers of every module; a setting names one of them."""
    from neurokyn.scenario.model import standard_parameters  # brings the physiology along, so only when needed

    return standard_parameters()


def read_outs() -> list[str]:
    """Everything the model can report."""
    from neurokyn.scenario.model import standard_model

    return [read_out.name for read_out in standard_model().read_outs]


def scenarios() -> list[str]:
    """Names of the ready-made scenarios."""
    return sorted(path.stem for path in (folder() / "scenarios").glob("*.toml"))
