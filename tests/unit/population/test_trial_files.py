"""Trials as files: what is refused and in which words, and that no key reaches a number of the model."""

from __future__ import annotations

import copy
import tomllib
from contextlib import suppress
from functools import cache

import numpy as np
import pytest
from neurokyn.errors import NeurokynError, ScenarioError
from neurokyn.population.covariates import covariates
from neurokyn.population.entry import draw_participants
from neurokyn.population.people import draw_people
from neurokyn.population.reading import MECHANISM, read_trial, trial_from, trials
from neurokyn.population.resting import DRIVE, OWN_CRP, VULNERABILITY, body
from neurokyn.population.switches import Switches
from neurokyn.population.trial import Outcome, Preference
from neurokyn.scenario import catalogue
from neurokyn.scenario.model import standard_parameters

NAN, INF = float("nan"), float("inf")
WHOLE = """
title = "Everything that a trial may say"
about = "A walk through the grammar."
source = "verhoeven2023"
person = "mdd"
duration = "8 weeks"
clock = "07:00"
start_day = "mon"
people = 30
visits = [0, "week 2", 4, "50 days"]
[meals]
at = ["08:00", "18:00"]
[entry]
include = "age >= 18 and screened >= 14"
distributions.severity = { mean = 20.0, sd = 4.0 }
distributions.sex = { shares = { female = 0.7, male = 0.3 } }
[allocation]
strata = ["screened >= 20"]
[allocation.preference]
share = 0.5
for = "run"
by = { "behaviour.propensity" = 1.0, severity = -0.05 }
[outcome]
scale = "mood.depression"
response = 0.5
remission = 7
analysis = "all seen"
adherent = 0.7
also = ["exercise.weight"]
[arms.run]
people = 20
care = ["supervised-exercise"]
[[arms.run.exercise]]
mode = "running"
minutes = 45
days = ["mon", "thu"]
at = "18:00"
[[arms.run.stress]]
level = 0.5
[[arms.run.challenge]]
kind = "tryptophan-depletion"
start = "week 2"
[arms.drug]
people = 10
care = ["open-pill"]
person = "mdd-severe"
[[arms.drug.drug]]
name = "escitalopram"
dose = "10 mg"
every = "1 day"
"""
PLAIN = """
person = "mdd"
duration = "4 weeks"
visits = [0, 4]
[arms.a]
people = 5
care = ["usual-care"]
[arms.b]
people = 5
care = ["waiting-list"]
"""
POOL = {"people": [10, 20], "arm": ["a"], "versus": {"b": 1.0}}
CHOICE = {"share": 0.5, "for": "a", "by": {"age": 0.1}}


def put(text, place, value):
    """The tables of a file with one key more or other; None takes the key away."""
    *path, key = (int(part) if part.isdigit() else part for part in place.split("|"))
    inside = table = tomllib.loads(text)
    for name in path:
        inside = inside[name] if isinstance(inside, list) else inside.setdefault(name, {})
    if value is None:
        del inside[key]
    else:
        inside[key] = value
    return table


def pooled(**changed):
    table = tomllib.loads(PLAIN)
    for arm in table["arms"].values():
        del arm["people"]
    return table | {"pool": {key: value for key, value in (POOL | changed).items() if value is not None}}


def said(table):
    with pytest.raises(ScenarioError) as caught:
        trial_from(table, "mine", "mine.toml")
    lines = str(caught.value).splitlines()
    assert all(line.startswith("mine.toml") for line in lines)
    assert all(len(line) < 400 for line in lines)
    return lines


# What is read


def test_everything_that_a_trial_may_say():
    trial = trial_from(tomllib.loads(WHOLE), "mine")
    assert (trial.name, trial.title, trial.source) == (
        "mine",
        "Everything that a trial may say",
        "verhoeven2023",
    )
    assert (trial.phenotype, trial.weeks, trial.people) == ("mdd", 8.0, 30)
    assert trial.visits == pytest.approx((0.0, 2.0, 4.0, 50 / 7))
    assert list(trial.arms) == ["run", "drug"]
    assert [arm.people for arm in trial.arms.values()] == [20, 10]
    assert [arm.phenotype for arm in trial.arms.values()] == ["mdd", "mdd-severe"]
    assert trial.arms["run"].care.names == ("supervised-exercise",)
    assert trial.rated_at_entry
    assert trial.distributions["severity"] == {"mean": 20.0, "sd": 4.0}
    assert trial.strata == ("screened >= 20",)
    assert trial.preference == Preference(0.5, "run", {"behaviour.propensity": 1.0, "severity": -0.05})
    assert trial.outcome == Outcome(analysis="all seen", also=("exercise.weight",))
    assert {"exercise.intensity", "stress.level"} <= {item.target for item in trial.scenario.schedule("run").items}
    assert len(trial.scenario.schedule("drug").boluses) == 56


