"""The Why room in a browser: the diagram lives, budgets add up, cuts can be stopped, and all of it by keyboard."""

import re
import time

import pytest

pytest.importorskip("dash", reason="the extra `lab` is not installed")

from neurokyn.errors import ScenarioError
from neurokyn.lab.state import State
from neurokyn.lab.why import runs_of
from neurokyn.lab.why_runs import Ledgers, days_of, pair, telling_day, widths_by_change, widths_by_flow
from neurokyn.report.diagram import couplings
from neurokyn.scenario.model import standard_model

pytestmark = pytest.mark.xdist_group("lab")
LINK = "#drug=escitalopram&mode=running&weeks=6"
PATIENCE = 90  # s; the first run of a fresh cache compiles


@pytest.fixture(scope="module")
def ledgers():
    from neurokyn.lab.bench import Bench

    return Ledgers(Bench())


def test_runs_are_those_of_the_page():
    pins = [{"name": "a", "state": {"mode": "running"}}, "nonsense"]
    found = runs_of({"drug": "sertraline"}, pins)
    assert [run["key"] for run in found] == ["now", "alone", "pin-0"]
    assert found[1]["state"] == {}
    assert [run["key"] for run in runs_of({}, [])] == ["now"]  # left alone already
    assert [run["key"] for run in runs_of("nonsense", None)] == ["now"]


def test_widths_follow_what_happens(ledgers):
    assert telling_day(ledgers.run(State(mode="running", days=1.0, weeks=2.0))) == 8  # a Monday
    alone, running = (State(mode=mode, weeks=2.0) for mode in ("", "running"))
    quiet = widths_by_change(ledgers.run(alone), ledgers.usual_day(alone))
    moving = widths_by_change(ledgers.run(running), ledgers.usual_day(running))
    assert set(moving) == {f"{c.giver}>{c.taker}" for c in couplings(standard_model())}
    assert all(len(each) == days_of(ledgers.run(running)) == 14 for each in moving.values())
    assert max(max(each) for each in quiet.values()) < 2.0  # a closed day repeats itself
    assert max(moving["exercise>growth_factors"]) > 8.0
    flow = widths_by_flow(ledgers.run(running))
    assert max(flow["tryptophan>kynurenine"]) == pytest.approx(11.0)
    assert len(set(flow["stress>mood"])) == 1  # nothing flows there


def test_pairs_are_as_long_as_the_shorter(ledgers):
    one, two = (ledgers.scenario(State(mode=mode, weeks=weeks)) for mode, weeks in (("", 4.0), ("running", 2.0)))
    both = pair(one, two)
    both.check()
    assert both.hours == 2 * 168
    assert both.arm_names == ("one", "two")
    with pytest.raises(ScenarioError):
        both.arm("three")


