"""Means of days: over whole days only, and equal for days that are alike."""

import numpy as np
import pytest
import xarray as xr
from neurokyn.report.courses import arms_of, by_day, ends, has_days, mean_between, time_unit

HOURS = np.arange(0.0, 24 * 7 + 1)


def rhythm(hours):
    return 5 + np.sin(2 * np.pi * hours / 24)


@pytest.mark.parametrize("step", [0.25, 1.0, 1.5, 5.0])
@pytest.mark.parametrize("first", [0.0, 13.0])
def test_days_that_are_alike_start_and_end_alike(step, first):
    hours = np.arange(first, first + 30 * 24 + 0.1, step)
    start, end = ends(hours, rhythm(hours))
    within = 1e-12 if 24 % step == 0 else 0.05
    assert start == pytest.approx(5, abs=within)
    assert end == pytest.approx(start, abs=within)


def test_start_and_end_are_the_first_and_the_last_day():
    start, end = ends(HOURS, HOURS)
    assert (start, end) == pytest.approx((12, 24 * 7 - 12))


def test_a_short_or_a_coarse_course_starts_and_ends_where_it_does():
    assert ends(HOURS[:40], HOURS[:40]) == (0, 39)
    coarse = np.arange(0.0, 500.0, 24.0)
    assert ends(coarse, coarse) == (0, 480)
    assert not has_days(HOURS[:1])


def test_a_course_that_stopped_has_a_start_and_no_end():
    broken = np.where(HOURS < 100, rhythm(HOURS), np.nan)
    start, end = ends(HOURS, broken)
    assert start == pytest.approx(5)
    assert np.isnan(end)


def test_means_weigh_time():
    hours, values = np.array([0.0, 1.0, 4.0]), np.array([0.0, 2.0, 2.0])
    assert mean_between(hours, values, 0, 4) == pytest.approx(7 / 4)
    assert mean_between(hours, values, 0.5, 2.5) == pytest.approx((0.75 + 3) / 2)


def test_day_by_day():
    days = by_day(HOURS, rhythm(HOURS) + HOURS // 24)
    assert days.hours.tolist() == [12 + 24 * k for k in range(7)]
    assert np.diff(days.mean) == pytest.approx(1)
    assert days.least == pytest.approx(4 + np.arange(7), abs=1e-9)
    assert days.most == pytest.approx(6 + np.arange(7), abs=1e-9)


def test_what_is_left_over_is_no_day_and_a_broken_day_has_no_mean():
    assert len(by_day(HOURS[:60], HOURS[:60]).mean) == 2
    days = by_day(HOURS, np.where(HOURS < 60, 1.0, np.nan))
    assert days.mean[:2].tolist() == [1, 1]
    assert np.isnan(days.mean[2:]).all()


@pytest.mark.parametrize(("span", "unit"), [(72, "hours"), (73, "days"), (672, "days"), (673, "weeks")])
def test_the_unit_in_which_time_reads_best(span, unit):
    assert time_unit(xr.Dataset(coords={"time": [0.0, span]}))[1] == unit


def test_arms(weeks, hours):
    assert [name for name, _ in arms_of(weeks)] == ["escitalopram", "running", "untreated"]
    assert [name for name, _ in arms_of(hours)] == [""]
