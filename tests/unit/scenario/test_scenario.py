"""Scenarios: read from TOML, refused in one clear sentence, written back the same."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
from neurokyn.errors import ScenarioError
from neurokyn.scenario import catalogue
from neurokyn.scenario.activity import Bout, Programme
from neurokyn.scenario.dosing import Dose, Regimen
from neurokyn.scenario.reading import parse_scenario, read_scenario
from neurokyn.scenario.scenario import Arm, Output, Scenario
from neurokyn.scenario.surroundings import Challenge, Meals, Stress

HERE = Path(__file__).parent
GRAMMAR = (HERE / "grammar.toml").read_text(encoding="utf-8")
EVERYTHING = (HERE / "everything.toml").read_text(encoding="utf-8")


def test_the_grammar_of_the_readme():
    scenario = parse_scenario(GRAMMAR)
    assert (scenario.title, scenario.person, scenario.hours) == ("Running for sixteen weeks", "mdd", 16 * 168)
    assert [type(item) for item in scenario.items] == [Regimen, Programme, Stress, Challenge]
    assert scenario.set == {"kynurenine.kat_muscle_share": 0.02}
    boluses = scenario.schedule().boluses
    targets = [bolus.target for bolus in boluses]
    assert targets.count("ssri.escitalopram_gut") == 112
    assert targets.count("mood.activation") == 48
    assert scenario.schedule().levels_at(3 * 168.0, {"stress.level": 0.0}) == {"stress.level": 1.0}


def test_the_same_in_python():
    scenario = Scenario(
        title="Running for sixteen weeks",
        person="mdd",
        duration="16 weeks",
        items=(
            Regimen("escitalopram", "10 mg", every="1 day", start="week 0", stop="week 16"),
            Programme("running", 45, "70 %VO2max", days=("mon", "wed", "fri"), at="18:00"),
            Stress(1.0, start="week 2", stop="week 5"),
            Challenge("tryptophan-depletion", start="week 12"),
        ),
        set={"kynurenine.kat_muscle_share": 0.02},
    )
    scenario.check()
    assert scenario == parse_scenario(GRAMMAR)


@pytest.mark.parametrize("text", [GRAMMAR, EVERYTHING])
def test_written_and_read_again(text):
    scenario = parse_scenario(text)
    again = parse_scenario(scenario.to_toml())
    assert again == scenario
    for arm in scenario.arm_names or (None,):
        assert again.schedule(arm) == scenario.schedule(arm)


def test_numbers_of_hours_from_python_are_written_with_their_unit():
    scenario = Scenario(duration=48.0, items=(Dose("escitalopram", "10 mg", start=1.5), Bout("walking", 30, start=3.0)))
    again = parse_scenario(scenario.to_toml())
    assert again.schedule() == scenario.schedule()


def test_arms_add_to_what_is_shared():
    scenario = parse_scenario(EVERYTHING)
    one, other = scenario.arm("one"), scenario.arm("the other")
    assert len(other.items) == len(one.items) + 1
    assert (one.person, other.person) == (scenario.person, "healthy")
    assert other.set == {"tryptophan.gut_half_life": "40 min"}
    assert one.set == {}
    with pytest.raises(ScenarioError, match="no arm 'two'"):
        scenario.arm("two")


def test_output_times():
    times = parse_scenario(EVERYTHING).times()
    assert times[0] == 168
    assert times[-1] == 20 * 168
    assert np.allclose(np.diff(times), 0.5)
    assert Scenario(duration="1 h", output=Output(every="20 min")).times() == pytest.approx([0, 1 / 3, 2 / 3, 1])


def test_meals_can_be_switched_off():
    assert parse_scenario('duration = "1 week"\nmeals = false').schedule().items == ()
    assert len(parse_scenario('duration = "1 week"').schedule().levels) == 22
    assert parse_scenario('duration = "1 week"\nmeals = true') == Scenario(duration="1 week")


def test_an_ordinary_day_is_meals_alone():
    scenario = parse_scenario(GRAMMAR)
    assert scenario.ordinary_day() == Scenario(duration="1 day").schedule()


def changed(old, new):
    assert old in GRAMMAR
    return GRAMMAR.replace(old, new)


REFUSED = {
    "no dose unit": (changed('dose = "10 mg"', 'dose = "10"'), "[[drug]] 1 dose: a dose needs a unit, e.g. '10 mg'"),
    "a number as dose": (changed('dose = "10 mg"', "dose = 10"), "[[drug]] 1 dose: a dose needs a unit"),
    "unknown drug": (changed("escitalopram", "escitaloprm"), "there is no drug 'escitaloprm'; did you mean 'escita"),
    "unknown mode": (changed('"running"', '"runing"'), "[[exercise]] 1 mode: there is no mode of exercise 'runing'"),
    "unknown phenotype": (changed('"mdd"', '"mmd"'), "person: there is no phenotype 'mmd'; did you mean 'mdd'"),
    "unknown key": (changed("minutes = 45", "minuts = 45"), "the key 'minuts' is unknown; did you mean 'minutes'"),
    "key left out": (changed("minutes = 45", ""), "[[exercise]] 1 minutes: it has no 'minutes'"),
    "unknown top key": (changed("clock ", "klock "), "the key 'klock' is unknown; did you mean 'clock'"),
    "unknown challenge": (
        changed("tryptophan-depletion", "tryptofan-depletion"),
        "did you mean 'tryptophan-depletion'",
    ),
    "negative duration": (changed('"16 weeks"', '"-16 weeks"'), "duration: a length of time cannot be '-16 weeks'"),
    "no duration": (changed('duration = "16 weeks"', ""), "duration: the scenario has no duration"),
    "duration without unit": (changed('"16 weeks"', "16"), "duration: 16 has no unit of time"),
    "nothing lasts": (changed('"16 weeks"', '"0 weeks"'), "duration: '0 weeks' lasts no time"),
    "a slip of the pen": (changed('"16 weeks"', '"16000 weeks"'), "longer than a hundred years"),
    "stop before start": (changed('stop = "week 5"', 'stop = "week 1"'), "[[stress]] 1 stop: it stops at 'week 1'"),
    "start after end": (changed('start = "week 12"', 'start = "week 120"'), "not before the end of the scenario"),
    "impossible day": (changed('start = "week 12"', 'start = "week 12 day 8"'), "'week 12 day 8' is impossible"),
    "impossible clock": (changed('"07:00"', '"27:00"'), "clock: '27:00' is not a time of day"),
    "impossible date": (changed('start = "week 12"', 'start = "2026-02-30"'), "'2026-02-30' is not a date"),
    "impossible start day": (f'start_day = "2026-13-01"\n{GRAMMAR}', "start_day: '2026-13-01' is not a date"),
    "unknown weekday": (changed('"wed"', '"wendesday"'), "days: 'wendesday' is not a day of the week"),
    "start without unit": (changed('start = "week 12"', "start = 12"), "start: 12 has no unit of time"),
    "bare parameter": (changed("kynurenine.kat_muscle_share", "kat"), "'kat' is not a parameter"),
    "not a number": (changed("= 0.02", '= "much"'), "'much' is not a number"),
    "true is no number": (changed("= 0.02", "= true"), "True is not a number"),
    "no name of a read-out": (changed('every = "1 h"', 'only = ["depression"]'), "'depression' is not a read-out"),
    "output never": (changed('every = "1 h"', 'every = "0 h"'), "[output] every: '0 h' lasts no time"),
    "output after the end": (
        changed('every = "1 h"', 'start = "week 17"'),
        "[output] start: 'week 17' is after the end",
    ),
    "one drug, no list": (changed("[[drug]]", "[drug]"), "[[drug]]: this is not a list of tables"),
    "regimen without every": (changed('every = "1 day"\n', ""), "it does not say how often"),
    "no table": (GRAMMAR + "\n[arms]\nrunning = 3", "[arms.running]: 3 is not a table"),
    "no text": (changed('"Running for sixteen weeks"', "7"), "title: 7 is not text"),
    "no output table": ('output = 3\nduration = "1 day"', "[output]: 3 is not a table"),
    "item in an arm": (
        GRAMMAR + '\n[[arms.a.drug]]\nname = "sertralin"\ndose = "50 mg"',
        "[[arms.a.drug]] 1 name: there is no drug 'sertralin'",
    ),
    "key in an arm": (GRAMMAR + "\n[arms.a]\ndrugs = 1", "[arms.a]: the key 'drugs' is unknown; did you mean 'drug'"),
    "person in an arm": (GRAMMAR + '\n[arms.a]\nperson = "helthy"', "[arms.a] person: there is no phenotype 'helthy'"),
    "overlapping bouts": (
        GRAMMAR + '\n[[arms.a.exercise]]\nmode = "walking"\nminutes = 30\nstart = "11.5 h"',
        "[arms.a]: two bouts overlap: running for 45 min at 11 h and walking for 30 min at 11.5 h",
    ),
    "broken TOML": (changed('"07:00"', '"07:00'), "this is not valid TOML"),
    "truncated file": (GRAMMAR[: GRAMMAR.index("%VO2max")], "the end of the document"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused_in_one_sentence_with_file_and_key(case):
    text, message = REFUSED[case]
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, "mine.toml")
    said = str(caught.value)
    assert message in said
    assert said.startswith("mine.toml")
    assert "\n" not in said
    assert caught.value.exit_code == 2


def test_all_problems_of_a_file_are_said_at_once():
    wrong = changed('dose = "10 mg"', "dose = 10").replace('"mdd"', '"mmd"').replace("minutes = 45", "minuts = 45")
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(wrong, "mine.toml")
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert all(line.startswith("mine.toml ") for line in lines)


def test_a_broken_line_is_named():
    with pytest.raises(ScenarioError, match="line 2"):
        parse_scenario('title = "a"\nduration = = "1 week"', "mine.toml")


def test_files(tmp_path):
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text('duration = "1 week"', encoding="utf-8")
    bad.write_bytes(b"\xff\xfe\x00\x01")
    assert read_scenario(good).title == "good"
    assert read_scenario(str(good)).source == "good.toml"
    with pytest.raises(ScenarioError, match=r"bad.toml: this is not a text file"):
        read_scenario(bad)
    with pytest.raises(ScenarioError, match="there is no file"):
        read_scenario(tmp_path / "none.toml")
    with pytest.raises(ScenarioError, match="cannot be read"):
        read_scenario(tmp_path)
    with pytest.raises(ScenarioError, match="did you mean 'strength-training'"):
        read_scenario("strenght-training")


def test_empty_and_comment_only_files_lack_a_duration():
    for text in ("", "# nothing\n"):
        with pytest.raises(ScenarioError, match="has no duration"):
            parse_scenario(text, "mine.toml")


READY_MADE = [
    "chronic-stress-and-recovery",
    "interferon-alpha",
    "missed-doses",
    "one-bout-hour-by-hour",
    "running-plus-escitalopram",
    "running-vs-escitalopram",
    "stop-fluoxetine-vs-paroxetine",
    "strength-training",
    "tryptophan-depletion",
    "walking-vs-running",
]


def test_every_ready_made_scenario_is_listed_here():
    assert set(READY_MADE) <= set(catalogue.scenarios())


@pytest.mark.parametrize("name", READY_MADE)
def test_ready_made_scenarios_read_explain_themselves_and_write_back(name):
    scenario = read_scenario(name)
    assert scenario.title
    assert scenario.about
    assert len(scenario.arm_names) >= 2
    assert parse_scenario(scenario.to_toml()) == scenario
    schedules = [scenario.schedule(arm) for arm in scenario.arm_names]
    persons = [scenario.arm(arm).person for arm in scenario.arm_names]
    assert len({(s.items, str(p)) for s, p in zip(schedules, persons, strict=True)}) == len(schedules)


@pytest.mark.parametrize("name", READY_MADE)
def test_ready_made_scenarios_say_what_to_look_at(name):
    text = (catalogue.folder() / "scenarios" / f"{name}.toml").read_text(encoding="utf-8")
    assert text.startswith("# Look at ")
    tomllib.loads(text)


def test_a_missed_third_is_a_third():
    scenario = read_scenario("missed-doses")
    taken, missed = (
        sum(b.amount for b in scenario.schedule(f"escitalopram-{how}").boluses) for how in ("taken", "missed")
    )
    assert missed == taken * 2 / 3


def test_an_arm_in_python():
    scenario = Scenario(duration="1 week", arms={"a": Arm((Dose("escitalopram", "10 mg"),)), "b": Arm(person="mdd")})
    assert scenario.arm_names == ("a", "b")
    assert len(scenario.schedule("a").boluses) == 1
    assert scenario.arm("b").person == "mdd"


def test_meals_in_python():
    assert len(Scenario(duration="1 day", meals=Meals(at=["12:00"])).schedule().levels) == 2
