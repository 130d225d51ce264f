"""Six stiff problems of the Test Set for IVP Solvers (Mazzia & Magherini), written in our language.

Rate constants are per second (per minute for POLLUTION), so the conversion to hours is tested too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from neurokyn.language import Expression, Module
from neurokyn.scenario.solve import ABSOLUTE_SHARE

SOLUTIONS = json.loads((Path(__file__).parent / "solutions.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class StiffProblem:
    """A module, its numbers, and what it is held to."""

    module: Module
    numbers: Mapping[str, float]

    @property
    def hours(self) -> float:
        """The end, in h."""
        return SOLUTIONS[self.module.name]["end_s"] / 3600

    @property
    def states(self) -> list[str]:
        """Qualified names, in order."""
        return [str(s.symbol.value) for s in self.module.states]

    @property
    def stored(self) -> np.ndarray:
        """The stored end point."""
        return np.array([float(x) for x in SOLUTIONS[self.module.name]["end_point"]])

    def absolute_tolerance(self, rtol: float) -> np.ndarray:
        """What `solve` asks of each state."""
        sizes = [abs(float(s.scale.value)) for s in self.module.states]
        return ABSOLUTE_SHARE * rtol * np.array(sizes)


def robertson() -> StiffProblem:
    """Three reactions, nine orders of magnitude (Robertson 1966)."""
    m = Module("robertson", "Robertson: three reactions")
    a = m.state("a", "1", "A", start=1)
    b = m.state("b", "1", "B", start=0, scale=1e-4)
    c = m.state("c", "1", "C", start=0, scale=1)
    p = m.parameters(k1="1/s", k2="1/s", k3="1/s")
    m.flux("slow", p.k1 * a, frm=a, to=b)
    m.flux("fast", p.k2 * b**2, frm=b, to=c)
    m.flux("back", p.k3 * b * c, frm=b, to=a)
    return StiffProblem(m, {"k1": 0.04, "k2": 3e7, "k3": 1e4})


def hires() -> StiffProblem:
    """High irradiance response of phytochrome (Schäfer 1975)."""
    m = Module("hires", "HIRES: phytochrome in red and far-red light")
    k = m.parameters(light="1/s", dark="1/s", bind="1/s", loosen="1/s", moved="1/s", back="1/s", made="1/s")
    red = m.state("pr", "1", "Pr", start=1)
    far = m.state("pfr", "1", "Pfr", start=0, scale=1e-2)
    red_x = m.state("prx", "1", "Pr on X", start=0, scale=1e-2)
    far_x = m.state("pfrx", "1", "Pfr on X", start=0, scale=1e-2)
    red_y = m.state("pry", "1", "Pr on X'", start=0, scale=1e-2)
    far_y = m.state("pfry", "1", "Pfr on X'", start=0, scale=1e-2)
    bound = m.state("bound", "1", "Pfr on X' with enzyme", start=0, scale=1e-2)
    enzyme = m.state("enzyme", "1", "free enzyme", start=0.0057)
    m.flux("synthesis", k.made, to=red)
    for here, lit, name in ((red, far, "free"), (red_x, far_x, "x"), (red_y, far_y, "y")):
        m.flux(f"excited_{name}", k.light * here, frm=here, to=lit)
        m.flux(f"relaxed_{name}", k.dark * lit, frm=lit, to=here)
    m.flux("freed", k.moved * red_x, frm=red_x, to=red)
    m.flux("caught", k.moved * far, frm=far, to=far_x)
    m.flux("turned", k.back * red_y, frm=red_y, to=red_x)
    m.flux("changed", k.loosen * far_x, frm=far_x, to=far_y)
    binding = m.flux("binding", k.bind * far_y * enzyme, frm=enzyme, to=bound)
    m.flux("taken", binding, frm=far_y)
    m.flux("released", k.loosen * bound, frm=bound, to=far_y)
    m.flux("reddened", k.dark * bound, frm=bound, to=red_y)
    m.flux("degraded", k.loosen * bound, frm=bound)
    m.flux("recovered", (k.loosen + k.dark + k.loosen) * bound, to=enzyme)
    numbers = {"light": 1.71, "dark": 0.43, "bind": 280, "loosen": 0.69, "moved": 8.32, "back": 0.035, "made": 0.0007}
    return StiffProblem(m, numbers)


def orego() -> StiffProblem:
    """The Oregonator, a model of the Belousov-Zhabotinskii reaction (Field & Noyes 1974)."""
    m = Module("orego", "OREGO: an oscillating reaction")
    s, q, w = m.parameter("s", "1/s"), m.parameter("q", "1"), m.parameter("w", "1/s")
    slow = m.parameter("slow", "s")
    x = m.state("x", "1", "HBrO2", start=1)
    y = m.state("y", "1", "Br-", start=2)
    z = m.state("z", "1", "Ce(IV)", start=3)
    m.rate(x, s * (y + x * (1 - q * x - y)))
    m.rate(y, (z - (1 + x) * y) / slow)
    m.rate(z, w * (x - z))
    return StiffProblem(m, {"s": 77.27, "q": 8.375e-6, "w": 0.161, "slow": 77.27})


def van_der_pol() -> StiffProblem:
    """A relaxation oscillator with mu = 1000."""
    m = Module("van_der_pol", "Van der Pol: a relaxation oscillator")
    x = m.state("x", "1", "position", start=2)
    v = m.state("v", "1", "velocity", start=0, scale=1e-3)
    mu, unit = m.parameter("mu", "1"), m.parameter("unit", "1/s")
    m.rate(x, unit * v)
    m.rate(v, unit * (mu * (1 - x**2) * v - x))
    return StiffProblem(m, {"mu": 1000, "unit": 1})


def e5() -> StiffProblem:
    """Pyrolysis; concentrations from 1e-3 down to 1e-22, the third by conservation (Datta 1967)."""
    m = Module("e5", "E5: a pyrolysis")
    p = m.parameters(a="1/s", b="1/s", c="1/s", cm="1/s")
    starts = {1: 1.76e-3, 2: 0, 4: 0}
    y1, y2, y4 = (m.state(f"y{k}", "1", f"species {k}", start=y, scale=1e-20) for k, y in starts.items())
    y3 = m.relation("y3", y2 - y4, "1", "species 3")
    m.flux("split", p.a * y1, frm=y1, to=y2)
    m.flux("joined", p.b * y1 * y3, frm=y1, to=y4)
    m.flux("ended", p.cm * y2 * y3, frm=y2)
    m.flux("opened", p.c * y4, frm=y4)
    return StiffProblem(m, {"a": 7.89e-10, "b": 1.1e7, "c": 1.13e3, "cm": 1.13e9})


# Verwer 1994: species by number on the left and on the right of each reaction, rate constant (ppm, min).
REACTIONS = (
    ((1,), (2, 3), 0.35),
    ((2, 4), (1,), 26.6),
    ((5, 2), (6, 1), 1.23e4),
    ((7,), (5, 5, 8), 8.6e-4),
    ((7,), (8,), 8.2e-4),
    ((7, 6), (5, 8), 1.5e4),
    ((9,), (10, 5, 8), 1.3e-4),
    ((9, 6), (11,), 2.4e4),
    ((11, 2), (1, 10, 12), 1.65e4),
    ((11, 1), (13,), 9.0e3),
    ((13,), (11, 1), 0.022),
    ((10, 2), (14, 1), 1.2e4),
    ((14,), (7, 5), 1.88),
    ((1, 6), (15,), 1.63e4),
    ((3,), (4,), 4.8e6),
    ((4,), (16,), 3.5e-4),
    ((4,), (3,), 0.0175),
    ((16,), (6, 6), 1.0e8),
    ((16,), (3,), 4.44e11),
    ((17, 6), (18, 5), 1.24e3),
    ((19,), (2,), 2.1),
    ((19,), (1, 3), 5.78),
    ((1, 4), (19,), 0.0474),
    ((19, 1), (20,), 1.78e3),
    ((20,), (19, 1), 3.12),
)
POLLUTED = {2: 0.2, 4: 0.04, 7: 0.1, 8: 0.3, 9: 0.01, 17: 0.007}
TRACES = {3: 1e-8, 5: 1e-6, 6: 1e-6, 10: 1e-7, 11: 1e-7, 14: 1e-5, 16: 1e-16, 19: 1e-5, 20: 1e-4, 13: 1e-4, 18: 1e-4}


def pollution() -> StiffProblem:
    """Twenty-five reactions between twenty species in air (Verwer 1994)."""
    m = Module("pollution", "POLLUTION: reactions in air")
    species: dict[int, Expression] = {
        k: m.state(f"y{k}", "1", f"species {k}", start=POLLUTED.get(k, 0), scale=POLLUTED.get(k, TRACES.get(k, 1e-2)))
        for k in range(1, 21)
    }
    for number, (left, right, _) in enumerate(REACTIONS, 1):
        rate = m.parameter(f"k{number}", "1/min")
        for k in left:
            rate = rate * species[k]
        first, *others = left
        reaction = m.flux(f"reaction_{number}", rate, frm=species[first], to=species[right[0]])
        for n, k in enumerate(others):
            m.flux(f"used_{number}_{n}", reaction, frm=species[k])
        for n, k in enumerate(right[1:]):
            m.flux(f"made_{number}_{n}", reaction, to=species[k])
    return StiffProblem(m, {f"k{number}": k for number, (_, _, k) in enumerate(REACTIONS, 1)})


PROBLEMS = {make.__name__: make() for make in (robertson, hires, orego, van_der_pol, e5, pollution)}
