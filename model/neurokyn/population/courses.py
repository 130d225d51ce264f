"""Everybody's course in every arm of a trial: people decide while the solver carries them along."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from neurokyn.errors import ModelError
from neurokyn.population.behaviour import Draws, Plan, draw_decisions, plan_arm
from neurokyn.population.cohort import Cohort, Started, cohort_of, start_people, with_settings
from neurokyn.population.entry import draw_participants
from neurokyn.population.natural_course import DAY_STATE, EPISODE_END, FLUCTUATION, NATURAL, draw_course
from neurokyn.population.observation import observation
from neurokyn.population.people import People
from neurokyn.population.resting import Body, body, is_ill
from neurokyn.population.switches import Switches
from neurokyn.population.telling import telling
from neurokyn.population.trial import Trial
from neurokyn.scenario.choices import Condition, OpenTimeline, timeline_with_choices
from neurokyn.scenario.lanes import follow_people
from neurokyn.scenario.solve import NO_START, chosen

ALWAYS = ("mood.depression", "mood.anxiety", "mood.motivation")
RTOL = 1e-3  # moves a HAM-D by less than 0.02 points; one rating is good to 1.6
DAY, WEEK = 24.0, 168.0
CHUNK = 1024  # people whose constants are in memory at once


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
    arms, read_outs, keep, design = _ready(trial, seed, on, rtol, settings)
    cohorts = _cohorts(trial, n, design)
    store = {} if known is None else known
    keys = {name: _key(trial, name, n, design, read_outs) for name in arms}
    new = {name: arm for name, arm in arms.items() if keys[name] not in store}
    tell = telling(trial.name, n * len(new), "courses") if progress else None
    for name in new:
        store[keys[name]] = []
    for first in range(0, n if new else 0, CHUNK):
        part = range(first, min(first + CHUNK, n))
        for name, courses in _everybody(part, trial, cohorts, new, design, keep, workers, tell).items():
            store[keys[name]] += courses
    done = [{name: store[keys[name]][k] for name in arms} for k in range(n)]
    main = cohorts.get(trial.phenotype) or next(iter(cohorts.values()))
    return _dataset(trial, main.people, arms, done, read_outs, seed)


def courses_in_blocks(
    trial: Trial,
    n: int,
    seed: int,
    block: int,
    *,
    switches: Switches | None = None,
    rtol: float = RTOL,
    workers: int | None = None,
    settings: Mapping[str, float | str] | None = None,
) -> Iterator[xr.Dataset]:
    """The people of `simulate_courses`, some at a time: for a caller who shows how far it is, or stops early.

    Parameters
    ----------
    trial, n, seed, switches, rtol, workers, settings
        As for `simulate_courses`.
    block : int
        How many people at a time, 2 or more.

    Yields
    ------
    xarray.Dataset
        The next people; all of them joined along `person` are what `simulate_courses` gives.

    Raises
    ------
    ScenarioError, SolveError
        As in `simulate_courses`.

    Examples
    --------
    >>> from neurokyn import read_trial
    >>> [part.sizes["person"] for part in courses_in_blocks(read_trial("motar"), 4, seed=1, block=2)]
    [2, 2]
    """
    on = switches or Switches()
    arms, read_outs, keep, design = _ready(trial, seed, on, rtol, settings)
    first = dict.fromkeys((arm.phenotype for arm in trial.arms.values()), 0)
    begun = 0
    while begun < n:
        size = n - begun if n - begun <= block + 1 else block  # nobody alone: one lane rounds otherwise than eight
        begun += size
        cohorts = _cohorts(trial, size, design, first)
        first = {phenotype: int(cohort.numbers[-1]) + 1 for phenotype, cohort in cohorts.items()}
        found = _everybody(range(size), trial, cohorts, arms, design, keep, workers, None)
        done = [{name: found[name][k] for name in arms} for k in range(size)]
        main = cohorts.get(trial.phenotype) or next(iter(cohorts.values()))
        yield _dataset(trial, main.people, arms, done, read_outs, seed)


def _cohorts(trial: Trial, n: int, design: Design, first: Mapping[str, int] | None = None) -> dict[str, Cohort]:
    """People of every phenotype, from a number on."""
    found = {}
    for phenotype in dict.fromkeys(arm.phenotype for arm in trial.arms.values()):
        about = (phenotype, trial.include, trial.distributions, design.switches)
        people = draw_participants(n, design.seed, *about, (first or {}).get(phenotype, 0))
        found[phenotype] = with_settings(cohort_of(phenotype, people, design.seed, design.switches), design.settings)
    return found


def _ready(
    trial: Trial, seed: int, on: Switches, rtol: float, settings: Mapping[str, float | str] | None
) -> tuple[dict[str, Arm], list[str], Sequence[int], Design]:
    """Arms, names of the read-outs that are kept, their positions, and what holds for everybody."""
    arms = {name: _arm(trial, name, on) for name in trial.arms}
    read_outs = [*ALWAYS, *(name for name in trial.outcome.also if name not in ALWAYS)]
    keep = chosen(next(iter(arms.values())).body.prepared.system, read_outs)
    times = np.array(trial.visits) * WEEK
    return arms, read_outs, keep, Design(seed, on, times, rtol, tuple(sorted((settings or {}).items())))


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


def _everybody(
    part: range,
    trial: Trial,
    cohorts: dict[str, Cohort],
    arms: dict[str, Arm],
    design: Design,
    keep: Sequence[int],
    workers: int | None,
    tell: Callable[[int], None] | None,
) -> dict[str, list[Course]]:
    """Some people in every arm."""
    threads = workers or os.cpu_count() or 1
    sessions, doses = (max(len(getattr(arm.plan, kind)) for arm in arms.values()) for kind in ("sessions", "doses"))
    days = max(int(arm.day_of[-1]) + 1 for arm in arms.values())
    started: dict[str, Started] = {}
    found = {}
    for place, (name, arm) in enumerate(arms.items()):
        phenotype = trial.arms[name].phenotype
        cohort = cohorts[phenotype]
        if phenotype not in started:
            started[phenotype] = start_people(phenotype, cohort, part, trial.scenario, design.rtol, threads)
        who = started[phenotype]
        draws = [draw_decisions(design.seed, int(cohort.numbers[k]), sessions, doses) for k in who.people]
        drives = _own_drives(arm, cohort, who.people, days, design) if is_ill(phenotype) else None
        done = part.start * len(arms) + place * len(part)
        watch = None if tell is None else lambda begun, done=done, say=tell: say(done + begun)
        courses = _follow(arm, who, draws, drives, design, keep, threads, watch)
        found[name] = [courses.get(k) or _nothing(arm, len(design.times), len(keep)) for k in part]
        if tell is not None:
            tell(done + len(part))
    return found


def _own_drives(
    arm: Arm, cohort: Cohort, people: Sequence[int], days: int, design: Design
) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """What each person's days add to the drives; nothing if the natural course is switched off."""
    if not design.switches.natural_course:
        return None
    columns = np.array([arm.columns[name] for name in (FLUCTUATION, DAY_STATE, NATURAL, EPISODE_END)], dtype=np.int64)
    if np.any(arm.open.timeline.drives[:, columns[2:]]):
        raise ModelError("a schedule sets a drive that belongs to the natural course")
    amounts = np.zeros((len(people), days, len(columns)))
    for row, k in enumerate(people):
        spread = float(cohort.stands.fluctuation[k]), float(cohort.stands.day_state[k])
        course = draw_course(design.seed, int(cohort.numbers[k]), days, *spread)
        amounts[row, :, 0], amounts[row, :, 1], amounts[row, :, 2] = course.fluctuation, course.day_state, 1.0
        amounts[row, :, 3] = np.arange(days) >= course.ends
    return amounts, columns, arm.day_of.astype(np.int64)


