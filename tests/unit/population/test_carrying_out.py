"""A trial carried out: who is enrolled, how they are rated, who is seen, who is admitted after a lead-in."""

from dataclasses import replace

import numpy as np
import pytest
from neurokyn.errors import ScenarioError
from neurokyn.population import carrying_out
from neurokyn.population.carrying_out import ANXIETY, DEPRESSION, SCALES, carry_out, enrol
from neurokyn.population.observation import observation
from neurokyn.population.questions import Question, answer, event
from small_trials import DRUG, RUN, WAIT, courses, made

SEED = 4
TWO = {"run": {**RUN, "people": 6}, "drug": {**DRUG, "people": 4}}
NEEDED = {"include": "screened >= 14"}
EXACT = {"rater_sd": 0.0, "rater_sd_anxiety": 0.0, "missed_visit": 0.0, "assessed_after_leaving": 0.0}


def observing(monkeypatch, **numbers):
    """Other numbers of the observation layer."""
    changed = replace(observation(), **{**EXACT, **numbers})
    monkeypatch.setattr(carrying_out, "observation", lambda: changed)


def numbered(trial, n):
    """Scores that say whose they are and when: person, arm, visit."""
    shape = n, len(trial.arms), len(trial.visits)
    person, arm, visit = np.indices(shape)
    return courses(trial, n, score=(person % 40) + 0.0 * arm + 2.0 * visit + 3.0 * arm)


# Enrolment


def test_repetitions_share_nobody_while_the_pool_lasts():
    trial = made(TWO)
    pool = courses(trial, 30)
    who = [set(carry_out(trial, pool, SEED, replicate).who) for replicate in range(3)]
    assert [len(each) for each in who] == [10, 10, 10]
    assert set.union(*who) == set(range(30))


def test_later_repetitions_draw_anew_and_nobody_twice():
    trial = made(TWO)
    pool = courses(trial, 25)
    later = [carry_out(trial, pool, SEED, replicate).who for replicate in range(2, 8)]
    assert all(len(set(who)) == 10 for who in later)
    assert len({tuple(sorted(who)) for who in later}) > 1
    assert set(np.concatenate(later)) <= set(range(25))


def test_a_pool_that_is_too_small_repeats_people():
    trial = made(TWO)
    done = carry_out(trial, courses(trial, 4), SEED)
    assert len(done.who) == 10
    assert set(done.who) <= set(range(4))


@pytest.mark.parametrize(("pool", "n", "replicate"), [(10, 10, 0), (10, 10, 1), (10, 3, 2), (10, 3, 3), (3, 10, 0)])
def test_enrolment(pool, n, replicate):
    who = enrol(pool, n, replicate, np.random.default_rng(1))
    assert len(who) == n
    assert len(set(who)) == min(n, pool) or n > pool
    assert who.min() >= 0
    assert who.max() < pool
    if (replicate + 1) * n <= pool:
        assert who.tolist() == list(range(replicate * n, (replicate + 1) * n))


def test_the_same_repetition_is_the_same_and_another_is_not():
    trial = made(TWO)
    pool = courses(trial, 10)
    one, again, other = (carry_out(trial, pool, SEED, replicate) for replicate in (1, 1, 2))
    assert np.array_equal(one.who, again.who)
    assert np.array_equal(one.arm, again.arm)
    for scale in SCALES:
        assert np.array_equal(one.ratings[scale].score, again.ratings[scale].score, equal_nan=True)
    assert not np.array_equal(one.ratings[DEPRESSION].score, other.ratings[DEPRESSION].score, equal_nan=True)


def test_arms_have_their_sizes():
    trial = made(TWO)
    done = carry_out(trial, courses(trial, 10), SEED)
    assert np.bincount(done.arm).tolist() == [6, 4]
    assert done.ratings[DEPRESSION].arms == ("run", "drug")
    assert done.ratings[DEPRESSION].weeks.tolist() == [0.0, 2.0, 4.0]


# Ratings


