"""What one test does to the process does not reach the next."""

import locale

import pytest


@pytest.fixture(autouse=True)
def usual_locale():
    """COPASI sets the locale to C when it is imported; files would be read as ASCII from then on."""
    before = locale.setlocale(locale.LC_ALL)
    yield
    locale.setlocale(locale.LC_ALL, before)
