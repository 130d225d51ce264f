"""The Trial room in a browser: run, watch, cancel, run again, take away; by mouse and by keyboard."""

import json
import time
import tomllib

import pytest
from neurokyn.errors import ScenarioError

By = pytest.importorskip("selenium.webdriver.common.by", reason="selenium is not installed").By
Keys = pytest.importorskip("selenium.webdriver.common.keys", reason="selenium is not installed").Keys
pytestmark = pytest.mark.xdist_group("lab")
PATIENCE = 90  # seconds: others may have the processor


class Room:
    """What a person does in the room."""

    def __init__(self, browser, address):
        self.browser = browser
        browser.get(address)
        self.open()

    def open(self):
        self.until(lambda: self.browser.find_elements(By.ID, "tab-trial"))
        self.find("tab-trial").click()
        self.until(lambda: self.find("trial-arms-asked").text)

    def until(self, condition, seconds=PATIENCE):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, self.browser.find_element(By.TAG_NAME, "main").text[:600]
            time.sleep(0.1)

    def find(self, name):
        return self.browser.find_element(By.ID, f"{name}")

    def text(self, name):
        return self.find(f"trial-{name}").text

    def press(self, name):
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", self.find(f"trial-{name}"))
        self.find(f"trial-{name}").click()

    def write(self, name, value):
        field = self.find(f"trial-{name}")
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", field)
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(str(value), Keys.TAB)

    def estimates(self):
        """Of every trial that the forest shows, by row."""
        rows = self.browser.execute_script(
            "const g = document.querySelector('#trial-forest .js-plotly-plot');"
            "return g && g.data ? g.data.filter(t => (t.name || '').startsWith('interval'))"
            ".flatMap(t => Array.from(t.y).map((y, k) => [y, t.x[k]])) : []"
        )
        return [x for _, x in sorted(rows)]

    def run(self, people, trials):
        self.write("people", people)
        self.write("replicates", trials)
        self.until(lambda: self.text("arms-asked").startswith(f"{people} people"))
        self.press("run")

    def done(self, people, trials):
        self.until(lambda: f"Done: {trials} trials of {people} people" in self.text("message"))
        self.until(lambda: len(self.estimates()) == trials)


@pytest.fixture
def room(browser, lab):
    return Room(browser, lab)


def test_run_watch_cancel_and_run_again(room):
    assert not room.find("trial-results").is_displayed()
    room.run(40, 100)
    seen = []
    room.until(lambda: room.text("standing") and (seen.append(room.text("standing")) or len(room.estimates()) >= 2))
    assert "of 100 trials" in seen[-1]
    assert any("left" in text for text in seen)
    assert not room.find("trial-run").is_enabled()
    assert 0 < float(room.find("trial-progress").get_attribute("value")) < 1
    room.press("cancel")
    room.until(lambda: room.text("message").startswith("Cancelled; what was done is kept"))
    kept = int(room.text("message").split("kept: ")[1].split(" of")[0])
    room.until(lambda: len(room.estimates()) == kept)
    first = room.estimates()
    assert 2 <= kept < 100
    assert "MOTAR (Verhoeven 2023)" in room.text("beside")
    room.run(40, kept)  # the same seed gives the same trials, whatever was cancelled before
    room.done(40, kept)
    assert room.estimates() == first
    room.run(80, 2)
    room.done(80, 2)
    assert "80 people" in room.text("which")
    assert "With 80 people the interval of one trial reaches" in room.text("widths-words")
    assert "the run before: 40 people" in room.find("trial-forest").text
    assert room.find("trial-run").is_enabled()
    assert not room.find("trial-cancel").is_enabled()


def test_by_keyboard_alone(room):
    browser = room.browser

    def active():
        return browser.switch_to.active_element.get_attribute("id")

    browser.execute_script("document.getElementById('tab-trial').focus()")
    reached = []
    while active() != "trial-run":
        browser.switch_to.active_element.send_keys(Keys.TAB)
        reached.append(active())
        assert len(reached) < 60, reached
        if active() == "trial-people":
            browser.switch_to.active_element.send_keys(Keys.CONTROL, "a")
            browser.switch_to.active_element.send_keys("16")
        if active() == "trial-replicates":
            browser.switch_to.active_element.send_keys(Keys.CONTROL, "a")
            browser.switch_to.active_element.send_keys("2")
    assert {"trial-name", "trial-people", "trial-replicates", "trial-seed"} <= set(reached)
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    room.done(16, 2)
    names = []
    while active() != "trial-widths-svg":
        browser.switch_to.active_element.send_keys(Keys.TAB)
        names.append(active())
        assert len(names) < 60, names
    assert {"trial-measure", "trial-csv", "trial-json", "trial-toml", "trial-png", "trial-svg"} <= set(names)


