"""The calibration: what it reads, what it finds, what it leaves behind."""

from __future__ import annotations

import builtins
import io
import json
import pathlib
import shutil
import tomllib

import numpy as np
import pytest
from neurokyn.analysis import calibrate as module
from neurokyn.analysis.calibrate import STAGES, Laboratory, calibrate, fit_stage, nominal, parameter
from neurokyn.analysis.dual import Dual
from neurokyn.analysis.experiment import Experiment, perform
from neurokyn.analysis.fits import parameters_table, rows_table, write_back
from neurokyn.analysis.measures import MEASURES
from neurokyn.analysis.targets import calibration_targets
from neurokyn.compiler.checks import source_keys
from neurokyn.compiler.parameters import params_dir
from neurokyn.scenario.dosing import Regimen

STAGE = "occupancy of escitalopram"
PAGE = pathlib.Path(__file__).resolve().parents[3] / "docs" / "calibration.md"


def test_every_row_has_a_stage_a_measure_and_a_source():
    rows, sources = calibration_targets(), source_keys()
    assert {t.stage for t in rows} == set(STAGES)
    assert {t.measure for t in rows} == set(MEASURES)
    for t in rows:
        assert t.source in sources, t.name
        assert t.note or t.where, t.name


def test_every_fitted_number_is_fitted_once_and_has_bounds():
    names = [name for stage in STAGES.values() for name in stage]
    assert len(names) == len(set(names))
    for name in names:
        row = parameter(name)
        assert row.bounds is not None
        assert row.bounds[0] <= nominal(name) <= row.bounds[1]


@pytest.fixture(scope="module")
def fit():
    return fit_stage(STAGE, {})


def test_nothing_but_calibration_rows_is_read(monkeypatch):
    """No row kept for validation, and no negative control, is opened by a calibration."""
    opened: set[str] = set()

    def spy(real):
        def inner(file, *args, **kwargs):
            opened.add(str(file))
            return real(file, *args, **kwargs)

        return inner

    monkeypatch.setattr(builtins, "open", spy(builtins.open))
    monkeypatch.setattr(io, "open", spy(io.open))
    monkeypatch.setattr(pathlib.Path, "read_text", spy(pathlib.Path.read_text))
    calibrate([STAGE], profiles=False)
    targets = {pathlib.Path(name).name for name in opened if "targets" in name}
    assert targets == {"calibration.toml"}


def test_the_fit_is_a_minimum(fit):
    """The slope of the whole objective is nothing at the values found, and it did not get worse."""
    before = sum(((r.before - r.target.estimate) / r.target.sd) ** 2 for r in fit.rows)
    after = sum(r.distance**2 for r in fit.rows)
    assert after < before
    values = np.array([p.value for p in fit.parameters])
    laboratory = Laboratory({}, STAGES[STAGE], values)
    slope = np.zeros(len(values))
    for r in fit.rows:
        found = MEASURES[r.target.measure](laboratory)
        slope += 2 * (found.value - r.target.estimate) / r.target.sd**2 * found.slopes
    slope += [2 * np.log(p.value / p.nominal) / p.prior_sd**2 for p in fit.parameters]
    assert np.abs(slope * [p.sd for p in fit.parameters]).max() < 0.05


def test_intervals_are_the_curvature_and_profiles_agree_where_it_is_gaussian(fit):
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx([p.sd for p in fit.parameters])
    for p in fit.parameters:
        assert p.sd <= p.prior_sd
        for end, gauss in zip(p.profile, p.interval, strict=True):
            if end is not None:
                assert np.log(end / p.value) == pytest.approx(np.log(gauss / p.value), rel=0.35)


def test_a_number_without_data_keeps_its_prior(monkeypatch):
    monkeypatch.setattr(module, "calibration_targets", lambda: ())
    found = fit_stage(STAGE, {}, profiles=False)
    for p in found.parameters:
        assert p.value == pytest.approx(p.nominal, rel=1e-6)
        assert p.sd == pytest.approx(p.prior_sd)
        assert not p.identified


