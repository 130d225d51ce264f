"""One person, one arm: our solver beside SciPy's stiff ones, which get our compiled slopes and Jacobian.

python benchmarks/one_person.py [--days 28] [--rounds 5] [--rtol 1e-6] [--no-cold]
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numba
import numpy as np
import scipy
from neurokyn import __version__
from neurokyn.scenario.model import standard_model
from neurokyn.scenario.orbit import daily_orbit
from neurokyn.scenario.prepare import prepare
from neurokyn.scenario.reading import read_scenario
from neurokyn.scenario.simulate import person
from neurokyn.scenario.solve import ABSOLUTE_SHARE, problem, timeline
from neurokyn.solver.integrate import integrate
from neurokyn.solver.problem import Solution
from neurokyn.solver.reference import integrate_with_scipy

SCENARIO, ARM = "running-vs-escitalopram", "escitalopram"
OURS = "Rodas5P"
START = """
import time; t = time.perf_counter()
import neurokyn; imported = time.perf_counter() - t
neurokyn.simulate("one-bout-hour-by-hour"); print(imported, time.perf_counter() - t)
"""


def courses(days: float, rtol: float) -> tuple[dict[str, Callable[[], Solution]], Callable[[Solution], float], str]:
    """The same course by each method, what its error is in units of the tolerance, and its size in words."""
    plan = read_scenario(SCENARIO)
    body = prepare(standard_model(), person(plan, ARM, {}))
    start = daily_orbit(body, timeline(body, plan.ordinary_day(), 24.0, plan.context.clock))
    events = timeline(body, plan.schedule(ARM), 24.0 * days, plan.context.clock)
    size, n = ABSOLUTE_SHARE * body.absolute_scale, len(start)
    given = (start, body.constants, events, np.arange(0.0, 24.0 * days + 0.5))

    def ours(tolerance: float = rtol) -> Solution:
        return integrate(problem(body), *given, rtol=tolerance, atol=tolerance * size)

    def theirs(method: str) -> Callable[[], Solution]:
        return lambda: integrate_with_scipy(
            problem(body), body.kernels.JACOBIAN, *given, rtol=rtol, atol=rtol * size, method=method
        )

    exact = ours(1e-4 * rtol).outputs[:, :n]

    def error(solution: Solution) -> float:
        return float(np.max(np.abs(solution.outputs[:, :n] - exact) / (rtol * (size + np.abs(exact)))))

    words = f"{n} states, {days:g} days in {len(events.drives)} segments, {len(given[-1])} output times, rtol {rtol:g}"
    return {OURS: ours} | {name: theirs(name) for name in ("BDF", "Radau", "LSODA")}, error, words


def compare(days: float, rtol: float, rounds: int) -> None:
    """Interleaved rounds, so that a slow minute of the machine hits all; medians and ratios."""
    methods, error, words = courses(days, rtol)
    print(f"{SCENARIO}, arm {ARM}: {words}")
    errors = {name: error(run()) for name, run in methods.items()}
    seconds: dict[str, list[float]] = {name: [] for name in methods}
    for _ in range(rounds):
        for name, run in methods.items():
            begin = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - begin)
    base = median(seconds[OURS])
    print(f"{'':10}{'median':>12}{'ratio':>9}{'largest error / tolerance':>28}")
    for name, times in seconds.items():
        print(f"{name:10}{median(times):>10.4f} s{median(times) / base:>9.1f}{errors[name]:>28.2g}")


def starts() -> None:
    """Import and first `simulate` in fresh processes: nothing kept on disk, then everything."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"NEUROKYN_CACHE": folder, "NUMBA_CACHE_DIR": folder}
        for state in ("cold", "warm"):
            command = [sys.executable, "-c", START]
            result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
            imported, solved = map(float, result.stdout.split())
            print(f"{state}: import {imported:.3f} s, import and first simulate {solved:.2f} s")


def processor() -> str:
    """The CPU's name, if the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--days", type=float, default=28.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rtol", type=float, default=1e-6)
    parser.add_argument("--no-cold", action="store_true", help="leave out the cold start, which compiles everything")
    given = parser.parse_args()
    print(
        f"neurokyn {__version__}, Python {platform.python_version()}, NumPy {np.__version__}, "
        f"SciPy {scipy.__version__}, Numba {numba.__version__}; {processor()}, {os.cpu_count()} cores"
    )
    compare(given.days, given.rtol, given.rounds)
    if not given.no_cold:
        starts()


if __name__ == "__main__":
    main()
