"""The documentation site builds without a warning and reads from disk with the network off."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import neurokyn
import pytest
from neurokyn.compiler.checks import source_keys
from neurokyn.scenario.model import modules, standard_parameters

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
sys.path[:0] = [str(ROOT / "scripts"), str(DOCS / "_ext")]
KINDS = (
    "index",
    "start",
    "science",
    "lab",
    "tutorials/README",
    "tutorials/01-first-scenario",
    "model/README",
    "model/mood",
    "numbers",
    "questions",
    "validation",
    "benchmarks/report",
    "api/language",
    "changelog",
)
pytestmark = pytest.mark.xdist_group("site")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site with the tutorials as they stand; running them is the work of their own test."""
    pytest.importorskip("sphinx", reason="the extra `docs` is not installed")
    out = tmp_path_factory.mktemp("site")
    words = [sys.executable, str(ROOT / "scripts" / "build_site.py"), "--do-not-run", "--out", str(out)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def test_every_page_is_there_and_described(site):
    written = {path.relative_to(DOCS).with_suffix("") for path in DOCS.rglob("*.md") if "_build" not in path.parts}
    written -= {Path("README")}
    shown = {path.relative_to(site).with_suffix("") for path in site.rglob("*.html")}
    assert written <= shown
    for name in written:
        text = (site / f"{name}.html").read_text(encoding="utf-8")
        assert '<meta name="description" content="' in text, name
        assert len(re.findall(r"<h1[ >]", text)) == 1, name
    top = re.findall(r'<li class="toctree-l1', (site / "index.html").read_text(encoding="utf-8"))
    assert 5 <= len(top) <= 8


def test_what_is_wrong_is_found(tmp_path):
    from build_site import problems

    (tmp_path / "style.css").write_text('@font-face { src: url("https://fonts.example/a.woff2") }', encoding="utf-8")
    (tmp_path / "other.html").write_text('<h1 id="there">x</h1>', encoding="utf-8")
    (tmp_path / "page.html").write_text(
        '<a href="other.html#there">1</a> <a href="other.html#gone">2</a>'
        '<a href="gone.html">3</a> <a href="#here">4</a>'
        '<a href="https://doi.org/10.1000/1">5</a> <script src="https://cdn.example/x.js"></script>'
        '<img src="gone.png"><p style="background: url(http://x.example/y.png)">6</p>',
        encoding="utf-8",
    )
    assert problems(tmp_path) == [
        "page.html loads https://cdn.example/x.js from outside",
        "page.html loads http://x.example/y.png from outside",
        "page.html links to other.html#gone: that page has no such anchor",
        "page.html links to gone.html, which is not there",
        "page.html links to #here: that page has no such anchor",
        "page.html links to gone.png, which is not there",
        "style.css loads https://fonts.example/a.woff2 from outside",
    ]


def test_the_api_has_every_public_name():
    text = "\n".join(path.read_text(encoding="utf-8") for path in (DOCS / "api").glob("*.md"))
    named = re.findall(r"^\.\. auto\w+:: neurokyn\.(\w+)$", text, re.MULTILINE)
    assert sorted(named) == sorted(set(neurokyn.__all__) - {"__version__"})
    of_the_language = re.findall(r"^\.\. auto\w+:: neurokyn\.language\.(\w+)$", text, re.MULTILINE)
    assert sorted(of_the_language) == sorted(set(neurokyn.language.__all__) - {"Module"})


def test_the_science_cites_what_we_hold_and_counts_right():
    text, _, sources = (DOCS / "science.md").read_text(encoding="utf-8").partition("## Sources")
    entries = source_keys()
    listed = dict(re.findall(r"^- `(\w+)`: .*?(?:<(\S+)>)?$", sources, re.MULTILINE))
    assert set(listed) <= set(entries)
    for key, address in listed.items():
        identifier = (
            address.removeprefix("https://doi.org/").rstrip("/").rpartition("gov/")[2].rpartition("articles/")[2]
        )
        assert identifier in entries[key], key
    cited = set(re.findall(r"\]\(\s*(https?://[^)\s]+)\)", text))
    assert cited == {address for address in listed.values() if address}
    table = standard_parameters()
    count = Counter(table[n].evidence for m in modules().values() for n in m.parameter_units if n in table)
    numbers = [int(x) for x in re.findall(r"\b\d+\b", text.partition("## How much of this is known")[2])]
    order = ("assumed", "measured", "derived", "fitted", "convention")
    assert numbers == [count.total(), *(count[kind] for kind in order)]


def test_the_version_to_cite_is_the_version():
    assert f"version {neurokyn.__version__}." in (DOCS / "cite.md").read_text(encoding="utf-8")


def test_the_page_of_the_lab_lists_its_lessons():
    pytest.importorskip("dash", reason="the extra `lab` is not installed")
    from neurokyn.lab.lesson_reading import lessons
    from neurokyn.lab.state import MOST_PINS
    from neurokyn.lab.trial_run import MOST_PEOPLE, MOST_TRIALS

    page = (DOCS / "lab.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| (\d+) \|$", page, re.MULTILINE)
    assert rows == [(lesson.title, str(lesson.minutes)) for lesson in lessons()]
    assert (MOST_PINS, MOST_PEOPLE, MOST_TRIALS) == (6, 600, 100), "in words on the page"


def diagrams():
    from flowchart import read

    for page in sorted((DOCS / "model").glob("*.md")):
        for text in re.findall(r"```mermaid\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            yield pytest.param(read(text), id=page.stem)


@pytest.mark.parametrize("drawing", list(diagrams()))
def test_a_drawing_shows_every_box_and_arrow_and_none_lies_on_another(drawing):
    from flowchart import draw, pieces

    pictures = [draw(piece, "what it is") for piece in pieces(drawing)]
    words = [words for _, words in drawing.boxes.values() if words]
    assert sorted(re.findall(r'<text class="name" x="[^"]*" y="[^"]*">([^<]*)<', "".join(pictures))) == sorted(words)
    assert "".join(pictures).count('class="head"') == len(drawing.arrows)
    for svg in pictures:
        none_on_another(svg)


def none_on_another(svg):
    number = r"([\d.-]+)"
    found = re.findall(rf'<rect class="\w+" x="{number}" y="{number}" width="{number}" height="{number}"', svg)
    boxes = [tuple(map(float, box)) for box in found]
    for k, (x, y, width, height) in enumerate(boxes):
        for other in boxes[:k]:
            apart = (
                x >= other[0] + other[2] or other[0] >= x + width or y >= other[1] + other[3] or other[1] >= y + height
            )
            assert apart, (boxes[k], other)


def test_what_is_no_diagram_is_shown():
    from flowchart import read

    with pytest.raises(ValueError, match="neither a box nor an arrow: 'subgraph one two'"):
        read("flowchart LR\n    subgraph one two")
    with pytest.raises(ValueError, match="begins with"):
        read("sequenceDiagram\n    a -->|x| b")


@pytest.mark.parametrize("width", [360, 1280])
def test_every_kind_of_page_reads_from_disk(site, browser, width):
    """No console error (the fixture looks), nothing wider than the screen, formulas and drawings that take up room."""
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
    )
    for name in KINDS:
        browser.get((site / f"{name}.html").as_uri())
        wide, seen = browser.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= seen, name
        broken = "return [...document.images].filter(x => x.loading != 'lazy' && x.complete && !x.naturalWidth).length"
        assert browser.execute_script(broken) == 0, name
    browser.get((site / "model" / "kynurenine.html").as_uri())
    heights = browser.execute_script(
        "return [...document.querySelectorAll('.math math mfrac')].map(x => x.getBoundingClientRect().height)"
    )
    assert len(heights) > 10
    assert min(heights) > 20
    assert browser.execute_script("return document.fonts.check('16px Formulas')")
    box = browser.execute_script("return document.querySelector('svg.flowchart rect.state').getBoundingClientRect()")
    assert box["width"] > 20
    assert box["height"] > 10


def test_light_and_dark_differ_and_can_be_read(site, browser):
    browser.get((site / "model" / "kynurenine.html").as_uri())
    look = (
        "return [getComputedStyle(document.querySelector('svg.flowchart rect.state + text')).fill,"
        " getComputedStyle(document.body).backgroundColor]"
    )
    seen = []
    for theme in ("light", "dark"):
        browser.execute_script("document.body.dataset.theme = arguments[0]", theme)
        ink, paper = ([int(x) / 255 for x in re.findall(r"\d+", colour)[:3]] for colour in browser.execute_script(look))
        bright = [sum(w * _linear(x) for w, x in zip((0.2126, 0.7152, 0.0722), c, strict=True)) for c in (ink, paper)]
        assert (max(bright) + 0.05) / (min(bright) + 0.05) > 7  # WCAG's enhanced contrast
        seen.append(paper)
    assert seen[0] != seen[1]


def _linear(x: float) -> float:
    return x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4


def test_the_search_finds_from_disk(site, browser):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import WebDriverWait

    browser.get((site / "index.html").as_uri())
    browser.find_element(By.CSS_SELECTOR, "input[name=q]").send_keys("kynurenine", Keys.ENTER)
    wait = WebDriverWait(browser, 20)
    wait.until(lambda b: len(b.find_elements(By.CSS_SELECTOR, "#search-results li a")) > 3)
    first = browser.find_elements(By.CSS_SELECTOR, "#search-results li a")
    assert any("model/kynurenine.html" in link.get_attribute("href") for link in first)
    next(link for link in first if "model/kynurenine.html" in link.get_attribute("href")).click()
    wait.until(lambda b: "Kynurenine pathway" in b.title)
