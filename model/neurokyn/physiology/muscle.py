"""Muscle: it takes up tryptophan, burns branched-chain amino acids, and detoxifies kynurenine.

Three effects of working muscle on the brain's tryptophan, each a flux with a switch of its own:
strength work builds protein and so takes tryptophan out of plasma, for a day or two after the bout,
not during it; endurance burns the competitors of tryptophan; and PGC-1α1, raised by endurance,
raises the enzyme KAT that turns kynurenine into kynurenic acid, which cannot enter the brain
(Agudelo 2014, Schlittler 2016).
"""

from neurokyn.language import Module, half_life, minimum

m = Module("muscle", "Muscle", sources=("agudelo2014", "schlittler2016"))

intensity = m.input("intensity", "1", "effort of a bout, share of VO2max", of="exercise.intensity", stands_in=0)
aerobic = m.input("aerobic", "1", "aerobic weight of the bout", of="exercise.aerobic", stands_in=0)
resistance = m.input("resistance", "1", "resistance weight of the bout", of="exercise.resistance", stands_in=0)
muscle_mass = m.input("muscle_mass", "1", "working muscle, running = 1", of="exercise.muscle_mass", stands_in=0)
exertion = m.input("exertion", "1", "recent effort, share of VO2max", of="exercise.exertion", stands_in=0)
tryptophan_rest = m.parameter("tryptophan_rest", "umol/L")
tryptophan = m.input(
    "plasma_tryptophan", "umol/L", "tryptophan in plasma", of="tryptophan.plasma", stands_in=tryptophan_rest
)
bcaa = m.input(
    "bcaa", "umol/L", "branched-chain amino acids", of="tryptophan.bcaa", stands_in=m.parameter("bcaa_rest", "umol/L")
)

# Protein
p = m.parameters(
    stimulus_gain="1",
    half_life_stimulus="h",
    uptake_rate="umol/h",
    quiet_effort="1",
    half_life_protein="h",
    accretion_share="1",
    typical_protein="umol",
    uptake_switch="1",
    accretion_switch="1",
)
stimulus = m.state("protein_stimulus", "1", "stimulus to build protein after strength work", start=0, scale=1)
m.rate(stimulus, half_life(p.half_life_stimulus) * (p.stimulus_gain * resistance - stimulus))
built = m.state(
    "protein_tryptophan", "umol", "tryptophan held in newly built protein", start=0, scale=p.typical_protein
)
resting = 1 - minimum(exertion / p.quiet_effort, 1)
m.flux(
    "tryptophan_uptake",
    p.uptake_switch * p.uptake_rate * stimulus * (tryptophan / tryptophan_rest) * resting,
    frm=tryptophan,
    to=built,
)
returned = half_life(p.half_life_protein) * built
kept = p.accretion_share * p.accretion_switch
m.flux("tryptophan_release", (1 - kept) * returned, frm=built, to=tryptophan)
m.flux("accretion", kept * returned, frm=built, description="muscle that stays")

# Fuel
b = m.parameters(bcaa_clearance="L/h", bcaa_switch="1")
m.flux("bcaa_oxidation", b.bcaa_switch * b.bcaa_clearance * intensity * aerobic * bcaa, frm=bcaa)

# KAT
k = m.parameters(pgc_gain="1", half_life_pgc="h", kat_gain="1", half_life_kat="day", contraction_gain="1")
pgc = m.state("pgc1a", "1", "PGC-1α1 in muscle, untrained = 1", start=1)
m.rate(pgc, half_life(k.half_life_pgc) * (1 + k.pgc_gain * intensity * aerobic - pgc))
kat = m.state("kat", "1", "KAT protein in muscle, untrained = 1", start=1)
m.rate(kat, half_life(k.half_life_kat) * (1 + k.kat_gain * (pgc - 1) - kat))
m.observe(
    "kat_activity", kat * (1 + k.contraction_gain * aerobic * muscle_mass), "1", "KAT at work, untrained rest = 1"
)

module = m
