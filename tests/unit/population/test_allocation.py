"""Who gets which arm: sizes, strata, preference."""

from dataclasses import replace

import numpy as np
import pytest
from neurokyn.errors import ScenarioError
from neurokyn.population.allocation import allocate, leanings, meets
from neurokyn.population.trial import Preference
from scipy.special import expit
from scipy.stats import binom
from small_trials import DRUG, RUN, WAIT, made, people

ARMS = {"run": RUN, "drug": DRUG, "wait": WAIT}
STRATA = ["screened >= 20", "sex == female"]


def planned(sizes, **more):
    return made({name: {**arm, "people": n} for (name, arm), n in zip(ARMS.items(), sizes, strict=False)}, **more)


def shared(trial, crowd, seed=1):
    return allocate(trial, crowd, np.random.default_rng(seed))


def counts(arm, n_arms):
    return np.bincount(arm, minlength=n_arms).tolist()


# By chance


@pytest.mark.parametrize("sizes", [(5, 5), (7, 2), (1, 1), (96, 45), (10, 20, 31)])
@pytest.mark.parametrize("strata", [[], STRATA])
def test_arms_have_exactly_their_sizes(sizes, strata):
    trial, n = planned(sizes, allocation={"strata": strata}), sum(sizes)
    for seed in range(5):
        assert counts(shared(trial, people(n, seed), seed), len(sizes)) == list(sizes)


def test_everyone_has_the_same_chance():
    """No place in the list is nearer to an arm than another."""
    trial, crowd = planned((6, 3)), people(9)
    rng = np.random.default_rng(1)
    first = np.array([allocate(trial, crowd, rng) == 0 for _ in range(3000)])
    low, high = binom.ppf([1e-4, 1 - 1e-4], 3000, 2 / 3) / 3000
    assert (low <= first.mean(axis=0)).all()
    assert (first.mean(axis=0) <= high).all()
    together = np.corrcoef(first[:, 0], first[:, 1])[0, 1]
    assert together == pytest.approx(-1 / 8, abs=0.06)  # drawn without replacement


def test_the_same_generator_the_same_arms():
    trial, crowd = planned((20, 20)), people(40)
    assert np.array_equal(shared(trial, crowd, 3), shared(trial, crowd, 3))
    assert not np.array_equal(shared(trial, crowd, 3), shared(trial, crowd, 4))


def test_fewer_people_than_planned_are_shared_in_proportion():
    trial = planned((60, 30))
    assert counts(shared(trial, people(30)), 2) == [20, 10]


# Within strata


@pytest.mark.parametrize("sizes", [(60, 60), (80, 40), (40, 40, 40)])
def test_each_stratum_has_the_arms_in_proportion(sizes):
    trial, n = planned(sizes, allocation={"strata": STRATA}), sum(sizes)
    shares = np.array(sizes) / n
    for seed in range(20):
        crowd = people(n, seed)
        arm = shared(trial, crowd, seed)
        severe, female = meets(STRATA[0], crowd), meets(STRATA[1], crowd)
        for stratum in (severe & female, severe & ~female, ~severe & female, ~severe & ~female):
            found = np.bincount(arm[stratum], minlength=len(sizes))
            assert np.abs(found - shares * stratum.sum()).max() <= 2.5


def test_without_strata_they_are_not_balanced():
    """Else the test above could not fail."""
    off = []
    for seed in range(20):
        crowd = people(120, seed)
        arm, severe = shared(planned((60, 60)), crowd, seed), meets(STRATA[0], crowd)
        off.append(abs(np.sum(arm[severe] == 0) - severe.sum() / 2))
    assert max(off) > 4


