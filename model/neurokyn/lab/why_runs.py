"""What the Why room knows of runs: their accounts, kept; how far each coupling is from its usual day; pairs of runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from threading import RLock
from typing import TypeVar

import numpy as np

from neurokyn.analysis.budget import Accounts, accounts
from neurokyn.analysis.signs import everything, pooled, signs, state_signs
from neurokyn.lab.bench import Bench, Kept
from neurokyn.lab.person import Wish
from neurokyn.lab.state import State, planned
from neurokyn.report.diagram import Coupling, couplings
from neurokyn.report.layered import Pair
from neurokyn.report.network import Network, module_network, system_network, with_ways
from neurokyn.scenario.model import modules, standard_model
from neurokyn.scenario.scenario import Arm, Scenario

ONE, TWO = "one", "two"
DAY = 24
MODULES = 13  # and all together
RUNS, PUSHED, PEOPLE = 8, 3, 16  # kept; a run of sixteen weeks with all its accounts takes 15 MB
RESTS = 1e-3  # of a quantity's largest day; a usual day below it is none
NONE = 1e-9  # in a quantity's own unit; all that the model has is larger, or rounding
THIN, THICK = 1.2, 11.0  # px of a line that carries nothing new, and of one that has doubled or more
Value = TypeVar("Value")


class Ledgers:
    """Accounts of the runs asked for; safe to be used by many threads.

    Parameters
    ----------
    bench : Bench
        Finds people.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._runs, self._days = Kept[Accounts](RUNS), Kept[Accounts](PEOPLE)
        self._pushing, self._ways = Kept[Accounts](PUSHED), Kept[Mapping[Pair, str]](MODULES * PEOPLE)
        self._lock = RLock()

    def scenario(self, state: State) -> Scenario:
        """What is run for a state."""
        return planned(state, self._bench.person(state.wish).numbers)

    def run(self, state: State) -> Accounts:
        """A state's run with everything that acted on every state.

        Raises
        ------
        SolveError
            If there is no such person, or the integration fails.
        """
        return self._kept(self._runs, state, lambda: accounts(self.scenario(state)))

    def usual_day(self, state: State) -> Accounts:
        """The day before anything is done."""

        def make() -> Accounts:
            return accounts(replace(self.scenario(state), items=(), duration=f"{DAY} h"))

        return self._kept(self._days, state.wish, make)

    def network(self, wish: Wish) -> Network:
        """The organ systems with the way each coupling pushes in this person."""
        return with_ways(_systems(), self._kept(self._ways, (wish, ""), lambda: pooled(signs(self._pushed(wish)))))

    def states(self, wish: Wish, module: str) -> Network:
        """The states of one organ system with the way each quantity pushes in this person."""
        found = modules()[module]
        ways = self._kept(self._ways, (wish, module), lambda: state_signs(self._pushed(wish), found))
        return with_ways(_states(module), ways)

    def _pushed(self, wish: Wish) -> Accounts:
        """A run of this person in which everything happens."""

        def make() -> Accounts:
            person = self.scenario(State(*wish)).person
            return accounts(everything(person))

        return self._kept(self._pushing, wish, make)

    def _kept(self, among: Kept[Value], key: object, make: Callable[[], Value]) -> Value:
        found = among.get(key)
        if found is None:
            with self._lock:  # two tabs that ask for the same wait for one answer
                found = among.get(key)
                if found is None:
                    found = make()
                    among.put(key, found)
        return found


@cache
def _systems() -> Network:
    return system_network(standard_model())


@cache
def _states(module: str) -> Network:
    return module_network(standard_model(), modules()[module])


def pair(one: Scenario, two: Scenario) -> Scenario:
    """Two runs as arms of one scenario, as long as the shorter.

    Parameters
    ----------
    one, two : Scenario
        Each of one course, with the same meals and clock.

    Returns
    -------
    Scenario
        With the arms "one" and "two".
    """
    arms = {name: Arm(tuple(s.items), s.person) for name, s in ((ONE, one), (TWO, two))}
    shorter = min((one, two), key=lambda s: s.hours)
    return replace(shorter, title="Two runs", items=(), person="healthy", arms=arms)


