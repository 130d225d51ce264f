"""How a course changes with its numbers: the steps that were taken, differentiated exactly.

A first pass chooses the steps; the second repeats them and carries the derivative of every stage
beside it. Each stage derivative solves with the factorisation of its own step. Directional
derivatives of the compiled kernels are central differences along the direction, good to about ten
digits; nothing else is approximated, so the result is the derivative of the computed course.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, types

from neurokyn.solver.integrate import integrate
from neurokyn.solver.problem import DONE, SAME_TIME, Problem, Solution, Timeline
from neurokyn.solver.rosenbrock import RODAS5P
from neurokyn.solver.signatures import FACTOR, LINEARISE, OBSERVE, RHS, SOLVE

REACH = 1e-5  # relative size of the step of a central difference
TINY = 1e-12

_f, _v, _m = types.float64, types.float64[::1], types.float64[:, ::1]


class Sensitivity(NamedTuple):
    """A course and its derivatives.

    Parameters
    ----------
    solution : Solution
        The course itself.
    slopes : ndarray, shape (n_parameters, n_times, n_outputs)
        Derivative of every read-out by each parameter.
    """

    solution: Solution
    slopes: np.ndarray


@njit(cache=True, nogil=True, error_model="numpy")
def _reach(y: np.ndarray, s: np.ndarray, c: np.ndarray, ct: np.ndarray, atol: np.ndarray) -> float:
    """A length along (s, ct) that moves nothing by more than a small share of its size; 0 if nothing moves."""
    largest = 0.0
    for i in range(y.shape[0]):
        largest = max(largest, abs(s[i]) / (abs(y[i]) + 100.0 * atol[i]))
    for i in range(c.shape[0]):
        if ct[i] != 0.0:
            largest = max(largest, abs(ct[i]) / (abs(c[i]) + TINY))
    return REACH / largest if largest > 0.0 else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _slope(function, t, y, s, c, ct, u, atol, out):
    """Derivative along (s, ct) of dy/dt or of the read-outs."""
    up, down = np.empty_like(out), np.empty_like(out)
    length = _reach(y, s, c, ct, atol)
    function(t, y + length * s, c + length * ct, u, up)
    function(t, y - length * s, c - length * ct, u, down)
    for i in range(out.shape[0]):
        out[i] = (up[i] - down[i]) / (2 * length) if length > 0.0 else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _linearise_slope(linearise, t, y, s, c, ct, u, atol, ft_out, jac_out):
    """Derivative of ∂f/∂t and of the Jacobian along (s, ct)."""
    f, ft_up, ft_down = np.empty_like(y), np.empty_like(y), np.empty_like(y)
    up, down = np.empty_like(jac_out), np.empty_like(jac_out)
    length = _reach(y, s, c, ct, atol)
    linearise(t, y + length * s, c + length * ct, u, f, ft_up, up)
    linearise(t, y - length * s, c - length * ct, u, f, ft_down, down)
    half = 0.5 / length if length > 0.0 else 0.0
    for i in range(ft_out.shape[0]):
        ft_out[i] = (ft_up[i] - ft_down[i]) * half
    for e in range(jac_out.shape[0]):
        jac_out[e] = (up[e] - down[e]) * half


@njit(cache=True, nogil=True, error_model="numpy")
def _between(x: float, y: np.ndarray, new: np.ndarray, stages: np.ndarray, dense: np.ndarray) -> np.ndarray:
    """The interpolant at a share x of a step; linear in (y, new, stages), so it serves derivatives too."""
    bend = np.zeros_like(y)
    for q in range(dense.shape[0] - 1, -1, -1):
        bend = dense[q] @ stages + x * bend
    return (1 - x) * y + x * (new + (1 - x) * bend)


_SIGNATURE = types.void(
    types.FunctionType(RHS),
    types.FunctionType(LINEARISE),
    types.FunctionType(FACTOR),
    types.FunctionType(SOLVE),
    types.FunctionType(OBSERVE),
    types.int64[:, ::1],
    types.int64,
    _v,
    _m,
    _v,
    _m,
    _v,
    _m,
    types.int64[::1],
    types.int64[::1],
    _v,
    _v,
    _v,
    _v,
    types.float64[:, :, ::1],
    _m,
    _m,
    _v,
    _v,
    _m,
    _f,
)


@njit(_SIGNATURE, cache=True, nogil=True, error_model="numpy")
def _repeat(  # the loop over recorded steps
    rhs,
    linearise,
    factor,
    solve,
    observe,
    pattern,
    n_lu,
    y,
    sens,
    constants,
    turns,
    starts,
    drives,
    jump_first,
    jump_state,
    jump_amount,
    taken,
    atol,
    output_times,
    slopes,
    a,
    c,
    nodes,
    d,
    dense,
    gamma,
):
    """Repeat recorded steps with dy/dp in `sens` and dc/dp in `turns`; `slopes` receives dg/dp."""
    n, n_p, n_stages, n_times = y.shape[0], sens.shape[0], nodes.shape[0], output_times.shape[0]
    stages, moved = np.empty((n_stages, n)), np.empty((n_p, n_stages, n))
    f, ft, ft_turn = np.empty(n), np.empty(n), np.empty(n)
    jac, jac_turn, lu = np.empty(pattern.shape[0]), np.empty(pattern.shape[0]), np.empty(n_lu)
    step, shown = 0, 0
    for segment in range(drives.shape[0]):
        t, end, u = starts[segment], starts[segment + 1], drives[segment]
        for j in range(jump_first[segment], jump_first[segment + 1]):
            y[jump_state[j]] += jump_amount[j]
        while shown < n_times and output_times[shown] <= t + SAME_TIME:
            for q in range(n_p):
                _slope(observe, t, y, sens[q], constants, turns[q], u, atol, slopes[q, shown])
            shown += 1
        while t < end:
            h = taken[step]
            step += 1
            t_new = end if h == end - t else t + h
            linearise(t, y, constants, u, f, ft, jac)
            factor(jac, 1.0 / (h * gamma), lu)
            for s in range(n_stages):
                k = stages[s]
                rhs(t + nodes[s] * h, y + a[s, :s] @ stages[:s], constants, u, k)
                k += c[s, :s] @ stages[:s] / h + h * d[s] * ft
                solve(lu, k)
            new = y + a[n_stages - 1] @ stages + stages[n_stages - 1]
            for q in range(n_p):
                _linearise_slope(linearise, t, y, sens[q], constants, turns[q], u, atol, ft_turn, jac_turn)
                for s in range(n_stages):
                    k = moved[q, s]
                    here = y + a[s, :s] @ stages[:s]
                    along = sens[q] + a[s, :s] @ moved[q, :s]
                    _slope(rhs, t + nodes[s] * h, here, along, constants, turns[q], u, atol, k)
                    k += c[s, :s] @ moved[q, :s] / h + h * d[s] * ft_turn
                    for e in range(pattern.shape[0]):
                        k[pattern[e, 0]] += jac_turn[e] * stages[s, pattern[e, 1]]
                    solve(lu, k)
            limit = t_new - SAME_TIME if t_new == end else t_new
            while shown < n_times and output_times[shown] < limit:
                x = (output_times[shown] - t) / h
                point = _between(x, y, new, stages, dense)
                for q in range(n_p):
                    after = sens[q] + a[n_stages - 1] @ moved[q] + moved[q, n_stages - 1]
                    along = _between(x, sens[q], after, moved[q], dense)
                    when = output_times[shown]
                    _slope(observe, when, point, along, constants, turns[q], u, atol, slopes[q, shown])
                shown += 1
            for q in range(n_p):
                sens[q] += a[n_stages - 1] @ moved[q] + moved[q, n_stages - 1]
            y[:] = new
            t = t_new
    while shown < n_times and output_times[shown] <= starts[-1] + SAME_TIME:
        for q in range(n_p):
            _slope(observe, starts[-1], y, sens[q], constants, turns[q], drives[-1], atol, slopes[q, shown])
        shown += 1


def sensitivities(
    problem: Problem,
    pattern: np.ndarray,
    y0: np.ndarray,
    y0_slopes: np.ndarray,
    constants: np.ndarray,
    constant_slopes: np.ndarray,
    timeline: Timeline,
    output_times: np.ndarray,
    *,
    rtol: float,
    atol: np.ndarray,
) -> Sensitivity:
    """Integrate one person and differentiate every read-out by some parameters.

    Parameters
    ----------
    problem : Problem
        Kernels and sizes.
    pattern : ndarray of int, shape (n_jacobian, 2)
        Row and column of each Jacobian entry: `JACOBIAN` of the kernels.
    y0 : ndarray, shape (n_states,)
        State before the first boundary.
    y0_slopes : ndarray, shape (n_parameters, n_states)
        Its derivative by each parameter.
    constants : ndarray, shape (n_constants,)
        The person's constants.
    constant_slopes : ndarray, shape (n_parameters, n_constants)
        Their derivative by each parameter.
    timeline, output_times, rtol, atol
        As for `integrate`.

    Returns
    -------
    Sensitivity
        The course, and slopes of shape (n_parameters, n_times, n_outputs); NaN if the course failed.
    """
    solution = integrate(problem, y0, constants, timeline, output_times, rtol=rtol, atol=atol)
    slopes = np.full((len(y0_slopes), len(output_times), problem.n_outputs), np.nan)
    if solution.code != DONE:
        return Sensitivity(solution, slopes)
    taken = np.empty(solution.steps)
    integrate(problem, y0, constants, timeline, np.empty(0), rtol=rtol, atol=atol, taken=taken)
    _repeat(
        *problem.kernels,
        np.ascontiguousarray(pattern, dtype=np.int64),
        problem.n_lu,
        np.array(y0, dtype=float),
        np.array(y0_slopes, dtype=float, order="C"),
        np.ascontiguousarray(constants),
        np.ascontiguousarray(constant_slopes, dtype=float),
        np.ascontiguousarray(timeline.starts, dtype=float),
        np.ascontiguousarray(timeline.drives, dtype=float),
        np.ascontiguousarray(timeline.jump_first, dtype=np.int64),
        np.ascontiguousarray(timeline.jump_state, dtype=np.int64),
        np.ascontiguousarray(timeline.jump_amount, dtype=float),
        taken,
        np.ascontiguousarray(atol),
        np.ascontiguousarray(output_times, dtype=float),
        slopes,
        RODAS5P.a,
        RODAS5P.c,
        RODAS5P.nodes,
        RODAS5P.d,
        RODAS5P.dense,
        RODAS5P.gamma,
    )
    return Sensitivity(solution, slopes)
