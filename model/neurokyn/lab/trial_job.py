"""Work that is done step by step in the background: watched, cancelled, and kept for a while."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import uuid4

from neurokyn.errors import NeurokynError

T = TypeVar("T")

WAITING, RUNNING, DONE, CANCELLED, FAILED = "waiting", "running", "done", "cancelled", "failed"
AT_ONCE = 2  # jobs that are worked on at a time, in all tabs together
KEPT = 12  # jobs that are remembered, the oldest forgotten first
UNWATCHED = 600.0  # seconds after which a job nobody looks at is cancelled: its tab was closed


@dataclass(frozen=True)
class Snapshot(Generic[T]):
    """How a job stands.

    Parameters
    ----------
    status : str
        "waiting", "running", "done", "cancelled" or "failed".
    state : T or None
        What the last step gave; None before the first.
    steps : int
        How many steps were done; the same number is the same state.
    seconds : float
        Worked so far.
    error : str
        Why it failed, in the error's own words; empty if it did not.
    """

    status: str
    state: T | None
    steps: int
    seconds: float
    error: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.status in {DONE, CANCELLED, FAILED}


class Job(Generic[T]):
    """Steps carried out in a thread of their own.

    Parameters
    ----------
    steps : iterator
        Each step gives the whole state so far; between two of them the job can be cancelled.
    turns : threading.Semaphore, optional
        What to wait for before the first step.

    Examples
    --------
    >>> job = Job(iter(["half", "whole"]))
    >>> job.start()
    >>> job.wait(10).status, job.snapshot().state
    ('done', 'whole')
    """

    def __init__(self, steps: Iterator[T], turns: threading.Semaphore | None = None) -> None:
        self._steps, self._turns = steps, turns or threading.Semaphore()
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._shot: Snapshot[T] = Snapshot(WAITING, None, 0, 0.0)
        self._began = 0.0
        self._looked = time.monotonic()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> None:
        """Begin, or wait for a turn."""
        self._thread.start()

    def cancel(self) -> None:
        """Stop after the step at hand; what was done is kept."""
        self._stop.set()

    def wait(self, seconds: float) -> Snapshot[T]:
        """Wait until it is over, at most so long."""
        self._thread.join(seconds)
        return self.snapshot()

    def snapshot(self) -> Snapshot[T]:
        """How it stands now."""
        self._looked = time.monotonic()
        with self._lock:
            return self._shot

    @property
    def cancelling(self) -> bool:
        """Whether it was told to stop and has not stopped yet."""
        return self._stop.is_set() and not self._shot.over

    def _work(self) -> None:
        while not self._turns.acquire(timeout=0.1):
            if self._unwanted():
                return self._say(CANCELLED)
        try:
            self._began = time.monotonic()
            self._say(RUNNING)
            for state in self._steps:
                self._say(RUNNING, state)
                if self._unwanted():
                    return self._say(CANCELLED)
            self._say(DONE)
        except NeurokynError as problem:
            self._say(FAILED, error=str(problem))
        except Exception as problem:  # a fault of the program: the page says so and goes on
            logging.getLogger(__name__).exception("a job of the lab failed")
            self._say(FAILED, error=f"the program failed ({type(problem).__name__}: {problem}); please report it")
        finally:
            self._turns.release()

    def _unwanted(self) -> bool:
        return self._stop.is_set() or time.monotonic() - self._looked > UNWATCHED

    def _say(self, status: str, state: T | None = None, error: str = "") -> None:
        old = self._shot
        seconds = time.monotonic() - self._began if self._began else 0.0
        new = Snapshot(status, old.state if state is None else state, old.steps + (state is not None), seconds, error)
        with self._lock:
            self._shot = new


class Jobs(Generic[T]):
    """The jobs of a server, by a number that no other server has given.

    Parameters
    ----------
    at_once : int
        How many are worked on at a time; others wait for their turn.
    kept : int
        How many are remembered.
    """

    def __init__(self, at_once: int = AT_ONCE, kept: int = KEPT) -> None:
        self._turns, self._kept = threading.Semaphore(at_once), kept
        self._jobs: dict[str, Job[T]] = {}
        self._lock = threading.Lock()

    def start(self, make: Callable[[], Iterator[T]]) -> str:
        """Start a job.

        Parameters
        ----------
        make : callable
            Gives its steps; called at once, so what it refuses is refused here.

        Returns
        -------
        str
            Its number. The oldest jobs beyond those kept are cancelled and forgotten.
        """
        job, name = Job(make(), self._turns), uuid4().hex
        with self._lock:
            self._jobs[name] = job
            while len(self._jobs) > self._kept:
                self._jobs.pop(next(iter(self._jobs))).cancel()
        job.start()
        return name

    def find(self, name: object) -> Job[T] | None:
        """A job by its number; None if it was forgotten or is another server's."""
        with self._lock:
            return self._jobs.get(name) if isinstance(name, str) else None
