"""What a laboratory sees beyond the model: scatter from visit to visit and between people (`params/scatter.toml`)."""

from __future__ import annotations

import numpy as np

from neurokyn.scenario import catalogue

RELATIVE = "1"


def scattered(name: str, values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Read-outs as they are measured.

    Parameters
    ----------
    name : str
        Read-out.
    values : ndarray, shape (n, n_visits)
        True values.
    rng : numpy.random.Generator
        What scatter is drawn from.

    Returns
    -------
    ndarray, shape (n, n_visits)
        The same where nothing is known of the scatter.

    Examples
    --------
    >>> scattered("mood.motivation", np.ones((1, 2)), np.random.default_rng(1))
    array([[1., 1.]])
    """
    measured = values
    for kind, shape in (("between", (len(values), 1)), ("within", values.shape)):
        row = catalogue.rows("scatter").get(name, {}).get(kind)
        if row is None:
            continue
        spread = float(row["value"]) * rng.standard_normal(shape)
        measured = measured * np.exp(spread) if row["unit"] == RELATIVE else measured + spread
    return measured
