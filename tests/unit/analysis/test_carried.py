"""Couplings are cut where they are said to be cut, and nowhere else."""

import math

import numpy as np
import pytest
from neurokyn import ScenarioError, simulate
from neurokyn.analysis.budget_text import carried_text
from neurokyn.analysis.carried import carried, cut_in_turn
from neurokyn.analysis.twins import BESIDE, SCHEDULE, both_schedules, both_tables, switch_of, twins_of
from neurokyn.compiler.compose import compose
from neurokyn.compiler.parameters import Parameter, Table
from neurokyn.language import Module
from neurokyn.scenario.choices import timeline_with_choices
from neurokyn.scenario.lanes import follow_people
from neurokyn.scenario.prepare import prepare
from neurokyn.scenario.reading import read_scenario
from neurokyn.scenario.schedule import Bolus, Level, Schedule

SCENARIO = "one-bout-hour-by-hour"


@pytest.fixture(scope="module")
def toy():
    """A spring that fills a pond through a channel, and a gauge that reads the pond; both bodies with other numbers."""
    spring = Module("spring", "Spring")
    rain = spring.drive("rain", "mg/h", "what falls")
    water = spring.state("water", "mg", "held", start=1)
    spring.flux("fall", rain, to=water)
    pond = Module("pond", "Pond")
    held = pond.state("held", "mg", "held", start=2)
    upstream = pond.input("upstream", "mg", "water in the spring", of="spring.water", stands_in=0)
    pond.flux("channel", pond.parameter("leak", "1/h") * upstream, frm=upstream, to=held)
    gauge = Module("gauge", "Gauge")
    level = gauge.input("level", "mg", "water in the pond", of="pond.held", stands_in=0)
    mark = gauge.state("mark", "mg", "shown", start=2)
    gauge.rate(mark, (level - mark) * gauge.parameter("speed", "1/h"))
    return compose([spring, pond, gauge])


def table(leak):
    return Table([Parameter("pond.leak", leak, "1/h"), Parameter("gauge.speed", 1.0, "1/h")])


def ends(toy, cut, mine=(), its=()):
    """The states at the end by name, with some couplings cut."""
    twins = twins_of(toy)
    numbers = both_tables(twins, table(0.5), table(0.5))
    body = prepare(
        twins.system, Table([*numbers.values()]).with_values({f"switches.{switch_of(*c)}": 1.0 for c in cut})
    )
    schedule, conditions = both_schedules(Schedule(mine), Schedule(its))
    happens = timeline_with_choices(body, schedule, 6.0, 0.0, conditions)
    found = follow_people(
        body.kernels, body.constants[None], body.starts[None], body.absolute_scale[None], happens.timeline,
        np.empty(0), (), rtol=1e-9, choices=happens.choices,
    )  # fmt: skip
    return dict(zip(twins.system.state_names, found.ends[0].tolist(), strict=True))


RAIN = (Level("spring.rain", 0.0, 3.0, 4.0, "mg/h"), Bolus("pond.held", 1.0, 5.0, "mg"))


def test_whole_couplings_leave_two_bodies_alone(toy):
    found = ends(toy, (), RAIN)
    assert found["spring.water"] != pytest.approx(found[BESIDE + "spring.water"])
    assert found[BESIDE + "spring.water"] == pytest.approx(math.exp(-3.0), rel=1e-6)
    assert found[BESIDE + "spring.water"] + found[BESIDE + "pond.held"] == pytest.approx(3.0)
    assert found["spring.water"] + found["pond.held"] == pytest.approx(3.0 + 12.0 + 5.0)


def test_a_gauge_that_reads_the_other_pond_shows_it(toy):
    found, whole = ends(toy, [("pond", "gauge")], RAIN), ends(toy, (), RAIN)
    assert found["gauge.mark"] == pytest.approx(found[BESIDE + "gauge.mark"], rel=1e-7)
    assert found["pond.held"] == pytest.approx(whole["pond.held"], rel=1e-7)


def test_a_flux_abroad_is_the_others_where_it_is_cut(toy):
    """The channel drains the spring by what the other body's channel carries, and fills its own pond as before."""
    found, whole = ends(toy, [("pond", "spring")], RAIN), ends(toy, (), RAIN)
    drained = 1.0 - whole[BESIDE + "spring.water"]
    assert found["spring.water"] == pytest.approx(1.0 + 12.0 - drained, rel=1e-6)


