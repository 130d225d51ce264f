"""From a table of addresses back to arrays, and the drivers compiled for that."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array

from neurokyn.solver.batch import Addresses, Batch, Lanes, Results, Run, Workspace
from neurokyn.solver.entry import COLUMNS, Code
from neurokyn.solver.fixed_point import seek
from neurokyn.solver.lanes import carry
from neurokyn.solver.problem import Choices, Timeline
from neurokyn.solver.rosenbrock import Control

_here = njit(nogil=True, error_model="numpy", _nrt=False, inline="always")
_entry = njit(nogil=True, error_model="numpy", _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def _view(kind: Any, dimensions: int) -> Any:
    """An intrinsic that sees the array of one row of a table (Numba's own `carray` wants reference counts)."""
    of = types.Array(kind, dimensions, "C")

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        whole = ir.IntType(64)
        first = builder.mul(arguments[1], ir.Constant(whole, COLUMNS))
        table = builder.inttoptr(arguments[0], whole.as_pointer())
        address, *shape = (
            builder.load(builder.gep(table, [builder.add(first, ir.Constant(whole, k))])) for k in range(1 + dimensions)
        )
        array = make_array(of)(context, builder)
        size = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(kind)))
        strides = [size]
        for length in reversed(shape[1:]):
            strides.insert(0, builder.mul(strides[0], length))
        data = builder.inttoptr(address, array.data.type)
        populate_array(array, data=data, shape=shape, strides=strides, itemsize=size, meminfo=None)
        return array._getvalue()

    @intrinsic
    def view(typing_context: Any, table: Any, row: Any) -> Any:  # noqa: ARG001
        return of(types.int64, types.int64), generate

    return view


_reals, _matrix, _cube = (_view(types.float64, n) for n in (1, 2, 3))
_wholes, _truths, _signs = _view(types.int64, 1), _view(types.boolean, 1), _view(types.int8, 2)
_single_cube = _view(types.float32, 3)


@intrinsic
def _number(typing_context: Any, table: Any, row: Any) -> Any:  # noqa: ARG001
    """The whole number of one row of a table."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        whole = ir.IntType(64)
        place = builder.mul(arguments[1], ir.Constant(whole, COLUMNS))
        return builder.load(builder.gep(builder.inttoptr(arguments[0], whole.as_pointer()), [place]))

    return types.int64(types.int64, types.int64), generate


@_here
def _run(t, outputs):
    """Rows 0 to 44 of a table."""
    c = _reals(t, 44)
    return Run(
        Addresses(
            _number(t, 0), _number(t, 1), _number(t, 2), _number(t, 3), _number(t, 4), _number(t, 5), _number(t, 6),
            _number(t, 7),
        ),
        _number(t, 8),
        Timeline(_reals(t, 9), _matrix(t, 10), _wholes(t, 11), _wholes(t, 12), _reals(t, 13), _wholes(t, 14)),
        Choices(
            _wholes(t, 15), _wholes(t, 16), _wholes(t, 17), _truths(t, 18), _reals(t, 19),
            _wholes(t, 20), _wholes(t, 21), _wholes(t, 22), _wholes(t, 23), _reals(t, 24),
        ),
        Batch(
            _matrix(t, 25), _matrix(t, 26), _matrix(t, 27), _matrix(t, 28), _cube(t, 29), _wholes(t, 30), _wholes(t, 31)
        ),
        _reals(t, 32),
        Results(
            outputs, _matrix(t, 34), _reals(t, 35), _wholes(t, 36), _wholes(t, 37), _wholes(t, 38), _wholes(t, 39),
            _signs(t, 40),
        ),
        _wholes(t, 41),
        _number(t, 42),
        _number(t, 43),
        Control(c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]),
    )  # fmt: skip


@_here
def _lanes(t):
    """Rows 45 to 57."""
    return Lanes(
        _wholes(t, 45), _wholes(t, 46), _wholes(t, 47), _wholes(t, 48), _truths(t, 49), _truths(t, 50), _truths(t, 51),
        _wholes(t, 52), _reals(t, 53), _reals(t, 54), _truths(t, 55), _truths(t, 56), _matrix(t, 57),
    )  # fmt: skip


@_here
def _workspace(t):
    """Rows 58 to 75."""
    return Workspace(
        _reals(t, 58), _reals(t, 59), _reals(t, 60), _reals(t, 61), _reals(t, 62), _reals(t, 63), _reals(t, 64),
        _reals(t, 65), _reals(t, 66), _reals(t, 67), _reals(t, 68), _matrix(t, 69), _matrix(t, 70), _matrix(t, 71),
        _matrix(t, 72), _matrix(t, 73), _matrix(t, 74), _matrix(t, 75),
    )  # fmt: skip


@_entry
def _carry(t):
    carry(_run(t, _cube(t, 33)), _lanes(t), _workspace(t), _number(t, 76))


@_entry
def _carry_single(t):
    carry(_run(t, _single_cube(t, 33)), _lanes(t), _workspace(t), _number(t, 76))


@_entry
def _seek(t):
    calls = (_number(t, 0), _number(t, 1), _number(t, 2), _number(t, 3))
    places = (_number(t, 5), _number(t, 6), _number(t, 7), _number(t, 8), _number(t, 9), _number(t, 10), _number(t, 11))
    reached = seek(
        calls, _reals(t, 4), places, _reals(t, 12), _reals(t, 13), _truths(t, 14), _truths(t, 15), _reals(t, 16)[0]
    )
    _wholes(t, 17)[0] = 1 if reached else 0


def code_of(name: str) -> Code:
    """A driver's code.

    Parameters
    ----------
    name : str
        "carry": people in lanes; "carry_single": with outputs of 32 bits; "seek": a fixed point.
    """
    function = {"carry": _carry, "carry_single": _carry_single, "seek": _seek}[name]
    function.compile((types.int64,))
    signature = function.signatures[0]
    return Code(function.overloads[signature].fndesc.llvm_func_name, function.inspect_llvm(signature))
