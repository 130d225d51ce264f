"""Simulated courses: what depends on what, who decides, who leaves, who fails."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from neurokyn.errors import NeurokynError, ScenarioError
from neurokyn.population import courses as simulated
from neurokyn.population import natural_course
from neurokyn.population.behaviour import EXPECTANCY, draw_decisions, plan_arm
from neurokyn.population.carrying_out import carry_out
from neurokyn.population.courses import simulate_courses
from neurokyn.population.entry import standing
from neurokyn.population.questions import Question, answer, event
from neurokyn.population.resting import body
from neurokyn.population.switches import Switches, without
from neurokyn.scenario.choices import timeline_with_choices
from neurokyn.scenario.model import standard_parameters
from neurokyn.scenario.schedule import Bolus, Level, Schedule
from neurokyn.scenario.solve import ABSOLUTE_SHARE, NO_START, problem, timeline
from neurokyn.scenario.steady import steady_state
from neurokyn.solver.integrate import integrate
from neurokyn.solver.people import carry_people
from neurokyn.solver.problem import TOO_MANY_STEPS
from small_trials import BOTH, BOUTS, DOSES, DOUBLE, DRUG, PLACEBO, RUN, WAIT, made, with_care

SEED = 3
TREATMENT = "biology", "expectancy", "contact", "bias"
KEPT = ["mood.expectancy", "ssri.sert_occupancy", "mood.activation"]
OUTCOME = {"also": KEPT}


def run(trial, n=6, **more):
    return simulate_courses(trial, n, SEED, **{"workers": 1, **more})


def away(courses, arm, versus, name="mood.depression"):
    """The largest difference between two arms, person by person and visit by visit."""
    return float(np.abs(courses[name].sel(arm=arm) - courses[name].sel(arm=versus)).max())


@pytest.fixture(scope="module")
def trial():
    return made({"run": RUN, "drug": DRUG, "both": BOTH, "wait": WAIT}, outcome=OUTCOME)


@pytest.fixture(scope="module")
def courses(trial):
    return run(trial)


# What depends on what


def test_as_it_is_laid_out(trial, courses):
    assert courses["mood.depression"].dims == ("person", "arm", "visit")
    assert courses["arm"].values.tolist() == list(trial.arms)
    assert courses["visit"].values.tolist() == [0.0, 2.0, 4.0]
    assert courses["week"].values.tolist() == [1, 2, 3, 4]
    assert not courses["status"].values.any()
    for name in ("mood.depression", "mood.anxiety", "mood.motivation", *KEPT):
        assert np.isfinite(courses[name].values).all()
        assert courses[name].attrs["units"]
        assert courses[name].attrs["long_name"]
    assert {"age", "severity", "screened", "behaviour.propensity", "behaviour.frailty"} <= set(courses.data_vars)
    assert (courses.attrs["seed"], courses.attrs["trial"], courses.attrs["phenotype"]) == (SEED, "small", "mdd")


@pytest.mark.parametrize("workers", [1, 2])
def test_the_same_seed_the_same_courses(trial, courses, workers):
    xr.testing.assert_identical(run(trial, workers=workers), courses)


def test_another_seed_other_courses(trial, courses):
    other = simulate_courses(trial, 6, SEED + 1, workers=1)
    assert not np.isin(other["mood.depression"].values, courses["mood.depression"].values).any()


def test_the_first_people_of_many_are_those_of_a_few(trial, courses):
    xr.testing.assert_identical(run(trial, 2), courses.isel(person=slice(2)))


@pytest.mark.parametrize("left", [["wait"], ["drug", "run"], ["both", "wait"], ["both"]])
def test_other_arms_change_nothing_in_an_arm(courses, left):
    """Neither their number nor their order."""
    known = {"run": RUN, "drug": DRUG, "both": BOTH, "wait": WAIT}
    few = run(made({name: known[name] for name in left}, outcome=OUTCOME))
    xr.testing.assert_identical(few, courses.sel(arm=left))


def test_arms_with_the_same_content_are_the_same_for_everybody():
    """Written in another way, so that each is simulated."""
    written = {**DRUG, "drug": [{**DOSES, "dose": "10.0 mg"}]}
    courses = run(made({"one": DRUG, "other": written, "twin": DRUG}, outcome=OUTCOME))
    for name, column in courses.data_vars.items():
        if "arm" in column.dims:
            for arm in ("other", "twin"):
                assert np.array_equal(column.sel(arm="one"), column.sel(arm=arm), equal_nan=True), name


def test_arms_that_were_simulated_before_are_taken_as_they_are(trial, courses, monkeypatch):
    known = {}
    run(made({"bike": {**RUN, "exercise": [{**BOUTS, "mode": "cycling"}]}, "pill": DRUG}, outcome=OUTCOME), known=known)
    xr.testing.assert_identical(run(trial, known=known), courses)
    monkeypatch.setattr(simulated, "follow_people", None)
    monkeypatch.setattr(simulated, "start_people", None)
    xr.testing.assert_identical(run(trial, known=known), courses)


@pytest.mark.parametrize(
    "change", ["people", "seed", "tolerance", "switches", "settings", "care", "visits", "dose", "entry"]
)
def test_what_was_simulated_before_is_not_mistaken_for_another(change):
    trial, known = made({"drug": DRUG}), {}
    run(trial, 3, known=known)
    n, seed, more = 3, SEED, {}
    if change == "people":
        n = 2
    elif change == "seed":
        seed += 1
    elif change == "tolerance":
        more = {"rtol": 1e-5}
    elif change == "switches":
        more = {"switches": without(["biology"])}
    elif change == "settings":
        more = {"settings": {"mood.severity_time": "9 day"}}
    elif change == "care":
        trial = with_care(trial, doses=-60.0)
    elif change == "visits":
        trial = made({"drug": DRUG}, visits=[0, 1, 4])
    elif change == "dose":
        trial = made({"drug": DOUBLE})
    else:
        trial = made({"drug": DRUG}, entry={"include": "screened >= 22"})
    fresh = simulate_courses(trial, n, seed, workers=1, **more)
    xr.testing.assert_identical(simulate_courses(trial, n, seed, workers=1, known=known, **more), fresh)


def test_what_else_is_kept_changes_nothing(courses, trial):
    plain = run(replace(trial, outcome=replace(trial.outcome, also=())))
    xr.testing.assert_identical(plain, courses.drop_vars(KEPT))


def test_a_person_is_the_same_whoever_else_comes_in(trial):
    """Who is screened out leaves the days and the decisions of the others as they are."""
    some, few = (run(made({"both": BOTH}, entry={"include": f"screened >= {least}"}), 10) for least in (14, 24))
    both = np.intersect1d(some["person"], few["person"])
    assert 2 <= len(both) < 10
    assert few["person"].values.tolist() != list(range(10))
    xr.testing.assert_identical(
        some.sel(person=both).drop_attrs(deep=False), few.sel(person=both).drop_attrs(deep=False)
    )


def test_a_person_begins_on_an_ordinary_day():
    """What meals and the clock move in hours is the same a day later."""
    quick = ["tryptophan.total", "tryptophan.free", "kynurenine.kyn", "stress.cortisol"]
    trial = made({"wait": WAIT}, visits=[0, "1 day"], duration="1 week", outcome={"also": quick})
    courses = run(trial, switches=without(["natural course"]))
    for name in quick:
        first, second = (courses[name].isel(visit=k).values for k in (0, 1))
        assert second == pytest.approx(first, rel=1e-3), name


def test_people_enter_where_their_ups_and_downs_have_brought_them():
    trial = made({"wait": WAIT}, outcome={"also": ["mood.severity", "mood.latent"]})
    usual, still = (run(trial, switches=on) for on in (Switches(), without(["natural course"])))
    stands = standing(usual, SEED, Switches())
    for name, expected in (("mood.severity", stands.settled), ("mood.latent", stands.settled + stands.day_state)):
        moved = usual[name].values[:, 0, 0] - still[name].values[:, 0, 0]
        assert moved == pytest.approx(expected, abs=1e-6), name
    assert np.abs(stands.settled).max() > 0.1


def test_episodes_fade_and_end_by_themselves(monkeypatch):
    trial = made({"wait": WAIT}, duration="26 weeks", visits=[0, 13, 26], outcome={"also": ["mood.episode"]})
    usual, still = (run(trial, 12, switches=on) for on in (Switches(), without(["natural course"])))
    assert still["mood.episode"].values == pytest.approx(np.ones((12, 1, 3)), abs=1e-9)
    assert usual["mood.episode"].values[:, :, 0] == pytest.approx(np.ones((12, 1)), abs=1e-9)
    assert (usual["mood.episode"].diff("visit") < 0).all()
    never = replace(natural_course.observation(), episode_end_hazard=0.0)
    numbers = usual["person"].values
    ends = np.array([natural_course.draw_course(SEED, int(k), 1, 0.0, 0.0).ends for k in numbers]) / 7.0
    monkeypatch.setattr(natural_course, "observation", lambda: never)
    fading = run(trial, 12)["mood.episode"].values[:, 0, :]
    ended = ends[:, None] < np.array(trial.visits) - 1.0
    not_yet = ends[:, None] > np.array(trial.visits)
    assert ended.any()
    assert (usual["mood.episode"].values[:, 0, :] < 0.9 * fading)[ended].all()
    assert usual["mood.episode"].values[:, 0, :][not_yet] == pytest.approx(fading[not_yet], rel=1e-3)


# Numbers that are changed for everybody


def test_a_number_that_is_set_to_what_it_is_changes_nothing(trial, courses):
    table = standard_parameters()
    same = {name: table[name].value for name in ("mood.severity_time", "behaviour.severity_slope", "behaviour.frailty")}
    xr.testing.assert_identical(run(trial, settings=same), courses)


@pytest.mark.parametrize("name", ["mood.severity_time", "mood.expectancy_maximum"])
def test_a_number_that_is_changed_moves_everybody_and_draws_nobody_anew(trial, courses, name):
    """Alike for all, or where people differ in proportion."""
    other = run(trial, settings={name: 1.1 * standard_parameters()[name].value})
    assert (other["mood.depression"].isel(visit=-1) != courses["mood.depression"].isel(visit=-1)).sel(arm="drug").all()
    for covariate in ("age", "severity", "screened", "behaviour.propensity"):
        xr.testing.assert_identical(other[covariate], courses[covariate])


def test_numbers_that_cannot_be_set(trial):
    with pytest.raises(NeurokynError, match=r"no parameter 'mood\.severity_tim'; did you mean 'mood\.severity_time'"):
        run(trial, settings={"mood.severity_tim": 1.0})
    with pytest.raises(NeurokynError, match="outside its bounds"):
        run(trial, settings={"behaviour.severity_slope": 9.0})


# Switches


@pytest.fixture(scope="module")
def bare():
    """Every arm without anything that treats: what is left differs by nothing."""
    arms = {"wait": WAIT, "run": RUN, "drug": DRUG, "double": DOUBLE, "placebo": PLACEBO, "both": BOTH}
    return run(made(arms, outcome=OUTCOME), switches=without(TREATMENT))


def test_without_what_treats_two_doses_are_the_same_to_the_last_digit(bare):
    for name in ("mood.depression", "mood.anxiety", "mood.motivation"):
        assert away(bare, "drug", "double", name) == 0.0


@pytest.mark.parametrize("arm", ["run", "drug", "double", "placebo", "both"])
def test_without_what_treats_arms_differ_by_nothing(bare, arm):
    """But for the steps of the solver: another arm has other boundaries and other hazards."""
    assert away(bare, arm, "wait") < 1e-3
    for name in KEPT:
        assert np.abs(bare[name]).max() < 1e-12, name
    assert bare["sessions_attended"].sel(arm="run").values.any()
    assert bare["doses_taken"].sel(arm="drug").values.any()


def test_each_part_alone_moves_people(bare, trial):
    for part, arm in (("biology", "drug"), ("expectancy", "drug"), ("contact", "run"), ("biology", "run")):
        courses = run(trial, switches=without(other for other in TREATMENT if other != part))
        assert away(courses, arm, "wait") > 10 * away(bare, arm, "wait"), (part, arm)


def test_without_treatment_and_natural_course_nobody_changes():
    """A person starts near their own closed day, not on it: a few tenths of a point at most, less on average."""
    courses = run(made({"wait": WAIT}, visits=[0, 1, 2, 3, 4]), 12, switches=without(["natural course"]))
    moved = courses["mood.depression"].values[:, 0, :] - courses["mood.depression"].values[:, 0, :1]
    assert np.abs(moved).max() < 0.6
    assert np.abs(moved.mean(axis=0)).max() < 0.1
    with_it = run(made({"wait": WAIT}, visits=[0, 1, 2, 3, 4]), 12)["mood.depression"].values[:, 0, :]
    assert np.abs(with_it[:, 1:] - with_it[:, :1]).mean() > 10 * np.abs(moved).mean()


def test_who_stays_does_not_depend_on_ratings(trial, courses):
    """Bias is of raters and of trials: nobody's course changes."""
    fair = run(trial, switches=without(["bias"]))
    xr.testing.assert_identical(fair, courses)


