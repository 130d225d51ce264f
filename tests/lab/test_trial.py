"""The Trial room: plans, trials carried out bit by bit, words, pictures, files, and the page in a browser."""

import csv
import io
import json
import math
import time
import tomllib

import numpy as np
import pytest
from neurokyn.errors import ScenarioError
from neurokyn.lab.state import LabError
from neurokyn.lab.trial_downloads import command, csv_text, json_text, toml_text
from neurokyn.lab.trial_job import CANCELLED, Job
from neurokyn.lab.trial_measures import measures_of, source_of
from neurokyn.lab.trial_run import MOST_PEOPLE, carry_out_plan, planned
from neurokyn.lab.trial_tables import arms_table, completed, contrast_table, pool_table, replicate_table
from neurokyn.lab.trial_words import beside, effects_of, findings, fraction, half_width, number, widths_words
from neurokyn.population.carrying_out import DEPRESSION
from neurokyn.population.effects import Effect
from neurokyn.population.reading import read_trial, trial_from, trials
from neurokyn.population.results import simulate_trial
from neurokyn.population.switches import Switches
from neurokyn.report.trial_files import trial_json

pytestmark = pytest.mark.xdist_group("lab")
PLAN = {"name": "motar", "people": 24, "seed": 3, "replicates": 4}


def last(plan, workers=1):
    return list(carry_out_plan(plan, workers))[-1]


@pytest.fixture(scope="module")
def whole():
    return last(planned(**PLAN))


@pytest.fixture(scope="module")
def pooled():
    return last(planned("anxiety-strength-pool", replicates=2))


def measure(state, outcome, statistic):
    return next(m for m in state.measures if (m.question.outcome, m.question.statistic) == (outcome, statistic))


# What may be asked


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": "mottar"}, "did you mean 'motar'"),
        ({"name": None}, "there is no trial 'None'"),
        ({"people": 7}, "number of people must be a whole number from 8 to 600, not 7"),
        ({"people": 601}, "from 8 to 600, not 601"),
        ({"people": 20.5}, "not 20.5"),
        ({"people": ""}, "must be a whole number from 8 to 600"),
        ({"people": math.nan}, "must be a whole number"),
        ({"people": 1e300}, "must be a whole number"),
        ({"people": True}, "must be a whole number"),
        ({"people": 301, "size": "each"}, "from 4 to 300, not 301"),
        ({"size": "some"}, "not 'some'"),
        ({"replicates": 0}, "number of trials must be a whole number from 1 to 100"),
        ({"replicates": 101}, "from 1 to 100, not 101"),
        ({"seed": -1}, "seed must be a whole number from 0"),
        ({"seed": None}, "seed must be a whole number"),
        ({"off": ["luck"]}, "there is no part 'luck'"),
        ({"off": "biology"}, "not a list of names"),
        ({"off": [1]}, "not a list of names"),
    ],
)
def test_what_cannot_be_asked(wrong, words):
    with pytest.raises((LabError, ScenarioError), match=words):
        planned(**(PLAN | wrong))


def test_sizes():
    def sizes(*more):
        return [arm.people for arm in planned(*more).design.arms.values()]

    assert sizes("motar") == [96, 45]
    assert sizes("motar", 30) == [20, 10]
    assert sizes("motar", 30, "each") == [30, 30]
    assert sum(sizes("activity-dose")) == MOST_PEOPLE < read_trial("activity-dose").people
    pool = planned("strength-pool", 30).design
    assert pool == read_trial("strength-pool")  # the sizes of a pool stand in its file


def test_switches():
    assert planned("motar", off=["biology", "natural_course"]).switches == Switches(biology=False, natural_course=False)


# The run


def test_the_trials_are_those_of_simulate_trial(whole):
    wanted = simulate_trial(read_trial("motar"), people=24, seed=3, replicates=4, workers=2)
    assert trial_json(whole.result()) == trial_json(wanted)
    found = effects_of(whole, measure(whole, DEPRESSION, "mean difference"))
    assert [each.estimate for each in found] == wanted.repeated["running"].difference.tolist()
    assert found[0] == wanted.contrasts["running"].difference
    shares = effects_of(whole, measure(whole, "remission", "risk difference"))
    assert [each.estimate for each in shares] == wanted.repeated["running"].remission.tolist()


