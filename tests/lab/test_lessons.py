"""The six lessons: what they say is what the model shows; worksheets; and the room in a real browser."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("dash", reason="the extra `lab` is not installed")

from neurokyn.errors import ScenarioError
from neurokyn.lab import lesson_measures
from neurokyn.lab.bench import Bench
from neurokyn.lab.lesson_charts import YOURS, curves_of, empty, revealed, table_of
from neurokyn.lab.lesson_measures import COMPARING, MEASURES, Stretch, unit_of
from neurokyn.lab.lesson_parts import explore_link, reference_words, verdict
from neurokyn.lab.lesson_place import prediction_of, where
from neurokyn.lab.lesson_reading import FOLDER, lesson_called, lessons, read_lesson
from neurokyn.lab.lesson_runs import course, show
from neurokyn.lab.lesson_words import duration, moment, number, told
from neurokyn.lab.lessons import Choose, Sketch, fields_of
from neurokyn.lab.state import State, from_json, from_link, to_json, to_link
from neurokyn.lab.worksheet import sheet
from neurokyn.lab.worksheet_figures import Axes, Trace, axes_svg

pytestmark = pytest.mark.xdist_group("lab")
STEPS = [(lesson, step) for lesson in lessons() for step in lesson.steps]
NAMES = [f"{lesson.name}/{step.name}" for lesson, step in STEPS]


def each(*kinds):
    """A test for each step that is predicted in one of these ways."""
    chosen = [pair for pair in STEPS if isinstance(pair[1].predict, kinds)]
    names = [f"{lesson.name}/{step.name}" for lesson, step in chosen]
    return pytest.mark.parametrize(("lesson", "step"), chosen, ids=names)


each_step = each(Choose, Sketch)
SENTENCES = ("reveal", "why", "rests", "follow_up", "teacher")


@pytest.fixture(scope="module")
def bench():
    return Bench()


def test_there_are_six_lessons_of_two_to_four_steps():
    assert [lesson.number for lesson in lessons()] == [1, 2, 3, 4, 5, 6]
    assert all(2 <= len(lesson.steps) <= 4 for lesson in lessons())
    assert len(set(NAMES)) == len(NAMES)


@each(Choose)
def test_the_marked_answer_is_right_by_the_run(lesson, step, bench):
    shown = show(step, bench)
    value = shown.numbers[step.predict.by][0]
    assert math.isfinite(value)
    assert [answer.holds(value) for answer in step.predict.answers].count(True) == 1
    assert shown.right == step.predict.key, f"{value} makes '{step.predict.answers[shown.right].text}' right"


@each(Sketch)
def test_the_run_fits_on_the_axes_of_its_sketch(lesson, step, bench):
    shown, predict = show(step, bench), step.predict
    at, values, _ = course(step.chart.lines[0], shown.data)
    inside = values[(at >= step.chart.start) & (at <= step.chart.stop)]
    assert predict.low < inside.min()
    assert inside.max() < predict.high
    assert (inside.max() - inside.min()) > 0.2 * (predict.high - predict.low), "the curve is too small to be seen"
    first = float(np.interp(predict.at[0], at, values))
    assert abs(first - predict.first) < 0.03 * (predict.high - predict.low)


@each_step
def test_every_number_of_a_sentence_is_measured(lesson, step, bench):
    shown = show(step, bench)
    assert all(math.isfinite(value) for value, _ in shown.numbers.values())
    assert fields_of(step.reveal), "the sentence after the reveal has no measured number"
    named = {name for key in SENTENCES for name, _ in fields_of(getattr(step, key))}
    decides = {step.predict.by} if isinstance(step.predict, Choose) else set()
    assert set(step.measures) <= named | decides, "a measure is read and never told"
    for key in SENTENCES:
        said = shown.sentence(getattr(step, key))
        assert said
        assert not re.search(r"[{}]|nan|inf\b", said)


@each_step
def test_a_step_says_what_it_rests_on(lesson, step):
    assert step.sources
    assert all(reference_words(key)[0] for key in step.sources)


@each_step
def test_the_link_opens_the_state_of_the_step(lesson, step):
    if step.explore is None:
        assert any(run.trial for run in step.runs.values())
        return
    assert from_link(explore_link(step))[0] == from_json(step.explore)


@each_step
def test_charts_before_and_after(lesson, step, bench):
    shown = show(step, bench)
    before = empty(step, shown.data if not any(run.trial for run in step.runs.values()) else {}, "dark")
    sketch = [step.predict.first] * len(step.predict.at) if isinstance(step.predict, Sketch) else []
    after = revealed(shown, sketch, "light")
    names = [trace["name"] for trace in after["data"]]
    if isinstance(step.predict, Sketch):
        assert [trace["name"] for trace in before["data"]] == [YOURS]
        assert names[-1] == YOURS
        drawn, simulated = after["data"][-1], after["data"][0]
        assert min(drawn["x"]) >= min(simulated["x"]) - 1e-9
        assert max(drawn["x"]) <= max(simulated["x"]) + 1e-9
    else:
        assert before["data"] == []
    if not step.chart.people:
        assert len(names) == len(set(names)) == len(curves_of(shown)) + bool(sketch)
    heads, rows = table_of(shown, sketch)
    assert rows
    assert all(len(row) == len(heads) for row in rows)


def test_the_last_step_of_an_hour_by_hour_lesson_is_fine_enough(bench):
    step = lesson_called("one-bout").steps[1]
    at, _, _ = course(step.chart.lines[0], show(step, bench).data)
    assert np.diff(at).max() < 0.05, "minutes of a bout cannot be seen by the hour"


def test_what_the_lessons_say_of_stress_is_what_a_run_of_the_package_gives():
    """The same scenario, simulated by the package itself instead of by the lab."""
    from neurokyn import Scenario, Stress, simulate

    plan = Scenario("", "", "healthy", "12 weeks", items=(Stress(1.0, start="week 2", stop="week 5"),))
    length = simulate(plan)["dendrites.length"].values
    found = show(lesson_called("stress").steps[0], Bench()).numbers["lost"][0]
    assert found == pytest.approx(100 * (length[840] / length[336] - 1), abs=0.2)


# ---------------------------------------------------------------- measures


HOURS = np.linspace(0.0, 100.0, 1001)
RISE = Stretch(HOURS, 1 + 2 * (1 - np.exp(-HOURS / 10)), 1 + (1 - np.exp(-HOURS / 10)), 0.0, 10.0, 100.0)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("value", 3.0), ("change", 2.0), ("percent change", 200.0), ("times", 3.0), ("highest", 3.0), ("lowest", 1.0),
        ("rise to peak", 2.0), ("percent at peak", 200.0), ("percent at trough", 0.0), ("time of peak", 100.0),
        ("time of trough", 0.0), ("time to half", 10 * math.log(2)), ("time to settle", 10 * math.log(20)),
        ("share by middle", 100 * (1 - math.exp(-1))), ("difference", 1.0), ("percent difference", 50.0),
        ("difference of changes", 1.0), ("ratio of changes", 2.0), ("share prevented", -100.0), ("area", 90.0),
    ],
)  # fmt: skip
def test_measures_of_a_known_curve(kind, expected):
    assert MEASURES[kind](RISE) == pytest.approx(expected, rel=0.02, abs=0.02)


def test_measures_of_a_bump():
    bump = Stretch(HOURS, 5 + 4 * np.exp(-(((HOURS - 20) / 5) ** 2)), None, 0.0, 20.0, 100.0)
    assert MEASURES["time of peak"](bump) == pytest.approx(20.0)
    assert MEASURES["time back"](bump) == pytest.approx(20 + 5 * math.sqrt(math.log(10)), abs=0.2)
    assert MEASURES["share back"](bump) == pytest.approx(100.0, abs=0.1)


def test_a_measure_that_compares_is_nothing_without_the_other_run():
    alone = Stretch(HOURS, HOURS, None, 0.0, 1.0, 2.0)
    assert all(math.isnan(MEASURES[kind](alone)) for kind in COMPARING)


def test_units():
    assert [unit_of(kind, "umol") for kind in ("change", "time back", "times", "share back")] == ["umol", "h", "×", "%"]
    assert all(unit_of(kind, "1") in {"", "h", "%", "×"} for kind in MEASURES)
    assert set(MEASURES) >= lesson_measures.TIMED | lesson_measures.PERCENT | lesson_measures.RATIOS | COMPARING


@pytest.mark.parametrize(
    ("value", "unit", "spec", "said"),
    [
        (43.2, "%", "moves", "rises by 43 %"), (-0.4, "points", "moves", "falls by 0.4 points"),
        (0.001, "%", "moves", "stays as it is"), (-3.0, "%", "signed", "−3 %"), (3.0, "%", "signed", "+3 %"),
        (0.001, "", "signed", "0"), (-2.44, "", "size", "2.4"), (0.69, "share", "", "69 %"),
        (2.0, "×", "", "2 times"), (330.0, "umol", "", "330 µmol"), (384.0, "h", "", "16 days"),
    ],
)  # fmt: skip
def test_numbers_in_words(value, unit, spec, said):
    assert told(value, unit, spec) == said


def test_words_of_time():
    assert [duration(h) for h in (1 / 60, 1.0, 24.0, 48.0)] == ["1 minute", "60 minutes", "24 hours", "2 days"]
    assert number(math.nan) == duration(math.nan) == "–"
    assert [moment(h) for h in (0.0, 0.75, 12.0, 240.0, 168.0)] == ["start", "0.75 h", "12 h", "day 10", "week 1"]


# ---------------------------------------------------------------- reading


def changed(tmp_path, old, new, name="1-serotonin.toml"):
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("minutes = 35", "minuts = 35", "the key 'minuts' is unknown; did you mean 'minutes'?"),
        ('drug = "escitalopram"', 'drug = "escitalopam"', "did you mean 'escitalopram'"),
        ("{rise:moves}", "{rize:moves}", "there is no measure 'rize'; did you mean 'rise'?"),
        ("{rise:moves}", "{rise:mooves}", "did you mean 'moves'?"),
        ("{rise:moves}", "{rise:moves", "a sentence has"),
        ('"meyer2004"', '"meyer2040"', "there is no source in sources.bib 'meyer2040'; did you mean 'meyer2004'"),
        ("least = 100", "least = 120", "leave a gap or overlap"),
        ('kind = "percent change"', 'kind = "per cent change"', "did you mean 'percent change'"),
        ('read_out = "serotonin.firing"', 'read_out = "serotonin.fireing"', "did you mean 'serotonin.firing'"),
        ("key     = 2", "key     = 4", "there is no such answer"),
        ('lines = [{ run = "drug", read_out = "serotonin.extracellular_relative" }]', "lines = 3", "3 is not a list"),
        ("first = 1.0", "first = 7.0", "'first' does not lie between"),
        ('beside = "usual", ', "", "compares two runs"),
        ("state = { drug", "trial = 'motar'\nstate = { drug", "not exactly one of"),
        ('"day 1", "day 3", "day 5"', '"day 3", "day 1", "day 5"', "no rising list"),
        ("title   =", "title   ==", "it cannot be read"),
    ],
)  # fmt: skip
def test_a_wrong_lesson_says_what_where_and_what_to_do(tmp_path, old, new, said):
    with pytest.raises(ScenarioError) as raised:
        read_lesson(changed(tmp_path, old, new))
    assert said in str(raised.value)
    assert "1-serotonin.toml" in str(raised.value)


def test_a_lesson_needs_a_number_and_two_steps(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('title = "x"\nlearn = []\nminutes = 5\nbackground = ""\n', encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"has no number(?s:.)*there are 0 steps"):
        read_lesson(path)


def test_a_lesson_that_does_not_exist_names_the_nearest():
    with pytest.raises(ScenarioError, match="did you mean 'serotonin'"):
        lesson_called("seratonin")
    assert lesson_called("4").name == "stress"


@pytest.mark.parametrize(
    "junk", [None, 3, [], {}, {"lesson": "<script>"}, {"lesson": 7, "step": "x"}, {"step": -5}, {"step": 1e9}]
)
def test_a_stale_store_of_the_page_opens_a_lesson_all_the_same(junk):
    lesson, step = where(junk)
    assert 0 <= step < len(lesson.steps)


@pytest.mark.parametrize(
    "junk", [None, 7, {}, {"choice": None}, {"choice": 9}, {"choice": "1"}, {"sketch": "abc"}, {"sketch": [1, 2]}]
)
def test_a_stale_prediction_is_none(junk):
    assert all(prediction_of(step, junk) is None for _, step in STEPS)


def test_verdicts(bench):
    choose, sketch = (lesson_called("serotonin").steps[k] for k in (0, 1))
    shown = show(choose, bench)
    assert "that is what the run shows" in verdict(shown, {"choice": choose.predict.key})
    assert "The run shows: “It rises" in verdict(shown, {"choice": 0})
    drawn = show(sketch, bench)
    at, values, _ = course(sketch.chart.lines[0], drawn.data)
    exact = np.interp(sketch.predict.at, at, values)
    exact[4] += 0.5
    assert "furthest at week 1" in verdict(drawn, {"sketch": exact.tolist()})


# ---------------------------------------------------------------- worksheets


@pytest.fixture(scope="module")
def client():
    from neurokyn.lab.serve import make_app

    return make_app(Bench()).server.test_client()


def test_a_worksheet_has_questions_and_answers_only_if_asked(client):
    plain = client.get("/worksheet?lesson=stress", base_url="http://127.0.0.1").get_data(as_text=True)
    full = client.get("/worksheet?lesson=stress&answers=yes", base_url="http://127.0.0.1").get_data(as_text=True)
    for step in lesson_called("stress").steps:
        assert step.question.split("?")[0][:40] in plain
    assert plain.count("<svg") == 1
    assert "Teacher" not in plain
    assert "Karin" not in plain
    assert "Teacher's page" in full
    assert full.count("<svg") == 2
    assert "polyline" in full
    assert "polyline" not in plain


def test_a_worksheet_draws_the_pinned_runs_and_escapes_their_names(client):
    pins = [{"name": "<script>alert(1)</script>", "state": to_json(State(drug="escitalopram"))}]
    link = {"lesson": "serotonin", "runs": to_link(State(), pins)}
    page = client.get("/worksheet", query_string=link, base_url="http://127.0.0.1").get_data(as_text=True)
    assert "Our own runs" in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("", 400, "No worksheet"),
        ("lesson=%3Cimg%20src%3Dx%3E", 400, "&lt;img src=x&gt;"),
        ("lesson=stress&runs=drug%3Dnonsense", 200, "nonsense"),
        ("lesson=stress&runs=" + "x" * 20000, 400, "longer than"),
    ],
)
def test_a_worksheet_of_a_bad_link(client, query, status, said):
    answer = client.get(f"/worksheet?{query}", base_url="http://127.0.0.1")
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert said in page
    assert "<img" not in page
    assert not re.search(r'(src|href)="(https?:)?//', page)


def test_every_worksheet_is_whole(bench):
    for lesson in lessons():
        page = sheet(lesson, [], bench, answers=True)
        assert page.count("<section") == len(lesson.steps) + 1
        assert "nan" not in re.sub(r"<[^>]*>", "", page).replace("hernan", "")


def test_a_figure_is_escaped_and_stays_inside():
    axes = Axes((0.0, 10.0), (0.0, 1.0), "a < b", "c & d", marks=(0.0, 5.0, 10.0))
    svg = axes_svg(axes, [Trace("", np.linspace(0, 10, 11), np.linspace(0, 1, 11))], "<b>")
    assert "&lt;b&gt;" in svg
    assert "c &amp; d" in svg
    points = [tuple(map(float, pair.split(","))) for pair in re.search('points="([^"]*)"', svg)[1].split()]
    assert all(62 <= x <= 686 and 12 <= y <= 256 for x, y in points)


def test_lessons_are_part_of_the_package():
    """Data beside the code, so that the wheel carries them."""
    import neurokyn.lab

    assert Path(neurokyn.lab.__file__).parent == FOLDER.parent
    assert len(list(FOLDER.glob("*.toml"))) == len(lessons())


# ---------------------------------------------------------------- in a browser


def until(browser, ready, seconds=60):
    from selenium.common.exceptions import StaleElementReferenceException
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, seconds, ignored_exceptions=(StaleElementReferenceException,)).until(
        lambda _: ready()
    )


def text_of(browser, name):
    return browser.find_element("id", name).get_attribute("textContent")


def traces(browser):
    return browser.execute_script(
        "const p = document.querySelector('#lesson-chart .js-plotly-plot');"
        "return p && p.data ? p.data.map(t => [t.name, Array.from(t.x), Array.from(t.y)]) : []"
    )


def enter(browser, lab, lesson="serotonin", step=0):
    """Open the room at a step, by its own buttons."""
    browser.get(lab)
    until(browser, lambda: text_of(browser, "lesson-title"))
    browser.find_element("id", "tab-lessons").click()
    found = lesson_called(lesson)
    browser.find_elements("css selector", ".lesson-opener")[found.number - 1].click()
    until(browser, lambda: text_of(browser, "lesson-title").startswith(f"{found.number}."))
    if step:
        browser.find_elements("css selector", "#lesson-steps button")[step].click()
    until(browser, lambda: found.steps[step].question in text_of(browser, "lesson-question"))
    sketch = isinstance(found.steps[step].predict, Sketch)
    kind = "#lesson-handles input" if sketch else "#lesson-choice label"
    count = len(found.steps[step].predict.at if sketch else found.steps[step].predict.answers)
    until(browser, lambda: len(browser.find_elements("css selector", kind)) == count)
    if sketch:
        until(browser, lambda: [name for name, _, _ in traces(browser)] == [YOURS])
    return found.steps[step]


def settled(browser, selector):
    """An element in the middle of the window, once it has stopped moving."""
    place = []

    def stands():
        element = browser.find_element("css selector", selector)
        browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        place.append(element.rect)
        return element if place[-3:] == [place[-1]] * 3 else None

    return until(browser, stands)


def press(browser, *keys):
    from selenium.webdriver import ActionChains

    ActionChains(browser).send_keys(*keys).perform()


def test_choose_and_reveal(lab, browser):
    step = enter(browser, lab)
    browser.find_element("id", "lesson-reveal").click()
    until(browser, lambda: "Predict first" in text_of(browser, "lesson-message"))
    assert not browser.find_element("id", "lesson-stage").is_displayed()
    browser.find_elements("css selector", "#lesson-choice label")[step.predict.key].click()
    browser.find_element("id", "lesson-reveal").click()
    until(browser, lambda: "that is what the run shows" in text_of(browser, "lesson-result"))
    shown = show(step, Bench())
    assert shown.sentence(step.reveal) in text_of(browser, "lesson-result")
    until(browser, lambda: len(traces(browser)) == 2)
    assert browser.find_element("id", "lesson-stage").is_displayed()
    assert not browser.find_element("id", "lesson-reveal").is_displayed()
    browser.find_element("id", "lesson-again").click()
    until(browser, lambda: not text_of(browser, "lesson-result"))


def test_sketch_with_the_keyboard_and_reveal(lab, browser):
    from selenium.webdriver.common.keys import Keys

    step = enter(browser, lab, "stress")
    browser.find_element("id", "lesson-reveal").click()
    until(browser, lambda: "Predict first" in text_of(browser, "lesson-message"))
    second = browser.find_elements("css selector", "#lesson-handles input")[1]
    browser.execute_script("arguments[0].focus()", second)
    press(browser, *[Keys.ARROW_LEFT] * 5, Keys.TAB, *[Keys.ARROW_LEFT] * 10)
    expected = [1 - 5 * step.predict.step, 1 - 10 * step.predict.step]
    until(browser, lambda: traces(browser)[0][2][1:3] == pytest.approx(expected))
    reveal = browser.find_element("id", "lesson-reveal")
    browser.execute_script("arguments[0].focus()", reveal)
    press(browser, Keys.ENTER)
    until(browser, lambda: "Your sketch is" in text_of(browser, "lesson-result"))
    until(browser, lambda: len(traces(browser)) == 2)
    (simulated, _, lengths), (mine, _, drawn) = traces(browser)
    assert (simulated, mine) == ("Three weeks of stress", YOURS)
    assert drawn[1:3] == pytest.approx(expected)
    assert min(lengths) == pytest.approx(0.76, abs=0.03)


def test_sketch_with_the_mouse(lab, browser):
    from selenium.webdriver import ActionChains

    enter(browser, lab, "serotonin", 1)
    area = settled(browser, "#lesson-chart .nsewdrag")
    width, height = area.size["width"], area.size["height"]
    hand = ActionChains(browser, duration=30).move_to_element_with_offset(area, -width // 2 + 8, 0).click_and_hold()
    for part in range(1, 24):
        hand.move_to_element_with_offset(area, -width // 2 + part * width // 24, -height // 4)
    hand.release().perform()
    top = 0.5 + 0.75 * 2.5  # three quarters of the way up the axis
    until(browser, lambda: traces(browser)[0][2][5:8] == pytest.approx([top] * 3, abs=0.1))
    sliders = browser.find_elements("css selector", "#lesson-handles input")
    assert float(sliders[6].get_attribute("value")) == pytest.approx(top, abs=0.1)
    assert float(sliders[0].get_attribute("value")) == 1.0, "the first point is given"
    assert sliders[6].get_attribute("aria-valuetext")


def test_teachers_notes_and_the_worksheet(lab, browser):
    enter(browser, lab, "stress", 1)
    assert not text_of(browser, "lesson-notes")
    browser.find_element("css selector", "#lesson-teacher label").click()
    until(browser, lambda: "hysteresis" in text_of(browser, "lesson-notes"))
    address = browser.find_element("id", "lesson-key").get_attribute("href")
    browser.get(address)
    assert "Teacher's page" in browser.find_element("tag name", "body").text
    assert browser.find_elements("tag name", "svg")


def test_open_in_explore(lab, browser):
    step = enter(browser, lab)
    browser.find_elements("css selector", "#lesson-choice label")[0].click()
    browser.find_element("id", "lesson-reveal").click()
    until(browser, lambda: browser.find_elements("css selector", ".lesson-explore"))
    browser.find_element("css selector", ".lesson-explore").click()
    until(browser, lambda: browser.find_element("id", "room-explore").is_displayed())
    until(browser, lambda: from_link(browser.execute_script("return location.hash"))[0] == from_json(step.explore))


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_nothing_is_wider_than_the_window(lab, browser, width):
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    enter(browser, lab, "tryptophan", 1)
    browser.find_elements("css selector", "#lesson-choice label")[0].click()
    browser.find_element("id", "lesson-reveal").click()
    until(browser, lambda: text_of(browser, "lesson-result"))
    assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
