"""From a question to a dataset."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from neurokyn.compiler.compiled import is_compiled
from neurokyn.compiler.compose import System, compose
from neurokyn.compiler.parameters import Parameter, Table, read_number
from neurokyn.compiler.store import fingerprint
from neurokyn.errors import ParameterError, ScenarioError, SolveError, nearest
from neurokyn.language import Module
from neurokyn.scenario import quantity
from neurokyn.scenario.events import events
from neurokyn.scenario.model import standard_model, standard_parameters
from neurokyn.scenario.orbit import daily_orbit
from neurokyn.scenario.people import phenotype_values
from neurokyn.scenario.prepare import Prepared, prepare
from neurokyn.scenario.reading import read_scenario
from neurokyn.scenario.scenario import Scenario, Settings
from neurokyn.scenario.schedule import Bolus, Level, Schedule
from neurokyn.scenario.solve import chosen, follow, nothing, timeline, to_dataset


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
        Parameters to change in every arm, `{"module.parameter": value}`; `"mdd:module.parameter"` is a
        number of the phenotype "mdd" and changes its people only.
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
        If the person has no steady state or no closed day; among several arms, such an arm is
        NaN with a code and a reason instead.

    Examples
    --------
    >>> data = simulate("one-bout-hour-by-hour")
    >>> data["inflammation.il6"].attrs["units"]
    'ng/L'
    """
    plan = scenario if isinstance(scenario, Scenario) else read_scenario(scenario)
    plan.check()
    if not 1e-12 <= rtol <= 1e-2:
        raise ScenarioError(f"rtol = {rtol:g} is out of range; choose one between 1e-12 and 1e-2")
    times = np.array(plan.times())
    system = standard_model()
    shown = chosen(system, plan.output.only)
    bodies = {name: person(plan, name, settings or {}) for name in plan.arm_names or (None,)}
    if progress and not is_compiled(system):
        print("neurokyn: compiling the model (once, some seconds) …", file=sys.stderr, flush=True)
    parts, starts = {}, dict[bytes, np.ndarray]()
    for name, table in bodies.items():
        if progress:
            print(f"neurokyn: {name or plan.title} …", file=sys.stderr, flush=True)
        body = prepare(system, table)
        what_happens = timeline(body, plan.schedule(name), plan.hours, plan.context.clock)
        try:
            start = _start(body, plan, starts)
            course = follow(body, start, what_happens, times, rtol=rtol, shown=shown)
        except SolveError as problem:
            if len(bodies) == 1:
                raise
            course = nothing(body, times, str(problem), shown)
        parts[name] = to_dataset(body, course)
    return _join(parts).assign_attrs(
        title=plan.title,
        events={name or "": events(plan.schedule(name), plan.hours) for name in bodies},
        **provenance(system, list(bodies.values()), rtol),
    )


def _start(body: Prepared, plan: Scenario, known: dict[bytes, np.ndarray]) -> np.ndarray:
    """The person's closed day at t = 0; solved for once for arms of the same person."""
    key = body.constants.tobytes()
    if key not in known:
        known[key] = daily_orbit(body, timeline(body, plan.ordinary_day(), 24.0, plan.context.clock))
    return known[key]


def person(plan: Scenario, arm: str | None, settings: Settings) -> Table:
    """The numbers of the person of an arm: phenotype, then overrides, then settings.

    Raises
    ------
    ParameterError
        If a parameter is unknown or out of bounds.
    """
    own = plan.arm(arm)
    who = own.person if own.person is not None else plan.person
    overrides = {} if isinstance(who, str) else {k: v for k, v in who.items() if k != "phenotype"}
    phenotype = who if isinstance(who, str) else str(who.get("phenotype", "healthy"))
    table = standard_parameters()
    common = {key: value for key, value in settings.items() if ":" not in key}
    prefix = f"{phenotype}:"
    of_phenotype = {key.removeprefix(prefix): value for key, value in settings.items() if key.startswith(prefix)}
    for values in (phenotype_values(phenotype), of_phenotype, overrides, own.set, common):
        table = table.with_values(values)
    return table


