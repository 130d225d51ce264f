"""Exercise: what a bout asks of the body, and what weeks of them leave behind.

A schedule sets the effort of a bout as a share of VO2max and the weights of its mode. Fitness
follows the aerobic load of the last days, with saturation, within weeks (Hickson 1981); fatigue comes and goes
faster (Banister's two components); strength follows resistance load. Weight, waist, resting heart
rate and blood pressure follow slowly.
"""

from neurokyn.language import Module, half_life, maximum, positive, relax, saturating, where

m = Module("exercise", "Exercise and training", sources=("hickson1981", "banister1991", "ainsworth2011"))

sert_occupancy = m.input(
    "sert_occupancy", "1", "serotonin transporter occupancy", of="ssri.sert_occupancy", stands_in=0
)
intensity = m.drive("intensity", "1", "effort, share of VO2max; 0 at rest")
aerobic = m.drive("aerobic", "1", "aerobic weight of the mode, during a bout")
resistance = m.drive("resistance", "1", "resistance weight of the mode, during a bout")
muscle_mass = m.drive("muscle_mass", "1", "working muscle of the mode, running = 1, during a bout")
bout_start = m.drive("bout_start", "h", "when the present bout began, since t = 0")

m.observe("elapsed", where(intensity > 0, m.time - bout_start, 0), "h", "time since the bout began; 0 at rest")

# The bout
b = m.parameters(half_life_exertion="h")
exertion = m.state("exertion", "1", "recent aerobic effort, share of VO2max", start=0, scale=1)
m.rate(exertion, half_life(b.half_life_exertion) * (intensity * aerobic - exertion))

# Training
f = m.parameters(load_time="day", load_half="1", fitness_limit="1", fitness_time="day", usual_intensity="1")
load = m.state("training_load", "1", "recent aerobic load, as a share of always training", start=0, scale=f.load_half)
fitness = m.state("fitness", "1", "gain in VO2max, as a share", start=0, scale=f.fitness_limit)
hard = intensity**2 / f.usual_intensity  # minutes count more the harder they are
m.rate(load, relax(hard * aerobic, load, f.load_time))
m.rate(fitness, relax(f.fitness_limit * saturating(load, f.load_half), fitness, f.fitness_time))

t = m.parameters(fatigue_gain="1/h", fatigue_time="day", strength_gain="1/h", strength_limit="1", strength_time="day")
fatigue = m.state("fatigue", "1", "fatigue; about 1 with three runs a week", start=0, scale=1)
m.rate(fatigue, t.fatigue_gain * intensity - fatigue / t.fatigue_time)
strength = m.state("strength", "1", "gain in strength, as a share", start=0, scale=t.strength_limit)
m.rate(
    strength,
    t.strength_gain * intensity * resistance * (1 - strength / t.strength_limit) - strength / t.strength_time,
)

# Capacity and cost
c = m.parameters(
    vo2max_untrained="mL/kg/min",
    met="mL/kg/min",
    cost_per_met="kcal/kg/h",
    energy_time="day",
    energy_usual="kcal/kg/week",
)
vo2max = m.observe("vo2max", c.vo2max_untrained * (1 + fitness), "mL/kg/min", "maximal oxygen uptake")
mets = m.observe("mets", maximum(1, intensity * vo2max / c.met), "1", "metabolic equivalents")
energy = m.state("energy", "kcal/kg/week", "energy spent on exercise, two-week mean", start=0, scale=c.energy_usual)
m.rate(energy, relax((mets - 1) * c.cost_per_met, energy, c.energy_time))

# Slow read-outs
s = m.parameters(
    weight_rest="kg",
    weight_loss="1",
    weight_gain_ssri="1",
    weight_time="day",
    waist_rest="cm",
    waist_per_weight="cm/kg",
    heart_rate_rest="1/min",
    heart_rate_gain="1/min",
    systolic_rest="mmHg",
    diastolic_rest="mmHg",
    systolic_gain="mmHg",
    diastolic_gain="mmHg",
    systolic_per_weight="mmHg/kg",
    diastolic_per_weight="mmHg/kg",
)
weight = m.state("weight", "kg", "body weight", start=s.weight_rest)
settles = s.weight_rest * (1 - s.weight_loss * energy / c.energy_usual + s.weight_gain_ssri * sert_occupancy)
m.rate(weight, relax(settles, weight, s.weight_time))
heavier = weight - s.weight_rest
trained = positive(fitness) / f.fitness_limit
m.observe("waist", s.waist_rest + s.waist_per_weight * heavier, "cm", "waist")
m.observe("resting_heart_rate", s.heart_rate_rest - s.heart_rate_gain * trained, "1/min", "heart rate at rest")
m.observe(
    "systolic",
    s.systolic_rest - s.systolic_gain * trained + s.systolic_per_weight * heavier,
    "mmHg",
    "systolic blood pressure at rest",
)
m.observe(
    "diastolic",
    s.diastolic_rest - s.diastolic_gain * trained + s.diastolic_per_weight * heavier,
    "mmHg",
    "diastolic blood pressure at rest",
)

module = m
