"""Health is a fixed point, its day is closed, and everything that was done wears off."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from body import CLOCK, DAY, WEEK, bout, live, person, simulate, three_a_week
from neurokyn import simulate as run
from neurokyn.compiler.compose import compose
from neurokyn.scenario.catalogue import phenotypes, scenarios
from neurokyn.scenario.context import Context
from neurokyn.scenario.dosing import Regimen
from neurokyn.scenario.model import modules, standard_model, standard_parameters
from neurokyn.scenario.orbit import daily_orbit
from neurokyn.scenario.prepare import prepare
from neurokyn.scenario.schedule import Level, Schedule
from neurokyn.scenario.solve import follow, timeline
from neurokyn.scenario.steady import steady_state
from neurokyn.scenario.surroundings import Challenge, Meals, Stress

from tests.helpers import held

# Years, glands that take months (ACTH mirrors them), and strength, which outlasts fitness
SLOW = (
    "dendrites.mature",
    "stress.pituitary",
    "stress.adrenal",
    "stress.acth",
    "stress.acth_calm",
    "exercise.strength",
)


def off_balance(who, y: np.ndarray) -> np.ndarray:
    """Change per hour as a share of each state's size, rhythms held."""
    return who.settles * np.abs(who.slopes(y, held(who))) / (np.abs(y) + who.absolute_scale)


def test_every_input_is_joined():
    assert standard_model().unjoined == []


def test_every_system_acts_on_another_and_is_acted_on():
    joins = standard_model().joins
    takes = {name.split(".")[0] for name in joins}
    gives = {source.split(".")[0] for source in joins.values() if source}
    assert takes == set(modules()) - {"ssri"}  # nothing in the body changes what a drug does on its way
    assert gives == set(modules()) - {"behaviour"}  # what a person decides acts through the schedule of a trial


@pytest.mark.parametrize("phenotype", phenotypes())
def test_the_fixed_point_is_at_rest(phenotype):
    who = person(phenotype)
    assert off_balance(who, steady_state(who)).max() < 1e-6


def test_health_is_where_the_numbers_say():
    """Anchored capacities: the declared healthy values are the fixed point, not near it."""
    who = person()
    assert off_balance(who, who.starts).max() < 1e-9


@pytest.mark.parametrize("phenotype", phenotypes())
def test_the_day_closes(phenotype):
    who = person(phenotype)
    day = timeline(who, Schedule(Meals().expand(Context(DAY, CLOCK))), DAY, CLOCK)
    y = daily_orbit(who, day)
    end = follow(who, y, day, np.array([DAY]), rtol=1e-9).end
    assert (who.settles * np.abs(end - y) / (np.abs(y) + who.absolute_scale)).max() < 1e-6


def test_an_untreated_patient_stays_where_he_is():
    _, r = live(person("mdd"), [], 8 * WEEK, DAY)
    for name in standard_model().state_names:
        if name not in SLOW:
            assert r[name][-1] == pytest.approx(r[name][0], rel=1e-5, abs=1e-6), name


def test_rhythms_move_the_means_little():
    """Meals and clock running give nearly the levels of the fixed point."""
    _, r = live(person(), [], DAY, 0.25)
    who = person()
    rest = who.read_outs(who.starts, held(who))
    for name in ("tryptophan.total", "tryptophan.brain", "kynurenine.kyn", "serotonin.extracellular", "stress.axis"):
        assert np.mean(r[name][:-1]) == pytest.approx(rest[name], rel=0.02), name


def test_what_was_done_wears_off():
    """Drug, training and stress stop; after twelve weeks every state but the slow ones is back."""
    items = [
        Regimen("escitalopram", "10 mg", every="1 day", stop="week 6"),
        replace(three_a_week("running", 70), stop="week 6"),
        Stress(1.0, start="week 1", stop="week 4"),
    ]
    who = person()
    _, r = simulate(who, items, 18 * WEEK, DAY)
    for name, rest, scale in zip(who.system.state_names, steady_state(who), who.absolute_scale, strict=True):
        margin = 0.10 if name in SLOW else 0.03
        assert abs(r[name][-1] - rest) <= margin * max(scale, abs(rest)), name


@pytest.mark.parametrize("seed", range(12))
def test_nothing_goes_negative_whatever_is_done(seed):
    """Random drugs, doses, bouts, stress and challenges at once."""
    random = np.random.default_rng(seed)
    items = [
        Regimen(str(random.choice(["escitalopram", "paroxetine", "fluoxetine"])), "20 mg", every="1 day"),
        bout("running", float(random.uniform(0.2, 4)), int(random.uniform(40, 95)), float(random.uniform(1, 40))),
        Stress(float(random.uniform(0, 3)), start=float(random.uniform(0, 30)), stop=float(random.uniform(31, 90))),
        Challenge("tryptophan-depletion", start=float(random.uniform(1, 50))),
        Challenge("endotoxin", start=float(random.uniform(1, 50))),
        Level("inflammation.interferon", 5.0, 60.0, float(random.uniform(0, 4)), "1"),
    ]
    _, r = simulate(person(str(random.choice(list(phenotypes())))), items, 96.0, 0.25)
    signed = {"serotonin.memory", "mood.severity"}
    who = person()
    for name, scale in zip(who.system.state_names, who.absolute_scale, strict=True):
        if name not in signed:
            assert r[name].min() > -1e-6 * scale, name
    assert r["ssri.sert_occupancy"].max() < 0.9
    assert 0 <= r["mood.depression"].min() <= r["mood.depression"].max() <= 52


def test_the_order_of_modules_does_not_matter():
    names = list(modules())
    shuffled = compose([modules()[name] for name in reversed(names)])
    assert shuffled.state_names == standard_model().state_names
    who = prepare(shuffled, standard_parameters())
    y = who.starts * 1.01
    assert np.array_equal(who.slopes(y, held(who)), person().slopes(y, held(who)))


@pytest.mark.parametrize("name", scenarios())
def test_every_ready_made_scenario_runs(name):
    data = run(name)
    assert not data["status"].values.any()
    assert all(np.isfinite(x.values).all() for x in data.data_vars.values() if x.dims and x.dtype.kind == "f")
