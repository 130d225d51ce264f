"""Small trials to try things on, and courses of people whom no solver has seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr
from neurokyn.population.carrying_out import ANXIETY, DEPRESSION
from neurokyn.population.reading import trial_from
from neurokyn.population.trial import Trial

Arm = Mapping[str, Any]
BOUTS = {"mode": "running", "minutes": 45, "days": ["mon", "wed", "fri"], "at": "18:00", "support": "group"}
DOSES = {"name": "escitalopram", "dose": "10 mg", "every": "1 day", "at": "08:00"}
RUN: Arm = {"care": ["supervised-exercise"], "exercise": [BOUTS]}
DRUG: Arm = {"care": ["open-pill"], "drug": [DOSES]}
DOUBLE: Arm = {"care": ["open-pill"], "drug": [{**DOSES, "dose": "20 mg"}]}
PLACEBO: Arm = {"care": ["placebo-pill"]}
BOTH: Arm = {"care": ["supervised-exercise", "open-pill"], "exercise": [BOUTS], "drug": [DOSES]}
WAIT: Arm = {"care": ["waiting-list"]}


def made(arms: Mapping[str, Arm], people: int = 6, **more: Any) -> Trial:
    """A trial of four weeks; more keys of the file as they are."""
    inside = {name: ({} if "pool" in more else {"people": people}) | dict(arm) for name, arm in arms.items()}
    table = {"person": "mdd", "duration": "4 weeks", "visits": [0, 2, 4], **more, "arms": inside}
    return trial_from(table, "small")


def with_care(trial: Trial, **numbers: float) -> Trial:
    """The same trial with other numbers of care in every arm."""
    arms = {name: replace(arm, care=replace(arm.care, **numbers)) for name, arm in trial.arms.items()}
    return replace(trial, arms=arms)


def people(n: int, seed: int = 1, **columns: np.ndarray) -> xr.Dataset:
    """Covariates alone."""
    rng = np.random.default_rng(seed)
    drawn: dict[str, np.ndarray] = {
        "age": rng.uniform(18, 70, n),
        "severity": rng.normal(22, 4, n),
        "screened": np.round(rng.normal(22, 4, n)),
        "behaviour.propensity": rng.normal(0, 1, n),
    }
    data = xr.Dataset({name: ("person", column) for name, column in (drawn | columns).items()})
    sex = rng.choice(["female", "male"], n)
    data["sex"] = ("person", sex, {"categories": "female male"})
    return data.assign_coords(person=np.arange(n))


def courses(trial: Trial, n: int, score: float | np.ndarray = 20.0, seed: int = 1, **more: Any) -> xr.Dataset:
    """True scores as given (shape as person, arm, visit), nobody leaves and everybody comes, unless told otherwise."""
    arms, visits = list(trial.arms), np.array(trial.visits)
    weeks = np.arange(1, int(np.ceil(trial.weeks)) + 1)
    shape, by_week = (n, len(arms), len(visits)), (n, len(arms), len(weeks))
    data = people(n, seed).assign_coords(arm=arms, visit=visits, week=weeks)
    for name in (DEPRESSION, ANXIETY, *trial.outcome.also):
        values = more.get(name, score)
        data[name] = (("person", "arm", "visit"), np.broadcast_to(values, shape).astype(float))
    for name, usual in (("left", np.nan), ("status", 0)):
        data[name] = (("person", "arm"), np.broadcast_to(more.get(name, usual), shape[:2]).copy())
    for name in ("sessions_planned", "sessions_attended", "doses_planned", "doses_taken"):
        data[name] = (("person", "arm", "week"), np.broadcast_to(more.get(name, 0), by_week).astype(int))
    return data
