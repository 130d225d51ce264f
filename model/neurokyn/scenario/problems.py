"""Everything wrong with a scenario, collected rather than only the first thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from neurokyn.errors import NeurokynError, ScenarioError

T = TypeVar("T")


class SeveralScenarioError(ScenarioError):
    """Several things wrong at once, one to a line.

    Parameters
    ----------
    parts : sequence of NeurokynError
        At least two.
    """

    def __init__(self, parts: Sequence[NeurokynError]) -> None:
        self.parts = tuple(parts)
        super().__init__("\n".join(str(part) for part in self.parts))


class Problems:
    """Reads values, keeps what goes wrong, and raises it all together.

    Examples
    --------
    >>> problems = Problems()
    >>> problems.read("minutes", float, "45", instead=0.0)
    45.0
    >>> problems.add("mode", "there is no mode 'runing'")
    >>> problems.settle("walk.toml [[exercise]] 1")
    Traceback (most recent call last):
    neurokyn.errors.ScenarioError: walk.toml [[exercise]] 1 mode: there is no mode 'runing'
    """

    def __init__(self) -> None:
        self.errors: list[NeurokynError] = []

    def add(self, key: str, what: str, fix: str = "") -> None:
        """Keep one problem, at a key."""
        self.errors.append(ScenarioError(what, where=key, fix=fix))

    def read(self, key: str, reader: Callable[[Any], T], value: object, instead: T) -> T:
        """What the reader makes of a value, or `instead` with the problem kept."""
        try:
            return reader(value)
        except NeurokynError as error:
            self.include(key, error)
            return instead

    def include(self, place: str, error: NeurokynError) -> None:
        """Keep an error (or each part of several), with its place put in front."""
        parts = error.parts if isinstance(error, SeveralScenarioError) else (error,)
        for part in parts:
            where = " ".join(word for word in (place, part.where) if word)
            self.errors.append(ScenarioError(part.what, where=where, fix=part.fix))

    def settle(self, place: str = "") -> None:
        """Raise what was kept, if anything.

        Raises
        ------
        ScenarioError
            One problem as it is; several as `SeveralScenarioError`.
        """
        located = Problems()
        for error in self.errors:
            located.include(place, error)
        if len(located.errors) == 1:
            raise located.errors[0]
        if located.errors:
            raise SeveralScenarioError(located.errors)
