"""A trial as it is planned: who comes in, arms, how they are shared out, visits, and what is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from neurokyn.population.care import Care
from neurokyn.population.entry import RATED
from neurokyn.scenario.scenario import Scenario

LATER = "rated"  # the rating after a lead-in


@dataclass(frozen=True)
class Outcome:
    """What is judged.

    Parameters
    ----------
    scale : str
        Read-out that is rated: "mood.depression" or "mood.anxiety".
    response : float
        Fall that counts as response, as a share of baseline.
    remission : float
        Points at or below which a person counts as remitted.
    analysis : str
        How missing visits are met, a key of `ANALYSES`.
    adherent : float
        Share of sessions and of doses that counts as adherent.
    also : tuple of str
        Other read-outs kept at the visits.
    """

    scale: str = "mood.depression"
    response: float = 0.5
    remission: float = 7.0
    analysis: str = "carried forward"
    adherent: float = 0.7
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preference:
    """People who choose their arm.

    Parameters
    ----------
    share : float
        Of all people; the others are randomised.
    arm : str
        The arm whose choice is described.
    by : mapping of str to float
        Log odds of choosing it per unit of a covariate or parameter of the person.
    """

    share: float
    arm: str
    by: Mapping[str, float]


@dataclass(frozen=True)
class Pool:
    """Many trials of one design, for a meta-analysis.

    Parameters
    ----------
    sizes : tuple of int
        People in each trial, both arms together.
    active : tuple of str
        Active arms; each trial has one, in turn.
    versus : mapping of str to float
        Comparators and the share of trials that have each.
    small_study : bool
        Whether the biases of small trials apply.
    """

    sizes: tuple[int, ...]
    active: tuple[str, ...]
    versus: Mapping[str, float]
    small_study: bool


@dataclass(frozen=True)
class TrialArm:
    """What is particular to an arm; its drugs and exercise stand in the scenario.

    Parameters
    ----------
    people : int
        How many are wanted; 0 in a pool.
    care : Care
        What is expected and what keeps people coming.
    phenotype : str
        Whose arm it is.
    """

    people: int
    care: Care
    phenotype: str


@dataclass(frozen=True)
class Trial:
    """A trial as it is planned.

    Parameters
    ----------
    name, title, about, source : str
        What it is called, what it is, what to look at, its key in `sources.bib`.
    scenario : Scenario
        What happens in each arm.
    visits : tuple of float
        Weeks; the first is the baseline.
    arms : mapping of str to TrialArm
        By name, in the order written.
    include : str
        Who comes in: a criterion over covariates and `screened`, the rating at entry.
    distributions : mapping
        Keys of covariates to replace.
    outcome : Outcome
        What is judged.
    strata : tuple of str
        Criteria within whose halves people are randomised.
    preference : Preference, optional
        If people choose.
    pool : Pool, optional
        If it stands for many trials.
    lead_in : float
        Weeks of treatment before people are randomised; that visit is the baseline. 0 if there is none.
    admitted : str
        Who is randomised after the lead-in: a criterion over covariates and `rated`, the rating then.

    Examples
    --------
    >>> from neurokyn import read_trial
    >>> trial = read_trial("motar")
    >>> trial.weeks, list(trial.arms)
    (16.0, ['running', 'drug'])
    """

    name: str
    title: str
    about: str
    source: str
    scenario: Scenario
    visits: tuple[float, ...]
    arms: Mapping[str, TrialArm]
    include: str = ""
    distributions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    outcome: Outcome = Outcome()
    strata: tuple[str, ...] = ()
    preference: Preference | None = None
    pool: Pool | None = None
    lead_in: float = 0.0
    admitted: str = ""

    @property
    def weeks(self) -> float:
        """Its length."""
        return self.scenario.hours / 168.0

    @property
    def people(self) -> int:
        """Everyone in it, all arms together; in a pool, in all its trials."""
        return sum(self.pool.sizes) if self.pool else sum(arm.people for arm in self.arms.values())

    @property
    def phenotype(self) -> str:
        """Whose trial it is, but for arms that say otherwise."""
        return str(self.scenario.person)

    @property
    def rated_at_entry(self) -> bool:
        """Whether a score is needed to get in."""
        return RATED in self.include
