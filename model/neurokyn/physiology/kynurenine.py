"""Kynurenine: what becomes of most tryptophan, and what its products do in the brain.

TDO in liver and IDO elsewhere open the ring; inflammation induces IDO. Little of what the liver
makes reaches plasma. Kynurenine in plasma is turned into kynurenic acid (KAT, in muscle and
elsewhere), 3-hydroxykynurenine and quinolinic acid (KMO), anthranilic acid (KYNU), or is lost.
Kynurenine enters the brain by LAT1; kynurenic and quinolinic acid do not (Fukui 1991), so their
balance on NMDA receptors is made inside: microglia favour the quinolinic branch.
"""

from neurokyn.language import Module, half_life, michaelis_menten, minimum

m = Module("kynurenine", "Kynurenine pathway", sources=("stavrum2013", "fukui1991", "raison2010"))

r = m.parameters(
    tryptophan_rest="umol/L",
    available_rest="umol/L",
    free_rest="umol/L",
    tdo_rest="umol/h",
    ido_rest="umol/h",
    kyn_rest="nmol/L",
    kyna_rest="nmol/L",
    hk_rest="nmol/L",
    quin_rest="nmol/L",
    kyn_brain_rest="nmol/L",
    kyna_brain_rest="nmol/L",
    hk_brain_rest="nmol/L",
    quin_brain_rest="nmol/L",
)
tryptophan = m.input(
    "plasma_tryptophan", "umol/L", "tryptophan in plasma", of="tryptophan.plasma", stands_in=r.tryptophan_rest
)
measured_tryptophan = m.input(
    "measured_tryptophan", "umol/L", "tryptophan as measured", of="tryptophan.total", stands_in=r.tryptophan_rest
)
brain_tryptophan = m.input(
    "brain_tryptophan",
    "umol/L",
    "tryptophan in brain",
    of="tryptophan.brain",
    stands_in=m.parameter("brain_tryptophan_rest", "umol/L"),
)
available = m.input(
    "available_tryptophan", "umol/L", "available tryptophan", of="tryptophan.available", stands_in=r.available_rest
)
available_rest = m.input(
    "available_at_rest", "umol/L", "healthy available tryptophan", of="tryptophan.available_rest",
    stands_in=r.available_rest,
)  # fmt: skip
free = m.input("free_tryptophan", "umol/L", "unbound tryptophan", of="tryptophan.unbound", stands_in=r.free_rest)
free_rest = m.input(
    "free_at_rest", "umol/L", "healthy unbound tryptophan", of="tryptophan.unbound_rest", stands_in=r.free_rest
)
uptake = m.input(
    "kynurenine_uptake", "1", "LAT1 free for kynurenine, healthy = 1", of="tryptophan.kynurenine_uptake", stands_in=1
)
immune = m.input("immune_drive", "1", "inflammatory drive, healthy = 1", of="inflammation.drive", stands_in=1)
microglia = m.input("microglia", "1", "microglial activation, healthy = 1", of="inflammation.microglia", stands_in=1)
cortisol = m.input("cortisol", "1", "two-day mean of cortisol, healthy = 1", of="stress.cortisol_slow", stands_in=1)
exertion = m.input("exertion", "1", "recent effort, share of VO2max", of="exercise.exertion", stands_in=0)
kat_activity = m.input("muscle_kat", "1", "KAT at work in muscle, untrained = 1", of="muscle.kat_activity", stands_in=1)
brain_volume = m.input(
    "brain_volume", "L", "brain tissue", of="tryptophan.brain_volume", stands_in=m.parameter("brain", "L")
)

# Opening the ring
e = m.parameters(
    tdo_km="umol/L",
    ido_km="umol/L",
    half_life_tdo="h",
    half_life_ido="h",
    tdo_cortisol="1",
    ido_immune="1",
    ido_cortisol="1",
    usual_effort="1",
    hepatic_loss="1",
    tdo_to_plasma="1",
    ido_to_plasma="1",
)
tdo = m.state("tdo", "1", "TDO, healthy = 1", start=1)
ido = m.state("ido", "1", "IDO, healthy = 1", start=1)
m.rate(tdo, half_life(e.half_life_tdo) * (1 + e.tdo_cortisol * (cortisol - 1) - tdo))
m.rate(ido, half_life(e.half_life_ido) * (1 + e.ido_immune * (immune - 1) - e.ido_cortisol * (cortisol - 1) - ido))
effort = minimum(exertion / e.usual_effort, 1)
vmax_tdo = r.tdo_rest * (e.tdo_km + available_rest) / available_rest
vmax_ido = r.ido_rest * (e.ido_km + free_rest) / free_rest
by_tdo = tdo * (1 - e.hepatic_loss * effort) * michaelis_menten(vmax_tdo, available, e.tdo_km)
by_ido = ido * michaelis_menten(vmax_ido, free, e.ido_km)
m.relation("degraded_rest", r.tdo_rest + r.ido_rest, "umol/h", "healthy degradation of tryptophan")

# The brain at rest
n = m.parameters(
    kyn_turnover="1/h", kyna_turnover="1/h", hk_turnover="1/h", quin_turnover="1/h", local_share="1",
    branch_to_kyna="1", toxicity_switch="1",
)  # fmt: skip
kyn_brain = m.state("kyn_brain", "nmol/L", "kynurenine in brain", volume=brain_volume, start=r.kyn_brain_rest)
kyna_brain = m.state("kyna_brain", "nmol/L", "kynurenic acid in brain", volume=brain_volume, start=r.kyna_brain_rest)
hk_brain = m.state("hk_brain", "nmol/L", "3-hydroxykynurenine in brain", volume=brain_volume, start=r.hk_brain_rest)
quin_brain = m.state("quin_brain", "nmol/L", "quinolinic acid in brain", volume=brain_volume, start=r.quin_brain_rest)