def test_a_cut_schedule_gives_what_the_other_is_given(toy):
    cut = [(SCHEDULE, "spring"), (SCHEDULE, "pond")]
    found = ends(toy, cut, RAIN, (Bolus("pond.held", 2.0, 1.0, "mg"),))
    for name in ("spring.water", "pond.held", "gauge.mark"):
        assert found[name] == pytest.approx(found[BESIDE + name], rel=1e-7)
    assert found["pond.held"] + found["spring.water"] == pytest.approx(4.0)


def test_every_coupling_of_the_toy_is_found(toy):
    assert {(link.giver, link.taker) for link in twins_of(toy).links} == {
        *((SCHEDULE, name) for name in ("spring", "pond", "gauge")),
        ("spring", "pond"),
        ("pond", "spring"),
        ("pond", "gauge"),
    }


@pytest.fixture(scope="module")
def bout():
    return carried(SCENARIO, "kynurenine.kyna", arm="running", other="rest")


def test_the_arms_are_those_of_a_plain_run(bout):
    plain = simulate(SCENARIO)["kynurenine.kyna"].isel(time=-1)
    assert bout.value == pytest.approx(plain.sel(arm="running").item(), rel=1e-4)
    assert bout.value_other == pytest.approx(plain.sel(arm="rest").item(), rel=1e-4)
    assert bout.difference == pytest.approx(bout.value - bout.value_other)


def test_a_bout_reaches_kynurenate_through_muscle(bout):
    found = {(cut.giver, cut.taker): cut for cut in bout.cuts}
    assert found[SCHEDULE, "exercise"].share == pytest.approx(1.0, abs=0.02)  # nothing else is done to this person
    assert found["muscle", "kynurenine"].share > 0.9
    assert abs(found["mood", "behaviour"].share) < 1e-3
    assert set(found[SCHEDULE, "exercise"].quantities) >= {"intensity", "aerobic"}
    assert bout.remainder == pytest.approx(1 - sum(cut.share for cut in bout.cuts))
    assert len(bout.cuts) == bout.couplings
    losses = [abs(cut.lost) for cut in bout.cuts]
    assert losses == sorted(losses, reverse=True)


def test_every_cut_at_once_makes_the_arms_alike():
    from neurokyn.analysis.carried import _ready

    plan = read_scenario("running-plus-escitalopram")
    from neurokyn.scenario.simulate import person

    run = _ready(plan, ("both", "untreated"), [person(plan, name, {}) for name in ("both", "untreated")])
    numbers = run.body.table.with_values({link.switch: 1.0 for link in run.twins.links})
    body = prepare(run.twins.system, numbers)
    schedule, conditions = both_schedules(*(plan.schedule(name) for name in run.arms))
    happens = timeline_with_choices(body, schedule, plan.hours, plan.context.clock, conditions)
    end = follow_people(
        body.kernels, body.constants[None], run.start[None], body.absolute_scale[None], happens.timeline,
        np.empty(0), (), rtol=1e-7, choices=happens.choices,
    ).ends[0]  # fmt: skip
    found = dict(zip(run.twins.system.state_names, end.tolist(), strict=True))
    for name, size in zip(run.twins.system.state_names, body.absolute_scale, strict=True):
        if not name.startswith(BESIDE):
            assert found[name] == pytest.approx(found[BESIDE + name], rel=1e-4, abs=1e-4 * size), name


def test_work_can_be_watched_and_left():
    steps = cut_in_turn(SCENARIO, "kynurenine.kyna", arm="running", other="rest")
    first = next(steps)
    assert 0 < len(first.cuts) < first.couplings
    steps.close()


def test_arms_that_do_not_differ_have_nothing_to_share():
    found = carried(SCENARIO, "ssri.sert_occupancy", arm="running", other="rest")
    assert found.difference == 0
    assert math.isnan(found.remainder)
    assert carried_text(found).endswith("There is no difference to carry.")


def test_text_says_that_shares_need_not_add_up(bout):
    text = carried_text(bout)
    assert "what was held" in text
    assert "need not add up to 100 %" in " ".join(text.split())


def test_wrong_names_are_told_at_once():
    with pytest.raises(ScenarioError, match="did you mean 'mood.depression'"):
        cut_in_turn(SCENARIO, "mood.depresion", arm="running", other="rest")
    with pytest.raises(ScenarioError, match="no arm 'nobody'"):
        cut_in_turn(SCENARIO, arm="running", other="nobody")
