"""A module driven straight through `integrate`, without the layers above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from neurokyn.compiler.compose import compose
from neurokyn.compiler.parameters import Parameter, Table
from neurokyn.language import Module
from neurokyn.scenario.prepare import Prepared, prepare
from neurokyn.scenario.solve import ABSOLUTE_SHARE, problem
from neurokyn.solver.integrate import MAX_STEPS, integrate
from neurokyn.solver.problem import Solution, Timeline

Jump = tuple[int, int, float]  # boundary, state, amount


def prepared(module: Module, numbers: Mapping[str, float]) -> Prepared:
    """One module with its numbers, by short name."""
    system = compose([module])
    rows = [Parameter(name, numbers[name.split(".")[1]], unit) for name, unit in system.parameter_units.items()]
    return prepare(system, Table(rows))


def timeline(body: Prepared, starts: Sequence[float], jumps: Sequence[Jump] = ()) -> Timeline:
    """Boundaries and jumps, drives at rest."""
    n = len(starts) - 1
    return Timeline(
        np.array(starts, dtype=float),
        np.tile(body.rests, (n, 1)),
        np.searchsorted([jump[0] for jump in jumps], np.arange(n + 1)),
        np.array([jump[1] for jump in jumps], dtype=int),
        np.array([jump[2] for jump in jumps], dtype=float),
        np.zeros(n, dtype=int),
    )


def run(
    body: Prepared, events: Timeline, times: Sequence[float] = (), *, rtol: float = 1e-6, max_steps: int = MAX_STEPS
) -> Solution:
    """From the declared start, with the tolerances of `follow`."""
    atol = rtol * ABSOLUTE_SHARE * body.absolute_scale
    when = np.asarray(times, dtype=float)
    return integrate(
        problem(body), body.starts, body.constants, events, when, rtol=rtol, atol=atol, max_steps=max_steps
    )


def one_step_each(body: Prepared, end: float, n_steps: int, times: Sequence[float] = ()) -> Solution:
    """`n_steps` equal steps: as many segments, each crossed by its first step.

    Under tolerances this wide the first step is 1e-4 h or the whole segment, and nothing is rejected.
    """
    assert end / n_steps < 1e-4
    events = timeline(body, np.linspace(0, end, n_steps + 1))
    atol = np.full(len(body.starts), 1e30)
    when = np.asarray(times, dtype=float)
    solution = integrate(problem(body), body.starts, body.constants, events, when, rtol=1.0, atol=atol)
    assert (solution.code, solution.steps, solution.rejected) == (0, n_steps, 0)
    return solution
