"""Reported beside simulated: every row is drawn, verdicts can be told without colour, units never share an axis."""

import math

import numpy as np
import pytest
from neurokyn.errors import ScenarioError
from neurokyn.report.forest import SCALES, forest
from neurokyn.report.plots import save
from test_trial_plots import assert_readable, drawn, words

STUDIES = (
    "MOTAR (Verhoeven 2023)",
    "SMILE (Blumenthal 1999)",
    "SMILE-II (Blumenthal 2007)",
    "DOSE (Dunn 2005), public health dose",
    "Network meta-analysis of 218 trials of exercise for depression (Noetel 2024)",
    "Cipriani 2018",
    "DEMO (Krogh 2009)",
)
KINDS = (
    ("risk difference", "1", "remission at 16 weeks, running minus drug", -0.02, 0.08),
    ("share", "1", "remission in the open arm", 0.45, 0.06),
    ("odds ratio", "1", "response, drug against placebo", 1.6, 0.12),
    ("mean difference", "HAM-D17 points", "points at 12 weeks, running minus waiting list", -3.1, 1.0),
    ("mean difference", "kg", "weight at 16 weeks, running minus drug", -1.9, 0.7),
    ("hedges g", "1", "end scores", -0.5, 0.15),
    ("pooled g", "1", "symptoms at the end, exercise against all that was not active", -0.62, 0.1),
    ("percent change", "%", "plasma kynurenine", -6.0, 4.0),
)


def result(k, **changes):
    """A plausible row."""
    rng = np.random.default_rng(k)
    statistic, unit, outcome, middle, error = KINDS[k % len(KINDS)]
    reported, error = middle + error * rng.normal(), error * rng.uniform(0.7, 1.5)
    simulated = reported + error * rng.normal(0, 1.6)
    return {
        "id": f"S{k:02}",
        "set": ("calibration", "validation", "validation", "control")[k % 4 if k % 7 else 1],
        "study": STUDIES[k % len(STUDIES)],
        "outcome": outcome,
        "statistic": statistic,
        "unit": unit,
        "reported": reported,
        "reported_low": reported - 1.96 * error,
        "reported_high": reported + 1.96 * error,
        "simulated": simulated,
        "simulated_low": simulated - 1.6 * error,
        "simulated_high": simulated + 1.6 * error,
        "held": bool(abs(simulated - reported) < 1.96 * error),
        "chance": float(rng.uniform(0.2, 1)),
        "parts": {},
    } | changes


def axes_of(figure):
    """The panels, and the paper they lie on."""
    paper, *panels = figure.axes
    return paper, panels


def marked(panels, marker):
    return [line for axes in panels for line in axes.lines if line.get_marker() == marker]


@pytest.mark.parametrize("count", [1, 5, 24, 60])
def test_every_row_is_drawn_and_can_be_read(count):
    figure = forest([result(k) for k in range(count)])
    assert_readable(figure)
    paper, panels = axes_of(figure)
    assert len(marked(panels, "s")) == count
    verdicts = [text.get_text() for text in paper.texts if text.get_text().startswith(("held ·", "missed ·"))]
    assert len(verdicts) == count
    assert figure.get_figheight() < 3 + (1.0 if count < 10 else 0.7) * count


def test_rows_of_another_unit_or_statistic_have_an_axis_of_their_own():
    rows = [result(k, set="validation") for k in range(16)]
    paper, panels = axes_of(forest(rows))
    assert len(panels) == len(KINDS)
    said = [text.get_text() for text in paper.texts]
    assert {"Mean difference, kg", "Mean difference, HAM-D17 points", "Odds ratio"} <= set(said)
    assert len(axes_of(forest([result(3, unit="umol/L"), result(3, unit="kg")]))[1]) == 2


def test_sets_have_headings_and_say_how_many_held():
    rows = [result(k, set="validation", held=k < 3) for k in range(5)] + [result(8, set="calibration", held=True)]
    figure = forest(rows)
    text = [text for text, _ in drawn(figure)]
    first, second = (next(k for k, x in enumerate(text) if x.startswith(name)) for name in ("Calibra", "Validation"))
    assert first < second
    assert {"3 of 5 held", "1 of 1 held"} <= set(text)
    assert "Controls" not in text
    assert "Other" in words(forest([{k: x for k, x in result(0).items() if k != "set"}]))


