"""Weights that make a cohort match published marginals, as even as they can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from neurokyn.errors import ScenarioError

STEPS = 100
CLOSE = 1e-9


@dataclass(frozen=True)
class Weights:
    """Weights of people and what they cost.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Positive, with sum 1.
    effective : float
        Effective sample size: how many people of equal weight would tell as much.
    """

    values: np.ndarray
    effective: float


def entropy_weights(features: np.ndarray, targets: Sequence[float], names: Sequence[str]) -> Weights:
    """The weights of largest entropy with given weighted means.

    Parameters
    ----------
    features : ndarray, shape (n, k)
        What is known of each person.
    targets : sequence of float, length k
        The mean that each column shall have.
    names : sequence of str, length k
        What the columns are, for messages.

    Returns
    -------
    Weights
        The weights and the effective sample size.

    Raises
    ------
    ScenarioError
        If no weights give these means.

    Examples
    --------
    >>> found = entropy_weights(np.array([[0.0], [1.0]]), [0.25], ["met"])
    >>> found.values.round(6).tolist()
    [0.75, 0.25]
    """
    x, wanted = np.asarray(features, dtype=float), np.asarray(targets, dtype=float)
    n, k = x.shape
    if n == 0 or not np.isfinite(x).all() or not np.isfinite(wanted).all():
        raise ScenarioError("weights need people, and finite numbers for each of them")
    for name, column, mean in zip(names, x.T, wanted, strict=True):
        if not column.min() < mean < column.max() and not column.min() == column.max() == mean:
            raise ScenarioError(
                f"no weights give {name} = {mean:g}: these people have {column.min():g} to {column.max():g}",
                fix="draw more people, or change what they are drawn from",
            )
    spread = np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
    away = (x - wanted) / spread  # its weighted mean shall be zero
    lean = np.zeros(k)
    for _ in range(STEPS):
        weights = softmax(away @ lean)
        off = weights @ away
        if np.abs(off).max() < CLOSE:
            return Weights(weights, float(1.0 / (weights @ weights)))
        curve = (away * weights[:, None]).T @ away - np.outer(off, off)
        step = np.linalg.lstsq(curve, -off, rcond=1e-10)[0]
        lean = lean + _length(away, lean, step, off) * step
    raise ScenarioError(
        f"no weights give {', '.join(f'{a} = {b:g}' for a, b in zip(names, wanted, strict=True))} together",
        fix="draw more people, or ask for means nearer to theirs",
    )


def _length(away: np.ndarray, lean: np.ndarray, step: np.ndarray, off: np.ndarray) -> float:
    """How far along a Newton step the potential falls enough."""
    now, fall, length = _potential(away @ lean), float(off @ step), 1.0
    while length > 1e-6 and _potential(away @ (lean + length * step)) > now + 1e-4 * length * fall + 1e-14:
        length /= 2
    return length


def _potential(scores: np.ndarray) -> float:
    """The logarithm of the mean exponential, which the weights minimise."""
    top = float(scores.max())
    return top + float(np.log(np.mean(np.exp(scores - top))))
