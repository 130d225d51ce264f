"""Tryptophan: eaten, built into protein, bound to albumin, and carried into the brain.

Body protein holds far more tryptophan than plasma does, so what proteins take up and give back sets
the plasma level. Amino acids from a meal speed synthesis and restrain breakdown: a meal fills plasma
less than its tryptophan would, a night's fast empties it little, and a drink of amino acids without
tryptophan empties it almost (Williams 1999, Carpenter 1998). Most plasma tryptophan is bound to
albumin, from which fatty acids displace it during effort (Blomstrand 1988); part of what is bound is
available to the carrier at the blood-brain barrier (Pardridge 1998). That carrier, LAT1, is nearly
filled by other amino acids, so what enters the brain follows a ratio (Smith 1987).

Capacities follow from chosen healthy levels, and losses by other routes are what intake leaves over.
"""

from neurokyn.language import Expression, Module, half_life, hill, michaelis_menten, positive, sqrt

m = Module(
    "tryptophan",
    "Tryptophan",
    sources=("smith1987", "pardridge1998", "blomstrand1988", "williams1999", "fernstrom2013"),
)

# Effort and meals
exertion = m.input("exertion", "1", "recent effort, share of VO2max", of="exercise.exertion", stands_in=0)
intensity = m.input("intensity", "1", "effort of a bout, share of VO2max", of="exercise.intensity", stands_in=0)
aerobic = m.input("aerobic", "1", "aerobic weight of the mode", of="exercise.aerobic", stands_in=0)
meal = m.drive("meal", "1", "intake relative to its mean over 24 h", rest=1)

e = m.parameters(
    reference_effort="1",
    gut_slowing="1",
    breakdown_in_effort="1",
    synthesis_in_effort="1",
    plasma_volume_loss="1",
    competitor_use="1",
)
effort = exertion / e.reference_effort  # 1 in a steady run; every effect of it stays positive at any effort

# Healthy levels
r = m.parameters(
    volume="L", plasma_rest="umol/L", diet="umol/h", brain_rest="umol/L", bcaa_rest="umol/L", nefa_rest="mmol/L"
)

# A person whose diet holds less tryptophan than the balanced one finds another level
intake = m.parameter("intake_factor", "1")

# What a meal brings, in the gut: tryptophan, and the load of all amino acids (1 = 100 g)
g = m.parameters(gut_half_life="h", dissolved_half_life="h", dietary_load="1/day", amino_acid_half_life="h")
emptying = m.relation(
    "emptying", half_life(g.gut_half_life) / (1 + e.gut_slowing * effort), "1/h", "absorption from the gut"
)
clearance = half_life(g.amino_acid_half_life)
load_rest = g.dietary_load / half_life(g.gut_half_life)
amino_acids_rest = g.dietary_load / clearance

gut = m.state("gut", "umol", "tryptophan in the gut", start=r.diet / half_life(g.gut_half_life))
dissolved = m.state("dissolved", "umol", "free tryptophan swallowed", start=0, scale=r.diet * g.dissolved_half_life)
load = m.state("amino_acid_load", "1", "amino acids in the gut; 1 is a drink of 100 g", start=load_rest)
amino_acids = m.state("amino_acids", "1", "amino acids just absorbed, of 100 g", start=amino_acids_rest)
m.rate(load, g.dietary_load * meal - emptying * load)
m.rate(amino_acids, emptying * load - clearance * amino_acids)

# Plasma, as an amount spread over its volume of distribution; a share of plasma water is lost in effort
plasma = m.state(
    "plasma", "umol/L", "tryptophan in plasma, by amount", volume=r.volume, start=r.plasma_rest, scale=r.plasma_rest
)
total = m.observe(
    "total", plasma * (1 + e.plasma_volume_loss * effort), "umol/L", "total tryptophan in plasma, as measured"
)

# Fatty acids
n = m.parameters(
    nefa_half_life="h", lipolysis_gain="1", nefa_threshold="1", lipolysis_half_life="h", nefa_use="1", nefa_switch="1"
)
lipolysis = m.state("lipolysis", "1", "release of fatty acids over rest, by effort", start=0, scale=1)
nefa = m.state("nefa", "mmol/L", "non-esterified fatty acids in plasma", start=r.nefa_rest)
called = n.lipolysis_gain * positive(intensity - n.nefa_threshold) * aerobic
m.rate(lipolysis, half_life(n.lipolysis_half_life) * (called - lipolysis))
m.rate(nefa, half_life(n.nefa_half_life) * (r.nefa_rest * (1 + lipolysis) - nefa * (1 + n.nefa_use * exertion)))

