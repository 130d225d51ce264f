"""Where did it go? Everything that acts on a state, integrated along a run; one arm minus another.

Each term (`terms.py`) is integrated as a state of its own beside the model, which it does not touch. The sum of the
terms less the state is then constant in the equations, and the solver keeps such a sum to rounding: the terms of a
state, and what was given at once, add up to its change.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import xarray as xr

from neurokyn.analysis.terms import Term, terms_of
from neurokyn.compiler.compose import System
from neurokyn.compiler.parameters import Table
from neurokyn.errors import ScenarioError, SolveError, nearest
from neurokyn.language import Module
from neurokyn.scenario.model import standard_model
from neurokyn.scenario.orbit import daily_orbit
from neurokyn.scenario.prepare import prepare
from neurokyn.scenario.reading import read_scenario
from neurokyn.scenario.scenario import Scenario, Settings
from neurokyn.scenario.simulate import person
from neurokyn.scenario.solve import follow, timeline
from neurokyn.solver.problem import SAME_TIME, Timeline

LEDGER = "ledger"
GIVEN = "given at once"


@dataclass(frozen=True)
class Accounts:
    """One run with everything that acted on every state.

    Parameters
    ----------
    title : str
        Scenario and arm.
    system : System
        The model.
    terms : list of Term
        What acts on its states.
    time : ndarray, shape (n_times,)
        Hours.
    read_outs : ndarray, shape (n_times, n_read_outs)
        Every read-out of the model, in its order.
    units : list of str
        Of the read-outs.
    start : ndarray, shape (n_states,)
        The states at t = 0, before anything is given.
    scales : ndarray, shape (n_states,)
        Typical sizes of the states.
    amounts : ndarray, shape (n_times, n_terms)
        Each term integrated from t = 0, in the unit of its state.
    given : ndarray, shape (n_times, n_states)
        What was given at once until then.
    drives : ndarray, shape (n_times, n_drives)
        What the schedule held.
    table : Table
        The person's numbers.
    """

    title: str
    system: System
    terms: list[Term]
    time: np.ndarray
    read_outs: np.ndarray
    units: list[str]
    start: np.ndarray
    scales: np.ndarray
    amounts: np.ndarray
    given: np.ndarray
    drives: np.ndarray
    table: Table

    def of(self, state: str) -> xr.Dataset:
        """The budget of one state, as `budget` gives it.

        Parameters
        ----------
        state : str
            Such as "kynurenine.kyn".

        Returns
        -------
        xarray.Dataset
            Dimensions `term` and `time`.

        Raises
        ------
        ScenarioError
            If there is no such state; names the nearest.
        """
        place = state_place(self.system, state)
        held, course = self.system.states[place], self.read_outs[:, place]
        columns = [k for k, term in enumerate(self.terms) if term.state == state]
        mine = [self.terms[k] for k in columns]
        amount = np.column_stack([self.given[:, place], self.amounts[:, columns]]).T
        unit = {"units": held.symbol.unit}
        text = {
            "kind": ["bolus", *(term.kind for term in mine)],
            "module": ["", *(term.module for term in mine)],
            "description": ["given by the schedule", *(term.description for term in mine)],
        }
        change = course - self.start[place]
        about = {
            "amount": (("term", "time"), amount, {**unit, "long_name": "integrated since t = 0"}),
            "state": ("time", course, {**unit, "long_name": held.description or state}),
            "closure": ("time", change - amount.sum(axis=0), {**unit, "long_name": "change less the sum of the terms"}),
            "turnover": ("time", np.abs(amount).sum(axis=0), {**unit, "long_name": "sum of the terms without signs"}),
        }
        labels = {name: ("term", values) for name, values in text.items()}
        time = ("time", self.time, {"units": "h", "long_name": "time"})
        names = [GIVEN, *(term.name for term in mine)]
        return xr.Dataset(
            about,
            coords={"term": ("term", names), "time": time, **labels},
            attrs={
                "of": state,
                "title": self.title,
                "start": float(self.start[place]),
                "scale": float(self.scales[place]),
            },
        )


def accounts(
    scenario: Scenario | str, *, arm: str | None = None, settings: Settings | None = None, rtol: float = 1e-6
) -> Accounts:
    """Run an arm and keep what acted on every state.

    Parameters
    ----------
    scenario : Scenario or str
        A scenario, the name of a ready-made one, or a TOML file.
    arm : str, optional
        Its arm; needed where there is more than one.
    settings : mapping of str to (float or str), optional
        Parameters to change, as for `simulate`.
    rtol : float
        Relative tolerance of the integration.

    Returns
    -------
    Accounts
        From which the budget of any state is read.

    Raises
    ------
    ScenarioError, ParameterError
        If the scenario, the arm or a setting makes no sense.
    SolveError
        If the integration fails.

    Examples
    --------
    >>> run = accounts("one-bout-hour-by-hour", arm="running")
    >>> abs(run.of("kynurenine.kyna")["closure"]).max().item() < 1e-6
    True
    """
    plan = scenario if isinstance(scenario, Scenario) else read_scenario(scenario)
    plan.check()
    name = chosen_arm(plan, arm)
    table = person(plan, name, settings or {})
    system, (extended, terms) = standard_model(), ledger()
    plain, body = prepare(system, table), prepare(extended, table)
    clock = plan.context.clock
    start = daily_orbit(plain, timeline(plain, plan.ordinary_day(), 24.0, clock))
    what_happens = timeline(body, plan.schedule(name), plan.hours, clock)
    times = np.array(plan.times())
    shown = shown_of(extended, system)
    course = follow(body, np.append(start, np.zeros(len(terms))), what_happens, times, rtol=rtol, shown=shown)
    if course.code != 0:
        raise SolveError(course.reason)
    values, n = course.values, len(system.read_outs)
    return Accounts(
        title=f"{plan.title}: {name}" if name else plan.title,
        system=system,
        terms=terms,
        time=times,
        read_outs=values[:, :n],
        units=[body.kernels.units[k] for k in shown[:n]],
        start=start,
        scales=plain.absolute_scale,
        amounts=values[:, n:],
        given=_given(what_happens, times, len(system.states)),
        drives=what_happens.drives[_segments(what_happens, times)],
        table=table,
    )


def budget(
    scenario: Scenario | str, state: str, *, arm: str | None = None, settings: Settings | None = None
) -> xr.Dataset:
    """Everything that acted on a state, integrated along a run.

    Parameters
    ----------
    scenario : Scenario or str
        A scenario, the name of a ready-made one, or a TOML file.
    state : str
        Such as "kynurenine.kyn".
    arm : str, optional
        Its arm; needed where there is more than one.
    settings : mapping of str to (float or str), optional
        Parameters to change, as for `simulate`.

    Returns
    -------
    xarray.Dataset
        `amount(term, time)`: each term integrated since t = 0, in the unit of the state, with `kind`, `module` and
        `description` of each term; `state(time)`; `closure(time)`: the change of the state less the sum of the terms;
        `turnover(time)`: the sum of the terms without their signs.

    Raises
    ------
    ScenarioError, ParameterError
        If there is no such state, or the scenario, the arm or a setting makes no sense.
    SolveError
        If the integration fails.

    Examples
    --------
    >>> found = budget("one-bout-hour-by-hour", "muscle.protein_tryptophan", arm="strength")
    >>> found["term"].values.tolist()
    ['given at once', 'tryptophan_uptake', 'tryptophan_release', 'accretion']
    """
    state_place(standard_model(), state)
    return accounts(scenario, arm=arm, settings=settings).of(state)


def difference(
    scenario: Scenario | str, state: str, arm: str, other: str, *, settings: Settings | None = None
) -> xr.Dataset:
    """The budget of a state in one arm minus that in another, at the end.

    Parameters
    ----------
    scenario : Scenario or str
        A scenario, the name of a ready-made one, or a TOML file.
    state : str
        Such as "kynurenine.kyn".
    arm, other : str
        Two of its arms; `arm` minus `other`.
    settings : mapping of str to (float or str), optional
        Parameters to change, as for `simulate`.

    Returns
    -------
    xarray.Dataset
        As `between` gives it.

    Raises
    ------
    ScenarioError, ParameterError
        If there is no such state, or the scenario, an arm or a setting makes no sense.
    SolveError
        If the integration fails.

    Examples
    --------
    >>> found = difference("one-bout-hour-by-hour", "kynurenine.kyna", "running", "rest")
    >>> found["term"].values[0].item()
    'kat_muscle'
    """
    state_place(standard_model(), state)
    one, two = (accounts(scenario, arm=name, settings=settings).of(state) for name in (arm, other))
    return between(one, two)


def between(one: xr.Dataset, two: xr.Dataset) -> xr.Dataset:
    """One budget minus another, term by term, at the end.

    Parameters
    ----------
    one, two : xarray.Dataset
        Budgets of the same state, as `budget` gives them.

    Returns
    -------
    xarray.Dataset
        Dimension `term`, the largest difference first: `one`, `two` and `difference`; `start` and `end` of the state
        with dimension `run`; scalars `change` (how the states have moved apart since t = 0), `closure` (that less the
        sum of the differences) and `turnover` (all terms of both without their signs).
    """
    last, second = one.isel(time=-1), two.isel(time=-1)
    moved = last["amount"] - second["amount"]
    order = np.argsort(-np.abs(moved.values), kind="stable")
    unit = {"units": one["state"].attrs["units"]}
    starts = np.array([one.attrs["start"], two.attrs["start"]])
    ends = np.array([last["state"].item(), second["state"].item()])
    change = float((ends - starts) @ (1, -1))
    names = {"one": last["amount"], "two": second["amount"], "difference": moved}
    found = {name: ("term", values.values[order], unit) for name, values in names.items()}
    labels = {name: ("term", one[name].values[order]) for name in ("term", "kind", "module", "description")}
    turnover = last["turnover"].item() + second["turnover"].item()
    return xr.Dataset(
        found
        | {
            "start": ("run", starts, unit),
            "end": ("run", ends, unit),
            "change": ((), change, unit),
            "closure": ((), change - float(moved.sum()), unit),
            "turnover": ((), turnover, unit),
        },
        coords={**labels, "run": ["one", "two"]},
        attrs={
            "of": one.attrs["of"],
            "one": one.attrs["title"],
            "two": two.attrs["title"],
            "scale": one.attrs["scale"],
        },
    )


@cache
def ledger() -> tuple[System, list[Term]]:
    """The standard model with a state beside it for each term.

    Returns
    -------
    (System, list of Term)
        The states of the terms come last, in the order of the terms; they are zero at t = 0.
    """
    system = standard_model()
    terms = terms_of(system)
    held = {str(s.symbol.value): s for s in system.states}
    beside = Module(LEDGER, "Terms integrated")
    for k, term in enumerate(terms):
        of = held[term.state]
        name = f"term_{k}"
        total = beside.state(name, of.symbol.unit, term.description, start=0, scale=of.scale, settles=False)
        beside.rate(total, term.expression)
    return System([*system.modules, beside], system.joins), terms


def shown_of(extended: System, system: System) -> list[int]:
    """Positions in an extended system of the read-outs of the plain one, then of its other states."""
    place = {read_out.name: k for k, read_out in enumerate(extended.read_outs)}
    return [place[r.name] for r in system.read_outs] + list(range(len(system.states), len(extended.states)))


def state_place(system: System, state: str) -> int:
    """Position of a state.

    Raises
    ------
    ScenarioError
        If there is none of this name; names the nearest.
    """
    if state not in system.state_names:
        raise ScenarioError(f"no state '{state}'{nearest(state, system.state_names)}")
    return system.state_names.index(state)


def chosen_arm(plan: Scenario, arm: str | None) -> str | None:
    """The arm that is meant.

    Raises
    ------
    ScenarioError
        If there is no such arm, or none is named among several.
    """
    if arm is None and len(plan.arm_names) > 1:
        raise ScenarioError("the scenario has several arms", fix=f"name one: {', '.join(plan.arm_names)}")
    name = arm if arm is not None else next(iter(plan.arm_names), None)
    plan.arm(name)
    return name


def _segments(what_happens: Timeline, times: np.ndarray) -> np.ndarray:
    """The segment each time lies in; a boundary belongs to the segment it begins."""
    found = np.searchsorted(what_happens.starts, times + SAME_TIME, side="right") - 1
    return np.minimum(found, len(what_happens.drives) - 1)


def _given(what_happens: Timeline, times: np.ndarray, n_states: int) -> np.ndarray:
    """What was given at once to each state until each time."""
    given = np.zeros((len(times), n_states))
    first = what_happens.jump_first
    for segment, start in enumerate(what_happens.starts[:-1]):
        for k in range(first[segment], first[segment + 1]):
            given[times >= start - SAME_TIME, what_happens.jump_state[k]] += what_happens.jump_amount[k]
    return given