turned_over = brain_volume * n.kyn_turnover * r.kyn_brain_rest
to_kyna = brain_volume * n.kyna_turnover * r.kyna_brain_rest
to_hk = brain_volume * n.hk_turnover * r.hk_brain_rest
to_quin = brain_volume * n.quin_turnover * r.quin_brain_rest
from_brain = n.local_share * turned_over - to_kyna - to_hk - to_quin

# Plasma
v = m.parameters(volume="L", renal_quin="L/h", renal_hk="L/h")
kyn = m.state("kyn", "nmol/L", "kynurenine in plasma", volume=v.volume, start=r.kyn_rest)
kyna = m.state("kyna", "nmol/L", "kynurenic acid in plasma", volume=v.volume, start=r.kyna_rest)
hk = m.state("hk", "nmol/L", "3-hydroxykynurenine in plasma", volume=v.volume, start=r.hk_rest)
quin = m.state("quin", "nmol/L", "quinolinic acid in plasma", volume=v.volume, start=r.quin_rest)

m.flux("tdo_to_plasma_flux", e.tdo_to_plasma * by_tdo, frm=tryptophan, to=kyn, source="stavrum2013")
m.flux("tdo_in_liver", (1 - e.tdo_to_plasma) * by_tdo, frm=tryptophan, description="oxidised or kept in liver")
m.flux("ido_to_plasma_flux", e.ido_to_plasma * by_ido, frm=tryptophan, to=kyn, source="stavrum2013")
m.flux("ido_in_tissue", (1 - e.ido_to_plasma) * by_ido, frm=tryptophan)

b = m.parameters(
    kat_muscle_share="1", kat_other_share="1", kynu_share="1", kmo_km="umol/L", kynu_km="umol/L", kat_km="umol/L",
    microglia_gain="1", kmo_rest_share="1",
)  # fmt: skip
formed = e.tdo_to_plasma * r.tdo_rest + e.ido_to_plasma * r.ido_rest
branch = 1 + b.microglia_gain * (microglia - 1)


def fate(share, km):
    """A share of healthy kynurenine turnover, saturating with the enzyme's Km."""
    return michaelis_menten(share * formed * (km + r.kyn_rest) / r.kyn_rest, kyn, km)


hk_share = v.renal_hk * r.hk_rest / formed
quin_share = v.renal_quin * r.quin_rest / formed
kat_share = b.kat_muscle_share + b.kat_other_share
m.flux("kat_muscle", kat_activity * fate(b.kat_muscle_share, b.kat_km), frm=kyn, to=kyna, source="schlittler2016")
m.flux("kat_other", fate(b.kat_other_share, b.kat_km), frm=kyn, to=kyna)
m.flux("kmo_hk", branch * fate(hk_share, b.kmo_km), frm=kyn, to=hk)
m.flux("kmo_quin", branch * fate(quin_share, b.kmo_km), frm=kyn, to=quin, description="by way of 3-HK inside cells")
m.flux("kmo_oxidation", fate(b.kmo_rest_share, b.kmo_km), frm=kyn, description="to NAD and carbon dioxide")
m.flux("kynu", fate(b.kynu_share, b.kynu_km), frm=kyn, description="to anthranilic acid")
lost = formed * (1 - kat_share - hk_share - quin_share - b.kmo_rest_share - b.kynu_share) + from_brain
m.flux("kyn_loss", lost * kyn / r.kyn_rest, frm=kyn, description="kidney and other tissues")
m.flux("kyna_loss", kat_share * formed * kyna / r.kyna_rest, frm=kyna)
m.flux("hk_loss", v.renal_hk * hk, frm=hk)
m.flux("quin_loss", v.renal_quin * quin, frm=quin)
m.observe("kyn_trp_ratio", kyn / measured_tryptophan, "umol/mmol", "kynurenine to tryptophan in plasma")

# Brain
m.relation("local_rest", n.local_share * turned_over, "umol/h", "healthy local formation of kynurenine")
m.flux(
    "kyn_entry",
    (1 - n.local_share) * turned_over * uptake * kyn / r.kyn_rest,
    frm=kyn,
    to=kyn_brain,
    source="fukui1991",
)
m.flux("ido_brain", n.local_share * turned_over * ido, frm=brain_tryptophan, to=kyn_brain)

here = kyn_brain / r.kyn_brain_rest
m.flux("kat_brain", to_kyna * here * branch ** (-n.branch_to_kyna), frm=kyn_brain, to=kyna_brain)
m.flux("kmo_brain_hk", to_hk * here * branch, frm=kyn_brain, to=hk_brain)
m.flux("kmo_brain_quin", to_quin * here * branch, frm=kyn_brain, to=quin_brain)
m.flux("kyn_exit", (turned_over - to_kyna - to_hk - to_quin) * here, frm=kyn_brain, to=kyn)
m.flux("kyna_brain_loss", brain_volume * n.kyna_turnover * kyna_brain, frm=kyna_brain)
m.flux("hk_brain_loss", brain_volume * n.hk_turnover * hk_brain, frm=hk_brain)
m.flux("quin_brain_loss", brain_volume * n.quin_turnover * quin_brain, frm=quin_brain)

balance = (quin_brain / r.quin_brain_rest) / (kyna_brain / r.kyna_brain_rest)
m.observe(
    "nmda_balance",
    1 + n.toxicity_switch * (balance - 1),
    "1",
    "quinolinic to kynurenic acid in brain, healthy = 1",
)

module = m