def test_everyone_is_rated_in_their_own_arm(monkeypatch):
    observing(monkeypatch)
    trial = made(TWO)
    pool = numbered(trial, 10)
    done = carry_out(trial, pool, SEED)
    for scale in SCALES:
        expected = pool[scale].values[done.who, done.arm]
        assert np.array_equal(done.ratings[scale].score, expected)


def test_ratings_are_whole_points_within_the_scale():
    trial = made(TWO, people=200)
    for score in (0.3, 51.8):
        done = carry_out(trial, courses(trial, 10, score), SEED)
        for scale, most in SCALES.items():
            seen = done.ratings[scale].score[~np.isnan(done.ratings[scale].score)]
            assert np.array_equal(seen, np.round(seen))
            assert 0 <= seen.min() <= seen.max() <= most


def test_raters_scatter_as_they_should():
    trial = made({"run": {**RUN, "people": 4000}})
    done = carry_out(trial, courses(trial, 4000, 25.0), SEED)
    for scale, sd in ((DEPRESSION, observation().rater_sd), (ANXIETY, observation().rater_sd_anxiety)):
        score = done.ratings[scale].score[:, 1:]
        assert np.nanmean(score) == pytest.approx(25.0, abs=0.15)
        assert np.nanvar(score) == pytest.approx(sd**2 + 1 / 12, rel=0.06)


def test_visits_are_missed_only_after_the_baseline():
    trial = made({"run": {**RUN, "people": 4000}})
    done = carry_out(trial, courses(trial, 4000), SEED)
    missing = np.isnan(done.ratings[DEPRESSION].score)
    assert not missing[:, 0].any()
    share = observation().missed_visit
    assert missing[:, 1:].mean() == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 8000) + 1e-12)
    assert np.array_equal(missing, np.isnan(done.ratings[ANXIETY].score))


def test_who_left_is_seen_until_then(monkeypatch):
    observing(monkeypatch)
    trial = made(TWO)
    left = np.where(np.arange(10)[:, None] % 2, 2.0, np.nan) * np.ones((1, 2))
    done = carry_out(trial, courses(trial, 10, left=left), SEED)
    gone = done.who % 2 == 1
    seen = ~np.isnan(done.ratings[DEPRESSION].score)
    assert seen[~gone].all()
    assert (seen[gone] == [True, False, False]).all()
    assert np.array_equal(done.ratings[DEPRESSION].stayed, ~gone)


def test_some_who_left_are_still_seen(monkeypatch):
    observing(monkeypatch, assessed_after_leaving=0.4)
    trial = made({"run": {**RUN, "people": 2000}})
    seen = ~np.isnan(carry_out(trial, courses(trial, 2000, left=1.0), SEED).ratings[DEPRESSION].score)
    assert seen[:, 0].all()
    assert np.array_equal(seen[:, 1], seen[:, 2])  # who comes back, comes to every visit
    assert seen[:, 1].mean() == pytest.approx(0.4, abs=4 * np.sqrt(0.24 / 2000))


def test_who_failed_has_not_stayed():
    trial = made(TWO)
    status = np.zeros((10, 2), dtype=int)
    status[3] = 4
    done = carry_out(trial, courses(trial, 10, status=status), SEED)
    assert np.array_equal(done.ratings[DEPRESSION].stayed, done.who != 3)


@pytest.mark.parametrize(("entry", "expected"), [(NEEDED, True), ({}, False), ({"include": "age >= 18"}, False)])
def test_the_baseline_is_the_rating_at_entry_where_a_score_was_needed(entry, expected):
    trial = made(TWO, entry=entry)
    pool = courses(trial, 10, 25.0)
    pool["screened"][:] = 31.0
    done = carry_out(trial, pool, SEED)
    assert (done.ratings[DEPRESSION].baseline == 31.0).all() == expected
    assert not (done.ratings[ANXIETY].baseline == 31.0).all()


# What is measured


