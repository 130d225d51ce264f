"""The Trial room: a virtual trial carried out again and again, beside what was reported."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypedDict

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from neurokyn.errors import NeurokynError
from neurokyn.lab.bench import Bench
from neurokyn.lab.trial_downloads import command, csv_text, json_text, stem, toml_text
from neurokyn.lab.trial_figures import forest, widths
from neurokyn.lab.trial_job import Jobs
from neurokyn.lab.trial_measures import Measure, source_of
from neurokyn.lab.trial_parts import FILES, PARTS, PICTURES, TICK, about, controls, results, table
from neurokyn.lab.trial_run import SoFar, carry_out_plan, planned, usual_people
from neurokyn.lab.trial_tables import arms_table, completed, contrast_table, pool_table, replicate_table
from neurokyn.lab.trial_words import beside, findings, in_short, outcome_line, standing, widths_words
from neurokyn.population.reading import read_trial

GONE = "This run is no longer here: the lab was started anew, or many runs came after it. Press Run to start it again."
WRITERS: dict[str, Callable[[SoFar], str]] = {"csv": csv_text, "json": json_text, "toml": toml_text}
KINDS = {"csv": "text/csv", "json": "application/json", "toml": "application/toml"}


class Version(TypedDict):
    """What of a run the page shows."""

    job: str
    trials: int
    status: str


def layout() -> Component:
    """What stands in the tab.

    Returns
    -------
    Component
        Every id begins with "trial-".
    """
    return html.Div(
        [
            controls(),
            results(),
            dcc.Store(id="trial-job", storage_type="session"),  # a reloaded page finds its run again
            dcc.Store(id="trial-before", storage_type="session"),
            dcc.Store(id="trial-version"),
            dcc.Interval(id="trial-tick", interval=TICK, disabled=True),
            dcc.Download(id="trial-file"),
        ],
        className="trial-room",
    )


def register(app: Dash, bench: Bench) -> None:  # noqa: ARG001 - trials have people of their own
    """The callbacks of the room.

    Parameters
    ----------
    app : Dash
        The application.
    bench : Bench
        Not needed: trials simulate people of their own.
    """
    jobs: Jobs[SoFar] = Jobs()
    threads = max((os.cpu_count() or 2) - 1, 1)  # one core is left for the page
    _register_controls(app)
    _register_run(app, jobs, threads)
    _register_questions(app, jobs)
    _register_pictures(app, jobs)
    _register_first(app, jobs)
    _register_downloads(app, jobs)


def _register_controls(app: Dash) -> None:
    @app.callback(
        Output("trial-about", "children"),
        Output("trial-people", "value"),
        Output("trial-people", "disabled"),
        Output("trial-size", "value"),
        Input("trial-name", "value"),
    )
    def describe(name: str) -> tuple[Any, ...]:
        try:
            design = read_trial(name)
        except NeurokynError as problem:
            return html.P(str(problem)), no_update, no_update, no_update
        people = no_update if design.pool else usual_people(design)
        return about(design), people, design.pool is not None, "together"

    @app.callback(
        Output("trial-arms-asked", "children"),
        Input("trial-name", "value"),
        Input("trial-people", "value"),
        Input("trial-size", "value"),
    )
    def share_out(name: str, people: float | None, size: str) -> str:
        try:
            design = planned(name, _given(people), size).design
        except NeurokynError as problem:
            return _sentence(problem)
        if design.pool:
            return f"{design.people} people in {len(design.pool.sizes)} trials."
        arms = ", ".join(f"{arm.people} {own}" for own, arm in design.arms.items())
        chosen = " People choose, so that the arms come out otherwise." if design.preference else ""
        return f"{design.people} people: {arms}.{chosen}"


def _given(number: float | None) -> object:
    """A number as the page has it: an empty field is not the usual number."""
    return "" if number is None else number


def _sentence(problem: NeurokynError) -> str:
    text = str(problem)
    return text[:1].upper() + text[1:] + "."


def _register_run(app: Dash, jobs: Jobs[SoFar], threads: int) -> None:
    @app.callback(
        Output("trial-job", "data"),
        Output("trial-before", "data"),
        Output("trial-message", "children", allow_duplicate=True),
        Input("trial-run", "n_clicks"),
        State("trial-name", "value"),
        State("trial-people", "value"),
        State("trial-size", "value"),
        State("trial-seed", "value"),
        State("trial-replicates", "value"),
        State("trial-on", "value"),
        State("trial-job", "data"),
        prevent_initial_call=True,
    )
    def run(
        _: int, name: str, people: float | None, size: str, seed: float, replicates: float, on: list[str], old: object
    ) -> tuple[Any, ...]:
        try:
            off = [part for part in PARTS if part not in (on or ())]
            plan = planned(name, _given(people), size, seed, replicates, off)
        except NeurokynError as problem:
            return no_update, no_update, f"Not started. {_sentence(problem)}"
        before = jobs.find(old)
        if before:
            before.cancel()
        kept = old if _state(jobs, old) else no_update  # one that found nothing is not worth remembering
        return jobs.start(lambda: carry_out_plan(plan, threads)), kept, "Started."

    @app.callback(
        Output("trial-message", "children", allow_duplicate=True),
        Input("trial-cancel", "n_clicks"),
        State("trial-job", "data"),
        prevent_initial_call=True,
    )
    def cancel(_: int, name: str | None) -> Any:  # noqa: ANN401 - or nothing new
        job = jobs.find(name)
        if job is None:
            return GONE
        job.cancel()
        return "Stopping …" if job.cancelling else no_update

    @app.callback(
        Output("trial-progress", "value"),
        Output("trial-standing", "children"),
        Output("trial-message", "children"),
        Output("trial-tick", "disabled"),
        Output("trial-run", "disabled"),
        Output("trial-cancel", "disabled"),
        Output("trial-version", "data"),
        Input("trial-tick", "n_intervals"),
        Input("trial-job", "data"),
        State("trial-version", "data"),
    )
    def watch(_: int | None, name: str | None, shown: Version | None) -> tuple[Any, ...]:
        if not name:
            return no_update, no_update, no_update, True, False, True, no_update
        job = jobs.find(name)
        if job is None:
            return "0", "", GONE, True, False, True, no_update
        shot = job.snapshot()
        count = len(shot.state.replicates) if shot.state else 0
        now = Version(job=name, trials=count, status=shot.status)
        fresh = shown is None or (shown["job"], shown["status"]) != (name, shot.status)
        share = shot.state.share if shot.state else 0.0
        return (
            f"{share:.3f}",
            standing(shot),
            outcome_line(shot) if fresh else no_update,
            shot.over,
            not shot.over,
            shot.over or job.cancelling,
            no_update if now == shown else now,
        )


def _state(jobs: Jobs[SoFar], name: object) -> SoFar | None:
    """How far a run is, if it is still here and has a trial."""
    job = jobs.find(name)
    state = job.snapshot().state if job else None
    return state if state and state.replicates else None


def _shown(jobs: Jobs[SoFar], name: object, old: object) -> tuple[SoFar | None, SoFar | None]:
    """The run that is drawn, and the one before it if that was of the same trial.

    As long as a run has no trial, the one before stays on the page.
    """
    state, before = _state(jobs, name), _state(jobs, old)
    if state is None:
        return before, None
    same = before is not None and before.plan is not state.plan and before.plan.design.name == state.plan.design.name
    return state, before if same else None


def _chosen(state: SoFar, key: str | None) -> Measure:
    return next((each for each in state.measures if each.key == key), state.measures[0])


def _register_questions(app: Dash, jobs: Jobs[SoFar]) -> None:
    @app.callback(
        Output("trial-measure", "options"),
        Output("trial-measure", "value"),
        Output("trial-results", "hidden"),
        Input("trial-version", "data"),
        State("trial-before", "data"),
        State("trial-measure", "options"),
        State("trial-measure", "value"),
    )
    def offer(
        version: Version | None, old: object, options: list[dict[str, str]], value: str | None
    ) -> tuple[Any, ...]:
        state, _ = _shown(jobs, version and version["job"], old)
        if state is None:
            return no_update, no_update, no_update
        found = [{"label": _label(each), "value": each.key} for each in state.measures]
        key = _chosen(state, value).key
        return no_update if found == options else found, no_update if key == value else key, False


def _register_pictures(app: Dash, jobs: Jobs[SoFar]) -> None:
    @app.callback(
        Output("trial-forest", "figure"),
        Output("trial-forest", "style"),
        Output("trial-estimator", "children"),
        Output("trial-findings", "children"),
        Output("trial-beside", "children"),
        Output("trial-table", "children"),
        Output("trial-widths", "figure"),
        Output("trial-widths", "style"),
        Output("trial-widths-words", "children"),
        Output("trial-widths-part", "hidden"),
        Input("trial-version", "data"),
        Input("trial-measure", "value"),
        Input("theme", "data"),
        Input("trial-letters", "data"),
        State("trial-before", "data"),
    )
    def draw(version: Version | None, key: str | None, theme: str, letters: float, old: object) -> tuple[Any, ...]:
        state, before = _shown(jobs, version and version["job"], old)
        if state is None:
            return (no_update,) * 10
        measure = _chosen(state, key)
        shrinking = widths(state, measure, theme, before, letters)
        filling = forest(state, measure, theme, before, letters)
        return (
            filling,
            {"height": f"{filling.layout.height}px"},
            measure.estimator + ".",
            [html.P(line) for line in findings(state, measure)],
            _beside(state, measure),
            table(*replicate_table(state, measure), "Every trial with its 95 % interval"),
            no_update if shrinking is None else shrinking,
            no_update if shrinking is None else {"height": f"{shrinking.layout.height}px"},
            widths_words(state, measure),
            shrinking is None,
        )


def _register_first(app: Dash, jobs: Jobs[SoFar]) -> None:
    @app.callback(
        Output("trial-which", "children"),
        Output("trial-arms", "children"),
        Output("trial-command", "children"),
        Output("trial-stem", "data"),
        Input("trial-version", "data"),
        State("trial-before", "data"),
    )
    def tell_first(version: Version | None, old: object) -> tuple[Any, ...]:
        state, _ = _shown(jobs, version and version["job"], old)
        if state is None:
            return (no_update,) * 4
        plan = state.plan
        which = f"{plan.design.title}: {in_short(plan)}, seed {plan.seed}; {len(state.replicates)} carried out."
        return which, _first(state), ["The same in a terminal: ", html.Code(command(state))], stem(state)

    app.clientside_callback(
        ClientsideFunction("trial", "letters"), Output("trial-letters", "data"), Input("trial-version", "data")
    )


def _label(measure: Measure) -> str:
    return f"{measure.label} (reported)" if measure.reported else measure.label


def _beside(state: SoFar, measure: Measure) -> list[Component]:
    """Reported results with their sources."""
    lines: list[Component] = [html.P(line) for line in beside(state, measure)]
    for row in measure.reported:
        notes = [f"{source_of(row.source)} ({row.where}). {row.note}"]
        if row.miss:
            notes.append(f"If the model misses it: {row.miss}")
        lines.append(html.Details([html.Summary(f"Source: {row.study}"), *(html.P(note) for note in notes)]))
    return lines


def _first(state: SoFar) -> list[Component]:
    """The first trial as its paper would print it."""
    if state.pools:
        return [table(*pool_table(state.pools[0], state.plan.design.outcome.scale), "The first meta-analysis")]
    result = state.result()
    judged, unsolved = result.trial.outcome, int((state.carried[0].of("status") > 0).sum())
    note = (
        f"Scores of {'HAM-D17' if judged.scale == 'mood.depression' else 'HAM-A'} at week {result.trial.visits[-1]:g}, "
        f"analysed as '{judged.analysis}'. Remission is {judged.remission:g} points or less, response a fall by "
        f"{100 * judged.response:.0f} %; both count everybody who was allocated: who left, was not seen or could not "
        f"be solved counts as without. Could not be solved: {unsolved}."
    )
    parts = [table(*arms_table(result, completed(state.carried[0])), "Arms"), html.P(note, className="trial-note")]
    if result.contrasts:
        parts.append(table(*contrast_table(result), "Effect sizes, each with its estimator"))
    return parts


def _register_downloads(app: Dash, jobs: Jobs[SoFar]) -> None:
    @app.callback(
        Output("trial-file", "data"),
        Output("trial-message", "children", allow_duplicate=True),
        *(Input(f"trial-{kind}", "n_clicks") for kind in FILES),
        State("trial-job", "data"),
        State("trial-before", "data"),
        prevent_initial_call=True,
    )
    def hand_out(*given: Any) -> tuple[Any, ...]:  # noqa: ANN401 - clicks of every button, then two runs
        (state, _), kind = _shown(jobs, *given[-2:]), str(ctx.triggered_id).removeprefix("trial-")
        if state is None:
            return no_update, GONE
        try:
            content = WRITERS[kind](state)
        except NeurokynError as problem:
            return no_update, _sentence(problem)
        name = f"{stem(state)}.{kind}"
        return {"content": content, "filename": name, "type": KINDS[kind]}, f"Written: {name}."

    app.clientside_callback(
        ClientsideFunction("trial", "picture"),
        Output("trial-pictured", "data"),
        *(Input(f"trial-{name}", "n_clicks") for name in PICTURES),
        State("trial-stem", "data"),
        prevent_initial_call=True,
    )
