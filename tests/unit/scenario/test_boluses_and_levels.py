"""Boluses and levels, and the arrays a solver gets."""

import numpy as np
import pytest
from neurokyn.errors import ScenarioError
from neurokyn.scenario.schedule import Bolus, Level, Schedule

DRIVES = ["stress.level", "tryptophan.meal", "exercise.intensity", "exercise.bout_start"]
RESTS = np.array([0.0, 1.0, 0.0, 0.0])
STATES = ["ssri.escitalopram_gut", "mood.activation"]


def arrays(*items, duration=48.0):
    return Schedule(items).to_arrays(DRIVES, RESTS, STATES, duration)


def level(start, stop, value=1.0, target="stress.level", **more):
    return Level(target, start, stop, value, "1", **more)


def bolus(time, amount=10.0, target="ssri.escitalopram_gut"):
    return Bolus(target, time, amount, "mg")


def test_nothing_is_one_segment_at_rest():
    found = arrays()
    assert found.starts.tolist() == [0, 48]
    assert found.drives.tolist() == [RESTS.tolist()]
    assert found.jump_first.tolist() == [0, 0]


def test_a_level_is_half_open_and_adds():
    schedule = Schedule([level(6, 12, 2.0), level(10, 20, 0.5)])
    rests = dict(zip(DRIVES, RESTS, strict=True))
    values = [schedule.levels_at(t, rests)["stress.level"] for t in (5.9, 6, 10, 11.9, 12, 20)]
    assert values == [0, 2, 2.5, 2.5, 0.5, 0]
    found = arrays(level(6, 12, 2.0), level(10, 20, 0.5))
    assert found.starts.tolist() == [0, 6, 10, 12, 20, 48]
    assert found.drives[:, 0].tolist() == [0, 2, 2.5, 0.5, 0]
    assert found.drives[:, 1].tolist() == [1] * 5


def test_a_level_that_replaces_silences_the_others():
    items = [level(0, 48, -1, "tryptophan.meal"), level(8, 9, 24, "tryptophan.meal")]
    fast = level(8, 18, 0.0, "tryptophan.meal", replaces=True)
    assert arrays(*items).drives[:, 1].tolist() == [0, 24, 0]
    assert arrays(*items, fast).drives[:, 1].tolist() == [0, 0, 0, 0]


def test_two_values_cannot_replace_one_drive():
    one, other = (level(0, 10, value, replaces=True, label=f"set to {value:g}") for value in (1.0, 2.0))
    with pytest.raises(ScenarioError, match="set to 1 and set to 2"):
        Schedule([one, other])
    assert Schedule([one, level(5, 12, 1.0, replaces=True)]).levels


def test_overlapping_bouts_are_named():
    def bout(start, stop, label):
        return Level("exercise.bout_start", start, stop, start, "h", label=label)

    with pytest.raises(ScenarioError, match="two bouts overlap: running at 18 and walking at 18.5"):
        Schedule([bout(18.5, 19, "walking at 18.5"), bout(18, 18.75, "running at 18")])
    Schedule([bout(18, 18.75, "running"), bout(18.75, 19, "walking")])


def test_jumps_come_at_the_start_of_their_segment():
    found = arrays(bolus(0.0), bolus(7 + 1 / 3, 5.0), bolus(7 + 1 / 3, 1.0, "mood.activation"))
    assert found.starts.tolist() == [0, 7 + 1 / 3, 48]
    assert found.jump_first.tolist() == [0, 1, 3]
    assert found.jump_state.tolist() == [0, 0, 1]
    assert found.jump_amount.tolist() == [10, 5, 1]
    assert found.jump_unit == ("mg", "mg", "mg")


def test_a_bolus_at_the_end_is_dropped_with_a_note():
    found = arrays(bolus(48.0), bolus(60.0))
    assert found.jump_first.tolist() == [0, 0]
    assert len(found.notes) == 2
    assert "not before the end at 48 h" in found.notes[0]


def test_boundaries_within_a_nanohour_are_one():
    found = arrays(bolus(12.0), bolus(12.0 + 4e-10), level(12.0 - 4e-10, 24.0), level(24.0 + 5e-10, 48.0 - 5e-10))
    assert len(found.starts) == 4
    assert found.drives[:, 0].tolist() == [0, 1, 1]
    assert found.jump_first.tolist() == [0, 0, 2, 2]


def test_boundaries_that_change_the_same_things_share_a_class():
    found = arrays(*(bolus(24.0 * day) for day in range(3)), level(30, 31), level(54, 55), duration=72.0)
    #            0 dose, 24 dose, 30 on, 31 off, 48 dose, 54 on, 55 off
    dose, _, change, _, again, *rest = found.classes.tolist()
    assert dose == again
    assert {change} == set(rest)
    assert dose != change


def test_a_level_before_and_after_the_scenario_is_cut():
    assert arrays(level(-5, 60)).drives[:, 0].tolist() == [1]


def test_a_module_that_is_not_there_is_noted():
    found = arrays(level(0, 10, target="microbiome.diet"), bolus(3, target="microbiome.dose"))
    assert found.notes == (
        "nothing is done to microbiome.diet: the model has no module 'microbiome'",
        "nothing is done to microbiome.dose: the model has no module 'microbiome'",
    )


def test_a_wrong_name_in_a_module_is_an_error():
    with pytest.raises(ScenarioError, match="no state 'ssri.escitalopram'; did you mean 'ssri.escitalopram_gut'"):
        arrays(bolus(0, target="ssri.escitalopram"))
    with pytest.raises(ScenarioError, match="no drive 'stress.levels'"):
        arrays(level(0, 1, target="stress.levels"))
