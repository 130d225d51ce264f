"""Kernels for people in lanes against the readable ones, at random states of the whole model."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from neurokyn.compiler.machine import native_width
from neurokyn.population.people import draw_people
from neurokyn.population.resting import body
from neurokyn.scenario.catalogue import scenarios
from neurokyn.scenario.orbit import daily_orbit
from neurokyn.scenario.reading import read_scenario
from neurokyn.scenario.scenario import Scenario
from neurokyn.scenario.solve import ABSOLUTE_SHARE, timeline
from neurokyn.solver.rosenbrock import CONTROL, RODAS5P

from tests.reference.lane_memory import Memory, rounded

N, PEOPLE, DAY = 1000, 6, 24.0
ROUNDING, ROUNDINGS = 2.0**-53, 12  # of one operation; of a state on its way through the interpolant
WHO = body("mdd")
OWN = WHO.prepared
KERNELS, SYSTEM = OWN.kernels, OWN.system
N_STATES, N_READ_OUTS = KERNELS.LAYOUT["states"], KERNELS.LAYOUT["read_outs"]
ROWS, COLUMNS = np.array(KERNELS.JACOBIAN).T
MOVING = [k for k, x in enumerate(KERNELS.graph.time_slopes) if x.operation != "constant" or x.value]
WIDTHS = sorted({1, 4, native_width()})
KINDS = ("all", "none", "people")  # which constants are held for each lane
CASES = [(width, kind) for width in WIDTHS for kind in KINDS]
SOLVED, STEPPED = 1e-14, 1e-13  # the solution of a linear system and a step, in the units of the tests


class Points(NamedTuple):
    """Times, states, constants, drives, one row each, and steps in h."""

    t: np.ndarray
    y: np.ndarray
    c: np.ndarray
    u: np.ndarray
    h: np.ndarray


@cache
def people():
    return draw_people(PEOPLE, seed=11)


@cache
def closed_day():
    plan = Scenario(duration="1 day")
    return daily_orbit(OWN, timeline(OWN, plan.ordinary_day(), DAY, plan.context.clock))


@cache
def largest_drives():
    """What shipped scenarios reach."""
    largest = np.maximum(OWN.rests, 0.1)
    for name in scenarios():
        plan = read_scenario(name)
        for arm in plan.arm_names:
            largest = np.maximum(largest, timeline(OWN, plan.schedule(arm), plan.hours, 7.0).drives.max(axis=0))
    return largest


@cache
def points(kind, spread=0.5):
    """Around the closed day, under any drives, with the constants of drawn people or (all) of nobody."""
    random = np.random.default_rng(7)
    drawn = people()
    own = [{name: float(drawn.data[name].values[k]) for name in drawn.parameters} for k in range(PEOPLE)]
    c = np.array([WHO.of(person).constants for person in own])[random.integers(0, PEOPLE, N)]
    if kind == "none":
        c = np.tile(OWN.constants, (N, 1))
    elif kind == "all":
        c = c * np.exp(random.normal(0, 0.02, c.shape))
    day = closed_day()
    at_rest = np.where(np.abs(day) < 1e-6 * OWN.absolute_scale, OWN.absolute_scale * random.uniform(0, 1, (N, 1)), day)
    y = at_rest * np.exp(random.normal(0, spread, (N, N_STATES)))
    u = largest_drives() * random.uniform(0, 1, (N, len(OWN.rests)))
    u[:, SYSTEM.drive_names.index("clock.start")] = random.uniform(0, DAY, N)
    t = random.uniform(0, 3000, N)
    u[:, SYSTEM.drive_names.index("exercise.bout_start")] = t * random.uniform(0, 1, N)
    return Points(t, y, c, u, 10 ** random.uniform(-4, -1, N))


def own_constants(kind):
    """Those that are held for each lane."""
    if kind == "people":
        return KERNELS.depend_on(people().parameters)
    return np.arange(KERNELS.LAYOUT["constants"] if kind == "all" else 0)


@cache
def memory(width, kind):
    return Memory(KERNELS, width, own_constants(kind), points(kind).c[0])


def blocks(memory, given):
    """Places points into the lanes, a few at a time; gives the points that are there."""
    for first in range(0, N, memory.width):
        rows = np.arange(first, first + memory.width) % N
        memory.place(given.t[rows], given.y[rows], given.c[rows], given.u[rows])
        memory.part("step")[0] = given.h[rows]
        yield rows


@cache
def reference(kind, spread=0.5):
    """dy/dt, slopes in time, Jacobians and read-outs of the readable kernels."""
    given = points(kind, spread)
    f, ft, jac, out = (np.empty((N, k)) for k in (N_STATES, N_STATES, len(ROWS), N_READ_OUTS))
    for k in range(N):
        state = given.t[k], given.y[k], given.c[k], given.u[k]
        KERNELS.linearise(*state, f[k], ft[k], jac[k])
        KERNELS.observe(*state, out[k])
    return f, ft, jac, out


@cache
def allowed(kind):
    """How far two evaluations of each of these may lie apart, from the roundings of both."""
    graph = KERNELS.graph
    roots = [*graph.derivatives, *graph.time_slopes, *graph.jacobian.values(), *graph.read_outs]
    values, errors = rounded(SYSTEM, graph, roots, points(kind)[:4])
    parts = np.split(2 * ROUNDING * errors, np.cumsum([N_STATES, N_STATES, len(ROWS)]), axis=1)
    assert np.isfinite(values).mean() > 0.99
    return parts


def agree(found, expected, apart):
    """The same numbers, and NaN in the same places."""
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    known = np.isfinite(expected)
    assert np.array_equal(found[~known], expected[~known], equal_nan=True)
    assert (np.abs(found - expected) <= apart)[known].all()


@pytest.mark.parametrize(("width", "kind"), CASES)
def test_slopes_jacobians_and_read_outs_differ_by_rounding_alone(width, kind):
    """Within the roundings of both, carried through every formula: where terms cancel, theirs count."""
    lanes, given = memory(width, kind), points(kind)
    f, jac, out = (np.empty((N, k)) for k in (N_STATES, len(ROWS), N_READ_OUTS))
    ft = np.zeros((N, N_STATES))
    for rows in blocks(lanes, given):
        lanes.call("linearise")
        f[rows], jac[rows] = lanes.part("slope").T, lanes.part("jacobian").T
        ft[np.ix_(rows, MOVING)] = lanes.part("time_slope")[: len(MOVING)].T
        out[rows] = lanes.show(range(N_READ_OUTS)).T
    for found, expected, apart in zip((f, ft, jac, out), reference(kind), allowed(kind), strict=True):
        agree(found, expected, apart)


@pytest.mark.parametrize("width", WIDTHS)
def test_read_outs_come_in_the_order_asked_for(width):
    lanes, given = memory(width, "people"), points("people")
    order = np.random.default_rng(2).permutation(N_READ_OUTS)[:17].tolist()
    rows = next(blocks(lanes, given))
    whole = lanes.show(range(N_READ_OUTS))
    for shown in (order, order[:1], [3, 3]):
        agree(lanes.show(shown), whole[shown], allowed("people")[3][rows][:, shown].T)


def multiply(jac, shift, x):
    """(shift·I - J) x at every point, and the sum of the magnitudes of its terms."""
    found, size = shift[:, None] * x, np.abs(shift[:, None] * x)
    for entry, (row, column) in enumerate(zip(ROWS, COLUMNS, strict=True)):
        found[:, row] -= jac[:, entry] * x[:, column]
        size[:, row] += np.abs(jac[:, entry] * x[:, column])
    return found, size


@pytest.mark.parametrize(("width", "kind"), CASES)
def test_linear_systems_are_solved(width, kind):
    """The residual is small beside the terms it is the rest of, and so is the difference to the readable solution."""
    lanes, given = memory(width, kind), points(kind)
    shift = 1 / (given.h * RODAS5P.gamma)
    x, right, jac, expected = (np.empty((N, k)) for k in (N_STATES, N_STATES, len(ROWS), N_STATES))
    for rows in blocks(lanes, given):
        for name in ("linearise", "factor"):
            lanes.call(name)
        lanes.call("first_stage", "stages")
        x[rows], right[rows], jac[rows] = lanes.stages(N_STATES)[0].T, lanes.part("slope").T, lanes.part("jacobian").T
        right[np.ix_(rows, MOVING)] += (lanes.part("time_slope")[: len(MOVING)] * given.h[rows] * RODAS5P.d[0]).T
    lu = np.empty(KERNELS.LAYOUT["elimination"])
    for k in range(N):
        KERNELS.factor(jac[k], shift[k], lu)
        expected[k] = right[k]
        KERNELS.solve(lu, expected[k])
    product, size = multiply(jac, shift, x)
    size = size + np.abs(right)
    few = np.arange(40)
    matrices = np.zeros((len(few), N_STATES, N_STATES))
    matrices[:, ROWS, COLUMNS] = -jac[few]
    matrices += shift[few, None, None] * np.eye(N_STATES)
    scale = np.einsum("kij,kj->ki", np.abs(np.linalg.inv(matrices)), size[few])
    assert (np.abs(product - right) <= SOLVED * size).all()
    assert (np.abs(x - expected)[few] <= SOLVED * scale).all()


def one_step(t, y, c, u, h):
    """A step of the method, written out with the readable kernels: stages and the new state."""
    f, ft, jac = np.empty(N_STATES), np.empty(N_STATES), np.empty(len(ROWS))
    lu, k = np.empty(KERNELS.LAYOUT["elimination"]), np.zeros((len(RODAS5P.nodes), N_STATES))
    KERNELS.linearise(t, y, c, u, f, ft, jac)
    KERNELS.factor(jac, 1 / (h * RODAS5P.gamma), lu)
    for s in range(len(k)):
        trial = y + RODAS5P.a[s] @ k
        KERNELS.rhs(t + RODAS5P.nodes[s] * h, trial, c, u, f)
        right = f + RODAS5P.c[s] @ k / h + h * RODAS5P.d[s] * ft
        KERNELS.solve(lu, right)
        k[s] = right
    return k, trial + k[-1]


@cache
def steps(kind):
    given = points(kind, 0.2)
    found = [one_step(*row) for row in zip(*given, strict=True)]
    return np.array([k for k, _ in found]), np.array([new for _, new in found])


@pytest.mark.parametrize(("width", "kind"), CASES)
def test_a_step_is_a_step_of_the_method(width, kind):
    """The new state and the last stage, in units of the old state and all that was added to it on the way."""
    lanes, given = memory(width, kind), points(kind, 0.2)
    lanes.part("rtol")[0], lanes.part("last_error")[0] = 1e-3, 0.3
    lanes.part("atol")[:] = (1e-3 * ABSOLUTE_SHARE * OWN.absolute_scale)[:, None]
    names = ("error", "accepted", "growth", "first_growth", "reduction")
    new, last, numbers = np.empty((N, N_STATES)), np.empty((N, N_STATES)), np.empty((N, len(names)))
    for rows in blocks(lanes, given):
        lanes.call("step")
        new[rows], last[rows] = lanes.part("new").T, lanes.part("last_stage").T
        numbers[rows] = np.array([lanes.part(name)[0] for name in names]).T
        lanes.call("advance")
        kept = np.where(numbers[rows, 1] > 0.5, new[rows].T, given.y[rows].T)
        assert np.array_equal(lanes.part("state"), kept, equal_nan=True)
    stages, expected = steps(kind)
    assert np.isfinite(stages).all()
    scale = np.abs(given.y) + np.einsum("j,kji->ki", np.abs(RODAS5P.a[-1]), np.abs(stages)) + np.abs(stages[:, -1])
    assert (np.abs(new - expected) <= STEPPED * scale).all()
    assert (np.abs(last - stages[:, -1]) <= STEPPED * scale).all()
    check_control(given.y, new, last, numbers, 0.3)


def check_control(y, new, last, numbers, last_error):
    """The error and all that follows from it, from the lanes' own last stage."""
    size = 1e-3 * (ABSOLUTE_SHARE * OWN.absolute_scale + np.maximum(np.abs(y), np.abs(new)))
    error = np.sqrt(np.mean((last / size) ** 2, axis=1))
    order = RODAS5P.order
    floor = np.maximum(error, CONTROL.smallest_error)
    growth = CONTROL.safety * floor ** (-CONTROL.proportional / order) * last_error ** (CONTROL.integral / order)
    plain = CONTROL.safety * floor ** (-1 / order)
    expected = np.column_stack([error, error <= 1, growth, plain, np.maximum(plain, CONTROL.hard_shrink)])
    sure = np.isfinite(error) & (np.abs(error - 1) > 1e-12)
    assert 0.1 < np.mean(numbers[sure, 1]) < 0.99
    assert np.allclose(numbers[sure], expected[sure], rtol=1e-13, atol=0)
    assert not numbers[~np.isfinite(error), 1].any()


