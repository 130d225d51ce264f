"""A question as a person writes it: who, how long, what happens, in which arms."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from neurokyn.errors import ScenarioError, nearest
from neurokyn.scenario import catalogue, quantity
from neurokyn.scenario.activity import Bout, Programme
from neurokyn.scenario.context import INSTANT, Context
from neurokyn.scenario.dosing import Dose, Regimen
from neurokyn.scenario.problems import Problems
from neurokyn.scenario.schedule import Bolus, Level, Schedule
from neurokyn.scenario.surroundings import Challenge, Meals, Stress

Item = Dose | Regimen | Bout | Programme | Stress | Challenge
Person = str | Mapping[str, Any]
Settings = Mapping[str, float | str]

HEADINGS: dict[type, str] = {
    Dose: "drug",
    Regimen: "drug",
    Bout: "exercise",
    Programme: "exercise",
    Stress: "stress",
    Challenge: "challenge",
}
LONGEST = 100 * 365 * 24.0  # h; a longer scenario is a slip of the pen
SHORTEST = 1 / 60  # h
MOST_POINTS = 1_000_000  # reported for one arm
INSTEAD = LONGEST / 10  # h; stands in for a wrong duration while the rest is checked


@dataclass(frozen=True)
class Output:
    """What is reported, and how often; it never changes the steps of the solver.

    Parameters
    ----------
    every : str or float
        Time between reported points.
    only : sequence of str
        Names of the read-outs to keep, `module.name`; all if none are given.
    start : str, date or float
        From when on.
    """

    every: str | float = "1 h"
    only: tuple[str, ...] = ()
    start: str | float = 0.0


@dataclass(frozen=True)
class Arm:
    """What one arm has beyond what all share.

    Parameters
    ----------
    items : sequence of Dose, Regimen, Bout, Programme, Stress and Challenge
        Added to the shared ones.
    person : str or mapping, optional
        Instead of the shared person.
    set : mapping of str to float or str
        Parameters, on top of the shared settings.
    """

    items: tuple[Item, ...] = ()
    person: Person | None = None
    set: Settings = field(default_factory=dict)


@dataclass(frozen=True)
class Scenario:
    """One person, a length of time, and what happens in it.

    Parameters
    ----------
    title : str
        One line.
    about : str
        What to look at.
    person : str or mapping
        A phenotype of `params/people.toml`, or a table of `phenotype` and overrides.
    duration : str or float
        Such as "16 weeks", or hours.
    clock : str
        Time of day at t = 0.
    start_day : str or date
        Day of the week or date at t = 0.
    items : sequence of Dose, Regimen, Bout, Programme, Stress and Challenge
        What happens, in all arms.
    meals : Meals or None
        The day's meals; none keeps intake at its 24-h mean.
    set : mapping of str to float or str
        Parameters by qualified name: a number in the table's unit, or text with a unit.
    output : Output
        What is reported.
    arms : mapping of str to Arm
        Arms by name; none for a scenario of one course.
    source : str
        File it was read from, for messages.

    Examples
    --------
    >>> scenario = Scenario(
    ...     person="mdd",
    ...     duration="16 weeks",
    ...     items=(Regimen("escitalopram", "10 mg", every="1 day"),),
    ... )
    >>> len(scenario.schedule().boluses)
    112
    """

    title: str = ""
    about: str = ""
    person: Person = "healthy"
    duration: str | float = ""
    clock: str = "07:00"
    start_day: str = "mon"
    items: tuple[Item, ...] = ()
    meals: Meals | None = field(default_factory=Meals)
    set: Settings = field(default_factory=dict)
    output: Output = Output()
    arms: Mapping[str, Arm] = field(default_factory=dict)
    source: str = field(default="", compare=False)

    @property
    def hours(self) -> float:
        """Length of the scenario in h."""
        return quantity.hours(self.duration)

    @property
    def context(self) -> Context:
        """Where t = 0 lies, and how long the scenario lasts.

        Raises
        ------
        ScenarioError
            If duration, clock or start day are wrong; lists all problems.
        """
        problems = Problems()
        context = self._context(problems)
        problems.settle(self.source)
        return context

    @property
    def arm_names(self) -> tuple[str, ...]:
        """Names of the arms, in the order written; none for a scenario of one course."""
        return tuple(self.arms)

    def arm(self, name: str | None = None) -> Arm:
        """Everything that holds in an arm: shared and own items, its person, all settings.

        Raises
        ------
        ScenarioError
            If there is no such arm; names the nearest.
        """
        if name is None:
            return Arm(tuple(self.items), self.person, self.set)
        if name not in self.arms:
            raise ScenarioError(f"there is no arm '{name}'{nearest(name, self.arms)}", where=self.source)
        own = self.arms[name]
        person = self.person if own.person is None else own.person
        return Arm((*self.items, *own.items), person, {**self.set, **own.set})

    def schedule(self, arm: str | None = None) -> Schedule:
        """What happens in an arm, expanded.

        Parameters
        ----------
        arm : str, optional
            Name of the arm; what all share if not given.

        Returns
        -------
        Schedule
            Boluses and levels.

        Raises
        ------
        ScenarioError
            If something is wrong; lists all problems of the arm.
        """
        context, problems = self.context, Problems()
        items = self._expanded(self.arm(arm).items, context, problems, "")
        problems.settle(self.source)
        try:
            return Schedule([*self._meals(context), *items])
        except ScenarioError as error:
            where = " ".join(word for word in (self.source, f"[arms.{arm}]" if arm else "") if word)
            raise ScenarioError(error.what, where=where, fix=error.fix) from None

    def ordinary_day(self) -> Schedule:
        """24 hours of meals and nothing else, from the time of day at t = 0."""
        context = self.context
        return Schedule(self._meals(Context(24.0, context.clock, context.weekday, context.date)))

    def times(self) -> list[float]:
        """Times reported, in h: from the start of the output to the end, both included."""
        context = self.context
        start, every = context.moment(self.output.start), quantity.positive_hours(self.output.every)
        count = math.floor((context.duration - start) / every + INSTANT)
        return [start + k * every for k in range(count + 1)]

    def problems(self) -> Problems:
        """Everything wrong that can be found without a model; `check` raises it.

        Returns
        -------
        Problems
            Each with the key it stands at.
        """
        problems = Problems()
        if not self.title.isprintable():
            problems.add("title", "it is more than one line of plain text", "write one line")
        context = self._context(problems)
        self._check_output(context, problems)
        _check_person(self.person, "person", problems)
        check_settings(self.set, "[set]", problems)
        shared: list[Bolus | Level] = []
        try:
            shared += self._meals(context)
        except ScenarioError as error:
            problems.include("[meals]", error)
        shared += self._expanded(self.items, context, problems, "")
        own: dict[str, list[Bolus | Level]] = {}
        for name, arm in self.arms.items():
            if not name.strip() or not name.isprintable():
                problems.add("[arms]", f"{quantity.shown(name)} is no name of an arm", "write one line of plain text")
            if arm.person is not None:
                _check_person(arm.person, f"[arms.{name}] person", problems)
            check_settings(arm.set, f"[arms.{name}.set]", problems)
            own[name] = self._expanded(arm.items, context, problems, f"arms.{name}.")
        for place, items in [("", []), *((f"[arms.{name}]", items) for name, items in own.items())]:
            if not problems.errors:  # what overlaps among the shared items would be said again for each arm
                problems.read(place, Schedule, [*shared, *items], Schedule())
        return problems

    def check(self) -> None:
        """Check everything that can be checked without a model.

        Raises
        ------
        ScenarioError
            Lists all problems.
        """
        self.problems().settle(self.source)

    def to_toml(self) -> str:
        """The scenario as a TOML file that reads back as the same scenario.

        Returns
        -------
        str
            TOML.
        """
        from neurokyn.scenario.writing import scenario_toml

        return scenario_toml(self)

    def _context(self, problems: Problems) -> Context:
        """The context, as far as it makes sense."""
        duration = INSTEAD
        if self.duration == "":
            problems.add("duration", "the scenario has no duration", "write duration = '16 weeks'")
        else:
            duration = problems.read("duration", quantity.positive_hours, self.duration, INSTEAD)
        if duration < SHORTEST:
            problems.add("duration", f"{quantity.shown(self.duration)} is shorter than a minute", "make it longer")
            duration = INSTEAD
        if duration > LONGEST:
            problems.add(
                "duration", f"{quantity.shown(self.duration)} is longer than a hundred years", "make it shorter"
            )
            duration = INSTEAD
        clock = problems.read("clock", quantity.clock, self.clock, 0.0)
        if not quantity.looks_like_date(self.start_day):
            return Context(duration, clock, problems.read("start_day", quantity.weekday, self.start_day, 0))
        date = problems.read("start_day", quantity.date, self.start_day, None)
        return Context(duration, clock, date.weekday() if date else 0, date)

    def _meals(self, context: Context) -> list[Level]:
        return self.meals.expand(context) if self.meals else []

    def _expanded(
        self, items: tuple[Item, ...], context: Context, problems: Problems, prefix: str
    ) -> list[Bolus | Level]:
        """Items expanded; what is wrong is kept with the table it stands in."""
        expanded: list[Bolus | Level] = []
        counts: dict[str, int] = {}
        for item in items:
            heading = HEADINGS[type(item)]
            counts[heading] = counts.get(heading, 0) + 1
            try:
                expanded += item.expand(context)
            except ScenarioError as error:
                problems.include(f"[[{prefix}{heading}]] {counts[heading]}", error)
        return expanded

    def _check_output(self, context: Context, problems: Problems) -> None:
        every = problems.read("[output] every", quantity.positive_hours, self.output.every, 1.0)
        start = problems.read("[output] start", context.moment, self.output.start, 0.0)
        if start > context.duration:
            problems.add("[output] start", f"{quantity.shown(self.output.start)} is after the end", "start it earlier")
        elif every > context.duration - start:
            what = f"{quantity.shown(self.output.every)} is longer than the time reported, so there is nothing to see"
            problems.add("[output] every", what, "report more often")
        elif (context.duration - start) / MOST_POINTS > every:
            problems.add("[output] every", f"this makes more than {MOST_POINTS} points", "report less often")
        known = catalogue.read_outs() if self.output.only else []
        for name in self.output.only:
            if not isinstance(name, str) or name.count(".") != 1:
                what = f"{quantity.shown(name)} is not a read-out"
                problems.add("[output] only", what, "write it like 'mood.depression'")
            elif name not in known:
                problems.add("[output] only", f"there is no read-out {quantity.shown(name)}{nearest(name, known)}")


def _check_person(person: Person, place: str, problems: Problems) -> None:
    """A phenotype that exists, and overrides that are numbers or text."""
    phenotype = person if isinstance(person, str) else person.get("phenotype", "healthy")
    known = catalogue.phenotypes()
    if str(phenotype) not in known:
        problems.add(place, f"there is no phenotype {quantity.shown(phenotype)}{nearest(str(phenotype), known)}")
    if isinstance(person, str):
        return
    overrides = {key: value for key, value in person.items() if key != "phenotype"}
    for key in [key for key in overrides if "." not in key]:
        problems.add(place, f"the key {quantity.shown(key)} is unknown{nearest(key, ['phenotype'])}")
        del overrides[key]
    check_settings(overrides, place, problems)


def check_settings(settings: Settings, place: str, problems: Problems) -> None:
    """Parameters by qualified name, each a number within its bounds, or text with a unit."""
    for name, value in settings.items():
        where = f"{place} {name}"
        if name.count(".") != 1:
            fix = 'write it like "kynurenine.kat_muscle_share"'
            problems.add(where, f"{quantity.shown(name)} is not a parameter", fix)
        elif quantity.finite(value) is None and not (isinstance(value, str) and quantity.split(value)):
            problems.add(where, f"{quantity.shown(value)} is not a number", "write it like 2.5 or '2.5 umol/L'")
        else:
            problems.read(where, partial(_set, name), value, None)


def _set(name: str, value: float | str) -> None:
    """Try a setting on the shipped numbers."""
    table, module = catalogue.parameters(), name.split(".", maxsplit=1)[0]
    modules = dict.fromkeys(key.split(".")[0] for key in table)
    if module not in modules:
        raise ScenarioError(f"there is no module {quantity.shown(module)}{nearest(module, modules)}")
    table[name].with_value(value)
