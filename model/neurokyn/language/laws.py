"""Named rate laws, so that a formula says what it is."""

from __future__ import annotations

from collections.abc import Iterable

from neurokyn.language.expression import ZERO, Expression, Number, constant, exp, log, maximum

Quantity = Expression | Number


def mass_action(rate: Quantity, *concentrations: Quantity) -> Expression:
    """Rate · x₁ · x₂ · … ."""
    product = constant(rate)
    for concentration in concentrations:
        product = product * concentration
    return product


def michaelis_menten(vmax: Quantity, substrate: Quantity, km: Quantity) -> Expression:
    """vmax · s / (km + s)."""
    return constant(vmax) * substrate / (constant(km) + substrate)


def substrate_inhibition(vmax: Quantity, substrate: Quantity, km: Quantity, ki: Quantity) -> Expression:
    """vmax · s / (km + s + s²/ki): saturation with inhibition by excess substrate (Haldane)."""
    s = constant(substrate)
    return constant(vmax) * s / (constant(km) + s + s**2 / ki)


def competitive(vmax: Quantity, substrate: Quantity, km: Quantity, competitors: Quantity) -> Expression:
    """vmax · s / (km (1 + Σ cᵢ/kmᵢ) + s), the sum given as one dimensionless term."""
    return constant(vmax) * substrate / (constant(km) * (1 + constant(competitors)) + substrate)


def hill(x: Quantity, half: Quantity, exponent: Quantity) -> Expression:
    """xⁿ / (halfⁿ + xⁿ), between 0 and 1.

    A negative x counts as none.
    """
    ratio = (positive(x) / half) ** constant(exponent)
    return ratio / (1 + ratio)


def saturating(x: Quantity, half: Quantity) -> Expression:
    """x / (half + x) for x above 0, else 0."""
    above = positive(x)
    return above / (constant(half) + above)


def total(terms: Iterable[Expression]) -> Expression:
    """The sum of terms of one unit."""
    result = ZERO
    for term in terms:
        result = result + term
    return result


def positive(x: Quantity) -> Expression:
    """x where it is above zero, else 0."""
    return maximum(x, 0)


def logistic(x: Quantity) -> Expression:
    """1 / (1 + e⁻ˣ)."""
    return 1 / (1 + exp(-constant(x)))


def logit(share: Quantity) -> Expression:
    """ln(p / (1 - p)), the inverse of `logistic`."""
    p = constant(share)
    return log(p / (1 - p))


def relax(target: Quantity, value: Quantity, time_constant: Quantity) -> Expression:
    """(target - value) / τ: first-order approach to a target."""
    return (constant(target) - value) / time_constant


def half_life(duration: Quantity) -> Expression:
    """The rate constant ln 2 / t½."""
    return log(constant(2)) / duration
