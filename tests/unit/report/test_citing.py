"""The references of a run: the model's, its people's, and those of what is done."""

from neurokyn.compiler.checks import source_keys
from neurokyn.report.citing import references, sources_of
from neurokyn.scenario.dosing import Regimen
from neurokyn.scenario.scenario import Scenario
from neurokyn.scenario.surroundings import Challenge


def test_references_are_found_whatever_they_are_known_by():
    lines = references("missed-doses").splitlines()
    assert all(line for line in lines)
    assert any("doi:10." in line for line in lines)
    assert any("http" in line or "PMID" in line for line in lines)


def test_bibtex_is_that_of_the_bibliography():
    assert references("missed-doses", bibtex=True).count("\n@") + 1 == len(references("missed-doses").splitlines())


def test_only_the_drugs_that_are_taken_are_cited():
    idle = Scenario(title="Nothing", duration="1 day")
    dosed = Scenario(title="Dosed", duration="1 day", items=(Regimen("fluoxetine", "20 mg", every="1 day"),))
    assert set(sources_of(idle)) < set(sources_of(dosed)) <= set(source_keys())
    assert "fluoxetinelevels1993" not in sources_of(idle)
    assert "fluoxetinelevels1993" in sources_of(dosed)


def test_people_and_challenges_bring_their_papers():
    ill = Scenario(title="Ill", person="mdd", duration="1 day", items=(Challenge("endotoxin"),))
    assert {"stetler2011", "engler2017"} <= set(sources_of(ill))
    assert "stetler2011" not in sources_of(Scenario(title="Well", duration="1 day"))
