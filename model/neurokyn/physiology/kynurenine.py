"""Kynurenine: tryptophan broken down in liver and immune cells, and what becomes of it.

The liver (TDO) burns most tryptophan and lets a tenth out as kynurenine; other cells (IDO, induced by
inflammation) let most of theirs out. Kynurenine is turned into kynurenate (KAT, in muscle and
elsewhere), into 3-hydroxykynurenine and on to quinolinate (KMO), into anthranilate (KYNU), or lost.
Kynurenine and 3-hydroxykynurenine enter the brain on LAT1; kynurenate and quinolinate do not
(Fukui 1991), so the brain's own come from kynurenine, three fifths of it from plasma (Gal 1980).
Quinolinate opens NMDA receptors and kynurenate blocks them.

Every branch is a flux at a published Michaelis constant (Stavrum 2013), its size anchored in health.
"""

from neurokyn.language import Expression, Module, half_life, positive, saturating

m = Module("kynurenine", "Kynurenine pathway", sources=("stavrum2013", "fukui1991", "gal1980", "raison2010"))

# Neighbours
alone = m.parameters(plasma_alone="umol/L", available_alone="umol/L", brain_alone="umol/L")
plasma_tryptophan = m.input(
    "plasma_tryptophan", "umol/L", "tryptophan in plasma", of="tryptophan.plasma", stands_in=alone.plasma_alone
)
available_rest = m.input(
    "available_rest", "umol/L", "available in health", of="tryptophan.available_rest", stands_in=alone.available_alone
)
available = m.input(
    "available_tryptophan", "umol/L", "tryptophan available to cells", of="tryptophan.available",
    stands_in=alone.available_alone,
)  # fmt: skip
brain_rest = m.input(
    "brain_rest", "umol/L", "tryptophan in brain in health", of="tryptophan.brain_rest", stands_in=alone.brain_alone
)
brain_tryptophan = m.input(
    "brain_tryptophan", "umol/L", "tryptophan in brain", of="tryptophan.brain", stands_in=alone.brain_alone
)
brain_volume = m.input(
    "brain_volume", "L", "brain tissue", of="tryptophan.brain_volume", stands_in=m.parameter("brain", "L")
)
uptake = m.input(
    "kynurenine_uptake",
    "1",
    "carriage of kynurenine into brain, healthy = 1",
    of="tryptophan.kynurenine_uptake",
    stands_in=1,
)
immune_drive = m.input("immune_drive", "1", "inflammatory drive", of="inflammation.drive", stands_in=1)
microglia = m.input("microglia", "1", "activated macrophages and microglia", of="inflammation.microglia", stands_in=1)
cortisol = m.input("cortisol", "1", "slow cortisol, healthy = 1", of="stress.cortisol_slow", stands_in=1)
exertion = m.input("exertion", "1", "recent effort, share of VO2max", of="exercise.exertion", stands_in=0)
muscle_kat = m.input("muscle_kat", "1", "KAT at work in muscle, healthy = 1", of="muscle.kat_activity", stands_in=1)


def anchored(flux_rest: Expression, substrate: Expression, rest: Expression, km: Expression) -> Expression:
    """A Michaelis-Menten flux that is `flux_rest` in health."""
    return flux_rest * (substrate / rest) * (km + rest) / (km + substrate)


# The two enzymes that open the pathway
i = m.parameters(
    ido_gain="1", ido_threshold="1", ido_restraint="1", ido_half_life="h", ido_activity="1", tdo_gain="1",
    tdo_load_gain="1", tdo_load_threshold="1", tdo_half_life="h", tdo_activity="1", hepatic_restraint="1",
    reference_effort="1",
)  # fmt: skip
ido = m.state("ido", "1", "IDO, healthy = 1", start=1)
tdo = m.state("tdo", "1", "TDO, healthy = 1", start=1)
excess = positive(immune_drive - 1)  # low-grade inflammation hardly induces IDO, strong inflammation does
induced = (1 + i.ido_gain * excess * saturating(excess, i.ido_threshold)) / (1 + i.ido_restraint * (cortisol - 1))
m.rate(ido, half_life(i.ido_half_life) * (induced - ido))
kept = i.tdo_load_gain * positive(available / available_rest - i.tdo_load_threshold)  # spared by its substrate
m.rate(tdo, half_life(i.tdo_half_life) * (1 + i.tdo_gain * (cortisol - 1) + kept - tdo))

