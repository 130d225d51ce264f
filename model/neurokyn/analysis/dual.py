"""A number with its derivatives by the parameters being looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Dual:
    """A value and its slopes; arithmetic carries both.

    Parameters
    ----------
    value : float
        The value.
    slopes : ndarray, shape (n_parameters,)
        Its derivative by each parameter.

    Examples
    --------
    >>> x = Dual(3.0, np.array([1.0, 0.0]))
    >>> (x / 2 + 1).value, (x * x).slopes.tolist()
    (2.5, [6.0, 0.0])
    """

    value: float
    slopes: np.ndarray

    def __add__(self, other: Dual | float) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value + other.value, self.slopes + other.slopes)
        return Dual(self.value + other, self.slopes)

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slopes)

    def __sub__(self, other: Dual | float) -> Dual:
        return self + (-other)

    def __rsub__(self, other: float) -> Dual:
        return -self + other

    def __mul__(self, other: Dual | float) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value * other.value, self.slopes * other.value + other.slopes * self.value)
        return Dual(self.value * other, self.slopes * other)

    __rmul__ = __mul__

    def __truediv__(self, other: Dual | float) -> Dual:
        if isinstance(other, Dual):
            quotient = self.value / other.value
            return Dual(quotient, (self.slopes - quotient * other.slopes) / other.value)
        return Dual(self.value / other, self.slopes / other)

    def log(self) -> Dual:
        """Natural logarithm."""
        return Dual(float(np.log(self.value)), self.slopes / self.value)
