"""For every registered module: it runs alone, its numbers are complete, its slopes are right."""

import numpy as np
import pytest
from neurokyn.compiler.checks import check_numbers
from neurokyn.compiler.compose import compose
from neurokyn.language.expression import evaluate
from neurokyn.scenario.steady import steady_state

from tests.helpers import complex_step_jacobian, dense_jacobian, held


def test_numbers_are_complete(module):
    problems = [line for line in check_numbers([module]) if "belongs to no module" not in line]
    assert problems == []


def test_units_are_consistent(module):
    equations = compose([module]).equations
    assert len(equations.derivatives) == len(module.states)


def test_it_rests_alone(alone):
    y, u = steady_state(alone), held(alone)
    slopes = np.abs(alone.slopes(y, u)) / (np.abs(y) + alone.absolute_scale)
    assert slopes.max() < 1e-6


def test_slopes_equal_the_complex_step(alone):
    random = np.random.default_rng(20)
    for _ in range(5):
        y = alone.starts * random.uniform(0.5, 1.5, alone.starts.size) + 0.01 * alone.absolute_scale
        ours = dense_jacobian(alone, y, held(alone))
        theirs = complex_step_jacobian(alone, y, held(alone))
        size = np.maximum(np.abs(theirs), 1e-12 + np.abs(theirs).max(axis=1, keepdims=True) * 1e-9)
        assert np.all(np.abs(ours - theirs) <= 1e-9 * size)


def test_kernels_equal_the_expressions(alone):
    """The compiled kernels and a node-by-node evaluation agree at a random point."""
    random = np.random.default_rng(7)
    y = alone.starts * random.uniform(0.7, 1.3, alone.starts.size) + 0.01 * alone.absolute_scale
    values = dict(zip(alone.system.state_names, y, strict=True))
    values |= dict(zip(alone.system.drive_names, held(alone), strict=True))
    values |= {name: alone.table[name].in_unit(unit) for name, unit in alone.system.parameter_units.items()}
    values["time"] = 0.0
    expected = np.array(evaluate(alone.system.equations.derivatives, values))
    assert alone.slopes(y, held(alone)) == pytest.approx(expected, rel=1e-9, abs=1e-12 * np.abs(expected).max())


def test_every_state_has_a_positive_scale(alone):
    assert np.all(alone.absolute_scale > 0)


def test_descriptions_are_written(module):
    for entry in (*module.states, *module.inputs, *module.drives):
        assert entry.description, f"{entry.symbol!r} has no description"
    for flux in module.fluxes:
        assert flux.description, f"{flux.name} has no description"
    for relation in module.relations:
        assert relation.description or not relation.shown, f"{relation.symbol!r} has no description"
