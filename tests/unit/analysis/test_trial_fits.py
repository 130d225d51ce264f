"""Numbers of trials are changed for a while and put back; a fit finds a number that was hidden; files stay readable."""

import shutil
import tomllib
from dataclasses import replace

import numpy as np
import pytest
from neurokyn.analysis import trial_fits
from neurokyn.analysis.reported import reported
from neurokyn.analysis.trial_fits import (
    FOLLOWS,
    STAGES,
    TrialFit,
    fit_stage,
    number,
    numbers_changed,
    simulated,
    standard_error,
    with_followers,
    write_fits,
)
from neurokyn.compiler.parameters import params_dir
from neurokyn.population.care import care
from neurokyn.population.observation import observation


def test_stages_see_calibration_rows_alone():
    sets = {row.id: row.set for row in reported()}
    assert {sets[row] for stage in STAGES for row in stage.rows} == {"calibration"}
    names = [name for stage in STAGES for name in stage.parameters]
    assert len(names) == len(set(names))
    assert not set(names) & set(FOLLOWS)


def test_every_number_lies_within_its_bounds():
    for stage in STAGES:
        for name in stage.parameters:
            found = number(name)
            assert found.bounds[0] <= found.value <= found.bounds[1], name
            assert found.prior_sd > 0


def test_followers_are_the_means_of_their_leaders():
    for name, leaders in FOLLOWS.items():
        assert number(name).value == pytest.approx(np.mean([number(each).value for each in leaders]), rel=2e-3), name


def test_numbers_are_changed_for_a_while():
    before = observation().rater_sd, care(["open-pill"]).belief, care(["chosen-exercise"]).belief
    values = {"observation.rater_sd": 3.0, "care.open-pill.belief": 0.65, "mood.weight_fast": 0.1}
    with numbers_changed(values) as settings:
        assert settings == {"mood.weight_fast": 0.1}
        assert (observation().rater_sd, care(["open-pill"]).belief) == (3.0, 0.65)
        assert care(["chosen-exercise"]).belief < before[2]
    with pytest.raises(ZeroDivisionError), numbers_changed(values):
        _ = 1 / 0
    assert (observation().rater_sd, care(["open-pill"]).belief, care(["chosen-exercise"]).belief) == before


def test_a_hidden_number_is_found(monkeypatch):
    """The rows are made with another hazard; the fit goes back to it as far as the prior lets it."""
    stage = replace(STAGES[-2], parameters=("care.open-pill.leaving_treatment",), rows=("A08",))
    row = next(row for row in reported() if row.id == "A08")
    hidden = {"care.open-pill.leaving_treatment": 0.023}
    share = simulated([row], hidden, 40, 20, 1, {})[0]
    made = replace(row, estimate=float(share), low=float(share) - 0.005, high=float(share) + 0.005)
    monkeypatch.setattr(trial_fits, "reported", lambda: (made,))
    said = []
    fit = fit_stage(stage, 40, 20, say=said.append)
    assert fit.values[0] == pytest.approx(0.023, rel=0.06)
    assert fit.low[0] < fit.values[0] < fit.high[0]
    assert abs(fit.after[0] - share) < abs(fit.before[0] - share)
    assert said


def test_fitted_numbers_are_written_with_their_followers(tmp_path):
    for file in ("care.toml", "observation.toml"):
        shutil.copy(params_dir() / file, tmp_path / file)
    names = ("observation.small_study_bias", "care.supervised-exercise.belief")
    stage = replace(STAGES[3], parameters=names)
    row = next(row for row in reported() if row.id == "E13")
    numbers = tuple(number(name) for name in names)
    none = np.zeros(1)
    fit = TrialFit(stage, numbers, np.array([0.9, 0.4]), np.array([0.2, 0.1]), (row,), none, none)
    for _ in range(2):  # writing twice changes nothing more
        assert {path.name for path in write_fits([fit], tmp_path)} == {"care.toml", "observation.toml"}
        kinds = tomllib.loads((tmp_path / "care.toml").read_text(encoding="utf-8"))
        table = tomllib.loads((tmp_path / "observation.toml").read_text(encoding="utf-8"))
        supervised = kinds["supervised-exercise"]["belief"]
        assert (supervised["value"], supervised["evidence"], supervised["nominal"]) == (
            0.4,
            "fitted",
            numbers[1].nominal,
        )
        assert kinds["home-exercise"]["belief"]["value"] == 0.4
        middle = with_followers({"care.supervised-exercise.belief": 0.4})["care.chosen-exercise.belief"]
        assert kinds["chosen-exercise"]["belief"]["value"] == pytest.approx(middle, rel=1e-3)
        assert table["small_study_bias"]["value"] == 0.9
        assert table["small_study_bias"]["note"].count("Fitted to") == 1
        assert table["rater_sd"] == tomllib.loads((params_dir() / "observation.toml").read_text())["rater_sd"]


def test_the_error_of_a_row_is_that_of_its_interval():
    row = next(row for row in reported() if row.id == "D01")
    assert standard_error(row) == pytest.approx((-1.37 + 2.5) / 3.92)
    point = next(row for row in reported() if row.id == "waiting.percent")
    assert standard_error(point) == pytest.approx(0.25 * abs(point.estimate))
