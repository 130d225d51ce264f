"""Numbers with intervals, and how the page of questions writes them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtrit

TIMES = 400  # resamples of people
MIDDLE = (2.5, 97.5)
TOO_MANY = 100_000  # people: nobody will run that trial


@dataclass(frozen=True)
class Estimate:
    """A number with its interval.

    Parameters
    ----------
    value, low, high : float
        The number, and the limits of 95 %; NaN where there are none.

    Examples
    --------
    >>> Estimate(-1.0, -1.5, -0.5).told
    True
    """

    value: float
    low: float = math.nan
    high: float = math.nan

    @property
    def told(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0

    def times(self, factor: float) -> Estimate:
        """The same in another unit."""
        low, high = sorted((self.low * factor, self.high * factor))
        return Estimate(self.value * factor, low, high)


def mean_of(values: np.ndarray) -> Estimate:
    """A mean over people, those without a value left out, with Student's interval.

    Parameters
    ----------
    values : ndarray, shape (n,)
        One for each person; a difference within people gives the interval of a paired comparison.

    Returns
    -------
    Estimate
        NaN without anybody; without limits if there is one person.

    Examples
    --------
    >>> mean_of(np.array([1.0, 2.0, 3.0])).value
    2.0
    """
    there = np.asarray(values, dtype=float)
    there = there[~np.isnan(there)]
    if len(there) < 2:
        return Estimate(float(there.mean()) if len(there) else math.nan)
    half = float(stdtrit(len(there) - 1, 0.975)) * float(there.std(ddof=1)) / math.sqrt(len(there))
    middle = float(there.mean())
    return Estimate(middle, middle - half, middle + half)


def share_of(happened: np.ndarray) -> Estimate:
    """A share of people, with Wilson's interval.

    Parameters
    ----------
    happened : ndarray, shape (n,)
        1 or 0; NaN for who does not count.

    Returns
    -------
    Estimate
        Between 0 and 1; NaN without anybody.

    Examples
    --------
    >>> share_of(np.array([1.0, 0.0, 1.0, 0.0])).value
    0.5
    """
    there = np.asarray(happened, dtype=float)
    there = there[~np.isnan(there)]
    n, z = len(there), 1.959964
    if not n:
        return Estimate(math.nan)
    p = float(there.mean())
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Estimate(p, min(middle - half, p), max(middle + half, p))


def over_people(ask: Callable[[np.ndarray], float], n: int, seed: int) -> Estimate:
    """Anything asked of people, with the interval of resampling them.

    Parameters
    ----------
    ask : callable
        From the places of people to a number.
    n : int
        How many there are.
    seed : int
        Of the resampling.

    Returns
    -------
    Estimate
        Limits by percentiles.

    Examples
    --------
    >>> over_people(lambda who: float(who.mean()), 3, seed=1).value
    1.0
    """
    rng = np.random.default_rng(seed)
    found = [ask(rng.integers(0, n, n)) for _ in range(TIMES)]
    return Estimate(ask(np.arange(n)), *_middle(np.array(found)))


def over_trials(values: np.ndarray) -> Estimate:
    """The median of repetitions of a trial, and where 95 % of them lie.

    Parameters
    ----------
    values : ndarray, shape (replicates,)
        One for each repetition; NaN where a trial could not tell.

    Returns
    -------
    Estimate
        Not an interval of the median but the spread of such trials.

    Examples
    --------
    >>> over_trials(np.arange(101.0)).high
    97.5
    """
    there = values[~np.isnan(values)]
    if not len(there):
        return Estimate(math.nan)
    return Estimate(float(np.median(there)), *_middle(there))


def _middle(values: np.ndarray) -> tuple[float, float]:
    if np.isnan(values).all():
        return math.nan, math.nan
    low, high = np.nanpercentile(values, MIDDLE)
    return float(low), float(high)


def power(difference: float, error: float) -> float:
    """The chance that a trial's 95 % interval leaves zero out.

    Parameters
    ----------
    difference : float
        True difference.
    error : float
        Standard error of the trial's difference, in the same unit.

    Returns
    -------
    float
        Between 0.05, where there is no difference, and 1.

    Examples
    --------
    >>> round(power(2.8, 1.0), 2)
    0.8
    """
    away = abs(difference) / error
    return float(ndtr(away - 1.959964) + ndtr(-away - 1.959964))


def people_for(difference: float, error: float, n: int) -> float:
    """How many people a trial needs to find a difference four times out of five.

    Parameters
    ----------
    difference : float
        True difference.
    error : float
        Standard error of the difference in a trial of `n`.
    n : int
        Its people.

    Returns
    -------
    float
        People, all arms together; infinite without a difference.

    Examples
    --------
    >>> round(people_for(1.0, 1.0, 100))
    785
    """
    return n * ((1.959964 + 0.841621) * error / difference) ** 2 if difference else math.inf


# How it is written


def number(value: float, digits: int = 1, *, sign: bool = False) -> str:
    """A number with a true minus, "–" if there is none."""
    if math.isnan(value):
        return "–"
    text = format(value, f"{'+' if sign else ''}.{digits}f")
    return text.lstrip("-+") if float(text) == 0 else text.replace("-", "−")


def shown(found: Estimate, digits: int = 1, *, sign: bool = False) -> str:
    """A number and its interval.

    Parameters
    ----------
    found : Estimate
        What is shown.
    digits : int
        After the point.
    sign : bool
        Whether a rise has a plus.

    Returns
    -------
    str
        Such as "−0.4 (−0.8 to 0.1)".

    Examples
    --------
    >>> shown(Estimate(0.52, 0.4, 0.6))
    '0.5 (0.4 to 0.6)'
    """
    text = number(found.value, digits, sign=sign)
    if math.isnan(found.low):
        return text
    return f"{text} ({number(found.low, digits, sign=sign)} to {number(found.high, digits, sign=sign)})"


def percent(found: Estimate, *, sign: bool = False) -> str:
    """A share and its interval in per cent."""
    text = shown(found.times(100.0), 0, sign=sign)
    return text if text == "–" else text.replace(" (", " % (", 1) if "(" in text else f"{text} %"


def many(people: float) -> str:
    """A number of people to two digits; or that there are too many."""
    if not people < TOO_MANY:
        return f"more than {TOO_MANY:,}"
    return f"{float(f'{people:.1e}'):,.0f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown, words to the left and numbers to the right.

    Parameters
    ----------
    head : sequence of str
        Names of the columns.
    rows : sequence of sequence of str
        Cells.

    Returns
    -------
    str
        Lines.
    """
    rule = "|---|" + "---:|" * (len(head) - 1)
    return "\n".join([f"| {' | '.join(head)} |", rule, *(f"| {' | '.join(row)} |" for row in rows)])


def compared(difference: Estimate, one: str, two: str, unit: str = "points") -> str:
    """Who ends lower, in words; that nobody can tell where the interval holds zero.

    Parameters
    ----------
    difference : Estimate
        The first minus the second, on a scale of symptoms.
    one, two : str
        What they are called.
    unit : str
        Of the difference.

    Returns
    -------
    str
        Part of a sentence.

    Examples
    --------
    >>> compared(Estimate(-1.0, -1.5, -0.5), "running", "the drug")
    'running ends 1.0 (0.5 to 1.5) points lower than the drug'
    """
    if not difference.told:
        return f"{one} and {two} cannot be told apart ({shown(difference, sign=True)} {unit})"
    better, worse = (one, two) if difference.value < 0 else (two, one)
    size = difference.times(math.copysign(1.0, difference.value))
    return f"{better} ends {shown(size)} {unit} lower than {worse}"
