"""Everything that acts on a state adds up to its change, and says what it is."""

import numpy as np
import pytest
from neurokyn import ScenarioError, simulate
from neurokyn.analysis.budget import GIVEN, accounts, between, budget, difference, ledger
from neurokyn.analysis.budget_text import budget_text, difference_text, number, percent
from neurokyn.analysis.terms import split, terms_of, written
from neurokyn.language.expression import evaluate, symbol
from neurokyn.scenario.activity import Bout
from neurokyn.scenario.dosing import Regimen
from neurokyn.scenario.model import standard_model
from neurokyn.scenario.prepare import prepare
from neurokyn.scenario.scenario import Output, Scenario
from neurokyn.scenario.simulate import person

RUNS = (
    ("running-plus-escitalopram", "both"),
    ("interferon-alpha", "running"),
    ("tryptophan-depletion", None),
    ("one-bout-hour-by-hour", "strength"),
    ("chronic-stress-and-recovery", "escitalopram"),
)


@pytest.fixture(scope="module", params=RUNS, ids=[name for name, _ in RUNS])
def run(request):
    from neurokyn.scenario.reading import read_scenario

    name, arm = request.param
    return accounts(name, arm=arm or next(iter(read_scenario(name).arm_names), None))


def test_terms_of_every_state_add_up_to_its_change(run):
    for state in run.system.state_names:
        found = run.of(state)
        size = max(float(abs(found["state"]).max()), found.attrs["scale"])
        assert float(abs(found["closure"]).max()) <= 1e-6 * size, state
        assert float(abs(found["closure"]).max()) <= 1e-9 * max(float(found["turnover"].max()), size), state


def test_terms_of_every_state_add_up_to_its_right_hand_side():
    """At a point far from rest, so that no term can be missing or counted twice."""
    extended, terms = ledger()
    system = standard_model()
    body = prepare(extended, person(Scenario(duration="1 day"), None, {}))
    rng = np.random.default_rng(6)
    y = np.append(body.starts[: len(system.states)] * rng.uniform(0.5, 2, len(system.states)), np.zeros(len(terms)))
    slopes = body.slopes(y, body.rests * 1.3)
    sums = dict.fromkeys(system.state_names, 0.0)
    sizes = dict.fromkeys(system.state_names, 0.0)
    for term, slope in zip(terms, slopes[len(system.states) :], strict=True):
        sums[term.state] += slope
        sizes[term.state] += abs(slope)
    for name, slope in zip(system.state_names, slopes, strict=False):
        assert abs(sums[name] - slope) <= 1e-12 * max(sizes[name], 1e-12), name


def test_integrals_are_those_of_the_fluxes():
    """Independent of the ledger: the trapezium of the flux itself, read out every minute, bout and all."""
    flux = "kynurenine.kat_muscle"
    plan = Scenario(
        person="healthy",
        duration="2 days",
        items=(Bout("running", 45, "70 %VO2max", start="day 1", at="10:00"),),
        output=Output(every="1 min", only=(flux, "kynurenine.kyna")),
    )
    data = simulate(plan)
    volume = person(plan, None, {})["kynurenine.volume"].value
    nmol_per_litre = np.trapezoid(data[flux].values, data["time"].values) / volume * 1000
    ours = budget(plan, "kynurenine.kyna")["amount"].sel(term="kat_muscle")[-1].item()
    assert data[flux].attrs["units"] == "umol/h"
    assert ours == pytest.approx(nmol_per_litre, rel=1e-5)


def test_what_is_given_at_once_is_a_row_of_its_own():
    plan = Scenario(duration="3 days", items=(Regimen("escitalopram", "10 mg", every="1 day", at="08:00"),))
    found = budget(plan, "ssri.escitalopram_gut")
    assert found["amount"].sel(term=GIVEN)[-1].item() == pytest.approx(30.0)
    assert found["amount"].sel(term=GIVEN).sel(time=1.0).item() == pytest.approx(10.0)  # the value after it
    assert found["amount"].sel(term=GIVEN).sel(time=0.0).item() == 0.0


