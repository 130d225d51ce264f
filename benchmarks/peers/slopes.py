"""Our compiled dy/dt and Jacobian as functions that Python solvers can call, with as little around them as can be."""

from __future__ import annotations

import numpy as np

from benchmarks.work import Work


class Slopes:
    """dy/dt and its Jacobian at the constants and drives that are set; arrays are made once and used again."""

    def __init__(self, work: Work) -> None:
        kernels = work.body.kernels
        self.rhs_kernel, self.linearise_kernel = kernels.rhs, kernels.linearise
        self.rows, self.columns = np.array(kernels.JACOBIAN, dtype=int).reshape(-1, 2).T
        self.values = np.empty(kernels.LAYOUT["jacobian"])
        self.point, self.spare, self.time_slope = np.empty((3, work.states))
        self.matrix = np.zeros((work.states, work.states))
        self.constants, self.drives = np.empty(0), np.empty(0)

    def rhs(self, t: float, y: np.ndarray) -> np.ndarray:
        """A new array of slopes."""
        out = np.empty(len(y))
        self.rhs_kernel(t, y, self.constants, self.drives, out)
        return out

    def jacobian(self, t: float, y: np.ndarray) -> np.ndarray:
        """The dense Jacobian, in an array that is used again: entries that are never set stay zero."""
        self.jacobian_entries(t, y)
        self.matrix[self.rows, self.columns] = self.values
        return self.matrix

    def jacobian_entries(self, t: float, y: np.ndarray) -> np.ndarray:
        """The entries of the Jacobian that can differ from zero, in the order of `rows` and `columns`."""
        self.linearise_kernel(t, y, self.constants, self.drives, self.spare, self.time_slope, self.values)
        return self.values
