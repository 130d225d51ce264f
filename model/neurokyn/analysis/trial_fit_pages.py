"""What the fits to trials leave behind: rows of the model in `params/`, a report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from neurokyn.analysis.calibrate import Fitted
from neurokyn.analysis.fits import write_row
from neurokyn.analysis.trial_fits import TrialFit, of_trials, standard_error
from neurokyn.scenario.model import standard_parameters


def write_model(fits: Sequence[TrialFit], folder: Path) -> None:
    """Write the fitted numbers that belong to the model.

    Parameters
    ----------
    fits : sequence of TrialFit
        From `fit_stage`.
    folder : Path
        `params/`.
    """
    for fit in fits:
        for each, value, sd in zip(fit.numbers, fit.values, fit.sd, strict=True):
            if of_trials(each.name):
                continue
            unit = standard_parameters()[each.name].unit
            found = Fitted(each.name, unit, each.nominal, float(value), float(sd), each.prior_sd)
            write_row(folder, each.name, found, ", ".join(fit.stage.rows))


def rows_table(fits: Sequence[TrialFit]) -> str:
    """Every row beside what its design answers, in Markdown."""
    lines = ["| row | what | reported | nominal | fitted | | stage |", "|---|---|---|---|---|---|---|"]
    for fit in fits:
        for row, before, after in zip(fit.rows, fit.before, fit.after, strict=True):
            error = standard_error(row)
            verdict = "inside" if abs(after - row.estimate) <= 1.96 * error else "**outside**"
            lines.append(
                f"| {row.id} | {row.quantity} | {row.estimate:.3g} ± {error:.2g} | {before:.3g} | {after:.3g} | "
                f"{verdict} | {fit.stage.name} |"
            )
    return "\n".join(lines)


def parameters_table(fits: Sequence[TrialFit]) -> str:
    """Every fitted number with its interval, in Markdown."""
    lines = ["| number | nominal | fitted | 95 % interval |", "|---|---|---|---|"]
    for fit in fits:
        for each, value, low, high in zip(fit.numbers, fit.values, fit.low, fit.high, strict=True):
            lines.append(f"| `{each.name}` | {each.nominal:.4g} | {value:.4g} | {low:.3g} to {high:.3g} |")
    return "\n".join(lines)
