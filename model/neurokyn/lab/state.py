"""All that the controls say, checked, and the scenario it stands for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any
from urllib.parse import parse_qsl, urlencode

from neurokyn.errors import NeurokynError, nearest
from neurokyn.lab.controls import BY_FIELD, CONTROLS, Control, dose_reach
from neurokyn.lab.person import Wish
from neurokyn.scenario.activity import Programme
from neurokyn.scenario.dosing import Regimen
from neurokyn.scenario.quantity import WEEKDAY_NAMES, shown
from neurokyn.scenario.scenario import Item, Scenario
from neurokyn.scenario.surroundings import Challenge, Stress

MOST_PINS = 6
LONGEST_NAME = 60
LONGEST_LINK = 8000
SPREAD = ((), (0,), (0, 3), (0, 2, 4), (0, 1, 3, 4), (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5), (0, 1, 2, 3, 4, 5, 6))
EVENTS_START = "week 2"
STRESS_STOP = "week 5"
Pin = dict[str, Any]  # {"name": str, "state": mapping}


class LabError(NeurokynError):
    """Something asked of the lab that cannot be had."""


@dataclass(frozen=True)
class State:
    """All that the controls say.

    Parameters
    ----------
    phenotype : str
        A name of `params/people.toml`.
    severity, crp, stress, fitness, cyp2c19 : float or None
        HAM-D, mg/L, chronic load (1), VO2max (mL/kg/min) and activity (1); none leaves the phenotype's own.
    drug : str
        A name of `params/drugs.toml`, or nothing.
    dose : float
        mg a day.
    missed : float
        Doses missed in a week.
    mode : str
        A name of `params/modes.toml`, or nothing.
    minutes, intensity, days : float
        Of a bout; % of VO2max; a week.
    stress_event, interferon : float
        Level of three weeks of stress (1), dose of twelve weeks of interferon-alpha (1).
    depletion : str
        "yes" for a day without tryptophan.
    weeks : float
        How long.

    Examples
    --------
    >>> State(drug="escitalopram", dose=10.0).phenotype
    'mdd'
    """

    phenotype: str = "mdd"
    severity: float | None = None
    crp: float | None = None
    stress: float | None = None
    fitness: float | None = None
    cyp2c19: float | None = None
    drug: str = ""
    dose: float = 10.0
    missed: float = 0.0
    mode: str = ""
    minutes: float = 45.0
    intensity: float = 70.0
    days: float = 3.0
    stress_event: float = 0.0
    interferon: float = 0.0
    depletion: str = ""
    weeks: float = 16.0

    @property
    def wish(self) -> Wish:
        """The part that says who it is."""
        return Wish(self.phenotype, self.severity, self.crp, self.stress, self.fitness, self.cyp2c19)


DEFAULT = State()


def to_json(state: State) -> dict[str, Any]:
    """What differs from a person left alone, as plain values.

    Examples
    --------
    >>> to_json(State(drug="sertraline", dose=50.0))
    {'drug': 'sertraline', 'dose': 50.0}
    """
    return {name: value for name, value in asdict(state).items() if value != getattr(DEFAULT, name)}


def from_json(values: object) -> State:
    """A state from plain values; what is not given has its default.

    Parameters
    ----------
    values : mapping of str to (float, str or None)
        Fields of `State`.

    Returns
    -------
    State
        Every value known, of its kind and within its bounds.

    Raises
    ------
    LabError
        If anything is wrong; lists all of it.

    Examples
    --------
    >>> from_json({"drug": "escitalopam"})
    Traceback (most recent call last):
    neurokyn.lab.state.LabError: drug: 'escitalopam' is not known; did you mean 'escitalopram', 'citalopram'?
    """
    state, problems = mended(values)
    if problems:
        raise LabError("; ".join(problems))
    return state


def mended(values: object) -> tuple[State, list[str]]:
    """A state with defaults in place of what is wrong, and what that is, one line each."""
    if not isinstance(values, Mapping):
        return DEFAULT, [f"{shown(values)} is no set of controls; write names and values"]
    found, problems = dict[str, Any](), list[str]()
    names = [field.name for field in fields(State)]
    for key, value in values.items():
        if key not in names:
            problems.append(f"there is no control {shown(key)}{nearest(str(key), names)}")
            continue
        try:
            found[key] = _checked(BY_FIELD[key], value)
        except LabError as problem:
            problems.append(str(problem))
    state = State(**found)
    most = dose_reach(state.drug)[0]
    if state.dose > most:
        problems.append(f"dose: {state.dose:g} mg is more than {most:g} mg, the most of {state.drug}")
        state = State(**{**found, "dose": most})
    return state, problems


def _checked(control: Control, value: object) -> float | str | None:
    """The value of a control, of its kind and within its bounds."""
    where = control.field
    if control.choices is not None:
        if not isinstance(value, str) or value not in control.choices:
            raise LabError(f"{shown(value)} is not known{nearest(str(value), control.choices)}", where=where)
        return value
    if value is None and control.own:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise LabError(f"{shown(value)} is not a number", where=where, fix="write it like 2.5")
    if not control.least <= value <= control.most:
        unit = control.unit
        between = f"choose one from {control.least:g} to {control.most:g} {unit}"
        raise LabError(f"{value:g} is out of reach", where=where, fix=between)
    if control.whole and value != int(value):
        raise LabError(f"{value:g} is not a whole number", where=where, fix=f"write {round(value)}")
    return float(value)


def checked_pins(pins: object) -> tuple[list[Pin], list[str]]:
    """Pinned runs that make sense, and what is wrong with the others."""
    if not isinstance(pins, Sequence) or isinstance(pins, str):
        return [], [f"{shown(pins)} is no list of pinned runs"]
    kept, problems = list[Pin](), list[str]()
    for number, pin in enumerate(pins[:MOST_PINS], start=1):
        if not isinstance(pin, Mapping):
            problems.append(f"pinned run {number} cannot be read and is left out")
            continue
        state, wrong = mended(pin.get("state", {}))
        problems += [f"pinned run {number}, {line}" for line in wrong]
        kept.append({"name": plain_name(pin.get("name")) or describe(state), "state": to_json(state)})
    if len(pins) > MOST_PINS:
        problems.append(f"{len(pins)} pinned runs are more than {MOST_PINS}; the first {MOST_PINS} are kept")
    return kept, problems


def plain_name(name: object) -> str:
    """A name as one short line of text."""
    text = name if isinstance(name, str) else ""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:LONGEST_NAME]


def to_link(state: State, pins: Sequence[Pin] = ()) -> str:
    """What follows `#` in the address of the page.

    Parameters
    ----------
    state : State
        What the controls say.
    pins : sequence of {"name": str, "state": mapping}
        Pinned runs.

    Returns
    -------
    str
        Readable: `drug=escitalopram&dose=20&pin=…`.

    Examples
    --------
    >>> to_link(State(mode="running", days=5.0))
    'mode=running&days=5'
    """
    parts = _words(to_json(state))
    parts += [("pin", urlencode([("name", str(pin["name"])), *_words(pin["state"])])) for pin in pins]
    return urlencode(parts)


def _words(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(key, value if isinstance(value, str) else f"{value:.10g}") for key, value in values.items()]


def from_link(text: str) -> tuple[State, list[Pin]]:
    """The controls and pinned runs of a link.

    Raises
    ------
    LabError
        If anything in it is wrong; lists all of it.

    Examples
    --------
    >>> from_link("#mode=running&days=5")[0].days
    5.0
    """
    state, pins, problems = mended_link(text)
    if problems:
        raise LabError("; ".join(problems))
    return state, pins


def mended_link(text: str) -> tuple[State, list[Pin], list[str]]:
    """The controls and pinned runs of a link, defaults in place of what is wrong, and what that is."""
    if len(text) > LONGEST_LINK:
        return DEFAULT, [], [f"the link is longer than {LONGEST_LINK} letters; open the page without it"]
    parts = parse_qsl(text.lstrip("#?"), keep_blank_values=True)
    state, problems = mended(_values([part for part in parts if part[0] != "pin"]))
    asked = [dict(parse_qsl(value, keep_blank_values=True)) for key, value in parts if key == "pin"]
    pins, more = checked_pins([{"name": pin.pop("name", ""), "state": _values(list(pin.items()))} for pin in asked])
    return state, pins, problems + more


def _values(parts: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Text of a link as numbers where a control has numbers."""
    found: dict[str, Any] = {}
    for key, value in parts:
        number = None
        if key in BY_FIELD and BY_FIELD[key].choices is None:
            try:
                number = float(value)
            except ValueError:
                number = None
        found[key] = value if number is None else number
    return found


