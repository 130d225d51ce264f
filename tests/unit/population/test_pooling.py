"""Meta-analysis against textbook and metafor examples, simulated truth, and the 35 trials of Cochrane 2013."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from neurokyn.errors import ParameterError
from neurokyn.population.effects import hedges_g
from neurokyn.population.groups import Group
from neurokyn.population.pooling import (
    dersimonian_laird,
    egger,
    hartung_knapp,
    no_variance,
    paule_mandel,
    prediction_interval,
    random_effects,
    restricted_likelihood,
)
from neurokyn.population.risks import Count, odds_ratio, risk_difference, risk_ratio
from scipy import stats

ESTIMATORS = [dersimonian_laird, paule_mandel, restricted_likelihood]
# Colditz et al. 1994, 10.1001/jama.1994.03510330076038: tuberculosis and not, vaccinated and not; `dat.bcg` of metafor
BCG = [
    (4, 119, 11, 128),
    (6, 300, 29, 274),
    (3, 228, 11, 209),
    (62, 13536, 248, 12619),
    (33, 5036, 47, 5761),
    (180, 1361, 372, 1079),
    (8, 2537, 10, 619),
    (505, 87886, 499, 87892),
    (29, 7470, 45, 7232),
    (17, 1699, 65, 1600),
    (186, 50448, 141, 27197),
    (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
]
ROWS = (Path(__file__).parent / "cochrane2013_A1.1.csv").read_text(encoding="utf-8").splitlines()
TRIALS = list(csv.DictReader(row for row in ROWS if not row.startswith("#")))


def bcg(measure):
    effects = [measure(Count(a, a + b), Count(c, c + d)) for a, b, c, d in BCG]
    errors = np.array([effect.standard_error for effect in effects])
    estimates = np.array([effect.estimate for effect in effects])
    return (estimates if measure is risk_difference else np.log(estimates)), errors


def cochrane(keep=lambda people: True):
    arms = [
        [Group(float(row[f"mean_{arm}"]), float(row[f"sd_{arm}"]), int(row[f"n_{arm}"])) for arm in ("ex", "ct")]
        for row in TRIALS
    ]
    effects = [hedges_g(*pair) for pair in arms if keep(pair[0].n + pair[1].n)]
    return np.array([e.estimate for e in effects]), np.array([e.standard_error for e in effects])


def figures(pooled):
    return pooled.estimate, pooled.low, pooled.high


# -- the trials of exercise for depression -------------------------------------------------------------------------


def test_each_trial_as_printed():
    """From means and spreads rounded to one decimal, most to 0.005; Mutrie 1988 is furthest, -2.37 for -2.39."""
    estimates, errors = cochrane()
    printed = np.array([[float(row[key]) for key in ("smd", "lo", "hi")] for row in TRIALS])
    assert estimates == pytest.approx(printed[:, 0], abs=0.025)
    assert np.mean(np.abs(estimates - printed[:, 0]) <= 0.0055) >= 30 / 35
    assert errors == pytest.approx((printed[:, 2] - printed[:, 1]) / (2 * 1.96), abs=0.006)


def test_cochrane_2013():
    """Cooney et al. 2013, 10.1002/14651858.CD004366.pub6: -0.62 (-0.81, -0.42), I² 63 %, τ² 0.19."""
    pooled = random_effects(*cochrane())
    assert (pooled.k, str(pooled)) == (35, "-0.62 (-0.81, -0.42), k = 35, I² = 63 %, τ² = 0.19")


def test_from_the_printed_rows():
    """What evidence rows E12 and E14 were computed from: SMDs and limits with two decimals."""
    n = np.array([int(row["n_ex"]) + int(row["n_ct"]) for row in TRIALS])
    smd, low, high = np.array([[float(row[key]) for key in ("smd", "lo", "hi")] for row in TRIALS]).T
    errors = (high - low) / (2 * stats.norm.ppf(0.975))
    found = [random_effects(smd[keep], errors[keep]) for keep in (n > 0, n >= 50, n < 50)]
    assert [str(pooled).split(", k")[0] for pooled in found] == [
        "-0.62 (-0.81, -0.42)",
        "-0.33 (-0.64, -0.01)",
        "-0.74 (-0.96, -0.53)",
    ]
    assert egger(smd, errors).intercept == pytest.approx(-2.27, abs=0.005)


def test_large_and_small_trials():
    """From means and spreads; the small ones give -0.745."""
    large, small = random_effects(*cochrane(lambda n: n >= 50)), random_effects(*cochrane(lambda n: n < 50))
    assert (large.k, small.k) == (8, 27)
    assert figures(large) == pytest.approx((-0.33, -0.64, -0.01), abs=0.0055)
    assert figures(small) == pytest.approx((-0.74, -0.96, -0.53), abs=0.0055)


def test_small_trials_differ():
    asymmetry = egger(*cochrane())
    assert asymmetry.intercept == pytest.approx(-2.27, abs=0.01)
    assert asymmetry.high < 0
    assert asymmetry.p < 0.01


# -- published examples --------------------------------------------------------------------------------------------


def test_two_studies_by_hand():
    """0 and 1 with variances 0.1 and 0.3: weights 10 and 10/3, Q = 2.5, C = 5, τ² = 0.3; then 2.5 and 5/3."""
    pooled = random_effects([0.0, 1.0], np.sqrt([0.1, 0.3]))
    assert (pooled.q, pooled.tau2, pooled.i2) == pytest.approx((2.5, 0.3, 0.6))
    assert (pooled.estimate, pooled.standard_error**2) == pytest.approx((0.4, 0.24))
    # Hartung-Knapp: (2.5·0.16 + 5/3·0.36)/1 = 1, and t with one degree of freedom is 12.7062
    few = hartung_knapp([0.0, 1.0], np.sqrt([0.1, 0.3]))
    assert few.high == pytest.approx(0.4 + 12.7062 * math.sqrt(0.24), abs=1e-4)


@pytest.mark.parametrize(
    ("measure", "between", "published"),
    [  # tests/testthat/test_misc_metan_vs_rma.uni_with_dat.bcg.r of metafor, where Stata's metan gives the same
        (risk_ratio, no_variance, (-0.4303, -0.5097, -0.3509)),
        (risk_ratio, dersimonian_laird, (-0.7141, -1.0644, -0.3638)),
        (odds_ratio, no_variance, (-0.4361, -0.5190, -0.3533)),
        (odds_ratio, dersimonian_laird, (-0.7474, -1.1242, -0.3706)),
        (risk_difference, no_variance, (-0.0009, -0.0014, -0.0005)),
        (risk_difference, dersimonian_laird, (-0.0071, -0.0101, -0.0040)),
    ],
)
def test_tuberculosis_as_in_metafor_and_stata(measure, between, published):
    assert figures(random_effects(*bcg(measure), between)) == pytest.approx(published, abs=6e-5)


def test_heterogeneity_as_in_metafor():
    ratio, odds, difference = (random_effects(*bcg(measure)) for measure in (risk_ratio, odds_ratio, risk_difference))
    assert (ratio.q, odds.q, difference.q) == pytest.approx((152.2330, 163.1649, 276.4737), abs=6e-5)
    assert (ratio.tau2, odds.tau2) == pytest.approx((0.3088, 0.3663), abs=5e-5)
    assert (ratio.i2, odds.i2, difference.i2) == pytest.approx((0.921173, 0.926455, 0.956596), abs=1e-6)


def test_hartung_knapp_as_in_metafor():
    """README of metafor: REML with test="knha"."""
    pooled = hartung_knapp(*bcg(risk_ratio), between=restricted_likelihood)
    assert (pooled.tau2, pooled.standard_error) == pytest.approx((0.3132, 0.1808), abs=5e-5)
    assert figures(pooled) == pytest.approx((-0.7145, -1.1084, -0.3206), abs=6e-5)
    # their prediction interval of the risk ratio, 0.14 to 1.76, takes t with k - 1
    half = stats.t.ppf(0.975, 12) * math.sqrt(pooled.tau2 + pooled.standard_error**2)
    limits = math.exp(pooled.estimate - half), math.exp(pooled.estimate + half)
    assert limits == pytest.approx((0.14, 1.76), abs=0.005)
    low, high = prediction_interval(pooled)  # ours is that of Higgins et al. 2009, with k - 2
    ratio = stats.t.ppf(0.975, 11) / stats.t.ppf(0.975, 12)
    assert (high - low) / 2 == pytest.approx(half * ratio)


def test_egger_is_a_regression():
    estimates, errors = cochrane()
    theirs = stats.linregress(1 / errors, estimates / errors)
    ours = egger(estimates, errors)
    assert (ours.intercept, ours.standard_error) == pytest.approx((theirs.intercept, theirs.intercept_stderr))
    assert ours.p == pytest.approx(2 * stats.t.sf(abs(theirs.intercept / theirs.intercept_stderr), 33))


# -- estimators of the variance between studies --------------------------------------------------------------------

studies = st.integers(2, 12).flatmap(
    lambda k: st.tuples(
        st.lists(st.floats(-3, 3), min_size=k, max_size=k).map(np.array),
        st.lists(st.floats(0.05, 2), min_size=k, max_size=k).map(np.array),
    )
)


@pytest.mark.parametrize("between", ESTIMATORS)
def test_two_equal_errors_by_hand(between):
    """Equal variances v: every estimator gives s² - v, or zero."""
    y = np.array([0.1, 0.9, 0.5, 1.3])
    assert between(y, np.full(4, 0.05)) == pytest.approx(np.var(y, ddof=1) - 0.05, abs=1e-6)
    assert between(y, np.full(4, 0.9)) == 0


@given(studies)
def test_paule_mandel_solves_its_equation(data):
    y, errors = data
    tau2 = paule_mandel(y, errors**2)
    weights = 1 / (errors**2 + tau2)
    q = (weights * (y - (weights * y).sum() / weights.sum()) ** 2).sum()
    assert q == pytest.approx(len(y) - 1, rel=1e-6) if tau2 > 0 else q <= len(y) - 1


@given(studies)
def test_no_other_variance_is_likelier(data):
    y, errors = data

    def logarithm(tau2):
        weights = 1 / (errors**2 + tau2)
        rest = (weights * (y - (weights * y).sum() / weights.sum()) ** 2).sum()
        return (np.log(weights).sum() - math.log(weights.sum()) - rest) / 2

    found = logarithm(restricted_likelihood(y, errors**2))
    assert all(found >= logarithm(tau2) - 1e-4 for tau2 in np.geomspace(1e-6, 30, 300))


# -- properties ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("between", ESTIMATORS)
@given(data=studies, scale=st.floats(0.01, 100), shift=st.floats(-5, 5))
def test_turned_shifted_and_scaled(between, data, scale, shift):
    y, errors = data
    here, turned = random_effects(y, errors, between), random_effects(-y, errors, between)
    there = random_effects(scale * y + shift, scale * errors, between)
    assert figures(turned) == pytest.approx((-here.estimate, -here.high, -here.low), abs=1e-4)
    assert (there.estimate - shift) / scale == pytest.approx(here.estimate, rel=1e-3, abs=1e-3)
    assert there.i2 == pytest.approx(here.i2, abs=1e-6)


@pytest.mark.parametrize("between", [no_variance, *ESTIMATORS])
@given(data=studies)
def test_nothing_is_negative_and_nothing_narrower(between, data):
    """What the libraries got wrong: τ² below zero, and intervals narrower than without heterogeneity."""
    y, errors = data
    common, pooled = random_effects(y, errors, no_variance), random_effects(y, errors, between)
    few = hartung_knapp(y, errors, between)
    assert pooled.tau2 >= 0
    assert 0 <= pooled.i2 <= 1
    assert common.standard_error <= pooled.standard_error * (1 + 1e-12)
    assert pooled.standard_error <= few.standard_error
    assert few.low <= pooled.low <= pooled.estimate <= pooled.high <= few.high
    assert y.min() - 1e-9 <= pooled.estimate <= y.max() + 1e-9
    if len(y) > 2:
        low, high = prediction_interval(pooled)
        assert low <= pooled.low <= pooled.high <= high


@given(studies)
def test_egger_turns_and_knows_alike_precision(data):
    y, errors = data
    assume(len(y) > 2)
    assume(np.ptp(1 / errors) > 0.1)
    assert egger(-y, errors).intercept == pytest.approx(-egger(y, errors).intercept, abs=1e-6)
    assert math.isnan(egger(y, np.full(len(y), 0.2)).intercept)


# -- does the interval do what it says -----------------------------------------------------------------------------


def test_coverage():
    """Ten studies of unequal size that truly differ: only Hartung-Knapp's interval holds as often as it says."""
    random = np.random.default_rng(11)
    errors = np.geomspace(0.1, 0.5, 10)
    held = {random_effects: 0, hartung_knapp: 0, prediction_interval: 0}
    for _ in range(3000):
        truths = random.normal(-0.6, 0.4, 11)
        y = random.normal(truths[:10], errors)
        for method in (random_effects, hartung_knapp):
            pooled = method(y, errors)
            held[method] += pooled.low <= -0.6 <= pooled.high
        low, high = prediction_interval(random_effects(y, errors))
        held[prediction_interval] += low <= truths[10] <= high
    assert held[random_effects] / 3000 == pytest.approx(0.91, abs=0.015)
    assert held[hartung_knapp] / 3000 == pytest.approx(0.95, abs=0.012)
    assert held[prediction_interval] / 3000 == pytest.approx(0.92, abs=0.015)


