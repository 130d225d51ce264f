"""How vulnerable a phenotype must be for its severity: what the modelled biology leaves unexplained."""

from __future__ import annotations

from scipy.optimize import brentq

from neurokyn.analysis.experiment import Experiment, perform
from neurokyn.scenario.catalogue import phenotypes
from neurokyn.scenario.model import standard_parameters

VULNERABILITY = "mood.vulnerability"


def severities() -> dict[str, float]:
    """The HAM-D at which each phenotype is set."""
    return {name: float(row["severity"]) for name, row in phenotypes().items() if "severity" in row}


def vulnerability_for(phenotype: str, severity: float) -> float:
    """The vulnerability at which a phenotype rests at a severity.

    Parameters
    ----------
    phenotype : str
        A name of `params/people.toml`.
    severity : float
        HAM-D17 points.

    Returns
    -------
    float
        Log odds of the scale.

    Raises
    ------
    ValueError
        If no vulnerability within its bounds gives it.

    Examples
    --------
    >>> 0 < vulnerability_for("mdd", 21.0) < 3
    True
    """

    def off(x: float) -> float:
        course = perform(Experiment(1.0, (), phenotype), {f"{phenotype}:{VULNERABILITY}": x}, moving=0)
        return course.at("mood.depression", 0.0).value - severity

    return float(brentq(off, *(standard_parameters()[VULNERABILITY].bounds or ()), xtol=1e-4))
