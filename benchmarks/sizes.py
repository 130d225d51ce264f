"""Systems of any size, written in our language: chains of saturable conversions with feedback, fed once a day."""

from __future__ import annotations

import numpy as np
from neurokyn import Module
from neurokyn.compiler.compose import System, compose
from neurokyn.compiler.parameters import Parameter, Table
from neurokyn.language.laws import michaelis_menten
from neurokyn.population.streams import Stream
from neurokyn.scenario.prepare import prepare, split_constants
from neurokyn.scenario.schedule import Level, Schedule
from neurokyn.scenario.solve import timeline

from benchmarks.work import WEEK, Person, Work

BRANCH = 10  # states of a chain, after which the next begins at the first of the last
SPREAD = 0.1  # SD of the logarithm of every parameter between people
WEEKS = 4
MEAL, MEAL_EVERY = 1.0, 24.0  # h


def chain_system(states: int) -> tuple[System, Table]:
    """Pools that feed each other, each chain held back by its end, with rates from minutes to days."""
    module = Module("chain", "Saturable conversions with feedback")
    table: list[Parameter] = []

    def parameter(name: str, value: float, unit: str) -> object:
        table.append(Parameter(f"chain.{name}", value, unit))
        return module.parameter(name, unit)

    pools = [module.state(f"pool{k}", "umol", f"pool {k}", start=1, scale=1) for k in range(states)]
    meal = module.drive("meal", "umol/h", "what comes in with a meal")
    for k, pool in enumerate(pools):
        end = pools[min(k // BRANCH * BRANCH + BRANCH, states) - 1]
        pace = 10.0 ** (1.5 - 3.0 * (k % 7) / 6)  # 1/h
        if k % BRANCH == 0:
            held = 1 + (end / parameter(f"half{k}", 2.0, "umol")) ** 2
            module.flux(f"inflow{k}", (parameter(f"supply{k}", 0.2, "umol/h") + meal) / held, to=pool)
        limit = michaelis_menten(parameter(f"vmax{k}", 2 * pace, "umol/h"), pool, parameter(f"km{k}", 1.0, "umol"))
        last = k % BRANCH == BRANCH - 1 or k == states - 1
        module.flux(f"step{k}", limit, frm=pool, **({} if last else {"to": pools[k + 1]}))
        module.flux(f"loss{k}", parameter(f"leak{k}", 0.01 * pace, "1/h") * pool, frm=pool)
    return compose([module]), Table(table)


def chain_work(states: int) -> Work:
    """Four weeks of daily meals, read out every hour."""
    system, table = chain_system(states)
    body, hours = prepare(system, table), WEEKS * WEEK
    meals = [Level("chain.meal", t, t + MEAL, 1.0, "umol/h") for t in np.arange(8.0, hours, MEAL_EVERY)]
    return Work(f"{states} states", body, timeline(body, Schedule(meals), hours, 0.0), np.arange(0.0, hours + 0.5))


def chain_people(work: Work, count: int) -> list[Person]:
    """People whose every parameter differs by some ten per cent, started where the system says."""
    values = work.body.table.values_for(work.body.system.parameter_units)
    people = []
    for k in range(count):
        normal = Stream(1, "benchmark.chain").of(k).standard_normal(len(values))
        own = values * np.exp(SPREAD * normal)
        made = split_constants(work.body.kernels, own)
        people.append(Person(own, made.constants, made.starts))
    return people
