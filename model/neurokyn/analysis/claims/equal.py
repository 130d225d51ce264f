"""Running or an antidepressant: who ends lower, in whom, and what a trial of 141 people can tell."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from neurokyn.analysis.claims.answer import Answer, Picture, larger, told_parts
from neurokyn.analysis.claims.designs import NOTHING, always, beside_nothing, cared
from neurokyn.analysis.claims.lab import BIOLOGY, EVERYTHING, Lab, attended, last, left_by, moved
from neurokyn.analysis.claims.numbers import (
    Estimate,
    compared,
    mean_of,
    over_people,
    over_trials,
    percent,
    share_of,
    shown,
    table,
)
from neurokyn.analysis.reported import reported
from neurokyn.analysis.validate import ask
from neurokyn.population.carrying_out import DEPRESSION
from neurokyn.population.questions import Question
from neurokyn.population.reading import read_trial
from neurokyn.population.switches import Switches
from neurokyn.population.trial import Trial

RUNNING, DRUG = "running", "drug"
KEEPS = 0.9  # share of sessions and of doses at which people count as keeping to the plan
REMISSION = 7.0  # points or fewer
RELEVANT = 3.0  # points of HAM-D
DELIVERED, BARE, KEPT = "as delivered", "biology alone, as people keep to it", "kept"
BODY = {
    "exercise.weight": "body weight, kg",
    "exercise.waist": "waist, cm",
    "exercise.systolic": "systolic blood pressure, mmHg",
    "exercise.diastolic": "diastolic blood pressure, mmHg",
    "exercise.resting_heart_rate": "resting heart rate, per minute",
    "exercise.vo2max": "VO2max, mL/kg/min",
    "inflammation.crp": "C-reactive protein, mg/L",
}
ASKED = {
    "difference": Question(DEPRESSION, "mean difference", RUNNING, DRUG),
    "remission": Question("remission", "risk difference", RUNNING, DRUG),
}
CRP, SEVERITY = (0.0, 1.0, 3.0, np.inf), (14.0, 19.0, 24.0, np.inf)


@dataclass(frozen=True)
class Step:
    """Running less the drug under one set of conditions, everybody in both arms.

    Parameters
    ----------
    difference : ndarray, shape (n,)
        HAM-D at sixteen weeks, points, person by person.
    remission : Estimate
        Difference of the shares that end at 7 points or fewer.
    """

    difference: np.ndarray
    remission: Estimate

    @property
    def points(self) -> Estimate:
        """Mean difference."""
        return mean_of(self.difference)


@dataclass(frozen=True, eq=False)
class Equal:
    """Running beside the drug.

    Parameters
    ----------
    trials : mapping of str to mapping of str to Estimate
        By allocation ("preference", "chance"), what trials of 141 find.
    preference : Estimate
        What preference adds to the difference, points.
    steps : mapping of str to Step
        By condition, one thing taken away after another.
    keepers : Estimate
        The difference in those who keep to the plan in either arm.
    n_keepers : int
        How many they are.
    cells : tuple of (str, ...)
        Difference by C-reactive protein and severity, written out.
    slopes : mapping of str to (Estimate, Estimate)
        As delivered and by biology alone: what a doubling of CRP, and five points of HAM-D, do to the difference.
    body : tuple of (str, Estimate, Estimate, Estimate)
        Read-out; change with running, with the drug, and the difference.
    staying : tuple of (str, Estimate, Estimate, Estimate)
        What, in running, on the drug, and the difference.
    courses : Dataset
        Of the arms as delivered.
    """

    trials: Mapping[str, Mapping[str, Estimate]]
    preference: Estimate
    steps: Mapping[str, Step]
    keepers: Estimate
    n_keepers: int
    cells: tuple[tuple[str, ...], ...]
    slopes: Mapping[str, tuple[Estimate, Estimate]]
    body: tuple[tuple[str, Estimate, Estimate, Estimate], ...]
    staying: tuple[tuple[str, Estimate, Estimate, Estimate], ...]
    courses: xr.Dataset


def motar() -> tuple[Trial, Trial, Trial]:
    """MOTAR as it was, with everybody randomised, and with an arm in which nothing is done."""
    three = beside_nothing("motar", ["exercise.vo2max"])
    own = read_trial("motar")
    own = replace(own, outcome=replace(own.outcome, also=three.outcome.also))
    return own, replace(own, preference=None), three


def equal(lab: Lab) -> Equal:
    """Running or the drug, in everybody and by what each ingredient is worth.

    Parameters
    ----------
    lab : Lab
        People and sizes.

    Returns
    -------
    Equal
        Differences are running less the drug; negative if running does better.

    Examples
    --------
    >>> from neurokyn.analysis.claims.lab import QUICK, Lab
    >>> found = equal(Lab(QUICK))
    >>> found.steps["as delivered"].difference.shape
    (16,)
    """
    chosen, by_chance, three = motar()
    courses = lab.courses(three, lab.sizes.people)
    two = courses.sel(arm=[RUNNING, DRUG])
    asked = list(ASKED.values())
    found = {
        name: ask(trial, two, asked, lab.sizes.replicates, lab.seed, EVERYTHING)
        for name, trial in (("preference", chosen), ("chance", by_chance))
    }
    steps = _steps(lab, by_chance, two)
    whole = steps[DELIVERED].difference
    kept = (attended(two, RUNNING) >= KEEPS) & (attended(two, DRUG, "doses") >= KEEPS)
    crp, rated = two["crp"].values, two["screened"].values
    return Equal(
        trials={name: dict(zip(ASKED, map(over_trials, values.T), strict=True)) for name, values in found.items()},
        preference=mean_of(found["preference"][:, 0] - found["chance"][:, 0]),
        steps=steps,
        keepers=mean_of(whole[kept]),
        n_keepers=int(kept.sum()),
        cells=_cells(whole, crp, rated),
        slopes={name: _slopes(steps[name].difference, crp, rated, lab.seed) for name in (DELIVERED, BARE)},
        body=tuple((label, *_moved(two, name)) for name, label in BODY.items()),
        staying=_staying(two, by_chance.outcome.adherent),
        courses=courses,
    )


def _moved(two: xr.Dataset, name: str) -> tuple[Estimate, Estimate, Estimate]:
    """Change of a read-out with running, with the drug, and the difference."""
    running, drug = (moved(two, arm, name) for arm in (RUNNING, DRUG))
    return mean_of(running), mean_of(drug), mean_of(running - drug)


def _steps(lab: Lab, trial: Trial, two: xr.Dataset) -> dict[str, Step]:
    """One thing taken away after another, in the same people."""
    drug, running = trial.arms[DRUG].care, trial.arms[RUNNING].care
    alike = cared(trial, {RUNNING: replace(running, contact=drug.contact, belief=drug.belief)})
    kept = cared(alike, {name: always(arm.care) for name, arm in alike.arms.items()})
    found = {DELIVERED: _step(two)}
    rest: tuple[tuple[str, Trial, Switches], ...] = (
        ("the same expectations of both", alike, EVERYTHING),
        ("… and every session and dose kept", kept, EVERYTHING),
        (BARE, trial, BIOLOGY),
        ("biology alone, every session and dose kept", kept, BIOLOGY),
    )
    return found | {name: _step(lab.courses(own, lab.sizes.people, on)) for name, own, on in rest}


def _step(courses: xr.Dataset) -> Step:
    ends = [last(courses, arm) for arm in (RUNNING, DRUG)]
    well = [np.where(np.isnan(end), np.nan, end <= REMISSION) for end in ends]
    return Step(ends[0] - ends[1], mean_of(well[0] - well[1]))


def _cells(difference: np.ndarray, crp: np.ndarray, rated: np.ndarray) -> tuple[tuple[str, ...], ...]:
    rows = []
    for low, high in itertools.pairwise(CRP):
        cells = [f"{low:g} to {high:g}" if high < np.inf else f"above {low:g}"]
        for least, most in itertools.pairwise(SEVERITY):
            inside = (crp >= low) & (crp < high) & (rated >= least) & (rated < most)
            cells.append(f"{shown(mean_of(difference[inside]), sign=True)}, n {inside.sum()}")
        rows.append(tuple(cells))
    return tuple(rows)


def _slopes(difference: np.ndarray, crp: np.ndarray, rated: np.ndarray, seed: int) -> tuple[Estimate, Estimate]:
    """What a doubling of CRP, and five points at entry, add to the difference; either with the other held."""
    there = ~np.isnan(difference)
    columns = np.column_stack([np.ones(there.sum()), np.log2(crp[there]), rated[there] / 5.0])
    values = difference[there]

    def slope(which: int) -> Estimate:
        return over_people(lambda who: float(np.linalg.lstsq(columns[who], values[who])[0][which]), len(values), seed)

    return slope(1), slope(2)


def _staying(two: xr.Dataset, enough: float) -> tuple[tuple[str, Estimate, Estimate, Estimate], ...]:
    weeks = float(two["visit"].values[-1])
    run, taken = attended(two, RUNNING), attended(two, DRUG, "doses")
    left = [left_by(two, arm, weeks) for arm in (RUNNING, DRUG)]
    well = [(kept >= enough).astype(float) for kept in (run, taken)]
    return (
        ("left treatment", share_of(left[0]), share_of(left[1]), mean_of(left[0] - left[1])),
        ("sessions attended, doses taken", mean_of(run), mean_of(taken), mean_of(run - taken)),
        (f"{KEPT} {100 * enough:.0f} % of them", share_of(well[0]), share_of(well[1]), mean_of(well[0] - well[1])),
    )


def answer_equal(lab: Lab) -> Answer:
    """The first question, answered.

    Parameters
    ----------
    lab : Lab
        People and sizes.

    Returns
    -------
    Answer
        In words.
    """
    found = equal(lab)
    _, _, three = motar()
    parts = {arm: lab.carried(three, arm, NOTHING, lab.sizes.others // 2) for arm in (RUNNING, DRUG)}
    named = {RUNNING: "Running", DRUG: "The drug"}
    whole, bare = (found.steps[name].points for name in (DELIVERED, BARE))
    known = lab.body.known["running less drug"]
    reach = shown(known.found, sign=True)
    return Answer(
        "equal",
        ("S1", "S8"),
        "Is running as good as an SSRI at sixteen weeks, and in whom?",
        f"With everybody in both arms, {compared(whole, 'running', 'the drug')} at sixteen weeks, {_beside(whole)} the "
        f"{RELEVANT:g} points that are often called relevant; by biology alone, "
        f"{compared(bare, 'running', 'the drug')}. Trials like MOTAR find a difference of remission of "
        f"{percent(found.trials['preference']['remission'], sign=True)}; it found {_reported('S01', sign=True)}.",
        "neurokyn trial motar --replicates 200\n"
        "neurokyn trial motar --without expectancy --without natural-course --without contact --without bias",
        (*_told_equality(found), *_told_whom(found), *_told_body(found)),
        " ".join(told_parts(part, f"{named[arm]} against nothing") for arm, part in parts.items()),
        f"In one body running takes off {reach} points beside the drug: {known.said}. So who is ahead follows from a "
        "few numbers that nobody has measured. What running does to the body rests on measured changes. Preference "
        "decides here who is in which arm; that treatment might work better because it was chosen is not modelled.",
        (
            Picture("responders", "responders", found.courses, "Who responds, by CRP and severity at entry"),
            Picture(
                "pathways",
                "parts",
                larger({f"{named[arm].lower()} against nothing": part for arm, part in parts.items()}),
                "What each pathway carries of the difference from nothing",
            ),
        ),
    )


def _told_equality(found: Equal) -> tuple[str, ...]:
    """What trials find, and what each ingredient is worth."""
    trials = [
        [how, shown(found.trials[key]["difference"], sign=True), percent(found.trials[key]["remission"], sign=True)]
        for key, how in (("preference", "trials of 141, most by preference"), ("chance", "trials of 141, randomised"))
    ]
    steps = [
        [name, shown(step.points, 2, sign=True), percent(step.remission, sign=True)]
        for name, step in found.steps.items()
    ]
    one, two, three = list(found.steps.values())[:3]
    expected, missed = mean_of(one.difference - two.difference), mean_of(two.difference - three.difference)
    head = ["", "HAM-D, running − drug", "remission, running − drug"]
    return (
        table(head, [*trials, ["MOTAR, reported", "–", _reported("S01", sign=True)]]),
        "How much of that is what. Everybody is simulated in both arms, so that nobody's choice matters, and one "
        "ingredient after the other is taken away:",
        table(head, steps),
        f"Above 0 is to the drug's advantage. Allocation by preference is worth "
        f"{shown(found.preference, 2, sign=True)} points against randomisation, expecting another thing of running "
        f"than of a drug {shown(expected, 2, sign=True)}, and missed sessions against missed doses "
        f"{shown(missed, 2, sign=True)}. Attendance made certain is an experiment that only a model can do. What a "
        f"trial could look at are those who keep {100 * KEEPS:.0f} % of sessions and would keep {100 * KEEPS:.0f} % of "
        f"doses ({found.n_keepers} people): {shown(found.keepers, 2, sign=True)} points. They are not everybody: what "
        "keeps people coming also makes them well.",
    )


def _told_whom(found: Equal) -> tuple[str, ...]:
    """The difference by CRP and severity."""
    told = "; ".join(
        f"{name}, a doubling of CRP moves it by {shown(crp, 2, sign=True)} points, five HAM-D points more at entry by "
        f"{shown(severity, 2, sign=True)}"
        for name, (crp, severity) in found.slopes.items()
    )
    return (
        "In whom: the same difference at week 16, as delivered, by CRP (rows, mg/L) and HAM-D at entry.",
        table(["CRP", "HAM-D 14 to 18", "19 to 23", "24 and more"], found.cells),
        f"Over all people: {told}. Below 0 is towards running.",
    )


def _told_body(found: Equal) -> tuple[str, ...]:
    """What happens to the body, and who stays."""
    body = [[row[0], *(shown(cell, 2, sign=True) for cell in row[1:])] for row in found.body]
    given = {True: (_reported("S02.running"), _reported("S02.drug")), False: ("–", "–")}
    staying = [
        [row[0], percent(row[1]), percent(row[2]), percent(row[3], sign=True), *given[row[0].startswith(KEPT)]]
        for row in found.staying
    ]
    kept = found.staying[-1]
    return (
        "The body, changes over sixteen weeks:",
        table(["", "running", "drug", "difference"], body),
        "Who stays, beside what MOTAR reported:",
        table(["", "running", "drug", "running − drug", "reported, running", "reported, drug"], staying),
        f"Of the last row the model is {_held('S02.running', kept[1])} what MOTAR reported of running, and "
        f"{_held('S02.drug', kept[2])} what it reported of the drug.",
    )


def _held(row: str, found: Estimate) -> str:
    """Whether a simulated share lies in what was reported."""
    own = next(each for each in reported() if each.id == row)
    return "inside" if own.low <= found.value <= own.high else "outside"


def _beside(difference: Estimate) -> str:
    """Whether a difference is smaller than what is called relevant."""
    most, least = max(abs(difference.low), abs(difference.high)), abs(difference.value)
    return "less than" if most < RELEVANT else "not surely less than" if least < RELEVANT else "more than"


def _reported(row: str, *, sign: bool = False) -> str:
    """A share that MOTAR reported."""
    own = next(each for each in reported() if each.id == row)
    return percent(Estimate(own.estimate, own.low, own.high), sign=sign)
