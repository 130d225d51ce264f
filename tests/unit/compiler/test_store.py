"""Compiled systems on disk: found again by what they declare, written whole, made anew where they are damaged."""

import errno
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from neurokyn.compiler import compiled, store
from neurokyn.compiler.compose import compose
from neurokyn.compiler.machine import native_width
from neurokyn.language import Module
from neurokyn.scenario import drivers
from neurokyn.scenario.lanes import METHOD, follow_people
from neurokyn.solver.problem import Timeline


def decay(rate="rate", power=1.0, unit="1/h", start=8.0) -> Module:
    m = Module("decay", "Decay")
    amount = m.state("amount", "1", "what is left", start=start)
    m.rate(amount, -m.parameter(rate, unit) * amount**power)
    return m


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache folder of its own, and nothing in memory but the driver, which no model changes."""
    drivers.driver("carry")
    monkeypatch.setenv("NEUROKYN_CACHE", str(tmp_path / "cache"))
    forget(monkeypatch)
    return tmp_path / "cache"


def forget(monkeypatch):
    """As if the process had just begun."""
    monkeypatch.setattr(store, "_loaded", {})
    monkeypatch.setattr(compiled, "_systems", {})


def kept(cache):
    return sorted(path.name for path in cache.glob("*.kept"))


def solved(system, people=5):
    """The ends of some people after two hours, through every kind of kernel there is."""
    kernels, n_drives = compiled.load_kernels(system), len(system.drives)
    made = np.array([kernels.prepare(np.array([0.1 * k])) for k in range(1, people + 1)])
    constants, starts = made[:, : kernels.LAYOUT["constants"]], np.full((people, 1), 8.0)
    none, first = np.zeros(0, dtype=np.int64), np.zeros(2, dtype=np.int64)
    drives, classes = np.zeros((1, n_drives)), np.zeros(1, dtype=np.int64)
    events = Timeline(np.array([0.0, 2.0]), drives, first, none, np.zeros(0), classes)
    found = follow_people(
        kernels, constants, starts, np.full((people, 1), 8.0), events, np.array([1.0, 2.0]), [0], rtol=1e-8
    )
    assert (found.code == 0).all()
    return found.outputs[:, :, 0]


def test_the_key_is_what_is_declared():
    key = store.fingerprint(compose([decay()]))
    assert key == store.fingerprint(compose([decay()]))
    others = [decay(rate="speed"), decay(power=2.0), decay(unit="1/day"), decay(start=9.0)]
    assert len({key, *(store.fingerprint(compose([other])) for other in others)}) == 5


def test_kernels_are_made_once_and_found_again(cache, monkeypatch):
    system = compose([decay()])
    assert not compiled.is_compiled(system)
    first = solved(system)
    rates = 0.1 * np.arange(1, 6)[:, None]
    assert first == pytest.approx(8 * np.exp(-rates * [1.0, 2.0]), rel=1e-7)
    files = kept(cache)
    width = native_width()
    assert [name.split("_")[0] for name in files] == [f"lanes{width}", "prepare", f"show{width}", "system"]
    assert sorted(path.name for path in cache.iterdir()) == files
    assert compiled.is_compiled(system)
    assert compiled.load_kernels(compose([decay()])) is compiled.load_kernels(system)
    forget(monkeypatch)
    monkeypatch.setattr(compiled, "build_graph", None)
    monkeypatch.setattr(compiled.machine, "assemble", None)
    assert compiled.is_compiled(system)
    assert np.array_equal(solved(system), first)
    assert kept(cache) == files


def test_the_readable_source_is_written_once(cache, monkeypatch):
    system = compose([decay()])
    kernels, slope = compiled.load_kernels(system), np.empty(1)
    constants = kernels.prepare(np.array([0.5]))[: kernels.LAYOUT["constants"]]
    kernels.rhs(0.0, np.array([8.0]), constants, np.empty(len(system.drives)), slope)
    assert slope[0] == -4.0
    (file,) = cache.glob("*.py")
    assert file.name == f"system_{store.fingerprint(system)}.py"
    before = file.stat().st_mtime_ns
    forget(monkeypatch)
    assert compiled.load_kernels(system).reference is not kernels.reference  # from disk
    assert file.stat().st_mtime_ns == before
    assert not list(cache.glob("*.tmp"))


def flip(content: bytes) -> bytes:
    """One bit in the middle."""
    place = len(content) // 2
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


DAMAGES = {
    "empty": lambda content: b"",
    "one byte": lambda content: content[:1],
    "no end": lambda content: content[: len(content) // 2],
    "no last byte": lambda content: content[:-1],
    "a longer end": lambda content: content + b"\0",
    "a bit": flip,
    "a bit of the hash": lambda content: bytes([content[0] ^ 1]) + content[1:],
    "zeros": lambda content: bytes(len(content)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_made_anew(cache, monkeypatch, damage, capfd):
    system = compose([decay()])
    first = solved(system)
    whole = {path: path.read_bytes() for path in cache.glob("*.kept")}
    assert len(whole) == 4
    for path, content in whole.items():
        path.write_bytes(DAMAGES[damage](content))
        forget(monkeypatch)
        assert np.array_equal(solved(system), first)
        assert path.read_bytes() == content
    assert {path: path.read_bytes() for path in cache.iterdir()} == whole
    assert capfd.readouterr() == ("", "")


def test_a_driver_is_kept_and_made_anew_where_it_is_damaged(tmp_path, monkeypatch):
    contents: list[bytes] = []
    made: list[str] = []

    def listen(name, build):
        contents.append(store.keep(name, build))
        return contents[-1]

    monkeypatch.setattr(drivers, "keep", listen)
    load = drivers.driver.__wrapped__
    load("carry")
    monkeypatch.setenv("NEUROKYN_CACHE", str(tmp_path))
    monkeypatch.setattr(drivers, "_compile", lambda name: made.append(name) or contents[0])
    load("carry")
    load("carry")
    assert made == ["carry"]
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    for number, damage in enumerate(DAMAGES.values(), 2):
        path.write_bytes(damage(whole))
        load("carry")
        assert made == ["carry"] * number
        assert path.read_bytes() == whole
    assert set(contents) == {contents[0]}


ALONE = """
import hashlib, sys
from neurokyn.compiler import compiled
graphs, build = [], compiled.build_graph
compiled.build_graph = lambda *given: graphs.append(1) or build(*given)
from neurokyn.language import Module
from neurokyn.scenario.simulate import solve
m = Module("decay", "Decay")
x = m.state("amount", "1", "x", start=8.0)
m.rate(x, -m.parameter("rate", "1/h") * x)
data = solve(m, {"rate": 1.0}, duration="1 h")
print(hashlib.sha256(data["decay.amount"].values.tobytes()).hexdigest())
print(*(name in sys.modules for name in ("numba", "sympy", "neurokyn.compiler.source")), bool(graphs))
"""
TOGETHER = """
import numpy as np
from ctypes import CFUNCTYPE, c_void_p
from neurokyn.compiler.compiled import load_kernels
from neurokyn.compiler.compose import compose
from neurokyn.compiler.method import Method
from neurokyn.language import Module
m = Module("decay", "Decay")
x = m.state("amount", "1", "x", start=8.0)
m.rate(x, -m.parameter("rate", "1/h") * x)
kernels, one = load_kernels(compose([m])), np.ones((2, 2))
method = Method(0 * one, 0 * one, one[0], one[0], one, 0.5, 2, 0.9, 0.1, 0.7, 0.4, 1e-6)
for width in (1, 4, 8):
    lanes = kernels.lanes(width, np.arange(kernels.LAYOUT["constants"]), method)
    show = kernels.read_outs(width, lanes.own, [0], method)
    raw = np.zeros(lanes.size * width + 8)
    memory = raw[-raw.ctypes.data % 64 // 8 :]
    memory[lanes.places["state"][0] * width :][:width] = 8.0
    constants = np.repeat(kernels.prepare(np.array([0.5]))[: len(lanes.own)], width)
    memory[lanes.places["own"][0] * width :][: len(constants)] = constants
    for address in (lanes.addresses["linearise"], show["show"]):
        CFUNCTYPE(None, c_void_p, c_void_p)(address)(memory.ctypes.data, None)
    print(*(memory[lanes.places[name][0] * width] for name in ("slope", "shown", "jacobian")))
"""


def begin(code: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ})


def test_a_warm_start_needs_neither_compiler_nor_symbols_nor_the_graph(cache):
    said = [begin(ALONE).communicate() for _ in range(2)]
    assert [err for _, err in said] == ["", ""]
    (first, cold), (second, warm) = (out.split("\n")[:2] for out, _ in said)
    assert first == second
    assert cold.endswith("True")
    assert warm == "False False False False"


def test_many_processes_may_begin_at_once(cache):
    """On an empty cache: all succeed, with the same result, and what is kept is whole."""
    processes = [begin(TOGETHER) for _ in range(8)]
    said = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0] * 8, said
    assert set(said) == {("-4.0 8.0 -0.5\n" * 3, "")}
    assert {path.suffix for path in cache.iterdir()} == {".kept"}
    assert len(kept(cache)) == 8
    for path in cache.iterdir():
        digest, content = path.read_bytes().split(b"\n", 1)
        assert digest == store._digest(content)


def test_several_may_write_at_once(cache):
    contents = [bytes([k]) * 100_000 for k in range(8)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda content: store.keep("one", lambda: content), contents))
    assert set(found) <= set(contents)
    (path,) = store.store_directory().iterdir()
    digest, content = path.read_bytes().split(b"\n", 1)
    assert content in contents
    assert digest == store._digest(content)


@pytest.mark.parametrize("place", ["tempfile.mkstemp", "os.replace", "os.fdopen"])
def test_a_full_cache_costs_time_and_not_the_result(cache, monkeypatch, place):
    first = solved(compose([decay()]))
    for path in cache.iterdir():
        path.unlink()
    forget(monkeypatch)

    def full(*given, **named):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(place, full)
    assert np.array_equal(solved(compose([decay()])), first)
    assert list(cache.iterdir()) == []
    assert np.array_equal(solved(compose([decay()])), first)  # what is in memory needs no disk


def test_what_a_kernel_depends_on_is_in_its_name(cache, monkeypatch):
    """Which constants are each person's own, how many lanes, every number of the method, and what is shown."""
    m = Module("two", "Two constants")
    x = m.state("x", "1", "x", start=1.0)
    m.rate(x, m.parameter("a", "1/h") * (m.parameter("b", "1") - x))
    kernels = compiled.load_kernels(compose([m]))
    every = np.arange(kernels.LAYOUT["constants"])
    methods = [METHOD._replace(**{name: getattr(METHOD, name) * 1.0009765625}) for name in METHOD._fields]
    asked = [(1, every, METHOD), (2, every, METHOD), (1, every[:1], METHOD), (1, every[:0], METHOD)]
    asked += [(1, every, method) for method in methods]
    counts = []
    for given in asked:
        kernels.lanes(*given)
        counts.append(len(list(cache.glob("lanes*"))))
    assert counts == list(range(1, len(asked) + 1))
    for width, own, method in asked[:4]:
        for shown in ([0], [0, 0], []):
            kernels.read_outs(width, own, shown, method)
    assert len(list(cache.glob("show*"))) == 12
    files = kept(cache)
    forget(monkeypatch)
    again = compiled.load_kernels(compose([m]))
    for given in asked:
        again.lanes(*given)
    assert kept(cache) == files


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
