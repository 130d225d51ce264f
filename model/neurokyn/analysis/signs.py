"""Which way a coupling pushes: what a little more of a quantity does to the system that takes it.

A module is composed alone, with what it takes from others as free numbers, and differentiated at points of a run.
From there a lasting little more of one of them is followed for some weeks in the linearised module. The sign is that of
the module's main quantity, the one that most others read, or of the next one in that order if it does not move the main
one. A sign is given only if it is the same at every point where anything moves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

import numpy as np

from neurokyn.analysis.budget import Accounts
from neurokyn.analysis.terms import is_steady
from neurokyn.compiler.compose import System
from neurokyn.compiler.graph import differentiate
from neurokyn.language import Module
from neurokyn.language.expression import Expression, evaluate, symbol
from neurokyn.language.units import conversion_factor
from neurokyn.scenario.activity import Programme
from neurokyn.scenario.dosing import Regimen
from neurokyn.scenario.scenario import Person, Scenario
from neurokyn.scenario.surroundings import Challenge, Stress

RAISES, LOWERS, MIXED, NOTHING = "raises", "lowers", "raises or lowers", "does not move"
FREE = "free_"
EVEN, ROUSED = 12, 3  # points spread over a run, and those where a drive is not at rest
STEPS = np.geomspace(1e-3, 200.0, 28)  # h, of implicit Euler; together about four weeks
LEAST = 1e-9  # of the largest response to the same quantity
ROUNDING = 1e-9


@dataclass(frozen=True)
class Sign:
    """What a little more of a quantity does.

    Parameters
    ----------
    giver, taker : str
        Modules.
    quantity : str
        What is taken, by the giver's name.
    moves : str
        The taker's quantity that is looked at: the same for all that it takes of this giver.
    way : str
        "raises", "lowers", "raises or lowers" (both, at different points) or "does not move" (at none of the points).
    """

    giver: str
    taker: str
    quantity: str
    moves: str
    way: str


class _Alone(NamedTuple):
    """A module with free inputs, differentiated: the slopes of its states' rates, and of the quantities looked at."""

    states: list[str]
    inputs: list[str]
    drives: list[str]
    rates: dict[tuple[int, int], Expression]
    looked_at: dict[tuple[int, int], Expression]


def quantities(system: System, module: Module) -> list[str]:
    """A module's states and relations, those that most others read first.

    Parameters
    ----------
    system : System
        Composed modules.
    module : Module
        One of them.

    Returns
    -------
    list of str
        Short names; among equals read-outs come before states, in the order they are declared in. What is made of
        parameters alone, or is neither read by others nor shown, is left out.

    Examples
    --------
    >>> from neurokyn.scenario.model import modules, standard_model
    >>> quantities(standard_model(), modules()["serotonin"])[0]
    'extracellular_relative'
    """
    known = {r.symbol: r.expression for r in module.relations}
    readers = Counter(source for source in system.joins.values() if source is not None)
    shown = [r.symbol for r in module.relations if r.shown]
    hidden = [r.symbol for r in module.relations if not r.shown and readers[str(r.symbol.value)]]
    moving = [x for x in (*shown, *hidden, *(s.symbol for s in module.states)) if not is_steady(x, known)]
    names = sorted((str(x.value) for x in moving), key=lambda name: -readers[name])
    return [name.partition(".")[2] for name in names]


def signs(run: Accounts) -> list[Sign]:
    """Which way every quantity that a module reads of another pushes it.

    Parameters
    ----------
    run : Accounts
        A run; the more happens in it, the more can be said.

    Returns
    -------
    list of Sign
        One for each quantity read, in the order of the inputs.
    """
    points = _points(run)
    return [sign for module in run.system.modules for sign in _signs(run, module, points)]


