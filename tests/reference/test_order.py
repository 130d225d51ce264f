"""Observed orders of Rodas5P: 5 at the end of a step, 4 within it, on smooth and on stiff problems."""

from itertools import pairwise

import numpy as np
import pytest
from neurokyn.language import Module, cos, sin

from tests.reference.course import one_step_each, prepared

END = 2e-3  # h; ten radians at SPEED
SPEED = 5e3  # 1/h


@pytest.fixture(scope="module")
def smooth():
    """Nonlinear and driven by time; y = 1 / (2 - sin wt)."""
    m = Module("smooth", "A smooth problem with a known solution")
    w = m.parameter("w", "1/h")
    y = m.state("y", "1", "y", start=0.5)
    m.rate(y, w * cos(w * m.time) * y**2)
    return prepared(m, {"w": SPEED})


@pytest.fixture(scope="module")
def stiff():
    """Prothero and Robinson's problem; y = sin wt whatever the stiffness."""
    m = Module("stiff", "A stiff problem with a known solution")
    w, k = m.parameter("w", "1/h"), m.parameter("k", "1/h")
    y = m.state("y", "1", "y", start=0, scale=1)
    m.rate(y, k * (sin(w * m.time) - y) + w * cos(w * m.time))
    return prepared(m, {"w": SPEED, "k": 1e9})


def known_smooth(t):
    return 1 / (2 - np.sin(SPEED * t))


def orders(errors):
    return [np.log2(a / b) for a, b in pairwise(errors)]


def test_order_of_the_end_point(smooth):
    errors = [abs(one_step_each(smooth, END, n).y_end[0] - known_smooth(END)) for n in (80, 160, 320, 640)]
    assert orders(errors) == pytest.approx([5, 5, 5], abs=0.2)


def test_order_of_the_dense_output_where_it_is_stiff(stiff):
    times = np.linspace(0, END, 9973)
    errors = [
        np.abs(one_step_each(stiff, END, n, times).outputs[:, 0] - np.sin(SPEED * times)).max()
        for n in (40, 80, 160, 320)
    ]
    assert orders(errors) == pytest.approx([4, 4, 4], abs=0.1)


def test_local_orders(smooth):
    """One step from an exact value is wrong by h^6 at its end and by h^5 within: orders 5 and 4."""
    at_end, within = [], []
    for h in (4e-5, 2e-5, 1e-5):
        times = np.linspace(0.1, 0.9, 9) * h
        solution = one_step_each(smooth, h, 1, times)
        at_end.append(abs(solution.y_end[0] - known_smooth(h)))
        within.append(np.abs(solution.outputs[:, 0] - known_smooth(times)).max())
    assert orders(at_end) == pytest.approx([6, 6], abs=0.2)
    assert orders(within) == pytest.approx([5, 5], abs=0.3)


def test_stiffness_does_not_spoil_the_end_point(stiff):
    """The stiffer it is, the smaller the error: far below the 2e-7 of the smooth problem at 80 steps."""
    assert abs(one_step_each(stiff, END, 80).y_end[0] - np.sin(SPEED * END)) < 1e-10
