"""Run a scenario and keep its dataset: the Python behind `neurokyn run`.

python scripts/run_scenario.py running-vs-escitalopram
"""

import sys
from pathlib import Path

from neurokyn import overview, simulate
from neurokyn.report.summary import changes_table
from neurokyn.scenario.results import write_netcdf

name = sys.argv[1] if len(sys.argv) > 1 else "running-vs-escitalopram"
data = simulate(name, progress=True)
print(changes_table(data))
write_netcdf(data, Path(f"{Path(name).stem}.nc"))
overview(data).savefig(f"{Path(name).stem}.png")
