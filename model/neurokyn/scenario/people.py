"""Phenotypes: what they set, and on what grounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neurokyn.compiler.parameters import Parameter
from neurokyn.errors import ScenarioError, nearest
from neurokyn.scenario.catalogue import phenotypes
from neurokyn.scenario.model import standard_parameters


def settings_of(name: str) -> Mapping[str, Any]:
    """The rows of a phenotype of `params/people.toml`.

    Raises
    ------
    ScenarioError
        If there is no such phenotype; names the nearest.
    """
    rows = phenotypes()
    if name not in rows:
        raise ScenarioError(f"there is no phenotype '{name}'{nearest(name, rows)}")
    return {key: _resolved(row, key, rows) for key, row in rows[name].get("set", {}).items()}


def _resolved(row: Mapping[str, Any], key: str, rows: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row with its value, also where that is another phenotype's times a factor."""
    if "like" not in row:
        return row
    return {**row, "value": rows[row["like"]]["set"][key]["value"] * row.get("times", 1.0)}


def phenotype_values(name: str) -> dict[str, float | str]:
    """What a phenotype sets, as text with units."""
    return {key: f"{row['value']!r} {row.get('unit', '1')}" for key, row in settings_of(name).items()}


def phenotype_row(name: str, parameter: str) -> Parameter:
    """One number of a phenotype, within the bounds of the parameter it sets.

    Raises
    ------
    ScenarioError
        If the phenotype does not set it; names the nearest.
    """
    rows = settings_of(name)
    if parameter not in rows:
        raise ScenarioError(f"the phenotype '{name}' does not set '{parameter}'{nearest(parameter, rows)}")
    row = rows[parameter]
    bounds = row.get("bounds", standard_parameters()[parameter].bounds)
    return Parameter(
        name=parameter,
        value=float(row["value"]),
        unit=row.get("unit", "1"),
        source=row.get("source", ""),
        evidence=row.get("evidence", "assumed"),
        bounds=None if bounds is None else (float(bounds[0]), float(bounds[1])),
        note=row.get("note", ""),
        nominal=row.get("nominal"),
        interval=None if "interval" not in row else (float(row["interval"][0]), float(row["interval"][1])),
    )
