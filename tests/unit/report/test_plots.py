"""Pictures: what they show, that they can be drawn for anything, that they are written whole."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from neurokyn import ScenarioError, comparison, overview, trajectories
from neurokyn.report.panels import OVERVIEW, overview_rows
from neurokyn.report.plots import limits, save

MOOD = ["mood.depression", "mood.anxiety"]


def panels(figure):
    return {axes.get_title(loc="left"): axes for axes in figure.findobj(mpl.axes.Axes) if axes.get_title(loc="left")}


def test_the_overview_shows_every_link_with_its_unit(weeks):
    shown = panels(overview(weeks))
    assert len(shown) == 20
    assert shown["SSRI in plasma"].get_ylabel() == "µg/L"
    assert shown["Depression"].get_ylabel() == "HAM-D17 points"
    assert all(axes.get_ylabel() for axes in shown.values())
    assert len({axes.get_xlim() for axes in shown.values()}) == 1


def test_every_panel_of_the_overview_is_in_the_model(weeks):
    assert {panel.name for _, row in OVERVIEW for panel in row} <= set(map(str, weeks.data_vars))


def test_over_weeks_a_line_is_the_mean_of_each_day(weeks):
    axes = panels(overview(weeks))["Cortisol"]
    lines = {line.get_linestyle(): line for line in axes.lines}
    x, y = lines["--"].get_data()  # the arm left alone
    assert len(x) == 35
    assert x[0] == pytest.approx(0.5 / 7)
    assert np.ptp(y[:13]) < 1e-3 * y[0]


def test_over_hours_a_line_is_the_course_itself(hours):
    (line,) = panels(overview(hours))["Cortisol"].lines
    assert np.array_equal(line.get_ydata(), hours["stress.cortisol"].values)


def test_where_no_drug_is_taken_something_else_is_shown(hours):
    names = [panel.name for panel in overview_rows(hours)[0]]
    assert len(names) == 4
    assert "ssri.concentration" not in names


def test_a_dataset_of_other_read_outs_is_shown_too(weeks):
    shown = panels(overview(weeks[["tryptophan.nefa", "stress.acth"]].assign_attrs(weeks.attrs)))
    assert shown.keys() == {"Non-esterified fatty acids in plasma", "ACTH"}
    with pytest.raises(ScenarioError, match="no read-out"):
        overview(weeks[["steps"]])


def test_what_hardly_changes_is_not_blown_up():
    low, high = limits(1.0, 1.0 + 1e-6)
    assert high - low > 0.01
    assert limits(0.0, 0.0) == limits(np.inf, -np.inf) == (-0.05, 1.05)
    assert limits(0.0, 10.0) == pytest.approx((-0.4, 10.4))


def test_trajectories(weeks):
    shown = panels(trajectories(weeks, ["kynurenine.hk", *MOOD]))
    assert list(shown) == ["3-hydroxykynurenine in plasma", "Depression", "Anxiety"]
    assert shown["3-hydroxykynurenine in plasma"].get_ylabel() == "nmol/L"


@pytest.mark.parametrize("names", [[], "mood.depression", ["mood.depresion"], ["status"]])
def test_trajectories_refuse_what_is_not_there(weeks, names):
    with pytest.raises(ScenarioError):
        trajectories(weeks, names)


def test_a_comparison_of_scenarios_of_different_length(weeks, hours):
    figure = comparison({"weeks": weeks.sel(arm="escitalopram"), "a day": hours}, MOOD)
    lengths = [len(line.get_xdata()) for line in panels(figure)["Depression"].lines]
    assert lengths == [35, 25]
    (names,) = ([text.get_text() for text in legend.get_texts()] for legend in figure.findobj(mpl.legend.Legend))
    assert names == ["weeks", "a day"]


def test_a_comparison_refuses_what_it_cannot_compare(weeks, hours):
    with pytest.raises(ScenarioError, match="several arms"):
        comparison({"all": weeks}, MOOD)
    with pytest.raises(ScenarioError, match="did you mean 'mood.depression'"):
        comparison({"a day": hours}, ["mood.depresion"])
    with pytest.raises(ScenarioError, match="nothing to compare"):
        comparison({}, MOOD)


def test_a_course_that_stopped_is_drawn_as_far_as_it_got(weeks, hours):
    overview(weeks.where(weeks["time"] < 300))
    overview(weeks.where(weeks["arm"] == "running"))
    (line,) = panels(overview(hours.where(hours["time"] < 10)))["Depression"].lines
    assert line.get_xdata().max() == 9


def test_any_name_can_be_drawn(weeks, tmp_path, recwarn):
    named = weeks.assign_coords(arm=["_$x$ \\frac{", "走る", "x" * 300]).assign_attrs(title="$\\nonsense$ " * 40)
    save(trajectories(named, MOOD), tmp_path / "x.png")
    assert [str(warning.message) for warning in recwarn] == []


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf"])
def test_a_picture_is_written_whole(hours, tmp_path, ending):
    save(trajectories(hours, MOOD), tmp_path / f"mood{ending}")
    assert [path.name for path in tmp_path.iterdir()] == [f"mood{ending}"]
    assert (tmp_path / f"mood{ending}").stat().st_size > 5000


def test_a_picture_that_cannot_be_written_leaves_nothing(hours, tmp_path):
    figure = trajectories(hours, MOOD)
    for path in (tmp_path / "mood.xyz", tmp_path / "mood", tmp_path / "none" / "mood.png"):
        with pytest.raises(ScenarioError, match="no name of a picture|does not exist"):
            save(figure, Path(path))
    assert list(tmp_path.iterdir()) == []
