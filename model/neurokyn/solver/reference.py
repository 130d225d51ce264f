"""The same problem through SciPy: an independent opinion for tests and benchmarks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.integrate import solve_ivp

from neurokyn.errors import SolveError
from neurokyn.solver.problem import DONE, SAME_TIME, Choices, Problem, Solution, Timeline, no_choices

UNKNOWN = -1  # what solve_ivp does not tell


class _Slopes:
    """The compiled slopes and their Jacobian as SciPy wants them, for one segment."""

    def __init__(
        self, problem: Problem, pattern: Sequence[tuple[int, int]], constants: np.ndarray, drives: np.ndarray
    ) -> None:
        self.kernels, self.constants, self.drives = problem.kernels, constants, drives
        self.rows, self.columns = np.array(pattern, dtype=int).reshape(-1, 2).T
        self.values = np.empty(problem.n_jacobian)
        self.slope, self.time_slope = np.empty(problem.n_states), np.empty(problem.n_states)

    def rhs(self, t: float, y: np.ndarray) -> np.ndarray:
        f = np.empty_like(y)
        self.kernels.rhs(t, y, self.constants, self.drives, f)
        return f

    def jacobian(self, t: float, y: np.ndarray) -> np.ndarray:
        self.kernels.linearise(t, y, self.constants, self.drives, self.slope, self.time_slope, self.values)
        matrix = np.zeros((len(y), len(y)))
        matrix[self.rows, self.columns] = self.values
        return matrix


def integrate_with_scipy(
    problem: Problem,
    pattern: Sequence[tuple[int, int]],
    y0: np.ndarray,
    constants: np.ndarray,
    timeline: Timeline,
    output_times: np.ndarray,
    *,
    rtol: float,
    atol: np.ndarray,
    method: str = "Radau",
    choices: Choices | None = None,
) -> Solution:
    """Integrate one person through a timeline with SciPy, restarted at every boundary.

    Parameters
    ----------
    problem : Problem
        Kernels and sizes.
    pattern : sequence of (int, int)
        Row and column of each Jacobian entry: `JACOBIAN` of the kernels.
    y0, constants, timeline, output_times, rtol, atol
        As for `integrate`.
    method : str
        An implicit method of `scipy.integrate.solve_ivp`: "Radau", "BDF" or "LSODA".
    choices : Choices, optional
        As for `integrate`.

    Returns
    -------
    Solution
        As of `integrate`; steps are unknown and -1.

    Raises
    ------
    SolveError
        If SciPy gives up.
    """
    y = np.array(y0, dtype=float)
    outputs = np.full((len(output_times), problem.n_outputs), np.nan)
    starts, last = timeline.starts, len(timeline.drives) - 1
    first = np.searchsorted(output_times, starts - SAME_TIME)
    first[-1] = np.searchsorted(output_times, starts[-1] + SAME_TIME)
    options = no_choices(timeline) if choices is None else choices
    made = np.full(len(options.condition_first) - 1, -1, dtype=np.int8)
    asked = np.empty(problem.n_outputs)
    for segment, fixed in enumerate(timeline.drives):
        problem.kernels.observe(starts[segment], y, constants, fixed, asked)
        _choose(options, segment, asked, made)
        drives = fixed.copy()
        changes = slice(options.change_first[segment], options.change_first[segment + 1])
        chosen = made[options.change_choice[changes]] == 1
        np.add.at(drives, options.change_drive[changes][chosen], options.change_amount[changes][chosen])
        jumps = slice(timeline.jump_first[segment], timeline.jump_first[segment + 1])
        waits = options.jump_choice[jumps]
        happens = np.array([choice < 0 or made[choice] == 1 for choice in waits], dtype=bool)
        np.add.at(y, timeline.jump_state[jumps][happens], timeline.jump_amount[jumps][happens])
        begin, end = starts[segment], starts[segment + 1]
        shown = range(first[segment], first[segment + 1])
        slopes = _Slopes(problem, pattern, constants, drives)
        result = solve_ivp(
            slopes.rhs,
            (begin, end),
            y,
            method=method,
            t_eval=np.unique([*np.clip(output_times[shown], begin, end), end]),
            rtol=rtol,
            atol=atol,
            jac=slopes.jacobian,
        )
        if not result.success:
            raise SolveError(f"SciPy's {method} gave up after {begin:g} h: {result.message}")
        for k, t, point in zip(shown, result.t, result.y.T, strict=False):
            problem.kernels.observe(t, np.ascontiguousarray(point), constants, drives, outputs[k])
        y = result.y[:, -1].copy()
    return Solution(outputs, y, float(starts[last + 1]), DONE, UNKNOWN, UNKNOWN, 0, made)


def _choose(options: Choices, segment: int, asked: np.ndarray, made: np.ndarray) -> None:
    """Make the choices of a boundary."""
    for choice in range(options.first[segment], options.first[segment + 1]):
        conditions = slice(options.condition_first[choice], options.condition_first[choice + 1])
        above = asked[options.read_out[conditions]] > options.threshold[conditions]
        made[choice] = np.all(above == options.above[conditions])
