"""Who comes into a trial: people as they are found on the day of entry, rated and screened."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import xarray as xr
from scipy.special import expit, logit

from neurokyn.population.natural_course import Entry, draw_entry
from neurokyn.population.observation import observation
from neurokyn.population.people import People, draw_people
from neurokyn.population.streams import Stream
from neurokyn.population.switches import Switches
from neurokyn.scenario.model import standard_parameters

RATED = "screened"


@cache
def _scale() -> tuple[float, float]:
    """Maximum of the scale, and the time in days with which severity follows."""
    table = standard_parameters()
    factor = {"h": 1 / 24, "day": 1.0}[table["mood.severity_time"].unit]
    return table["mood.scale_maximum"].value, table["mood.severity_time"].value * factor


def standing(data: xr.Dataset, seed: int, switches: Switches) -> Entry:
    """Where people stand in their ups and downs when they enter.

    Parameters
    ----------
    data : xarray.Dataset
        People by number.
    seed : int
        Of the study.
    switches : Switches
        Without the natural course, everyone stands at their own level.

    Returns
    -------
    Entry
        One number for each person, in their order.
    """
    numbers = data["person"].values.astype(int)
    if not len(numbers) or not switches.natural_course:
        return Entry(*(np.zeros(len(numbers)) for _ in Entry._fields))
    first, last = int(numbers.min()), int(numbers.max()) + 1
    drawn = draw_entry(seed, last - first, first, _scale()[1])
    return Entry(*(column[numbers - first] for column in drawn))


def rated_at_entry(data: xr.Dataset, seed: int, switches: Switches, *, needed: bool) -> np.ndarray:
    """The HAM-D that a rater gives at entry.

    Parameters
    ----------
    data : xarray.Dataset
        People with their `severity`.
    seed : int
        Of the study.
    switches : Switches
        What is on.
    needed : bool
        Whether a score is needed to get in, which inflates it.

    Returns
    -------
    ndarray, shape (n,)
        Whole points.
    """
    numbers, (maximum, _) = observation(), _scale()
    stands, people = standing(data, seed, switches), data["person"].values.astype(int)
    latent = logit(data["severity"].values / maximum) + stands.settled + stands.day_state
    first = int(people.min()) if len(people) else 0
    last = int(people.max()) + 1 if len(people) else 0
    noise = numbers.rater_sd * Stream(seed, "rating.entry").normal(last - first, first)[people - first]
    inflation = numbers.entry_inflation if needed and switches.bias else 0.0
    return np.asarray(np.clip(np.round(maximum * expit(latent) + noise + inflation), 0.0, maximum))


def draw_participants(
    n: int,
    seed: int,
    phenotype: str,
    include: str,
    distributions: Mapping[str, Mapping[str, Any]],
    switches: Switches,
    first: int = 0,
) -> People:
    """Draw people who come into a trial: the same people whatever is switched off, rated with what is on.

    Parameters
    ----------
    n : int
        How many.
    seed : int
        Of the study.
    phenotype : str
        As for `draw_people`.
    include : str
        A criterion over covariates and `screened`; everyone if empty.
    distributions : mapping
        As for `draw_people`.
    switches : Switches
        What is on.
    first : int
        Number of the first person looked at.

    Returns
    -------
    People
        With the covariate `screened`.
    """
    needed = RATED in include

    def measured(data: xr.Dataset) -> dict[str, np.ndarray]:
        return {RATED: rated_at_entry(data, seed, Switches(), needed=needed)}

    people = draw_people(
        n, seed, phenotype, include=include, distributions=distributions, measured=measured, first=first
    )
    rated = rated_at_entry(people.data, seed, switches, needed=needed)
    return People(people.data.assign({RATED: ("person", rated, people.data[RATED].attrs)}))
