"""Write docs/questions.md and its pictures: what the model says to each claim of the source texts.

python scripts/answer_questions.py                 write the page and its pictures (about 5 min)
python scripts/answer_questions.py --only walking  print one answer, with the numbers of the page; repeatable
python scripts/answer_questions.py --quick         print all with few people, in under a minute
"""

import argparse
import sys
import time
from pathlib import Path

from matplotlib.figure import Figure
from neurokyn import attendance, responders, trajectories
from neurokyn.analysis.claims.page import FULL, QUESTIONS, QUICK, Picture, answer_questions, page
from neurokyn.report.plots import save
from neurokyn.report.trial_plots import change_by_part

DOCS = Path(__file__).resolve().parents[1] / "docs"
SEED = 1
DRAW = {
    "responders": responders,
    "attendance": attendance,
    "parts": change_by_part,
    "courses": lambda data: trajectories(*data),
}


def draw(picture: Picture) -> Figure:
    """A picture of an answer."""
    return DRAW[picture.kind](picture.data)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few people, and print only")
    parser.add_argument("--only", action="append", default=[], choices=list(QUESTIONS), help="print one answer")
    options = parser.parse_args()
    sizes, began = QUICK if options.quick else FULL, time.monotonic()
    answers = answer_questions(sizes, options.only, SEED)
    text = page(answers, sizes, SEED)
    if options.quick or options.only:
        print(text)
    else:
        (DOCS / "questions.md").write_text(text, encoding="utf-8")
        for picture in (picture for answer in answers for picture in answer.pictures):
            save(draw(picture), DOCS / f"questions-{picture.name}.png")
        print("written: docs/questions.md, docs/questions-*.png")
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)


main()
