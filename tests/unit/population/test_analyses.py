"""What two arms say, against hand-worked rows, SciPy, and what must hold of any trial."""

import math
from dataclasses import fields

import numpy as np
import pytest
from neurokyn.errors import ParameterError
from neurokyn.population.analyses import ANALYSES, among_all, change, compare, outcome, remitted, responded
from neurokyn.population.effects import Effect, hedges_correction
from neurokyn.population.ratings import Ratings, all_seen, carried_forward, completers
from neurokyn.population.risks import Count
from scipy import stats

NAN = float("nan")
RUN = [[20, 12, 7], [24, 16, 12], [22, 15, 13], [18, 10, NAN], [26, 7, NAN]]
WAIT = [[21, 19, 16], [23, 20, 18], [19, 17, 20], [25, NAN, 5]]
STAYED = [True, True, True, True, False, True, True, False, True]


def trial():
    return Ratings(("run", "wait"), [0] * 5 + [1] * 4, [0, 4, 8], RUN + WAIT, STAYED)


def large(seed=3, n=60):
    random = np.random.default_rng(seed)
    arm = random.integers(0, 2, n)
    before = random.normal(22, 4, n).round()
    middle = 0.6 * before + 3 - 2 * arm + random.normal(0, 4, n)
    end = 0.7 * middle + 2 - 2 * arm + random.normal(0, 4, n)
    score = np.column_stack([before, middle, end])
    score[:, 1:][random.random((n, 2)) < 0.2] = NAN
    return Ratings(("wait", "run"), arm, [0, 6, 12], score, random.random(n) < 0.8)


# -- of each person ------------------------------------------------------------------------------------------------


def test_changes_by_hand():
    run = trial().of("run")
    np.testing.assert_array_equal(change(run), [-13, -12, -9, NAN, NAN])
    np.testing.assert_array_equal(change(run, 4), [-8, -8, -7, -8, -19])
    np.testing.assert_array_equal(change(run, None, carried_forward), [-13, -12, -9, -8, -19])


def test_response_and_remission_by_hand():
    run = trial().of("run")
    np.testing.assert_array_equal(responded(run), [1, 1, 0, NAN, NAN])  # 24 to 12 is half, and counts
    np.testing.assert_array_equal(responded(run, None, 0.5, carried_forward), [1, 1, 0, 0, 1])
    np.testing.assert_array_equal(responded(run, None, 0.4), [1, 1, 1, NAN, NAN])
    np.testing.assert_array_equal(remitted(run), [1, 0, 0, NAN, NAN])  # 7 points count
    np.testing.assert_array_equal(remitted(run, None, 7, completers), [1, 0, 0, NAN, NAN])
    np.testing.assert_array_equal(remitted(run, 4, 12), [1, 0, 0, 1, 1])
    assert among_all(responded(run)).tolist() == [True, True, False, False, False]


def test_response_at_its_edges():
    """In a computer 0.56 · 25 is above 14; a baseline of 0 cannot fall; without a baseline nothing is known."""
    assert 0.56 * 25 > 14
    ratings = Ratings(("a",), [0, 0, 0, 0], [0, 8], [[25, 11], [25, 12], [0, 0], [NAN, 3]], [True] * 4)
    np.testing.assert_array_equal(responded(ratings, 8, 0.56), [1, 0, 0, NAN])
    np.testing.assert_array_equal(remitted(ratings), [0, 0, 1, 1])


def test_analyses_by_the_names_of_a_trial_file():
    assert dict(ANALYSES) == {"all seen": all_seen, "completers": completers, "carried forward": carried_forward}


# -- of two arms ---------------------------------------------------------------------------------------------------


def test_arm_by_hand():
    """Ends 7, 12, 13: mean 32/3, variance 62/6. Changes -13, -12, -9 over the spread 2 before, J(2) = 1/√π."""
    run = outcome(trial(), "run")
    assert (run.name, run.week) == ("run", 8.0)
    assert (run.end.mean, run.end.sd, run.end.n, run.end.missing) == pytest.approx((32 / 3, math.sqrt(31 / 3), 3, 2))
    assert (run.course.before.mean, run.course.before.sd) == (22, 2)
    assert run.course.change.mean == pytest.approx(-34 / 3)
    assert run.standardised_change.estimate == pytest.approx(-34 / 3 / 2 / math.sqrt(math.pi))
    assert (run.response, run.remission) == (Count(2, 5), Count(1, 5))
    assert (run.response_seen, run.remission_seen) == (Count(2, 3, 2), Count(1, 3, 2))


