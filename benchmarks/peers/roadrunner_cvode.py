"""CVODE in libRoadRunner, which compiles the SBML that `neurokyn.exchange` writes, events and all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from benchmarks.contender import Contender, Run, one_by_one
from benchmarks.work import Person, Work

MOST_STEPS = 1_000_000


def setup(work: Work) -> Run:
    """Write the SBML and let libRoadRunner compile it; a person is then parameters and a state, set by name."""
    import roadrunner
    from neurokyn.exchange.document import Description, sbml_document
    from neurokyn.exchange.naming import identifier
    from neurokyn.exchange.occasions import jumps_at

    system, kernels = work.body.system, work.body.kernels
    states, parameters = ([identifier(x) for x in names] for names in (system.state_names, system.parameter_units))
    runner = roadrunner.RoadRunner(sbml_document(work.body, work.body.starts, work.events, Description(work.label)))
    runner.timeCourseSelections = states
    runner.integrator.maximum_num_steps = MOST_STEPS
    usual, at_once = work.body.table.values_for(system.parameter_units), np.zeros(work.states)
    for state, amount in jumps_at(work.events, 0):
        at_once[state] = amount
    # What follows from parameters alone is computed once, when the file is read; for another person it has to be set.
    read_outs = [identifier(read_out.name) for read_out in system.read_outs]
    derived = [read_outs.index(name) for name in runner.getInitialAssignmentIds()]
    shown = np.empty(len(read_outs))

    def run(person: Person, rtol: float) -> np.ndarray:
        runner.resetAll()
        for k in np.flatnonzero(person.parameters != usual):
            runner.model[parameters[k]] = person.parameters[k]
        kernels.observe(0.0, person.start, person.constants, work.events.drives[0], shown)
        for k in derived:
            runner.model[read_outs[k]] = shown[k]
        for name, value in zip(states, (person.start + at_once).tolist(), strict=True):
            runner.model[name] = value
        runner.integrator.relative_tolerance = rtol
        runner.integrator.absolute_tolerance = (rtol * work.sizes).tolist()
        with _without_warnings():
            return np.asarray(runner.simulate(times=work.times))

    return one_by_one(run)


@contextmanager
def _without_warnings() -> Iterator[None]:
    """CVODE writes a line for every tiny step straight to standard error; failures come as exceptions all the same."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


PEER = Contender(
    "libRoadRunner CVODE",
    ("libroadrunner", "python-libsbml"),
    setup,
    "our SBML with its events, compiled by LLVM, one call for the whole course; BDF, dense, Jacobian by its own "
    "differences; a tolerance for each state",
)
