"""Diffrax is given the right equations and solves them."""

import numpy as np
import pytest

from benchmarks import errors
from benchmarks.peers import diffrax_kvaerno
from benchmarks.sizes import chain_people, chain_work
from benchmarks.work import scenario_work, typical_person

if reason := diffrax_kvaerno.PEER.missing():
    pytest.skip(reason, allow_module_level=True)
import jax


def test_a_short_stretch_agrees_with_our_reference_the_better_the_tighter():
    work = chain_work(4).beginning(5)
    people = chain_people(work, 1)
    run, exact = diffrax_kvaerno.setup(work), errors.reference(work, people[0])
    loose, middle, tight = (errors.error(work, next(iter(run(people, rtol))), exact) for rtol in (1e-3, 1e-5, 1e-7))
    assert loose > 10 * middle > 100 * tight
    assert tight < 1e-6


def test_what_it_cannot_solve_is_said():
    work = chain_work(4).beginning(1)
    run, (person,) = diffrax_kvaerno.setup(work), chain_people(work, 1)
    person.start[0] = np.nan
    with pytest.raises(ArithmeticError, match="gave up between 0 h and"):
        next(iter(run([person], 1e-4)))


def test_the_slopes_are_those_of_our_kernels():
    """Of the whole model, away from its day, in every segment of a week."""
    work, person = scenario_work("running", 1), typical_person("running")
    diffrax_kvaerno.setup(work)  # sets doubles
    slopes, y, mine = jax.jit(diffrax_kvaerno.slopes(work)), 0.9 * person.start, np.empty(work.states)
    for t, drives in zip(work.events.starts[:-1] + 0.1, work.events.drives, strict=True):
        work.body.kernels.rhs(t, y, person.constants, drives, mine)
        theirs = np.asarray(slopes(t, y, (person.constants, drives)))
        assert np.isfinite(mine).all()
        assert theirs == pytest.approx(mine, rel=1e-9, abs=1e-12 * np.abs(mine).max())