def test_comparison_by_hand():
    """Week 8: 32/3 against 59/4 points; changes -34/3 against (-5 - 5 + 1 - 20)/4, over √((2·4 + 3·20/3)/5) before."""
    result = compare(trial(), "run", "wait")
    assert result.difference.estimate == pytest.approx(32 / 3 - 59 / 4)
    assert result.difference_of_change.estimate == pytest.approx(-34 / 3 + 29 / 4)
    spread = math.sqrt((2 * 4 + 3 * 20 / 3) / 5)
    assert result.smd_of_change.estimate == pytest.approx(hedges_correction(5) * (-34 / 3 + 29 / 4) / spread)
    one, two = np.array([-13, -12, -9]), np.array([-5, -5, 1, -20])
    within = math.sqrt((2 * one.var(ddof=1) + 3 * two.var(ddof=1)) / 5)
    assert result.g_of_change.estimate == pytest.approx(hedges_correction(5) * (-34 / 3 + 29 / 4) / within)
    within = math.sqrt((2 * result.arm.end.sd**2 + 3 * result.versus.end.sd**2) / 5)
    assert result.g.estimate == pytest.approx(hedges_correction(5) * (32 / 3 - 59 / 4) / within)
    assert (result.difference.n, result.difference.missing) == (7, 2)
    assert (result.response.arm, result.response.versus) == (Count(2, 5), Count(1, 4))
    assert result.response.difference.estimate == pytest.approx(2 / 5 - 1 / 4)
    assert result.response_seen.ratio.estimate == pytest.approx((2 / 3) / (1 / 4))
    assert result.remission.odds.estimate == pytest.approx((1 / 4) / (1 / 3))
    assert result.remission_seen.needed.estimate == pytest.approx(1 / (1 / 3 - 1 / 4))


def test_analysis_sets_change_who_counts():
    carried = compare(trial(), "run", "wait", None, carried_forward)
    assert (carried.arm.end.n, carried.versus.end.n) == (5, 4)
    assert carried.arm.end.mean == pytest.approx((7 + 12 + 13 + 10 + 7) / 5)
    assert carried.response.arm == Count(3, 5)
    kept = compare(trial(), "run", "wait", None, completers)
    assert (kept.arm.end.n, kept.versus.end.n) == (3, 3)
    assert kept.versus.end.mean == pytest.approx((16 + 18 + 5) / 3)
    assert kept.response.versus == Count(1, 4)  # who left counts as not responding
    assert kept.response_seen.versus == Count(1, 3, 1)
    assert compare(trial(), "run", "wait", 4, share=0.3).response_seen.arm == Count(5, 5)


@pytest.mark.parametrize(
    ("values", "part"), [(all_seen, "difference"), (change, "difference_of_change")], ids=["end", "change"]
)
def test_differences_are_welchs(values, part):
    ratings = large()
    one, two = (values(ratings.of(arm), 6) for arm in ("run", "wait"))
    theirs = stats.ttest_ind(one, two, equal_var=False, nan_policy="omit").confidence_interval(0.9)
    ours = getattr(compare(ratings, "run", "wait", 6, level=0.9), part)
    assert (ours.low, ours.high, ours.level) == pytest.approx((theirs.low, theirs.high, 0.9))


def effects_of(result):
    for part in fields(result):
        value = getattr(result, part.name)
        if isinstance(value, Effect):
            yield part.name, value
        elif part.name not in {"arm", "versus"}:
            yield from ((f"{part.name} {name}", getattr(value, name)) for name in ("difference", "ratio", "odds"))


def test_other_order_turns_the_sign():
    there, back = compare(large(), "run", "wait"), compare(large(), "wait", "run")
    assert (there.arm, there.versus) == (back.versus, back.arm)
    checked = 0
    for (name, one), (_, two) in zip(effects_of(there), effects_of(back), strict=True):
        turned = 1 / two.estimate if name.endswith(("ratio", "odds")) else -two.estimate
        assert one.estimate == pytest.approx(turned), name
        checked += 1
    assert checked == 5 + 4 * 3


def test_order_of_people_does_not_matter():
    ratings = large()
    order = np.random.default_rng(0).permutation(len(ratings.arm))
    mixed = Ratings(ratings.arms, ratings.arm[order], ratings.weeks, ratings.score[order], ratings.stayed[order])
    for analysis_set in ANALYSES.values():
        one, two = (effects_of(compare(each, "run", "wait", None, analysis_set)) for each in (ratings, mixed))
        for (name, here), (_, there) in zip(one, two, strict=True):
            assert (here.estimate, here.low, here.high) == pytest.approx((there.estimate, there.low, there.high)), name


# -- what cannot be answered, and what cannot be meant -------------------------------------------------------------


def test_an_arm_of_nobody_says_why():
    ratings = Ratings(("run", "wait"), [0, 0], [0, 8], [[20, 10], [22, 14]], [True, True])
    result = compare(ratings, "run", "wait")
    assert math.isnan(result.difference.estimate)
    assert result.g.why == "fewer than two people in a group"
    assert result.response.difference.why == "a group without people"
    assert result.versus.response == Count(0, 0)


@pytest.mark.parametrize(
    ("attempt", "said"),
    [
        (lambda: compare(trial(), "run", "run"), "cannot be compared with itself"),
        (lambda: compare(trial(), "run", "drug"), "no arm is called 'drug'"),
        (lambda: compare(trial(), "run", "wait", 6), "no visit at week 6"),
        (lambda: compare(trial(), "run", "wait", share=50), "share of the baseline"),
        (lambda: responded(trial(), None, 0), "share of the baseline"),
        (lambda: outcome(trial(), "run", points=NAN), "number of points"),
        (lambda: outcome(trial(), "run", level=95), "between 0 and 1"),
    ],
)
def test_what_cannot_be_meant_is_refused(attempt, said):
    with pytest.raises(ParameterError, match=said):
        attempt()
