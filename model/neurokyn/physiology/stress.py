"""Stress: the hypothalamic-pituitary-adrenal axis with glands that grow and shrink.

CRH drives ACTH, ACTH drives cortisol, and cortisol restrains both through glucocorticoid
receptors. The glands are trained by the hormone that drives them, over weeks, so ACTH always
returns to normal and cortisol alone carries a lasting stress; after it ends the axis takes weeks
to settle (Karin 2020, Milo 2025). Exercise bouts raise cortisol for an hour or two but do not
train the glands: these follow a copy of the axis that no bout disturbs.

All hormones are relative to their healthy daily mean.
"""

from neurokyn.language import Expression, Module, cos, half_life, hill, positive, relax

m = Module("stress", "Stress and the HPA axis", sources=("milo2025", "karin2020", "hill2008"))

il6_relative = m.input("il6_relative", "1", "interleukin-6, healthy = 1", of="inflammation.il6_relative", stands_in=1)
immune_drive = m.input("immune_drive", "1", "inflammatory drive, healthy = 1", of="inflammation.drive", stands_in=1)
intensity = m.input("intensity", "1", "effort of a bout, share of VO2max", of="exercise.intensity", stands_in=0)
exertion = m.input("exertion", "1", "recent effort, share of VO2max", of="exercise.exertion", stands_in=0)
level = m.drive("level", "1", "stress set by the schedule")
dexamethasone = m.drive("dexamethasone", "1", "glucocorticoid given, in units of healthy cortisol")

p = m.parameters(
    chronic_load="1",
    interleukin_gain="1",
    bout_gain="1",
    bout_threshold="1",
    circadian_amplitude="1",
    circadian_offset="1",
    circadian_peak="h",
    day="h",
    two_pi="1",
)
load = m.observe("load", p.chronic_load + level, "1", "stress, chronic and scheduled; healthy = 0")
wave = p.circadian_amplitude * cos(p.two_pi * (m.time_of_day - p.circadian_peak) / p.day)
circadian = 1 + m.rhythm(wave + p.circadian_offset)
calm_drive = m.relation(
    "calm_drive",
    circadian * (1 + load + p.interleukin_gain * (immune_drive - 1)),
    "1",
    "what drives CRH but for bouts and the interleukin-6 of working muscle",
)
drive = m.relation(
    "drive",
    circadian
    * (1 + load + p.interleukin_gain * (il6_relative - 1) + p.bout_gain * positive(intensity - p.bout_threshold)),
    "1",
    "what drives CRH",
)

# Receptors
g = m.parameters(receptor_half="1", receptor_exponent="1")
at_rest = 1 - hill(1, g.receptor_half, g.receptor_exponent)


def restraint(name: str, cortisol: Expression) -> Expression:
    """What glucocorticoid receptors let through, 1 at healthy cortisol."""
    let_through = (1 - hill(cortisol + dexamethasone, g.receptor_half, g.receptor_exponent)) / at_rest
    return m.relation(name, let_through, "1", "what glucocorticoid receptors let through")


# The axis, minutes to hours; once as it is, once without bouts
h = m.parameters(half_life_crh="min", half_life_acth="min", half_life_cortisol="min")
crh = m.state("crh", "1", "CRH", start=1)
acth = m.state("acth", "1", "ACTH", start=1)
axis = m.state("axis", "1", "cortisol, healthy daily mean = 1", start=1)
crh_calm = m.state("crh_calm", "1", "CRH without bouts", start=1)
acth_calm = m.state("acth_calm", "1", "ACTH without bouts", start=1)
axis_calm = m.state("axis_calm", "1", "cortisol without bouts", start=1)
pituitary = m.state("pituitary", "1", "functional mass of the pituitary corticotrophs", start=1)
adrenal = m.state("adrenal", "1", "functional mass of the adrenal cortex", start=1)

as_it_is = (drive, restraint("restraint", axis), crh, acth, axis)
without_bouts = (calm_drive, restraint("calm_restraint", axis_calm), crh_calm, acth_calm, axis_calm)
for push, restrained, first, second, third in (as_it_is, without_bouts):
    m.rate(first, half_life(h.half_life_crh) * (push * restrained / third - first))
    m.rate(second, half_life(h.half_life_acth) * (first * pituitary * restrained - second))
    m.rate(third, half_life(h.half_life_cortisol) * (second * adrenal - third))

# The glands, weeks
w = m.parameters(half_life_pituitary="day", half_life_adrenal="day")
m.rate(pituitary, half_life(w.half_life_pituitary) * pituitary * (crh_calm - 1))
m.rate(adrenal, half_life(w.half_life_adrenal) * adrenal * (acth_calm - 1))

# What tissues feel
t = m.parameters(slow_time="h", damage_half="1", damage_exponent="1", cortisol_mean="nmol/L", plasma_loss="1")
cortisol_slow = m.state("cortisol_slow", "1", "two-day mean of glucocorticoid without bouts, healthy = 1", start=1)
m.rate(cortisol_slow, relax(axis_calm + dexamethasone, cortisol_slow, t.slow_time))
m.observe(
    "damage",
    hill(cortisol_slow - 1, t.damage_half, t.damage_exponent),
    "1",
    "share of low-affinity receptors that lasting excess cortisol engages; healthy = 0",
)
m.observe("cortisol", t.cortisol_mean * axis * (1 + t.plasma_loss * exertion), "nmol/L", "plasma cortisol as measured")

module = m
