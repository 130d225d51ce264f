"""The verdict on a reported result: one rule for all rows.

A row is *held* if the median of the simulated replicates lies within the reported 95 % interval, and the reported
estimate within the 95 % interval of the replicates. Where no interval was printed, the second suffices; for a pool of
trials, whose populations and programmes differ in more than a design file says, the first. Where only a direction was
reported, the median must lie on that side by more than twice its Monte Carlo error; "none" is a median of less than
0.3 (all such rows are in SDs or relative). The *chance* of a row is the share of replicates that, each alone, fall
within the reported interval: how much of the verdict is sampling.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from neurokyn.analysis.reported import POOLED, Reported
from neurokyn.compiler.parameters import params_dir

NONE = 0.3  # SDs, or relative: what counts as no effect (`none`)


@dataclass(frozen=True)
class Verdict:
    """A reported result beside the simulated one.

    Parameters
    ----------
    reported : Reported
        The row.
    simulated, low, high : float
        Median of the replicates and their 95 % interval.
    held : bool
        By the rule of this module.
    chance : float
        Share of replicates that alone would be held; NaN where that means nothing.
    people, pool, replicates : int
        In the design; simulated to enrol from; times it was carried out.
    parts : mapping of str to float
        What the simulated effect loses when a part is switched off.
    failed : str
        Why it could not be simulated; empty if it could.
    values : ndarray
        What each replicate answered.
    """

    reported: Reported
    simulated: float
    low: float
    high: float
    held: bool
    chance: float
    people: int = 0
    pool: int = 0
    replicates: int = 0
    parts: dict[str, float] = field(default_factory=dict)
    failed: str = ""
    values: np.ndarray = field(default_factory=lambda: np.empty(0))


def judge(row: Reported, values: np.ndarray) -> Verdict:
    """Set the replicates of a design beside a reported result.

    Parameters
    ----------
    row : Reported
        What was reported.
    values : ndarray, shape (replicates,)
        What the replicates answered; NaN where one could not tell.

    Returns
    -------
    Verdict
        By the rule of this module.
    """
    told = values[np.isfinite(values)]
    if len(told) < max(2, len(values) // 2):
        return no_verdict(row, f"only {len(told)} of {len(values)} replicates could tell")
    low, middle, high = (float(x) for x in np.quantile(told, [0.025, 0.5, 0.975]))
    if row.direction:
        zero = 1.0 if row.question.statistic.endswith("ratio") else 0.0
        error = 2 * float(told.std()) / math.sqrt(len(told))
        sides = {"up": middle - zero > error, "down": zero - middle > error, "none": abs(middle - zero) < NONE}
        return Verdict(row, middle, low, high, sides[row.direction], math.nan)
    printed = math.isfinite(row.low)
    near = low <= row.estimate <= high or (printed and row.question.statistic == POOLED)
    inside = row.low <= middle <= row.high if printed else True
    chance = float(np.mean((told >= row.low) & (told <= row.high))) if printed else math.nan
    return Verdict(row, middle, low, high, near and inside, chance)


def no_verdict(row: Reported, why: str) -> Verdict:
    """A miss with its reason: the row could not be simulated."""
    return Verdict(row, math.nan, math.nan, math.nan, False, math.nan, failed=why)


def as_rows(verdicts: Iterable[Verdict]) -> list[dict[str, object]]:
    """Verdicts as plain rows, for JSON and tables.

    Parameters
    ----------
    verdicts : iterable of Verdict
        From `validate`.

    Returns
    -------
    list of dict
        With id, set, study, outcome, reported, reported_low, reported_high, simulated, simulated_low, simulated_high,
        held and more; what is unknown is None.
    """
    return [
        {
            "id": v.reported.id,
            "set": v.reported.set,
            "study": v.reported.study,
            "outcome": v.reported.quantity,
            "statistic": v.reported.question.statistic,
            "unit": v.reported.unit,
            "design": v.reported.trial,
            "reported": _known(v.reported.estimate),
            "reported_low": _known(v.reported.low),
            "reported_high": _known(v.reported.high),
            "direction": v.reported.direction or None,
            "simulated": _known(v.simulated),
            "simulated_low": _known(v.low),
            "simulated_high": _known(v.high),
            "held": v.held,
            "chance": _known(v.chance),
            "people": v.people,
            "pool": v.pool,
            "replicates": v.replicates,
            "parts": {name: _known(value) for name, value in v.parts.items()},
            "failed": v.failed or None,
            "miss": None if v.held else v.reported.miss or None,
        }
        for v in verdicts
    ]


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def to_dataset(verdicts: Sequence[Verdict]) -> xr.Dataset:
    """Every replicate of every row.

    Parameters
    ----------
    verdicts : sequence of Verdict
        From `validate`.

    Returns
    -------
    xarray.Dataset
        Dimensions row and replicate: `value`, beside `reported`, its interval, and `held`.
    """
    most = max((len(v.values) for v in verdicts), default=0)
    values = np.full((len(verdicts), most), np.nan)
    for place, v in enumerate(verdicts):
        values[place, : len(v.values)] = v.values
    return xr.Dataset(
        {
            "value": (("row", "replicate"), values, {"long_name": "what each replicate answered"}),
            "reported": ("row", np.array([v.reported.estimate for v in verdicts])),
            "reported_low": ("row", np.array([v.reported.low for v in verdicts])),
            "reported_high": ("row", np.array([v.reported.high for v in verdicts])),
            "held": ("row", np.array([v.held for v in verdicts], dtype=int)),
            "set": ("row", [v.reported.set for v in verdicts]),
            "unit": ("row", [v.reported.unit for v in verdicts]),
        },
        coords={"row": [v.reported.id for v in verdicts], "replicate": np.arange(most)},
        attrs={"title": "Reported effects beside simulated ones"},
    )


def lost(verdicts: Iterable[Verdict], *, quick: bool) -> list[str]:
    """Rows that held when the record was last written and miss now.

    Parameters
    ----------
    verdicts : iterable of Verdict
        From `validate` with seed 1.
    quick : bool
        Whether they come from the quick run, which has a record of its own.

    Returns
    -------
    list of str
        Their names.
    """
    record = params_dir() / "targets" / "held.json"
    known = json.loads(record.read_text(encoding="utf-8"))["quick" if quick else "full"] if record.exists() else []
    return [v.reported.id for v in verdicts if v.reported.id in known and not v.held]
