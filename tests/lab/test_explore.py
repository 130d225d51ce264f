"""The room Explore in a real browser: drag, pin, zoom, files, links, undo, keys alone, and what goes wrong."""

import csv
import io
import json
import time
import tomllib
import urllib.error
import urllib.request

import numpy as np
import pytest
import xarray as xr

pytest.importorskip("dash", reason="the extra `lab` is not installed")
pytest.importorskip("selenium", reason="selenium is not installed")

from neurokyn.lab.state import from_link
from neurokyn.report.courses import by_day
from neurokyn.scenario.reading import parse_scenario
from neurokyn.scenario.results import read_netcdf
from neurokyn.scenario.simulate import simulate
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

pytestmark = pytest.mark.xdist_group("lab")
PATIENCE = 30  # s

DRAWN = """
const graph = document.getElementById("explore-graph");
return graph.data.map((trace) => ({ name: trace.name, x: [...trace.x], y: [...trace.y], axis: trace.yaxis }));
"""


def by(browser, name):
    return browser.find_element(By.ID, f"explore-{name}")


def wait(browser, until, what="that"):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if until():
            return
        time.sleep(0.05)
    text = browser.find_element(By.TAG_NAME, "body").text[:600]
    raise AssertionError(f"{what} did not come within {PATIENCE} s; the page says: {text}")


def settle(browser):
    """Wait until the picture is whole and says what the address says."""
    script = """
    const root = document.getElementById("explore-root");
    return Boolean(root) && !root.hasAttribute("aria-busy") && window.explore.resting()
        && Boolean(document.getElementById("explore-summary").textContent);
    """
    wait(browser, lambda: browser.execute_script(script), "the picture")


def open_lab(browser, address):
    browser.get("about:blank")
    browser.get(address)
    settle(browser)


def drawn(browser):
    return browser.execute_script(DRAWN)


def course(browser, axis="y2"):
    """The run in hand in a panel: the last line on its axes."""
    return [trace for trace in drawn(browser) if trace["axis"] == axis][-1]


def names(browser):
    return {trace["name"] for trace in drawn(browser) if trace["name"] and trace["axis"] == "y2"}


def press(browser, name, *keys):
    by(browser, name).send_keys(*keys)
    settle(browser)


def click(browser, name):
    by(browser, name).click()
    settle(browser)


def message(browser):
    return by(browser, "message").text


def state_of(browser):
    return from_link(browser.execute_script("return location.hash"))


def test_it_opens_with_a_treated_person_beside_one_left_alone(lab, browser):
    open_lab(browser, lab)
    assert len(names(browser)) == 2
    assert "falls from" in by(browser, "summary").text
    assert by(browser, "severity-said").text == "21.0 HAM-D"
    assert "solver" in by(browser, "timing").text or "before" in by(browser, "timing").text


def test_dragging_a_slider_moves_the_curve(lab, browser):
    open_lab(browser, lab)
    before = course(browser)["y"]
    handle = by(browser, "dose")
    ActionChains(browser).drag_and_drop_by_offset(handle, int(handle.size["width"] * 0.4), 0).perform()
    settle(browser)
    assert state_of(browser)[0].dose > 15.0
    assert course(browser)["y"][-1] < before[-1]
    assert f"{state_of(browser)[0].dose:g} mg" == by(browser, "dose-said").text


def test_a_burst_of_keys_ends_at_the_last(lab, browser):
    open_lab(browser, f"{lab}/#mode=running&intensity=40")
    press(browser, "intensity", *[Keys.ARROW_RIGHT] * 25)
    assert state_of(browser)[0].intensity == 65.0
    burst = course(browser)["y"]
    open_lab(browser, f"{lab}/#mode=running&intensity=65")
    np.testing.assert_allclose(course(browser)["y"], burst, rtol=1e-6)


def test_what_moves_alone_is_what_the_whole_picture_shows(lab, browser):
    """The quick answer while a slider moves and the picture drawn afresh have the same numbers."""
    open_lab(browser, f"{lab}/#mode=running&intensity=40")
    browser.execute_script(
        "document.addEventListener('explore-drawn', (event) => { if (!event.detail.whole) {"
        " window.moved = [...document.getElementById('explore-graph').data.at(-1).y]; } });"
    )
    press(browser, "intensity", Keys.ARROW_RIGHT)
    np.testing.assert_allclose(browser.execute_script("return window.moved"), drawn(browser)[-1]["y"], rtol=1e-6)


