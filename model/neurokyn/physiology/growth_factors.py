"""Growth factors: what neurons need to branch, in the brain and, apart from it, in the blood.

BDNF is transcribed at rest and, on top, in bursts that follow neuronal activity. Serotonin
raises the resting transcription with saturation; damage by cortisol, acute stress and
inflammation lower it. Bursts after a bout are tall (three to five times in mice) and short,
and little of them reaches the resting pool of protein, so the two are kept as two states.
proBDNF is cleaved to mature BDNF, which acts on TrkB with diminishing returns. Serum BDNF is
another pool, in platelets for the most part: it jumps during a bout and is back in an hour.

IGF-1 and VEGF are kept apart in blood and brain: in depression the blood levels are raised,
not lowered. NGF has no usable human figure and drives nothing.

Papers: Rasmussen 2009 (mRNA bursts, brain share of circulating BDNF), Szuhany 2015 and Dinoff
2016 (acute and resting BDNF in people), Naegelin 2018 (serum and platelets), Casarotto 2021
(the disputed direct action of antidepressants on TrkB, off unless switched on).
"""

from neurokyn.language import Module, half_life, hill, positive, relax, saturating

m = Module(
    "growth_factors",
    "Growth factors in brain and blood",
    sources=("rasmussen2009", "szuhany2015", "dinoff2016", "naegelin2018", "casarotto2021"),
)

# What acts on them
serotonin = m.input(
    "serotonin", "1", "extracellular serotonin, healthy = 1", of="serotonin.extracellular_relative", stands_in=1
)
damage = m.input("damage", "1", "damage by sustained cortisol, 0 to 1", of="stress.damage", stands_in=0)
load = m.input("load", "1", "stress load", of="stress.load", stands_in=0)
immune_drive = m.input("immune_drive", "1", "inflammatory drive, healthy = 1", of="inflammation.drive", stands_in=1)
intensity = m.input("intensity", "1", "share of VO2max during a bout", of="exercise.intensity", stands_in=0)
aerobic = m.input("aerobic", "1", "aerobic share of a bout", of="exercise.aerobic", stands_in=0)
resistance = m.input("resistance", "1", "resistance share of a bout", of="exercise.resistance", stands_in=0)
muscle_mass = m.input("muscle_mass", "1", "working muscle during a bout", of="exercise.muscle_mass", stands_in=0)
free_ssri = m.input("free_ssri", "umol/L", "unbound SSRI", of="ssri.free_concentration", stands_in=0)

p = m.parameters(
    activity_dependent_secretion="1",
    half_life_neuronal_activity="h",
    activity_transcription="1",
    half_life_mrna="h",
    serotonin_gain="1",
    serotonin_half="1",
    damage_gain="1",
    load_gain="1",
    inflammation_gain="1",
    igf1_gain="1",
    activity_transcript_yield="1",
    half_life_probdnf="h",
    half_life_bdnf="h",
    cleavage_activity="1",
    trkb_half="1",
    direct_trkb_gain="1",
    direct_trkb_half="umol/L",
)
serum = m.parameters(
    serum_bdnf="ug/L",
    brain_share="1",
    serum_release="1",
    release_intensity="1",
    release_exponent="1",
    half_life_serum_bdnf="h",
    platelet_training_gain="1",
    platelet_lifetime="h",
)
others = m.parameters(
    igf1_exercise_gain="1",
    resistance_weight="1",
    half_life_igf1="h",
    igf1_brain_uptake="1",
    igf1_brain_time="h",
    vegf_exercise_gain="1",
    vegf_inflammation_gain="1",
    half_life_vegf="h",
    vegf_brain_gain="1",
    vegf_brain_time="h",
    ngf_exercise_gain="1",
    ngf_time="h",
)

# Other growth factors first: IGF-1 in the brain adds to BDNF
effort = intensity * aerobic
igf1 = m.state("igf1", "1", "IGF-1 in blood, healthy = 1", start=1)
igf1_brain = m.state("igf1_brain", "1", "IGF-1 in brain, healthy = 1", start=1)
vegf = m.state("vegf", "1", "VEGF in blood, healthy = 1", start=1)
vegf_brain = m.state("vegf_brain", "1", "VEGF in brain, healthy = 1", start=1)
ngf = m.state("ngf", "1", "NGF, healthy = 1", start=1)

