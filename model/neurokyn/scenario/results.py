"""Datasets on disk and back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xarray as xr

from neurokyn.errors import ScenarioError

TABLES = ("events", "changed", "sources")  # attributes that NetCDF keeps as JSON


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its place once it is whole; nothing is left of a half one.

    Parameters
    ----------
    path : Path
        Where the whole file goes.

    Yields
    ------
    Path
        Where to write it.

    Raises
    ------
    ScenarioError
        If it cannot be written.
    """
    part = _part(path)
    try:
        yield part
        os.replace(part, path)
    except OSError as problem:
        raise _unwritable(path, problem) from None
    finally:
        part.unlink(missing_ok=True)


def check_writable(path: Path) -> None:
    """Refuse a place that cannot be written, before anything is computed.

    Raises
    ------
    ScenarioError
        If it is a folder, or a file cannot be made beside it.
    """
    if path.is_dir():
        raise ScenarioError(f"{path} is a folder", fix="give the name of a file")
    part = _part(path)
    try:
        part.touch()
        part.unlink()
    except OSError as problem:
        raise _unwritable(path, problem) from None


def _part(path: Path) -> Path:
    """A name beside a file for what is not whole yet."""
    if not path.resolve().parent.is_dir():
        raise ScenarioError(f"the folder of {path} does not exist", fix="make it first")
    return path.with_name(f".{os.getpid()}-{path.name}")


def _unwritable(path: Path, problem: OSError) -> ScenarioError:
    return ScenarioError(f"{path} cannot be written: {problem.strerror or problem}", fix="choose another place")


def write_netcdf(data: xr.Dataset, path: Path) -> None:
    """Write a dataset as NetCDF, in one step: an interrupted write leaves no half file.

    Parameters
    ----------
    data : xarray.Dataset
        From `simulate`.
    path : Path
        Where to.

    Raises
    ------
    ScenarioError
        If it cannot be written there.
    """
    plain = data.copy()
    plain.attrs = {k: v if isinstance(v, (str, int, float)) else json.dumps(v) for k, v in data.attrs.items()}
    packed = {name for name in data.data_vars if data[name].dtype.kind == "f" and data[name].ndim}
    with replacing(path) as part:
        encoding = {name: {"zlib": True, "complevel": 1} for name in packed}
        plain.to_netcdf(part, engine="h5netcdf", encoding=encoding)


def write_text(text: str, path: Path) -> None:
    """Write text, in one step.

    Raises
    ------
    ScenarioError
        If it cannot be written there.
    """
    with replacing(path) as part:
        part.write_text(text + "\n", encoding="utf-8")


def read_netcdf(path: Path) -> xr.Dataset:
    """Read a dataset that `write_netcdf` wrote.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    xarray.Dataset
        With the events of each arm back as lists.

    Raises
    ------
    ScenarioError
        If the file is missing, truncated or not NetCDF.
    """
    try:
        with xr.open_dataset(path, engine="h5netcdf") as opened:
            data = opened.load()
        data.attrs |= {key: json.loads(data.attrs[key]) for key in TABLES if isinstance(data.attrs.get(key), str)}
    except FileNotFoundError:
        raise ScenarioError(f"there is no file '{path}'", fix="check the path") from None
    except Exception as problem:  # HDF5 raises whatever it meets in a broken file
        reason = str(problem).partition("\n")[0]
        raise ScenarioError(f"{path} cannot be read as NetCDF ({reason})", fix="run the scenario again") from None
    return data
