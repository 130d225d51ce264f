"""A new module: what is written runs, and is in order."""

from importlib.util import module_from_spec, spec_from_file_location

import pytest
from neurokyn import ModelError, compose, read_parameters, solve
from neurokyn.cli import main
from neurokyn.compiler.checks import check_numbers
from neurokyn.report.scaffold import scaffold
from neurokyn.scenario.model import modules


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A module made by the command, imported, and its folder."""
    folder = tmp_path_factory.mktemp("package")
    assert main(["new-module", "gut_flora", "--folder", str(folder)]) == 0
    spec = spec_from_file_location("gut_flora", folder / "gut_flora.py")
    file = module_from_spec(spec)
    spec.loader.exec_module(file)
    return folder, file.module


def test_it_runs_as_it_is(written):
    folder, module = written
    data = solve(module, read_parameters(["gut_flora"], folder), duration="2 days")
    assert data["status"].item() == 0
    assert data["gut_flora.activity"].values == pytest.approx(1)


def test_its_numbers_are_in_order(written):
    folder, module = written
    assert check_numbers([module], folder) == []


def test_it_joins_the_model(written):
    _, module = written
    system = compose([*modules().values(), module])
    assert "gut_flora.activity" in system.state_names
    assert not [name for name in system.unjoined if name.startswith("gut_flora")]


def test_nothing_is_overwritten(written):
    folder, _ = written
    with pytest.raises(ModelError, match="gut_flora.py exists"):
        scaffold("gut_flora", folder)
    (folder / "other.toml").touch()
    with pytest.raises(ModelError, match="other.toml exists"):
        scaffold("other", folder)
    assert not (folder / "other.py").exists()
