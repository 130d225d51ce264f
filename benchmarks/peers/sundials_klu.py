"""CVODE and KLU of SUNDIALS as an expert would drive them: compiled code only, our dy/dt and Jacobian, sparse.

No package does this for one; it is what a sparse multistep method can do here, without anything of a package around it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import c_double, c_int, c_int64, c_long, c_void_p
from ctypes.util import find_library
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from neurokyn.solver.problem import SAME_TIME

from benchmarks.contender import Contender, Run, one_by_one
from benchmarks.work import Person, Work

LIBRARIES = ("sundials_cvode", "sundials_nvecserial", "sundials_sunmatrixsparse", "sundials_sunlinsolklu")
BDF, NORMAL, BY_COLUMN, MOST_STEPS = 2, 1, 0, 1_000_000


class Solver(NamedTuple):
    """A CVODE solver and its vectors, as addresses; `arrays` are the vectors' numbers."""

    memory: int
    state: int
    tolerance: int
    state_array: np.ndarray
    tolerance_array: np.ndarray


def setup(work: Work) -> Run:
    """Compile the callbacks and make the solver, which is used for everybody."""
    library = _library()
    slopes, jacobian = _callbacks(work, library)
    solver, course = _solver(work, library, slopes.address, jacobian.address), _course(library)
    e, drives = work.events, work.events.drives.shape[1]
    room = np.empty(2 * work.states + work.body.kernels.LAYOUT["jacobian"])
    data = np.concatenate([np.empty(work.body.kernels.LAYOUT["constants"] + drives), room])
    library.CVodeSetUserData(solver.memory, data.ctypes.data)

    def run(person: Person, rtol: float) -> np.ndarray:
        count, outputs = len(person.constants), np.empty((len(work.times), work.states))
        data[:count], data[count : count + drives] = person.constants, e.drives[0]
        solver.state_array[:], solver.tolerance_array[:] = person.start, rtol * work.sizes
        library.CVodeSVtolerances(solver.memory, rtol, solver.tolerance)
        done = course(
            solver.memory, solver.state, solver.state_array, data, count, e.starts, e.drives, e.jump_first,
            e.jump_state, e.jump_amount, work.times, outputs,
        )  # fmt: skip
        if done < 0:
            raise ArithmeticError(f"CVODE gave up with code {done}")
        return outputs

    run.kept = (slopes, jacobian)  # compiled callbacks live as long as what calls them
    return one_by_one(run)


def _library() -> SimpleNamespace:
    """The functions of SUNDIALS that are called, with their types."""
    loaded = [ctypes.CDLL(str(find_library(name))) for name in LIBRARIES]  # unseen by peers that bring their own
    pointer, whole, number = c_void_p, c_int, c_double
    numbers, indices = ctypes.POINTER(c_double), ctypes.POINTER(c_int64)
    types = {
        "SUNContext_Create": (whole, pointer, pointer),
        "N_VNew_Serial": (pointer, c_int64, pointer),
        "N_VGetArrayPointer_Serial": (numbers, pointer),
        "SUNSparseMatrix": (pointer, c_int64, c_int64, c_int64, whole, pointer),
        "SUNSparseMatrix_Data": (numbers, pointer),
        "SUNSparseMatrix_IndexPointers": (indices, pointer),
        "SUNSparseMatrix_IndexValues": (indices, pointer),
        "SUNLinSol_KLU": (pointer, pointer, pointer, pointer),
        "CVodeCreate": (pointer, whole, pointer),
        "CVodeInit": (whole, pointer, pointer, number, pointer),
        "CVodeReInit": (whole, pointer, number, pointer),
        "CVodeSVtolerances": (whole, pointer, number, pointer),
        "CVodeSetLinearSolver": (whole, pointer, pointer, pointer),
        "CVodeSetJacFn": (whole, pointer, pointer),
        "CVodeSetUserData": (whole, pointer, pointer),
        "CVodeSetMaxNumSteps": (whole, pointer, c_long),
        "CVode": (whole, pointer, number, pointer, pointer, whole),
    }
    found = SimpleNamespace()
    for name, (result, *arguments) in types.items():
        function = next(getattr(each, name) for each in loaded if hasattr(each, name))
        function.restype, function.argtypes = result, arguments
        setattr(found, name, function)
    return found


