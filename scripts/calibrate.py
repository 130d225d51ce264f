"""Fit the mechanism to its calibration rows, from the nominal numbers; write params/ and docs/calibration.md.

python scripts/calibrate.py                      everything, with profile likelihoods (some minutes)
python scripts/calibrate.py --only serotonin     one stage; repeatable
python scripts/calibrate.py --dry-run            say what would be found, write nothing
"""

import argparse
import sys
import time
from pathlib import Path

from neurokyn.analysis.calibrate import STAGES, calibrate
from neurokyn.analysis.fits import parameters_table, rows_table, write_back, write_vulnerability
from neurokyn.analysis.patients import severities, vulnerability_for
from neurokyn.compiler.parameters import params_dir
from neurokyn.scenario.catalogue import rows
from neurokyn.scenario.model import standard_parameters

PAGE = Path(__file__).resolve().parents[1] / "docs" / "calibration.md"
HEAD = """# Calibration

Stage by stage, each on its own rows of `params/targets/calibration.toml` and nothing else, from the nominal numbers.
A fit minimises the squared distance to the rows in their standard errors, plus that to the priors: each parameter's
nominal value, with a quarter of its bounds (on the logarithm) as standard deviation. Slopes come from the solver.
Intervals are Laplace's; "profile" is where the profile of the posterior falls by 3.84, "beyond" if that lies past a
bound or 2.25 standard deviations. Where the data say little, the
parameter stays near its prior, and its interval is the prior's. The PK stage has no rows: its numbers are derived from
labels and papers, one by one. Rows about trials and behaviour are fitted afterwards, by simulating trials
([the last stages](calibration-trials.md)). Written by `python scripts/calibrate.py`.

"""

options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
options.add_argument("--only", action="append", choices=list(STAGES), help="a stage; all if not given")
options.add_argument("--no-profiles", action="store_true", help="leave out profile likelihoods")
options.add_argument("--dry-run", action="store_true", help="write nothing")
chosen = options.parse_args()

started = time.perf_counter()


def say(line: str) -> None:
    """Progress, with the time it is."""
    if line:
        print(f"[{time.perf_counter() - started:5.0f} s] {line}", file=sys.stderr, flush=True)


fits = calibrate(chosen.only or list(STAGES), profiles=not chosen.no_profiles, say=say)
text = f"## Rows\n\n{rows_table(fits)}\n\n## Parameters\n\n{parameters_table(fits)}\n"
print(text)
if not chosen.dry_run:
    for path in write_back(fits, params_dir()):
        print(f"written: {path.name}", file=sys.stderr)
    for remembered in (rows, standard_parameters):  # what follows rests on the numbers just written
        remembered.cache_clear()
    for phenotype, severity in severities().items():
        write_vulnerability(phenotype, vulnerability_for(phenotype, severity), severity, params_dir())
    if not chosen.only:
        PAGE.write_text(HEAD + text, encoding="utf-8")
        print(f"written: docs/{PAGE.name}", file=sys.stderr)
