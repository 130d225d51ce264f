"""Risks and numbers needed to treat against hand-worked numbers, published examples, and simulated truth."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from neurokyn.errors import ParameterError
from neurokyn.population.effects import Effect
from neurokyn.population.risks import Count, number_needed, odds_ratio, risk_difference, risk_ratio
from scipy import stats

counts = st.integers(1, 200).flatmap(lambda n: st.builds(Count, st.integers(0, n), st.just(n)))
TEXTBOOK = Count(5, 100), Count(10, 100)


def test_ratios_by_hand():
    """ln 1/2 with 1/5 - 1/100 + 1/10 - 1/100; ln 450/950 with 1/5 + 1/95 + 1/10 + 1/90; √(0.0475/100 + 0.09/100)."""
    ratio, odds, difference = risk_ratio(*TEXTBOOK), odds_ratio(*TEXTBOOK), risk_difference(*TEXTBOOK)
    assert (math.log(ratio.estimate), ratio.standard_error**2) == pytest.approx((-0.6931, 0.2800), abs=5e-5)
    assert (math.log(odds.estimate), odds.standard_error**2) == pytest.approx((-0.7472, 0.3216), abs=5e-5)
    assert (difference.estimate, difference.standard_error) == pytest.approx((-0.05, 0.0371), abs=5e-5)


@given(counts, counts)
def test_score_interval_is_newcombes_from_scipys_wilson(one, two):
    """Method 10 of Newcombe 1998: the distances to Wilson's limits, which SciPy has, added as squares."""
    first, second = (stats.binomtest(group.events, group.n).proportion_ci(method="wilson") for group in (one, two))
    effect, p, q = risk_difference(one, two), one.risk, two.risk
    low, high = p - q - math.hypot(p - first.low, second.high - q), p - q + math.hypot(first.high - p, q - second.low)
    assert (effect.low, effect.high) == pytest.approx((max(-1, low), min(1, high)), abs=1e-12)


@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 50), st.integers(1, 50))
def test_odds_ratio_is_scipys(a, b, c, d):
    theirs = stats.contingency.odds_ratio([[a, b], [c, d]], kind="sample")
    effect, interval = odds_ratio(Count(a, a + b), Count(c, c + d)), theirs.confidence_interval()
    assert (effect.estimate, effect.low, effect.high) == pytest.approx((theirs.statistic, interval.low, interval.high))


@given(st.integers(1, 50), st.integers(51, 99), st.integers(1, 50), st.integers(51, 99))
def test_risk_ratio_is_scipys(a, n, c, m):
    theirs = stats.contingency.relative_risk(a, n, c, m)
    effect, interval = risk_ratio(Count(a, n), Count(c, m)), theirs.confidence_interval(0.95)
    assert (effect.estimate, effect.low, effect.high) == pytest.approx(
        (theirs.relative_risk, interval.low, interval.high)
    )


# -- numbers needed ------------------------------------------------------------------------------------------------


def difference(estimate, low, high):
    return Effect(estimate, math.nan, low, high, 100, "risk difference")


def test_an_interval_through_infinity():
    """Altman 1998, 10.1136/bmj.317.7168.1309: 10 % (-5 % to 25 %) is NNTB 10 (NNTB 4 to ∞ to NNTH 20)."""
    needed = number_needed(difference(0.10, -0.05, 0.25))
    assert str(needed) == "NNTB 10.0 (NNTB 4.0 to ∞ to NNTH 20.0), n = 100"
    assert needed.through_infinity


def test_an_interval_of_benefit_only():
    """Barrowman 2002, CMAJ 166:1676: 16.6 % (0.9 % to 32.2 %) is about 6 (3.1 to 111.1)."""
    needed = number_needed(difference(0.166, 0.009, 0.322))
    assert (needed.estimate, needed.best, needed.worst) == pytest.approx((6.02, 3.1, 111.1), abs=0.05)
    assert not needed.through_infinity


