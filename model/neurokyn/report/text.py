"""Modules, numbers and references in words."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable
from typing import Any

from neurokyn.compiler.parameters import Parameter, Table, params_dir
from neurokyn.language import Module
from neurokyn.language.expression import Expression
from neurokyn.population.reading import read_trial, trials
from neurokyn.scenario.catalogue import scenarios as scenario_names
from neurokyn.scenario.model import modules, standard_model, standard_parameters
from neurokyn.scenario.reading import read_scenario

_SIGNS = {"add": " + ", "subtract": " - ", "multiply": " · ", "divide": " / "}
_ACCENTS = {"`": "\u0300", "'": "\u0301", "^": "\u0302", '"': "\u0308", "~": "\u0303", "v": "\u030c", "c": "\u0327"}
_LETTERS = {"ss": "ß", "aa": "å", "AA": "Å", "ae": "æ", "AE": "Æ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "i": "ı"}
_RANK = {"add": 1, "subtract": 1, "multiply": 2, "divide": 2, "negate": 2, "power": 3}


def formula(node: Expression) -> str:
    """An expression as a line of text, with short names.

    Parameters
    ----------
    node : Expression
        What to print.

    Returns
    -------
    str
        Such as "vmax · s / (km + s)".
    """
    if node.operation == "constant":
        return f"{float(node.value):g}"
    if node.operation == "symbol":
        return str(node.value).split(".")[-1]
    rank = _RANK.get(node.operation, 9)
    parts = [_bracket(x, rank, last=k > 0) for k, x in enumerate(node.arguments)]
    if node.operation in _SIGNS:
        return _SIGNS[node.operation].join(parts)
    if node.operation == "negate":
        return f"-{parts[0]}"
    if node.operation == "power":
        return f"{parts[0]}^{parts[1]}"
    plain = [formula(x) for x in node.arguments]
    if node.operation == "greater":
        return f"{plain[0]} > {plain[1]}"
    return f"{node.operation}({', '.join(plain)})"


def _bracket(node: Expression, outer: int, *, last: bool) -> str:
    text, rank = formula(node), _RANK.get(node.operation, 9)
    return f"({text})" if rank < outer or (last and rank == outer and outer != 1) or (last and rank == 1) else text


def describe_module(module: Module, table: Table, *, as_json: bool = False) -> str:
    """A module on one page: inputs, states, fluxes, equations, numbers with their sources.

    Parameters
    ----------
    module : Module
        What to describe.
    table : Table
        Its numbers.
    as_json : bool
        For programs.

    Returns
    -------
    str
        Text or JSON.
    """
    parts = _parts(module)
    if as_json:
        numbers = {name: _row(table[name]) for name in module.parameter_units if name in table}
        return json.dumps({"name": module.name, "title": module.title, **parts, "parameters": numbers}, indent=1)
    lines = [f"{module.name}: {module.title}"]
    for heading, rows in parts.items():
        if rows:
            lines += ["", heading, *(f"  {name}: {text}" for name, text in rows.items())]
    lines += ["", "parameters", describe_parameters(table, [n for n in module.parameter_units if n in table])]
    return "\n".join(lines)


def _parts(module: Module) -> dict[str, dict[str, str]]:
    def short(node: Expression | None) -> str:
        return "outside" if node is None else str(node.value).split(".")[-1]

    return {
        "inputs": {
            short(i.symbol): f"{i.description} [{i.symbol.unit}] from {i.of}; alone: {formula(i.stands_in)}"
            for i in module.inputs
        },
        "drives": {
            short(d.symbol): f"{d.description} [{d.symbol.unit}], at rest {formula(d.rest)}" for d in module.drives
        },
        "states": {short(s.symbol): f"{s.description} [{s.symbol.unit}]" for s in module.states},
        "fluxes": {
            f.name.split(".")[-1]: f"{f.description} ({short(f.source)} → {short(f.target)}): {formula(f.expression)}"
            for f in module.fluxes
        },
        "rates": {f"d {short(r.state)}/dt ({k})": formula(r.expression) for k, r in enumerate(module.rates, start=1)},
        "relations": {
            short(r.symbol): f"{formula(r.expression)} [{r.symbol.unit}] {r.description}".rstrip()
            for r in module.relations
        },
    }


def _row(parameter: Parameter) -> dict[str, Any]:
    return {key: value for key, value in vars(parameter).items() if key != "name" and value not in ("", {}, None)}


def describe_parameters(table: Table, names: Iterable[str], *, as_json: bool = False) -> str:
    """Numbers with unit, spread, evidence, organism and source, one line each.

    Parameters
    ----------
    table : Table
        The numbers.
    names : iterable of str
        Which ones.
    as_json : bool
        For programs.

    Returns
    -------
    str
        Text or JSON.
    """
    rows = [table[name] for name in names]
    if as_json:
        return json.dumps({row.name: _row(row) for row in rows}, indent=1)
    width = max((len(row.name) for row in rows), default=0)
    lines = []
    for row in rows:
        spread = f" ± {row.spread['cv']:.0%}" if "cv" in row.spread else ""
        origin = " ".join(x for x in (row.evidence, row.organism, row.source) if x)
        lines.append(f"  {row.name:<{width}}  {row.value:g} {row.unit}{spread}  ({origin})")
        if len(rows) == 1 and (row.where or row.note):
            lines += [f"    {x}" for x in (row.where, row.note) if x]
    return "\n".join(lines)


def catalogue() -> dict[str, dict[str, str]]:
    """Everything that can be named in a scenario: name and what it is, by kind."""
    titles = {kind: _titles(kind) for kind in ("drugs", "modes", "challenges")}
    people = tomllib.loads((params_dir() / "people.toml").read_text(encoding="utf-8"))["phenotype"]
    return {
        "scenarios": {name: read_scenario(name).title for name in scenario_names()},
        "trials": {name: read_trial(name).title for name in trials()},
        "care": _titles("care"),
        **titles,
        "people": {name: str(row.get("title", "")) for name, row in people.items()},
        "modules": {name: module.title for name, module in modules().items()},
        "read-outs": {
            r.name: f"{r.description} [{r.unit}]" for r in standard_model().read_outs if r.kind in ("state", "observe")
        },
        "parameters": {name: f"{row.value:g} {row.unit}" for name, row in standard_parameters().items()},
    }


def _titles(kind: str) -> dict[str, str]:
    document = tomllib.loads((params_dir() / f"{kind}.toml").read_text(encoding="utf-8"))
    return {name: str(row.get("title") or row.get("description", "")) for name, row in document.items()}


def reference_line(entry: str) -> str:
    """A BibTeX entry as one line of text, with its identifier."""
    fields = _fields(entry)
    where = f"doi:{fields['doi']}" if "doi" in fields else fields.get("url") or _identifier(fields)
    parts = (fields.get("author"), fields.get("year"), fields.get("title"), fields.get("journal"), where)
    return ". ".join(plain_letters(part).rstrip(".") for part in parts if part)


def plain_letters(text: str) -> str:
    r"""LaTeX's accents and braces as the letters they stand for.

    Examples
    --------
    >>> plain_letters(r"Juki{\'c}, S{\o}gaard and {HPA} axis")
    'Jukić, Søgaard and HPA axis'
    """
    text = re.sub(r"\{?\\([`'^\"~vc])\s*\{?(\w)\}?\}?", lambda x: x[2] + _ACCENTS[x[1]], text)
    text = re.sub(r"\{?\\(ss|aa|AA|ae|AE|o|O|l|L|i)(?![a-zA-Z])\s?\}?", lambda x: _LETTERS[x[1]], text)
    return unicodedata.normalize("NFC", text.replace("{", "").replace("}", ""))


def _identifier(fields: dict[str, str]) -> str:
    return f"PMID {fields['pmid']}" if "pmid" in fields else fields.get("pmcid", "")


def _fields(entry: str) -> dict[str, str]:
    """The fields of a BibTeX entry, one per line."""
    found = {}
    for line in entry.splitlines()[1:]:
        key, equals, value = line.strip().partition("=")
        if equals:
            found[key.strip().lower()] = value.strip().rstrip(",").strip().removeprefix("{").removesuffix("}")
    return found
