"""Many people through one scenario: only what is asked for is kept."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from neurokyn.errors import ScenarioError, nearest
from neurokyn.population.cohort import cohort_of, start_people
from neurokyn.population.people import People
from neurokyn.population.resting import body
from neurokyn.population.summaries import Summary
from neurokyn.population.switches import Switches
from neurokyn.population.telling import telling
from neurokyn.scenario.lanes import follow_people
from neurokyn.scenario.reading import read_scenario
from neurokyn.scenario.scenario import Scenario
from neurokyn.scenario.solve import NO_START, chosen, timeline

BUFFER = 2**26  # bytes of courses that are held while they are summed up
MOST = 1024  # people whose constants are in memory at once
FEWEST = 64
RTOL = 1e-4


def simulate_people(
    scenario: Scenario | str | Path,
    people: People,
    *,
    arm: str | None = None,
    only: Sequence[str] = (),
    times: Sequence[float] = (),
    summaries: Mapping[str, Summary] | None = None,
    single: bool = False,
    rtol: float = RTOL,
    workers: int | None = None,
    progress: bool = False,
) -> xr.Dataset:
    """Carry people through an arm of a scenario; they do all that is planned, and their days bring nothing else.

    Parameters
    ----------
    scenario : Scenario, str or Path
        What happens; the person it names is replaced by these people.
    people : People
        From `draw_people` or `read_people`.
    arm : str, optional
        Which arm; needed where the scenario has several.
    only : sequence of str
        Read-outs to keep at `times`.
    times : sequence of float
        When to keep them, in h; the scenario's own times if empty.
    summaries : mapping of str to Summary, optional
        Numbers to take from each course, by the name they get; courses are read at the scenario's own times for them
        and not kept.
    single : bool
        Keep read-outs as 32-bit numbers.
    rtol : float
        Relative tolerance.
    workers : int, optional
        Threads; one for each core if not given. Results do not depend on it.
    progress : bool
        Say on standard error how far it is.

    Returns
    -------
    xarray.Dataset
        Dimensions person and time: the read-outs, the summaries, `status` and `steps`. Someone who cannot be started
        or whose integration fails is NaN from there on and keeps a code.

    Raises
    ------
    ScenarioError
        If nothing is asked for, or a name is unknown.

    Examples
    --------
    >>> from neurokyn import draw_people
    >>> from neurokyn.population.summaries import Minimum
    >>> data = simulate_people(
    ...     "one-bout-hour-by-hour",
    ...     draw_people(2, seed=1),
    ...     arm="running",
    ...     summaries={"trough": Minimum("mood.depression")},
    ... )
    >>> data["trough"].dims, data["trough"].attrs["units"]
    (('person',), '1')
    """
    plan = scenario if isinstance(scenario, Scenario) else read_scenario(scenario)
    plan.check()
    which, asked = _arm_of(plan, arm), dict(summaries or {})
    if not only and not asked:
        raise ScenarioError("nothing is asked for", fix="name read-outs in `only`, or give `summaries`")
    phenotype = str(people.data.attrs["phenotype"])
    prepared = body(phenotype).prepared
    events = timeline(prepared, plan.schedule(which), plan.hours, plan.context.clock)
    kept = np.array(times if len(times) else plan.times(), dtype=float) if only else np.empty(0)
    grid = np.union1d(kept, plan.times()) if asked else kept
    names = list(dict.fromkeys([*only, *(summary.of for summary in asked.values())]))
    shown = chosen(prepared.system, names)
    n = people.data.sizes["person"]
    kind = np.float32 if single else np.float64
    values = np.full((len(only), n, len(kept)), np.nan, dtype=kind)
    numbers = {name: np.full(n, np.nan, dtype=kind) for name in asked}
    status, steps = np.full(n, NO_START, dtype=np.int8), np.zeros(n, dtype=np.int32)
    size = int(np.clip(BUFFER // (8 * max(len(grid), 1) * len(names)), FEWEST, MOST))
    threads, tell = workers or os.cpu_count() or 1, telling(plan.title, n, "people")
    for first in range(0, n, size):
        part = range(first, min(first + size, n))
        some = People(people.data.isel(person=slice(part.start, part.stop)))
        cohort = cohort_of(phenotype, some, int(people.data.attrs["seed"]), Switches(natural_course=False))
        who = start_people(phenotype, cohort, range(len(part)), plan, rtol, threads)
        if who.people:
            found = follow_people(
                prepared.kernels, who.constants, who.states, who.scales, events, grid, shown,
                rtol=rtol, own=who.own, kind=kind, threads=threads,
            )  # fmt: skip
            rows = first + np.array(who.people)
            status[rows], steps[rows] = found.code, found.steps
            values[:, rows] = np.moveaxis(found.outputs[:, np.searchsorted(grid, kept)][:, :, : len(only)], 2, 0)
            for name, summary in asked.items():
                numbers[name][rows] = summary.over(found.outputs[:, :, names.index(summary.of)], grid)
        if progress:
            tell(part.stop)
    units = {r.name: unit for r, unit in zip(prepared.system.read_outs, prepared.kernels.units, strict=True)}
    variables: dict[str, tuple[object, ...]] = {
        name: (("person", "time"), values[k], {"units": units[name]}) for k, name in enumerate(only)
    }
    for name, summary in asked.items():
        about = {"units": summary.unit(units[summary.of]), "long_name": f"{type(summary).__name__} of {summary.of}"}
        variables[name] = ("person", numbers[name], about)
    variables["status"] = ("person", status, {"long_name": "0 done, else the solver's result code"})
    variables["steps"] = ("person", steps, {"long_name": "accepted steps"})
    coordinates = {"person": people.data["person"], "time": ("time", kept, {"units": "h"})}
    about_all = {"title": plan.title, "arm": which or "", "phenotype": phenotype, "rtol": rtol}
    return xr.Dataset(variables, coords=coordinates, attrs=about_all)


def _arm_of(plan: Scenario, arm: str | None) -> str | None:
    """The arm that is meant."""
    if arm is None and len(plan.arm_names) > 1:
        raise ScenarioError(f"'{plan.title}' has several arms", fix=f"choose one of {', '.join(plan.arm_names)}")
    if arm is not None and arm not in plan.arm_names:
        raise ScenarioError(f"no arm '{arm}'{nearest(arm, plan.arm_names)}")
    return arm if arm is not None else next(iter(plan.arm_names), None)
