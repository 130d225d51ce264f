"""Ratings and analysis sets against hand-worked rows, and what must hold of any trial."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from neurokyn.errors import ParameterError
from neurokyn.population.ratings import Ratings, all_seen, carried_forward, completers

NAN = float("nan")
ROWS = [
    [20, 16, 12, 9],  # seen at every visit
    [24, 18, NAN, NAN],  # left after week 4
    [22, NAN, 13, NAN],  # missed two visits, stayed
    [19, NAN, NAN, NAN],  # never seen again
    [NAN, 15, NAN, 8],  # without a baseline
]


def trial():
    return Ratings(("run", "drug"), [0, 1, 0, 1, 1], [0, 4, 8, 12], ROWS, [True, False, True, False, True])


@st.composite
def trials(draw, share_missing=0.3):
    n, visits = draw(st.integers(1, 12)), draw(st.integers(1, 5))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    score = random.integers(0, 53, (n, visits)).astype(float)
    score[random.random(score.shape) < share_missing] = NAN
    return Ratings(("a", "b"), random.integers(0, 2, n), np.arange(visits) * 2.0, score, random.random(n) < 0.7)


def permuted(ratings, order):
    return Ratings(ratings.arms, ratings.arm[order], ratings.weeks, ratings.score[order], ratings.stayed[order])


# -- hand-worked ---------------------------------------------------------------------------------------------------


def test_parts_of_a_trial():
    ratings = trial()
    np.testing.assert_array_equal(ratings.baseline, [20, 24, 22, 19, NAN])
    np.testing.assert_array_equal(ratings.end, [9, NAN, NAN, NAN, 8])
    assert ratings.seen().tolist() == [True, False, False, False, True]
    assert ratings.seen(4).tolist() == [True, True, False, False, True]
    drug = ratings.of("drug")
    assert (drug.arms, drug.arm.tolist(), drug.stayed.tolist()) == (("drug",), [0, 0, 0], [False, False, True])
    np.testing.assert_array_equal(drug.score, np.array(ROWS)[[1, 3, 4]])


def test_visits_by_their_week():
    ratings = Ratings(("a",), [], [0, 100 / 168, 12], np.empty((0, 3)), [])
    assert [ratings.visit(week) for week in (0, 0.595, 12.0, None)] == [0, 1, 2, 2]
    with pytest.raises(ParameterError, match="no visit at week 0.6; visits are at weeks 0, 0.595238, 12"):
        ratings.visit(0.6)


@pytest.mark.parametrize(
    ("analysis_set", "week", "expected"),
    [
        (all_seen, None, [9, NAN, NAN, NAN, 8]),
        (all_seen, 8, [12, NAN, 13, NAN, NAN]),
        (carried_forward, None, [9, 18, 13, 19, 8]),
        (carried_forward, 8, [12, 18, 13, 19, 15]),  # what comes later is not used
        (carried_forward, 0, [20, 24, 22, 19, NAN]),
        (completers, None, [9, NAN, NAN, NAN, 8]),
        (completers, 8, [12, NAN, 13, NAN, NAN]),
        (completers, 4, [16, NAN, NAN, NAN, 15]),  # the second was seen, but left later
    ],
)
def test_who_is_analysed_with_which_score(analysis_set, week, expected):
    np.testing.assert_array_equal(analysis_set(trial(), week), expected)


# -- properties ----------------------------------------------------------------------------------------------------

SETS = [all_seen, carried_forward, completers]


@pytest.mark.parametrize("analysis_set", SETS)
@given(ratings=trials(), data=st.data())
def test_order_of_people_does_not_matter(analysis_set, ratings, data):
    order = np.array(data.draw(st.permutations(range(len(ratings.arm)))))
    np.testing.assert_array_equal(analysis_set(permuted(ratings, order)), analysis_set(ratings)[order])


@pytest.mark.parametrize("analysis_set", SETS)
@given(ratings=trials())
def test_an_arm_is_analysed_as_in_the_trial(analysis_set, ratings):
    for number, arm in enumerate(ratings.arms):
        np.testing.assert_array_equal(analysis_set(ratings.of(arm)), analysis_set(ratings)[ratings.arm == number])


@given(trials(share_missing=0.0))
def test_nothing_missing_nothing_carried(ratings):
    for week in ratings.weeks:
        np.testing.assert_array_equal(carried_forward(ratings, week), all_seen(ratings, week))
    np.testing.assert_array_equal(completers(ratings), np.where(ratings.stayed, ratings.end, NAN))


@given(trials())
def test_each_set_holds_the_next(ratings):
    """Completers are among the seen, and the seen among those carried forward, with the same scores."""
    few, more, most = completers(ratings), all_seen(ratings), carried_forward(ratings)
    for inner, outer in ((few, more), (more, most)):
        inside = ~np.isnan(inner)
        np.testing.assert_array_equal(inner[inside], outer[inside])
    never = np.isnan(ratings.score).all(axis=1)
    np.testing.assert_array_equal(np.isnan(most), never)


def test_analysing_leaves_the_ratings_as_they_were():
    given_rows = np.array(ROWS)
    ratings = Ratings(("run",), [0] * 5, [0, 4, 8, 12], given_rows, [True] * 5)
    all_seen(ratings)[:] = 0
    given_rows[:] = 0
    np.testing.assert_array_equal(ratings.score, ROWS)
    with pytest.raises(ValueError, match="read-only"):
        ratings.score[0, 0] = 1


# -- what cannot be meant ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attempt", "said"),
    [
        (lambda: Ratings(("a",), [0, 0], [0, 8], [[20, 10]], [True, True]), "not 2 people by 2 visits"),
        (lambda: Ratings(("a",), [0], [0, 8], [[20, 10, 9]], [True]), "not 1 people by 2 visits"),
        (lambda: Ratings(("a",), [0], [0, 8], [[20, 10]], [True, True]), "one for each of 1 people"),
        (lambda: Ratings(("a",), [0], [0, 8], [[20, 10]], [0.5]), "true or false"),
        (lambda: Ratings(("a",), [0], [4, 8], [[20, 10]], [True]), "must rise from 0"),
        (lambda: Ratings(("a",), [0], [0, 8, 8], [[20, 10, 9]], [True]), "must rise from 0"),
        (lambda: Ratings(("a",), [0], [0, NAN], [[20, 10]], [True]), "must rise from 0"),
        (lambda: Ratings(("a",), [0], [], [[]], [True]), "must rise from 0"),
        (lambda: Ratings(("a",), [0], [0, 8], [[20, float("inf")]], [True]), "a missing score is NaN"),
        (lambda: Ratings(("a",), [1], [0, 8], [[20, 10]], [True]), "arms 0 to 0 only"),
        (lambda: Ratings(("a",), [-1], [0, 8], [[20, 10]], [True]), "arms 0 to 0 only"),
        (lambda: Ratings(("a",), [0.0], [0, 8], [[20, 10]], [True]), "whole numbers"),
        (lambda: Ratings(("a", "a"), [0], [0, 8], [[20, 10]], [True]), "each of them once"),
        (lambda: Ratings("run", [0], [0, 8], [[20, 10]], [True]), "must be names"),
        (lambda: trial().of("runing"), "no arm is called 'runing'; did you mean 'run'"),
        (lambda: trial().seen(6), "no visit at week 6; visits are at weeks 0, 4, 8, 12"),
        (lambda: carried_forward(trial(), NAN), "no visit at week nan"),
    ],
)
def test_what_cannot_be_meant_is_refused(attempt, said):
    with pytest.raises(ParameterError, match=said):
        attempt()