def test_a_run_that_was_stopped_is_the_beginning_of_the_whole(whole):
    state, steps = None, carry_out_plan(planned(**PLAN), 2)
    for state in steps:
        if len(state.replicates) == 2:
            break
    assert trial_json(state.result()) == trial_json(
        simulate_trial(read_trial("motar"), people=24, seed=3, replicates=2, workers=1)
    )
    assert [each.effects for each in state.replicates] == [each.effects for each in whole.replicates[:2]]
    own, all_of = ([(each.people, each.effects) for each in run.others] for run in (state, whole))
    assert own
    assert all(each in all_of for each in own)
    again = last(planned(**PLAN))  # whatever was stopped before
    assert [each.effects for each in again.replicates] == [each.effects for each in whole.replicates]


def test_beyond_the_people_simulated_trials_are_still_those_of_simulate_trial(monkeypatch):
    from neurokyn.population import results

    monkeypatch.setattr(results, "MOST_PEOPLE", 50)
    plan = planned("depletion-healthy", 20, seed=2, replicates=6)
    state = last(plan)
    assert (state.people, len(state.replicates)) == (50, 6)
    assert trial_json(state.result()) == trial_json(
        simulate_trial(read_trial("depletion-healthy"), people=20, seed=2, replicates=6)
    )
    assert "2 such trials that share nobody" in findings(state, state.measures[0])[-1]


def test_a_lead_in_draws_from_everybody():
    plan = planned("tread", 16, seed=2, replicates=2)
    counts = [(state.people, len(state.replicates)) for state in carry_out_plan(plan)]
    assert all(people == 32 for people, done in counts if done)
    assert trial_json(last(plan).result()) == trial_json(
        simulate_trial(read_trial("tread"), people=16, seed=2, replicates=2)
    )


def test_a_pool_is_that_of_simulate_trial(pooled):
    wanted = simulate_trial(read_trial("anxiety-strength-pool"), replicates=2, workers=2)
    assert trial_json(pooled.result()) == trial_json(wanted)
    first = pooled.replicates[0].effects[0]
    assert first.estimate == wanted.pools[0].pooled("mood.anxiety").estimate
    heads, rows = pool_table(pooled.pools[0], "mood.anxiety")
    assert len(rows) == len(pooled.pools[0].sizes) + 2
    assert rows[0][1] == "922"
    assert len(heads) == len(rows[0])


def test_progress_grows_to_one():
    states = list(carry_out_plan(planned("depletion-healthy", 20, replicates=3)))
    shares = [state.share for state in states]
    assert shares[0] == 0
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    with pytest.raises(LabError, match="no trial is complete yet"):
        states[0].result()


def test_trials_of_other_sizes_share_nobody_and_intervals_shrink(whole):
    sizes = [each.people for each in whole.others]
    assert set(sizes) == {12, 48, 96}
    assert [sizes.count(n) for n in (12, 48, 96)] == [8, 2, 1]  # as many as 4 × 24 people fill
    asked = measure(whole, DEPRESSION, "mean difference")
    place = whole.measures.index(asked)
    half = {n: np.median([half_width(asked, e.effects[place]) for e in whole.others if e.people == n]) for n in sizes}
    assert half[96] < half[48] < half[12]


def test_a_cancelled_job_stops_within_a_second_and_keeps_its_trials():
    job = Job(carry_out_plan(planned("motar", 24, replicates=100), 1))
    job.start()
    while not (job.snapshot().state and job.snapshot().state.replicates):
        time.sleep(0.02)
    began = time.process_time()
    job.cancel()
    shot = job.wait(30)
    assert time.process_time() - began < 1.0  # of work: others may have the processor
    assert shot.status == CANCELLED
    assert 1 <= len(shot.state.replicates) < 100
    assert shot.state.result().replicates == len(shot.state.replicates)


# What is asked of the trials, and what was reported


