"""Drugs taken: one dose, or a regimen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from neurokyn.scenario import catalogue, quantity
from neurokyn.scenario.context import INSTANT, Context
from neurokyn.scenario.problems import Problems
from neurokyn.scenario.recurrence import Repeated, amount_at, amounts, covers
from neurokyn.scenario.schedule import Bolus


@dataclass(frozen=True)
class Dose:
    """One dose of a drug by mouth.

    Parameters
    ----------
    drug : str
        A drug of `params/drugs.toml`.
    dose : str
        Such as "10 mg".
    start : str, date or float
        When; hours since t = 0 if a number.
    at : str
        Time of day, on or after `start`.

    Examples
    --------
    >>> Dose("escitalopram", "10 mg", start="day 1").expand(Context(duration=48.0))[0].time
    24.0
    """

    drug: str
    dose: str
    start: str | float = 0.0
    at: str = ""

    def expand(self, context: Context) -> list[Bolus]:
        """The dose as a bolus.

        Raises
        ------
        ScenarioError
            If something is wrong with it; lists all problems.
        """
        return _boluses(self.drug, self.dose, Repeated(start=self.start, at=self.at or ()), context, Problems())


@dataclass(frozen=True)
class Regimen(Repeated):
    """Doses of a drug by mouth, repeated.

    `start`, `stop`, `every`, `at`, `skip`, `skip_every` and `taper` are those of `Repeated`.

    Parameters
    ----------
    drug : str
        A drug of `params/drugs.toml`.
    dose : str
        Such as "10 mg".
    doses : sequence
        A titration instead of one dose: steps [moment, dose], the moments since t = 0; it starts
        with the first step unless `start` says otherwise.

    Examples
    --------
    >>> course = Regimen("escitalopram", doses=[["week 0", "5 mg"], ["week 1", "10 mg"]], every="1 day")
    >>> sum(bolus.amount for bolus in course.expand(Context(duration=336.0)))
    105.0
    """

    drug: str
    dose: str = ""
    doses: Sequence[Sequence[str] | Mapping[str, Any]] = ()

    def expand(self, context: Context) -> list[Bolus]:
        """The doses as boluses; those of 0 mg are left out.

        Raises
        ------
        ScenarioError
            If something is wrong with it; lists all problems.
        """
        problems = Problems()
        if self.dose and self.doses:
            problems.add("doses", "it has both 'dose' and 'doses'", "keep one of them")
        if self.every is None and not self.days:
            problems.add("every", "it does not say how often", "write every = '1 day'")
        return _boluses(self.drug, self.doses or self.dose, self, context, problems)


def _boluses(name: str, given: object, when: Repeated, context: Context, problems: Problems) -> list[Bolus]:
    """Doses of one drug at their times."""
    key = "doses" if isinstance(given, (list, tuple)) else "dose"
    drug = problems.read("name", catalogue.drug, name, None)
    if given == "":
        problems.add("dose", "it has no dose", "write dose = '10 mg'")
        given = "0 mg"
    steps = amounts(given, "dose", quantity.dose, context, problems)
    first = steps[0][0] if steps else 0.0
    times = when.occasions(context, problems, first)
    if key == "doses" and when.start is not None and not problems.errors:
        covers(steps, key, context.moment(when.start), problems)
    steps = list(when.lowered(steps, context, problems)) if steps else steps
    largest = max((dose for _, dose in steps), default=0.0)
    if drug and drug.largest is not None and largest > drug.largest + INSTANT:
        what = (
            f"{largest:g} mg of {drug.name} at once is more than the largest dose it is known for, {drug.largest:g} mg"
        )
        problems.add(key, what, "write a smaller one")
    problems.settle()
    assert drug is not None
    given_at = [(time, amount_at(steps, time)) for time in times]
    return [Bolus(drug.target, time, mg, "mg", f"{drug.name} {mg:g} mg") for time, mg in given_at if mg > 0]
