"""Every statistic and event against numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from neurokyn.errors import NeurokynError, ScenarioError
from neurokyn.population.carrying_out import ANXIETY, DEPRESSION, CarriedOut
from neurokyn.population.mixed import mixed_model
from neurokyn.population.questions import EVENTS, STATISTICS, Question, answer, event
from neurokyn.population.ratings import Ratings
from scipy.special import gamma
from small_trials import DRUG, RUN, courses, made

NAN = float("nan")
# Person, arm and ratings at weeks 0, 2, 4: three run, four take the drug
ARM = [0, 0, 0, 1, 1, 1, 1]
SCORE = [[20, 12, 10], [24, 7, 13], [10, 8, NAN], [22, 11, 7], [20, 20, 18], [18, 6, 12], [16, NAN, NAN]]
CALM = [[30, 20, 10], [26, 22, 14], [20, 16, NAN], [24, 20, 12], [22, 20, 16], [20, 18, 14], [18, NAN, NAN]]
LEFT = [NAN, 3.5, 1.0, NAN, NAN, 4.0, 0.5]


def carried_out(analysis="all seen", **judged):
    """A trial that came out like this; weight falls by 1 kg a visit in who runs and by 0.5 kg in who does not."""
    outcome = {"analysis": analysis, "also": ["mood.calm"], **judged}
    trial = made({"run": {**RUN, "people": 3}, "drug": {**DRUG, "people": 4}}, outcome=outcome)
    own = np.array([[10.0, 11.0, 14.0], [8.0, 8.5, 9.0]])[None] + np.arange(7.0)[:, None, None]
    week = np.arange(4)
    pool = courses(
        trial, 7,
        **{
            "mood.calm": own,
            "left": np.repeat(np.array(LEFT)[:, None], 2, axis=1),
            "sessions_planned": np.array([[[3] * 4, [0] * 4]]),
            "sessions_attended": np.stack([np.where(np.arange(7)[:, None] > week, 3, 2), np.zeros((7, 4))], axis=1),
            "doses_planned": np.array([[[0] * 4, [7] * 4]]),
            "doses_taken": np.stack([np.zeros((7, 4)), np.where(np.arange(7)[:, None] % 2, 7, 4) + 0 * week], axis=1),
        },
    )  # fmt: skip
    arm, stayed = np.array(ARM), np.isnan(LEFT)
    ratings = {
        scale: Ratings(("run", "drug"), arm, np.array([0.0, 2.0, 4.0]), np.array(score, dtype=float), stayed)
        for scale, score in ((DEPRESSION, SCORE), (ANXIETY, CALM))
    }
    return CarriedOut(trial, pool, np.arange(7), arm, ratings, (1, 0))


@pytest.fixture
def done():
    return carried_out()


def ask(done, statistic, outcome=DEPRESSION, arm="run", versus="drug", week=None):
    return answer(Question(outcome, statistic, arm, versus, week), done)


def sd(values):
    return float(np.std(values, ddof=1))


def g(one, two):
    """Hedges' g from two lists of numbers."""
    freedom = len(one) + len(two) - 2
    pooled = np.sqrt(((len(one) - 1) * sd(one) ** 2 + (len(two) - 1) * sd(two) ** 2) / freedom)
    return (
        (np.mean(one) - np.mean(two)) / pooled * gamma(freedom / 2) / (np.sqrt(freedom / 2) * gamma((freedom - 1) / 2))
    )


# Statistics of scores


def test_means(done):
    assert ask(done, "mean") == pytest.approx((10 + 13) / 2)
    assert ask(done, "mean", arm="drug") == pytest.approx((7 + 18 + 12) / 3)
    assert ask(done, "mean", week=2.0) == pytest.approx(9.0)
    assert ask(done, "mean", ANXIETY) == pytest.approx(12.0)
    assert ask(done, "mean difference") == pytest.approx(11.5 - 37 / 3)
    assert ask(done, "mean difference", arm="drug", versus="run") == pytest.approx(37 / 3 - 11.5)
    assert ask(done, "mean difference", week=2.0) == pytest.approx(9.0 - 37 / 3)


def test_changes(done):
    """Of who has both: -10 and -11 of baselines 20 and 24."""
    assert ask(done, "change") == pytest.approx(-10.5)
    assert ask(done, "percent change") == pytest.approx(-100 * 10.5 / 22)
    assert ask(done, "standardised change") == pytest.approx(-10.5 / sd([20, 24]))
    assert ask(done, "change", arm="drug", week=2.0) == pytest.approx((-11 + 0 - 12) / 3)