def state_signs(run: Accounts, module: Module) -> dict[tuple[str, str], str]:
    """Which way each quantity pushes each state of a module at once: the sign of its partial derivative.

    Parameters
    ----------
    run : Accounts
        A run; the more happens in it, the more can be said.
    module : Module
        Whose states are looked at.

    Returns
    -------
    dict of (str, str) to str
        By what pushes (a state, a drive or what is taken from another module) and the state, qualified names.
    """
    alone = _alone(run.system, module.name, tuple(quantities(run.system, module)))
    at = np.array([_slopes(alone, _values(run, module, point)).rates for point in _points(run)])
    taken = [run.system.joins[f"{module.name}.{name}"] for name in alone.inputs]
    sources = [*alone.states, *taken, *alone.drives]
    return {
        (source, state): _way(at[:, row, column], at[:, row, column])
        for row, state in enumerate(alone.states)
        for column, source in enumerate(sources)
        if source is not None and source != state and (row, column) in alone.rates
    }


def everything(person: Person = "mdd") -> Scenario:
    """Twelve weeks in which all that the model knows of happens, so that every coupling can be seen to push.

    Parameters
    ----------
    person : str or mapping
        Who; a phenotype, or a table of overrides.

    Returns
    -------
    Scenario
        A drug, running and strength training, a stretch of stress, interferon.
    """
    return Scenario(
        title="Everything at once",
        person=person,
        duration="12 weeks",
        items=(
            Regimen("escitalopram", "10 mg", every="1 day"),
            Programme("running", minutes=45, intensity="70 %VO2max", days=("mon", "wed"), at="18:00"),
            Programme("strength", minutes=45, intensity="45 %VO2max", days=("fri",), at="18:00"),
            Stress(1.0, start="week 3", stop="week 5"),
            Challenge("interferon-alpha", start="week 7"),
        ),
    )


def pooled(found: Iterable[Sign]) -> dict[tuple[str, str], str]:
    """One way for each pair of modules.

    Parameters
    ----------
    found : iterable of Sign
        From `signs`.

    Returns
    -------
    dict of (str, str) to str
        By giver and taker: the way of all quantities that move anything, or "raises or lowers" where they differ.

    Examples
    --------
    >>> pooled([Sign("a", "b", "x", "y", "raises"), Sign("a", "b", "z", "y", "does not move")])
    {('a', 'b'): 'raises'}
    """
    ways: dict[tuple[str, str], set[str]] = {}
    for sign in found:
        ways.setdefault((sign.giver, sign.taker), set()).add(sign.way)
    moving = {pair: of - {NOTHING} or of for pair, of in ways.items()}
    return {pair: next(iter(of)) if len(of) == 1 else MIXED for pair, of in moving.items()}


def _signs(run: Accounts, module: Module, points: list[int]) -> Iterator[Sign]:
    names = quantities(run.system, module)
    alone = _alone(run.system, module.name, tuple(names))
    responses = np.array([_responses(alone, _values(run, module, point)) for point in points])
    taken: dict[str, list[tuple[int, str]]] = {}
    for k, name in enumerate(alone.inputs):
        giver, _, quantity = str(run.system.joins[f"{module.name}.{name}"]).partition(".")
        if _varies(run, f"{giver}.{quantity}"):
            taken.setdefault(giver, []).append((k, quantity))
    for giver, of in taken.items():
        ways = {row: [_way(responses[:, row, k], responses[..., k]) for k, _ in of] for row in range(len(names))}
        row = next((row for row, found in ways.items() if set(found) != {NOTHING}), 0)
        for (_, quantity), way in zip(of, ways[row], strict=True):
            yield Sign(giver, module.name, quantity, names[row], way)


def _way(response: np.ndarray, all_responses: np.ndarray) -> str:
    """The sign that a response has at all points where it is not lost in rounding."""
    moved = response[np.abs(response) > LEAST * np.max(np.abs(all_responses), initial=0.0)]
    up, down = bool((moved > 0).any()), bool((moved < 0).any())
    return MIXED if up and down else RAISES if up else LOWERS if down else NOTHING


def _varies(run: Accounts, name: str) -> bool:
    """Whether a quantity is read and moves in a run; a number of the person does not."""
    place = [r.name for r in run.system.read_outs]
    if name in run.system.drive_names:
        return bool(np.ptp(run.drives[:, run.system.drive_names.index(name)]))
    if name not in place:
        return False
    course = run.read_outs[:, place.index(name)]
    return bool(np.ptp(course) > ROUNDING * max(np.max(np.abs(course)), ROUNDING))


