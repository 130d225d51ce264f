"""Accept the figures of the model as it is: write tests/baseline/baseline.json and say what moved.

python scripts/update_baseline.py
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "baseline"))

from figures import FILE, figures, moved, stored

new = figures()
for line in moved(stored() if FILE.exists() else {}, new):
    print(line)
FILE.write_text(json.dumps({k: float(f"{v:.6g}") for k, v in new.items()}, indent=1) + "\n", encoding="utf-8")
print(f"written: {len(new)} figures in tests/baseline/{FILE.name}")
