"""Everybody's course in every arm of a trial: people decide while the solver carries them along."""

from __future__ import annotations

import os
import sys
from collections.abc import Hashable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import xarray as xr

from neurokyn.errors import ModelError, SolveError
from neurokyn.population.behaviour import Draws, Plan, draw_decisions, plan_arm
from neurokyn.population.entry import draw_participants, standing
from neurokyn.population.natural_course import DAY_STATE, EPISODE_END, FLUCTUATION, NATURAL, Entry, draw_course
from neurokyn.population.observation import observation
from neurokyn.population.people import People
from neurokyn.population.resting import Body, body, is_ill
from neurokyn.population.switches import Switches
from neurokyn.population.trial import Trial
from neurokyn.scenario.choices import Condition, OpenTimeline, timeline_with_choices
from neurokyn.scenario.orbit import daily_orbit
from neurokyn.scenario.prepare import Prepared
from neurokyn.scenario.schedule import Schedule
from neurokyn.scenario.solve import ABSOLUTE_SHARE, NO_START, chosen, problem, timeline
from neurokyn.scenario.steady import steady_state
from neurokyn.solver.integrate import integrate
from neurokyn.solver.problem import Solution, Timeline

ALWAYS = ("mood.depression", "mood.anxiety", "mood.motivation")
RTOL = 1e-3  # moves a HAM-D by less than 0.02 points; one rating is good to 1.6
DAY, WEEK = 24.0, 168.0
RUN_IN = 3  # days of meals before t = 0, after which what was eaten no longer remembers how it was started
SEVERITY = "mood.severity"


@dataclass(frozen=True)
class Course:
    """One person in one arm.

    Parameters
    ----------
    values : ndarray, shape (n_visits, n_read_outs)
        Read-outs at the visits; NaN after a failure.
    attended, taken : ndarray of bool
        What became of each planned session and dose.
    left : float
        Week in which the person left; NaN if not.
    status : int
        0, or the solver's result code.
    """

    values: np.ndarray
    attended: np.ndarray
    taken: np.ndarray
    left: float
    status: int


@dataclass(frozen=True)
class Design:
    """What holds for everybody: seed, switches, visits in h, tolerance, numbers that were changed."""

    seed: int
    switches: Switches
    times: np.ndarray
    rtol: float
    settings: tuple[tuple[str, float | str], ...]


@dataclass(frozen=True)
class Cohort:
    """People of one phenotype as plain arrays."""

    body: Body
    people: People
    numbers: np.ndarray
    names: tuple[str, ...]
    values: np.ndarray
    stands: Entry


@dataclass(frozen=True)
class Arm:
    """An arm, ready for anybody of its phenotype."""

    body: Body
    plan: Plan
    open: OpenTimeline
    drawn_for: np.ndarray
    occasion: np.ndarray
    day_of: np.ndarray
    columns: dict[str, int]


