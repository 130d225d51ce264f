"""Every command: what it prints, what it writes, with which code it ends."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from neurokyn.cli import main
from neurokyn.scenario.catalogue import scenarios
from neurokyn.scenario.model import modules, standard_parameters
from neurokyn.scenario.reading import parse_scenario, read_scenario
from neurokyn.scenario.results import read_netcdf

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = """
title = "Two days"
duration = "2 days"
[arms.escitalopram]
[[arms.escitalopram.drug]]
name = "escitalopram"
dose = "10 mg"
start = "day 1"
[arms.untreated]
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """One run with every option, and all that came of it."""
    folder = tmp_path_factory.mktemp("run")
    scenario, out, plot, numbers = (folder / name for name in ("mine.toml", "o.nc", "o.svg", "o.json"))
    scenario.write_text(SCENARIO, encoding="utf-8")
    files = ["--out", str(out), "--plot", str(plot), "--json", str(numbers)]
    settings = ["--set", "mood.vulnerability=1.5", "--set", "tryptophan.gut_half_life=40 min"]
    said = StringIO()
    with redirect_stdout(said):
        code = main(["run", str(scenario), *files, *settings])
    return SimpleNamespace(code=code, said=said.getvalue(), folder=folder, out=out, plot=plot, json=numbers)


def test_run_writes_what_was_asked_for_and_nothing_else(ran):
    assert ran.code == 0
    assert sorted(path.name for path in ran.folder.iterdir()) == ["mine.toml", "o.json", "o.nc", "o.svg"]
    assert "<svg" in ran.plot.read_text(encoding="utf-8")
    assert "mood.depression" in ran.said
    assert f"written: {ran.out}, {ran.plot}, {ran.json}" in ran.said


def test_run_gives_arm_read_out_and_five_keys_as_json(ran):
    found = json.loads(ran.json.read_text(encoding="utf-8"))
    assert list(found) == ["escitalopram", "untreated"]
    for arm in found.values():
        assert {"ssri.sert_occupancy", "mood.depression", "tryptophan.free"} <= set(arm)
        assert all(list(row) == ["unit", "start", "end", "minimum", "maximum"] for row in arm.values())
    taken, untreated = (found[arm]["ssri.concentration"] for arm in found)
    assert taken["unit"] == "ug/L"
    assert taken["maximum"] > taken["end"] > taken["start"] == taken["minimum"] == 0
    assert untreated["maximum"] == 0


def test_run_gives_a_dataset_with_units_and_what_was_set(ran):
    data = read_netcdf(ran.out)
    assert dict(data.sizes) == {"arm": 2, "time": 49}
    assert data["time"].attrs["units"] == "h"
    assert data.attrs["title"] == "Two days"
    assert data.attrs["changed"]["mood.vulnerability"] == ["1.5 1", "1.5 1"]
    assert data.attrs["changed"]["tryptophan.gut_half_life"][0].endswith(" h")
    assert data["mood.depression"].attrs["units"] == "1"
    assert data["status"].values.tolist() == [0, 0]
    assert data.attrs["events"]["escitalopram"] == {"escitalopram": [[24.0, 24.0, 10.0]]}