@pytest.mark.parametrize(("width", "kind"), CASES)
def test_read_outs_between_steps_are_those_of_the_interpolant(width, kind):
    """From the stages that lie in the workspace, at another place in each lane."""
    lanes, given, dense = memory(width, kind), points(kind, 0.2), RODAS5P.dense
    x = np.random.default_rng(3).uniform(0, 1, N)
    out, point, off = np.empty((N, N_READ_OUTS)), np.empty((N, N_STATES)), np.empty((N, N_STATES))
    for rows in blocks(lanes, given):
        lanes.call("step")
        lanes.part("theta")[0], lanes.part("shown_time")[0] = x[rows], given.t[rows] + x[rows] * given.h[rows]
        lanes.show(range(N_READ_OUTS), "terms")
        out[rows] = lanes.show(range(N_READ_OUTS)).T
        stages, new, y, here = lanes.stages(N_STATES), lanes.part("new"), lanes.part("state"), x[rows]
        terms = np.einsum("qj,jkl->qkl", dense, stages)
        bend = terms[0] + here * (terms[1] + here * terms[2])
        point[rows] = ((1 - here) * y + here * (new + (1 - here) * bend)).T
        passed = np.einsum("j,jkl->kl", np.abs(dense).sum(axis=0), np.abs(stages))
        off[rows] = ROUNDINGS * (np.abs(y) + np.abs(new) + passed).T
    t = given.t + x * given.h
    expected = np.empty((N, N_READ_OUTS))
    for k in range(N):
        KERNELS.observe(t[k], point[k], given.c[k], given.u[k], expected[k])
    _, errors = rounded(SYSTEM, KERNELS.graph, KERNELS.graph.read_outs, (t, point, given.c, given.u), off)
    agree(out, expected, 2 * ROUNDING * errors)