def _callbacks(work: Work, library: SimpleNamespace) -> tuple[Callable[..., int], Callable[..., int]]:
    """dy/dt and its Jacobian with CVODE's signatures; `p` holds constants, drives, and room for what is not wanted."""
    from numba import carray, cfunc, types

    kernels, n = work.body.kernels, work.states
    rhs, linearise, values_of, entries = kernels.rhs, kernels.linearise, library.N_VGetArrayPointer_Serial, n + n
    data_of, pointers_of, rows_of = (
        library.SUNSparseMatrix_Data, library.SUNSparseMatrix_IndexPointers, library.SUNSparseMatrix_IndexValues
    )  # fmt: skip
    drives = kernels.LAYOUT["constants"]
    rest, count = drives + work.events.drives.shape[1], kernels.LAYOUT["jacobian"]
    order, rows, pointers = _by_column(work)
    filled = len(order)
    vector, numbers = types.voidptr, types.CPointer(types.float64)

    @cfunc(types.int32(types.float64, vector, vector, numbers), error_model="numpy")
    def slopes(t, y, f, p):
        data = carray(p, (rest,))
        state, slope = carray(values_of(y), (n,)), carray(values_of(f), (n,))
        rhs(t, state, data[:drives], data[drives:], slope)
        return 0

    @cfunc(types.int32(types.float64, vector, vector, vector, numbers, vector, vector, vector), error_model="numpy")
    def jacobian(t, y, f, matrix, p, first, second, third):  # noqa: ARG001 - CVODE's signature
        data = carray(p, (rest + entries + count,))
        found = data[rest + entries :]
        state = carray(values_of(y), (n,))
        linearise(
            t, state, data[:drives], data[drives:rest], data[rest : rest + n], data[rest + n : rest + entries], found
        )
        kept = carray(data_of(matrix), (filled,))
        row, pointer = carray(rows_of(matrix), (filled,)), carray(pointers_of(matrix), (n + 1,))
        for k in range(filled):
            kept[k] = found[order[k]] if order[k] >= 0 else 0.0
            row[k] = rows[k]
        for k in range(n + 1):
            pointer[k] = pointers[k]
        return 0

    return slopes, jacobian


def _by_column(work: Work) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The Jacobian by column, then by row: our position of each entry, its row, where each column begins.

    The whole diagonal is in it, with position -1 where the Jacobian has none: CVODE adds 1 to it, which otherwise means
    a new matrix each time and takes a quarter of all its time.
    """
    entries = [(column, row, k) for k, (row, column) in enumerate(work.body.kernels.JACOBIAN)]
    known = {(column, row) for column, row, _ in entries}
    entries += [(k, k, -1) for k in range(work.states) if (k, k) not in known]
    columns, rows, order = np.array(sorted(entries), dtype=np.int64).T
    starts = np.concatenate([[0], np.cumsum(np.bincount(columns, minlength=work.states))])
    return np.ascontiguousarray(order), np.ascontiguousarray(rows), starts


def _solver(work: Work, library: SimpleNamespace, slopes: int, jacobian: int) -> Solver:
    context = c_void_p()
    library.SUNContext_Create(None, ctypes.byref(context))
    state, tolerance = (library.N_VNew_Serial(work.states, context) for _ in range(2))
    vectors, pointer_of = (state, tolerance), library.N_VGetArrayPointer_Serial
    arrays = [np.ctypeslib.as_array(pointer_of(vector), shape=(work.states,)) for vector in vectors]
    arrays[0][:], arrays[1][:] = work.body.starts, work.sizes
    memory = library.CVodeCreate(BDF, context)
    library.CVodeInit(memory, slopes, 0.0, state)
    library.CVodeSVtolerances(memory, 1.0, tolerance)
    matrix = library.SUNSparseMatrix(work.states, work.states, len(_by_column(work)[0]), BY_COLUMN, context)
    library.CVodeSetLinearSolver(memory, library.SUNLinSol_KLU(state, matrix, context), matrix)
    library.CVodeSetJacFn(memory, jacobian)
    library.CVodeSetMaxNumSteps(memory, MOST_STEPS)
    return Solver(memory, state, tolerance, *arrays)


def _course(library: SimpleNamespace) -> Callable[..., int]:
    from numba import njit

    advance, start_again = library.CVode, library.CVodeReInit

    @njit(error_model="numpy")
    def course(
        memory, vector, y, data, n_constants, starts, drives, jump_first, jump_state, jump_amount, times, outputs
    ):
        shown, reached = 0, np.zeros(1)
        for k in range(drives.shape[0]):
            begin, end = starts[k], starts[k + 1]
            data[n_constants : n_constants + drives.shape[1]] = drives[k]
            for j in range(jump_first[k], jump_first[k + 1]):
                y[jump_state[j]] += jump_amount[j]
            while shown < len(times) and times[shown] <= begin + SAME_TIME:
                outputs[shown] = y
                shown += 1
            start_again(memory, begin, vector)
            while shown < len(times) and times[shown] < end - SAME_TIME:
                code = advance(memory, times[shown], vector, reached.ctypes.data, NORMAL)
                if code < 0:
                    return code
                outputs[shown] = y
                shown += 1
            code = advance(memory, end, vector, reached.ctypes.data, NORMAL)
            if code < 0:
                return code
        while shown < len(times):
            outputs[shown] = y
            shown += 1
        return 0

    return course


PEER = Contender(
    "SUNDIALS CVODE + KLU",
    (),
    setup,
    "BDF, sparse; driven from compiled code by hand; our dy/dt and Jacobian by address; restarted at every boundary; a "
    "tolerance for each state",
    libraries=LIBRARIES,
)
