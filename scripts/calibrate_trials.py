"""Fit the numbers of trials to their calibration rows by simulating them; write params/ and docs/calibration-trials.md.

python scripts/calibrate_trials.py                   all stages (about 15 minutes on two cores)
python scripts/calibrate_trials.py --only placebo    one stage; repeatable
python scripts/calibrate_trials.py --dry-run         say what would be found, write nothing
"""

import argparse
import sys
import time
from pathlib import Path

from neurokyn.analysis.trial_fit_pages import parameters_table, rows_table, write_model
from neurokyn.analysis.trial_fits import STAGES, fit_stage, write_fits
from neurokyn.compiler.parameters import params_dir
from neurokyn.population.observation import observation
from neurokyn.population.resting import body
from neurokyn.scenario.catalogue import rows
from neurokyn.scenario.model import standard_parameters

PAGE = Path(__file__).resolve().parents[1] / "docs" / "calibration-trials.md"
HEAD = """# The last stages of the calibration: trials

Numbers of mood, care and observation, fitted stage by stage to the rows of `params/targets/trials.toml` by simulating
their designs, each stage with the one before it written. A fit minimises the squared distance to the rows in their
standard errors (a quarter of a row where none was printed), plus that to the priors: each number's nominal value, with
a quarter of its bounds on the logarithm as standard deviation. Designs are simulated with the same random numbers
throughout. Intervals are Laplace's. Numbers that follow others by rule (`FOLLOWS` in `analysis/trial_fits.py`) move
along. Validation and control rows were not in view. Written by `python scripts/calibrate_trials.py`.

"""

options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
options.add_argument("--only", action="append", choices=[stage.name for stage in STAGES], help="a stage")
options.add_argument("--people", type=int, default=150, help="simulated for each design")
options.add_argument("--replicates", type=int, default=60, help="times each design is carried out")
options.add_argument("--dry-run", action="store_true", help="write nothing")
chosen = options.parse_args()
started = time.perf_counter()


def say(line: str) -> None:
    """Progress, with the time it is."""
    print(f"[{time.perf_counter() - started:5.0f} s] {line}", file=sys.stderr, flush=True)


fits = []
for stage in STAGES:
    if chosen.only and stage.name not in chosen.only:
        continue
    fits.append(fit_stage(stage, chosen.people, chosen.replicates, say=say))
    if chosen.dry_run:
        continue
    write_fits(fits[-1:], params_dir())
    write_model(fits[-1:], params_dir())
    for remembered in (rows, standard_parameters, observation, body):  # the next stage rests on what was written
        remembered.cache_clear()
text = f"## Rows\n\n{rows_table(fits)}\n\n## Numbers\n\n{parameters_table(fits)}\n"
print(text)
if not chosen.dry_run and not chosen.only:
    PAGE.write_text(HEAD + text, encoding="utf-8")
    print(f"written: docs/{PAGE.name}", file=sys.stderr)
