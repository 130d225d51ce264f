"""Figures that must not move without a reason."""

from figures import figures, moved, stored


def test_no_figure_moved():
    changes = moved(stored(), figures())
    assert not changes, (
        "moved by more than 0.1 %:\n  " + "\n  ".join(changes) + "\n"
        "If that is meant, say why in the commit and run `python scripts/update_baseline.py`."
    )


def test_a_figure_that_moves_is_named_with_how_much():
    old = {"a": 1.0, "b": 2.0, "c": 3.0}
    assert moved(old, old) == []
    assert moved(old, {"a": 1.0005, "b": 2.02, "d": 4.0}) == ["b: 2 → 2.02 (+1.00%)", "c: gone", "d: new"]
