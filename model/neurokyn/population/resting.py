"""A person at rest: what is solved for so that severity and CRP are those that were drawn.

CRP follows from interleukin-6, which the chronic inflammatory drive raises, and from the person's own level at the
healthy drive (body mass, genes). A drawn CRP is shared between the two: the logit of the drive, within its bounds,
rises with the logarithm of CRP, through the phenotype "mdd" and through "mdd-inflamed", which stands for everyone with
more CRP than it has itself and is placed at their median; the person's own level carries the rest. The severity is
reached through the vulnerability.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy.special import expit, logit

from neurokyn.compiler.parameters import Table
from neurokyn.errors import SolveError
from neurokyn.language.module import RHYTHMS
from neurokyn.language.units import conversion_factor
from neurokyn.population.covariates import covariates
from neurokyn.scenario.catalogue import phenotypes
from neurokyn.scenario.model import standard_model, standard_parameters
from neurokyn.scenario.people import phenotype_values
from neurokyn.scenario.prepare import Prepared, prepare, split_constants
from neurokyn.scenario.steady import steady_state

VULNERABILITY, SEVERITY, SCALE = "mood.vulnerability", "mood.depression", "mood.scale_maximum"
DRIVE, OWN_CRP, CRP = "inflammation.chronic_drive", "inflammation.crp_rest", "inflammation.crp"
AVERAGE, INFLAMED = "mdd", "mdd-inflamed"  # the phenotypes that join CRP and drive
SECANTS = 8
CLOSE = 1e-3  # HAM-D points


@dataclass(frozen=True)
class Body:
    """The whole model with a phenotype's numbers, ready for another person's.

    Parameters
    ----------
    prepared : Prepared
        The phenotype.
    values : ndarray, shape (n_parameters,)
        Its parameters in the declared units.
    index : mapping of str to int
        Where each parameter stands.
    factors : mapping of str to float
        From the unit of the table to the declared one.
    """

    prepared: Prepared
    values: np.ndarray
    index: Mapping[str, int]
    factors: Mapping[str, float]

    @property
    def table(self) -> Table:
        """The phenotype's numbers."""
        return self.prepared.table

    def at_rest(self, person: Mapping[str, float]) -> dict[str, float]:
        """Every read-out at the person's fixed point, rhythms held at their means.

        Parameters
        ----------
        person : mapping of str to float
            The person's own parameters, in the units of the table.

        Returns
        -------
        dict of str to float
            By name of the read-out.

        Raises
        ------
        SolveError
            If these numbers have no fixed point.
        """
        own = self.of(person)
        drives = own.rests.copy()
        drives[own.system.drive_names.index(str(RHYTHMS.value))] = 0.0
        return own.read_outs(steady_state(own, drives), drives)

    def of(self, person: Mapping[str, float]) -> Prepared:
        """The kernels with a person's numbers; `prepare` would look the kernels up anew, ten times as slow.

        Parameters
        ----------
        person : mapping of str to float
            The person's own parameters, in the units of the table.

        Returns
        -------
        Prepared
            Ready for the solver; its table is the phenotype's.

        Raises
        ------
        SolveError
            If the numbers together make a constant that is not finite.
        """
        values, like = self.values.copy(), self.prepared
        for name, value in person.items():
            values[self.index[name]] = value * self.factors[name]
        made = split_constants(like.kernels, values)
        if not all(np.isfinite(x).all() for x in made):
            raise SolveError("these numbers together make a constant that is not finite")
        return replace(like, **made._asdict())


@cache
def body(phenotype: str) -> Body:
    """The body of a phenotype, prepared once.

    Raises
    ------
    ScenarioError
        If there is no such phenotype; names the nearest.
    """
    table, system = standard_parameters().with_values(phenotype_values(phenotype)), standard_model()
    units = system.parameter_units
    factors = {name: conversion_factor(table[name].unit, unit) for name, unit in units.items()}
    index = {name: k for k, name in enumerate(units)}
    return Body(prepare(system, table), table.values_for(units), index, factors)