def test_a_pinned_run_stays_behind_is_renamed_and_removed(lab, browser):
    open_lab(browser, f"{lab}/#drug=escitalopram&dose=10")
    pinned = course(browser)["y"]
    click(browser, "pin")
    press(browser, "dose", Keys.END)
    ghost = next(trace for trace in drawn(browser) if trace["axis"] == "y2")
    np.testing.assert_allclose(ghost["y"], pinned, rtol=1e-6)
    assert course(browser)["y"][-1] != pytest.approx(pinned[-1], rel=1e-3)
    field = browser.find_element(By.CSS_SELECTOR, "#explore-pins input")
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys("Ten milligrams", Keys.TAB)
    wait(browser, lambda: "Ten milligrams" in names(browser), "the new name")
    settle(browser)
    assert state_of(browser)[1][0]["name"] == "Ten milligrams"
    browser.find_elements(By.CSS_SELECTOR, "#explore-pins button")[1].click()
    wait(browser, lambda: len(names(browser)) == 1, "the removal")


def test_a_link_brings_everything_back_in_another_browser(lab, browser, new_browser):
    open_lab(browser, f"{lab}/#mode=running")
    click(browser, "pin")
    Select(by(browser, "drug")).select_by_value("sertraline")
    settle(browser)
    press(browser, "severity", Keys.ARROW_RIGHT)
    link, curve = browser.current_url, drawn(browser)
    other = new_browser()
    open_lab(other, link)
    assert other.current_url == link
    assert Select(by(other, "drug")).first_selected_option.get_attribute("value") == "sertraline"
    assert by(other, "severity-said").text == by(browser, "severity-said").text
    for ours, theirs in zip(curve, drawn(other), strict=True):
        np.testing.assert_allclose(np.array(theirs["y"], dtype=float), np.array(ours["y"], dtype=float), rtol=1e-4)


def test_undo_redo_and_reset(lab, browser):
    open_lab(browser, lab)
    begun = browser.current_url
    Select(by(browser, "mode")).select_by_value("running")
    settle(browser)
    press(browser, "minutes", Keys.ARROW_RIGHT)
    both = browser.current_url
    click(browser, "undo")
    assert state_of(browser)[0].minutes == 45.0
    ActionChains(browser).key_down(Keys.CONTROL).send_keys("z").key_up(Keys.CONTROL).perform()
    wait(browser, lambda: browser.current_url == begun, "the beginning")
    settle(browser)
    assert not by(browser, "undo").is_enabled()
    click(browser, "redo")
    click(browser, "redo")
    assert browser.current_url == both
    click(browser, "reset")
    assert browser.current_url == begun
    click(browser, "undo")
    assert browser.current_url == both


def test_the_persons_sliders_follow_until_they_are_moved(lab, browser):
    open_lab(browser, lab)
    press(browser, "stress", *[Keys.ARROW_RIGHT] * 3)
    followed = float(by(browser, "severity-said").text.split()[0])
    assert followed > 21.5
    press(browser, "severity", Keys.ARROW_RIGHT)
    held = by(browser, "severity-said").text
    press(browser, "stress", Keys.ARROW_RIGHT)
    assert by(browser, "severity-said").text == held
    assert course(browser)["y"][0] == pytest.approx(float(held.split()[0]), abs=1.0)
    click(browser, "severity-own")
    assert state_of(browser)[0].severity is None
    assert float(by(browser, "severity-said").text.split()[0]) > followed


def test_zoom_from_sixteen_weeks_down_to_one_bout(lab, browser):
    open_lab(browser, f"{lab}/#mode=running")
    weeks = len(course(browser)["x"])
    click(browser, "zoom-bout")
    bout = course(browser, "y7")
    assert np.diff(bout["x"]).max() == pytest.approx(60_000, rel=0.01)  # ms: every minute
    first = bout["x"][0]
    click(browser, "later")
    later = (course(browser, "y7")["x"][0] - first) / 3.6e6
    assert min(abs(later - 48), abs(later - 72)) < 0.1  # h: the next Wednesday, Friday or Monday
    click(browser, "zoom-whole")
    assert len(course(browser)["x"]) == weeks


