"""The drivers, compiled as functions of one table of addresses, which need no Numba to be called.

Numba compiles them once; what is kept is the code. A process that finds it kept loads neither Numba nor its compiler.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, types

from neurokyn.solver.batch import Carrying, Search
from neurokyn.solver.fixed_point import seek
from neurokyn.solver.lanes import carry
from neurokyn.solver.records import Record, seen_as

_entry = njit(nogil=True, error_model="numpy", _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)
_carrying, _carrying_single = seen_as(Record(Carrying)), seen_as(Record(Carrying, shown=np.float32))
_search = seen_as(Record(Search))


class Code(NamedTuple):
    """A compiled function.

    Parameters
    ----------
    name : str
        Its symbol.
    text : str
        LLVM assembly of the module it stands in.
    """

    name: str
    text: str


@_entry
def _carry(table):
    all_of_it = _carrying(table)
    carry(all_of_it.run, all_of_it.lanes, all_of_it.workspace, all_of_it.base)


@_entry
def _carry_single(table):
    all_of_it = _carrying_single(table)
    carry(all_of_it.run, all_of_it.lanes, all_of_it.workspace, all_of_it.base)


@_entry
def _seek(table):
    search = _search(table)
    search.reached[0] = 1 if seek(search) else 0


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