def is_ill(phenotype: str) -> bool:
    """Whether a phenotype is set at a severity, so that its people have one of their own."""
    return "severity" in phenotypes()[phenotype]


def drive_for(phenotype: str, crp: float, middle_crp: float | None = None) -> float:
    """The chronic inflammatory drive of a person with a CRP.

    Parameters
    ----------
    phenotype : str
        The middle: at the CRP of the phenotype the drive is the phenotype's.
    crp : float
        mg/L, above 0.
    middle_crp : float, optional
        The CRP (mg/L) at which a person has the phenotype's drive; that of the virtual people if not given.

    Returns
    -------
    float
        Beyond health, within the bounds of the parameter.

    Examples
    --------
    >>> drive_for("mdd", 0.5) < drive_for("mdd", 3.0) < 5.0
    True
    """
    own = body(phenotype).table[DRIVE]
    if own.value <= 0:
        return own.value
    low, high = own.bounds or (0.0, math.inf)
    middle = float(logit((own.value - low) / (high - low)))
    at_middle = _middle_crp(phenotype) if middle_crp is None else middle_crp
    return low + (high - low) * float(expit(middle + _rise() * math.log(crp / at_middle)))


@cache
def _rise() -> float:
    """The rise of the logit of the drive with the logarithm of CRP."""
    low, high = body(AVERAGE).table[DRIVE].bounds or (0.0, math.inf)
    less, more = (float(logit((body(name).table[DRIVE].value - low) / (high - low))) for name in (AVERAGE, INFLAMED))
    return (more - less) / math.log(_middle_crp(INFLAMED) / _middle_crp(AVERAGE))


@cache
def _middle_crp(phenotype: str) -> float:
    """The CRP at which a person has the phenotype's drive."""
    at_rest = body(phenotype).at_rest({})[CRP]
    spread = covariates()["crp"].spread
    return at_rest if phenotype != INFLAMED or spread is None else spread.median_above(at_rest)


def settle(phenotype: str, person: Mapping[str, float], severity: float, crp: float) -> tuple[dict[str, float], int]:
    """The parameters that give a person a severity and a CRP at rest.

    Parameters
    ----------
    phenotype : str
        Whose numbers hold where the person has none.
    person : mapping of str to float
        The person's own parameters, in the units of the table.
    severity : float
        HAM-D17 points.
    crp : float
        mg/L.

    Returns
    -------
    dict of str to float
        Vulnerability (log odds), chronic drive (1) and own CRP (mg/L).
    int
        Fixed points that were solved for.

    Raises
    ------
    SolveError
        If there is no fixed point, or no vulnerability within its bounds gives the severity.
    """
    who = body(phenotype)
    scale = who.table[SCALE].value
    low, high = who.table[VULNERABILITY].bounds or (-math.inf, math.inf)
    found = {DRIVE: drive_for(phenotype, crp), VULNERABILITY: who.table[VULNERABILITY].value}
    wanted, last = float(logit(severity / scale)), None
    for solved in range(1, SECANTS + 1):
        rest = who.at_rest({**person, **found})
        found[OWN_CRP] = found.get(OWN_CRP, who.table[OWN_CRP].value) * crp / rest[CRP]
        if abs(rest[SEVERITY] - severity) < CLOSE and solved > 1:
            return found, solved
        vulnerability, reached = found[VULNERABILITY], float(logit(min(rest[SEVERITY] / scale, 1.0 - 1e-9)))
        slope = 1.0 if last is None or last[0] == vulnerability else (reached - last[1]) / (vulnerability - last[0])
        last = vulnerability, reached
        found[VULNERABILITY] = vulnerability + (wanted - reached) / (slope if slope > 0.1 else 1.0)
        if not low <= found[VULNERABILITY] <= high:
            break
    raise SolveError(f"no vulnerability of {low:g} to {high:g} gives HAM-D {severity:g}")
