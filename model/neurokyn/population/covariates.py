"""What varies between people and is measured: the covariates of `params/people.toml`, and how they go together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr

from neurokyn.errors import ParameterError, nearest
from neurokyn.population.spreads import Spread, read_spread
from neurokyn.population.streams import Stream
from neurokyn.scenario.catalogue import rows

LEAST = 1e-8  # smallest eigenvalue of a matrix that counts as positive definite


@dataclass(frozen=True)
class Covariate:
    """Something measured that varies between people.

    Parameters
    ----------
    name, title, unit : str
        As in `params/people.toml`.
    spread : Spread, optional
        The distribution of a number.
    shares : mapping of str to float
        The share of each category, with sum 1; empty for a number.
    sets : str
        The parameter that it sets, or nothing.
    values : mapping of str to float
        The value that each category sets.
    among : tuple of str
        Phenotypes in which it varies; all if empty.
    """

    name: str
    title: str
    unit: str
    spread: Spread | None
    shares: Mapping[str, float]
    sets: str
    values: Mapping[str, float]
    among: tuple[str, ...] = ()

    def at(self, uniform: np.ndarray) -> np.ndarray:
        """Numbers or category names from numbers evenly between 0 and 1."""
        if self.spread is not None:
            return self.spread.at(uniform)
        edges = np.cumsum(list(self.shares.values()))[:-1]
        return np.array(list(self.shares))[np.searchsorted(edges, uniform, side="right")]


def covariates(changes: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, Covariate]:
    """The covariates of `params/people.toml`.

    Parameters
    ----------
    changes : mapping of str to mapping, optional
        Keys of a distribution to replace, such as `{"severity": {"mean": 19.0}}`.

    Returns
    -------
    dict of str to Covariate
        By name.

    Raises
    ------
    ParameterError
        If a name or a key is unknown, or a distribution makes no sense.

    Examples
    --------
    >>> covariates({"age": {"mean": 50.0}})["age"].spread.middle
    50.0
    """
    found, changes = rows("people").get("covariate", {}), changes or {}
    for name in changes:
        if name not in found:
            raise ParameterError(f"there is no covariate '{name}'{nearest(name, found)}")
    return {name: _read(name, row, changes.get(name, {})) for name, row in found.items()}


def _read(name: str, row: Mapping[str, Any], changes: Mapping[str, Any]) -> Covariate:
    place, distribution = f"people.toml [covariate.{name}]", row["distribution"]
    for key in changes:
        if key not in distribution:
            raise ParameterError(f"the distribution of {name} has no '{key}'{nearest(key, distribution)}")
    distribution = {**distribution, **changes}
    spread, shares = None, dict(distribution.get("shares", {}))
    if distribution["kind"] == "categories":
        if not shares or min(shares.values()) < 0 or abs(sum(shares.values()) - 1.0) > 1e-3:
            raise ParameterError(f"{place}: shares must be 0 or more and add up to 1, not {shares}")
        shares = {key: share / sum(shares.values()) for key, share in shares.items()}
    else:
        middle = float(distribution.get("mean", distribution.get("median", 0.0)))
        spread = read_spread(distribution, middle, place)
    values = {key: float(value) for key, value in row.get("values", {}).items()}
    if shares and "sets" in row and set(values) != set(shares):
        raise ParameterError(f"{place}: sets {row['sets']} but its values are not those of {', '.join(shares)}")
    among = tuple(row.get("among", ()))
    return Covariate(
        name, row.get("title", name), row.get("unit", "1"), spread, shares, row.get("sets", ""), values, among
    )


def correlation_matrix(names: Sequence[str], joined: Mapping[str, Mapping[str, Any]] | None = None) -> np.ndarray:
    """The correlations between covariates that are numbers.

    Parameters
    ----------
    names : sequence of str
        Names of the covariates.
    joined : mapping of str to mapping, optional
        Rows with `between` and `value`; those of `params/people.toml` if not given.

    Returns
    -------
    ndarray, shape (n, n)
        Symmetric, with ones on the diagonal, positive definite.

    Raises
    ------
    ParameterError
        If a row joins something else, or no people can have these correlations together.

    Examples
    --------
    >>> correlation_matrix(["severity", "vo2max"])[0, 1].item()
    -0.16
    """
    known = set(rows("people").get("covariate", {})) | set(names)
    matrix, touched = np.eye(len(names)), list[str]()
    for key, row in (rows("people").get("correlation", {}) if joined is None else joined).items():
        pair, value = list(row["between"]), float(row["value"])
        wrong = [name for name in pair if name not in known]
        if wrong or len(set(pair)) != 2 or not -1.0 < value < 1.0:
            what = f"knows no '{wrong[0]}'{nearest(wrong[0], known)}" if wrong else "must join two by -1 to 1"
            raise ParameterError(f"people.toml [correlation.{key}] {what}")
        if not set(pair) <= set(names):
            _refuse_categories(key, pair)
            continue
        i, j = (names.index(name) for name in pair)
        matrix[i, j] = matrix[j, i] = value
        touched.append(key)
    least = float(np.linalg.eigvalsh(matrix).min()) if names else 1.0
    if least < LEAST:
        raise ParameterError(
            f"nobody can have these correlations together (smallest eigenvalue {least:.2g}): {', '.join(touched)}",
            fix="bring one of them nearer to zero",
        )
    return matrix


def _refuse_categories(key: str, pair: Iterable[str]) -> None:
    table = rows("people").get("covariate", {})
    for name in pair:
        if table.get(name, {}).get("distribution", {}).get("kind") == "categories":
            raise ParameterError(f"people.toml [correlation.{key}] joins {name}, which has categories and no order")


def _root(matrix: np.ndarray) -> np.ndarray:
    """The symmetric square root: unlike Cholesky's, it does not depend on the order of the covariates."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(values)) @ vectors.T)


def draw_covariates(chosen: Mapping[str, Covariate], seed: int, n: int, first: int = 0) -> dict[str, np.ndarray]:
    """The covariates of n people; numbers through a Gaussian copula.

    Parameters
    ----------
    chosen : mapping of str to Covariate
        What is drawn, in the order of `params/people.toml`.
    seed : int
        Of the study.
    n, first : int
        How many people, and the number of the first.

    Returns
    -------
    dict of str to ndarray, shape (n,)
        Numbers in the covariate's unit, or names of categories.

    Examples
    --------
    >>> drawn = draw_covariates(covariates(), 1, 5)
    >>> sorted(set(drawn["sex"].tolist()) | {"female", "male"})
    ['female', 'male']
    """
    numbers = [name for name, covariate in chosen.items() if covariate.spread is not None]
    scores = [Stream(seed, f"covariate.{name}").normal(n, first) for name in numbers]
    even = {
        name: ndtr(sum(share * score for share, score in zip(mixed, scores, strict=True)))
        for name, mixed in zip(numbers, _root(correlation_matrix(numbers)), strict=True)
    }
    return {
        name: covariate.at(even[name] if name in even else Stream(seed, f"covariate.{name}").uniform(n, first))
        for name, covariate in chosen.items()
    }
