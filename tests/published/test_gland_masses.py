"""The stress axis beside the gland-mass equations (Karin 2020, Milo 2025), integrated by SciPy.

Theirs: receptors let through 1 / (1 + (x / K)^n), and u = 1 rests at a cortisol of 0.985. Ours lets through that over
its value at 1, so that health is 1. Put u (1 + K^-n) for u and (1 + K^-n) P for the pituitary, and the five equations
are the same.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from neurokyn.compiler.compose import compose
from neurokyn.compiler.parameters import Table
from neurokyn.physiology import stress
from neurokyn.scenario.model import standard_parameters
from neurokyn.scenario.prepare import Prepared, prepare
from neurokyn.scenario.schedule import Level
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from tests.physiology.body import DAY, WEEK, person, simulate

HALF_LIVES = (4 / 60, 20 / 60, 80 / 60, 20 * DAY, 30 * DAY)  # CRH, ACTH, cortisol, pituitary, adrenal (their code)
K, N = 4.0, 3  # receptors (their code)
RATES = np.log(2) / np.array(HALF_LIVES)
STATES = ("crh", "acth", "axis", "pituitary", "adrenal")
OURS_AT_REST = 1 + K**-N  # their drive at which cortisol is 1
Pieces = tuple[tuple[float, float], ...]  # hours, stress
COURSES: dict[str, Pieces] = {
    "eight weeks of stress": ((8 * WEEK, 1.0),),
    "three weeks of stress, five of rest": ((21 * DAY, 1.0), (5 * WEEK, 0.0)),
    "an hour of hard stress": ((1.0, 2.0), (2 * DAY, 0.0)),
    "three weeks of calm": ((21 * DAY, -0.3), (21 * DAY, 0.0)),
}


def equations(_: float, x: np.ndarray, u: float) -> np.ndarray:
    """Their five, term by term."""
    x1, x2, x3, pituitary, adrenal = x
    mineralocorticoid, glucocorticoid = 1 / x3, 1 / (1 + (x3 / K) ** N)
    return RATES * np.array([
        u * mineralocorticoid * glucocorticoid - x1,
        x1 * pituitary * glucocorticoid - x2,
        x2 * adrenal - x3,
        pituitary * (x1 - 1),
        adrenal * (x2 - 1),
    ])  # fmt: skip


def theirs(pieces: Pieces, u: float) -> np.ndarray:
    """Hourly, from their rest at a drive of u, under u times 1 plus stress."""
    x3 = brentq(lambda x: x * (1 + (x / K) ** N) - u, 0.1, 2.0, xtol=1e-14)
    course = [np.array([[1.0, 1.0, x3, 1 + (x3 / K) ** N, x3]])]
    for hours, level in pieces:
        times = np.arange(0.0, hours + 0.5)
        run = solve_ivp(
            equations, (0.0, hours), course[-1][-1], "LSODA", times, args=(u * (1 + level),), rtol=1e-11, atol=1e-13
        )
        course.append(run.y.T[1:])
    return np.concatenate(course)


@cache
def alone() -> Prepared:
    """Our stress module with nothing around it."""
    rows = [row for name, row in standard_parameters().items() if name.startswith("stress.")]
    return prepare(compose([stress.module]), Table(rows))


def ours(pieces: Pieces, who: Prepared) -> np.ndarray:
    """The same five, hourly."""
    ends = np.cumsum([hours for hours, _ in pieces])
    levels = [Level("stress.level", e - h, e, x, "1") for e, (h, x) in zip(ends, pieces, strict=True)]
    r = simulate(who, levels, float(ends[-1]))[1]
    return np.stack([r[f"stress.{name}"] for name in STATES], axis=1)


@pytest.mark.parametrize("name", COURSES)
def test_the_equations_coincide(name):
    """To 1e-7 over weeks, every state, once normalised."""
    reference = theirs(COURSES[name], OURS_AT_REST)
    assert ours(COURSES[name], alone()) == pytest.approx(reference / reference[0], rel=1e-7)


@pytest.mark.parametrize("name", COURSES)
def test_normalising_hardly_matters(name):
    """Their own u = 1, over its rest: the receptor's K is then 4.06 times rest, not 4; within 0.4 %."""
    reference = theirs(COURSES[name], 1.0)
    assert reference[0, 2] == pytest.approx(0.985, abs=5e-4)
    assert ours(COURSES[name], alone()) == pytest.approx(reference / reference[0], rel=4e-3)


@pytest.mark.parametrize("name", COURSES)
def test_the_rest_of_the_body_hardly_matters(name):
    """Lasting stress inflames, which drives the axis on: cortisol within 0.6 % of theirs."""
    reference = theirs(COURSES[name], OURS_AT_REST)
    assert ours(COURSES[name], person())[:, 2] == pytest.approx(reference[:, 2], rel=6e-3)
