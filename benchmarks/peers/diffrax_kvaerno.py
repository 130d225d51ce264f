"""Diffrax's Kvaerno5, a stiff ESDIRK method of order 5 in JAX, with dy/dt written out from our expression graph.

All of a segment runs in one compiled function, the same for all: what is read out inside is padded with the segment's
end to one length. JAX differentiates dy/dt itself, which costs no more here than our Jacobian does; the matrix
is dense.

Two settings are not the default. The step follows the last two errors with the first pair of coefficients that
Diffrax suggests for mildly stiff systems, and ends at every output, because its interpolation there is of a lower order
than the method; each makes it faster at a given error.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np
from neurokyn.language.expression import Expression, walk
from neurokyn.language.module import TIME

from benchmarks.contender import Contender, Run, one_by_one
from benchmarks.peers.segments import Advance, Segment, by_segments, segments
from benchmarks.work import Person, Work

if TYPE_CHECKING:
    from jax import Array

MOST_STEPS = 100_000  # in a segment
SEGMENTS = 60
PROPORTIONAL, INTEGRAL = 0.4, 0.3
ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"  # one that waits spends processor time


def setup(work: Work) -> Run:
    """Write dy/dt out for JAX, in doubles; it is compiled in the first segment that is run."""
    os.environ.setdefault("XLA_FLAGS", ONE_THREAD)
    import jax

    jax.config.update("jax_enable_x64", True)  # both for this process
    jax.config.update("jax_platforms", "cpu")
    solve, most = _solver(work), max(len(segment.times) for segment in segments(work)) - 2

    def begin(person: Person, rtol: float) -> Advance:
        def advance(segment: Segment, y: np.ndarray) -> np.ndarray:
            first, *inside, last = segment.times
            when = np.array([*inside, *[last] * (most - len(inside))])
            states, good = solve(first, when, last, y, person.constants, segment.drives, rtol)
            if not good:
                raise ArithmeticError(f"Kvaerno5 gave up between {first:g} h and {last:g} h")
            states = np.asarray(states)
            return np.concatenate([y[None], states[: len(inside)], states[-1:]])

        return advance

    return one_by_one(by_segments(work, begin))


def _solver(work: Work) -> Callable[..., tuple[Array, Array]]:
    """From a segment's start, outputs, end, state, constants, drives and rtol to states there and whether it worked."""
    import diffrax
    import jax

    term, sizes = diffrax.ODETerm(slopes(work)), work.sizes

    @jax.jit
    def solve(
        first: Array, when: Array, last: Array, y: Array, constants: Array, drives: Array, rtol: Array
    ) -> tuple[Array, Array]:
        by_error = diffrax.PIDController(rtol=rtol, atol=rtol * sizes, pcoeff=PROPORTIONAL, icoeff=INTEGRAL)
        solution = diffrax.diffeqsolve(
            term, diffrax.Kvaerno5(), first, last, None, y, (constants, drives),
            saveat=diffrax.SaveAt(ts=when, t1=True),
            stepsize_controller=diffrax.ClipStepSizeController(by_error, step_ts=when),
            adjoint=diffrax.ForwardMode(), max_steps=MOST_STEPS, throw=False,
        )  # fmt: skip
        return solution.ys, solution.result == diffrax.RESULTS.successful

    return solve


def slopes(work: Work) -> Callable[[Array, Array, tuple[Array, Array]], Array]:
    """dy/dt at a time and states, from (constants, drives): each node of the graph once, as JAX traces it."""
    import jax.numpy as jnp

    graph, system = work.body.kernels.graph, work.body.system
    states, drives = [each.symbol for each in system.states], [each.symbol for each in system.drives]
    steps = _between(graph.derivatives, {*states, *drives, *graph.constants, TIME})

    def rhs(t: Array, y: Array, given: tuple[Array, Array]) -> Array:
        value: dict[Expression, Array | float] = {TIME: t}
        for nodes, numbers in zip((graph.constants, drives, states), (*given, y), strict=True):
            value |= {node: numbers[k] for k, node in enumerate(nodes)}
        for node in steps:
            if node.operation == "constant":
                value[node] = _number(node)
            else:
                operation = jnp.negative if node.operation == "negate" else getattr(jnp, node.operation)
                value[node] = operation(*(value[x] for x in node.arguments))
        return jnp.stack([jnp.asarray(value[node], dtype=float) for node in graph.derivatives])

    return rhs


def _between(roots: Sequence[Expression], leaves: Collection[Expression]) -> list[Expression]:
    """The roots and what they are made of down to the leaves, operands first."""
    needed, stack = set[Expression](), list(roots)
    while stack:
        node = stack.pop()
        if node not in needed and node not in leaves:
            needed.add(node)
            stack.extend(node.arguments)
    return [node for node in walk(*roots) if node in needed]


def _number(node: Expression) -> float:
    """A whole number as one, since JAX multiplies out whole powers."""
    number = float(node.value)
    return int(number) if number.is_integer() else number


PEER = Contender(
    "diffrax Kvaerno5",
    ("diffrax", "jax"),
    setup,
    "ESDIRK of order 5 in JAX, compiled; our dy/dt as JAX operations, dense Jacobian by its own differentiation; steps "
    "by a PI controller, ending at outputs; restarted at every boundary; a tolerance for each state",
    segments=SEGMENTS,
)
