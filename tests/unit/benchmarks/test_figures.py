"""Pictures of a report are drawn from the numbers beside it."""

import json
import shutil
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.image import imread

from benchmarks.figures import draw, growth, looks, work_precision

NUMBERS = Path(__file__).resolve().parents[3] / "docs" / "benchmarks" / "results.json"


def test_both_are_drawn_beside_their_numbers(tmp_path):
    shutil.copy(NUMBERS, tmp_path / "results.json")
    draw(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.json", "scaling.png", "work-precision.png"]
    for name in ("scaling.png", "work-precision.png"):
        assert imread(tmp_path / name).shape[1] > 1000


def test_a_method_looks_the_same_everywhere_and_like_no_other():
    names = [f"method {k}" for k in range(12)] + ["neurokyn, lanes"]
    found = looks(names)
    assert next(iter(found)) == "neurokyn, lanes"
    assert len({(look["color"], look["marker"]) for look in found.values()}) == len(names)


def test_what_failed_or_was_not_measured_is_left_out():
    shown = looks(["one", "other", "neurokyn, lanes"])
    point = {"errors": [1e-4], "seconds": 0.1, "failure": ""}
    race = {
        "one": {"people": [point, point | {"failure": "gave up"}]},
        "other": {"people": [point | {"seconds": None}]},
    }
    figure = Figure()
    work_precision(figure, {"running": race}, shown)
    assert [line.get_label() for line in figure.axes[0].lines] == ["one"]
    figure = Figure()
    costs = json.loads('{"20": 0.1, "40": NaN}')
    growth(figure, {"people": {"10": 0.1}, "weeks": {"4": 0.1}, "states": {"one": costs}}, shown)
    assert figure.axes[2].lines[0].get_xdata().tolist() == [20]
