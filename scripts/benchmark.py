"""Our solver beside others: prints the bar, or writes docs/benchmarks.

python scripts/benchmark.py --quick              # under five minutes: the table, with verdicts
python scripts/benchmark.py --quick --json rows.json
python scripts/benchmark.py --brief              # a quarter of an hour: docs/benchmarks, of fewer people and peers
python scripts/benchmark.py                      # about two hours: docs/benchmarks with pictures
python scripts/benchmark.py --pictures           # a second: the pictures of docs/benchmarks, from its results.json
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # before NumPy is imported: a thread that waits spends time, too

from benchmarks.run import main  # noqa: E402

if __name__ == "__main__":
    main(sys.argv[1:])
