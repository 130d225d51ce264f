"""What a step does that no model changes: sums of stages, the error, the next step; as LLVM assembly.

Sums run over all states in blocks of eight doubles (eight people and one state, or one person and eight states).
"""

from __future__ import annotations

from collections.abc import Callable

from neurokyn.compiler.layout import Layout, Sizes, padded
from neurokyn.compiler.method import Method
from neurokyn.compiler.vector import Vectors

BLOCK = 8


MXCSR, TO_ZERO = "llvm.x86.sse", 0x8040  # bits of the control word: results and operands too small count as 0


def flush_functions(place: int, *, available: bool) -> list[str]:
    """`enter` makes numbers below 1e-308 count as 0 for this thread, and `leave` undoes it.

    Arithmetic on such numbers is a hundred times slower.

    Parameters
    ----------
    place : int
        Where the thread's former mode is kept, in doubles.
    available : bool
        Whether the processor has that mode where we know of it; both do nothing if not.
    """
    if not available:
        return [f"define void @{name}(ptr %ws) {{\n  ret void\n}}" for name in ("enter", "leave")]
    kept = f"  %kept = getelementptr inbounds double, ptr %ws, i64 {place}"
    return [
        f"declare void @{MXCSR}.ldmxcsr(ptr)",
        f"declare void @{MXCSR}.stmxcsr(ptr)",
        "define void @enter(ptr %ws) {",
        kept,
        f"  call void @{MXCSR}.stmxcsr(ptr %kept)",
        "  %old = load i32, ptr %kept",
        f"  %new = or i32 %old, {TO_ZERO}",
        "  %here = alloca i32",
        "  store i32 %new, ptr %here",
        f"  call void @{MXCSR}.ldmxcsr(ptr %here)",
        "  ret void\n}",
        "define void @leave(ptr %ws) {",
        kept,
        f"  call void @{MXCSR}.ldmxcsr(ptr %kept)",
        "  ret void\n}",
    ]


