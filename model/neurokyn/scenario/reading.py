"""A scenario from a TOML file: every key checked, every problem collected."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from neurokyn.errors import ScenarioError, nearest
from neurokyn.scenario import catalogue, quantity
from neurokyn.scenario.activity import Bout, Programme
from neurokyn.scenario.dosing import Dose, Regimen
from neurokyn.scenario.problems import Problems
from neurokyn.scenario.recurrence import Taper
from neurokyn.scenario.scenario import INSTEAD, Arm, Item, Output, Scenario
from neurokyn.scenario.surroundings import Challenge, Meals, Stress

SHARED_KEYS = ("person", "set")
ITEM_KEYS = ("drug", "exercise", "stress", "challenge")
TOP_KEYS = ("title", "about", "duration", "clock", "start_day", "meals", "output", "arms", *SHARED_KEYS, *ITEM_KEYS)
TIME_KEYS = ("start", "stop", "every", "over", "duration")  # in a file, a time needs a unit
LIST_KEYS = {"days": ["mon"], "skip": ["sat"], "shares": [1, 2], "only": ["mood.depression"]}
WRITTEN = {"drug": "name"}  # fields that have another name in a file


def read_scenario(path_or_name: str | Path) -> Scenario:
    """Read a scenario from a file, or a ready-made one by name.

    Parameters
    ----------
    path_or_name : str or Path
        A path ending in ".toml", or the name of a file in `params/scenarios`.

    Returns
    -------
    Scenario
        Checked.

    Raises
    ------
    ScenarioError
        If there is no such file or it is wrong; lists every problem with file and key.

    Examples
    --------
    >>> read_scenario("running-vs-escitalopram").arm_names
    ('running', 'escitalopram', 'untreated')
    """
    path = Path(path_or_name)
    if path.suffix != ".toml" and path.name == str(path_or_name):
        known = catalogue.scenarios()
        if path.name not in known and not path.is_file():
            hint = nearest(path.name, known) or "; see `neurokyn list`"
            raise ScenarioError(f"there is no scenario '{path.name}'{hint}", fix="or give the path of a .toml file")
        if path.name in known:
            path = catalogue.folder() / "scenarios" / f"{path.name}.toml"
    return parse_scenario(_text(path), path.name, path.stem)


def parse_scenario(text: str, source: str = "", title: str = "") -> Scenario:
    """A scenario from TOML text.

    Parameters
    ----------
    text : str
        TOML.
    source : str
        Where it is from, for messages.
    title : str
        Its title if it has none.

    Returns
    -------
    Scenario
        Checked.

    Raises
    ------
    ScenarioError
        Lists every problem with file and key.
    """
    try:
        return scenario_from(tomllib.loads(text), source, title)
    except RecursionError:
        raise ScenarioError("tables or lists are nested too deeply", where=source, fix="write fewer levels") from None
    except ValueError as problem:  # a TOMLDecodeError, or a number of thousands of digits
        ending = f"line {text.count(chr(10)) + 1}, the end of the document"
        what = f"this is not valid TOML: {str(problem).replace('end of document', ending)}"
        raise ScenarioError(what, where=source, fix="mend or complete the file") from None


def scenario_from(table: Mapping[str, Any], source: str = "", title: str = "") -> Scenario:
    """A scenario from the tables of a TOML file.

    Parameters
    ----------
    table : mapping
        What `tomllib` made of the file.
    source : str
        Where it is from, for messages.
    title : str
        Its title if it has none.

    Returns
    -------
    Scenario
        Checked.

    Raises
    ------
    ScenarioError
        Lists every problem with file and key.
    """
    problems = Problems()
    scenario = _scenario(table, source, title, problems)
    problems.errors += scenario.problems().errors
    problems.settle(source)
    return scenario


def _text(path: Path) -> str:
    """A file's text."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ScenarioError(f"there is no file '{path}'", fix="check the path") from None
    except UnicodeDecodeError:
        raise ScenarioError("this is not a text file", where=path.name, fix="give a TOML file in UTF-8") from None
    except OSError as problem:
        raise ScenarioError(f"it cannot be read: {problem.strerror}", where=path.name or str(path)) from None


def _scenario(table: Mapping[str, Any], source: str, title: str, problems: Problems) -> Scenario:
    """The tables of a file as a scenario, as far as they make sense."""
    _known(table, TOP_KEYS, "", problems)
    given: dict[str, Any] = {"title": title, "source": source}
    for key in ("title", "about", "duration", "clock", "start_day"):
        if key in table:
            given[key] = _plain(key, table[key], problems)
    if "person" in table:
        given["person"] = _person(table["person"], "person", problems)
    if "set" in table:
        given["set"] = _settings(table["set"], "[set]", problems)
    meals = table.get("meals", True)
    if isinstance(meals, bool):
        given["meals"] = Meals() if meals else None
    else:
        given["meals"] = _build(Meals, _table(meals, "[meals]", problems), "[meals]", problems) or Meals()
    if "output" in table:
        given["output"] = (
            _build(Output, _table(table["output"], "[output]", problems), "[output]", problems) or Output()
        )
    given["items"] = _items(table, "", problems)
    given["arms"] = {
        name: _arm(_table(arm, f"[arms.{name}]", problems), name, problems)
        for name, arm in _table(table.get("arms", {}), "[arms]", problems).items()
    }
    return Scenario(**given)


def _arm(table: Mapping[str, Any], name: str, problems: Problems) -> Arm:
    """One `[arms.NAME]` table."""
    _known(table, (*SHARED_KEYS, *ITEM_KEYS), f"[arms.{name}]", problems)
    person = _person(table["person"], f"[arms.{name}] person", problems) if "person" in table else None
    settings = _settings(table.get("set", {}), f"[arms.{name}.set]", problems)
    return Arm(_items(table, f"arms.{name}.", problems), person, settings)


