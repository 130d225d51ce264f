"""Pictures of the Why room: a budget of two runs, and what each cut coupling costs."""

from __future__ import annotations

from collections.abc import Sequence

import xarray as xr

from neurokyn.analysis.budget_text import percent, rounded
from neurokyn.analysis.carried import Carried, Cut
from neurokyn.analysis.twins import SCHEDULE
from neurokyn.lab.curves import Figure, Ink, ink, styled
from neurokyn.report.style import GREY, VERMILION

MOST_TERMS, MOST_CUTS = 12, 15
ROW = 46  # px for a term with its three bars


def budget_figure(found: xr.Dataset, names: tuple[str, str], theme: str) -> Figure:
    """What acted on a state in two runs, and the difference.

    Parameters
    ----------
    found : xarray.Dataset
        From `difference` or `between`.
    names : (str, str)
        What the runs are called.
    theme : str
        "light" or "dark".

    Returns
    -------
    dict
        A figure of Plotly: three bars for each term, the largest difference on top.
    """
    own, unit = ink(theme), found["change"].attrs["units"]
    terms = shown_terms(found)
    part = found.sel(term=terms)
    looks = (
        (names[0], "one", own.now, ""),
        (names[1], "two", VERMILION, "/"),
        ("difference", "difference", own.alone, ""),
    )
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": terms,
            "x": rounded(part[key].values.tolist(), found),
            "marker": {"color": colour, "pattern": _hatched(own, shape)},
            "customdata": part["description"].values.tolist(),
            "hovertemplate": f"%{{customdata}}<br>{name}: %{{x:.4g}} {unit}<extra></extra>",
        }
        for name, key, colour, shape in looks
    ]
    title = f"added to {found.attrs['of'].partition('.')[2].replace('_', ' ')} since t = 0" + _in(unit)
    return _horizontal(bars, title, theme, 130 + ROW * max(len(terms), 2))


def shown_terms(found: xr.Dataset) -> list[str]:
    """The terms that differ, the largest difference first and at most a dozen."""
    moved = rounded(found["difference"].values.tolist(), found)
    return [str(term) for term, by in zip(found["term"].values.tolist(), moved, strict=True) if by][:MOST_TERMS]


def cuts_figure(found: Carried, theme: str) -> Figure:
    """How much of a difference is lost with each coupling.

    Parameters
    ----------
    found : Carried
        As far as it is known.
    theme : str
        "light" or "dark".

    Returns
    -------
    dict
        A figure of Plotly, the largest loss on top; what works against the difference is hatched.
    """
    own, cuts = ink(theme), found.cuts[:MOST_CUTS]
    against = [cut.share < 0 for cut in cuts]
    bar = {
        "type": "bar",
        "orientation": "h",
        "y": [cut_name(cut) for cut in cuts],
        "x": [100 * cut.share for cut in cuts],
        "text": [percent(cut.share) for cut in cuts],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {
            "color": [VERMILION if x else own.now for x in against],
            "pattern": _hatched(own, ["/" if x else "" for x in against]),
        },
        "customdata": [", ".join(cut.quantities).replace("_", " ") for cut in cuts],
        "hovertemplate": "%{y}: %{x:.1f} %<br>held: %{customdata}<extra></extra>",
        "showlegend": False,
    }
    title = "share lost, %"
    return _horizontal([bar], title, theme, 90 + 26 * max(len(cuts), 2))


def cut_name(cut: Cut) -> str:
    """A coupling as its label says it."""
    giver = "what is done" if cut.giver == SCHEDULE else cut.giver
    return f"{giver} → {cut.taker}".replace("_", " ")


def _horizontal(bars: Sequence[Figure], title: str, theme: str, height: int) -> Figure:
    """Bars that lie, the first on top."""
    layout = {
        "barmode": "group",
        "bargap": 0.25,
        "height": height,
        "margin": {"l": 10, "r": 44, "t": 40, "b": 46},
        "legend": {
            "orientation": "h",
            "y": 1.0,
            "yanchor": "bottom",
            "x": 0,
            "xanchor": "left",
            "traceorder": "normal",
        },
        "xaxis": {"title": {"text": title}, "zeroline": True, "zerolinecolor": GREY, "automargin": True},
        "yaxis": {"autorange": "reversed", "automargin": True, "ticks": ""},
    }
    return styled({"data": list(bars), "layout": layout}, theme, 14.0)


def _hatched(own: Ink, shape: str | list[str]) -> Figure:
    return {"shape": shape, "fgcolor": own.paper, "size": 5, "fillmode": "overlay", "solidity": 0.25}


def _in(unit: str) -> str:
    return "" if unit == "1" else f", {unit}"
