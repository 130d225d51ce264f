"""A schedule with choices: what is asked when, and what waits for the answer."""

import numpy as np
import pytest
from neurokyn.errors import ScenarioError
from neurokyn.scenario.choices import Condition, timeline_with_choices
from neurokyn.scenario.model import standard_model, standard_parameters
from neurokyn.scenario.prepare import prepare
from neurokyn.scenario.schedule import Bolus, Level, Schedule
from neurokyn.scenario.solve import timeline

DAY = 24.0
COMES = (Condition("behaviour.attendance", True, 0.3), Condition("behaviour.exercise_hazard", False, 1.5))
SWALLOWS = (Condition("behaviour.dose_taking", True, 0.9),)


@pytest.fixture(scope="module")
def body():
    return prepare(standard_model(), standard_parameters())


def dose(time, choice="", amount=10.0, unit="mg"):
    return Bolus("ssri.escitalopram_gut", time, amount, unit, f"dose at {time:g}", choice)


def level(start, stop, choice="", value=1.0, target="mood.contact", **more):
    return Level(target, start, stop, value, "1", label=f"level at {start:g}", choice=choice, **more)


def opened(body, items, conditions):
    return timeline_with_choices(body, Schedule(items), DAY, 7.0, conditions)


def when(found):
    """The moment at which each choice is made."""
    starts, first = found.timeline.starts, found.choices.first
    return {
        found.names[choice]: starts[segment]
        for segment in range(len(starts) - 1)
        for choice in range(first[segment], first[segment + 1])
    }


def test_boundaries_jumps_and_changes(body):
    items = [
        dose(6.0, "takes"), dose(18.0, amount=0.02, unit="g"), level(6.0, 12.0, "comes", 0.5),
        level(12.0, 18.0, "comes", 0.25), level(0.0, 12.0, value=2.0, target="stress.level"),
    ]  # fmt: skip
    found = opened(body, items, {"comes": COMES, "takes": SWALLOWS, "unused": ()})
    events, asked, drives = found.timeline, found.choices, body.system.drive_names
    contact, stress = drives.index("mood.contact"), drives.index("stress.level")
    assert events.starts.tolist() == [0, 6, 12, 18, 24]
    assert events.drives[:, stress].tolist() == [2, 2, 0, 0]
    assert events.drives[:, contact].tolist() == [0, 0, 0, 0]
    assert events.jump_first.tolist() == [0, 0, 1, 1, 2]
    assert events.jump_amount.tolist() == [10, 20]
    assert set(found.names) == {"comes", "takes"}
    assert when(found) == {"comes": 6.0, "takes": 6.0}
    assert [found.names[k] if k >= 0 else "" for k in asked.jump_choice] == ["takes", ""]
    assert asked.change_first.tolist() == [0, 0, 1, 2, 2]
    assert asked.change_drive.tolist() == [contact, contact]
    assert asked.change_amount.tolist() == [0.5, 0.25]
    assert [found.names[k] for k in asked.change_choice] == ["comes", "comes"]


def test_conditions_stand_in_order_of_their_choices(body):
    found = opened(body, [dose(3.0, "takes"), level(1.0, 2.0, "comes")], {"takes": SWALLOWS, "comes": COMES})
    asked, names = found.choices, [r.name for r in body.system.read_outs]
    assert found.names == ("comes", "takes")
    assert asked.condition_first.tolist() == [0, 2, 3]
    assert [names[k] for k in asked.read_out] == [each.read_out for each in (*COMES, *SWALLOWS)]
    assert asked.above.tolist() == [True, False, True]
    assert asked.threshold.tolist() == [0.3, 1.5, 0.9]


@pytest.mark.parametrize("turned", [False, True])
def test_a_choice_is_made_when_its_first_item_is_due(body, turned):
    items = [
        level(10.0, 20.0, "late jump"), dose(15.0, "late jump"), dose(5.0, "late level"),
        level(8.0, 9.0, "late level"), dose(2.0, "first"), level(2.0, 3.0, "first"), dose(0.0, "at once"),
    ]  # fmt: skip
    conditions = {item.choice: () for item in items}
    found = opened(body, items[::-1] if turned else items, conditions)
    assert when(found) == {"at once": 0.0, "first": 2.0, "late level": 5.0, "late jump": 10.0}
    assert list(found.names) == list(when(found))


