"""Times, doses and intensities as a person writes them, as plain numbers.

The common units are read from small tables, so that reading a scenario needs no unit library;
other units go through `neurokyn.language.units`.
"""

from __future__ import annotations

import datetime
import math
import re

from neurokyn.errors import NeurokynError, ScenarioError, nearest

MINUTES = {
    **dict.fromkeys(("s", "second", "seconds"), 1 / 60),
    **dict.fromkeys(("min", "minute", "minutes"), 1),
    **dict.fromkeys(("h", "hour", "hours"), 60),
    **dict.fromkeys(("d", "day", "days"), 1440),
    **dict.fromkeys(("week", "weeks"), 10080),
}
MILLIGRAMS = {"g": 1000.0, "mg": 1.0, "ug": 0.001, "µg": 0.001}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
INTENSITY = "%VO2max"

_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*((?:[A-Za-zµμ%1].*?)?)\s*")
_MOMENT = re.compile(r"\s*(?:week\s+(?P<week>-?[\d.]+))?\s*(?:day\s+(?P<day>-?[\d.]+))?\s*", re.IGNORECASE)
_CLOCK = re.compile(r"\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*")


def shown(value: object) -> str:
    """A value in a message, never longer than a line."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:40]} … {text[-10:]}"


def finite(value: object) -> float | None:
    """A finite number as a float; nothing if it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def split(text: str) -> tuple[float, str] | None:
    """Number and unit of a text; nothing if it does not begin with a number.

    Examples
    --------
    >>> split("70 %VO2max")
    (70.0, '%VO2max')
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    number = float(match[1])
    return (number, match[2]) if math.isfinite(number) else None


def hours(value: object) -> float:
    """A length of time in hours; a bare number is in hours already.

    Parameters
    ----------
    value : str or float
        Such as "16 weeks", "45 min" or 2688.0.

    Returns
    -------
    float
        Hours.

    Raises
    ------
    ScenarioError
        If it is no length of time, or negative.

    Examples
    --------
    >>> hours("16 weeks")
    2688.0
    """
    length = finite(value)
    if length is None:
        parts = split(value) if isinstance(value, str) else None
        if parts is None:
            raise ScenarioError(f"{shown(value)} is not a length of time", fix="write it like '16 weeks' or '45 min'")
        number, unit = parts
        if not unit:
            raise ScenarioError(f"{shown(value)} has no unit of time", fix="write it like '16 weeks' or '45 min'")
        if unit not in MINUTES:
            raise ScenarioError(f"'{unit}' is not a unit of time{nearest(unit, MINUTES) or _time_units()}")
        length = number * MINUTES[unit] / 60
    if not 0 <= length < math.inf:
        raise ScenarioError(f"a length of time cannot be {shown(value)}", fix="write one that is not negative")
    return length


def _time_units() -> str:
    return "; write 'min', 'h', 'days' or 'weeks'"


def positive_hours(value: object) -> float:
    """A length of time in hours that is more than nothing."""
    length = hours(value)
    if length <= 0:
        raise ScenarioError(f"{shown(value)} lasts no time at all", fix="write a length of time above zero")
    return length


def moment(value: object) -> float:
    """A point in time in hours since t = 0.

    Weeks and days are counted from zero, as elapsed time: "week 2 day 3" is 17 days after t = 0.

    Parameters
    ----------
    value : str or float
        "week 2", "day 10", "week 2 day 3", a length of time such as "36 h", or hours.

    Returns
    -------
    float
        Hours since t = 0.

    Raises
    ------
    ScenarioError
        If it is no point in time, or before t = 0.

    Examples
    --------
    >>> moment("week 2 day 3") / 24
    17.0
    """
    parts = week_and_day(value)
    if parts is None:
        if isinstance(value, str) and split(value) is None:
            fix = "write it like 'week 2', 'week 2 day 3', 'day 10' or '36 h'"
            raise ScenarioError(f"{shown(value)} is not a point in time", fix=fix)
        return hours(value)
    week, day = parts
    return (7 * (week or 0.0) + (day or 0.0)) * 24


def week_and_day(value: object) -> tuple[float | None, float | None] | None:
    """The numbers in "week 2 day 3"; nothing if it is not of that form."""
    match = _MOMENT.fullmatch(value) if isinstance(value, str) and value.strip() else None
    if match is None:
        return None
    try:
        week, day = (None if part is None else float(part) for part in match.group("week", "day"))
    except ValueError:
        raise ScenarioError(f"{shown(value)} is not a point in time", fix="write it like 'week 2 day 3'") from None
    if (week or 0) < 0 or (day or 0) < 0:
        raise ScenarioError(f"{shown(value)} lies before t = 0", fix="count weeks and days from 0")
    if week is not None and day is not None and day >= 7:
        raise ScenarioError(f"{shown(value)} is impossible", fix="days of a week are counted from 0 to 6")
    return week, day


def clock(value: object) -> float:
    """A time of day in hours after midnight.

    Raises
    ------
    ScenarioError
        If it is no time of day.

    Examples
    --------
    >>> clock("18:30")
    18.5
    """
    if isinstance(value, datetime.time):
        value = value.isoformat()
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    hour, minute, second = (int(part or 0) for part in match.groups()) if match else (24, 0, 0)
    if hour > 23 or minute > 59 or second > 59:
        raise ScenarioError(
            f"{shown(value)} is not a time of day", fix="write it like '07:00', from '00:00' to '23:59'"
        )
    return (60 * hour + minute + second / 60) / 60


def weekday(value: object) -> int:
    """A day of the week, Monday being 0.

    Raises
    ------
    ScenarioError
        If there is no such day.

    Examples
    --------
    >>> weekday("wed")
    2
    """
    text = value.strip().lower() if isinstance(value, str) else ""
    for names in (WEEKDAYS, WEEKDAY_NAMES):
        if text in names:
            return names.index(text)
    hint = nearest(text, (*WEEKDAYS, *WEEKDAY_NAMES)) if text else ""
    raise ScenarioError(
        f"{shown(value)} is not a day of the week{hint or '; write mon, tue, wed, thu, fri, sat or sun'}"
    )


def date(value: object) -> datetime.date:
    """A calendar date.

    Raises
    ------
    ScenarioError
        If there is no such date.

    Examples
    --------
    >>> date("2026-03-02").isoformat()
    '2026-03-02'
    """
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        raise ScenarioError(f"{shown(value)} is not a date", fix="write one that exists, like '2026-03-02'") from None


def looks_like_date(value: object) -> bool:
    """Whether a value is meant as a date, possible or not."""
    if isinstance(value, str):
        return re.fullmatch(r"\s*\d{4}-\d{1,2}-\d{1,2}\s*", value) is not None
    return isinstance(value, datetime.date)


def dose(value: object) -> float:
    """A mass in mg.

    Raises
    ------
    ScenarioError
        If it is no mass with a unit, or negative.

    Examples
    --------
    >>> dose("10 mg")
    10.0
    """
    parts = split(value) if isinstance(value, str) else None
    if finite(value) is not None or (parts and not parts[1]):
        raise ScenarioError(f"a dose needs a unit, e.g. '{str(value).strip()} mg'")
    if parts is None:
        raise ScenarioError(f"{shown(value)} is not a dose", fix="write it like '10 mg'")
    number, unit = parts
    if unit not in MILLIGRAMS:
        raise ScenarioError(f"'{unit}' is not a unit of mass", fix="write 'mg', 'g' or 'ug'")
    if number < 0:
        raise ScenarioError(f"a dose cannot be negative, as {shown(value)} is")
    return number * MILLIGRAMS[unit]


def intensity(value: object) -> float:
    """An exercise intensity as a fraction of maximal oxygen uptake.

    Raises
    ------
    ScenarioError
        If it is not a share of VO2max above 0 and up to 100 %.

    Examples
    --------
    >>> intensity("70 %VO2max")
    0.7
    """
    parts = split(value) if isinstance(value, str) else None
    if isinstance(value, (int, float)) or (parts and not parts[1]):
        raise ScenarioError(f"an intensity needs a unit, e.g. '70 {INTENSITY}', but is {shown(value)}")
    if parts is None or parts[1].replace(" ", "").lower() != INTENSITY.lower():
        raise ScenarioError(
            f"{shown(value)} is not an intensity", fix=f"write it as a share of VO2max, like '70 {INTENSITY}'"
        )
    if not 0 < parts[0] <= 100:
        raise ScenarioError(f"{shown(value)} is impossible", fix=f"an intensity is above 0 and up to 100 {INTENSITY}")
    return parts[0] / 100


def number(value: object) -> float:
    """A plain number from 0 to a billion.

    Raises
    ------
    ScenarioError
        If it is anything else.
    """
    size = finite(value)
    if size is None:
        raise ScenarioError(f"{shown(value)} is not a number", fix="write it like 1.5")
    if size < 0:
        raise ScenarioError(f"{shown(value)} is negative", fix="write a number that is not")
    if size > 1e9:
        raise ScenarioError(f"{shown(value)} is too large", fix="write a number below a billion")
    return size


def minutes(value: object) -> float:
    """A number of minutes (or text with a unit), above zero and up to a day, in hours.

    Raises
    ------
    ScenarioError
        If it is anything else.

    Examples
    --------
    >>> minutes(45)
    0.75
    """
    length = hours(value) if isinstance(value, str) else number(value) / 60
    if not 0 < length <= 24:
        raise ScenarioError(f"{shown(value)} is impossible", fix="write a number of minutes above 0 and up to a day")
    return length


def amount(value: object, unit: str) -> float:
    """A number in `unit`, or text with a unit of the same kind.

    Raises
    ------
    ScenarioError
        If it is neither, or negative.

    Examples
    --------
    >>> amount("3.5 g", "g")
    3.5
    """
    if unit in ("", "1"):
        return number(value)
    parts = split(value) if isinstance(value, str) else None
    if parts is None or not parts[1]:
        raise ScenarioError(f"{shown(value)} is not an amount with a unit", fix=f"write it in {unit}, like '1 {unit}'")
    size, given = parts
    if size < 0:
        raise ScenarioError(f"an amount cannot be negative, as {shown(value)} is")
    if given == unit:
        return size
    if given in MILLIGRAMS and unit in MILLIGRAMS:
        return size * MILLIGRAMS[given] / MILLIGRAMS[unit]
    from neurokyn.language.units import conversion_factor  # pint takes long to load and is rarely needed

    try:
        return size * conversion_factor(given, unit)
    except NeurokynError as error:
        raise ScenarioError(error.what.split(";")[0], fix=f"write it in {unit}") from None
