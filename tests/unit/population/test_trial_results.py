"""A simulated trial: one in full, its repetitions, pools, and what carries a difference."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from neurokyn.errors import ScenarioError
from neurokyn.population import results
from neurokyn.population.analyses import compare
from neurokyn.population.carrying_out import DEPRESSION, carry_out
from neurokyn.population.courses import simulate_courses
from neurokyn.population.mixed import mixed_model
from neurokyn.population.pathways import BEFORE, pathways
from neurokyn.population.pools import carry_out_pool
from neurokyn.population.questions import event
from neurokyn.population.ratings import carried_forward, completers
from neurokyn.population.results import simulate_trial, with_people
from neurokyn.population.switches import Switches, without
from small_trials import BOUTS, DRUG, RUN, WAIT, courses, made

SEED = 6
THREE = {"run": {**RUN, "people": 6}, "drug": {**DRUG, "people": 3}, "wait": {**WAIT, "people": 3}}


@pytest.fixture(scope="module")
def trial():
    return made(THREE, entry={"include": "screened >= 14"})


@pytest.fixture(scope="module")
def result(trial):
    return simulate_trial(trial, seed=SEED, replicates=3, workers=1)


def flat(monkeypatch):
    """People without a solver, and how many were asked for."""
    asked: list[int] = []

    def simulated(trial, n, seed, **more):
        asked.append(n)
        return courses(trial, n, np.random.default_rng(seed).normal(20, 4, (n, 1, 1)) + np.zeros((1, 1, 3)))

    monkeypatch.setattr(results, "simulate_courses", simulated)
    return asked


def test_one_trial_in_full(trial, result):
    first = carry_out(trial, result.courses, SEED)
    assert list(result.arms) == ["run", "drug", "wait"]
    assert [arm.n for arm in result.arms.values()] == [6, 3, 3]
    for place, (name, arm) in enumerate(result.arms.items()):
        inside = first.arm == place
        assert arm.outcome.name == name
        assert arm.left == event("left", first, None)[inside].mean()
        assert arm.adherent == pytest.approx(event("adherent", first, None)[inside].mean(), nan_ok=True)
        for kept, what in ((arm.attended, "sessions_attended"), (arm.taken, "doses_taken")):
            planned = first.of(what.split("_")[0] + "_planned")[inside].sum()
            assert kept == pytest.approx(first.of(what)[inside].sum() / planned if planned else np.nan, nan_ok=True)
    assert np.isnan([result.arms["wait"].attended, result.arms["wait"].adherent]).all()
    assert np.isnan(result.arms["run"].taken)
    assert 0 < result.arms["run"].attended <= 1


def test_every_arm_is_held_against_the_last(trial, result):
    first = carry_out(trial, result.courses, SEED)
    assert list(result.contrasts) == list(result.mixed) == list(result.repeated) == ["run", "drug"]
    for name, contrast in result.contrasts.items():
        expected = compare(first.ratings[DEPRESSION], name, "wait", None, carried_forward, 0.5, 7.0)
        assert contrast.difference == expected.difference
        assert contrast.remission.difference == expected.remission.difference
    assert result.mixed == mixed_model(first.ratings[DEPRESSION], "wait")


def test_repetitions(trial, result):
    assert result.courses.sizes["person"] == 36  # nobody twice
    for name, repeated in result.repeated.items():
        each = [
            compare(carry_out(trial, result.courses, SEED, r).ratings[DEPRESSION], name, "wait", None, carried_forward)
            for r in range(3)
        ]
        assert repeated.difference.tolist() == [one.difference.estimate for one in each]
        assert repeated.g.tolist() == [one.g.estimate for one in each]
        assert repeated.response.tolist() == [one.response.difference.estimate for one in each]
        assert repeated.remission.tolist() == [one.remission.difference.estimate for one in each]
        found = [one.difference.low > 0 or one.difference.high < 0 for one in each]
        assert repeated.significant == pytest.approx(np.mean(found))


def test_the_first_repetition_of_many_is_that_of_one(trial, result):
    one = simulate_trial(trial, seed=SEED, workers=2)
    xr.testing.assert_identical(one.courses, result.courses.isel(person=slice(12)))
    assert one.contrasts["run"].difference == result.contrasts["run"].difference
    assert one.repeated["drug"].difference[0] == result.repeated["drug"].difference[0]


def test_a_trial_is_analysed_as_it_says(monkeypatch, trial):
    flat(monkeypatch)
    judged = replace(trial.outcome, analysis="completers", response=0.2, remission=15.0)
    result = simulate_trial(replace(trial, outcome=judged), seed=SEED)
    first = carry_out(replace(trial, outcome=judged), result.courses, SEED)
    expected = compare(first.ratings[DEPRESSION], "run", "wait", None, completers, 0.2, 15.0)
    assert result.contrasts["run"].response.arm == expected.response.arm
    assert result.arms["run"].outcome.remission == expected.arm.remission


def test_one_arm_alone_is_compared_with_nothing(monkeypatch):
    flat(monkeypatch)
    result = simulate_trial(made({"run": RUN}), seed=SEED, replicates=2)
    assert (result.contrasts, result.mixed, result.repeated) == ({}, {}, {})
    assert list(result.arms) == ["run"]


@pytest.mark.parametrize(
    ("people", "replicates", "asked"), [(12, 1, 12), (12, 5, 60), (1500, 4, 2000), (2500, 1, 2500)]
)
def test_so_many_are_simulated(monkeypatch, trial, people, replicates, asked):
    wanted = flat(monkeypatch)
    monkeypatch.setattr(results, "mixed_model", lambda *_: {})
    simulate_trial(trial, people=people, replicates=replicates)
    assert wanted == [asked]


def test_what_is_off_is_off(trial):
    off = without(["biology", "expectancy"])
    result = simulate_trial(trial, people=6, seed=SEED, switches=off, workers=1)
    xr.testing.assert_identical(result.courses, simulate_courses(with_people(trial, 6), 6, SEED, switches=off))


@pytest.mark.parametrize("replicates", [0, -1])
def test_a_trial_that_is_never_carried_out(trial, replicates):
    with pytest.raises(ScenarioError, match="must be 1 or more"):
        simulate_trial(trial, replicates=replicates)


# Sizes


@pytest.mark.parametrize("sizes", [(96, 45), (1, 1), (10, 20, 31), (98, 1, 1), (50, 1, 1, 1, 1)])
@pytest.mark.parametrize("people", [5, 6, 7, 12, 100, 1001])
def test_another_size_keeps_the_proportions(sizes, people):
    arms = {f"arm {k}": {**WAIT, "people": n} for k, n in enumerate(sizes)}
    found = [arm.people for arm in with_people(made(arms), people).arms.values()]
    assert sum(found) == people
    assert min(found) >= 1
    exact = np.array(sizes) / sum(sizes) * people
    if exact.min() >= 1:
        assert np.abs(found - exact).max() < 1
    assert [arm.people for arm in with_people(made(arms), sum(sizes)).arms.values()] == list(sizes)


def test_sizes_that_cannot_be(trial):
    with pytest.raises(ScenarioError, match="2 people cannot fill 3 arms"):
        with_people(trial, 2)
    with pytest.raises(ScenarioError, match="small is a pool of trials; their sizes stand in its file"):
        with_people(made({"run": RUN, "wait": WAIT}, pool={"people": [9], "arm": "run", "versus": {"wait": 1}}), 20)


# Pools


def test_a_pool_is_carried_out_as_often(monkeypatch):
    asked = flat(monkeypatch)
    pool = {"people": [12, 30, 8], "arm": ["run"], "versus": {"wait": 1.0}, "small_study": True}
    trial = made({"run": RUN, "wait": WAIT}, pool=pool)
    result = simulate_trial(trial, seed=SEED, replicates=2)
    assert asked == [200]
    assert (result.arms, result.contrasts, result.repeated) == ({}, {}, {})
    assert len(result.pools) == 2
    for replicate, found in enumerate(result.pools):
        expected = carry_out_pool(trial, trial.pool, result.courses, SEED, replicate, Switches())
        assert np.array_equal(found.effects[DEPRESSION], expected.effects[DEPRESSION])
    with pytest.raises(ScenarioError, match="is a pool of trials"):
        simulate_trial(trial, people=20)


# Pathways


@pytest.mark.parametrize("arm", ["run", "drug"])
@pytest.mark.parametrize("week", [2.0, None])
def test_pathways_add_up_to_the_difference(arm, week):
    trial = made({"run": RUN, "drug": DRUG, "wait": WAIT})
    parts = pathways(trial, arm, "wait", 4, SEED, week)
    kept = replace(trial, outcome=replace(trial.outcome, also=("mood.underlying",)))
    last = simulate_courses(kept, 4, SEED)["mood.underlying"].sel(visit=4.0 if week is None else week)
    assert sum(parts.values()) == pytest.approx(float((last.sel(arm=arm) - last.sel(arm="wait")).mean()), rel=1e-9)


def test_each_pathway_is_there_where_it_should_be():
    alone = {**RUN, "exercise": [{**BOUTS, "support": "alone"}]}
    trial = made({"run": RUN, "alone": alone, "drug": DRUG, "wait": WAIT})
    run, by_oneself, drug = (pathways(trial, arm, "wait", 4, SEED) for arm in ("run", "alone", "drug"))
    assert run["activation"] < 0
    assert run["company in a group"] < 0
    assert abs(run["serotonin at once"]) < abs(drug["serotonin at once"])
    assert by_oneself["company in a group"] == pytest.approx(0.0, abs=1e-6)
    assert drug["company in a group"] == pytest.approx(0.0, abs=1e-6)
    assert drug["activation"] == pytest.approx(0.0, abs=1e-6)
    assert drug["serotonin at once"] < 0
    for parts in (run, drug):
        assert parts["expectancy"] < 0
        assert parts["natural course"] == pytest.approx(0.0, abs=1e-2)
        assert BEFORE in parts


def test_an_arm_differs_from_itself_by_nothing():
    parts = pathways(made({"one": DRUG, "other": DRUG}), "one", "other", 3, SEED)
    assert set(parts.values()) == {0.0}


def test_pathways_without_what_is_off():
    trial = made({"run": RUN, "wait": WAIT})
    parts = pathways(trial, "run", "wait", 3, SEED, switches=without(["expectancy", "contact"]))
    assert parts["expectancy"] == pytest.approx(0.0, abs=1e-9)
    assert parts["company in a group"] == pytest.approx(0.0, abs=1e-6)
    assert parts["activation"] < 0


@pytest.mark.parametrize(
    ("arms", "week", "says"),
    [
        (("runn", "wait"), None, "small has no arm 'runn'; did you mean 'run'"),
        (("run", "wat"), None, "small has no arm 'wat'; did you mean 'wait'"),
        (("run", "wait"), 3.0, "small has no visit at week 3"),
    ],
)
def test_pathways_that_there_are_not(arms, week, says):
    with pytest.raises(ScenarioError, match=says):
        pathways(made({"run": RUN, "wait": WAIT}), *arms, 2, SEED, week)
