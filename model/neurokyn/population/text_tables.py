"""Tables in plain text."""

from __future__ import annotations

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    r"""A table in plain text, columns aligned to the right but for the first.

    Parameters
    ----------
    head : sequence of str
        Column names.
    rows : sequence of sequence of str
        Cells.

    Returns
    -------
    list of str
        Lines.

    Examples
    --------
    >>> print("\n".join(table(("arm", "n"), [("running", "96")])))
    arm       n
    running  96
    """
    every = [head, *rows]
    widths = [max(len(row[k]) for row in every) for k in range(len(head))]
    return [
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))])
        for row in every
    ]