@pytest.mark.parametrize("arms", [{"run": RUN}, {"drug": DRUG}, {"both": BOTH}, {"wait": WAIT}], ids=list)
def test_the_tolerance_hardly_matters(arms):
    trial = made(arms, duration="8 weeks", visits=[0, 2, 4, 8])
    usual, fine = run(trial, 8), run(trial, 8, rtol=1e-6)
    assert np.abs(usual["mood.depression"] - fine["mood.depression"]).max() < 0.02
    for name in ("sessions_attended", "doses_taken"):
        assert (usual[name] != fine[name]).mean() < 0.01


# Sessions, doses, leaving


@pytest.fixture(scope="module")
def leaving():
    """Twelve weeks with one chance in two of leaving each week."""
    trial = made({"run": RUN, "drug": DRUG, "both": BOTH}, duration="12 weeks", visits=[0, 4, 8, 12], outcome=OUTCOME)
    return run(with_care(trial, leaving_exercise=0.5, leaving_treatment=0.5), 12)


def test_planned_is_what_the_schedule_holds(courses):
    sessions = courses["sessions_planned"].sel(arm="run").values
    assert (sessions == 3).all()
    assert (courses["doses_planned"].sel(arm="drug").values == 7).all()
    assert (courses["sessions_planned"].sel(arm="both").values == 3).all()
    assert not courses["sessions_planned"].sel(arm=["drug", "wait"]).values.any()
    assert not courses["doses_planned"].sel(arm=["run", "wait"]).values.any()


