"""Designs of the page of questions: ready-made ones with an arm more, and arms with other care."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from neurokyn.population.care import Care
from neurokyn.population.reading import trial_from
from neurokyn.population.trial import Trial
from neurokyn.scenario import catalogue

SURE = 30.0  # log odds of coming that leave nothing to chance
NOTHING = "nothing"
DAYS = ["mon", "wed", "fri"]
RUNNING = {"mode": "running", "intensity": "70 %VO2max"}
STRENGTH = {"mode": "strength", "intensity": "45 %VO2max"}


def table_of(name: str) -> dict[str, Any]:
    """The tables of a ready-made trial.

    Parameters
    ----------
    name : str
        A file of `params/trials`.

    Returns
    -------
    dict
        As `trial_from` takes them.
    """
    path = catalogue.folder() / "trials" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def beside_nothing(name: str, also: Sequence[str] = ()) -> Trial:
    """A ready-made design, everyone randomised, with an arm in which nothing is done.

    Parameters
    ----------
    name : str
        A file of `params/trials`.
    also : sequence of str
        Other read-outs to keep.

    Returns
    -------
    Trial
        With the arm "nothing": nobody is seen, nothing is promised.

    Examples
    --------
    >>> list(beside_nothing("motar").arms)
    ['running', 'drug', 'nothing']
    """
    own = table_of(name)
    for key in ("allocation", "people"):
        own.pop(key, None)
    own["arms"][NOTHING] = {"people": 100, "care": ["waiting-list"]}
    own.setdefault("outcome", {})["also"] = [*own["outcome"].get("also", ()), *also]
    return trial_from(own, name)


def only(trial: Trial, arms: Sequence[str]) -> Trial:
    """The same design with some of its arms.

    Parameters
    ----------
    trial : Trial
        The design.
    arms : sequence of str
        Names of arms.

    Returns
    -------
    Trial
        In the order given.
    """
    return replace(trial, arms={name: trial.arms[name] for name in arms})


def keeping(trial: Trial, also: Sequence[str]) -> Trial:
    """The same design with more read-outs kept.

    Parameters
    ----------
    trial : Trial
        The design.
    also : sequence of str
        Read-outs.

    Returns
    -------
    Trial
        Nothing else is different.
    """
    return replace(trial, outcome=replace(trial.outcome, also=(*trial.outcome.also, *also)))


def design(
    person: str, weeks: int, visits: Sequence[float], severity: Mapping[str, float], also: Sequence[str] = ()
) -> dict[str, Any]:
    """Tables of a design without arms: adults rated 14 or more at entry.

    Parameters
    ----------
    person : str
        Phenotype.
    weeks : int
        How long it lasts.
    visits : sequence of float
        In weeks.
    severity : mapping of str to float
        Mean and SD of severity at entry.
    also : sequence of str
        Other read-outs to keep.

    Returns
    -------
    dict
        To which `arms` are added.
    """
    return {
        "person": person,
        "duration": f"{weeks} weeks",
        "visits": list(visits),
        "entry": {"include": "age >= 18 and screened >= 14", "distributions": {"severity": dict(severity)}},
        "outcome": {"also": list(also)},
    }


def arm_of(care: Sequence[str], exercise: Mapping[str, Any] | None = None, drug: bool = False) -> dict[str, Any]:
    """Tables of an arm of 100 people: three sessions a week of something, escitalopram, both or nothing.

    Parameters
    ----------
    care : sequence of str
        Kinds of care.
    exercise : mapping, optional
        Mode and intensity.
    drug : bool
        Whether escitalopram is given: 10 mg, 20 mg from week 4.

    Returns
    -------
    dict
        As in a trial file.
    """
    own: dict[str, Any] = {"people": 100, "care": list(care)}
    if exercise:
        own["exercise"] = [{"minutes": 45, "days": DAYS, "at": "18:00", "support": "group", **exercise}]
    if drug:
        doses = [["week 0", "10 mg"], ["week 4", "20 mg"]]
        own["drug"] = [{"name": "escitalopram", "doses": doses, "every": "1 day", "at": "08:00"}]
    return own


def cared(trial: Trial, care: Mapping[str, Care]) -> Trial:
    """The same design with other care in some arms.

    Parameters
    ----------
    trial : Trial
        The design.
    care : mapping of str to Care
        By arm.

    Returns
    -------
    Trial
        What is done in the arms is the same.
    """
    arms = {name: replace(arm, care=care.get(name, arm.care)) for name, arm in trial.arms.items()}
    return replace(trial, arms=arms)


def always(care: Care) -> Care:
    """Care under which everyone comes to every session, swallows every dose and stays.

    Parameters
    ----------
    care : Care
        What is expected of it does not change.

    Returns
    -------
    Care
        With nothing left to chance.

    Examples
    --------
    >>> from neurokyn.population.care import care
    >>> always(care(["open-pill"])).leaving_treatment
    0.0
    """
    return replace(care, sessions=SURE, doses=SURE, leaving_exercise=0.0, leaving_treatment=0.0)
