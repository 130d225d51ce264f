"""Units: pint behind three functions.

Nothing here is imported while a model runs; units are checked when modules are composed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from neurokyn.errors import UnitError


@dataclass(frozen=True)
class Unit:
    """A unit as a factor to SI base units and the exponents of the base dimensions."""

    factor: float
    dimensions: tuple[tuple[str, float], ...]

    def __mul__(self, other: Unit) -> Unit:
        return Unit(self.factor * other.factor, _merge(self.dimensions, other.dimensions, 1))

    def __truediv__(self, other: Unit) -> Unit:
        return Unit(self.factor / other.factor, _merge(self.dimensions, other.dimensions, -1))

    def __pow__(self, exponent: float) -> Unit:
        powers = tuple((name, power * exponent) for name, power in self.dimensions)
        return Unit(self.factor**exponent, powers if exponent else ())


def _merge(
    a: tuple[tuple[str, float], ...], b: tuple[tuple[str, float], ...], sign: int
) -> tuple[tuple[str, float], ...]:
    powers = dict(a)
    for name, power in b:
        powers[name] = powers.get(name, 0) + sign * power
    return tuple(sorted((name, power) for name, power in powers.items() if abs(power) > 0))


DIMENSIONLESS = Unit(1.0, ())
DUST = 2e-15  # relative rounding that a chain of conversions leaves


@cache
def _registry() -> Any:  # noqa: ANN401 - pint's registry is typed by a factory
    import pint

    registry: Any = pint.UnitRegistry(cache_folder=None)
    registry.define("metabolic_equivalent = [] = MET")
    return registry


@cache
def parse_unit(text: str) -> Unit:
    """Read a unit such as "umol/L".

    Parameters
    ----------
    text : str
        A pint unit; "1" and "" are dimensionless.

    Returns
    -------
    Unit
        Its factor to SI base units and its dimensions.

    Raises
    ------
    UnitError
        If it is not a unit.

    Examples
    --------
    >>> round(parse_unit("nmol/L").factor / parse_unit("umol/L").factor, 12)
    0.001
    """
    if text in ("", "1"):
        return DIMENSIONLESS
    try:
        quantity = _registry().parse_expression(text)
        base = quantity.to_base_units()
    except Exception as problem:
        raise UnitError(f"'{text}' is not a unit ({problem}); write it like 'umol/L', 'mg' or '1/h'") from None
    dimensions = tuple(sorted((str(name), float(power)) for name, power in base.unit_items()))
    return Unit(float(base.magnitude), dimensions)


def conversion_factor(unit: str, to: str) -> float:
    """The number that a value in `unit` is multiplied by to be in `to`.

    Parameters
    ----------
    unit, to : str
        Two units of one dimension.

    Returns
    -------
    float
        The factor.

    Raises
    ------
    UnitError
        If the dimensions differ.

    Examples
    --------
    >>> conversion_factor("mg", "ug")
    1000.0
    """
    if unit == to:
        return 1.0
    a, b = parse_unit(unit), parse_unit(to)
    if a.dimensions != b.dimensions:
        raise UnitError(f"'{unit}' cannot be converted to '{to}'; give a unit of the same kind as '{to}'")
    return ratio(a, b)


def ratio(a: Unit, b: Unit) -> float:
    """The factor from unit a to unit b of the same dimensions, free of rounding dust."""
    factor = a.factor / b.factor
    plain = float(f"{factor:.12g}")
    return plain if abs(plain - factor) <= DUST * abs(factor) else factor


def describe(unit: Unit) -> str:
    """The dimensions in words, for error messages."""
    return " · ".join(f"{name}^{power:g}" if power != 1 else name for name, power in unit.dimensions) or "dimensionless"