def days_of(run: Accounts) -> int:
    """Whole days of a run."""
    return int(run.time[-1] // DAY)


def telling_day(run: Accounts) -> int:
    """The last day on which anybody exercises, else the last day; from 1."""
    bouts = [k for k, name in enumerate(run.system.drive_names) if name.startswith("exercise.")]
    moving = np.flatnonzero(run.drives[: days_of(run) * DAY][:, bouts].any(axis=1))
    return int(moving[-1] // DAY) + 1 if len(moving) else days_of(run)


def daily(run: Accounts) -> np.ndarray:
    """The mean of every read-out and then every drive over each day, from its hours.

    Parameters
    ----------
    run : Accounts
        By the hour.

    Returns
    -------
    ndarray, shape (n_days, n_read_outs + n_drives)
        In their units.
    """
    every = np.hstack([run.read_outs, run.drives])
    days = days_of(run)
    return np.asarray(every[: days * DAY].reshape(days, DAY, -1).mean(axis=1))


def names_of(run: Accounts) -> list[str]:
    """The columns of `daily`."""
    return [r.name for r in run.system.read_outs] + run.system.drive_names


def units_of(run: Accounts) -> list[str]:
    """The units of the columns of `daily`."""
    return run.units + [d.symbol.unit for d in run.system.drives]


def changes(run: Accounts, usual: Accounts) -> dict[Pair, np.ndarray]:
    """How far what each coupling takes is from its usual day: the largest of its quantities, day by day.

    Parameters
    ----------
    run, usual : Accounts
        A run, and the day before anything is done.

    Returns
    -------
    dict of (str, str) to ndarray, shape (n_days,)
        Relative to the usual day; where that has none, to the largest day.
    """
    names, means, rest = names_of(run), daily(run), daily(usual)[0]
    found = {}
    for coupling in couplings(run.system):
        columns = [names.index(name) for name in taken(coupling, names)]
        course, usually = means[:, columns], np.abs(rest[columns])
        most = np.abs(course).max(axis=0, initial=0.0)
        scale = np.maximum(np.where(usually > RESTS * most, usually, most), NONE)
        moved = np.abs(course - rest[columns]) / scale
        found[coupling.giver, coupling.taker] = moved.max(axis=1, initial=0.0)
    return found


def flows(run: Accounts) -> dict[Pair, np.ndarray]:
    """What flows along each coupling that carries matter, day by day.

    Parameters
    ----------
    run : Accounts
        A run.

    Returns
    -------
    dict of (str, str) to ndarray, shape (n_days,)
        The sum of its fluxes, in µmol/h.
    """
    names, means = names_of(run), daily(run)
    carrying = [coupling for coupling in couplings(run.system) if coupling.fluxes]
    return {
        (c.giver, c.taker): means[:, [names.index(name) for name in _fluxes(c, names)]].sum(axis=1) for c in carrying
    }


def taken(coupling: Coupling, names: list[str]) -> list[str]:
    """The read-outs and fluxes of a coupling by their qualified names; numbers of the person are none."""
    read = [f"{coupling.giver}.{short}" for short in coupling.quantities]
    return [name for name in read if name in names] + _fluxes(coupling, names)


def _fluxes(coupling: Coupling, names: list[str]) -> list[str]:
    """Fluxes are declared by either side."""
    both = [f"{owner}.{short}" for short in coupling.fluxes for owner in (coupling.giver, coupling.taker)]
    return [name for name in both if name in names]


def widths_by_change(run: Accounts, usual: Accounts) -> dict[str, list[float]]:
    """Width of every line on each day, by how much what is taken has changed."""
    return {_key(pair): _widths(moved) for pair, moved in changes(run, usual).items()}


def widths_by_flow(run: Accounts) -> dict[str, list[float]]:
    """Width of every line on each day, by how much matter flows; thin where only something is read."""
    found = flows(run)
    most = max(float(np.abs(flow).max()) for flow in found.values())
    none = [THIN] * days_of(run)
    every = {(c.giver, c.taker): none for c in couplings(run.system)}
    return {_key(pair): _widths(np.abs(found[pair]) / most) if pair in found else flat for pair, flat in every.items()}


def _widths(shares: np.ndarray) -> list[float]:
    """Roots, so that small changes can be seen; a change by as much again or more is as thick as can be."""
    return [round(float(x), 2) for x in THIN + (THICK - THIN) * np.sqrt(np.minimum(shares, 1.0))]


def _key(pair: Pair) -> str:
    return f"{pair[0]}>{pair[1]}"
