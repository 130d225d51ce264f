"""The document: consistent, complete, told from where; refusals leave nothing behind."""

import re
import sys
from math import prod

import libsbml
import numpy as np
import pytest
from neurokyn import Bout, Regimen, Scenario
from neurokyn.cli import main
from neurokyn.errors import NeurokynError, ScenarioError
from neurokyn.exchange.naming import identifier
from neurokyn.exchange.sbml import scenario_sbml, write_sbml
from neurokyn.exchange.sbml_units import base_parts, unit_parts
from neurokyn.language.units import parse_unit
from neurokyn.scenario.model import standard_model
from neurokyn.scenario.orbit import daily_orbit
from neurokyn.scenario.prepare import prepare
from neurokyn.scenario.simulate import person
from neurokyn.scenario.solve import timeline

PLAN = Scenario(
    title="Dose & bout <test>",
    person={"phenotype": "mdd", "serotonin.km_tph": "41 umol/L"},
    duration="2 weeks",
    clock="08:00",
    items=(Regimen("escitalopram", "10 mg", every="1 day", at="08:00"), Bout("running", 45, start="10 h")),
)
ONE_OF = {"litre": "L", "metre": "m", "gram": "g", "kilogram": "kg", "second": "s", "mole": "mol", "joule": "J",
          "pascal": "Pa", "dimensionless": "1", "kelvin": "K", "ampere": "A", "candela": "cd"}  # fmt: skip
UNITS = {*standard_model().parameter_units.values(), *standard_model().equations.units.values()}


def read(text):
    document = libsbml.readSBMLFromString(text)
    document.checkConsistency()
    return document


@pytest.fixture(scope="module")
def text():
    return scenario_sbml(PLAN)


@pytest.fixture(scope="module")
def document(text):
    return read(text)


@pytest.fixture(scope="module")
def model(document):
    return document.getModel()


def complaints(text):
    document = read(text)
    return [document.getError(k).getMessage() for k in range(document.getNumErrors())]


def test_libsbml_has_nothing_to_complain_of(text):
    """Neither errors nor warnings, units included."""
    assert complaints(text) == []


def test_libsbml_would_see_a_wrong_unit(text):
    wrong = re.sub(r'(id="serotonin__km_tph"[^>]*units=)"umol_per_L"', r'\1"nmol_per_L"', text)
    assert wrong != text
    assert any("serotonin__km_tph" in line for line in complaints(wrong))


def test_it_is_level_3_version_2_in_hours(text, model):
    assert 'level="3" version="2"' in text
    assert model.getTimeUnits() == "h"
    assert libsbml.UnitDefinition.printUnits(model.getUnitDefinition("h"), True) == "(3600 second)^1"


def test_everything_is_there_with_a_unit(model):
    system = standard_model()
    named = [r.name for r in system.read_outs] + system.drive_names + list(system.parameter_units)
    for name in named:
        parameter = model.getParameter(identifier(name))
        assert parameter is not None, name
        assert parameter.isSetUnits(), name
        assert parameter.isSetName(), name
    rates = [rule for rule in model.getListOfRules() if rule.isRate()]
    assert [rule.getVariable() for rule in rates] == [identifier(name) for name in system.state_names]


def test_a_run_begins_with_the_closed_day_and_what_happens_then(model):
    body = prepare(standard_model(), person(PLAN, None, {}))
    start = daily_orbit(body, timeline(body, PLAN.ordinary_day(), 24.0, PLAN.context.clock))
    start[body.system.state_names.index("ssri.escitalopram_gut")] += 10.0  # the first dose is at t = 0
    written = [model.getParameter(identifier(name)).getValue() for name in body.system.state_names]
    nothing = np.abs(start) < 1e-12 * body.absolute_scale  # written as 0
    assert np.all(np.isclose(written, start, rtol=1e-14, atol=0) | (nothing & (np.array(written) == 0)))


def test_no_event_is_due_at_the_start(model):
    assert model.getNumEvents() > 5
    for event in model.getListOfEvents():
        trigger = event.getTrigger()
        assert trigger.getInitialValue()
        assert trigger.getPersistent()
        due = trigger.getMath().getChild(1)
        first = model.getParameter(due.getName()).getValue() if due.isName() else due.getValue()
        assert first > 0


