"""The numbers: read, checked, changed."""

import pytest
from neurokyn.compiler.checks import check_numbers, check_row, source_keys
from neurokyn.compiler.parameters import Parameter, Table, module_files, params_dir, read_number, read_parameters
from neurokyn.errors import NeurokynError, ParameterError
from neurokyn.language import Module

WHOLE = """
[rate]
value    = 2.0
unit     = "1/h"
source   = "someone2020"
evidence = "measured"
bounds   = [1.0, 3.0]
spread   = { kind = "lognormal", cv = 0.2 }
"""


def declared() -> Module:
    m = Module("decay", "First-order decay")
    amount = m.state("amount", "mg", "what is left", start=m.parameter("rest", "mg"))
    m.flux("loss", m.parameter("rate", "1/h") * amount, frm=amount)
    return m


@pytest.fixture
def folder(tmp_path):
    """A folder of numbers with one module and its source."""
    (tmp_path / "sources.bib").write_text("@article{someone2020,\n  title = {x},\n}\n", encoding="utf-8")
    (tmp_path / "decay.toml").write_text(WHOLE, encoding="utf-8")
    return tmp_path


def test_a_number_keeps_where_it_is_from(folder):
    row = read_parameters(["decay"], folder)["decay.rate"]
    assert (row.value, row.unit, row.source, row.evidence) == (2.0, "1/h", "someone2020", "measured")
    assert row.bounds == (1.0, 3.0)
    assert row.in_unit("1/day") == pytest.approx(48)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rate = 2", r"decay.toml \[rate\] is not a table"),
        ('[rate]\nvalue = 2\nunit = "1/h"', r"decay.toml \[rate\] lacks evidence"),
        (WHOLE.replace("evidence", "evidenz"), "unknown key 'evidenz'; did you mean 'evidence'"),
        (WHOLE.replace('"measured"', '"mesured"'), "evidence = 'mesured' is unknown; did you mean 'measured'"),
        (WHOLE.replace("[1.0, 3.0]", "[3.0, 1.0]"), r"bounds = \[3.0, 1.0\] must be \[low, high\]"),
        (WHOLE.replace("2.0", "true"), "True is not a number"),
        (WHOLE.replace("2.0", "nan"), "nan is not a finite number"),
        (WHOLE.replace("2.0", '"two"'), "'two' is not a number"),
        (WHOLE[:6], "decay.toml cannot be read"),
    ],
)
def test_a_malformed_file_is_refused_with_file_and_key(folder, text, message):
    (folder / "decay.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError, match=message):
        read_parameters(["decay"], folder)


def test_every_problem_of_a_file_is_said(folder):
    (folder / "decay.toml").write_text("rate = 2\nrest = 3\n", encoding="utf-8")
    with pytest.raises(ParameterError, match=r"\[rate\] is not a table.*\[rest\] is not a table"):
        read_parameters(["decay"], folder)
    with pytest.raises(ParameterError, match="gut.toml is missing"):
        read_parameters(["gut"], folder)
    (folder / "decay.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ParameterError, match="cannot be read"):
        read_parameters(None, folder)


def test_values_are_changed_in_a_copy():
    table = Table([Parameter("a.k", 1.0, "1/h", bounds=(0.5, 2.0))])
    changed = table.with_values({"a.k": "36 1/day"})
    assert (table["a.k"].value, changed["a.k"].value) == (1.0, pytest.approx(1.5))
    assert (table.changed, changed.changed) == ((), ("a.k",))
    assert changed.with_values({"a.k": 2}).changed == ("a.k",)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"a.kk": 1}, "no parameter 'a.kk'; did you mean 'a.k'"),
        ({"a.k": 3}, "a.k = 3 1/h is outside its bounds 0.5 to 2 1/h"),
        ({"a.k": float("inf")}, "not a finite number"),
        ({"a.k": "1 mg"}, "'mg' cannot be converted to '1/h'"),
        ({"a.k": "1 foo"}, "'foo' is not a unit"),
        ({"a.k": []}, "is not a number"),
    ],
)
def test_what_a_change_refuses(values, message):
    with pytest.raises(NeurokynError, match=message):
        Table([Parameter("a.k", 1.0, "1/h", bounds=(0.5, 2.0))]).with_values(values)


def test_numbers_in_words():
    assert read_number("0.04 mmol/L", "umol/L", "x") == pytest.approx(40)
    assert read_number(" 2.5 ", "h", "x") == 2.5
    assert read_number(3, "h", "x") == 3.0


def test_what_a_model_needs_is_named_if_it_is_missing():
    with pytest.raises(
        ParameterError, match="no number for decay.rest, decay.rate; add a table for each to params/decay"
    ):
        Table([]).values_for(declared().parameter_units)


def test_check_lists_every_problem(folder):
    text = WHOLE.replace("someone2020", "nobody2020").replace('"1/h"', '"mg"').replace("2.0", "5.0")
    (folder / "decay.toml").write_text(text.replace('"lognormal"', '"normal"') + WHOLE.replace("rate", "old"))
    (folder / "gone.toml").write_text("", encoding="utf-8")
    assert check_numbers([declared()], folder) == [
        "decay.toml lacks [rest], which the module declares",
        "decay.toml [old] is used by nothing; did you mean 'decay.rest', 'decay.rate'?",
        "decay.toml [rate] unit 'mg' cannot be converted to the declared '1/h'",
        "decay.toml [rate] value 5 is outside its bounds [1.0, 3.0]",
        "decay.toml [rate] source 'nobody2020' is not in sources.bib; did you mean 'someone2020'?",
        "decay.toml [rate] spread lacks sd",
        "gone.toml belongs to no module",
    ]


def test_check_asks_for_grounds():
    assumed = check_row(Parameter("a.k", 1.0, "1/h", evidence="assumed"), "1/h", {})
    assert [line.split("] ")[1] for line in assumed] == [
        "is 'assumed' and needs a note that says why",
        "is assumed and needs bounds, its plausible range",
    ]
    (measured,) = check_row(Parameter("a.k", 1.0, "1/h", evidence="measured"), "1/h", {})
    assert "names no source" in measured
    (strange,) = check_row(Parameter("a.k", 1.0, "1/h", evidence="convention", spread={"kind": "normel"}), "1/h", {})
    assert "spread kind 'normel' is unknown; did you mean 'normal'" in strange
    (unit,) = check_row(Parameter("a.k", 1.0, "foo", evidence="convention"), "1/h", {})
    assert "'foo' is not a unit" in unit


def test_the_shipped_files():
    assert "serotonin" in module_files(params_dir())
    assert "people" not in module_files(params_dir())
    assert len(source_keys()) > 50
    assert source_keys(params_dir() / "scenarios") == {}
