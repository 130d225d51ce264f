"""Cohorts: who is drawn, within which limits, and that the model really rests where it was told to."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from neurokyn.errors import NeurokynError, ParameterError, ScenarioError, SolveError
from neurokyn.language.module import RHYTHMS
from neurokyn.population.covariates import correlation_matrix, covariates, draw_covariates
from neurokyn.population.people import draw_people, read_people
from neurokyn.population.resting import DRIVE, body, drive_for, settle
from neurokyn.population.spreads import Spread, read_spread, spread_of
from neurokyn.population.streams import Stream
from neurokyn.scenario.model import standard_model, standard_parameters
from neurokyn.scenario.people import phenotype_row
from neurokyn.scenario.prepare import prepare
from neurokyn.scenario.steady import steady_state

MANY = 40_000


@pytest.fixture(scope="module")
def many():
    return draw_covariates(covariates(), seed=11, n=MANY)


@pytest.fixture(scope="module")
def people():
    return draw_people(50, seed=11)


def at_rest(table) -> dict[str, float]:
    body = prepare(standard_model(), table)
    drives = body.rests.copy()
    drives[body.system.drive_names.index(str(RHYTHMS.value))] = 0.0
    return body.read_outs(steady_state(body, drives), drives)


# Covariates


@pytest.mark.parametrize("name", ["age", "severity", "body_mass_index", "vo2max", "crp"])
def test_marginals(many, name):
    """Quantiles of the drawn are those of the distribution, cut at its limits."""
    spread = covariates()[name].spread
    for share in (0.05, 0.25, 0.5, 0.75, 0.95):
        assert np.mean(many[name] < spread.at(np.array([share]))) == pytest.approx(share, abs=0.01)
    assert spread.low <= many[name].min() < many[name].max() <= spread.high


def test_correlations(many):
    logs = {name: np.log(many[name]) if name in ("crp", "body_mass_index") else many[name] for name in many}
    for a, b, value in [
        ("crp", "body_mass_index", 0.36), ("severity", "vo2max", -0.16), ("severity", "crp", 0.05),
        ("vo2max", "body_mass_index", -0.4), ("vo2max", "age", -0.4), ("age", "severity", 0.0),
    ]:  # fmt: skip
        assert np.corrcoef(logs[a], logs[b])[0, 1] == pytest.approx(value, abs=0.03), (a, b)


@pytest.mark.parametrize("name", ["sex", "cyp2c19", "cyp2d6", "val66met"])
def test_shares(many, name):
    for category, share in covariates()[name].shares.items():
        assert np.mean(many[name] == category) == pytest.approx(share, abs=0.01)


def test_a_quarter_is_inflamed(many):
    assert np.mean(many["crp"] > 3.0) == pytest.approx(0.27, abs=0.02)


def test_covariates_do_not_depend_on_what_else_is_drawn(many):
    """Neither on the order nor on others that they do not go together with."""
    known = covariates()
    turned = draw_covariates(dict(reversed(known.items())), seed=11, n=100)
    for name, column in turned.items():
        same = column == many[name][:100] if known[name].shares else np.isclose(column, many[name][:100], rtol=1e-12)
        assert same.all(), name
    assert np.array_equal(draw_covariates({"sex": known["sex"]}, 11, 100)["sex"], many["sex"][:100])


def test_correlations_that_cannot_be():
    rows = {
        f"{a}_{b}": {"between": [a, b], "value": value}
        for a, b, value in [("age", "crp", 0.9), ("crp", "vo2max", 0.9), ("age", "vo2max", -0.9)]
    }
    with pytest.raises(ParameterError, match="nobody can have these correlations together.*age_crp.*nearer to zero"):
        correlation_matrix(["age", "crp", "vo2max"], rows)
    with pytest.raises(ParameterError, match="knows no 'agee'; did you mean 'age'"):
        correlation_matrix(["age", "crp"], {"x": {"between": ["agee", "crp"], "value": 0.1}})
    with pytest.raises(ParameterError, match="joins sex, which has categories"):
        correlation_matrix(["age", "crp"], {"x": {"between": ["sex", "crp"], "value": 0.1}})
    with pytest.raises(ParameterError, match="by -1 to 1"):
        correlation_matrix(["age", "crp"], {"x": {"between": ["age", "crp"], "value": 1.0}})


# Parameters


def test_spreads_are_recovered_and_the_median_is_kept():
    even = Stream(1, "test").uniform(MANY)
    drawn = read_spread({"kind": "lognormal", "cv": 0.3}, 4.0, "x").at(even)
    assert np.median(drawn) == pytest.approx(4.0, rel=0.01)
    assert drawn.std() / drawn.mean() == pytest.approx(0.3, abs=0.01)
    drawn = read_spread({"kind": "normal", "sd": 0.5, "low": -9.0, "high": 9.0}, -1.0, "x").at(even)
    assert (drawn.mean(), drawn.std()) == (pytest.approx(-1.0, abs=0.01), pytest.approx(0.5, abs=0.01))
    drawn = read_spread({"kind": "uniform", "low": 1.0, "high": 3.0}, 0.0, "x").at(even)
    assert (drawn.min(), drawn.mean(), drawn.max()) == pytest.approx((1.0, 2.0, 3.0), abs=0.01)


@pytest.mark.parametrize("name", ["mood.expectancy_maximum", "ssri.citalopram_clearance", "inflammation.il6_rest"])
def test_limits_are_kept_without_piles(name):
    """Cut off as if drawn again: next to a limit there are as many as there were, scaled up by the cut."""
    spread = spread_of(standard_parameters()[name])
    drawn = spread.at(Stream(1, name).uniform(MANY))
    assert spread.low < drawn.min() < drawn.max() < spread.high
    free = replace(spread, low=-np.inf, high=np.inf).at(Stream(1, "free").uniform(4 * MANY))
    free = free[(free > spread.low) & (free < spread.high)]
    edges = np.linspace(spread.low, spread.high, 11)
    shares = [np.histogram(x, edges)[0] / len(x) for x in (drawn, free)]
    assert np.allclose(*shares, atol=0.01)


@pytest.mark.parametrize("name", ["ssri.citalopram_clearance", "mood.anxiety_offset", "inflammation.il6_rest"])
def test_without_limits_a_spread_ends_at_three_widths_whatever_the_bounds_of_the_value(name):
    row = standard_parameters()[name]
    near = replace(row, bounds=(row.value - 1e-3 * abs(row.value), row.value + 1e-3 * abs(row.value)))
    assert spread_of(near) == spread_of(row)
    assert spread_of(row).within == pytest.approx(0.9973, abs=1e-4)


def test_a_spread_keeps_its_own_limits():
    spread = spread_of(standard_parameters()["mood.expectancy_maximum"])
    assert (spread.low, spread.high) == (0.05, 3.0)
    assert spread.within > 0.95


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"kind": "lognormall", "cv": 1}, "did you mean 'lognormal'"),
        ({"kind": "normal"}, "lacks sd"),
        ({"kind": "normal", "sd": -1.0}, "positive width"),
        ({"kind": "normal", "sd": 1.0, "low": 90.0, "high": 99.0}, "next to nobody"),
        ({"kind": "uniform", "low": 3.0, "high": 1.0}, "low < high"),
    ],
)
def test_bad_spreads(row, says):
    with pytest.raises(ParameterError, match=says):
        read_spread(row, 1.0, "x")


def test_everything_with_a_spread_varies(people):
    varies = {name for name, row in standard_parameters().items() if row.spread}
    assert varies <= set(people.parameters)
    for name in varies:
        column = people.data[name].values
        assert len(np.unique(column)) == 50
        assert people.data[name].attrs["units"] == standard_parameters()[name].unit


def test_covariates_set_parameters(people):
    data = people.data
    for name, parameter in [
        ("cyp2c19", "ssri.cyp2c19_activity"),
        ("val66met", "growth_factors.activity_dependent_secretion"),
    ]:
        values = covariates()[name].values
        assert data[parameter].values.tolist() == [values[each] for each in data[name].values.tolist()]
    assert np.array_equal(data["exercise.vo2max_untrained"], data["vo2max"])
    assert np.allclose(data["exercise.weight_rest"] / data["body_mass_index"], 75.0 / 27.0)


def test_parameters_lie_around_the_phenotype():
    healthy, ill = (
        draw_people(40, 3, phenotype).data["growth_factors.cleavage_activity"] for phenotype in ("healthy", "mdd")
    )
    assert np.allclose(ill / healthy, phenotype_row("mdd", "growth_factors.cleavage_activity").value, rtol=0.02)


def test_severity_lies_around_the_phenotype_unless_it_is_given():
    severe = draw_people(60, 3, "mdd-severe").data["severity"]
    assert float(severe.median()) == pytest.approx(26.0, abs=1.5)
    given = draw_people(60, 3, "mdd-severe", distributions={"severity": {"mean": 30.0}}).data["severity"]
    assert float(given.median()) == pytest.approx(30.0, abs=1.5)


# Rest


def test_everyone_rests_with_the_severity_and_the_crp_that_were_drawn(people):
    low, high = standard_parameters()["mood.vulnerability"].bounds
    for k in range(50):
        rest = at_rest(people.table(k))
        assert rest["mood.depression"] == pytest.approx(float(people.data["severity"][k]), abs=0.1)
        assert rest["inflammation.crp"] == pytest.approx(float(people.data["crp"][k]), rel=1e-3)
        assert low <= people.data["mood.vulnerability"][k] <= high


def test_who_is_well_has_the_severity_that_comes_out():
    well = draw_people(5, seed=2, phenotype="healthy")
    for k in range(5):
        rest = at_rest(well.table(k))
        assert rest["mood.depression"] == pytest.approx(float(well.data["severity"][k]), abs=1e-6)
        assert rest["inflammation.crp"] == pytest.approx(float(well.data["crp"][k]), rel=1e-6)
    assert well.data["severity"].max() < 15
    assert "mood.vulnerability" not in well.parameters


def test_the_drive_rises_with_crp_through_the_phenotypes():
    crp = [0.1, 0.5, 1.0, 3.0, 5.7, 20.0]
    assert np.all(np.diff([drive_for("mdd", each) for each in crp]) > 0)
    average, inflamed = (body(name) for name in ("mdd", "mdd-inflamed"))
    assert drive_for("mdd", average.at_rest({})["inflammation.crp"]) == pytest.approx(average.table[DRIVE].value)
    middle = covariates()["crp"].spread.median_above(inflamed.at_rest({})["inflammation.crp"])
    assert drive_for("mdd", middle) == pytest.approx(inflamed.table[DRIVE].value)
    assert drive_for("mdd", 20.0) < average.table[DRIVE].bounds[1]
    assert drive_for("healthy", 10.0) == 0.0


def test_a_severity_that_cannot_be():
    with pytest.raises(SolveError, match="no vulnerability of -1 to 4 gives HAM-D 1"):
        settle("mdd", {}, 1.0, 19.0)


# The cohort


def test_the_first_of_many_are_those_of_a_few(people):
    few = draw_people(10, seed=11)
    xr.testing.assert_identical(few.data, people.data.isel(person=slice(10)))
    assert not np.array_equal(draw_people(10, seed=12).data["age"], few.data["age"])


def test_inclusion_leaves_people_as_they_are(people):
    severe = draw_people(8, seed=11, include="severity >= 22 and sex == female")
    assert len(severe) == 8
    who = people.including("severity >= 22 and sex == female").data
    assert severe.data["person"].values.tolist() == who["person"].values[:8].tolist()
    assert np.array_equal(severe.data["mood.vulnerability"], who["mood.vulnerability"][:8])


def test_other_distributions():
    older = draw_covariates(covariates({"age": {"mean": 70.0, "sd": 3.0, "high": 90.0}}), 1, 2000)
    assert older["age"].mean() == pytest.approx(70.0, abs=0.3)
    assert (
        draw_people(2, 1, distributions={"sex": {"shares": {"female": 1.0, "male": 0.0}}}).data["sex"].values.tolist()
        == ["female"] * 2
    )
    with pytest.raises(ParameterError, match="no covariate 'agee'; did you mean 'age'"):
        covariates({"agee": {"mean": 1.0}})
    with pytest.raises(ParameterError, match="has no 'median'"):
        covariates({"age": {"median": 1.0}})
    with pytest.raises(ParameterError, match="add up to 1"):
        covariates({"sex": {"shares": {"female": 0.9, "male": 0.9}}})


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"n": 0}, "n = 0"),
        ({"n": 2.5}, "n = 2.5"),
        ({"seed": -1}, "seed = -1"),
        ({"phenotype": "mddd"}, "did you mean 'mdd'"),
        ({"include": "age > 200"}, "only 0 meet"),
        ({"include": "agee > 20"}, "did you mean 'age'"),
    ],
)
def test_bad_arguments(arguments, says):
    with pytest.raises(ScenarioError, match=says):
        draw_people(**{"n": 2, "seed": 1, **arguments})
    with pytest.raises(ScenarioError, match="no person 50"):
        draw_people(1, 1).table(50)


def test_tables_say_what_is_the_persons_own(people):
    table = people.table(3)
    assert {"mood.vulnerability", "serotonin.sert_density", "stress.chronic_load"} <= set(table.changed)
    assert table["stress.chronic_load"].value == phenotype_row("mdd", "stress.chronic_load").value
    assert set(table) == set(standard_parameters())


def test_uniform_spread_is_a_record():
    assert Spread("uniform", 0.0, 1.0, 1.0, 3.0).median_above(2.0) == 2.5


# Files


def test_round_trip(people, tmp_path):
    file = tmp_path / "people.csv"
    weighted = people.weighted({"age": 45.0})
    weighted.to_csv(file)
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# seed = 11"
    assert lines[3].startswith("ID,age [year],sex,severity [1],body_mass_index [kg/m**2],")
    back = read_people(file)
    xr.testing.assert_equal(back.data, weighted.data)
    assert back.data.attrs["seed"] == 11
    assert back.data.attrs["phenotype"] == "mdd"
    assert (back.parameters, back.covariates) == (weighted.parameters, weighted.covariates)
    assert back.table(7)["mood.vulnerability"] == people.table(7)["mood.vulnerability"]


def test_other_units_are_converted(tmp_path):
    file = tmp_path / "hand.csv"
    file.write_text("# phenotype = mdd\nID,crp [ug/L],tryptophan.plasma_rest [mmol/L]\n4,1300,0.06\n")
    hand = read_people(file)
    assert float(hand.data["crp"][0]) == pytest.approx(1.3)
    assert hand.table(0)["tryptophan.plasma_rest"].value == pytest.approx(60.0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no people"),
        ("ID,age [year]\n", "holds no people"),
        ("ID,agee [year]\n1,40\n", "did you mean 'age'"),
        ("ID,age [year]\n1,forty\n", "could not convert"),
        ("ID,age [year]\n1,nan\n", "not finite"),
        ("ID,age [kg]\n1,40\n", "cannot be converted"),
        ("ID,age [year]\n1\n", "1 fields, 2 names"),
        ("ID,age [year]\n1,40\n1,41\n", "an ID twice"),
        ("ID,age [year],age [year]\n1,40,40\n", "a column twice"),
        ("ID,sex\n1,femal\n", "did you mean 'female'"),
        ("# phenotype = mddd\nID,sex\n1,male\n", "did you mean 'mdd'"),
    ],
)
def test_bad_files(tmp_path, text, says):
    file = tmp_path / "bad.csv"
    file.write_text(text)
    with pytest.raises(NeurokynError, match=says):
        read_people(file)


def test_no_file(tmp_path):
    with pytest.raises(ParameterError, match="cannot be read"):
        read_people(tmp_path / "none.csv")


def test_netcdf(people, tmp_path):
    people.data.to_netcdf(tmp_path / "people.nc")
    with xr.open_dataset(tmp_path / "people.nc") as back:
        assert np.array_equal(back["mood.vulnerability"], people.data["mood.vulnerability"])


def test_parquet_holds_what_csv_holds(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    people = draw_people(3, seed=4)
    people.to_parquet(tmp_path / "people.parquet")
    people.to_csv(tmp_path / "people.csv")
    table = parquet.read_table(tmp_path / "people.parquet")
    header = next(row for row in (tmp_path / "people.csv").read_text().splitlines() if not row.startswith("#"))
    assert ",".join(table.column_names) == header
    assert table["severity [1]"].to_pylist() == people.data["severity"].values.tolist()
    assert table.schema.metadata[b"neurokyn.seed"] == b"4"


def test_who_finds_no_numbers_is_passed_over_and_the_others_stay_themselves(monkeypatch):
    from neurokyn.population import people as module

    usual = draw_people(5, seed=4)
    settle_one = module._settle_one

    def impossible(k, phenotype, own, rest):
        if rest["severity"][k] == usual.data["severity"].values[2]:
            raise SolveError("no numbers")
        settle_one(k, phenotype, own, rest)

    monkeypatch.setattr(module, "_settle_one", impossible)
    found = draw_people(5, seed=4)
    assert found.data["person"].values.tolist() == [0, 1, 3, 4, 5]
    np.testing.assert_array_equal(found.data["severity"][:4], usual.data["severity"][[0, 1, 3, 4]])
    monkeypatch.setattr(module, "_settle_one", lambda *_: (_ for _ in ()).throw(SolveError("no numbers")))
    with pytest.raises(SolveError, match="find no numbers that go together"):
        draw_people(5, seed=4)
