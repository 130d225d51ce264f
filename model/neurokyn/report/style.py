"""One look for all pictures: colours, marks, sizes of text; anything that draws takes them from here."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

# Okabe & Ito's colours, told apart by colour-blind readers (jfly.uni-koeln.de/color).
BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"
YELLOW = "#F0E442"  # of areas only: too pale for a line on white
BLACK = "#000000"  # kept for what is left alone, or for what was reported
# Of lines and marks, in the order in which they are given out.
COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1.5, 1)))
SHAPES = "os^Dv<>Ph"  # beside colours, for whoever sees none
# Of notes; of what has no arm; of a part that nobody asks about; of every other row.
DARK_GREY, GREY, LIGHT_GREY, STRIPE = "#595959", "#808080", "#BBBBBB", "#F2F2F2"
SHADES = "Blues"  # from little to much

FONTS = ["DejaVu Sans", "Verdana", "Arial", "Helvetica"]  # the first comes with Matplotlib
# Points. At half size, one pixel for each point or more: smaller could not be read.
HEADING, TITLE, TEXT, SMALL = 12.0, 10.5, 10.0, 9.0
DPI = 160
STEPS = (1, 2, 2.5, 5, 10)  # between ticks
RULES: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": FONTS,
    "font.size": TEXT,
    "figure.titlesize": HEADING,
    "figure.titleweight": "bold",
    "axes.titlesize": TITLE,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": TEXT,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": TEXT,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": GREY,
    "grid.alpha": 0.2,
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.6,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "savefig.facecolor": "white",
    "figure.dpi": DPI,
    "savefig.dpi": DPI,
    "svg.fonttype": "none",
}


def style() -> AbstractContextManager[None]:
    """The look of all pictures, while a figure is made or written.

    Returns
    -------
    context manager
        Puts back what was set before.

    Examples
    --------
    >>> import matplotlib as mpl
    >>> with style():
    ...     mpl.rcParams["axes.spines.top"]
    False
    """
    import matplotlib as mpl

    return mpl.rc_context(RULES)  # type: ignore[arg-type]
