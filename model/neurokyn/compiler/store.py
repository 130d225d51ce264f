"""Compiled things on disk, under the hash of what made them."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from neurokyn.compiler.compose import System
from neurokyn.language.expression import Expression, walk

_loaded: dict[str, ModuleType] = {}


def store_directory() -> Path:
    """Where generated source and compiled kernels are kept.

    `NEUROKYN_CACHE` if set, else the user's cache folder, else a temporary folder if that
    cannot be written.
    """
    chosen = os.environ.get("NEUROKYN_CACHE")
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "neurokyn"
    folder = Path(chosen) if chosen else home
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    folder = Path(tempfile.gettempdir()) / f"neurokyn-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@lru_cache(maxsize=64)  # a system is never changed once composed
def fingerprint(system: System) -> str:
    """The hash of a system's declaration and of the code that compiles it."""
    digest = hashlib.sha256(_compiler_fingerprint().encode())
    for line in _declaration(system):
        digest.update(line.encode())
        digest.update(b"\n")
    return digest.hexdigest()[:24]


@cache
def _compiler_fingerprint() -> str:
    here = Path(__file__).parent
    files = [*here.glob("*.py"), *(here.parent / "language").glob("*.py"), here.parent / "solver" / "signatures.py"]
    return hash_of_source(files)


def hash_of_source(files: Iterable[Path]) -> str:
    """The hash of source files and of what compiles them: Python, Numba and llvmlite.

    Parameters
    ----------
    files : iterable of Path
        In any order.

    Returns
    -------
    str
        In hexadecimal digits.
    """
    digest = hashlib.sha256(f"{sys.version_info[:2]} {version('numba')} {version('llvmlite')}".encode())
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _declaration(system: System) -> list[str]:
    """Every line of a system that its kernels depend on."""
    lines = [f"join {name} {source}" for name, source in system.joins.items()]
    entries: list[tuple[str, tuple[Expression, ...]]] = []
    for m in system.modules:
        lines += [f"parameter {name} {unit}" for name, unit in m.parameter_units.items()]
        entries += [(f"state {s.settles}", (s.symbol, s.volume, s.start, s.scale)) for s in m.states]
        entries += [("input", (i.symbol, i.stands_in)) for i in m.inputs]
        entries += [("drive", (d.symbol, d.rest)) for d in m.drives]
        entries += [("relation", (r.symbol, r.expression)) for r in m.relations]
        entries += [("rate", (r.state, r.expression)) for r in m.rates]
        for f in m.fluxes:
            ends = tuple(end for end in (f.source, f.target) if end is not None)
            side = f"{f.source is not None}{f.target is not None}"
            entries.append((f"flux {f.name} {side}", (f.expression, f.yields, *ends)))
        lines += [f"shown {r.symbol.value} {r.shown}" for r in m.relations]
    number: dict[Expression, int] = {}
    for node in walk(*(x for _, nodes in entries for x in nodes)):
        number[node] = len(number)
        operands = " ".join(str(number[x]) for x in node.arguments)
        lines.append(f"{node.operation} {operands} {node.value!r} {node.kind} {node.unit}")
    return lines + [f"{kind} {' '.join(str(number[x]) for x in nodes)}" for kind, nodes in entries]


def keep(name: str, build: Callable[[], bytes]) -> bytes:
    """What `build` makes, from disk if it was made before.

    A file is written beside its place and moved there in one step, so several processes may race; its first line is the
    hash of the rest, and a damaged file is made anew.

    Parameters
    ----------
    name : str
        Says everything the content depends on.
    build : callable
        Makes it.

    Returns
    -------
    bytes
        The content.
    """
    path = _path(name)
    try:
        digest, content = path.read_bytes().split(b"\n", 1)
        if digest == _digest(content):
            return content
    except (OSError, ValueError):
        pass
    content = build()
    with contextlib.suppress(OSError):  # a full disk costs time, not the result
        _place(path, _digest(content) + b"\n" + content)
    return content


def is_kept(name: str) -> bool:
    """Whether something was kept under a name."""
    return _path(name).exists()


def _path(name: str) -> Path:
    return store_directory() / f"{name.split('_', maxsplit=1)[0]}_{hashlib.sha256(name.encode()).hexdigest()[:24]}.kept"


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _place(path: Path, content: bytes) -> None:
    """Write beside the place and move there in one step."""
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(beside, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise


def load_reference(system: System, key: str) -> ModuleType:
    """The readable source of a system's kernels, compiled by Numba.

    Parameters
    ----------
    system : System
        Composed modules.
    key : str
        Its fingerprint.

    Returns
    -------
    module
        With `prepare`, `rhs`, `linearise`, `factor`, `solve`, `observe`, `LAYOUT`, `JACOBIAN`.
    """
    if key not in _loaded:
        path = store_directory() / f"system_{key}.py"
        if not path.exists():
            from neurokyn import __version__
            from neurokyn.compiler.source import generate

            _place(path, generate(system, __version__).encode())
        _loaded[key] = _import(path)
    return _loaded[key]


def _import(path: Path) -> ModuleType:
    """Import a generated file; rewrite nothing, so Numba's own cache beside it stays valid."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot import {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    started = time.perf_counter()
    spec.loader.exec_module(module)
    module.COMPILE_SECONDS = time.perf_counter() - started  # type: ignore[attr-defined]
    return module
