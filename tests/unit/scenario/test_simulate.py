"""From a scenario to a dataset: names, units, times, and what happens when it fails."""

from functools import partial

import numpy as np
import pytest
from neurokyn import Arm, Dose, NeurokynError, Output, Regimen, Scenario, SolveError, simulate, solve
from neurokyn.cli import main
from neurokyn.language import Module
from neurokyn.scenario.model import standard_model
from neurokyn.scenario.results import read_netcdf
from neurokyn.solver.integrate import MAX_STEPS
from neurokyn.solver.people import carry_people
from neurokyn.solver.problem import STEP_TOO_SMALL, TOO_MANY_STEPS

RELIED_ON = {
    "ssri.concentration": "ug/L",
    "ssri.sert_occupancy": "1",
    "serotonin.extracellular": "nmol/L",
    "serotonin.firing": "1",
    "serotonin.hiaa_csf": "nmol/L",
    "tryptophan.total": "umol/L",
    "tryptophan.free": "umol/L",
    "tryptophan.brain": "umol/L",
    "kynurenine.kyn": "nmol/L",
    "kynurenine.kyna": "nmol/L",
    "kynurenine.quin": "nmol/L",
    "kynurenine.kyn_brain": "nmol/L",
    "kynurenine.kyna_brain": "nmol/L",
    "kynurenine.quin_brain": "nmol/L",
    "kynurenine.kyn_trp_ratio": "umol/mmol",
    "inflammation.il6": "ng/L",
    "inflammation.crp": "mg/L",
    "stress.cortisol": "nmol/L",
    "muscle.kat": "1",
    "growth_factors.bdnf_brain": "1",
    "growth_factors.bdnf_serum": "ug/L",
    "growth_factors.igf1": "1",
    "growth_factors.vegf": "1",
    "growth_factors.ngf": "1",
    "dendrites.length": "1",
    "dendrites.spines": "1",
    "dendrites.hippocampal_volume": "1",
    "exercise.vo2max": "mL/kg/min",
    "exercise.weight": "kg",
    "mood.depression": "1",
    "mood.anxiety": "1",
    "mood.motivation": "1",
}


@pytest.mark.parametrize("name", RELIED_ON)
def test_names_that_scripts_rely_on_are_there_in_their_units(name, hours):
    assert hours[name].attrs["units"] == RELIED_ON[name]
    assert hours[name].attrs["long_name"]
    assert hours[name].dims == ("time",)


def test_scales_say_which_points_they_count(hours):
    assert "HAM-D17 points" in hours["mood.depression"].attrs["long_name"]
    assert "HAM-A points" in hours["mood.anxiety"].attrs["long_name"]


def test_a_value_exactly_at_a_dose_is_the_value_after_it():
    taken = Scenario(duration="2 days", items=(Dose("sertraline", "50 mg", start="24 h"),))
    data = simulate(taken)
    gut = data["ssri.sertraline_gut"]
    assert gut.sel(time=23).item() == 0
    assert gut.sel(time=24).item() == 50
    assert gut.sel(time=25).item() < 50


def test_how_often_is_reported_changes_nothing():
    def reported(every):
        items = (Regimen("escitalopram", "10 mg", every="7 h"),)
        return simulate(Scenario(duration="2 days", items=items, output=Output(every=every)))

    often, seldom = reported("5 min"), reported("6 h")
    assert often["steps"].item() == seldom["steps"].item()
    for name in RELIED_ON:
        ours, theirs = often[name].sel(time=seldom["time"], method="nearest").values, seldom[name].values
        assert np.allclose(ours, theirs, rtol=1e-12, atol=0)


def test_arms_stand_side_by_side_and_share_a_start(weeks):
    assert weeks["mood.depression"].dims == ("arm", "time")
    first = weeks.isel(time=0)
    assert np.ptp(first["mood.depression"].values) == 0
    assert weeks["status"].values.tolist() == [0, 0, 0]
    assert set(weeks["reason"].values) == {""}


def test_a_result_says_what_it_rests_on(weeks):
    assert weeks.attrs["title"] == "Five weeks"
    assert weeks.attrs["neurokyn_version"]
    assert len(weeks.attrs["model_hash"]) == 24
    assert weeks.attrs["rtol"] == 1e-6
    assert "mood.vulnerability" in weeks.attrs["changed"]
    assert len(weeks.attrs["sources"]) > 20


def test_only_what_is_asked_for_is_reported():
    names = ("serotonin.reuptake", "mood.depression")
    data = simulate(Scenario(duration="1 day", output=Output(only=names, start="12 h")))
    assert {str(name) for name in data.data_vars if "." in str(name)} == set(names)
    assert data["time"].values[[0, -1]].tolist() == [12, 24]


