"""The bar: what is asked of our solver, and whether it holds."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TARGETS = (1e-4, 1e-6)  # achieved errors at which methods are compared


@dataclass(frozen=True)
class Row:
    """One line: what is measured, what it must reach and what it should, and what it did reach (NaN if not measured).

    More is better, unless `less` is set.
    """

    row: str
    at_least: float
    aim: float
    measured: float = math.nan
    unit: str = "x"
    less: bool = False
    why: str = ""

    @property
    def held(self) -> bool | None:
        """Whether it reaches what it must; None if it was not measured."""
        return None if math.isnan(self.measured) else self._reaches(self.at_least)

    @property
    def verdict(self) -> str:
        """In a word or two."""
        if self.held is None:
            return f"not measured: {self.why}" if self.why else "not measured"
        return ("holds, aim reached" if self._reaches(self.aim) else "holds") if self.held else "missed"

    def _reaches(self, limit: float) -> bool:
        return self.measured <= limit if self.less else self.measured >= limit


def ratio(theirs: float, ours: float) -> float:
    """How many times as long the other takes; NaN if either was not measured."""
    return theirs / ours if ours > 0 else math.nan


def best(costs: Mapping[str, float]) -> tuple[str, float]:
    """The cheapest of the peers that reached the error; no name and NaN if none did."""
    known = {name: cost for name, cost in costs.items() if math.isfinite(cost)}
    name = min(known, key=lambda each: known[each], default="")
    return name, known.get(name, math.nan)


def as_json(rows: Sequence[Row]) -> list[dict[str, object]]:
    """Rows as others read them; what was not measured is null."""
    return [
        {
            "row": row.row,
            "at_least": row.at_least,
            "aim": row.aim,
            "measured": None if math.isnan(row.measured) else float(f"{row.measured:.4g}"),
            "held": row.held,
            "unit": row.unit,
            "less_is_better": row.less,
        }
        for row in rows
    ]


def write_json(rows: Sequence[Row], path: Path) -> None:
    """The rows as a file."""
    path.write_text(json.dumps(as_json(rows), indent=1) + "\n", encoding="utf-8")


def table(rows: Sequence[Row]) -> str:
    """The rows as Markdown."""
    lines = ["| | must | aim | measured | |", "|---|---|---|---|---|"]
    for row in rows:
        sign = "≤ " if row.less else "≥ "
        must, aim, measured = (_shown(value, row.unit) for value in (row.at_least, row.aim, row.measured))
        lines.append(f"| {row.row} | {sign}{must} | {sign}{aim} | {measured} | {row.verdict} |")
    return "\n".join(lines)


def _shown(value: float, unit: str) -> str:
    if math.isnan(value):
        return "–"
    return f"{value:.3g}×" if unit == "x" else f"{value:.3g} {unit}"
