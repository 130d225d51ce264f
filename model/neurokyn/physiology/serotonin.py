"""Serotonin in its terminals: made, stored, released, taken back, broken down, and braked.

Tryptophan becomes 5-HTP (TPH2) and serotonin (AADC); serotonin is packed into vesicles (VMAT),
released by firing, cleared by the transporter (SERT) and by slower carriers, and oxidised (MAO) to
5-HIAA, which leaves by the cerebrospinal fluid. Three brakes act on it: 5-HT1A receptors slow firing
and desensitise over weeks, 5-HT1B receptors slow release and do not, and extracellular serotonin
restrains TPH2. Michaelis constants are published (Best 2010, 2020); capacities follow from chosen
healthy concentrations and flux ratios, so health is an exact fixed point of every person.

Volumes: terminals and extracellular space are shares of the brain tissue.
"""

from neurokyn.language import Expression, Module, hill, michaelis_menten, positive, relax, substrate_inhibition

m = Module("serotonin", "Serotonergic terminals", sources=("best2010", "best2020", "haavik2005"))

tissue_volume = m.input(
    "tissue_volume", "L", "brain tissue", of="tryptophan.brain_volume", stands_in=m.parameter("brain", "L")
)
tryptophan_rest = m.parameter("tryptophan_rest", "umol/L")
brain_tryptophan = m.input(
    "brain_tryptophan", "umol/L", "tryptophan in brain", of="tryptophan.brain", stands_in=tryptophan_rest
)
occupancy = m.input("sert_occupancy", "1", "SERT occupied by drugs", of="ssri.sert_occupancy", stands_in=0)
exertion = m.input("exertion", "1", "recent effort, share of VO2max", of="exercise.exertion", stands_in=0)

# Places
v = m.parameters(terminal_share="1", extracellular_share="1")
terminal_volume = tissue_volume * v.terminal_share
cleft_volume = tissue_volume * v.extracellular_share

# Healthy concentrations and flux ratios, from which capacities follow
r = m.parameters(
    store_rest="umol/L",
    store_turnover="1/h",
    release_to_synthesis="1",
    other_uptake_share="1",
    linear_share="1",
    releasable_share="1",
    cytosol_rest="umol/L",
    extracellular_rest="umol/L",
    vesicle_leak="1/h",
    refill_saturation="1",
    refill_rate="1/h",
    hiaa_csf_rest="umol/L",
    hiaa_loss="1/h",
    csf_rate="1/h",
)
k = m.parameters(
    km_tph="umol/L", ki_tph="umol/L", km_aadc="umol/L", vmax_aadc="umol/L/h", km_vmat="umol/L",
    km_sert="umol/L", km_other_uptake="umol/L", km_mao="umol/L",
)  # fmt: skip
personal = m.parameters(tph2_activity="1", sert_density="1", mao_activity="1", vmat_activity="1")

synthesis = r.store_turnover * r.store_rest
release = r.release_to_synthesis * synthesis
other_uptake = r.other_uptake_share * release
oxidation = synthesis - other_uptake
releasable_rest = r.releasable_share * r.store_rest
reserve_rest = r.store_rest - releasable_rest
htp_rest = k.km_aadc * synthesis / (k.vmax_aadc - synthesis)


def capacity(name: str, flux: Expression, substrate: Expression, half: Expression) -> Expression:
    """The vmax that carries a healthy flux at a healthy level."""
    return m.relation(name, flux * half / substrate, "umol/L/h", "follows from the healthy levels and ratios")


