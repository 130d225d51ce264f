"""An experiment on one body, with the derivative of everything it shows by chosen parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from neurokyn.analysis.dual import Dual
from neurokyn.compiler.parameters import Table
from neurokyn.errors import ScenarioError, SolveError, nearest
from neurokyn.language.units import conversion_factor
from neurokyn.scenario.activity import Bout, Programme
from neurokyn.scenario.context import Context
from neurokyn.scenario.dosing import Dose, Regimen
from neurokyn.scenario.model import standard_model, standard_parameters
from neurokyn.scenario.people import phenotype_values
from neurokyn.scenario.prepare import Prepared, evaluate_constants, prepare
from neurokyn.scenario.schedule import Level, Schedule
from neurokyn.scenario.solve import ABSOLUTE_SHARE, problem, timeline
from neurokyn.scenario.steady import steady_state
from neurokyn.scenario.surroundings import Challenge, Stress
from neurokyn.solver.problem import explain
from neurokyn.solver.sensitivity import sensitivities

Item = Dose | Regimen | Bout | Programme | Stress | Challenge | Level
CLOCK = 7.0  # h, time of day at t = 0
NUDGE = 1e-6  # relative step of the derivative of constants, which are formulas of parameters alone
QUIET = Level("clock.rhythms", 0.0, 1e9, 0.0, "1", True)


@dataclass(frozen=True)
class Experiment:
    """Something done to a body at rest, rhythms and meals at their means.

    Parameters
    ----------
    hours : float
        How long it is watched.
    items : tuple
        What is done.
    phenotype : str
        Who it is done to.
    settings : tuple of (str, float)
        Parameters held for this experiment.
    every : float
        Hours between readings.
    """

    hours: float
    items: tuple[Item, ...] = ()
    phenotype: str = "healthy"
    settings: tuple[tuple[str, float], ...] = ()
    every: float = 1.0


@dataclass(frozen=True)
class Course:
    """Readings of an experiment with their slopes."""

    times: np.ndarray
    names: Mapping[str, int]
    values: np.ndarray
    slopes: np.ndarray

    def _column(self, name: str) -> int:
        if name not in self.names:
            raise ScenarioError(f"no read-out '{name}'{nearest(name, self.names)}")
        return self.names[name]

    def at(self, name: str, hour: float) -> Dual:
        """The reading at an hour."""
        k, column = int(np.argmin(np.abs(self.times - hour))), self._column(name)
        return Dual(float(self.values[k, column]), self.slopes[:, k, column])

    def mean(self, name: str, start: float, stop: float) -> Dual:
        """The mean of the readings on [start, stop]."""
        inside, column = (self.times >= start - 1e-9) & (self.times <= stop + 1e-9), self._column(name)
        return Dual(float(self.values[inside, column].mean()), self.slopes[:, inside, column].mean(axis=1))

    def lowest(self, name: str) -> Dual:
        """The smallest reading; its slope is that of the reading there."""
        column = self._column(name)
        return self.at(name, float(self.times[int(np.argmin(self.values[:, column]))]))

    def highest(self, name: str) -> Dual:
        """The largest reading."""
        column = self._column(name)
        return self.at(name, float(self.times[int(np.argmax(self.values[:, column]))]))


def perform(
    experiment: Experiment, values: Mapping[str, float], *, moving: int | None = None, rtol: float = 1e-6
) -> Course:
    """Run an experiment and differentiate it by every parameter that is given a value.

    Parameters
    ----------
    experiment : Experiment
        What is done.
    values : mapping of str to float
        Parameters by qualified name, in their tables' units. "mdd:stress.chronic_load" is a number of
        the phenotype "mdd" alone.
    moving : int, optional
        How many of them, from the first, are differentiated by; all if not given.
    rtol : float
        Relative tolerance.

    Returns
    -------
    Course
        Readings, and slopes in the order of `values`.

    Raises
    ------
    SolveError
        If the integration fails.
    """
    common = {name: x for name, x in values.items() if ":" not in name}
    prefix = f"{experiment.phenotype}:"
    own = {name.removeprefix(prefix): x for name, x in values.items() if name.startswith(prefix)}
    table = standard_parameters().with_values(common).with_values(phenotype_values(experiment.phenotype))
    body = prepare(standard_model(), table.with_values(own).with_values(dict(experiment.settings)))
    acts = [_acts(name, prefix, body.table, experiment) for name in list(values)[:moving]]
    constants, starts = slopes_of_constants(body, acts)
    y0 = steady_state(body)
    context = Context(experiment.hours, CLOCK)
    parts = [x for item in experiment.items for x in ([item] if isinstance(item, Level) else item.expand(context))]
    times = np.arange(0.0, experiment.hours + experiment.every / 2, experiment.every)
    result = sensitivities(
        problem(body),
        np.array(body.kernels.JACOBIAN),
        y0,
        slopes_of_rest(body, y0, constants, starts),
        body.constants,
        constants,
        timeline(body, Schedule([QUIET, *parts]), experiment.hours, CLOCK),
        times,
        rtol=rtol,
        atol=rtol * ABSOLUTE_SHARE * body.absolute_scale,
    )
    if result.solution.code != 0:
        raise SolveError(explain(result.solution, body.system.state_names))
    names = {r.name: k for k, r in enumerate(body.system.read_outs)}
    return Course(times, names, result.solution.outputs, result.slopes)


def _acts(name: str, prefix: str, table: Table, experiment: Experiment) -> str:
    """The parameter a value changes in this experiment; empty if something else sets it here."""
    plain = name.removeprefix(prefix)
    held = {key for key, _ in experiment.settings}
    if plain == name:
        held |= set(phenotype_values(experiment.phenotype))
    return "" if ":" in plain or plain in held else table[plain].name


def slopes_of_constants(body: Prepared, parameters: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Derivatives of a body's constants and declared starts by parameters in their table's units.

    Parameters
    ----------
    body : Prepared
        A system with numbers.
    parameters : sequence of str
        Qualified names; an empty one has no effect.

    Returns
    -------
    ndarray, shape (n_parameters, n_constants), ndarray, shape (n_parameters, n_states)
        The derivatives.
    """
    units = body.system.parameter_units
    base, position = body.table.values_for(units), {name: k for k, name in enumerate(units)}
    constants = np.zeros((len(parameters), len(body.constants)))
    starts = np.zeros((len(parameters), len(body.starts)))
    for k, name in enumerate(parameters):
        if name:
            at = position[name]
            step = NUDGE * max(abs(base[at]), 1e-3)
            up, down = base.copy(), base.copy()
            up[at] += step
            down[at] -= step
            above, below = evaluate_constants(body.system, up), evaluate_constants(body.system, down)
            scale = conversion_factor(body.table[name].unit, units[name]) / (2 * step)
            constants[k] = (above.constants - below.constants) * scale
            starts[k] = (above.starts - below.starts) * scale
    return constants, starts


