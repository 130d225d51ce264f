"""Every number that the README shows off with is the one on record."""

import json
import re
from pathlib import Path

import pytest

from benchmarks.errors import cost_at, high

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
RESULTS = {row["id"]: row for row in json.loads((ROOT / "docs" / "validation.json").read_text(encoding="utf-8"))}
BENCHMARKS = json.loads((ROOT / "docs" / "benchmarks" / "results.json").read_text(encoding="utf-8"))
PLAIN = {"share": ".0%", "risk difference": "+.0%", "ratio of anxiety to depression": ".2f"}


def rows(head):
    """The cells of the table that begins so."""
    table = README[README.index(head) :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def words(text):
    return " ".join(re.sub(r"[*>]", " ", text).split())


def shown(row, who):
    """An estimate and its interval as they are printed."""
    form = PLAIN.get(row["statistic"], "+.2f")
    middle, *ends = (row[key] for key in (who, f"{who}_low", f"{who}_high"))
    texts = [format(x, form).replace("%", " %").replace("-", "−") for x in (middle, *ends) if x is not None]
    return (
        f"{texts[0]} ({texts[1].removesuffix(' %')} to {texts[2].removesuffix(' %')})" if len(texts) > 1 else texts[0]
    )


@pytest.mark.parametrize("cells", rows("| question |"), ids=lambda cells: cells[1])
def test_answers_are_those_of_the_validation(cells):
    row = RESULTS[cells[1]]
    assert row["set"] == "validation"
    assert cells[2:] == [shown(row, "simulated"), shown(row, "reported"), "held" if row["held"] else "missed"]


def test_hits_and_misses_are_counted():
    verdicts = [row["held"] for row in RESULTS.values() if row["set"] == "validation"]
    said = f"Of {len(verdicts)} such results {sum(verdicts)} hold and {len(verdicts) - sum(verdicts)} miss"
    assert said in words(README)


def test_misses_are_shown_as_well():
    assert {"held", "missed"} == {cells[-1] for cells in rows("| question |")}


def test_quotations_stand_on_the_page_of_questions():
    page = words((ROOT / "docs" / "questions.md").read_text(encoding="utf-8"))
    quoted = re.findall(r"(?:^>.*\n)+", README, re.MULTILINE)
    assert len(quoted) >= 2
    for text in quoted:
        for sentence in words(text).removesuffix(".").split("? "):
            assert sentence in page


def cost(method, who):
    ladder = [p for p in BENCHMARKS["races"]["running"][method][who] if p["seconds"] and not p["failure"]]
    return cost_at(1e-4, [high(p["errors"]) for p in ladder], [p["seconds"] for p in ladder])


def test_times_are_those_of_the_benchmarks():
    alone, together = cost("neurokyn, whole call", "one"), cost("neurokyn, lanes", "people")
    ours, *others = rows("| | made for |")
    assert ours[2:] == [f"{1e3 * alone:.0f} ms", f"{1e3 * together:.0f} ms each"]
    measured = [cells for cells in others if cells[2] != "–"]
    assert len(measured) >= 3
    for name, _, one, many in measured:
        assert [one, many] == [f"{cost(name, 'one') / alone:.1f} ×", f"{cost(name, 'people') / together:.1f} ×"]
    for name, *_ in (cells for cells in others if cells[2] == "–"):
        assert not any(name in method for method in BENCHMARKS["races"]["running"])


def test_bars_that_are_missed_are_counted():
    held = [row["held"] for row in BENCHMARKS["rows"]]
    said = f"of {len(held)} bars set beforehand {sum(held)} are reached and {len(held) - sum(held)} are missed"
    assert said in words(README)


def test_it_is_short():
    assert len(README.splitlines()) <= 150
