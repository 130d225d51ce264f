"""What went wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class NeurokynError(Exception):
    """Base of all errors a user can mend.

    Parameters
    ----------
    what : str
        One clear sentence.
    where : str, optional
        File and key, put in front.
    fix : str, optional
        What to do, put behind.
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        self.what, self.where, self.fix = what, where, fix
        super().__init__((f"{where}: " if where else "") + what + (f"; {fix}" if fix else ""))


class ModelError(NeurokynError):
    """A module or a composition that does not hold together."""


class UnitError(NeurokynError):
    """Units that do not fit."""


class ParameterError(NeurokynError):
    """A number that is missing, unknown, malformed or out of bounds."""


class ScenarioError(NeurokynError):
    """A scenario that cannot be read or makes no sense."""


class SolveError(NeurokynError):
    """An integration or a steady state that did not succeed."""

    exit_code = 3


def nearest(name: str, choices: Iterable[str]) -> str:
    """A hint naming the nearest valid choices.

    Examples
    --------
    >>> nearest("runing", ["running", "strength"])
    "; did you mean 'running'?"
    """
    options = list(choices)
    close = get_close_matches(name, options, n=3, cutoff=0.5)
    if not close:  # compare the last part of qualified names too
        last = {option.rsplit(".", 1)[-1]: option for option in options}
        close = [last[x] for x in get_close_matches(name.rsplit(".", 1)[-1], last, n=3, cutoff=0.6)]
    if close:
        return "; did you mean " + ", ".join(f"'{c}'" for c in close) + "?"
    if 0 < len(options) <= 12:
        return "; valid are " + ", ".join(f"'{c}'" for c in options)
    return ""
