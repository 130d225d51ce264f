"""Runs: those of `simulate`, people found from one another, limits, threads."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

pytest.importorskip("dash", reason="the extra `lab` is not installed")

from neurokyn.lab.bench import RTOL, Bench
from neurokyn.lab.person import Wish, find_person
from neurokyn.lab.state import LabError, State, scenario_of
from neurokyn.population.resting import CRP, SEVERITY
from neurokyn.scenario.catalogue import phenotypes
from neurokyn.scenario.people import settings_of
from neurokyn.scenario.simulate import simulate

SHOWN = ["mood.depression", "serotonin.extracellular_relative", "stress.cortisol"]
TREATED = State(drug="escitalopram", dose=10.0, mode="running", weeks=4.0)


@pytest.fixture(scope="module")
def bench():
    return Bench()


@pytest.mark.parametrize("phenotype", list(phenotypes()))
def test_sliders_left_alone_change_nothing(phenotype):
    person = find_person(Wish(phenotype))
    assert person.numbers == {}
    assert scenario_of(State(phenotype=phenotype)).person == phenotype


def test_a_run_is_what_simulate_gives(bench):
    ours = bench.run(TREATED, SHOWN).data
    theirs = simulate(scenario_of(TREATED), rtol=RTOL)
    for name in SHOWN:
        np.testing.assert_allclose(ours[name], theirs[name], rtol=2e-4)


def test_a_person_of_ones_own_is_what_simulate_gives(bench):
    state = State(severity=25.0, crp=3.0, stress=0.3, fitness=40.0, cyp2c19=0.0, drug="escitalopram", weeks=4.0)
    ours = bench.run(state, SHOWN).data
    theirs = simulate(scenario_of(state), rtol=RTOL)
    for name in SHOWN:
        np.testing.assert_allclose(ours[name], theirs[name], rtol=5e-4)


@pytest.mark.parametrize("severity", [8.0, 15.0, 21.0, 30.0])
def test_severity_is_reached_at_the_start(severity):
    person = find_person(Wish("mdd", severity=severity))
    assert person.at_start[SEVERITY] == pytest.approx(severity, abs=0.01)
    assert person.notes == ()


def test_severity_is_held_while_stress_moves_and_follows_when_left_alone():
    held, free = find_person(Wish("mdd", severity=21.0, stress=0.2)), find_person(Wish("mdd", stress=0.2))
    assert held.at_start[SEVERITY] == pytest.approx(21.0, abs=0.01)
    assert free.at_start[SEVERITY] > 22.0
    assert held.numbers["mood.vulnerability"] < float(settings_of("mdd")["mood.vulnerability"]["value"])


@pytest.mark.parametrize("phenotype", list(phenotypes()))
@pytest.mark.parametrize("crp", [0.5, 1.3, 3.0, 5.0])
def test_crp_is_reached_at_rest(phenotype, crp):
    person = find_person(Wish(phenotype, crp=crp))
    assert person.at_start[CRP] == pytest.approx(crp, rel=0.01)


@pytest.mark.parametrize("phenotype", list(phenotypes()))
def test_the_phenotypes_own_crp_moves_no_drive(phenotype):
    own = find_person(Wish(phenotype))
    moved = find_person(Wish(phenotype, crp=own.at_start[CRP]))
    assert moved.at_start["inflammation.il6"] == pytest.approx(own.at_start["inflammation.il6"], rel=1e-4)


def test_more_crp_means_more_inflammation_in_the_depressed():
    less, more = (find_person(Wish("mdd", crp=crp)).at_start["inflammation.il6"] for crp in (1.0, 3.0))
    assert more > 1.1 * less


def test_what_cannot_be_had_is_said_and_the_nearest_is_shown():
    person = find_person(Wish("healthy", severity=3.0, stress=0.8))
    assert "cannot be reached" in person.notes[0]
    assert person.at_start[SEVERITY] > 4.0


def test_a_person_found_from_another_is_the_same():
    near = find_person(Wish("mdd", stress=0.1))
    cold, warm = find_person(Wish("mdd", stress=0.14)), find_person(Wish("mdd", stress=0.14), near)
    scale = warm.prepared.absolute_scale
    assert np.max(np.abs(cold.day.state - warm.day.state) / (np.abs(cold.day.state) + scale)) < 1e-6
    assert warm.day.inverse is near.day.inverse  # the Jacobian was worth keeping


def test_far_from_another_the_jacobian_is_made_afresh():
    near = find_person(Wish("mdd", stress=0.0))
    far = find_person(Wish("mdd", stress=1.0), near)
    alone = find_person(Wish("mdd", stress=1.0))
    assert far.at_start[SEVERITY] == pytest.approx(alone.at_start[SEVERITY], abs=1e-5)


def test_a_window_is_the_course_seen_closer(bench):
    whole = bench.run(TREATED, SHOWN).data
    near = bench.run(TREATED, SHOWN, (107.0, 113.0)).data
    assert float(np.diff(near["time"]).max()) == pytest.approx(1 / 60, rel=1e-6)
    assert near["time"].values[[0, -1]] == pytest.approx([107.0, 113.0])
    hours = [108.0, 110.0, 112.0]
    for name in SHOWN:
        np.testing.assert_allclose(np.interp(hours, near["time"], near[name]), whole[name].sel(time=hours), rtol=1e-3)


def test_the_same_question_costs_nothing_twice(bench):
    first, again = bench.run(TREATED, SHOWN), bench.run(TREATED, SHOWN)
    assert again.total_ms == 0.0
    assert again.data is first.data


@pytest.mark.parametrize("window", [(-1.0, 5.0), (5.0, 5.0), (0.0, 1e6)])
def test_a_window_outside_the_course_is_refused(bench, window):
    with pytest.raises(LabError, match="outside the course"):
        bench.run(TREATED, SHOWN, window)


def test_many_threads_get_the_same():
    bench = Bench()
    states = [State(drug="escitalopram", dose=float(dose), weeks=4.0) for dose in (5, 10, 15, 20)]
    alone = [Bench().run(state, SHOWN).data["mood.depression"].values for state in states]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda state: bench.run(state, SHOWN).data["mood.depression"].values, states * 4))
    for k, values in enumerate(found):
        np.testing.assert_array_equal(values, alone[k % 4])


@pytest.mark.parametrize("weeks", [0.0, 27.0, 1e6])
def test_too_long_a_course_is_refused(bench, weeks):
    with pytest.raises(LabError, match="out of reach"):
        bench.run(State(weeks=weeks))