def test_nobody_comes_more_often_than_planned(leaving):
    for kept, planned in (("sessions_attended", "sessions_planned"), ("doses_taken", "doses_planned")):
        assert (leaving[kept] >= 0).all()
        assert (leaving[kept] <= leaving[planned]).all()
        assert 0 < leaving[kept].sum() < leaving[planned].sum()


def test_nobody_comes_after_leaving(leaving):
    """Someone may leave one of two treatments first; from `left` on, never both again."""
    gone = leaving["left"]
    assert gone.notnull().mean() > 0.5
    assert gone.isnull().any()
    later = leaving["week"] > np.ceil(gone)
    for arm, kept in (("run", "sessions_attended"), ("drug", "doses_taken")):
        assert later.sel(arm=arm).any()
        assert not leaving[kept].sel(arm=arm).where(later.sel(arm=arm), 0).any()
    both = leaving.sel(arm="both")
    weeks = both["week"] > np.ceil(both["left"])
    together = (both["sessions_attended"] > 0) & (both["doses_taken"] > 0)
    assert not (together & weeks).any()


def test_people_leave_at_the_turn_of_a_day(leaving):
    """Leaving takes effect at the next boundary of a day, the same hour every day."""
    hours = leaving["left"].values[np.isfinite(leaving["left"].values)] * 168.0
    assert (hours > 0).all()
    assert (hours < 12 * 168.0).all()
    assert np.ptp(np.round(hours % 24.0, 6)) == 0.0


