"""Everything that can be wrong with people, drugs, modes, meals and challenges, all of it at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from neurokyn.compiler.checks import source_keys
from neurokyn.compiler.parameters import CATALOGUES, EVIDENCE, NOTE_NEEDED
from neurokyn.errors import NeurokynError, nearest
from neurokyn.scenario import catalogue
from neurokyn.scenario.model import standard_parameters
from neurokyn.scenario.people import settings_of


def check_catalogue() -> list[str]:
    """Check the files that scenarios draw on.

    Returns
    -------
    list of str
        One line per problem with file and key; empty if all is well.
    """
    problems = [
        line for file in CATALOGUES for place, row in _numbers(catalogue.rows(file), file) for line in _row(row, place)
    ]
    return problems + _phenotypes() + _covariates() + _correlations()


def _numbers(table: object, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every table that claims evidence, however deep, and where it stands."""
    if isinstance(table, Mapping):
        if "evidence" in table:
            yield place, table
        for key, value in table.items():
            yield from _numbers(value, f"{place}.toml [{key}]" if "[" not in place else f"{place[:-1]}.{key}]")
    elif isinstance(table, (list, tuple)):
        for k, value in enumerate(table, start=1):
            yield from _numbers(value, f"{place} {k}")


def _row(row: Mapping[str, Any], place: str) -> list[str]:
    known, source = source_keys(), str(row.get("source", ""))
    problems = []
    if row["evidence"] not in EVIDENCE:
        problems.append(f"{place} evidence = {row['evidence']!r} is unknown{nearest(str(row['evidence']), EVIDENCE)}")
    if source and source not in known:
        problems.append(f"{place} source '{source}' is not in sources.bib{nearest(source, known)}")
    if row["evidence"] == "measured" and not source:
        problems.append(f"{place} is 'measured' but names no source")
    if row["evidence"] in NOTE_NEEDED and not row.get("note"):
        problems.append(f"{place} is '{row['evidence']}' and needs a note that says why")
    return problems


def _phenotypes() -> list[str]:
    """What phenotypes set must exist and be inside its bounds."""
    problems, table = [], standard_parameters()
    for name in catalogue.phenotypes():
        for key, row in settings_of(name).items():
            try:
                table.with_values({key: f"{row['value']!r} {row.get('unit', '1')}"})
            except NeurokynError as problem:
                problems.append(f"people.toml [phenotype.{name}.set] {problem}")
    return problems


def _covariates() -> list[str]:
    """What a covariate sets must exist."""
    table = standard_parameters()
    return [
        f"people.toml [covariate.{name}] sets '{row['sets']}', which no module has{nearest(row['sets'], table)}"
        for name, row in catalogue.rows("people").get("covariate", {}).items()
        if "sets" in row and row["sets"] not in table
    ]


def _correlations() -> list[str]:
    """Correlations join two covariates, and together they are possible."""
    people = catalogue.rows("people")
    names, problems = list(people.get("covariate", {})), []
    matrix = np.eye(len(names))
    for key, row in people.get("correlation", {}).items():
        unknown = [name for name in row["between"] if name not in names]
        if unknown or len(row["between"]) != 2:
            what = f"knows no '{unknown[0]}'{nearest(unknown[0], names)}" if unknown else "must join two covariates"
            problems.append(f"people.toml [correlation.{key}] {what}")
            continue
        i, j = (names.index(name) for name in row["between"])
        matrix[i, j] = matrix[j, i] = row["value"]
    least = float(np.linalg.eigvalsh(matrix).min())
    if least <= 0:
        problems.append(f"people.toml [correlation] these cannot hold together (smallest eigenvalue {least:.2g})")
    return problems
