"""LSODA in COPASI, which reads the SBML that `neurokyn.exchange` writes, events and all.

It takes one absolute tolerance for all quantities and scales it by each one's initial value itself.
"""

from __future__ import annotations

import numpy as np

from benchmarks.contender import Contender, Run, one_by_one
from benchmarks.work import Person, Work

MOST_STEPS = 10_000_000
SEGMENTS = 60
SHARE = 1e-2  # absolute tolerance as a share of rtol


def setup(work: Work) -> Run:
    """Write the SBML and let COPASI read it; a person is then initial values, set by name."""
    import COPASI
    from neurokyn.exchange.document import Description, sbml_document
    from neurokyn.exchange.naming import identifier
    from neurokyn.exchange.occasions import jumps_at

    system, at_once = work.body.system, np.zeros(work.states)
    for state, amount in jumps_at(work.events, 0):
        at_once[state] = amount
    data = COPASI.CRootContainer.addDatamodel()
    data.importSBMLFromString(sbml_document(work.body, work.body.starts, work.events, Description(work.label)))
    model, task = data.getModel(), data.getTask("Time-Course")
    values = {value.getSBMLId(): value for value in (model.getModelValue(k) for k in range(model.getNumModelValues()))}
    states = [identifier(name) for name in system.state_names]
    own = [values[name] for name in (*map(identifier, system.parameter_units), *states)]
    steps, problem, method = len(work.times) - 1, task.getProblem(), task.getMethod()
    problem.setDuration(float(work.times[-1]))
    problem.setStepNumber(steps)
    problem.setTimeSeriesRequested(True)
    problem.setAutomaticStepSize(False)
    problem.setOutputEvent(False)
    method.getParameter("Max Internal Steps").setUIntValue(MOST_STEPS)

    def run(person: Person, rtol: float) -> np.ndarray:
        changed = COPASI.ObjectStdVector()
        for value, number in zip(own, [*person.parameters.tolist(), *(person.start + at_once).tolist()], strict=True):
            value.setInitialValue(number)
            changed.append(value.getInitialValueReference())
        model.updateInitialValues(changed)
        method.getParameter("Relative Tolerance").setDblValue(rtol)
        method.getParameter("Absolute Tolerance").setDblValue(rtol * SHARE)
        done, series = task.process(True), task.getTimeSeries()
        if not done or series.getRecordedSteps() != steps + 1:
            raise ArithmeticError(f"COPASI stopped after {series.getRecordedSteps()} outputs")
        places = {series.getSBMLId(k, data): k for k in range(series.getNumVariables())}
        columns = [places[name] for name in states]
        return np.array([[series.getData(step, column) for column in columns] for step in range(steps + 1)])

    return one_by_one(run)


PEER = Contender(
    "COPASI LSODA",
    ("python-copasi", "python-libsbml"),
    setup,
    "our SBML with its events; one absolute tolerance (1 % of rtol), scaled by itself; read out through its Python API",
    segments=SEGMENTS,
)