def test_leaving_takes_expectancy_away():
    trial = made({"stay": DRUG, "go": DRUG}, duration="12 weeks", visits=[0, 4, 8, 12], outcome=OUTCOME)
    arms = {
        name: replace(arm, care=replace(arm.care, leaving_treatment=0.0 if name == "stay" else 0.5))
        for name, arm in trial.arms.items()
    }
    courses = run(replace(trial, arms=arms), 12)
    gone = courses["left"].sel(arm="go")
    assert courses["left"].sel(arm="stay").isnull().all()
    lost = (courses["mood.expectancy"].sel(arm="stay") - courses["mood.expectancy"].sel(arm="go")).transpose(
        "visit", ...
    )
    left_by_then = courses["visit"] > gone
    assert left_by_then.any()
    assert bool((lost > 1e-4).where(left_by_then, True).all())
    assert bool((np.abs(lost) < 1e-4).where(~left_by_then, True).all())
    assert courses["mood.expectancy"].sel(arm="go").where(left_by_then).isel(visit=-1).max() > 0  # it fades slowly


def test_who_never_swallows_a_dose_has_no_drug():
    trial = made({"drug": DRUG}, outcome=OUTCOME)
    none, all_of_them = (run(with_care(trial, doses=support)) for support in (-60.0, 60.0))
    assert not none["doses_taken"].values.any()
    assert not none["ssri.sert_occupancy"].values.any()
    assert (all_of_them["doses_taken"] == all_of_them["doses_planned"]).where(all_of_them["left"].isnull(), True).all()
    assert (all_of_them["ssri.sert_occupancy"].isel(visit=slice(1, None)) > 0).all()


