"""The site, built by `python scripts/build_site.py`; no page needs a script, a style or a font from outside."""

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS / "_ext"))

from neurokyn import __version__  # noqa: E402

project = "neurokyn"
author = copyright = "the neurokyn contributors"  # noqa: A001
version = release = __version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "docstrings", "pages", "flowchart", "mathml"]
root_doc = "index"
exclude_patterns = ["README.md", "_*", "**/.*"]
nitpicky = True

# Every page with what stands below it; pages of the repository that lie outside docs/ under names of their own.
API = ("scenarios", "language", "people", "trials", "why", "effects", "reported", "pictures", "exchange", "errors")
contents = {
    "index": ["start", "science", "lab", "tutorials/README", "guides", "model/README", "evidence", "reference"],
    "tutorials/README": ["tutorials/0*"],
    "guides": ["scenarios", "population", "trials", "sbml", "language", "lessons"],
    "model/README": ["model/*", "patients", "numbers"],
    "evidence": [
        "questions",
        "validation",
        "windows",
        "calibration",
        "calibration-trials",
        "cross-checks",
        "ablations",
        "caveats",
    ],
    "reference": [
        "api/index",
        "numerics/solver",
        "numerics/lanes",
        "benchmarks/report",
        "decisions/index",
        "best-practice",
        "contributing",
        "changelog",
        "cite",
    ],
    "api/index": [f"api/{page}" for page in API],
    "decisions/index": ["decisions/*"],
}
elsewhere = {"changelog": "CHANGELOG.md", "contributing": "CONTRIBUTING.md", "numbers": "params/README.md"}
same_as = {"README.md": "index", "docs/README.md": "index", "CITATION.cff": "cite"}

myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_fence_as_directive = ["mermaid"]
myst_heading_anchors = 3
myst_update_mathjax = False
html_math_renderer = "mathml"

nb_execution_mode = "cache"
nb_execution_cache_path = str(DOCS / "_build" / "cells")
nb_execution_raise_on_error = True
nb_execution_timeout = 120  # s, for one cell
nb_merge_streams = True
nb_ipywidgets_js = {}

autodoc_typehints = "none"  # the docstrings say more: shapes and units
autodoc_default_options = {"members": True}
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_param = napoleon_use_rtype = (
    False  # types are words, "array_like, shape (studies,)": links are made in docstrings.py
)
python_display_short_literal_types = True

html_theme = "furo"
html_title = "neurokyn"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_search_summary = False  # a summary is fetched from the page, which browsers forbid on disk
html_show_copyright = False
html_theme_options = {
    "navigation_with_keys": False,
    "light_css_variables": {"color-brand-primary": "#00629b", "color-brand-content": "#00629b"},
    "dark_css_variables": {"color-brand-primary": "#56b4e9", "color-brand-content": "#56b4e9"},
}
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