# Plasma
r = m.parameters(
    volume="L", kyn_rest="umol/L", kyna_rest="nmol/L", hk_rest="nmol/L", quin_rest="nmol/L",
    kyn_brain_rest="nmol/L", kyna_brain_rest="nmol/L", hk_brain_rest="nmol/L", quin_brain_rest="nmol/L",
)  # fmt: skip
kyn = m.state("kyn", "nmol/L", "kynurenine in plasma", volume=r.volume, start=r.kyn_rest)
kyna = m.state("kyna", "nmol/L", "kynurenate in plasma", volume=r.volume, start=r.kyna_rest)
hk = m.state("hk", "nmol/L", "3-hydroxykynurenine in plasma", volume=r.volume, start=r.hk_rest)
quin = m.state("quin", "nmol/L", "quinolinate in plasma", volume=r.volume, start=r.quin_rest)
kyn_brain = m.state("kyn_brain", "nmol/L", "kynurenine in brain", volume=brain_volume, start=r.kyn_brain_rest)
kyna_brain = m.state("kyna_brain", "nmol/L", "kynurenate in brain", volume=brain_volume, start=r.kyna_brain_rest)
hk_brain = m.state("hk_brain", "nmol/L", "3-hydroxykynurenine in brain", volume=brain_volume, start=r.hk_brain_rest)
quin_brain = m.state("quin_brain", "nmol/L", "quinolinate in brain", volume=brain_volume, start=r.quin_brain_rest)

# Fluxes in health, from levels and shares; what is left over leaves by the largest route
f = m.parameters(
    tdo_rest="umol/h", ido_rest="umol/h", tdo_escape="1", ido_escape="1",
    kat_muscle_share="1", kat_other_share="1", kynu_share="1", renal_share="1",
    quin_clearance="L/h", quin_yield="1", quin_brain_yield="1",
    kyn_brain_loss="1/h", kyna_brain_loss="1/h", quin_brain_loss="1/h", plasma_share="1", hk_carriage="1",
)  # fmt: skip
degradation_rest = m.relation("degradation_rest", f.tdo_rest + f.ido_rest, "umol/h", "tryptophan degraded in health")
appearance = m.relation(
    "appearance", f.tdo_escape * f.tdo_rest + f.ido_escape * f.ido_rest, "umol/h", "kynurenine that appears in health"
)

kyn_brain_turnover = f.kyn_brain_loss * r.kyn_brain_rest * brain_volume
local_rest = m.relation(
    "local_rest", (1 - f.plasma_share) * kyn_brain_turnover, "umol/h", "kynurenine made in brain in health"
)
entry_rest = f.plasma_share * kyn_brain_turnover
hk_entry_rest = f.hk_carriage * entry_rest * r.hk_rest / r.kyn_rest
kat_brain_rest = f.kyna_brain_loss * r.kyna_brain_rest * brain_volume
quin_brain_made = f.quin_brain_loss * r.quin_brain_rest * brain_volume
hk_brain_used = quin_brain_made / f.quin_brain_yield
kmo_brain_rest = m.relation("kmo_brain_rest", hk_brain_used - hk_entry_rest, "umol/h", "KMO in brain in health")
exit_rest = m.relation(
    "exit_rest", kyn_brain_turnover - kat_brain_rest - kmo_brain_rest, "umol/h", "kynurenine out of brain in health"
)

quin_made = f.quin_clearance * r.quin_rest
kmo_immune_rest = quin_made / f.quin_yield
kat_rest = (f.kat_muscle_share + f.kat_other_share) * appearance
kmo_liver_rest = m.relation(
    "kmo_liver_rest",
    appearance * (1 - f.kat_muscle_share - f.kat_other_share - f.kynu_share - f.renal_share)
    - kmo_immune_rest
    + exit_rest
    - entry_rest,
    "umol/h",
    "KMO in liver in health",
)

# Into kynurenine
k = m.parameters(km_tdo="umol/L", km_ido="umol/L", km_kmo="umol/L", km_kynu="umol/L", km_kat="umol/L")
blood_flow = 1 / (1 + i.hepatic_restraint * exertion / i.reference_effort)
by_tdo = i.tdo_activity * tdo * blood_flow * anchored(f.tdo_rest, available, available_rest, k.km_tdo)
by_ido = i.ido_activity * ido * anchored(f.ido_rest, available, available_rest, k.km_ido)
by_brain_ido = i.ido_activity * ido * anchored(local_rest, brain_tryptophan, brain_rest, k.km_ido)
m.flux("tdo_kynurenine", f.tdo_escape * by_tdo, frm=plasma_tryptophan, to=kyn, source="stavrum2013",
       description="kynurenine let out by the liver")  # fmt: skip
m.flux("tdo_oxidised", (1 - f.tdo_escape) * by_tdo, frm=plasma_tryptophan, source="stavrum2013",
       description="tryptophan burnt in the liver")  # fmt: skip
m.flux("ido_kynurenine", f.ido_escape * by_ido, frm=plasma_tryptophan, to=kyn, source="stavrum2013",
       description="kynurenine let out by cells with IDO")  # fmt: skip
m.flux("ido_oxidised", (1 - f.ido_escape) * by_ido, frm=plasma_tryptophan, source="stavrum2013",
       description="tryptophan burnt in cells with IDO")  # fmt: skip
m.flux("ido_brain", by_brain_ido, frm=brain_tryptophan, to=kyn_brain, source="gal1980",
       description="kynurenine made in brain")  # fmt: skip

