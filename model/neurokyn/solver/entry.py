"""The drivers as machine code: functions of one table of addresses, which need no Numba to be called.

Numba compiles them once; what is kept is the code. A process that finds it kept loads neither Numba nor its compiler.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

COLUMNS = 4  # of a table: an address and up to three lengths


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


def tabulate(*items: object) -> tuple[np.ndarray, list[np.ndarray]]:
    """Nested tuples of arrays and whole numbers as one table.

    Parameters
    ----------
    *items
        Arrays, whole numbers, and named tuples of these.

    Returns
    -------
    ndarray of int, shape (n, 4)
        For each array its address and shape, for each number itself, in order.
    list of ndarray
        The arrays, which must live as long as the table is used.
    """
    rows, arrays = list[list[int]](), list[np.ndarray]()

    def add(item: object) -> None:
        if isinstance(item, tuple):
            for part in item:
                add(part)
        elif isinstance(item, np.ndarray):
            if not item.flags.c_contiguous and item.size:
                raise ValueError("an array handed to the solver is not contiguous")
            arrays.append(item)
            rows.append([item.ctypes.data, *item.shape, *([0] * (COLUMNS - 1 - item.ndim))])
        else:
            rows.append([int(item), 0, 0, 0])  # type: ignore[call-overload]

    add(items)
    return np.array(rows, dtype=np.int64), arrays
