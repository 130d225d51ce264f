"""What every question of the page shares: sizes, people simulated once, and readings of them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import xarray as xr

from neurokyn.analysis.claims.cases import Body, ask_everything
from neurokyn.population.carrying_out import DEPRESSION
from neurokyn.population.courses import Course, simulate_courses
from neurokyn.population.pathways import pathways
from neurokyn.population.switches import Switches
from neurokyn.population.trial import Trial

EVERYTHING = Switches()
BIOLOGY = Switches(expectancy=False, natural_course=False, contact=False, bias=False)


@dataclass(frozen=True)
class Sizes:
    """How much is simulated.

    Parameters
    ----------
    people : int
        People in the designs of the first, second and fourth question.
    others : int
        People in each of the others.
    replicates : int
        Times that a trial is carried out.
    numbers : int
        How many numbers of the model are moved, to see what an answer rests on; all if there are no more.

    Examples
    --------
    >>> Sizes(people=40, others=20, replicates=10, numbers=5).people
    40
    """

    people: int = 400
    others: int = 200
    replicates: int = 400
    numbers: int = 10_000


FULL, QUICK = Sizes(), Sizes(people=16, others=6, replicates=10, numbers=4)


@dataclass(eq=False)
class Lab:
    """People simulated so far; an arm that two questions share is simulated once.

    Parameters
    ----------
    sizes : Sizes
        How much is simulated.
    seed : int
        Of the study.
    workers : int, optional
        Threads; one for each core if not given.
    """

    sizes: Sizes = FULL
    seed: int = 1
    workers: int | None = None
    known: dict[Hashable, list[Course]] = field(default_factory=dict)

    def courses(
        self, trial: Trial, n: int, switches: Switches = EVERYTHING, cut: Mapping[str, float] | None = None
    ) -> xr.Dataset:
        """Everybody in every arm of a design, whole or with numbers of the model changed."""
        return simulate_courses(
            trial, n, self.seed, switches=switches, workers=self.workers, known=self.known, settings=cut
        ).assign_attrs(title="")

    @cached_property
    def body(self) -> Body:
        """What one body answers; asked once."""
        return ask_everything(self.sizes.numbers, self.workers)

    def carried(self, trial: Trial, arm: str, versus: str, n: int, switches: Switches = EVERYTHING) -> dict[str, float]:
        """What each pathway carries of the difference between two arms, in points."""
        return pathways(trial, arm, versus, n, self.seed, switches=switches)


def last(courses: xr.Dataset, arm: str, name: str = DEPRESSION) -> np.ndarray:
    """A read-out of everybody at the last visit of an arm.

    Parameters
    ----------
    courses : xarray.Dataset
        From `Lab.courses`.
    arm : str
        One of its arms.
    name : str
        The read-out.

    Returns
    -------
    ndarray, shape (n,)
        NaN for who could not be simulated.
    """
    return np.asarray(courses[name].sel(arm=arm).values[:, -1], dtype=float)


def moved(courses: xr.Dataset, arm: str, name: str = DEPRESSION) -> np.ndarray:
    """Its change from the first visit to the last."""
    return np.asarray(last(courses, arm, name) - courses[name].sel(arm=arm).values[:, 0], dtype=float)


def attended(courses: xr.Dataset, arm: str, what: str = "sessions") -> np.ndarray:
    """Each person's share of planned sessions, or of doses; sessions after leaving count as missed."""
    kept = {"sessions": "attended", "doses": "taken"}[what]
    happened = courses[f"{what}_{kept}"].sel(arm=arm).sum("week").values
    planned = courses[f"{what}_planned"].sel(arm=arm).sum("week").values
    return np.asarray(happened / planned, dtype=float)


def left_by(courses: xr.Dataset, arm: str, week: float) -> np.ndarray:
    """Whether each person had left treatment by a week."""
    return np.asarray(courses["left"].sel(arm=arm).values <= week, dtype=float)