def test_harm_and_no_difference():
    assert str(number_needed(difference(-0.2, -0.5, -0.1))) == "NNTH 5.0 (NNTH 10.0 to NNTH 2.0), n = 100"
    assert str(number_needed(difference(0.0, -0.1, 0.1))) == "∞ (NNTB 10.0 to ∞ to NNTH 10.0), n = 100"
    assert number_needed(difference(0.1, 0.0, 0.2)).worst == math.inf
    nobody = number_needed(risk_difference(Count(0, 0), Count(1, 2)))
    assert (math.isnan(nobody.estimate), nobody.through_infinity) == (True, False)
    assert str(nobody) == "NaN (NaN to NaN), n = 2; a group without people"
    with pytest.raises(ParameterError):
        number_needed(difference(3.0, 2.0, 4.0))


# -- properties ----------------------------------------------------------------------------------------------------


@given(counts, counts)
def test_other_order(one, two):
    there, back = risk_difference(one, two), risk_difference(two, one)
    assert (there.estimate, there.low, there.high) == pytest.approx((-back.estimate, -back.high, -back.low), abs=1e-12)
    for measure in (risk_ratio, odds_ratio):
        there, back = measure(one, two), measure(two, one)
        assert math.isnan(there.estimate) == math.isnan(back.estimate)
        if not math.isnan(there.estimate):
            assert (there.estimate, there.low) == pytest.approx((1 / back.estimate, 1 / back.high))


@given(counts, counts)
def test_intervals_hold_their_estimates(one, two):
    for measure in (risk_difference, risk_ratio, odds_ratio):
        effect = measure(one, two)
        assert math.isnan(effect.estimate) or effect.low <= effect.estimate <= effect.high


@given(counts, counts)
def test_other_event_turns_the_odds(one, two):
    """Remission or none: the odds ratio turns over, the difference changes its sign."""
    other = [Count(group.n - group.events, group.n) for group in (one, two)]
    assume(0 < one.events + two.events < one.n + two.n)
    assert odds_ratio(one, two).estimate * odds_ratio(*other).estimate == pytest.approx(1)
    assert risk_difference(one, two).low == pytest.approx(-risk_difference(*other).high, abs=1e-12)


@pytest.mark.parametrize(("p", "q", "n", "m"), [(0.45, 0.45, 96, 45), (0.1, 0.03, 30, 30), (0.6, 0.3, 60, 60)])
def test_coverage(p, q, n, m):
    random = np.random.default_rng(7)
    events = random.binomial([n, m], [p, q], (4000, 2)).tolist()
    pairs = [(Count(a, n), Count(b, m)) for a, b in events]
    truths = {risk_difference: p - q, risk_ratio: p / q, odds_ratio: p * (1 - q) / (q * (1 - p))}
    for measure, truth in truths.items():
        effects = [effect for effect in (measure(*pair) for pair in pairs) if not math.isnan(effect.low)]
        held = np.mean([effect.low <= truth <= effect.high for effect in effects])
        assert 0.94 <= held <= 0.99  # with counts no interval is exact; these err to the wide side


# -- what cannot be answered, and what cannot be meant -------------------------------------------------------------


def test_empty_cells():
    assert risk_ratio(Count(0, 10), Count(4, 10)).why == "1/2 added to each cell, as one was empty"
    assert odds_ratio(Count(0, 10), Count(4, 10)).estimate == pytest.approx(0.5 * 6.5 / (10.5 * 4.5))
    assert odds_ratio(Count(0, 10), Count(0, 12)).why == "the event happened to none"
    assert risk_ratio(Count(10, 10), Count(12, 12)).why == "the event happened to all"
    assert risk_difference(Count(0, 10), Count(0, 12)).low < 0 < risk_difference(Count(0, 10), Count(0, 12)).high
    for measure in (risk_difference, risk_ratio, odds_ratio):
        assert measure(Count(0, 0), Count(4, 10)).why == "a group without people"
        assert math.isnan(measure(Count(0, 0), Count(4, 10)).estimate)


def test_missing_people_are_counted():
    effect = risk_difference(Count.of([True, False, True]), Count.of([0, 1, math.nan]))
    assert (effect.n, effect.missing) == (5, 1)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: Count(11, 10),
        lambda: Count(-1, 10),
        lambda: Count.of([0.5, 1]),
        lambda: Count.of([[0, 1]]),
        lambda: risk_ratio(*TEXTBOOK, level=95),
    ],
)
def test_what_cannot_be_meant_is_refused(attempt):
    with pytest.raises(ParameterError):
        attempt()
