"""Tryptophan: eaten, bound, built into protein, and carried into the brain in competition.

Plasma tryptophan is fed by the gut and by the breakdown of body protein and drained by protein
synthesis and by the liver. Most of it is bound to albumin; fatty acids displace it, so exercise frees
it. At the blood-brain barrier it shares one carrier, LAT1, with the other large neutral amino acids
and with kynurenine (Smith 1987, Fukui 1991). How far bound tryptophan is available to that
carrier is disputed; `bound_availability` says it (Pardridge 1998: most of it; Badawy: none).

A drink of amino acids without tryptophan starts protein synthesis and so empties the plasma.
During a bout protein breakdown exceeds synthesis, gut and liver receive less blood, and plasma
loses water. All healthy flows balance exactly.
"""

from neurokyn.language import Module, half_life, minimum, positive, relax

m = Module("tryptophan", "Tryptophan and its transport", sources=("smith1987", "fukui1991", "blomstrand1988"))

intensity = m.input("intensity", "1", "effort of a bout, share of VO2max", of="exercise.intensity", stands_in=0)
aerobic = m.input("aerobic", "1", "aerobic weight of the bout", of="exercise.aerobic", stands_in=0)
elapsed = m.input("elapsed", "h", "time since the bout began", of="exercise.elapsed", stands_in=0)
exertion = m.input("exertion", "1", "recent effort, share of VO2max", of="exercise.exertion", stands_in=0)
rest = m.parameters(
    plasma_rest="umol/L",
    brain_rest="umol/L",
    nefa_rest="mmol/L",
    kynurenine_rest="nmol/L",
)
kynurenine = m.input(
    "plasma_kynurenine", "nmol/L", "kynurenine in plasma", of="kynurenine.kyn", stands_in=rest.kynurenine_rest
)
degraded_rest = m.input(
    "degraded_rest", "umol/h", "healthy degradation by TDO and IDO", of="kynurenine.degraded_rest", stands_in=0
)
serotonin_rest = m.input(
    "serotonin_rest", "umol/h", "healthy synthesis of serotonin", of="serotonin.synthesis_rest", stands_in=0
)
local_rest = m.input(
    "local_rest", "umol/h", "healthy local formation of kynurenine in brain", of="kynurenine.local_rest", stands_in=0
)
meal = m.drive("meal", "1", "intake, relative to its 24-h mean", rest=1)

# Places and pools
v = m.parameters(volume="L", brain_volume="L", bcaa_volume="L")
gut_rate = m.parameter("gut_rate", "1/h")
diet = m.parameter("diet", "umol/h")
gut = m.state("gut", "umol", "tryptophan in the gut", start=diet / gut_rate)
plasma = m.state("plasma", "umol/L", "total tryptophan in plasma", volume=v.volume, start=rest.plasma_rest)
brain = m.state("brain", "umol/L", "tryptophan in brain", volume=v.brain_volume, start=rest.brain_rest)

# What exercise does to flows, full at the usual effort
x = m.parameters(
    usual_effort="1", breakdown_gain="1", synthesis_loss="1", gut_loss="1", plasma_loss="1", hard_effort="1",
    exchange_clearance="L/h", exchange_return="1/h",
)  # fmt: skip
effort = minimum(exertion / x.usual_effort, 1)

# Gut
m.flux("intake", diet * meal, to=gut, description="dietary tryptophan")
m.flux("absorption", gut_rate * gut * (1 - x.gut_loss * effort), frm=gut, to=plasma)

# Protein turnover, and the drink of amino acids
p = m.parameters(turnover="umol/h", load_half_life="h", load_synthesis="1", load_breakdown="1")
load = m.state("amino_acid_load", "1", "amino acids of a drink without tryptophan, 100 g = 1", start=0, scale=1)
m.rate(load, -half_life(p.load_half_life) * load)
m.flux(
    "protein_breakdown",
    p.turnover * (1 - p.load_breakdown * minimum(load, 1)) * (1 + x.breakdown_gain * effort),
    to=plasma,
)
m.flux(
    "protein_synthesis",
    p.turnover
    * (2 * plasma / (rest.plasma_rest + plasma))
    * (1 + p.load_synthesis * load)
    * (1 - x.synthesis_loss * effort),
    frm=plasma,
)
other = (diet - degraded_rest - serotonin_rest - local_rest) / rest.plasma_rest
m.flux("other_loss", other * plasma, frm=plasma, description="gut serotonin, indoles, losses")

# Maximal efforts move tryptophan into tissues for minutes
exchange = m.state(
    "exchange", "umol", "tryptophan moved to tissues by maximal effort", start=0, scale=rest.plasma_rest * v.volume
)
m.flux("exchange_in", x.exchange_clearance * positive(intensity - x.hard_effort) * plasma, frm=plasma, to=exchange)
m.flux("exchange_out", x.exchange_return * exchange, frm=exchange, to=plasma)

