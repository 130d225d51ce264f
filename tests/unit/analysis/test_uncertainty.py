"""Draws from the posterior, and what an answer rests on."""

from __future__ import annotations

import numpy as np
import pytest
from neurokyn.analysis.calibrate import STAGES, parameter
from neurokyn.analysis.posterior import draw_numbers, simulate_draws
from neurokyn.analysis.trust import describe, moved_value, trust
from neurokyn.compiler.parameters import Parameter
from neurokyn.errors import ScenarioError
from neurokyn.report.plots import overview
from neurokyn.report.summary import changes_table, summarise
from neurokyn.scenario.dosing import Regimen
from neurokyn.scenario.scenario import Arm, Output, Scenario

PLAN = Scenario(
    title="A week",
    person="mdd",
    duration="7 days",
    arms={"drug": Arm((Regimen("escitalopram", "10 mg", every="1 day"),)), "none": Arm()},
    output=Output(every="3 h", only=("mood.depression", "serotonin.extracellular", "ssri.sert_occupancy")),
)


@pytest.fixture(scope="module")
def data():
    return simulate_draws(PLAN, 5, seed=3)


def test_draws_have_the_posterior_behind_them():
    sets = draw_numbers(400, seed=2)
    for names in STAGES.values():
        for name in names:
            row, x = parameter(name), np.log([one[name] for one in sets])
            inside = (x > np.log(max(row.bounds[0], 1e-9)) + 1e-6) & (x < np.log(row.bounds[1]) - 1e-6)
            assert x.std() > 0
            if inside.mean() > 0.98:  # not cut by a bound
                low, high = np.log(row.interval)
                assert x.mean() == pytest.approx(np.log(row.value), abs=0.2 * (high - low))
                assert x.std() == pytest.approx((high - low) / 3.92, rel=0.2)


def test_draws_stay_inside_their_bounds():
    for one in draw_numbers(200, seed=5):
        for name in (n for names in STAGES.values() for n in names):
            low, high = parameter(name).bounds
            assert low <= one[name] <= high


def test_more_draws_begin_with_those_of_fewer():
    assert draw_numbers(3, seed=9) == draw_numbers(7, seed=9)[:3]
    assert draw_numbers(3, seed=9) != draw_numbers(3, seed=8)


def test_a_run_over_draws_has_a_band(data):
    assert data.sizes == {"draw": 5, "arm": 2, "time": 57}
    assert float(data["mood.depression"].isel(time=-1).std("draw").max()) > 0
    same = simulate_draws(PLAN, 5, seed=3)
    assert data["mood.depression"].equals(same["mood.depression"])


def test_a_phenotypes_draws_change_its_people_only():
    plan = Scenario(title="Two", duration="1 day", arms={"ill": Arm(person="mdd"), "well": Arm(person="healthy")})
    two = simulate_draws(plan, 2, seed=1)
    assert float(two["stress.load"].sel(arm="ill").std()) > 0
    assert float(two["stress.load"].sel(arm="well").std()) == 0


def test_tables_and_pictures_take_draws(data, tmp_path):
    spans = summarise(data)
    assert spans["drug"]["mood.depression"].end < spans["none"]["mood.depression"].end
    assert "5 draws" in changes_table(data)
    overview(data).savefig(tmp_path / "draws.png")


def test_a_number_of_draws_that_makes_no_sense_is_refused():
    with pytest.raises(ScenarioError, match="choose 2 to"):
        simulate_draws(PLAN, 1)


@pytest.fixture(scope="module")
def budgets():
    return trust(PLAN)


def test_shares_add_up_and_name_what_acts(budgets):
    (drug,) = budgets  # the arm without treatment does not change
    assert drug.arm == "drug"
    assert drug.change < -0.3
    assert sum(s.share for s in drug.shares) == pytest.approx(1)
    assert sum(drug.by_evidence.values()) == pytest.approx(1)
    assert drug.by_evidence["assumed"] > drug.by_evidence.get("measured", 0)
    top = [s.name for s in drug.shares[:15]]
    assert any(name.startswith(("serotonin.", "mood.", "ssri.")) for name in top)
    text = describe(budgets)
    assert "assumed" in text
    assert drug.shares[0].name in text


def test_an_unknown_read_out_names_the_nearest():
    with pytest.raises(ScenarioError, match=r"mood\.depression"):
        trust(PLAN, "mood.depresion")


@pytest.mark.parametrize(
    ("row", "moved"),
    [
        (Parameter("a.b", 1.0, bounds=(0.5, 1.5)), 1.25),
        (Parameter("a.b", 1.4, bounds=(0.5, 1.5)), 1.15),
        (Parameter("a.b", 2.0), 2.2),
        (Parameter("a.b", 1.0, bounds=(0.0, 9.0), interval=(0.5, 1.5)), 1.0 + 0.5 / 1.959963984540054),
        (Parameter("a.b", 0.0), None),
    ],
)
def test_numbers_move_by_one_standard_deviation(row, moved):
    assert moved_value(row) == (None if moved is None else pytest.approx(moved))
