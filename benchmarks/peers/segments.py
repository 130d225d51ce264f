"""From boundary to boundary, for methods driven from Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from neurokyn.solver.problem import SAME_TIME

from benchmarks.contender import RunOne
from benchmarks.work import Person, Work


class Segment(NamedTuple):
    """A smooth stretch: when it is read out (its ends included), and what happens at its beginning."""

    number: int
    times: np.ndarray
    drives: np.ndarray
    jump_states: np.ndarray
    jump_amounts: np.ndarray
    first: int
    last: int


Advance = Callable[[Segment, np.ndarray], np.ndarray]  # a segment and the state at its start -> states at its times
Begin = Callable[[Person, float], Advance]


def segments(work: Work) -> list[Segment]:
    """The timeline, laid out once: outputs `first` up to `last` lie in a segment, one at its start included."""
    starts, times, e = work.events.starts, work.times, work.events
    cuts = np.searchsorted(times, starts - SAME_TIME)
    cuts[-1] = len(times)
    found = []
    for k, drives in enumerate(e.drives):
        inside = times[cuts[k] : cuts[k + 1]]
        inside = inside[(inside > starts[k] + SAME_TIME) & (inside < starts[k + 1] - SAME_TIME)]
        jumps = slice(e.jump_first[k], e.jump_first[k + 1])
        when = np.concatenate([[starts[k]], inside, [starts[k + 1]]])
        found.append(Segment(k, when, drives, e.jump_state[jumps], e.jump_amount[jumps], cuts[k], cuts[k + 1]))
    return found


def by_segments(work: Work, begin: Begin) -> RunOne:
    """A run that restarts at every boundary.

    Parameters
    ----------
    work : Work
        What is to be done.
    begin : callable
        From a person and rtol to what carries a state through a segment.
    """
    layout = segments(work)

    def run(person: Person, rtol: float) -> np.ndarray:
        outputs, y = np.empty((len(work.times), work.states)), person.start.copy()
        advance = begin(person, rtol)
        for segment in layout:
            np.add.at(y, segment.jump_states, segment.jump_amounts)
            states = advance(segment, y)
            count = segment.last - segment.first
            at_start = count > 0 and work.times[segment.first] <= segment.times[0] + SAME_TIME
            inner = states[0 if at_start else 1 : len(states) - 1]
            outputs[segment.first : segment.first + len(inner)] = inner
            y = np.array(states[-1])
            outputs[segment.first + len(inner) : segment.last] = y
        return outputs

    return run


def stretches(layout: list[Segment]) -> Iterator[tuple[float, float]]:
    """Begin and end of each segment."""
    for segment in layout:
        yield float(segment.times[0]), float(segment.times[-1])
