"""Where everything lies in the workspace of the lane kernels."""

from __future__ import annotations

from typing import NamedTuple


class Sizes(NamedTuple):
    """What determines the layout of a workspace."""

    width: int
    states: int
    drives: int
    jacobian: int
    elimination: int
    own_constants: int
    shared_constants: int
    time_slopes: int
    stages: int
    dense: int


class Layout(NamedTuple):
    """Where things lie in the workspace, in slots of `width` doubles.

    `time` to `time_weight` hold one number a lane; the others one slot for each entry. `shared` is a plain list of
    doubles, the same for all lanes.
    """

    time: int
    step: int
    error: int
    last_error: int
    growth: int
    first_growth: int
    reduction: int
    accepted: int
    theta: int
    shown_time: int
    rtol: int
    mode: int
    stage_time: int
    time_weight: int
    atol: int
    state: int
    new: int
    trial: int
    slope: int
    time_slope: int
    drive: int
    own: int
    shared: int
    jacobian: int
    lu: int
    stages: int
    terms: int
    shown: int
    size: int


def lay_out(sizes: Sizes, shown: int) -> Layout:
    """Place everything, each block on a cache line.

    Parameters
    ----------
    sizes : Sizes
        Of the model and the method.
    shown : int
        Most read-outs that are asked for at once.

    Returns
    -------
    Layout
        Offsets and the size of the whole, in slots.
    """
    wanted = lengths(sizes, shown)
    at, places = 0, list[int]()
    for name in Layout._fields[:-1]:
        places.append(at)
        at += padded(wanted[name], sizes.width)
    return Layout._make([*places, at])


def padded(slots: int, width: int) -> int:
    """Slots rounded up so that they fill blocks of eight doubles."""
    block = max(1, 8 // width)
    return -(-slots // block) * block


def lengths(sizes: Sizes, shown: int) -> dict[str, int]:
    """How many slots each entry of a layout has, before padding."""
    n = sizes.states
    single = dict.fromkeys(Layout._fields[: Layout._fields.index("atol")], 1)
    return single | {
        "atol": n,
        "state": n,
        "new": n,
        "trial": n,
        "slope": n,
        "time_slope": max(sizes.time_slopes, 1),
        "drive": max(sizes.drives, 1),
        "own": max(sizes.own_constants, 1),
        "shared": -(-max(sizes.shared_constants, 1) // sizes.width),
        "jacobian": max(sizes.jacobian, 1),
        "lu": max(sizes.elimination, 1),
        "stages": sizes.stages * padded(n, sizes.width),
        "terms": sizes.dense * n,
        "shown": max(shown, 1),
    }