def test_a_level_that_began_before_the_start_is_decided_at_the_start(body):
    assert when(opened(body, [level(-5.0, 3.0, "comes")], {"comes": COMES})) == {"comes": 0.0}


def test_what_never_happens_is_never_asked(body):
    """After the end, or done to a module that the model lacks."""
    items = [dose(30.0, "late"), Bolus("microbiome.dose", 3.0, 1.0, "1", choice="nowhere"), level(1.0, 2.0, "comes")]
    found = opened(body, items, {"late": SWALLOWS, "nowhere": SWALLOWS, "comes": COMES})
    assert found.names == ("comes",)


def test_a_schedule_without_choices_is_the_same_timeline(body):
    items = [dose(6.0), level(3.0, 9.0)]
    found, plain = opened(body, items, {}), timeline(body, Schedule(items), DAY, 7.0)
    assert found.names == ()
    assert all(np.array_equal(a, b) for a, b in zip(found.timeline, plain, strict=True))
    assert found.choices.jump_choice.tolist() == [-1]
    assert not found.choices.first.any()


def test_boundaries_are_those_of_the_same_schedule_without_choices(body):
    items = [dose(6.0), level(3.0, 9.0), level(3.0, 12.0, value=0.5)]
    chosen = [dose(6.0, "a"), level(3.0, 9.0, "b"), level(3.0, 12.0, "b", value=0.5)]
    found, plain = opened(body, chosen, {"a": (), "b": ()}), timeline(body, Schedule(items), DAY, 7.0)
    assert np.array_equal(found.timeline.starts, plain.starts)
    assert np.array_equal(found.timeline.classes, plain.classes)
    drives = found.timeline.drives.copy()
    for segment in range(len(drives)):
        for k in range(found.choices.change_first[segment], found.choices.change_first[segment + 1]):
            drives[segment, found.choices.change_drive[k]] += found.choices.change_amount[k]
    assert np.array_equal(drives, plain.drives)


def test_a_choice_changes_nothing_while_a_level_replaces_the_drive(body):
    found = opened(body, [level(0.0, 12.0, "comes"), level(6.0, 9.0, value=3.0, replaces=True)], {"comes": COMES})
    contact = body.system.drive_names.index("mood.contact")
    assert found.timeline.starts.tolist() == [0, 6, 9, 12, 24]
    assert found.timeline.drives[:, contact].tolist() == [0, 3, 0, 0]
    assert found.choices.change_first.tolist() == [0, 1, 1, 2, 2]


def test_a_read_out_that_is_unknown(body):
    wrong = {"comes": (Condition("behaviour.atendance", True),)}
    with pytest.raises(ScenarioError, match="no read-out 'behaviour.atendance' to choose by; did you mean"):
        opened(body, [level(1.0, 2.0, "comes")], wrong)


@pytest.mark.parametrize("item", [dose(1.0, "session 1"), level(1.0, 2.0, "session 1")])
def test_a_choice_that_nothing_is_said_of(body, item):
    with pytest.raises(ScenarioError, match="what 'session 1' depends on; did you mean 'session 0'"):
        opened(body, [item], {"session 0": COMES})


@pytest.mark.parametrize("item", [dose(1.0, "takes"), level(1.0, 2.0, "comes")])
def test_a_plain_timeline_refuses_choices(body, item):
    with pytest.raises(ScenarioError, match="holds choices; build its timeline with `timeline_with_choices`"):
        timeline(body, Schedule([dose(0.0), item]), DAY, 7.0)


def test_a_level_cannot_replace_and_wait_for_a_choice():
    with pytest.raises(ScenarioError, match="level at 1 replaces mood.contact and waits for a choice"):
        Schedule([level(1.0, 2.0, "comes", replaces=True)])


def test_bouts_overlap_even_if_they_are_chosen():
    def bout(start, stop, choice):
        return Level("exercise.bout_start", start, stop, start, "h", label=f"bout at {start:g}", choice=choice)

    with pytest.raises(ScenarioError, match="two bouts overlap: bout at 3 and bout at 4"):
        Schedule([bout(3.0, 5.0, "a"), bout(4.0, 6.0, "b")])
