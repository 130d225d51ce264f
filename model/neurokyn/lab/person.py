"""Who the sliders describe: a phenotype, what was set, and what is solved for.

Stress, fitness and CYP2C19 activity are parameters and are set as they are. Two sliders are read-outs:

- CRP. A value is shared as among the virtual people of a trial (`population/resting.py`): the chronic drive rises with
  CRP from the phenotype's own, and the person's own level (body mass, genes) carries the rest, up to the bound of that
  number; beyond it the drive carries all. One fixed point below the bound, about ten beyond.
- Severity. The vulnerability is solved for at which HAM-D at t = 0 is the slider's. Secants on the fixed point, of a
  fifth of a millisecond each, with what the closed day adds to it; then a closed day, and once more if that is off.

A slider that was not moved sets nothing: the phenotype's own number holds, and HAM-D and CRP follow from the rest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from scipy.optimize import brentq
from scipy.special import logit

from neurokyn.errors import SolveError
from neurokyn.population.resting import CRP, DRIVE, OWN_CRP, SCALE, SEVERITY, VULNERABILITY, Body, body, drive_for
from neurokyn.scenario.orbit import ClosedDay, closed_day
from neurokyn.scenario.prepare import Prepared
from neurokyn.scenario.scenario import Scenario
from neurokyn.scenario.solve import timeline

PLAIN = {"stress": "stress.chronic_load", "fitness": "exercise.vo2max_untrained", "cyp2c19": "ssri.cyp2c19_activity"}
CLOSE = 0.01  # HAM-D points
TURNS = 4
SECANTS = 12


class Wish(NamedTuple):
    """What the sliders of a person say; None where one was not moved."""

    phenotype: str
    severity: float | None = None  # HAM-D17 points
    crp: float | None = None  # mg/L
    stress: float | None = None  # 1
    fitness: float | None = None  # mL/kg/min
    cyp2c19: float | None = None  # 1


@dataclass(frozen=True)
class Person:
    """Somebody at t = 0, ready for any treatment.

    Parameters
    ----------
    wish : Wish
        What was asked for.
    numbers : mapping of str to float
        Parameters that differ from the phenotype's, in the units of the table.
    prepared : Prepared
        The kernels with these numbers.
    day : ClosedDay
        The state at t = 0 and the Jacobian that found it.
    at_start : mapping of str to float
        Every read-out at t = 0.
    rest_severity : float
        HAM-D at the fixed point.
    notes : tuple of str
        What could not be had as asked, in plain words.
    """

    wish: Wish
    numbers: Mapping[str, float]
    prepared: Prepared
    day: ClosedDay
    at_start: Mapping[str, float]
    rest_severity: float
    notes: tuple[str, ...] = ()


def find_person(wish: Wish, near: Person | None = None) -> Person:
    """The person the sliders describe, on their closed day.

    Parameters
    ----------
    wish : Wish
        What the sliders say.
    near : Person, optional
        Somebody like this, of the same phenotype, to start from.

    Returns
    -------
    Person
        Ready to be simulated; `notes` says where the nearest possible stands for what was asked.

    Raises
    ------
    SolveError
        If these numbers have no closed day.

    Examples
    --------
    >>> round(find_person(Wish("mdd", severity=25.0)).at_start["mood.depression"], 1)
    25.0
    """
    who, notes = body(wish.phenotype), list[str]()
    numbers = {name: value for field, name in PLAIN.items() if (value := getattr(wish, field)) is not None}
    if wish.crp is not None:
        numbers |= _inflammation(who, wish, numbers)
    if wish.severity is None:
        return _settled(who, wish, numbers, near)
    aim = wish.severity if near is None else wish.severity - near.at_start[SEVERITY] + near.rest_severity
    for _ in range(TURNS):
        numbers[VULNERABILITY] = _vulnerability(who, numbers, aim)
        found = _settled(who, wish, numbers, near)
        off = wish.severity - found.at_start[SEVERITY]
        if abs(off) < CLOSE or numbers[VULNERABILITY] in (who.table[VULNERABILITY].bounds or ()):
            break
        aim, near = aim + off, found
    if abs(off) > 0.25:
        notes.append(
            f"HAM-D {wish.severity:g} cannot be reached with the rest as it is; shown is the nearest, "
            f"{found.at_start[SEVERITY]:.1f}."
        )
    return replace(found, notes=tuple(notes))


def _settled(who: Body, wish: Wish, numbers: Mapping[str, float], near: Person | None) -> Person:
    """A person with numbers, on the closed day."""
    prepared = who.of(numbers)
    plan = Scenario(duration="1 day")
    happens = timeline(prepared, plan.ordinary_day(), 24.0, plan.context.clock)
    found = closed_day(prepared, happens, None if near is None else near.day)
    at_start = prepared.read_outs(found.state, prepared.rests)
    rest = prepared.read_outs(found.state - found.beyond, prepared.rests)[SEVERITY]
    return Person(wish, dict(numbers), prepared, found, at_start, rest)


def _inflammation(who: Body, wish: Wish, numbers: Mapping[str, float]) -> dict[str, float]:
    """Drive and own CRP that together give a CRP at rest."""
    assert wish.crp is not None
    wanted, own = wish.crp, who.at_rest({})[CRP]  # its own CRP leaves a phenotype's drive as it is

    def beside(drive: float) -> float:
        """What the person's own level must be beside a drive; CRP at rest is in proportion to it."""
        return who.table[OWN_CRP].value * wanted / who.at_rest({**numbers, DRIVE: drive})[CRP]

    drive = drive_for(wish.phenotype, wanted, own)
    low, high = who.table[OWN_CRP].bounds or (0.0, math.inf)
    level, most = beside(drive), (who.table[DRIVE].bounds or (0.0, math.inf))[1]
    if level > high:  # more than a body can have by itself
        drive = float(brentq(lambda x: beside(x) - high, drive, most, xtol=1e-6)) if beside(most) < high else most
        level = high
    return {DRIVE: drive, OWN_CRP: max(level, low)}


def _vulnerability(who: Body, numbers: Mapping[str, float], aim: float) -> float:
    """The vulnerability, within its bounds, at which the fixed point has a severity."""
    scale = who.table[SCALE].value
    low, high = who.table[VULNERABILITY].bounds or (-math.inf, math.inf)
    wanted = float(logit(min(max(aim / scale, 1e-6), 1.0 - 1e-6)))

    def reached(vulnerability: float) -> float:
        rest = who.at_rest({**numbers, VULNERABILITY: vulnerability})[SEVERITY]
        return float(logit(min(max(rest / scale, 1e-9), 1.0 - 1e-9)))

    here = who.table[VULNERABILITY].value
    there, slope = reached(here), 1.0
    for _ in range(SECANTS):
        step = min(max(here + (wanted - there) / slope, low), high)
        if abs(step - here) < 1e-7:
            return step
        after = reached(step)
        if after != there:
            slope = max((after - there) / (step - here), 0.1)
        here, there = step, after
    raise SolveError(f"no vulnerability of {low:g} to {high:g} was found for HAM-D {aim:.1f}")
