"""Verdicts, ratios, and what is written of them."""

import json
import math

import pytest

from benchmarks.bar import Row, best, ratio, table, write_json


@pytest.mark.parametrize(
    ("measured", "held", "verdict"),
    [(10.9, False, "missed"), (11.0, True, "holds"), (16.0, True, "holds, aim reached")],
)
def test_more_is_better(measured, held, verdict):
    row = Row("a ratio", 11.0, 16.0, measured)
    assert (row.held, row.verdict) == (held, verdict)


@pytest.mark.parametrize(
    ("measured", "held", "verdict"), [(0.9, False, "missed"), (0.8, True, "holds"), (0.3, True, "holds, aim reached")]
)
def test_less_is_better(measured, held, verdict):
    row = Row("a time", 0.8, 0.4, measured, "s", less=True)
    assert (row.held, row.verdict) == (held, verdict)


def test_what_was_not_measured_is_neither_held_nor_missed():
    row = Row("a ratio", 11.0, 16.0, why="one core only")
    assert row.held is None
    assert row.verdict == "not measured: one core only"


def test_ratios_and_the_best_peer():
    assert ratio(6.0, 2.0) == 3.0
    assert math.isnan(ratio(math.nan, 2.0))
    assert math.isnan(ratio(6.0, math.nan))
    assert best({"slow": 5.0, "quick": 2.0, "absent": math.nan}) == ("quick", 2.0)
    name, cost = best({"absent": math.nan})
    assert name == ""
    assert math.isnan(cost)


def test_rows_are_written_with_what_was_not_measured_as_null(tmp_path):
    rows = [Row("a", 11.0, 16.0, 12.0), Row("b", 0.8, 0.4, unit="s", less=True)]
    write_json(rows, tmp_path / "rows.json")
    written = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))
    assert [(row["row"], row["at_least"], row["aim"], row["measured"], row["held"]) for row in written] == [
        ("a", 11.0, 16.0, 12.0, True),
        ("b", 0.8, 0.4, None, None),
    ]
    assert "| a | ≥ 11× | ≥ 16× | 12× | holds |" in table(rows)
