"""A scenario as a TOML file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Any

from neurokyn.scenario.reading import WRITTEN
from neurokyn.scenario.recurrence import Taper
from neurokyn.scenario.scenario import HEADINGS, Item, Output, Scenario
from neurokyn.scenario.surroundings import Meals

TIMES = ("start", "stop", "every", "over")


def scenario_toml(scenario: Scenario) -> str:
    """A scenario as TOML text.

    Parameters
    ----------
    scenario : Scenario
        What to write.

    Returns
    -------
    str
        A file that reads back as the same scenario.
    """
    lines = [f"{key} = {_value(getattr(scenario, key))}" for key in ("title", "about") if getattr(scenario, key)]
    lines.append(f"person = {_value(scenario.person)}")
    lines.append(f"duration = {_time(scenario.duration)}")
    lines += [f"clock = {_value(scenario.clock)}", f"start_day = {_value(scenario.start_day)}"]
    if scenario.meals is None:
        lines.append("meals = false")
    elif scenario.meals != Meals():
        lines += ["", "[meals]", *_entries(scenario.meals)]
    lines += _settings("[set]", scenario.set)
    if scenario.output != Output():
        lines += ["", "[output]", *_entries(scenario.output)]
    lines += _items("", scenario.items)
    for name, arm in scenario.arms.items():
        key = _key(name)
        lines += ["", f"[arms.{key}]"]
        if arm.person is not None:
            lines.append(f"person = {_value(arm.person)}")
        lines += _settings(f"[arms.{key}.set]", arm.set)
        lines += _items(f"arms.{key}.", arm.items)
    return "\n".join(lines) + "\n"


def _items(prefix: str, items: tuple[Item, ...]) -> list[str]:
    """Items under their headings."""
    lines = []
    for item in items:
        lines += ["", f"[[{prefix}{HEADINGS[type(item)]}]]", *_entries(item)]
    return lines


def _settings(heading: str, settings: Mapping[str, Any]) -> list[str]:
    return ["", heading, *(f"{_key(name)} = {_value(value)}" for name, value in settings.items())] if settings else []


def _entries(item: Any) -> list[str]:  # noqa: ANN401 - any item
    """The fields of an item that differ from their defaults."""
    lines = []
    for field in fields(item):
        value = getattr(item, field.name)
        if value != _default(field):
            key = WRITTEN.get(field.name, field.name)
            lines.append(f"{key} = {_time(value) if key in TIMES else _value(value)}")
    return lines


def _default(field: Field[Any]) -> Any:  # noqa: ANN401 - any value
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _time(value: object) -> str:
    """A time: a bare number of hours gets its unit."""
    return _value(value if isinstance(value, str) else f"{value!r} h")


def _value(value: object) -> str:
    """A value in TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, Taper):
        return f"{{ over = {_time(value.over)}, steps = {value.steps} }}"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(part)}" for key, part in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(part) for part in value) + "]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    """A key, quoted where it must be."""
    plain = name and all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in name)
    return name if plain else _value(name)