# Fatty acids and albumin
f = m.parameters(
    nefa_gain="mmol/L", nefa_threshold="1", nefa_ramp="h", half_life_nefa="h", nefa_switch="1",
    albumin="umol/L", albumin_kd="umol/L", nefa_half="mmol/L", bound_availability="1",
)  # fmt: skip
nefa = m.state("nefa", "mmol/L", "non-esterified fatty acids", start=rest.nefa_rest)
mobilised = f.nefa_gain * positive(intensity - f.nefa_threshold) * aerobic * minimum(elapsed / f.nefa_ramp, 1)
m.rate(nefa, half_life(f.half_life_nefa) * (rest.nefa_rest + mobilised - nefa))


def unbound(fatty_acids):
    """Share of tryptophan not bound to albumin."""
    return 1 / (1 + f.albumin / (f.albumin_kd * (1 + fatty_acids / f.nefa_half)))


displacing = rest.nefa_rest + f.nefa_switch * (nefa - rest.nefa_rest)
free_share = unbound(displacing)
free_share_rest = unbound(rest.nefa_rest)
share = free_share + f.bound_availability * (1 - free_share)
share_rest = free_share_rest + f.bound_availability * (1 - free_share_rest)
available = m.observe("available", share * plasma, "umol/L", "tryptophan available to carriers and liver")
m.relation("available_rest", share_rest * rest.plasma_rest, "umol/L", "healthy available tryptophan")
m.relation("unbound", free_share * plasma, "umol/L", "unbound tryptophan in plasma")
m.relation("unbound_rest", free_share_rest * rest.plasma_rest, "umol/L", "healthy unbound tryptophan")
concentrated = 1 + x.plasma_loss * effort
m.observe("total", plasma * concentrated, "umol/L", "total tryptophan in plasma, as measured")
m.observe("free", free_share * plasma * concentrated, "umol/L", "unbound tryptophan in plasma, as measured")

# The competitors
BRANCHED, OTHER = ("leucine", "isoleucine", "valine"), (
    "phenylalanine", "tyrosine", "methionine", "histidine", "threonine", "glutamine",
)  # fmt: skip
concentration = {name: m.parameter(f"{name}_rest", "umol/L") for name in (*BRANCHED, *OTHER)}
affinity = {name: m.parameter(f"{name}_km", "umol/L") for name in (*BRANCHED, *OTHER)}
c = m.parameters(half_life_bcaa="h", half_life_other="h", load_bcaa="1", load_other="1", competitor_switch="1")
branched_rest = concentration["leucine"] + concentration["isoleucine"] + concentration["valine"]
bcaa = m.state("bcaa", "umol/L", "branched-chain amino acids in plasma", volume=v.bcaa_volume, start=branched_rest)
turnover = half_life(c.half_life_bcaa) * v.bcaa_volume
m.flux("bcaa_supply", turnover * branched_rest * (1 + c.load_bcaa * load), to=bcaa)
m.flux("bcaa_use", turnover * bcaa, frm=bcaa)
others = m.state("other_competitors", "1", "the other large neutral amino acids, healthy = 1", start=1)
m.rate(others, half_life(c.half_life_other) * (1 + c.load_other * load - others))


def occupied(names):
    """Σ C/Km of amino acids at rest."""
    total = concentration[names[0]] / affinity[names[0]]
    for name in names[1:]:
        total = total + concentration[name] / affinity[name]
    return total


# LAT1
t = m.parameters(tryptophan_km="umol/L", kynurenine_km="umol/L", efflux="1/h")
branched = 1 + c.competitor_switch * (bcaa / branched_rest - 1)
crowd = occupied(BRANCHED) * branched + occupied(OTHER) * (1 + c.competitor_switch * (others - 1))
crowd_rest = occupied(BRANCHED) + occupied(OTHER)
taken = 1 + crowd + available / t.tryptophan_km + kynurenine / t.kynurenine_km
taken_rest = 1 + crowd_rest + share_rest * rest.plasma_rest / t.tryptophan_km + rest.kynurenine_rest / t.kynurenine_km
m.observe("kynurenine_uptake", taken_rest / taken, "1", "LAT1 free for kynurenine, healthy = 1")
influx_rest = v.brain_volume * t.efflux * rest.brain_rest + serotonin_rest + local_rest
entering = (available / (share_rest * rest.plasma_rest)) * (taken_rest / taken)
m.flux("brain_influx", influx_rest * entering, frm=plasma, to=brain, source="smith1987")
m.flux("brain_efflux", v.brain_volume * t.efflux * brain, frm=brain, to=plasma)

module = m
