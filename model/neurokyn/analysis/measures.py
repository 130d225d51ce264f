"""What each reported result is on the model: one function a measurement, on courses with slopes.

The names are those of `measure` in `params/targets/*.toml`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from neurokyn.analysis.dual import Dual
from neurokyn.analysis.experiment import Course, Experiment
from neurokyn.scenario.activity import Bout, Programme
from neurokyn.scenario.dosing import Regimen
from neurokyn.scenario.schedule import Level
from neurokyn.scenario.surroundings import Challenge, Stress

DAY, WEEK = 24.0, 168.0
Laboratory = Callable[[Experiment], Course]
Measure = Callable[[Laboratory], Dual]

# Spreads between people that turn a change into standard deviations, as shares of the mean
SPREAD_BDNF = 8.33 / 32.69  # naegelin2018
SPREAD_TRYPTOPHAN = 10.2 / 55.8  # freetryptophan1984
SPREAD_CORTISOL = 0.40  # assumed
SPREAD_IL6 = 0.50  # assumed
SPREAD_LOG_CRP = 1.35  # from the shares above 1 and 3 mg/L, osimo2019
EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

RIDE = Experiment(6.0, (Bout("cycling", 60, "68 %VO2max", start=1.0),), every=0.1)
TRIAL = Experiment(3.0, (Bout("cycling", 20, "95 %VO2max", start=1.0),), every=1 / 60)
DEPLETION = Experiment(32.0, (Challenge("tryptophan-depletion", start=1.0),), every=0.25)
INTERFERON = Experiment(12 * WEEK, (Challenge("interferon-alpha", start=0.0),), every=DAY)
RUN = Experiment(3.0, (Bout("running", 45, "65 %VO2max", start=1.0),), every=0.05)
STRESS = Experiment(10 * WEEK, (Stress(1.0, start=0.0, stop="day 21"),), every=DAY)
TEN_DAYS = Experiment(4 * WEEK, (Stress(1.0, start=0.0, stop="day 10"),), every=DAY)
WHEEL = Experiment(28 * DAY, (Programme("running", 60, "70 %VO2max", days=EVERY_DAY, at="18:00"),), every=6.0)


def training(mode: str, percent: int, phenotype: str = "healthy") -> Experiment:
    """Twelve weeks of three sessions of 45 minutes."""
    programme = Programme(mode, 45, f"{percent} %VO2max", days=("mon", "wed", "fri"), at="18:00")
    return Experiment(12 * WEEK, (programme,), phenotype, every=6.0)


def ratio(late: Dual, early: Dual) -> Dual:
    """Relative change."""
    return late / early - 1


def occupancy(drug: str, mg: int, laboratory: Laboratory) -> Dual:
    """Mean over the last day of four weeks."""
    course = laboratory(Experiment(4 * WEEK, (Regimen(drug, f"{mg} mg", every="1 day"),), every=2.0))
    return course.mean("ssri.sert_occupancy", 4 * WEEK - DAY, 4 * WEEK)


def held(share: float, days: float) -> Experiment:
    """SERT occupied at once and for good, as by an infusion, whatever the drug."""
    return Experiment(days * DAY, (Level("ssri.held_occupancy", 0.0, 1e9, share, "1"),))


def acute_rise(share: float, laboratory: Laboratory) -> Dual:
    """Extracellular serotonin 4 h after an occupancy, relative to before."""
    course = laboratory(held(share, 22))
    return course.at("serotonin.extracellular_relative", 4.0)


def gain(laboratory: Laboratory) -> Dual:
    """Extracellular serotonin after 13 days over that after 2, at 90 % occupancy."""
    course = laboratory(held(0.9, 22))
    late, early = (course.at("serotonin.extracellular_relative", d * DAY) for d in (13, 2))
    return late / early


def firing(day: int, laboratory: Laboratory) -> Dual:
    """Raphe firing on a day of 80 % occupancy."""
    return laboratory(held(0.8, 22)).at("serotonin.firing", day * DAY)


def desensitised(day: int, laboratory: Laboratory) -> Dual:
    """Loss of autoreceptor sensitivity on a day of 80 % occupancy."""
    return 1 - laboratory(held(0.8, 22)).at("serotonin.sensitivity", day * DAY)


def hiaa_on_fluoxetine(laboratory: Laboratory) -> Dual:
    """CSF 5-HIAA after four weeks of fluoxetine 20 mg in a patient."""
    experiment = Experiment(4 * WEEK, (Regimen("fluoxetine", "20 mg", every="1 day"),), "mdd")
    course = laboratory(experiment)
    return ratio(course.at("serotonin.hiaa_csf", 4 * WEEK), course.at("serotonin.hiaa_csf", 0.0))


def free_ratio(hour: float, laboratory: Laboratory) -> Dual:
    """Free tryptophan over branched-chain amino acids at an hour after the start of an hour's ride."""
    course = laboratory(RIDE)
    late, early = (course.at("tryptophan.free", t) / course.at("tryptophan.bcaa", t) for t in (1.0 + hour, 1.0))
    return ratio(late, early)


