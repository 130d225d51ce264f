"""The coupled diagram comes from the declarations, is tidy, and can be read without seeing it."""

import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from neurokyn.language import Module
from neurokyn.report.diagram import couplings
from neurokyn.report.layered import layered
from neurokyn.report.network import module_network, system_network, with_ways
from neurokyn.report.network_plot import network_figure
from neurokyn.report.network_svg import network_svg, standalone
from neurokyn.scenario.model import modules, standard_model

DOCS = Path(__file__).resolve().parents[3] / "docs" / "model"
SVG = "{http://www.w3.org/2000/svg}"
NAMES = sorted(modules())


@pytest.fixture(scope="module")
def whole():
    return system_network(standard_model())


def every_network():
    return [system_network(standard_model()), *(module_network(standard_model(), modules()[name]) for name in NAMES)]


def test_every_system_and_every_coupling_is_drawn(whole):
    assert set(whole.nodes) == set(NAMES)
    assert {line.pair for line in whole.lines} == {(c.giver, c.taker) for c in couplings(standard_model())}
    assert {line.pair for line in whole.lines if line.matter} >= {
        ("tryptophan", "kynurenine"),
        ("muscle", "tryptophan"),
    }


@pytest.mark.parametrize("network", every_network(), ids=["systems", *NAMES])
def test_nothing_overlaps_and_lines_meet_their_boxes(network):
    boxes = network.placement.boxes
    for (_, a), (_, b) in combinations(boxes.items(), 2):
        apart = max(abs(a.x - b.x) - (a.width + b.width) / 2, abs(a.y - b.y) - (a.height + b.height) / 2)
        assert apart >= 10
    for name, box in boxes.items():
        assert box.width / 2 <= box.x <= network.placement.width - box.width / 2, name
        assert box.height / 2 <= box.y <= network.placement.height - box.height / 2, name
        words = network.nodes[name].lines
        assert box.width > max(len(line) for line in words) * 9 or network.nodes[name].kind == "world"
    for line in network.lines:
        for point, name in ((0, line.source), (-1, line.target)):
            (x, y), box = network.placement.paths[line.pair][point], boxes[name]
            assert abs(abs(y - box.y) - box.height / 2) < 1e-6, line.pair
            assert abs(x - box.x) <= box.width / 2, line.pair


@pytest.mark.parametrize("network", every_network(), ids=["systems", *NAMES])
def test_lines_pass_between_boxes(network):
    """No line runs through a box that it does not join."""
    for line in network.lines:
        for x, y in sampled(network.placement.paths[line.pair]):
            for name, box in network.placement.boxes.items():
                if name not in line.pair:
                    inside = abs(x - box.x) < box.width / 2 and abs(y - box.y) < box.height / 2
                    assert not inside, (line.pair, name)


def sampled(points):
    for k in range(0, len(points) - 1, 3):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = points[k : k + 4]
        for t in (j / 12 for j in range(13)):
            s = 1 - t
            weights = (s**3, 3 * s * s * t, 3 * s * t * t, t**3)
            yield (
                sum(w * x for w, x in zip(weights, (ax, bx, cx, dx), strict=True)),
                sum(w * y for w, y in zip(weights, (ay, by, cy, dy), strict=True)),
            )


def test_placement_is_the_same_each_time(whole):
    assert system_network(standard_model()).placement == whole.placement


def test_heavier_edges_point_down():
    sizes = {"a": (60, 30), "b": (60, 30)}
    for heavy, light in ((("a", "b"), ("b", "a")), (("b", "a"), ("a", "b"))):
        boxes = layered(sizes, {heavy: 3, light: 1}).boxes
        assert boxes[heavy[0]].y < boxes[heavy[1]].y


def test_parts_that_do_not_hang_together_stand_side_by_side():
    sizes = dict.fromkeys("abcd", (60, 30))
    boxes = layered(sizes, {("a", "b"): 1, ("c", "d"): 1}).boxes
    assert boxes["a"].y == boxes["c"].y
    assert abs(boxes["a"].x - boxes["c"].x) >= 60


def test_svg_is_well_formed_and_says_what_it_shows(whole):
    way = {("ssri", "serotonin"): "raises", ("stress", "dendrites"): "lowers"}
    text = network_svg(with_ways(whole, way), {("ssri", "serotonin"): 7.5}, name="one")
    root = ElementTree.fromstring(text)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "one-title one-text"
    described = root.find(f"{SVG}desc").text
    assert "ssri to serotonin: sert_occupancy is read, which raises" in described
    lines = {g.get("data-line"): g for g in root.iter(f"{SVG}g") if g.get("data-line")}
    assert lines["ssri>serotonin"].find(f"{SVG}path").get("stroke-width") == "7.5"
    assert "raises" in lines["ssri>serotonin"].get("class").split()
    assert "quiet" in lines["ssri>behaviour"].get("class").split()  # not derived, so not guessed
    assert re.search(r"#[0-9a-f]{6}", text, re.IGNORECASE) is None  # colours are the page's
    assert "<style>" not in text
    alone = standalone(text)
    ElementTree.fromstring(alone)
    assert "prefers-color-scheme: dark" in alone


def test_names_of_a_model_cannot_break_the_picture():
    from neurokyn.compiler.compose import compose

    one = Module("one", 'A & B <script>"x"</script>')
    held = one.state("held", "mg", "held", start=1)
    one.flux("out", one.parameter("k", "1/h") * held, frm=held)
    ElementTree.fromstring(network_svg(system_network(compose([one]))))
    ElementTree.fromstring(network_svg(module_network(compose([one]), one)))


def test_figure_holds_every_name(whole):
    figure = network_figure(whole)
    said = {text.get_text() for text in figure.axes[0].texts}
    for node in whole.nodes.values():
        assert set(node.lines) <= said
    assert min(text.get_fontsize() for text in figure.axes[0].texts) >= 11


def test_the_picture_of_the_documents_is_that_of_the_model():
    """Run `python scripts/make_network.py` if it is not."""
    from neurokyn.analysis.budget import accounts
    from neurokyn.analysis.signs import everything, pooled, signs

    network = with_ways(system_network(standard_model()), pooled(signs(accounts(everything()))))
    assert (DOCS / "network.png").is_file()
    drawn = ElementTree.parse(DOCS / "network.svg").getroot()
    assert lines_of(drawn) == lines_of(ElementTree.fromstring(network_svg(network)))
    assert drawn.find(f"{SVG}desc").text == network.text


def lines_of(root):
    return {g.get("data-line"): g.get("class") for g in root.iter(f"{SVG}g") if g.get("data-line")}
