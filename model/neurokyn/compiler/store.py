"""Compiled things on disk, under the hash of what made them."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
import time
from functools import cache, lru_cache
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
    import numba

    here = Path(__file__).parent
    files = [*here.glob("*.py"), *(here.parent / "language").glob("*.py"), here.parent / "solver" / "problem.py"]
    digest = hashlib.sha256(f"{sys.version_info[:2]} {numba.__version__}".encode())
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


def load_kernels(system: System) -> ModuleType:
    """The compiled kernels of a system, from disk if they are there.

    Parameters
    ----------
    system : System
        Composed modules.

    Returns
    -------
    module
        With `prepare`, `rhs`, `linearise`, `factor`, `solve`, `observe`, `LAYOUT`, `JACOBIAN`.
    """
    key = fingerprint(system)
    if key not in _loaded:
        path = store_directory() / f"system_{key}.py"
        if not path.exists():
            _write(path, system)
        _loaded[key] = _import(path)
    return _loaded[key]


def is_compiled(system: System) -> bool:
    """Whether this system's kernels are loaded or kept on disk."""
    key = fingerprint(system)
    folder = store_directory()
    return key in _loaded or (
        (folder / f"system_{key}.py").exists() and any((folder / "__pycache__").glob(f"system_{key}.observe*.nbi"))
    )


def _write(path: Path, system: System) -> None:
    """Write the source beside its place and move it there in one step (several processes may race)."""
    from neurokyn import __version__
    from neurokyn.compiler.source import generate

    text = generate(system, __version__)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".tmp")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(name, path)


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
