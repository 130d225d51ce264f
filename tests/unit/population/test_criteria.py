"""Criteria: comparisons of names and numbers, and nothing else."""

import numpy as np
import pytest
from neurokyn.errors import ScenarioError
from neurokyn.population.criteria import satisfied

KNOWN = {
    "age": np.array([17.0, 40.0, 70.0]),
    "severity": np.array([18.0, 25.0, 12.0]),
    "sex": np.array(["female", "male", "female"]),
}
GROUPS = {"sex": ("female", "male")}


@pytest.mark.parametrize(
    ("criterion", "who"),
    [
        ("severity >= 18 and age <= 65", [True, True, False]),
        ("18 <= age < 65", [False, True, False]),
        ("not (age < 18 or age > 65)", [False, True, False]),
        ("sex == female", [True, False, True]),
        ("male != sex and severity < 18", [False, False, True]),
        ("severity > age", [True, False, False]),
        ("age > -1", [True, True, True]),
        ("1 < 2", [True, True, True]),
        ("  age == 40  ", [False, True, False]),
    ],
)
def test_who(criterion, who):
    assert satisfied(criterion, KNOWN, GROUPS).tolist() == who


@pytest.mark.parametrize(
    "criterion",
    [
        "",
        "age",
        "True",
        "age and severity > 3",
        "age > '18'",
        "age > True",
        "age > 1j",
        "age + 1 > 18",
        "age > 2 ** 9999999",
        "age.size > 1",
        "age[0] > 1",
        "abs(age) > 1",
        "__import__('os').system('true')",
        "(lambda: 1)() < 2",
        "[x for x in age] > 1",
        "age in (1, 2)",
        "age is severity",
        "(a := 1) < 2",
        "age > 18; age",
        "age >",
        "age > 18 if age else age",
        "f'{age}' == 1",
        "not age",
        "sex < female",
        "sex == 1",
        "sex == sex",
        "~age > 1",
        "x" * 2000,
        "(" * 500,
        None,
        5,
    ],
)
def test_everything_else_is_refused(criterion):
    with pytest.raises(ScenarioError):
        satisfied(criterion, KNOWN, GROUPS)


def test_nearest_names():
    with pytest.raises(ScenarioError, match="no 'sevrity'; did you mean 'severity'"):
        satisfied("sevrity > 18", KNOWN, GROUPS)
    with pytest.raises(ScenarioError, match="sex is never 'femal'; did you mean 'female'"):
        satisfied("sex == femal", KNOWN, GROUPS)