def test_numbers_that_cannot_be(room):
    for people, words in ((3000, "from 8 to 600"), (5, "from 8 to 600"), ("", "from 8 to 600")):
        room.write("people", people)
        room.until(lambda words=words: words in room.text("arms-asked"))
        room.press("run")
        room.until(lambda words=words: "Not started" in room.text("message") and words in room.text("message"))
    room.run(16, 1)
    room.until(lambda: room.text("message").startswith("Done: 1 trial of 16 people"))


def test_a_run_that_is_no_longer_here(room):
    room.browser.execute_script("sessionStorage.setItem('trial-job', JSON.stringify('0123456789abcdef'))")
    room.browser.refresh()
    room.open()
    room.until(lambda: room.text("message").startswith("This run is no longer here"))
    room.run(16, 2)
    room.done(16, 2)
    shown = room.estimates()
    room.browser.refresh()  # a reloaded page finds its run again
    room.open()
    room.until(lambda: room.estimates() == shown)


def test_two_tabs_have_runs_of_their_own(room, lab):
    browser = room.browser
    room.run(24, 3)
    room.done(24, 3)
    one = room.estimates()
    browser.switch_to.new_window("tab")
    other = Room(browser, lab)
    other.write("seed", 9)
    other.run(16, 2)
    other.done(16, 2)
    browser.switch_to.window(browser.window_handles[0])
    assert "24 people, seed 1" in room.text("which")
    assert room.estimates() == one


def test_a_run_that_fails_says_why(room, monkeypatch):
    def fails(plan, workers):
        raise ScenarioError("nobody meets the criterion", fix="widen it")
        yield

    monkeypatch.setattr("neurokyn.lab.trial.carry_out_plan", fails)
    room.run(16, 2)
    room.until(lambda: room.text("message") == "The run failed: nobody meets the criterion; widen it")
    monkeypatch.undo()
    room.run(16, 2)
    room.done(16, 2)


def test_files_are_what_is_drawn(room, tmp_path):
    room.run(24, 3)
    room.done(24, 3)
    for kind in ("csv", "json", "toml"):
        room.press(kind)
        room.until(lambda kind=kind: (tmp_path / f"motar-n24-seed1.{kind}").exists())
    for kind in ("svg", "png", "widths-svg"):
        room.press(kind)
    pictures = [tmp_path / f"motar-n24-seed1-{name}" for name in ("forest.svg", "forest.png", "widths.svg")]
    room.until(lambda: all(picture.exists() for picture in pictures))
    found = json.loads((tmp_path / "motar-n24-seed1.json").read_text())
    drawn = found["contrasts"]["running"]["repeated"]["remission_risk_difference"]
    assert [x / 100 for x in room.estimates()] == pytest.approx(drawn)
    assert tomllib.loads((tmp_path / "motar-n24-seed1.toml").read_text())["people"] == 24
    assert pictures[0].read_text().startswith("<svg")


def test_pictures_have_words_and_a_table(room):
    room.run(16, 2)
    room.done(16, 2)
    for figure in room.browser.find_elements(By.CSS_SELECTOR, "#trial-results [role=figure]"):
        for kind in ("aria-labelledby", "aria-describedby"):
            assert room.find(figure.get_attribute(kind)).text
    rows = room.browser.find_elements(By.CSS_SELECTOR, "#trial-table tbody tr")
    numbers = [float(row.find_elements(By.TAG_NAME, "td")[1].get_attribute("textContent").replace("−", "-"))
               for row in rows]  # fmt: skip
    assert numbers == pytest.approx(room.estimates(), abs=0.051)
    for control in room.browser.find_elements(By.CSS_SELECTOR, ".trial-controls input[type=number]"):
        name = control.get_attribute("id")
        assert room.browser.find_element(By.CSS_SELECTOR, f"label[for={name}]").text


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_nothing_is_cut(room, width):
    room.browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    room.run(16, 2)
    room.done(16, 2)
    time.sleep(0.5)
    page, seen = room.browser.execute_script(
        "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert page <= seen
    graph = room.find("trial-forest")
    assert graph.rect["x"] + graph.rect["width"] <= seen + 1


def test_another_trial_by_keyboard_brings_its_own_size(room):
    before = room.text("about")
    room.browser.execute_script("document.getElementById('trial-name').focus()")
    for key in (Keys.ENTER, Keys.ARROW_DOWN, Keys.SPACE):
        room.browser.switch_to.active_element.send_keys(key)
        time.sleep(0.5)
    room.until(lambda: room.text("about") != before)
    room.until(lambda: room.text("arms-asked").startswith(f"{room.find('trial-people').get_attribute('value')} people"))
    assert room.find("trial-people").get_attribute("value") != "141"
