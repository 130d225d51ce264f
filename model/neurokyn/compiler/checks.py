"""Everything that can be wrong with the numbers, all of it at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from neurokyn.compiler.parameters import NOTE_NEEDED, Parameter, module_files, params_dir, read_file
from neurokyn.errors import UnitError, nearest
from neurokyn.language.module import Module
from neurokyn.language.units import parse_unit

SPREADS = {"lognormal": ("cv",), "normal": ("sd",), "uniform": ("low", "high")}


def source_keys(folder: Path | None = None) -> dict[str, str]:
    """The entries of `sources.bib`.

    Parameters
    ----------
    folder : Path, optional
        Where it lies; the shipped `params/` if not given.

    Returns
    -------
    dict of str to str
        The text of each BibTeX entry by key.
    """
    path = (folder or params_dir()) / "sources.bib"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    starts = list(re.finditer(r"^@\w+\{([^,\s]+),", text, flags=re.MULTILINE))
    ends = [*(match.start() for match in starts), len(text)][1:]
    return {match[1]: text[match.start() : end].strip() for match, end in zip(starts, ends, strict=True)}


def check_numbers(modules: Iterable[Module], folder: Path | None = None) -> list[str]:
    """Check the parameter files against the declarations and `sources.bib`.

    Parameters
    ----------
    modules : iterable of Module
        What declares parameters.
    folder : Path, optional
        Folder of the files; the shipped `params/` if not given.

    Returns
    -------
    list of str
        One line per problem with file and key; empty if all is well.
    """
    folder = folder or params_dir()
    known = source_keys(folder)
    problems: list[str] = []
    names: set[str] = set()
    for module in modules:
        names.add(module.name)
        rows, wrong = read_file(folder / f"{module.name}.toml", module.name)
        problems += wrong
        table = {row.name: row for row in rows}
        declared = module.parameter_units
        problems += [
            f"{module.name}.toml lacks [{name.split('.')[1]}], which the module declares"
            for name in declared
            if name not in table
        ]
        problems += [
            f"{module.name}.toml [{name.split('.')[1]}] is used by nothing{nearest(name, declared)}"
            for name in table
            if name not in declared
        ]
        for row in rows:
            problems += check_row(row, declared.get(row.name), known)
    problems += [f"{name}.toml belongs to no module" for name in module_files(folder) if name not in names]
    return problems


def check_row(row: Parameter, unit: str | None, known: dict[str, str]) -> list[str]:
    """The problems of one number."""
    module, key = row.name.split(".", 1)
    place = f"{module}.toml [{key}]"
    problems = []
    try:
        if unit is not None and parse_unit(row.unit).dimensions != parse_unit(unit).dimensions:
            problems.append(f"{place} unit '{row.unit}' cannot be converted to the declared '{unit}'")
    except UnitError as problem:
        problems.append(f"{place} {problem}")
    if row.bounds is not None and not row.bounds[0] <= row.value <= row.bounds[1]:
        problems.append(f"{place} value {row.value:g} is outside its bounds {list(row.bounds)}")
    if row.source and row.source not in known:
        problems.append(f"{place} source '{row.source}' is not in sources.bib{nearest(row.source, known)}")
    if not row.source and row.evidence == "measured":
        problems.append(f"{place} is 'measured' but names no source")
    if not row.note and row.evidence in NOTE_NEEDED:
        problems.append(f"{place} is '{row.evidence}' and needs a note that says why")
    if row.evidence == "assumed" and row.bounds is None:
        problems.append(f"{place} is assumed and needs bounds, its plausible range")
    return problems + _check_spread(row, place)


def _check_spread(row: Parameter, place: str) -> list[str]:
    if not row.spread:
        return []
    kind = str(row.spread.get("kind", ""))
    if kind not in SPREADS:
        return [f"{place} spread kind '{kind}' is unknown{nearest(kind, SPREADS)}"]
    lacking = [key for key in SPREADS[kind] if key not in row.spread]
    return [f"{place} spread lacks {', '.join(lacking)}"] if lacking else []
