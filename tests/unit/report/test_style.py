"""Colours that colour-blind readers tell apart, sizes that are legible at half size, and one place for both."""

import re
from itertools import combinations
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from neurokyn.report.forest import LOOKS
from neurokyn.report.style import BLACK, COLOURS, DPI, RULES, SHAPES, SMALL, style
from neurokyn.report.trial_panels import OTHERS, PARTS

ROOT = Path(__file__).resolve().parents[3]
# Machado, Oliveira & Fernandes 2009 (doi:10.1109/TVCG.2009.113), severity 1.0; of linear red, green, blue.
SEEN_BY = {
    "most people": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
# Linear sRGB to CIE XYZ, D65 (IEC 61966-2-1).
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
NOTICED = 2.3  # CIE 1976 distance that is just noticed side by side (Mahy et al. 1994, Color Res. Appl. 19:105)
APART = 5 * NOTICED  # for thin lines that are not side by side


def lab(colour, eyes="most people"):
    """CIE 1976 L*a*b* of a colour as it is seen."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(SEEN_BY[eyes]) @ linear, 0, 1)
    relative = XYZ @ seen / XYZ.sum(axis=1)
    f = np.where(relative > (6 / 29) ** 3, np.cbrt(relative), relative * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one, other, eyes):
    return float(np.linalg.norm(lab(one, eyes) - lab(other, eyes)))


def closest(colours, eyes):
    return min((distance(*pair, eyes), pair) for pair in combinations(colours, 2))


def test_the_measure_knows_what_is_alike():
    assert lab("#FFFFFF") == pytest.approx([100, 0, 0], abs=0.02)
    assert lab("#FF0000") == pytest.approx([53.24, 80.09, 67.20], abs=0.05)  # sRGB's red, as it is tabulated
    red, green = "#D62728", "#2CA02C"
    assert distance(red, green, "most people") > 100
    assert distance(red, green, "deuteranopia") < 10


@pytest.mark.parametrize("eyes", SEEN_BY)
def test_colours_of_lines_stay_apart(eyes):
    found, pair = closest((*COLOURS, BLACK), eyes)
    assert found > APART, pair


@pytest.mark.parametrize("eyes", SEEN_BY)
def test_verdicts_and_parts_stay_apart(eyes):
    assert distance(LOOKS["held"]["color"], LOOKS["missed"]["color"], eyes) > 3 * APART
    areas = [*PARTS.values(), *OTHERS]
    for (one, mark), (other, other_mark) in combinations(areas, 2):
        assert mark != other_mark or distance(one, other, eyes) > APART, (one, other)


@pytest.mark.parametrize("eyes", SEEN_BY)
def test_colours_of_lines_stand_out_on_white(eyes):
    assert all(distance(colour, "#FFFFFF", eyes) > 3 * APART for colour in COLOURS)


def test_there_is_a_shape_for_each_colour():
    assert len(set(SHAPES)) == len(SHAPES) > len(COLOURS)


def test_text_is_legible_at_half_size():
    sizes = [size for name, size in RULES.items() if name.endswith("size")]
    assert min(sizes) == SMALL
    assert SMALL / 72 * DPI / 2 >= 9  # pixels


def test_what_was_set_before_comes_back():
    before = mpl.rcParams["axes.titlesize"]
    with style():
        assert mpl.rcParams["axes.titlesize"] == RULES["axes.titlesize"]
        axes = Figure().subplots()
        axes.set_title("Cortisol", loc="left")
        assert axes.title.get_fontfamily() == ["sans-serif"]
    assert mpl.rcParams["axes.titlesize"] == before


def test_colours_sizes_and_rules_stand_in_one_place():
    places = [*ROOT.glob("model/neurokyn/**/*.py"), *ROOT.glob("scripts/*.py"), *ROOT.glob("benchmarks/**/*.py")]
    found = [
        f"{path.name}: {text}"
        for path in places
        if "matplotlib" in (source := path.read_text(encoding="utf-8")) and path.name != "style.py"
        for text in re.findall(r"\"#[0-9A-Fa-f]{6}\"|fontsize=\d+|dpi=\d+|rc_context|rcParams", source)
    ]
    assert found == []