def wait(browser, script, seconds=PATIENCE):
    """The first truthy answer of a script."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = browser.execute_script(f"return {script}")
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s for {script}; {browser.find_element('id', 'why-message').text}")


def text(browser, name):
    return browser.find_element("id", name).text


def open_room(browser, lab, link=LINK):
    browser.get(lab + "/" + link)
    wait(browser, "document.querySelector('#tab-why') && window.lab")
    wait(browser, "document.querySelector('.said') && document.querySelector('.said').textContent")
    browser.find_element("id", "tab-why").click()
    wait(browser, "document.querySelectorAll('#why-diagram .line[data-line]').length")
    wait(browser, "/in hand: .*escitalopram/.test(document.getElementById('why-run').textContent)")
    wait(browser, "/^Day \\d+ of 42/.test(document.getElementById('why-day-words').textContent)")


WIDTHS = """Object.fromEntries([...document.querySelectorAll('#why-diagram .line[data-line]')].map(
    line => [line.dataset.line, Number(line.querySelector('path').getAttribute('stroke-width'))]))"""


def slide(browser, day):
    browser.execute_script(
        """const [slider, value] = arguments;
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(slider, value);
        slider.dispatchEvent(new Event('input', {bubbles: true}));
        slider.dispatchEvent(new Event('change', {bubbles: true}));""",
        browser.find_element("css selector", "#why-day, #why-day input"),
        str(day),
    )
    wait(browser, f"document.getElementById('why-day-words').textContent.startsWith('Day {day} of')")


def test_the_diagram_is_there_and_its_widths_follow_the_days(browser, lab):
    open_room(browser, lab)
    assert len(browser.execute_script(f"return {WIDTHS}")) == len(couplings(standard_model()))
    slide(browser, 1)
    first = browser.execute_script(f"return {WIDTHS}")
    slide(browser, 42)
    last = browser.execute_script(f"return {WIDTHS}")
    assert first != last
    assert last["dendrites>mood"] > first["dendrites>mood"]  # dendrites take weeks
    assert first["ssri>serotonin"] > 5.0  # the drug is there on the first day
    described = browser.execute_script("return document.querySelector('#why-diagram desc').textContent")
    assert "tryptophan to kynurenine" in described


def test_matter_flows_in_the_other_picture(browser, lab):
    open_room(browser, lab)
    browser.find_elements("css selector", "#why-mode input")[1].click()
    wait(browser, f"(w => w['stress>mood'] < 1.5 && w['tryptophan>kynurenine'] > 8)({WIDTHS})")


def test_a_system_is_chosen_by_keyboard_and_shows_its_numbers(browser, lab):
    from selenium.webdriver.common.keys import Keys

    open_room(browser, lab)
    node = browser.find_element("css selector", '#why-diagram .node[data-node="kynurenine"]')
    assert node.get_attribute("role") == "button"
    assert "Kynurenine pathway" in node.get_attribute("aria-label")
    browser.execute_script("arguments[0].focus()", node)
    node.send_keys(Keys.ENTER)
    wait(browser, "/kat muscle/.test(document.getElementById('why-tables').textContent)")
    wait(browser, "document.querySelector('#why-states svg')")
    assert node.get_attribute("aria-pressed") == "true"
    row = next(row for row in text(browser, "why-tables").splitlines() if row.startswith("kyna "))
    assert re.fullmatch(r"kyna [\d.]+ [\d.]+ \+[\d.]+ % nmol/L kynurenate in plasma", row)  # running raises it
    node.send_keys(Keys.ENTER)
    wait(browser, "/Choose a system/.test(document.getElementById('why-tables').textContent)")


def test_budget_bars_add_up_to_the_change(browser, lab):
    open_room(browser, lab)
    wait(browser, "/The bars add up/.test(document.getElementById('why-budget-words').textContent)")
    assert "what is missing is less than a billionth" in text(browser, "why-budget-words")
    bars = browser.execute_script(
        "return document.querySelector('#why-budget .js-plotly-plot').data.map(bar => [bar.name, Array.from(bar.x)])"
    )
    assert [name for name, _ in bars] == ["the run in hand", "left alone", "difference"]
    said = re.search(r"a difference of (−?\d[\d.]*\d)", text(browser, "why-budget-words")).group(1)
    assert sum(bars[2][1]) == pytest.approx(float(said.replace("−", "-")), rel=1e-3)
    for one, two, by in zip(*(x for _, x in bars), strict=True):
        assert by == pytest.approx(one - two, abs=1e-9)


def test_cuts_stopped_half_way_leave_a_working_page(browser, lab):
    open_room(browser, lab)
    wait(browser, "/left alone/.test(document.getElementById('why-two').textContent)")
    browser.find_element("id", "why-cut").click()
    wait(browser, "!document.getElementById('why-cancel').disabled")
    browser.find_element("id", "why-cancel").click()
    wait(browser, "document.getElementById('why-cut-words').textContent.startsWith('Stopped')")
    slide(browser, 7)
    wait(browser, "!document.getElementById('why-cut').disabled")
    browser.find_element("id", "why-cut").click()
    wait(browser, "document.getElementById('why-cut-words').textContent.startsWith('Done')")
    assert "need not add up to 100 %" in text(browser, "why-cut-words")
    names = browser.execute_script("return document.querySelector('#why-cuts .js-plotly-plot').data[0].y")
    assert "dendrites → mood" in names
    browser.execute_script("document.querySelector('#why-cuts-table').closest('details').open = true")
    assert "growth factors → dendrites" in text(browser, "why-cuts-table")


def test_the_same_run_twice_is_told(browser, lab):
    browser.get(lab + "/#weeks=6")
    wait(browser, "document.querySelector('#tab-why') && window.lab")
    browser.find_element("id", "tab-why").click()
    wait(browser, "/choose two that differ/.test(document.getElementById('why-budget-words').textContent)")
    browser.find_element("id", "why-cut").click()
    wait(browser, "/choose two that differ/.test(document.getElementById('why-cut-words').textContent)")


@pytest.mark.parametrize("width", [360, 1920])
def test_nothing_sticks_out(browser, lab, width):
    open_room(browser, lab)
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    time.sleep(0.5)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
