"""Who comes in, how they are rated, and what their days bring before anybody is simulated."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from neurokyn.errors import ParameterError, ScenarioError
from neurokyn.population import entry, natural_course
from neurokyn.population.care import care
from neurokyn.population.entry import draw_participants, rated_at_entry, standing
from neurokyn.population.natural_course import draw_course, draw_entry
from neurokyn.population.observation import Observation, observation
from neurokyn.population.people import draw_people
from neurokyn.population.scatter import scattered
from neurokyn.population.switches import Switches, without
from neurokyn.scenario import catalogue
from neurokyn.scenario.model import standard_parameters
from scipy.stats import kstest

MANY, SEED = 20_000, 5
SCREENED = "screened >= 20 and age <= 60"


def entrants(n, include="", **more):
    return draw_participants(n, SEED, "mdd", include, {}, more.pop("switches", Switches()), **more).data


def crowd(n=MANY, first=0, severity=22.0):
    """People of whom only the severity is known."""
    numbers = np.arange(first, first + n)
    return xr.Dataset({"severity": ("person", np.full(n, severity))}, coords={"person": numbers})


# Standing


def test_ups_and_downs_at_entry_are_those_of_a_long_time():
    """x is stationary, z follows it with a lag: var z = cov(x, z) = var x times / (times + lag)."""
    numbers, lag = observation(), 5.0
    drawn = draw_entry(SEED, MANY, 0, lag)
    share = numbers.fluctuation_time / (numbers.fluctuation_time + lag)
    assert drawn.fluctuation.std() == pytest.approx(numbers.fluctuation_sd, rel=0.02)
    assert drawn.settled.var() == pytest.approx(share * numbers.fluctuation_sd**2, rel=0.04)
    both = np.cov(drawn.fluctuation, drawn.settled)[0, 1]
    assert both == pytest.approx(share * numbers.fluctuation_sd**2, rel=0.04)
    assert drawn.day_state.std() == pytest.approx(numbers.day_sd, rel=0.02)
    assert abs(np.corrcoef(drawn.day_state, drawn.fluctuation)[0, 1]) < 0.03


def test_where_people_stand_is_their_own():
    all_of_them = standing(crowd(50), SEED, Switches())
    some = crowd(50).isel(person=[30, 4, 17])
    for whole, part in zip(all_of_them, standing(some, SEED, Switches()), strict=True):
        assert np.array_equal(part, whole[[30, 4, 17]])
    assert all(len(column) == 0 for column in standing(crowd(0), SEED, Switches()))


def test_without_the_natural_course_everyone_stands_at_their_own_level():
    for column in standing(crowd(9), SEED, without(["natural course"])):
        assert column.tolist() == [0.0] * 9


# Days


def test_days_are_stationary_and_forget_at_their_own_rate():
    numbers, days = observation(), 60
    people = [draw_course(SEED, k, days, *start) for k, start in enumerate(_starts(3000))]
    for name, sd, time in (
        ("fluctuation", numbers.fluctuation_sd, numbers.fluctuation_time),
        ("day_state", numbers.day_sd, numbers.day_time),
    ):
        course = np.array([getattr(person, name) for person in people])
        assert course.std(axis=0) == pytest.approx(np.full(days, sd), rel=0.08)
        for lag in (1, 7):
            kept = np.mean(course[:, lag:] * course[:, :-lag]) / sd**2
            assert kept == pytest.approx(np.exp(-lag / time), abs=0.03)


def _starts(n):
    numbers, rng = observation(), np.random.default_rng(1)
    return rng.normal(size=(n, 2)) * [numbers.fluctuation_sd, numbers.day_sd]


def test_a_course_begins_where_it_is_told_to():
    course = draw_course(SEED, 3, 10, 0.7, -0.2)
    assert (course.fluctuation[0], course.day_state[0]) == (0.7, -0.2)


def test_the_first_days_of_many_are_those_of_a_few():
    few, many = (draw_course(SEED, 3, days, 0.1, 0.2) for days in (10, 80))
    assert np.array_equal(few.fluctuation, many.fluctuation[:10])
    assert np.array_equal(few.day_state, many.day_state[:10])
    assert few.ends == many.ends
    assert not np.array_equal(draw_course(SEED, 4, 10, 0.1, 0.2).fluctuation, few.fluctuation)


def test_episodes_end_at_a_constant_hazard(monkeypatch):
    ends = np.array([draw_course(SEED, k, 1, 0.0, 0.0).ends for k in range(3000)])
    weekly = ends / 7.0 * observation().episode_end_hazard
    assert kstest(weekly, "expon").pvalue > 0.001
    never = replace(observation(), episode_end_hazard=0.0)
    monkeypatch.setattr(natural_course, "observation", lambda: never)
    assert draw_course(SEED, 0, 1, 0.0, 0.0).ends == np.inf


# Ratings at entry


def test_a_rating_is_in_whole_points_of_the_scale():
    for severity in (0.5, 22.0, 51.5):
        rated = rated_at_entry(crowd(2000, severity=severity), SEED, Switches(), needed=True)
        assert np.array_equal(rated, np.round(rated))
        assert rated.min() >= 0
        assert rated.max() <= standard_parameters()["mood.scale_maximum"].value


def test_a_score_that_is_needed_is_inflated():
    free, needed = (rated_at_entry(crowd(), SEED, Switches(), needed=which) for which in (False, True))
    assert np.mean(needed - free) == pytest.approx(observation().entry_inflation, abs=0.02)
    fair = rated_at_entry(crowd(), SEED, without(["bias"]), needed=True)
    assert np.array_equal(fair, free)


def test_without_the_natural_course_ratings_scatter_by_the_rater_alone():
    rated = rated_at_entry(crowd(), SEED, without(["natural course"]), needed=False)
    rounding = 1 / 12
    assert rated.mean() == pytest.approx(22.0, abs=0.05)
    assert rated.var() == pytest.approx(observation().rater_sd ** 2 + rounding, rel=0.05)
    assert rated_at_entry(crowd(), SEED, Switches(), needed=False).var() > 1.5 * rated.var()


def test_a_rating_is_the_persons_own():
    whole = rated_at_entry(crowd(40), SEED, Switches(), needed=True)
    part = rated_at_entry(crowd(40).isel(person=[22, 3]), SEED, Switches(), needed=True)
    assert part.tolist() == whole[[22, 3]].tolist()
    assert rated_at_entry(crowd(0), SEED, Switches(), needed=True).tolist() == []


# People


@pytest.fixture(scope="module")
def people():
    return entrants(12, SCREENED)


def test_everyone_meets_the_criterion_as_rated(people):
    assert (people["screened"] >= 20).all()
    assert (people["age"] <= 60).all()
    assert people["screened"].attrs["role"] == "covariate"
    assert people.sizes["person"] == 12


def test_the_first_of_many_are_those_of_a_few(people):
    xr.testing.assert_equal(entrants(4, SCREENED), people.isel(person=slice(4)))


def test_screening_takes_people_as_they_are(people):
    """Who comes in has the numbers that the same person has without a trial."""
    last = int(people["person"].max())
    everyone = draw_people(last + 1, SEED).data.isel(person=people["person"].values)
    for name in everyone.data_vars:
        assert np.array_equal(everyone[name], people[name]), name


@pytest.mark.parametrize("part", ["bias", "natural course", "biology", "expectancy", "contact"])
def test_the_same_people_come_in_whatever_is_off(people, part):
    """They are rated with what is on, though."""
    off = entrants(12, SCREENED, switches=without([part]))
    xr.testing.assert_equal(off.drop_vars("screened"), people.drop_vars("screened"))
    same = np.array_equal(off["screened"], people["screened"])
    assert same == (part not in {"bias", "natural course"})
    if part == "bias":
        assert (off["screened"] <= people["screened"]).all()


def test_screening_takes_people_on_a_bad_day(people):
    """Regression to the mean: those who come in stand above their own level, and are rated above where they stand."""
    chosen, free = (entrants(60, include) for include in ("screened >= 24", ""))
    stands = standing(chosen, SEED, Switches())
    assert (stands.settled + stands.day_state).mean() > 0.05
    assert (chosen["screened"] - chosen["severity"]).mean() > (free["screened"] - free["severity"]).mean() + 1


def test_who_is_well_is_rated_too():
    data = draw_participants(3, SEED, "healthy", "screened <= 20", {}, Switches()).data
    assert (data["screened"] < 20).all()
    assert entry.RATED in data


# Care, numbers, switches, scatter


def test_care_of_several_kinds():
    pill, bouts = care(["open-pill"]), care(["supervised-exercise"])
    both = care(["open-pill", "supervised-exercise"])
    assert both.contact == max(pill.contact, bouts.contact)
    most = observation().most_belief
    assert both.belief == pytest.approx(min(1 - (1 - pill.belief) * (1 - bouts.belief), most))
    assert max(pill.belief, bouts.belief) <= both.belief <= most
    assert (both.sessions, both.doses) == (bouts.sessions, pill.doses)
    assert (both.leaving_exercise, both.leaving_treatment) == (bouts.leaving_exercise, pill.leaving_treatment)
    assert both.expectancy == both.contact + both.belief
    assert both.with_exercise == bouts
    assert both.with_treatment == pill
    assert care(["supervised-exercise", "open-pill"]).expectancy == both.expectancy


def test_the_unit_of_expectancy_is_a_pill_placebo():
    assert care(["placebo-pill"]).expectancy == pytest.approx(1.0)
    assert care(["waiting-list"]).expectancy == 0.0
    nothing = care([])
    assert (nothing.expectancy, nothing.leaving_exercise, nothing.leaving_treatment) == (0.0, 0.0, 0.0)
    assert nothing.with_exercise is None
    assert nothing.with_treatment is None


@pytest.mark.parametrize("name", list(catalogue.rows("care")))
def test_every_kind_of_care_can_be_left_in_one_way(name):
    own = care([name])
    assert (own.with_exercise is None) != (own.with_treatment is None)
    assert (own.with_exercise or own.with_treatment) == own
    assert (own.leaving_exercise + own.leaving_treatment > 0) != (name == "laboratory")  # nobody leaves an experiment
    assert 0 <= own.belief <= 1


@pytest.mark.parametrize(("name", "says"), [("open-pil", "did you mean 'open-pill'"), ("magic", "valid are"), (3, "3")])
def test_care_that_is_unknown(name, says):
    with pytest.raises(ScenarioError, match=f"no kind of care .*{says}"):
        care([name])


def test_the_numbers_of_observation_are_all_there_and_all_used(monkeypatch):
    rows = dict(catalogue.rows("observation"))
    try:
        for wrong, says in (
            ({"rater_sdd": {"value": 1.0}}, r"\[rater_sdd\] is used by nothing; did you mean 'rater_sd'"),
            ({"rater_sd": None}, "observation.toml lacks rater_sd"),
        ):
            observation.cache_clear()
            changed = {name: row for name, row in (rows | wrong).items() if row is not None}
            monkeypatch.setattr(catalogue, "rows", lambda name, changed=changed: changed)
            with pytest.raises(ParameterError, match=says):
                observation()
    finally:
        monkeypatch.undo()
        observation.cache_clear()
    assert isinstance(observation(), Observation)


def test_switches():
    assert without([]) == Switches()
    for written in ("natural course", "natural-course", " natural_course "):
        assert without([written]) == Switches(natural_course=False)
    assert without(["bias", "biology"]) == Switches(bias=False, biology=False)
    with pytest.raises(ScenarioError, match="no part 'expectation'; did you mean 'expectancy'"):
        without(["expectation"])
    with pytest.raises(ScenarioError, match="no part 'x'; valid are 'biology'"):
        without(["x"])


def test_scatter_adds_or_multiplies_and_keeps_the_mean(monkeypatch):
    rows = {
        "a.added": {"within": {"value": 2.0, "unit": "kg"}, "between": {"value": 3.0, "unit": "kg"}},
        "a.times": {"within": {"value": 0.2, "unit": "1"}},
    }
    monkeypatch.setattr(catalogue, "rows", lambda name: rows)
    true = np.full((MANY, 2), 80.0)
    found = scattered("a.added", true, np.random.default_rng(1))
    assert found.mean() == pytest.approx(80.0, abs=0.1)
    assert found[:, 0].var() == pytest.approx(2.0**2 + 3.0**2, rel=0.05)
    assert (found[:, 1] - found[:, 0]).var() == pytest.approx(2 * 2.0**2, rel=0.05)
    logs = np.log(scattered("a.times", true, np.random.default_rng(1)) / 80.0)
    assert (logs.mean(), logs.std()) == (pytest.approx(0.0, abs=0.01), pytest.approx(0.2, rel=0.03))
    assert np.array_equal(scattered("a.unknown", true, np.random.default_rng(1)), true)


def test_scatter_is_of_read_outs_that_there_are():
    known = catalogue.read_outs()
    for name, row in catalogue.rows("scatter").items():
        assert name in known
        assert set(row) <= {"within", "between"}