def scenario_of(state: State) -> Scenario:
    """The ordinary scenario of a state, with what is solved for the person written out.

    Parameters
    ----------
    state : State
        What the controls say.

    Returns
    -------
    Scenario
        As `neurokyn run` reads it.

    Raises
    ------
    SolveError
        If there is no such person.

    Examples
    --------
    >>> [type(item).__name__ for item in scenario_of(State(mode="running")).items]
    ['Programme']
    """
    from neurokyn.lab.person import find_person

    return planned(state, find_person(state.wish).numbers if _own_numbers(state) else {})


def _own_numbers(state: State) -> bool:
    return any(value is not None for value in state.wish[1:])


def planned(state: State, numbers: Mapping[str, float]) -> Scenario:
    """The scenario of a state whose person's numbers are known."""
    person = {"phenotype": state.phenotype, **numbers} if numbers else state.phenotype
    return Scenario(
        title=describe(state),
        about="Made in neurokyn lab.",
        person=person,
        duration=f"{state.weeks:g} weeks",
        items=_items(state),
    )


def _items(state: State) -> tuple[Item, ...]:
    items: list[Item] = []
    if taken(state):
        skip = tuple(WEEKDAY_NAMES[6 - day][:3] for day in SPREAD[round(state.missed)])
        dose = f"{state.dose:g} mg"
        items.append(Regimen(state.drug, dose, every="1 day", at="08:00", skip=skip))
    if trained(state):
        days = tuple(WEEKDAY_NAMES[day][:3] for day in SPREAD[round(state.days)])
        pace = f"{state.intensity:g} %VO2max"
        items.append(Programme(state.mode, state.minutes, pace, days=days, at="18:00"))
    if state.stress_event:
        items.append(Stress(state.stress_event, start=EVENTS_START, stop=STRESS_STOP))
    if state.interferon:
        items.append(Challenge("interferon-alpha", dose=state.interferon, start=EVENTS_START))
    if state.depletion:
        items.append(Challenge("tryptophan-depletion", start=f"week {state.weeks - 2:g}", at="08:00"))
    return tuple(items)


