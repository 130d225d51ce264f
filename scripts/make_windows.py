"""Write docs/windows.md: what the model must do, within which limits, and what it does.

python scripts/make_windows.py
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "physiology"))

from windows import table  # noqa: E402

HEAD = """# The windows the model is held to

Each row is measured on the whole model, with the shipped numbers, by `tests/physiology/windows.py`; the
tests hold every row, and a row that misses is expected to miss until this page changes. No window is
ever widened. Written by `python scripts/make_windows.py`.

"""
page = ROOT / "docs" / "windows.md"
page.write_text(HEAD + table() + "\n", encoding="utf-8")
print(f"written: {page.relative_to(ROOT)}")
