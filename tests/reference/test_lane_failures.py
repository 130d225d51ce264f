"""People in lanes who fail, and what is left of them; when outputs are read; how a run is watched and ended."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from neurokyn.compiler.machine import native_width
from neurokyn.language import Module
from neurokyn.language.expression import log
from neurokyn.solver.problem import NOT_FINITE, STEP_TOO_SMALL, TOO_MANY_STEPS

from tests.reference.course import prepared, timeline
from tests.reference.lane_people import alone, carried, same_outputs
from tests.reference.test_choices import ERRANDS, HOURS, ITEMS, errand, opened  # noqa: F401 - a fixture

WIDTHS = sorted({1, 4, native_width()})
CLOSE = 1e-8


@pytest.fixture(scope="module")
def blast():
    """An amount that grows without bound, and two beside it that do not."""
    m = Module("blast", "Grows without bound")
    calm = m.state("calm", "1", "what falls", start=2)
    size = m.state("size", "1", "what grows", start=1)
    after = m.state("after", "1", "what follows", start=0, scale=1)
    fall = m.parameter("fall", "1/h")
    m.rate(calm, -fall * calm)
    m.rate(size, m.parameter("rise", "1/h") * size * size)
    m.rate(after, fall * (calm - after))
    m.observe("sum", calm + size, "1", "both")
    return prepared(m, {"fall": 0.3, "rise": 1.0})


@pytest.fixture(scope="module")
def edge():
    """A rate that is undefined from a level on, which doses pass; it comes third, and moves the first."""
    m = Module("edge", "Undefined above a limit")
    first = m.state("first", "1", "what is moved", start=1)
    second = m.state("second", "1", "what is left", start=1)
    third = m.state("third", "1", "what passes the limit", start=1)
    limit, hour = m.parameter("limit", "1"), m.parameter("hour", "h")
    m.rate(first, (third - first) / hour)
    m.rate(second, -second / hour)
    m.rate(third, log(limit - third) / hour)
    return prepared(m, {"limit": 5.0, "hour": 1.0})


def with_rates(body, values, column):
    """A person for each value of a constant."""
    constants = np.tile(body.constants, (len(values), 1))
    constants[:, column] = values
    return constants, np.tile(body.starts, (len(values), 1))


def column_of(body, name, other):
    """The constant that a parameter is."""
    changed = prepared_again(body, name, other)
    (found,) = np.flatnonzero(changed != body.constants)
    return int(found)


def prepared_again(body, name, value):
    values = body.table.values_for(body.system.parameter_units)
    values[list(body.system.parameter_units).index(name)] = value
    return body.kernels.prepare(values)[: len(body.constants)]


def check_against_the_reference(body, found, constants, starts, events, times, **more):
    """Everybody, failed or not: code, time, state, outputs up to then."""
    for k in range(len(starts)):
        one = alone(body, constants[k], starts[k], events, times, **more)
        assert (found.code[k], found.worst[k]) == (one.code, one.worst_state if one.code else found.worst[k]), k
        assert (found.steps[k], found.rejected[k]) == (one.steps, one.rejected), k
        assert found.t_end[k] == pytest.approx(one.t_end, rel=1e-7)  # steps follow from small errors, so from rounding
        same_outputs(found.outputs[k], one.outputs, 1e-6 if one.code else CLOSE)


@pytest.mark.parametrize("width", WIDTHS)
def test_who_blows_up_keeps_what_was_computed_and_harms_nobody(blast, width):
    rise = np.array([0.1, 1.0, 0.2, 0.05, 0.5, 0.0, 0.1, 0.3, 0.9, 0.15, 0.25])
    constants, starts = with_rates(blast, rise, column_of(blast, "blast.rise", 2.0))
    events, times = timeline(blast, [0, 1.5, 3.0]), np.array([0, 0.5, 0.9, 1.05, 1.5, 2.5, 3.0])
    found = carried(blast, constants, starts, events, times, width=width)
    blown = rise > 1 / 3
    assert (found.code[~blown] == 0).all()
    assert (found.code[blown] == STEP_TOO_SMALL).all()
    assert found.t_end[blown] == pytest.approx(1 / rise[blown], rel=1e-3)
    assert (found.worst[blown] == 1).all()
    assert np.array_equal(np.isfinite(found.outputs).all(axis=2), times < found.t_end[:, None] + 1e-9)
    check_against_the_reference(blast, found, constants, starts, events, times)
    calm = carried(blast, constants[~blown], starts[~blown], events, times, width=width)
    for one, other in zip(found, calm, strict=True):
        assert np.array_equal(one[~blown], other)


@pytest.mark.parametrize("width", WIDTHS)
def test_who_takes_too_many_steps_is_given_up(blast, width):
    rise = np.array([0.1, 1.0, 0.2, 0.0, 0.32, 0.1])
    constants, starts = with_rates(blast, rise, column_of(blast, "blast.rise", 2.0))
    events, times = timeline(blast, [0, 1.5, 3.0]), np.linspace(0, 3, 13)
    whole = carried(blast, constants, starts, events, times, width=width)
    most = int(whole.steps[0] + whole.rejected[0] + 3)
    found = carried(blast, constants, starts, events, times, width=width, max_steps=most)
    assert {0, TOO_MANY_STEPS} == set(found.code.tolist())
    check_against_the_reference(blast, found, constants, starts, events, times, max_steps=most)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("times", [(0.0, 0.5, 1.0, 1.5, 2.0), ()])
def test_where_the_equations_are_undefined_is_said(edge, width, times):
    """A dose takes some of them beyond the limit; others start there."""
    limit = np.array([5.0, 2.0, 4.0, 0.5, 8.0, 2.5, 3.9, 1.0])
    constants, starts = with_rates(edge, limit, column_of(edge, "edge.limit", 7.0))
    events = timeline(edge, [0, 1.0, 2.0], [(1, 2, 1.5)])
    found = carried(edge, constants, starts, events, np.array(times), width=width)
    assert {0, NOT_FINITE} == set(found.code.tolist())
    check_against_the_reference(edge, found, constants, starts, events, np.array(times))


@pytest.mark.parametrize("width", WIDTHS)
def test_who_starts_nowhere_harms_nobody(blast, width):
    """NaN and infinity as a state, a constant, a tolerance."""
    constants, starts = with_rates(blast, np.linspace(0, 0.3, 13), column_of(blast, "blast.rise", 2.0))
    events, times = timeline(blast, [0, 1.5, 3.0]), np.linspace(0, 3, 7)
    whole = carried(blast, constants, starts, events, times, width=width)
    starts[2, 1], starts[5, 0], constants[7, 0], constants[9] = np.nan, np.inf, np.nan, np.inf
    found = carried(blast, constants, starts, events, times, width=width)
    spoilt = np.isin(np.arange(13), (2, 5, 7, 9))
    assert (found.code[spoilt] != 0).all()
    for one, other in zip(found, whole, strict=True):
        assert np.array_equal(one[~spoilt], other[~spoilt])


# When outputs are read.


@pytest.mark.parametrize("width", WIDTHS)
def test_outputs_at_boundaries_show_what_comes_after(errand, width):  # noqa: F811
    """And around them, before the first and after the last: the rows of the reference."""
    found = opened(errand, ITEMS, ERRANDS)
    at = found.timeline.starts
    near = [at + shift for shift in (-1e-3, -1e-8, -5e-10, 5e-10, 1e-8, 1e-3)]
    times = np.unique(np.concatenate([at, *near, [-1.0, HOURS + 1.0]]))
    constants, starts = np.tile(errand.constants, (3, 1)), np.tile(errand.starts, (3, 1))
    many = carried(errand, constants, starts, found.timeline, times, width=width, choices=found.choices)
    one = alone(errand, errand.constants, errand.starts, found.timeline, times, choices=found.choices)
    jumped = np.diff(one.outputs[np.searchsorted(times, [1.0 - 1e-3, 1.0]), 0])
    assert jumped > 4
    for k in range(3):
        same_outputs(many.outputs[k], one.outputs, CLOSE)


@pytest.mark.parametrize("width", WIDTHS)
def test_when_and_what_is_read_changes_nothing_else(errand, width):  # noqa: F811
    found, n = opened(errand, ITEMS, ERRANDS), 9
    constants = errand.constants * np.linspace(0.8, 1.2, n)[:, None]
    given = (errand, constants, np.tile(errand.starts, (n, 1)), found.timeline)
    dense = np.linspace(0, HOURS, 1000)
    whole = carried(*given, dense, width=width, choices=found.choices)
    rows = carried(*given, dense[::111], width=width, choices=found.choices)
    column = carried(*given, dense, width=width, choices=found.choices, shown=[2, 0])
    none = carried(*given, width=width, choices=found.choices)
    nothing = carried(*given, dense[::111], width=width, choices=found.choices, shown=[])
    assert np.array_equal(rows.outputs, whole.outputs[:, ::111])
    assert np.array_equal(column.outputs, whole.outputs[:, :, [2, 0]])
    assert none.outputs.shape == (n, 0, len(errand.system.read_outs))
    assert nothing.outputs.shape == (n, 10, 0)
    for other in (rows, column, none, nothing):
        for mine, theirs in zip(whole[1:], other[1:], strict=True):
            assert np.array_equal(mine, theirs)


@pytest.mark.parametrize("width", WIDTHS)
def test_single_precision_rounds_the_outputs_alone(errand, width):  # noqa: F811
    found, n, times = opened(errand, ITEMS, ERRANDS), 7, np.linspace(0, HOURS, 20)
    constants = errand.constants * np.linspace(0.8, 1.2, n)[:, None]
    given = (errand, constants, np.tile(errand.starts, (n, 1)), found.timeline, times)
    double = carried(*given, width=width, choices=found.choices)
    single = carried(*given, width=width, choices=found.choices, kind=np.float32)
    assert single.outputs.dtype == np.float32
    assert np.array_equal(single.outputs, double.outputs.astype(np.float32))
    for mine, theirs in zip(double[1:], single[1:], strict=True):
        assert np.array_equal(mine, theirs)


@pytest.mark.parametrize("width", WIDTHS)
def test_nobody_is_nobody(errand, width):  # noqa: F811
    found, nobody = opened(errand, ITEMS, ERRANDS), (np.empty((0, len(errand.constants))), np.empty((0, 2)))
    none = carried(errand, *nobody, found.timeline, np.zeros(1), width=width, choices=found.choices, threads=2)
    assert [len(part) for part in none] == [0] * len(none)


@pytest.mark.parametrize("kind", [np.float16, np.int64, np.complex128, object])
def test_outputs_of_a_kind_that_cannot_hold_them_are_refused(errand, kind):  # noqa: F811
    """The driver writes to addresses: what it was not made for must not reach it."""
    events, starts = timeline(errand, [0, 1.0]), errand.starts[None]
    with pytest.raises(ValueError, match="cannot hold"):
        carried(errand, errand.constants[None], starts, events, np.zeros(1), kind=kind)


# How a run is watched and ended.


@pytest.fixture
def long_run(blast, monkeypatch):
    """Some seconds of people, looked at a hundred times a second."""
    monkeypatch.setattr("neurokyn.solver.people.WAIT", 0.01)
    n = 60_000
    constants, starts = with_rates(blast, np.full(n, 0.1), column_of(blast, "blast.rise", 2.0))
    return blast, constants, starts, timeline(blast, np.linspace(0, 3, 13))


@pytest.mark.parametrize("threads", [1, 2])
def test_a_run_says_how_far_it_is(long_run, threads):
    told: list[int] = []
    found = carried(*long_run, width=native_width(), threads=threads, watch=told.append)
    n = len(found.code)
    assert (found.code == 0).all()
    assert len(told) > 2
    assert told == sorted(told)
    assert 0 < told[0] <= told[-1] <= n


@pytest.mark.parametrize("threads", [1, 2])
def test_an_interrupted_run_ends(long_run, threads):
    """Whoever has been begun is brought to the end, nobody else is begun, and no thread goes on."""
    before = threading.active_count()
    told: list[int] = []

    def stop(begun):
        told.append(begun)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        carried(*long_run, width=native_width(), threads=threads, watch=stop)
    deadline = time.monotonic() + 1.0
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.005)
    assert threading.active_count() == before
    assert len(told) == 1
    assert told[0] < len(long_run[1])
