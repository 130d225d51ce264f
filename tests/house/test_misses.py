"""Every test that is expected to miss stands in docs/caveats.md, with its figure and a reason."""

import pytest
from misses import collect, on_the_page


@pytest.fixture(scope="module")
def found():
    return collect()


def test_every_miss_has_its_row_and_every_row_its_test(found):
    """If this fails: `python scripts/make_misses.py`, and write why."""
    assert list(on_the_page()) == [miss.cells[0] for miss in found]


def test_the_page_shows_the_figures_of_the_tests(found):
    page = on_the_page()
    for miss in found:
        assert tuple(page[miss.cells[0]][:2]) == miss.cells[1:]
        assert miss.simulated
        assert miss.window


def test_every_miss_has_a_written_reason():
    assert [test for test, cells in on_the_page().items() if len(cells[-1]) < 20] == []
