"""What tests a module, and what it misses: from the records of the calibration, the validation and the tests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from neurokyn.analysis.reported import reported
from neurokyn.compiler.parameters import params_dir

Row = Mapping[str, Any]
EVENTS = {"response": "mood", "remission": "mood", "relapse": "mood", "left": "behaviour", "adherent": "behaviour"}
MISSES = "What the tests expect to miss"


def evidence(module: str, docs: Path) -> str:
    """What a module is tested with, and where it misses, for its page.

    Parameters
    ----------
    module : str
        Its name.
    docs : Path
        Folder of the pages; `calibration.md`, `validation.json` and `caveats.md` are read.

    Returns
    -------
    str
        Two sections in Markdown, with links from `docs/model/`.
    """
    fits, verdicts, misses = _fits(module, docs), _verdicts(module, docs), _expected_misses(module, docs)
    parts = ["## What tests it", *_fitted(fits), *_judged(verdicts)]
    if not fits and not verdicts:
        parts.append("No reported result reads this module alone; it is tested through the modules that read from it.")
    parts.append(
        f"Beside these stand the [windows of the whole model](../windows.md) and the tests of this module alone, "
        f"[test_{module}.py](../../tests/physiology/test_{module}.py)."
    )
    lines = [
        f"- **{row['id']}**, {row['study']}, {row['outcome']}: {_said(row)} reported, {_simulated(row)} simulated. "
        f"{row['miss'] or 'Not explained.'}"
        for row in verdicts
        if not row["held"]
    ]
    lines += [
        f"- **{name}**, {what}: {said} reported, {after} fitted; see [calibration](../calibration.md)."
        for name, what, said, _, after, verdict, _ in fits
        if verdict != "inside"
    ]
    lines += [f"- {test}: {given} simulated, {window} expected. {why}" for test, given, window, why in misses]
    parts += ["## What it misses", "\n".join(lines) or "Nothing that it was compared with."]
    return "\n\n".join(parts)


def _fitted(fits: Sequence[Sequence[str]]) -> list[str]:
    """Reported results that numbers of the module were set with."""
    if not fits:
        return []
    rows = [f"| {name} | {what} | {said} | {after} | {verdict} |" for name, what, said, _, after, verdict, _ in fits]
    head = ["| row | what | reported | fitted | |", "|---|---|---|---|---|"]
    words = "Some of its numbers were fitted to these, alone or with other modules' ([calibration](../calibration.md)):"
    return [words, "\n".join([*head, *rows])]


def _judged(verdicts: Sequence[Row]) -> list[str]:
    """Results of trials about its read-outs."""
    if not verdicts:
        return []
    held = sum(row["held"] for row in verdicts)
    rows = [
        f"| {row['id']} | {row['set']} | {row['study']} | {row['outcome']} ({row['statistic']}) | {_said(row)} | "
        f"{_simulated(row)} | {'held' if row['held'] else '**missed**'} |"
        for row in verdicts
    ]
    head = ["| row | set | study | what | reported | simulated | verdict |", "|---|---|---|---|---|---|---|"]
    words = (
        f"Its read-outs beside what trials report; {held} of {len(verdicts)} held. Calibration rows were in view when "
        "numbers were set, validation and control rows were not ([the rule](../validation.md)):"
    )
    return [words, "\n".join([*head, *rows])]


@cache
def _outcomes() -> Mapping[str, str]:
    """The module that each reported result is about."""
    return {row.id: EVENTS.get(row.question.outcome, row.question.outcome.partition(".")[0]) for row in reported()}


def _verdicts(module: str, docs: Path) -> list[Row]:
    rows = json.loads((docs / "validation.json").read_text(encoding="utf-8"))
    return [row for row in rows if _outcomes().get(row["id"]) == module]


def _fits(module: str, docs: Path) -> list[list[str]]:
    """Rows of the calibration's page whose stage fitted a number of the module."""
    stages = json.loads((params_dir() / "posterior.json").read_text(encoding="utf-8")).values()
    own = {name for stage in stages for name in stage["rows"] if module in map(_module, stage["parameters"])}
    return [cells for cells in _table(docs / "calibration.md", "Rows") if cells[0] in own]


def _module(parameter: str) -> str:
    """Of "module.parameter" or "phenotype:module.parameter"."""
    return parameter.rpartition(":")[2].partition(".")[0]


def _expected_misses(module: str, docs: Path) -> list[list[str]]:
    return [cells for cells in _table(docs / "caveats.md", MISSES) if cells[0].startswith(f"`test_{module}.py::")]


def _table(page: Path, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading."""
    section = page.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def _said(row: Row) -> str:
    if row["direction"]:
        return {"none": "no effect"}.get(row["direction"], str(row["direction"]))
    return _interval(row["reported"], row["reported_low"], row["reported_high"])


def _simulated(row: Row) -> str:
    return row["failed"] or _interval(row["simulated"], row["simulated_low"], row["simulated_high"])


def _interval(middle: float, low: float | None, high: float | None) -> str:
    return f"{middle:.3g}" if low is None or high is None else f"{middle:.3g} ({low:.3g} to {high:.3g})"
