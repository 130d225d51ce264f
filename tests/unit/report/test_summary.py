"""The table and the JSON of a run."""

import json

import numpy as np
import pytest
from neurokyn.report.summary import SHOWN, changes_table, summarise, to_json


def test_an_untreated_day_does_not_drift(weeks):
    before = weeks.isel(time=weeks["time"] <= 14 * 24)
    found = summarise(before)["untreated"]
    for name in SHOWN:
        assert found[name].end == pytest.approx(found[name].start, rel=1e-4, abs=1e-6), name


def test_every_read_out_of_every_arm_has_four_numbers_and_a_unit(weeks):
    found = to_json(summarise(weeks))
    assert list(found) == ["escitalopram", "running", "untreated"]
    for rows in found.values():
        assert set(rows) == {str(name) for name in weeks.data_vars if "." in str(name)}
        for name, row in rows.items():
            assert list(row) == ["unit", "start", "end", "minimum", "maximum"]
            assert row["unit"] == weeks[name].attrs["units"]
            dust = 1e-12 * abs(row["maximum"])
            assert row["minimum"] - dust <= min(row["start"], row["end"])
            assert row["maximum"] + dust >= max(row["start"], row["end"])
    json.dumps(found, allow_nan=False)


def test_what_was_not_computed_is_null(weeks):
    broken = weeks.isel(arm=0).where(weeks["time"] < 300)
    row = to_json(summarise(broken))[""]["mood.depression"]
    assert row["end"] is None
    assert row["start"] > 0 < row["minimum"] <= row["maximum"]
    nothing = to_json(summarise(broken.where(weeks["time"] < 0)))[""]["mood.depression"]
    assert [nothing[key] for key in ("start", "end", "minimum", "maximum")] == [None] * 4


def test_the_table_shows_what_changed_by_arm(weeks):
    lines = changes_table(weeks).splitlines()
    assert lines[0] == "Five weeks"
    assert lines[2].split() == ["read-out", "unit", "start", "escitalopram", "running", "untreated"]
    (row,) = (line.split() for line in lines if line.startswith("mood.depression"))
    assert row[1] == "1"
    start, escitalopram, running, untreated = map(float, row[2:])
    assert escitalopram < running < untreated
    assert untreated > start  # stress in the third week
    (row,) = (line.split() for line in lines if line.startswith("ssri.concentration"))
    assert row[2] == "0"  # the start is that of the untreated
    assert (
        lines[-1] == "start (untreated) and end, means over the first and the last 24 hours; the end is after 5 weeks"
    )


def test_the_table_of_a_day(hours):
    text = changes_table(hours)
    assert text.endswith("start and end; the end is after 24 hours")
    assert "mood.depression" in text


def test_the_table_shows_what_there_is(hours):
    assert "tryptophan.nefa" in changes_table(hours[["tryptophan.nefa"]])
    assert np.isfinite(summarise(hours)[""]["tryptophan.nefa"].maximum)
