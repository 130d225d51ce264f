"""The measure of error and what an error costs."""

import math

import numpy as np
import pytest

from benchmarks.errors import cost_at, high, scaled_errors

TYPICAL = np.array([1.0, 1.0])
ALL = np.array([True, True, True])


def test_error_is_relative_with_a_floor_of_one_per_cent_of_the_largest():
    exact = np.array([[100.0, 1.0], [0.0, 1.0], [50.0, 1.0]])
    course = exact + np.array([[1.0, 0.0], [0.1, 0.0], [0.0, 0.02]])
    errors = scaled_errors(course, exact, TYPICAL, ALL)
    assert errors == pytest.approx([0.1 / 1.0, 0.02 / 1.01])


def test_outputs_left_out_do_not_count():
    exact = np.ones((3, 2))
    course = exact.copy()
    course[1] = 1e9
    assert scaled_errors(course, exact, TYPICAL, np.array([True, False, True])).max() == 0


def test_a_state_that_is_zero_throughout_has_an_error_all_the_same():
    exact, course = np.zeros((3, 2)), np.zeros((3, 2))
    assert scaled_errors(course, exact, TYPICAL, ALL).max() == 0
    course[0, 1] = 1e-20
    assert scaled_errors(course, exact, TYPICAL, ALL).max() < 1e-15
    course[0, 1] = 1e-2
    assert scaled_errors(course, exact, TYPICAL, ALL).max() == pytest.approx(1.0)


def test_a_state_that_hardly_moves_is_held_to_its_typical_size():
    exact, course = np.full((3, 2), 1e-3), np.full((3, 2), 1.1e-3)
    assert scaled_errors(course, exact, np.ones(2), ALL).max() == pytest.approx(1e-4 / (1e-3 + 0.01))


def test_what_is_not_a_number_is_infinitely_wrong():
    course = np.ones((3, 2))
    course[2, 0] = np.nan
    assert np.isinf(scaled_errors(course, np.ones((3, 2)), TYPICAL, ALL)[0])


def test_high_is_the_95th_percentile_and_a_failure_counts():
    assert high([1.0] * 99 + [5.0]) == pytest.approx(1.0)
    assert math.isinf(high([1.0, math.inf]))


def test_cost_is_read_on_logarithmic_scales():
    assert cost_at(1e-4, [1e-3, 1e-5], [1.0, 4.0]) == pytest.approx(2.0)
    assert cost_at(1e-5, [1e-3, 1e-5], [1.0, 4.0]) == pytest.approx(4.0)


def test_the_first_crossing_counts():
    assert cost_at(1e-4, [1e-3, 1e-5, 1e-3, 1e-7], [1.0, 4.0, 16.0, 64.0]) == pytest.approx(2.0)


def test_the_loosest_run_is_the_cost_where_it_is_good_enough():
    assert cost_at(1e-4, [1e-5, 1e-6], [1.0, 2.0]) == 1.0


def test_runs_that_failed_are_passed_over_and_what_is_not_reached_has_no_cost():
    assert cost_at(1e-4, [math.inf, 1e-3, 1e-5], [9.0, 1.0, 4.0]) == pytest.approx(2.0)
    assert math.isnan(cost_at(1e-6, [1e-3, 1e-5], [1.0, 4.0]))
    assert math.isnan(cost_at(1e-6, [], []))
