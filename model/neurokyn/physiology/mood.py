"""Mood: from structure, serotonin, cortisol and behaviour to two rating scales.

A latent severity, in log odds of the Hamilton scale, moves over days towards what the brain's
structure, cortisol, NMDA balance, behaviour, the person's own vulnerability and expectancy
call for. Serotonin also acts at once, by a change of emotional processing (the fast path), and
interleukin-6 in the brain brings sickness within hours. The scale is logistic, so the same
push moves a severe case by more points than a mild one, and a healthy person hardly at all.

Treatment that keeps a vulnerable person well builds reliance: if serotonin then falls below
its recent level within a day, symptoms return in hours and leave with it. That acute term is
apart from the benefit, in points, and outside the logistic scale. Two gates that could be
switches are smooth: reliance builds where the score is below 12, with the steep Hill function
1/(1 + (score/12)^12), and the serotonin signal rises as a Hill function from its healthy level.

Expectancy, natural course and noise are inputs, zero unless a schedule sets them; they are
never biology. Papers: Taylor 2006 (time course), Jakobsen 2017 (size of the drug effect),
Cooney 2013 (exercise), Delgado 1990 (depletion), Engler 2017 (endotoxin), Zimmerman 2004.
"""

from neurokyn.language import Module, hill, log, logistic, logit, positive, relax, where

m = Module(
    "mood",
    "Depression, anxiety and motivation",
    sources=("taylor2006", "jakobsen2017", "cooney2013", "delgado1990", "engler2017", "zimmerman2004"),
)

# What acts on mood
length = m.input("length", "1", "dendritic length, healthy = 1", of="dendrites.length", stands_in=1)
spines = m.input("spines", "1", "spine density, healthy = 1", of="dendrites.spines", stands_in=1)
new_neurons = m.input(
    "new_neurons", "1", "new neurons in the circuit, healthy = 1", of="dendrites.new_neurons", stands_in=1
)
serotonin = m.input(
    "serotonin", "1", "extracellular serotonin, healthy = 1", of="serotonin.extracellular_relative", stands_in=1
)
cortisol_slow = m.input(
    "cortisol_slow", "1", "two-day mean of cortisol, healthy = 1", of="stress.cortisol_slow", stands_in=1
)
nmda_balance = m.input(
    "nmda_balance", "1", "QUIN against KYNA in brain, healthy = 1", of="kynurenine.nmda_balance", stands_in=1
)
il6_relative = m.input(
    "il6_relative", "1", "interleukin-6 in blood, healthy = 1", of="inflammation.il6_relative", stands_in=1
)
fatigue = m.input("fatigue", "1", "fatigue from training", of="exercise.fatigue", stands_in=0)
fitness = m.input("fitness", "1", "gain in VO2max, as a share", of="exercise.fitness", stands_in=0)

# What a schedule may set, and biology may not
expectancy_level = m.drive("expectancy_level", "1", "contact and belief in treatment; pill placebo = 1")
contact = m.drive("contact", "1", "exercise in a group, 1 while it lasts")
natural_course = m.drive("natural_course", "1", "1 lets the episode fade by itself")
episode_end = m.drive("episode_end", "1", "1 from the day the episode ends by itself")
fluctuation = m.drive("fluctuation", "1", "weeks-scale ups and downs, log odds")
day_state = m.drive("day_state", "1", "good and bad days, log odds")

scale = m.parameters(healthy_score="1", scale_maximum="1", vulnerability="1", severity_time="h")
weight = m.parameters(
    weight_length="1",
    weight_spines="1",
    weight_new_neurons="1",
    weight_cortisol="1",
    weight_nmda="1",
    weight_inflammation="1",
    weight_fast="1",
    weight_activation="1",
    weight_contact="1",
)
healthy = logit(scale.healthy_score / scale.scale_maximum)

# Serotonin: a signal that is zero at and below the healthy level
s = m.parameters(signal_half="1", signal_exponent="1", calm_time="h")
signal = m.relation(
    "serotonin_signal",
    hill(serotonin - 1, s.signal_half, s.signal_exponent),
    "1",
    "what raised serotonin does to emotional processing, 0 to 1",
)
calm = m.state("calm", "1", "slow effect of serotonin on anxiety", start=0, scale=1)
m.rate(calm, relax(signal, calm, s.calm_time))

# Behaviour: every attended session counts one
b = m.parameters(activation_time="h", activation_reference="1")
activation = m.state("activation", "1", "recent sessions", start=0, scale=b.activation_reference)
m.rate(activation, -activation / b.activation_time)
activated = activation / b.activation_reference

