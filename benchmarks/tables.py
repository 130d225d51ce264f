"""What was measured, in words and tables."""

from __future__ import annotations

import math

from benchmarks.bar import TARGETS
from benchmarks.measure import Findings, Race
from benchmarks.race import Heat


def summary(found: Findings) -> str:
    """The machine, and milliseconds for every contender."""
    lines = [f"{key}: {value}" for key, value in found.machine.items()]
    for arm, race in found.races.items():
        work = race.work
        lines += ["", f"{arm}: {work.states} states, {work.segments} segments, {len(work.times)} outputs"]
        lines += ["", "Milliseconds of processor time a person, at the error:", "", milliseconds(race), ""]
        lines += [f"{name}: left out, {reason}" for name, reason in race.absent.items()]
    if found.threads:
        lines.append(f"load before the threads: {found.threads.load:.2f}")
    lines.append(f"peak {found.peak / 1e9:.1f} GFlop/s, reached {found.achieved / 1e9:.1f}")
    lines.append(f"the reference and SciPy's Radau at 1e-11 differ by {found.reference_gap:.1g}")
    return "\n".join([*lines, ""])


def milliseconds(race: Race) -> str:
    """Processor time for a person, alone and among others, at each error."""
    heads = [f"{who}, {target:g}" for who in ("one", "people") for target in TARGETS]
    lines = ["| | " + " | ".join(heads) + " |", "|---" * (1 + len(heads)) + "|"]
    for entry in race.entries:
        cells = [_cell(heat, entry.name, target) for heat in (race.single, race.people) for target in TARGETS]
        lines.append(f"| {entry.name} {entry.contender.version()} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(heat: Heat, name: str, target: float) -> str:
    cost = heat.cost(name, target)
    return "–" if math.isnan(cost) else told_milliseconds(cost)


def told_milliseconds(seconds: float) -> str:
    """Three digits, or as many as there are before the point."""
    return f"{1e3 * seconds:.0f}" if seconds >= 0.1 else f"{1e3 * seconds:.3g}"
