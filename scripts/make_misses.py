"""Bring the list of expected misses in docs/caveats.md up to date; reasons that stand there are kept.

python scripts/make_misses.py
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "house"))

from misses import HEADING, PAGE, collect, on_the_page, row

reasons = {test: cells[-1] for test, cells in on_the_page().items()}
found = collect()
lines = [row(miss, reasons.get(miss.cells[0]) or miss.why) for miss in found]
before, _, rest = PAGE.read_text(encoding="utf-8").partition(HEADING)
section, mark, after = rest.partition("\n## ")
intro = section.partition("\n|")[0].rstrip("\n")
table = "\n".join(["| test | simulated | window | why |", "|---|---|---|---|", *lines])
PAGE.write_text(f"{before}{HEADING}{intro}\n\n{table}\n{mark}{after}", encoding="utf-8")
print(f"written: {len(lines)} misses in docs/{PAGE.name}")
for miss in found:
    if not (reasons.get(miss.cells[0]) or miss.why):
        print(f"write why there: {miss.test}")
