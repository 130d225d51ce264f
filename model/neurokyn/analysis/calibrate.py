"""The mechanism fitted in stages, each to its own reported results, with priors from the numbers' bounds.

A stage fits its parameters on the logarithm by least squares; what an earlier stage found is kept. The
prior of each is centred on its nominal value, with a quarter of its bounds as standard deviation.
Slopes come from the solver (`solver/sensitivity.py`). The posterior is that of Laplace; the profile
likelihood of each parameter says whether that is a fair picture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import least_squares

from neurokyn.analysis.dual import Dual
from neurokyn.analysis.experiment import Course, Experiment, perform
from neurokyn.analysis.measures import MEASURES
from neurokyn.analysis.targets import Target, calibration_targets
from neurokyn.compiler.parameters import Parameter
from neurokyn.errors import ParameterError
from neurokyn.scenario.model import standard_parameters
from neurokyn.scenario.people import phenotype_row

WITHIN = 1.959963984540054  # standard deviations of a 95 % interval
CUT = 3.841458820694124  # fall of twice the log likelihood at the ends of a 95 % profile interval
UNIDENTIFIED = 0.8  # posterior over prior standard deviation from which the data say too little
SMALL_SHARE = 0.02
REACH = (0.75, 1.5, 2.25)  # posterior standard deviations at which a profile is looked at, each way

STAGES: dict[str, tuple[str, ...]] = {
    **{
        f"occupancy of {drug}": (f"ssri.{drug}_half_occupancy", f"ssri.{drug}_full_occupancy")
        for drug in ("escitalopram", "citalopram", "sertraline", "paroxetine", "fluoxetine")
    },
    "tryptophan": (
        "tryptophan.lipolysis_gain",
        "tryptophan.lipolysis_half_life",
        "tryptophan.nefa_use",
        "tryptophan.kd_nefa",
        "tryptophan.exchange_uptake",
        "tryptophan.synthesis_gain",
    ),
    "serotonin": (
        "serotonin.release_half",
        "serotonin.release_exponent",
        "serotonin.firing_exponent",
        "serotonin.other_uptake_share",
        "serotonin.synthesis_gain",
        "serotonin.desensitisation",
        "serotonin.signal_time",
    ),
    "kynurenine": ("kynurenine.ido_gain", "kynurenine.kmo_gain", "inflammation.fitness_gain"),
    "growth factors": ("growth_factors.serum_release", "growth_factors.platelet_training_gain"),
    "structure": (
        "dendrites.load_pruning",
        "dendrites.cortisol_pruning",
        "dendrites.length_time",
        "dendrites.vegf_survival",
        "dendrites.trkb_survival",
    ),
    "patients": (
        "mdd:stress.chronic_load",
        "mdd:inflammation.chronic_drive",
        "mdd:tryptophan.intake_factor",
        "mdd:growth_factors.cleavage_activity",
    ),
    "symptoms": (
        "mood.weight_length",
        "mood.weight_spines",
        "mood.weight_fast",
        "mood.weight_activation",
        "mood.severity_time",
    ),
}
FOLLOWS = {  # what has no data of its own takes the value of its neighbour
    "ssri.norfluoxetine_half_occupancy": "ssri.fluoxetine_half_occupancy",
    "ssri.norfluoxetine_full_occupancy": "ssri.fluoxetine_full_occupancy",
}


def parameter(name: str) -> Parameter:
    """A number by its name, "phenotype:module.parameter" for one of a phenotype."""
    if ":" in name:
        return phenotype_row(*name.split(":", 1))
    return standard_parameters()[name]


class Laboratory:
    """Performs experiments at given numbers, each once.

    Parameters
    ----------
    fixed : mapping of str to float
        What earlier stages found.
    names : sequence of str
        Parameters being fitted; slopes are in their order, by the logarithm.
    values : ndarray, shape (n_parameters,)
        Their values.
    """

    def __init__(self, fixed: Mapping[str, float], names: Sequence[str], values: np.ndarray) -> None:
        fitted = dict(zip(names, values.tolist(), strict=True))
        tied = {name: fitted[leader] for name, leader in FOLLOWS.items() if leader in fitted}
        self.values = {**fitted, **tied, **{k: v for k, v in fixed.items() if k not in fitted}}
        self.n = len(names)
        self.turn = np.zeros((self.n, len(self.values)))
        for column, name in enumerate(self.values):
            owner = FOLLOWS.get(name, name)
            if owner in fitted:
                self.turn[list(names).index(owner), column] = fitted[owner]
        self.done: dict[Experiment, Course] = {}

    def __call__(self, experiment: Experiment) -> Course:
        """The experiment's course, with slopes by the logarithms of the fitted parameters."""
        if experiment not in self.done:
            self.done[experiment] = self._perform(experiment)
        return self.done[experiment]

    def ahead(self, experiments: Sequence[Experiment]) -> None:
        """Perform experiments side by side."""
        with ThreadPoolExecutor() as pool:
            self.done.update(zip(experiments, pool.map(self._perform, experiments), strict=True))

    def _perform(self, experiment: Experiment) -> Course:
        moved = np.asarray(self.turn.any(axis=0))
        order = sorted(range(len(self.values)), key=lambda k: not moved[k])
        names = list(self.values)
        course = perform(experiment, {names[k]: self.values[names[k]] for k in order}, moving=int(moved.sum()))
        slopes = np.tensordot(self.turn[:, order[: int(moved.sum())]], course.slopes, axes=1)
        return Course(course.times, course.names, course.values, slopes)


