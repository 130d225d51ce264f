"""The command: what is asked for, measured, printed and written."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import bar, figures, peers
from benchmarks.measure import BRIEF, FULL, QUICK, measure, rows
from benchmarks.race import Tell
from benchmarks.tables import summary

ARMS = ["running", "escitalopram"]
PAGES = Path(__file__).resolve().parents[1] / "docs" / "benchmarks"


def main(words: Sequence[str]) -> None:
    """Measure and print; write files where asked."""
    given, tell = _parser().parse_args(words), _teller()
    if given.pictures:
        figures.draw(given.to)
        return
    if given.quick:
        found = measure(["running"], peers.QUICK, QUICK, tell)
    elif given.brief:
        found = measure(ARMS, peers.QUICK, BRIEF, tell)
    else:
        found = measure(ARMS, (*peers.QUICK, *peers.SLOW), FULL, tell)
    table = rows(found)
    print(summary(found))
    print(bar.table(table))
    if given.json:
        bar.write_json(table, given.json)
    if not given.quick:
        from benchmarks.report import write_report
        from benchmarks.scaling import scaling

        grown = scaling("running", (BRIEF if given.brief else FULL).drawn, peers.ANY_SYSTEM, tell)
        write_report(found, grown, table, given.to)
        tell(f"written: {given.to}")


def _teller() -> Tell:
    begin = time.perf_counter()

    def tell(text: str) -> None:
        print(f"[{time.perf_counter() - begin:5.0f} s] {text}", file=sys.stderr, flush=True)

    return tell


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Our solver beside others.")
    parser.add_argument("--quick", action="store_true", help="under five minutes: one arm, few people, no pictures")
    parser.add_argument("--brief", action="store_true", help="a quarter of an hour: a report on fewer people")
    parser.add_argument("--pictures", action="store_true", help="only draw the pictures of a report anew")
    parser.add_argument("--json", type=Path, metavar="F", help="write the rows of the table")
    parser.add_argument("--to", type=Path, default=PAGES, help="where the full run writes its report")
    return parser
