"""Units as SBML declares them."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from neurokyn.language.units import DIMENSIONLESS, Unit, parse_unit

FACTORS = re.compile(r"([*/]?)([A-Za-z]+)")
# Kinds of SBML that a part of a unit may be, with a unit of ours that they equal; the first that fits is taken.
KINDS = {
    "metre": "m", "litre": "L", "gram": "g", "second": "s", "mole": "mol", "kelvin": "K", "ampere": "A",
    "candela": "cd", "joule": "J", "pascal": "Pa", "dimensionless": "1",
}  # fmt: skip
BASE = {
    "meter": "metre", "kilogram": "kilogram", "second": "second", "mole": "mole", "kelvin": "kelvin",
    "ampere": "ampere", "candela": "candela",
}  # fmt: skip


class Part(NamedTuple):
    """One factor of an SBML unit: (multiplier · 10^scale · kind)^exponent."""

    kind: str
    exponent: float
    multiplier: float = 1.0
    scale: int = 0


def unit_parts(text: str) -> list[Part]:
    """The factors of a unit such as "umol/L".

    Parameters
    ----------
    text : str
        A unit as modules declare it.

    Returns
    -------
    list of Part
        What an SBML unit definition lists.

    Examples
    --------
    >>> unit_parts("umol/L")
    [Part(kind='mole', exponent=1, multiplier=1.0, scale=-6), Part(kind='litre', exponent=-1, multiplier=1.0, scale=0)]
    """
    plain = text.removeprefix("1/") if text.startswith("1/") else text
    words = FACTORS.findall(plain)
    first = -1 if text.startswith("1/") else 1
    parts = [_part(word, {"": first, "*": 1, "/": -1}[sign]) for sign, word in words]
    whole = "".join(sign + word for sign, word in words) == plain
    return [part for part in parts if part] if whole and all(parts) and parts else base_parts(parse_unit(text))


def base_parts(unit: Unit) -> list[Part]:
    """A unit in SI base units, with its factor in front."""
    parts = [Part(BASE[kind], power) for kind, power in unit.dimensions]
    if not parts or unit.factor != 1:
        parts = [Part("dimensionless", 1, *_scaled(unit.factor)), *parts]
    return parts


def _part(word: str, exponent: int) -> Part | None:
    """One word of a unit as a multiple of an SBML kind, if there is one that fits."""
    unit = parse_unit(word)
    for kind, own in KINDS.items():
        other = DIMENSIONLESS if own == "1" else parse_unit(own)
        if other.dimensions == unit.dimensions:
            return Part(kind, exponent, *_scaled(unit.factor / other.factor))
    return None


def _scaled(factor: float) -> tuple[float, int]:
    """A factor as multiplier and power of ten; all in the power where that is exact enough."""
    scale = round(math.log10(factor))
    return (1.0, scale) if math.isclose(factor, 10.0**scale, rel_tol=1e-12) else (float(f"{factor:.12g}"), 0)


def unit_id(text: str) -> str:
    """The identifier of a unit.

    Examples
    --------
    >>> unit_id("umol/L"), unit_id("1/h"), unit_id("1")
    ('umol_per_L', 'per_h', 'dimensionless')
    """
    if text in ("", "1"):
        return "dimensionless"
    words = text.removeprefix("1").replace("**", "").replace("/", "_per_").replace("*", "_").replace("%", "percent")
    return re.sub(r"\W", "_", words).strip("_")