class StepWriter:
    """Writes the kernels of a method for a layout.

    Parameters
    ----------
    sizes, place
        Of the workspace.
    method : Method
        The Rosenbrock method and the choice of its steps.
    fast_reciprocal : bool
        Whether the processor estimates 1/x.
    """

    def __init__(self, sizes: Sizes, place: Layout, method: Method, *, fast_reciprocal: bool) -> None:
        self.sizes, self.place, self.method = sizes, place, method
        self.width, self.fast_reciprocal = sizes.width, fast_reciprocal
        self.wide = max(BLOCK, self.width)
        per_block = self.wide // self.width
        self.blocks = -(-sizes.states // per_block)
        self.stride = padded(sizes.states, self.width)
        self.declared: dict[str, None] = {}
        self.operations: dict[str, int] = {}

    def functions(self) -> list[str]:
        """All kernels, with `step` calling them in order."""
        stages = range(1, self.sizes.stages)
        texts = [self._combine(s) for s in stages] + [self._measure(), self._control(), self._advance()]
        return [*texts, self._step()]

    def _step(self) -> str:
        """One step of all lanes, up to what the next one should be."""
        calls = ["linearise", "factor"]
        lines = [f"  call void @{name}(ptr %ws, ptr poison)" for name in calls]
        for s in range(self.sizes.stages):
            place = (self.place.stages + s * self.stride) * self.width
            lines.append(f"  %k{s} = getelementptr inbounds double, ptr %ws, i64 {place}")
            if s > 0:
                lines.append(f"  call void @combine_{s}(ptr %ws)")
            name = "stage" if s > 0 else "first_stage"
            lines.append(f"  call void @{name}(ptr %ws, ptr %k{s})")
        lines += [f"  call void @{name}(ptr %ws)" for name in ("measure", "control")]
        return "\n".join(["define void @step(ptr %ws) {", *lines, "  ret void", "}"])

    def _lanes(self) -> Vectors:
        return Vectors(self.width, fast_reciprocal=self.fast_reciprocal)

    def _repeated(self, out: Vectors, lanes: str) -> str:
        """A value of one slot, repeated to fill a block."""
        if self.width == self.wide:
            return lanes
        if self.width == 1:
            single = out.assign(f"insertelement {out.type} poison, double {lanes}, i32 0")
            return out.assign(
                f"shufflevector {out.type} {single}, {out.type} poison, <{self.wide} x i32> zeroinitializer"
            )
        narrow = f"<{self.width} x double>"
        mask = ", ".join(f"i32 {k % self.width}" for k in range(self.wide))
        return out.assign(f"shufflevector {narrow} {lanes}, {narrow} poison, <{self.wide} x i32> <{mask}>")

    def _slot(self, out: Vectors, slot: int) -> str:
        """One slot of lanes, repeated to fill a block."""
        lanes = self._lanes()
        address = out.assign(f"getelementptr inbounds double, ptr %ws, i64 {slot * self.width}")
        value = out.assign(f"load {lanes.type}, ptr {address}, align {8 * self.width}")
        return self._repeated(out, value)

    def _loop(
        self,
        name: str,
        before: Callable[[Vectors], list[str]],
        body: Callable[[Vectors, list[str]], str | None],
        after: Callable[[Vectors], None] | None = None,
    ) -> str:
        """A kernel that runs over all states; `body` may return what is to be summed, in %total."""
        out = Vectors(self.wide, fast_reciprocal=self.fast_reciprocal)
        fixed = before(out)
        head, out.lines = out.lines, []
        total = body(out, fixed)
        inner, out.lines = out.lines, []
        self.operations[name] = out.operations * self.blocks * self.wide // self.width
        sums = []
        if total is not None:
            inner.append(f"  %total.next = fadd {out.type} %total, {total}")
            sums = [f"  %total = phi {out.type} [ zeroinitializer, %entry ], [ %total.next, %loop ]"]
        if after is not None:
            after(out)
        self.declared |= out.declared
        return "\n".join(
            [
                f"define void @{name}(ptr noalias %ws) {{",
                "entry:",
                *head,
                "  br label %loop",
                "loop:",
                "  %at = phi i64 [ 0, %entry ], [ %at.next, %loop ]",
                *sums,
                *inner,
                f"  %at.next = add i64 %at, {self.wide}",
                f"  %more = icmp ult i64 %at.next, {self.blocks * self.wide}",
                "  br i1 %more, label %loop, label %done",
                "done:",
                *out.lines,
                "  ret void",
                "}",
            ]
        )

    def _block(self, out: Vectors, slot: int) -> str:
        base = out.assign(f"getelementptr inbounds double, ptr %ws, i64 {slot * self.width}")
        return out.assign(f"getelementptr inbounds double, ptr {base}, i64 %at")

    def _load(self, out: Vectors, slot: int) -> str:
        return out.assign(f"load {out.type}, ptr {self._block(out, slot)}, align 64")

    def _store(self, out: Vectors, value: str, slot: int) -> None:
        out.lines.append(f"  store {out.type} {value}, ptr {self._block(out, slot)}, align 64")

    def _combine(self, s: int) -> str:
        """The trial point of stage s, its time, and where its solution will be what earlier stages add to the right."""
        a, c, place = self.method.a, self.method.c, self.place
        goes_on = s > 1 and a[s, s - 1] == 1.0 and all(a[s, j] == a[s - 1, j] for j in range(s - 1))

        def before(out: Vectors) -> list[str]:
            h = self._slot(out, place.step)
            inverse = out.reciprocal(h)
            time = out.fused(h, out.constant(float(self.method.nodes[s])), self._slot(out, place.time))
            weight = out.multiply(h, out.constant(float(self.method.d[s])))
            for value, slot in ((time, place.stage_time), (weight, place.time_weight)):
                self._store_lanes(out, value, slot)
            return [inverse]

        def body(out: Vectors, fixed: list[str]) -> None:
            stages = [self._load(out, place.stages + j * self.stride) for j in range(s)]
            if goes_on:
                trial = out.add(self._load(out, place.trial), stages[-1])
            else:
                trial = self._load(out, place.state)
                for j in range(s):
                    if a[s, j] != 0:
                        trial = out.fused(out.constant(float(a[s, j])), stages[j], trial)
            self._store(out, trial, place.trial)
            coupling = out.multiply(out.constant(float(c[s, 0])), stages[0])
            for j in range(1, s):
                coupling = out.fused(out.constant(float(c[s, j])), stages[j], coupling)
            self._store(out, out.multiply(coupling, fixed[0]), place.stages + s * self.stride)

        return self._loop(f"combine_{s}", before, body)

    def _store_lanes(self, out: Vectors, value: str, slot: int) -> None:
        """The first slot's worth of a block into one slot."""
        lanes = self._lanes()
        if self.width == 1:
            value = out.assign(f"extractelement {out.type} {value}, i32 0")
        elif self.width < self.wide:
            mask = ", ".join(f"i32 {k}" for k in range(self.width))
            value = out.assign(f"shufflevector {out.type} {value}, {out.type} poison, <{self.width} x i32> <{mask}>")
        address = out.assign(f"getelementptr inbounds double, ptr %ws, i64 {slot * self.width}")
        out.lines.append(f"  store {lanes.type} {value}, ptr {address}, align {8 * self.width}")

    def _measure(self) -> str:
        """The new state, and the squares of its scaled error summed over states."""
        place = self.place

        def before(out: Vectors) -> list[str]:
            return [self._slot(out, place.rtol)]

        def body(out: Vectors, fixed: list[str]) -> str:
            last = self._load(out, place.stages + (self.sizes.stages - 1) * self.stride)
            new = out.add(self._load(out, place.trial), last)
            self._store(out, new, place.new)
            old, size = out.absolute(self._load(out, place.state)), out.absolute(new)
            size = out.choose(out.compare("ogt", old, size), old, size)
            scale = out.fused(fixed[0], size, self._load(out, place.atol))
            part = out.divide(last, scale)
            return out.multiply(part, part)

        def after(out: Vectors) -> None:
            total = "%total.next"
            share = self.wide
            while share > self.width:  # fold the block onto one slot
                share //= 2
                mask = ", ".join(f"i32 {k ^ share}" for k in range(self.wide))
                other = out.assign(f"shufflevector {out.type} {total}, {out.type} poison, <{self.wide} x i32> <{mask}>")
                total = out.add(total, other)
            self._store_lanes(out, total, place.error)

        return self._loop("measure", before, body, after)

    def _control(self) -> str:
        """The error's root mean square, whether it is small enough, and what the step should be multiplied by."""
        out, place, method = self._lanes(), self.place, self.method
        square = out.load("%ws", place.error)
        error = out.sqrt(out.multiply(square, out.constant(1.0 / self.sizes.states)))
        out.store(error, "%ws", place.error)
        accepted = out.compare("ole", error, out.constant(1.0))
        out.store(out.choose(accepted, out.constant(1.0), out.constant(0.0)), "%ws", place.accepted)
        order = method.order
        safety, small = out.constant(method.safety), out.constant(method.smallest_error)
        floor = out.choose(out.compare("ogt", error, small), error, small)
        log = out.log(floor)
        last = out.log(out.load("%ws", place.last_error))
        exponent = out.multiply(log, out.constant(-method.proportional / order))
        exponent = out.fused(last, out.constant(method.integral / order), exponent)
        out.store(out.multiply(safety, out.exp(exponent)), "%ws", place.growth)
        plain = out.multiply(safety, out.exp(out.multiply(log, out.constant(-1.0 / order))))
        out.store(plain, "%ws", place.first_growth)
        hard = out.constant(method.hard_shrink)
        out.store(out.choose(out.compare("ogt", plain, hard), plain, hard), "%ws", place.reduction)
        self.declared |= out.declared
        self.operations["control"] = out.operations
        return "\n".join(["define void @control(ptr noalias %ws) {", *out.lines, "  ret void", "}"])

    def _advance(self) -> str:
        """The new state where the step was accepted."""
        place = self.place

        def before(out: Vectors) -> list[str]:
            return [out.compare("ogt", self._slot(out, place.accepted), out.constant(0.5))]

        def body(out: Vectors, fixed: list[str]) -> None:
            value = out.choose(fixed[0], self._load(out, place.new), self._load(out, place.state))
            self._store(out, value, place.state)

        return self._loop("advance", before, body)