@cache
def _alone(system: System, name: str, looked_at: tuple[str, ...]) -> _Alone:
    """A module by itself, its inputs free numbers, differentiated by them and by its states."""
    module = next(m for m in system.modules if m.name == name)
    units = {str(i.symbol.value): i.symbol.unit for i in module.inputs}
    free = {name: _free(name) for name in units}
    inputs = [
        replace(i, stands_in=symbol(free[str(i.symbol.value)], "parameter", i.symbol.unit)) for i in module.inputs
    ]
    more = {free[name]: unit for name, unit in units.items()}
    copy = replace(module, inputs=inputs, parameter_units={**module.parameter_units, **more})
    equations = System([copy], dict.fromkeys(units)).equations
    by = [s.symbol for s in module.states] + [i.stands_in for i in inputs] + [d.symbol for d in module.drives]
    index = {node: k for k, node in enumerate(by)}
    roots = (equations.derivatives, [equations.read_outs[f"{name}.{short}"] for short in looked_at])
    rates, shown = (
        {(row, column): x for row, of in enumerate(differentiate(each, index)) for column, x in of.items()}
        for each in roots
    )
    shorts = [str(i.symbol.value).partition(".")[2] for i in inputs]
    states, drives = ([str(x.symbol.value) for x in each] for each in (module.states, module.drives))
    return _Alone(states, shorts, drives, rates, shown)


def _free(name: str) -> str:
    module, _, short = name.partition(".")
    return f"{module}.{FREE}{short}"


class _Slopes(NamedTuple):
    """Partial derivatives at a point, by states, inputs and drives."""

    rates: np.ndarray
    looked_at: np.ndarray


def _slopes(alone: _Alone, values: dict[str, float]) -> _Slopes:
    total = len(alone.states) + len(alone.inputs) + len(alone.drives)
    numbers = evaluate([*alone.rates.values(), *alone.looked_at.values()], values)
    rates, looked_at = np.zeros((len(alone.states), total)), np.zeros((1 + max(r for r, _ in alone.looked_at), total))
    rates[tuple(np.array([*alone.rates]).T)] = numbers[: len(alone.rates)]
    looked_at[tuple(np.array([*alone.looked_at]).T)] = numbers[len(alone.rates) :]
    return _Slopes(rates, looked_at)


def _responses(alone: _Alone, values: dict[str, float]) -> np.ndarray:
    """What each quantity does weeks after a little more of each input, relative to what a unit of it is."""
    n, last = len(alone.states), len(alone.states) + len(alone.inputs)
    rates, looked_at = _slopes(alone, values)
    moved = np.zeros((n, last - n))
    for step in STEPS:
        moved = np.linalg.solve(np.eye(n) - step * rates[:, :n], moved + step * rates[:, n:last])
    return np.asarray(looked_at[:, :n] @ moved + looked_at[:, n:last])


def _values(run: Accounts, module: Module, point: int) -> dict[str, float]:
    """Every symbol of a module alone at a point of a run."""
    system = run.system
    known = {r.name: (run.read_outs[point, k], run.units[k]) for k, r in enumerate(system.read_outs)}
    known |= {str(d.symbol.value): (run.drives[point, k], d.symbol.unit) for k, d in enumerate(system.drives)}
    numbers = {name: run.table[name].in_unit(unit) for name, unit in module.parameter_units.items()}
    values = {name: float(value) for name, (value, _) in known.items()} | numbers | {"time": float(run.time[point])}
    for entry in module.inputs:
        name, unit = str(entry.symbol.value), entry.symbol.unit
        source = system.joins[name]
        if source in known:
            value, its = known[source]
        elif source is not None:
            value, its = run.table[source].value, run.table[source].unit
        else:
            value, its = evaluate([entry.stands_in], values)[0], unit
        values[_free(name)] = float(value) * conversion_factor(its, unit)
    return values


def _points(run: Accounts) -> list[int]:
    """Times spread over a run, and some at which each drive is not where it mostly is."""
    chosen = set(np.linspace(0, len(run.time) - 1, EVEN).astype(int).tolist())
    for course in run.drives.T:
        roused = np.flatnonzero(course != np.median(course))
        if len(roused):
            chosen.update(roused[np.linspace(0, len(roused) - 1, ROUSED).astype(int)].tolist())
    return sorted(chosen)
