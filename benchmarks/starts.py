"""How long a new process takes to its first result, with kernels kept on disk and with nothing kept."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from statistics import median

FIRST_RESULT = """
import time
import neurokyn
neurokyn.simulate("one-bout-hour-by-hour")
print(time.time())
"""


@dataclass(frozen=True)
class Starts:
    """Seconds from starting Python to the first result: with nothing kept, and then in each further process."""

    nothing_kept: float
    kept: list[float]

    @property
    def usual(self) -> float:
        """The median with kernels kept."""
        return median(self.kept)


def starts(further: int = 5) -> Starts:
    """One process in empty folders, further ones in the same."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"NEUROKYN_CACHE": folder, "NUMBA_CACHE_DIR": folder}
        seconds = [_once(environment) for _ in range(1 + further)]
    return Starts(seconds[0], seconds[1:])


def _once(environment: dict[str, str]) -> float:
    begin = time.time()
    words = [sys.executable, "-c", FIRST_RESULT]
    result = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise ArithmeticError(f"a new process ended with code {result.returncode}: {result.stderr[-200:]}")
    return float(result.stdout.split()[-1]) - begin
