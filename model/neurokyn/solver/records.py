"""Named tuples of arrays, seen by compiled code through one table of addresses.

A driver takes the address of a table (`entry.tabulate`) and nothing else. `Record` lets Numba read a field of a named
tuple out of it, so that `run.batch.starts[person, k]` means the same in Python and in machine code; types come from the
annotations of the tuple.
"""

from __future__ import annotations

from typing import Any, get_args, get_type_hints

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import intrinsic, lower_getattr_generic, models, register_model
from numba.np.arrayobj import make_array, populate_array
from numba.np.numpy_support import from_dtype

from neurokyn.solver.kinds import COLUMNS

WHOLE = ir.IntType(64)


class Record(types.Type):
    """A named tuple in a table, from a row on.

    Parameters
    ----------
    of : type
        The named tuple; its fields are annotated with the names of `solver.kinds`, int, float, or such tuples.
    first : int
        Row of its first field.
    shown : dtype
        Of arrays whose annotation leaves it open.
    """

    def __init__(self, of: type, first: int = 0, shown: type = np.float64) -> None:
        self.fields: dict[str, tuple[Any, int]] = {}
        self.end: int
        row = first
        for name, hint in get_type_hints(of, include_extras=True).items():
            field = _field(hint, row, shown)
            self.fields[name] = (field, row)
            row = field.end if isinstance(field, Record) else row + 1
        self.end = row
        super().__init__(f"{of.__name__}[{first}, {np.dtype(shown)}]")


def _field(hint: Any, row: int, shown: type) -> Any:
    """The type of a field from its annotation."""
    if hint in {int, float}:
        return types.int64 if hint is int else types.float64
    if not get_args(hint):
        return Record(hint, row, shown)
    _, kind, dimensions = get_args(hint)
    return types.Array(from_dtype(np.dtype(kind or shown)), dimensions, "C")


@register_model(Record)
class _Model(models.PrimitiveModel):
    """The address of the table."""

    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, WHOLE)


@infer_getattr
class _Fields(AttributeTemplate):
    key = Record

    def generic_resolve(self, record: Any, name: str) -> Any:  # type: ignore[override]  # Numba wants None for no
        return record.fields[name][0] if name in record.fields else None


@lower_getattr_generic(Record)
def _read(context: Any, builder: Any, record: Any, table: Any, name: str) -> Any:
    """A field: a number, an array, or the same table again."""
    field, row = record.fields[name]
    if isinstance(field, Record):
        return table
    place = builder.inttoptr(table, WHOLE.as_pointer())

    def entry(column: int) -> Any:
        value = builder.load(builder.gep(place, [ir.Constant(WHOLE, COLUMNS * row + column)]))
        value.set_metadata("invariant.load", builder.module.add_metadata([]))  # a table never changes while it is used
        return value

    if not isinstance(field, types.Array):
        return entry(0) if field is types.int64 else builder.bitcast(entry(0), ir.DoubleType())
    array = make_array(field)(context, builder)
    size = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(field.dtype)))
    shape = [entry(1 + k) for k in range(field.ndim)]
    strides = [size]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    data = builder.inttoptr(entry(0), array.data.type)
    populate_array(
        array,
        data=data,
        shape=shape,
        strides=strides,
        itemsize=size,
        meminfo=cgutils.get_null_value(array.meminfo.type),
    )
    return array._getvalue()


def seen_as(record: Record) -> Any:
    """An intrinsic that takes the address of a table for a record.

    Parameters
    ----------
    record : Record
        What lies there.
    """

    @intrinsic
    def see(typing_context: Any, table: Any) -> Any:  # noqa: ARG001
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
            return arguments[0]

        return record(types.int64), generate

    return see