def test_known_numbers_are_found_again(monkeypatch):
    """Rows made by the model at other values, with small errors, bring those values back."""
    truth = np.array([nominal(name) for name in STAGES[STAGE]]) * [1.25, 0.96]
    made = Laboratory({}, STAGES[STAGE], truth)
    rows = [t for t in calibration_targets() if t.stage == STAGE]
    exact = tuple(
        type(t)(**{**vars(t), "estimate": MEASURES[t.measure](made).value, "sd": 1e-4}) for t in rows
    )  # fmt: skip
    monkeypatch.setattr(module, "calibration_targets", lambda: exact)
    found = fit_stage(STAGE, {}, profiles=False)
    assert [p.value for p in found.parameters] == pytest.approx(truth, rel=5e-3)


def test_writing_back_twice_is_writing_back_once(fit, tmp_path):
    folder = tmp_path / "params"
    shutil.copytree(params_dir(), folder)
    write_back([fit], folder)
    once = (folder / "ssri.toml").read_text()
    write_back([fit], folder)
    assert (folder / "ssri.toml").read_text() == once
    row = tomllib.loads(once)["escitalopram_half_occupancy"]
    assert row["evidence"] == "fitted"
    assert row["nominal"] == fit.parameters[0].nominal
    assert row["interval"][0] < row["value"] < row["interval"][1]
    assert "P04.escitalopram_10" in row["note"]
    posterior = json.loads((folder / "posterior.json").read_text())
    assert posterior[STAGE]["parameters"] == list(STAGES[STAGE])
    assert np.all(np.linalg.eigvalsh(posterior[STAGE]["covariance_of_logarithms"]) > 0)


def test_the_report_names_every_row_and_parameter(fit):
    assert all(row.target.name in rows_table([fit]) for row in fit.rows)
    assert all(p.name in parameters_table([fit]) for p in fit.parameters)


def test_what_is_outside_says_why_and_nothing_else_does():
    text = PAGE.read_text(encoding="utf-8")
    outside = {line.split("|")[1].strip() for line in text.splitlines() if "**outside**" in line}
    assert outside == {t.name for t in calibration_targets() if t.miss}
    assert all(f"| {t.name} |" in text for t in calibration_targets())


def test_the_shipped_posterior_is_of_the_shipped_numbers():
    """If this fails: `python scripts/calibrate.py`."""
    posterior = json.loads((params_dir() / "posterior.json").read_text())
    assert set(posterior) == set(STAGES)
    for stage in posterior.values():
        for name, value in zip(stage["parameters"], stage["values"], strict=True):
            assert parameter(name).value == pytest.approx(value, rel=1e-3)
            assert parameter(name).evidence == "fitted"


def test_slopes_of_an_experiment_equal_finite_differences():
    names = ("serotonin.firing_exponent", "ssri.escitalopram_clearance", "mdd:stress.chronic_load")
    experiment = Experiment(72.0, (Regimen("escitalopram", "10 mg", every="1 day"),), "mdd", every=24.0)
    values = {name: parameter(name).value for name in names}
    course = perform(experiment, values, rtol=1e-8)
    for k, name in enumerate(names):
        step = 1e-4 * values[name]
        up, down = (perform(experiment, values | {name: values[name] + s * step}, rtol=1e-9) for s in (1, -1))
        for shown in ("serotonin.extracellular", "stress.axis", "mood.depression"):
            for hour in (24.0, 72.0):
                expected = (up.at(shown, hour).value - down.at(shown, hour).value) / (2 * step)
                assert course.at(shown, hour).slopes[k] == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_dual_numbers_follow_the_rules():
    x, y = Dual(2.0, np.array([1.0, 0.0])), Dual(5.0, np.array([0.0, 1.0]))
    z = (3 * x - y / x + 1) * y - x.log()
    assert z.value == pytest.approx((6 - 2.5 + 1) * 5 - np.log(2))
    assert z.slopes == pytest.approx([(3 + 5 / 4) * 5 - 0.5, 6 - 5 + 1])
    assert (1 - x).slopes == pytest.approx([-1, 0])
