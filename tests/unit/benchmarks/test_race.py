"""Ladders, failures, peers that are not there; on a system small enough to need no time."""

import math

import numpy as np
import pytest

from benchmarks import errors, measure, ours
from benchmarks.contender import Contender, one_by_one
from benchmarks.peers import ANY_SYSTEM, scipy_ivp, scipy_odeint
from benchmarks.peers.segments import by_segments, segments
from benchmarks.race import Heat, again, attempt, beside, enter, explore
from benchmarks.sizes import chain_people, chain_work

STATES = 4


@pytest.fixture(scope="module")
def work():
    return chain_work(STATES).beginning(5)


@pytest.fixture(scope="module")
def people(work):
    return chain_people(work, 3)


def wrong_by_rtol(work, people, failing=()):
    """A method that errs by ten times its tolerance and fails at some."""
    exact = {each.parameters.tobytes(): errors.reference(work, each) for each in people}

    def setup(given):
        def run(person, rtol):
            if rtol in failing:
                raise ArithmeticError("gave up")
            y = exact[person.parameters.tobytes()][: len(given.times)]
            return y + 10 * rtol * (np.abs(y) + 0.01 * np.abs(y).max(axis=0))

        return one_by_one(run)

    return Contender("made up", ("numpy",), setup, "")


def test_the_search_ends_on_both_sides_of_each_target(work, people):
    entry, heat = enter(wrong_by_rtol(work, people), work, people), Heat(work, people, people, 1)
    explore(heat, [entry], [3e-4, 3e-6], lambda text: None)
    tolerances = [point.rtol for point in heat.ladder("made up")]
    assert {1e-4, 1e-5, 1e-6, 1e-7} <= set(tolerances)
    assert all(point.error == pytest.approx(10 * point.rtol, rel=0.1) for point in heat.ladder("made up"))
    assert beside(heat.ladder("made up"), [3e-4, 3e-6]) == [1e-4, 1e-5, 1e-6, 1e-7]
    again(heat, [entry], [3e-4], 2)
    rounds = {point.rtol: len(point.rounds) for point in heat.ladder("made up")}
    assert (rounds[1e-4], rounds[1e-5], rounds[1e-7]) == (3, 3, 1)


def test_a_method_that_fails_at_a_tolerance_goes_on_with_the_next(work, people):
    contender = wrong_by_rtol(work, people, failing=(1e-4, 1e-5))
    entry, heat = enter(contender, work, people), Heat(work, people, people, 1)
    heat.surround(entry, 3e-4, heat.rung(1e-4))
    assert heat.failures("made up") == [
        "rtol 0.0001: ArithmeticError: gave up",
        "rtol 1e-05: ArithmeticError: gave up",
    ]
    assert math.isfinite(heat.cost("made up", 3e-4))


def test_a_failure_is_a_result():
    def run(people, rtol):
        raise ValueError("no such thing")

    assert attempt(run, [], 1e-4) == ([], "ValueError: no such thing")


def test_rungs_and_tolerances_are_each_other(work, people):
    heat = Heat(work, people[:1], people[:1], 2)
    assert [heat.rtol(rung) for rung in (8, 9, 10)] == [1e-4, 3.16e-5, 1e-5]
    assert all(heat.rung(heat.rtol(rung)) == rung for rung in range(4, 25))


def test_a_peer_that_is_missing_is_said_to_be_and_left_out(monkeypatch, work, people):
    absent = Contender("nobody", ("no-such-distribution",), lambda work: None, "")
    without = Contender("no library", (), lambda work: None, "", libraries=("no_such_library",))
    assert absent.missing() == "no-such-distribution not installed"
    assert without.missing() == "no_such_library not installed"
    monkeypatch.setattr(measure, "scenario_work", lambda arm: work)
    monkeypatch.setattr(measure, "typical_person", lambda arm: people[0])
    monkeypatch.setattr(measure, "drawn_people", lambda arm, count, tell: people)
    monkeypatch.setattr(measure, "_run", lambda found, size, tell: None)
    monkeypatch.setattr(ours, "MANY", ())
    monkeypatch.setattr(ours, "SINGLE", ())
    said = []
    found = measure.race("any", [absent, without], measure.QUICK, said.append)
    assert found.entries == []
    assert found.absent == {"nobody": absent.missing(), "no library": without.missing()}
    assert any("nobody: left out" in text for text in said)


def test_the_beginning_of_a_work_is_its_first_segments(work):
    part = work.beginning(2)
    assert part.segments == 2
    assert part.times.max() < part.events.starts[-1]
    assert len(part.events.jump_first) == 3


def test_segments_put_every_output_in_its_place(work, people):
    """A method whose states are the time: each output must hold its own."""

    def begin(person, rtol):
        return lambda segment, y: np.tile(segment.times[:, None], STATES)

    course = by_segments(work, begin)(people[0], 1e-4)
    inside = errors.smooth_times(work)
    assert course[inside, 0] == pytest.approx(work.times[inside])
    assert len(segments(work)) == work.segments


# numbalsoda is left out: to import it makes the whole process flush small numbers to zero, which other tests notice.
HARMLESS = [each for each in ANY_SYSTEM if "numbalsoda" not in each.name]


@pytest.mark.parametrize("contender", [*HARMLESS, scipy_odeint.PEER, *scipy_ivp.PEERS], ids=lambda each: each.name)
def test_each_peer_that_is_installed_solves_a_small_system(work, people, contender):
    if reason := contender.missing():
        pytest.skip(reason)
    course = next(iter(contender.setup(work)(people[:1], 1e-8)))
    assert errors.error(work, course, errors.reference(work, people[0])) < 1e-4