def slopes_of_rest(body: Prepared, y0: np.ndarray, constants: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Derivative of the fixed point: J dy/dp + ∂f/∂p = 0; a state that does not settle keeps its start.

    Parameters
    ----------
    body : Prepared
        A system with numbers.
    y0 : ndarray, shape (n_states,)
        Its fixed point.
    constants : ndarray, shape (n_parameters, n_constants)
        Derivatives of its constants.
    starts : ndarray, shape (n_parameters, n_states)
        Derivatives of its declared starts.

    Returns
    -------
    ndarray, shape (n_parameters, n_states)
        The derivatives.
    """
    drives = body.rests.copy()
    drives[body.system.drive_names.index("clock.rhythms")] = 0.0
    n = len(y0)
    f, slope, values = np.empty(n), np.empty(n), np.empty(body.kernels.LAYOUT["jacobian"])
    body.kernels.linearise(0.0, y0, body.constants, drives, f, slope, values)
    jacobian = np.zeros((n, n))
    for (row, column), value in zip(body.kernels.JACOBIAN, values, strict=True):
        jacobian[row, column] = value
    settles = body.settles
    jacobian[~settles] = np.eye(n)[~settles]
    out = np.zeros((len(constants), n))
    for k, turn in enumerate(constants):
        biggest = np.max(np.abs(turn) / (np.abs(body.constants) + 1e-12), initial=0.0)
        if biggest > 0:
            length = 1e-5 / biggest
            up, down = np.empty(n), np.empty(n)
            body.kernels.rhs(0.0, y0, body.constants + length * turn, drives, up)
            body.kernels.rhs(0.0, y0, body.constants - length * turn, drives, down)
            out[k] = -(up - down) / (2 * length)
        out[k, ~settles] = starts[k, ~settles]
    return np.asarray(np.linalg.solve(jacobian, out.T).T)
