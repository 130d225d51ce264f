"""Diagrams show every state, flux and coupling, in Mermaid that parses."""

import re
from pathlib import Path

import pytest
from neurokyn.language import Module
from neurokyn.report.diagram import couplings, module_diagram
from neurokyn.report.equations import model_page
from neurokyn.scenario.model import modules, standard_model

PAGE = Path(__file__).resolve().parents[3] / "docs" / "model" / "README.md"
ID = r"[a-z]+_\w+"
DOT = r"(?:in|out)_\w+\(\( \)\)"
NODE = re.compile(rf'    ({ID})(?:\["[^"]+"\]|\("[^"]+"\)|\(\["[^"]+"\]\)|\[/"[^"]+"/\])')
ARROW = re.compile(rf'    ({ID}|{DOT}) (?:-->|==>|-\.->)(?:\|"([^"]+)"\|)? ({ID}|{DOT})')


def read(text: str) -> tuple[list[str], list[tuple[str, str, str]]]:
    """Ids and arrows of a flowchart; every line is one or the other."""
    head, *lines = text.splitlines()
    assert re.fullmatch("flowchart (LR|TB)", head)
    nodes, arrows = [], []
    for line in lines:
        node, arrow = NODE.fullmatch(line), ARROW.fullmatch(line)
        assert node or arrow, line
        if node:
            nodes.append(node[1])
        else:
            arrows.append((arrow[1], arrow[2] or "", arrow[3]))
    return nodes, arrows


@pytest.mark.parametrize("name", sorted(modules()))
def test_every_state_and_flux_is_there(name):
    module = modules()[name]
    nodes, arrows = read(module_diagram(module))
    assert {f"state_{s.symbol.value.split('.')[1]}" for s in module.states} <= set(nodes)
    assert [label for _, label, _ in arrows if label] == [f.name.split(".")[1] for f in module.fluxes]


@pytest.mark.parametrize("name", sorted(modules()))
def test_ids_are_unique_and_arrows_end_on_them(name):
    nodes, arrows = read(module_diagram(modules()[name]))
    assert len(nodes) == len(set(nodes))
    ends = {end for a, _, b in arrows for end in (a, b) if "((" not in end}
    assert ends <= set(nodes)
    assert len(arrows) == len(set(arrows))


def test_fluxes_go_where_they_are_declared_to():
    arrows = read(module_diagram(modules()["serotonin"]))[1]
    assert ("state_releasable", "release", "state_extracellular") in arrows
    assert ("input_brain_tryptophan", "tph2", "state_htp") in arrows
    assert ("state_hiaa_tissue", "hiaa_clearance", "out_hiaa_clearance(( ))") in arrows


def test_a_rate_is_followed_through_named_relations():
    m = Module("loop", "Loop")
    unit = m.parameter("unit", "1/h")
    x = m.state("x", "1", "x", start=1)
    y = m.state("y", "1", "y", start=1)
    fixed = m.relation("fixed", 2 * unit, "1/h")
    twice = m.relation("twice", 2 * m.drive("push", "1", "push") + y, "1")
    m.rate(x, fixed * (twice - x))
    nodes, arrows = read(module_diagram(m))
    assert nodes == ["state_x", "state_y", "relation_twice", "drive_push"]
    assert {(a, b) for a, _, b in arrows} == {
        ("relation_twice", "state_x"),
        ("drive_push", "relation_twice"),
        ("state_y", "relation_twice"),
    }


def test_every_joined_input_belongs_to_one_pair():
    system = standard_model()
    pairs = couplings(system)
    assert len({(c.giver, c.taker) for c in pairs}) == len(pairs)
    joined = {(source.split(".")[0], name.split(".")[0], source) for name, source in system.joins.items() if source}
    assert sum(len(c.quantities) for c in pairs) == len(joined)


def test_matter_flows_both_ways_between_plasma_and_muscle():
    flows = {(c.giver, c.taker): c.fluxes for c in couplings(standard_model())}
    assert "tryptophan_uptake" in flows["tryptophan", "muscle"]
    assert "tryptophan_release" in flows["muscle", "tryptophan"]
    assert flows["serotonin", "mood"] == ()


def test_the_page_of_the_whole_is_the_declarations():
    """If this fails: `python scripts/build_docs.py`."""
    assert PAGE.read_text(encoding="utf-8") == model_page(standard_model())