def test_egger_rejects_as_often_as_it_says():
    random, errors = np.random.default_rng(3), np.geomspace(0.1, 0.5, 20)
    rejected = [egger(random.normal(-0.4, errors), errors).p < 0.05 for _ in range(3000)]
    assert np.mean(rejected) == pytest.approx(0.05, abs=0.012)


# -- what cannot be answered, and what cannot be meant -------------------------------------------------------------


def test_one_study_is_itself():
    pooled = random_effects([0.4], [0.1])
    assert figures(pooled) == pytest.approx((0.4, 0.4 - 0.196, 0.4 + 0.196), abs=1e-4)
    assert math.isnan(pooled.tau2)
    assert math.isnan(pooled.i2)
    assert math.isnan(hartung_knapp([0.4], [0.1]).low)
    assert math.isnan(prediction_interval(random_effects([0.4, 0.5], [0.1, 0.1]))[0])
    assert math.isnan(egger([0.4, 0.5], [0.1, 0.2]).p)


@pytest.mark.parametrize("between", ESTIMATORS)
def test_alike_studies_have_no_variance_between_them(between):
    pooled = random_effects([0.4, 0.4, 0.4], [0.1, 0.2, 0.3], between)
    assert (pooled.tau2, pooled.i2, pooled.q) == pytest.approx((0, 0, 0), abs=1e-12)


@pytest.mark.parametrize(
    ("estimates", "errors", "message"),
    [
        ([], [], "no list of studies"),
        ([0.1], [0.1, 0.2], "no list of studies"),
        ([0.1, math.nan], [0.1, 0.2], "study 2 has no finite estimate"),
        ([0.1, 0.2], [0.1, 0.0], "above 0"),
        ([0.1, 0.2], [0.1, math.nan], "above 0"),
    ],
)
@pytest.mark.parametrize("method", [random_effects, hartung_knapp, egger])
def test_what_cannot_be_meant_is_refused(method, estimates, errors, message):
    with pytest.raises(ParameterError, match=message):
        method(estimates, errors)
