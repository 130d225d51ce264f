"""People as a table: `ID` and one column `name [unit]` for each number, as other simulators write theirs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import xarray as xr

from neurokyn.errors import NeurokynError, ParameterError, ScenarioError, nearest
from neurokyn.language.units import conversion_factor
from neurokyn.population.covariates import Covariate, covariates
from neurokyn.scenario.model import standard_parameters
from neurokyn.scenario.people import settings_of

HEADING = re.compile(r"^\s*(?P<name>[^\[\]]+?)\s*(?:\[(?P<unit>[^\]]*)\])?\s*$")
WHOLE = ("redrawn",)
EXTRA = {"weight": "weight", "redrawn": "count", "screened": "covariate"}


def write_people(data: xr.Dataset, path: Path) -> None:
    """Write a cohort.

    Parameters
    ----------
    data : xarray.Dataset
        As in `People`.
    path : Path
        The file; replaced if it is there.
    """
    text = io.StringIO()
    for key in ("seed", "phenotype", "include", "effective_sample_size"):
        if data.attrs.get(key, "") != "":
            text.write(f"# {key} = {data.attrs[key]}\n")
    writer = csv.writer(text, lineterminator="\n")
    names = list(data.data_vars)
    writer.writerow(["ID", *headings(data).values()])
    columns = [data["person"].values.tolist(), *(data[name].values.tolist() for name in names)]
    writer.writerows(zip(*columns, strict=True))
    path.write_text(text.getvalue(), encoding="utf-8")


def write_parquet(columns: Mapping[str, np.ndarray], notes: Mapping[str, object], path: Path) -> None:
    """Write a table as Parquet, with notes in its metadata.

    Parameters
    ----------
    columns : mapping of str to ndarray
        By heading.
    notes : mapping of str to object
        What else is known, such as the seed.
    path : Path
        The file; replaced if it is there.

    Raises
    ------
    ScenarioError
        If pyarrow is not installed.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise ScenarioError("Parquet needs pyarrow", fix="pip install 'neurokyn[parquet]', or write CSV") from None
    table = pyarrow.table({name: pyarrow.array(column) for name, column in columns.items()})
    said = {f"neurokyn.{key}": str(value) for key, value in notes.items()}
    parquet.write_table(table.replace_schema_metadata(said), path)


def headings(data: xr.Dataset) -> dict[str, str]:
    """Heading of each variable: its name, and its unit if it is a number."""
    plain = {str(name): "categories" in data[name].attrs for name in data.data_vars}
    return {name: name if named else f"{name} [{data[name].attrs.get('units', '1')}]" for name, named in plain.items()}


def read_columns(path: Path) -> xr.Dataset:
    """Read a cohort.

    Parameters
    ----------
    path : Path
        A file such as `write_people` makes.

    Returns
    -------
    xarray.Dataset
        As in `People`, with numbers in the units of covariates and parameters.

    Raises
    ------
    ParameterError
        If the file cannot be read, or a column or a number makes no sense; says where.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise ParameterError(f"{path.name} cannot be read: {problem}") from None
    notes = dict(_note(line) for line in lines if line.startswith("#") and "=" in line)
    table = [row for row in csv.reader(line for line in lines if not line.startswith("#")) if row]
    if len(table) < 2 or table[0][0].strip() != "ID":
        raise ParameterError(f"{path.name} holds no people; it needs a line of names that starts with ID, then people")
    uneven = [k for k, row in enumerate(table) if len(row) != len(table[0])]
    if uneven:
        raise ParameterError(f"{path.name} person {uneven[0]}: {len(table[uneven[0]])} fields, {len(table[0])} names")
    heads, columns = table[0], list(zip(*table[1:], strict=True))
    if len(set(heads)) != len(heads):
        raise ParameterError(f"{path.name} has a column twice")
    people = _numbers(columns[0], f"{path.name} ID").astype(np.int64)
    if len(set(people.tolist())) != len(people):
        raise ParameterError(f"{path.name} has an ID twice")
    data = xr.Dataset(coords={"person": ("person", people, {"long_name": "number of the person"})})
    known = covariates()
    for head, column in zip(heads[1:], columns[1:], strict=True):
        name, values, about = _column(head, column, known, path.name)
        data[name] = ("person", values, about)
    return data.assign_attrs(_attributes(notes, path.name))


def _note(line: str) -> tuple[str, str]:
    key, _, value = line.lstrip("# ").partition("=")
    return key.strip(), value.strip()


def _attributes(notes: dict[str, str], file: str) -> dict[str, object]:
    """What the # lines say."""
    phenotype = notes.get("phenotype", "healthy")
    try:
        settings_of(phenotype)
        about: dict[str, object] = {"phenotype": phenotype, "include": notes.get("include", "")}
        about |= {"seed": int(notes["seed"])} if "seed" in notes else {}
        size = notes.get("effective_sample_size")
        return about | ({"effective_sample_size": float(size)} if size else {})
    except (NeurokynError, ValueError) as problem:
        raise ParameterError(f"{file}: {problem}") from None


def _column(
    head: str, column: tuple[str, ...], known: dict[str, Covariate], file: str
) -> tuple[str, np.ndarray, dict[str, object]]:
    """One column: its name, its values in the unit of the table, what is said of it."""
    match = HEADING.match(head)
    if match is None:
        raise ParameterError(f"{file}: '{head}' is no heading; write it like 'age [year]'")
    name, unit, place = match["name"], match["unit"] or "", f"{file} {match['name']}"
    parameters = standard_parameters()
    if name in known and known[name].shares:
        wrong = [each for each in column if each not in known[name].shares]
        if wrong:
            raise ParameterError(f"{place} is never '{wrong[0]}'{nearest(wrong[0], known[name].shares)}")
        about = {"units": known[name].unit, "long_name": known[name].title, "role": "covariate"}
        return name, np.array(column), {**about, "categories": " ".join(known[name].shares)}
    if name in known:
        own, title, role = known[name].unit, known[name].title, "covariate"
    elif name in parameters:
        own, title, role = parameters[name].unit, name, "parameter"
    elif name in EXTRA:
        own, title, role = "1", name, EXTRA[name]
    else:
        raise ParameterError(f"{file}: no covariate or parameter '{name}'{nearest(name, [*known, *parameters])}")
    values = _numbers(column, place) * conversion_factor(unit or own, own)
    return name, values.astype(int) if name in WHOLE else values, {"units": own, "long_name": title, "role": role}


def _numbers(column: tuple[str, ...], place: str) -> np.ndarray:
    try:
        values = np.array([float(each) for each in column])
    except ValueError as problem:
        raise ParameterError(f"{place}: {problem}") from None
    if not np.isfinite(values).all():
        raise ParameterError(f"{place} holds a number that is not finite")
    return values
