"""How arms look and what is marked."""

import pytest
import xarray as xr
from matplotlib.figure import Figure
from neurokyn.report.marks import ALONE, bars, draw_strip, literal, marked_rows, shade, styles
from neurokyn.report.style import COLOURS

DAILY = [(24.0 * day, 24.0 * day, 10.0) for day in range(112)]


def dataset(arms, events):
    coords = {"time": [0.0, 2688.0]} | ({"arm": arms} if arms else {})
    return xr.Dataset(coords=coords, attrs={"events": events})


def test_the_arm_where_least_happens_is_black(weeks):
    found = styles(weeks)
    assert found["untreated"] is ALONE
    assert [found[arm]["color"] for arm in ("escitalopram", "running")] == list(COLOURS[:2])


def test_arms_that_are_treated_alike_have_colours_of_their_own():
    arms = [f"arm {k}" for k in range(8)]
    found = styles(dataset(arms, {arm: {"escitalopram": DAILY} for arm in arms}))
    assert len({str(style) for style in found.values()}) == 8
    assert ALONE not in found.values()


def test_what_happens_to_all_is_marked_once(weeks):
    rows = [(arm, kind) for arm, kind, _ in marked_rows(weeks)]
    assert sorted(rows) == [("", "stress"), ("escitalopram", "escitalopram"), ("running", "exercise")]


def test_what_happens_outside_the_time_shown_is_not_marked(weeks):
    before = weeks.isel(time=weeks["time"] < 14 * 24)
    assert "stress" not in [kind for _, kind, _ in marked_rows(before)]
    doses = {arm: spans for arm, _, spans in marked_rows(before)}["escitalopram"]
    assert len(doses) == 14


def test_daily_doses_over_sixteen_weeks_are_one_band():
    assert bars(DAILY, 2688.0) == [(0.0, 2688.0, 1.0)]


def test_a_missed_dose_is_a_gap_and_a_lower_one_is_lower():
    missed = [dose for k, dose in enumerate(DAILY) if k != 50]
    assert [(start, width) for start, width, _ in bars(missed, 2688.0)] == [(0, 1200), (1224, 1464)]
    tapered = [(start, stop, 5.0 if start > 2000 else 10.0) for start, stop, _ in DAILY]
    assert [height for *_, height in bars(tapered, 2688.0)] == [1.0, 0.5]


def test_rare_events_stay_apart_and_are_never_too_thin_to_see():
    found = bars([(0.0, 0.75, 0.7), (48.0, 48.75, 0.7)], 2688.0)
    assert [start for start, *_ in found] == [0, 48]
    assert all(width == pytest.approx(2688 / 350) for _, width, _ in found)


def test_labels_name_nothing_twice(weeks, hours):
    axes = Figure().subplots()
    draw_strip(axes, weeks)
    assert sorted(text.get_text() for text in axes.get_yticklabels()) == [
        "all: stress",
        "escitalopram",
        "running: exercise",
    ]
    draw_strip(axes, hours)
    assert [text.get_text() for text in axes.get_yticklabels()] == ["exercise"]


def test_only_what_is_rare_is_shaded(weeks):
    axes = Figure().subplots()
    shade(axes, weeks)
    assert [round(patch.get_x(), 6) for patch in axes.patches] == [2.0]


def test_names_are_shown_as_they_are():
    assert literal("a $x$ in one") == r"a \$x\$ in one"
    assert len(literal("word " * 50, 60)) <= 60
    assert len(literal("x" * 500)) == 40
