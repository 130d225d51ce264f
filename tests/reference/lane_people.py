"""People carried in lanes of any width, straight through the solver, and by the reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from neurokyn.scenario.lanes import ABSOLUTE_SHARE, machine
from neurokyn.scenario.prepare import Prepared
from neurokyn.scenario.solve import problem
from neurokyn.solver.batch import Batch, Results
from neurokyn.solver.integrate import integrate
from neurokyn.solver.people import carry_people
from neurokyn.solver.problem import Choices, Solution, Timeline, no_choices

TIMES = np.empty(0)


def carried(
    body: Prepared,
    constants: np.ndarray,
    starts: np.ndarray,
    events: Timeline,
    times: np.ndarray = TIMES,
    *,
    shown: Sequence[int] | None = None,
    rtol: float = 1e-6,
    width: int = 1,
    own: np.ndarray | None = None,
    choices: Choices | None = None,
    thresholds: np.ndarray | None = None,
    own_drives: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None,
    kind: type = float,
    **more: Any,
) -> Results:
    """People with one row each of constants and starts, at the tolerances of `follow_people`; all read-outs."""
    n, layout = len(starts), body.kernels.LAYOUT
    which = np.arange(layout["read_outs"]) if shown is None else np.asarray(shown, dtype=int)
    given = no_choices(events) if choices is None else choices
    asked = np.unique(given.read_out)
    anybody = constants[0] if n else body.constants
    made = machine(body.kernels, anybody, which.tolist(), asked=asked.tolist(), own=own, width=width)
    given = given._replace(read_out=np.searchsorted(asked, given.read_out).astype(np.int64))
    columns = np.arange(layout["constants"]) if own is None else own
    atol = np.tile(rtol * ABSOLUTE_SHARE * body.absolute_scale, (n, 1))
    limits = np.tile(given.threshold, (n, 1)) if thresholds is None else thresholds
    drives = own_drives or (np.empty((n, 0, 0)), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    parts = (np.ascontiguousarray(x, dtype=float) for x in (starts, constants[:, columns], atol, limits))
    outputs = np.empty((n, len(times), len(which)), dtype=kind)
    return carry_people(made, Batch(*parts, *drives), events, given, times, rtol=rtol, outputs=outputs, **more)


def alone(
    body: Prepared,
    constants: np.ndarray,
    start: np.ndarray,
    events: Timeline,
    times: np.ndarray = TIMES,
    *,
    rtol: float = 1e-6,
    of: float | None = None,
    **more: Any,
) -> Solution:
    """One person by the reference; the absolute tolerance is that of a relative one `of` if it is given."""
    atol = (of or rtol) * ABSOLUTE_SHARE * body.absolute_scale
    return integrate(problem(body), start, constants, events, times, rtol=rtol, atol=atol, **more)


def cut(events: Timeline, first: float, last: float) -> Timeline:
    """The segments of a timeline that lie between two times, in h."""
    a, b = (int(np.searchsorted(events.starts, t - 1e-9)) for t in (first, last))
    b = max(min(b, len(events.classes)), a + 1)
    return events._replace(
        starts=events.starts[a : b + 1],
        drives=events.drives[a:b],
        jump_first=events.jump_first[a : b + 1],
        classes=events.classes[a:b],
    )


def same_outputs(found: np.ndarray, expected: np.ndarray, share: float) -> None:
    """Within a share of each read-out's size over the whole course."""
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    if not np.isfinite(expected).any():
        return
    size = np.nanmax(np.abs(expected), axis=0)
    assert np.nanmax(np.abs(found - expected) / (share * size + 1e-300), initial=0.0) <= 1
