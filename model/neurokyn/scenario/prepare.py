"""A system with a person's numbers: what the solver is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from neurokyn.compiler.compiled import SystemKernels, load_kernels
from neurokyn.compiler.compose import System
from neurokyn.compiler.parameters import Table
from neurokyn.errors import ParameterError
from neurokyn.scenario.drivers import begin
from neurokyn.scenario.lanes import Point


@dataclass(frozen=True)
class Prepared:
    """A system's kernels with one person's constants.

    Parameters
    ----------
    system : System
        Composed modules.
    table : Table
        The person's numbers.
    kernels : SystemKernels
        Everything compiled from the system.
    constants : ndarray, shape (n_constants,)
        Parameter-only parts of the formulas.
    starts, scales, volumes : ndarray, shape (n_states,)
        Declared start, typical size (in the state's unit) and volume of each state.
    rests : ndarray, shape (n_drives,)
        Value of each drive when no schedule sets it.
    """

    system: System
    table: Table
    kernels: SystemKernels
    constants: np.ndarray
    starts: np.ndarray
    scales: np.ndarray
    volumes: np.ndarray
    rests: np.ndarray

    @property
    def absolute_scale(self) -> np.ndarray:
        """Typical size of each state, positive."""
        return np.asarray(np.abs(self.scales))

    @property
    def settles(self) -> np.ndarray:
        """Which states reach a steady state within a life; the others keep their start."""
        return np.array([state.settles for state in self.system.states])

    def slopes(self, state: np.ndarray, drives: np.ndarray, time: float = 0.0) -> np.ndarray:
        """dy/dt at a point, per hour."""
        point = Point(self)
        point.move(state, drives, time)
        return point.slopes()

    def read_outs(self, state: np.ndarray, drives: np.ndarray, time: float = 0.0) -> dict[str, float]:
        """Every read-out at a point, by name."""
        point = Point(self)
        point.move(state, drives, time)
        return dict(zip((r.name for r in self.system.read_outs), point.read_outs().tolist(), strict=True))


def prepare(system: System, table: Table) -> Prepared:
    """Give a system a person's numbers.

    Parameters
    ----------
    system : System
        Composed modules.
    table : Table
        A number for every declared parameter.

    Returns
    -------
    Prepared
        Kernels and constants.

    Raises
    ------
    ParameterError
        If a number is missing, or the numbers together give a constant that is not finite.
    """
    begin("carry")
    made = evaluate_constants(system, table.values_for(system.parameter_units))
    if not all(np.isfinite(x).all() for x in made):
        wrong = [name for name, x in zip(system.state_names, made.starts, strict=True) if not np.isfinite(x)]
        raise ParameterError(
            "these numbers together make a constant that is not finite"
            + (f" (start of {wrong[0]})" if wrong else "")
            + f"; look at {', '.join(table.changed) or 'the parameter files'}"
        )
    return Prepared(system, table, load_kernels(system), *made)


class Constants(NamedTuple):
    """What a system computes from parameters alone; NaN where a formula is undefined."""

    constants: np.ndarray
    starts: np.ndarray
    scales: np.ndarray
    volumes: np.ndarray
    rests: np.ndarray


def evaluate_constants(system: System, values: np.ndarray) -> Constants:
    """The constants of a person.

    Parameters
    ----------
    system : System
        Composed modules.
    values : ndarray, shape (n_parameters,)
        Parameters in their declared units and order.

    Returns
    -------
    Constants
        Arrays of the sizes of the system.
    """
    return split_constants(load_kernels(system), values)


def split_constants(kernels: SystemKernels, values: np.ndarray) -> Constants:
    """The constants of a person, from kernels at hand.

    Parameters
    ----------
    kernels : SystemKernels
        Of the system.
    values : ndarray, shape (n_parameters,)
        Parameters in their declared units and order.

    Returns
    -------
    Constants
        Arrays of the sizes of the system.
    """
    n, n_constants = kernels.LAYOUT["states"], kernels.LAYOUT["constants"]
    parts = np.split(kernels.prepare(values), n_constants + n * np.arange(4))
    return Constants(*parts)