vmax_tph = capacity(
    "vmax_tph",
    personal.tph2_activity * synthesis,
    tryptophan_rest,
    k.km_tph + tryptophan_rest + tryptophan_rest**2 / k.ki_tph,
)
vmax_vmat = capacity(
    "vmax_vmat",
    personal.vmat_activity * (release + r.vesicle_leak * r.store_rest),
    r.cytosol_rest,
    k.km_vmat + r.cytosol_rest,
)
vmax_mao = capacity("vmax_mao", personal.mao_activity * oxidation, r.cytosol_rest, k.km_mao + r.cytosol_rest)
vmax_sert = capacity(
    "vmax_sert",
    personal.sert_density * (release - other_uptake),
    r.extracellular_rest,
    k.km_sert + r.extracellular_rest,
)
vmax_other = capacity(
    "vmax_other_uptake",
    other_uptake * (1 - r.linear_share),
    r.extracellular_rest,
    k.km_other_uptake + r.extracellular_rest,
)
diffusion = m.relation("diffusion", other_uptake * r.linear_share / r.extracellular_rest, "1/h", "linear clearance")
release_rate = m.relation("release_rate", release / releasable_rest, "1/h", "share released per hour in health")
refill_half = m.relation("refill_half", r.refill_saturation * reserve_rest, "umol/L", "reserve at half of full refill")
refill_limit = m.relation(
    "refill_limit",
    (1 + r.refill_saturation) * (releasable_rest + (release + r.vesicle_leak * releasable_rest) / r.refill_rate),
    "umol/L",
    "releasable pool at full refill",
)
hiaa_rest = v.terminal_share * synthesis / r.hiaa_loss

m.relation("synthesis_rest", terminal_volume * synthesis, "umol/h", "healthy synthesis of serotonin")

# Pools
htp = m.state("htp", "umol/L", "5-HTP in terminals", volume=terminal_volume, start=htp_rest)
cytosol = m.state("cytosol", "umol/L", "5-HT in the cytosol", volume=terminal_volume, start=r.cytosol_rest)
reserve = m.state("reserve", "umol/L", "5-HT in reserve vesicles", volume=terminal_volume, start=reserve_rest)
releasable = m.state(
    "releasable", "umol/L", "5-HT in releasable vesicles", volume=terminal_volume, start=releasable_rest
)
cleft = m.state("extracellular", "nmol/L", "extracellular 5-HT", volume=cleft_volume, start=r.extracellular_rest)
hiaa = m.state("hiaa_tissue", "nmol/L", "5-HIAA in brain tissue", volume=tissue_volume, start=hiaa_rest)
csf = m.state("hiaa_csf", "nmol/L", "5-HIAA in lumbar CSF", start=r.hiaa_csf_rest)

excess = m.observe("extracellular_relative", cleft / r.extracellular_rest, "1", "extracellular 5-HT, healthy = 1")

# Autoreceptors: 5-HT1A on firing desensitises by its own signal, late; 5-HT1B on release does not
a = m.parameters(
    firing_gain="1",
    firing_exponent="1",
    release_gain="1",
    release_half="1",
    release_exponent="1",
    synthesis_gain="1",
    synthesis_by_firing="1",
    receptor_time="h",
    desensitisation="1/h",
    signal_time="h",
    resensitisation="1/h",
    recovery="1/h",
    exertion_gain="1",
)
sensitivity = m.state("sensitivity", "1", "5-HT1A autoreceptor sensitivity, healthy = 1", start=1)
memory = m.state("memory", "1", "slow memory of excess 5-HT1A signal", start=0, scale=1)
firing_receptor = m.state("firing_receptor", "1", "activated 5-HT1A receptors, healthy = 1", start=1)
release_receptor_rest = hill(1, a.release_half, a.release_exponent)
release_receptor = m.state(
    "release_receptor", "1", "activated 5-HT1B receptors, as a share", start=release_receptor_rest
)
m.rate(firing_receptor, relax(positive(excess) ** a.firing_exponent, firing_receptor, a.receptor_time))
m.rate(release_receptor, relax(hill(excess, a.release_half, a.release_exponent), release_receptor, a.receptor_time))
m.rate(memory, relax(sensitivity * firing_receptor - 1, memory, a.signal_time))
m.rate(
    sensitivity,
    a.recovery * (1 - sensitivity)
    - a.desensitisation * sensitivity * memory
    + a.resensitisation * (1 - sensitivity) * positive(-memory),
)

