"""Interleukin-6 and CRP beside Dwivedi 2014 (healthy volunteers)."""

from __future__ import annotations

import numpy as np
import pytest
from neurokyn.scenario.schedule import Bolus

from tests.physiology.body import DAY, at_rest, person, simulate
from tests.published.published import published

K = published("dwivedi2014")["constants"]


def test_half_life_of_interleukin_6():
    """29 min: an added amount is halved in ln 2 over their decay constant. (Theirs of CRP is one of two pools.)"""
    theirs = np.log(2) / K["kdegIL6"] * DAY
    times, r = simulate(person(), [Bolus("inflammation.il6", 0.0, 15.0, "ng/L")], 3 * theirs, theirs / 500)
    above = r["inflammation.il6"] - at_rest(person())["inflammation.il6"]
    assert np.interp(-0.5, -above / above[0], times) == pytest.approx(theirs, rel=0.01)


@pytest.mark.parametrize(("il6", "theirs"), published("dwivedi2014")["il6_and_crp"])
def test_crp_follows_interleukin(il6, theirs):
    """Within a third: x1.7, 2.8, 4.7 here; x2.3, 4.1, 5.0 there, where a receptor cascade saturates."""
    r = at_rest(person(), {"inflammation.interferon": il6 - 1})
    assert r["inflammation.il6_relative"] == pytest.approx(il6, rel=1e-6)
    ours = r["inflammation.crp"] / at_rest(person())["inflammation.crp"]
    assert 0.65 * theirs < ours < 1.35 * theirs
