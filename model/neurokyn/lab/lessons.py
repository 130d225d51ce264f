"""Lessons as a person writes them: steps to predict and to reveal, read from TOML and checked.

What an answer is worth is never typed: each answer to choose from says between which bounds of a measure it is right,
and the measure is read off the run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter

from neurokyn.errors import ScenarioError

START = "start"  # instead of a run: a course in per cent above where it starts


@dataclass(frozen=True)
class Run:
    """What a step simulates: a state of the lab, an arm of a ready-made scenario, or trials of several sizes.

    Parameters
    ----------
    label : str
        Its name in the legend.
    state : mapping of str to object, optional
        Fields of the lab's `State`; none if it is no state.
    scenario, arm : str
        A ready-made scenario and its arm; empty if it is none.
    settings : mapping of str to float or str
        Parameters to change, of a scenario.
    zero : float
        Hours after t = 0 from which the lesson counts.
    trial : str
        A ready-made trial; empty if it is none.
    sizes : tuple of int
        People in the trials, all arms together.
    explore : mapping of str to object, optional
        The state nearest to a scenario, for the link to Explore.
    """

    label: str
    state: Mapping[str, object] | None = None
    scenario: str = ""
    arm: str = ""
    settings: Mapping[str, float | str] = field(default_factory=dict)
    zero: float = 0.0
    trial: str = ""
    sizes: tuple[int, ...] = ()
    explore: Mapping[str, object] | None = None

    @property
    def link(self) -> Mapping[str, object] | None:
        """The state that Explore opens with; none if there is none."""
        return self.explore if self.state is None else self.state


@dataclass(frozen=True)
class Line:
    """One course to draw or to measure.

    Parameters
    ----------
    run, read_out : str
        A run of the step, and a read-out of it.
    over : str
        A run, or "start"; the course is then in per cent above it, or above where it starts. Empty for the read-out
        as it is.
    smooth : float
        Hours over which it is averaged; 0 for not at all.
    label : str
        Its name in the legend; empty for the run's.
    """

    run: str
    read_out: str
    over: str = ""
    smooth: float = 0.0
    label: str = ""


@dataclass(frozen=True)
class Chart:
    """What is drawn when a step is revealed.

    Parameters
    ----------
    lines : tuple of Line
        Courses on one pair of axes.
    title, axis : str
        What is seen, and what stands at the vertical axis, with its unit.
    start, stop : float
        Hours (or people) shown, from the lesson's zero.
    people : int
        Trials of this size are drawn one by one instead; 0 for courses.
    """

    lines: tuple[Line, ...]
    title: str
    axis: str
    start: float
    stop: float
    people: int = 0


@dataclass(frozen=True)
class Asked:
    """A number to read off a run.

    Parameters
    ----------
    kind : str
        A key of `lesson_measures.MEASURES`.
    line : Line
        Of which course.
    beside : str
        The run it is compared with, of the same read-out; empty for none.
    start, middle, stop : float
        Where, in h (or people) from the lesson's zero.
    unit : str
        Said instead of the measure's own, such as "points"; empty for that.
    """

    kind: str
    line: Line
    beside: str
    start: float
    middle: float
    stop: float
    unit: str = ""


@dataclass(frozen=True)
class Answer:
    """One answer to choose: right if the measure is at least `least` and less than `most`."""

    text: str
    least: float = -math.inf
    most: float = math.inf

    def holds(self, value: float) -> bool:
        """Whether a measured value makes it right."""
        return self.least <= value < self.most


@dataclass(frozen=True)
class Choose:
    """Answers of which one is right.

    Parameters
    ----------
    by : str
        The measure that decides.
    answers : tuple of Answer
        Their bounds leave no gap and do not overlap.
    key : int
        Place of the right answer in the teacher's key; tests hold it against the run.
    """

    by: str
    answers: tuple[Answer, ...]
    key: int

    def right(self, value: float) -> int:
        """Place of the answer that a measured value makes right."""
        return next(k for k, answer in enumerate(self.answers) if answer.holds(value))


@dataclass(frozen=True)
class Sketch:
    """A curve to draw: handles at some places, between two bounds.

    Parameters
    ----------
    at : tuple of float
        Hours (or people), from the lesson's zero.
    low, high : float
        Ends of the vertical axis.
    first : float
        Where the line starts, which is given; the other handles begin there too.
    """

    at: tuple[float, ...]
    low: float
    high: float
    first: float

    @property
    def step(self) -> float:
        """What one key press changes: about a fiftieth of the axis, a round number."""
        rough = (self.high - self.low) / 50
        size = 10.0 ** math.floor(math.log10(rough))
        return min((1.0, 2.0, 5.0, 10.0), key=lambda part: abs(part * size - rough)) * size


@dataclass(frozen=True)
class Step:
    """A question, what it is about, how to predict, and what is told after.

    Parameters
    ----------
    name, question : str
        A word for links, and what is asked.
    runs : mapping of str to Run
        What is simulated.
    chart : Chart
        What is drawn.
    measures : mapping of str to Asked
        Numbers of the sentences, by the name they have there.
    reported : mapping of str to str
        Rows of `params/targets` by the name they have in the sentences.
    predict : Choose or Sketch
        How to predict.
    reveal, why, rests, follow_up, teacher : str
        Sentences: what the run shows, why, what it rests on, what to ask next, and the teacher's note.
    sources : tuple of str
        Keys of `params/sources.bib`.
    """

    name: str
    question: str
    runs: Mapping[str, Run]
    chart: Chart
    measures: Mapping[str, Asked]
    reported: Mapping[str, str]
    predict: Choose | Sketch
    reveal: str
    why: str
    rests: str
    follow_up: str
    teacher: str
    sources: tuple[str, ...]

    @property
    def explore(self) -> Mapping[str, object] | None:
        """The state that Explore opens with: that of the first run which has one; none if none has."""
        return next((run.link for run in self.runs.values() if run.link is not None), None)


@dataclass(frozen=True)
class Lesson:
    """A lesson of two to four steps.

    Parameters
    ----------
    name : str
        Its file without the number and the suffix.
    number : int
        Its place among the lessons.
    title : str
        One line.
    learn : tuple of str
        What is learnt.
    minutes : int
        What it takes in class.
    background : str
        Paragraphs of plain words.
    steps : tuple of Step
        In order.
    """

    name: str
    number: int
    title: str
    learn: tuple[str, ...]
    minutes: int
    background: str
    steps: tuple[Step, ...]


SENTENCES = ("reveal", "why", "rests", "follow_up", "teacher")


def fields_of(text: str) -> list[tuple[str, str]]:
    """Names and forms of the numbers in a sentence.

    Parameters
    ----------
    text : str
        With numbers as {name} or {name:form}.

    Returns
    -------
    list of (str, str)
        In order.

    Raises
    ------
    ScenarioError
        If its braces do not match.

    Examples
    --------
    >>> fields_of("It {rise:moves} within {time}.")
    [('rise', 'moves'), ('time', '')]
    """
    try:
        return [(name, form or "") for _, name, form, _ in Formatter().parse(text) if name is not None]
    except ValueError as problem:
        raise ScenarioError(f"a sentence has {problem}: '{text[:60]}'", fix="write {name} or {name:moves}") from None
