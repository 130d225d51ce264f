"""Jobs: steps in a thread, cancelled between two of them, kept for a while, at most some at a time."""

import threading
import time

import pytest
from neurokyn.errors import ScenarioError
from neurokyn.lab import trial_job
from neurokyn.lab.trial_job import CANCELLED, DONE, FAILED, RUNNING, WAITING, Job, Jobs


class Gate:
    """Steps that go on only when they are let."""

    def __init__(self, count=5):
        self.count, self.allowed, self.made = count, threading.Semaphore(0), 0

    def steps(self):
        for k in range(self.count):
            assert self.allowed.acquire(timeout=10)
            self.made += 1
            yield k

    def let(self, count=1):
        for _ in range(count):
            self.allowed.release()


def until(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    assert condition()


def test_every_step_is_seen():
    gate = Gate(3)
    job = Job(gate.steps())
    assert job.snapshot().status == WAITING
    job.start()
    for k in range(3):
        gate.let()
        until(lambda k=k: job.snapshot().steps == k + 1)
        assert job.snapshot().state == k
    shot = job.wait(10)
    assert (shot.status, shot.state, shot.steps, shot.over, shot.error) == (DONE, 2, 3, True, "")


def test_cancel_keeps_what_was_done():
    gate = Gate()
    job = Job(gate.steps())
    job.start()
    gate.let(2)
    until(lambda: job.snapshot().steps == 2)
    assert job.snapshot().status == RUNNING
    job.cancel()
    assert job.cancelling
    gate.let()  # the step at hand is brought to its end
    shot = job.wait(10)
    assert (shot.status, shot.state, gate.made) == (CANCELLED, 2, 3)
    assert not job.cancelling


def test_an_error_says_its_own_words():
    def steps():
        yield "half"
        raise ScenarioError("nobody meets 'age > 200'", fix="widen the criterion")

    job = Job(steps())
    job.start()
    shot = job.wait(10)
    assert (shot.status, shot.state) == (FAILED, "half")
    assert shot.error == "nobody meets 'age > 200'; widen the criterion"


def test_a_fault_of_the_program_is_told_and_logged(caplog):
    def steps():
        yield 1
        raise ZeroDivisionError("division by zero")

    job = Job(steps())
    job.start()
    shot = job.wait(10)
    assert shot.status == FAILED
    assert "ZeroDivisionError: division by zero" in shot.error
    assert "Traceback" in caplog.text


def test_two_at_a_time_and_a_cancelled_one_never_begins():
    jobs, gates = Jobs(at_once=2), [Gate(1) for _ in range(4)]
    names = [jobs.start(gate.steps) for gate in gates]
    found = [jobs.find(name) for name in names]
    until(lambda: sum(job.snapshot().status == RUNNING for job in found) == 2)
    waiting = [k for k, job in enumerate(found) if job.snapshot().status == WAITING]
    found[waiting[0]].cancel()
    assert found[waiting[0]].wait(10).status == CANCELLED
    for gate in gates:
        gate.let()
    rest = [job.wait(10).status for k, job in enumerate(found) if k != waiting[0]]
    assert rest == [DONE] * 3
    assert gates[waiting[0]].made == 0


def test_a_turn_is_given_back_after_an_error():
    def wrong():
        raise ScenarioError("no")
        yield

    jobs = Jobs(at_once=1)
    assert jobs.find(jobs.start(wrong)).wait(10).status == FAILED
    assert jobs.find(jobs.start(lambda: iter([1]))).wait(10).status == DONE


def test_old_jobs_are_forgotten_and_stopped():
    jobs, gate = Jobs(kept=2), Gate()
    first = jobs.start(gate.steps)
    job = jobs.find(first)
    others = [jobs.start(lambda: iter([1])) for _ in range(2)]
    assert jobs.find(first) is None
    assert all(jobs.find(name) for name in others)
    gate.let()
    assert job.wait(10).status == CANCELLED


@pytest.mark.parametrize("name", [None, "", "not a job", 7, ["x"], {"a": 1}])
def test_a_stale_number_is_no_job(name):
    assert Jobs().find(name) is None


def test_no_number_is_given_twice():
    assert Jobs().start(lambda: iter([1])) != Jobs().start(lambda: iter([1]))


def test_a_job_whose_tab_was_closed_stops(monkeypatch):
    gate = Gate()
    job = Job(gate.steps())
    job.start()
    gate.let()
    until(lambda: job._shot.steps == 1)
    monkeypatch.setattr(trial_job, "UNWATCHED", -1.0)
    gate.let()
    until(lambda: job._shot.over)
    assert job.snapshot().status == CANCELLED


def test_what_cannot_be_made_is_refused_at_once():
    def make():
        raise ScenarioError("no such trial")

    with pytest.raises(ScenarioError, match="no such trial"):
        Jobs().start(make)
