"""People in lanes: the trajectories of the reference, whoever is carried beside them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from neurokyn.compiler.machine import native_width
from neurokyn.population.people import draw_people
from neurokyn.population.resting import body
from neurokyn.scenario.catalogue import scenarios
from neurokyn.scenario.model import standard_model
from neurokyn.scenario.prepare import prepare
from neurokyn.scenario.reading import read_scenario
from neurokyn.scenario.simulate import person
from neurokyn.scenario.solve import ABSOLUTE_SHARE, timeline
from neurokyn.scenario.steady import steady_state

from tests.reference.course import prepared
from tests.reference.course import timeline as boundaries
from tests.reference.lane_people import alone, carried, cut, same_outputs
from tests.reference.problems import PROBLEMS
from tests.reference.test_choices import ERRANDS, HOURS, ITEMS, errand, opened  # noqa: F401 - a fixture

WIDTHS = sorted({1, native_width()})
RTOL, EXACT = 1e-6, 1e-11
CLOSE = 1e-8  # of a read-out's largest value
DAY = 24.0
WHEN = {"interferon-alpha": 21.0, "tryptophan-depletion": 77.0}  # day on which something begins; 7 in the others
ARMS = [(name, arm) for name in scenarios() for arm in read_scenario(name).arm_names]


def windows(name, arm):
    """A body, its resting state, and two parts of what happens to it."""
    plan = read_scenario(name)
    own = prepare(standard_model(), person(plan, arm, {}))
    events = timeline(own, plan.schedule(arm), plan.hours, plan.context.clock)
    begins = (0.0, DAY * WHEN.get(name, 7.0))
    return own, steady_state(own), [cut(events, t, t + 3 * DAY) for t in begins if t < plan.hours]


def misses(found, exact, own):
    """The largest error of the states over time, in the norm of the step control and units of the tolerance."""
    n = len(own.starts)
    size = RTOL * (ABSOLUTE_SHARE * own.absolute_scale + np.abs(exact[:, :n]))
    return np.max(np.sqrt(np.mean(((found - exact)[:, :n] / size) ** 2, axis=1)))


@pytest.mark.parametrize(("name", "arm"), ARMS, ids=map(" ".join, ARMS))
def test_every_arm_of_every_scenario_is_that_of_the_reference(name, arm):
    """The same steps, accepted and rejected; and both close to a solution a hundred thousand times as exact."""
    own, start, parts = windows(name, arm)
    constants = own.constants * np.exp([[0.0], [1e-3], [-1e-3]])  # two others beside
    for events in parts:
        times = np.union1d(np.arange(events.starts[0], events.starts[-1], 0.7), events.starts)
        reference = alone(own, own.constants, start, events, times, rtol=RTOL)
        exact = alone(own, own.constants, start, events, times, rtol=EXACT)
        assert reference.code == exact.code == 0
        assert misses(reference.outputs, exact.outputs, own) < 1
        for width in WIDTHS:
            found = carried(own, constants, np.tile(start, (3, 1)), events, times, width=width, rtol=RTOL)
            counts = found.code[0], found.steps[0], found.rejected[0], found.t_end[0]
            assert counts == (0, reference.steps, reference.rejected, reference.t_end)
            same_outputs(found.outputs[0], reference.outputs, CLOSE)
            same_outputs(found.ends[:1], reference.y_end[None], CLOSE)
            assert misses(found.outputs[0], exact.outputs, own) < 1


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PROBLEMS)
def test_stiff_problems(name, width):
    stiff = PROBLEMS[name]
    own = prepared(stiff.module, stiff.numbers)
    events = boundaries(own, [0.0, stiff.hours])
    times = np.concatenate([[0.0], np.geomspace(1e-6, 1, 20) * stiff.hours])
    reference = alone(own, own.constants, own.starts, events, times, rtol=RTOL)
    constants = own.constants * np.exp([[0.01], [0.0], [-0.01], [0.02]])
    found = carried(own, constants, np.tile(own.starts, (4, 1)), events, times, width=width, rtol=RTOL)
    assert found.code.tolist() == [0] * 4
    assert (found.steps[1], found.rejected[1]) == (reference.steps, reference.rejected)
    assert np.isfinite(found.outputs).all()  # at the end, too, which is late: 3e7 h
    allowed = stiff.absolute_tolerance(RTOL) + RTOL * np.abs(stiff.stored)
    assert np.max(np.abs(found.ends[1] - stiff.stored) / allowed) < 2
    assert np.max(np.abs(found.ends[1] - reference.y_end) / allowed) < 0.01


# Nobody notices who else is there.


@cache
def crowd(n=21):
    """People of a trial at rest, and two days of theirs."""
    who, drawn = body("mdd"), draw_people(n, seed=4)
    people = [who.of({name: float(drawn.data[name].values[k]) for name in drawn.parameters}) for k in range(n)]
    plan = read_scenario("running-plus-escitalopram")
    events = cut(timeline(who.prepared, plan.schedule("both"), plan.hours, plan.context.clock), 0.0, 2 * DAY)
    constants, starts = np.array([x.constants for x in people]), np.array([steady_state(x) for x in people])
    return who.prepared, constants, starts, events, who.prepared.kernels.depend_on(drawn.parameters)


TIMES = np.arange(0, 2 * DAY + 1, 3.0)
SHOWN = [0, 5, 77, 120, 200]


@cache
def of_crowd(width, people=tuple(range(21)), threads=1):
    own, constants, starts, events, differ = crowd()
    chosen = list(people)
    return carried(
        own, constants[chosen], starts[chosen], events, TIMES,
        width=width, own=differ, shown=SHOWN, rtol=1e-4, threads=threads,
    )  # fmt: skip


def same(found, expected, rows=slice(None)):
    """To the last bit."""
    for one, other in zip(found, expected, strict=True):
        assert np.array_equal(one, other[rows], equal_nan=one.dtype.kind == "f")


@pytest.mark.parametrize("width", WIDTHS)
def test_everybody_in_a_crowd_is_as_alone(width):
    own, constants, starts, events, _ = crowd()
    found = of_crowd(width)
    for k in range(0, 21, 4):
        reference = alone(own, constants[k], starts[k], events, TIMES, rtol=1e-4)
        assert (found.code[k], found.steps[k], found.rejected[k]) == (0, reference.steps, reference.rejected)
        same_outputs(found.outputs[k], reference.outputs[:, SHOWN], CLOSE)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("threads", [2, 3, 50])
def test_any_number_of_threads_gives_the_same_bits(width, threads):
    same(of_crowd(width, threads=threads), of_crowd(width))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "people",
    [tuple(reversed(range(21))), (7,), (3, 1), (20, 0, 4, 4, 4, 9, 12, 13), tuple(range(9)), (5,) * 19],
    ids=["reversed", "one", "two", "eight", "nine", "the same"],
)
def test_order_number_and_neighbours_change_no_bit(width, people):
    same(of_crowd(width, people), of_crowd(width), list(people))


@pytest.mark.parametrize("width", WIDTHS)
def test_which_constants_are_held_for_each_changes_rounding_at_most(width):
    own, constants, starts, events, _ = crowd()
    found = carried(own, constants[:5], starts[:5], events, TIMES, width=width, shown=SHOWN, rtol=1e-4)
    for k in range(5):
        same_outputs(found.outputs[k], of_crowd(width).outputs[k], CLOSE)


def test_widths_differ_by_rounding_alone():
    one, many = (of_crowd(width) for width in (WIDTHS[0], WIDTHS[-1]))
    assert np.array_equal(one.steps, many.steps)
    for k in range(21):
        same_outputs(many.outputs[k], one.outputs[k], CLOSE)


# Choices, and drives of one's own.


@pytest.mark.parametrize("width", WIDTHS)
def test_everybody_makes_choices_of_their_own(errand, width):  # noqa: F811
    found, times, n = opened(errand, ITEMS, ERRANDS), np.linspace(0, HOURS, 33), 13
    random = np.random.default_rng(1)
    thresholds = found.choices.threshold * random.uniform(0.2, 2.0, (n, len(found.choices.threshold)))
    constants = errand.constants * random.uniform(0.8, 1.2, (n, len(errand.constants)))
    starts = np.tile(errand.starts, (n, 1)) * random.uniform(0.5, 1.5, (n, 1))
    given = (errand, constants, starts, found.timeline, times)
    many = carried(*given, width=width, choices=found.choices, thresholds=thresholds)
    assert len({tuple(made) for made in many.made.tolist()}) > 3
    for k in range(n):
        choices = found.choices._replace(threshold=thresholds[k])
        one = alone(errand, constants[k], starts[k], found.timeline, times, choices=choices)
        assert many.made[k].tolist() == one.made.tolist()
        assert (many.code[k], many.steps[k], many.rejected[k]) == (0, one.steps, one.rejected)
        same_outputs(many.outputs[k], one.outputs, CLOSE)


@pytest.mark.parametrize("width", WIDTHS)
def test_everybody_has_drives_of_their_own(errand, width):  # noqa: F811
    found, times, n, rows = opened(errand, ITEMS, ERRANDS), np.linspace(0, HOURS, 33), 11, 3
    column = errand.system.drive_names.index("errand.push")
    row_of = np.arange(len(found.timeline.classes)) % rows
    amounts = np.random.default_rng(2).uniform(-1, 2, (n, rows, 1))
    constants, starts = np.tile(errand.constants, (n, 1)), np.tile(errand.starts, (n, 1))
    own_drives = amounts, np.array([column]), row_of.astype(np.int64)
    given = (errand, constants, starts, found.timeline, times)
    many = carried(*given, width=width, choices=found.choices, own_drives=own_drives)
    assert len({tuple(made) for made in many.made.tolist()}) > 1
    for k in range(n):
        drives = found.timeline.drives.copy()
        drives[:, column] += amounts[k, row_of, 0]
        events = found.timeline._replace(drives=drives)
        one = alone(errand, constants[k], starts[k], events, times, choices=found.choices)
        assert many.made[k].tolist() == one.made.tolist()
        assert (many.steps[k], many.rejected[k]) == (one.steps, one.rejected)
        same_outputs(many.outputs[k], one.outputs, CLOSE)
