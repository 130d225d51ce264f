"""Effect sizes against hand-worked numbers, SciPy, published examples, and simulated truth."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from neurokyn.errors import ParameterError
from neurokyn.population.effects import (
    cohen_d,
    hedges_correction,
    hedges_g,
    mean_difference,
    smd_of_change,
    within_arm_change,
)
from neurokyn.population.groups import Group, Paired
from neurokyn.population.noncentral import noncentral_t, noncentrality
from scipy import stats

TEXTBOOK = Group(103, 5.5, 50), Group(100, 4.5, 50)
REPLICATES = 4000

groups = st.builds(
    Group, st.floats(-50, 50), st.floats(0.1, 20), st.integers(2, 200)
)  # a scale of symptoms: no units beyond it


@pytest.fixture
def random():
    return np.random.default_rng(20241107)


# -- hand-worked and published -------------------------------------------------------------------------------------


def test_d_and_g_by_hand():
    """d = 3/√((49·5.5² + 49·4.5²)/98) = 3/5.0249, its variance 0.04 + d²/200; J(98) = 0.9923."""
    d, g = cohen_d(*TEXTBOOK), hedges_g(*TEXTBOOK)
    assert d.estimate == pytest.approx(0.5970, abs=5e-5)
    assert d.standard_error**2 == pytest.approx(0.0418, abs=5e-5)
    assert g.estimate == pytest.approx(0.5924, abs=5e-5)
    assert g.standard_error**2 == pytest.approx(0.04 + g.estimate**2 / (2 * 96.06))
    assert (g.n, g.missing, g.why) == (100, 0, "")


# Normand 1999, 10.1002/(SICI)1097-0258(19990215)18:3<321::AID-SIM28>3.0.CO;2-P: stay in hospital, `dat.normand1999`
# of metafor, with what its escalc gives as Hedges' g ("SMD") and as the variance of the mean difference ("MD")
@pytest.mark.parametrize(
    ("special", "usual", "g", "variance"),
    [
        ((55, 47, 155), (75, 64, 156), -0.3551696, 40.5080),
        ((27, 7, 31), (29, 4, 32), -0.3479400, 2.0806),
        ((64, 17, 75), (119, 29, 71), -2.3175692, 15.6984),
        ((66, 20, 18), (137, 48, 18), -1.8879823, 150.2222),
        ((14, 8, 8), (18, 11, 13), -0.3839641, 17.3077),
        ((19, 7, 57), (18, 4, 52), 0.1721487, 1.1673),
        ((52, 45, 34), (41, 34, 33), 0.2720521, 94.5891),
        ((21, 16, 110), (31, 27, 183), -0.4245963, 6.3109),
    ],
)
def test_differences_as_in_metafor(special, usual, g, variance):
    trial = Group(*special), Group(*usual)
    assert hedges_g(*trial).estimate == pytest.approx(g, abs=6e-8)
    assert mean_difference(*trial).standard_error ** 2 == pytest.approx(variance, abs=6e-5)


def test_change_as_in_metafor():
    """`escalc(measure="SMCRH")` of metafor gives 0.7210 and 0.0129 for these numbers (its tests)."""
    arm = Paired(Group(22, math.sqrt(30), 60), Group(26, math.sqrt(20), 60), 0.7)
    change = within_arm_change(arm)
    assert change.estimate == pytest.approx(0.7210, abs=5e-5)
    assert change.standard_error**2 == pytest.approx(0.0129, abs=5e-5)
    plain = mean_difference(arm.change, Group(0, 0, 60))  # their measure="MC": 4.0000 and 0.2618
    assert plain.estimate == pytest.approx(4)
    assert plain.standard_error**2 == pytest.approx(0.2618, abs=5e-5)


def test_correction_by_hand():
    """J(2) = Γ(1)/Γ(1/2), J(3) = Γ(3/2)/(√(3/2) Γ(1)), J(4) = Γ(2)/(√2 Γ(3/2))."""
    assert hedges_correction(2) == pytest.approx(1 / math.sqrt(math.pi), rel=1e-14)
    assert hedges_correction(3) == pytest.approx(math.sqrt(math.pi / 6), rel=1e-14)
    assert hedges_correction(4) == pytest.approx(math.sqrt(2 / math.pi), rel=1e-14)


def test_correction_makes_the_expectation_of_d_right():
    """The mean of the noncentral t distribution, from SciPy."""
    for freedom in (3, 10, 98, 5000):
        assert hedges_correction(freedom) * stats.nct.mean(freedom, 1.3) == pytest.approx(1.3, rel=1e-9)


def test_correction_joins_its_limit_for_large_samples():
    assert hedges_correction(1e6) == pytest.approx(hedges_correction(1e6 + 1), abs=1e-9)
    with pytest.raises(ParameterError, match="more than 1 degree"):
        hedges_correction(1)


def test_smd_of_change_by_hand():
    """Changes -8 and -5 over 4, times J(58); variance J² ((21 + 21)/16/29 + g²/116), where 21 = 4² + 5² - 2·10."""
    before, j = Group(22, 4, 30), hedges_correction(58)
    effect = smd_of_change(Paired(before, Group(14, 5, 30), 0.5), Paired(before, Group(17, 5, 30), 0.5))
    assert effect.estimate == pytest.approx(-0.75 * j)
    assert effect.standard_error == pytest.approx(j * math.sqrt(42 / 16 / 29 + (0.75 * j) ** 2 / 116))
    assert (effect.n, effect.what) == (60, "SMD of change")


# -- against SciPy -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("freedom", [2, 3, 9, 40, 300, 3000])
@pytest.mark.parametrize("t", [-4.0, -1e-4, 0.0, 0.7, 3.0, 12.0, 60.0])
@pytest.mark.parametrize("away", [-4.0, -1.96, 0.0, 1.3, 3.0])
def test_noncentral_t_is_scipys(freedom, t, away):
    delta = t - away * math.sqrt(1 + t**2 / (2 * freedom))
    theirs = stats.nct.cdf(t, freedom, delta)
    if not math.isnan(theirs):  # as of some versions of SciPy
        assert noncentral_t(t, freedom, delta) == pytest.approx(theirs, abs=1e-9)


@given(groups, groups, st.sampled_from([0.8, 0.95, 0.99]))
def test_interval_of_d_is_that_of_the_noncentral_t(one, two, level):
    d = cohen_d(one, two, level)
    root, freedom = math.sqrt(1 / one.n + 1 / two.n), one.n + two.n - 2
    for limit, share in ((d.low, (1 + level) / 2), (d.high, (1 - level) / 2)):
        assert noncentral_t(d.estimate / root, freedom, limit / root) == pytest.approx(share, abs=1e-9)


@given(st.floats(-1e4, 1e4), st.integers(2, 10_000))
def test_noncentrality_turns_with_its_t(t, freedom):
    assert noncentrality(t, freedom, 0.975) == pytest.approx(-noncentrality(-t, freedom, 0.025), rel=1e-7, abs=1e-9)


def test_mean_difference_is_welchs(random):
    one, two = random.normal(10, 3, 14), random.normal(8, 6, 23)
    effect, theirs = mean_difference(Group.of(one), Group.of(two)), stats.ttest_ind(one, two, equal_var=False)
    interval = theirs.confidence_interval(0.95)
    assert (effect.low, effect.high) == pytest.approx((interval.low, interval.high), rel=1e-12)
    assert effect.estimate / effect.standard_error == pytest.approx(theirs.statistic, rel=1e-12)


# -- properties ----------------------------------------------------------------------------------------------------


def turned(group, scale=1.0, shift=0.0):
    return Group(scale * group.mean + shift, abs(scale) * group.sd, group.n)


@pytest.mark.parametrize("measure", [cohen_d, hedges_g, mean_difference])
@given(one=groups, two=groups)
def test_other_order_turns_the_sign(measure, one, two):
    there, back = measure(one, two), measure(two, one)
    assert (there.estimate, there.low, there.high) == pytest.approx((-back.estimate, -back.high, -back.low), rel=1e-6)
    assert there.standard_error == pytest.approx(back.standard_error)


@pytest.mark.parametrize("measure", [cohen_d, hedges_g])
@given(one=groups, two=groups, scale=st.floats(0.01, 100), shift=st.floats(-100, 100))
def test_unit_and_origin_of_the_scale_do_not_matter(measure, one, two, scale, shift):
    here, there = measure(one, two), measure(turned(one, scale, shift), turned(two, scale, shift))
    assert (there.estimate, there.low, there.high) == pytest.approx(
        (here.estimate, here.low, here.high), rel=1e-5, abs=1e-9
    )


@given(one=groups, two=groups)
def test_g_is_nearer_to_zero_than_d(one, two):
    d, g = cohen_d(one, two), hedges_g(one, two)
    assert abs(g.estimate) <= abs(d.estimate)
    assert g.estimate * d.estimate >= 0


@pytest.mark.parametrize("measure", [cohen_d, hedges_g, mean_difference])
@given(one=groups, two=groups)
def test_interval_holds_the_estimate_and_widens_with_confidence(measure, one, two):
    narrow, wide = measure(one, two, 0.8), measure(one, two, 0.99)
    assert wide.low <= narrow.low <= narrow.estimate <= narrow.high <= wide.high


@given(groups, groups, st.floats(-1, 1), st.floats(0.01, 100), st.floats(-100, 100))
def test_changes_turn_and_scale(before, after, r, scale, shift):
    after = Group(after.mean, after.sd, before.n)
    assume(before.n > 2)
    arm, still = Paired(before, after, r), Paired(before, before, r)
    moved = Paired(turned(before, scale, shift), turned(after, scale, shift), r)
    assert smd_of_change(arm, still).estimate == pytest.approx(-smd_of_change(still, arm).estimate)
    assert within_arm_change(moved).estimate == pytest.approx(within_arm_change(arm).estimate, rel=1e-5, abs=1e-9)
    assert smd_of_change(arm, arm).estimate == 0


@given(st.lists(st.tuples(st.integers(-60, 60), st.integers(-60, 60)), min_size=3, max_size=20))
def test_people_and_summaries_agree(pairs):
    before, after = np.array(pairs, dtype=float).T
    assume(np.ptp(before) > 0)
    assume(np.ptp(after) > 0)
    change, direct = Paired.of(before, after).change, Group.of(after - before)
    assert (change.mean, change.n) == (pytest.approx(direct.mean), direct.n)
    assert change.sd == pytest.approx(direct.sd, abs=2e-6)


# -- does the interval do what it says -----------------------------------------------------------------------------


def covered(intervals, truth):
    return np.mean([effect.low <= truth <= effect.high for effect in intervals])


@pytest.mark.parametrize(("n", "m", "delta"), [(8, 6, 0.0), (8, 6, 1.2), (45, 96, 0.4)])
def test_coverage_between_groups(n, m, delta, random):
    trials = [
        (Group.of(random.normal(delta, 1, n)), Group.of(random.normal(0, 1, m))) for _ in range(REPLICATES)
    ]  # three standard errors of 4,000 draws at 95 % are 0.010
    exact, usual = [cohen_d(*trial) for trial in trials], [hedges_g(*trial) for trial in trials]
    assert covered(exact, delta) == pytest.approx(0.95, abs=0.0104)
    assert covered(usual, delta) == pytest.approx(0.955, abs=0.02)  # a normal interval in a group of six
    assert covered([mean_difference(*trial) for trial in trials], delta) == pytest.approx(0.95, abs=0.0104)
    assert np.mean([g.estimate for g in usual]) == pytest.approx(
        delta, abs=3.5 * np.std([g.estimate for g in usual]) / math.sqrt(REPLICATES)
    )


@pytest.mark.parametrize(("n", "r", "spread_after"), [(12, 0.7, 1.0), (40, 0.4, 1.6)])
def test_coverage_of_changes(n, r, spread_after, random):
    covariance = [[1, r * spread_after], [r * spread_after, spread_after**2]]

    def arm(drop):
        return Paired.of(*random.multivariate_normal([0, -drop], covariance, n).T)

    trials = [(arm(1.5), arm(0.8)) for _ in range(REPLICATES)]
    within, between = [within_arm_change(one) for one, _ in trials], [smd_of_change(*trial) for trial in trials]
    assert covered(within, -1.5) == pytest.approx(0.95, abs=0.025)
    assert covered(between, -0.7) == pytest.approx(0.95, abs=0.02)
    assert np.mean([effect.estimate for effect in within]) == pytest.approx(-1.5, abs=0.03)
    assert np.mean([effect.estimate for effect in between]) == pytest.approx(-0.7, abs=0.03)


# -- what cannot be answered, and what cannot be meant -------------------------------------------------------------


@pytest.mark.parametrize("measure", [cohen_d, hedges_g, mean_difference])
@pytest.mark.parametrize("values", [[], [3.0], [math.nan, 3.0]])
def test_a_group_of_none_or_one_has_no_interval_and_says_why(measure, values):
    effect = measure(Group.of(values), Group(0, 1, 10))
    assert math.isnan(effect.low)
    assert math.isnan(effect.standard_error)
    assert effect.why == "fewer than two people in a group"


def test_without_spread_there_is_a_difference_but_no_standardised_one():
    alike = Group.of([4.0, 4.0, 4.0]), Group.of([6.0, 6.0])
    assert math.isnan(cohen_d(*alike).estimate)
    assert hedges_g(*alike).why == "nobody differs from anybody"
    assert mean_difference(*alike).estimate == -2
    assert math.isnan(mean_difference(*alike).low)


@pytest.mark.parametrize("spread", [1e-3, 1e-12, 1e-90])
@pytest.mark.parametrize("n", [2, 50, 100_000])
def test_hardly_any_spread_is_a_huge_effect(spread, n):
    d = cohen_d(Group(1, spread, n), Group(0, spread, n))
    assert d.low < d.estimate < d.high
    assert math.isnan(cohen_d(Group(1, 1e-300, n), Group(0, 1e-300, n)).estimate)


def test_one_group_without_spread_will_do():
    assert hedges_g(Group(1, 0, 10), Group(0, 2, 10)).why == ""
    assert mean_difference(Group(1, 0, 10), Group(0, 2, 10)).standard_error == pytest.approx(2 / math.sqrt(10))


def test_missing_people_are_left_out_and_counted():
    nan = math.nan
    full, holed = [8.0, 9.0, 13.0], [8.0, nan, 9.0, 13.0, nan]
    effect = hedges_g(Group.of(holed), Group.of([7.0, 6.0, nan]))
    assert effect.estimate == hedges_g(Group.of(full), Group.of([7.0, 6.0])).estimate
    assert (effect.n, effect.missing) == (5, 3)
    arm = Paired.of([20.0, 22, nan, 25, 18], [11.0, nan, 9, 14, 12])
    assert (arm.before.n, arm.before.missing, arm.change.mean) == (3, 2, pytest.approx((-9 - 11 - 6) / 3))


def test_a_correlation_that_is_not_known():
    flat = Paired.of([20.0, 20, 20, 20], [11.0, 13, 9, 14])
    assert math.isnan(flat.correlation)
    assert flat.change.sd == pytest.approx(flat.after.sd)  # of a constant it does not matter
    assert within_arm_change(flat).why == "nobody differs from anybody before"
    unknown = Paired(Group(20, 4, 30), Group(12, 5, 30), math.nan)
    assert within_arm_change(unknown).why == "a mean, a standard deviation or a correlation is not known"
    assert "fewer than two" in within_arm_change(Paired.of([20.0], [12.0])).why


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: Group(0, -1, 5),
        lambda: Group(0, 1, -5),
        lambda: Group(0, 1, 5.5),
        lambda: Group(math.inf, 1, 5),
        lambda: Group.of([1.0, math.inf]),
        lambda: Group.of([[1.0, 2.0]]),
        lambda: Paired(Group(0, 1, 5), Group(0, 1, 6), 0.5),
        lambda: Paired(Group(0, 1, 5), Group(0, 1, 5), 1.5),
        lambda: Paired.of([1.0, 2.0], [1.0]),
        lambda: cohen_d(*TEXTBOOK, level=95),
        lambda: mean_difference(*TEXTBOOK, level=1),
        lambda: smd_of_change(Paired.of([1.0, 2], [2.0, 1]), Paired.of([1.0, 2], [2.0, 1]), level=0),
    ],
)
def test_what_cannot_be_meant_is_refused(attempt):
    with pytest.raises(ParameterError):
        attempt()
