"""Many people through a scenario: what is kept, and that nothing else matters."""

import numpy as np
import pytest
import xarray as xr
from neurokyn import draw_people, simulate_people
from neurokyn.errors import ScenarioError
from neurokyn.population import crowd
from neurokyn.population.people import People
from neurokyn.population.summaries import AreaUnderCurve, Maximum, Mean, Minimum, Quantile, TimeAbove
from neurokyn.scenario.solve import NO_START

SCENARIO, MOOD, IL6 = "one-bout-hour-by-hour", "mood.depression", "inflammation.il6"
SUMMARIES = {"mean": Mean(IL6), "peak": Maximum(IL6), "trough": Minimum(MOOD), "middle": Quantile(IL6, 0.5)}


@pytest.fixture(scope="module")
def people() -> People:
    return draw_people(11, seed=3)


@pytest.fixture(scope="module")
def courses(people) -> xr.Dataset:
    return simulate_people(SCENARIO, people, arm="running", only=[MOOD, IL6], summaries=SUMMARIES)


def test_read_outs_at_the_scenarios_own_times(courses):
    assert courses[MOOD].dims == ("person", "time")
    assert courses[IL6].attrs["units"] == "ng/L"
    assert courses["time"].values[[0, -1]].tolist() == [0.0, 72.0]
    assert not courses["status"].any()
    assert np.isfinite(courses[MOOD]).all()
    assert courses["steps"].min() > 100


def test_a_summary_is_that_of_the_course(courses):
    il6, hours = courses[IL6].values, courses["time"].values
    np.testing.assert_allclose(courses["peak"], il6.max(axis=1))
    np.testing.assert_allclose(courses["trough"], courses[MOOD].min("time"))
    np.testing.assert_allclose(courses["mean"], np.trapezoid(il6, hours, axis=1) / 72.0)
    np.testing.assert_allclose(courses["middle"], np.quantile(il6, 0.5, axis=1))
    assert courses["peak"].attrs["units"] == "ng/L"


def test_what_is_not_asked_for_is_not_kept(people, courses):
    data = simulate_people(SCENARIO, people, arm="running", summaries=SUMMARIES)
    assert set(data.data_vars) == {*SUMMARIES, "status", "steps"}
    assert data.sizes == {"person": 11, "time": 0}
    for name in SUMMARIES:
        np.testing.assert_array_equal(data[name], courses[name])
    few = simulate_people(SCENARIO, people, arm="running", only=[MOOD], times=[0.0, 24.0], single=True)
    assert few[MOOD].dtype == np.float32
    np.testing.assert_allclose(few[MOOD], courses[MOOD].sel(time=[0.0, 24.0]), rtol=1e-6)


def test_neighbours_parts_and_threads_do_not_matter(people, courses, monkeypatch):
    monkeypatch.setattr(crowd, "MOST", 3)
    monkeypatch.setattr(crowd, "FEWEST", 3)
    for data in (
        simulate_people(SCENARIO, people, arm="running", only=[MOOD], workers=1),
        simulate_people(SCENARIO, people, arm="running", only=[MOOD], workers=3),
    ):
        np.testing.assert_array_equal(data[MOOD], courses[MOOD])
    some = simulate_people(SCENARIO, People(people.data.isel(person=[9, 2])), arm="running", only=[MOOD])
    np.testing.assert_array_equal(some[MOOD], courses[MOOD].isel(person=[9, 2]))


def test_who_cannot_be_started_is_said_so(people, courses):
    data = people.data.copy(deep=True)
    data[people.parameters[-1]].values[4] = np.nan
    found = simulate_people(SCENARIO, People(data), arm="running", only=[MOOD], summaries=SUMMARIES)
    assert found["status"].values.tolist() == [NO_START if k == 4 else 0 for k in range(11)]
    assert np.isnan(found[MOOD][4]).all()
    assert np.isnan(found["peak"][4])
    assert np.isfinite(found[MOOD].drop_isel(person=4)).all()


def test_refusals(people):
    with pytest.raises(ScenarioError, match="nothing is asked for"):
        simulate_people(SCENARIO, people, arm="running")
    with pytest.raises(ScenarioError, match="several arms; choose one of"):
        simulate_people(SCENARIO, people, only=[MOOD])
    with pytest.raises(ScenarioError, match="no arm 'runing'; did you mean 'running'"):
        simulate_people(SCENARIO, people, arm="runing", only=[MOOD])
    with pytest.raises(ScenarioError, match="no read-out 'mood.depresion'; did you mean"):
        simulate_people(SCENARIO, people, arm="running", summaries={"x": Mean("mood.depresion")})
    with pytest.raises(ScenarioError, match="from 0 to 1"):
        Quantile(MOOD, 1.5)


def test_summaries_by_hand():
    hours = np.array([0.0, 1.0, 3.0])
    values = np.array([[0.0, 4.0, 0.0], [1.0, 1.0, 1.0], [np.nan, 1.0, 2.0]])
    np.testing.assert_allclose(AreaUnderCurve("x").over(values, hours), [6.0, 3.0, np.nan])
    np.testing.assert_allclose(TimeAbove("x", 2.0).over(values, hours), [1.5, 0.0, np.nan])
    assert [each.unit("ng/L") for each in (AreaUnderCurve("x"), TimeAbove("x", 0.0), Mean("x"))] == [
        "ng/L*h",
        "h",
        "ng/L",
    ]
    assert AreaUnderCurve("x").unit("1") == "h"
