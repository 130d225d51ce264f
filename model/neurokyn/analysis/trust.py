"""How much of an answer rests on which evidence.

Every number is moved by one standard deviation of its uncertainty, one at a time, and the answer's
square of the shift is its share of the variance: a first-order budget, good for saying where the
uncertainty comes from, not how large it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from neurokyn.compiler.parameters import Parameter, Table
from neurokyn.language.module import RHYTHMS
from neurokyn.scenario.model import standard_model
from neurokyn.scenario.prepare import Prepared, prepare
from neurokyn.scenario.reading import read_scenario
from neurokyn.scenario.scenario import Scenario
from neurokyn.scenario.simulate import person
from neurokyn.scenario.solve import chosen, follow, timeline
from neurokyn.scenario.steady import steady_state
from neurokyn.solver.problem import Timeline

WITHIN = 1.959963984540054  # standard deviations of a 95 % interval
MEASURED = 0.1  # relative standard deviation of a number with neither bounds nor interval
SHOWN = 0.005  # smallest share that is worth a word
NOTHING = 0.01  # of the level at rest: a smaller change is none
LOOSE = 1e-4  # relative tolerance: enough for a budget


@dataclass(frozen=True)
class Share:
    """A number's part in the variance of an answer, and by how much it shifts the answer."""

    name: str
    evidence: str
    share: float
    shift: float


@dataclass(frozen=True)
class Budget:
    """What one arm's answer rests on.

    `change` is the answer: how far the read-out is from its start at the end. `shares` are in
    falling order; `by_evidence` sums them.
    """

    arm: str
    read_out: str
    change: float
    shares: tuple[Share, ...]

    @property
    def by_evidence(self) -> dict[str, float]:
        """Share of each evidence grade, in falling order."""
        found: dict[str, float] = {}
        for s in self.shares:
            found[s.evidence] = found.get(s.evidence, 0.0) + s.share
        return dict(sorted(found.items(), key=lambda item: -item[1]))


def describe(budgets: Sequence[Budget], top: int = 6) -> str:
    """What the answers rest on, by arm: shares by evidence, and the numbers that matter most.

    Parameters
    ----------
    budgets : sequence of Budget
        From `trust`.
    top : int
        How many numbers to name.

    Returns
    -------
    str
        Text.
    """
    lines = []
    for b in budgets:
        grades = ", ".join(f"{share:.0%} {grade}" for grade, share in b.by_evidence.items() if share >= SHOWN)
        lines += [f"{b.arm or 'the answer'}: {b.read_out} changes by {b.change:.3g}; its uncertainty is {grades}"]
        lines += [f"  {s.share:>4.0%}  {s.name} ({s.evidence}), {s.shift:+.2g}" for s in b.shares[:top]]
    return "\n".join(lines)


def trust(
    scenario: Scenario | str | Path,
    read_out: str = "mood.depression",
    *,
    say: Callable[[str], None] = lambda _: None,
) -> list[Budget]:
    """What the change of a read-out rests on, arm by arm.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A scenario, the name of a ready-made one, or a TOML file.
    read_out : str
        The read-out whose change from start to end is looked at.
    say : callable
        Receives a line of progress now and then.

    Returns
    -------
    list of Budget
        One for each arm in which the read-out changes.

    Raises
    ------
    ScenarioError
        If there is no such read-out; names the nearest.
    """
    plan = scenario if isinstance(scenario, Scenario) else read_scenario(scenario)
    chosen(standard_model(), [read_out])
    rhythms = standard_model().drive_names.index(str(RHYTHMS.value))
    found = []
    for arm in plan.arm_names or (None,):
        say(f"what {arm or 'the answer'} rests on")
        table = person(plan, arm, {})
        body = prepare(standard_model(), table)
        events = timeline(body, plan.schedule(arm), plan.hours, plan.context.clock)
        events.drives[:, rhythms] = 0.0  # as at rest, so that nothing but the arm moves the answer
        change = _answer(body, events, read_out)
        if abs(change) > NOTHING * abs(body.read_outs(steady_state(body), body.rests)[read_out]):
            found.append(_budget(arm or "", table, events, read_out, change))
    return found


def _answer(body: Prepared, events: Timeline, read_out: str) -> float:
    """Change from the fixed point to the mean of the last day."""
    names = [r.name for r in body.system.read_outs]
    end = float(events.starts[-1])
    times = np.array([0.0, *np.linspace(max(end - 24.0, 0.0), end, 9)])
    start = steady_state(body)
    course = follow(body, start, events, times, rtol=LOOSE)
    at = names.index(read_out)
    rest = body.read_outs(start, body.rests)[read_out]
    return float(course.values[1:, at].mean()) - rest


def _budget(arm: str, table: Table, events: Timeline, read_out: str, change: float) -> Budget:
    def shift(name: str) -> float:
        moved = moved_value(table[name])
        if moved is None:
            return 0.0
        body = prepare(standard_model(), table.with_values({name: moved}))
        return _answer(body, events, read_out) - change

    names = [name for name in standard_model().parameter_units if table[name].evidence != "convention"]
    with ThreadPoolExecutor() as pool:
        shifts = list(pool.map(shift, names))
    total = sum(x * x for x in shifts) or 1.0
    shares = [Share(n, table[n].evidence, x * x / total, x) for n, x in zip(names, shifts, strict=True)]
    return Budget(arm, read_out, change, tuple(sorted(shares, key=lambda s: -s.share)))


def moved_value(row: Parameter) -> float | None:
    """A number one standard deviation of its uncertainty away, inside its bounds; None if it has none."""
    if row.interval is not None:
        low, high = row.interval
        spread = (high - low) / (2 * WITHIN)
    elif row.bounds is not None:
        spread = (row.bounds[1] - row.bounds[0]) / 4
    else:
        spread = MEASURED * abs(row.value)
    if spread == 0:
        return None
    up, down = row.value + spread, row.value - spread
    if row.bounds is None or up <= row.bounds[1]:
        return up
    return down if down >= row.bounds[0] else row.bounds[1]
