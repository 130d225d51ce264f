"""The rule of the verdicts, the rows it judges, and the page that says so."""

import math
from dataclasses import replace

import numpy as np
import pytest
from neurokyn.analysis import reported as rows_of
from neurokyn.analysis.reported import POOLED, Reported, check_reported, chosen_rows, reported, unanswered
from neurokyn.analysis.validate import Effort, validate
from neurokyn.analysis.verdict_pages import describe_verdicts, validation_page
from neurokyn.analysis.verdicts import as_rows, judge, lost, to_dataset
from neurokyn.errors import ParameterError, ScenarioError
from neurokyn.population.questions import Question

NAN = math.nan
ROW = Reported(
    id="X1",
    set="validation",
    study="Made up 2000",
    quantity="difference of means",
    trial="motar",
    question=Question("mood.depression", "hedges g", "running", "drug"),
    estimate=-0.3,
    low=-0.5,
    high=-0.1,
    direction="",
    unit="1",
    source="verhoeven2023",
    where="nowhere",
    note="made up",
)


def around(middle, spread=0.1, n=400):
    return middle + spread * np.linspace(-2, 2, n)


@pytest.mark.parametrize(
    ("middle", "spread", "held"),
    [
        (-0.3, 0.1, True),
        (-0.45, 0.1, True),
        (-0.55, 0.3, False),  # the median lies outside the reported interval
        (-0.45, 0.03, False),  # the reported estimate lies outside the replicates
        (0.3, 0.1, False),
    ],
)
def test_held_needs_both_intervals(middle, spread, held):
    assert judge(ROW, around(middle, spread)).held is held


def test_a_pool_is_judged_by_the_reported_interval_alone():
    pool = replace(ROW, question=replace(ROW.question, statistic=POOLED))
    assert judge(pool, around(-0.45, 0.03)).held
    assert not judge(pool, around(-0.55, 0.3)).held


def test_a_point_is_judged_by_the_replicates_alone():
    point = replace(ROW, low=NAN, high=NAN)
    assert judge(point, around(-0.45, 0.1)).held
    assert not judge(point, around(-0.45, 0.03)).held


@pytest.mark.parametrize(
    ("direction", "statistic", "middle", "held"),
    [
        ("up", "hedges g", 0.1, True),
        ("up", "hedges g", 0.005, False),  # within twice its Monte Carlo error
        ("down", "hedges g", -0.1, True),
        ("down", "hedges g", 0.1, False),
        ("none", "hedges g", 0.2, True),
        ("none", "hedges g", -0.35, False),
        ("up", "odds ratio", 0.9, False),  # a ratio of 1 is no effect
        ("up", "odds ratio", 1.2, True),
    ],
)
def test_a_direction_is_judged_by_the_median(direction, statistic, middle, held):
    row = replace(
        ROW,
        estimate=NAN,
        low=NAN,
        high=NAN,
        direction=direction,
        question=replace(ROW.question, statistic=statistic),
    )
    assert judge(row, around(middle)).held is held


def test_chance_is_the_share_of_replicates_inside():
    values = np.array([-0.6, -0.4, -0.3, -0.2, 0.0])
    assert judge(ROW, values).chance == pytest.approx(0.6)


def test_too_few_answers_are_a_miss_with_a_reason():
    verdict = judge(ROW, np.array([-0.3, NAN, NAN, NAN]))
    assert not verdict.held
    assert "1 of 4" in verdict.failed


def test_shipped_rows_are_in_order():
    assert check_reported() == []
    rows = reported()
    assert {row.set for row in rows} == {"calibration", "validation", "control"}
    assert not {row.id for row in rows} & set(unanswered())