igf1_call = others.igf1_exercise_gain * intensity * (aerobic + others.resistance_weight * resistance)
vegf_call = others.vegf_exercise_gain * effort * muscle_mass + others.vegf_inflammation_gain * positive(
    immune_drive - 1
)
m.rate(igf1, (1 + igf1_call - igf1) * half_life(others.half_life_igf1))
m.rate(igf1_brain, relax(1 + others.igf1_brain_uptake * (igf1 - 1), igf1_brain, others.igf1_brain_time))
m.rate(vegf, (1 + vegf_call - vegf) * half_life(others.half_life_vegf))
m.rate(vegf_brain, relax(1 + others.vegf_brain_gain * effort, vegf_brain, others.vegf_brain_time))
m.rate(ngf, relax(1 + others.ngf_exercise_gain * effort, ngf, others.ngf_time))

# BDNF: transcription at rest and in bursts
neuronal_activity = m.state("neuronal_activity", "1", "neuronal activity left by a bout", start=0, scale=1)
resting_mrna = m.state("resting_mrna", "1", "BDNF mRNA from resting transcription, healthy = 1", start=1)
activity_mrna = m.state("activity_mrna", "1", "BDNF mRNA from bursts of transcription", start=0, scale=1)

serotonin_drive = m.relation(
    "serotonin_drive",
    saturating(serotonin, p.serotonin_half) * (1 + p.serotonin_half) - 1,
    "1",
    "saturating effect of serotonin, 0 at the healthy level",
)
suppression = m.relation(
    "suppression",
    (1 + p.damage_gain * damage + p.load_gain * load) * (1 + p.inflammation_gain * positive(immune_drive - 1)),
    "1",
    "division of transcription by stress and inflammation",
)
resting_transcription = m.relation(
    "resting_transcription",
    (1 + p.activity_dependent_secretion * p.serotonin_gain * serotonin_drive)
    * (1 + p.igf1_gain * (igf1_brain - 1))
    / suppression,
    "1",
    "where resting BDNF mRNA is heading",
)
burst = p.activity_dependent_secretion * p.activity_transcription * neuronal_activity
m.rate(neuronal_activity, (effort - neuronal_activity) * half_life(p.half_life_neuronal_activity))
m.rate(resting_mrna, (resting_transcription - resting_mrna) * half_life(p.half_life_mrna))
m.rate(activity_mrna, (burst - activity_mrna) * half_life(p.half_life_mrna))
m.observe("bdnf_mrna", resting_mrna + activity_mrna, "1", "BDNF mRNA in brain, healthy = 1")

# BDNF: precursor, mature protein, signal
probdnf = m.state("probdnf", "1", "proBDNF in brain, healthy = 1", start=1)
bdnf_brain = m.state("bdnf_brain", "1", "mature BDNF in brain, healthy = 1", start=p.cleavage_activity)
translated = resting_mrna + p.activity_transcript_yield * activity_mrna
m.rate(probdnf, (translated - probdnf) * half_life(p.half_life_probdnf))
m.rate(bdnf_brain, (p.cleavage_activity * probdnf - bdnf_brain) * half_life(p.half_life_bdnf))

direct = p.direct_trkb_gain * saturating(free_ssri, p.direct_trkb_half)
m.observe(
    "trkb",
    saturating(bdnf_brain, p.trkb_half) * (1 + p.trkb_half) * (1 + direct),
    "1",
    "TrkB signal, healthy = 1",
)
m.observe("probdnf_ratio", probdnf / bdnf_brain, "1", "proBDNF to mature BDNF, healthy = 1")

# BDNF in serum: a pool of its own
platelet_bdnf = m.state("platelet_bdnf", "1", "BDNF made and carried by platelets, healthy = 1", start=1)
bdnf_serum = m.state("bdnf_serum", "ug/L", "serum BDNF", start=serum.serum_bdnf)
released = serum.serum_release * aerobic * hill(intensity, serum.release_intensity, serum.release_exponent)
supplied = serum.brain_share * bdnf_brain + (1 - serum.brain_share) * platelet_bdnf + released
m.rate(platelet_bdnf, relax(1 + serum.platelet_training_gain * effort, platelet_bdnf, serum.platelet_lifetime))
m.rate(bdnf_serum, (serum.serum_bdnf * supplied - bdnf_serum) * half_life(serum.half_life_serum_bdnf))

module = m
