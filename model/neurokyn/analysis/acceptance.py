"""The acceptance windows of virtual trials: set before anything was simulated, read off the verdicts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from neurokyn.analysis.verdicts import Verdict

Found = Mapping[str, Verdict]


@dataclass(frozen=True)
class Window:
    """An acceptance window.

    Parameters
    ----------
    title : str
        What must be so, in words.
    rows : tuple of str
        The reported rows it is read from.
    met : callable
        From verdicts by row to whether it is met.
    said : callable
        From verdicts by row to the simulated figures, in words.
    """

    title: str
    rows: tuple[str, ...]
    met: Callable[[Found], bool]
    said: Callable[[Found], str]


def _figures(*rows: str, scale: float = 1.0, unit: str = "") -> Callable[[Found], str]:
    """The simulated medians of rows, as a list."""
    return lambda v: ", ".join(f"{scale * v[row].simulated:.3g}{unit}" for row in rows)


def _near(row: str, middle: float, within: float) -> Callable[[Found], bool]:
    return lambda v: abs(v[row].simulated - middle) <= within


def _inside(*rows: str) -> Callable[[Found], bool]:
    """Medians within the reported intervals."""
    return lambda v: all(v[row].reported.low <= v[row].simulated <= v[row].reported.high for row in rows)


SMILE = ("E23.sertraline", "E23.supervised", "E23.home", "E23.placebo")
SMALL = ("K13.kynurenine_aerobic", "K13.kynurenate_aerobic", "G08", "G09", "G10")


def _ordered(v: Found) -> bool:
    """Sertraline near supervised, both at least home, home above placebo; each within 14 points of the trial."""
    drug, supervised, home, placebo = (v[row].simulated for row in SMILE)
    in_order = min(drug, supervised) >= home > placebo and abs(drug - supervised) < 0.14
    return in_order and all(abs(v[row].simulated - v[row].reported.estimate) <= 0.14 for row in SMILE)


def _biology(v: Found) -> float:
    """HAM-D points that aerobic exercise loses without its biology, in the design of DEMO-II."""
    return v["E32"].parts.get("biology", math.nan)


WINDOWS = (
    Window(
        "MOTAR: difference in remission within 18 points of zero",
        ("S01",),
        _near("S01", 0.0, 0.18),
        _figures("S01", scale=100, unit=" points"),
    ),
    Window(
        "MOTAR: adherence of 52 and 82 % inside their intervals",
        ("S02.running", "S02.drug"),
        _inside("S02.running", "S02.drug"),
        _figures("S02.running", "S02.drug", scale=100, unit=" %"),
    ),
    Window(
        "SMILE: sertraline ~ supervised ≥ home > placebo; 47, 45, 40, 31 % each within 14 points",
        SMILE,
        _ordered,
        _figures(*SMILE, scale=100, unit=" %"),
    ),
    Window(
        "biology of exercise alone on HAM-D between 0 and -2.5 points",
        ("E32",),
        lambda v: -2.5 <= _biology(v) <= 0.0,
        lambda v: f"{_biology(v):.2f} points",
    ),
    Window(
        "exercise with an SSRI against exercise alone: |SMD| < 0.4",
        ("E07.over_walking",),
        _near("E07.over_walking", 0.0, 0.4),
        _figures("E07.over_walking"),
    ),
    Window(
        "kynurenine, kynurenate and BDNF at rest after training in depression: |SMD| < 0.3",
        SMALL,
        lambda v: all(abs(v[row].simulated) < 0.3 for row in SMALL),
        _figures(*SMALL),
    ),
    Window(
        "depletion: symptoms return in 50 to 67 % of those well on an SSRI",
        ("P16", "P18.fluoxetine"),
        lambda v: all(0.495 <= v[row].simulated <= 0.675 for row in ("P16", "P18.fluoxetine")),
        _figures("P16", "P18.fluoxetine", scale=100, unit=" %"),
    ),
    Window(
        "depletion: nothing in untreated or healthy people that day (|SMD| < 0.3)",
        ("P19", "P20"),
        lambda v: all(abs(v[row].simulated) < 0.3 for row in ("P19", "P20")),
        _figures("P19", "P20"),
    ),
    Window(
        "about a third of the gap between SSRI and placebo by week 1",
        ("T03.gap", "D01"),
        lambda v: 0.23 <= v["T03.gap"].simulated / v["D01"].simulated <= 0.43,
        lambda v: f"{v['T03.gap'].simulated / v['D01'].simulated:.2f}",
    ),
    Window(
        "escitalopram 10 to 20 mg: little added benefit",
        ("D04.twenty",),
        _near("D04.twenty", 0.0, 0.15),
        _figures("D04.twenty"),
    ),
    Window(
        "people who leave: about 18 % supervised; 40 % at 3 and 80 % at 12 months in severe routine care",
        ("A01", "A05.three_months", "A05.year"),
        _inside("A01", "A05.three_months", "A05.year"),
        _figures("A01", "A05.three_months", "A05.year", scale=100, unit=" %"),
    ),
)
ELSEWHERE = MappingProxyType(
    {
        "one bout doubles free tryptophan over its rivals and raises serum BDNF": "windows.md",
        "interferon: blood tryptophan down, kynurenine up, kynurenine and quinolinate in CSF up, tryptophan flat": (
            "windows.md"
        ),
        "escitalopram 10 to 20 mg: raphe occupancy 70 to 79 %": "windows.md",
    }
)


def acceptance(verdicts: Sequence[Verdict]) -> list[tuple[str, str, bool]]:
    """Every acceptance window that the verdicts can answer.

    Parameters
    ----------
    verdicts : sequence of Verdict
        From `validate`.

    Returns
    -------
    list of tuple
        Title, simulated figures, and whether it is met.
    """
    by_row = {v.reported.id: v for v in verdicts if not v.failed}
    return [
        (window.title, window.said(by_row), bool(window.met(by_row)))
        for window in WINDOWS
        if all(row in by_row for row in window.rows)
    ]
