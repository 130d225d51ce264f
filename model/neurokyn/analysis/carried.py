"""What carries a difference between two arms: each coupling cut in turn.

One arm is run again for each coupling between organ systems, with what that coupling takes held at the other arm's
course (`twins.py`); what is lost of the difference went through it. Couplings in a row carry the same difference one
after the other and are each counted with all of it, and couplings side by side can stand in for one another, so the
shares need not add up to 100 %; what is left over is reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from neurokyn.analysis.budget import chosen_arm
from neurokyn.analysis.twins import BESIDE, SCHEDULE, Link, Twins, both_schedules, both_tables, twins_of
from neurokyn.compiler.machine import native_width
from neurokyn.compiler.parameters import Table
from neurokyn.errors import ScenarioError, SolveError, nearest
from neurokyn.scenario.choices import timeline_with_choices
from neurokyn.scenario.lanes import follow_people
from neurokyn.scenario.model import standard_model
from neurokyn.scenario.orbit import daily_orbit
from neurokyn.scenario.prepare import Prepared, prepare, split_constants
from neurokyn.scenario.reading import read_scenario
from neurokyn.scenario.scenario import Scenario, Settings
from neurokyn.scenario.schedule import Bolus, Level
from neurokyn.scenario.simulate import person
from neurokyn.scenario.solve import one_of, timeline
from neurokyn.solver.problem import explain

DEPRESSION = "mood.depression"
LOADS = 2  # of the lanes at a time: between handfuls the work can be ended
NO_DIFFERENCE = 1e-5  # of the read-out; less is the tolerance of the integration


@dataclass(frozen=True)
class Cut:
    """One coupling cut.

    Parameters
    ----------
    giver, taker : str
        Modules; the giver may be "schedule".
    quantities : tuple of str
        What was held at the other arm's course.
    value : float
        The read-out with the coupling cut.
    lost : float
        How much of the difference is lost, in the unit of the read-out.
    share : float
        The same as a share of the difference; NaN where there is none.
    """

    giver: str
    taker: str
    quantities: tuple[str, ...]
    value: float
    lost: float
    share: float


@dataclass(frozen=True)
class Carried:
    """What carries the difference of a read-out between two arms.

    Parameters
    ----------
    read_out, unit : str
        What is read, at the end.
    arm, other : str
        The arms.
    value, value_other : float
        The read-out in each.
    cuts : list of Cut
        The largest loss first.
    remainder : float
        1 less the sum of the shares; NaN where there is no difference.
    couplings : int
        How many there are; more than `cuts` while work goes on.
    """

    read_out: str
    unit: str
    arm: str
    other: str
    value: float
    value_other: float
    cuts: list[Cut]
    remainder: float
    couplings: int

    @property
    def difference(self) -> float:
        """The read-out in the one arm less that in the other."""
        return self.value - self.value_other


def carried(
    scenario: Scenario | str,
    read_out: str = DEPRESSION,
    *,
    arm: str,
    other: str,
    settings: Settings | None = None,
) -> Carried:
    """Cut each coupling in turn and see what is lost of the difference between two arms.

    Parameters
    ----------
    scenario : Scenario or str
        A scenario, the name of a ready-made one, or a TOML file.
    read_out : str
        What is compared, at the end of the scenario.
    arm, other : str
        Two of its arms: couplings are cut in `arm`, where what they take is held at the course of `other`.
    settings : mapping of str to (float or str), optional
        Parameters to change, as for `simulate`.

    Returns
    -------
    Carried
        Every coupling with its loss.

    Raises
    ------
    ScenarioError, ParameterError
        If there is no such read-out or arm, or a setting makes no sense.
    SolveError
        If an integration fails.

    Examples
    --------
    >>> found = carried("one-bout-hour-by-hour", "kynurenine.kyna", arm="running", other="rest")
    >>> [(cut.giver, cut.taker) for cut in found.cuts if cut.share > 0.9]
    [('muscle', 'kynurenine'), ('exercise', 'muscle'), ('schedule', 'exercise')]
    """
    *_, last = cut_in_turn(scenario, read_out, arm=arm, other=other, settings=settings)
    return last


def cut_in_turn(
    scenario: Scenario | str,
    read_out: str = DEPRESSION,
    *,
    arm: str,
    other: str,
    settings: Settings | None = None,
) -> Iterator[Carried]:
    """The same, a handful of couplings at a time, for whoever wants to see how far it is or to stop it.

    Parameters
    ----------
    scenario, read_out, arm, other, settings
        As for `carried`; checked at once.

    Returns
    -------
    iterator of Carried
        What is known after each handful; the last is what `carried` gives.

    Raises
    ------
    ScenarioError, ParameterError, SolveError
        As for `carried`.
    """
    plan = scenario if isinstance(scenario, Scenario) else read_scenario(scenario)
    plan.check()
    names = [r.name for r in standard_model().read_outs]
    if read_out not in names:
        raise ScenarioError(f"no read-out '{read_out}'{nearest(read_out, names)}")
    arms = (str(chosen_arm(plan, arm)), str(chosen_arm(plan, other)))
    tables = [person(plan, name, settings or {}) for name in arms]
    return _in_turn(plan, read_out, arms, tables)


def _in_turn(plan: Scenario, read_out: str, arms: tuple[str, str], tables: list[Table]) -> Iterator[Carried]:
    run = _ready(plan, arms, tables)
    shown = [run.place(read_out), run.place(BESIDE + read_out)]
    unit = run.body.kernels.units[shown[0]]
    values: list[np.ndarray] = []
    for handful in _values(run, shown):
        values += handful
        value, value_other = values[0].tolist()
        difference = value - value_other
        none = abs(difference) <= NO_DIFFERENCE * max(abs(value), abs(value_other))
        cuts = [
            Cut(link.giver, link.taker, link.quantities, x, value - x, np.nan if none else (value - x) / difference)
            for link, (x, _) in zip(run.links, (v.tolist() for v in values[1:]), strict=False)
        ]
        cuts.sort(key=lambda cut: -abs(cut.lost))
        remainder = 1 - sum(cut.share for cut in cuts)
        yield Carried(read_out, unit, *arms, value, value_other, cuts, remainder, len(run.links))


class _Run(NamedTuple):
    """Two bodies ready to be followed."""

    twins: Twins
    body: Prepared
    start: np.ndarray
    plan: Scenario
    arms: tuple[str, str]
    links: list[Link]

    def place(self, read_out: str) -> int:
        """Position of a read-out."""
        return [r.name for r in self.twins.system.read_outs].index(read_out)


def _ready(plan: Scenario, arms: tuple[str, str], tables: list[Table]) -> _Run:
    """The numbers and the start of both bodies; couplings from a schedule that says nothing are left out."""
    system = standard_model()
    twins = twins_of(system)
    starts: dict[str, float] = {}
    for prefix, table in zip(("", BESIDE), tables, strict=True):
        alone = prepare(system, table)
        y = daily_orbit(alone, timeline(alone, plan.ordinary_day(), 24.0, plan.context.clock))
        starts |= {prefix + name: value for name, value in zip(system.state_names, y.tolist(), strict=True)}
    body = prepare(twins.system, both_tables(twins, *tables))
    links = [link for link in twins.links if link.giver != SCHEDULE]
    links += _scheduled(twins, [item for name in arms for item in plan.schedule(name).items])
    start = np.array([starts[name] for name in twins.system.state_names])
    return _Run(twins, body, start, plan, arms, links)


def _scheduled(twins: Twins, items: list[Bolus | Level]) -> list[Link]:
    """The couplings from the schedule, with what it does to each module; none to a module it leaves alone."""
    found: dict[str, dict[str, None]] = {}
    for item in items:
        module, _, name = item.target.partition(".")
        found.setdefault(module, {})[name] = None
    links = [link for link in twins.links if link.giver == SCHEDULE and link.taker in found]
    return [replace(link, quantities=tuple(found[link.taker])) for link in links]


def _values(run: _Run, shown: list[int]) -> Iterator[list[np.ndarray]]:
    """The read-outs at the end with nothing cut, then with each coupling cut; a handful at a time."""
    body, plan, switches = run.body, run.plan, [link.switch for link in run.links]
    schedule, conditions = both_schedules(*(plan.schedule(name) for name in run.arms))
    happens = timeline_with_choices(body, schedule, plan.hours, plan.context.clock, conditions)
    own = body.kernels.depend_on([link.switch for link in run.twins.links])
    names, plain = list(run.twins.system.parameter_units), body.table.values_for(run.twins.system.parameter_units)
    rows = np.tile(plain, (len(switches) + 1, 1))
    rows[np.arange(len(switches)) + 1, [names.index(switch) for switch in switches]] = 1.0
    size = LOADS * native_width()
    for first in range(0, len(rows), size):
        constants = np.array([split_constants(body.kernels, row).constants for row in rows[first:][:size]])
        starts, scales = (np.tile(x, (len(constants), 1)) for x in (run.start, body.absolute_scale))
        result = follow_people(
            body.kernels, constants, starts, scales, happens.timeline, np.array([plan.hours]), shown,
            rtol=1e-6, own=own, width=native_width(), choices=happens.choices,
        )  # fmt: skip
        failed = np.flatnonzero(result.code)
        if len(failed):
            raise SolveError(explain(one_of(result, int(failed[0])), run.twins.system.state_names))
        yield list(result.outputs[:, 0])