def test_what_need_not_be_said():
    trial = trial_from(tomllib.loads(PLAIN), "mine")
    assert (trial.title, trial.include, trial.strata, trial.preference, trial.pool) == ("mine", "", (), None, None)
    assert trial.outcome == Outcome()
    assert not trial.rated_at_entry
    assert (trial.lead_in, trial.admitted) == (0.0, "")


def test_a_name_with_a_dot_may_be_written_as_a_table():
    by = {"behaviour": {"propensity": 1.0}, "age": 0.1}
    trial = trial_from(put(PLAIN, "allocation|preference", CHOICE | {"by": by}), "mine")
    assert trial.preference.by == {"behaviour.propensity": 1.0, "age": 0.1}


def test_a_lead_in():
    table = put(PLAIN, "entry", {"lead_in": "week 2", "admitted": "rated >= 14 and age < 60"}) | {"visits": [0, 2, 4]}
    trial = trial_from(table, "mine")
    assert (trial.lead_in, trial.admitted) == (2.0, "rated >= 14 and age < 60")


def test_a_pool():
    trial = trial_from(pooled(arm="a", small_study=True), "mine")
    assert (trial.pool.sizes, trial.pool.active, trial.pool.versus) == ((10, 20), ("a",), {"b": 1.0})
    assert trial.pool.small_study
    assert trial.people == 30
    assert not trial_from(pooled(), "mine").pool.small_study


@pytest.mark.parametrize("name", trials())
def test_ready_made_trials_are_read(name):
    trial = read_trial(name)
    assert trial.name == name
    assert trial.title
    assert trial.about
    assert trial.arms
    assert trial.visits[-1] <= trial.weeks + 1e-9


@pytest.mark.parametrize("name", trials())
def test_who_has_sessions_or_doses_has_care_with_support(name):
    """Without, half of what is planned would not be done, and nobody could leave it."""
    trial = read_trial(name)
    for arm, own in trial.arms.items():
        targets = {item.target.partition(".")[0] for item in trial.scenario.schedule(arm).items}
        assert "exercise" not in targets or own.care.with_exercise, arm
        assert "ssri" not in targets or own.care.doses, arm


# What is refused