# Expectancy and natural course
e = m.parameters(expectancy_maximum="1", expectancy_time="h", recovery_rate="1/week", episode_end_rate="1/week")
expectancy = m.state("expectancy", "1", "effect of expectancy, log odds", start=0, scale=e.expectancy_maximum)
episode = m.state("episode", "1", "how far the episode still lasts", start=1)
slower = where(expectancy_level > 0, 1, 2)  # what care built up fades at half the speed
m.rate(expectancy, relax(e.expectancy_maximum * expectancy_level, expectancy, e.expectancy_time * slower))
fading = natural_course * e.recovery_rate + episode_end * e.episode_end_rate
m.rate(
    episode,
    (1 - natural_course) * (1 - episode_end) * e.episode_end_rate * (1 - episode) - fading * episode,
)

# Latent severity
wanted = m.relation(
    "wanted",
    healthy
    + scale.vulnerability * episode
    + weight.weight_length * (1 - length)
    + weight.weight_spines * (1 - spines)
    + weight.weight_new_neurons * (1 - new_neurons)
    + weight.weight_cortisol * (cortisol_slow - 1)
    + weight.weight_nmda * (nmda_balance - 1)
    + fluctuation
    - weight.weight_activation * activated
    - weight.weight_contact * contact
    - expectancy,
    "1",
    "severity the present state calls for, log odds",
)
severity = m.state(
    "severity", "1", "slow symptom severity, log odds of the scale", start=healthy + scale.vulnerability, scale=1
)
m.rate(severity, relax(wanted, severity, scale.severity_time))

# Interleukin-6 in the brain: sickness, within hours
i = m.parameters(il6_brain_time="h")
il6_brain = m.state("il6_brain", "1", "interleukin-6 that the brain sees, healthy = 1", start=1)
m.rate(il6_brain, relax(il6_relative, il6_brain, i.il6_brain_time))

latent = m.relation(
    "latent",
    severity - weight.weight_fast * signal + weight.weight_inflammation * log(il6_brain) + day_state,
    "1",
    "severity with the fast paths, log odds",
)
underlying = m.relation(
    "underlying", scale.scale_maximum * logistic(latent), "1", "Hamilton depression score without the acute term"
)

# Reliance: what a sudden loss of serotonin does to a vulnerable person who is well
r = m.parameters(
    withdrawal_vulnerability="1",
    well_score="1",
    well_exponent="1",
    remission_exponent="1",
    reliance_time="h",
    set_point_time="h",
    fall_half="1",
    fall_exponent="1",
    withdrawal_points="1",
    depletion_points="1",
    acute_time="h",
)
reliance = m.state("reliance", "1", "reliance on raised serotonin", start=0, scale=1)
set_point = m.state("set_point", "1", "serotonin of the last day, healthy = 1", start=1)
acute = m.state("acute", "1", "acute return of symptoms, points", start=0, scale=1)

building = m.relation("building", 1 - hill(underlying, r.well_score, r.well_exponent), "1", "well enough to rely")
remitted = m.relation("remitted", 1 - hill(underlying, r.well_score, r.remission_exponent), "1", "gate of remission")
fall = m.relation("fall", (set_point - serotonin) / set_point, "1", "fall of serotonin below its recent level")
m.rate(reliance, relax(signal * building, reliance, r.reliance_time))
m.rate(set_point, relax(serotonin, set_point, r.set_point_time))
called = (
    r.withdrawal_vulnerability
    * remitted
    * (
        r.withdrawal_points * reliance * hill(fall, r.fall_half, r.fall_exponent)
        + r.depletion_points * positive(1 - serotonin)
    )
)
m.rate(acute, relax(called, acute, r.acute_time))

depression = m.observe("depression", underlying + acute, "1", "depression, HAM-D17 points")

# Anxiety shares the latent severity, and serotonin calms it beyond that
a = m.parameters(anxiety_maximum="1", anxiety_offset="1", anxiety_reference="1", anxiety_loading="1", weight_calm="1")
m.observe(
    "anxiety",
    a.anxiety_maximum
    * logistic(
        a.anxiety_offset + a.anxiety_loading * (latent - a.anxiety_reference) - a.weight_calm * (signal + calm) / 2
    ),
    "1",
    "anxiety, HAM-A points",
)

# Motivation falls with symptoms and fatigue and rises with what was done
d = m.parameters(
    healthy_motivation="1",
    motivation_time="h",
    symptom_barrier="1",
    fatigue_barrier="1",
    activation_lift="1",
    fitness_lift="1",
    contact_lift="1",
)
drive = m.relation(
    "drive",
    logit(d.healthy_motivation)
    - d.symptom_barrier * (depression - scale.healthy_score)
    - d.fatigue_barrier * fatigue
    + d.activation_lift * activated
    + d.fitness_lift * fitness
    + d.contact_lift * contact,
    "1",
    "what moves a person to act, log odds",
)
motivation = m.state("motivation", "1", "propensity to act, 0 to 1", start=d.healthy_motivation)
m.rate(motivation, relax(logistic(drive), motivation, d.motivation_time))

module = m
