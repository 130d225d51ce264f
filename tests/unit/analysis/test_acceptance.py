"""The acceptance windows of virtual trials can be met, and can be missed."""

from dataclasses import replace

import numpy as np
import pytest
from neurokyn.analysis.acceptance import WINDOWS, acceptance
from neurokyn.analysis.reported import reported
from neurokyn.analysis.verdicts import judge

ROWS = {row.id: row for row in reported()}
WANTED = {
    "S02.running": 0.52, "S02.drug": 0.82, "E23.sertraline": 0.47, "E23.supervised": 0.45, "E23.home": 0.40,
    "E23.placebo": 0.31, "P16": 0.6, "P18.fluoxetine": 0.55, "T03.gap": -0.65, "D01": -1.94, "A01": 0.18,
    "A05.three_months": 0.4, "A05.year": 0.8,
}  # fmt: skip


def verdict(name, value):
    found = judge(ROWS[name], value + 1e-6 * np.arange(-5, 6))
    return replace(found, parts={"biology": -1.2})


def all_rows(changed=()):
    names = {row for window in WINDOWS for row in window.rows}
    return [verdict(name, {**WANTED, **dict(changed)}.get(name, 0.01)) for name in sorted(names)]


def test_every_row_of_a_window_is_reported():
    assert {row for window in WINDOWS for row in window.rows} <= set(ROWS)


def test_all_are_met_by_what_was_reported():
    assert all(met for _, _, met in acceptance(all_rows()))
    assert len(acceptance(all_rows())) == len(WINDOWS)


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: window.title[:30])
def test_each_can_be_missed(window):
    far = all_rows([(row, 5.0) for row in window.rows])
    if window.rows == ("E32",):
        far = [replace(v, parts={"biology": 1.0}) for v in far]
    assert (window.title, False) in [(title, met) for title, _, met in acceptance(far)]


def test_a_window_without_its_rows_is_left_out():
    assert acceptance([verdict("S01", 0.0)])[0][0].startswith("MOTAR: difference")
    assert len(acceptance([verdict("S01", 0.0)])) == 1
