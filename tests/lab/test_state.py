"""All that the controls say: checked, mended, written as links and as scenarios."""

import pytest

pytest.importorskip("dash", reason="the extra `lab` is not installed")

from hypothesis import given, settings
from hypothesis import strategies as st
from neurokyn.lab.controls import CONTROLS
from neurokyn.lab.state import (
    DEFAULT,
    LabError,
    State,
    describe,
    from_json,
    from_link,
    mended_link,
    scenario_of,
    to_json,
    to_link,
)
from neurokyn.scenario.reading import parse_scenario
from neurokyn.scenario.scenario import Scenario


def values(control):
    """Anything a control can say."""
    if control.choices is not None:
        return st.sampled_from(sorted(control.choices))
    count = round((control.most - control.least) / control.step)
    number = st.integers(0, count).map(lambda k: min(control.least + k * control.step, control.most))
    return st.one_of(st.none(), number) if control.own else number


states = st.fixed_dictionaries({control.field: values(control) for control in CONTROLS}).map(
    lambda found: State(**(found | {"dose": min(found["dose"], 20.0)}))
)

OWN = [control.field for control in CONTROLS if control.own]


@given(states)
def test_what_is_written_reads_back(state):
    assert from_json(to_json(state)) == state
    pins = [{"name": "A & b = c, ü", "state": to_json(state)}]
    back, kept = from_link("#" + to_link(state, pins))
    assert [x == pytest.approx(y) for x, y in zip(vars(back).values(), vars(state).values(), strict=True)]
    assert kept[0]["name"] == "A & b = c, ü"
    assert from_json(kept[0]["state"]).weeks == state.weeks


@settings(max_examples=25, deadline=None)
@given(states.map(lambda state: State(**(vars(state) | dict.fromkeys(OWN)))))
def test_every_state_is_a_scenario_that_checks_and_reads_back(state):
    scenario = scenario_of(state)
    scenario.check()
    assert parse_scenario(scenario.to_toml()) == scenario


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"dose": 1000.0}, "dose: 1000 is out of reach"),
        ({"drug": "escitalopam"}, "did you mean 'escitalopram'"),
        ({"weeks": 5.5}, "weeks: 5.5 is not a whole number; write 6"),
        ({"weeks": 5000.0}, "choose one from 4 to 26 weeks"),
        ({"dosis": 10.0}, "there is no control 'dosis'; did you mean 'dose'"),
        ({"dose": "10"}, "dose: '10' is not a number"),
        ({"dose": True}, "is not a number"),
        ({"dose": float("nan")}, "is not a number"),
        ({"dose": None}, "is not a number"),
        ({"drug": "escitalopram", "dose": 30.0}, "more than 20 mg, the most of escitalopram"),
        ([], "is no set of controls"),
    ],
)
def test_what_is_wrong_is_said(given, said):
    with pytest.raises(LabError) as caught:
        from_json(given)
    assert said in str(caught.value)


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(LabError) as caught:
        from_json({"dose": -1.0, "mode": "flying"})
    assert "dose" in str(caught.value)
    assert "flying" in str(caught.value)


@given(st.text(max_size=200))
def test_any_link_gives_a_page(text):
    state, pins, _ = mended_link(text)
    assert from_json(to_json(state)) == state
    assert len(pins) <= 6


def test_a_link_edited_by_hand_keeps_what_is_right():
    state, pins, problems = mended_link("#drug=sertraline&dose=10000&weeks=8&pin=name%3DX%26mode%3Dswimming")
    assert (state.drug, state.dose, state.weeks) == ("sertraline", DEFAULT.dose, 8.0)
    assert pins == [{"name": "X", "state": {}}]
    assert len(problems) == 2
    with pytest.raises(LabError):
        from_link("#dose=10000")


def test_a_link_of_a_megabyte_and_too_many_pins_are_refused():
    assert mended_link("a" * 10**6)[2] != []
    link = to_link(DEFAULT, [{"name": f"run {k}", "state": {}} for k in range(9)])
    _, pins, problems = mended_link(link)
    assert len(pins) == 6
    assert "9 pinned runs" in problems[0]


def test_the_scenario_says_what_the_controls_say():
    state = State(drug="sertraline", dose=50.0, missed=1.0, mode="running", days=2.0, depletion="yes", weeks=8.0)
    scenario = scenario_of(state)
    assert isinstance(scenario, Scenario)
    boluses = [bolus for bolus in scenario.schedule().boluses if bolus.target == "ssri.sertraline_gut"]
    assert len(boluses) == 8 * 6
    assert len([bolus for bolus in scenario.schedule().boluses if bolus.target == "mood.activation"]) == 16
    assert "sertraline 50 mg" in describe(state)


def test_bounds_are_those_of_the_numbers():
    from neurokyn.scenario.model import standard_parameters

    table = standard_parameters()
    by_field = {control.field: control for control in CONTROLS}
    assert (by_field["fitness"].least, by_field["fitness"].most) == table["exercise.vo2max_untrained"].bounds
    assert (by_field["cyp2c19"].least, by_field["cyp2c19"].most) == table["ssri.cyp2c19_activity"].bounds
    assert by_field["stress"].most <= table["stress.chronic_load"].bounds[1]
