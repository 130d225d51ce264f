"""Equations, numbers and sources of a module as a page in Markdown with LaTeX."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from typing import Any

import sympy

from neurokyn.compiler.checks import source_keys
from neurokyn.compiler.compose import System
from neurokyn.compiler.parameters import Parameter, Table
from neurokyn.language import Module
from neurokyn.language.expression import Expression, walk
from neurokyn.report.diagram import couplings_table, module_diagram
from neurokyn.report.text import reference_line

Formula = Any  # SymPy has no types
LEGEND = (
    "Boxes are states, arrows fluxes, dots the world outside; what sets the size of a flux stands in its equation. "
    "A dashed arrow leads from what a rate, or a named relation (round corners), follows: a state, a relation, an "
    "input (stadium) or a drive (slanted)."
)


def _inverse(x: Formula) -> Formula:
    return sympy.Pow(x, -1, evaluate=False)


def _sum(a: Formula, b: Formula) -> Formula:
    """A sum without brackets around its first part."""
    parts = a.args if isinstance(a, sympy.Add) else (a,)
    return sympy.Add(*parts, b, evaluate=False)


_BUILD: dict[str, Callable[..., Formula]] = {
    "add": _sum,
    "subtract": lambda a, b: _sum(a, sympy.Mul(-1, b, evaluate=False)),
    "multiply": lambda a, b: sympy.Mul(a, b, evaluate=False),
    "divide": lambda a, b: sympy.Mul(a, _inverse(b), evaluate=False),
    "power": lambda a, b: sympy.Pow(a, b, evaluate=False),
    "negate": lambda a: sympy.Mul(-1, a, evaluate=False),
    "exp": lambda a: sympy.exp(a, evaluate=False),
    "log": lambda a: sympy.log(a, evaluate=False),
    "sin": lambda a: sympy.sin(a, evaluate=False),
    "cos": lambda a: sympy.cos(a, evaluate=False),
    "sqrt": lambda a: sympy.sqrt(a, evaluate=False),
    "maximum": sympy.Function("maximum"),
    "minimum": sympy.Function("minimum"),
    "greater": lambda a, b: sympy.Gt(a, b, evaluate=False),
    "where": lambda condition, yes, no: sympy.Piecewise((yes, condition), (no, True), evaluate=False),
}


def to_sympy(root: Expression) -> Formula:
    """An expression in SymPy, as it was written.

    Parameters
    ----------
    root : Expression
        Any formula of the language.

    Returns
    -------
    sympy.Expr
        Unevaluated, with a symbol for each qualified name.

    Examples
    --------
    >>> from neurokyn.language import Module, michaelis_menten
    >>> m = Module("gut", "Gut")
    >>> s = m.state("s", "mg", "substrate", start=1)
    >>> to_sympy(michaelis_menten(m.parameter("vmax", "mg/h"), s, m.parameter("km", "mg"))).doit()
    gut.s*gut.vmax/(gut.km + gut.s)
    """
    done: dict[Expression, Formula] = {}
    for node in walk(root):
        if node.operation == "constant":
            done[node] = _number_of(float(node.value))
        elif node.operation == "symbol":
            done[node] = sympy.Symbol(str(node.value))
        else:
            done[node] = _BUILD[node.operation](*(done[x] for x in node.arguments))
    return done[root]


def _number_of(value: float) -> Formula:
    """A whole number, ln 2 by its name, or a decimal."""
    if value == math.log(2):
        return sympy.log(2, evaluate=False)
    return sympy.Integer(int(value)) if value.is_integer() else sympy.Float(value)


def latex(root: Expression) -> str:
    """An expression in LaTeX, with short names.

    Parameters
    ----------
    root : Expression
        Any formula of the language.

    Returns
    -------
    str
        LaTeX without delimiters.
    """
    formula = to_sympy(root)
    names = {symbol: _upright(str(symbol)) for symbol in formula.free_symbols}
    text = str(sympy.latex(formula, symbol_names=names, order="none", mul_symbol="dot", ln_notation=True))
    return text.replace(r"\operatorname{maximum}", r"\max").replace(r"\operatorname{minimum}", r"\min")


def _upright(name: str) -> str:
    return r"\mathrm{" + name.rsplit(".", maxsplit=1)[-1].replace("_", r"\_") + "}"


def module_page(module: Module, table: Table, evidence: str = "") -> str:
    """A module's page: what it is, its equations, its numbers with their sources.

    Parameters
    ----------
    module : Module
        What to describe.
    table : Table
        Its numbers.
    evidence : str
        Sections in Markdown about what tests it, such as `neurokyn.analysis.module_evidence` writes.

    Returns
    -------
    str
        Markdown with LaTeX.
    """
    parts = [
        f"# {module.title} (`{module.name}`)",
        _about(module),
        *_section("Diagram", [f"```mermaid\n{module_diagram(module)}\n```", "", LEGEND]),
        *_section("States", _states(module)),
        *_section("What it takes from others", _inputs(module)),
        *_section("What a schedule sets", _drives(module)),
        *_section("How the states change", _changes(module)),
        *_section("Fluxes", _fluxes(module)),
        *_section("Relations and read-outs", _relations(module)),
        evidence,
        *_section("Numbers", _numbers(module, table)),
        *_section("Sources", _sources(module, table)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def model_page(system: System) -> str:
    """The page of the whole: its modules, a diagram of what joins them, and the list behind it.

    Parameters
    ----------
    system : System
        Composed modules.

    Returns
    -------
    str
        Markdown.
    """
    links = [f"- [{m.title}]({m.name}.md)" for m in system.modules]
    parts = [
        "# The model, module by module",
        "Written from the declarations by `python scripts/build_docs.py`; change the module, not the page.",
        "\n".join(links),
        "## How they meet",
        "![The organ systems and what joins them](network.svg)",
        "One line for each pair of modules, thick where matter flows; its end says which way what is read pushes "
        "(`python scripts/make_network.py`). By name:",
        couplings_table(system),
    ]
    return "\n\n".join(parts) + "\n"


def _about(module: Module) -> str:
    """What the module's own file says first."""
    file = sys.modules.get(f"neurokyn.physiology.{module.name}")
    return (file.__doc__ or "").strip() if file else ""