def simulate_courses(
    trial: Trial,
    n: int,
    seed: int,
    *,
    switches: Switches | None = None,
    rtol: float = RTOL,
    workers: int | None = None,
    progress: bool = False,
    known: dict[Hashable, list[Course]] | None = None,
    settings: Mapping[str, float | str] | None = None,
) -> xr.Dataset:
    """Simulate n people in every arm of a trial.

    A person has the same numbers, the same days and the same draws in every arm, so arms differ by treatment alone.

    Parameters
    ----------
    trial : Trial
        The design.
    n : int
        How many people.
    seed : int
        The same seed gives the same courses for any number of workers; the first people of many are those of a few.
    switches : Switches, optional
        What is on; everything if not given.
    rtol : float
        Relative tolerance of the solver.
    workers : int, optional
        Threads; one for each core if not given.
    progress : bool
        Say on standard error how far it is.
    known : dict, optional
        Arms simulated before: one that another trial has in common is taken from here, new ones are added.
    settings : mapping of str to float or str, optional
        Numbers of the model to change for everybody, by qualified name, in the units of `params/` or text with a unit;
        where people differ, everybody's number changes in proportion. People are drawn as they were without.

    Returns
    -------
    xarray.Dataset
        Dimensions person, arm, visit (weeks), week: true read-outs at the visits, sessions and doses planned and kept,
        when people left, `status` of the solver, and covariates. Someone whose integration fails is NaN from there on.

    Raises
    ------
    ScenarioError, SolveError
        If nobody can be found for it, or the phenotype itself has no closed day.

    Examples
    --------
    >>> from neurokyn import read_trial
    >>> courses = simulate_courses(read_trial("motar"), 2, seed=1)
    >>> courses["mood.depression"].dims
    ('person', 'arm', 'visit')
    """
    on = switches or Switches()
    cohorts = {
        phenotype: _cohort(
            phenotype,
            draw_participants(n, seed, phenotype, trial.include, trial.distributions, on),
            seed,
            on,
        )
        for phenotype in dict.fromkeys(arm.phenotype for arm in trial.arms.values())
    }
    arms = {name: _arm(trial, name, on) for name in trial.arms}
    read_outs = [*ALWAYS, *(name for name in trial.outcome.also if name not in ALWAYS)]
    keep = np.array(chosen(next(iter(arms.values())).body.prepared.system, read_outs))
    design = Design(seed, on, np.array(trial.visits) * WEEK, rtol, tuple(sorted((settings or {}).items())))
    cohorts = {phenotype: _changed(cohort, design.settings) for phenotype, cohort in cohorts.items()}
    store = {} if known is None else known
    keys = {name: _key(trial, name, n, design, read_outs) for name in arms}
    new = {name: arm for name, arm in arms.items() if keys[name] not in store}
    done: list[dict[str, Course]] = []
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        for courses in pool.map(lambda k: _person(k, trial, cohorts, new, design), range(n if new else 0)):
            done.append({name: replace(c, values=c.values[:, keep]) for name, c in courses.items()})
            if progress and (len(done) % max(n // 50, 1) == 0 or len(done) == n):
                end = "\n" if len(done) == n else ""
                print(f"\rneurokyn: {trial.name}: {len(done)} of {n} people", end=end, file=sys.stderr, flush=True)
    for name in new:
        store[keys[name]] = [courses[name] for courses in done]
    done = [{name: store[keys[name]][k] for name in arms} for k in range(n)]
    main = cohorts.get(trial.phenotype) or next(iter(cohorts.values()))
    return _dataset(trial, main.people, arms, done, read_outs, seed)


def _key(trial: Trial, name: str, n: int, design: Design, read_outs: Sequence[str]) -> Hashable:
    """Everything that the courses of an arm depend on."""
    own, plan = trial.arms[name], trial.scenario
    people = (n, design.seed, own.phenotype, trial.include, repr(trial.distributions))
    what = (repr(plan.arm(name).items), own.care, observation(), plan.hours, repr(plan.context), repr(plan.meals))
    return (*people, *what, trial.visits, tuple(read_outs), design.switches, design.rtol, design.settings)


def _arm(trial: Trial, name: str, on: Switches) -> Arm:
    """Prepare an arm: its choices, its timeline, and where each day lies in it."""
    own, scenario = body(trial.arms[name].phenotype), trial.scenario
    schedule, hours = scenario.schedule(name), scenario.hours
    first_meal = min((b for b in schedule.boundaries(hours) if b > 0), default=DAY) % DAY
    days = [0.0, *np.arange(first_meal + DAY * (first_meal <= 0), hours - 1e-6, DAY).tolist(), hours]
    plan = plan_arm(schedule, trial.arms[name].care, days, on)
    conditions: dict[str, tuple[Condition, ...]] = {
        choice: tuple(each[0] for each in asked) for choice, asked in plan.asked.items()
    }
    opened = timeline_with_choices(own.prepared, plan.schedule, hours, scenario.context.clock, conditions)
    asked = [each for choice in opened.names for each in plan.asked[choice]]
    day_of = np.searchsorted(days, opened.timeline.starts[:-1] + 1e-9, side="right") - 1
    names = own.prepared.system.drive_names
    columns = {drive: names.index(drive) for drive in (FLUCTUATION, DAY_STATE, NATURAL, EPISODE_END)}
    drawn_for, occasion = (np.array([each[k] for each in asked], dtype=int) for k in (1, 2))
    return Arm(own, plan, opened, drawn_for, occasion, day_of, columns)


def _cohort(phenotype: str, people: People, seed: int, on: Switches) -> Cohort:
    """A cohort as plain arrays: what every job reads."""
    values = np.column_stack([people.data[name].values for name in people.parameters]).astype(float)
    ups_and_downs = on if is_ill(phenotype) else replace(on, natural_course=False)
    return Cohort(
        body(phenotype),
        people,
        people.data["person"].values.astype(int),
        tuple(people.parameters),
        values,
        standing(people.data, seed, ups_and_downs),
    )


def _changed(cohort: Cohort, settings: Sequence[tuple[str, float | str]]) -> Cohort:
    """The cohort with numbers changed: in proportion where people differ, else for all."""
    names, values, table = list(cohort.names), cohort.values.copy(), cohort.body.table
    for name, value in settings:
        new = table.with_values({name: value})[name].value
        if name not in names:
            names.append(name)
            values = np.column_stack([values, np.full(len(values), new)])
            continue
        old, place = table[name].value, names.index(name)
        values[:, place] = values[:, place] * (new / old) if old else values[:, place] + new
    return replace(cohort, names=tuple(names), values=values)


def _person(
    k: int, trial: Trial, cohorts: dict[str, Cohort], arms: dict[str, Arm], design: Design
) -> dict[str, Course]:
    """One person in every arm."""
    started: dict[str, tuple[Prepared, np.ndarray] | None] = {}
    days = max(int(arm.day_of[-1]) + 1 for arm in arms.values())
    sessions, doses = (max(len(getattr(arm.plan, kind)) for arm in arms.values()) for kind in ("sessions", "doses"))
    found = {}
    for name, arm in arms.items():
        phenotype = trial.arms[name].phenotype
        cohort, on = cohorts[phenotype], design.switches
        number, stands = int(cohort.numbers[k]), cohort.stands
        if phenotype not in started:
            started[phenotype] = _start(phenotype, cohort, k, trial, design.rtol)
        start = started[phenotype]
        if start is None:
            found[name] = _nothing(arm, len(design.times))
            continue
        draws = draw_decisions(design.seed, number, sessions, doses)
        drives = arm.open.timeline.drives.copy()
        if not np.array_equal(start[0].rests, arm.body.prepared.rests):
            raise ModelError("a drive that rests at a value of the person's own is not supported in a trial")
        if on.natural_course and is_ill(phenotype):
            course = draw_course(design.seed, number, days, float(stands.fluctuation[k]), float(stands.day_state[k]))
            drives[:, arm.columns[FLUCTUATION]] += course.fluctuation[arm.day_of]
            drives[:, arm.columns[DAY_STATE]] += course.day_state[arm.day_of]
            drives[:, arm.columns[NATURAL]] = 1.0
            drives[:, arm.columns[EPISODE_END]] = arm.day_of >= course.ends
        found[name] = _follow(arm, start, arm.open.timeline._replace(drives=drives), draws, design)
    return found


@cache
def _closing(phenotype: str, day: Schedule, clock: float) -> tuple[np.ndarray, np.ndarray, Timeline]:
    """From the fixed point of a phenotype to its closed day: factors, and what is added where a state rests at 0."""
    own = body(phenotype).prepared
    ordinary = timeline(own, day, DAY, clock)
    fixed, closed = steady_state(own), daily_orbit(own, ordinary)
    large = np.abs(fixed) > 1e-3 * own.absolute_scale
    return np.where(large, closed / np.where(large, fixed, 1.0), 1.0), np.where(large, 0.0, closed - fixed), ordinary


def _start(phenotype: str, cohort: Cohort, k: int, trial: Trial, rtol: float) -> tuple[Prepared, np.ndarray] | None:
    """A person at t = 0: after some days of meals near their closed day, where ups and downs have brought them."""
    factor, added, day = _closing(phenotype, trial.scenario.ordinary_day(), trial.scenario.context.clock)
    try:
        own = cohort.body.of(dict(zip(cohort.names, cohort.values[k].tolist(), strict=True)))
        y = steady_state(own) * factor + added
        for _ in range(RUN_IN):
            y = _integrate(own, y, day, np.empty(0), rtol).y_end
    except SolveError:
        return None
    y[own.system.state_names.index(SEVERITY)] += cohort.stands.settled[k]
    return own, y


def _integrate(own: Prepared, y: np.ndarray, events: Timeline, times: np.ndarray, rtol: float) -> Solution:
    atol = rtol * ABSOLUTE_SHARE * own.absolute_scale
    return integrate(problem(own), y, own.constants, events, times, rtol=rtol, atol=atol)


def _follow(arm: Arm, start: tuple[Prepared, np.ndarray], events: Timeline, draws: Draws, design: Design) -> Course:
    """Integrate one person in one arm."""
    own, y = start
    choices = arm.open.choices._replace(threshold=draws.thresholds(arm.drawn_for, arm.occasion))
    atol = design.rtol * ABSOLUTE_SHARE * own.absolute_scale
    solution = integrate(
        problem(own), y, own.constants, events, design.times, rtol=design.rtol, atol=atol, choices=choices
    )
    made = dict(zip(arm.open.names, solution.made.tolist(), strict=True))
    gone = [time for name, time in arm.plan.staying.items() if made.get(name, 1) == 0]
    return Course(
        solution.outputs,
        np.array([made.get(name, -1) == 1 for name in arm.plan.sessions], dtype=bool),
        np.array([made.get(name, -1) == 1 for name in arm.plan.doses], dtype=bool),
        min(gone) / WEEK if gone else np.nan,
        solution.code,
    )


def _nothing(arm: Arm, visits: int) -> Course:
    """The course of someone who could not be started."""
    n = arm.body.prepared.kernels.LAYOUT["read_outs"]
    none = np.zeros(len(arm.plan.sessions), dtype=bool), np.zeros(len(arm.plan.doses), dtype=bool)
    return Course(np.full((visits, n), np.nan), *none, np.nan, NO_START)


def _dataset(
    trial: Trial,
    people: People,
    arms: dict[str, Arm],
    done: Sequence[dict[str, Course]],
    read_outs: Sequence[str],
    seed: int,
) -> xr.Dataset:
    """Courses as a dataset."""
    system = next(iter(arms.values())).body.prepared.system
    about = {r.name: r for r in system.read_outs}
    units = dict(zip(about, next(iter(arms.values())).body.prepared.kernels.LAYOUT["units"], strict=True))
    values = np.array([[each[name].values for name in arms] for each in done])
    weeks = np.arange(1, int(np.ceil(trial.weeks - 1e-9)) + 1)
    data = xr.Dataset(
        {
            name: (
                ("person", "arm", "visit"),
                values[:, :, :, k],
                {"units": units[name], "long_name": about[name].description or name},
            )
            for k, name in enumerate(read_outs)
        },
        coords={
            "person": people.data["person"],
            "arm": list(arms),
            "visit": ("visit", np.array(trial.visits), {"units": "week"}),
            "week": ("week", weeks, {"long_name": "week that ends then"}),
        },
    )
    data["status"] = (("person", "arm"), np.array([[each[name].status for name in arms] for each in done]))
    data["left"] = (("person", "arm"), np.array([[each[name].left for name in arms] for each in done]),
                    {"units": "week", "long_name": "when treatment was left"})  # fmt: skip
    for what, kept, planned in (("sessions", "attended", "sessions"), ("doses", "taken", "doses")):
        when = {name: np.array(list(getattr(arm.plan, planned).values())) for name, arm in arms.items()}
        which = {name: np.minimum((time // WEEK).astype(int), len(weeks) - 1) for name, time in when.items()}
        due = np.array([np.bincount(which[name], minlength=len(weeks)) for name in arms])
        happened = np.array(
            [[np.bincount(which[name], getattr(each[name], kept), len(weeks)) for name in arms] for each in done]
        )
        data[f"{what}_planned"] = (("person", "arm", "week"), np.broadcast_to(due, happened.shape))
        data[f"{what}_{kept}"] = (("person", "arm", "week"), happened.astype(int))
    for name in people.covariates + [p for p in people.parameters if p.startswith("behaviour.")]:
        data[name] = people.data[name]
    return data.assign_attrs(title=trial.title, trial=trial.name, seed=seed, phenotype=trial.phenotype)