def test_the_run_itself_is_not_changed_by_being_accounted_for():
    found = budget("one-bout-hour-by-hour", "inflammation.il6", arm="running")
    plain = simulate("one-bout-hour-by-hour")["inflammation.il6"].sel(arm="running")
    assert np.allclose(found["state"], plain, rtol=1e-4)


def test_differences_are_term_by_term_and_sorted():
    found = difference("one-bout-hour-by-hour", "kynurenine.kyna", "running", "rest")
    assert np.all(np.diff(abs(found["difference"].values)) <= 0)
    assert found["term"].values[0] == "kat_muscle"
    assert found["difference"].sum().item() == pytest.approx(found["change"].item(), rel=1e-9, abs=1e-9)
    parts = [budget("one-bout-hour-by-hour", "kynurenine.kyna", arm=arm) for arm in ("running", "rest")]
    assert between(*parts).equals(found)
    assert between(parts[1], parts[0])["change"].item() == pytest.approx(-found["change"].item())


def test_rates_are_split_where_they_are_sums():
    names = {}
    for term in terms_of(standard_model()):
        names.setdefault(term.state, []).append(term.name)
    assert names["growth_factors.probdnf"] == ["resting_mrna", "activity_mrna", "return"]
    assert {"1 − length", "1 − spines", "−expectancy", "episode", "return"} <= set(names["mood.severity"])
    assert names["dendrites.length"] == ["growth / pruning", "return"]  # a quotient stays whole
    for state, found in names.items():
        assert len(set(found)) == len(found), state


def test_parts_of_a_rate_add_up_to_it():
    x, a, b = (symbol(name, "state", "1") for name in "xab")
    k, c = (symbol(name, "parameter", "1") for name in "kc")
    values = {"x": 3.0, "a": 5.0, "b": 7.0, "k": 0.3, "c": 2.0}
    for rate in (k * (a + c * b - x), (a - x) / k, c * (a - 1), a * b - x * k, -(a - b) * k, k * a * (1 - x)):
        parts = [whole for _, whole in split(rate, x, {})]
        assert sum(evaluate(parts, values)) == pytest.approx(evaluate([rate], values)[0])


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (lambda x, y: x - (y - 1), "x − (y − 1)"),
        (lambda x, y: x / (y * 2), "x / (y · 2)"),
        (lambda x, y: (x + y) ** 2, "(x + y)^2"),
        (lambda x, y: -(x + y) * 2, "−(x + y) · 2"),
    ],
)
def test_formulas_have_the_brackets_they_need(made, text):
    assert written(made(symbol("m.x", "state", "1"), symbol("m.y", "state", "1"))) == text


def test_wrong_names_are_told():
    with pytest.raises(ScenarioError, match="did you mean 'kynurenine.kyna'"):
        budget("one-bout-hour-by-hour", "kynurenine.kynaa", arm="rest")
    with pytest.raises(ScenarioError, match="name one: rest, running"):
        budget("one-bout-hour-by-hour", "kynurenine.kyna")
    with pytest.raises(ScenarioError, match="no arm 'runing'"):
        difference("one-bout-hour-by-hour", "kynurenine.kyna", "runing", "rest")


def test_text_tells_terms_and_how_they_add_up():
    found = budget("one-bout-hour-by-hour", "kynurenine.kyna", arm="running")
    lines = budget_text(found).splitlines()
    assert lines[0] == "kynurenine.kyna in nmol/L, One bout, hour by hour: running"
    assert lines[1].split()[:1] == ["kyna_renal"]
    assert lines[1].split()[1].startswith("−")
    assert lines[-1].split()[0] == "change"
    text = difference_text(difference("one-bout-hour-by-hour", "kynurenine.kyna", "running", "rest"))
    assert "one less two" in text
    assert "kynurenine to kynurenate in muscle" in text


def test_numbers_in_words():
    assert [number(x) for x in (0.0, -0.5, 1e-7)] == ["0", "−0.5", "1e−07"]
    assert percent(-0.0512) == "−5.1 %"
