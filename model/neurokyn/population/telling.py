"""How far long work is, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable


def telling(title: str, total: int, what: str) -> Callable[[int], None]:
    """A line that is written over as work goes on.

    Parameters
    ----------
    title : str
        Of the work.
    total : int
        How much there is.
    what : str
        Of what, in the plural.

    Returns
    -------
    callable
        Told how much is done.
    """

    def tell(done: int) -> None:
        end = "\n" if done == total else ""
        print(f"\rneurokyn: {title}: {done} of {total} {what}", end=end, file=sys.stderr, flush=True)

    return tell
