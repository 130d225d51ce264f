"""Weights match marginals, cost what they cost, and refuse what cannot be."""

import numpy as np
import pytest
import xarray as xr
from neurokyn.errors import ScenarioError
from neurokyn.population.covariates import covariates, draw_covariates
from neurokyn.population.people import People
from neurokyn.population.weights import entropy_weights


@pytest.fixture(scope="module")
def people() -> People:
    """Covariates alone, which is all that weights look at."""
    known = covariates()
    data = xr.Dataset(coords={"person": np.arange(2000)})
    for name, column in draw_covariates(known, 5, 2000).items():
        about = {"units": known[name].unit, "role": "covariate"}
        data[name] = (
            "person",
            column,
            about | ({"categories": " ".join(known[name].shares)} if known[name].shares else {}),
        )
    return People(data)


def test_means_sds_and_shares(people):
    wanted = {"age": (50.0, 8.0), "severity": 20.0, "sex == female": 0.75, "crp > 3": 0.4}
    weighted = people.weighted(wanted).data
    weight, age = weighted["weight"].values, weighted["age"].values
    assert weight.sum() == pytest.approx(1.0)
    assert weight.min() > 0
    assert weight @ age == pytest.approx(50.0, abs=1e-5)
    assert np.sqrt(weight @ (age - 50.0) ** 2) == pytest.approx(8.0, abs=1e-5)
    assert weight @ weighted["severity"].values == pytest.approx(20.0, abs=1e-5)
    assert weight @ (weighted["sex"].values == "female") == pytest.approx(0.75, abs=1e-6)
    assert weight @ (weighted["crp"].values > 3) == pytest.approx(0.4, abs=1e-6)
    assert weighted.attrs["effective_sample_size"] == pytest.approx(1 / np.sum(weight**2))
    assert 200 < weighted.attrs["effective_sample_size"] < 1500


def test_nothing_to_change_leaves_everyone_equal(people):
    same = people.weighted({"age": float(people.data["age"].mean())}).data
    assert np.allclose(same["weight"], 1 / 2000)
    assert same.attrs["effective_sample_size"] == pytest.approx(2000)


def test_they_are_the_most_even(people):
    """Any other weights with the same mean have less entropy."""
    age = people.data["age"].values[:200]
    weight = entropy_weights(age[:, None], [50.0], ["age"]).values
    aside = np.random.default_rng(1).normal(size=200)
    basis = np.linalg.qr(np.column_stack([np.ones(200), age]))[0]
    aside -= basis @ (basis.T @ aside)
    for step in (1e-4, -1e-4):
        other = weight + step * aside * weight.min() / np.abs(aside).max() * 1e3
        assert -(other * np.log(other)).sum() < -(weight * np.log(weight)).sum()


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"age": 90.0}, "no weights give age = 90"),
        ({"agee": 40.0}, "did you mean 'age'"),
        ({"sex": 0.5}, "is no comparison"),
        ({"sex == female": (0.5, 0.1)}, "is not a mean"),
        ({"age": (40.0, 1.0, 2.0)}, "is not a mean"),
        ({"age": (74.0, 20.0)}, "no weights give"),
        ({}, "nothing to match"),
        ({"age": float("nan")}, "finite"),
    ],
)
def test_what_cannot_be(people, wanted, says):
    with pytest.raises(ScenarioError, match=says):
        people.weighted(wanted)