def _section(title: str, lines: list[str]) -> list[str]:
    return [f"## {title}", "\n".join(lines)] if lines else []


def _short(node: Expression | None) -> str:
    return "outside" if node is None else f"`{str(node.value).split('.')[-1]}`"


def _states(module: Module) -> list[str]:
    rows = [f"| {_short(s.symbol)} | {s.symbol.unit} | {s.description} | ${latex(s.start)}$ |" for s in module.states]
    return ["| state | unit | what it is | starts at |", "|---|---|---|---|", *rows] if rows else []


def _inputs(module: Module) -> list[str]:
    rows = [f"| {_short(i.symbol)} | {i.symbol.unit} | {i.description} | `{i.of}` |" for i in module.inputs]
    return ["| input | unit | what it is | comes from |", "|---|---|---|---|", *rows] if rows else []


def _drives(module: Module) -> list[str]:
    rows = [f"| {_short(d.symbol)} | {d.symbol.unit} | {d.description} |" for d in module.drives]
    return ["| drive | unit | what it is |", "|---|---|---|", *rows] if rows else []


def _changes(module: Module) -> list[str]:
    """One equation for each state, in fluxes and rates."""
    lines = []
    for state in module.states:
        terms = [f"-{_upright(f.name)}" for f in module.fluxes if f.source is state.symbol]
        for flux in module.fluxes:
            if flux.target is state.symbol:
                share = "" if latex(flux.yields) == "1" else latex(flux.yields) + r" \cdot "
                terms.append(f"+{share}{_upright(flux.name)}")
        volume = "" if latex(state.volume) == "1" else latex(state.volume) + r" \cdot "
        rates = [latex(rate.expression) for rate in module.rates if rate.state is state.symbol]
        right = " ".join(terms).removeprefix("+")
        if rates:
            right = " + ".join([*([right] if right else []), *rates])
        left = rf"{volume}\frac{{d\,{_upright(str(state.symbol.value))}}}{{dt}}"
        lines += [f"$${left} = {right or '0'}$$", ""]
    return lines


def _fluxes(module: Module) -> list[str]:
    lines = []
    for f in module.fluxes:
        note = f" ({f.reference})" if f.reference else ""
        lines += [f"{_short(f.source)} → {_short(f.target)}{note}: {f.description}".rstrip(": "), ""]
        lines += [f"$${_upright(f.name)} = {latex(f.expression)}$$", ""]
    return lines


def _relations(module: Module) -> list[str]:
    lines = []
    for r in module.relations:
        what = f"{_short(r.symbol)} [{r.symbol.unit}] {r.description}".strip()
        lines += [what, "", f"$${_upright(str(r.symbol.value))} = {latex(r.expression)}$$", ""]
    return lines


def _numbers(module: Module, table: Table) -> list[str]:
    rows = [_number(table[name]) for name in module.parameter_units if name in table]
    head = [
        "| parameter | value | unit | range | spread | evidence | source | note |",
        "|---|---|---|---|---|---|---|---|",
    ]
    return [*head, *rows] if rows else []


def _number(row: Parameter) -> str:
    bounds = f"{row.bounds[0]:g} to {row.bounds[1]:g}" if row.bounds else ""
    spread = f"{row.spread['kind']} {row.spread['cv']:.0%}" if "cv" in row.spread else str(row.spread.get("kind", ""))
    origin = " ".join(x for x in (row.evidence, row.organism) if x)
    source = ", ".join(x for x in (row.source, row.where) if x)
    cells = [f"`{row.name.split('.')[1]}`", f"{row.value:g}", row.unit, bounds, spread, origin, source, row.note]
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _sources(module: Module, table: Table) -> list[str]:
    entries = source_keys()
    keys = {*module.sources, *(f.reference for f in module.fluxes)}
    keys |= {table[name].source for name in module.parameter_units if name in table}
    return [f"- `{key}`: {_linked(reference_line(entries[key]))}" for key in sorted(keys & set(entries))]


def _linked(reference: str) -> str:
    """A reference with its DOI or address as a link."""
    text = re.sub(r"doi:(\S+)", r"[doi:\1](https://doi.org/\1)", reference)
    return re.sub(r"(?<![(\w])(https?://\S+)", r"<\1>", text)