def total_after_time_trial(laboratory: Laboratory) -> Dual:
    """Total tryptophan at the end of twenty minutes all out."""
    course = laboratory(TRIAL)
    return ratio(course.at("tryptophan.total", 1.0 + 20 / 60), course.at("tryptophan.total", 1.0))


def lowest(name: str, experiment: Experiment, laboratory: Laboratory) -> Dual:
    """Lowest reading against the first."""
    course = laboratory(experiment)
    return ratio(course.lowest(name), course.at(name, 0.0))


def last_to_first(name: str, experiment: Experiment, laboratory: Laboratory) -> Dual:
    """Last reading over the first."""
    course = laboratory(experiment)
    return course.at(name, experiment.hours) / course.at(name, 0.0)


def change(name: str, experiment: Experiment, laboratory: Laboratory) -> Dual:
    """Last reading against the first."""
    return last_to_first(name, experiment, laboratory) - 1


def resting(name: str, spread: float, experiment: Experiment, laboratory: Laboratory) -> Dual:
    """Change at rest after training, in standard deviations between people."""
    return change(name, experiment, laboratory) / spread


def resting_crp(laboratory: Laboratory) -> Dual:
    """Change of C-reactive protein at rest after training, on the logarithm."""
    return last_to_first("inflammation.crp", training("running", 70), laboratory).log() / SPREAD_LOG_CRP


def bdnf_after_bout(laboratory: Laboratory) -> Dual:
    """Serum BDNF ten minutes after 45 minutes of running, when blood is usually drawn."""
    course = laboratory(RUN)
    late, early = (course.at("growth_factors.bdnf_serum", t) for t in (1.75 + 1 / 6, 1.0))
    return ratio(late, early) / SPREAD_BDNF


def length_back(laboratory: Laboratory) -> Dual:
    """Share of the length lost in ten days that is back after ten."""
    course = laboratory(TEN_DAYS)
    lost, later = (course.at("dendrites.length", d * DAY) for d in (10, 20))
    return (later - lost) / (1 - lost)


def length_after_stress(laboratory: Laboratory) -> Dual:
    """Dendritic length after three weeks of stress."""
    course = laboratory(STRESS)
    return ratio(course.at("dendrites.length", 21 * DAY), course.at("dendrites.length", 0.0))


def survival_on_a_wheel(laboratory: Laboratory) -> Dual:
    """Survival of new cells in the fourth week of an hour's run a day, healthy = 1."""
    return laboratory(WHEEL).mean("dendrites.survival", 21 * DAY, 28 * DAY)


def survival_on_fluoxetine(laboratory: Laboratory) -> Dual:
    """Survival of new cells after four weeks of fluoxetine."""
    experiment = Experiment(4 * WEEK, (Regimen("fluoxetine", "20 mg", every="1 day"),))
    return change("dendrites.survival", experiment, laboratory)


def patient(name: str, laboratory: Laboratory) -> Dual:
    """A read-out at rest in average depression against health."""
    ill, well = (laboratory(Experiment(1.0, (), who)).at(name, 0.0) for who in ("mdd", "healthy"))
    return ratio(ill, well)


