"""Pools of trials: who is compared with whom, the biases of small trials, trials in which nobody is left."""

from dataclasses import replace

import numpy as np
import pytest
from neurokyn.population import carrying_out, pools
from neurokyn.population.carrying_out import ANXIETY, DEPRESSION
from neurokyn.population.effects import hedges_g
from neurokyn.population.groups import Group
from neurokyn.population.observation import observation
from neurokyn.population.pools import REDRAWS, carry_out_pool
from neurokyn.population.switches import Switches, without
from neurokyn.population.trial import Pool
from small_trials import DRUG, PLACEBO, RUN, WAIT, courses, made

SEED = 2
ARMS = {"run": RUN, "drug": DRUG, "wait": WAIT, "placebo": PLACEBO}
POOL = {"people": [20, 40], "arm": ["run"], "versus": {"wait": 1.0}}
QUIET = {"rater_sd": 0.0, "rater_sd_anxiety": 0.0, "missed_visit": 0.0, "assessed_after_leaving": 0.0}
FAIR = {"small_study_bias": 0.0, "publication_chance": 1.0}


@pytest.fixture
def observing(monkeypatch):
    def put(**numbers):
        changed = replace(observation(), **numbers)
        for module in (carrying_out, pools):
            monkeypatch.setattr(module, "observation", lambda: changed)

    return put


def pooled(pool, *, score=20.0, n=60, replicate=0, switches=None, trial=None, **more):
    trial = trial or made(ARMS, pool=POOL)
    given = courses(trial, n, score, **more)
    return carry_out_pool(trial, pool, given, SEED, replicate, switches or Switches())


def by_arm(*levels, n=60, sd=4.0):
    """Scores that differ between arms by these, and between people by chance."""
    rng = np.random.default_rng(1)
    own = rng.normal(0.0, sd, (n, 1, 1))
    return np.clip(20.0 + own + np.array(levels)[None, :, None] + np.zeros((1, 1, 3)), 0, 52)


FLAT = by_arm(0.0, 0.0, 0.0, 0.0)


# Who with whom


@pytest.mark.parametrize(
    ("sizes", "versus", "counts"),
    [
        (10, {"wait": 1.0}, {"wait": 10}),
        (10, {"wait": 0.3, "placebo": 0.7}, {"wait": 3, "placebo": 7}),
        (3, {"wait": 0.5, "placebo": 0.5}, None),
        (7, {"wait": 0.3, "placebo": 0.4, "drug": 0.3}, {"wait": 2, "placebo": 3, "drug": 2}),
    ],
)
def test_comparators_are_there_by_their_shares(observing, sizes, versus, counts):
    """Each arm's people have a score of its own, so that g tells which arm it was."""
    observing(**QUIET, **FAIR)
    scores = {"run": 0.0, "drug": 4.0, "wait": 8.0, "placebo": 12.0}
    pool = Pool((40,) * sizes, ("run",), versus, False)
    done = pooled(pool, score=by_arm(*scores.values(), sd=1.0))
    near = {name: -level for name, level in scores.items()}
    found = [min(near, key=lambda name, g=g: abs(g - near[name])) for g in done.effects[DEPRESSION]]
    seen = {name: found.count(name) for name in versus}
    assert sum(seen.values()) == sizes
    assert seen == counts if counts else set(seen.values()) == {1, 2}


def test_active_arms_take_turns(observing):
    observing(**QUIET, **FAIR)
    pool = Pool((40,) * 6, ("run", "drug"), {"wait": 1.0}, False)
    g = pooled(pool, score=by_arm(0.0, 30.0, 10.0, 10.0, sd=1.0)).effects[DEPRESSION]
    assert (np.sign(g) == [-1, 1, -1, 1, -1, 1]).all()


def test_shares_of_a_file_are_made_to_add_up():
    pool = made(ARMS, pool={**POOL, "versus": {"wait": 1.0, "placebo": 3.0}}).pool
    assert pool.versus == {"wait": 0.25, "placebo": 0.75}
    assert (pool.sizes, pool.active, pool.small_study) == ((20, 40), ("run",), False)


def test_the_effect_is_hedges_g(observing):
    """A trial of all people with all of them seen is a comparison of two groups."""
    observing(**QUIET, **FAIR)
    done = pooled(Pool((60,), ("run",), {"wait": 1.0}, False), score=by_arm(0.0, 0.0, 3.0, 0.0))
    n = 60
    g, error = done.effects[DEPRESSION][0], done.errors[DEPRESSION][0]
    assert error == pytest.approx(np.sqrt(4 / n + g**2 / (2 * (n - 3.94))), rel=1e-3)
    rng = np.random.default_rng(3)
    one, two = np.round(rng.normal(18, 5, 23)), np.round(rng.normal(21, 6, 31))
    expected = hedges_g(Group.of(one), Group.of(two))
    score = np.array([*one, np.nan, *two])
    active = np.arange(55) < 24
    found = pools._g(score, active)
    assert found == pytest.approx((expected.estimate, expected.standard_error), rel=1e-9)


