"""The house rules, checked: imports, types, style, sizes, documentation, no traces of a machine."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "model" / "neurokyn"
FILES = sorted(PACKAGE.rglob("*.py"))
LONG_FUNCTIONS = {"_drive", "_repeat"}  # listed kernels: the loops of the solver


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False)


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]


def test_style():
    result = run("-m", "ruff", "check", ".")
    assert result.returncode == 0, result.stdout
    result = run("-m", "ruff", "format", "--check", "model", "scripts", "tests")
    assert result.returncode == 0, result.stdout


def test_types():
    result = run("-m", "mypy")
    assert result.returncode == 0, result.stdout


def test_imports_point_down():
    result = run("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")
    assert result.returncode == 0, result.stdout


def test_no_file_over_400_lines():
    assert [str(p) for p in FILES if len(p.read_text().splitlines()) > 400] == []


def test_no_function_over_60_lines():
    """Docstrings do not count: a long description is no long function."""
    long = []
    for path in FILES:
        for f in functions(path):
            body = f.body[1:] if ast.get_docstring(f) else f.body
            if body and body[-1].end_lineno - body[0].lineno > 60 and f.name not in LONG_FUNCTIONS:
                long.append(f"{path.name}: {f.name}")
    assert long == []


@pytest.mark.parametrize("path", sorted((PACKAGE / "physiology").glob("*.py")), ids=lambda p: p.stem)
def test_no_number_stands_in_a_formula(path):
    found = [
        f"line {node.lineno}: {node.value}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    assert found == []


def test_every_public_name_is_documented():
    import neurokyn

    for name in neurokyn.__all__:
        thing = getattr(neurokyn, name)
        if isinstance(thing, str):
            continue
        text = thing.__doc__ or ""
        assert text.split("\n")[0].endswith("."), f"{name} has no one-sentence summary"
        takes = set(thing.__annotations__) - {"return"}
        if takes and not issubclass(thing if isinstance(thing, type) else object, Exception):
            assert "Parameters\n" in text, f"{name} does not list its parameters"
        if not isinstance(thing, type):
            assert "Returns\n" in text, f"{name} does not say what it returns"


def test_importing_costs_nothing():
    code = (
        "import time, sys; t = time.perf_counter(); import neurokyn; print(time.perf_counter() - t); "
        "print([m for m in ('numpy', 'sympy', 'numba', 'xarray', 'pint', 'matplotlib') if m in sys.modules])"
    )
    seconds, heavy = min((run("-c", code).stdout.split("\n")[:2] for _ in range(3)), key=lambda x: float(x[0]))
    assert heavy == "[]"
    assert float(seconds) < 0.2


def test_nothing_points_at_a_machine():
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    pattern = re.compile(r"/work/|/root/|/home/\w+/|\.library")
    found = [
        name
        for name in files
        if Path(name).suffix in {".py", ".toml", ".md", ".cff", ".txt", ".bib"}
        and name != "tests/house/test_house.py"
        and pattern.search((ROOT / name).read_text(encoding="utf-8"))
    ]
    assert found == []
