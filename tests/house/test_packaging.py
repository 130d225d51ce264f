"""Wheel and sdist carry the numbers, and an installed wheel finds them."""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    result = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return folder


def test_the_wheel_holds_the_numbers(built):
    names = zipfile.ZipFile(next(built.glob("*.whl"))).namelist()
    assert "neurokyn/params/serotonin.toml" in names
    assert "neurokyn/params/sources.bib" in names
    assert "neurokyn/params/scenarios/running-vs-escitalopram.toml" in names
    assert not any(name.startswith(("tests/", "params/")) for name in names)


def test_the_wheel_holds_all_of_the_package(built):
    names = set(zipfile.ZipFile(next(built.glob("*.whl"))).namelist())
    files = [
        path
        for path in (ROOT / "model" / "neurokyn").rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    ]
    assert {f"neurokyn/{path.relative_to(ROOT / 'model' / 'neurokyn').as_posix()}" for path in files} <= names
    assert {"neurokyn/lab/assets/lab.js", "neurokyn/lab/lessons/1-serotonin.toml"} <= names


def test_the_sdist_holds_the_numbers(built):
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = archive.getnames()
    assert any(name.endswith("/params/serotonin.toml") for name in names)
    for name in (
        "scripts/start.py",
        "constraints.txt",
        "CONTRIBUTING.md",
        "docs/conf.py",
        "tests/house/test_packaging.py",
    ):
        assert any(path.endswith(f"/{name}") and path.count("/") == name.count("/") + 1 for path in names), name


def test_an_unpacked_wheel_finds_its_numbers(built, tmp_path):
    zipfile.ZipFile(next(built.glob("*.whl"))).extractall(tmp_path)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import neurokyn; "
        "from neurokyn.compiler.parameters import params_dir; print(neurokyn.__file__); print(params_dir()); "
        "print(len(neurokyn.read_parameters(['serotonin'])))"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    file, folder, count = result.stdout.split()
    assert Path(file).is_relative_to(tmp_path)
    assert Path(folder).is_relative_to(tmp_path)
    assert int(count) > 20


def test_every_extra_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ]
    names = {re.match(r"[\w.-]+", line)[0].lower().replace("_", "-") for line in wanted} - {"neurokyn"}
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert names <= {line.partition("==")[0].lower().replace("_", "-") for line in pins}


def test_the_checkout_finds_its_numbers():
    from neurokyn.compiler.parameters import params_dir

    assert params_dir() == ROOT / "params"