def _follow(
    arm: Arm,
    who: Started,
    draws: Sequence[Draws],
    drives: tuple[np.ndarray, np.ndarray, np.ndarray] | None,
    design: Design,
    keep: Sequence[int],
    threads: int,
    watch: Callable[[int], None] | None,
) -> dict[int, Course]:
    """Everybody who was started in one arm, by number."""
    if not who.people:
        return {}
    thresholds = np.array([each.thresholds(arm.drawn_for, arm.occasion) for each in draws])
    found = follow_people(
        arm.body.prepared.kernels,
        who.constants,
        who.states,
        who.scales,
        arm.open.timeline,
        design.times,
        keep,
        rtol=design.rtol,
        own=who.own,
        choices=arm.open.choices,
        thresholds=thresholds.reshape(len(who.people), -1),
        own_drives=drives,
        threads=threads,
        watch=watch,
    )
    place = {name: k for k, name in enumerate(arm.open.names)}
    sessions, doses = ([place.get(name, -1) for name in names] for names in (arm.plan.sessions, arm.plan.doses))
    courses = {}
    for row, k in enumerate(who.people):
        made = np.append(found.made[row], -1)  # what is planned but never due is not done
        gone = [time for name, time in arm.plan.staying.items() if name in place and made[place[name]] == 0]
        left = min(gone) / WEEK if gone else np.nan
        courses[k] = Course(found.outputs[row], made[sessions] == 1, made[doses] == 1, left, int(found.code[row]))
    return courses


def _nothing(arm: Arm, visits: int, read_outs: int) -> Course:
    """The course of someone who could not be started."""
    none = np.zeros(len(arm.plan.sessions), dtype=bool), np.zeros(len(arm.plan.doses), dtype=bool)
    return Course(np.full((visits, read_outs), np.nan), *none, np.nan, NO_START)


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
    units = dict(zip(about, next(iter(arms.values())).body.prepared.kernels.units, strict=True))
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
