"""`neurokyn trial` and `neurokyn validate`: what they print, what they write, with which code they end."""

import json
import math
from contextlib import redirect_stdout
from io import StringIO
from types import SimpleNamespace

import pytest
import xarray as xr
from neurokyn.cli import main

TRIAL = """
title    = "Two weeks of a drug"
person   = "mdd"
duration = "2 weeks"
visits   = [0, 1, 2]
[entry]
include = "screened >= 16"
[arms.drug]
people = 6
care   = ["blinded-pill"]
[[arms.drug.drug]]
name  = "escitalopram"
dose  = "10 mg"
every = "1 day"
at    = "08:00"
[arms.placebo]
people = 6
care   = ["placebo-pill"]
"""


def call(*words):
    said = StringIO()
    with redirect_stdout(said):
        code = main([str(word) for word in words])
    return code, said.getvalue()


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trial")
    trial = folder / "mine.toml"
    trial.write_text(TRIAL, encoding="utf-8")
    files = SimpleNamespace(json=folder / "t.json", out=folder / "t.nc", csv=folder / "t.csv", plot=folder / "pictures")
    code, said = call(
        "trial", trial, "--replicates", 3, "--seed", 5, "--json", files.json, "--out", files.out, "--csv", files.csv,
        "--plot", files.plot,
    )  # fmt: skip
    return SimpleNamespace(code=code, said=said, folder=folder, trial=trial, files=files)


def test_trial_prints_arms_contrasts_and_repetitions(ran):
    assert ran.code == 0
    for words in ("Two weeks of a drug", "drug against placebo", "Hedges' g", "over 3 such trials", "power"):
        assert words in ran.said


def test_trial_writes_what_was_asked_for(ran):
    found = json.loads(ran.files.json.read_text(encoding="utf-8"))
    assert found["people"] == 12
    assert sum(arm["n"] for arm in found["arms"].values()) == 12
    contrast = found["contrasts"]["drug"]
    assert contrast["versus"] == "placebo"
    assert len(contrast["repeated"]["mean_difference"]) == 3
    low, estimate, high = (contrast["mean_difference"][key] for key in ("low", "estimate", "high"))
    assert low < estimate < high
    with xr.open_dataset(ran.files.out, engine="h5netcdf") as courses:
        assert courses["mood.depression"].dims == ("person", "arm", "visit")
        assert courses.sizes["arm"] == 2
    lines = ran.files.csv.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + courses.sizes["person"] * 2 * 3
    assert "mood.depression [1]" in lines[0]
    kinds = ("attendance", "change", "courses", "pathways", "responders")
    assert sorted(path.name for path in ran.files.plot.iterdir()) == [f"mine-{kind}.png" for kind in kinds]


def test_the_same_seed_prints_the_same(ran):
    assert call("trial", ran.trial, "--replicates", 3, "--seed", 5)[1] == ran.said.split("\n\nwritten")[0] + "\n"
    assert call("trial", ran.trial, "--replicates", 3, "--seed", 6)[1] not in ran.said


def test_parquet_holds_the_same_visits(ran):
    parquet = pytest.importorskip("pyarrow.parquet")
    file = ran.folder / "t.parquet"
    assert call("trial", ran.trial, "--seed", 5, "--people", 12, "--replicates", 3, "--csv", file)[0] == 0
    assert parquet.read_table(file).num_rows == len(ran.files.csv.read_text().splitlines()) - 1


def test_without_everything_arms_do_not_differ(ran, tmp_path):
    off = [word for part in ("biology", "expectancy", "contact", "bias") for word in ("--without", part)]
    assert call("trial", ran.trial, *off, "--out", tmp_path / "t.nc")[0] == 0
    with xr.open_dataset(tmp_path / "t.nc", engine="h5netcdf") as courses:
        true = courses["mood.depression"].values
    assert abs(true[:, 0] - true[:, 1]).max() < 0.02  # doses that do nothing still end a step of the solver


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["trial", "mottar"], "did you mean 'motar'"),
        (["trial", "motar", "--without", "biologie"], "did you mean 'biology'"),
        (["trial", "motar", "--people", "1"], "1 people cannot fill 2 arms"),
        (["trial", "motar", "--replicates", "0"], "must be 1 or more"),
        (["trial", "exercise-trials", "--people", "50"], "is a pool of trials"),
        (["trial", "motar", "--seed", "-1"], "seed = -1 must be a whole number"),
        (["validate", "--only", "S0"], "no row, design or set is called 'S0'"),
        (["validate", "--only", "S01", "--plot", "f.xyz"], "xyz"),
    ],
)
def test_refusals(words, says, capsys):
    assert main(words) == 2
    assert says in capsys.readouterr().err


def test_validate_prints_and_writes_one_row(tmp_path):
    json_file, page, out, plot = (tmp_path / name for name in ("v.json", "v.md", "v.nc", "v.png"))
    code, said = call(
        "validate", "--quick", "--only", "E24", "--json", json_file, "--report", page, "--out", out, "--plot", plot
    )
    rows = json.loads(json_file.read_text(encoding="utf-8"))
    assert [row["id"] for row in rows] == ["E24"]
    keys = "id set study outcome reported reported_low reported_high simulated simulated_low simulated_high held"
    assert set(keys.split()) <= set(rows[0])
    assert rows[0]["set"] == "validation"
    assert rows[0]["simulated_low"] <= rows[0]["simulated"] <= rows[0]["simulated_high"]
    assert rows[0]["held"] == (
        rows[0]["reported_low"] <= rows[0]["simulated"] <= rows[0]["reported_high"]
        and rows[0]["simulated_low"] <= rows[0]["reported"] <= rows[0]["simulated_high"]
    )
    assert code in (0, 1)
    assert "E24" in said
    assert "| E24 |" in page.read_text(encoding="utf-8")
    with xr.open_dataset(out, engine="h5netcdf") as data:
        assert math.isclose(data["value"].median().item(), rows[0]["simulated"], rel_tol=1e-12)
    assert plot.stat().st_size > 5000


def test_a_lost_row_gives_code_1(tmp_path, monkeypatch):
    from neurokyn.analysis import verdicts

    monkeypatch.setattr(verdicts, "lost", lambda found, quick: [v.reported.id for v in found])
    assert call("validate", "--quick", "--only", "E24")[0] == 1


def test_show_and_cite_know_trials():
    assert "supervised" in call("show", "smile")[1]
    assert json.loads(call("show", "smile", "--json")[1])["duration"] == "16 weeks"
    assert "10.1097/PSY.0b013e318148c19a" in call("cite", "smile")[1]
    assert "motar" in call("list", "trials")[1]