drive = 1 + a.exertion_gain * exertion
firing = m.observe(
    "firing",
    drive * (1 + a.firing_gain) / (1 + a.firing_gain * sensitivity * firing_receptor),
    "1",
    "raphe firing, healthy = 1",
)
per_spike = m.relation(
    "per_spike",
    (1 + a.release_gain * release_receptor_rest) / (1 + a.release_gain * release_receptor),
    "1",
    "release per spike, healthy = 1",
)
brake = (1 + a.synthesis_gain) / (1 + a.synthesis_gain * excess)
tph2_drive = m.relation(
    "tph2_drive", brake * (1 - a.synthesis_by_firing + a.synthesis_by_firing * firing), "1", "TPH2 at work, healthy = 1"
)

# Transporters at the surface; down-regulation is off unless its gain is set
d = m.parameters(downregulation="1", downregulation_time="h")
surface = m.state("sert_surface", "1", "SERT at the surface, healthy = 1", start=1)
m.rate(surface, relax(1 - d.downregulation * occupancy, surface, d.downregulation_time))

# Flows
made = substrate_inhibition(vmax_tph, brain_tryptophan, k.km_tph, k.ki_tph)
m.flux("tph2", terminal_volume * tph2_drive * made, frm=brain_tryptophan, to=htp, source="best2020",
       description="tryptophan hydroxylated")  # fmt: skip
m.flux("aadc", terminal_volume * michaelis_menten(k.vmax_aadc, htp, k.km_aadc),
       frm=htp, to=cytosol, source="best2010", description="5-HTP decarboxylated to serotonin")  # fmt: skip
m.flux("vmat", terminal_volume * michaelis_menten(vmax_vmat, cytosol, k.km_vmat),
       frm=cytosol, to=reserve, source="best2010", description="serotonin packed into vesicles")  # fmt: skip
m.flux("mao", terminal_volume * michaelis_menten(vmax_mao, cytosol, k.km_mao),
       frm=cytosol, to=hiaa, source="best2010", description="serotonin in the cytosol oxidised")  # fmt: skip
m.flux(
    "mobilisation",
    terminal_volume * r.refill_rate * (michaelis_menten(refill_limit, reserve, refill_half) - releasable),
    frm=reserve,
    to=releasable,
    description="reserve vesicles made releasable",
)
m.flux("reserve_leak", terminal_volume * r.vesicle_leak * reserve, frm=reserve, to=cytosol,
       description="leak from reserve vesicles")  # fmt: skip
m.flux("releasable_leak", terminal_volume * r.vesicle_leak * releasable, frm=releasable, to=cytosol,
       description="leak from releasable vesicles")  # fmt: skip
m.flux("release", terminal_volume * release_rate * firing * per_spike * releasable, frm=releasable, to=cleft,
       description="serotonin released by firing")  # fmt: skip
m.flux("reuptake", terminal_volume * surface * (1 - occupancy) * michaelis_menten(vmax_sert, cleft, k.km_sert),
       frm=cleft, to=cytosol, source="best2020", description="serotonin taken back by SERT")  # fmt: skip
m.flux(
    "other_uptake",
    terminal_volume * (michaelis_menten(vmax_other, cleft, k.km_other_uptake) + diffusion * cleft),
    frm=cleft,
    to=hiaa,
    source="best2020",
    description="serotonin cleared by slower carriers and diffusion, oxidised at once",
)
m.flux("hiaa_clearance", tissue_volume * r.hiaa_loss * hiaa, frm=hiaa, description="5-HIAA washed out of brain")
m.rate(csf, r.csf_rate * (hiaa * (r.hiaa_csf_rest / hiaa_rest) - csf))

m.observe(
    "tissue",
    v.terminal_share * (cytosol + reserve + releasable),
    "umol/L",
    "5-HT in brain tissue, all pools in terminals",
)

module = m