@dataclass(frozen=True)
class Row:
    """A reported result beside the model's, before and after the fit."""

    target: Target
    before: float
    after: float

    @property
    def distance(self) -> float:
        """After the fit, in standard errors."""
        return (self.after - self.target.estimate) / self.target.sd

    @property
    def inside(self) -> bool:
        """Whether the model is inside the 95 % interval of the report."""
        return abs(self.distance) <= WITHIN


@dataclass(frozen=True)
class Fitted:
    """A fitted parameter.

    `sd` is that of the logarithm; `profile` the 95 % interval of the profile likelihood (with the
    prior), None at an end that the bounds cut off.
    """

    name: str
    unit: str
    nominal: float
    value: float
    sd: float
    prior_sd: float
    profile: tuple[float | None, float | None] = (None, None)

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of Laplace."""
        return self.value * float(np.exp(-WITHIN * self.sd)), self.value * float(np.exp(WITHIN * self.sd))

    @property
    def identified(self) -> bool:
        """Whether the data narrow the prior."""
        return self.sd < UNIDENTIFIED * self.prior_sd


@dataclass(frozen=True)
class StageFit:
    """What a stage found."""

    stage: str
    parameters: tuple[Fitted, ...]
    covariance: np.ndarray
    rows: tuple[Row, ...]


@dataclass
class _Problem:
    """A stage as residuals of the logarithms, rows first and priors after them."""

    names: tuple[str, ...]
    targets: tuple[Target, ...]
    fixed: Mapping[str, float]
    centre: np.ndarray
    spread: np.ndarray
    low: np.ndarray
    high: np.ndarray
    needed: list[Experiment] = field(default_factory=list)
    last: tuple[bytes, list[Dual]] = (b"", [])

    def model(self, x: np.ndarray) -> list[Dual]:
        """What the model gives for every row."""
        if self.last[0] != x.tobytes():
            laboratory = Laboratory(
                self.fixed, self.names, np.clip(np.exp(x), *np.exp((self.low, self.high)).round(12))
            )
            laboratory.ahead(self.needed)
            self.last = (x.tobytes(), [MEASURES[t.measure](laboratory) for t in self.targets])
            self.needed = list(laboratory.done)
        return self.last[1]

    def residuals(self, x: np.ndarray) -> np.ndarray:
        rows = [(m.value - t.estimate) / t.sd for m, t in zip(self.model(x), self.targets, strict=True)]
        return np.concatenate([rows, (x - self.centre) / self.spread])

    def jacobian(self, x: np.ndarray) -> np.ndarray:
        rows = [m.slopes / t.sd for m, t in zip(self.model(x), self.targets, strict=True)]
        return np.vstack([*rows, np.diag(1 / self.spread)])

    def solve(self, x: np.ndarray, free: np.ndarray, tolerance: float) -> np.ndarray:
        """The best point with some logarithms held."""
        out = x.copy()

        def at(part: np.ndarray) -> np.ndarray:
            out[free] = part
            return out

        found = least_squares(
            lambda part: self.residuals(at(part)),
            np.clip(x[free], self.low[free] + 1e-9, self.high[free] - 1e-9),
            lambda part: self.jacobian(at(part))[:, free],
            bounds=(self.low[free], self.high[free]),
            x_scale=self.spread[free],
            xtol=10 * tolerance,
            ftol=tolerance,
        )
        return at(found.x).copy()


def fit_stage(
    stage: str, fixed: Mapping[str, float], *, profiles: bool = True, say: Callable[[str], None] = lambda _: None
) -> StageFit:
    """Fit one stage.

    Parameters
    ----------
    stage : str
        A name of `STAGES`.
    fixed : mapping of str to float
        What earlier stages found.
    profiles : bool
        Whether to look at the profile likelihood of each parameter.
    say : callable
        Receives a line of progress now and then.

    Returns
    -------
    StageFit
        Parameters with intervals, their covariance on the logarithm, and every row before and after.
    """
    names = STAGES[stage]
    targets = tuple(t for t in calibration_targets() if t.stage == stage)
    numbers = [parameter(name) for name in names]
    nominal = np.array([row.value if row.nominal is None else row.nominal for row in numbers])
    low, high = np.log([_positive(row) for row in numbers]).T
    problem = _Problem(names, targets, fixed, np.log(nominal), (high - low) / 4, low, high)
    everything = np.ones(len(names), dtype=bool)
    before = [m.value for m in problem.model(problem.centre)]
    say(f"{stage}: {len(names)} parameters, {len(targets)} rows")
    best = problem.solve(problem.centre, everything, 1e-6)
    after = [m.value for m in problem.model(best)]
    jacobian = problem.jacobian(best)
    covariance = np.linalg.inv(jacobian.T @ jacobian)
    sds = np.sqrt(np.diag(covariance))
    fitted = []
    for k, (name, row) in enumerate(zip(names, numbers, strict=True)):
        say(f"{stage}: profile of {name}" if profiles else "")
        ends = profile(problem, best, k, float(sds[k])) if profiles else (None, None)
        fitted.append(
            Fitted(
                name, row.unit, float(nominal[k]), float(np.exp(best[k])), float(sds[k]), float(problem.spread[k]), ends
            )
        )
    rows = tuple(Row(t, b, a) for t, b, a in zip(targets, before, after, strict=True))
    return StageFit(stage, tuple(fitted), covariance, rows)


def _positive(row: Parameter) -> tuple[float, float]:
    """Bounds on the logarithm; a lower bound of nothing is a fiftieth of the upper one."""
    if row.bounds is None:
        raise ParameterError(f"{row.name} is fitted and needs bounds")
    low, high = row.bounds
    return max(low, SMALL_SHARE * high), high


def profile(problem: _Problem, best: np.ndarray, k: int, sd: float) -> tuple[float | None, float | None]:
    """Where twice the log posterior, maximised over the others, has fallen by 3.84 on each side."""
    least = float(np.sum(problem.residuals(best) ** 2))
    free = np.arange(len(best)) != k
    ends: list[float | None] = []
    for sign in (-1, 1):
        x, last, end = best, (0.0, 0.0), None
        for reach in REACH:
            x = x.copy()
            x[k] = np.clip(best[k] + sign * reach * sd, problem.low[k], problem.high[k])
            x = problem.solve(x, free, 1e-3) if free.any() else x
            rise = float(np.sum(problem.residuals(x) ** 2)) - least
            moved = abs(float(x[k] - best[k]))
            if rise >= CUT:
                share = (np.sqrt(CUT) - np.sqrt(last[1])) / (np.sqrt(rise) - np.sqrt(last[1]))
                end = float(np.exp(best[k] + sign * (last[0] + share * (moved - last[0]))))
                break
            last = (moved, max(rise, 0.0))
        ends.append(end)
    return ends[0], ends[1]


def calibrate(
    stages: Sequence[str] = tuple(STAGES), *, profiles: bool = True, say: Callable[[str], None] = lambda _: None
) -> list[StageFit]:
    """Fit the mechanism from its nominal values, stage by stage.

    Parameters
    ----------
    stages : sequence of str
        Which, in the order of `STAGES`; the parameters of others stay as shipped.
    profiles : bool
        Whether to look at profile likelihoods.
    say : callable
        Receives lines of progress.

    Returns
    -------
    list of StageFit
        One for each stage.
    """
    fixed = {
        name: nominal(name) if stage in stages else parameter(name).value
        for stage, names in STAGES.items()
        for name in names
    }
    fixed |= {name: fixed[leader] for name, leader in FOLLOWS.items()}
    fits = []
    for stage in stages:
        fit = fit_stage(stage, fixed, profiles=profiles, say=say)
        fits.append(fit)
        fixed |= {p.name: p.value for p in fit.parameters}
        fixed |= {name: fixed[leader] for name, leader in FOLLOWS.items()}
    return fits


def nominal(name: str) -> float:
    """A parameter before any fit."""
    row = parameter(name)
    return row.value if row.nominal is None else row.nominal
