"""What happens to a body, in the two forms a solver knows: amounts added at once, and drives held.

Times are hours since t = 0. A level holds on the half-open interval [start, stop), and a value
reported exactly at the time of a bolus is the value after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from neurokyn.errors import ScenarioError, nearest

if TYPE_CHECKING:
    import numpy as np

SAME_TIME = 1e-9  # h; boundaries closer than this are one
ONE_AT_A_TIME = "exercise.bout_start"  # a drive that two bouts cannot share


@dataclass(frozen=True)
class Bolus:
    """An amount added to a state at once.

    Parameters
    ----------
    target : str
        The state, `module.state`.
    time : float
        Hours since t = 0.
    amount : float
        In `unit`.
    unit : str
        A pint unit.
    label : str
        In words, for pictures and messages.
    choice : str
        What must be chosen for it to happen, by name; it always happens if empty.
    """

    target: str
    time: float
    amount: float
    unit: str
    label: str = ""
    choice: str = ""


@dataclass(frozen=True)
class Level:
    """A drive changed for a while.

    Levels of one drive add up on top of its rest value. A level that `replaces` sets the drive
    outright while it holds, whatever the others add.

    Parameters
    ----------
    target : str
        The drive, `module.drive`.
    start, stop : float
        Hours since t = 0; holds on [start, stop).
    value : float
        In the unit of the drive, named in `unit`.
    unit : str
        A pint unit.
    replaces : bool
        Whether it sets the drive instead of adding to it.
    label : str
        In words, for pictures and messages.
    choice : str
        What must be chosen for it to happen, by name; it always happens if empty.
    """

    target: str
    start: float
    stop: float
    value: float
    unit: str
    replaces: bool = False
    label: str = ""
    choice: str = ""


class Change(NamedTuple):
    """What a choice does to a drive in one segment."""

    segment: int
    drive: int
    amount: float
    choice: str


class Arrays(NamedTuple):
    """A schedule as arrays for a solver.

    Parameters
    ----------
    starts : ndarray, shape (n_segments + 1,)
        Boundaries in h, increasing, from 0 to the end.
    drives : ndarray, shape (n_segments, n_drives)
        Drives of each segment.
    jump_first : ndarray of int, shape (n_segments + 1,)
        Jumps `jump_first[k]` up to `jump_first[k + 1]` come at `starts[k]`.
    jump_state : ndarray of int, shape (n_jumps,)
        State of each jump.
    jump_amount : ndarray, shape (n_jumps,)
        Amount of each jump, in `jump_unit`.
    jump_unit : tuple of str
        Unit of each jump.
    jump_choice : tuple of str
        What must be chosen for each jump; empty for none.
    changes : tuple of Change
        What choices do to drives, in order of segments.
    classes : ndarray of int, shape (n_segments,)
        Kind of each boundary: those that change the same drives and states share a number.
    notes : tuple of str
        What was left out and why.
    """

    starts: np.ndarray
    drives: np.ndarray
    jump_first: np.ndarray
    jump_state: np.ndarray
    jump_amount: np.ndarray
    jump_unit: tuple[str, ...]
    jump_choice: tuple[str, ...]
    changes: tuple[Change, ...]
    classes: np.ndarray
    notes: tuple[str, ...]


@dataclass(frozen=True, init=False)
class Schedule:
    """Boluses and levels in order of time; the order they are given in does not matter.

    Parameters
    ----------
    items : iterable of Bolus and Level
        What happens.

    Raises
    ------
    ScenarioError
        If two bouts overlap, or two levels replace one drive by different values at once.

    Examples
    --------
    >>> week = Schedule(Bolus("ssri.escitalopram_gut", 24.0 * day, 10.0, "mg") for day in range(7))
    >>> week.boundaries(72.0)
    [0.0, 24.0, 48.0, 72.0]
    """

    items: tuple[Bolus | Level, ...]

    def __init__(self, items: Iterable[Bolus | Level] = ()) -> None:
        object.__setattr__(self, "items", tuple(sorted(items, key=_order)))
        _refuse_clashes(self.levels)

    @property
    def boluses(self) -> tuple[Bolus, ...]:
        """The boluses, in order of time."""
        return tuple(item for item in self.items if isinstance(item, Bolus))

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels, in order of their start."""
        return tuple(item for item in self.items if isinstance(item, Level))

    def boundaries(self, duration: float) -> list[float]:
        """Times at which something changes, from 0 to the end; those within 1e-9 h are one.

        Parameters
        ----------
        duration : float
            Hours.

        Returns
        -------
        list of float
            Increasing; the first is 0, the last is `duration`.
        """
        times = [bolus.time for bolus in self.boluses]
        times += [time for level in self.levels for time in (level.start, level.stop)]
        kept = [0.0]
        for time in sorted(times):
            if time - kept[-1] > SAME_TIME and duration - time > SAME_TIME:
                kept.append(time)
        return [*kept, duration]

    def levels_at(self, time: float, rests: Mapping[str, float]) -> dict[str, float]:
        """Value of each drive at a point in time.

        Parameters
        ----------
        time : float
            Hours.
        rests : mapping of str to float
            Value of each drive when nothing is scheduled.

        Returns
        -------
        dict of str to float
            For the drives in `rests`.
        """
        values = dict(rests)
        held = [level for level in self.levels if level.start <= time < level.stop and level.target in values]
        for level in sorted(held, key=lambda level: level.replaces):
            values[level.target] = level.value + (0.0 if level.replaces else values[level.target])
        return values

    def to_arrays(
        self, drive_names: Sequence[str], drive_rest: Sequence[float], state_names: Sequence[str], duration: float
    ) -> Arrays:
        """The schedule as arrays for a solver.

        What a model has no module for is left out with a note, so that a part of the model runs
        under any scenario.

        Parameters
        ----------
        drive_names : sequence of str
            Qualified names, in the order of the solver.
        drive_rest : sequence of float
            Rest value of each drive.
        state_names : sequence of str
            Qualified names, in the order of the solver.
        duration : float
            Hours.

        Returns
        -------
        Arrays
            Boundaries, drives and jumps.

        Raises
        ------
        ScenarioError
            If a module has no state or drive of that name; names the nearest.
        """
        import numpy as np  # not needed to read or to check a scenario

        starts = np.array(self.boundaries(duration))
        names = _Names(drive_names, state_names)
        drives, changes = self._drives(starts, drive_rest, names)
        jumps = self._jumps(starts, duration, names)
        first = np.searchsorted([jump[0] for jump in jumps], np.arange(len(starts)), side="left")
        return Arrays(
            starts,
            drives,
            first.astype(np.int64),
            np.array([jump[1] for jump in jumps], dtype=np.int64),
            np.array([jump[2].amount for jump in jumps], dtype=float),
            tuple(jump[2].unit for jump in jumps),
            tuple(jump[2].choice for jump in jumps),
            changes,
            _classes(drives, jumps, changes),
            tuple(names.notes),
        )

    def _drives(
        self, starts: np.ndarray, rest: Sequence[float], names: _Names
    ) -> tuple[np.ndarray, tuple[Change, ...]]:
        """Drives of each segment: rest, plus what adds, then what replaces; and what is added by choice."""
        import numpy as np

        drives = np.tile(np.asarray(rest, dtype=float), (len(starts) - 1, 1))
        changes: list[Change] = []
        for level in sorted(self.levels, key=lambda level: level.replaces):
            column = names.position(level.target, names.drives, "drive")
            if column is None:
                continue
            first, last = _boundary(starts, level.start), _boundary(starts, level.stop)
            if level.choice:
                changes += [Change(segment, column, level.value, level.choice) for segment in range(first, last)]
            elif level.replaces:
                drives[first:last, column] = level.value
                changes = [c for c in changes if c.drive != column or not first <= c.segment < last]
            else:
                drives[first:last, column] += level.value
        return drives, tuple(sorted(changes))

    def _jumps(self, starts: np.ndarray, duration: float, names: _Names) -> list[tuple[int, int, Bolus]]:
        """(segment, state, bolus) of each bolus before the end."""
        jumps: list[tuple[int, int, Bolus]] = []
        for bolus in self.boluses:
            state = names.position(bolus.target, names.states, "state")
            if state is None:
                continue
            if 0 <= bolus.time < duration - SAME_TIME:
                jumps.append((_boundary(starts, bolus.time), state, bolus))
            else:
                what = f"{bolus.label or bolus.target} at {bolus.time:g} h"
                names.notes[f"{what} is not before the end at {duration:g} h and is left out"] = None
        return sorted(jumps, key=lambda jump: jump[:2])