def test_effect_sizes(done):
    assert ask(done, "hedges g") == pytest.approx(g([10, 13], [7, 18, 12]))
    assert ask(done, "hedges g of change") == pytest.approx(g([-10, -11], [-15, -2, -6]))
    depression, anxiety = g([10, 13], [7, 18, 12]), g([10, 14], [12, 16, 14])
    assert ask(done, "ratio of anxiety to depression") == pytest.approx(anxiety / depression)


@pytest.mark.parametrize(
    ("analysis", "run", "drug"),
    [
        ("all seen", [10, 13], [7, 18, 12]),
        ("carried forward", [10, 13, 8], [7, 18, 12, 16]),
        ("completers", [10], [7, 18]),
    ],
)
def test_who_is_analysed(analysis, run, drug):
    done = carried_out(analysis)
    assert ask(done, "mean") == pytest.approx(np.mean(run))
    if len(run) > 1:
        assert ask(done, "mean difference") == pytest.approx(np.mean(run) - np.mean(drug))
        assert ask(done, "hedges g") == pytest.approx(g(run, drug))
    remitted = sum(score <= 7 for score in run) / 3, sum(score <= 7 for score in drug) / 4
    assert ask(done, "share", "remission") == pytest.approx(remitted[0])
    assert ask(done, "share", "remission", arm="drug") == pytest.approx(remitted[1])


def test_a_mixed_model_answers_for_its_trial():
    """Differences of a scale alone; other numbers carry scores forward."""
    done, rng = carried_out("mixed model"), np.random.default_rng(5)
    score = np.round(20 + rng.normal(0, 3, (30, 1)) + rng.normal(0, 2, (30, 3)))
    rated = Ratings(("run", "drug"), np.arange(30) % 2, np.array([0.0, 2.0, 4.0]), score, np.ones(30, dtype=bool))
    many = replace(done, ratings={**done.ratings, DEPRESSION: rated})
    for week in (2.0, 4.0):
        expected = mixed_model(rated, "drug", week)["run"].estimate
        plain = score[::2, int(week / 2)].mean() - score[1::2, int(week / 2)].mean()
        assert ask(many, "mean difference", week=week) == expected
        assert abs(expected - plain) > 1e-3
    assert ask(done, "mean") == pytest.approx(np.mean([10, 13, 8]))


def test_within_one_arm_the_others_are_the_comparator(done):
    for statistic in ("mean difference", "hedges g"):
        assert ask(done, statistic, versus="") == ask(done, statistic)


def test_read_outs_of_the_body(done):
    """Of who was seen; every one of them falls or rises as the arm does."""
    assert ask(done, "change", "mood.calm") == pytest.approx(4.0)
    assert ask(done, "change", "mood.calm", arm="drug") == pytest.approx(1.0)
    assert ask(done, "mean", "mood.calm") == pytest.approx(np.mean([14, 15]))  # the third was not seen
    assert ask(done, "mean", "mood.calm", week=2.0) == pytest.approx(12.0)
    assert ask(done, "percent change", "mood.calm") == pytest.approx(100 * 4.0 / 10.5)
    assert ask(done, "mean difference", "mood.calm") == pytest.approx(14.5 - np.mean([12, 13, 14]))
    assert ask(done, "hedges g", "mood.calm") == pytest.approx(g([14, 15], [12, 13, 14]))


def test_what_cannot_be_told_is_nan(done):
    alone = replace(done, arm=np.array([0, 1, 1, 1, 1, 1, 1]))
    for statistic in ("change", "percent change", "standardised change", "hedges g"):
        assert np.isnan(ask(alone, statistic))
    nobody = replace(done, arm=np.ones(7, dtype=int))
    for statistic in ("mean", "change", "mean difference"):
        assert np.isnan(ask(nobody, statistic))


# Events


def test_remission_counts_everyone(done):
    """At week 4 one of four on the drug (7), nobody of three who run; who was not seen has no remission."""
    assert event("remission", done, None).tolist() == [0, 0, 0, 1, 0, 0, 0]
    assert event("remission", done, 2.0).tolist() == [0, 1, 0, 0, 0, 1, 0]
    assert event("remission", carried_out(remission=12), None).tolist() == [1, 0, 0, 1, 0, 1, 0]


def test_response_is_a_fall_from_the_baseline(done):
    """Halved: 20 to 10 is, 24 to 13 is not, 22 to 7 is, 18 to 12 is not."""
    assert event("response", done, None).tolist() == [1, 0, 0, 1, 0, 0, 0]
    assert event("response", done, 2.0).tolist() == [0, 1, 0, 1, 0, 1, 0]
    assert event("response", carried_out(response=0.2), None).tolist() == [1, 1, 0, 1, 0, 1, 0]
    assert event("response", carried_out("carried forward", response=0.2), None).tolist() == [1, 1, 1, 1, 0, 1, 0]