@pytest.mark.parametrize("name", trials())
def test_every_trial_has_a_question_and_no_result_typed_in(name):
    design = read_trial(name)
    found = measures_of(design)
    assert found
    assert len({each.key for each in found}) == len(found)
    for each in found:
        for row in each.reported:
            assert row.trial == name
            assert ("doi:" in source_of(row.source)) or source_of(row.source) != row.source


def test_the_question_with_a_reported_interval_comes_first():
    first = measures_of(read_trial("motar"))[0]
    assert [row.id for row in first.reported] == ["S01"]
    assert "10.1016/j.jad.2023.02.064" in source_of("verhoeven2023")
    assert "et al." in source_of("verhoeven2023")
    without = measures_of(read_trial("ssri-mild"))
    assert not any(each.reported for each in without)


# Words


def test_sentences_are_computed_from_the_trials(whole):
    asked = measure(whole, "remission", "risk difference")
    effects = effects_of(whole, asked)
    blind = sum(each.low <= 0 <= each.high for each in effects)
    first, second = findings(whole, asked)
    assert number(asked, float(np.median([each.estimate for each in effects]))) in first
    assert fraction(blind if blind < 4 else 0, 4) in second
    row = asked.reported[0]
    inside = sum(row.low <= each.estimate <= row.high for each in effects)
    assert fraction(inside, 4) in beside(whole, asked)[0]
    assert "holds no reported result" in beside(whole, measure(whole, DEPRESSION, "hedges g"))[0]
    half = np.median([(each.high - each.low) / 2 for each in effects])
    words = widths_words(whole, asked)
    assert f"{100 * half:.1f} percentage points either side" in words
    assert words.endswith("four times as many, 96.")


@pytest.mark.parametrize(
    ("count", "of", "words"),
    [
        (0, 7, "none of 7 trials"),
        (2, 2, "both trials"),
        (5, 5, "all 5 trials"),
        (3, 9, "3 of 9 trials"),
        (1, 100, "1 of 100 trials"),
        (5, 20, "5 of 20 trials (about one in four)"),
        (66, 100, "66 of 100 trials (about two in three)"),
    ],
)
def test_how_often(count, of, words):
    assert fraction(count, of) == words


def test_half_of_a_ratio_is_on_the_logarithm(whole):
    ratio = next(m for m in measures_of(read_trial("ssri-moderate")) if m.ratio)
    assert half_width(ratio, Effect(1.0, 0.1, 0.5, 2.0, 9, "risk ratio")) == pytest.approx(math.log(2))
    assert math.isnan(half_width(ratio, Effect(0.0, 0.1, 0.0, 2.0, 9, "risk ratio")))


# Tables: whoever failed stays in the denominator


def test_arms_as_a_paper_prints_them(whole):
    result, done = whole.result(), whole.carried[0]
    heads, rows = arms_table(result, completed(done))
    stayed = done.ratings[DEPRESSION].stayed
    for k, (name, row) in enumerate(zip(result.arms, rows, strict=True)):
        inside = done.arm == k
        assert row[:3] == [name, str(inside.sum()), str((stayed & inside).sum())]
        remission = result.arms[name].outcome.remission
        assert remission.n == inside.sum()
        assert row[5] == f"{remission.events} ({100 * remission.events / inside.sum():.0f} %)"
    assert len(heads) == len(rows[0])
    _, contrasts = contrast_table(result)
    assert [row[0] for row in contrasts] == ["running minus drug"] * 5
    assert f"{result.mixed['running'].estimate:.2f}".replace("-", "−") in contrasts[1][2]


def test_who_could_not_be_solved_counts_as_without(whole):
    """Somebody whose integration failed is allocated, not completed, not remitted."""
    from neurokyn.population.carrying_out import carry_out
    from neurokyn.population.results import result_of

    broken = whole.courses.copy(deep=True)
    broken["status"][:6] = 3
    broken[DEPRESSION][:6, :, 1:] = np.nan
    done = carry_out(whole.plan.design, broken, 3)
    _, rows = arms_table(result_of([done], Switches()), completed(done))
    assert sum(int(row[1]) for row in rows) == 24
    assert sum(int(row[2]) for row in rows) <= 18
    outcomes = [arm.outcome for arm in result_of([done], Switches()).arms.values()]
    assert sum(each.remission.n for each in outcomes) == 24


