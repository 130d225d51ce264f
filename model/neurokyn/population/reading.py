"""A trial from a TOML file: every key checked, every problem collected; no key can set a parameter."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from neurokyn.errors import ScenarioError, nearest
from neurokyn.population.analyses import ANALYSES
from neurokyn.population.care import care
from neurokyn.population.carrying_out import SCALES
from neurokyn.population.covariates import covariates
from neurokyn.population.criteria import satisfied
from neurokyn.population.entry import RATED
from neurokyn.population.questions import MIXED
from neurokyn.population.trial import LATER, Outcome, Pool, Preference, Trial, TrialArm
from neurokyn.scenario import catalogue, quantity
from neurokyn.scenario.problems import Problems
from neurokyn.scenario.reading import ITEM_KEYS, scenario_from
from neurokyn.scenario.scenario import Scenario

TOP_KEYS = ("title", "about", "source", "person", "duration", "clock", "start_day", "meals", "people", "visits")
TABLES = ("entry", "allocation", "outcome", "arms", "pool")
ARM_KEYS = ("people", "care", "person", *ITEM_KEYS)
MECHANISM = "a trial says who, what and when; numbers of the model live in params/ and are the same for every trial"
WEEK = 168.0


def trials() -> list[str]:
    """Names of the ready-made trials.

    Returns
    -------
    list of str
        Files of `params/trials`.

    Examples
    --------
    >>> "motar" in trials()
    True
    """
    return sorted(path.stem for path in (catalogue.folder() / "trials").glob("*.toml"))


def read_trial(path_or_name: str | Path) -> Trial:
    """Read a trial from a file, or a ready-made one by name.

    Parameters
    ----------
    path_or_name : str or Path
        A path ending in ".toml", or the name of a file in `params/trials`.

    Returns
    -------
    Trial
        Checked.

    Raises
    ------
    ScenarioError
        If there is no such file or it is wrong; lists every problem with file and key.

    Examples
    --------
    >>> read_trial("motar").people
    141
    """
    path = Path(path_or_name)
    if path.suffix != ".toml" and path.name == str(path_or_name):
        known = trials()
        if path.name not in known and not path.is_file():
            hint = nearest(path.name, known) or "; see `neurokyn list`"
            raise ScenarioError(f"there is no trial '{path.name}'{hint}", fix="or give the path of a .toml file")
        if path.name in known:
            path = catalogue.folder() / "trials" / f"{path.name}.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ScenarioError(f"there is no file '{path}'", fix="check the path") from None
    except OSError as problem:
        raise ScenarioError(f"it cannot be read: {problem.strerror}", where=path.name or str(path)) from None
    except (UnicodeDecodeError, RecursionError):
        raise ScenarioError(
            "this is not a text file in TOML", where=path.name, fix="give a TOML file in UTF-8"
        ) from None
    except ValueError as problem:
        raise ScenarioError(f"this is not valid TOML: {problem}", where=path.name, fix="mend the file") from None
    return trial_from(table, path.stem, path.name)


def trial_text(name: str) -> str:
    """The file of a ready-made trial.

    Parameters
    ----------
    name : str
        One of `trials()`.

    Returns
    -------
    str
        TOML, with its comments.
    """
    return (catalogue.folder() / "trials" / f"{name}.toml").read_text(encoding="utf-8")


def trial_from(table: Mapping[str, Any], name: str, source: str = "") -> Trial:
    """A trial from the tables of a TOML file.

    Parameters
    ----------
    table : mapping
        What `tomllib` made of the file.
    name : str
        What it is called.
    source : str
        Where it is from, for messages.

    Returns
    -------
    Trial
        Checked.

    Raises
    ------
    ScenarioError
        Lists every problem with file and key.
    """
    problems = Problems()
    _known(table, (*TOP_KEYS, *TABLES), "", problems)
    arms = _dict(table.get("arms", {}), "arms", problems)
    for arm, row in arms.items():
        _known(_dict(row, f"[arms.{arm}]", problems), ARM_KEYS, f"[arms.{arm}]", problems)
    if len(arms) < 1:
        problems.add("arms", "the trial has no arms", "write [arms.NAME] for each")
    problems.settle(source)
    scenario = problems.read("", lambda value: _scenario(value, arms), table, Scenario())
    problems.settle(source)
    entry = _dict(table.get("entry", {}), "[entry]", problems)
    _known(entry, ("include", "distributions", "lead_in", "admitted"), "[entry]", problems)
    lead_in = problems.read("[entry] lead_in", quantity.moment, entry.get("lead_in", 0.0), 0.0) / WEEK
    admitted = problems.read("[entry] admitted", lambda x: _criterion(x, LATER), entry.get("admitted", ""), "")
    include = problems.read("[entry] include", _criterion, entry.get("include", ""), "")
    distributions = _dict(entry.get("distributions", {}), "[entry] distributions", problems)
    problems.read("[entry] distributions", _distributions, distributions, None)
    pool = _pool(table["pool"], arms, problems) if "pool" in table else None
    strata, preference = _allocation(table.get("allocation", {}), arms, problems)
    outcome = _outcome(table.get("outcome", {}), problems)
    visits = _visits(table.get("visits", ()), scenario, problems)
    trial = Trial(
        name=name,
        title=scenario.title or name,
        about=str(table.get("about", "")),
        source=str(table.get("source", "")),
        scenario=scenario,
        visits=visits,
        arms={arm: _arm(arm, row, scenario, pool is not None, problems) for arm, row in arms.items()},
        include=include,
        distributions=distributions,
        outcome=outcome,
        strata=strata,
        preference=preference,
        pool=pool,
        lead_in=lead_in,
        admitted=admitted,
    )
    if lead_in and not any(abs(visit - lead_in) < 1e-6 for visit in visits):
        problems.add("[entry] lead_in", f"there is no visit at week {lead_in:g}", "add it to visits")
    if lead_in and (pool or preference or strata):
        problems.add("[entry] lead_in", "it cannot be joined with a pool, strata or preference", "leave one out")
    if admitted and not lead_in:
        problems.add("[entry] admitted", "there is no lead_in", "write the criterion into include")
    wanted = table.get("people")
    if wanted is not None and wanted != trial.people:
        problems.add("people", f"{wanted} is not the {trial.people} of the arms together", "make them agree")
    problems.settle(source)
    return trial


def _scenario(table: Mapping[str, Any], arms: Mapping[str, Any]) -> Scenario:
    """What happens in the arms, as a scenario."""
    shared = {key: table[key] for key in ("title", "about", "duration", "clock", "start_day", "meals") if key in table}
    own = {}
    for name, row in arms.items():
        own[name] = {key: row[key] for key in ITEM_KEYS if key in row}
        if "person" in row:
            own[name]["person"] = row["person"]
    return scenario_from({"person": table.get("person", "mdd"), **shared, "arms": own})


def _known(table: Mapping[str, Any], names: Iterable[str], place: str, problems: Problems) -> None:
    choices = list(names)
    for key in table:
        if key == "set":
            problems.add(f"{place} set".strip(), "a trial file cannot set parameters", MECHANISM)
        elif key not in choices:
            hint = nearest(key, choices) or f"; valid are {', '.join(choices)}"
            problems.add(place, f"the key '{key}' is unknown{hint}")
    if "person" in table and not isinstance(table["person"], str):
        problems.add(f"{place} person".strip(), "it is not the name of a phenotype", MECHANISM)


def _dict(value: object, place: str, problems: Problems) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    problems.add(place, f"{quantity.shown(value)} is not a table")
    return {}


def _distributions(value: Mapping[str, Any]) -> None:
    """Refuses distributions that are none of covariates, or whose numbers are none."""
    for name, row in value.items():
        if not isinstance(row, dict):
            raise ScenarioError(f"{quantity.shown(row)} is not a table", where=name)
        shares = row.get("shares", {})
        if not isinstance(shares, dict):
            raise ScenarioError(f"{quantity.shown(shares)} is not a table", where=f"{name}.shares")
        for key, part in {**row, "kind": 0.0, "shares": 0.0, **shares}.items():
            if quantity.finite(part) is None:
                raise ScenarioError(f"{quantity.shown(part)} is not a number", where=f"{name}.{key}")
    covariates(value)


def _criterion(value: object, *later: str) -> str:
    """A criterion that can be read, over the covariates, the rating at entry and what is known later."""
    import numpy as np

    if value == "":
        return ""
    known = covariates()
    people: dict[str, np.ndarray] = {name: np.empty(0) for name in (*known, RATED, *later)}
    satisfied(value, people, {name: each.shares for name, each in known.items() if each.shares})  # type: ignore[arg-type]
    return str(value)


def _arm(name: str, row: Mapping[str, Any], scenario: Scenario, pooled: bool, problems: Problems) -> TrialArm:
    place = f"[arms.{name}]"
    people = row.get("people", 0)
    if pooled and people:
        problems.add(f"{place} people", "the sizes of a pool stand in [pool]", "leave it out")
    elif not pooled and (isinstance(people, bool) or not isinstance(people, int) or people < 1):
        problems.add(f"{place} people", f"{quantity.shown(people)} is not a number of people", "write a whole number")
        people = 1
    kinds = row.get("care", [])
    if not isinstance(kinds, list):
        problems.add(f"{place} care", f"{quantity.shown(kinds)} is not a list", 'write it like care = ["usual-care"]')
        kinds = []
    own = problems.read(f"{place} care", care, kinds, care([]))
    phenotype = row.get("person", scenario.person)
    return TrialArm(people, own, str(phenotype))


def _outcome(value: object, problems: Problems) -> Outcome:
    row = _dict(value, "[outcome]", problems)
    names = [field.name for field in fields(Outcome)]
    _known(row, names, "[outcome]", problems)
    given: dict[str, Any] = {
        key: tuple(part) if isinstance(part, list) else part for key, part in row.items() if key in names
    }
    for key in ("response", "remission", "adherent"):
        if key in given:
            given[key] = problems.read(f"[outcome] {key}", quantity.number, given[key], 0.5)
            if key != "remission" and not 0 < given[key] <= 1:
                problems.add(f"[outcome] {key}", f"{given[key]:g} is not a share above 0 and up to 1", "write 0.5")
    if not isinstance(row.get("also", []), list):
        problems.add("[outcome] also", f"{quantity.shown(given.pop('also'))} is not a list of read-outs")
    outcome = Outcome(**given)
    analyses = [*ANALYSES, MIXED]
    if outcome.analysis not in analyses:
        hint = nearest(str(outcome.analysis), analyses) or f"; valid are {', '.join(analyses)}"
        problems.add("[outcome] analysis", f"there is no analysis {quantity.shown(outcome.analysis)}{hint}")
    if str(outcome.scale) not in SCALES:
        problems.add(
            "[outcome] scale",
            f"{quantity.shown(outcome.scale)} is not rated",
            f"write {' or '.join(SCALES)}",
        )
    known = catalogue.read_outs()
    for name in outcome.also:
        if name not in known:
            problems.add("[outcome] also", f"no read-out '{name}'{nearest(str(name), known)}")
    return outcome


def _visits(value: object, scenario: Scenario, problems: Problems) -> tuple[float, ...]:
    """Visits in weeks, increasing, from the baseline to at most the end."""
    if not isinstance(value, list) or len(value) < 2:
        problems.add("visits", "there are no two visits", "write it like visits = [0, 8, 16], in weeks")
        return (0.0, scenario.hours / WEEK)
    found = []
    for each in value:
        number = quantity.finite(each) is not None
        found.append(float(each) if number else problems.read("visits", quantity.moment, each, 0.0) / WEEK)
    if found[0] != 0 or any(b <= a for a, b in itertools.pairwise(found)):
        problems.add("visits", "they do not start at 0 and increase", "the first visit is the baseline")
    if found[-1] > scenario.hours / WEEK + 1e-9:
        problems.add("visits", f"the last is after the end, week {scenario.hours / WEEK:g}", "lengthen the duration")
    return tuple(found)


def _allocation(
    value: object, arms: Mapping[str, Any], problems: Problems
) -> tuple[tuple[str, ...], Preference | None]:
    row = _dict(value, "[allocation]", problems)
    _known(row, ("strata", "preference"), "[allocation]", problems)
    strata = row.get("strata", [])
    if not isinstance(strata, list):
        problems.add(
            "[allocation] strata", f"{quantity.shown(strata)} is not a list", "write it like strata = ['age > 40']"
        )
        strata = []
    strata = tuple(problems.read("[allocation] strata", _criterion, each, "") for each in strata)
    if "preference" not in row:
        return strata, None
    choice = _dict(row["preference"], "[allocation.preference]", problems)
    _known(choice, ("share", "for", "by"), "[allocation.preference]", problems)
    arm, by = choice.get("for"), _dict(choice.get("by", {}), "[allocation.preference] by", problems)
    if str(arm) not in arms or len(arms) != 2:
        problems.add("[allocation.preference] for", "it names no arm of two", f"write one of {', '.join(arms)}")
    known = [*(name for name, each in covariates().items() if not each.shares), RATED, "behaviour.propensity"]
    flat: dict[str, Any] = {}
    for key, entry in by.items():
        flat |= {f"{key}.{name}": part for name, part in entry.items()} if isinstance(entry, dict) else {key: entry}
    for key, part in flat.items():
        if key not in known:
            problems.add(
                "[allocation.preference] by", f"no number known of people is called '{key}'{nearest(key, known)}"
            )
        if quantity.finite(part) is None:
            problems.add(f"[allocation.preference] by {key}", f"{quantity.shown(part)} is not a number")
            flat[key] = 0.0
    share = problems.read("[allocation.preference] share", quantity.number, choice.get("share", 1.0), 1.0)
    if share > 1:
        problems.add("[allocation.preference] share", f"{share:g} is not a share of people", "write 0.5")
    return strata, Preference(share, str(arm), {key: float(part) for key, part in flat.items()})


def _pool(value: object, arms: Mapping[str, Any], problems: Problems) -> Pool:
    row = _dict(value, "[pool]", problems)
    _known(row, ("people", "small_study", "arm", "versus"), "[pool]", problems)
    sizes = row.get("people", [])
    if not isinstance(sizes, list) or not sizes or any(not isinstance(n, int) or n < 4 for n in sizes):
        problems.add("[pool] people", "it is not a list of sizes of 4 or more", "write people = [24, 60]")
        sizes = [24]
    active = row["arm"] if isinstance(row.get("arm"), list) else [row["arm"]] if "arm" in row else []
    versus = _dict(row.get("versus", {}), "[pool] versus", problems)
    for name in (*active, *versus):
        if str(name) not in arms:
            problems.add("[pool]", f"there is no arm '{name}'{nearest(str(name), arms)}")
    if not active or not versus or any(not (quantity.finite(part) or 0) > 0 for part in versus.values()):
        problems.add(
            "[pool]", "it lacks active arms or comparators with their shares", "write arm = […] and versus = {…}"
        )
    parts = {name: quantity.finite(part) or 0.0 for name, part in versus.items()}
    shares = {name: part / (sum(parts.values()) or 1.0) for name, part in parts.items()}
    return Pool(tuple(sizes), tuple(active), shares, bool(row.get("small_study", False)))
