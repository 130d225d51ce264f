"""The whole model: every physiology module found by name."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

from neurokyn import physiology
from neurokyn.compiler.compose import System, compose
from neurokyn.compiler.parameters import Table, read_parameters
from neurokyn.errors import ModelError
from neurokyn.language import Module

GROUP = "neurokyn.modules"


@cache
def modules() -> dict[str, Module]:
    """Every physiology module: those of this package and those of other packages.

    Another package offers a module under the entry-point group `neurokyn.modules`.

    Returns
    -------
    dict of str to Module
        By name.

    Raises
    ------
    ModelError
        If a file holds no `module`, or two share a name.
    """
    found: dict[str, Module] = {}
    for entry in sorted(pkgutil.iter_modules(physiology.__path__), key=lambda e: e.name):
        file = import_module(f"{physiology.__name__}.{entry.name}")
        if not isinstance(getattr(file, "module", None), Module):
            raise ModelError(f"physiology/{entry.name}.py holds no `module`; end the file with `module = m`")
        found[file.module.name] = file.module
    for point in entry_points(group=GROUP):
        other = point.load()
        if other.name in found and found[other.name] is not other:
            raise ModelError(f"the module '{other.name}' of {point.value} has the name of another; rename it")
        found[other.name] = other
    return found


@cache
def standard_model() -> System:
    """All modules composed.

    Returns
    -------
    System
        The model that scenarios run.

    Examples
    --------
    >>> "serotonin.extracellular" in standard_model().state_names
    True
    """
    return compose(modules().values())


@cache
def standard_parameters() -> Table:
    """The shipped numbers of every module.

    Returns
    -------
    Table
        By qualified name.

    Examples
    --------
    >>> standard_parameters()["serotonin.km_tph"].unit
    'umol/L'
    """
    own = {entry.name for entry in pkgutil.iter_modules(physiology.__path__)}
    rows = [*read_parameters(own).values()]
    for point in entry_points(group=GROUP):  # a module of another package keeps its numbers beside it
        beside = Path(str(import_module(point.module).__file__)).parent
        rows += read_parameters([point.load().name], beside).values()
    return Table(rows)
