"""Our own contenders. Whatever else is to take part is written here and added to `SINGLE` or `MANY`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from neurokyn.scenario.lanes import follow_people
from neurokyn.scenario.prepare import split_constants
from neurokyn.scenario.solve import problem
from neurokyn.solver.batch import Results
from neurokyn.solver.integrate import integrate

from benchmarks.contender import Contender, Run, one_by_one
from benchmarks.work import Person, Work

BATCH = 64  # people whose courses are held at once: all states of a thousand fill 2.3 GB


def together(
    work: Work,
    people: Sequence[Person],
    rtol: float,
    shown: Sequence[int],
    *,
    threads: int = 1,
    kind: type = float,
    own: np.ndarray | None = None,
    outputs: np.ndarray | None = None,
) -> Results:
    """People from known constants, in lanes; one person alone is carried by scalar kernels.

    Parameters
    ----------
    shown : sequence of int
        Positions of the read-outs; the states come first, in their order.
    own : ndarray of int, optional
        Constants that differ between people; found if not given.
    outputs : ndarray, optional
        Memory for the read-outs.
    """
    scales = np.tile(work.body.absolute_scale, (len(people), 1))
    constants, starts = np.array([each.constants for each in people]), np.array([each.start for each in people])
    found = follow_people(
        work.body.kernels,
        constants,
        starts,
        scales,
        work.events,
        work.times,
        shown,
        rtol=rtol,
        threads=threads,
        kind=kind,
        own=own,
        outputs=outputs,
    )
    failed = np.flatnonzero(found.code)
    if len(failed):
        raise ArithmeticError(
            f"person {failed[0]} stopped at {found.t_end[failed[0]]:g} h, code {found.code[failed[0]]}"
        )
    return found


def lanes_setup(work: Work) -> Run:
    """All states of many people."""
    shown = range(work.states)

    def run(people: Sequence[Person], rtol: float) -> Iterator[np.ndarray]:
        own = np.flatnonzero(np.ptp([each.constants for each in people], axis=0) > 0)
        memory = np.empty((min(BATCH, len(people)), len(work.times), work.states))
        for first in range(0, len(people), BATCH):
            some = people[first : first + BATCH]
            yield from together(work, some, rtol, shown, own=own, outputs=memory[: len(some)]).outputs

    return run


def whole_call_setup(work: Work) -> Run:
    """One person from parameters: what follows from these alone is computed again in every call."""
    shown = range(work.states)

    def run(person: Person, rtol: float) -> np.ndarray:
        made = split_constants(work.body.kernels, person.parameters)
        return together(work, [Person(person.parameters, made.constants, person.start)], rtol, shown).outputs[0]

    return one_by_one(run)


def reference_setup(work: Work) -> Run:
    """The readable Numba kernels and their driver, which the others are tested against."""
    given = problem(work.body)

    def run(person: Person, rtol: float) -> np.ndarray:
        solution = integrate(
            given, person.start, person.constants, work.events, work.times, rtol=rtol, atol=rtol * work.sizes
        )
        if solution.code != 0:
            raise ArithmeticError(f"stopped at {solution.t_end:g} h with code {solution.code}")
        return solution.outputs[:, : work.states]

    return one_by_one(run)


METHOD = "Rodas5P, sparse elimination without pivoting"
SINGLE = (
    Contender("neurokyn, whole call", ("neurokyn",), whole_call_setup, f"{METHOD}; from parameters; scalar kernels"),
    Contender(
        "neurokyn, reference", ("neurokyn",), reference_setup, f"{METHOD}; readable Numba kernels; all read-outs"
    ),
)
MANY = (
    Contender("neurokyn, lanes", ("neurokyn",), lanes_setup, f"{METHOD}; from constants; SIMD lanes", together=True),
    SINGLE[1],
)
