"""Units: conversion and refusal."""

import pytest
from neurokyn.errors import UnitError
from neurokyn.language.units import conversion_factor, parse_unit


@pytest.mark.parametrize(
    ("unit", "to", "factor"),
    [("umol/L", "nmol/L", 1000), ("1/min", "1/h", 60), ("mg", "g", 1e-3), ("week", "h", 168), ("%", "1", 0.01)],
)
def test_conversion(unit, to, factor):
    assert conversion_factor(unit, to) == factor


def test_other_dimensions_are_refused():
    with pytest.raises(UnitError, match="cannot be converted"):
        conversion_factor("mg", "L")


def test_an_unknown_unit_is_refused():
    with pytest.raises(UnitError, match="is not a unit"):
        parse_unit("umol/Q")
