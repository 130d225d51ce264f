"""Arithmetic on lanes: every function compiled for every width, against mpmath."""

from __future__ import annotations

import math
from ctypes import CFUNCTYPE, c_void_p
from functools import cache

import mpmath
import numpy as np
import pytest
from neurokyn.compiler import machine
from neurokyn.compiler.vector import Vectors

ONE = ("exp", "log", "sin", "cos", "sqrt", "reciprocal", "absolute", "negate")
TWO = ("power", "divide", "maximum", "minimum")
WHOLE = (1, 2, 3, 5, 7, 13, 40, -1, -2, -7)
KINDS = [(1, False), (4, False), (8, False), (8, True)]
N = 3000
WORST = {"exp": 1.0, "log": 1.0, "power": 1.5, "sin": 1.5, "cos": 1.5, "sqrt": 0.5001, "reciprocal": 0.6, "divide": 1.5}
PI_KNOWN = 4e-27  # π/2 in two parts is good to 87 bits
STEEP, EACH = 12, 0.15  # exponents of power up to which it is as good as said; units lost for each 1 of a larger one
NAN, INF = math.nan, math.inf
mpmath.mp.prec = 160

random = np.random.default_rng(20260)


def spread(low, high):
    """Even in the logarithm."""
    return 10 ** random.uniform(low, high, N)


def near(centres):
    """Some doubles beside each."""
    return np.concatenate([np.asarray(centres, dtype=float) * (1 + k * 2.0**-52) for k in (-2, -1, 0, 1, 2)])


def powers(base):
    """With exponents that give results of every size."""
    return base, random.uniform(-705, 705, len(base)) / np.log(base)


EVERYWHERE = {  # arguments by function
    "exp": [
        (random.uniform(-708, 709.4, N),),
        (random.uniform(-1, 1, N),),
        (near((np.arange(-1020, 1022) + 0.5) * math.log(2)),),
        (spread(-20, 2) * random.choice([-1, 1], N),),
    ],
    "log": [
        (spread(-307, 308),),
        (random.uniform(0.4, 2.1, N),),
        (1 + np.concatenate([2.0 ** -np.arange(2, 53), -(2.0 ** -np.arange(2, 53))]),),
        (near([0.5, math.sqrt(0.5), 1.0, math.sqrt(2), 2.0, 1.7e308, 2.3e-308]),),
    ],
    "power": [
        (spread(-4, 4), random.uniform(-STEEP, STEEP, N)),
        (random.uniform(0.6, 1.6, N), random.uniform(-STEEP, STEEP, N)),
        powers(spread(-300, 300)),
        powers(random.uniform(0.5, 1.999, N) + 1e-9),
        powers(1 + spread(-12, -1) * random.choice([-1, 1], N)),
        (spread(-4, 4), np.zeros(N)),
        (np.ones(N), random.uniform(-1e6, 1e6, N)),
    ],
    "sin": [(random.uniform(-10, 10, N),), (random.uniform(-1e6, 1e6, N),), (spread(-20, 0),)],
    "sqrt": [(spread(-300, 300),)],
    "reciprocal": [(spread(-307, 307) * random.choice([-1, 1], N),), (random.uniform(1, 2, N),)],
    "divide": [(spread(-150, 150), -spread(-150, 150)), (random.uniform(1, 2, N), random.uniform(1, 2, N))],
}
EVERYWHERE["sin"].append((near(np.arange(1, 630_000, 911) * math.pi / 2),))
EVERYWHERE["cos"] = EVERYWHERE["sin"]
EXACT = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "power": mpmath.power,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "sqrt": mpmath.sqrt,
    "reciprocal": lambda x: 1 / x,
    "divide": lambda a, b: a / b,
}


