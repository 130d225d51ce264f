"""Numbers of a run in words: "rises by 43 %", "16 days", "2.1 times"."""

from __future__ import annotations

import math

LENGTHS = (  # units of time, each in h, and up to how many hours it is told in them
    ("minute", 1 / 60, 1.5),
    ("hour", 1.0, 47.5),
    ("day", 24.0, 56 * 24.0),
    ("week", 168.0, math.inf),
)
MOST_DIGITS = 2
MOVES = "moves"
PRETTY = {"umol": "µmol", "umol/L": "µmol/L", "ug/L": "µg/L"}
SPECS = ("", MOVES, "size", "signed")


def number(value: float) -> str:
    """Two digits or more of a number, and no more than hundredths.

    Parameters
    ----------
    value : float
        Any number.

    Returns
    -------
    str
        With a proper minus sign.

    Examples
    --------
    >>> number(42.7), number(2.134), number(-0.051)
    ('43', '2.1', '−0.05')
    """
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    digits = 0 if size >= 10 or size == 0 else 1 - math.floor(math.log10(size))
    text = f"{value:.{min(digits, MOST_DIGITS)}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "−")


def duration(hours: float) -> str:
    """A length of time in the unit in which it reads best.

    Parameters
    ----------
    hours : float
        In h.

    Returns
    -------
    str
        In minutes, hours, days or weeks.

    Examples
    --------
    >>> duration(0.75), duration(5.0), duration(384.0), duration(16 * 168.0)
    ('45 minutes', '5 hours', '16 days', '16 weeks')
    """
    if not math.isfinite(hours):
        return "–"
    name, size = next((name, size) for name, size, most in LENGTHS if abs(hours) < most)
    count = hours / size
    text = number(round(count, 1) if abs(count) < 10 and name != "minute" else round(count))
    return f"{text} {name}" if text == "1" else f"{text} {name}s"


def told(value: float, unit: str, spec: str = "") -> str:
    """A measured number with its unit.

    Parameters
    ----------
    value : float
        What was measured.
    unit : str
        "h", "%", "×", "share" (told in per cent), another unit, or nothing.
    spec : str
        "" as it is; "size" without its sign; "signed" always with one; "moves" as "rises by …" or "falls by …".

    Returns
    -------
    str
        To stand in a sentence.

    Examples
    --------
    >>> told(42.7, "%", "moves"), told(-3.2, "points", "moves"), told(2.13, "×")
    ('rises by 43 %', 'falls by 3.2 points', '2.1 times')
    """
    if spec == MOVES:
        size = told(abs(value), unit)
        return f"{'rises' if value > 0 else 'falls'} by {size}" if number(value) != "0" else "stays as it is"
    if spec == "size":
        value = abs(value)
    if unit == "share":
        value, unit = 100 * value, "%"
    if unit == "h":
        text = duration(value)
    elif unit == "×":
        text = f"{number(value)} times"
    else:
        text = f"{number(value)} {PRETTY.get(unit, unit)}".rstrip()
    return f"+{text}" if spec == "signed" and value > 0 and not text.startswith("0 ") and text != "0" else text


def moment(hours: float) -> str:
    """A point in time, counted from the beginning of a chart.

    Parameters
    ----------
    hours : float
        In h.

    Returns
    -------
    str
        Such as "day 3" or "week 2".

    Examples
    --------
    >>> moment(0.0), moment(1.5), moment(72.0), moment(336.0)
    ('start', '1.5 h', 'day 3', 'week 2')
    """
    if hours == 0:
        return "start"
    if hours % 168 == 0:
        return f"week {hours / 168:g}"
    return f"day {hours / 24:g}" if hours % 24 == 0 and hours >= 24 else f"{hours:g} h"