def patient_in_spreads(name: str, spread: float, laboratory: Laboratory) -> Dual:
    """The same in standard deviations between people."""
    return patient(name, laboratory) / spread


ESCITALOPRAM = Experiment(8 * WEEK, (Regimen("escitalopram", "10 mg", every="1 day"),), "mdd", every=DAY)


def severity_on_escitalopram(laboratory: Laboratory) -> Dual:
    """Change of the latent severity by week 8."""
    course = laboratory(ESCITALOPRAM)
    return course.at("mood.latent", 8 * WEEK) - course.at("mood.latent", 0.0)


def share_at_week_one(laboratory: Laboratory) -> Dual:
    """Fall of the score at week 1 over that at week 6."""
    course = laboratory(ESCITALOPRAM)
    start, first, last = (course.at("mood.depression", w * WEEK) for w in (0, 1, 6))
    return (first - start) / (last - start)


def severity_on_running(laboratory: Laboratory) -> Dual:
    """Change of the latent severity, mean of week 12."""
    course = laboratory(training("running", 70, "mdd"))
    return course.mean("mood.latent", 11 * WEEK, 12 * WEEK) - course.at("mood.latent", 0.0)


MEASURES: dict[str, Measure] = {
    **{
        f"occupancy_{drug}_{mg}": partial(occupancy, drug, mg)
        for drug, mg in (
            ("escitalopram", 10), ("escitalopram", 20), ("citalopram", 20), ("citalopram", 40), ("sertraline", 50),
            ("sertraline", 100), ("paroxetine", 20), ("fluoxetine", 20),
        )
    },
    "free_ratio_after_hour": partial(free_ratio, 1.0),
    "free_ratio_ninety_minutes_later": partial(free_ratio, 2.5),
    "total_after_time_trial": total_after_time_trial,
    "total_in_depletion": partial(lowest, "tryptophan.total", DEPLETION),
    "free_in_depletion": partial(lowest, "tryptophan.free", DEPLETION),
    "acute_rise_low": partial(acute_rise, 0.64),
    "acute_rise_high": partial(acute_rise, 0.97),
    "gain_from_two_days_to_thirteen": gain,
    **{f"firing_day_{day}": partial(firing, day) for day in (2, 7, 14)},
    **{f"desensitised_day_{day}": partial(desensitised, day) for day in (3, 21)},
    "hiaa_on_fluoxetine": hiaa_on_fluoxetine,
    "interferon_kynurenine": partial(last_to_first, "kynurenine.kyn", INTERFERON),
    "interferon_quinolinate": partial(last_to_first, "kynurenine.quin_brain", INTERFERON),
    "interferon_tryptophan": partial(change, "tryptophan.brain", INTERFERON),
    "training_il6": partial(resting, "inflammation.il6", SPREAD_IL6, training("running", 70)),
    "training_crp": resting_crp,
    "bdnf_after_bout": bdnf_after_bout,
    "bdnf_after_aerobic_training": partial(
        resting, "growth_factors.bdnf_serum", SPREAD_BDNF, training("running", 70)
    ),
    "bdnf_after_resistance_training": partial(
        resting, "growth_factors.bdnf_serum", SPREAD_BDNF, training("strength", 45)
    ),
    "length_after_stress": length_after_stress,
    "length_back_after_ten_days": length_back,
    "new_neurons_running": survival_on_a_wheel,
    "survival_fluoxetine": survival_on_fluoxetine,
    "severity_on_escitalopram": severity_on_escitalopram,
    "share_at_week_one": share_at_week_one,
    "severity_on_running": severity_on_running,
    "patient_cortisol": partial(patient_in_spreads, "stress.axis", SPREAD_CORTISOL),
    "patient_tryptophan": partial(patient_in_spreads, "tryptophan.total", SPREAD_TRYPTOPHAN),
    "patient_il6": partial(patient, "inflammation.il6"),
    "patient_bdnf": partial(patient_in_spreads, "growth_factors.bdnf_serum", SPREAD_BDNF),
    "patient_hippocampus": partial(patient, "dendrites.hippocampal_volume"),
}  # fmt: skip
