"""Attendance, missed doses and leaving: the schedule of an arm with what its people decide while they are simulated.

The chances and hazards are read-outs of the model (`physiology/behaviour.py`) at the moment of the decision; the
numbers they are compared with come from the person's own streams, one for each occasion, and are the same in every arm.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from neurokyn.population.care import Care
from neurokyn.population.streams import Stream
from neurokyn.population.switches import Switches
from neurokyn.scenario.choices import Condition
from neurokyn.scenario.schedule import Bolus, Level, Schedule

ATTENDANCE, DOSE_TAKING = "behaviour.attendance", "behaviour.dose_taking"
EXERCISE_HAZARD, TREATMENT_HAZARD = "behaviour.exercise_hazard", "behaviour.treatment_hazard"
SESSIONS, DOSES, LEAVES_EXERCISE, LEAVES_TREATMENT = range(4)  # what a threshold is drawn for
STREAMS = ("behaviour.sessions", "behaviour.doses", "behaviour.leaves exercise", "behaviour.leaves treatment")
CONTACT, ACTIVATION, EXPECTANCY = "mood.contact", "mood.activation", "mood.expectancy_level"

Asked = tuple[Condition, int, int]  # a condition, what its threshold is drawn for, and the number of the occasion
Item = Bolus | Level


@dataclass(frozen=True)
class Plan:
    """An arm with its choices.

    Parameters
    ----------
    schedule : Schedule
        What happens, some of it by choice.
    asked : mapping of str to tuple
        What each choice depends on.
    sessions, doses : mapping of str to float
        Choices that are sessions or doses, and when they are due, in h.
    staying : mapping of str to float
        Choices that say whether a person is still in all of the treatment, day by day.
    """

    schedule: Schedule
    asked: dict[str, tuple[Asked, ...]]
    sessions: dict[str, float]
    doses: dict[str, float]
    staying: dict[str, float]


def plan_arm(schedule: Schedule, care: Care, days: Sequence[float], switches: Switches) -> Plan:
    """Let people decide about an arm.

    Parameters
    ----------
    schedule : Schedule
        Everything that is planned.
    care : Care
        What is expected, and what keeps people coming.
    days : sequence of float
        Boundaries of days in h, from 0 to the end: leaving takes effect at the next.
    switches : Switches
        What is on.

    Returns
    -------
    Plan
        The same with choices.
    """
    end = days[-1]
    plan = Plan(Schedule(), {}, {}, {}, {})
    items: list[Item] = []
    bouts: dict[str, list[Item]] = {}
    together = 0.0  # until when a group is there already
    for item in schedule.items:
        if item.target.startswith("exercise.") or item.target == ACTIVATION:
            bouts.setdefault(item.label, []).append(item)
        elif isinstance(item, Bolus) and item.target.startswith("ssri."):
            items.append(_dose(item, plan, switches))
        elif isinstance(item, Level) and item.target == CONTACT:
            items += _company(replace(item, start=max(item.start, together)), days, plan, switches)
            together = max(together, item.stop)
        else:
            items.append(item)
    for number, bout in enumerate(sorted(bouts.values(), key=_start)):
        name = f"session {number}"
        plan.sessions[name] = _start(bout)
        plan.asked[name] = (_stays(LEAVES_EXERCISE), (Condition(ATTENDANCE, True), SESSIONS, number))
        items += [replace(_without_biology(item, switches), choice=name) for item in bout]
    items += _care(care, days, plan, switches)
    held = {
        "behaviour.session_support": (care.sessions, "1"),
        "behaviour.dose_support": (care.doses, "1"),
        "behaviour.leaving_exercise": (care.leaving_exercise, "1/week"),
        "behaviour.leaving_treatment": (care.leaving_treatment, "1/week"),
    }
    items += [Level(name, 0.0, end, value, unit) for name, (value, unit) in held.items() if value]
    return replace(plan, schedule=Schedule(items))


def _start(bout: Sequence[Item]) -> float:
    return min(item.time if isinstance(item, Bolus) else item.start for item in bout)


def _without_biology(item: Item, switches: Switches) -> Item:
    """The item, or one that is decided about but does nothing."""
    if switches.biology:
        return item
    return replace(item, amount=0.0) if isinstance(item, Bolus) else replace(item, value=0.0)


def _dose(item: Bolus, plan: Plan, switches: Switches) -> Bolus:
    number = len(plan.doses)
    name = f"dose {number}"
    plan.doses[name] = item.time
    plan.asked[name] = (_stays(LEAVES_TREATMENT), (Condition(DOSE_TAKING, True), DOSES, number))
    return replace(_without_biology(item, switches), choice=name)  # type: ignore[return-value]


def _stays(what: int) -> Asked:
    return Condition(EXERCISE_HAZARD if what == LEAVES_EXERCISE else TREATMENT_HAZARD, False), what, 0


def _left(what: int) -> Asked:
    condition, what, number = _stays(what)
    return condition._replace(above=True), what, number


def _company(item: Level, days: Sequence[float], plan: Plan, switches: Switches) -> Iterator[Level]:
    """A group, day by day, as long as the person stays in exercise."""
    if not switches.contact:
        return
    for day, (start, stop) in enumerate(itertools.pairwise(days)):
        begins, ends = max(start, item.start), min(stop, item.stop)
        if ends > begins:
            name = f"company {day}"
            plan.asked[name] = (_stays(LEAVES_EXERCISE),)
            yield Level(CONTACT, begins, ends, item.value, "1", False, item.label, name)


def _care(care: Care, days: Sequence[float], plan: Plan, switches: Switches) -> Iterator[Level]:
    """Expectancy, day by day, of what the person has not left yet."""
    exercise, treatment = care.with_exercise, care.with_treatment
    kinds: list[tuple[str, Care, tuple[Asked, ...]]] = []
    if exercise and treatment:
        kinds = [
            ("all", care, (_stays(LEAVES_EXERCISE), _stays(LEAVES_TREATMENT))),
            ("exercise", exercise, (_stays(LEAVES_EXERCISE), _left(LEAVES_TREATMENT))),
            ("treatment", treatment, (_left(LEAVES_EXERCISE), _stays(LEAVES_TREATMENT))),
        ]
    elif exercise or treatment:
        kinds = [("all", care, (_stays(LEAVES_EXERCISE if exercise else LEAVES_TREATMENT),))]
    for day, (start, stop) in enumerate(itertools.pairwise(days)):
        for kind, what, asked in kinds:
            name = f"care {kind} {day}"
            plan.asked[name] = asked
            if kind == "all":
                plan.staying[name] = start
            value = what.expectancy if switches.expectancy else 0.0
            yield Level(EXPECTANCY, start, stop, value, "1", False, f"expectancy of {' and '.join(what.names)}", name)


@dataclass(frozen=True)
class Draws:
    """What a person's decisions are compared with.

    Parameters
    ----------
    sessions, doses : ndarray
        A number from 0 to 1 for each occasion.
    leaves : tuple of two float
        Hazard, added up, at which the person leaves exercise, and pills or care.
    """

    sessions: np.ndarray
    doses: np.ndarray
    leaves: tuple[float, float]

    def thresholds(self, what: np.ndarray, number: np.ndarray) -> np.ndarray:
        """Thresholds of conditions.

        Parameters
        ----------
        what, number : ndarray of int, shape (n_conditions,)
            What each is drawn for, and the occasion.

        Returns
        -------
        ndarray, shape (n_conditions,)
            In the unit of the read-out.
        """
        found = np.where(what == LEAVES_EXERCISE, self.leaves[0], self.leaves[1])
        for kind, drawn in ((SESSIONS, self.sessions), (DOSES, self.doses)):
            found[what == kind] = drawn[number[what == kind]]
        return found


def draw_decisions(seed: int, person: int, sessions: int, doses: int) -> Draws:
    """Draw what a person's decisions are compared with.

    Parameters
    ----------
    seed : int
        Of the study.
    person : int
        Number of the person.
    sessions, doses : int
        How many occasions; the first of many are those of a few.

    Returns
    -------
    Draws
        The person's own.
    """
    of_sessions, of_doses = (Stream(seed, STREAMS[k]).of(person).random(n) for k, n in enumerate((sessions, doses)))
    leaves = [-float(np.log(Stream(seed, STREAMS[k]).uniform(1, person)[0])) for k in (2, 3)]
    return Draws(of_sessions, of_doses, (leaves[0], leaves[1]))