# Binding to albumin, exact for one site; fatty acids raise the dissociation constant
a = m.parameters(albumin="umol/L", kd="umol/L", kd_nefa="mmol/L", bound_available="1", free_only="1")
share_available = a.bound_available * (1 - a.free_only)


def unbound(concentration: Expression, fatty_acids: Expression) -> Expression:
    """What is not on albumin, of a total concentration."""
    kd = a.kd * (1 + fatty_acids / a.kd_nefa)
    excess = a.albumin + kd - concentration
    free_part: Expression = 2 * kd * concentration / (excess + sqrt(excess**2 + 4 * kd * concentration))
    return free_part


def reachable(concentration: Expression, free_part: Expression) -> Expression:
    """What carriers and the liver can take: free, and some of what is bound."""
    within_reach: Expression = free_part + share_available * (concentration - free_part)
    return within_reach


free = m.observe(
    "free", unbound(total, r.nefa_rest + n.nefa_switch * (nefa - r.nefa_rest)), "umol/L", "free tryptophan in plasma"
)
available = m.observe("available", reachable(total, free), "umol/L", "tryptophan available to carriers and liver")
free_rest = m.relation("free_rest", unbound(r.plasma_rest, r.nefa_rest), "umol/L", "free tryptophan in health")
available_rest = m.relation("available_rest", reachable(r.plasma_rest, free_rest), "umol/L", "available in health")

# The other amino acids that LAT1 carries: branched-chain ones as they are, the rest relative to health
c = m.parameters(
    leucine="umol/L", isoleucine="umol/L", valine="umol/L", phenylalanine="umol/L", tyrosine="umol/L",
    methionine="umol/L", histidine="umol/L", threonine="umol/L", glutamine="umol/L",
)  # fmt: skip
k = m.parameters(
    km_leucine="umol/L", km_isoleucine="umol/L", km_valine="umol/L", km_phenylalanine="umol/L", km_tyrosine="umol/L",
    km_methionine="umol/L", km_histidine="umol/L", km_threonine="umol/L", km_glutamine="umol/L",
    km_tryptophan="umol/L", km_kynurenine="umol/L",
)  # fmt: skip
q = m.parameters(competitor_half_life="h", competitor_gain="1", lnaa_switch="1")

turnover = half_life(q.competitor_half_life)
supply = m.relation(
    "supply",
    (1 + q.competitor_gain * amino_acids) / (1 + q.competitor_gain * amino_acids_rest),
    "1",
    "what meals do to the supply of amino acids, mean = 1",
)
bcaa = m.state("bcaa", "umol/L", "branched-chain amino acids in plasma", volume=r.volume, start=r.bcaa_rest)
m.flux("bcaa_appearance", r.volume * turnover * r.bcaa_rest * supply, to=bcaa,
       description="branched-chain amino acids from food and protein")  # fmt: skip
m.flux("bcaa_disposal", r.volume * turnover * bcaa, frm=bcaa, description="branched-chain amino acids used")
competitors = m.state("competitors", "1", "other large neutral amino acids in plasma, healthy = 1", start=1)
m.rate(competitors, turnover * (supply / (1 + e.competitor_use * effort) - competitors))

branched_rest = c.leucine / k.km_leucine + c.isoleucine / k.km_isoleucine + c.valine / k.km_valine
others_rest = (
    c.phenylalanine / k.km_phenylalanine
    + c.tyrosine / k.km_tyrosine
    + c.methionine / k.km_methionine
    + c.histidine / k.km_histidine
    + c.threonine / k.km_threonine
    + c.glutamine / k.km_glutamine
)
rivals = m.relation(
    "rivals", branched_rest * bcaa / r.bcaa_rest + others_rest * competitors, "1", "amino acids over their km, summed"
)
rivals_rest = m.relation("rivals_rest", branched_rest + others_rest, "1", "the same in health")

# Protein and what leaves by other routes; amino acids just absorbed speed synthesis and halve breakdown at most
p = m.parameters(
    protein_turnover="umol/h", synthesis_half="umol/L", synthesis_gain="1", breakdown_restraint="1", fed_half="1",
    exchange_threshold="1", exchange_uptake="L/h", exchange_return="1/h",
)  # fmt: skip
fed, fed_rest = hill(amino_acids, p.fed_half, 2), hill(amino_acids_rest, p.fed_half, 2)
building = m.relation(
    "building", (1 + p.synthesis_gain * fed) / (1 + p.synthesis_gain * fed_rest), "1", "what meals do to synthesis"
)
breaking = m.relation(
    "breaking",
    (1 - p.breakdown_restraint * fed) / (1 - p.breakdown_restraint * fed_rest),
    "1",
    "what meals do to breakdown",
)
synthesis_limit = p.protein_turnover * (p.synthesis_half + r.plasma_rest) / r.plasma_rest

