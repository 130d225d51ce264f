"""What can be taken home: the numbers drawn as CSV, whole courses as NetCDF, the question as a scenario."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import xarray as xr

from neurokyn.lab.bench import RTOL, Bench
from neurokyn.lab.explore_curves import PANELS, Line, View, drawn
from neurokyn.lab.state import LabError, State, describe
from neurokyn.population.resting import body
from neurokyn.scenario.results import write_netcdf
from neurokyn.scenario.scenario import Arm
from neurokyn.scenario.simulate import provenance


def as_csv(lines: Sequence[Line], view: View) -> str:
    """The numbers drawn, one row for each run and time.

    Parameters
    ----------
    lines : sequence of Line
        Every run in the picture.
    view : View
        How it is looked at: over weeks the mean, least and most of each day; in a window the values.

    Returns
    -------
    str
        A header row `name [unit]`, then numbers.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    kinds = ("mean of the day", "least of the day", "most of the day")
    by_day = any(drawn(line.run, view.panels[0], view).least is not None for line in lines)
    heads = [f"{name} [{PANELS[name].label}]" for name in view.panels]
    columns = [f"{head} {kind}" for head in heads for kind in kinds] if by_day else heads
    writer.writerow(["run", "time [h]", *columns])
    for line in reversed(lines):
        courses = [drawn(line.run, name, view) for name in view.panels]
        for k, time in enumerate(courses[0].hours):
            row: list[str] = []
            for course in courses:
                parts = (course.values, course.least, course.most) if by_day else (course.values,)
                row += ["" if part is None else f"{part[k]:.9g}" for part in parts]
            writer.writerow([line.name, f"{time:.9g}", *row])
    return out.getvalue()


def as_dataset(bench: Bench, named: Sequence[tuple[State, str]]) -> xr.Dataset:
    """Whole courses hour by hour, every state and read-out, each run as an arm.

    Parameters
    ----------
    bench : Bench
        Runs them.
    named : sequence of (State, str)
        Every run with its name, the one in hand last.

    Returns
    -------
    xarray.Dataset
        As `simulate` gives it; NaN after the end of a shorter run.
    """
    runs = [bench.run(state) for state, _ in named]
    names = unique([name for _, name in named])
    data = xr.concat(
        [run.data for run in runs], xr.DataArray(names, dims="arm", name="arm"), join="outer", combine_attrs="drop"
    )
    for name in data.data_vars:
        data[name].attrs = runs[0].data[name].attrs
    data["time"].attrs = runs[0].data["time"].attrs
    tables = [body(run.state.phenotype).table.with_values(dict(run.person.numbers)) for run in runs]
    return data.assign_attrs(
        title=describe(named[-1][0]),
        events={name: run.data.attrs["events"][""] for name, run in zip(names, runs, strict=True)},
        **provenance(runs[0].person.prepared.system, tables, RTOL),
    )


def as_netcdf(data: xr.Dataset) -> bytes:
    """A dataset as the bytes of a NetCDF file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lab.nc"
        write_netcdf(data, path)
        return path.read_bytes()


def as_toml(bench: Bench, named: Sequence[tuple[State, str]]) -> str:
    """Every run as an arm of one scenario, or the run alone, for `neurokyn run`.

    Parameters
    ----------
    bench : Bench
        Knows the people.
    named : sequence of (State, str)
        Every run with its name, the one in hand last.

    Returns
    -------
    str
        TOML.

    Raises
    ------
    LabError
        If the runs do not last equally long, which one scenario cannot say.
    """
    plans = [bench.run(state, ("mood.depression",)).scenario for state, _ in named]
    now = plans[-1]
    if len(plans) == 1:
        return now.to_toml()
    if any(plan.hours != now.hours for plan in plans):
        raise LabError("the runs last differently long, and a scenario has one length", fix="unpin those that differ")
    names = unique([name for _, name in named])
    arms = {name: Arm(plan.items, plan.person) for name, plan in zip(names, plans, strict=True)}
    return replace(now, title="Runs of neurokyn lab", person="healthy", items=(), arms=_in_hand_first(arms)).to_toml()


def _in_hand_first(arms: dict[str, Arm]) -> dict[str, Arm]:
    return dict(reversed(arms.items()))


def unique(names: Sequence[str]) -> list[str]:
    """Names, numbered where two are the same.

    Examples
    --------
    >>> unique(["a", "b", "a"])
    ['a', 'b', 'a (2)']
    """
    found: list[str] = []
    for name in names:
        other = next(n for k in range(1, len(names) + 1) if (n := name if k == 1 else f"{name} ({k})") not in found)
        found.append(other)
    return found
