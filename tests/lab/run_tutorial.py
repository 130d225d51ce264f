"""Run one tutorial as a notebook would, in this process, and say what came of it.

python run_tutorial.py TUTORIAL.md FOLDER < REQUEST.json > RESULT.json

REQUEST holds `claims` (expressions to evaluate when all cells have run) and `hidden` (libraries that are not there).
Cells share one namespace; the value of a last line is shown; figures shown or left open are written to FOLDER as PNG.
"""

import ast
import contextlib
import io
import json
import os
import re
import sys
import time
import traceback
from pathlib import Path

CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)
MAGIC = re.compile(r"^%.*$", re.MULTILINE)  # how a notebook is to show figures
OPTIONS = re.compile(r"\A(?:---\n.*?^---\n|(?::[^\n]*\n)+)", re.MULTILINE | re.DOTALL)


def cells(text: str) -> list[str]:
    """The code of a MyST notebook, cell by cell, without the options of a cell."""
    return [MAGIC.sub("", OPTIONS.sub("", code)) for code in CELL.findall(text)]


def run(code: str, where: str, names: dict) -> list:
    """Run a cell; what it leaves to be shown: the value of its last line, and open figures."""
    import matplotlib.pyplot as plt
    from matplotlib.figure import Figure

    body = ast.parse(code).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), where, "exec"), names)
    shown = []
    if last is not None:
        value = eval(compile(ast.Expression(last.value), where, "eval"), names)
        if isinstance(value, Figure):
            shown.append(value)
        elif value is not None:
            print(repr(value))
    shown += [figure for figure in map(plt.figure, plt.get_fignums()) if figure not in shown]
    plt.close("all")
    return shown


def main(tutorial: Path, folder: Path, claims: list[str], hidden: list[str]) -> dict:
    """Everything printed by each cell, the pictures, the processor's time, and whether each claim holds."""
    for library in hidden:
        sys.modules[library] = None
    os.environ["MPLBACKEND"] = "Agg"
    names: dict = {"__name__": "__main__"}
    printed, pictures = [], []
    for k, code in enumerate(cells(tutorial.read_text(encoding="utf-8"))):
        out = io.StringIO()
        try:
            with contextlib.redirect_stdout(out):
                shown = run(code, f"{tutorial.name}, cell {k}", names)
        except Exception:
            return {"failed": k, "why": traceback.format_exc(), "printed": [*printed, out.getvalue()]}
        printed.append(out.getvalue())
        for figure in shown:
            path = folder / f"{tutorial.stem}-{len(pictures) + 1}.png"
            figure.savefig(path)
            pictures.append(str(path))
    seconds = time.process_time()  # of all threads: what others do on the machine does not count
    holds = [bool(eval(claim, names)) for claim in claims]
    return {"printed": printed, "pictures": pictures, "seconds": seconds, "claims": holds}


if __name__ == "__main__":
    request = json.load(sys.stdin)
    json.dump(main(Path(sys.argv[1]), Path(sys.argv[2]), request["claims"], request["hidden"]), sys.stdout)
