"""What takes part: a method that is given work and people, and returns every state at every output."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Callable, Iterable, Iterator, Sequence
from ctypes.util import find_library
from dataclasses import dataclass

import numpy as np

from benchmarks.work import Person, Work

RunOne = Callable[[Person, float], np.ndarray]
Run = Callable[[Sequence[Person], float], Iterable[np.ndarray]]
Setup = Callable[[Work], Run]


@dataclass(frozen=True)
class Contender:
    """A method with its settings.

    Parameters
    ----------
    name : str
        As reports show it.
    packages : tuple of str
        Distributions it needs; the first tells its version.
    setup : callable
        From the work to a function of people and rtol. What it does is not timed as solving.
    notes : str
        How it is run, for the report.
    segments : int
        How many segments it is run for, its time then scaled by simulated time; 0 for all.
    loosest : float
        Where its ladder of tolerances begins.
    together : bool
        Whether it takes many people at once, better than one by one.
    libraries : tuple of str
        Shared libraries it needs besides.
    """

    name: str
    packages: tuple[str, ...]
    setup: Setup
    notes: str
    segments: int = 0
    loosest: float = 1e-4
    together: bool = False
    libraries: tuple[str, ...] = ()

    def missing(self) -> str:
        """Why it cannot take part; empty if it can."""
        absent = [package for package in self.packages if not _version(package)]
        absent += [library for library in self.libraries if not find_library(library)]
        return f"{', '.join(absent)} not installed" if absent else ""

    def version(self) -> str:
        """Of its first package, or of what the first library's file is called."""
        if self.packages:
            return _version(self.packages[0])
        return str(find_library(self.libraries[0])) if self.libraries else ""


def one_by_one(run: RunOne) -> Run:
    """A method for one person, for several."""

    def several(people: Sequence[Person], rtol: float) -> Iterator[np.ndarray]:
        for each in people:
            yield run(each, rtol)

    return several


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