def test_a_validation_row_is_in_no_other_set():
    """The split of the evidence: nothing moves from validation to calibration."""
    sets = {}
    for row in reported():
        sets.setdefault(row.id.split(".")[0], set()).add(row.set)
    both = {name for name, found in sets.items() if {"calibration", "validation"} <= found}
    assert both <= {"A05", "E13", "T03", "P16"}, (
        both
    )  # A05: three months calibrates, twelve validate, as the split says


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"estimate": 0.1, "direction": "up"}, "either an estimate or a direction"),
        ({"direction": "sideways"}, "direction = 'sideways'"),
        ({"estimat": 0.1}, "unknown key 'estimat'; did you mean 'estimate'"),
        ({}, "either an estimate or a direction"),
    ],
)
def test_a_wrong_row_is_refused(change, says, tmp_path):
    keys = ("study", "quantity", "trial", "outcome", "statistic", "unit", "source", "where", "note")
    lines = ["[R1]", *(f'{key} = "x"' for key in keys)]
    lines += [f"{key} = {value!r}".replace("'", '"') for key, value in change.items()]
    (tmp_path / "targets").mkdir()
    for file in rows_of.SETS:
        (tmp_path / "targets" / f"{file}.toml").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ParameterError, match=says.replace("(", r"\(")):
        reported(tmp_path)


def test_rows_are_chosen_by_row_design_or_set():
    assert [row.id for row in chosen_rows(["S01"])] == ["S01"]
    assert {row.trial for row in chosen_rows(["motar"])} == {"motar"}
    assert {row.set for row in chosen_rows(["control"])} == {"control"}
    with pytest.raises(ScenarioError, match="did you mean"):
        chosen_rows(["mottar"])


@pytest.fixture(scope="module")
def verdicts():
    rows = chosen_rows(["S01", "E24", "P20"])
    return validate(rows, Effort(people=24, replicates=12, parts=0), seed=3)


def test_the_same_seed_gives_the_same_verdicts(verdicts):
    again = validate(chosen_rows(["S01", "E24", "P20"]), Effort(24, 12, 0), seed=3, workers=1)
    for one, two in zip(verdicts, again, strict=True):
        np.testing.assert_array_equal(one.values, two.values)


def test_rows_and_pages_say_the_same(verdicts):
    rows, page, text = as_rows(verdicts), validation_page(verdicts, Effort(24, 12, 0), 3), describe_verdicts(verdicts)
    data = to_dataset(verdicts)
    for verdict, row in zip(verdicts, rows, strict=True):
        assert row["held"] == verdict.held
        assert f"| {row['id']} |" in page
        assert row["id"] in text
        assert np.nanmedian(data["value"].sel(row=row["id"])) == pytest.approx(row["simulated"])
    assert page.count("**missed**") == sum(not row["held"] for row in rows)


def test_a_row_is_lost_only_if_it_is_on_record_and_misses(verdicts, monkeypatch, tmp_path):
    import json

    from neurokyn.analysis import verdicts as module

    (tmp_path / "targets").mkdir()
    record = {"full": ["S01", "E24", "P20"], "quick": []}
    (tmp_path / "targets" / "held.json").write_text(json.dumps(record), encoding="utf-8")
    monkeypatch.setattr(module, "params_dir", lambda: tmp_path)
    wrong = [replace(verdict, held=verdict.reported.id != "E24") for verdict in verdicts]
    assert lost(wrong, quick=False) == ["E24"]
    assert lost(wrong, quick=True) == []


def test_parts_are_what_is_lost_when_switched_off():
    row = next(row for row in reported() if row.id == "E24")
    (verdict,) = validate([row], Effort(people=24, replicates=20, parts=24), seed=2)
    assert set(verdict.parts) == {"biology", "expectancy", "natural course", "contact", "bias"}
    assert all(math.isfinite(part) for part in verdict.parts.values())


def test_a_design_that_fails_is_a_miss_with_its_reason(monkeypatch):
    from neurokyn.analysis import validate as module

    def broken(name):
        raise ScenarioError(f"{name} is broken")

    monkeypatch.setattr(module, "read_trial", broken)
    (verdict,) = validate(chosen_rows(["S01"]), Effort(24, 4, 0))
    assert not verdict.held
    assert verdict.failed == "motar is broken"
