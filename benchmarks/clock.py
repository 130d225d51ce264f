"""Time on the processor, and the machine it is measured on."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def processor_seconds(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds of processor time of this process, all its threads together, and the result."""
    begin = time.process_time()
    result = work()
    return time.process_time() - begin, result


def wall_seconds(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds by the clock on the wall, and the result."""
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def processor_name() -> str:
    """The processor's name, if the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def load() -> float:
    """Processes that want to run, averaged over the last minute; NaN where the system does not tell."""
    try:
        return os.getloadavg()[0]
    except (AttributeError, OSError):
        return float("nan")


def machine() -> dict[str, object]:
    """What a number depends on besides the code."""
    import numba
    import numpy as np
    import scipy
    from neurokyn import __version__

    versions = {"Python": platform.python_version(), "NumPy": np.__version__, "SciPy": scipy.__version__}
    versions |= {"Numba": numba.__version__, "neurokyn": __version__}
    threads = {name: value for name, value in os.environ.items() if name.startswith(("OPENBLAS_", "OMP_", "MKL_"))}
    return {
        "processor": processor_name(),
        "cores": os.cpu_count() or 0,
        "load at the start": round(load(), 2),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": versions,
        "settings": threads,
        "command": " ".join([Path(sys.argv[0]).name, *(word for word in sys.argv[1:] if "/" not in word)]),  # no paths
    }
