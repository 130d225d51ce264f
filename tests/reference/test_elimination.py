"""LU in a fixed order without pivoting solves the systems a scenario meets, for steps of any size."""

import numpy as np
import pytest
from neurokyn.scenario.model import standard_model
from neurokyn.scenario.prepare import prepare
from neurokyn.scenario.reading import read_scenario
from neurokyn.scenario.simulate import person
from neurokyn.scenario.solve import follow, timeline
from neurokyn.scenario.steady import steady_state

HOURS, EVERY = 168.0, 1.3
SHIFTS = 10.0 ** np.arange(-2, 9)  # 1/h; 1 / (h gamma)


@pytest.mark.parametrize("arm", ["running", "escitalopram"])
def test_backward_error_of_each_equation(arm):
    plan = read_scenario("running-vs-escitalopram")
    body = prepare(standard_model(), person(plan, arm, {}))
    kernels, start = body.kernels, steady_state(body)
    events = timeline(body, plan.schedule(arm), HOURS, plan.context.clock)
    times, n = np.arange(0, HOURS, EVERY), len(start)
    rows, columns = np.array(kernels.JACOBIAN).T
    f, slope, values = np.empty(n), np.empty(n), np.empty(len(rows))
    lu, jacobian, largest = np.empty(kernels.LAYOUT["elimination"]), np.zeros((n, n)), 0.0
    for t, y in zip(times, follow(body, start, events, times).values[:, :n].copy(), strict=True):
        drives = events.drives[np.searchsorted(events.starts, t, side="right") - 1]
        kernels.linearise(t, y, body.constants, drives, f, slope, values)
        jacobian[rows, columns] = values
        for shift in SHIFTS:
            kernels.factor(values, shift, lu)
            x = f.copy()
            kernels.solve(lu, x)
            w = shift * np.eye(n) - jacobian
            size = np.abs(w) @ np.abs(x) + np.abs(f)
            largest = max(largest, np.max(np.abs(w @ x - f) / np.where(size > 0, size, 1)))
    assert largest < 1e-14
