"""What can be switched off in a simulated trial, to see how much of an effect it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from neurokyn.errors import ScenarioError, nearest


@dataclass(frozen=True)
class Switches:
    """Parts of a trial's effect.

    Parameters
    ----------
    biology : bool
        What drugs and bouts do to the body, and activation by bouts; stress and challenges stay.
    expectancy : bool
        Contact and belief.
    natural_course : bool
        Recovery by itself, ups and downs, good and bad days.
    contact : bool
        The company of a group during exercise, beyond expectancy.
    bias : bool
        Rater inflation at entry, small-study and publication bias.

    Examples
    --------
    >>> Switches(expectancy=False).biology
    True
    """

    biology: bool = True
    expectancy: bool = True
    natural_course: bool = True
    contact: bool = True
    bias: bool = True


def without(parts: Iterable[str]) -> Switches:
    """Everything but some parts.

    Parameters
    ----------
    parts : iterable of str
        Names of parts, with a space, a hyphen or an underscore: "biology", "expectancy", "natural course", "contact",
        "bias".

    Returns
    -------
    Switches
        These off, the others on.

    Raises
    ------
    ScenarioError
        If there is no such part; names the nearest.

    Examples
    --------
    >>> without(["natural-course"]).natural_course
    False
    """
    names = [field.name for field in fields(Switches)]
    off = [part.strip().replace(" ", "_").replace("-", "_") for part in parts]
    for part in off:
        if part not in names:
            raise ScenarioError(f"there is no part '{part}'{nearest(part, names)}")
    return Switches(*(name not in off for name in names))