# Files


def test_the_table_of_trials_is_what_is_drawn(whole):
    asked = measure(whole, "remission", "risk difference")
    rows = list(csv.DictReader(line for line in io.StringIO(csv_text(whole)) if not line.startswith("#")))
    assert len(rows) == 4 * len(whole.measures)
    own = [row for row in rows if row["measure"] == asked.label]
    for row, effect in zip(own, effects_of(whole, asked), strict=True):
        assert [float(row[key]) for key in ("estimate", "low", "high")] == [effect.estimate, effect.low, effect.high]
        assert row["unit"] == "1"
    _, shown = replicate_table(whole, asked)
    assert [row[2] for row in shown] == [number(asked, float(row["estimate"])) for row in own]


def test_json_is_that_of_the_command(whole):
    assert json.loads(json_text(whole)) == json.loads(json.dumps(trial_json(whole.result())))


@pytest.mark.parametrize("name", trials())
@pytest.mark.parametrize("size", ["together", "each"])
def test_the_trial_file_reads_back_as_what_was_run(name, size, whole):
    from dataclasses import replace

    plan = planned(name, 9 * len(read_trial(name).arms) if size == "together" else 9, size, off=["bias"])
    text = toml_text(replace(whole, plan=plan))
    assert trial_from(tomllib.loads(text), name) == plan.design
    assert text.startswith("# As run in the lab.")
    assert "--without bias" in text.splitlines()[0]


def test_the_command_gives_the_same_trials_again(whole, tmp_path, capsys):
    from neurokyn.cli import main

    words = command(whole).split()
    assert words == ["neurokyn", "trial", "motar", "--seed", "3", "--replicates", "4", "--people", "24"]
    assert main([*words[1:], "--json", str(tmp_path / "again.json")]) in (0, 3)
    assert json.loads((tmp_path / "again.json").read_text()) == json.loads(json_text(whole))


# Pictures


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_forest_draws_every_trial_where_it_is(whole, theme):
    pytest.importorskip("plotly", reason="the extra `lab` is not installed")
    from neurokyn.lab.trial_figures import forest, widths

    asked = measure(whole, "remission", "risk difference")
    effects, row = effects_of(whole, asked), asked.reported[0]
    figure = forest(whole, asked, theme, whole)
    drawn = {}
    for trace in figure.data:
        for k, y in enumerate(trace.y):
            low, high = trace.x[k] - trace.error_x.arrayminus[k], trace.x[k] + trace.error_x.array[k]
            drawn[float(y)] = (trace.x[k], low, high)
    for k, effect in enumerate(effects, start=1):
        assert drawn[k] == pytest.approx((100 * effect.estimate, 100 * effect.low, 100 * effect.high))
    assert drawn[0.0] == pytest.approx((100 * row.estimate, 100 * row.low, 100 * row.high))
    assert drawn[5.6][0] == pytest.approx(100 * np.median([each.estimate for each in effects]))
    shrinking = widths(whole, asked, theme)
    line = next(trace for trace in shrinking.data if trace.mode == "lines")
    assert line.y[0] * math.sqrt(line.x[0]) == pytest.approx(line.y[-1] * math.sqrt(line.x[-1]))
    points = next(trace for trace in shrinking.data if trace.name == "the trials of the forest")
    assert sorted(points.y) == pytest.approx(sorted(100 * half_width(asked, each) for each in effects))


def test_what_has_no_interval_has_no_second_picture(whole):
    pytest.importorskip("plotly", reason="the extra `lab` is not installed")
    from neurokyn.lab.trial_figures import forest, widths

    asked = next(m for m in whole.measures if m.question.statistic == "change")
    assert widths(whole, asked, "light") is None
    assert len(forest(whole, asked, "light").data) >= 2


def test_pools_show_their_trials(pooled):
    pytest.importorskip("plotly", reason="the extra `lab` is not installed")
    from neurokyn.lab.trial_figures import widths

    points = next(t for t in widths(pooled, pooled.measures[0], "light").data if t.mode == "markers")
    assert sorted(points.x) == sorted(pooled.pools[0].sizes)
