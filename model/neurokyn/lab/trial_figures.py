"""Pictures of virtual trials: the forest that fills, and how intervals shrink."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from neurokyn.analysis.reported import POOLED, Reported
from neurokyn.lab.curves import ink, styled
from neurokyn.lab.trial_measures import OF_POOLS, Measure
from neurokyn.lab.trial_run import Replicate, SoFar
from neurokyn.lab.trial_words import effects_of, half_width, in_short, number, place_of
from neurokyn.population.effects import Effect, normal_quantile
from neurokyn.report.style import GREY, VERMILION

LETTERS = 13.0  # px
ROW, MOST_ROWS = 21, 34  # px of a trial; beyond so many trials rows grow thinner
FURTHEST = 5.0  # usual half intervals beyond all estimates: where a longer interval is cut
DIRECTIONS = {"up": ("more", "triangle-right"), "down": ("less", "triangle-left"), "none": ("no difference", "square")}


def forest(
    state: SoFar, measure: Measure, theme: str, before: SoFar | None = None, letters: float = LETTERS
) -> go.Figure:
    """Reported results, every trial so far, and below them their middle and spread.

    Parameters
    ----------
    state : SoFar
        The run.
    measure : Measure
        What is looked at.
    theme : str
        "light" or "dark".
    before : SoFar, optional
        The run of the same trial before this one, whose middle and spread stand below; the axis has room for both.
    letters : float
        Their size, px.

    Returns
    -------
    plotly.graph_objects.Figure
        With room for the trials still to come.
    """
    effects, wanted = effects_of(state, measure), state.plan.replicates
    figure, scale, own = go.Figure(), 100.0 if measure.percent else 1.0, ink(theme)
    for place, row in enumerate(measure.reported):
        _draw_reported(figure, measure, row, -float(place), scale, theme)
    rows = np.arange(1.0, len(effects) + 1)
    clear = np.array([_clear(measure, effect) for effect in effects], dtype=bool)
    names = ("interval leaves no difference out", "interval has no difference in it")
    for which, name, fill in ((clear, names[0], own.now), (~clear, names[1], own.paper)):
        label = name if measure.nothing is not None else "one trial"
        shown = [effect for effect, wanted_here in zip(effects, which, strict=True) if wanted_here]
        _draw_trials(figure, measure, shown, rows[which], label, (fill, own.now))
    earlier = effects_of(before, measure) if before else []
    _draw_spread(figure, measure, effects, wanted + 1.6, "median of the trials, where 95 % of them lie", VERMILION)
    if before is not None:
        _draw_spread(figure, measure, earlier, wanted + 2.6, f"the run before: {in_short(before.plan)}", GREY)
    if measure.nothing is not None:
        figure.add_vline(x=measure.nothing, line={"color": GREY, "width": 1}, layer="below")
    top, bottom = 0.4 - max(len(measure.reported), 1), wanted + 2.4 + (len(earlier) > 1)
    pitch = (ROW if wanted <= MOST_ROWS else max(ROW * MOST_ROWS / wanted, 7)) * letters / LETTERS
    figure.update_layout(
        height=round(160 * letters / LETTERS + pitch * (bottom - top)),
        showlegend=True,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "xanchor": "left"},
        uirevision=f"{measure.key}",
        margin={"l": 10, "r": 10, "t": 40, "b": 50},
    )
    figure.update_yaxes(range=[bottom, top], zeroline=False, showgrid=False, automargin=True, **_ticks(measure, wanted))
    reach = _reach(measure, [*effects, *earlier], scale)
    figure.update_xaxes(title=_title(measure), zeroline=False, automargin=True, **reach)
    return styled(figure, theme, letters)


def _title(measure: Measure) -> str:
    """The heading of the axis, broken where it would be cut on a telephone."""
    unit = f" ({measure.unit})" if measure.unit else ""
    words, lines = f"{measure.label}{unit}".split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 34:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(lines)


def _clear(measure: Measure, effect: Effect) -> bool:
    """Whether an interval leaves no difference out."""
    return measure.nothing is not None and (effect.low > measure.nothing or effect.high < measure.nothing)


def _bars(effects: Sequence[Effect], scale: float) -> dict[str, object]:
    """Error bars of some intervals."""
    middle, low, high = (np.array([getattr(e, key) for e in effects]) * scale for key in ("estimate", "low", "high"))
    reach = {"array": (high - middle).tolist(), "arrayminus": (middle - low).tolist()}
    return {"type": "data", "symmetric": False, "width": 0, **reach}


def _draw_trials(
    figure: go.Figure,
    measure: Measure,
    effects: Sequence[Effect],
    rows: np.ndarray,
    name: str,
    colours: tuple[str, str],
) -> None:
    """Some trials, each a point with its interval."""
    scale = 100.0 if measure.percent else 1.0
    words = [
        f"trial {row:.0f}: {number(measure, e.estimate)}"
        + (f" ({number(measure, e.low)} to {number(measure, e.high)})" if math.isfinite(e.low) else "")
        + f" {measure.unit}"
        for row, e in zip(rows, effects, strict=True)
    ]
    figure.add_trace(
        go.Scatter(
            x=[effect.estimate * scale for effect in effects],
            y=rows.tolist(),
            mode="markers",
            name=name,
            marker={"color": colours[0], "size": 8, "line": {"color": colours[1], "width": 1.8}},
            error_x={**_bars(effects, scale), "color": colours[1], "thickness": 1.6},
            text=words,
            hovertemplate="%{text}<extra></extra>",
        )
    )


def _draw_reported(figure: go.Figure, measure: Measure, row: Reported, place: float, scale: float, theme: str) -> None:
    """What a paper found: a square with its interval, over a band; or the direction alone."""
    own, name = ink(theme), f"reported: {row.study}"
    if row.direction:
        words, symbol = DIRECTIONS[row.direction]
        x, text, marker = measure.nothing or 0.0, f"{name}: {words}", {"symbol": symbol, "color": own.paper}
        bars = None
    else:
        low, high = row.low, row.high
        printed = math.isfinite(low)
        text = f"{name}: {number(measure, row.estimate)}"
        text += f" ({number(measure, low)} to {number(measure, high)}) {measure.unit}" if printed else ""
        x, marker = row.estimate * scale, {"symbol": "square", "color": own.text}
        effect = Effect(row.estimate, math.nan, low, high, 0, "reported")
        bars = {**_bars([effect], scale), "color": own.text, "thickness": 2.2} if printed else None
        if printed:
            band = {"fillcolor": GREY, "opacity": 0.16, "line_width": 0, "layer": "below"}
            figure.add_vrect(x0=low * scale, x1=high * scale, **band)
    figure.add_trace(
        go.Scatter(
            x=[x],
            y=[place],
            mode="markers",
            name="reported, 95 % interval" if bars else "reported",
            legendgroup="reported",
            showlegend=place == 0,
            marker={**marker, "size": 10, "line": {"color": own.text, "width": 1.8}},
            error_x=bars,
            text=[text],
            hovertemplate="%{text}<extra></extra>",
        )
    )


def _draw_spread(
    figure: go.Figure, measure: Measure, effects: Sequence[Effect], place: float, name: str, colour: str
) -> None:
    """Middle of the trials and where 95 % of them lie."""
    scale = 100.0 if measure.percent else 1.0
    told = np.array([effect.estimate for effect in effects if math.isfinite(effect.estimate)])
    if len(told) < 2:
        return
    low, middle, high = (float(x) for x in np.quantile(told, [0.025, 0.5, 0.975]))
    whole = Effect(middle, math.nan, low, high, len(told), "median")
    words = f"median of {len(told)}: {number(measure, middle)}; 95 % of them {number(measure, low)} to "
    figure.add_trace(
        go.Scatter(
            x=[middle * scale],
            y=[place],
            mode="markers",
            name=name,
            marker={"symbol": "diamond", "color": colour, "size": 13},
            error_x={**_bars([whole], scale), "color": colour, "thickness": 4},
            text=[f"{words}{number(measure, high)} {measure.unit}"],
            hovertemplate="%{text}<extra></extra>",
        )
    )


def _ticks(measure: Measure, wanted: int) -> dict[str, object]:
    """Names of the rows; of many trials every fifth or tenth."""
    step = 1 if wanted <= 12 else 5 if wanted <= 60 else 10
    trials = sorted({1, *range(step, wanted + 1, step)})
    kind = "analysis" if measure.question.statistic in OF_POOLS else "trial"
    told = [-place for place in range(len(measure.reported))]
    names = [*("reported" for _ in told), *(f"{kind} {k}" for k in trials), "all", "before"]
    return {"tickvals": [*told, *trials, wanted + 1.6, wanted + 2.6], "ticktext": names}  # the last is cut if unused


def _reach(measure: Measure, effects: Sequence[Effect], scale: float) -> dict[str, object]:
    """Limits of the axis: all estimates, and all intervals but those far longer than usual."""
    rows = [(row.estimate, row.low, row.high) for row in measure.reported if not row.direction]
    values = np.array([*((e.estimate, e.low, e.high) for e in effects), *rows], dtype=float).reshape(-1, 3)
    nothing = [] if measure.nothing is None else [measure.nothing]
    with np.errstate(divide="ignore", invalid="ignore"):
        values, nothing = (np.log(values), np.log(nothing).tolist()) if measure.ratio else (values, nothing)
    middles = np.append(values[:, 0][np.isfinite(values[:, 0])], nothing)
    if not len(middles):
        return {}
    ends = values[:, 1:][np.isfinite(values[:, 1:])]
    halves = np.abs(values[:, 1:] - values[:, :1])
    far = FURTHEST * float(np.median(halves[np.isfinite(halves)])) if np.isfinite(halves).any() else 0.0
    least = max(middles.min() - far, min([middles.min(), *ends.tolist()]))
    most = min(middles.max() + far, max([middles.max(), *ends.tolist()]))
    room = 0.05 * (most - least) or 0.5
    if measure.ratio:
        reach = [(least - room) / math.log(10), (most + room) / math.log(10)]
        return {"type": "log", "range": reach, **_round(10 ** reach[0], 10 ** reach[1])}
    return {"range": [(least - room) * scale, (most + room) * scale]}


def _round(low: float, high: float) -> dict[str, object]:
    """Round numbers along a logarithmic axis, written out."""
    steps = (1, 2, 5) if high > 8 * low else (1, 1.5, 2, 3, 4, 5, 7)
    found = [step * 10.0**power for power in range(-4, 6) for step in steps if low <= step * 10.0**power <= high]
    return {"tickvals": found, "ticktext": [f"{each:g}" for each in found]}


def widths(
    state: SoFar, measure: Measure, theme: str, before: SoFar | None = None, letters: float = LETTERS
) -> go.Figure | None:
    """Half the interval against the number of people, beside the line of 1/√n.

    Parameters
    ----------
    state : SoFar
        The run.
    measure : Measure
        What is looked at.
    theme : str
        "light" or "dark".
    before : SoFar, optional
        The run of the same trial before this one, whose trials are shown too.
    letters : float
        Their size, px.

    Returns
    -------
    plotly.graph_objects.Figure or None
        None if the measure has no interval.
    """
    (own, others), colours = _points(state, measure), ink(theme)
    if not len(own):
        return None
    scale = 100.0 if measure.percent else 1.0
    every = np.concatenate([own, others])
    constant = float(np.median(own[:, 1] * np.sqrt(own[:, 0])))
    n = np.geomspace(every[:, 0].min() * 0.8, every[:, 0].max() * 1.25, 80)
    figure, unit = go.Figure(), "logarithm of the ratio" if measure.ratio else measure.unit
    line = {"color": VERMILION, "width": 2.5, "dash": "dash"}
    figure.add_trace(
        go.Scatter(x=n, y=scale * constant / np.sqrt(n), mode="lines", name="1/√n", line=line, hoverinfo="skip")
    )
    earlier = _points(before, measure)[0] if before and not state.pools else own[:0]
    for points, name, fill, symbol in (
        (others, "trials of other sizes, from the same people", colours.paper, "circle"),
        (earlier, "trials of the run before", GREY, "square"),
        (own, "trials of the meta-analysis" if state.pools else "the trials of the forest", colours.now, "circle"),
    ):
        if not len(points):
            continue
        figure.add_trace(
            go.Scatter(
                x=points[:, 0],
                y=scale * points[:, 1],
                mode="markers",
                name=name,
                marker={
                    "color": fill,
                    "symbol": symbol,
                    "size": 8,
                    "line": {"color": GREY if fill == GREY else colours.now, "width": 1.5},
                    "opacity": 0.8,
                },
                hovertemplate=f"%{{x}} people: ± %{{y:.3g}} {unit}<extra></extra>",
            )
        )
    sizes = sorted({int(x) for x in every[:, 0]})
    ticks = {"tickvals": sizes, "ticktext": [str(x) for x in sizes]} if len(sizes) <= 9 else _round(n[0], n[-1])
    figure.update_xaxes(title="people in the trial, all arms together", type="log", zeroline=False, **ticks)
    most = scale * float(np.quantile(every[:, 1], 0.98)) * 1.2
    figure.update_yaxes(title=f"half the interval ({unit})".replace(" ()", ""), range=[0, most], automargin=True)
    figure.update_layout(
        height=round(380 * letters / LETTERS),
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "xanchor": "left"},
        margin={"l": 10, "r": 10, "t": 40, "b": 60},
        uirevision=f"{measure.key}-widths",
    )
    return styled(figure, theme, letters)


def _points(state: SoFar, measure: Measure) -> tuple[np.ndarray, np.ndarray]:
    """People and half intervals: of the trials themselves, and of those of other sizes."""
    if state.pools:
        if measure.question.statistic != POOLED:
            return np.empty((0, 2)), np.empty((0, 2))
        first = state.pools[0]
        halves = normal_quantile(0.95) * first.errors[measure.question.outcome]
        return _known(np.column_stack([first.sizes, halves])), np.empty((0, 2))
    place = place_of(state, measure)

    def of(trials: Sequence[Replicate]) -> np.ndarray:
        rows = [(each.people, half_width(measure, each.effects[place])) for each in trials]
        return _known(np.array(rows, dtype=float).reshape(-1, 2))

    return of(state.replicates), of(state.others)


def _known(points: np.ndarray) -> np.ndarray:
    return np.asarray(points[np.isfinite(points).all(axis=1)])
