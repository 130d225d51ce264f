#!/usr/bin/env python3
"""Set up .venv on first use, then run a neurokyn command or the tests in it.

    python3 scripts/start.py run running-vs-escitalopram    the main job
    python3 scripts/start.py lab                            the page to try things out on, in the browser
    python3 scripts/start.py test                           the test suite
    python3 scripts/start.py list | show | check | …        any other neurokyn command

Needs Python 3.11 or newer with pip; no venv package, no compiler, no root.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = ENVIRONMENT / ".neurokyn-stamp"
EXTRAS = {"test": "dev", "lab": "lab"}  # what a command needs beyond the core


def fingerprint() -> str:
    """Changes when the interpreter or the requirements do."""
    digest = hashlib.sha256(sys.version.encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def installed() -> tuple[str, set[str]]:
    """Fingerprint and extras of what is installed; nothing if the set-up did not finish."""
    if not STAMP.exists() or not PYTHON.exists():
        return "", set()
    first, *extras = STAMP.read_text(encoding="utf-8").split()
    return first, set(extras)


def install(extras: set[str]) -> None:
    """Make .venv and install the project into it, editable, with compiled bytecode."""
    print("neurokyn: setting up .venv (first run, about a minute) …", file=sys.stderr, flush=True)
    STAMP.unlink(missing_ok=True)
    if not PYTHON.exists():
        venv.EnvBuilder(with_pip=False, clear=ENVIRONMENT.exists()).create(ENVIRONMENT)
    wanted = f"{ROOT}[{','.join(sorted(extras))}]" if extras else str(ROOT)
    target = ["-c", str(ROOT / "constraints.txt"), "-e", wanted]
    # Without compiled bytecode every start would parse half a million lines again.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    uv = shutil.which("uv")
    tools = [[uv, "pip", "install", "-q", "--compile-bytecode", "--system-certs", "-p", str(PYTHON)]] if uv else []
    tools.append([sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "-q", "--disable-pip-version-check"])
    if not any(subprocess.run([*tool, *target], env=environment, check=False).returncode == 0 for tool in tools):
        sys.exit(
            "neurokyn: the installation did not succeed (see above); "
            "check that `python3 -m pip --version` works and that the package index can be reached"
        )
    part = STAMP.with_suffix(".part")
    part.write_text(" ".join([fingerprint(), *sorted(extras)]), encoding="utf-8")
    part.replace(STAMP)


def main(arguments: list[str]) -> int:
    """Install what the command needs if it is not there yet, then run it."""
    if sys.version_info < (3, 11):
        sys.exit(f"neurokyn needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    if not arguments or arguments[0] in {"-h", "--help"}:
        print(__doc__)
        return 0 if arguments else 2
    command, *rest = arguments
    known, extras = installed()
    needed = {EXTRAS[command]} if command in EXTRAS else set()
    if known != fingerprint() or not needed <= extras:
        install((extras if known else set()) | needed)
    words = ["-m", "pytest", *rest] if command == "test" else ["-m", "neurokyn", command, *rest]
    where = ROOT if command == "test" else None
    return subprocess.run([str(PYTHON), *words], cwd=where, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
