"""Every test that is expected to miss, with what it gives and what it should."""

from __future__ import annotations

import contextlib
import io
import json
import re
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "caveats.md"
HEADING = "## What the tests expect to miss\n"
FIGURES = re.compile(r"(?:simulated )?(?P<simulated>.+?)(?:[,;] (?:window|theirs) (?P<window>.+))?")
ASIDE = re.compile(r"\([^()]*\)")  # what stands in brackets ends no clause


@dataclass(frozen=True)
class Miss:
    """A test marked `xfail(strict=True)`: its name, what the model gives, the window, why if it says so."""

    test: str
    simulated: str
    window: str
    why: str

    @property
    def cells(self) -> tuple[str, str, str]:
        """As the page shows them."""
        return f"`{self.test}`", self.simulated, self.window


class Collector:
    """Keeps the expected misses of a collection."""

    def __init__(self) -> None:
        self.found: list[Miss] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            for mark in item.iter_markers("xfail"):
                self.found.append(_miss(item, mark.kwargs["reason"]))


def _miss(item: pytest.Item, reason: str) -> Miss:
    """The parts of "simulated x, window y (source); why"; a window of the table of windows brings its own."""
    file, _, test = item.nodeid.partition("::")
    reason = reason.replace("window: ", "window ")
    plain = ASIDE.sub(lambda aside: "x" * len(aside[0]), reason)
    end = re.search(r"(?<=\S)[;:] (?!window)", plain)
    figures = FIGURES.fullmatch(reason[: end.start()] if end else reason)
    window = figures["window"] or ("as in the published model" if "/published/" in file else "")
    limits = getattr(item, "callspec", None) and item.callspec.params.get("window")
    if limits:
        from windows import shown  # the tests of physiology have put it on the path

        window = (
            f"{shown(limits.low, limits.unit)} to {shown(limits.high, limits.unit)} {limits.unit} ({limits.evidence})"
        )
    why = f"{reason[end.end()].upper()}{reason[end.end() + 1 :]}." if end else ""
    return Miss(f"{Path(file).name}::{test}", figures["simulated"], window, why)


def collect() -> list[Miss]:
    """In a process of its own, so that nothing is imported twice."""
    words = [sys.executable, str(Path(__file__))]
    result = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return [Miss(**row) for row in json.loads(result.stdout)]


def row(miss: Miss, why: str) -> str:
    """A line of the page's table."""
    return "| " + " | ".join((*miss.cells, why)) + " |"


def on_the_page() -> dict[str, list[str]]:
    """Cells by the first of them."""
    _, _, section = PAGE.read_text(encoding="utf-8").partition(HEADING)
    lines = [line for line in section.partition("\n## ")[0].splitlines() if line.startswith("|")][2:]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    return {cells[0]: cells[1:] for cells in rows}


if __name__ == "__main__":
    collector = Collector()
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = pytest.main(["-n", "0", "--collect-only", "-q", "tests"], plugins=[collector])
    if code != 0:
        sys.exit(said.getvalue())
    print(json.dumps([asdict(miss) for miss in collector.found]))
