"""From a question to a dataset."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from neurokyn.compiler.compose import System, compose
from neurokyn.compiler.parameters import Parameter, Table
from neurokyn.compiler.store import fingerprint, is_compiled
from neurokyn.errors import ParameterError, ScenarioError, nearest
from neurokyn.language import Module
from neurokyn.scenario import quantity
from neurokyn.scenario.model import standard_model, standard_parameters
from neurokyn.scenario.orbit import daily_orbit
from neurokyn.scenario.prepare import Prepared, prepare
from neurokyn.scenario.scenario import Scenario, read_scenario
from neurokyn.scenario.schedule import Bolus, Level, Schedule
from neurokyn.scenario.solve import Course, follow, timeline, to_dataset

MOST_POINTS = 2_000_000


def simulate(
    scenario: Scenario | str | Path,
    *,
    settings: Mapping[str, float | str] | None = None,
    rtol: float = 1e-6,
    progress: bool = False,
) -> xr.Dataset:
    """Run a scenario: every arm from its person's own closed day.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A scenario, the name of a ready-made one, or a TOML file.
    settings : mapping of str to (float or str), optional
        Parameters to change in every arm, `{"module.parameter": value}`.
    rtol : float
        Relative tolerance of the integration.
    progress : bool
        Say on standard error what is being done.

    Returns
    -------
    xarray.Dataset
        Dimensions `time` (h) and, where the scenario has arms, `arm`; one variable for each
        state and read-out with `units`; `status`, `steps`, `rejected` and `reason` of the solver.
        A person whose integration fails is NaN from there on and keeps a code and a reason.

    Raises
    ------
    ScenarioError, ParameterError
        If the scenario or a setting makes no sense.
    SolveError
        If a person has no steady state or no closed day.

    Examples
    --------
    >>> data = simulate("one-bout-hour-by-hour")
    >>> data["inflammation.il6"].attrs["units"]
    'ng/L'
    """
    plan = scenario if isinstance(scenario, Scenario) else read_scenario(scenario)
    if not 1e-12 <= rtol <= 1e-2:
        raise ScenarioError(f"rtol = {rtol:g} is out of range; choose one between 1e-12 and 1e-2")
    system, base = standard_model(), standard_parameters()
    if progress and not is_compiled(system):
        print("neurokyn: compiling the model (once, about a minute) …", file=sys.stderr, flush=True)
    times = np.arange(0.0, plan.duration_hours * (1 + 1e-12), plan.every_hours)
    if len(times) > MOST_POINTS:
        raise ScenarioError(f"{len(times)} output times are too many; choose a larger every in [output]")
    starts: dict[tuple[float, ...], np.ndarray] = {}
    parts: dict[str, xr.Dataset] = {}
    tables: list[Table] = []
    events: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for arm in plan.arm_list():
        if progress:
            print(f"neurokyn: {arm.name or plan.title} …", file=sys.stderr, flush=True)
        table = base.with_values(arm.person_values).with_values({**arm.settings, **(settings or {})})
        body = prepare(system, table)
        key = (plan.clock_hours, *body.constants.tolist())
        if key not in starts:
            day = timeline(body, arm.ordinary_day, 24.0, plan.clock_hours)
            starts[key] = daily_orbit(body, day)
        course = follow(
            body, starts[key], timeline(body, arm.schedule, plan.duration_hours, plan.clock_hours), times, rtol=rtol
        )
        parts[arm.name] = to_dataset(body, course, plan.only)
        tables.append(table)
        events[arm.name] = arm.events
    data = _join(parts)
    data.attrs |= _provenance(system, tables, rtol) | {"title": plan.title, "events": events}
    return data