class _Names:
    """Where a model keeps its drives and states, and what it has no place for."""

    def __init__(self, drives: Sequence[str], states: Sequence[str]) -> None:
        self.drives = {name: k for k, name in enumerate(drives)}
        self.states = {name: k for k, name in enumerate(states)}
        self.modules = {name.partition(".")[0] for name in (*drives, *states)}
        self.notes: dict[str, None] = {}

    def position(self, target: str, among: Mapping[str, int], kind: str) -> int | None:
        """Number of a drive or state; nothing, and a note, if the model lacks its module."""
        module = target.partition(".")[0]
        if module not in self.modules:
            self.notes[f"nothing is done to {target}: the model has no module '{module}'"] = None
            return None
        if target not in among:
            raise ScenarioError(f"the model has no {kind} '{target}'{nearest(target, among)}")
        return among[target]


def _boundary(starts: np.ndarray, time: float) -> int:
    """Number of the boundary a time was merged into."""
    if starts[-1] - time <= SAME_TIME:
        return len(starts) - 1
    return max(int(starts.searchsorted(time, side="right")) - 1, 0)


def _classes(drives: np.ndarray, jumps: Sequence[tuple[int, int, Bolus]], changes: Sequence[Change]) -> np.ndarray:
    """One number for all boundaries that change the same drives and states."""
    import numpy as np

    if changes:  # as if all were chosen
        drives = drives.copy()
        for change in changes:
            drives[change.segment, change.drive] += change.amount
    touched: list[list[int]] = [[] for _ in drives]
    for segment, state, _ in jumps:
        touched[segment].append(state)
    numbers: dict[tuple[bytes, tuple[int, ...]], int] = {}
    changed = np.vstack([np.zeros_like(drives[:1], dtype=bool), drives[1:] != drives[:-1]])
    return np.array(
        [
            numbers.setdefault((row.tobytes(), tuple(states)), len(numbers))
            for row, states in zip(changed, touched, strict=True)
        ],
        dtype=np.int64,
    )


def _order(item: Bolus | Level) -> tuple[float, bool, str, float, float, str]:
    """Where an item stands among others, whatever order they were given in."""
    if isinstance(item, Bolus):
        return item.time, False, item.target, item.time, item.amount, item.label
    return item.start, True, item.target, item.stop, item.value, item.label


def _refuse_clashes(levels: Iterable[Level]) -> None:
    """No two bouts at once, no two values replacing one drive at once."""
    last: dict[str, Level] = {}
    for level in levels:
        if level.replaces and level.choice:
            raise ScenarioError(f"{level.label or level.target} replaces {level.target} and waits for a choice")
        if not level.replaces and level.target != ONE_AT_A_TIME:
            continue
        before = last.get(level.target)
        if before and level.start < before.stop - SAME_TIME:
            one, other = (item.label or f"{item.target} = {item.value:g}" for item in (before, level))
            if level.target == ONE_AT_A_TIME:
                raise ScenarioError(f"two bouts overlap: {one} and {other}", fix="move or shorten one of them")
            if level.value != before.value:
                what = f"{one} and {other} set {level.target} to {before.value:g} and {level.value:g} at once"
                raise ScenarioError(what, fix="keep one of them")
        if before is None or level.stop > before.stop:
            last[level.target] = level
