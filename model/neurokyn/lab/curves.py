"""How every chart of the page looks: one template for light and one for dark, colours for all readers."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from neurokyn.report.style import COLOURS

Figure = dict[str, Any]  # of Plotly, as plain values: building it costs nothing
AnyFigure = TypeVar("AnyFigure")
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
DASHES = ("solid", "dash", "dot")


@dataclass(frozen=True)
class Ink:
    """The colours of a theme: text, text of less weight, lines of the grid, paper, the run in hand, nothing done."""

    text: str
    pale: str
    grid: str
    paper: str
    now: str
    alone: str


INKS = {
    "light": Ink("#1b1f24", "#57606a", "#e4e7eb", "#ffffff", COLOURS[0], "#000000"),
    "dark": Ink("#eef1f4", "#a7b0ba", "#2c333b", "#15191e", "#56B4E9", "#ffffff"),
}


def ink(theme: str) -> Ink:
    """The colours of "light" or "dark"."""
    return INKS["dark" if theme == "dark" else "light"]


def template(theme: str, size: float = 13.0) -> Figure:
    """The look as a template of Plotly.

    Parameters
    ----------
    theme : str
        "light" or "dark".
    size : float
        Of the letters, in px.

    Returns
    -------
    dict
        For `layout.template`.
    """
    own = ink(theme)
    axis = {
        "gridcolor": own.grid,
        "linecolor": own.pale,
        "tickcolor": own.pale,
        "zerolinecolor": own.grid,
        "showline": True,
        "ticks": "outside",
        "ticklen": 4,
        "automargin": False,
        "title": {"font": {"size": size}},
    }
    layout = {
        "font": {"family": FONT, "size": size, "color": own.text},
        "paper_bgcolor": own.paper,
        "plot_bgcolor": own.paper,
        "colorway": [own.now, *COLOURS[1:]],
        "xaxis": axis,
        "yaxis": axis,
        "hoverlabel": {
            "bgcolor": own.paper,
            "bordercolor": own.pale,
            "font": {"family": FONT, "size": size, "color": own.text},
        },
        "legend": {"bgcolor": "rgba(0,0,0,0)", "font": {"size": size}},
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": own.pale, "activecolor": own.text},
    }
    return {"layout": layout}


def styled(figure: AnyFigure, theme: str, size: float = 13.0) -> AnyFigure:
    """A figure in the look of the page.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure or dict
        Changed in place.
    theme : str
        "light" or "dark".
    size : float
        Of the letters, in px.

    Returns
    -------
    plotly.graph_objects.Figure or dict
        The same figure.

    Examples
    --------
    >>> styled({"data": [], "layout": {}}, "dark")["layout"]["template"]["layout"]["paper_bgcolor"]
    '#15191e'
    """
    look = template(theme, size)
    if isinstance(figure, dict):
        figure.setdefault("layout", {})["template"] = look
    else:
        figure.update_layout(template=look)  # type: ignore[attr-defined]
    return figure


def packed(values: Sequence[float] | np.ndarray, kind: str = "f4") -> dict[str, str]:
    """Numbers as Plotly reads them fastest: little-endian bytes in base64, of four bytes each unless told."""
    array = np.asarray(values, dtype=f"<{kind}")
    return {"dtype": kind, "bdata": base64.b64encode(array.tobytes()).decode("ascii")}


def see_through(colour: str, share: float) -> str:
    """A colour of the form #rrggbb, of which a share is seen.

    Examples
    --------
    >>> see_through("#0072B2", 0.2)
    'rgba(0,114,178,0.2)'
    """
    parts = (str(int(colour[k : k + 2], 16)) for k in (1, 3, 5))
    return f"rgba({','.join(parts)},{share:g})"