def _items(table: Mapping[str, Any], prefix: str, problems: Problems) -> tuple[Item, ...]:
    """The `[[drug]]`, `[[exercise]]` … tables as items."""
    found: list[Item] = []
    for heading in ITEM_KEYS:
        entries = table.get(heading, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            problems.add(
                f"[[{prefix}{heading}]]", "this is not a list of tables", f"write [[{prefix}{heading}]] above it"
            )
            continue
        for number, entry in enumerate(entries, start=1):
            item = _build(_kind(heading, entry), entry, f"[[{prefix}{heading}]] {number}", problems)
            found += [item] if item is not None else []
    return tuple(found)


def _kind(heading: str, entry: Mapping[str, Any]) -> type:
    """The class of an item: a drug or a bout is single unless it says how often."""
    if heading in ("stress", "challenge"):
        return Stress if heading == "stress" else Challenge
    once, repeated = (Dose, Regimen) if heading == "drug" else (Bout, Programme)
    single = {WRITTEN.get(field.name, field.name) for field in fields(once)}
    only_repeated = {WRITTEN.get(field.name, field.name) for field in fields(repeated)} - single
    return repeated if only_repeated & set(entry) or isinstance(entry.get("at"), list) else once


def _build(kind: Any, entry: Mapping[str, Any], place: str, problems: Problems) -> Any:  # noqa: ANN401 - any item
    """An item from its table; nothing if it lacks something, with the problem kept."""
    names = {WRITTEN.get(field.name, field.name): field for field in fields(kind)}
    all_known = _known(entry, names, place, problems)
    given: dict[str, Any] = {}
    for key, field in names.items():
        if key in entry:
            given[field.name] = _value(key, entry[key], place, problems)
        elif all_known and field.default is MISSING and field.default_factory is MISSING:
            problems.add(f"{place} {key}".strip(), f"it has no '{key}'", f"add {key} = …")
    required = [f.name for f in names.values() if f.default is MISSING and f.default_factory is MISSING]
    return kind(**given) if all(name in given for name in required) else None


def _value(key: str, value: object, place: str, problems: Problems) -> object:
    """A value as an item holds it: lists frozen, dates and times as text, a taper as `Taper`."""
    if key == "taper":
        return _build(Taper, _table(value, f"{place} taper", problems), f"{place} taper", problems)
    if key in TIME_KEYS and isinstance(value, (int, float)):
        problems.add(
            f"{place} {key}", f"{quantity.shown(value)} has no unit of time", "write it like 'week 2' or '36 h'"
        )
        return None if key == "stop" else "1 h"
    if key in LIST_KEYS and not isinstance(value, list):
        problems.add(
            f"{place} {key}", f"{quantity.shown(value)} is not a list", f"write it like {key} = {LIST_KEYS[key]}"
        )
        return ()
    if key == "at" and not (isinstance(value, (list, datetime.time)) or (isinstance(value, str) and value)):
        problems.add(f"{place} at", f"{quantity.shown(value)} is not a time of day", "write it like '18:00'")
        return ()
    for step in value if isinstance(value, list) else ():
        moment = step.get("start") if isinstance(step, dict) else step[0] if isinstance(step, list) and step else None
        if isinstance(moment, (int, float)):
            problems.add(
                f"{place} {key}", f"the step at {quantity.shown(moment)} has no unit of time", "write it like 'week 2'"
            )
    return _frozen(value)


def _frozen(value: object) -> object:
    """Lists as tuples, dates and times of day as text, all the way down."""
    if isinstance(value, list):
        return tuple(_frozen(part) for part in value)
    if isinstance(value, dict):
        return {key: _frozen(part) for key, part in value.items()}
    if isinstance(value, datetime.time):
        return value.isoformat().removesuffix(":00")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def _plain(key: str, value: object, problems: Problems) -> object:
    """A key of the top that holds text."""
    value = _frozen(value)
    if isinstance(value, str):
        return value
    if key == "duration" and isinstance(value, (int, float)):
        problems.add(
            key, f"{quantity.shown(value)} has no unit of time", f"write it like '{quantity.shown(value)} weeks'"
        )
        return INSTEAD
    problems.add(key, f"{quantity.shown(value)} is not text", f'write it like {key} = "…"')
    return {"duration": INSTEAD, "clock": "07:00", "start_day": "mon"}.get(key, "")


def _person(value: object, place: str, problems: Problems) -> Any:  # noqa: ANN401 - text or table
    if isinstance(value, str):
        return value
    return _settings(value, place, problems)


def _settings(value: object, place: str, problems: Problems) -> Mapping[str, Any]:
    """Parameters by qualified name, whether the name was written in quotes or not."""
    flat: dict[str, Any] = {}
    for key, entry in _table(value, place, problems).items():
        nested = isinstance(entry, dict) and entry and "." not in key
        flat |= {f"{key}.{name}": part for name, part in entry.items()} if nested else {key: entry}
    return flat


def _table(value: object, place: str, problems: Problems) -> Mapping[str, Any]:
    if isinstance(value, dict):
        return value
    problems.add(place, f"{quantity.shown(value)} is not a table")
    return {}


def _known(table: Mapping[str, Any], names: Iterable[str], place: str, problems: Problems) -> bool:
    """Whether every key is one that is known; the others are kept as problems."""
    choices = list(names)
    unknown = [key for key in table if key not in choices]
    for key in unknown:
        hint = nearest(key, choices) or f"; valid are {', '.join(choices)}"
        problems.add(place, f"the key '{key}' is unknown{hint}")
    return not unknown