def taken(state: State) -> bool:
    """Whether any drug is taken."""
    return bool(state.drug and state.dose)


def trained(state: State) -> bool:
    """Whether there is any exercise."""
    return bool(state.mode and state.minutes and state.days)


def describe(state: State) -> str:
    """A state in a line, as a run is called.

    Examples
    --------
    >>> describe(State(drug="escitalopram", mode="running"))
    'Major depression: escitalopram 10 mg, running 45 min 3 × a week'
    """
    said: list[str] = []
    if taken(state):
        missed = f" less {state.missed:g} a week" if state.missed else ""
        said.append(f"{state.drug} {state.dose:g} mg{missed}")
    if trained(state):
        said.append(f"{state.mode} {state.minutes:g} min {state.days:g} × a week")
    if state.stress_event:
        said.append(f"stress {state.stress_event:g}")
    if state.interferon:
        said.append(f"interferon {state.interferon:g}")
    if state.depletion:
        said.append("depletion")
    own = [
        f"{BY_FIELD[field].label.split(',')[0].split(' at ')[0]} {value:g}"
        for field in ("severity", "crp", "stress", "fitness", "cyp2c19")
        if (value := getattr(state, field)) is not None
    ]
    titles = BY_FIELD["phenotype"].choices or {}
    who = titles.get(state.phenotype, state.phenotype) + (f" ({', '.join(own)})" if own else "")
    return f"{who}: {', '.join(said) or 'left alone'}"


__all__ = [
    "CONTROLS",
    "DEFAULT",
    "MOST_PINS",
    "LabError",
    "Pin",
    "State",
    "checked_pins",
    "describe",
    "from_json",
    "from_link",
    "mended",
    "mended_link",
    "planned",
    "scenario_of",
    "taken",
    "to_json",
    "to_link",
    "trained",
]
