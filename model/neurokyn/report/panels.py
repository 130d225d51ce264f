"""What a page shows: panels in rows, one row for each link of the mechanism."""

from __future__ import annotations

import re
from dataclasses import dataclass

import xarray as xr

from neurokyn.errors import ScenarioError

ACROSS = 4


@dataclass(frozen=True)
class Panel:
    """One panel: a read-out, its title and the label of its axis."""

    name: str
    title: str
    label: str


# From drug to mood. The first four of a row that are more than nothing are shown.
OVERVIEW: tuple[tuple[str, tuple[Panel, ...]], ...] = (
    (
        "drug",
        (
            Panel("ssri.concentration", "SSRI in plasma", "µg/L"),
            Panel("ssri.sert_occupancy", "SERT occupancy", "share"),
            Panel("serotonin.extracellular_relative", "Extracellular serotonin", "× healthy"),
            Panel("serotonin.firing", "Raphe firing", "× healthy"),
            Panel("serotonin.hiaa_csf", "5-HIAA, CSF", "nmol/L"),
            Panel("serotonin.sensitivity", "5-HT1A autoreceptors", "× healthy"),
        ),
    ),
    (
        "tryptophan",
        (
            Panel("tryptophan.free", "Free tryptophan, plasma", "µmol/L"),
            Panel("tryptophan.brain", "Tryptophan, brain", "µmol/L"),
            Panel("kynurenine.kyn_trp_ratio", "Kynurenine : tryptophan", "µmol/mmol"),
            Panel("kynurenine.nmda_balance", "QUIN against KYNA, brain", "× healthy"),
        ),
    ),
    (
        "body",
        (
            Panel("exercise.vo2max", "VO₂max", "mL/kg/min"),
            Panel("muscle.kat", "Muscle KAT", "× untrained"),
            Panel("inflammation.il6", "Interleukin-6", "ng/L"),
            Panel("stress.cortisol", "Cortisol", "nmol/L"),
        ),
    ),
    (
        "growth",
        (
            Panel("growth_factors.bdnf_brain", "BDNF, brain", "× healthy"),
            Panel("growth_factors.bdnf_serum", "BDNF, serum", "µg/L"),
            Panel("dendrites.length", "Dendritic length", "× healthy"),
            Panel("dendrites.spines", "Spine density", "× healthy"),
        ),
    ),
    (
        "mood",
        (
            Panel("dendrites.hippocampal_volume", "Hippocampal volume", "× healthy"),
            Panel("mood.depression", "Depression", "HAM-D17 points"),
            Panel("mood.anxiety", "Anxiety", "HAM-A points"),
            Panel("mood.motivation", "Motivation", "0 to 1"),
        ),
    ),
)


def overview_rows(data: xr.Dataset) -> list[list[Panel]]:
    """The rows of the overview that a dataset has something for; its own read-outs if there are none.

    Raises
    ------
    ScenarioError
        If it has no read-out at all.
    """
    there = [[panel for panel in panels if panel.name in data] for _, panels in OVERVIEW]
    rows = [[panel for panel in row if (data[panel.name] != 0).any()][:ACROSS] or row[:ACROSS] for row in there]
    if any(rows):
        return [row for row in rows if row]
    others = [own_panel(data, str(name)) for name in data.data_vars if "." in str(name)][: 5 * ACROSS]
    if not others:
        raise ScenarioError("there is no read-out in this dataset", fix="simulate one")
    return [others[k : k + ACROSS] for k in range(0, len(others), ACROSS)]


def own_panel(data: xr.Dataset, name: str) -> Panel:
    """A panel as the overview has it, or as the dataset describes it."""
    known = {panel.name: panel for _, panels in OVERVIEW for panel in panels}
    about = data[name].attrs
    title = str(about.get("long_name", name))
    unit = readable(str(about.get("units", "1")))
    label = name.rpartition(".")[2].replace("_", " ") if unit == "1" else unit
    return known.get(name, Panel(name, title[:1].upper() + title[1:], label))


def readable(unit: str) -> str:
    """A unit as it is printed.

    Examples
    --------
    >>> readable("umol/L")
    'µmol/L'
    """
    return re.sub(r"\bu(?=mol|g|L)", "µ", unit)