def test_numbers_say_where_they_come_from(model):
    shipped = model.getParameter("serotonin__ki_tph")
    assert "Source: best2010" in shipped.getNotesString()
    assert shipped.getCVTerm(0).getBiologicalQualifierType() == libsbml.BQB_IS_DESCRIBED_BY
    assert shipped.getCVTerm(0).getResourceURI(0) == "https://identifiers.org/doi/10.1186/1742-4682-7-34"
    changed = model.getParameter("serotonin__km_tph")
    assert changed.getValue() == 41
    assert "Set for this run; usually 40 umol/L." in changed.getNotesString()
    assert changed.getNumCVTerms() == 0


def test_the_model_says_what_it_is(model):
    notes = model.getNotesString()
    assert model.getName() == PLAN.title
    assert "Dose &amp; bout &lt;test&gt;" in notes
    assert "neurokyn" in notes
    assert "MIT" in notes
    assert model.getNumCVTerms() == 1


def test_identifiers_of_descriptions_are_unique(text):
    found = re.findall(r'metaid="([^"]+)"', text)
    assert len(found) > 100
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("unit", sorted(UNITS))
def test_a_unit_is_what_it_was(unit):
    for parts in (unit_parts(unit), base_parts(parse_unit(unit))):
        factor = prod(
            (part.multiplier * 10.0**part.scale * parse_unit(ONE_OF[part.kind]).factor) ** part.exponent
            for part in parts
        )
        assert factor == pytest.approx(parse_unit(unit).factor, rel=1e-11)


def test_letters_of_other_scripts_are_spelled_out():
    assert identifier("m.Δx") == "m___394_x"


REFUSED = {
    "scenario": (["runing-vs-escitalopram"], "did you mean"),
    "arm": (["running-vs-escitalopram", "--arm", "runing"], "there is no arm 'runing'; did you mean 'running'"),
    "no arm": (["running-vs-escitalopram"], "choose one of 'running', 'escitalopram', 'untreated'"),
    "parameter": (
        ["running-vs-escitalopram", "--arm", "running", "--set", "serotonin.km_tp=1"],
        "did you mean 'serotonin.km_tph'",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_says_what_to_do_and_keeps_what_was_there(name, tmp_path, capsys):
    (scenario, *options), said = REFUSED[name]
    there = tmp_path / "model.xml"
    there.write_text("mine")
    assert main(["export", "sbml", scenario, str(there), *options]) == 2
    assert said in capsys.readouterr().err
    assert there.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [there]


def test_a_scenario_without_arms_has_none_to_choose():
    with pytest.raises(ScenarioError, match="has no arms"):
        scenario_sbml(PLAN, arm="running")


def test_an_unwritable_place_is_refused(tmp_path, capsys):
    missing = tmp_path / "nowhere" / "model.xml"
    assert main(["export", "sbml", "one-bout-hour-by-hour", str(missing), "--arm", "rest"]) == 2
    assert "make it first" in capsys.readouterr().err
    with pytest.raises(ScenarioError, match="is a folder"):
        write_sbml(PLAN, tmp_path)


def test_a_failure_while_writing_keeps_the_old_file(tmp_path, monkeypatch):
    there = tmp_path / "model.xml"
    there.write_text("mine")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(NeurokynError, match="cannot be written"):
        write_sbml(PLAN, there)
    assert there.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [there]


def test_without_libsbml_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "libsbml", None)
    with pytest.raises(ScenarioError, match=r"neurokyn\[sbml\]"):
        scenario_sbml(PLAN)


def test_the_command_writes_what_the_function_gives(tmp_path, capsys):
    there = tmp_path / "bout.xml"
    words = ["export", "sbml", "one-bout-hour-by-hour", str(there), "--arm", "running", "--set", "serotonin.km_tph=41"]
    assert main(words) == 0
    assert "written: " in capsys.readouterr().out
    own = scenario_sbml("one-bout-hour-by-hour", arm="running", settings={"serotonin.km_tph": 41.0})
    assert there.read_text(encoding="utf-8").strip() == own.strip()
