"""What a run of virtual trials is handed out as: a table, JSON, and the trial file it ran."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from dataclasses import replace

from neurokyn.lab.state import LabError
from neurokyn.lab.trial_run import EACH, SoFar
from neurokyn.population.reading import read_trial, trial_from, trial_text
from neurokyn.population.trial import Trial
from neurokyn.report.trial_files import trial_json

HEADS = ("trial", "people", "measure", "outcome", "statistic", "arm", "versus", "unit", "estimate", "low", "high")
NOTE = "Simulated by neurokyn. Not a medical device."


def csv_text(state: SoFar) -> str:
    """Every trial and every measure, one line for each; shares as shares, what is unknown empty.

    Parameters
    ----------
    state : SoFar
        The run.

    Returns
    -------
    str
        A table with comments in lines that begin with #.
    """
    out = io.StringIO()
    out.write(f"# {state.plan.design.title}\n# {command(state)}\n# {NOTE}\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADS)
    for number, each in enumerate(state.replicates, start=1):
        for measure, effect in zip(state.measures, each.effects, strict=True):
            asked = measure.question
            unit = "1" if measure.percent else measure.unit or "1"
            about = (asked.outcome, asked.statistic, asked.arm, asked.versus)
            values = ("" if x != x else repr(float(x)) for x in (effect.estimate, effect.low, effect.high))  # noqa: PLR0124
            writer.writerow((number, each.people, measure.label, *about, unit, *values))
    return out.getvalue()


def json_text(state: SoFar) -> str:
    """The run for programs, as `neurokyn trial --json` writes it.

    Parameters
    ----------
    state : SoFar
        The run.

    Returns
    -------
    str
        The first trial in full, and what all of them found.

    Raises
    ------
    LabError
        If there is no trial yet.
    """
    return json.dumps(trial_json(state.result()), indent=1)


def toml_text(state: SoFar) -> str:
    """The trial file at the size that was run, with the command that runs it again.

    Parameters
    ----------
    state : SoFar
        The run.

    Returns
    -------
    str
        The ready-made file with its comments and other numbers of people.

    Raises
    ------
    LabError
        If the file cannot be written so that it reads back as the trial that was run.
    """
    design = state.plan.design
    text = trial_text(design.name)
    if design != read_trial(design.name):
        text = _resized(text, design)
    if replace(trial_from(tomllib.loads(text), design.name), name=design.name) != design:
        raise LabError(f"the file of {design.name} cannot be written at this size", fix="use the command instead")
    return f"# As run in the lab. To run it again: {command(state, design.name + '.toml')}\n# {NOTE}\n{text}"


def stem(state: SoFar) -> str:
    """How the files of a run are called, without an ending."""
    plan = state.plan
    return f"{plan.design.name}-n{plan.design.people}-seed{plan.seed}"


def command(state: SoFar, file: str = "") -> str:
    """The command that gives the trials so far again.

    Parameters
    ----------
    state : SoFar
        The run.
    file : str
        Of the trial; its ready-made name if empty.

    Returns
    -------
    str
        For a terminal.
    """
    plan, own = state.plan, file or state.plan.design.name
    parts = ["neurokyn trial", own, f"--seed {plan.seed}", f"--replicates {len(state.replicates)}"]
    resized = not plan.design.pool and plan.design.people != read_trial(plan.design.name).people
    if resized and not file and plan.size != EACH:
        parts.append(f"--people {plan.design.people}")
    parts += [f"--without {name.replace('_', '-')}" for name, on in vars(plan.switches).items() if not on]
    return " ".join(parts)


def _resized(text: str, design: Trial) -> str:
    """The file with other numbers in `people =`: above all tables those of all, in [arms.NAME] those of an arm."""
    lines, place = [], ""
    for line in text.splitlines():
        table = re.fullmatch(r"\[([^\[\]]+)\]\s*", line)
        place = table[1].strip() if table else "other" if line.startswith("[[") else place
        arm = place.removeprefix("arms.").strip('"') if place.startswith("arms.") else ""
        if re.match(r"people\s*=", line) and (not place or arm in design.arms):
            n = design.people if not place else design.arms[arm].people
            line = re.sub(r"=\s*\d+", f"= {n}", line, count=1)  # noqa: PLW2901
        lines.append(line)
    return "\n".join(lines) + "\n"
