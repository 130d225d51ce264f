"""Many people with six read-outs, as one asks for them: threads, share of the processor's peak, memory."""

from __future__ import annotations

import tracemalloc
from dataclasses import dataclass
from functools import partial
from statistics import median

import numpy as np
from neurokyn.compiler.machine import native_width
from neurokyn.scenario.lanes import METHOD

from benchmarks.clock import load, processor_seconds, wall_seconds
from benchmarks.ours import together
from benchmarks.work import Person, Work

READ_OUTS = (
    "mood.depression",
    "serotonin.extracellular",
    "growth_factors.bdnf_serum",
    "inflammation.il6",
    "exercise.fitness",
    "stress.cortisol",
)
RTOL = 1e-4
LOOSE = 1e-3  # what arrays take does not depend on it
KILOBYTE = 1000.0


def six(work: Work) -> list[int]:
    """Positions of the six read-outs."""
    names = [read_out.name for read_out in work.body.system.read_outs]
    return [names.index(name) for name in READ_OUTS]


@dataclass(frozen=True)
class Threads:
    """Wall seconds of the same people on one thread and on two, in rounds; the load before."""

    one: list[float]
    two: list[float]
    load: float

    @property
    def gain(self) -> float:
        """How many times as fast two are."""
        return median(self.one) / median(self.two)


def threads(work: Work, people: list[Person], rounds: int) -> Threads:
    """One thread and two, taking turns."""
    shown, before = six(work), load()
    spent: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(rounds):
        for count, seconds in spent.items():
            taken, _ = wall_seconds(partial(together, work, people, RTOL, shown, threads=count, kind=np.float32))
            seconds.append(taken)
    return Threads(spent[1], spent[2], before)


def flops_of_step(work: Work, people: list[Person]) -> int:
    """Floating-point operations of one step of one person, counted by the compiler as it writes the kernels."""
    constants = np.array([each.constants for each in people])
    differ = np.flatnonzero(np.ptp(constants, axis=0) > 0)
    return int(work.body.kernels.lanes(native_width(), differ, METHOD).operations["step"])


def achieved_flops(work: Work, people: list[Person]) -> float:
    """Floating-point operations in a second of processor time: those of the steps alone, against all that is done."""
    seconds, found = processor_seconds(lambda: together(work, people, RTOL, six(work), kind=np.float32))
    return flops_of_step(work, people) * float(np.sum(found.steps) + np.sum(found.rejected)) / seconds


def memory_of_a_person(work: Work, people: list[Person]) -> float:
    """Kilobytes by which the most that arrays take at once grows with each further person."""
    shown = six(work)
    small, large = people[: len(people) // 4], people

    def most(count: list[Person]) -> int:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        together(work, count, LOOSE, shown, kind=np.float32)
        return tracemalloc.get_traced_memory()[1] - before

    tracemalloc.start()
    try:
        return (most(large) - most(small)) / (len(large) - len(small)) / KILOBYTE
    finally:
        tracemalloc.stop()
