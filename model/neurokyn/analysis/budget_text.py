"""Budgets and cut couplings as text, for a terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import fill

import xarray as xr

from neurokyn.analysis.carried import Carried

ROUNDING = 1e-9  # of the turnover or of the state's typical size; a smaller term is none
WIDTH = 88  # letters of a line of text
SMALLEST_SHARE = 0.005
MINUS = "−"


def budget_text(found: xr.Dataset) -> str:
    """A budget at the end of a run.

    Parameters
    ----------
    found : xarray.Dataset
        From `budget`.

    Returns
    -------
    str
        One line for each term that did anything, and how well they add up.

    Examples
    --------
    >>> from neurokyn.analysis.budget import budget
    >>> print(budget_text(budget("one-bout-hour-by-hour", "muscle.protein_tryptophan", arm="rest")))
    muscle.protein_tryptophan in umol, One bout, hour by hour: rest
      nothing acted on it
      change                  0
    """
    last = found.isel(time=-1)
    turnover = last["turnover"].item()
    amounts = rounded(last["amount"].values.tolist(), found)
    order = sorted(range(len(amounts)), key=lambda k: -abs(amounts[k]))
    rows = [
        (str(found["term"].values[k]), number(amounts[k]), str(found["description"].values[k]))
        for k in order
        if amounts[k]
    ]
    (change,) = rounded([last["state"].item() - found.attrs["start"]], found)
    lines = [f"{found.attrs['of']} in {found['state'].attrs['units']}, {found.attrs['title']}"]
    lines += _columns(rows) or ["  nothing acted on it"]
    closed = closing(last["closure"].item(), turnover) if rows else ""
    return "\n".join([*lines, *_columns([("change", number(change), closed)])])


def difference_text(found: xr.Dataset) -> str:
    """One budget minus another.

    Parameters
    ----------
    found : xarray.Dataset
        From `difference`.

    Returns
    -------
    str
        One line for each term: the one, the other, the difference.
    """
    turnover = found["turnover"].item()
    rows: list[tuple[str, ...]] = [("", "one", "two", "one less two", "")]
    for term in found["term"].values:
        of = found.sel(term=term)
        three = rounded([of[name].item() for name in ("one", "two", "difference")], found)
        if any(three):
            rows.append((str(term), *(number(x) for x in three), str(of["description"].item())))
    changes = rounded((found["end"] - found["start"]).values.tolist(), found)
    closed = closing(found["closure"].item(), turnover)
    rows.append(("change", *(number(x) for x in (*changes, found["change"].item())), closed))
    heads = [f"{found.attrs['of']} in {found['change'].attrs['units']}"]
    heads += [f"  one: {found.attrs['one']}", f"  two: {found.attrs['two']}"]
    return "\n".join([*heads, *_columns(rows)])


def carried_text(found: Carried) -> str:
    """What carries a difference.

    Parameters
    ----------
    found : Carried
        From `carried`.

    Returns
    -------
    str
        One line for each coupling that carries half a per cent or more, and what is left over.
    """
    unit = "" if found.unit == "1" else f" {found.unit}"
    heads = [
        f"{found.read_out}: {number(found.value)}{unit} in {found.arm}, {number(found.value_other)}{unit} in "
        f"{found.other}, difference {number(found.difference)}{unit}"
    ]
    if math.isnan(found.remainder):
        return "\n".join([*heads, "There is no difference to carry."])
    large = [cut for cut in found.cuts if abs(cut.share) >= SMALLEST_SHARE]
    rows = [("coupling cut", "lost", "share", "what was held")]
    rows += [(f"{c.giver} → {c.taker}", number(c.lost), percent(c.share), ", ".join(c.quantities)) for c in large]
    few = len(found.cuts) - len(large)
    rest = [f"{few} other couplings carry less than {100 * SMALLEST_SHARE:g} % each."] if few else []
    return "\n".join([*heads, *_columns(rows), *rest, fill(remainder_text(found), WIDTH)])


def remainder_text(found: Carried) -> str:
    """Why shares need not add up, with what is left over.

    Parameters
    ----------
    found : Carried
        From `carried`.

    Returns
    -------
    str
        Two sentences; that there is no difference, if there is none.
    """
    if math.isnan(found.remainder):
        return "The two runs end alike, so there is nothing to share out."
    return (
        f"The shares add up to {percent(1 - found.remainder)}, which leaves {percent(found.remainder)}. They need not "
        "add up to 100 %: couplings in a row are each counted with all that passes through them, and couplings side by "
        "side can stand in for one another."
    )


def rounded(values: Sequence[float], found: xr.Dataset) -> list[float]:
    """Amounts of a budget, those that are rounding as 0.

    Parameters
    ----------
    values : sequence of float
        In the unit of its state.
    found : xarray.Dataset
        From `budget` or `difference`.

    Returns
    -------
    list of float
        The same or 0.
    """
    least = ROUNDING * max(float(found["turnover"].max()), found.attrs["scale"])
    return [value if abs(value) > least else 0.0 for value in values]


def closing(closure: float, turnover: float) -> str:
    """How well the terms of a budget add up to the change, in words."""
    if not closure:
        return ""
    return f"the terms miss it by {abs(closure) / turnover:.0e} of all that moved"


def number(value: float) -> str:
    """A number with four digits and a proper minus.

    Examples
    --------
    >>> number(-1234.5678), number(0.00012345)
    ('−1235', '0.0001234')
    """
    return f"{value:.4g}".replace("-", MINUS)


def percent(share: float) -> str:
    """A share in per cent.

    Examples
    --------
    >>> percent(0.1234)
    '12.3 %'
    """
    return f"{100 * share:.1f} %".replace("-", MINUS)


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows in columns: names and the last one on the left, numbers on the right."""
    if not rows:
        return []
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    widths[0] = max(widths[0], 14)
    lines = []
    for row in rows:
        middle = [cell.rjust(max(width, 10)) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)]
        lines.append("  ".join(["", row[0].ljust(widths[0]), *middle, row[-1]]).rstrip())
    return lines
