"""The solver's drivers as machine code, made once by Numba and kept."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from ctypes import CFUNCTYPE, byref, c_int32, c_int64, c_void_p
from functools import cache
from pathlib import Path

import neurokyn
from neurokyn import solver
from neurokyn.compiler import machine
from neurokyn.compiler.store import hash_of_source, is_kept, keep
from neurokyn.errors import SolveError

ELSEWHERE = "import sys; from neurokyn.scenario.drivers import driver; driver(sys.argv[1])"
LONGEST = 120.0  # s that another process is waited for
_begun: dict[str, subprocess.Popen[bytes]] = {}


@cache
def begin(name: str) -> None:
    """Let another process compile a driver, unless it is kept or there is one core only, while this one does the rest.

    Parameters
    ----------
    name : str
        As of `driver`.
    """
    if is_kept(_label(name)) or (os.cpu_count() or 1) < 2:
        return
    here = os.pathsep.join([str(Path(neurokyn.__path__[0]).parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    with contextlib.suppress(OSError):
        _begun[name] = subprocess.Popen(
            [sys.executable, "-c", ELSEWHERE, name], env={**os.environ, "PYTHONPATH": here},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


@cache
def driver(name: str) -> Callable[[int], None]:
    """A driver, called with the address of a table.

    Parameters
    ----------
    name : str
        A function of `neurokyn.solver.entries`: "carry", "carry_single" or "seek".

    Returns
    -------
    callable
        Releases the interpreter while it runs.
    """
    with contextlib.suppress(OSError, subprocess.SubprocessError):  # whatever became of it, we can do the same here
        if name in _begun:
            _begun.pop(name).wait(LONGEST)
    symbol, code = keep(_label(name), lambda: _compile(name)).split(b"\n", 1)
    function = CFUNCTYPE(c_int32, c_void_p, c_void_p, c_int64)(machine.load(code, [symbol.decode()])[symbol.decode()])

    def call(table: int) -> None:
        result, problem = c_void_p(), c_void_p()  # what Numba's calling convention wants beside the argument
        if function(byref(result), byref(problem), table) != 0:
            raise SolveError(f"the driver '{name}' failed inside", fix="please report it")

    return call


def _label(name: str) -> str:
    """What it is kept under."""
    return f"driver_{name}_{machine.processor()}_{_fingerprint()}"


def _compile(name: str) -> bytes:
    from neurokyn.solver.entries import code_of

    code = code_of(name)
    needed = re.findall(r"^declare [^@]*@(?!llvm\.)([\w.]+)", code.text, flags=re.MULTILINE)
    if needed:  # it could not be resolved in a process without Numba
        raise SolveError(
            f"the driver '{name}' calls {', '.join(needed)}", fix="write that out in `neurokyn.solver.calls`"
        )
    return code.name.encode() + b"\n" + machine.assemble(code.text)


@cache
def _fingerprint() -> str:
    """The hash of what the drivers are made from."""
    return hash_of_source(Path(solver.__path__[0]).glob("*.py"))
