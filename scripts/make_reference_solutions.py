"""Write tests/reference/solutions.json: end points of stiff problems from codes that are not ours.

Plain right-hand sides, written here and nowhere else, go through SciPy's Radau (implicit Runge-Kutta) and
LSODA (multistep) at the tightest tolerances they take. Only the digits on which both agree are kept. The end
points published with the Test Set for IVP Solvers (Mazzia & Magherini) stand beside them.

python scripts/make_reference_solutions.py        about a minute
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy
from scipy.integrate import solve_ivp

OUT = Path(__file__).resolve().parents[1] / "tests" / "reference" / "solutions.json"
TEST_SET = "https://archimede.uniba.it/~testset (release 2.4)"
RTOL = 3e-14


@dataclass(frozen=True)
class Case:
    """A problem, how `shown` makes its end point of the integrated state, and what is published."""

    slope: Callable[[float, np.ndarray], Sequence[complex]]
    start: Sequence[float]
    end: float
    atol: Sequence[float]
    published: Sequence[float]
    note: str = ""
    shown: Callable[[np.ndarray], np.ndarray] = lambda y: y
    seconds: float = 1.0  # in one unit of time


def robertson(_: float, y: np.ndarray) -> list[complex]:
    """In s = a + b and b, so that no slope is a difference of two larger numbers."""
    s, b = y
    loss = 3e7 * b * b
    return [-loss, 0.04 * (s - b) - 1e4 * b * (1 - s) - loss]


def hires(_: float, y: np.ndarray) -> list[complex]:
    bind = 280 * y[5] * y[7] - 1.81 * y[6]
    return [
        -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007,
        1.71 * y[0] - 8.75 * y[1],
        -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4],
        8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3],
        -1.745 * y[4] + 0.43 * y[5] + 0.43 * y[6],
        -280 * y[5] * y[7] + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6],
        bind,
        -bind,
    ]


def orego(_: float, y: np.ndarray) -> list[complex]:
    return [
        77.27 * (y[1] + y[0] * (1 - 8.375e-6 * y[0] - y[1])),
        (y[2] - (1 + y[0]) * y[1]) / 77.27,
        0.161 * (y[0] - y[2]),
    ]


def van_der_pol(_: float, y: np.ndarray) -> list[complex]:
    return [y[1], 1000 * (1 - y[0] ** 2) * y[1] - y[0]]


def e5(_: float, y: np.ndarray) -> list[complex]:
    """In y1, y2, y4; y3 = y2 - y4 is exact for this problem."""
    y1, y2, y4 = y
    y3 = y2 - y4
    split, joined, ended, opened = 7.89e-10 * y1, 1.1e7 * y1 * y3, 1.13e9 * y2 * y3, 1.13e3 * y4
    return [-split - joined, split - ended, joined - opened]


def pollution(_: float, y: np.ndarray) -> list[complex]:
    y1, y2, y3, y4, y5, y6, y7, _y8, y9, y10, y11, _y12, y13, y14, _y15, y16, y17, _y18, y19, y20 = y
    r1, r2, r3, r4, r5 = 0.35 * y1, 26.6 * y2 * y4, 12300 * y5 * y2, 0.00086 * y7, 0.00082 * y7
    r6, r7, r8, r9, r10 = 15000 * y7 * y6, 0.00013 * y9, 24000 * y9 * y6, 16500 * y11 * y2, 9000 * y11 * y1
    r11, r12, r13, r14, r15 = 0.022 * y13, 12000 * y10 * y2, 1.88 * y14, 16300 * y1 * y6, 4800000 * y3
    r16, r17, r18, r19, r20 = 0.00035 * y4, 0.0175 * y4, 1e8 * y16, 4.44e11 * y16, 1240 * y17 * y6
    r21, r22, r23, r24, r25 = 2.1 * y19, 5.78 * y19, 0.0474 * y1 * y4, 1780 * y19 * y1, 3.12 * y20
    return [
        -r1 - r10 - r14 - r23 - r24 + r2 + r3 + r9 + r11 + r12 + r22 + r25,
        -r2 - r3 - r9 - r12 + r1 + r21,
        -r15 + r1 + r17 + r19 + r22,
        -r2 - r16 - r17 - r23 + r15,
        -r3 + 2 * r4 + r6 + r7 + r13 + r20,
        -r6 - r8 - r14 - r20 + r3 + 2 * r18,
        -r4 - r5 - r6 + r13,
        r4 + r5 + r6 + r7,
        -r7 - r8,
        -r12 + r7 + r9,
        -r9 - r10 + r8 + r11,
        r9,
        -r11 + r10,
        -r13 + r12,
        r14,
        -r18 - r19 + r16,
        -r20,
        r20,
        -r21 - r22 - r24 + r23 + r25,
        -r25 + r24,
    ]


CASES = {
    "robertson": Case(
        robertson,
        [1, 0],
        1e11,
        [1e-30, 1e-30],
        [0.2083340149701255e-7, 0.8333360770334713e-13, 0.9999999791665050],
        "integrated in a + b and b",
        lambda y: np.array([y[0] - y[1], y[1], 1 - y[0]]),
    ),
    "hires": Case(
        hires,
        [1, 0, 0, 0, 0, 0, 0, 0.0057],
        321.8122,
        [1e-18] * 8,
        [0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4, 0.1175651343283149e-2]
        + [0.2386356198831331e-2, 0.6238968252742796e-2, 0.2849998395185769e-2, 0.2850001604814231e-2],
    ),
    "orego": Case(
        orego, [1, 2, 3], 360, [1e-14] * 3, [0.1000814870318523e1, 0.1228178521549917e4, 0.1320554942846706e3]
    ),
    "van_der_pol": Case(van_der_pol, [2, 0], 2000, [1e-17] * 2, [0.1706167732170469e1, -0.8928097010248125e-3]),
    "e5": Case(
        e5,
        [1.76e-3, 0, 0],
        1e13,
        [1e-40] * 3,
        [0.1152903278711829e-290, 0.8867655517642120e-22, 0],
        "y1 and y4 lie below 1e-40 and count as zero. The published y2 differs in the fourth digit: with the "
        "published y3 = 0.8854814626268838e-22 it misses y2 = y3 + y4, which holds exactly, by 1.3e-25, the rounding "
        "of concentrations that once were 1e-10. Here y3 is y2 - y4, which does not lose those digits",
    ),
    "pollution": Case(
        pollution,
        [0, 0.2, 0, 0.04, 0, 0, 0.1, 0.3, 0.01, 0, 0, 0, 0, 0, 0, 0, 0.007, 0, 0, 0],
        60,
        [1e-26] * 20,
        [0.5646255480022769e-1, 0.1342484130422339, 0.4139734331099427e-8, 0.5523140207484359e-2]
        + [0.2018977262302196e-6, 0.1464541863493966e-6, 0.7784249118997964e-1, 0.3245075353396018]
        + [0.7494013383880406e-2, 0.1622293157301561e-7, 0.1135863833257075e-7, 0.2230505975721359e-2]
        + [0.2087162882798630e-3, 0.1396921016840158e-4, 0.8964884856898295e-2, 0.4352846369330103e-17]
        + [0.6899219696263405e-2, 0.1007803037365946e-3, 0.1772146513969984e-5, 0.5682943292316392e-4],
        seconds=60.0,
    ),
}


def jacobian(case: Case) -> Callable[[float, np.ndarray], np.ndarray]:
    """By complex step: exact to rounding."""

    def columns(t: float, y: np.ndarray) -> np.ndarray:
        points = y + 1e-30j * np.eye(len(y))
        return np.array([np.imag(case.slope(t, point)) for point in points]).T / 1e-30

    return columns


def end_point(case: Case, method: str) -> np.ndarray:
    """Where a SciPy integrator arrives."""
    result = solve_ivp(
        lambda t, y: np.array(case.slope(t, y)),
        (0, case.end),
        case.start,
        method=method,
        t_eval=[case.end],
        rtol=RTOL,
        atol=case.atol,
        jac=jacobian(case),
    )
    if not result.success:
        raise SystemExit(f"{case.slope.__name__} with {method}: {result.message}")
    return case.shown(result.y[:, -1])


def agreed(one: float, other: float) -> str:
    """Two numbers rounded to the most digits at which they are the same; below 1e-40 both count as zero."""
    if max(abs(one), abs(other)) < 1e-40:
        return "0"
    for decimals in range(15, 7, -1):
        if f"{one:.{decimals}e}" == f"{other:.{decimals}e}":
            return f"{one:.{decimals}e}"
    raise SystemExit(f"two codes disagree in the first eight digits: {one!r}, {other!r}")


def solve(name: str, case: Case) -> dict[str, object]:
    """The entry of one problem."""
    one, other = end_point(case, "Radau"), end_point(case, "LSODA")
    kept = [agreed(a, b) for a, b in zip(one, other, strict=True)]
    apart = [abs(float(x) / y - 1) for x, y in zip(kept, case.published, strict=True) if abs(y) > 1e-40]
    print(f"{name}: {', '.join(kept)}; published within {max(apart):.1g}", flush=True)
    return {
        "end_s": case.end * case.seconds,
        "end_point": kept,
        "origin": f"the digits on which Radau and LSODA of SciPy {scipy.__version__} at rtol {RTOL:g} agree"
        + (f"; {case.note}" if case.note else ""),
        "published": list(case.published),
        "published_origin": TEST_SET,
        "largest_relative_distance_to_published": float(f"{max(apart):.2g}"),
    }


if __name__ == "__main__":
    solutions = {name: solve(name, case) for name, case in CASES.items()}
    made = {"made_by": f"scripts/make_reference_solutions.py, Python {platform.python_version()}"}
    OUT.write_text(json.dumps(made | solutions, indent=1) + "\n", encoding="utf-8")
