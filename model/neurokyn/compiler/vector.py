"""Straight-line arithmetic on lanes of doubles, written as LLVM assembly.

One lane per person: a value of width 8 holds one number of eight people. Divisions, exp, log, power, sin and cos are
written out in multiplications and additions, so that they run in lanes on any processor; each is good to about one unit
in the last place (tests/reference/test_vector_math.py).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

FLAGS = "contract nsz"  # a·b + c in one rounding; never reassociated, NaN and infinity are kept
LOG2 = (6.93147180369123816490e-01, 1.90821492927058770002e-10)  # ln 2 in two parts, the first with trailing zeros
HALF_PI = (1.57079632673412561417e00, 6.07710050650619224932e-11)  # π/2 in two parts
ROUND = 6755399441055744.0  # 1.5·2⁵²: adding it rounds to a whole number, found in the low bits
BIAS, EXPONENT = 1023, 52  # of an IEEE double
SQRT_HALF = 0x3FE6A09E667F3BCD  # bits of √½
EXP_LIMITS = (-709.09, 709.79)  # where the result is surely 0 and surely infinite


def bits(value: float) -> str:
    """A double as LLVM writes it exactly."""
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"


class Vectors:
    """Writes instructions on values of one width into the body of a function.

    Parameters
    ----------
    width : int
        Lanes of a value; 1 for plain doubles.
    fast_reciprocal : bool
        Whether the processor has the AVX-512 estimate of 1/x.
    """

    def __init__(self, width: int, *, fast_reciprocal: bool = False) -> None:
        self.width = width
        self.type = "double" if width == 1 else f"<{width} x double>"
        self.whole = "i64" if width == 1 else f"<{width} x i64>"
        self.truth = "i1" if width == 1 else f"<{width} x i1>"
        self.estimates = fast_reciprocal  # eight at a time, so other widths do without
        self.fast_reciprocal = fast_reciprocal and width == 8
        self.lines: list[str] = []
        self.declared: dict[str, None] = {}
        self.operations = 0  # floating-point operations of one lane, a fused one counted as two
        self.letter = "v"
        self._count = 0
        self._inverse: dict[str, str] = {}
        self._logs: dict[str, tuple[str, str]] = {}

    def assign(self, text: str, operations: int = 0) -> str:
        """A new value: the name of an instruction's result."""
        self._count += 1
        self.operations += operations
        name = f"%{self.letter}{self._count}"
        self.lines.append(f"  {name} = {text}")
        return name

    def grouped(self, width: int) -> Vectors:
        """Vectors of another width that write into the same body."""
        other = Vectors(width, fast_reciprocal=self.estimates)
        other.lines, other.declared, other.letter = self.lines, self.declared, "g"
        return other

    def gather(self, values: Sequence[str]) -> str:
        """Plain doubles side by side; the last again where there are too few."""
        result = "poison"
        for lane in range(self.width):
            value = values[min(lane, len(values) - 1)]
            result = self.assign(f"insertelement {self.type} {result}, double {value}, i32 {lane}")
        return result

    def lane(self, value: str, number: int) -> str:
        """One lane of a value as a plain double."""
        return self.assign(f"extractelement {self.type} {value}, i32 {number}")

    def constant(self, value: float) -> str:
        """The same number in every lane."""
        return self._splat("double", bits(value))

    def integer(self, value: int) -> str:
        """The same whole number in every lane."""
        return self._splat("i64", str(value))

    def _splat(self, kind: str, text: str) -> str:
        return text if self.width == 1 else "<" + ", ".join([f"{kind} {text}"] * self.width) + ">"

    def address(self, base: str, slot: int) -> str:
        """Where a slot of lanes lies."""
        return self.assign(f"getelementptr inbounds double, ptr {base}, i64 {slot * self.width}")

    def load(self, base: str, slot: int) -> str:
        """A slot of lanes from memory."""
        return self.assign(f"load {self.type}, ptr {self.address(base, slot)}, align {8 * self.width}")

    def store(self, value: str, base: str, slot: int) -> None:
        """A slot of lanes into memory."""
        self.lines.append(f"  store {self.type} {value}, ptr {self.address(base, slot)}, align {8 * self.width}")

    def broadcast(self, base: str, position: int) -> str:
        """One double of memory in every lane."""
        one = self.assign(f"getelementptr inbounds double, ptr {base}, i64 {position}")
        value = self.assign(f"load double, ptr {one}, align 8")
        if self.width == 1:
            return value
        single = self.assign(f"insertelement {self.type} poison, double {value}, i32 0")
        return self.assign(
            f"shufflevector {self.type} {single}, {self.type} poison, <{self.width} x i32> zeroinitializer"
        )

    def add(self, a: str, b: str) -> str:
        """a + b."""
        return self.assign(f"fadd {FLAGS} {self.type} {a}, {b}", 1)

    def subtract(self, a: str, b: str) -> str:
        """a - b."""
        return self.assign(f"fsub {FLAGS} {self.type} {a}, {b}", 1)

    def multiply(self, a: str, b: str) -> str:
        """a · b."""
        return self.assign(f"fmul {FLAGS} {self.type} {a}, {b}", 1)

    def negate(self, a: str) -> str:
        """-a."""
        return self.assign(f"fneg {self.type} {a}")

    def fused(self, a: str, b: str, c: str) -> str:
        """a · b + c with one rounding."""
        return self._call("fma", a, b, c, operations=2)

    def sqrt(self, a: str) -> str:
        """Square root."""
        return self._call("sqrt", a, operations=1)

    def absolute(self, a: str) -> str:
        """|a|."""
        return self._call("fabs", a)

    def _call(self, name: str, *arguments: str, operations: int = 0) -> str:
        kind = "f64" if self.width == 1 else f"v{self.width}f64"
        types = ", ".join([self.type] * len(arguments))
        self.declared[f"declare {self.type} @llvm.{name}.{kind}({types})"] = None
        given = ", ".join(f"{self.type} {a}" for a in arguments)
        return self.assign(f"call {self.type} @llvm.{name}.{kind}({given})", operations)

    def compare(self, relation: str, a: str, b: str) -> str:
        """A truth value per lane; `relation` as LLVM writes it ("ogt": greater, false for NaN)."""
        return self.assign(f"fcmp {relation} {self.type} {a}, {b}")

    def choose(self, truth: str, yes: str, no: str) -> str:
        """`yes` where the truth value holds, else `no`."""
        return self.assign(f"select {self.truth} {truth}, {self.type} {yes}, {self.type} {no}")

    def both(self, a: str, b: str) -> str:
        """Whether both truth values hold."""
        return self.assign(f"and {self.truth} {a}, {b}")

    def maximum(self, a: str, b: str) -> str:
        """The larger; a NaN in the first operand stays."""
        return self.choose(self.compare("ole", a, b), b, a)

    def minimum(self, a: str, b: str) -> str:
        """The smaller; a NaN in the first operand stays."""
        return self.choose(self.compare("oge", a, b), b, a)

    def reciprocal(self, a: str) -> str:
        """1 / a, computed once for each a.

        The estimate of AVX-512 has 14 bits; two Newton steps bring 53. It gives NaN for 0 and infinity.
        """
        if a not in self._inverse:
            if self.fast_reciprocal:
                name, kind = "llvm.x86.avx512.rcp14.pd.512", self.type
                self.declared[f"declare {kind} @{name}({kind}, {kind}, i8)"] = None
                x = self.assign(f"call {kind} @{name}({kind} {a}, {kind} zeroinitializer, i8 -1)")
                minus, one = self.negate(a), self.constant(1.0)
                for _ in range(2):
                    x = self.fused(self.fused(minus, x, one), x, x)
                self._inverse[a] = x
            else:
                self._inverse[a] = self.assign(f"fdiv {FLAGS} {self.type} {self.constant(1.0)}, {a}", 1)
        return self._inverse[a]

    def divide(self, a: str, b: str) -> str:
        """a / b."""
        return self.multiply(a, self.reciprocal(b))

    def polynomial(self, x: str, coefficients: Sequence[float]) -> str:
        """Horner's rule, the highest power first."""
        result = self.constant(coefficients[0])
        for each in coefficients[1:]:
            result = self.fused(result, x, self.constant(each))
        return result

    def _to_bits(self, a: str) -> str:
        return self.assign(f"bitcast {self.type} {a} to {self.whole}")

    def _from_bits(self, a: str) -> str:
        return self.assign(f"bitcast {self.whole} {a} to {self.type}")

    def _whole(self, operation: str, a: str, b: str) -> str:
        return self.assign(f"{operation} {self.whole} {a}, {b}")

    def _nearest(self, x: str, factor: float) -> tuple[str, str]:
        """The whole number (below 2⁵¹) nearest to x · factor, and bits whose low part is that number."""
        moved = self.fused(x, self.constant(factor), self.constant(ROUND))
        return self._exact(f"fsub {self.type} {moved}, {self.constant(ROUND)}"), self._to_bits(moved)

    def _exact(self, text: str) -> str:
        """An operation whose rounding matters, without any licence to the compiler."""
        return self.assign(text, 1)

    def exp(self, x: str, tail: str | None = None) -> str:
        """e to the power x (+ tail, a small correction); 0 below -708.

        exp(n ln 2 + r) = 2ⁿ exp(r) with |r| below 0.35, where the series to r¹³ is exact. The limits give n = -1023
        and 1024, whose powers of two are 0 and infinity.
        """
        x = self.choose(self.compare("ogt", x, self.constant(EXP_LIMITS[1])), self.constant(EXP_LIMITS[1]), x)
        x = self.choose(self.compare("olt", x, self.constant(EXP_LIMITS[0])), self.constant(EXP_LIMITS[0]), x)
        n, low = self._nearest(x, 1 / math.log(2))
        r = self.fused(n, self.constant(-LOG2[0]), x)
        r = self.fused(n, self.constant(-LOG2[1]), r)
        if tail is not None:
            r = self.add(r, tail)
        series = self.polynomial(r, [1 / math.factorial(k) for k in range(13, -1, -1)])
        power = self._from_bits(self._whole("shl", self._whole("add", low, self.integer(BIAS)), self.integer(EXPONENT)))
        return self.multiply(series, power)

    def _log_parts(self, x: str) -> tuple[str, str]:
        """The logarithm of a positive number as a sum of a large and a small part.

        x = 2ᵏ(1 + f) with 1 + f between √½ and √2, and with s = f/(2 + f)
        log(1 + f) = f - f²/2 + s (f²/2 + 2 s²/3 + 2 s⁴/5 + …).
        """
        if x not in self._logs:
            whole = self._to_bits(x)
            k = self._whole("ashr", self._whole("sub", whole, self.integer(SQRT_HALF)), self.integer(EXPONENT))
            m = self._from_bits(self._whole("sub", whole, self._whole("shl", k, self.integer(EXPONENT))))
            moved = self._from_bits(self._whole("add", k, self.integer(int(bits(ROUND), 16))))
            number = self._exact(f"fsub {self.type} {moved}, {self.constant(ROUND)}")
            f = self._exact(f"fsub {self.type} {m}, {self.constant(1.0)}")
            s = self.divide(f, self.add(f, self.constant(2.0)))
            s2 = self.multiply(s, s)
            series = self.multiply(s2, self.polynomial(s2, [2 / (2 * j + 1) for j in range(9, 0, -1)]))
            half = self.multiply(f, self.constant(0.5))
            square = self._exact(f"fmul {self.type} {half}, {f}")
            lost = self.fused(half, f, self.negate(square))  # what rounding took from f²/2
            main = self._exact(f"fsub {self.type} {f}, {square}")
            small = self._exact(f"fsub {self.type} {self._exact(f'fsub {self.type} {f}, {main}')}, {square}")
            small = self.fused(s, self.add(square, series), self.subtract(small, lost))
            base = self._exact(f"fmul {self.type} {number}, {self.constant(LOG2[0])}")
            total = self._exact(f"fadd {self.type} {base}, {main}")
            back = self._exact(f"fsub {self.type} {total}, {base}")
            small = self.add(small, self._exact(f"fsub {self.type} {main}, {back}"))
            small = self.fused(number, self.constant(LOG2[1]), small)
            large = self._exact(f"fadd {self.type} {total}, {small}")  # what is left is below half a unit of it
            back = self._exact(f"fsub {self.type} {large}, {total}")
            self._logs[x] = (large, self._exact(f"fsub {self.type} {small}, {back}"))
        return self._logs[x]

    def log(self, x: str) -> str:
        """Natural logarithm: NaN below 0, -∞ at 0."""
        value, _ = self._log_parts(x)
        value = self.choose(self.compare("oeq", x, self.constant(math.inf)), x, value)
        value = self.choose(self.compare("oeq", x, self.constant(0.0)), self.constant(-math.inf), value)
        return self.choose(self.compare("oge", x, self.constant(0.0)), value, self.constant(math.nan))

    def power(self, x: str, y: str) -> str:
        """x to the power y for x from 0: NaN below 0; 0 to a positive power is 0, to the power 0 it is 1."""
        large, small = self._log_parts(x)
        product = self._exact(f"fmul {self.type} {y}, {large}")
        tail = self.fused(y, large, self.negate(product))
        value = self.exp(product, self.fused(y, small, tail))
        value = self.choose(self.compare("ogt", x, self.constant(0.0)), value, self.constant(math.nan))
        at_zero = self.choose(
            self.compare("olt", y, self.constant(0.0)), self.constant(math.inf), self.add(y, self.constant(1.0))
        )
        at_zero = self.choose(self.compare("ogt", y, self.constant(0.0)), self.constant(0.0), at_zero)
        return self.choose(self.compare("oeq", x, self.constant(0.0)), at_zero, value)

    def integer_power(self, x: str, exponent: int) -> str:
        """x to a whole power, by repeated squares."""
        if exponent < 0:
            return self.reciprocal(self.integer_power(x, -exponent))
        if exponent == 1:
            return x
        half = self.integer_power(x, exponent // 2)
        square = self.multiply(half, half)
        return self.multiply(square, x) if exponent % 2 else square

    def cos(self, x: str) -> str:
        """Cosine of an angle below 10⁶."""
        return self._circular(x, 1)

    def sin(self, x: str) -> str:
        """Sine of an angle below 10⁶."""
        return self._circular(x, 0)

    def _circular(self, x: str, shift: int) -> str:
        """Sine of x + shift·π/2: the angle less whole quarters of a turn, then one of two series."""
        n, low = self._nearest(x, 2 / math.pi)
        r = self.fused(n, self.constant(-HALF_PI[0]), x)
        r = self.fused(n, self.constant(-HALF_PI[1]), r)
        r2 = self.multiply(r, r)
        sine = self.polynomial(r2, [(-1) ** k / math.factorial(2 * k + 1) for k in range(8, 0, -1)])
        sine = self.fused(self.multiply(sine, r2), r, r)
        cosine = self.polynomial(r2, [(-1) ** k / math.factorial(2 * k) for k in range(8, -1, -1)])
        quarter = self._whole("add", low, self.integer(shift))
        odd = self._bit(quarter, 1)
        value = self.choose(odd, cosine, sine)
        return self.choose(self._bit(quarter, 2), self.negate(value), value)

    def _bit(self, whole: str, mask: int) -> str:
        found = self._whole("and", whole, self.integer(mask))
        return self.assign(f"icmp ne {self.whole} {found}, {self.integer(0)}")
