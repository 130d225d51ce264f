"""What a calibration leaves behind: fitted rows in `params/`, the posterior, a report."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from neurokyn.analysis.calibrate import FOLLOWS, Fitted, StageFit
from neurokyn.errors import ParameterError

BEFORE = "; before: "


def write_back(fits: Sequence[StageFit], folder: Path) -> list[Path]:
    """Write fitted values into the parameter files, and the posterior beside them.

    Parameters
    ----------
    fits : sequence of StageFit
        From `calibrate`.
    folder : Path
        `params/`.

    Returns
    -------
    list of Path
        The files written.
    """
    written = []
    for fit in fits:
        rows = ", ".join(row.target.name for row in fit.rows)
        for found in fit.parameters:
            own = [found.name, *(name for name, leader in FOLLOWS.items() if leader == found.name)]
            written += [write_row(folder, name, found, rows) for name in own]
    written.append(_write_posterior(fits, folder))
    return list(dict.fromkeys(written))


def write_row(folder: Path, name: str, found: Fitted, rows: str) -> Path:
    """Write one fitted number into its table.

    Parameters
    ----------
    folder : Path
        `params/`.
    name : str
        "module.parameter", or "phenotype:module.parameter".
    found : Fitted
        Its value and interval.
    rows : str
        What it was fitted to.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ParameterError
        If the file holds no such table.
    """
    if ":" in name:
        phenotype, _, parameter = name.partition(":")
        path, heading = folder / "people.toml", f'[phenotype.{phenotype}.set."{parameter}"]'
    else:
        module, _, parameter = name.partition(".")
        path, heading = folder / f"{module}.toml", f"[{parameter}]"
    text = path.read_text(encoding="utf-8")
    start = text.find(f"{heading}\n")
    if start < 0:
        raise ParameterError(f"{path.name} holds no {heading}")
    start += len(heading) + 1
    stop = re.compile(r"^\[", re.MULTILINE).search(text, start)
    body = text[start : stop.start() if stop else len(text)]
    old = tomllib.loads(body)
    low, high = found.interval
    note = str(old.get("note", "")).split(BEFORE)[-1]
    own = {
        "value": f"{found.value:.4g}",
        "evidence": '"fitted"',
        "nominal": repr(found.nominal),
        "interval": f"[{low:.4g}, {high:.4g}]",
        "note": json.dumps(f"Fitted to {rows}{BEFORE}{note}", ensure_ascii=False),
    }
    for key, value in own.items():
        body = _set(body, key, value)
    tomllib.loads(body)
    path.write_text(text[:start] + body + (text[stop.start() :] if stop else ""), encoding="utf-8")
    return path


def write_vulnerability(phenotype: str, value: float, severity: float, folder: Path) -> Path:
    """Write the vulnerability that gives a phenotype its severity."""
    path = folder / "people.toml"
    text = path.read_text(encoding="utf-8")
    heading = f'[phenotype.{phenotype}.set."mood.vulnerability"]\n'
    start = text.index(heading) + len(heading)
    stop = text.index("\n[", start)
    body = _set(text[start:stop] + "\n", "value", f"{value:.4g}")
    body = _set(body, "evidence", '"fitted"')
    note = f"Log odds; solved for HAM-D {severity:g}: what the modelled biology leaves unexplained."
    body = _set(body, "note", json.dumps(note)).rstrip("\n")
    path.write_text(text[:start] + body + "\n" + text[stop:], encoding="utf-8")
    return path


def _set(body: str, key: str, value: str) -> str:
    """A line of a table replaced, or added at its end."""
    line = re.compile(rf"^{key}(\s*)=.*$", re.MULTILINE)
    if line.search(body):
        return line.sub(lambda found: f"{key}{found[1]}= {value}", body)
    width = max((len(found[1]) for found in re.finditer(r"^(\w+\s*)=", body, re.MULTILINE)), default=len(key) + 1)
    return body.rstrip("\n") + f"\n{key:<{width}}= {value}\n\n"


def _write_posterior(fits: Sequence[StageFit], folder: Path) -> Path:
    """The posterior of Laplace, stage by stage, on the logarithm; other stages keep what they had."""
    path = folder / "posterior.json"
    stages = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for fit in fits:
        stages[fit.stage] = {
            "parameters": [p.name for p in fit.parameters],
            "units": [p.unit for p in fit.parameters],
            "values": [float(f"{p.value:.4g}") for p in fit.parameters],
            "covariance_of_logarithms": [[float(f"{x:.4g}") for x in row] for row in fit.covariance],
            "rows": [row.target.name for row in fit.rows],
        }
    path.write_text(json.dumps(stages, indent=1) + "\n", encoding="utf-8")
    return path


def rows_table(fits: Sequence[StageFit]) -> str:
    """Every reported result beside the model's, in Markdown."""
    lines = ["| row | what | reported | nominal | fitted | | stage |", "|---|---|---|---|---|---|---|"]
    for fit in fits:
        for row in fit.rows:
            t = row.target
            verdict = "inside" if row.inside else "**outside**"
            lines.append(
                f"| {t.name} | {t.quantity} | {t.estimate:g} ± {t.sd:g} | {row.before:.3g} | {row.after:.3g} | "
                f"{verdict} | {fit.stage} |"
            )
    outside = [row for fit in fits for row in fit.rows if not row.inside]
    if outside:
        lines += ["", "Outside, and why:", ""]
        lines += [f"- {row.target.name}: {row.target.miss or 'no reason is known yet'}." for row in outside]
    return "\n".join(lines)


def parameters_table(fits: Sequence[StageFit]) -> str:
    """Every fitted parameter with its intervals, in Markdown."""
    lines = [
        "| parameter | unit | nominal | fitted | 95 % interval | profile | data say |",
        "|---|---|---|---|---|---|---|",
    ]
    for fit in fits:
        for p in fit.parameters:
            low, high = p.interval
            ends = [("beyond" if x is None else f"{x:.3g}") for x in p.profile]
            says = "enough" if p.identified else "little: the prior stands"
            lines.append(
                f"| `{p.name}` | {p.unit} | {p.nominal:.4g} | {p.value:.4g} | {low:.3g} to {high:.3g} | "
                f"{ends[0]} to {ends[1]} | {says} |"
            )
    return "\n".join(lines)
