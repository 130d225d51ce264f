"""What happens only if a person does it: choices of a schedule as the solver's arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from neurokyn.errors import ScenarioError, nearest
from neurokyn.scenario.prepare import Prepared
from neurokyn.scenario.schedule import Arrays, Schedule
from neurokyn.scenario.solve import arrays_of, as_timeline
from neurokyn.solver.problem import Choices, Timeline


class Condition(NamedTuple):
    """What must hold for a choice to be a yes.

    Parameters
    ----------
    read_out : str
        Qualified name of a read-out of the model.
    above : bool
        Whether it must be above the threshold; else at or below it.
    threshold : float
        In the unit of the read-out.
    """

    read_out: str
    above: bool
    threshold: float = 0.0


class OpenTimeline(NamedTuple):
    """A timeline with choices in it.

    Parameters
    ----------
    timeline : Timeline
        Boundaries, drives without what is chosen, and jumps.
    choices : Choices
        In order of time.
    names : tuple of str
        Name of each choice.
    """

    timeline: Timeline
    choices: Choices
    names: tuple[str, ...]


def timeline_with_choices(
    prepared: Prepared,
    schedule: Schedule,
    duration: float,
    clock: float,
    conditions: Mapping[str, Sequence[Condition]],
) -> OpenTimeline:
    """A schedule some of whose items wait for a choice.

    Each choice is made once, when the first of its items is due.

    Parameters
    ----------
    prepared : Prepared
        A system with numbers.
    schedule : Schedule
        Boluses and levels; `choice` names what an item waits for.
    duration : float
        Hours.
    clock : float
        Time of day at t = 0, in h.
    conditions : mapping of str to sequence of Condition
        What must hold, for each choice that the schedule names.

    Returns
    -------
    OpenTimeline
        Each choice's conditions in the order they were given in.

    Raises
    ------
    ScenarioError
        If a choice has no conditions, or a read-out is unknown.
    """
    arrays = arrays_of(prepared, schedule, duration, clock)
    timeline = as_timeline(prepared, arrays)
    when = _moments(arrays, conditions)
    read_outs = [r.name for r in prepared.system.read_outs]
    asked = [condition for name in when for condition in conditions[name]]
    for condition in asked:
        if condition.read_out not in read_outs:
            raise ScenarioError(
                f"no read-out '{condition.read_out}' to choose by{nearest(condition.read_out, read_outs)}"
            )
    number = {name: k for k, name in enumerate(when)}
    segments = np.arange(len(arrays.starts))
    changes = arrays.changes
    choices = Choices(
        np.searchsorted(list(when.values()), segments).astype(np.int64),
        np.cumsum([0, *(len(conditions[name]) for name in when)], dtype=np.int64),
        np.array([read_outs.index(condition.read_out) for condition in asked], dtype=np.int64),
        np.array([condition.above for condition in asked], dtype=np.bool_),
        np.array([condition.threshold for condition in asked], dtype=float),
        np.array([number.get(name, -1) for name in arrays.jump_choice], dtype=np.int64),
        np.searchsorted([change.segment for change in changes], segments).astype(np.int64),
        np.array([number[change.choice] for change in changes], dtype=np.int64),
        np.array([change.drive for change in changes], dtype=np.int64),
        np.array([change.amount for change in changes], dtype=float),
    )
    return OpenTimeline(timeline, choices, tuple(when))


def _moments(arrays: Arrays, conditions: Mapping[str, Sequence[Condition]]) -> dict[str, int]:
    """The segment at whose start each choice is made, in order of time."""
    first: dict[str, int] = {}
    for change in arrays.changes:
        first.setdefault(change.choice, change.segment)
    for segment in range(len(arrays.starts) - 1):
        for k in range(arrays.jump_first[segment], arrays.jump_first[segment + 1]):
            name = arrays.jump_choice[k]
            if name:
                first[name] = min(first.get(name, segment), segment)
    unknown = [name for name in first if name not in conditions]
    if unknown:
        raise ScenarioError(f"nothing says what '{unknown[0]}' depends on{nearest(unknown[0], conditions)}")
    return dict(sorted(first.items(), key=lambda entry: entry[1]))