def test_repetitions_are_drawn_anew():
    pool = Pool((20, 40), ("run",), {"wait": 1.0}, False)
    one, again, other = (pooled(pool, score=FLAT, replicate=r).effects[DEPRESSION] for r in (0, 0, 1))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    assert not np.array_equal(pooled(pool, score=FLAT).effects[ANXIETY], one)


# Biases


@pytest.mark.parametrize("beta", [0.5, 1.0, 2.0])
def test_small_studies_are_shifted_by_their_size(observing, beta):
    sizes = (16, 25, 49, 64, 100, 400)
    pool = Pool(sizes, ("run",), {"wait": 1.0}, True)
    observing(**FAIR)
    fair = pooled(pool, score=FLAT)
    observing(**(FAIR | {"small_study_bias": beta}))
    biased = pooled(pool, score=FLAT)
    for scale in (DEPRESSION, ANXIETY):
        assert biased.effects[scale] - fair.effects[scale] == pytest.approx(-beta / np.sqrt(sizes))
        assert np.array_equal(biased.errors[scale], fair.errors[scale])


@pytest.mark.parametrize("off", ["switch", "file"])
def test_without_bias_there_is_none(observing, off):
    sizes = (10, 20, 30, 40)
    observing(small_study_bias=3.0, publication_chance=0.0)
    small = Pool(sizes, ("run",), {"wait": 1.0}, off == "switch")
    found = pooled(small, score=FLAT, switches=without(["bias"]) if off == "switch" else None)
    observing(**FAIR)
    fair = pooled(replace(small, small_study=False), score=FLAT)
    assert np.array_equal(found.effects[DEPRESSION], fair.effects[DEPRESSION])
    assert found.unpublished == 0


def test_small_trials_that_do_not_favour_exercise_stay_in_the_drawer(observing):
    sizes = (20,) * 30
    observing(small_study_bias=0.0, publication_chance=0.0)
    hidden = pooled(Pool(sizes, ("run",), {"wait": 1.0}, True), score=FLAT)
    z = hidden.effects[DEPRESSION] / hidden.errors[DEPRESSION]
    assert (z <= observation().favours).all()
    assert hidden.unpublished > 100
    observing(**FAIR)
    fair = pooled(Pool(sizes, ("run",), {"wait": 1.0}, True), score=FLAT)
    assert fair.unpublished == 0
    assert abs(fair.pooled(DEPRESSION).estimate) < 0.3
    assert hidden.pooled(DEPRESSION).estimate < -0.5


def test_large_trials_are_always_published(observing):
    observing(small_study_bias=0.0, publication_chance=0.0)
    small = int(observation().small_trial)
    pool = Pool((small, small + 20, 200), ("run",), {"wait": 1.0}, True)
    assert pooled(pool, score=by_arm(6.0, 0.0, 0.0, 0.0)).unpublished == 0
    assert (pooled(pool, score=by_arm(6.0, 0.0, 0.0, 0.0)).effects[DEPRESSION] > 0).all()


def test_the_share_that_is_published(observing):
    """Where hardly any trial favours exercise, one in four is published: three are redrawn for each."""
    observing(small_study_bias=0.0, publication_chance=0.25)
    done = pooled(Pool((30,) * 400, ("run",), {"wait": 1.0}, True), score=by_arm(3.0, 0.0, 0.0, 0.0, sd=2.0))
    assert (done.effects[DEPRESSION] > 0).mean() > 0.95
    assert done.unpublished / 400 == pytest.approx(3.0, abs=0.8)


def test_a_trial_that_cannot_favour_exercise_is_given_up_after_a_while(observing):
    observing(small_study_bias=0.0, publication_chance=0.0)
    done = pooled(Pool((30,), ("run",), {"wait": 1.0}, True), score=by_arm(25.0, 0.0, 0.0, 0.0, sd=1.0))
    assert done.unpublished == REDRAWS
    assert np.isfinite(done.effects[DEPRESSION]).all()


# Nobody seen


def test_tiny_trials_in_which_nobody_is_left_do_not_poison_the_pool():
    """Of four people one in three is gone: such a trial is carried out again until two of each arm are seen."""
    trial = made(ARMS, pool=POOL, outcome={"analysis": "completers"})
    left = np.where(np.arange(60)[:, None] % 3, np.nan, 1.0) * np.ones((1, 4))
    pool = Pool((4, 4, 4, 4, 4, 5, 6, 40), ("run",), {"wait": 1.0}, False)
    for replicate in range(5):
        done = pooled(pool, score=FLAT, trial=trial, left=left, replicate=replicate)
        for scale in (DEPRESSION, ANXIETY):
            assert np.isfinite(done.effects[scale]).all()
            assert (done.errors[scale] > 0).all()
            assert np.isfinite(done.pooled(scale).estimate)


def test_people_who_failed_are_left_out_of_a_pool():
    score = FLAT.copy()
    score[::2] = np.nan
    done = pooled(Pool((8,) * 10, ("run",), {"wait": 1.0}, False), score=score)
    assert np.isfinite(done.pooled(DEPRESSION).estimate)


def test_a_trial_larger_than_the_people_there_are():
    done = pooled(Pool((200,), ("run",), {"wait": 1.0}, False), score=FLAT, n=60)
    assert np.isfinite(done.effects[DEPRESSION]).all()
    assert done.sizes.tolist() == [200]
