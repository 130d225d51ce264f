"""The papers that a run rests on."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from neurokyn.compiler.checks import source_keys
from neurokyn.population.reading import read_trial, trials
from neurokyn.population.trial import Trial
from neurokyn.report.text import reference_line
from neurokyn.scenario import catalogue
from neurokyn.scenario.activity import Bout, Programme
from neurokyn.scenario.dosing import Dose, Regimen
from neurokyn.scenario.model import modules, standard_parameters
from neurokyn.scenario.people import settings_of
from neurokyn.scenario.reading import read_scenario
from neurokyn.scenario.scenario import Scenario
from neurokyn.scenario.surroundings import Challenge

METABOLITES = {"norfluoxetine": "fluoxetine"}


def sources_of(scenario: Scenario) -> list[str]:
    """Keys of the papers behind a scenario: the model's, its people's, and those of what is done.

    Parameters
    ----------
    scenario : Scenario
        The scenario.

    Returns
    -------
    list of str
        Keys of `sources.bib`, in order; of drugs only those that are taken.
    """
    arms = [scenario.arm(name) for name in scenario.arm_names or (None,)]
    items = [item for arm in arms for item in arm.items]
    taken = {catalogue.drug(item.drug).name for item in items if isinstance(item, (Dose, Regimen))}
    used = {row.source for name, row in standard_parameters().items() if _concerns(name, taken)}
    used |= {key for module in modules().values() for key in module.sources}
    used |= {flux.reference for module in modules().values() for flux in module.fluxes}
    for arm in arms:
        who = arm.person if arm.person is not None else scenario.person
        name = who if isinstance(who, str) else str(who.get("phenotype", "healthy"))
        used |= set(_cited(settings_of(name)))
    for item in items:
        if isinstance(item, Challenge):
            used |= set(_cited(catalogue.challenge(item.kind)[1]))
        elif isinstance(item, (Bout, Programme)):
            used |= set(_cited(catalogue.rows("modes").get(catalogue.mode(item.mode).name, {})))
    if scenario.meals:
        used |= set(_cited(catalogue.meals()))
    return sorted(key for key in used if key in source_keys())


def sources_of_trial(trial: Trial) -> list[str]:
    """Keys of the papers behind a trial: its scenario's, its own, those of its care and of what observation adds.

    Parameters
    ----------
    trial : Trial
        The design.

    Returns
    -------
    list of str
        Keys of `sources.bib`, in order.
    """
    used = {*sources_of(trial.scenario), trial.source, *_cited(catalogue.rows("observation"))}
    used |= {
        key for arm in trial.arms.values() for kind in arm.care.names for key in _cited(catalogue.rows("care")[kind])
    }
    used |= set(_cited({name: row for name, row in catalogue.rows("people").items() if name != "phenotype"}))
    return sorted(key for key in used if key in source_keys())


def _is_trial(name: str | Path) -> bool:
    """Whether a name or a file is that of a trial: it says who is rated when."""
    if str(name) in trials():
        return True
    path = Path(name)
    try:
        return path.suffix == ".toml" and "visits" in tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return False


def _concerns(name: str, taken: set[str]) -> bool:
    """Whether a parameter matters: one of a drug does only if that drug is taken."""
    module, _, own = name.partition(".")
    drug = own.split("_")[0]
    drug = METABOLITES.get(drug, drug)
    return module != "ssri" or drug not in catalogue.rows("drugs") or drug in taken


def _cited(table: object) -> Iterator[str]:
    """Every source in nested tables."""
    if isinstance(table, Mapping):
        rows: Mapping[str, Any] = table
        if isinstance(rows.get("source"), str):
            yield rows["source"]
        for value in rows.values():
            yield from _cited(value)
    elif isinstance(table, (list, tuple)):
        for value in table:
            yield from _cited(value)


def references(scenario: str | Path, *, bibtex: bool = False) -> str:
    """The papers a scenario or a trial rests on.

    Parameters
    ----------
    scenario : str or Path
        A ready-made name or a file.
    bibtex : bool
        As BibTeX entries instead of lines.

    Returns
    -------
    str
        One reference per line, or BibTeX.
    """
    entries = source_keys()
    keys = sources_of_trial(read_trial(scenario)) if _is_trial(scenario) else sources_of(read_scenario(scenario))
    return "\n\n".join(entries[k] for k in keys) if bibtex else "\n".join(reference_line(entries[k]) for k in keys)