def test_who_left_by_then(done):
    assert event("left", done, None).tolist() == [False, True, True, False, False, True, True]
    assert event("left", done, 2.0).tolist() == [False, False, True, False, False, False, True]
    assert event("left", done, 3.5).tolist() == [False, True, True, False, False, False, True]


def test_who_was_adherent(done):
    """Sessions: person k has k weeks of 3 and the rest of 2, of 3 planned: 8/12, 9/12, 10/12. Doses: 7 or 4 of 7."""
    assert event("adherent", done, None).tolist() == [0, 1, 1, 1, 0, 1, 0]
    assert event("adherent", carried_out(adherent=0.55), None).tolist() == [1, 1, 1, 1, 1, 1, 1]
    assert event("adherent", carried_out(adherent=0.8), None).tolist() == [0, 0, 1, 1, 0, 1, 0]
    assert event("adherent", carried_out(adherent=0.9), 2.0).tolist() == [0, 0, 1, 1, 0, 1, 0]


def test_who_had_nothing_planned_is_neither_adherent_nor_not(done):
    done.courses["sessions_planned"][:] = 0
    assert event("adherent", done, None).tolist() == pytest.approx([NAN, NAN, NAN, 1, 0, 1, 0], nan_ok=True)
    assert np.isnan(ask(done, "share", "adherent"))
    assert ask(done, "share", "adherent", arm="drug") == 0.5


def test_relapse_is_a_rise_in_who_was_well(done):
    """Six points or more above a baseline in remission; who was not well, or is not seen, cannot relapse."""
    score = [[7, 13, 12], [3, 9, 20], [0, 5, NAN], [8, 30, 30], [7, 7, 0], [1, 7, 7], [NAN, 20, 20]]
    rated = replace(done.ratings[DEPRESSION], score=np.array(score))
    well = replace(done, ratings={**done.ratings, DEPRESSION: rated})
    assert event("relapse", well, None).tolist() == pytest.approx([0, 1, NAN, NAN, 0, 1, NAN], nan_ok=True)
    assert event("relapse", well, 2.0).tolist() == pytest.approx([1, 1, 0, NAN, 0, 1, NAN], nan_ok=True)
    assert event("relapse", well, 0.0).tolist() == pytest.approx([0, 0, 0, NAN, 0, 0, NAN], nan_ok=True)
    assert ask(well, "share", "relapse") == pytest.approx(1 / 2)
    assert ask(well, "risk difference", "relapse", week=2.0) == pytest.approx(2 / 3 - 1 / 2)
    assert np.isnan(ask(done, "share", "relapse"))  # nobody was well at the baseline


def test_shares_and_contrasts():
    """Response: 1 of 3 against 1 of 4."""
    done = carried_out()
    assert ask(done, "share", "response") == pytest.approx(1 / 3)
    assert ask(done, "share", "response", arm="drug") == pytest.approx(1 / 4)
    assert ask(done, "risk difference", "response") == pytest.approx(1 / 3 - 1 / 4)
    assert ask(done, "risk ratio", "response") == pytest.approx((1 / 3) / (1 / 4))
    assert ask(done, "odds ratio", "response") == pytest.approx((1 / 2) / (1 / 3))
    assert ask(done, "risk difference", "left") == pytest.approx(2 / 3 - 2 / 4)
    assert ask(done, "risk ratio", "adherent") == pytest.approx((2 / 3) / (2 / 4))


def test_every_statistic_and_event_is_asked_here():
    text = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in (*STATISTICS, *EVENTS) if f'"{name}"' not in text] == []


# Refusals


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (Question(DEPRESSION, "hedge g", "run", "drug"), "no statistic 'hedge g'; did you mean 'hedges g'"),
        (Question(DEPRESSION, "mean", "runn"), "small has no arm 'runn'; did you mean 'run'"),
        (Question(DEPRESSION, "mean difference", "run", "drugs"), "has no arm 'drugs'; did you mean 'drug'"),
        (Question("remision", "share", "run"), "no event 'remision'; did you mean 'remission'"),
        (Question("mood.calmm", "mean", "run"), "small keeps no 'mood.calmm'; did you mean 'mood.calm'.*also"),
        (Question(DEPRESSION, "mean", "run", week=3.0), "there is no visit at week 3; visits are at weeks 0, 2, 4"),
        (Question("mood.calm", "mean", "run", week=3.0), "there is no visit at week 3"),
        (Question("remission", "share", "run", week=3.0), "there is no visit at week 3"),
    ],
)
def test_what_cannot_be_asked(done, question, says):
    with pytest.raises(NeurokynError, match=says):
        answer(question, done)


def test_there_is_no_event_of_a_read_out(done):
    with pytest.raises(ScenarioError, match=r"no event 'mood\.calm'"):
        event("mood.calm", done, None)
