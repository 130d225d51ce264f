"""One arm of one scenario as an SBML document (Level 3 Version 2 core).

Every state is a parameter with a rate rule. States here are concentrations, amounts, scores and shares, in volumes that
are themselves formulas; as species each would need a compartment, and other programs would multiply and divide by its
size wherever the state occurs. As a parameter a state is the number it is here, in the unit it has here.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from neurokyn.compiler.parameters import Parameter
from neurokyn.errors import ScenarioError, nearest
from neurokyn.exchange.document import Description, load_libsbml, sbml_document
from neurokyn.scenario.model import standard_model
from neurokyn.scenario.orbit import daily_orbit
from neurokyn.scenario.people import phenotype_row, settings_of
from neurokyn.scenario.prepare import Prepared, prepare
from neurokyn.scenario.reading import read_scenario
from neurokyn.scenario.results import check_writable, write_text
from neurokyn.scenario.scenario import Scenario
from neurokyn.scenario.simulate import person
from neurokyn.scenario.solve import timeline

FORM = (
    "Every state is a parameter with a rate rule; time is in hours. An identifier is module__name. What happens at "
    "t = 0 is in the initial values, everything later is an event."
)


def write_sbml(
    scenario: Scenario | str | Path,
    path: Path | str,
    *,
    arm: str | None = None,
    settings: Mapping[str, float | str] | None = None,
) -> Path:
    """Write one arm of a scenario as an SBML file, in one step: what was there stays until the new one is whole.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A scenario, the name of a ready-made one, or a TOML file.
    path : Path or str
        Where to.
    arm : str, optional
        Which arm; needed if there are several.
    settings : mapping of str to (float or str), optional
        Parameters to change, as in `simulate`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ScenarioError, ParameterError
        If the scenario, the arm or a setting makes no sense, libSBML is missing, or the file cannot be written.
    SolveError
        If the person has no closed day.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = write_sbml("one-bout-hour-by-hour", Path(folder, "bout.xml"), arm="running")
    ...     file.read_text(encoding="utf-8")[:38]
    '<?xml version="1.0" encoding="UTF-8"?>'
    """
    file = Path(path)
    check_writable(file)
    write_text(scenario_sbml(scenario, arm=arm, settings=settings), file)
    return file


def scenario_sbml(
    scenario: Scenario | str | Path, *, arm: str | None = None, settings: Mapping[str, float | str] | None = None
) -> str:
    """One arm of a scenario as SBML.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A scenario, the name of a ready-made one, or a TOML file.
    arm : str, optional
        Which arm; needed if there are several.
    settings : mapping of str to (float or str), optional
        Parameters to change, as in `simulate`.

    Returns
    -------
    str
        The document: this person's numbers and start (the closed day), and what happens in the arm.

    Raises
    ------
    ScenarioError, ParameterError
        If the scenario, the arm or a setting makes no sense, or libSBML is missing.
    SolveError
        If the person has no closed day.

    Examples
    --------
    >>> text = scenario_sbml("one-bout-hour-by-hour", arm="running")
    >>> 'id="inflammation__il6"' in text
    True
    """
    load_libsbml()  # before anything is computed
    plan = scenario if isinstance(scenario, Scenario) else read_scenario(scenario)
    plan.check()
    name = _arm(plan, arm)
    body = prepare(standard_model(), person(plan, name, settings or {}))
    start = daily_orbit(body, timeline(body, plan.ordinary_day(), 24.0, plan.context.clock))
    events = timeline(body, plan.schedule(name), plan.hours, plan.context.clock)
    return sbml_document(body, start, events, _description(plan, name, body))


def _arm(plan: Scenario, arm: str | None) -> str | None:
    """The arm to write: the one that is asked for, or the only one."""
    names = plan.arm_names
    if arm is None and len(names) > 1:
        raise ScenarioError(
            f"a file holds one arm, and the scenario has {len(names)}",
            where=plan.source,
            fix=f"choose one of {', '.join(map(repr, names))}",
        )
    if arm is not None and not names:
        raise ScenarioError(
            f"the scenario has no arms, so none is called '{arm}'", where=plan.source, fix="leave it out"
        )
    if arm is not None and arm not in names:
        raise ScenarioError(f"there is no arm '{arm}'{nearest(arm, names)}", where=plan.source)
    return arm if arm is not None else next(iter(names), None)


def _description(plan: Scenario, arm: str | None, body: Prepared) -> Description:
    """Title, words and the grounds of what this person's phenotype sets."""
    who = plan.arm(arm).person
    phenotype = who if isinstance(who, str) else str((who or {}).get("phenotype", "healthy"))
    own = {name: phenotype_row(phenotype, name) for name in settings_of(phenotype)}
    grounds: dict[str, Parameter] = {
        name: row
        for name, row in own.items()
        if row.in_unit(body.table[name].unit) == body.table[name].value  # not set to something else afterwards
    }
    title = plan.title or Path(plan.source).stem or "A scenario"
    lines = [plan.about, f"Person: {phenotype}. Length: {plan.hours:g} h.", FORM]
    return Description(f"{title}: {arm}" if arm else title, tuple(lines), grounds)
