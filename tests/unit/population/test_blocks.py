"""People simulated block by block, repetitions told one by one, and answers with their intervals."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from neurokyn.errors import ScenarioError
from neurokyn.population.analyses import compare
from neurokyn.population.carrying_out import DEPRESSION, carry_out
from neurokyn.population.courses import courses_in_blocks, simulate_courses
from neurokyn.population.people import draw_people
from neurokyn.population.questions import Question, answer, effect
from neurokyn.population.ratings import carried_forward
from neurokyn.population.results import MOST_PEOPLE, people_simulated, result_of, simulate_trial
from neurokyn.population.risks import Count, risk_difference, share
from neurokyn.population.switches import Switches
from small_trials import DRUG, RUN, WAIT, made

SEED = 6
TWO = {"run": {**RUN, "people": 4}, "drug": {**DRUG, "people": 4}}


@pytest.fixture(scope="module")
def trial():
    return made(TWO, entry={"include": "screened >= 14"}, outcome={"analysis": "carried forward"})


@pytest.mark.parametrize(("block", "sizes"), [(2, [2, 2, 3]), (3, [3, 4]), (7, [7]), (50, [7])])
def test_blocks_joined_are_the_courses(trial, block, sizes):
    whole = simulate_courses(trial, 7, SEED, workers=1)
    parts = list(courses_in_blocks(trial, 7, SEED, block, workers=2))
    assert [part.sizes["person"] for part in parts] == sizes
    xr.testing.assert_identical(whole, xr.concat(parts, "person", combine_attrs="override"))


def test_blocks_of_arms_that_are_other_people():
    healthy = made({"ill": {**WAIT, "people": 3}, "well": {**WAIT, "person": "healthy", "people": 3}})
    switches = Switches(expectancy=False)
    whole = simulate_courses(healthy, 5, SEED, switches=switches)
    parts = list(courses_in_blocks(healthy, 5, SEED, 2, switches=switches))
    xr.testing.assert_identical(whole, xr.concat(parts, "person", combine_attrs="override"))


@pytest.mark.parametrize("include", ["", "severity >= 24"])
@pytest.mark.parametrize("phenotype", ["mdd", "healthy"])
def test_a_cohort_is_continued_from_its_last_number(phenotype, include):
    include = include if phenotype == "mdd" else ""
    whole = draw_people(12, 3, phenotype, include=include).data
    first = draw_people(5, 3, phenotype, include=include).data
    rest = draw_people(7, 3, phenotype, include=include, first=int(first["person"][-1]) + 1).data
    assert [*first["person"].values, *rest["person"].values] == list(whole["person"].values)
    for name in whole.data_vars:
        assert np.array_equal(whole[name].values, np.concatenate([first[name].values, rest[name].values])), name


def test_who_is_passed_over_moves_nobody_else(monkeypatch):
    """The fourth person finds no numbers; those after are the same whether two or ten are wanted at a time."""
    from neurokyn.errors import SolveError
    from neurokyn.population import people

    whole = draw_people(8, 3).data["person"].values
    lost, settle = int(whole[3]), people._settle_one
    drawn_vulnerable = draw_people(8, 3).data

    def settle_but_one(k, phenotype, own, rest):
        if rest["severity"][k] == drawn_vulnerable["severity"].values[3]:
            raise SolveError("no numbers go together")
        settle(k, phenotype, own, rest)

    monkeypatch.setattr(people, "_settle_one", settle_but_one)
    many = draw_people(6, 3).data["person"].values
    few = draw_people(4, 3).data["person"].values
    assert lost not in many
    assert list(many) == [k for k in whole if k != lost][:6]
    assert list(few) == list(many[:4])
    after = draw_people(2, 3, first=int(few[-1]) + 1).data["person"].values
    assert list(after) == list(many[4:6])


def test_repetitions_told_one_by_one(trial):
    whole = simulate_trial(trial, seed=SEED, replicates=3, workers=1)
    done = [carry_out(trial, whole.courses, SEED, r) for r in range(3)]
    told = result_of(done, Switches())
    assert (told.seed, told.replicates, list(told.arms)) == (SEED, 3, ["run", "drug"])
    assert np.array_equal(told.repeated["run"].difference, whole.repeated["run"].difference)
    assert told.contrasts["run"] == whole.contrasts["run"]
    assert told.mixed["run"].estimate == whole.mixed["run"].estimate
    with pytest.raises(ScenarioError, match="no repetition"):
        result_of([], Switches())


def test_how_many_are_simulated(trial):
    assert people_simulated(trial, 1) == 8
    assert people_simulated(trial, 100) == 800
    assert people_simulated(trial, 1000) == MOST_PEOPLE
    pool = made({"run": RUN, "wait": WAIT}, pool={"people": [10, 30], "arm": "run", "versus": {"wait": 1.0}})
    assert people_simulated(pool, 50) == 200
    assert people_simulated(replace(pool, pool=replace(pool.pool, sizes=(10, 900))), 50) == 900


def test_an_answer_with_its_interval(trial):
    done = carry_out(trial, simulate_courses(trial, 8, SEED), SEED)
    both = compare(done.ratings[DEPRESSION], "run", "drug", None, carried_forward)
    assert effect(Question(DEPRESSION, "mean difference", "run", "drug"), done) == both.difference
    assert effect(Question(DEPRESSION, "hedges g", "run", "drug"), done) == both.g
    assert effect(Question(DEPRESSION, "hedges g of change", "run", "drug"), done) == both.g_of_change
    assert effect(Question("remission", "risk difference", "run", "drug"), done) == both.remission.difference
    alone = Question(DEPRESSION, "percent change", "run")
    assert np.isnan([effect(alone, done).low, effect(alone, done).high]).all()
    assert effect(alone, done).estimate == answer(alone, done)


def test_a_share_has_wilsons_interval():
    # Newcombe 1998, 10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I
    for events, n, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
                                 (1, 29, 0.0061, 0.1718)):  # fmt: skip
        found = share(Count(events, n))
        assert found.estimate == events / n
        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert np.isnan(share(Count(0, 0)).estimate)
    assert share(Count(0, 0)).why == risk_difference(Count(0, 0), Count(1, 2)).why