def test_people_of_a_stratum_have_the_same_chance():
    trial, crowd = planned((4, 4), allocation={"strata": STRATA[:1]}), people(8)
    crowd["screened"] = ("person", np.array([25.0, 25, 25, 15, 15, 15, 15, 15]))
    rng = np.random.default_rng(1)
    first = np.array([allocate(trial, crowd, rng) == 0 for _ in range(2000)]).mean(axis=0)
    assert np.ptp(first[:3]) < 0.06
    assert np.ptp(first[3:]) < 0.06


@pytest.mark.parametrize(
    ("criterion", "says"),
    [("screend >= 20", "no 'screend'; did you mean 'screened'"), ("sex == femal", "did you mean 'female'")],
)
def test_a_stratum_of_something_unknown(criterion, says):
    trial = replace(planned((5, 5)), strata=(criterion,))
    with pytest.raises(ScenarioError, match=says):
        shared(trial, people(10))


# By choice


def choosing(share, by, sizes=(70, 30)):
    return replace(planned(sizes), preference=Preference(share, "run", by))


def test_of_those_who_choose_as_many_choose_the_arm_as_planned():
    crowd = people(2000)
    for share in (0.3, 0.7, 0.96):
        odds = leanings(Preference(1.0, "run", {"behaviour.propensity": 2.0, "severity": -0.3}), crowd, share)
        assert expit(odds).mean() == pytest.approx(share, abs=1e-9)


def test_leanings_have_their_slopes():
    crowd = people(500)
    by = {"behaviour.propensity": 1.3, "severity": -0.2}
    odds = leanings(Preference(1.0, "run", by), crowd, 0.6)
    columns = np.column_stack([np.ones(500), *(crowd[name].values for name in by)])
    assert np.linalg.lstsq(columns, odds, rcond=None)[0][1:] == pytest.approx(list(by.values()))


def test_the_slope_of_a_preference_is_recovered():
    """Logistic regression of arm on propensity, among many who all choose."""
    n, slope = 20_000, 0.8
    crowd = people(n, 3)
    chose = shared(choosing(1.0, {"behaviour.propensity": slope}), crowd) == 0
    x = np.column_stack([np.ones(n), crowd["behaviour.propensity"].values])
    beta = np.zeros(2)
    for _ in range(20):
        p = expit(x @ beta)
        curve = (x * (p * (1 - p))[:, None]).T @ x
        beta = beta + np.linalg.solve(curve, x.T @ (chose - p))
    error = np.sqrt(np.linalg.inv(curve)[1, 1])
    assert beta[1] == pytest.approx(slope, abs=4 * error)
    assert chose.mean() == pytest.approx(0.7, abs=4 * np.sqrt(0.21 / n))


@pytest.mark.parametrize("share", [0.25, 0.84])
def test_so_many_choose(share):
    """With a slope so steep that who chooses follows it, the rest are as chance has it."""
    n = 20_000
    crowd = people(n, 4)
    steep = 500.0
    arm = shared(choosing(share, {"behaviour.propensity": steep}, (50, 50)), crowd)
    would = leanings(Preference(1.0, "run", {"behaviour.propensity": steep}), crowd, 0.5) > 0
    as_wanted = np.mean((arm == 0) == would)  # all who choose, and half of the others
    assert as_wanted == pytest.approx(share + (1 - share) / 2, abs=4 * np.sqrt(0.25 / n))


def test_if_nobody_chooses_people_are_randomised():
    trial, crowd = choosing(0.0, {"behaviour.propensity": 5.0}), people(100)
    assert counts(shared(trial, crowd), 2) == [70, 30]
    assert np.array_equal(shared(trial, crowd), shared(replace(trial, preference=None), crowd))


def test_the_arm_of_a_preference_may_stand_second():
    trial = replace(planned((30, 70)), preference=Preference(1.0, "drug", {"severity": 3.0}))
    crowd = people(4000)
    arm = shared(trial, crowd)
    assert np.mean(arm == 1) == pytest.approx(0.7, abs=0.03)
    assert crowd["severity"].values[arm == 1].min() > crowd["severity"].values[arm == 0].mean()