def test_who_never_comes_is_not_trained():
    trial = made({"run": RUN}, outcome=OUTCOME)
    none, all_of_them = (run(with_care(trial, sessions=support, leaving_exercise=0.0)) for support in (-60.0, 60.0))
    assert not none["sessions_attended"].values.any()
    assert not none["mood.activation"].values.any()
    assert (all_of_them["sessions_attended"] == 3).all()
    assert (all_of_them["mood.activation"].isel(visit=-1) > 0).all()


@pytest.mark.parametrize("arm", ["run", "drug", "both"])
@pytest.mark.parametrize("number", [1, 4])
def test_the_body_gets_what_was_taken_and_nothing_else(trial, arm, number):
    """One person with choices is the same person with a plain schedule of what came of them."""
    own, hours, rtol = body("mdd").prepared, trial.scenario.hours, 1e-8
    days = [0.0, *np.arange(1.0, hours, 24.0).tolist(), hours]
    care = replace(trial.arms[arm].care, leaving_exercise=0.4, leaving_treatment=0.3)
    plan = plan_arm(trial.scenario.schedule(arm), care, days, Switches())
    conditions = {name: tuple(each[0] for each in asked) for name, asked in plan.asked.items()}
    found = timeline_with_choices(own, plan.schedule, hours, 7.0, conditions)
    asked = [each for name in found.names for each in plan.asked[name]]
    draws = draw_decisions(SEED, number, len(plan.sessions), len(plan.doses))
    what, occasion = (np.array([each[k] for each in asked], dtype=int) for k in (1, 2))
    choices = found.choices._replace(threshold=draws.thresholds(what, occasion))
    atol, y, none = rtol * ABSOLUTE_SHARE * own.absolute_scale, steady_state(own), np.empty(0)
    given = problem(own), y, own.constants
    decided = integrate(*given, found.timeline, none, rtol=rtol, atol=atol, choices=choices)
    made_of = dict(zip(found.names, decided.made.tolist(), strict=True))
    assert {0, 1} == set(made_of.values())
    happened = [replace(x, choice="") for x in plan.schedule.items if not x.choice or made_of.get(x.choice) == 1]
    plain = integrate(*given, timeline(own, Schedule(happened), hours, 7.0), none, rtol=rtol, atol=atol)
    assert decided.y_end == pytest.approx(plain.y_end, rel=1e-5, abs=1e-7)
    if plan.doses:
        doses = [x for x in happened if isinstance(x, Bolus) and x.target.startswith("ssri.")]
        assert len(doses) == sum(made_of[name] for name in plan.doses)
    if plan.sessions:
        bouts = [x for x in happened if isinstance(x, Level) and x.target == "exercise.bout_start"]
        assert len(bouts) == sum(made_of[name] for name in plan.sessions)
    levels = [x for x in happened if isinstance(x, Level) and x.target == EXPECTANCY]
    assert len({x.start for x in levels}) == len(levels)  # one expectancy at a time


def test_ups_and_downs_are_the_persons_own_and_not_the_arms(courses):
    """At t = 0 nothing has happened: a person is the same in every arm."""
    for name in ("mood.depression", "mood.anxiety", "mood.motivation"):
        start = courses[name].isel(visit=0)
        assert float((start - start.isel(arm=0)).max()) == 0.0


# Who fails


@pytest.fixture
def broken(monkeypatch):
    """One of six cannot be started."""

    def draw(*given):
        people = simulated_draw(*given)
        people.data["mood.vulnerability"][2] = np.nan
        return people

    simulated_draw = simulated.draw_participants
    monkeypatch.setattr(simulated, "draw_participants", draw)


