"""Nothing that was reported, and no miss, is lost on the way to the pages of the modules."""

import json
import re
from pathlib import Path

import pytest
from neurokyn.analysis.module_evidence import evidence
from neurokyn.scenario.model import modules

DOCS = Path(__file__).resolve().parents[3] / "docs"


@pytest.fixture(scope="module")
def sections():
    return {name: evidence(name, DOCS).split("## What it misses") for name in modules()}


def test_every_verdict_is_on_one_page_and_every_miss_has_its_reason(sections):
    for row in json.loads((DOCS / "validation.json").read_text(encoding="utf-8")):
        pages = [name for name, (tested, _) in sections.items() if f"| {row['id']} | {row['set']} |" in tested]
        assert len(pages) == 1, row["id"]
        tested, missed = sections[pages[0]]
        line = next(x for x in tested.splitlines() if x.startswith(f"| {row['id']} | {row['set']} |"))
        assert line.endswith("| held |" if row["held"] else "| **missed** |")
        assert (f"- **{row['id']}**, " in missed) is not row["held"]
        if not row["held"]:
            assert row["miss"] in missed


def test_a_row_is_with_the_module_it_is_about(sections):
    assert "| S07.crp |" in sections["inflammation"][0]
    assert "| A01 |" in sections["behaviour"][0]
    assert "| S01 |" in sections["mood"][0]
    assert "| K13.kynurenate_aerobic |" in sections["kynurenine"][0]


def test_what_numbers_were_fitted_to_is_there(sections):
    assert "| P02.escitalopram |" in sections["ssri"][0]
    assert "| P02.escitalopram |" not in sections["serotonin"][0]
    assert "| G06.aerobic |" in sections["growth_factors"][0]
    assert "- **G06.aerobic**, " in sections["growth_factors"][1]


def test_every_miss_that_the_tests_expect_of_a_module_is_there(sections):
    rows = re.findall(
        r"^\| (`test_(\w+)\.py::[^`]+`) \|", (DOCS / "caveats.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    found = [(test, name) for test, name in rows if name in sections]
    assert len(found) > 20
    for test, name in found:
        assert f"- {test}: " in sections[name][1]
