"""Muscle: what contraction does to amino acids and to kynurenine.

Aerobic work raises PGC-1α1 for hours and, with it, the enzyme KAT for weeks, which turns kynurenine
into kynurenate that stays out of the brain (Agudelo 2014, Schlittler 2016); contraction itself speeds
the turn-over at once. Strength work makes muscle build protein for a day or two afterwards: it takes
up tryptophan and branched-chain amino acids, gives part back, and keeps the rest. Endurance work burns
branched-chain amino acids, tryptophan's rivals at the brain. Uptake and burning act on brain
tryptophan in opposite directions, so each has its own switch.
"""

from neurokyn.language import Module, half_life, hill

m = Module("muscle", "Muscle", sources=("agudelo2014", "schlittler2016"))

alone = m.parameters(plasma_alone="umol/L", bcaa_alone="umol/L")
plasma_tryptophan = m.input(
    "plasma_tryptophan", "umol/L", "tryptophan in plasma", of="tryptophan.plasma", stands_in=alone.plasma_alone
)
bcaa = m.input("bcaa", "umol/L", "branched-chain amino acids", of="tryptophan.bcaa", stands_in=alone.bcaa_alone)
intensity = m.input("intensity", "1", "effort of a bout, share of VO2max", of="exercise.intensity", stands_in=0)
aerobic = m.input("aerobic", "1", "aerobic weight of the mode", of="exercise.aerobic", stands_in=0)
resistance = m.input("resistance", "1", "resistance weight of the mode", of="exercise.resistance", stands_in=0)
muscle_mass = m.input("muscle_mass", "1", "working muscle, running = 1", of="exercise.muscle_mass", stands_in=0)
exertion = m.input("exertion", "1", "recent effort, share of VO2max", of="exercise.exertion", stands_in=0)

# Kynurenine aminotransferase
p = m.parameters(
    pgc1a_gain="1", pgc1a_half_life="h", kat_gain="1", kat_half_life="day", contraction_gain="1", reference_effort="1"
)
pgc1a = m.state("pgc1a", "1", "PGC-1α1 in muscle, healthy = 1", start=1)
kat = m.state("kat", "1", "KAT in muscle, healthy = 1", start=1)
effort = exertion / p.reference_effort
m.rate(pgc1a, half_life(p.pgc1a_half_life) * (1 + p.pgc1a_gain * intensity * aerobic * muscle_mass - pgc1a))
m.rate(kat, half_life(p.kat_half_life) * (1 + p.kat_gain * (pgc1a - 1) - kat))
m.observe("kat_activity", kat * (1 + p.contraction_gain * effort), "1", "KAT at work in muscle, healthy = 1")

# Protein built after strength work, not during a bout
s = m.parameters(
    stimulus_gain="1", stimulus_half_life="h", pause_half="1", uptake_clearance="L/h", protein_half_life="h",
    kept_share="1", bcaa_per_tryptophan="1", bcaa_clearance="L/h", oxidation_clearance="L/h",
)  # fmt: skip
switch = m.parameters(
    uptake_switch="1", release_switch="1", accretion_switch="1", bcaa_uptake_switch="1", oxidation_switch="1"
)
stimulus = m.state("protein_stimulus", "1", "stimulus of muscle to build protein", start=0, scale=1)
held = m.state(
    "protein_tryptophan", "umol", "tryptophan in newly built muscle protein", start=0,
    scale=s.uptake_clearance * alone.plasma_alone * s.protein_half_life,
)  # fmt: skip
m.rate(stimulus, half_life(s.stimulus_half_life) * (s.stimulus_gain * resistance - stimulus))

building = stimulus * (1 - hill(exertion, s.pause_half, 2))
leaving = half_life(s.protein_half_life) * held
kept = switch.accretion_switch * s.kept_share
m.flux("tryptophan_uptake", switch.uptake_switch * s.uptake_clearance * building * plasma_tryptophan,
       frm=plasma_tryptophan, to=held, description="tryptophan built into muscle after strength work")  # fmt: skip
m.flux("tryptophan_release", switch.release_switch * (1 - kept) * leaving, frm=held, to=plasma_tryptophan,
       description="part of it given back")  # fmt: skip
m.flux("accretion", kept * leaving, frm=held, description="part of it kept for good")
m.flux("bcaa_uptake", switch.bcaa_uptake_switch * s.bcaa_clearance * building * bcaa, frm=bcaa,
       description="branched-chain amino acids built into muscle")  # fmt: skip
m.flux("bcaa_release", switch.bcaa_uptake_switch * s.bcaa_per_tryptophan * (1 - s.kept_share) * leaving, to=bcaa,
       description="part of them given back")  # fmt: skip
m.flux("bcaa_oxidation", switch.oxidation_switch * s.oxidation_clearance * effort * bcaa, frm=bcaa,
       description="branched-chain amino acids burnt in effort")  # fmt: skip

module = m
