"""One set of checks for every registered module."""

import numpy as np
import pytest
from neurokyn.compiler.compose import compose
from neurokyn.compiler.parameters import Table
from neurokyn.scenario.model import modules, standard_model, standard_parameters
from neurokyn.scenario.prepare import Prepared, prepare
from neurokyn.scenario.steady import steady_state


@pytest.fixture(params=sorted(modules()))
def module(request):
    """Every registered module, one after another."""
    return modules()[request.param]


@pytest.fixture
def alone(module) -> Prepared:
    """The module by itself, with its stand-ins."""
    table = standard_parameters()
    own = Table(table[name] for name in module.parameter_units)
    return prepare(compose([module]), own)


@pytest.fixture(scope="session")
def whole() -> Prepared:
    """All modules composed, healthy."""
    return prepare(standard_model(), standard_parameters())


@pytest.fixture(scope="session")
def rest(whole) -> np.ndarray:
    """The healthy fixed point of the whole model."""
    return steady_state(whole)
