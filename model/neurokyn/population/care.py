"""Kinds of care in a trial: what they make a person expect, and what keeps a person coming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from neurokyn.population.observation import observation
from neurokyn.scenario import catalogue
from neurokyn.scenario.catalogue import Row

EXERCISE, PILLS = "leaving_exercise", "leaving_treatment"


@dataclass(frozen=True)
class Care:
    """The care of an arm, of one kind or of several together.

    Parameters
    ----------
    names : tuple of str
        Kinds, as in `params/care.toml`.
    contact, belief : float
        Parts of expectancy, in units of a pill placebo.
    sessions, doses : float
        What the setting adds to the log odds of coming to a session, of swallowing a dose.
    leaving_exercise, leaving_treatment : float
        Hazard per week of leaving exercise, or pills and care; 0 where there is none to leave.
    """

    names: tuple[str, ...]
    contact: float
    belief: float
    sessions: float
    doses: float
    leaving_exercise: float
    leaving_treatment: float

    @property
    def expectancy(self) -> float:
        """Contact and belief together; 1 for a pill placebo."""
        return self.contact + self.belief

    @property
    def with_exercise(self) -> Care | None:
        """The kinds with exercise alone; none if there are none."""
        return self._those(EXERCISE)

    @property
    def with_treatment(self) -> Care | None:
        """The kinds with pills or visits alone; none if there are none."""
        return self._those(PILLS)

    def _those(self, key: str) -> Care | None:
        names = [name for name in self.names if key in _row(name)]
        return care(names) if names else None


def care(names: Sequence[str]) -> Care:
    """The care of an arm.

    Contact and support are those of the strongest kind; belief is 1 - product of (1 - belief), with a limit; hazards
    of leaving are those of the one kind that has them.

    Parameters
    ----------
    names : sequence of str
        Kinds of `params/care.toml`; none for no care at all.

    Returns
    -------
    Care
        All kinds together.

    Raises
    ------
    ScenarioError
        If a kind is unknown; names the nearest.

    Examples
    --------
    >>> both = care(["open-pill", "supervised-exercise"])
    >>> both.expectancy < care(["open-pill"]).expectancy + care(["supervised-exercise"]).expectancy
    True
    """
    rows = [_row(name) for name in names]

    def most(key: str) -> float:
        return max((catalogue.value(row, key) for row in rows if key in row), default=0.0)

    together = 1.0 - prod(1.0 - catalogue.value(row, "belief") for row in rows)
    belief = together if len(rows) < 2 else min(together, observation().most_belief)
    kinds = tuple(catalogue.named("care", "kind of care", name)[0] for name in names)
    return Care(kinds, most("contact"), belief, most("sessions"), most("doses"), most(EXERCISE), most(PILLS))


def _row(name: str) -> Row:
    return catalogue.named("care", "kind of care", name)[1]