# What fails keeps what was computed, a code and a reason.


def blast() -> Module:
    m = Module("blast", "Grows without bound")
    size = m.state("size", "1", "what grows", start=1)
    m.rate(size, m.parameter("rate", "1/h") * size * size)
    return m


def test_a_solution_that_blows_up_keeps_what_was_computed():
    data = solve(blast(), {"rate": 1.0}, duration="3 h", times=[0, 0.5, 0.9, 1.1, 3])
    assert data["blast.size"].values[:3] == pytest.approx([1, 2, 10], rel=1e-4)
    assert np.isnan(data["blast.size"].values[3:]).all()
    assert data["status"].item() == STEP_TOO_SMALL
    assert "at t = 1 h (blast.size)" in data["reason"].item()


@pytest.fixture
def one_gives_up(monkeypatch):
    """The first arm gets 200 steps, the others all they need."""
    limits = [200]

    def few(*given, outputs, **named):
        limited = limits and outputs.size  # nothing is read out while a closed day is sought
        return carry_people(*given, outputs=outputs, **named, max_steps=limits.pop() if limited else MAX_STEPS)

    monkeypatch.setattr("neurokyn.scenario.lanes.carry_people", few)


ARMS = """
duration = "3 days"
[arms.drug]
[[arms.drug.drug]]
name = "escitalopram"
dose = "10 mg"
every = "1 day"
[arms.untreated]
"""


def test_an_arm_that_gives_up_leaves_the_others_alone(one_gives_up):
    arms = {"drug": Arm((Regimen("escitalopram", "10 mg", every="1 day"),)), "untreated": Arm()}
    data = simulate(Scenario(duration="3 days", arms=arms))
    assert data["status"].values.tolist() == [TOO_MANY_STEPS, 0]
    assert data["reason"].values[0].startswith("gave up after 200 steps at t = ")
    assert data["reason"].values[1] == ""
    failed, whole = (np.isfinite(data["mood.depression"].sel(arm=arm).values) for arm in arms)
    assert whole.all()
    assert 0 < failed.sum() < len(failed)
    assert np.diff(failed.astype(int)).sum() == -1  # computed, then not


def test_a_run_that_fails_is_written_and_ends_with_code_three(one_gives_up, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(ARMS, encoding="utf-8")
    assert main(["run", "mine.toml", "--json", "mine.json"]) == 3
    out, err = capsys.readouterr()
    assert err.startswith("neurokyn: drug stopped early: gave up after 200 steps at t = ")
    assert err.endswith("what was computed is in mine.nc\n")
    assert "untreated" not in err
    assert "mood.depression" in out
    assert {path.suffix for path in tmp_path.iterdir()} == {".toml", ".nc", ".png", ".json"}
    assert read_netcdf(tmp_path / "mine.nc")["status"].values.tolist() == [TOO_MANY_STEPS, 0]


def test_a_body_without_a_resting_state_is_refused(monkeypatch, tmp_path, capsys):
    def none(body, day):
        raise SolveError("no closed day found", fix="check what was set")

    monkeypatch.setattr("neurokyn.scenario.simulate.daily_orbit", none)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text('duration = "1 day"', encoding="utf-8")
    assert main(["run", "mine.toml"]) == 3
    assert capsys.readouterr().err == "neurokyn: no closed day found; check what was set\n"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (partial(simulate, Scenario(duration="1 day"), rtol=1.0), "rtol = 1 is out of range"),
        (partial(simulate, Scenario(duration="1 day"), settings={"mood.vulnerabilty": 1}), "did you mean"),
        (partial(simulate, Scenario(duration="1 day", person="mmd")), "there is no phenotype 'mmd'"),
        (partial(solve, blast(), {"rat": 1.0}, duration="1 h"), "no parameter 'rat'; did you mean 'rate'"),
        (partial(solve, blast(), {}, duration="1 h"), "no number for blast.rate"),
        (partial(solve, blast(), {"rate": 1.0}, duration="1 h", start={"blast.sise": 1}), "did you mean 'blast.size'"),
        (partial(solve, blast(), {"rate": 1.0}, duration="1 h", only=["blast.sise"]), "did you mean 'blast.size'"),
        (partial(solve, blast(), {"rate": 1.0}, duration="-1 h"), "cannot be '-1 h'"),
    ],
)
def test_what_python_callers_are_refused(call, message):
    with pytest.raises(NeurokynError, match=message):
        call()


def test_the_model_reports_nothing_twice():
    names = [read_out.name for read_out in standard_model().read_outs]
    assert len(names) == len(set(names))