@cache
def compiled(width, fast):
    """All functions at one width, by name."""
    if fast and not machine.estimates_reciprocals():
        pytest.skip("this processor has no estimate of 1/x")
    declared, texts = dict[str, None](), []
    names = [*ONE, *TWO, *(f"whole{k}" for k in range(len(WHOLE)))]
    for name in names:
        out = Vectors(width, fast_reciprocal=fast)
        given = [out.load("%in", k) for k in range(2 if name in TWO else 1)]
        if name.startswith("whole"):
            value = out.integer_power(given[0], WHOLE[int(name.removeprefix("whole"))])
        else:
            value = getattr(out, name)(*given)
        out.store(value, "%out", 0)
        declared |= out.declared
        texts.append("\n".join([f"define void @{name}(ptr %in, ptr %out) {{", *out.lines, "  ret void", "}"]))
    addresses = machine.load(machine.assemble("\n".join([*declared, *texts])), names)
    return {name: CFUNCTYPE(None, c_void_p, c_void_p)(address) for name, address in addresses.items()}


def on_a_cache_line(n):
    raw = np.zeros(n + 8)
    ahead = -raw.ctypes.data % 64 // 8
    return raw[ahead : ahead + n]


def apply(kind, name, *arguments):
    """A function at every argument, different ones in neighbouring lanes."""
    width, function = kind[0], compiled(*kind)[name]
    n = len(arguments[0])
    given, found, values = on_a_cache_line(len(arguments) * width), on_a_cache_line(width), []
    blocks = [np.resize(np.asarray(x, dtype=float), -(-n // width) * width).reshape(-1, width) for x in arguments]
    for rows in zip(*blocks, strict=True):
        given[:] = np.concatenate(rows)
        function(given.ctypes.data, found.ctypes.data)
        values.append(found.copy())
    return np.concatenate(values)[:n]


@cache
def truth(name, number):
    """The exact values as sums of two doubles."""
    exact = [EXACT[name](*(mpmath.mpf(float(x)) for x in each)) for each in zip(*EVERYWHERE[name][number], strict=True)]
    high = np.array([float(x) for x in exact])
    return high, np.array([float(x - mpmath.mpf(float(h))) for x, h in zip(exact, high, strict=True)])


def ulps(found, high, low):
    """Errors in units in the last place of the exact value."""
    return np.abs((found - high) - low) / np.spacing(np.abs(high))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", EXACT)
def test_values_are_good_to_about_one_unit_in_the_last_place(kind, name):
    for number, arguments in enumerate(EVERYWHERE[name]):
        high, low = truth(name, number)
        errors = ulps(apply(kind, name, *arguments), high, low)
        if name in ("sin", "cos"):  # beside a root what is left of the angle is as good as π/2 is known
            errors -= np.abs(arguments[0]) * PI_KNOWN / np.spacing(np.abs(high))
        if name == "power":
            errors -= EACH * np.maximum(np.abs(arguments[1]) - STEEP, 0)
        worst = int(np.argmax(np.where(np.isnan(errors), INF, errors)))
        assert errors[worst] <= WORST[name], [float(x[worst]) for x in arguments]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", range(len(WHOLE)), ids=[str(k) for k in WHOLE])
def test_whole_powers_round_once_for_each_multiplication(kind, place):
    exponent = WHOLE[place]
    x = spread(-7, 7) * random.choice([-1, 1], N)
    exact = [mpmath.mpf(float(each)) ** exponent for each in x]
    found = apply(kind, f"whole{place}", x)
    off = [abs(mpmath.mpf(float(f)) / e - 1) for f, e in zip(found, exact, strict=True)]
    roundings = abs(exponent) - 1 + 2 * (exponent < 0)
    assert max(off) <= roundings * 2.0**-53 * (1 + 1e-12)


SPECIAL = [  # function, arguments, value
    *[(name, (NAN,), NAN) for name in ("exp", "log", "sin", "cos", "sqrt", "reciprocal", "absolute", "negate")],
    *[("exp", (x,), INF) for x in (709.79, 710.0, 1e5, 1e308, INF)],
    *[("exp", (x,), 0.0) for x in (-708.8, -709.5, -745.2, -1e5, -1e308, -INF)],
    *[("exp", (x,), 1.0) for x in (0.0, -0.0, 1e-17, 5e-324)],
    *[("log", (x,), NAN) for x in (-1.0, -1e-300, -1e300, -INF)],
    *[("log", (x,), y) for x, y in ((0.0, -INF), (-0.0, -INF), (1.0, 0.0), (INF, INF))],
    *[("power", (x, y), NAN) for x in (-1e-300, -1.0, -8.0, -INF, NAN) for y in (0.5, 1.0, 2.0, -3.5)],
    *[("power", (x, NAN), NAN) for x in (0.0, 0.5, 2.0, 1e300)],
    *[("power", (0.0, y), 0.0) for y in (1e-3, 0.5, 1.0, 1.7, 8.0, 1e3)],
    *[("power", (0.0, y), INF) for y in (-1e-3, -1.0, -2.5)],
    *[("power", (x, 0.0), 1.0) for x in (0.0, 1e-300, 0.7, 1.0, 3.0, 1e300)],
    *[("power", (x, 1.0), x) for x in (1e-300, 0.7, 1.0, 3.0, 1e300)],
    *[("power", (x, y), INF) for x, y in ((2.0, 1025.0), (0.5, -1100.0), (1e300, 30.0), (1.5, 1e6))],
    *[("power", (x, y), 0.0) for x, y in ((2.0, -1100.0), (0.5, 1100.0), (1e-300, 30.0), (1.5, -1e6))],
    *[("sqrt", (x,), y) for x, y in ((0.0, 0.0), (INF, INF), (-1.0, NAN), (-INF, NAN))],
    *[(name, (NAN, x), NAN) for name in ("maximum", "minimum", "divide") for x in (-1.0, 0.0, 1.0, INF)],
    *[("maximum", (x, NAN), x) for x in (-1.0, 0.0, INF)],
    *[("minimum", (x, NAN), x) for x in (-1.0, 0.0, INF)],
    *[("maximum", x, max(x)) for x in ((1.0, 2.0), (2.0, 1.0), (-3.0, -4.0), (INF, 1.0), (1.0, -INF), (5.0, 5.0))],
    *[("minimum", x, min(x)) for x in ((1.0, 2.0), (2.0, 1.0), (-3.0, -4.0), (INF, 1.0), (1.0, -INF), (5.0, 5.0))],
    *[("divide", (x, NAN), NAN) for x in (0.0, 1.0, INF)],
    *[("divide", (x, 4.0), x / 4.0) for x in (0.0, 1.0, -8.0, INF, -INF)],
    *[("sin", (x,), x) for x in (0.0, 1e-9, -1e-300)],
    *[("cos", (x,), 1.0) for x in (0.0, 1e-9, -1e-300)],
    *[(name, (x,), NAN) for name in ("sin", "cos") for x in (INF, -INF)],
]


@pytest.mark.parametrize("kind", KINDS)
def test_special_values(kind):
    wrong = []
    for name, arguments, value in SPECIAL:
        found = float(apply(kind, name, *([x] for x in arguments))[0])
        if not (found == value or (math.isnan(found) and math.isnan(value))):
            wrong.append((name, arguments, found, value))
    assert wrong == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_divided_by_is_noticed(kind):
    """Plain division keeps to IEEE; the estimate gives NaN for 0 and infinity, never a number that looks sound."""
    by_zero, by_infinity = apply(kind, "divide", [1.0, 3.0], [0.0, INF])
    inverse_of_zero, inverse_of_infinity = apply(kind, "reciprocal", [0.0, INF])
    if kind[1]:
        assert np.isnan([by_zero, by_infinity, inverse_of_zero, inverse_of_infinity]).all()
    else:
        assert np.isinf([by_zero, inverse_of_zero]).all()
        assert [by_infinity, inverse_of_infinity] == [0.0, 0.0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_lane_knows_nothing_of_its_neighbours(kind):
    """NaN, infinity and roots of negatives beside it change no bit of a value."""
    width = kind[0]
    for name in (*ONE, *TWO):
        count = 2 if name in TWO else 1
        good = [random.uniform(0.5, 3.0, width) for _ in range(count)]
        alone = apply(kind, name, *good)
        for bad in (NAN, INF, -INF, 0.0, -1.0):
            for lane in range(width):
                beside = [x.copy() for x in good]
                for x in beside:
                    x[lane] = bad
                same = np.arange(width) != lane
                assert np.array_equal(apply(kind, name, *beside)[same], alone[same]), name
