"""A number depends on the seed, on what is decided and on the person, and on nothing else."""

import numpy as np
import pytest
from neurokyn.errors import ScenarioError
from neurokyn.population.streams import Stream
from scipy.stats import kstest


def test_the_first_people_of_many_are_those_of_a_few():
    stream = Stream(7, "covariate.age")
    assert np.array_equal(stream.uniform(100)[:10], stream.uniform(10))
    assert np.array_equal(stream.uniform(100)[40:60], stream.uniform(20, first=40))
    assert np.array_equal(stream.normal(100)[99:], stream.normal(1, first=99))


def test_streams_differ_by_seed_name_person_and_turn():
    draws = [Stream(1, "a").uniform(50), Stream(2, "a").uniform(50), Stream(1, "b").uniform(50)]
    draws += [Stream(1, "a").uniform(50, turn=1), Stream(1, "a").uniform(50, first=50)]
    assert len(np.unique(np.concatenate(draws))) == 250


def test_known_numbers_stay():
    """A change here gives every cohort of every user other people."""
    assert Stream(1, "covariate.age").uniform(3).round(12).tolist() == [0.473523380925, 0.036076545696, 0.521175078322]


def test_uniform_and_normal():
    stream = Stream(3, "anything")
    even, normal = stream.uniform(20_000), stream.normal(20_000)
    assert 0 < even.min() < even.max() < 1
    assert kstest(even, "uniform").pvalue > 0.001
    assert kstest(normal, "norm").pvalue > 0.001
    assert abs(np.corrcoef(normal[1:], normal[:-1])[0, 1]) < 0.02
    assert abs(np.corrcoef(normal, Stream(3, "other").normal(20_000))[0, 1]) < 0.02


def test_a_generator_of_ones_own():
    stream = Stream(1, "attendance")
    first = stream.of(5).random(1000)
    assert np.array_equal(first, stream.of(5).random(1000))
    others = np.concatenate([stream.of(6).random(1000), Stream(1, "drop-out").of(5).random(1000), stream.uniform(1000)])
    assert not set(first.tolist()) & set(others.tolist())


@pytest.mark.parametrize("seed", [-1, 1.5, "1", None, True])
def test_no_such_seed(seed):
    with pytest.raises(ScenarioError, match="whole number of 0 or more"):
        Stream(seed, "age")


def test_bad_names_and_people():
    with pytest.raises(ScenarioError, match="needs the name"):
        Stream(1, "")
    with pytest.raises(ScenarioError, match="from 0 up"):
        Stream(1, "age").uniform(-1)
    with pytest.raises(ScenarioError, match="from 0 up"):
        Stream(1, "age").of(-1)