def solve(
    model: System | Module,
    parameters: Table | Mapping[str, float | str],
    *,
    duration: str | float,
    times: Sequence[float] | None = None,
    items: Iterable[Bolus | Level] = (),
    start: Mapping[str, float] | None = None,
    only: Sequence[str] = (),
    rtol: float = 1e-6,
) -> xr.Dataset:
    """Integrate any model written in the language.

    Parameters
    ----------
    model : System or Module
        What to integrate.
    parameters : Table or mapping of str to (float or str)
        A number for each parameter, by qualified name, or by short name for one module;
        in the declared unit, or text with a unit.
    duration : str or float
        Such as "2 days", or hours.
    times : sequence of float, optional
        When to read out, in h; 201 even points if not given.
    items : iterable of Bolus and Level
        What happens.
    start : mapping of str to float, optional
        Initial states by qualified name, in their units; the declared start for the others.
    only : sequence of str
        Read-outs to keep; all states and declared read-outs if empty.
    rtol : float
        Relative tolerance.

    Returns
    -------
    xarray.Dataset
        Dimension `time` in h; status and reason as in `simulate`.

    Raises
    ------
    ParameterError, ScenarioError
        If a number is missing or a name is unknown.

    Examples
    --------
    >>> m = Module("decay", "First-order decay")
    >>> x = m.state("amount", "mg", "what is left", start=8)
    >>> _ = m.flux("loss", m.parameter("rate_constant", "1/h") * x, frm=x)
    >>> data = solve(m, {"rate_constant": 0.6931471805599453}, duration="3 h", times=[0, 1, 3])
    >>> [round(float(v), 5) for v in data["decay.amount"]]
    [8.0, 4.0, 1.0]
    """
    system = compose([model]) if isinstance(model, Module) else model
    body = prepare(system, _as_table(system, parameters))
    hours = quantity.positive_hours(duration)
    when = np.linspace(0.0, hours, 201) if times is None else np.asarray(times, dtype=float)
    y = body.starts.copy()
    for name, value in (start or {}).items():
        if name not in system.state_names:
            raise ScenarioError(f"no state '{name}' to start{nearest(name, system.state_names)}")
        y[system.state_names.index(name)] = value
    events = timeline(body, Schedule(items), hours, 0.0)
    course = follow(body, y, events, when, rtol=rtol, shown=chosen(system, only))
    return to_dataset(body, course).assign_attrs(provenance(system, [body.table], rtol))


def _as_table(system: System, parameters: Table | Mapping[str, float | str]) -> Table:
    if isinstance(parameters, Table):
        return parameters
    units = system.parameter_units
    short = {name.split(".")[1]: name for name in units} if len(system.modules) == 1 else {}
    rows = []
    for key, value in parameters.items():
        name = short.get(key, key)
        if name not in units:
            raise ParameterError(f"no parameter '{key}'{nearest(key, [*short, *units])}")
        rows.append(Parameter(name, read_number(value, units[name], name), units[name]))
    return Table(rows)


def _join(parts: dict[str | None, xr.Dataset]) -> xr.Dataset:
    """Arms side by side; a scenario of one course has no such dimension."""
    if None in parts:
        return parts[None]
    first = next(iter(parts.values()))
    variables = {
        name: (("arm", *each.dims), np.stack([part[name].values for part in parts.values()]), each.attrs)
        for name, each in first.data_vars.items()
    }
    return xr.Dataset(variables, coords={**first.coords, "arm": ("arm", [str(name) for name in parts])})


def provenance(system: System, tables: Sequence[Table], rtol: float) -> dict[str, object]:
    """What a result rests on: versions, the model's hash, what was changed, sources."""
    import neurokyn

    changed = {name: [f"{t[name].value:g} {t[name].unit}" for t in tables] for t in tables for name in t.changed}
    sources = sorted({row.source for table in tables for row in table.values() if row.source})
    return {
        "neurokyn_version": neurokyn.__version__,
        "model_hash": fingerprint(system),
        "modules": " ".join(m.name for m in system.modules),
        "changed": changed,
        "sources": sources,
        "solver": "Rodas5P",
        "rtol": rtol,
    }
