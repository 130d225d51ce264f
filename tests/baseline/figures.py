"""The figures that must not move without a reason: ends of ready-made scenarios, and a healthy day."""

from __future__ import annotations

import json
from pathlib import Path

from neurokyn import Scenario, simulate
from neurokyn.scenario.scenario import Output

FILE = Path(__file__).with_name("baseline.json")
TOLERANCE = 1e-3

ENDS = {  # read-outs at the end of each arm
    "chronic-stress-and-recovery": ("dendrites.length", "stress.adrenal"),
    "interferon-alpha": ("mood.depression", "kynurenine.quin_brain"),
    "missed-doses": ("mood.depression", "ssri.sert_occupancy"),
    "one-bout-hour-by-hour": ("tryptophan.brain",),
    "running-plus-escitalopram": ("mood.depression", "mood.anxiety", "growth_factors.bdnf_brain"),
    "running-vs-escitalopram": ("exercise.vo2max", "exercise.weight"),
    "stop-fluoxetine-vs-paroxetine": ("mood.depression", "serotonin.extracellular"),
    "strength-training": ("exercise.strength", "growth_factors.bdnf_serum"),
    "tryptophan-depletion": ("mood.depression", "serotonin.hiaa_csf"),
    "walking-vs-running": ("mood.depression", "inflammation.crp"),
}
DAY = (  # means over a healthy person's day, meals and clock running
    "tryptophan.total",
    "tryptophan.free",
    "tryptophan.brain",
    "kynurenine.kyn",
    "kynurenine.kyna",
    "serotonin.extracellular",
    "stress.cortisol",
    "inflammation.il6",
    "growth_factors.bdnf_serum",
    "mood.depression",
)


def figures() -> dict[str, float]:
    """Every figure by name: "scenario, arm: read-out"."""
    found = {}
    for scenario, names in ENDS.items():
        last = simulate(scenario).isel(time=-1)
        for arm in last["arm"].values:
            for name in names:
                value = float(last[name].sel(arm=arm))
                if abs(value) > 1e-12:  # no training, no gain in strength
                    found[f"{scenario}, {arm}: {name}"] = value
    plan = Scenario(title="A day", duration="1 day", output=Output(every="15 min", only=DAY))
    day = simulate(plan)[list(DAY)].isel(time=slice(None, -1)).mean("time")
    return found | {f"healthy day, mean: {name}": float(day[name]) for name in DAY}


def stored() -> dict[str, float]:
    """What they were when last accepted."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def moved(old: dict[str, float], new: dict[str, float]) -> list[str]:
    """A line for each figure that moved, came or went."""
    lines = []
    for name in dict.fromkeys([*old, *new]):
        if name not in old or name not in new:
            lines.append(f"{name}: {'new' if name in new else 'gone'}")
        elif abs(new[name] - old[name]) > TOLERANCE * abs(old[name]):
            lines.append(f"{name}: {old[name]:.6g} → {new[name]:.6g} ({new[name] / old[name] - 1:+.2%})")
    return lines
