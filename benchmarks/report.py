"""docs/benchmarks: the report, its pictures, and the numbers behind it."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks import bar, crowd, figures
from benchmarks.bar import TARGETS, Row
from benchmarks.measure import Findings, Race
from benchmarks.scaling import MANY, RTOL, VISITS, Scaling
from benchmarks.tables import milliseconds, told_milliseconds

HOW = """## How it is measured

The work is an arm of `running-vs-escitalopram`: {weeks:g} weeks, {states} states, {segments} smooth stretches between
boundaries, {outputs} hourly outputs of all states. People are drawn as trials draw them, each starts from their own
closed day, and all go through the same schedule. Every method restarts at every boundary and is given an absolute
tolerance for each state (1 % of its typical size times rtol).

Error is the largest |y − ref| / (|ref| + 1 % of that state's size) over states and hourly outputs, those within 1e-6 h
of a boundary left out; a state's size is its largest |ref| or its typical size, whichever is larger. That is the norm
in which every method is told to control its error. (Until 26 November 2026 the size was the largest |ref| alone, but
for a floor of 1 % of the typical size. `serotonin.memory`, which stays below a hundredth of its size without a drug,
then decided what every method costs: ours 6.8 and 6.5 times the best peer for one person, 15.6 and 11.6 for many.) The
reference is our Rodas5P at rtol 1e-12; over the first days of the first arm SciPy's Radau at rtol 1e-11 differs from it
by {gap:.1g}. Each method goes down a ladder of tolerances; what an error costs is read between the two runs around it,
on logarithmic scales, with the 95th percentile of the error over {people} people. Times are processor time of one
process, medians of interleaved rounds. One person alone is a whole call for us, from parameters to all outputs; peers
are spared what follows from parameters alone.
"""


def write_report(found: Findings, grown: Scaling, rows: Sequence[Row], folder: Path) -> None:
    """Everything that the full run found."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(_numbers(found, grown, rows), indent=1) + "\n", encoding="utf-8")
    (folder / "report.md").write_text(_page(found, grown, rows), encoding="utf-8")
    figures.draw(folder)


def _page(found: Findings, grown: Scaling, rows: Sequence[Row]) -> str:
    first = next(iter(found.races.values()))
    how = HOW.format(
        weeks=first.work.hours / 168,
        states=first.work.states,
        segments=first.work.segments,
        outputs=len(first.work.times),
        gap=found.reference_gap,
        people=len(first.people.people),
    )
    parts = [
        "# Our solver beside others",
        f"Written by `{found.machine['command']}`: {_extent(found)}.",
        bar.table(rows),
        _machine(found),
        how,
    ]
    for arm, race in found.races.items():
        parts += [f"## {arm}", "Milliseconds of processor time a person:", milliseconds(race), _settings(race)]
    parts += ["![Error against processor time](work-precision.png)", "## How cost grows", _growth(grown)]
    parts += ["![Cost against people, weeks and states](scaling.png)", _others(found, grown)]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def _extent(found: Findings) -> str:
    """How much was run, in words."""
    races = list(found.races.values())
    people, crowd_size = len(races[0].people.people), len(races[0].people.crowd)
    return f"{len(races)} arm(s), errors over {people} people, {crowd_size} people carried together"


def _machine(found: Findings) -> str:
    versions = found.machine["versions"]
    assert isinstance(versions, dict)
    told = ", ".join(f"{name} {version}" for name, version in versions.items())
    return (
        f"{found.machine['processor']}, {found.machine['cores']} cores, {found.machine['system']}, load "
        f"{found.machine['load at the start']} at the start; {told}."
    )


def _settings(race: Race) -> str:
    lines = ["| method | set-up, s | how it is run |", "|---|---|---|"]
    for entry in race.entries:
        notes = entry.contender.notes
        if entry.scale > 1.001:
            notes += f"; only {entry.work.segments} segments are run, which its errors are of"
            notes += f", and time multiplied by {entry.scale:.1f}"
        failed = race.people.failures(entry.name) or race.single.failures(entry.name)
        notes += f"; failed at {failed[0][:120]}" if failed else ""
        lines.append(f"| {entry.name} {entry.contender.version()} | {entry.setup_seconds:.1f} | {notes} |")
    lines += [f"| {name} | – | left out: {reason[:200]} |" for name, reason in race.absent.items()]
    return "\n".join(lines)


def _growth(grown: Scaling) -> str:
    lines = [
        f"Lanes on one thread, six read-outs, rtol {RTOL:g}, processor time.",
        "",
        "| people | ms each |",
        "|---|---|",
    ]
    lines += [f"| {n:,}{' †' * (n >= MANY)} | {1e3 * s:.3g} |" for n, s in grown.people.items()]
    lines += ["", f"† read out at {VISITS} visits instead of every hour.", "", "| weeks | ms a person |", "|---|---|"]
    lines += [f"| {weeks} | {1e3 * s:.3g} |" for weeks, s in grown.weeks.items()]
    sizes = list(grown.segments)
    lines += ["", f"Generated systems, four weeks, ms a person at error {TARGETS[0]:g}:", ""]
    lines += ["| method | " + " | ".join(f"{n} states" for n in sizes) + " |", "|---" * (1 + len(sizes)) + "|"]
    for name, costs in grown.states.items():
        lines.append(f"| {name} | " + " | ".join(_ms(costs.get(n, math.nan)) for n in sizes) + " |")
    return "\n".join(lines)


def _others(found: Findings, grown: Scaling) -> str:
    lines = ["## Threads, memory, starts", ""]
    if found.threads:
        lines.append(
            f"One thread {median(found.threads.one):.2f} s, two {median(found.threads.two):.2f} s by the wall clock, "
            f"the load before {found.threads.load:.2f}. "
            f"Twice the people on twice the threads take {grown.weak[2] / grown.weak[1]:.2f} times as long."
        )
    lines.append(
        f"One step of one person takes {found.flops_of_step:,} floating-point operations; {found.achieved / 1e9:.1f} "
        f"of {found.peak / 1e9:.1f} GFlop/s of one core are reached, read-outs and control included in the time."
    )
    lines.append(
        f"Each further person takes {found.kilobytes:.0f} kB ({len(crowd.READ_OUTS)} hourly read-outs, float32)."
    )
    if found.starts:
        kept = ", ".join(f"{s:.2f}" for s in found.starts.kept)
        lines.append(
            f"From starting Python to the first result of `simulate`: {found.starts.nothing_kept:.1f} s with nothing "
            f"kept on disk, then {kept} s."
        )
    return "\n".join(lines)


def _ms(seconds: float) -> str:
    return "–" if math.isnan(seconds) else told_milliseconds(seconds)


def _numbers(found: Findings, grown: Scaling, rows: Sequence[Row]) -> dict[str, object]:
    """All numbers of the report and its pictures."""
    races = {arm: {name: _ladders(race, name) for name in _names(race)} for arm, race in found.races.items()}
    return {
        "machine": found.machine,
        "rows": bar.as_json(rows),
        "races": races,
        "people": grown.people,
        "weeks": grown.weeks,
        "states": grown.states,
        "weak": grown.weak,
        "peak_flops": found.peak,
        "achieved_flops": found.achieved,
        "flops_of_step": found.flops_of_step,
        "reference_gap": found.reference_gap,
    }


def _names(race: Race) -> list[str]:
    return [entry.name for entry in race.entries]


def _ladders(race: Race, name: str) -> dict[str, list[dict[str, object]]]:
    return {
        who: [
            {"rtol": p.rtol, "errors": p.errors, "seconds": p.seconds if p.rounds else None, "failure": p.failure}
            for p in heat.ladder(name)
        ]
        for who, heat in (("one", race.single), ("people", race.people))
    }
