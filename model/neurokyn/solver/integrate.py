"""Step control, schedule boundaries, output and result codes; knows no model.

The model enters as typed function pointers, so this is compiled once, whatever the model.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, types

from neurokyn.solver.problem import (
    DONE,
    MAX_STEPS,
    NOT_FINITE,
    SAME_TIME,
    STEP_TOO_SMALL,
    TOO_MANY_STEPS,
    Choices,
    Problem,
    Solution,
    Timeline,
    no_choices,
)
from neurokyn.solver.rosenbrock import CONTROL, RODAS5P
from neurokyn.solver.signatures import FACTOR, LINEARISE, OBSERVE, RHS, SOLVE

_f, _v = types.float64, types.float64[::1]
SMALLEST, TINIEST = 1e-13, 1e-30  # step: as a share of the time, and in h


@njit(cache=True, nogil=True, error_model="numpy")
def _initial_step(y: np.ndarray, f: np.ndarray, rtol: float, atol: np.ndarray, span: float) -> float:
    """A first step from the size of y and of dy/dt (Hairer, Nørsett & Wanner, II.4)."""
    d0, d1 = 0.0, 0.0
    for i in range(y.shape[0]):
        scale = atol[i] + rtol * abs(y[i])
        d0 += (y[i] / scale) ** 2
        d1 += (f[i] / scale) ** 2
    if d0 < 1e-10 or d1 < 1e-10:
        return min(span, 1e-4)
    return min(span, max(1e-10, 0.01 * math.sqrt(d0 / d1)))


@njit(cache=True, nogil=True, error_model="numpy")
def _worst(error: np.ndarray, y: np.ndarray, atol: np.ndarray) -> int:
    """The state with the largest scaled error, or the first that is not finite."""
    worst, largest = 0, -1.0
    for i in range(y.shape[0]):
        part = abs(error[i]) / (atol[i] + abs(y[i]))
        if not (math.isfinite(part) and math.isfinite(y[i])):
            return i
        if part > largest:
            worst, largest = i, part
    return worst


@njit(cache=True, nogil=True, error_model="numpy")
def _choose(observe, t, y, constants, u, segment, first, condition_first, read_out, above, threshold, shown, made):
    """Make the choices of a boundary, on the state before its jumps."""
    if first[segment] == first[segment + 1]:
        return
    observe(t, y, constants, u, shown)
    for choice in range(first[segment], first[segment + 1]):
        made[choice] = 1
        for condition in range(condition_first[choice], condition_first[choice + 1]):
            if (shown[read_out[condition]] > threshold[condition]) != above[condition]:
                made[choice] = 0


_i = types.int64[::1]
_SIGNATURE = types.int64(
    types.FunctionType(RHS),
    types.FunctionType(LINEARISE),
    types.FunctionType(FACTOR),
    types.FunctionType(SOLVE),
    types.FunctionType(OBSERVE),
    types.int64,
    types.int64,
    _v,
    _v,
    _v,
    types.float64[:, ::1],
    types.int64[::1],
    types.int64[::1],
    _v,
    types.int64[::1],
    _v,
    types.float64[:, ::1],
    _f,
    _v,
    types.int64,
    _v,
    types.int64[::1],
    _v,
    types.float64[:, ::1],
    types.float64[:, ::1],
    _v,
    _v,
    types.float64[:, ::1],
    _f,
    types.int64,
    _i,
    _i,
    _i,
    types.boolean[::1],
    _v,
    _i,
    _i,
    _i,
    _i,
    _v,
    types.int8[::1],
)


@njit(_SIGNATURE, cache=True, nogil=True, error_model="numpy")
def _drive(  # noqa: PLR0915 - the one loop everything else is kept out of
    rhs,
    linearise,
    factor,
    solve,
    observe,
    n_jacobian,
    n_lu,
    y,
    constants,
    starts,
    drives,
    jump_first,
    jump_state,
    jump_amount,
    classes,
    output_times,
    outputs,
    rtol,
    atol,
    max_steps,
    taken,
    counters,
    reached,
    a,
    c,
    nodes,
    d,
    dense,
    gamma,
    order,
    choice_first,
    condition_first,
    read_out,
    above,
    threshold,
    jump_choice,
    change_first,
    change_choice,
    change_drive,
    change_amount,
    made,
):
    """Integrate one person over all segments; y is changed in place. Returns the result code."""
    n, n_stages, n_dense = y.shape[0], nodes.shape[0], dense.shape[0]
    n_segments, n_times = drives.shape[0], output_times.shape[0]
    stages, terms = np.empty((n_stages, n)), np.empty((n_dense, n))
    f, ft, trial, new, point = np.empty(n), np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    jacobian, lu = np.empty(n_jacobian), np.empty(n_lu)
    remembered = np.zeros(classes.max() + 1)
    u, asked = drives[0].copy(), np.empty(outputs.shape[1])
    proposed, last_error, shown = 0.0, CONTROL.smallest_last, 0
    while shown < n_times and output_times[shown] < starts[0] - SAME_TIME:
        shown += 1
    for segment in range(n_segments):
        t, end = starts[segment], starts[segment + 1]
        for i in range(u.shape[0]):
            u[i] = drives[segment, i]
        _choose(
            observe, t, y, constants, u, segment, choice_first, condition_first, read_out, above, threshold, asked, made
        )
        for j in range(change_first[segment], change_first[segment + 1]):
            if made[change_choice[j]] == 1:
                u[change_drive[j]] += change_amount[j]
        for j in range(jump_first[segment], jump_first[segment + 1]):
            if jump_choice[j] < 0 or made[jump_choice[j]] == 1:
                y[jump_state[j]] += jump_amount[j]
        while shown < n_times and output_times[shown] <= t + SAME_TIME:
            observe(t, y, constants, u, outputs[shown])
            shown += 1
        kind = classes[segment]
        linearise(t, y, constants, u, f, ft, jacobian)
        fresh, first, rejections = True, True, 0
        h = _initial_step(y, f, rtol, atol, end - t)
        if remembered[kind] > 0:
            h = min(remembered[kind], end - t)
        if not np.isfinite(f).all():
            reached[0] = t
            counters[2] = _worst(f, y, atol)
            return NOT_FINITE
        while t < end:
            left = end - t
            proposed = h
            if h >= left * (1 - 1e-10):
                h = left
            elif 2 * h > left:
                h = 0.5 * left  # two even steps rather than a long and a tiny one
            if not fresh:
                linearise(t, y, constants, u, f, ft, jacobian)
                fresh = True
            factor(jacobian, 1.0 / (h * gamma), lu)
            for s in range(n_stages):
                k = stages[s]
                if s > 0:
                    for i in range(n):
                        trial[i] = y[i]
                    for j in range(s):
                        weight = a[s, j]
                        if weight != 0.0:
                            for i in range(n):
                                trial[i] += weight * stages[j, i]
                    rhs(t + nodes[s] * h, trial, constants, u, k)
                    for j in range(s):
                        weight = c[s, j] / h
                        for i in range(n):
                            k[i] += weight * stages[j, i]
                else:
                    for i in range(n):
                        k[i] = f[i]
                if d[s] != 0.0:
                    weight = h * d[s]
                    for i in range(n):
                        k[i] += weight * ft[i]
                solve(lu, k)
            last = stages[n_stages - 1]
            square = 0.0
            for i in range(n):
                new[i] = trial[i] + last[i]
                part = last[i] / (atol[i] + rtol * max(abs(y[i]), abs(new[i])))
                square += part * part
            error = math.sqrt(square / n)
            if error <= 1.0:
                reaches_end = h == left
                t_new = end if reaches_end else t + h
                limit = t_new - SAME_TIME if reaches_end else t_new
                if shown < n_times and output_times[shown] < limit:
                    for q in range(n_dense):
                        for i in range(n):
                            terms[q, i] = 0.0
                        for j in range(n_stages):
                            weight = dense[q, j]
                            for i in range(n):
                                terms[q, i] += weight * stages[j, i]
                    while shown < n_times and output_times[shown] < limit:
                        x = (output_times[shown] - t) / h
                        for i in range(n):
                            bend = 0.0
                            for q in range(n_dense - 1, -1, -1):
                                bend = terms[q, i] + x * bend
                            point[i] = (1 - x) * y[i] + x * (new[i] + (1 - x) * bend)
                        observe(output_times[shown], point, constants, u, outputs[shown])
                        shown += 1
                for i in range(n):
                    y[i] = new[i]
                t, fresh = t_new, False
                if counters[0] < taken.shape[0]:
                    taken[counters[0]] = h
                counters[0] += 1
                floor = max(error, CONTROL.smallest_error)
                factor_h = floor ** (-CONTROL.proportional / order) * last_error ** (CONTROL.integral / order)
                if first:
                    factor_h = floor ** (-1.0 / order)
                largest = 1.0 if rejections > 0 else CONTROL.grow
                factor_h = min(largest, max(CONTROL.shrink, CONTROL.safety * factor_h))
                last_error = max(error, CONTROL.smallest_last)
                if first and not reaches_end:
                    remembered[kind] = h * factor_h
                first, rejections = False, 0
                h = max(h * factor_h, proposed) if (h < 0.99 * proposed and factor_h >= 1.0) else h * factor_h
            else:
                counters[1] += 1
                rejections += 1
                change = CONTROL.safety * error ** (-1.0 / order) if math.isfinite(error) else 0.0
                h *= max(CONTROL.hard_shrink, change)
                if h < max(SMALLEST * abs(t), TINIEST):
                    reached[0] = t
                    counters[2] = _worst(last, new, atol)
                    return STEP_TOO_SMALL
            if counters[0] + counters[1] >= max_steps and t < end:
                reached[0] = t
                counters[2] = _worst(last, new, atol)
                return TOO_MANY_STEPS
    reached[0] = starts[n_segments]
    while shown < n_times and output_times[shown] <= reached[0] + SAME_TIME:
        observe(reached[0], y, constants, u, outputs[shown])
        shown += 1
    return DONE


def integrate(
    problem: Problem,
    y0: np.ndarray,
    constants: np.ndarray,
    timeline: Timeline,
    output_times: np.ndarray,
    *,
    rtol: float,
    atol: np.ndarray,
    max_steps: int = MAX_STEPS,
    taken: np.ndarray | None = None,
    choices: Choices | None = None,
) -> Solution:
    """Integrate one person through a timeline with Rodas5P.

    Parameters
    ----------
    problem : Problem
        Kernels and sizes.
    y0 : ndarray, shape (n_states,)
        State before the first boundary; not changed.
    constants : ndarray, shape (n_constants,)
        The person's constants.
    timeline : Timeline
        Boundaries, drives and jumps.
    output_times : ndarray, shape (n_times,)
        When to read out, in h, increasing; they never change the steps. At a boundary the
        value after its jumps is shown.
    rtol : float
        Relative tolerance.
    atol : ndarray, shape (n_states,)
        Absolute tolerance of each state.
    max_steps : int
        Accepted and rejected steps after which to give up.
    taken : ndarray, optional
        Receives the accepted steps in h, as many as it holds.
    choices : Choices, optional
        What happens only if the state allows it; everything happens if not given.

    Returns
    -------
    Solution
        Read-outs, the last state, and a code; 0 is success (`explain` puts it in words).
    """
    y = np.array(y0, dtype=float)
    outputs = np.full((len(output_times), problem.n_outputs), np.nan)
    counters, reached = np.zeros(3, dtype=np.int64), np.array([timeline.starts[0]])
    options = no_choices(timeline) if choices is None else choices
    made = np.full(len(options.condition_first) - 1, -1, dtype=np.int8)
    code = _drive(
        *problem.kernels,
        problem.n_jacobian,
        problem.n_lu,
        y,
        np.ascontiguousarray(constants),
        np.ascontiguousarray(timeline.starts, dtype=float),
        np.ascontiguousarray(timeline.drives, dtype=float),
        np.ascontiguousarray(timeline.jump_first, dtype=np.int64),
        np.ascontiguousarray(timeline.jump_state, dtype=np.int64),
        np.ascontiguousarray(timeline.jump_amount, dtype=float),
        np.ascontiguousarray(timeline.classes, dtype=np.int64),
        np.ascontiguousarray(output_times, dtype=float),
        outputs,
        rtol,
        np.ascontiguousarray(atol),
        max_steps,
        np.empty(0) if taken is None else taken,
        counters,
        reached,
        RODAS5P.a,
        RODAS5P.c,
        RODAS5P.nodes,
        RODAS5P.d,
        RODAS5P.dense,
        RODAS5P.gamma,
        RODAS5P.order,
        *options,
        made,
    )
    steps, rejected, worst = (int(x) for x in counters)
    return Solution(outputs, y, float(reached[0]), int(code), steps, rejected, worst, made)
