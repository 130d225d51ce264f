"""Many people at once, each in a lane with its own time, step and place in the schedule.

Kernels advance all lanes of a batch together; this file decides for each lane what its next step is, what happens at
its boundaries and what is read out, and gives a lane whose person is done to the next one. Nothing a lane does depends
on its neighbours, so results are the same for any number of people and threads.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from neurokyn.solver.calls import call_kernel, square_root, take_next
from neurokyn.solver.problem import DONE, NOT_FINITE, SAME_TIME, STEP_TOO_SMALL, TOO_MANY_STEPS

SMALLEST, TINIEST = 1e-13, 1e-30  # step: as a share of the time, and in h
NOWHERE = -1e300
ROUNDING = 2.3e-16  # a little more than a double keeps
FIRST_STEP = 1e-3  # h; of a lane that has nobody to carry


# Reference counts would cost more than the arithmetic (nothing is allocated here), and calls from Python come through
# `entries`.
_options = {
    "nogil": True, "error_model": "numpy", "_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True
}  # fmt: skip
_rare, _part = njit(**_options), njit(**_options, forceinline=True)


@_part
def _some(truths):
    """Whether any holds."""
    found = False
    for lane in range(truths.shape[0]):
        found = found or truths[lane]
    return found


@_rare
def _load_person(run, ws, lane, person):
    """Put a person into a lane."""
    batch = run.batch
    for k in range(batch.starts.shape[1]):
        ws.state[k, lane] = batch.starts[person, k]
        ws.atol[k, lane] = batch.atol[person, k]
    for k in range(batch.constants.shape[1]):
        ws.own[k, lane] = batch.constants[person, k]
    ws.time[lane] = run.timeline.starts[0]


@_rare
def _next_person(run, lanes, ws, lane):
    """Give a lane to the next person of the queue, if there is one."""
    person = take_next(run.queue.ctypes.data) if run.queue[0] < run.n_people else run.n_people
    if person >= run.n_people:
        lanes.busy[lane], lanes.enters[lane], lanes.limit[lane] = False, False, NOWHERE
        return
    _load_person(run, ws, lane, person)
    lanes.person[lane], lanes.segment[lane], lanes.output[lane] = person, 0, 0
    lanes.busy[lane], lanes.enters[lane], lanes.proposed[lane] = True, True, 0.0
    ws.last_error[lane] = run.control.smallest_last
    lanes.remembered[lane, :] = 0.0
    while (
        lanes.output[lane] < run.times.shape[0] and run.times[lanes.output[lane]] < run.timeline.starts[0] - SAME_TIME
    ):
        lanes.output[lane] += 1


@_rare
def _finish(run, lanes, ws, lane):
    """Keep what came of a person and free the lane for another."""
    person, results = lanes.person[lane], run.results
    worst, largest = 0, -1.0
    for k in range(run.batch.starts.shape[1]):
        value = ws.state[k, lane]
        results.ends[person, k] = value
        part = abs(ws.last_stage[k, lane]) / (ws.atol[k, lane] + abs(value))
        if not np.isfinite(part) and np.isfinite(largest):
            worst, largest = k, np.inf
        elif part > largest:
            worst, largest = k, part
    results.t_end[person] = ws.time[lane]
    results.code[person] = lanes.code[lane]
    results.worst[person] = worst
    _next_person(run, lanes, ws, lane)


@_part
def _just_after(boundary):
    """The first time that does not lie on a boundary; late ones are further apart than what counts as the same time."""
    late = boundary + SAME_TIME
    return late + abs(late) * ROUNDING


@_rare
def _read_out(run, lanes, ws, base):
    """Read out every lane up to its limit, one output of each lane at a time."""
    width, times = run.width, run.times
    terms_known = False
    while True:
        any_due, any_within = False, False
        for lane in range(width):
            k = lanes.output[lane]
            due = k < times.shape[0] and lanes.busy[lane] and times[k] < lanes.limit[lane]
            lanes.due[lane] = due
            ws.theta[lane] = 0.0
            if due:
                here, within = ws.time[lane], not lanes.enters[lane]
                any_due, any_within = True, any_within or within
                ws.shown_time[lane] = times[k] if within else here
                if within:
                    ws.theta[lane] = (times[k] - here) / ws.step[lane]
        if not any_due:
            return
        if any_within and not terms_known:
            call_kernel(run.kernels.terms, base)
            terms_known = True
        call_kernel(run.kernels.show, base)
        for lane in range(width):
            if lanes.due[lane]:
                row, shown = run.results.outputs[lanes.person[lane], lanes.output[lane]], ws.shown
                for k in range(row.shape[0]):
                    row[k] = shown[k, lane]
                lanes.output[lane] += 1


@_part
def _set_drives(run, lanes, ws, lane):
    """The drives of the segment a lane enters; whether it has choices to make."""
    segment, person = lanes.segment[lane], lanes.person[lane]
    drives, batch = run.timeline.drives, run.batch
    for k in range(drives.shape[1]):
        ws.drive[k, lane] = drives[segment, k]
    if batch.own_columns.shape[0] > 0:
        row = batch.own_row[segment]
        for k in range(batch.own_columns.shape[0]):
            ws.drive[batch.own_columns[k], lane] += batch.own_drives[person, row, k]
    ws.shown_time[lane] = ws.time[lane]
    return run.choices.first[segment] < run.choices.first[segment + 1]


@_part
def _choose(run, lanes, ws, lane):
    """Make the choices of a boundary, on the state before its jumps, from what was asked."""
    choices, segment, person, made = run.choices, lanes.segment[lane], lanes.person[lane], run.results.made
    for choice in range(choices.first[segment], choices.first[segment + 1]):
        made[person, choice] = 1
        for condition in range(choices.condition_first[choice], choices.condition_first[choice + 1]):
            value = ws.shown[choices.read_out[condition], lane]
            if (value > run.batch.thresholds[person, condition]) != choices.above[condition]:
                made[person, choice] = 0


@_part
def _jump(run, lanes, ws, lane):
    """What happens at a boundary: changes of drives and jumps of states, where they were chosen."""
    segment, person = lanes.segment[lane], lanes.person[lane]
    choices, timeline, made = run.choices, run.timeline, run.results.made
    for j in range(choices.change_first[segment], choices.change_first[segment + 1]):
        if made[person, choices.change_choice[j]] == 1:
            ws.drive[choices.change_drive[j], lane] += choices.change_amount[j]
    for j in range(timeline.jump_first[segment], timeline.jump_first[segment + 1]):
        if choices.jump_choice[j] < 0 or made[person, choices.jump_choice[j]] == 1:
            ws.state[timeline.jump_state[j], lane] += timeline.jump_amount[j]


@_part
def _initial_step(run, ws, lane, span):
    """A first step from the size of y and of dy/dt (Hairer, Nørsett & Wanner, II.4)."""
    d0, d1 = 0.0, 0.0
    for k in range(run.batch.starts.shape[1]):
        y = ws.state[k, lane]
        scale = ws.atol[k, lane] + ws.rtol[lane] * abs(y)
        d0 += (y / scale) * (y / scale)
        d1 += (ws.slope[k, lane] / scale) * (ws.slope[k, lane] / scale)
    if d0 < 1e-10 or d1 < 1e-10:
        return min(span, 1e-4)
    step = 0.01 * square_root(d0 / d1)
    return min(span, max(1e-10, step)) if np.isfinite(step) else min(span, 1e-4)


@_part
def _enter(run, lanes, ws, base):
    """Take every lane that has reached a boundary across it."""
    width, timeline = run.width, run.timeline
    n_segments = timeline.drives.shape[0]
    ended, asks, unknown = False, False, False
    for lane in range(width):
        lanes.limit[lane] = NOWHERE
        if lanes.enters[lane] and lanes.segment[lane] == n_segments:
            lanes.limit[lane] = _just_after(ws.time[lane])
            ended = True
    if ended:
        _read_out(run, lanes, ws, base)
        for lane in range(width):
            if lanes.enters[lane] and lanes.segment[lane] == n_segments:
                lanes.code[lane] = DONE
                _finish(run, lanes, ws, lane)
    for lane in range(width):
        lanes.limit[lane] = NOWHERE
        if lanes.enters[lane]:
            asks = _set_drives(run, lanes, ws, lane) or asks
            ws.theta[lane] = 0.0
    if asks:
        call_kernel(run.kernels.ask, base)
    for lane in range(width):
        if lanes.enters[lane]:
            if asks:
                _choose(run, lanes, ws, lane)
            _jump(run, lanes, ws, lane)
            lanes.limit[lane] = _just_after(ws.time[lane])
            lanes.fresh[lane], lanes.rejections[lane] = True, 0
            known = lanes.remembered[lane, timeline.classes[lanes.segment[lane]]]
            lanes.needs_step[lane] = known == 0.0
            ws.step[lane] = known
            unknown = unknown or known == 0.0
    _read_out(run, lanes, ws, base)
    if unknown:
        call_kernel(run.kernels.linearise, base)
    for lane in range(width):
        if lanes.enters[lane]:
            span = timeline.starts[lanes.segment[lane] + 1] - ws.time[lane]
            if lanes.needs_step[lane]:
                ws.step[lane] = _initial_step(run, ws, lane, span)
            ws.step[lane] = min(ws.step[lane], span)
            lanes.enters[lane] = False


@_part
def _accept(run, lanes, ws, lane, t_new, ends):
    """After an accepted step: the next step, and whether a boundary is reached."""
    h, error = ws.step[lane], ws.error[lane]
    factor = ws.first_growth[lane] if lanes.fresh[lane] else ws.growth[lane]
    factor = min(1.0 if lanes.rejections[lane] > 0 else run.control.grow, max(run.control.shrink, factor))
    ws.last_error[lane] = max(error, run.control.smallest_last)
    if lanes.fresh[lane] and not ends:
        lanes.remembered[lane, run.timeline.classes[lanes.segment[lane]]] = h * factor
    lanes.fresh[lane], lanes.rejections[lane] = False, 0
    clipped = h < 0.99 * lanes.proposed[lane] and factor >= 1.0
    ws.step[lane] = max(h * factor, lanes.proposed[lane]) if clipped else h * factor
    ws.time[lane] = t_new
    run.results.steps[lanes.person[lane]] += 1
    if ends:
        lanes.segment[lane] += 1
        lanes.enters[lane] = True


@_part
def _reject(run, lanes, ws, lane):
    """After a rejected step: a shorter one, or the end of this person."""
    finite = np.isfinite(ws.error[lane])
    if not finite and lanes.fresh[lane] and lanes.rejections[lane] == 0:
        defined = True
        for k in range(run.batch.starts.shape[1]):
            ws.last_stage[k, lane] = ws.slope[k, lane]  # this names the state: in the stages one spoils the others
            defined = defined and np.isfinite(ws.slope[k, lane])
        if not defined:
            lanes.code[lane] = NOT_FINITE
            _finish(run, lanes, ws, lane)
            return
    run.results.rejected[lanes.person[lane]] += 1
    lanes.rejections[lane] += 1
    ws.step[lane] *= ws.reduction[lane] if finite else run.control.hard_shrink
    if ws.step[lane] < max(SMALLEST * abs(ws.time[lane]), TINIEST):
        lanes.code[lane] = STEP_TOO_SMALL
        _finish(run, lanes, ws, lane)


@_part
def _step(run, lanes, ws, base):
    """One step of every lane."""
    width, timeline = run.width, run.timeline
    for lane in range(width):
        if lanes.busy[lane]:
            h, left = ws.step[lane], timeline.starts[lanes.segment[lane] + 1] - ws.time[lane]
            lanes.proposed[lane] = h
            if h >= left * (1 - 1e-10):
                h = left
            elif 2 * h > left:
                h = 0.5 * left  # two even steps rather than a long and a tiny one
            ws.step[lane] = h
    call_kernel(run.kernels.step, base)
    some_due = False
    for lane in range(width):
        lanes.limit[lane] = NOWHERE
        if not lanes.busy[lane]:
            ws.accepted[lane] = 0.0
        elif ws.accepted[lane] > 0.5:
            end, t = timeline.starts[lanes.segment[lane] + 1], ws.time[lane]
            ends = ws.step[lane] == end - t
            lanes.limit[lane] = end - SAME_TIME if ends else t + ws.step[lane]
            k = lanes.output[lane]
            some_due = some_due or (k < run.times.shape[0] and run.times[k] < lanes.limit[lane])
    if some_due:
        _read_out(run, lanes, ws, base)
    call_kernel(run.kernels.advance, base)
    for lane in range(width):
        if not lanes.busy[lane]:
            continue
        if ws.accepted[lane] > 0.5:
            end, t = timeline.starts[lanes.segment[lane] + 1], ws.time[lane]
            ends = ws.step[lane] == end - t
            _accept(run, lanes, ws, lane, end if ends else t + ws.step[lane], ends)
        else:
            _reject(run, lanes, ws, lane)
        person = lanes.person[lane]
        if lanes.busy[lane] and not lanes.enters[lane]:
            taken = run.results.steps[person] + run.results.rejected[person]
            if taken >= run.max_steps:
                lanes.code[lane] = TOO_MANY_STEPS
                _finish(run, lanes, ws, lane)


@_rare
def carry(run, lanes, ws, base):
    """Carry people from the queue until there are none left; several threads may share a queue.

    Parameters
    ----------
    run : Run
        What is to be done; `run.queue[0]` is the next person.
    lanes : Lanes
        Scratch space, one entry a lane.
    ws : ndarray
        The workspace of the kernels.
    base : int
        Its address, on a cache line.
    """
    call_kernel(run.kernels.enter, base)
    for lane in range(run.width):
        _load_person(run, ws, lane, 0)  # a lane without a person computes too, and must have something to compute
        ws.step[lane] = FIRST_STEP
        for k in range(run.timeline.drives.shape[1]):
            ws.drive[k, lane] = run.timeline.drives[0, k]
        _next_person(run, lanes, ws, lane)
    while True:
        while _some(lanes.enters):
            _enter(run, lanes, ws, base)
        if not _some(lanes.busy):
            call_kernel(run.kernels.leave, base)
            return
        _step(run, lanes, ws, base)
