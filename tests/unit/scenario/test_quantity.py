"""Times, doses and intensities: what is read and what is refused."""

import datetime

import pytest
from neurokyn.errors import ScenarioError
from neurokyn.scenario import quantity


@pytest.mark.parametrize(
    ("text", "expected"),
    [("16 weeks", 2688), ("1 day", 24), ("45 min", 0.75), ("36 h", 36), ("1.5 days", 36), (12.5, 12.5), ("1e1 h", 10)],
)
def test_hours(text, expected):
    assert quantity.hours(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("-3 weeks", "cannot be '-3 weeks'"),
        ("16", "has no unit of time"),
        ("soon", "not a length of time"),
        ("16 weks", "did you mean 'weeks'"),
        ("3 months", "not a unit of time"),
        (float("nan"), "nan is not a length of time"),
        (True, "not a length of time"),
        ("1e400 h", "not a length of time"),
    ],
)
def test_no_length_of_time(text, message):
    with pytest.raises(ScenarioError, match=message):
        quantity.hours(text)


@pytest.mark.parametrize(
    ("text", "days"),
    [("week 0", 0), ("week 2", 14), ("week 2 day 3", 17), ("day 10", 10), ("36 h", 1.5), ("2 weeks", 14), (12.0, 0.5)],
)
def test_moment(text, days):
    assert quantity.moment(text) == 24 * days


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("week -1", "before t = 0"),
        ("week 2 day 9", "impossible"),
        ("weak 2", "not a point in time"),
        ("week", "not a point in time"),
        ("week 1.2.3", "not a point in time"),
        ("", "not a point in time"),
        ("-5 h", "cannot be"),
    ],
)
def test_no_moment(text, message):
    with pytest.raises(ScenarioError, match=message):
        quantity.moment(text)


def test_clock():
    assert quantity.clock("07:00") == 7
    assert quantity.clock(datetime.time(18, 30)) == 18.5


@pytest.mark.parametrize("text", ["25:00", "24:00", "07:60", "7", "noon", 7, None])
def test_no_clock(text):
    with pytest.raises(ScenarioError, match="not a time of day"):
        quantity.clock(text)


def test_weekday():
    assert [quantity.weekday(day) for day in ("mon", "Sunday", " wed ")] == [0, 6, 2]
    with pytest.raises(ScenarioError, match="did you mean 'thursday'"):
        quantity.weekday("thirsday")
    with pytest.raises(ScenarioError, match="write mon, tue"):
        quantity.weekday("x")


def test_date():
    assert quantity.date(datetime.datetime(2026, 3, 2, 7)) == quantity.date("2026-03-02") == datetime.date(2026, 3, 2)
    assert quantity.looks_like_date("2026-02-30")
    with pytest.raises(ScenarioError, match="'2026-02-30' is not a date"):
        quantity.date("2026-02-30")


def test_dose():
    assert [quantity.dose(text) for text in ("10 mg", "0.02 g", "500 ug", "10mg")] == [10, 20, 0.5, 10]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (10, "a dose needs a unit, e.g. '10 mg'"),
        ("10", "a dose needs a unit, e.g. '10 mg'"),
        ("ten", "not a dose"),
        ("10 mgg", "is not a unit of mass; write 'mg'"),
        ("-5 mg", "cannot be negative"),
    ],
)
def test_no_dose(value, message):
    with pytest.raises(ScenarioError, match=message):
        quantity.dose(value)


def test_intensity():
    assert quantity.intensity("70 %VO2max") == quantity.intensity("70% vo2max") == 0.7


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (70, "needs a unit, e.g. '70 %VO2max'"),
        ("70", "needs a unit"),
        ("70 %HRmax", "as a share of VO2max"),
        ("170 %VO2max", "impossible"),
        ("0 %VO2max", "impossible"),
        ("hard", "not an intensity"),
    ],
)
def test_no_intensity(value, message):
    with pytest.raises(ScenarioError, match=message):
        quantity.intensity(value)


def test_minutes():
    assert quantity.minutes(45) == quantity.minutes("45 min") == 0.75
    for wrong in (0, -45, 2000, "45", True, None):
        with pytest.raises(ScenarioError):
            quantity.minutes(wrong)


def test_amount_in_other_units():
    assert quantity.amount("3500 mg", "g") == 3.5
    assert quantity.amount("0.8 ng/kg", "ng/kg") == 0.8
    assert quantity.amount("0.0008 ug/kg", "ng/kg") == pytest.approx(0.8)
    assert quantity.amount(2, "1") == 2


@pytest.mark.parametrize(("value", "unit"), [("3 L", "g"), ("3 furlongz", "g"), ("-3 g", "g"), (3, "g"), ("two", "1")])
def test_no_amount(value, unit):
    with pytest.raises(ScenarioError):
        quantity.amount(value, unit)
