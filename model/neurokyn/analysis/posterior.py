"""What the calibration leaves uncertain, carried through a scenario."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import xarray as xr

from neurokyn.analysis.calibrate import FOLLOWS, parameter
from neurokyn.compiler.parameters import params_dir
from neurokyn.errors import ScenarioError
from neurokyn.scenario.reading import read_scenario
from neurokyn.scenario.scenario import Scenario
from neurokyn.scenario.simulate import simulate

MOST_DRAWS = 1000


def draw_numbers(draws: int, seed: int = 1, folder: Path | None = None) -> list[dict[str, float]]:
    """Sets of fitted parameters drawn from their posterior.

    Parameters
    ----------
    draws : int
        How many sets.
    seed : int
        Of the draws; the same seed gives the same sets, and more draws begin with those of fewer.
    folder : Path, optional
        Folder of `posterior.json`; the shipped `params/` if not given.

    Returns
    -------
    list of dict of str to float
        Values by name, in the tables' units, inside the bounds; "mdd:module.parameter" for a phenotype's.

    Examples
    --------
    >>> one, two = draw_numbers(2)
    >>> one["serotonin.desensitisation"] != two["serotonin.desensitisation"]
    True
    """
    text = ((folder or params_dir()) / "posterior.json").read_text(encoding="utf-8")
    sets: list[dict[str, float]] = [{} for _ in range(draws)]
    for k, stage in enumerate(json.loads(text).values()):
        names, centre = stage["parameters"], np.log(stage["values"])
        root = np.linalg.cholesky(np.array(stage["covariance_of_logarithms"]))
        noise = np.random.default_rng([seed, k]).standard_normal((draws, len(names)))
        for one, row in zip(sets, np.exp(centre + noise @ root.T), strict=True):
            one.update({name: _inside(name, x) for name, x in zip(names, row.tolist(), strict=True)})
    for one in sets:
        one.update({name: one[leader] for name, leader in FOLLOWS.items() if leader in one})
    return sets


def _inside(name: str, value: float) -> float:
    low, high = parameter(name).bounds or (-np.inf, np.inf)
    return float(np.clip(value, low, high))


def simulate_draws(
    scenario: Scenario | str | Path,
    draws: int,
    *,
    seed: int = 1,
    settings: Mapping[str, float | str] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> xr.Dataset:
    """Run a scenario once for each draw from the posterior.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A scenario, the name of a ready-made one, or a TOML file.
    draws : int
        How many times, 2 to 1000.
    seed : int
        Of the draws.
    settings : mapping of str to (float or str), optional
        Parameters to hold in every draw.
    say : callable
        Receives a line of progress now and then.

    Returns
    -------
    xarray.Dataset
        As of `simulate`, with a dimension `draw`.

    Raises
    ------
    ScenarioError
        If the number of draws is out of range.

    Examples
    --------
    >>> data = simulate_draws("one-bout-hour-by-hour", 2)
    >>> data.sizes["draw"]
    2
    """
    if not 2 <= draws <= MOST_DRAWS:
        raise ScenarioError(f"{draws} draws are out of range; choose 2 to {MOST_DRAWS}")
    plan = scenario if isinstance(scenario, Scenario) else read_scenario(scenario)
    held = dict(settings or {})
    parts = []
    for k, numbers in enumerate(draw_numbers(draws, seed), start=1):
        say(f"draw {k} of {draws}")
        parts.append(simulate(plan, settings=numbers | held))
    joined = xr.concat(parts, dim="draw", combine_attrs="drop_conflicts", data_vars="all")
    return joined.assign_coords(draw=np.arange(1, draws + 1)).assign_attrs(seed=seed, events=parts[0].attrs["events"])