# Out of kynurenine in the body; activated macrophages raise the KMO branch that ends in quinolinate
g = m.parameters(kmo_gain="1", kat_suppression="1", kmo_activity="1")
roused = g.kmo_activity * (1 + g.kmo_gain * (microglia - 1))
by_muscle_kat = f.kat_muscle_share * appearance
by_other_kat = f.kat_other_share * appearance
m.flux("kat_muscle", muscle_kat * anchored(by_muscle_kat, kyn, r.kyn_rest, k.km_kat), frm=kyn, to=kyna,
       description="kynurenine to kynurenate in muscle")  # fmt: skip
m.flux("kat_other", anchored(by_other_kat, kyn, r.kyn_rest, k.km_kat), frm=kyn, to=kyna,
       description="kynurenine to kynurenate elsewhere")  # fmt: skip
m.flux("kmo_immune", roused * anchored(kmo_immune_rest, kyn, r.kyn_rest, k.km_kmo), frm=kyn, to=hk,
       description="kynurenine hydroxylated by macrophages")  # fmt: skip
m.flux("kmo_liver", g.kmo_activity * anchored(kmo_liver_rest, kyn, r.kyn_rest, k.km_kmo), frm=kyn,
       description="kynurenine hydroxylated and burnt in the liver")  # fmt: skip
m.flux("kynu", anchored(f.kynu_share * appearance, kyn, r.kyn_rest, k.km_kynu), frm=kyn,
       description="kynurenine to anthranilate")  # fmt: skip
m.flux("kyn_renal", f.renal_share * appearance * kyn / r.kyn_rest, frm=kyn, description="kynurenine lost in urine")
m.flux("kyna_renal", kat_rest * kyna / r.kyna_rest, frm=kyna, description="kynurenate lost in urine")
m.flux("hk_quinolinate", quin_made * hk / r.hk_rest, frm=hk, to=quin, description="3-hydroxykynurenine to quinolinate")
m.flux("hk_other", (kmo_immune_rest - quin_made - hk_entry_rest) * hk / r.hk_rest, frm=hk,
       description="3-hydroxykynurenine to other products")  # fmt: skip
m.flux("quin_renal", f.quin_clearance * quin, frm=quin, description="quinolinate lost in urine")

# Brain
m.flux("kyn_entry", uptake * entry_rest * kyn / r.kyn_rest, frm=kyn, to=kyn_brain, source="fukui1991",
       description="kynurenine carried into brain")  # fmt: skip
m.flux("kyn_exit", exit_rest * kyn_brain / r.kyn_brain_rest, frm=kyn_brain, to=kyn,
       description="kynurenine carried out of brain")  # fmt: skip
m.flux("hk_entry", uptake * hk_entry_rest * hk / r.hk_rest, frm=hk, to=hk_brain, source="fukui1991",
       description="3-hydroxykynurenine carried into brain")  # fmt: skip
m.flux(
    "kat_brain",
    anchored(kat_brain_rest, kyn_brain, r.kyn_brain_rest, k.km_kat) / (1 + g.kat_suppression * (microglia - 1)),
    frm=kyn_brain,
    to=kyna_brain,
    description="kynurenine to kynurenate in astrocytes",
)
m.flux("kmo_brain", roused * anchored(kmo_brain_rest, kyn_brain, r.kyn_brain_rest, k.km_kmo),
       frm=kyn_brain, to=hk_brain, description="kynurenine hydroxylated by microglia")  # fmt: skip
m.flux("hk_brain_quinolinate", quin_brain_made * hk_brain / r.hk_brain_rest, frm=hk_brain, to=quin_brain,
       description="3-hydroxykynurenine to quinolinate in brain")  # fmt: skip
m.flux("hk_brain_other", (hk_brain_used - quin_brain_made) * hk_brain / r.hk_brain_rest, frm=hk_brain,
       description="3-hydroxykynurenine to other products in brain")  # fmt: skip
m.flux("kyna_brain_clearance", f.kyna_brain_loss * brain_volume * kyna_brain, frm=kyna_brain,
       description="kynurenate washed out of brain")  # fmt: skip
m.flux("quin_brain_clearance", f.quin_brain_loss * brain_volume * quin_brain, frm=quin_brain,
       description="quinolinate washed out of brain")  # fmt: skip

m.observe("kyn_trp_ratio", kyn / plasma_tryptophan, "umol/mmol", "kynurenine to tryptophan in plasma")
# Symptoms on interferon follow quinolinate although kynurenate rises with it (Raison 2010)
n = m.parameters(kyna_protection="1")
m.observe(
    "nmda_balance",
    (quin_brain / r.quin_brain_rest) / (kyna_brain / r.kyna_brain_rest) ** n.kyna_protection,
    "1",
    "quinolinate against kynurenate at NMDA receptors, healthy = 1",
)

module = m
