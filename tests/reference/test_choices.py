"""Choices: what a person decides as they go, the same through our solver and through SciPy's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from neurokyn.language import Module
from neurokyn.scenario.choices import Condition, timeline_with_choices
from neurokyn.scenario.model import standard_model, standard_parameters
from neurokyn.scenario.people import phenotype_values
from neurokyn.scenario.prepare import prepare
from neurokyn.scenario.schedule import Bolus, Level, Schedule
from neurokyn.scenario.solve import ABSOLUTE_SHARE, problem, timeline
from neurokyn.scenario.steady import steady_state
from neurokyn.solver.integrate import integrate
from neurokyn.solver.problem import TOO_MANY_STEPS, no_choices
from neurokyn.solver.reference import integrate_with_scipy

from tests.reference.course import prepared

OURS, THEIRS = 1e-6, 1e-10
MULTIPLE = 4  # of atol + rtol |y|, for the worst state
K, PUSH, DOSE, RISK = 0.4, 3.0, 5.0, 0.5  # 1/h, mg/h, mg, 1/h
HOURS = 8.0


@pytest.fixture(scope="module")
def errand():
    """An amount that is lost and pushed up, and a hazard that adds up."""
    m = Module("errand", "What is carried home")
    amount = m.state("amount", "mg", "what there is", start=2)
    hazard = m.state("hazard", "1", "hazard added up", start=0, scale=1, settles=False)
    push = m.drive("push", "mg/h", "what comes in")
    m.rate(amount, push - m.parameter("k", "1/h") * amount)
    m.rate(hazard, m.parameter("risk", "1/h"))
    m.observe("double", 2 * amount, "mg", "twice what there is")
    return prepared(m, {"k": K, "risk": RISK})


def dose(time, choice="", amount=DOSE):
    return Bolus("errand.amount", time, amount, "mg", choice=choice)


def push(start, stop, choice="", value=PUSH):
    return Level("errand.push", start, stop, value, "mg/h", choice=choice)


def above(threshold):
    return (Condition("errand.amount", True, threshold),)


def stays(threshold):
    return (Condition("errand.hazard", False, threshold),)


def ours(body, events, choices=None, times=(), start=None, rtol=1e-9, **more):
    atol = rtol * ABSOLUTE_SHARE * body.absolute_scale
    y = body.starts if start is None else start
    when = np.asarray(times, dtype=float)
    return integrate(problem(body), y, body.constants, events, when, rtol=rtol, atol=atol, choices=choices, **more)


def theirs(body, events, choices=None, times=(), start=None, rtol=THEIRS):
    atol = rtol * ABSOLUTE_SHARE * body.absolute_scale
    y, when = body.starts if start is None else start, np.asarray(times, dtype=float)
    given = (problem(body), body.kernels.JACOBIAN, y, body.constants, events, when)
    return integrate_with_scipy(*given, rtol=rtol, atol=atol, choices=choices)


def opened(body, items, conditions, hours=HOURS):
    return timeline_with_choices(body, Schedule(items), hours, 0.0, conditions)


def told(solution, found):
    return dict(zip(found.names, solution.made.tolist(), strict=True))


def left_of(amount, hours):
    return amount * np.exp(-K * hours)


def pushed(hours):
    return PUSH / K * (1 - np.exp(-K * hours))


ERRANDS = {  # some yes, some no, one that two items wait for, one with two conditions
    "asked": above(1.0),
    "refused": above(3.0),
    "early": stays(1.2),
    "late": stays(2.0),
    "both": (*above(1.0), *stays(2.0)),
    "double": (Condition("errand.double", False, 8.0),),
}
ITEMS = (
    dose(1.0, "asked"),
    push(1.0, 2.0, "asked"),
    dose(2.0, "refused", 1.0),
    push(2.0, 4.0, "early"),
    push(2.5, 5.0, value=0.5),
    push(5.0, 7.0, "late"),
    dose(3.0, "both", 2.0),
    dose(6.0, "double"),
    dose(6.5),
)


def test_a_module_equals_scipy(errand):
    found, times = opened(errand, ITEMS, ERRANDS), np.linspace(0, HOURS, 33)
    one = ours(errand, found.timeline, found.choices, times)
    other = theirs(errand, found.timeline, found.choices, times)
    assert one.made.tolist() == other.made.tolist()
    assert set(one.made.tolist()) == {0, 1}
    assert one.y_end == pytest.approx(other.y_end, rel=1e-7)
    assert one.outputs == pytest.approx(other.outputs, rel=1e-7)


def test_a_body_that_decides_equals_scipy():
    """Sessions, doses and care, asked of the read-outs that a trial asks."""
    table = standard_parameters().with_values(phenotype_values("mdd"))
    body = prepare(standard_model(), table)
    start, hours = steady_state(body), 6.0
    coming = body.read_outs(start, body.rests)["behaviour.attendance"]
    conditions = {
        "care": (Condition("behaviour.exercise_hazard", False, 1.0),),
        "session 0": (Condition("behaviour.attendance", True, coming - 0.2),),
        "session 1": (Condition("behaviour.attendance", True, coming + 0.3),),
        "dose 0": (Condition("behaviour.dose_taking", True, 0.0),),
        "dose 1": (Condition("behaviour.dose_taking", True, 1.0),),
    }
    items: list[Bolus | Level] = [
        Level("behaviour.leaving_exercise", 0.0, hours, 0.7, "1/week"),
        Level("mood.expectancy_level", 0.0, hours, 1.0, "1", choice="care"),
    ]
    for number, (bout, swallowed) in enumerate([(3.0, 1.0), (4.0, 4.0)]):
        comes = f"session {number}"
        items += [
            Level("exercise.intensity", bout, bout + 1, 0.7, "1", choice=comes),
            Level("exercise.aerobic", bout, bout + 1, 1.0, "1", choice=comes),
            Bolus("mood.activation", bout + 1, 1.0, "1", choice=comes),
            Bolus("ssri.escitalopram_gut", swallowed, 10.0, "mg", choice=f"dose {number}"),
        ]
    found = opened(body, items, conditions, hours)
    absolute = ABSOLUTE_SHARE * body.absolute_scale
    one = ours(body, found.timeline, found.choices, start=start, rtol=OURS)
    other = theirs(body, found.timeline, found.choices, start=start, rtol=1e-8)
    expected = {"care": 1, "session 0": 1, "session 1": 0, "dose 0": 1, "dose 1": 0}
    assert told(one, found) == told(other, found) == expected
    each = np.abs(one.y_end - other.y_end) / (OURS * absolute + OURS * np.abs(other.y_end))
    assert np.sqrt(np.mean(each**2)) < 1
    assert np.max(each) < MULTIPLE


@pytest.mark.parametrize("solver", [ours, theirs])
def test_what_is_refused_does_nothing(errand, solver):
    """Neither its jump nor what it does to a drive."""
    items = [dose(1.0, "no"), push(1.0, 3.0, "no"), dose(2.0, "yes"), push(3.0, 4.0, "yes")]
    found = opened(errand, items, {"no": above(1e3), "yes": above(-1.0)})
    solution = solver(errand, found.timeline, found.choices, [0.9, 1.0, 2.9, 4.0, HOURS])
    assert told(solution, found) == {"no": 0, "yes": 1}
    at_four = left_of(2.0, 4.0) + left_of(DOSE, 2.0) + pushed(1.0)
    course = [left_of(2.0, 0.9), left_of(2.0, 1.0), left_of(2.0, 2.9) + left_of(DOSE, 0.9), at_four]
    assert solution.outputs[:, 0] == pytest.approx([*course, left_of(at_four, 4.0)], rel=1e-7)


@pytest.mark.parametrize("solver", [ours, theirs])
@pytest.mark.parametrize(("threshold", "last"), [(0.2, 0), (1.2, 2), (1.6, 3), (9.0, 7)])
def test_who_leaves_is_gone_at_the_next_boundary(errand, solver, threshold, last):
    """The hazard passes its threshold at threshold / risk; the first hour asked after that is a no, and all others."""
    items = [dose(float(hour), f"hour {hour}") for hour in range(8)]
    found = opened(errand, items, {f"hour {hour}": stays(threshold) for hour in range(8)})
    solution = solver(errand, found.timeline, found.choices)
    assert solution.made.tolist() == [int(hour <= last) for hour in range(8)]
    given = sum(left_of(DOSE, HOURS - hour) for hour in range(last + 1))
    assert solution.y_end[0] == pytest.approx(left_of(2.0, HOURS) + given, rel=1e-7)


def test_at_the_threshold_a_person_stays(errand):
    found = opened(errand, [dose(0.0, "at"), dose(0.0, "over")], {"at": stays(0.0), "over": stays(-1e-12)})
    assert told(ours(errand, found.timeline, found.choices), found) == {"at": 1, "over": 0}


@pytest.mark.parametrize("solver", [ours, theirs])
def test_a_choice_is_made_before_the_jumps_of_its_moment(errand, solver):
    items = [dose(1.0), dose(1.0, "before"), dose(2.0, "after")]
    found = opened(errand, items, {"before": above(2.0), "after": above(2.0)})
    solution = solver(errand, found.timeline, found.choices)
    assert told(solution, found) == {"before": 0, "after": 1}


@pytest.mark.parametrize("solver", [ours, theirs])
def test_a_choice_is_made_once(errand, solver):
    """What comes later of the same choice follows the first answer, whatever the state is by then."""
    items = [dose(time, "same") for time in (0.0, 6.0)] + [push(4.0, 6.0, "same")]
    found = opened(errand, items, {"same": (Condition("errand.amount", False, 2.5),)})
    solution = solver(errand, found.timeline, found.choices, [5.999, 6.0])
    assert solution.made.tolist() == [1]
    assert solution.outputs[0, 0] > 2.5
    assert solution.outputs[1, 0] - solution.outputs[0, 0] == pytest.approx(DOSE, abs=0.01)


@pytest.mark.parametrize("solver", [ours, theirs])
def test_all_conditions_must_hold(errand, solver):
    names = {"yes yes": (1.0, 9.0), "no yes": (5.0, 9.0), "yes no": (1.0, 0.1), "no no": (5.0, 0.1)}
    conditions = {name: (*above(amount), *stays(hazard)) for name, (amount, hazard) in names.items()}
    found = opened(errand, [dose(0.5, name, 0.0) for name in names], conditions)
    solution = solver(errand, found.timeline, found.choices)
    assert told(solution, found) == {name: int(name == "yes yes") for name in names}


def test_output_points_change_nothing(errand):
    found = opened(errand, ITEMS, ERRANDS)
    dense = np.linspace(0, HOURS, 1000)
    few, many = (ours(errand, found.timeline, found.choices, times) for times in (dense[::111], dense))
    assert np.array_equal(few.y_end, many.y_end)
    assert np.array_equal(few.made, many.made)
    assert (few.steps, few.rejected) == (many.steps, many.rejected)
    assert np.array_equal(few.outputs, many.outputs[::111])


@pytest.mark.parametrize("conditions", [(), above(-1.0)])
def test_all_chosen_is_as_if_nothing_were_asked(errand, conditions):
    found = opened(errand, ITEMS, dict.fromkeys(ERRANDS, conditions))
    plain = timeline(errand, Schedule(replace(item, choice="") for item in ITEMS), HOURS, 0.0)
    times = np.linspace(0, HOURS, 40)
    asked, free = ours(errand, found.timeline, found.choices, times), ours(errand, plain, None, times)
    assert asked.made.tolist() == [1] * len(ERRANDS)
    assert free.made.tolist() == []
    assert np.array_equal(asked.outputs, free.outputs)
    assert np.array_equal(asked.y_end, free.y_end)
    assert (asked.steps, asked.rejected) == (free.steps, free.rejected)
    named = ours(errand, plain, no_choices(plain), times)
    assert np.array_equal(named.outputs, free.outputs)


def test_all_chosen_is_as_if_nothing_were_asked_where_a_level_replaces(errand):
    """A level that replaces a drive sets it outright, whatever is chosen beside it."""
    fixed = Level("errand.push", 2.0, 4.0, 1.0, "mg/h", replaces=True)
    found = opened(errand, [push(1.0, 3.0, "yes"), fixed], {"yes": ()})
    plain = timeline(errand, Schedule([push(1.0, 3.0), fixed]), HOURS, 0.0)
    assert np.array_equal(ours(errand, found.timeline, found.choices).y_end, ours(errand, plain).y_end)


def test_the_drives_of_a_timeline_are_not_changed(errand):
    """One timeline serves every person of an arm."""
    found = opened(errand, ITEMS, ERRANDS)
    before = found.timeline.drives.copy()
    ours(errand, found.timeline, found.choices)
    theirs(errand, found.timeline, found.choices)
    assert np.array_equal(found.timeline.drives, before)


def test_read_outs_show_the_drives_that_were_chosen():
    m = Module("shown", "A drive and a read-out of it")
    x = m.state("x", "1", "something", start=1)
    m.rate(x, -m.parameter("k", "1/h") * x)
    m.observe("seen", m.drive("light", "1", "light") + 0 * x, "1", "what is seen")
    body = prepared(m, {"k": 1.0})
    items = [Level("shown.light", hour, hour + 1, 1.0, "1", choice=f"{hour:g}") for hour in (1.0, 3.0)]
    found = opened(body, items, {"1": (Condition("shown.x", True, 0.0),), "3": (Condition("shown.x", False, 0.0),)})
    times = [0.5, 1.0, 1.5, 2.5, 3.0, 3.5]
    for solver in (ours, theirs):
        solution = solver(body, found.timeline, found.choices, times)
        assert solution.outputs[:, 1].tolist() == [0, 1, 1, 0, 0, 0]


def test_what_is_not_reached_is_neither_yes_nor_no(errand):
    found = opened(errand, ITEMS, ERRANDS)
    whole = ours(errand, found.timeline, found.choices)
    cut = ours(errand, found.timeline, found.choices, max_steps=whole.steps // 2)
    assert cut.code == TOO_MANY_STEPS
    reached = int(np.sum(found.timeline.starts <= cut.t_end))
    answered = found.choices.first[reached]
    assert 0 < answered < len(found.names)
    assert cut.made.tolist() == [*whole.made[:answered].tolist(), *[-1] * (len(found.names) - answered)]
