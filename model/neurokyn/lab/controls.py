"""What can be set on the page: one table of controls, with bounds from `params/` where these have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from neurokyn.scenario import catalogue

GROUPS = ("Person", "Drug", "Exercise", "Events")


@dataclass(frozen=True)
class Control:
    """One control: a number between bounds, or a choice.

    Parameters
    ----------
    field : str
        The field of `State` it sets.
    group : str
        The heading it stands under.
    label, unit, help : str
        What is read beside it; the unit is empty for a choice.
    least, most, step : float
        Bounds of a number, and what one key press changes.
    choices : mapping of str to str
        Names and titles of a choice; empty for a number.
    own : bool
        Whether it may be left unset, so that the phenotype's own number holds.
    none : bool
        Whether 0 is nothing at all, and is called "none".
    whole : bool
        Whether only whole numbers make sense.
    """

    field: str
    group: str
    label: str
    unit: str = ""
    help: str = ""
    least: float = 0.0
    most: float = 0.0
    step: float = 1.0
    choices: Mapping[str, str] | None = None
    own: bool = False
    none: bool = False
    whole: bool = False


def _titles(file: str, none: str) -> dict[str, str]:
    """Names and titles of a file of `params/`, after the choice of none."""
    return {"": none} | {name: str(row["title"]) for name, row in catalogue.rows(file).items()}


def _bounds(file: str, name: str) -> tuple[float, float]:
    """The bounds of a number of `params/`."""
    low, high = catalogue.rows(file)[name]["bounds"]
    return float(low), float(high)


def _person() -> tuple[Control, ...]:
    titles = {name: str(row["title"]) for name, row in catalogue.phenotypes().items()}
    (fit_least, fit_most), (enzyme_least, enzyme_most) = (
        _bounds("exercise", "vo2max_untrained"),
        _bounds("ssri", "cyp2c19_activity"),
    )
    return (
        Control("phenotype", "Person", "Who", choices=titles, help="The person the other sliders start from."),
        Control(
            "severity", "Person", "Depression at start", "HAM-D", least=1.0, most=40.0, step=0.5, own=True,
            help="Solved for: how vulnerable a person must be to have this score. Unset, it follows from the rest.",
        ),
        Control(
            "crp", "Person", "C-reactive protein", "mg/L", least=0.5, most=5.0, step=0.1, own=True,
            help="More of it means more lasting inflammation, as among virtual people, and more body mass.",
        ),
        Control(
            "stress", "Person", "Chronic stress", least=0.0, most=1.0, step=0.02, own=True,
            help="Stress that was there before and stays: 0 none, 1 as much as thins dendrites by a third.",
        ),
        Control(
            "fitness", "Person", "Fitness, VO₂max", "mL/kg/min", least=fit_least, most=fit_most, own=True,
            help="Maximal oxygen uptake before any training.",
        ),
        Control(
            "cyp2c19", "Person", "CYP2C19 activity", "× normal", least=enzyme_least, most=enzyme_most, step=0.02,
            own=True,
            help="The enzyme that clears citalopram and escitalopram: 0 poor, 0.42 intermediate, 1 normal, "
            "1.17 rapid, 1.38 ultrarapid.",
        ),
    )  # fmt: skip


def _treatment() -> tuple[Control, ...]:
    largest = max(catalogue.drug(name).largest or 0.0 for name in catalogue.rows("drugs"))
    return (
        Control("drug", "Drug", "Drug", choices=_titles("drugs", "None"), help="Taken every day at 08:00."),
        Control("dose", "Drug", "Daily dose", "mg", most=largest, help="Up to the largest daily dose of the label."),
        Control(
            "missed", "Drug", "Missed doses", "per week", most=6.0, none=True, whole=True,
            help="Which days: spread over the week.",
        ),
        Control("mode", "Exercise", "Exercise", choices=_titles("modes", "None"), help="Bouts begin at 18:00."),
        Control("minutes", "Exercise", "Length of a bout", "min", most=120.0, step=5.0, help="Warm-up left out."),
        Control(
            "intensity", "Exercise", "Intensity", "% of VO₂max", least=30.0, most=95.0,
            help="Of intervals: that of the hard phases.",
        ),
        Control("days", "Exercise", "Days", "per week", most=7.0, whole=True, help="Spread over the week."),
    )  # fmt: skip


def _events() -> tuple[Control, ...]:
    dose = catalogue.challenge("interferon-alpha")[1]["dose"]
    return (
        Control(
            "stress_event", "Events", "Three weeks of stress", most=2.0, step=0.1, none=True,
            help="From the end of week 2 to the end of week 5: 0 none, 1 strong.",
        ),
        Control(
            "interferon", "Events", "Interferon-alpha", most=float(dose["bounds"][1]), step=0.25, none=True,
            help="Twelve weeks from the end of week 2, as extra drive on inflammation; 2 stands for the treatment of "
            "hepatitis C.",
        ),
        Control(
            "depletion", "Events", "Tryptophan depletion", choices={"": "No", "yes": "One day"},
            help="A drink without tryptophan at 08:00, two weeks before the end.",
        ),
        Control(
            "weeks", "Events", "Length", "weeks", least=4.0, most=26.0, whole=True,
            help="How long the course is followed.",
        ),
    )  # fmt: skip


CONTROLS: tuple[Control, ...] = (*_person(), *_treatment(), *_events())
BY_FIELD: Mapping[str, Control] = {control.field: control for control in CONTROLS}


def drugs() -> list[str]:
    """The drugs of `params/drugs.toml`."""
    return list(catalogue.rows("drugs"))


def modes() -> list[str]:
    """The modes of exercise of `params/modes.toml`."""
    return list(catalogue.rows("modes"))


def dose_reach(drug: str) -> tuple[float, float]:
    """The largest daily dose of a drug and the step of its slider, a fifth of the smallest tablet (mg).

    Examples
    --------
    >>> dose_reach("escitalopram")
    (20.0, 1.0)
    """
    if not drug:
        return BY_FIELD["dose"].most, 1.0
    found = catalogue.drug(drug)
    return found.largest or BY_FIELD["dose"].most, catalogue.rows("drugs")[found.name]["doses"][0] / 5


def usual_dose(drug: str) -> float:
    """The second smallest tablet of a drug, which is what most people get (mg); 0 for none.

    Examples
    --------
    >>> usual_dose("sertraline")
    50.0
    """
    return float(catalogue.rows("drugs")[drug]["doses"][1]) if drug else 0.0


def usual_intensity(mode: str) -> float:
    """The usual intensity of a mode of exercise, in % of VO2max; 60 for none.

    Examples
    --------
    >>> usual_intensity("running")
    70.0
    """
    return round(100 * catalogue.mode(mode).intensity) + 0.0 if mode else 60.0
