"""Structure: dendrites and spines that shrink and grow back, new neurons, and slow loss.

Dendritic length and spine density follow growth (TrkB, helped by VEGF) divided by pruning
(sustained cortisol, acute stress, NMDA receptors, proBDNF) within days, so both recover when
the stress is over. New neurons of the dentate gyrus pass progenitors and three immature
stages before they carry spines, three to four weeks after birth. Mature neurons of the
renewing cohort are lost slowly to excitotoxicity and replaced at under two per cent a year:
on the scale of a treatment that part does not come back.

Papers: Radley 2005 and the recovery study in rat prefrontal cortex (retraction and regrowth),
Attardo 2015 (spine lifetime), Zhao 2006 (maturation of new neurons), Marlatt 2010 (running and
fluoxetine on new cells), Spalding 2013 (renewal in people), Schmaal 2016 (hippocampal volume).
"""

from neurokyn.language import Module, positive, relax, saturating

m = Module(
    "dendrites",
    "Dendrites, spines and new neurons",
    sources=("radley2005", "attardo2015", "zhao2006", "marlatt2010", "spalding2013", "schmaal2016"),
)

trkb = m.input("trkb", "1", "TrkB signal, healthy = 1", of="growth_factors.trkb", stands_in=1)
probdnf_ratio = m.input(
    "probdnf_ratio", "1", "proBDNF to mature BDNF, healthy = 1", of="growth_factors.probdnf_ratio", stands_in=1
)
vegf_brain = m.input("vegf_brain", "1", "VEGF in brain, healthy = 1", of="growth_factors.vegf_brain", stands_in=1)
igf1_brain = m.input("igf1_brain", "1", "IGF-1 in brain, healthy = 1", of="growth_factors.igf1_brain", stands_in=1)
damage = m.input("damage", "1", "damage by sustained cortisol, 0 to 1", of="stress.damage", stands_in=0)
load = m.input("load", "1", "stress load", of="stress.load", stands_in=0)
nmda_balance = m.input(
    "nmda_balance", "1", "QUIN against KYNA in brain, healthy = 1", of="kynurenine.nmda_balance", stands_in=1
)
serotonin = m.input(
    "serotonin", "1", "extracellular serotonin, healthy = 1", of="serotonin.extracellular_relative", stands_in=1
)

# Growth against pruning
p = m.parameters(
    vegf_support="1",
    cortisol_pruning="1",
    load_pruning="1",
    nmda_pruning="1",
    probdnf_pruning="1",
    length_time="h",
    spine_time="h",
    spine_serotonin_gain="1",
    serotonin_half="1",
)
serotonin_drive = saturating(serotonin, p.serotonin_half) * (1 + p.serotonin_half) - 1
excitotoxicity = positive(nmda_balance - 1)
growth = m.relation("growth", trkb * (1 + p.vegf_support * (vegf_brain - 1)), "1", "growth signal, healthy = 1")
pruning = m.relation(
    "pruning",
    1
    + p.cortisol_pruning * damage
    + p.load_pruning * load
    + p.nmda_pruning * excitotoxicity
    + p.probdnf_pruning * positive(probdnf_ratio - 1),
    "1",
    "pruning signal, healthy = 1",
)
length = m.state("length", "1", "dendritic length, healthy = 1", start=1)
spines = m.state("spines", "1", "spine density, healthy = 1", start=1)
m.rate(length, relax(growth / pruning, length, p.length_time))
m.rate(spines, relax(growth / pruning * (1 + p.spine_serotonin_gain * serotonin_drive), spines, p.spine_time))

# New neurons: born, chosen to be neurons, kept alive, mature
n = m.parameters(
    vegf_proliferation="1",
    igf1_proliferation="1",
    serotonin_proliferation="1",
    serotonin_fate="1",
    vegf_survival="1",
    igf1_survival="1",
    trkb_survival="1",
    progenitor_time="h",
    immature_time="h",
    new_neuron_time="h",
    renewal="1/year",
    excitotoxic_loss="1/year",
    mature_at_start="1",
)
birth = m.relation(
    "proliferation",
    trkb
    * (1 + n.vegf_proliferation * (vegf_brain - 1) + n.igf1_proliferation * (igf1_brain - 1))
    * (1 + n.serotonin_proliferation * serotonin_drive)
    / pruning,
    "1",
    "birth of new cells, healthy = 1",
)
fate = m.relation("neuronal_fate", 1 + n.serotonin_fate * serotonin_drive, "1", "share that become neurons")
survival = m.relation(
    "survival",
    1 + n.vegf_survival * (vegf_brain - 1) + n.igf1_survival * (igf1_brain - 1) + n.trkb_survival * (trkb - 1),
    "1",
    "survival of new cells, healthy = 1",
)
progenitors = m.state("progenitors", "1", "dividing progenitors, healthy = 1", start=1)
early = m.state("immature_early", "1", "new neurons without processes, healthy = 1", start=1)
middle = m.state("immature_middle", "1", "new neurons with an axon, healthy = 1", start=1)
late = m.state("immature_late", "1", "new neurons with first spines, healthy = 1", start=1)
new_neurons = m.state("new_neurons", "1", "new neurons in the circuit, healthy = 1", start=1)
mature = m.state(
    "mature", "1", "renewing cohort of mature neurons, healthy = 1", start=n.mature_at_start, settles=False
)
m.rate(progenitors, relax(birth, progenitors, n.progenitor_time))
m.rate(early, relax(fate * progenitors, early, n.immature_time))
m.rate(middle, relax(survival * early, middle, n.immature_time))
m.rate(late, relax(middle, late, n.immature_time))
m.rate(new_neurons, relax(late, new_neurons, n.new_neuron_time))
m.rate(mature, n.renewal * (new_neurons - mature) - n.excitotoxic_loss * excitotoxicity * mature)

# What imaging sees
v = m.parameters(volume_length="1", volume_spines="1", volume_mature="1")
m.observe(
    "hippocampal_volume",
    1 + v.volume_length * (length - 1) + v.volume_spines * (spines - 1) + v.volume_mature * (mature - 1),
    "1",
    "hippocampal volume, healthy = 1",
)

module = m
