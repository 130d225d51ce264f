"""SSRIs: from a swallowed dose to occupied serotonin transporters.

Each drug is absorbed from the gut into one compartment and eliminated by the liver, in part by the
polymorphic enzymes CYP2C19 and CYP2D6. Paroxetine destroys the CYP2D6 that clears it (mechanism-based
inactivation), so its clearance falls with its concentration; fluoxetine and its active metabolite
norfluoxetine inhibit the same enzyme, and so their own clearance and that of whatever is taken beside
them. Clearances and volumes are apparent oral ones (CL/F, V/F). Drugs compete for the transporter by concentration over
EC50 (Meyer 2004, Sørensen 2022).

A new drug is a name in DRUGS and its rows in `params/ssri.toml`.
"""

from neurokyn.language import Module, relax, total

DRUGS = ("escitalopram", "citalopram", "sertraline", "paroxetine", "fluoxetine")

m = Module("ssri", "SSRIs", sources=("sogaard2005", "meyer2004", "sorensen2022"))

p = m.parameters(
    cyp2c19_activity="1",
    cyp2d6_activity="1",
    cyp2d6_turnover="1/h",
    paroxetine_inactivation="1/h",
    paroxetine_inactivation_half="ug/L",
    fluoxetine_inhibition="ug/L",
)
cyp2d6 = m.state("cyp2d6", "1", "CYP2D6 that is not inactivated, as a share", start=1)

amounts, concentrations = {}, {}
for drug in DRUGS:
    volume = m.parameter(f"{drug}_volume", "L")
    usual = m.parameter(f"{drug}_usual_dose", "mg")
    gut = m.state(f"{drug}_gut", "mg", f"{drug} in the gut", start=0, scale=usual)
    central = m.state(f"{drug}_central", "mg", f"{drug} in the body", start=0, scale=usual)
    amounts[drug] = central
    concentrations[drug] = m.observe(drug, central / volume, "ug/L", f"{drug} in plasma")
    m.flux(f"{drug}_absorption", m.parameter(f"{drug}_absorption_rate", "1/h") * gut, frm=gut, to=central,
           description=f"{drug} absorbed")  # fmt: skip

# Norfluoxetine stays for weeks and acts like its parent
n = m.parameters(
    norfluoxetine_volume="L", norfluoxetine_clearance="L/h", norfluoxetine_share="1", norfluoxetine_mass_ratio="1"
)
norfluoxetine_amount = m.state(
    "norfluoxetine_central",
    "mg",
    "norfluoxetine in the body",
    start=0,
    scale=m.parameter("norfluoxetine_usual_amount", "mg"),
)
norfluoxetine = m.observe(
    "metabolite", norfluoxetine_amount / n.norfluoxetine_volume, "ug/L", "norfluoxetine in plasma"
)
m.flux("norfluoxetine_elimination", n.norfluoxetine_clearance * norfluoxetine, frm=norfluoxetine_amount,
       description="norfluoxetine eliminated")  # fmt: skip

# Elimination: a part by each polymorphic enzyme, the rest by others
working_2d6 = p.cyp2d6_activity / (1 + (concentrations["fluoxetine"] + norfluoxetine) / p.fluoxetine_inhibition)
for drug in DRUGS:
    by_2c19 = m.parameter(f"{drug}_share_2c19", "1")
    by_2d6 = m.parameter(f"{drug}_share_2d6", "1")
    capacity = 1 - by_2c19 - by_2d6 + by_2c19 * p.cyp2c19_activity + by_2d6 * working_2d6 * cyp2d6
    cleared = m.parameter(f"{drug}_clearance", "L/h") * capacity * concentrations[drug]
    if drug == "fluoxetine":
        m.flux("norfluoxetine_formation", n.norfluoxetine_share * cleared, frm=amounts[drug], to=norfluoxetine_amount,
               yields=n.norfluoxetine_mass_ratio, description="fluoxetine turned into norfluoxetine")  # fmt: skip
        m.flux("fluoxetine_elimination", (1 - n.norfluoxetine_share) * cleared, frm=amounts[drug],
               description="fluoxetine eliminated otherwise")  # fmt: skip
    else:
        m.flux(f"{drug}_elimination", cleared, frm=amounts[drug], description=f"{drug} eliminated")

paroxetine = concentrations["paroxetine"]
inactivated = p.paroxetine_inactivation * paroxetine / (p.paroxetine_inactivation_half + paroxetine) * cyp2d6
m.rate(cyp2d6, p.cyp2d6_turnover * (1 - cyp2d6) - inactivated)

# What others see: all parents together, bound and unbound
unbound = [
    m.parameter(f"{drug}_unbound", "1") * concentrations[drug] / m.parameter(f"{drug}_molar_mass", "g/mol")
    for drug in DRUGS
]
m.observe("concentration", total(concentrations.values()), "ug/L", "SSRI in plasma, all parents")
m.observe("free_concentration", total(unbound), "umol/L", "SSRI in plasma, unbound")

# Occupancy: all compete for one transporter
ligands = {**concentrations, "norfluoxetine": norfluoxetine}
reach = {name: level / m.parameter(f"{name}_half_occupancy", "ug/L") for name, level in ligands.items()}
filled = total(m.parameter(f"{name}_full_occupancy", "1") * reach[name] for name in ligands)
at_once = m.relation(
    "occupancy_at_once", filled / (1 + total(reach.values())), "1", "occupancy by the plasma concentration"
)

# Optionally the brain lags behind the plasma
e = m.parameters(effect_delay="1", effect_time="h")
delayed = m.state("occupancy_delayed", "1", "occupancy with an effect-site delay", start=0, scale=1)
m.rate(delayed, relax(at_once, delayed, e.effect_time))
by_drugs = (1 - e.effect_delay) * at_once + e.effect_delay * delayed

# An experiment may hold transporters by other means: an infusion at a known level, a knock-out
held = m.drive("held_occupancy", "1", "share of transporters held by an experiment, beside all drugs")
m.observe("sert_occupancy", 1 - (1 - by_drugs) * (1 - held), "1", "serotonin transporter occupancy")

module = m