def test_dragging_across_a_panel_zooms_and_a_double_click_brings_all_back(lab, browser):
    open_lab(browser, f"{lab}/#mode=running")
    panel = browser.find_element(By.CSS_SELECTOR, "#explore-graph .subplot.x2y2")
    box = panel.rect
    actions = ActionChains(browser)
    plane = browser.find_element(By.CSS_SELECTOR, "#explore-graph .draglayer .x2y2 .nsewdrag")
    width = int(box["width"])
    actions.move_to_element_with_offset(plane, -width // 5, 0).click_and_hold().move_by_offset(width // 5, 0)
    actions.release().perform()
    wait(browser, lambda: len(course(browser)["x"]) > 400, "the window")
    settle(browser)
    ActionChains(browser).double_click(plane).perform()
    wait(browser, lambda: len(course(browser)["x"]) == 112, "the whole course")


def test_every_way_by_keys_alone(lab, browser):
    open_lab(browser, lab)
    browser.execute_script("document.activeElement.blur()")
    reached = []
    for _ in range(60):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        focused = browser.switch_to.active_element
        reached.append(focused.get_attribute("id"))
        ring = browser.execute_script("return getComputedStyle(arguments[0]).outlineStyle", focused)
        assert ring != "none" or focused.tag_name == "body", f"{reached[-1]} shows no focus"
    wanted = ["phenotype", "severity", "crp", "stress", "fitness", "cyp2c19", "drug", "dose", "missed", "mode"]
    wanted += ["stress_event", "interferon", "depletion", "weeks", "pin", "reset", "link", "zoom-whole", "zoom-day"]
    assert [name for name in wanted if f"explore-{name}" not in reached] == []
    browser.execute_script("document.getElementById('explore-drug').focus()")
    ActionChains(browser).send_keys(Keys.ARROW_DOWN).perform()
    settle(browser)
    assert state_of(browser)[0].drug == "citalopram"
    ActionChains(browser).send_keys(Keys.TAB, Keys.ARROW_RIGHT).perform()
    settle(browser)
    assert state_of(browser)[0].dose == 22.0
    browser.execute_script("document.getElementById('explore-pin').focus()")
    ActionChains(browser).send_keys(Keys.ENTER).perform()
    settle(browser)
    assert len(state_of(browser)[1]) == 2


def test_every_control_has_a_name_for_screen_readers(lab, browser):
    open_lab(browser, f"{lab}/#drug=sertraline&dose=50&mode=running")
    nameless = browser.execute_script("""
    return [...document.querySelectorAll("#room-explore input, #room-explore select, #room-explore button")]
        .filter((one) => !one.labels?.length && !one.getAttribute("aria-label") && !one.textContent.trim())
        .map((one) => one.outerHTML);
    """)
    assert nameless == []
    assert by(browser, "dose").get_attribute("aria-valuetext") == "50 mg"
    assert by(browser, "summary").get_attribute("aria-live") == "polite"
    browser.find_element(By.CSS_SELECTOR, "#room-explore .words summary").click()
    rows = browser.find_elements(By.CSS_SELECTOR, "#explore-table tbody tr")
    assert len(rows) == 9


def test_sliders_cannot_leave_their_bounds(lab, browser):
    open_lab(browser, f"{lab}/#drug=escitalopram&dose=10")
    press(browser, "dose", Keys.END, *[Keys.ARROW_RIGHT] * 5)
    assert state_of(browser)[0].dose == 20.0
    press(browser, "severity", Keys.HOME, *[Keys.ARROW_LEFT] * 5)
    assert state_of(browser)[0].severity == 1.0
    assert "cannot be reached" in message(browser)


def test_a_broken_link_is_mended_and_the_page_works(lab, browser):
    open_lab(browser, f"{lab}/#drug=escitalopam&dose=12&weeks=900&pin=%%%&colour=red")
    said = browser.find_element(By.ID, "message").text
    assert "mended" in said
    assert "did you mean 'escitalopram'" in said
    assert "colour" in said
    press(browser, "stress", Keys.ARROW_RIGHT)
    assert state_of(browser)[0].weeks == 16.0


def test_a_server_that_stopped_is_said_and_nothing_is_lost(lab, browser):
    browser.allowed_errors = ["ERR_INTERNET_DISCONNECTED"]
    open_lab(browser, f"{lab}/#drug=escitalopram&dose=10")
    browser.execute_cdp_cmd("Network.enable", {})
    gone = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", gone)
    by(browser, "dose").send_keys(Keys.ARROW_RIGHT)
    wait(browser, lambda: "does not answer" in message(browser), "the message")
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", {**gone, "offline": False})
    press(browser, "dose", Keys.ARROW_RIGHT)
    assert state_of(browser)[0].dose == 12.0
    assert message(browser) == ""


def test_two_tabs_do_not_know_of_each_other(lab, browser):
    open_lab(browser, f"{lab}/#drug=escitalopram&dose=10")
    first = browser.current_window_handle
    browser.switch_to.new_window("tab")
    open_lab(browser, f"{lab}/#mode=running")
    press(browser, "minutes", Keys.ARROW_RIGHT)
    browser.switch_to.window(first)
    press(browser, "dose", Keys.ARROW_RIGHT)
    state = state_of(browser)[0]
    assert (state.drug, state.dose, state.mode) == ("escitalopram", 11.0, "")


def test_the_theme_is_switched_and_drawn(lab, browser):
    open_lab(browser, lab)
    paper = "return document.getElementById('explore-graph').layout.template.layout.paper_bgcolor"
    before = browser.execute_script(paper)
    browser.find_element(By.ID, "theme-switch").click()
    wait(browser, lambda: browser.execute_script(paper) != before, "the other theme")
    settle(browser)


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_nothing_sticks_out_at_any_width(lab, browser, width):
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    open_lab(browser, f"{lab}/#drug=sertraline&missed=2&mode=running&stress_event=1&pin=name%3DLeft%2Balone")
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    assert browser.execute_script("return document.getElementById('explore-graph').layout.width") > 0.5 * width - 100
    first = browser.find_element(By.CSS_SELECTOR, "#explore-graph .draglayer .x2y2 .nsewdrag")
    assert first.rect["y"] < 500  # the first curve is seen without scrolling


# --- what is taken home is what is drawn ---


def asked(browser, **more):
    """What the page would ask for, from its address."""
    state, pins = state_of(browser)
    return {"state": vars(state), "pins": pins, "width": 900, **more}


def fetched(lab, path, body):
    data = json.dumps(body).encode()
    request = urllib.request.Request(f"{lab}/explore/{path}", data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as reply:
        return reply.read()


def downloaded(browser, tmp_path, kind):
    browser.find_element(By.CSS_SELECTOR, "#explore-root .drop summary").click()
    by(browser, f"file-{kind}").click()
    path = tmp_path / f"neurokyn-lab.{kind}"
    wait(browser, lambda: path.exists() and path.stat().st_size > 0, path.name)
    time.sleep(0.2)
    return path


def test_the_csv_holds_the_numbers_drawn(lab, browser, tmp_path):
    open_lab(browser, f"{lab}/#drug=escitalopram&dose=10&pin=name%3DLeft%2Balone")
    text = downloaded(browser, tmp_path, "csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert "mood.depression [HAM-D17 points] mean of the day" in rows[0]
    now = course(browser)
    own = [row for row in rows if row["run"].startswith("Major depression")]
    hours = np.array([float(row["time [h]"]) for row in own])
    values = np.array([float(row["mood.depression [HAM-D17 points] mean of the day"]) for row in own])
    np.testing.assert_allclose(hours / 168, now["x"], rtol=1e-6)
    np.testing.assert_allclose(values, now["y"], rtol=1e-6)
    ghost = next(trace for trace in drawn(browser) if trace["axis"] == "y2")
    left = [
        float(row["mood.depression [HAM-D17 points] mean of the day"]) for row in rows if row["run"] == "Left alone"
    ]
    np.testing.assert_allclose(left, ghost["y"], rtol=1e-6)


def test_the_csv_of_a_window_holds_the_window(lab, browser, tmp_path):
    open_lab(browser, f"{lab}/#mode=running")
    click(browser, "zoom-bout")
    rows = list(csv.DictReader(io.StringIO(downloaded(browser, tmp_path, "csv").read_text(encoding="utf-8"))))
    values = [float(row["inflammation.il6 [ng/L]"]) for row in rows]
    np.testing.assert_allclose(values, course(browser, "y7")["y"], rtol=1e-6)


def test_netcdf_holds_whole_courses_whose_daily_means_are_drawn(lab, browser, tmp_path):
    open_lab(browser, f"{lab}/#drug=escitalopram&dose=10&pin=name%3DLeft%2Balone")
    data = read_netcdf(downloaded(browser, tmp_path, "nc"))
    assert isinstance(data, xr.Dataset)
    assert set(data["arm"].values) == {"Left alone", "now"}
    course_ = data["mood.depression"].sel(arm="now").values
    np.testing.assert_allclose(by_day(data["time"].values, course_).mean, course(browser)["y"], rtol=1e-6)
    assert data["mood.depression"].attrs["units"] == "1"
    assert "model_hash" in data.attrs


def test_the_scenario_runs_to_what_is_drawn(lab, browser, tmp_path):
    open_lab(browser, f"{lab}/#severity=24&crp=2.5&mode=running&weeks=6&pin=name%3DLeft%2Balone%26weeks%3D6")
    text = downloaded(browser, tmp_path, "toml").read_text(encoding="utf-8")
    assert set(tomllib.loads(text)["arms"]) == {"Left alone", "now"}
    data = simulate(parse_scenario(text), rtol=1e-5).sel(arm="now")
    days = by_day(data["time"].values, data["mood.depression"].values)
    np.testing.assert_allclose(days.mean, course(browser)["y"], rtol=1e-3)


def test_png_and_svg_are_made_in_the_browser(lab, browser, tmp_path):
    open_lab(browser, lab)
    assert downloaded(browser, tmp_path, "png").read_bytes().startswith(b"\x89PNG")
    settle(browser)
    svg = downloaded(browser, tmp_path, "svg").read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "Left alone" in svg


def test_runs_of_different_length_make_no_scenario(lab, browser):
    open_lab(browser, f"{lab}/#weeks=8&pin=name%3DLong")
    with pytest.raises(urllib.error.HTTPError) as refused:
        fetched(lab, "file/toml", asked(browser))
    assert "one length" in json.loads(refused.value.read())["error"]
    assert fetched(lab, "file/nc", asked(browser)).startswith(b"\x89HDF")