def test_run_names_its_files_after_the_scenario(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("my.own.toml").write_text('duration = "1 day"\n[output]\nonly = ["stress.acth"]', encoding="utf-8")
    assert main(["run", "my.own.toml"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["my.own.nc", "my.own.png", "my.own.toml"]
    assert "stress.acth" in capsys.readouterr().out


def test_progress_is_for_a_person_who_watches(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text(SCENARIO + '[output]\nonly = ["stress.acth"]', encoding="utf-8")
    assert main(["run", "mine.toml"]) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert main(["run", "mine.toml"]) == 0
    out, err = capsys.readouterr()
    assert "neurokyn: escitalopram" in err
    assert "neurokyn: untreated" in err
    assert "neurokyn:" not in out


def test_show_a_module(capsys):
    assert main(["show", "serotonin"]) == 0
    page = capsys.readouterr().out
    assert all(heading in page for heading in ("inputs", "states", "fluxes", "parameters", "serotonin.km_tph"))
    assert main(["show", "serotonin", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["name"] == "serotonin"
    assert found["parameters"].keys() == modules()["serotonin"].parameter_units.keys()
    assert found["parameters"]["serotonin.km_tph"]["unit"] == "umol/L"


def test_show_parameters(capsys):
    assert main(["show", "parameters", "--json"]) == 0
    assert json.loads(capsys.readouterr().out).keys() == set(standard_parameters())
    assert main(["show", "mood.vulnerability", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out).values()
    assert {"value", "unit", "evidence", "bounds"} <= row.keys()
    assert main(["show", "mood.vulnerability"]) == 0
    assert len(capsys.readouterr().out.splitlines()) >= 2  # one parameter comes with its note
    assert main(["show", "parameters"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(standard_parameters())


@pytest.mark.parametrize("name", ["running-vs-escitalopram", "missed-doses"])
def test_show_a_scenario(name, capsys):
    assert main(["show", name]) == 0
    assert parse_scenario(capsys.readouterr().out) == read_scenario(name)
    assert main(["show", name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == read_scenario(name).title


KINDS = ["scenarios", "drugs", "modes", "challenges", "people", "modules", "read-outs", "parameters"]


@pytest.mark.parametrize("kind", KINDS)
def test_list(kind, capsys):
    assert main(["list", kind]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert main(["list", kind, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [line.split()[0] for line in lines] == list(rows)
    assert all(rows.values())  # each says what it is


def test_list_lists_scenarios_unless_told_otherwise(capsys):
    assert main(["list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == scenarios()


def test_cite(capsys):
    assert main(["cite", "missed-doses"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 20
    assert any("doi:10." in line for line in lines)
    assert main(["cite", "missed-doses", "--bibtex"]) == 0
    entries = capsys.readouterr().out
    assert entries.count("\n@") + 1 == len(lines)


def test_check_finds_the_shipped_numbers_in_order(capsys):
    assert main(["check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "all numbers, modules and scenarios are in order\n"


def test_check_lists_all_problems(capsys, monkeypatch):
    monkeypatch.setattr("neurokyn.compiler.checks.check_numbers", lambda modules: ["one thing", "another"])
    monkeypatch.setattr("neurokyn.scenario.catalogue.scenarios", lambda: ["missed-doses", "no.toml"])
    assert main(["check"]) == 1
    *lines, count = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["one thing", "another"]
    assert "there is no file 'no.toml'" in lines[2]
    assert count == "3 problems"
    assert main(["check", "--json"]) == 1
    assert len(json.loads(capsys.readouterr().out)) == 3


def copied(folder):
    """The package and its numbers in a folder of their own, and how to run them there."""
    shutil.copytree(ROOT / "model", folder / "model", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "params", folder / "params")
    environment = os.environ | {"PYTHONPATH": str(folder / "model"), "NEUROKYN_CACHE": str(folder / "cache")}

    def run(*words):
        command = [sys.executable, "-m", "neurokyn", *words]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    return run


def test_a_new_module_is_part_of_the_model_at_once(tmp_path):
    run = copied(tmp_path)
    written = run("new-module", "microbiome")
    assert written.returncode == 0, written.stderr
    assert (tmp_path / "model" / "neurokyn" / "physiology" / "microbiome.py").exists()
    assert (tmp_path / "params" / "microbiome.toml").exists()
    assert "microbiome" in run("list", "modules").stdout
    checked = run("check")
    assert checked.returncode == 0, checked.stdout
    (tmp_path / "params" / "microbiome.toml").write_text("[rest]\nvalue = 1.0\n", encoding="utf-8")
    checked = run("check")
    assert checked.returncode == 1
    assert "microbiome.toml [rest] lacks unit, evidence" in checked.stdout


def test_output_may_be_cut_short():
    command = f"{sys.executable} -m neurokyn list parameters | head -1"
    cut = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert len(cut.stdout.splitlines()) == 1
    assert cut.stderr == ""


def test_a_terminal_without_greek_shows_question_marks():
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "neurokyn", "show", "serotonin"]
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert shown.returncode == 0
    assert "?" in shown.stdout


def test_usage(capsys):
    for words in ([], ["rum"], ["run"], ["run", "missed-doses", "--rtol", "much"]):
        with pytest.raises(SystemExit) as caught:
            main(words)
        assert caught.value.code == 2
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("neurokyn ")


def test_stopped_by_hand(monkeypatch, capsys):
    def stop(options):
        raise KeyboardInterrupt

    monkeypatch.setattr("neurokyn.cli.listing.list_things", stop)
    assert main(["list"]) == 130
    assert capsys.readouterr().err == "neurokyn: stopped\n"
