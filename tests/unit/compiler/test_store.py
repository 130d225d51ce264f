"""Compiled systems on disk: found again by what they declare, written whole."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from neurokyn.compiler import store
from neurokyn.compiler.compose import compose
from neurokyn.language import Module


def decay(rate="rate", power=1.0, unit="1/h", start=8.0) -> Module:
    m = Module("decay", "Decay")
    amount = m.state("amount", "1", "what is left", start=start)
    m.rate(amount, -m.parameter(rate, unit) * amount**power)
    return m


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache folder of its own, and nothing in memory."""
    monkeypatch.setenv("NEUROKYN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(store, "_loaded", {})
    return tmp_path / "cache"


def test_the_key_is_what_is_declared():
    key = store.fingerprint(compose([decay()]))
    assert key == store.fingerprint(compose([decay()]))
    others = [decay(rate="speed"), decay(power=2.0), decay(unit="1/day"), decay(start=9.0)]
    assert len({key, *(store.fingerprint(compose([other])) for other in others)}) == 5


def test_kernels_are_written_once_and_loaded_again(cache):
    system = compose([decay()])
    assert not store.is_compiled(system)
    kernels = store.load_kernels(system)
    files = sorted(path.name for path in cache.glob("*.py"))
    assert files == [f"system_{store.fingerprint(system)}.py"]
    assert not list(cache.glob("*.tmp"))
    assert store.is_compiled(system)
    assert store.load_kernels(compose([decay()])) is kernels
    slope, constants = np.empty(1), np.empty(kernels.LAYOUT["constants"])
    kernels.prepare([0.5], constants, np.empty(1), np.empty(1), np.empty(1), np.empty(len(system.drives)))
    kernels.rhs(0.0, np.array([8.0]), constants, np.empty(len(system.drives)), slope)
    assert slope[0] == -4.0
    store._loaded.clear()
    assert store.load_kernels(system) is not kernels  # from disk
    assert sorted(path.name for path in cache.glob("*.py")) == files


def test_a_warm_start_needs_no_symbols(cache):
    code = (
        "import sys; from neurokyn.language import Module; from neurokyn.scenario.simulate import solve; "
        "m = Module('decay', 'Decay'); x = m.state('amount', '1', 'x', start=8.0); "
        "m.rate(x, -m.parameter('rate', '1/h') * x); solve(m, {'rate': 1.0}, duration='1 h'); "
        "print('sympy' in sys.modules, 'neurokyn.compiler.source' in sys.modules)"
    )
    said = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert said == ["False True\n", "False False\n"]


def test_several_may_write_at_once(cache):
    system = compose([decay(power=3.0)])
    path = store.store_directory() / "system.py"
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: store._write(path, system), range(8)))
    assert [entry.name for entry in cache.iterdir()] == ["system.py"]
    compile(path.read_text(encoding="utf-8"), "system.py", "exec")


def test_where_compiled_things_are_kept(tmp_path, monkeypatch):
    monkeypatch.delenv("NEUROKYN_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert store.store_directory() == tmp_path / "neurokyn"
    (tmp_path / "file").touch()
    monkeypatch.setenv("NEUROKYN_CACHE", str(tmp_path / "file" / "below"))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    instead = store.store_directory()
    assert instead.parent == Path(tmp_path)
    assert instead.is_dir()
