"""Calls by address and a shared counter: what Numba needs to drive kernels made elsewhere."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic


@intrinsic
def call_kernel(typing_context: Any, address: Any, workspace: Any) -> Any:  # noqa: ARG001
    """Call `void kernel(double *workspace)` at an address."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        whole = ir.IntType(64)
        function = ir.FunctionType(ir.VoidType(), [whole])
        builder.call(builder.inttoptr(arguments[0], function.as_pointer()), [arguments[1]])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), generate


@intrinsic
def call_kernel_on(typing_context: Any, address: Any, workspace: Any, target: Any) -> Any:  # noqa: ARG001
    """Call `void kernel(double *workspace, double *target)` at an address."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        whole = ir.IntType(64)
        function = ir.FunctionType(ir.VoidType(), [whole, whole])
        builder.call(builder.inttoptr(arguments[0], function.as_pointer()), arguments[1:])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64), generate


@intrinsic
def take_next(typing_context: Any, counter: Any) -> Any:  # noqa: ARG001
    """The value of a shared counter at an address, which is raised by one; safe among threads."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        whole = ir.IntType(64)
        place = builder.inttoptr(arguments[0], whole.as_pointer())
        return builder.atomic_rmw("add", place, ir.Constant(whole, 1), "monotonic")

    return types.int64(types.int64), generate


@intrinsic
def square_root(typing_context: Any, x: Any) -> Any:  # noqa: ARG001
    """The processor's own square root; Numba's would be a call into a library that a kept driver cannot rely on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        real = ir.DoubleType()
        function = builder.module.declare_intrinsic("llvm.sqrt", [real])
        return builder.call(function, arguments)

    return types.float64(types.float64), generate
