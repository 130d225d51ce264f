"""What a trial adds to biology: the numbers of `params/observation.toml`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

from neurokyn.errors import ParameterError, nearest
from neurokyn.scenario import catalogue


@dataclass(frozen=True)
class Observation:
    """The numbers of the observation layer; nothing here is biology.

    Parameters
    ----------
    fluctuation_sd, day_sd : float
        SD of weeks-scale and day-to-day ups and downs, log odds.
    fluctuation_time, day_time : float
        How long they last, in days.
    episode_end_hazard : float
        Hazard per week that an episode ends by itself.
    rater_sd, rater_sd_anxiety : float
        SD of a rating around the true score, in points.
    entry_inflation : float
        Points that a rating gains where a score is needed to get in.
    missed_visit, assessed_after_leaving : float
        Share of visits missed; share of those who left who are still seen.
    small_study_bias, publication_chance : float
        Biases of pools of exercise trials.
    most_belief : float
        Belief that treatments together cannot exceed.
    small_trial, favours : float
        People below which a trial is small; z below which a small one is always published.
    relapse : float
        Points above the baseline that count as a return of symptoms.
    """

    fluctuation_sd: float
    fluctuation_time: float
    day_sd: float
    day_time: float
    episode_end_hazard: float
    rater_sd: float
    rater_sd_anxiety: float
    entry_inflation: float
    missed_visit: float
    assessed_after_leaving: float
    small_study_bias: float
    publication_chance: float
    most_belief: float
    small_trial: float
    favours: float
    relapse: float


@cache
def observation() -> Observation:
    """The numbers of `params/observation.toml`.

    Returns
    -------
    Observation
        In the units of the file.

    Raises
    ------
    ParameterError
        If a number is missing, or one is there that nothing uses.

    Examples
    --------
    >>> observation().most_belief <= 1.0
    True
    """
    rows, names = catalogue.rows("observation"), [field.name for field in fields(Observation)]
    for key in rows:
        if key not in names:
            raise ParameterError(f"observation.toml [{key}] is used by nothing{nearest(key, names)}")
    missing = [name for name in names if name not in rows]
    if missing:
        raise ParameterError(f"observation.toml lacks {', '.join(missing)}")
    return Observation(**{name: catalogue.value(rows, name) for name in names})