def test_who_cannot_be_started_is_nothing_and_keeps_a_status(trial, courses, broken):
    failed = run(trial)
    assert (failed["status"].isel(person=2) == NO_START).all()
    assert failed["mood.depression"].isel(person=2).isnull().all()
    assert not failed["sessions_attended"].isel(person=2).any()
    assert (failed["sessions_planned"] == courses["sessions_planned"]).all()
    others = [0, 1, 3, 4, 5]
    for name in ("mood.depression", "left", "status", "doses_taken"):
        xr.testing.assert_equal(failed[name].isel(person=others), courses[name].isel(person=others))


def test_who_fails_on_the_way_is_nothing_from_there_on(trial, courses, monkeypatch):
    def tired(machine, batch, *given, outputs, **more):
        """The second arm's second person takes a hundred and fifty steps at most."""
        found = carry_people(machine, batch, *given, outputs=outputs, **more)
        seen.append(outputs.size > 0)
        if seen[-1] and sum(seen) == arm + 1:
            own = ("starts", "constants", "atol", "thresholds", "own_drives")
            one = batch._replace(**{name: getattr(batch, name)[[person]] for name in own})
            alone = carry_people(machine, one, *given, outputs=outputs[[person]], max_steps=150, **more)
            for everybody, theirs in zip(found, alone, strict=True):
                everybody[person] = theirs[0]
        return found

    seen: list[bool] = []
    person, arm = 1, 1
    monkeypatch.setattr("neurokyn.scenario.lanes.carry_people", tired)
    failed = run(trial)
    assert failed["status"].values.sum() == failed["status"].values[person, arm] == TOO_MANY_STEPS
    score = failed["mood.depression"].values[person, arm]
    assert score[0] == courses["mood.depression"].values[person, arm, 0]
    assert np.isnan(score[-1])
    taken, before = (each["doses_taken"].values[person, arm] for each in (failed, courses))
    assert taken.sum() < before.sum()
    assert (failed["doses_planned"].values[person, arm] == 7).all()


@pytest.mark.parametrize("include", ["", "screened >= 14"])
def test_who_failed_stays_in_the_denominator(monkeypatch, broken, include):
    trial = made({"one": DRUG, "other": DOUBLE}, people=3, entry={"include": include}, outcome={"remission": 60})
    failed = run(trial)
    done = carry_out(trial, failed, 1)
    assert sorted(done.who) == list(range(6))
    arm = int(done.arm[list(done.who).index(2)])
    name, remission = list(trial.arms)[arm], event("remission", done, None)
    assert np.isfinite(remission).all()
    assert remission.sum() == 5 + bool(include)  # everybody is below 60 who has a score at all
    expected = (2 + bool(include)) / 3
    assert answer(Question("remission", "share", name), done) == pytest.approx(expected)
    assert not done.ratings["mood.depression"].stayed[list(done.who).index(2)]
    assert event("adherent", done, None)[list(done.who).index(2)] == 0
    assert answer(Question("adherent", "share", name), done) in (0, pytest.approx(1 / 3), pytest.approx(2 / 3))


def test_where_nobody_can_come_in():
    with pytest.raises(ScenarioError, match="only 0 meet 'screened >= 51'"):
        run(made({"wait": WAIT}, entry={"include": "screened >= 51"}), 1)


def test_arms_of_other_people():
    """An arm of healthy people holds others, without an episode to fluctuate."""
    courses = run(made({"ill": WAIT, "well": {**WAIT, "person": "healthy"}}))
    first, last = (courses["mood.depression"].isel(visit=k) for k in (0, -1))
    assert (first.sel(arm="well") < first.sel(arm="ill")).all()
    assert np.abs(last - first).sel(arm="well").max() < np.abs(last - first).sel(arm="ill").max()


def test_healthy_people_start_at_their_own_level():
    """Ups and downs are those of an episode: who has none is the same with and without a natural course."""
    trial = made({"wait": WAIT}, person="healthy")
    with_it, free = (run(trial, switches=on) for on in (Switches(), without(["natural course"])))
    assert np.abs(with_it["mood.depression"] - free["mood.depression"]).max() < 1e-6