CASES = {
    # keys
    "top key": (put(PLAIN, "visit", [0]), "the key 'visit' is unknown; did you mean 'visits'"),
    "key of entry": (
        put(PLAIN, "entry|includes", ""),
        "[entry]: the key 'includes' is unknown; did you mean 'include'",
    ),
    "key of an arm": (put(PLAIN, "arms|a|cares", []), "[arms.a]: the key 'cares' is unknown; did you mean 'care'"),
    "key of allocation": (put(PLAIN, "allocation|stratum", []), "[allocation]: the key 'stratum' is unknown"),
    "key of a preference": (
        put(PLAIN, "allocation|preference", CHOICE | {"shares": 1}),
        "[allocation.preference]: the key 'shares' is unknown; did you mean 'share'",
    ),
    "key of outcome": (put(PLAIN, "outcome|remision", 7), "the key 'remision' is unknown; did you mean 'remission'"),
    "key of a pool": (pooled(small=True), "[pool]: the key 'small' is unknown"),
    "key of a bout": (put(WHOLE, "arms|run|exercise|0|minuts", 3), "the key 'minuts' is unknown; did you mean"),
    "output": (put(PLAIN, "output", {"every": "1 h"}), "the key 'output' is unknown"),
    "drug for all arms": (put(PLAIN, "drug", []), "the key 'drug' is unknown"),
    # numbers of the model
    "set": (put(PLAIN, "set", {"mood.vulnerability": 1.0}), f"set: a trial file cannot set parameters; {MECHANISM}"),
    "set in an arm": (put(PLAIN, "arms|a|set", {}), f"[arms.a] set: a trial file cannot set parameters; {MECHANISM}"),
    "person as a table": (
        put(PLAIN, "person", {"phenotype": "mdd", "mood.vulnerability": 1.0}),
        f"person: it is not the name of a phenotype; {MECHANISM}",
    ),
    "person as a table in an arm": (
        put(PLAIN, "arms|a|person", {"phenotype": "mdd"}),
        f"[arms.a] person: it is not the name of a phenotype; {MECHANISM}",
    ),
    # people
    "person": (put(PLAIN, "person", "mmd"), "person: there is no phenotype 'mmd'; did you mean 'mdd'"),
    "person of an arm": (put(PLAIN, "arms|a|person", "mmd"), "[arms.a] person: there is no phenotype 'mmd'"),
    "people not agreeing": (put(PLAIN, "people", 11), "people: 11 is not the 10 of the arms together"),
    "people of an arm": (put(PLAIN, "arms|a|people", None), "[arms.a] people: 0 is not a number of people"),
    "people by halves": (put(PLAIN, "arms|a|people", 2.5), "[arms.a] people: 2.5 is not a number of people"),
    "people below nobody": (put(PLAIN, "arms|a|people", -1), "[arms.a] people: -1 is not a number of people"),
    "people true": (put(PLAIN, "arms|a|people", True), "[arms.a] people: True is not a number of people"),
    "covariate": (
        put(PLAIN, "entry|distributions", {"severty": {}}),
        "no covariate 'severty'; did you mean 'severity'",
    ),
    "key of a covariate": (
        put(PLAIN, "entry|distributions", {"severity": {"men": 20.0}}),
        "the distribution of severity has no 'men'; did you mean 'mean'",
    ),
    "a parameter for a covariate": (
        put(PLAIN, "entry|distributions", {"mood.vulnerability": {"mean": 2.0}}),
        "there is no covariate 'mood.vulnerability'",
    ),
    "distribution": (put(PLAIN, "entry|distributions", 3), "[entry] distributions: 3 is not a table"),
    "one distribution": (put(PLAIN, "entry|distributions", {"age": 3}), "[entry] distributions age: 3 is not a table"),
    "mean in words": (
        put(PLAIN, "entry|distributions", {"age": {"mean": "old"}}),
        "[entry] distributions age.mean: 'old' is not a number",
    ),
    "mean of nothing": (put(PLAIN, "entry|distributions", {"age": {"mean": NAN}}), "age.mean: nan is not a number"),
    "spread below nothing": (put(PLAIN, "entry|distributions", {"age": {"sd": -1.0}}), "positive width"),
    "shares": (
        put(PLAIN, "entry|distributions", {"sex": {"shares": {"female": 0.9, "male": 0.9}}}),
        "shares must be 0 or more and add up to 1",
    ),
    "shares in words": (
        put(PLAIN, "entry|distributions", {"sex": {"shares": {"female": "all"}}}),
        "sex.female: 'all' is not a number",
    ),
    "shares of nothing": (put(PLAIN, "entry|distributions", {"sex": {"shares": 3}}), "sex.shares: 3 is not a table"),
    "criterion": (put(PLAIN, "entry|include", "agee > 18"), "[entry] include: in 'agee > 18': no 'agee'; did you mean"),
    "criterion that is none": (put(PLAIN, "entry|include", "age"), "'age' is no comparison"),
    "criterion by number": (put(PLAIN, "entry|include", 3), "[entry] include: a criterion is text"),
    "criterion of later": (put(PLAIN, "entry|include", "rated >= 14"), "[entry] include: in 'rated >= 14': no 'rated'"),
    "criterion of the body": (put(PLAIN, "entry|include", "mood.depression > 3"), "is neither a name nor a number"),
    # arms and care
    "no arms": (put(PLAIN, "arms", None), "arms: the trial has no arms; write [arms.NAME] for each"),
    "arms as a list": (put(PLAIN, "arms", [1]), "arms: [1] is not a table"),
    "arm as a number": (put(PLAIN, "arms|a", 3), "[arms.a]: 3 is not a table"),
    "arm without a name": (put(PLAIN, "arms|", {"people": 3}), "'' is no name of an arm"),
    "care": (
        put(PLAIN, "arms|a|care", ["usual-cure"]),
        "[arms.a] care: there is no kind of care 'usual-cure'; did you",
    ),
    "care as text": (put(PLAIN, "arms|a|care", "usual-care"), "[arms.a] care: 'usual-care' is not a list"),
    "care by number": (put(PLAIN, "arms|a|care", [3]), "[arms.a] care: there is no kind of care 3; valid are"),
    "drug": (put(WHOLE, "arms|drug|drug|0|name", "aspirin"), "[[arms.drug.drug]] 1 name: there is no drug 'aspirin'"),
    "mode": (put(WHOLE, "arms|run|exercise|0|mode", "runing"), "no mode of exercise 'runing'; did you mean 'running'"),
    # times
    "no duration": (put(PLAIN, "duration", None), "duration: the scenario has no duration"),
    "duration": (put(PLAIN, "duration", "4"), "duration"),
    "no visits": (put(PLAIN, "visits", None), "visits: there are no two visits"),
    "one visit": (put(PLAIN, "visits", [0]), "visits: there are no two visits"),
    "visits as text": (put(PLAIN, "visits", "week 4"), "visits: there are no two visits"),
    "visits not rising": (put(PLAIN, "visits", [0, 4, 4]), "visits: they do not start at 0 and increase"),
    "visits falling": (put(PLAIN, "visits", [0, 3, 2]), "visits: they do not start at 0 and increase"),
    "visits from later on": (put(PLAIN, "visits", [1, 4]), "visits: they do not start at 0 and increase"),
    "visits after the end": (put(PLAIN, "visits", [0, 5]), "visits: the last is after the end, week 4"),
    "visits some day": (put(PLAIN, "visits", [0, "soon"]), "visits: 'soon' is not a point in time"),
    "visits never": (put(PLAIN, "visits", [0, NAN]), "visits: nan is not a length of time"),
    "visits at no end": (put(PLAIN, "visits", [0, INF]), "visits: inf is not a length of time"),
    "visits true": (put(PLAIN, "visits", [0, True]), "visits: True is not a length of time"),
    "lead-in without a visit": (put(PLAIN, "entry|lead_in", "week 2"), "[entry] lead_in: there is no visit at week 2"),
    "lead-in in words": (put(PLAIN, "entry|lead_in", "later"), "[entry] lead_in: 'later' is not a point in time"),
    "admitted without a lead-in": (put(PLAIN, "entry|admitted", "rated > 3"), "[entry] admitted: there is no lead_in"),
    "admitted": (
        put(PLAIN, "entry|admitted", "rates > 3"),
        "[entry] admitted: in 'rates > 3': no 'rates'; did you mean",
    ),
    "lead-in and strata": (
        put(PLAIN, "entry|lead_in", "week 4") | {"allocation": {"strata": ["age > 40"]}},
        "[entry] lead_in: it cannot be joined with a pool, strata or preference",
    ),
    "lead-in and preference": (
        put(PLAIN, "entry|lead_in", "week 4") | {"allocation": {"preference": CHOICE}},
        "[entry] lead_in: it cannot be joined with",
    ),
    "lead-in and pool": (pooled() | {"entry": {"lead_in": "week 4"}}, "[entry] lead_in: it cannot be joined with"),
    # allocation
    "allocation": (put(PLAIN, "allocation", 3), "[allocation]: 3 is not a table"),
    "stratum": (put(PLAIN, "allocation|strata", ["agee > 3"]), "[allocation] strata: in 'agee > 3': no 'agee'"),
    "strata as text": (put(PLAIN, "allocation|strata", "age > 3"), "[allocation] strata: 'age > 3' is not a list"),
    "strata by number": (put(PLAIN, "allocation|strata", 3), "[allocation] strata: 3 is not a list"),
    "preference for nothing": (
        put(PLAIN, "allocation|preference", CHOICE | {"for": "c"}),
        "[allocation.preference] for: it names no arm of two; write one of a, b",
    ),
    "preference for several": (put(PLAIN, "allocation|preference", CHOICE | {"for": ["a"]}), "it names no arm of two"),
    "preference among three": (
        put(PLAIN, "allocation|preference", CHOICE) | {"arms": {x: {"people": 2} for x in "abc"}},
        "it names no arm of two",
    ),
    "preference by something": (
        put(PLAIN, "allocation|preference", CHOICE | {"by": {"agee": 1.0}}),
        "[allocation.preference] by: no number known of people is called 'agee'; did you mean 'age'",
    ),
    "preference by a category": (
        put(PLAIN, "allocation|preference", CHOICE | {"by": {"sex": 1.0}}),
        "no number known of people is called 'sex'",
    ),
    "preference by the body": (
        put(PLAIN, "allocation|preference", CHOICE | {"by": {"mood.vulnerability": 1.0}}),
        "no number known of people is called 'mood.vulnerability'",
    ),
    "slope in words": (
        put(PLAIN, "allocation|preference", CHOICE | {"by": {"age": "steep"}}),
        "[allocation.preference] by age: 'steep' is not a number",
    ),
    "slope as a list": (put(PLAIN, "allocation|preference", CHOICE | {"by": {"age": [1]}}), "[1] is not a number"),
    "slope of nothing": (put(PLAIN, "allocation|preference", CHOICE | {"by": {"age": NAN}}), "nan is not a number"),
    "by as a number": (put(PLAIN, "allocation|preference", CHOICE | {"by": 3}), "by: 3 is not a table"),
    "share of more than all": (
        put(PLAIN, "allocation|preference", CHOICE | {"share": 1.5}),
        "[allocation.preference] share: 1.5 is not a share of people",
    ),
    "share below nothing": (put(PLAIN, "allocation|preference", CHOICE | {"share": -1}), "share: -1 is negative"),
    # outcome
    "outcome": (put(PLAIN, "outcome", 3), "[outcome]: 3 is not a table"),
    "scale": (
        put(PLAIN, "outcome|scale", "mood.motivation"),
        "'mood.motivation' is not rated; write mood.depression or",
    ),
    "scale as a table": (put(PLAIN, "outcome|scale", {"a": 1}), "[outcome] scale: {'a': 1} is not rated"),
    "analysis": (
        put(PLAIN, "outcome|analysis", "carried foward"),
        "[outcome] analysis: there is no analysis 'carried foward'; did you mean 'carried forward'",
    ),
    "analysis by number": (put(PLAIN, "outcome|analysis", 3), "[outcome] analysis: there is no analysis 3"),
    "read-out": (
        put(PLAIN, "outcome|also", ["mood.depresion"]),
        "[outcome] also: no read-out 'mood.depresion'; did you mean 'mood.depression'",
    ),
    "read-out as text": (put(PLAIN, "outcome|also", "mood.calm"), "[outcome] also: 'mood.calm' is not a list"),
    "read-out by number": (put(PLAIN, "outcome|also", 3), "[outcome] also: 3 is not a list of read-outs"),
    "response of more than all": (put(PLAIN, "outcome|response", 2.0), "[outcome] response: 2 is not a share"),
    "response of nothing": (put(PLAIN, "outcome|response", 0.0), "[outcome] response: 0 is not a share above 0"),
    "adherent beyond all": (put(PLAIN, "outcome|adherent", 1.5), "[outcome] adherent: 1.5 is not a share"),
    "remission in words": (put(PLAIN, "outcome|remission", "well"), "[outcome] remission: 'well' is not a number"),
    # pools
    "pool": (put(PLAIN, "pool", 3), "[pool]: 3 is not a table"),
    "sizes in a pool": (put(PLAIN, "pool", POOL), "[arms.a] people: the sizes of a pool stand in [pool]"),
    "no sizes": (pooled(people=None), "[pool] people: it is not a list of sizes of 4 or more"),
    "sizes as a number": (pooled(people=40), "[pool] people: it is not a list of sizes"),
    "sizes too small": (pooled(people=[10, 3]), "[pool] people: it is not a list of sizes of 4 or more"),
    "sizes by halves": (pooled(people=[10.0]), "[pool] people: it is not a list of sizes"),
    "active arm": (pooled(arm=["aa"]), "[pool]: there is no arm 'aa'; did you mean 'a'"),
    "comparator": (pooled(versus={"bb": 1.0}), "[pool]: there is no arm 'bb'; did you mean 'b'"),
    "no active arm": (pooled(arm=[]), "[pool]: it lacks active arms or comparators with their shares"),
    "no arm": (pooled(arm=None), "[pool]: it lacks active arms"),
    "arm by number": (pooled(arm=3), "[pool]: there is no arm '3'"),
    "arm as a list": (pooled(arm=[["a"]]), "[pool]: there is no arm"),
    "no comparators": (pooled(versus={}), "[pool]: it lacks active arms or comparators"),
    "share of nothing": (pooled(versus={"b": 0.0}), "[pool]: it lacks active arms or comparators"),
    "share in words": (pooled(versus={"b": "half"}), "[pool]: it lacks active arms or comparators"),
    "comparators as a list": (pooled(versus=["b"]), "[pool] versus: ['b'] is not a table"),
    # form
    "entry": (put(PLAIN, "entry", 3), "[entry]: 3 is not a table"),
    "title by number": (put(PLAIN, "title", 7), "title: 7 is not text"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_trial_is_refused(case):
    table, message = CASES[case]
    lines = said(table)
    assert any(message in line for line in lines), lines


def test_all_problems_are_said_at_once():
    table = put(PLAIN, "outcome", {"scale": "x", "analysis": "y"}) | {"visits": [1], "entry": {"include": "agee > 3"}}
    assert len(said(table)) == 4


@pytest.mark.parametrize("value", [NAN, -1, 10**400, "x", "", True, None, [], [[]], {}, {"a": {}}, [{}], "\x00"])
@pytest.mark.parametrize("text", [WHOLE, PLAIN], ids=["whole", "plain"])
def test_nothing_crashes(text, value):
    """Any value in any place is read or refused in words."""
    for place in places(tomllib.loads(text)):
        if value is not None or not place.split("|")[-1].isdigit():
            with suppress(NeurokynError):
                trial_from(put(text, place, value), "mine", "mine.toml")


def places(table, path=()):
    """Every key of a file, as a path."""
    keys = table.items() if isinstance(table, dict) else enumerate(table)
    for key, value in keys:
        yield "|".join(map(str, (*path, key)))
        if isinstance(value, (dict, list)):
            yield from places(value, (*path, key))


FILES = {
    "empty.toml": (b"", "empty.toml arms: the trial has no arms"),
    "binary.toml": (bytes(range(256)), "binary.toml: this is not a text file in TOML; give a TOML file in UTF-8"),
    "broken.toml": (b"duration = ", "broken.toml: this is not valid TOML"),
    "deep.toml": (b"x = " + b"[" * 20000 + b"]" * 20000, "deep.toml: "),
    "digits.toml": (b"people = " + b"1" * 5000, "digits.toml: this is not valid TOML"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_refused(name, tmp_path):
    content, message = FILES[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ScenarioError) as caught:
        read_trial(tmp_path / name)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 400


def test_files_that_are_not_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScenarioError, match=r"there is no file 'none\.toml'"):
        read_trial("none.toml")
    with pytest.raises(ScenarioError, match="there is no trial 'motr'; did you mean 'motar'"):
        read_trial("motr")
    with pytest.raises(ScenarioError, match="there is no trial 'xyzzy'.*give the path of a .toml file"):
        read_trial("xyzzy")
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(ScenarioError, match="it cannot be read: Is a directory"):
        read_trial(tmp_path / "folder.toml")


def test_a_file_of_ones_own(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(PLAIN, encoding="utf-8-sig")
    assert read_trial(path) == trial_from(tomllib.loads(PLAIN), "mine")
    assert read_trial(str(path)).name == "mine"


# No key sets a number of the model


@cache
def shipped(name):
    return tomllib.loads((catalogue.folder() / "trials" / f"{name}.toml").read_text(encoding="utf-8"))


def tables(value, path=()):
    """Every table of a file, as a path."""
    if isinstance(value, dict):
        yield path
        for key, part in value.items():
            yield from tables(part, (*path, key))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from tables(part, (*path, number))


def with_entry(table, path, key, value):
    changed = copy.deepcopy(table)
    inside = changed
    for name in path:
        inside = inside[name]
    inside[key] = value
    return changed


SETTINGS = {
    "set": {"mood.vulnerability": 1.0},
    "person": {"phenotype": "mdd", "mood.vulnerability": 1.0},
    "mood.vulnerability": 1.0,
    "mood": {"vulnerability": 1.0},
}


@pytest.mark.parametrize("key", SETTINGS)
@pytest.mark.parametrize("text", [WHOLE, "pool"], ids=["trial", "pool"])
def test_no_table_of_the_grammar_takes_a_number_of_the_model(text, key):
    table = pooled() if text == "pool" else tomllib.loads(text)
    trial_from(table, "mine")
    for path in tables(table):
        if path and path[-1] == "arms":
            continue  # an arm may be called anything
        with pytest.raises(NeurokynError):
            trial_from(with_entry(table, path, key, SETTINGS[key]), "mine", "mine.toml")


@pytest.mark.parametrize("key", ["set", "person"])
def test_an_arm_that_is_called_so_is_an_arm(key):
    """It has no people, and what looks like a number of the model is a key that is unknown."""
    table = with_entry(tomllib.loads(PLAIN), ("arms",), key, SETTINGS[key])
    assert any("the key 'mood.vulnerability' is unknown" in line for line in said(table))


@pytest.mark.parametrize("name", trials())
def test_no_ready_made_trial_takes_a_number_of_the_model(name):
    table = shipped(name)
    for path in ((), ("entry",), ("outcome",), *(("arms", arm) for arm in table["arms"])):
        inside = table
        for part in path:
            inside = inside.get(part, {})
        if inside:
            with pytest.raises(ScenarioError, match="a trial file cannot set parameters"):
                trial_from(with_entry(table, path, "set", SETTINGS["set"]), name, f"{name}.toml")
    for path in ((), *(("arms", arm) for arm in table["arms"])):
        with pytest.raises(ScenarioError, match="it is not the name of a phenotype"):
            trial_from(with_entry(table, path, "person", SETTINGS["person"]), name, f"{name}.toml")


@pytest.mark.parametrize("name", trials())
def test_no_ready_made_trial_names_a_number_of_the_model(name):
    """But for what people lean by when they choose, which changes nobody."""
    table = copy.deepcopy(shipped(name))
    table.get("allocation", {}).get("preference", {}).pop("by", None)
    named = {str(part) for path in tables(table) for part in path}
    named |= {str(key) for path in tables(table) for key in _at(table, path)}
    assert not named & set(standard_parameters())
    assert "set" not in named
    phenotypes = [table.get("person", "mdd"), *(arm.get("person", "mdd") for arm in table["arms"].values())]
    assert all(isinstance(each, str) for each in phenotypes)
    assert all(person in catalogue.phenotypes() for person in phenotypes)


def _at(table, path):
    for part in path:
        table = table[part]
    return table


@cache
def anybody(phenotype, n):
    """People without a trial."""
    return draw_people(n, 7, phenotype).data


@pytest.mark.parametrize("name", trials())
def test_the_people_of_a_ready_made_trial_are_those_without_it(name):
    """Every number of the body is the person's own or the phenotype's, but for what [entry] says of covariates."""
    trial = read_trial(name)
    known, changed = covariates(), set(trial.distributions)
    free = {known[each].sets for each in changed} | ({VULNERABILITY, DRIVE, OWN_CRP} if changed else set())
    for phenotype in {arm.phenotype for arm in trial.arms.values()}:
        people = draw_participants(2, 7, phenotype, trial.include, trial.distributions, Switches()).data
        others = anybody(phenotype, int(people["person"].max()) + 1).isel(person=people["person"].values)
        assert np.array_equal(people["person"], others["person"])
        compared = 0
        for parameter in others.data_vars:
            own = others[parameter].attrs.get("role") == "parameter"
            if own and parameter not in free and not (people["redrawn"] + others["redrawn"]).any():
                assert np.array_equal(people[parameter], others[parameter]), parameter
                compared += 1
        assert compared > 20 or (people["redrawn"] + others["redrawn"]).any()
        assert set(body(phenotype).table) == set(standard_parameters())


def test_a_covariate_moves_its_own_number_and_no_other():
    usual, fitter = (
        draw_participants(6, 7, "mdd", "", changed, Switches()).data for changed in ({}, {"vo2max": {"mean": 45.0}})
    )
    numbers = [str(name) for name in usual.data_vars if usual[name].dtype.kind == "f"]
    moved = {name for name in numbers if not np.allclose(usual[name], fitter[name], rtol=1e-6)}
    assert moved >= {"vo2max", "exercise.vo2max_untrained"}
    assert moved <= {"vo2max", "exercise.vo2max_untrained", VULNERABILITY, DRIVE, OWN_CRP}