def test_a_laboratory_measures_with_its_own_scatter():
    trial = made(TWO, outcome={"also": ["inflammation.crp", "mood.calm"]})
    pool = courses(trial, 10, **{"inflammation.crp": 3.0, "mood.calm": 0.5})
    one, other = carry_out(trial, pool, SEED, 1), carry_out(trial, pool, SEED, 2)
    assert np.array_equal(one.measured("mood.calm"), np.full((10, 3), 0.5))  # nothing is known of its scatter
    crp = one.measured("inflammation.crp")
    assert np.array_equal(crp, one.measured("inflammation.crp"))
    assert not np.array_equal(crp, other.measured("inflammation.crp"))
    assert (crp > 0).all()
    assert np.array_equal(one.of("inflammation.crp"), np.full((10, 3), 3.0))


# Lead-in


LEAD = {"lead_in": "week 2", "admitted": "rated >= 15"}


def treated(n=40, **more):
    trial = made({"add": {**RUN, "people": 8}, "go on": {**DRUG, "people": 8}}, entry=LEAD)
    visit_two = np.where(np.arange(n) % 2, 25.0, 5.0)
    score = np.stack([np.full(n, 30.0), visit_two, visit_two - 2.0], axis=1)[:, None, :]
    return trial, courses(trial, n, score, **more)


def test_after_a_lead_in_those_still_ill_are_admitted(monkeypatch):
    observing(monkeypatch)
    trial, pool = treated()
    done = carry_out(trial, pool, SEED)
    assert np.bincount(done.arm).tolist() == [8, 8]
    assert (done.who % 2 == 1).all()
    assert len(set(done.who)) == 16


def test_ratings_begin_anew_after_the_lead_in(monkeypatch):
    observing(monkeypatch)
    trial, pool = treated()
    done = carry_out(trial, pool, SEED)
    ratings = done.ratings[DEPRESSION]
    assert ratings.weeks.tolist() == [0.0, 2.0]
    assert (ratings.score == [25.0, 23.0]).all()
    assert answer(Question(DEPRESSION, "change", "add"), done) == -2.0
    assert answer(Question(DEPRESSION, "change", "add", week=4.0), done) == -2.0  # weeks are those of the trial
    assert done.since(4.0) == 2.0
    assert done.since(None) is None
    assert done.measured("mood.depression").shape == (16, 2)


def test_with_raters_some_are_admitted_whose_true_score_is_lower():
    trial, _ = treated()
    score = np.full((400, 1, 3), 14.0)
    done = carry_out(trial, courses(trial, 400, score), SEED)
    assert np.bincount(done.arm).tolist() == [8, 8]
    assert (done.of(DEPRESSION)[:, 1] == 14.0).all()
    assert (done.ratings[DEPRESSION].baseline >= 15.0).all()  # the rating that let them in is the baseline


def test_who_left_during_the_lead_in_is_not_admitted(monkeypatch):
    observing(monkeypatch)
    left = np.full((40, 2), np.nan)
    left[1:20] = 1.5
    left[21:40] = 3.0
    trial, pool = treated(left=left)
    done = carry_out(trial, pool, SEED)
    assert done.who.min() > 20
    assert event("left", done, None).all()
    assert not event("left", done, 2.9).any()
    assert not done.ratings[DEPRESSION].stayed.any()


def test_who_leaves_in_the_lead_in_is_no_drop_out_of_the_trial(monkeypatch):
    observing(monkeypatch)
    trial = made({"a": {**DRUG, "people": 4}, "b": {**WAIT, "people": 4}}, entry={"lead_in": "week 2"})
    left = np.full((20, 2), np.nan)
    left[:10] = 2.0  # on the day itself
    done = carry_out(trial, courses(trial, 20, left=left), SEED)
    assert set(done.who) <= set(range(10, 20))
    assert not event("left", done, None).any()


def test_too_few_who_are_fit_are_taken_again(monkeypatch):
    observing(monkeypatch)
    trial, pool = treated(n=6)
    done = carry_out(trial, pool, SEED)
    assert np.bincount(done.arm).tolist() == [8, 8]
    assert set(done.who) <= {1, 3, 5}


def test_where_nobody_is_fit():
    trial, pool = treated()
    pool[DEPRESSION][:] = 1.0
    with pytest.raises(ScenarioError, match="nobody is admitted to the arm 'add' of small; widen `admitted`"):
        carry_out(trial, pool, SEED)
