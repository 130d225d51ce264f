"""The page of questions: numbers, words made from them, and that every answer stands."""

import re
from dataclasses import replace

import numpy as np
import pytest
from neurokyn import read_trial, simulate_courses
from neurokyn.analysis.claims import anxiety as claims_anxiety
from neurokyn.analysis.claims.answer import told_parts, wrapped
from neurokyn.analysis.claims.body import DEPRESSION, DRUG, Case, ask_body, look
from neurokyn.analysis.claims.cases import CASES, CUTS, QUESTIONS_OF_BODY, WHOLE
from neurokyn.analysis.claims.designs import NOTHING, always, beside_nothing, cared
from neurokyn.analysis.claims.lab import BIOLOGY, attended, last
from neurokyn.analysis.claims.numbers import (
    Estimate,
    compared,
    mean_of,
    number,
    over_people,
    over_trials,
    people_for,
    percent,
    power,
    share_of,
    shown,
)
from neurokyn.analysis.claims.page import CLAIMS, QUESTIONS, QUICK, Answer, Lab, answer_questions, page
from neurokyn.cli import build_parser
from neurokyn.errors import ScenarioError
from scipy import stats


@pytest.fixture(scope="module")
def lab() -> Lab:
    return Lab(QUICK)


@pytest.fixture(scope="module")
def answers(lab) -> list[Answer]:
    return [ask(lab) for ask in QUESTIONS.values()]


# Numbers


def test_a_mean_has_students_interval():
    values = np.array([1.0, 2.0, 4.0, np.nan])
    found = mean_of(values)
    low, high = stats.t.interval(0.95, 2, loc=values[:3].mean(), scale=stats.sem(values[:3]))
    assert (found.value, found.low, found.high) == pytest.approx((7 / 3, low, high))


def test_a_share_has_wilsons_interval():
    found = share_of(np.array([1.0] * 3 + [0.0] * 7 + [np.nan]))
    limits = stats.binomtest(3, 10).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((limits.low, limits.high), abs=1e-6)


@pytest.mark.parametrize("nobody", [np.array([]), np.array([np.nan])])
def test_nobody_tells_nothing(nobody):
    assert all(np.isnan(each(nobody).value) for each in (mean_of, share_of, over_trials))
    assert shown(mean_of(nobody)) == percent(share_of(nobody)) == "–"


def test_resampling_people_is_as_sure_as_the_mean():
    values = np.random.default_rng(0).normal(2.0, 1.0, 400)
    found, usual = over_people(lambda who: float(values[who].mean()), 400, seed=1), mean_of(values)
    assert found.value == usual.value
    assert found.high - found.low == pytest.approx(usual.high - usual.low, rel=0.15)


def test_power_and_people_agree():
    n = people_for(0.7, 2.0, 100)
    assert power(0.7, 2.0 * np.sqrt(100 / n)) == pytest.approx(0.8, abs=1e-4)
    assert power(0.0, 1.0) == pytest.approx(0.05, abs=1e-6)
    assert people_for(0.0, 1.0, 100) == np.inf


# Words


def test_who_is_better_is_worked_out():
    worse = Estimate(0.8, 0.4, 1.2)
    assert compared(worse, "running", "the drug") == "the drug ends 0.8 (0.4 to 1.2) points lower than running"
    assert compared(worse.times(-1), "running", "the drug").startswith("running ends 0.8 (0.4 to 1.2)")
    assert "cannot be told apart" in compared(Estimate(0.8, -0.4, 1.2), "running", "the drug")


def test_no_number_has_a_minus_zero():
    assert number(-0.04) == "0.0"
    assert percent(Estimate(-0.123, -0.2, 0.001), sign=True) == "−12 % (−20 to 0)"


def test_lines_are_wrapped_but_tables_are_not():
    text = "word " * 60
    assert max(map(len, wrapped(text).splitlines())) <= 120
    assert wrapped(f"1. {text}").splitlines()[1].startswith("   word")
    assert "\n" not in wrapped(f"| {text} |")


def test_parts_are_told_from_the_largest():
    assert told_parts({"a": 0.01, "b": -0.3, "c": 1.0}, "This") == "This, +0.7 points: c +1.0, b −0.3."


# Designs


