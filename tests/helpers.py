"""What several tests need: dense Jacobians, held drives, a quick way to run a model."""

from __future__ import annotations

import numpy as np
from neurokyn.language.expression import Expression, walk
from neurokyn.scenario.prepare import Prepared

_COMPLEX = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "power": lambda a, b: a**b if a != 0 else 0j,
    "negate": lambda a: -a,
    "exp": np.exp,
    "log": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "sqrt": np.sqrt,
    "maximum": lambda a, b: a if a.real > b.real else b,
    "minimum": lambda a, b: a if a.real < b.real else b,
    "greater": lambda a, b: a.real > b.real,
    "where": lambda condition, yes, no: yes if condition else no,
}


def held(prepared: Prepared) -> np.ndarray:
    """Drives at rest, rhythms held at their means."""
    drives = prepared.rests.copy()
    drives[prepared.system.drive_names.index("clock.rhythms")] = 0.0
    return drives


def dense_jacobian(prepared: Prepared, y: np.ndarray, drives: np.ndarray) -> np.ndarray:
    """The compiled sparse Jacobian as a matrix."""
    kernels, n = prepared.kernels, len(y)
    f, slope, values = np.empty(n), np.empty(n), np.empty(kernels.LAYOUT["jacobian"])
    kernels.linearise(0.0, y, prepared.constants, drives, f, slope, values)
    matrix = np.zeros((n, n))
    for (row, column), value in zip(kernels.JACOBIAN, values, strict=True):
        matrix[row, column] = value
    return matrix


def complex_step_jacobian(prepared: Prepared, y: np.ndarray, drives: np.ndarray) -> np.ndarray:
    """The Jacobian by complex step on the uncompiled, undifferentiated expressions."""
    system = prepared.system
    values = {name: complex(x) for name, x in zip(system.drive_names, drives, strict=True)}
    values |= {name: complex(prepared.table[name].in_unit(unit)) for name, unit in system.parameter_units.items()}
    values["time"] = 0j
    derivatives, n = system.equations.derivatives, len(y)
    nodes = list(walk(*derivatives))
    matrix = np.empty((n, n))
    for column in range(n):
        step = 1e-20 * max(1.0, abs(y[column]))
        point = {name: complex(x) for name, x in zip(system.state_names, y, strict=True)}
        point[system.state_names[column]] += 1j * step
        result = evaluate_complex(nodes, values | point)
        matrix[:, column] = [result[node].imag / step for node in derivatives]
    return matrix


def evaluate_complex(nodes: list[Expression], values: dict[str, complex]) -> dict[Expression, complex]:
    result: dict[Expression, complex] = {}
    for node in nodes:
        if node.operation == "constant":
            result[node] = complex(node.value)
        elif node.operation == "symbol":
            result[node] = values[str(node.value)]
        else:
            result[node] = _COMPLEX[node.operation](*(result[x] for x in node.arguments))
    return result
