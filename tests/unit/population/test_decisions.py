"""What people are asked in an arm, and the numbers that their answers are compared with."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from neurokyn.population.behaviour import (
    ACTIVATION,
    ATTENDANCE,
    CONTACT,
    DOSE_TAKING,
    DOSES,
    EXERCISE_HAZARD,
    EXPECTANCY,
    LEAVES_EXERCISE,
    LEAVES_TREATMENT,
    SESSIONS,
    TREATMENT_HAZARD,
    Draws,
    draw_decisions,
    plan_arm,
)
from neurokyn.population.care import care
from neurokyn.population.switches import Switches, without
from neurokyn.scenario.choices import Condition
from neurokyn.scenario.schedule import Bolus, Level
from scipy.stats import kstest
from small_trials import BOTH, BOUTS, DRUG, PLACEBO, RUN, WAIT, made

HOURS = 4 * 168.0
DAYS = [0.0, *np.arange(1.0, HOURS, 24.0).tolist(), HOURS]
STAYS = Condition(EXERCISE_HAZARD, False), LEAVES_EXERCISE, 0
KEEPS = Condition(TREATMENT_HAZARD, False), LEAVES_TREATMENT, 0


def planned(arm, switches=None, **more):
    trial = made({"arm": arm}, **more)
    return plan_arm(trial.scenario.schedule("arm"), trial.arms["arm"].care, DAYS, switches or Switches())


def waiting(plan, name):
    return [item for item in plan.schedule.items if item.choice == name]


def of(plan, target):
    return [item for item in plan.schedule.items if item.target == target]


# Draws


def test_thresholds_are_those_of_their_occasions():
    draws = Draws(np.array([0.1, 0.2, 0.3]), np.array([0.8, 0.9]), (1.5, 2.5))
    what = np.array([SESSIONS, DOSES, LEAVES_EXERCISE, LEAVES_TREATMENT, SESSIONS, DOSES])
    found = draws.thresholds(what, np.array([2, 0, 0, 0, 0, 1]))
    assert found.tolist() == [0.3, 0.8, 1.5, 2.5, 0.1, 0.9]


def test_thresholds_where_nothing_is_drawn():
    draws = draw_decisions(1, 0, 0, 0)
    assert draws.thresholds(np.array([LEAVES_EXERCISE]), np.array([0])).tolist() == [draws.leaves[0]]
    assert draws.thresholds(np.empty(0, dtype=int), np.empty(0, dtype=int)).tolist() == []


def test_the_first_occasions_of_many_are_those_of_a_few():
    few, many = draw_decisions(1, 7, 3, 2), draw_decisions(1, 7, 50, 200)
    assert np.array_equal(few.sessions, many.sessions[:3])
    assert np.array_equal(few.doses, many.doses[:2])
    assert few.leaves == many.leaves


def test_everyone_has_numbers_of_their_own():
    people = [draw_decisions(1, person, 20, 20) for person in range(500)]
    again = draw_decisions(1, 3, 20, 20)
    assert np.array_equal(again.sessions, people[3].sessions)
    assert again.leaves == people[3].leaves
    sessions, doses = (np.array([getattr(each, kind) for each in people]) for kind in ("sessions", "doses"))
    assert len(np.unique(np.concatenate([sessions, doses]))) == 500 * 40
    for drawn in (sessions, doses):
        assert kstest(drawn.ravel(), "uniform").pvalue > 0.001
    for which in (0, 1):
        assert kstest([each.leaves[which] for each in people], "expon").pvalue > 0.001
    assert abs(np.corrcoef(np.array([each.leaves for each in people]).T)[0, 1]) < 0.15
    assert draw_decisions(2, 3, 20, 20).leaves != people[3].leaves


# What is asked


def test_a_session_is_asked_whether_the_person_stays_and_comes():
    plan = planned(RUN)
    assert len(plan.sessions) == 12
    assert plan.doses == {}
    assert list(plan.sessions.values()) == sorted(plan.sessions.values())
    for number, name in enumerate(plan.sessions):
        assert plan.asked[name] == (STAYS, (Condition(ATTENDANCE, True), SESSIONS, number))
        bout = waiting(plan, name)
        assert min(x.time if isinstance(x, Bolus) else x.start for x in bout) == plan.sessions[name]
        assert [x.amount for x in bout if x.target == ACTIVATION] == [1.0]
        assert {x.target for x in bout} >= {ACTIVATION, "exercise.intensity", "exercise.bout_start"}


def test_a_dose_is_asked_whether_the_person_keeps_to_it():
    plan = planned(DRUG)
    assert len(plan.doses) == 28
    assert plan.sessions == {}
    for number, (name, time) in enumerate(plan.doses.items()):
        assert time == 1.0 + 24.0 * number
        assert plan.asked[name] == (KEEPS, (Condition(DOSE_TAKING, True), DOSES, number))
        (dose,) = waiting(plan, name)
        assert (dose.time, dose.amount, dose.unit) == (time, 10.0, "mg")


def test_meals_are_not_asked():
    trial = made({"arm": WAIT})
    eaten = [item for item in trial.scenario.schedule("arm").items if item.target == "tryptophan.meal"]
    assert of(planned(WAIT), "tryptophan.meal") == eaten
    assert eaten


@pytest.mark.parametrize(("arm", "asked"), [(RUN, STAYS), (DRUG, KEEPS), (PLACEBO, KEEPS), (WAIT, KEEPS)])
def test_one_kind_of_care_lasts_until_it_is_left(arm, asked):
    plan = planned(arm)
    levels = of(plan, EXPECTANCY)
    assert [(x.start, x.stop) for x in levels] == list(pairwise(DAYS))
    assert {x.value for x in levels} == {care(arm["care"]).expectancy}
    assert [plan.asked[x.choice] for x in levels] == [(asked,)] * len(levels)
    assert plan.staying == {x.choice: x.start for x in levels}
    assert all(x.target == EXPECTANCY for x in waiting(plan, levels[0].choice))


def test_of_two_kinds_of_care_each_can_be_left():
    """All of it, what is left of exercise, what is left of pills: one at a time, whatever is left first."""
    plan = planned(BOTH)
    levels = of(plan, EXPECTANCY)
    assert len(levels) == 3 * (len(DAYS) - 1)
    values = {"all": care(BOTH["care"]), "exercise": care(["supervised-exercise"]), "treatment": care(["open-pill"])}
    for stays in (True, False):
        for keeps in (True, False):
            hazards = {EXERCISE_HAZARD: not stays, TREATMENT_HAZARD: not keeps}
            held = [
                x for x in levels
                if all(hazards[each.read_out] == each.above for each, _, _ in plan.asked[x.choice])
            ]  # fmt: skip
            kind = {(True, True): "all", (True, False): "exercise", (False, True): "treatment"}.get((stays, keeps))
            assert len(held) == (len(DAYS) - 1 if kind else 0)
            assert {x.value for x in held} == ({values[kind].expectancy} if kind else set())
    assert list(plan.staying.values()) == DAYS[:-1]
    assert all(len(plan.asked[name]) == 2 for name in plan.staying)


def test_a_group_is_there_while_a_person_stays():
    plan = planned(RUN)
    levels = of(plan, CONTACT)
    assert [(x.start, x.stop) for x in levels] == list(pairwise(DAYS))
    assert {x.value for x in levels} == {1.0}
    assert [plan.asked[x.choice] for x in levels] == [(STAYS,)] * len(levels)
    assert of(planned(DRUG), CONTACT) == []
    alone = {**RUN, "exercise": [{**BOUTS, "support": "alone"}]}
    assert of(planned(alone), CONTACT) == []


def test_two_groups_are_no_more_company_than_one():
    """As in a scenario, where contact is set and does not add up."""
    two = {**RUN, "exercise": [BOUTS, {**BOUTS, "mode": "strength", "days": ["tue"]}]}
    plan = planned(two)
    assert len(plan.sessions) == 16
    for start, stop in pairwise(DAYS):
        assert sum(x.value for x in of(plan, CONTACT) if x.start < stop and x.stop > start) == 1.0


def test_company_begins_and_ends_with_the_programme():
    plan = planned({**RUN, "exercise": [{**BOUTS, "start": "week 1", "stop": "week 2"}]})
    levels = of(plan, CONTACT)
    assert levels[0].start == 168.0
    assert levels[-1].stop == 336.0
    assert all(a.stop == b.start for a, b in pairwise(levels))
    assert len(plan.sessions) == 3


def test_a_setting_holds_its_support_and_hazards_throughout():
    for arm in (RUN, DRUG, BOTH, WAIT):
        plan, own = planned(arm), care(arm["care"])
        for name, value in (
            ("session_support", own.sessions),
            ("dose_support", own.doses),
            ("leaving_exercise", own.leaving_exercise),
            ("leaving_treatment", own.leaving_treatment),
        ):
            held = [(x.start, x.stop, x.value, x.choice) for x in of(plan, f"behaviour.{name}")]
            assert held == ([(0.0, HOURS, value, "")] if value else [])


def test_every_choice_is_explained():
    for arm in (RUN, DRUG, BOTH, WAIT):
        plan = planned(arm)
        assert {x.choice for x in plan.schedule.items} - {""} == set(plan.asked)


# Switches


def test_without_biology_people_decide_about_nothing():
    plan, usual = planned(BOTH, without(["biology"])), planned(BOTH)
    assert (plan.sessions, plan.doses, plan.asked) == (usual.sessions, usual.doses, usual.asked)
    for item in plan.schedule.items:
        if item.choice.startswith(("session", "dose")):
            assert (item.amount if isinstance(item, Bolus) else item.value) == 0.0
    assert of(plan, EXPECTANCY) == of(usual, EXPECTANCY)
    assert of(plan, CONTACT) == of(usual, CONTACT)


def test_without_expectancy_care_is_worth_nothing():
    plan, usual = planned(BOTH, without(["expectancy"])), planned(BOTH)
    assert {x.value for x in of(plan, EXPECTANCY)} == {0.0}
    assert plan.staying == usual.staying
    rest = [[x for x in each.schedule.items if x.target != EXPECTANCY] for each in (plan, usual)]
    assert rest[0] == rest[1]


def test_without_contact_there_is_no_group():
    plan, usual = planned(RUN, without(["contact"])), planned(RUN)
    assert of(plan, CONTACT) == []
    assert list(plan.schedule.items) == [x for x in usual.schedule.items if x.target != CONTACT]


def test_natural_course_and_bias_change_no_plan():
    assert planned(BOTH, without(["natural course", "bias"])) == planned(BOTH)


def test_what_is_planned_is_a_schedule_of_boluses_and_levels():
    assert {type(item) for item in planned(BOTH).schedule.items} == {Bolus, Level}
