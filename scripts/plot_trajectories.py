"""Plot chosen read-outs of a dataset that a run has written.

python scripts/plot_trajectories.py running-vs-escitalopram.nc serotonin.extracellular mood.depression
"""

import sys
from pathlib import Path

from neurokyn import trajectories
from neurokyn.scenario.results import read_netcdf

path = Path(sys.argv[1])
names = sys.argv[2:] or ["serotonin.extracellular", "dendrites.length", "mood.depression"]
figure = trajectories(read_netcdf(path), names)
figure.savefig(path.with_suffix(".png"))
print(f"written: {path.with_suffix('.png')}")
