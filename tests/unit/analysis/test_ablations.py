"""Each ablation changes what it should, and the page shows what the model gives."""

from pathlib import Path

import pytest
from neurokyn.analysis.ablations import ABLATIONS, OUTCOMES, cost, outcomes, shipped
from neurokyn.scenario.model import standard_parameters

PAGE = Path(__file__).resolve().parents[3] / "docs" / "ablations.md"
NOISE = 5e-4  # far above what the tolerance of the integration leaves
DIGITS = 0.02  # share by which the page may lag behind another processor's last digits


def of(name: str) -> dict[str, float]:
    """What an ablation changes, by its name or the parameter it sets."""
    return cost(next(a for a in ABLATIONS if name in (a.name, a.settings[0][0])))


@pytest.mark.parametrize("ablation", ABLATIONS, ids=lambda a: a.name)
def test_it_changes_what_it_should(ablation):
    assert abs(cost(ablation)[ablation.moves]) > NOISE


@pytest.mark.parametrize("ablation", ABLATIONS, ids=lambda a: a.name)
def test_it_departs_from_the_model_as_shipped(ablation):
    for name, value in ablation.settings:
        row = standard_parameters()[name]
        assert row.value != value
        assert (row.value == 0) == ("off as shipped" in ablation.name or name == "tryptophan.free_only")


def test_nothing_changed_changes_nothing():
    assert outcomes({}) == pytest.approx(shipped(), rel=1e-9)


@pytest.mark.parametrize(
    ("parameter", "outcome", "sign"),
    [
        ("mood.weight_activation", "running", 1),
        ("mood.weight_fast", "escitalopram", 1),
        ("serotonin.desensitisation", "escitalopram", 1),
        ("growth_factors.serotonin_gain", "escitalopram", 1),
        ("growth_factors.activity_transcription", "running", 1),
        ("inflammation.fitness_gain", "running", 1),
        ("tryptophan.nefa_switch", "tryptophan", -1),
        ("muscle.oxidation_switch", "tryptophan", -1),
        ("tryptophan.free_only", "tryptophan", 1),
        ("dendrites.cortisol_pruning", "length", 1),
        ("dendrites.load_pruning", "length", 1),
        ("mood.weight_inflammation", "interferon", -1),
        ("dendrites.nmda_pruning", "interferon", -1),
        ("kynurenine.kmo_gain", "interferon", -1),
        ("stress.bout_gain", "cortisol", -1),
    ],
)
def test_it_changes_it_in_the_direction_of_its_mechanism(parameter, outcome, sign):
    assert sign * of(parameter)[outcome] > 0


def test_muscle_acts_on_tryptophan_in_two_ways():
    """Burning rivals raises brain tryptophan in a run; uptake after strength work keeps tryptophan from kynurenines.

    The sign of the second rests on `kyna_protection`: with the plain ratio the serotonin lost would weigh more.
    """
    assert of("muscle.oxidation_switch")["tryptophan"] < 0
    assert 0 < of("muscle.uptake_switch")["strength"] < 0.1


# What the page says stands out


def test_activation_is_worth_the_same_in_every_mode():
    lost = of("mood.weight_activation")
    assert lost["walking"] == pytest.approx(lost["running"], rel=0.1)
    assert lost["strength"] == pytest.approx(lost["running"], rel=0.1)
    assert lost["strength"] > -0.5 * shipped()["strength"]
    for parameter in ("inflammation.fitness_gain", "growth_factors.activity_transcription"):
        assert of(parameter)["running"] > lost["running"]


def test_escitalopram_owes_more_to_structure_than_to_the_fast_path():
    assert of("growth_factors.serotonin_gain")["escitalopram"] > of("mood.weight_fast")["escitalopram"]
    share = of("serotonin.desensitisation")["escitalopram"] / -shipped()["escitalopram"]
    assert share == pytest.approx(0.5, abs=0.1)


def test_amino_acids_and_muscle_hardly_reach_mood():
    points = ("rest", "running", "walking", "strength", "escitalopram", "both", "interferon")
    for ablation in ABLATIONS:
        parameter = ablation.settings[0][0]
        if parameter.startswith(("tryptophan.", "muscle.")) or parameter == "kynurenine.kat_muscle_share":
            assert all(abs(cost(ablation)[name]) < 0.1 for name in points)


def test_the_cortisol_of_bouts_reaches_nothing_else():
    assert all(abs(x) < NOISE for name, x in of("stress.bout_gain").items() if name != "cortisol")


def test_interferon_needs_ido_for_a_part_unless_only_the_ratio_counts():
    assert of("kynurenine.ido_gain")["interferon"] < -1
    assert of("kynurenine.kyna_protection")["interferon"] < -0.5


def test_the_page_shows_what_the_model_gives():
    """If this fails: `python scripts/make_ablations.py`."""
    lines = [x for x in PAGE.read_text(encoding="utf-8").splitlines() if x.startswith("|")]
    head, _, *rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    assert head[2:] == [o.title for o in OUTCOMES.values()]
    assert [row[0] for row in rows] == ["**as shipped**", *(a.name for a in ABLATIONS)]
    for row, values in zip(rows, [shipped(), *map(cost, ABLATIONS)], strict=True):
        for cell, (name, outcome) in zip(row[2:], OUTCOMES.items(), strict=True):
            shown = 0.0 if cell == "·" else float(cell.replace("−", "-"))
            assert shown == pytest.approx(values[name], rel=DIGITS, abs=1.01 * 10.0**-outcome.decimals), row[0]
