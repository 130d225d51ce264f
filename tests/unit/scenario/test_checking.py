"""What can be wrong with people and the other files that scenarios draw on."""

import copy

import pytest
from neurokyn.analysis import targets
from neurokyn.analysis.targets import check_targets
from neurokyn.scenario import catalogue
from neurokyn.scenario.checking import check_catalogue


def test_what_is_shipped_is_in_order():
    assert check_catalogue() == []
    assert check_targets() == []


@pytest.fixture
def people(monkeypatch):
    """A copy of people.toml to spoil."""
    real = catalogue.rows
    copied = copy.deepcopy(dict(real("people")))
    monkeypatch.setattr(catalogue, "rows", lambda name: copied if name == "people" else real(name))
    return copied


def test_every_problem_is_listed_with_its_place(people):
    people["phenotype"]["mdd"]["set"]["mood.vulnerability"]["value"] = 99.0
    people["phenotype"]["mdd"]["set"]["stress.chronic_lod"] = {"value": 1.0, "evidence": "assumed", "note": ""}
    people["covariate"]["crp"]["source"] = "nobody1999"
    people["covariate"]["vo2max"]["sets"] = "exercise.vo2max_untraind"
    people["correlation"]["severity_and_crp"]["between"] = ["severity", "crpp"]
    people["correlation"]["crp_and_body_mass_index"]["value"] = 1.5
    found = "\n".join(check_catalogue())
    for word in (
        "outside its bounds", "stress.chronic_load", "needs a note", "nobody1999", "exercise.vo2max_untrained",
        "knows no 'crpp'", "cannot hold together",
    ):  # fmt: skip
        assert word in found, word


def test_a_spoilt_target_is_named(monkeypatch):
    good = targets.calibration_targets()
    bad = [type(t)(**{**vars(t), "measure": "nothing", "source": "nobody", "where": ""}) for t in good[:1]]
    monkeypatch.setattr(targets, "calibration_targets", lambda: (*bad, *good, good[-1]))
    found = check_targets()
    assert len(found) == 4
    assert all(word in " ".join(found) for word in ("'nothing' is unknown", "'nobody'", "does not say where", "twice"))
