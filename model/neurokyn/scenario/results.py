"""Datasets on disk and back."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import xarray as xr

from neurokyn.errors import ScenarioError


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
    packed = {name: {"zlib": True, "complevel": 1} for name in data.data_vars if data[name].dtype.kind == "f"}
    try:
        handle, name = tempfile.mkstemp(dir=path.resolve().parent, prefix=f".{path.stem}", suffix=".nc")
        os.close(handle)
        plain.to_netcdf(name, engine="h5netcdf", encoding={k: v for k, v in packed.items() if data[k].ndim})
        os.replace(name, path)
    except OSError as problem:
        raise ScenarioError(f"{path} cannot be written: {problem}") from None


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
    except (OSError, ValueError, KeyError) as problem:
        raise ScenarioError(f"{path} cannot be read as NetCDF ({problem}); run the scenario again") from None
    for key in ("events", "sources", "changed"):
        if isinstance(data.attrs.get(key), str):
            data.attrs[key] = json.loads(data.attrs[key])
    return data
