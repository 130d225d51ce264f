"""Two arms of the same drug: no difference is found more often than chance has it."""

from __future__ import annotations

import numpy as np
import pytest
from neurokyn.population.analyses import compare
from neurokyn.population.carrying_out import DEPRESSION, carry_out
from neurokyn.population.courses import simulate_courses
from neurokyn.population.ratings import all_seen, carried_forward, completers
from neurokyn.population.reading import read_trial
from scipy.stats import binom

SEED, PEOPLE = 11, 150
TEXT = """
title = "Nothing to find"
person = "mdd"
duration = "4 weeks"
visits = [0, 2, 4]
[entry]
include = "age >= 18 and screened >= 14"
[arms.one]
people = 20
care = ["blinded-pill"]
[[arms.one.drug]]
name = "escitalopram"
dose = "10 mg"
every = "1 day"
at = "08:00"
[arms.other]
people = 20
care = ["blinded-pill"]
[[arms.other.drug]]
name = "escitalopram"
dose = "10 mg"
every = "1 day"
at = "08:00"
"""


@pytest.fixture(scope="module")
def nothing(tmp_path_factory):
    path = tmp_path_factory.mktemp("null") / "nothing.toml"
    path.write_text(TEXT, encoding="utf-8")
    trial = read_trial(path)
    return trial, simulate_courses(trial, PEOPLE, SEED, workers=1)


def covered(nothing, replicates, analysis):
    """How often the interval of each effect covers its null value, and its mean."""
    trial, courses = nothing
    found, estimates = {"difference": 0, "g": 0, "change": 0}, []
    for replicate in range(replicates):
        rated = carry_out(trial, courses, SEED, replicate).ratings[DEPRESSION]
        told = compare(rated, "one", "other", None, analysis)
        for name, effect in (("difference", told.difference), ("g", told.g), ("change", told.difference_of_change)):
            found[name] += effect.low <= 0 <= effect.high
        estimates.append(told.difference.estimate)
    return found, np.array(estimates)


def within_chance(found, replicates):
    low, high = binom.ppf([5e-4, 1 - 5e-4], replicates, 0.95)
    return all(low <= count <= high for count in found.values())


@pytest.mark.parametrize(("analysis", "replicates"), [(carried_forward, 1000), (all_seen, 200), (completers, 200)])
def test_two_identical_arms(nothing, analysis, replicates):
    found, estimates = covered(nothing, replicates, analysis)
    assert within_chance(found, replicates), found
    assert abs(estimates.mean()) < 4 * estimates.std() / np.sqrt(replicates)


def test_a_difference_that_is_there_is_found(nothing):
    """Else covering zero would mean nothing."""
    trial, courses = nothing
    other = courses.copy(deep=True)
    other[DEPRESSION].loc[{"arm": "other"}] += 8.0
    found, _ = covered((trial, other), 30, carried_forward)
    assert found["difference"] < 10
