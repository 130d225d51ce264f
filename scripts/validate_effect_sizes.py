"""Set every simulated effect beside the reported one, and keep the results: the Python behind `neurokyn validate`.

python scripts/validate_effect_sizes.py            write docs/validation.md, .json and the forest plots (about 15 min)
python scripts/validate_effect_sizes.py --quick    only print the verdicts of the quick run
python scripts/validate_effect_sizes.py --record   also write which rows hold (params/targets/held.json)
python scripts/validate_effect_sizes.py --pictures only draw the forest plots anew, from docs/validation.json
"""

import json
import sys
from pathlib import Path
from typing import Any

from neurokyn import forest, reported, validate
from neurokyn.analysis.validate import FULL, QUICK
from neurokyn.analysis.verdict_pages import describe_verdicts, validation_page
from neurokyn.analysis.verdicts import as_rows
from neurokyn.report.plots import save

ROOT = Path(__file__).resolve().parents[1]
DOCS, RECORD = ROOT / "docs", ROOT / "params" / "targets" / "held.json"
SETS = ("calibration", "validation", "control")


def draw(rows: list[dict[str, Any]]) -> None:
    """A forest plot for each set."""
    for name in SETS:
        own = [row for row in rows if row["set"] == name]
        save(forest(own, f"Reported beside simulated: {name}"), DOCS / f"forest-{name}.png")


def main() -> None:
    if "--pictures" in sys.argv:
        draw(json.loads((DOCS / "validation.json").read_text(encoding="utf-8")))
        return
    quick, record = "--quick" in sys.argv, "--record" in sys.argv
    verdicts = validate(reported(), QUICK if quick else FULL, progress=True)
    print(describe_verdicts(verdicts))
    if not quick:
        rows = as_rows(verdicts)
        (DOCS / "validation.md").write_text(validation_page(verdicts, FULL, 1), encoding="utf-8")
        (DOCS / "validation.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        draw(rows)
        print("written: docs/validation.md, docs/validation.json, docs/forest-*.png")
    if record:
        known = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
        known["quick" if quick else "full"] = [v.reported.id for v in verdicts if v.held]
        RECORD.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
        print(f"written: {RECORD.relative_to(ROOT)}")


main()