m.flux("intake", intake * r.diet * meal, to=gut, description="tryptophan eaten")
m.flux("absorption", emptying * gut, frm=gut, to=plasma, description="tryptophan absorbed with a meal")
m.flux("quick_absorption", half_life(g.dissolved_half_life) * dissolved, frm=dissolved, to=plasma,
       description="free tryptophan absorbed")  # fmt: skip
m.flux("protein_breakdown", p.protein_turnover * breaking * (1 + e.breakdown_in_effort * effort), to=plasma,
       description="tryptophan from body protein")  # fmt: skip
m.flux(
    "protein_synthesis",
    michaelis_menten(synthesis_limit, plasma, p.synthesis_half) * building / (1 + e.synthesis_in_effort * effort),
    frm=plasma,
    description="tryptophan into body protein",
)

# An effort near exhaustion moves tryptophan into working tissue for minutes
exchange = m.state(
    "exchange", "umol", "tryptophan moved into tissue by an all-out effort", start=0, scale=r.volume * r.plasma_rest
)
m.flux("tissue_uptake", p.exchange_uptake * positive(intensity - p.exchange_threshold) * plasma,
       frm=plasma, to=exchange, description="tryptophan moved into tissue by an all-out effort")  # fmt: skip
m.flux("tissue_return", p.exchange_return * exchange, frm=exchange, to=plasma, description="the same, given back")

# Brain: in by LAT1 against its rivals, out in proportion, a little used for serotonin and kynurenine there
b = m.parameters(brain_volume="L", brain_efflux_rate="1/h")
kynurenine_rest = m.input(
    "kynurenine_rest", "umol/L", "kynurenine in health", of="kynurenine.kyn_rest",
    stands_in=m.parameter("kynurenine_alone", "umol/L"),
)  # fmt: skip
kynurenine = m.input(
    "plasma_kynurenine", "umol/L", "kynurenine in plasma", of="kynurenine.kyn", stands_in=kynurenine_rest
)
degradation_rest = m.input(
    "degradation_rest", "umol/h", "tryptophan degraded in health", of="kynurenine.degradation_rest", stands_in=0
)
brain_kynurenine_rest = m.input(
    "brain_kynurenine_rest", "umol/h", "kynurenine made in brain in health", of="kynurenine.local_rest", stands_in=0
)
serotonin_rest = m.input(
    "serotonin_rest", "umol/h", "serotonin made in health", of="serotonin.synthesis_rest", stands_in=0
)

brain = m.state("brain", "umol/L", "tryptophan in brain", volume=b.brain_volume, start=r.brain_rest)
used_in_brain = serotonin_rest + brain_kynurenine_rest
influx_rest = b.brain_efflux_rate * b.brain_volume * r.brain_rest + used_in_brain

occupied = m.relation(
    "occupied",
    1
    + rivals_rest
    + q.lnaa_switch * (rivals - rivals_rest)
    + available / k.km_tryptophan
    + kynurenine / k.km_kynurenine,
    "1",
    "how far LAT1 is filled",
)
occupied_rest = m.relation(
    "occupied_rest",
    1 + rivals_rest + available_rest / k.km_tryptophan + kynurenine_rest / k.km_kynurenine,
    "1",
    "the same in health",
)
uptake = m.observe(
    "kynurenine_uptake",
    occupied_rest / occupied,
    "1",
    "kynurenine carried into brain per plasma kynurenine, healthy = 1",
)
m.flux("brain_influx", influx_rest * uptake * available / available_rest, frm=plasma, to=brain, source="smith1987",
       description="tryptophan carried into brain by LAT1")  # fmt: skip
m.flux("brain_efflux", b.brain_efflux_rate * b.brain_volume * brain, frm=brain, to=plasma,
       description="tryptophan carried out of brain")  # fmt: skip

other_rest = r.diet - degradation_rest - used_in_brain
m.flux("other_losses", other_rest * plasma / r.plasma_rest, frm=plasma,
       description="tryptophan lost by other routes: gut serotonin, indoles, protein loss")  # fmt: skip

module = m