def test_verdicts_differ_in_shape_and_word_and_not_in_colour_alone():
    figure = forest([result(1, held=True), result(9, held=False)])
    paper, panels = axes_of(figure)
    (held,), (missed,) = marked(panels, "o"), marked(panels, "D")
    assert held.get_color() != missed.get_color()
    assert missed.get_markerfacecolor() == "white"
    assert {"held", "missed"} <= {text.get_text().split(" ·")[0] for text in paper.texts}


def test_marks_stand_where_the_numbers_are():
    row = result(3)
    _, (axes,) = axes_of(forest([row]))
    (reported,) = marked([axes], "s")
    assert reported.get_xdata()[0] == row["reported"]
    spans = sorted(tuple(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) == 2)
    assert (row["reported_low"], row["reported_high"]) in spans
    assert (row["simulated_low"], row["simulated_high"]) in spans
    low, high = axes.get_xlim()
    assert low < min(row["reported_low"], row["simulated_low"])
    assert high > max(row["reported_high"], row["simulated_high"], 0)


def test_ratios_stand_on_an_axis_of_ratios_as_long_as_they_are_above_0():
    assert axes_of(forest([result(2)]))[1][0].get_xscale() == "log"
    assert axes_of(forest([result(2, simulated=-0.1)]))[1][0].get_xscale() == "linear"


@pytest.mark.parametrize("statistic", SCALES)
def test_every_statistic_can_be_drawn(statistic):
    assert_readable(forest([result(k, statistic=statistic, unit="1") for k in range(3)]))


def test_an_interval_that_is_far_too_long_is_cut_with_an_arrow():
    rows = [result(k, set="validation") for k in (0, 8, 16, 24)]
    _, (usual,) = axes_of(forest(rows))
    figure = forest([*rows, result(32, set="validation", reported_low=-500.0, reported_high=500.0)])
    _, (axes,) = axes_of(figure)
    assert np.ptp(axes.get_xlim()) < 6 * np.ptp(usual.get_xlim())
    assert len(marked([axes], "<")) == len(marked([axes], ">")) == 1
    assert "the interval goes on" in words(figure)
    assert "the interval goes on" not in words(forest(rows))


def test_what_is_not_known_is_counted_below():
    rows = [
        result(1, reported_low=None, reported_high=None),
        result(9, reported=math.nan),
        result(3, simulated=None, simulated_low=None, simulated_high=None),
        result(4, held=None),
        result(5, chance=None),
    ]
    figure = forest(rows)
    assert_readable(figure)
    assert "Reported without an interval: 1. Not reported: 1. Not simulated: 1. Not judged: 1." in words(figure)
    paper, panels = axes_of(figure)
    assert len(marked(panels, "s")) == 4
    assert {"not simulated", "not judged"} <= {text.get_text() for text in paper.texts}


@pytest.mark.parametrize(
    ("direction", "word", "marker"), [("up", "more", ">"), ("down", "less", "<"), ("none", "no", "s")]
)
def test_where_only_a_direction_was_reported_it_is_shown(direction, word, marker):
    figure = forest([result(5, reported=None, direction=direction)])
    assert_readable(figure)
    assert f"(reported: {word}" in words(figure)
    assert "only a direction was reported (1)" in words(figure)
    (hollow,) = marked(axes_of(figure)[1], marker)
    assert hollow.get_xdata()[0] == 0
    assert hollow.get_markerfacecolor() == "white"


def test_long_and_odd_names_are_broken_into_lines():
    rows = [result(0, study="A trial of $x$ with \\frac{ a name that goes on " * 4, outcome="x" * 300, set="_" * 300)]
    figure = forest(rows)
    assert_readable(figure)
    assert "A trial of" in words(figure)


@pytest.mark.parametrize("title", ["Reported beside simulated", "A title that is very long " * 10])
def test_the_title_is_shown(title):
    assert title[:20] in words(forest([result(0)], title=title))


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ScenarioError, match="no result to show"):
        forest([])
    with pytest.raises(ScenarioError, match="S01: 'held' is missing"):
        forest([{k: x for k, x in result(1).items() if k != "held"}])
    with pytest.raises(ScenarioError, match="S01: 'reported' is no number: 'many'"):
        forest([result(1, reported="many")])


def test_a_forest_is_written(tmp_path):
    save(forest([result(k) for k in range(8)]), tmp_path / "forest.svg")
    assert (tmp_path / "forest.svg").stat().st_size > 5000
