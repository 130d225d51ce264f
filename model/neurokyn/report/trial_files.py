"""What `neurokyn trial` writes: JSON, a table of visits, pictures."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from neurokyn.errors import ScenarioError
from neurokyn.population.effects import Effect
from neurokyn.population.pathways import pathways
from neurokyn.population.results import ArmResult, Replicates, TrialResult
from neurokyn.population.tables import write_parquet
from neurokyn.scenario.results import replacing

MOST = 200  # people, each in both arms, from whom pathways are told


def check_folder(folder: Path) -> None:
    """Make the folder of the pictures, before anything is computed.

    Raises
    ------
    ScenarioError
        If it is a file, or cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ScenarioError(f"{folder} cannot be a folder: {problem.strerror}", fix="give another name") from None


def write_pictures(result: TrialResult, folder: Path) -> list[Path]:
    """Every picture of a trial.

    Parameters
    ----------
    result : TrialResult
        From `simulate_trial`.
    folder : Path
        Where they go.

    Returns
    -------
    list of Path
        Files written.
    """
    from neurokyn.report.plots import save
    from neurokyn.report.trial_plots import attendance, mediators, responders, spaghetti, waterfall

    courses = result.courses
    figures: dict[str, Any] = {
        "courses": spaghetti(courses, result.trial.outcome.scale, result.seed),
        "change": waterfall(courses, result.trial.outcome.scale),
        "responders": responders(courses, ("crp", "severity")),
    }
    if courses["sessions_planned"].values.any() or courses["doses_planned"].values.any():
        figures["attendance"] = attendance(courses)
    if len(result.arms) > 1:
        first, last = next(iter(result.arms)), list(result.arms)[-1]
        n = min(result.courses.sizes["person"], MOST)
        figures["pathways"] = mediators(
            pathways(result.trial, first, last, n, result.seed, switches=result.switches),
            title=f"{result.trial.title}: {first} against {last}, {n} people in both arms",
        )
    paths = []
    for name, figure in figures.items():
        paths.append(folder / f"{result.trial.name}-{name}.png")
        save(figure, paths[-1])
    return paths


def write_visits(courses: xr.Dataset, path: Path) -> None:
    """Everybody's visits in every arm as a table, one line for each person, arm and visit.

    Parameters
    ----------
    courses : xarray.Dataset
        From `simulate_courses`.
    path : Path
        Where it goes: Parquet if it ends so (needs pyarrow), else CSV.

    Raises
    ------
    ScenarioError
        If it cannot be written.
    """
    by_visit = [str(name) for name, column in courses.data_vars.items() if column.dims == ("person", "arm", "visit")]
    table = courses[[*by_visit, "left", "status"]].to_dataframe().reset_index()
    names = {name: f"{name} [{courses[name].attrs.get('units', '1')}]" for name in by_visit} | {"person": "ID"}
    table = table.rename(columns=names)
    with replacing(path) as part:
        if path.suffix == ".parquet":
            write_parquet({name: table[name].to_numpy() for name in table}, courses.attrs, part)
        else:
            table.to_csv(part, index=False)


def trial_json(result: TrialResult) -> dict[str, Any]:
    """A simulated trial for programs.

    Parameters
    ----------
    result : TrialResult
        From `simulate_trial`.

    Returns
    -------
    dict
        Arms, contrasts and repetitions; what is unknown is None.
    """
    trial = result.trial
    found: dict[str, Any] = {
        "trial": trial.name,
        "title": trial.title,
        "people": trial.people,
        "simulated": int(result.courses.sizes["person"]),
        "seed": result.seed,
        "replicates": result.replicates,
        "scale": trial.outcome.scale,
        "analysis": trial.outcome.analysis,
        "week": trial.visits[-1],
    }
    if result.pools:
        scale = trial.outcome.scale
        pooled = [asdict(each.pooled(scale)) for each in result.pools]
        return found | {"pooled": _plain(pooled), "unpublished": [each.unpublished for each in result.pools]}
    return found | {
        "arms": {name: _arm(arm) for name, arm in result.arms.items()},
        "contrasts": {
            name: {
                "versus": list(trial.arms)[-1],
                "mean_difference": _effect(contrast.difference),
                "mixed_model": _effect(result.mixed[name]),
                "hedges_g": _effect(contrast.g),
                "hedges_g_of_change": _effect(contrast.g_of_change),
                "response_risk_difference": _effect(contrast.response.difference),
                "response_odds_ratio": _effect(contrast.response.odds),
                "remission_risk_difference": _effect(contrast.remission.difference),
                "remission_odds_ratio": _effect(contrast.remission.odds),
                "repeated": _repeated(result.repeated[name]),
            }
            for name, contrast in result.contrasts.items()
        },
    }


def _arm(arm: ArmResult) -> dict[str, Any]:
    course = arm.outcome.course
    return {
        "n": arm.n,
        "before": _plain([course.before.mean, course.before.sd]),
        "after": _plain([arm.outcome.end.mean, arm.outcome.end.sd]),
        "response": _plain(arm.outcome.response.risk),
        "remission": _plain(arm.outcome.remission.risk),
        "left": _plain(arm.left),
        "adherent": _plain(arm.adherent),
        "sessions_attended": _plain(arm.attended),
        "doses_taken": _plain(arm.taken),
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return {"estimate": _plain(effect.estimate), "low": _plain(effect.low), "high": _plain(effect.high), "n": effect.n}


def _repeated(again: Replicates) -> dict[str, Any]:
    return {
        "mean_difference": _plain(again.difference.tolist()),
        "hedges_g": _plain(again.g.tolist()),
        "remission_risk_difference": _plain(again.remission.tolist()),
        "response_risk_difference": _plain(again.response.tolist()),
        "significant": _plain(again.significant),
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Plain numbers, None for what is not known."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, (np.floating, float)):
        return float(value) if math.isfinite(value) else None
    return value
