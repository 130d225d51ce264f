"""Behaviour: who comes to a session, who swallows a dose, who leaves.

The log odds of attending follow those of motivation, so symptoms and fatigue keep a person at home and success brings
them back. Leaving is a hazard that grows with symptoms (Stubbs 2016) and, on a drug, with side effects that are worst
before tolerance; here it only adds up. Chance is not in here: a trial draws, for every person and occasion, the number
that a probability is compared with, and the hazard at which the person leaves.

Everything is zero unless a trial sets the support of its setting; nothing here acts back on the body.
"""

from neurokyn.language import Module, exp, logistic, logit, relax

m = Module("behaviour", "Attendance, doses taken, staying in treatment", sources=("stubbs2016",))

p = m.parameters(
    propensity="1",
    frailty="1",
    reference_motivation="1",
    reference_score="1",
    motivation_weight="1",
    pill_share="1",
    severity_slope="1",
    propensity_slope="1",
    side_effect_slope="1",
    tolerance_share="1",
    tolerance_time="day",
)

motivation = m.input(
    "motivation", "1", "propensity to act, 0 to 1", of="mood.motivation", stands_in=p.reference_motivation
)
depression = m.input("depression", "1", "depression, HAM-D17 points", of="mood.depression", stands_in=p.reference_score)
sert_occupancy = m.input(
    "sert_occupancy", "1", "serotonin transporter occupancy", of="ssri.sert_occupancy", stands_in=0
)
session_support = m.drive("session_support", "1", "what a setting adds to the log odds of coming to a session")
dose_support = m.drive("dose_support", "1", "what a setting adds to the log odds of swallowing a dose")
leaving_exercise = m.drive("leaving_exercise", "1/week", "hazard of leaving an exercise programme, average person")
leaving_treatment = m.drive("leaving_treatment", "1/week", "hazard of leaving pills or care, average person")

moved = p.motivation_weight * (logit(motivation) - logit(p.reference_motivation)) + p.propensity
m.observe("attendance", logistic(session_support + moved), "1", "chance of coming to a session")
m.observe("dose_taking", logistic(dose_support + p.pill_share * moved), "1", "chance of swallowing a dose")

# Side effects: the odds of occupancy keep rising with dose where occupancy no longer does
exposure = m.relation("exposure", sert_occupancy / (1 - sert_occupancy), "1", "occupied per free transporter")
tolerance = m.state("tolerance", "1", "exposure a body is used to", start=0, scale=1)
m.rate(tolerance, relax(exposure, tolerance, p.tolerance_time))
side_effects = m.observe("side_effects", exposure - p.tolerance_share * tolerance, "1", "side effects of a drug")

# Leaving: hazards that add up
sicker = p.severity_slope * (depression - p.reference_score)
exercise_hazard = m.state(
    "exercise_hazard", "1", "hazard of leaving exercise, added up", start=0, scale=1, settles=False
)
m.rate(exercise_hazard, leaving_exercise * p.frailty * exp(sicker - p.propensity_slope * p.propensity))
treatment_hazard = m.state(
    "treatment_hazard", "1", "hazard of leaving pills or care, added up", start=0, scale=1, settles=False
)
m.rate(
    treatment_hazard,
    leaving_treatment
    * p.frailty
    * exp(sicker - p.pill_share * p.propensity_slope * p.propensity + p.side_effect_slope * side_effects),
)

module = m
