"""Virtual people: drawn from the spreads of `params/`, each with the severity and the CRP that were drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from neurokyn.compiler.parameters import Table
from neurokyn.errors import ParameterError, ScenarioError, SolveError, nearest
from neurokyn.language.units import conversion_factor, parse_unit
from neurokyn.population.covariates import Covariate, covariates, draw_covariates
from neurokyn.population.criteria import satisfied
from neurokyn.population.resting import AVERAGE, CRP, DRIVE, OWN_CRP, SEVERITY, VULNERABILITY, body, is_ill, settle
from neurokyn.population.spreads import spread_of
from neurokyn.population.streams import Stream
from neurokyn.population.weights import entropy_weights
from neurokyn.scenario.catalogue import phenotypes
from neurokyn.scenario.people import settings_of

SOLVED = {"severity": (VULNERABILITY, SEVERITY), "crp": (DRIVE, CRP)}  # covariate: what carries it, where it is read
FEW = 2  # people who may be passed over in any cohort
RARE = 0.02  # share of people without numbers that go together who are passed over; more is an error
TURNS = 20  # how often a person whose numbers cannot be is drawn anew
Measured = Callable[[xr.Dataset], Mapping[str, np.ndarray]]
SCREENED = 1000  # people looked at for each one wanted, at most


@dataclass(frozen=True, eq=False)
class People:
    """A cohort: what is known of its people, and the numbers that are their own.

    Parameters
    ----------
    data : xarray.Dataset
        Dimension `person` (the number of the person's random streams); covariates by name and parameters by qualified
        name with `units`; `redrawn` and, where asked for, `weight`; `seed` and `phenotype` in `attrs`.
    """

    data: xr.Dataset

    def __len__(self) -> int:
        return int(self.data.sizes["person"])

    @property
    def parameters(self) -> list[str]:
        """Names of the parameters that vary between these people."""
        return self._of_role("parameter")

    @property
    def covariates(self) -> list[str]:
        """Names of the covariates."""
        return self._of_role("covariate")

    def _of_role(self, role: str) -> list[str]:
        return [str(name) for name in self.data.data_vars if self.data.variables[name].attrs.get("role") == role]

    def table(self, k: int) -> Table:
        """The numbers of one person.

        Parameters
        ----------
        k : int
            Place in the cohort, from 0.

        Returns
        -------
        Table
            All parameters; `changed` lists those that are the person's own.

        Raises
        ------
        ScenarioError
            If there is no such person.
        """
        if not 0 <= k < len(self):
            raise ScenarioError(f"there is no person {k}; this cohort has people 0 to {len(self) - 1}")
        base = body(str(self.data.attrs["phenotype"])).table
        own = {}
        for name in self.parameters:
            column = self.data.variables[name]
            factor = conversion_factor(column.attrs["units"], base[name].unit)
            own[name] = replace(base[name], value=float(column.values[k]) * factor)
        return Table({**base, **own}.values(), (*base.changed, *own))

    def including(self, criterion: str) -> People:
        """Those who meet a criterion, such as "severity >= 18 and age <= 65".

        Raises
        ------
        ScenarioError
            If the criterion cannot be read or holds a name that is unknown.
        """
        known = {name: self.data[name].values for name in self.covariates}
        groups = {name: self.data[name].attrs["categories"].split() for name in known if _grouped(self.data[name])}
        return People(self.data.isel(person=np.flatnonzero(satisfied(criterion, known, groups))))

    def weighted(self, marginals: Mapping[str, float | Sequence[float]]) -> People:
        """Weights so that the cohort has given means, as even as they can be.

        Parameters
        ----------
        marginals : mapping of str to float or pair of float
            Covariate to its mean, or to mean and SD, in the covariate's unit; or a criterion to the share that meets
            it, such as `{"age": (41.0, 11.0), "sex == female": 0.7}`.

        Returns
        -------
        People
            With a variable `weight` (sum 1) and `effective_sample_size` in `attrs`.

        Raises
        ------
        ScenarioError
            If a name is unknown or no weights give these means.
        """
        columns, targets, names = [], [], []
        for name, wanted in marginals.items():
            pair = (float(wanted),) if isinstance(wanted, (int, float)) else tuple(float(x) for x in wanted)
            if name.isidentifier() and name not in self.covariates:
                raise ScenarioError(f"no covariate '{name}'{nearest(name, self.covariates)}")
            plain = name in self.covariates and not _grouped(self.data[name])
            if not 1 <= len(pair) <= 1 + plain:
                raise ScenarioError(f"{name} = {wanted!r} is not a mean, or a mean and an SD")
            columns.append(self.data[name].values if plain else self._meets(name))
            targets.append(pair[0])
            names.append(name)
            if len(pair) == 2:  # the SD, as the mean square distance from the wanted mean
                columns.append((self.data[name].values - pair[0]) ** 2)
                targets.append(pair[1] ** 2)
                names.append(f"variance of {name}")
        if not columns:
            raise ScenarioError("nothing to match; name a mean, such as {'age': 41.0}")
        found = entropy_weights(np.column_stack(columns), targets, names)
        weight = xr.DataArray(found.values, dims="person", attrs=_about("1", "weight", "weight"))
        return People(self.data.assign(weight=weight).assign_attrs(effective_sample_size=found.effective))

    def _meets(self, criterion: str) -> np.ndarray:
        return np.isin(self.data["person"].values, self.including(criterion).data["person"].values).astype(float)

    def to_csv(self, path: str | Path) -> None:
        """Write `ID` and one column `name [unit]` for each number, with seed and phenotype in # lines."""
        from neurokyn.population.tables import write_people

        write_people(self.data, Path(path))

    def to_parquet(self, path: str | Path) -> None:
        """Write the columns of `to_csv` as Parquet, seed and phenotype in its metadata; needs pyarrow.

        Raises
        ------
        ScenarioError
            If pyarrow is not installed.
        """
        from neurokyn.population.tables import headings, write_parquet

        columns = {head: self.data[name].values for name, head in headings(self.data).items()}
        write_parquet({"ID": self.data["person"].values, **columns}, self.data.attrs, Path(path))


def read_people(path: str | Path) -> People:
    """Read a cohort that `People.to_csv` or a person has written.

    Parameters
    ----------
    path : str or Path
        A table with a column `ID`; others are covariates and parameters, such as `age [year]`.

    Returns
    -------
    People
        In the units of `params/`; healthy people unless a line `# phenotype = NAME` says otherwise.

    Raises
    ------
    ParameterError
        If the file cannot be read, or a column or a number makes no sense.
    """
    from neurokyn.population.tables import read_columns

    return People(read_columns(Path(path)))


def draw_people(
    n: int,
    seed: int,
    phenotype: str = "mdd",
    *,
    include: str = "",
    distributions: Mapping[str, Mapping[str, Any]] | None = None,
    measured: Measured | None = None,
    first: int = 0,
) -> People:
    """Draw people.

    Parameters
    ----------
    n : int
        How many, after inclusion.
    seed : int
        The same seed gives the same people; the first of many are those of a few.
    phenotype : str
        Around whose numbers parameters are spread. Where it is set at a severity, the person's own severity and CRP
        are reached by solving; otherwise both are what the person's numbers give. People of another phenotype than
        "mdd" have their severity around that phenotype's, unless `distributions` says otherwise.
    include : str
        An inclusion criterion over covariates, such as "severity >= 18 and age <= 65"; everyone if empty.
    distributions : mapping of str to mapping, optional
        Keys of covariates to replace, such as `{"severity": {"mean": 19.0}}`.
    measured : callable, optional
        What else is known of people before they come in, such as a rating: from the dataset of their covariates to
        numbers by name, one for each person and decided by the person's number alone.
    first : int
        Number of the first person looked at: those who follow a cohort are found from its last number + 1 on.

    Returns
    -------
    People
        The cohort.

    Raises
    ------
    ScenarioError, ParameterError
        If an argument makes no sense, or hardly anybody meets the criterion.
    SolveError
        If more than 2 % find no numbers that go together; fewer, at the edges of severity and CRP, are passed over.

    Examples
    --------
    >>> people = draw_people(3, seed=1, include="severity >= 20")
    >>> bool((people.data["severity"] >= 20).all()), people.table(0)["mood.vulnerability"].unit
    (True, '1')
    """
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
        raise ScenarioError(f"n = {n!r} must be a whole number of 1 or more")
    settings_of(phenotype)
    Stream(seed, "people")  # refuses a seed that is none
    known = covariates({**_severity_of(phenotype), **(distributions or {})})
    parts, have, looked, ask = list[xr.Dataset](), 0, 0, int(n)
    while have < n:
        if looked >= SCREENED * n:
            raise ScenarioError(f"of {looked} people only {have} meet '{include}'; widen the criterion")
        who = range(first + looked, first + looked + ask)
        part, last = _part(phenotype, known, seed, who, include, n - have, measured)
        parts, have, looked = [*parts, part], have + part.sizes["person"], last + 1 - first
        ask = int(min(max(ask, (n - have) * looked / max(have, 1)), SCREENED * n - looked, 100 * n)) or 1
    data = xr.concat(parts, "person", combine_attrs="override") if len(parts) > 1 else parts[0]
    return People(data.isel(person=slice(n)).assign_attrs(seed=int(seed), phenotype=phenotype, include=include))


def _severity_of(phenotype: str) -> dict[str, dict[str, float]]:
    """The middle of the severity of a phenotype that is not the one the covariates are those of."""
    own = phenotypes()[phenotype].get("severity")
    return {} if own is None or phenotype == AVERAGE else {"severity": {"mean": float(own)}}


def _part(
    phenotype: str,
    known: Mapping[str, Covariate],
    seed: int,
    who: range,
    include: str,
    most: int,
    measured: Measured | None,
) -> tuple[xr.Dataset, int]:
    """The first of these people who are included, at most so many, with their parameters; the last looked at."""
    drawn = draw_covariates(known, seed, len(who), who.start)
    data = xr.Dataset(coords={"person": ("person", np.array(who), {"long_name": "number of the person"})})
    for name, column in drawn.items():
        about = _about(known[name].unit, known[name].title, "covariate")
        about |= {"categories": " ".join(known[name].shares)} if known[name].shares else {}
        data[name] = ("person", column, about)
    ill = is_ill(phenotype)
    data = _with_measured(data, measured) if ill else data
    if include and ill:
        data = People(data).including(include).data
    data = data.isel(person=slice(most)) if ill else data  # who is well has no severity before it is solved for
    full = ill and data.sizes["person"] == most  # should one of them be passed over, those after the last come next
    last = int(data["person"][-1]) if full else who.stop - 1
    data = _with_parameters(data, phenotype, known, seed)
    data = data if ill else _with_measured(data, measured)
    return People(data).including(include).data if include and not ill else data, last


def _with_measured(data: xr.Dataset, measured: Measured | None) -> xr.Dataset:
    """People with what else is known of them."""
    found = measured(data) if measured else {}
    return data.assign({name: ("person", column, _about("1", name, "covariate")) for name, column in found.items()})


def _with_parameters(data: xr.Dataset, phenotype: str, known: Mapping[str, Covariate], seed: int) -> xr.Dataset:
    """People with their own parameters, drawn, set by covariates and solved for."""
    table, ill = body(phenotype).table, is_ill(phenotype)
    given = _given(data, [each for each in known.values() if not each.among or phenotype in each.among], table)
    free = [
        name
        for name, row in table.items()
        if row.spread and name not in given and not (ill and name in (OWN_CRP, DRIVE, VULNERABILITY))
    ]
    ways = {name: spread_of(table[name]) for name in free}
    people, own = data["person"].values, dict[str, np.ndarray]()
    last = int(people.max()) + 1 if len(people) else 0
    first = int(people.min()) if len(people) else 0
    names = [*given, *free, *((VULNERABILITY, DRIVE, OWN_CRP) if ill else ())]
    own = {name: given.get(name, np.empty(len(people))) for name in names}
    rest = {name: data[name].values.copy() for name in SOLVED if name in data}
    redrawn, pending = np.zeros(len(people), dtype=int), np.arange(len(people))
    for turn in range(TURNS):
        if not len(pending):
            break
        rows = people[pending] - first
        for name, way in ways.items():
            own[name][pending] = way.at(Stream(seed, f"parameter.{name}").uniform(last - first, first, turn)[rows])
        failed = []
        for k in pending:
            try:
                _settle_one(int(k), phenotype, own, rest)
            except SolveError:
                failed.append(k)
        pending = np.array(failed, dtype=int)
        redrawn[pending] += 1
    if len(pending) > max(FEW, RARE * len(people)):
        raise SolveError(
            f"{len(pending)} of {len(people)} people find no numbers that go together in {TURNS} draws",
            fix="look at the distributions of severity and CRP",
        )
    found = {name: ("person", column, data[name].attrs) for name, column in rest.items()}
    for name, column in own.items():
        about = _about(table[name].unit, name, "parameter")
        about |= {"within_limits": ways[name].within} if name in ways else {}
        found[name] = ("person", column, about)
    found["redrawn"] = ("person", redrawn, _about("1", "how often the parameters were drawn anew", "count"))
    data = data.assign(found)  # all at once: one by one takes as long as drawing them
    return data.isel(person=np.setdiff1d(np.arange(len(people)), pending))


def _settle_one(k: int, phenotype: str, own: dict[str, np.ndarray], rest: dict[str, np.ndarray]) -> None:
    """Solve for one person: what carries severity and CRP, or what these come to in a phenotype without."""
    if is_ill(phenotype):
        solved = (VULNERABILITY, DRIVE, OWN_CRP)
        person = {name: float(column[k]) for name, column in own.items() if name not in solved}
        found, _ = settle(phenotype, person, float(rest["severity"][k]), float(rest["crp"][k]))
        for name in solved:
            own[name][k] = found[name]
        return
    reached = body(phenotype).at_rest({name: float(column[k]) for name, column in own.items()})
    for name, column in rest.items():
        column[k] = reached[SOLVED[name][1]]


def _given(data: xr.Dataset, known: Sequence[Covariate], table: Table) -> dict[str, np.ndarray]:
    """The parameters that covariates set: by category, as they are, or in proportion to the middle."""
    given = {}
    for covariate in known:
        name = covariate.name
        if not covariate.sets or name in SOLVED:
            continue
        row, column = table[covariate.sets], data[name].values
        if covariate.spread is None:
            given[row.name] = np.array([covariate.values[str(each)] for each in column], dtype=float)
        elif parse_unit(covariate.unit).dimensions == parse_unit(row.unit).dimensions:
            given[row.name] = column * conversion_factor(covariate.unit, row.unit)
        elif covariate.spread.middle > 0:  # body mass index: everyone has the height that fits the middle
            given[row.name] = row.value * column / covariate.spread.middle
        else:
            raise ParameterError(f"the covariate {name} ({covariate.unit}) cannot set {row.name} ({row.unit})")
    return given


def _grouped(column: xr.DataArray) -> bool:
    return "categories" in column.attrs


def _about(units: str, long_name: str, role: str) -> dict[str, Any]:
    return {"units": units, "long_name": long_name, "role": role}
