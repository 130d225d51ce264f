"""What the arrays of the solver hold, as annotations that its drivers are compiled from."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, NamedTuple, TypeVar, get_args, get_type_hints

import numpy as np

Reals = Annotated[np.ndarray, "float64", 1]
Matrix = Annotated[np.ndarray, "float64", 2]
Cube = Annotated[np.ndarray, "float64", 3]
Wholes = Annotated[np.ndarray, "int64", 1]
Truths = Annotated[np.ndarray, "bool", 1]
Signs = Annotated[np.ndarray, "int8", 2]
Shown = Annotated[np.ndarray, None, 3]  # float64 or float32, as the caller likes

COLUMNS = 4  # of a table: an address and up to three lengths
Tuple = TypeVar("Tuple", bound=tuple[Any, ...])


class Table(NamedTuple):
    """Nested tuples of arrays and numbers as compiled code reads them.

    Parameters
    ----------
    rows : ndarray of int, shape (n, 4)
        For each array its address and shape, for each number itself, in order.
    held : list of ndarray
        The arrays, which must live as long as the table is used.
    """

    rows: np.ndarray
    held: list[np.ndarray]

    @property
    def address(self) -> int:
        """Where it lies."""
        return int(self.rows.ctypes.data)


def tabulate(*items: object) -> Table:
    """Put named tuples of arrays, whole numbers and numbers into a table.

    Parameters
    ----------
    *items
        Arrays, int, float, and tuples of these.
    """
    rows, held = list[tuple[object, ...]](), list[np.ndarray]()

    def add(item: object) -> None:
        if isinstance(item, tuple):
            for part in item:
                add(part)
        elif isinstance(item, np.ndarray):
            if not item.flags.c_contiguous and item.size:
                raise ValueError("an array handed to the solver is not contiguous")
            held.append(item)
            rows.append((item.ctypes.data, *item.shape, *([0] * (COLUMNS - 1 - item.ndim))))
        else:
            bits = int(np.float64(item).view(np.int64)) if isinstance(item, float) else item
            rows.append((bits, 0, 0, 0))

    add(items)
    return Table(np.array(rows, dtype=np.int64), held)


def typed(arrays: Tuple) -> Tuple:
    """A named tuple of arrays, contiguous and of the types that its annotations say.

    Parameters
    ----------
    arrays : named tuple
        Annotated with the names of this file.
    """
    kinds = _kinds(type(arrays))
    return type(arrays)(*(np.ascontiguousarray(x, dtype=kind) for x, kind in zip(arrays, kinds, strict=True)))


@cache
def _kinds(of: type) -> tuple[str | None, ...]:
    """What each array of a named tuple holds; looked up once, because annotations are slow to read."""
    return tuple(get_args(hint)[1] for hint in get_type_hints(of, include_extras=True).values())
