"""Equations as printed say what is computed, and the pages show what is declared."""

from pathlib import Path

import numpy as np
import pytest
import sympy
from neurokyn.analysis.module_evidence import evidence
from neurokyn.language.expression import Expression, evaluate, walk
from neurokyn.report.equations import latex, module_page, to_sympy
from neurokyn.scenario.model import modules, standard_parameters

PAGES = Path(__file__).resolve().parents[3] / "docs" / "model"


def formulas(module) -> list[Expression]:
    return [x.expression for group in (module.fluxes, module.rates, module.relations) for x in group]


@pytest.mark.parametrize("name", sorted(modules()))
def test_sympy_computes_what_we_compute(name):
    """Every formula of a module, in SymPy and in ours, at a random point and the module's own numbers."""
    random = np.random.default_rng(11)
    module, table = modules()[name], standard_parameters()
    roots = formulas(module)
    names = sorted({str(node.value) for node in walk(*roots) if node.operation == "symbol"})
    point = {n: float(random.uniform(0.2, 1.8)) for n in names}
    point |= {n: table[n].in_unit(unit) for n, unit in module.parameter_units.items() if n in point}
    theirs = sympy.lambdify(
        [sympy.Symbol(n) for n in names],
        [to_sympy(root) for root in roots],
        modules=[{"maximum": max, "minimum": min}, "math"],
    )(*point.values())
    assert theirs == pytest.approx(evaluate(roots, point), rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("name", sorted(modules()))
def test_latex_balances(name):
    for root in formulas(modules()[name]):
        text = latex(root)
        assert text.count("{") == text.count("}")
        assert text.count(r"\left") == text.count(r"\right")


@pytest.mark.parametrize("name", sorted(modules()))
def test_the_page_is_the_declaration(name):
    """If this fails: `python scripts/build_docs.py`."""
    page = module_page(modules()[name], standard_parameters(), evidence(name, PAGES.parent))
    assert (PAGES / f"{name}.md").read_text(encoding="utf-8") == page


def test_a_page_lists_every_state_flux_and_number():
    module = modules()["serotonin"]
    page = module_page(module, standard_parameters())
    for name in (*(s.symbol.value for s in module.states), *module.parameter_units):
        assert f"`{name.split('.')[1]}`" in page
    assert all(f.name.split(".")[1].replace("_", r"\_") in page for f in module.fluxes)