def test_certain_care_leaves_nothing_to_chance():
    trial = read_trial("motar")
    sure = cared(trial, {name: always(arm.care) for name, arm in trial.arms.items()})
    courses = simulate_courses(sure, 4, seed=1)
    assert (attended(courses, "running") == 1).all()
    assert (attended(courses, "drug", "doses") == 1).all()
    assert courses["left"].isnull().all()
    assert sure.arms["running"].care.expectancy == trial.arms["running"].care.expectancy


def test_nothing_is_nothing():
    trial = beside_nothing("motar")
    bare = simulate_courses(trial, 4, seed=1, switches=BIOLOGY)[DEPRESSION].sel(arm=NOTHING).values
    assert np.abs(bare[:, -1] - bare[:, 0]).max() < 0.1
    assert trial.preference is None
    same = simulate_courses(trial, 4, seed=1), simulate_courses(read_trial("motar"), 4, seed=1)
    assert (last(same[0], "running") == last(same[1], "running")).all()


def test_biology_alone_is_everything_else_off():
    assert [name for name, value in vars(BIOLOGY).items() if value] == ["biology"]


# One body


def test_a_cut_in_a_held_body_leaves_its_score_at_rest():
    case = Case((DRUG,), (("growth_factors.inflammation_gain", 0.0),), weeks=1.0)
    assert look(case)[DEPRESSION][0] == pytest.approx(look(Case(weeks=0.0))[DEPRESSION][0], abs=1e-3)
    assert look(replace(case, held=False))[DEPRESSION][0] < 20.9


def test_a_patients_own_number_moves_in_patients_only():
    cases = {"ill": Case(weeks=0.0, held=False), "well": Case(weeks=0.0, held=False, phenotype="healthy")}
    from neurokyn.analysis.claims.body import _moves

    load = next(move for move in _moves() if move.name == "stress.chronic_load")
    assert load.of(cases["ill"])["stress.chronic_load"] > 0.1152
    assert load.of(cases["well"]) == {}


def test_an_answer_that_nothing_moves_is_sure():
    found, _ = ask_body({"rest": Case(weeks=0.0)}, {"one": lambda seen: 1.0}, 3)
    assert found["one"].found == Estimate(1.0, 1.0, 1.0)
    assert found["one"].grade == "nothing that was moved"


def test_every_cut_is_of_a_treatment_and_is_asked_for():
    assert {name.split(":")[0] for name in CUTS} <= set(WHOLE) <= set(CASES)
    assert set(CUTS) <= set(QUESTIONS_OF_BODY)


# Anxiety


def test_anxiety_is_made_as_the_model_makes_it(lab):
    trial = claims_anxiety.keeping(read_trial("exercise-umbrella"), claims_anxiety.TERMS)
    courses = lab.courses(trial, 4)
    made = claims_anxiety.hamilton(courses, claims_anxiety.numbers(lab, trial, 4), "running")
    assert made == pytest.approx(last(courses, "running", "mood.anxiety"), abs=1e-9)


# Answers


def test_every_claim_is_answered(answers):
    assert {claim for answer in answers for claim in answer.claims} == set(CLAIMS) == {f"S{k}" for k in range(1, 14)}


def test_every_answer_is_whole(answers):
    for answer in answers:
        assert answer.verdict
        assert answer.carried
        assert answer.rests
        assert any(part.startswith("|") for part in answer.parts)
        assert "nan" not in answer.text
        assert "inf " not in answer.text


def test_tables_are_square(answers):
    for answer in answers:
        for part in answer.parts:
            if part.startswith("|"):
                assert len({line.count("|") for line in part.splitlines()}) == 1, part


def test_commands_exist(answers):
    for answer in answers:
        for line in answer.commands.splitlines():
            if line.startswith("neurokyn"):
                build_parser().parse_args(line.split()[1:])


def test_pictures_are_few_and_named_once(answers):
    names = [picture.name for answer in answers for picture in answer.pictures]
    assert len(names) == len(set(names)) <= 6


def test_the_page_numbers_its_questions(answers):
    text = page(answers, QUICK, 1)
    assert re.findall(r"^## (\d)\.", text, re.MULTILINE) == [str(k) for k in range(1, 10)]
    assert max(len(line) for line in text.splitlines() if not line.startswith(("|", "!", "##", "neurokyn"))) <= 120


def test_the_same_seed_gives_the_same_answer(answers):
    again = answer_questions(QUICK, ["power"])[0]
    assert again.text == next(answer.text for answer in answers if answer.name == "power")


def test_an_unknown_question_names_the_nearest():
    with pytest.raises(ScenarioError, match="walking"):
        answer_questions(QUICK, ["walkin"])
