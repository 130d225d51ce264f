"""`neurokyn why` and `neurokyn lab`: what they print, and what they refuse."""

import json

import pytest
from neurokyn.cli import laboratory, main

WHY = ["why", "one-bout-hour-by-hour", "kynurenine.kyna", "--arm", "running", "--other", "rest"]


def test_why_adds_up(capsys):
    assert main([*WHY, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    sums = {side: sum(term[side] for term in found["terms"]) for side in ("one", "two", "difference")}
    moved = [end - start for start, end in zip(found["start"], found["end"], strict=True)]
    assert sums["one"] == pytest.approx(moved[0], abs=1e-6)
    assert sums["difference"] == pytest.approx(found["change"], abs=1e-6)
    assert found["terms"][0]["term"] == "kat_muscle"
    assert found["terms"][0]["difference"] > 0


def test_why_prints_what_it_gives_to_programs(capsys):
    assert main([*WHY, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert main(WHY) == 0
    lines = {line.split()[0]: line.replace("−", "-").split() for line in capsys.readouterr().out.splitlines()}
    for term in (term for term in found["terms"] if abs(term["difference"]) > 1e-6):
        printed = [float(word) for word in lines[term["term"]][1:4]]
        assert printed == pytest.approx([term["one"], term["two"], term["difference"]], rel=1e-3)
    assert float(lines["change"][3]) == pytest.approx(found["change"], rel=1e-3)


def test_why_follows_what_is_set(capsys):
    found = []
    for words in ([], ["--set", "kynurenine.kat_muscle_share=0.01"]):
        assert main([*WHY, *words, "--json"]) == 0
        found.append(json.loads(capsys.readouterr().out)["change"])
    assert found[1] > found[0]  # it is 0.005 else


def test_cuts_are_told_by_what_is_lost(capsys):
    assert main([*WHY, "--cuts", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    whole = found["value"] - found["value_other"]
    assert all(cut["lost"] == pytest.approx(found["value"] - cut["value"]) for cut in found["cuts"])
    assert sum(cut["share"] for cut in found["cuts"]) + found["remainder"] == pytest.approx(1)
    first = found["cuts"][0]
    assert first["share"] == pytest.approx(first["lost"] / whole)
    assert main([*WHY, "--cuts"]) == 0
    text = capsys.readouterr().out
    assert f"{first['giver']} → {first['taker']} " in text
    assert f"{100 * first['share']:.1f} %" in text


def test_cuts_between_the_same_arm_say_so(capsys):
    assert main([*WHY[:-1], "running", "--cuts"]) == 0
    assert "There is no difference to carry" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ["why", "one-bout-hour-by-hour", "kynurenine.kynna", "--arm", "running", "--other", "rest"],
            "kynurenine.kyna",
        ),
        ([*WHY[:-1], "rets"], "did you mean 'rest'"),
        ([*WHY, "--set", "mood.depression"], "it has no value"),
        (["why", "missed-doses", "mood.depression", "--arm", "a", "--other", "b"], "ask with --cuts"),
        ([*WHY[:2], "mood.deprression", *WHY[3:], "--cuts"], "did you mean 'mood.depression'"),
        (["lab", "--port", "70000"], "there is no port 70000"),
        (["lab", "--host", "no such host"], "cannot be used"),
        (["lab", "--port", "-1"], "there is no port -1"),
    ],
)
def test_refusals(words, says, capsys):
    assert main(words) == 2
    assert says in capsys.readouterr().err


def test_the_lab_is_served_as_it_is_asked_for(monkeypatch):
    asked = []
    monkeypatch.setattr("neurokyn.lab.serve.serve", lambda *words: asked.append(words))
    assert main(["lab"]) == 0
    assert main(["lab", "--port", "8123", "--no-browser", "--host", "192.0.2.1"]) == 0
    assert asked == [(8050, True, "127.0.0.1"), (8123, False, "192.0.2.1")]


def test_the_lab_says_what_it_needs(monkeypatch, capsys):
    monkeypatch.setattr(laboratory, "find_spec", lambda name: None if name == "dash" else object())
    assert main(["lab"]) == 2
    assert capsys.readouterr().err == "neurokyn: the lab needs dash; install the extra: pip install 'neurokyn[lab]'\n"
