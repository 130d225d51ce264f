"""Slopes of the solver against complex step on the same steps, and against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from neurokyn.compiler.compose import compose
from neurokyn.compiler.graph import TIME_INDEX, differentiate
from neurokyn.compiler.parameters import Parameter, Table
from neurokyn.language import Module, cos, michaelis_menten
from neurokyn.language.expression import walk
from neurokyn.language.module import TIME
from neurokyn.scenario.prepare import evaluate_constants, prepare
from neurokyn.scenario.schedule import Bolus, Level, Schedule
from neurokyn.scenario.solve import problem, timeline
from neurokyn.solver.integrate import integrate
from neurokyn.solver.rosenbrock import RODAS5P
from neurokyn.solver.sensitivity import sensitivities

from tests.helpers import evaluate_complex

NUMBERS = {"vmax": 3.0, "km": 0.7, "k": 40.0, "wave": 0.3, "size": 1.3}
UNITS = {"vmax": "mg/h", "km": "mg", "k": "1/h", "wave": "1", "size": "mg"}


@pytest.fixture(scope="module")
def body():
    """A stiff pair with saturation, a clock and a dose."""
    m = Module("pair", "Two pools")
    p = m.parameters(**UNITS)
    push = m.drive("push", "1", "what a schedule sets")
    a = m.state("a", "mg", "first", start=p.size)
    b = m.state("b", "mg", "second", start=0, scale=0.1)
    m.flux("fast", p.k * a * (1 + p.wave * cos(m.time / m.parameter("hour", "h"))), frm=a, to=b)
    m.flux("back", michaelis_menten(p.vmax, b, p.km) * (1 + push), frm=b, to=a)
    m.flux("lost", michaelis_menten(p.vmax, b * b / p.size, p.km), frm=b)
    m.observe("share", a / (a + b + p.km), "1", "share")
    rows = [Parameter(f"pair.{k}", v, UNITS[k]) for k, v in NUMBERS.items()]
    return prepare(compose([m]), Table([*rows, Parameter("pair.hour", 1.0, "h")]))


@pytest.fixture(scope="module")
def events(body):
    items = [Bolus("pair.a", 1.25, 2.0, "mg"), Level("pair.push", 0.5, 2.0, 1.0, "1")]
    return timeline(body, Schedule(items), 3.0, 0.0)


def slopes(body, names):
    """Derivatives of constants and starts by central differences of the plain Python that makes them."""
    units = body.system.parameter_units
    base = body.table.values_for(units)
    out = []
    for name in names:
        k, step = list(units).index(name), 1e-6 * NUMBERS[name.split(".")[1]]
        ends = [evaluate_constants(body.system, base + sign * step * np.eye(len(base))[k]) for sign in (1, -1)]
        out.append([(u - v) / (2 * step) for u, v in zip(*ends, strict=True)][:2])
    return [np.array(x) for x in zip(*out, strict=True)]


def complex_course(body, events, taken, turn: str, times: np.ndarray) -> np.ndarray:
    """The recorded steps repeated in complex arithmetic, one parameter moved along the imaginary axis."""
    system, n = body.system, 2
    index = {s.symbol: k for k, s in enumerate(system.states)} | {TIME: TIME_INDEX}
    f = system.equations.derivatives
    partial = differentiate(f, index)
    roots = [*f, *(x for row in partial for x in row.values()), *system.equations.read_outs.values()]
    nodes = list(walk(*roots))
    fixed = {k: complex(body.table[k].in_unit(u)) for k, u in system.parameter_units.items()}
    fixed[turn] += 1e-30j

    def at(t, y, u):
        point = fixed | dict(zip(system.state_names, y, strict=True)) | dict(zip(system.drive_names, u, strict=True))
        return evaluate_complex(nodes, point | {"time": complex(t)})

    y = np.array([fixed["pair.size"], 0j])
    found, step = [], 0
    for segment, u in enumerate(events.drives.astype(complex)):
        t, end = events.starts[segment], events.starts[segment + 1]
        for j in range(events.jump_first[segment], events.jump_first[segment + 1]):
            y[events.jump_state[j]] += events.jump_amount[j]
        while t < end:
            h = taken[step]
            step += 1
            new_t = end if h == end - t else t + h
            here = at(t, y, u)
            jacobian = np.array([[here[row.get(k)] if k in row else 0 for k in range(n)] for row in partial])
            slope_t = np.array([here[row[TIME_INDEX]] if TIME_INDEX in row else 0 for row in partial])
            w, stages = np.eye(n) / (h * RODAS5P.gamma) - jacobian, []
            for s in range(8):
                z = y + sum((RODAS5P.a[s, j] * stages[j] for j in range(s)), np.zeros(n))
                values = at(t + RODAS5P.nodes[s] * h, z, u)
                right = np.array([values[x] for x in f]) + h * RODAS5P.d[s] * slope_t
                right = right + sum((RODAS5P.c[s, j] / h * stages[j] for j in range(s)), np.zeros(n))
                stages.append(np.linalg.solve(w, right))
            y = z + stages[-1]
            t = new_t
        if end in times:  # a value at a boundary is the one after it
            values = at(end, y, events.drives[min(segment + 1, len(events.drives) - 1)].astype(complex))
            found.append([values[x].imag / 1e-30 for x in system.equations.read_outs.values()])
    return np.array(found)


@pytest.mark.parametrize("name", NUMBERS)
def test_slopes_equal_the_complex_step(body, events, name):
    name = f"pair.{name}"
    times = np.array([0.5, 2.0, 3.0])  # ends of segments without a jump
    constants, starts = slopes(body, [name])
    atol = np.full(2, 1e-8)
    pattern = np.array(body.kernels.JACOBIAN)
    found = sensitivities(
        problem(body), pattern, body.starts, starts, body.constants, constants, events, times, rtol=1e-6, atol=atol
    )
    taken = np.empty(found.solution.steps)
    integrate(problem(body), body.starts, body.constants, events, np.empty(0), rtol=1e-6, atol=atol, taken=taken)
    expected = complex_course(body, events, taken, name, times)
    assert found.slopes[0] == pytest.approx(expected, rel=2e-6, abs=1e-8)


def test_between_steps_slopes_follow_the_closed_form():
    """First-order loss: d/dk of 8 e^-kt."""
    m = Module("decay", "First-order decay")
    x = m.state("x", "mg", "what is left", start=8)
    m.flux("loss", m.parameter("k", "1/h") * x, frm=x)
    who = prepare(compose([m]), Table([Parameter("decay.k", 0.4, "1/h")]))
    times = np.linspace(0.0, 10.0, 101)
    found = sensitivities(
        problem(who), np.array(who.kernels.JACOBIAN), who.starts, np.zeros((1, 1)), who.constants,
        (who.constants / 0.4)[None, :], timeline(who, Schedule([]), 10.0, 0.0), times,
        rtol=1e-9, atol=np.array([1e-12]),
    )  # fmt: skip
    assert found.slopes[0, :, 0] == pytest.approx(-8 * times * np.exp(-0.4 * times), rel=1e-5, abs=1e-7)


def test_a_failed_course_has_no_slopes():
    m = Module("burst", "Grows without bound")
    x = m.state("x", "1", "size", start=1)
    m.rate(x, m.parameter("k", "1/h") * x * x)
    who = prepare(compose([m]), Table([Parameter("burst.k", 1.0, "1/h")]))
    found = sensitivities(
        problem(who), np.array(who.kernels.JACOBIAN), who.starts, np.zeros((1, 1)), who.constants,
        np.ones((1, len(who.constants))), timeline(who, Schedule([]), 3.0, 0.0), np.array([0.5, 2.0]),
        rtol=1e-6, atol=np.array([1e-9]),
    )  # fmt: skip
    assert found.solution.code != 0
    assert np.isnan(found.slopes).all()
