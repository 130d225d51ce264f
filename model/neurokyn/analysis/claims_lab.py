"""What every question of the page shares: sizes, simulated people, designs made from ready-made ones, and an answer."""

from __future__ import annotations

import tomllib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr

from neurokyn.analysis.claims_cases import Body, ask_everything
from neurokyn.analysis.claims_numbers import number
from neurokyn.population.care import Care
from neurokyn.population.carrying_out import DEPRESSION
from neurokyn.population.courses import Course, simulate_courses
from neurokyn.population.pathways import pathways
from neurokyn.population.reading import trial_from
from neurokyn.population.switches import Switches
from neurokyn.population.trial import Trial
from neurokyn.scenario import catalogue

EVERYTHING = Switches()
BIOLOGY = Switches(expectancy=False, natural_course=False, contact=False, bias=False)
SURE = 30.0  # log odds of coming that leave nothing to chance
NOTHING = "nothing"
DAYS = ["mon", "wed", "fri"]


@dataclass(frozen=True)
class Sizes:
    """How much is simulated.

    Parameters
    ----------
    people : int
        People in the design of the first two questions.
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

    people: int = 480
    others: int = 240
    replicates: int = 400
    numbers: int = 10_000


FULL, QUICK = Sizes(), Sizes(people=24, others=8, replicates=12, numbers=6)


@dataclass(frozen=True)
class Picture:
    """A picture of an answer, for whoever draws.

    Parameters
    ----------
    name : str
        Of its file.
    kind : str
        "responders", "attendance", "parts" or "courses".
    data : object
        What is drawn: courses, parts by design, or a scenario's dataset.
    caption : str
        What is seen.
    """

    name: str
    kind: str
    data: Any
    caption: str


@dataclass(frozen=True)
class Answer:
    """The answer to one question.

    Parameters
    ----------
    name : str
        By which it is asked for.
    claims : tuple of str
        Claims of the source texts that it is about.
    question : str
        In words.
    verdict : str
        The answer in one or two sentences, made from the numbers.
    commands : str
        What shows the same, a command a line.
    parts : tuple of str
        Tables and sentences.
    carried : str
        By which pathways.
    rests : str
        What it rests on, and how sure it is.
    pictures : tuple of Picture
        To be drawn.
    """

    name: str
    claims: tuple[str, ...]
    question: str
    verdict: str
    commands: str
    parts: tuple[str, ...]
    carried: str
    rests: str
    pictures: tuple[Picture, ...] = ()

    @property
    def text(self) -> str:
        """The answer in Markdown, without its heading."""
        shown = [f"![{picture.caption}](questions-{picture.name}.png)" for picture in self.pictures]
        blocks = (
            f"*{', '.join(self.claims)}.* **{self.verdict}**",
            f"```console\n{self.commands.strip()}\n```",
            *self.parts,
            *shown,
            f"**What carries it.** {self.carried}",
            f"**What it rests on.** {self.rests}",
        )
        return "\n\n".join(block for block in blocks if block)


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

    def courses(self, trial: Trial, n: int, switches: Switches = EVERYTHING) -> xr.Dataset:
        """Everybody in every arm of a design."""
        return simulate_courses(
            trial, n, self.seed, switches=switches, workers=self.workers, known=self.known
        ).assign_attrs(title="")

    @cached_property
    def body(self) -> Body:
        """What one body answers; asked once."""
        return ask_everything(self.sizes.numbers, self.workers)

    def carried(self, trial: Trial, arm: str, versus: str, n: int) -> dict[str, float]:
        """What each pathway carries of the difference between two arms, in points."""
        return pathways(trial, arm, versus, n, self.seed)


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


def design(person: str, weeks: int, visits: Sequence[float], severity: Mapping[str, float], also: Sequence[str] = ()) -> dict[str, Any]:  # fmt: skip
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


RUNNING = {"mode": "running", "intensity": "70 %VO2max"}
WALKING = {"mode": "walking", "intensity": "45 %VO2max"}
STRENGTH = {"mode": "strength", "intensity": "45 %VO2max"}


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
    return np.asarray(courses[name].sel(arm=arm).values[:, -1])


def moved(courses: xr.Dataset, arm: str, name: str = DEPRESSION) -> np.ndarray:
    """Its change from the first visit to the last."""
    return last(courses, arm, name) - np.asarray(courses[name].sel(arm=arm).values[:, 0])


def attended(courses: xr.Dataset, arm: str, what: str = "sessions") -> np.ndarray:
    """Each person's share of planned sessions, or of doses; sessions after leaving count as missed."""
    kept = {"sessions": "attended", "doses": "taken"}[what]
    happened = courses[f"{what}_{kept}"].sel(arm=arm).sum("week").values
    planned = courses[f"{what}_planned"].sel(arm=arm).sum("week").values
    return np.asarray(happened / planned)


def left_by(courses: xr.Dataset, arm: str, week: float) -> np.ndarray:
    """Whether each person had left treatment by a week."""
    return np.asarray(courses["left"].sel(arm=arm).values <= week, dtype=float)


def told_parts(parts: Mapping[str, float], whole: str) -> str:
    """What the largest pathways carry, in words.

    Parameters
    ----------
    parts : mapping of str to float
        Points by pathway, from `Lab.carried`.
    whole : str
        What they are parts of.

    Returns
    -------
    str
        A sentence.

    Examples
    --------
    >>> told_parts({"BDNF": -1.0, "activation": -0.5, "cortisol": 0.0}, "Running against nothing")
    'Running against nothing, −1.5 points: BDNF −1.0, activation −0.5.'
    """
    rows = sorted(parts.items(), key=lambda row: -abs(row[1]))
    named = [f"{name} {number(size, sign=True)}" for name, size in rows if abs(size) >= 0.1]
    total = number(sum(parts.values()), sign=True)
    return f"{whole}, {total} points: {', '.join(named) or 'no pathway carries 0.1 points'}."
