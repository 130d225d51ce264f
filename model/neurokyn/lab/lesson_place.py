"""Where a page is, and what was predicted there: read from stores that a browser may have kept from another day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neurokyn.errors import NeurokynError
from neurokyn.lab.lesson_reading import lesson_called, lessons
from neurokyn.lab.lessons import Choose, Lesson, Step


def where(at: object) -> tuple[Lesson, int]:
    """The lesson and the step that a store of the page names; the first of what it does not.

    Parameters
    ----------
    at : object
        Should be {"lesson": str, "step": int}.

    Returns
    -------
    (Lesson, int)
        A lesson, and the place of one of its steps.

    Examples
    --------
    >>> where({"lesson": "stress", "step": 99})[1], where(None)[0].number
    (2, 1)
    """
    given: Mapping[str, Any] = at if isinstance(at, Mapping) else {}
    try:
        lesson = lesson_called(str(given.get("lesson", "")))
    except NeurokynError:
        lesson = lessons()[0]
    step = given.get("step", 0)
    return lesson, min(max(step, 0), len(lesson.steps) - 1) if isinstance(step, int) else 0


def kept_as(lesson: Lesson, step: Step) -> str:
    """Under which name a prediction is kept."""
    return f"{lesson.name}/{step.name}"


def prediction_of(step: Step, kept: object) -> Mapping[str, Any] | None:
    """A kept prediction, if it is one of this step.

    Parameters
    ----------
    step : Step
        Of which lesson.
    kept : object
        Should be {"choice": int} or {"sketch": list of float}.

    Returns
    -------
    mapping or None
        As given; none if it makes no sense.
    """
    if not isinstance(kept, Mapping):
        return None
    predict = step.predict
    if isinstance(predict, Choose):
        choice = kept.get("choice")
        return kept if isinstance(choice, int) and 0 <= choice < len(predict.answers) else None
    drawn = kept.get("sketch")
    if not isinstance(drawn, list) or len(drawn) != len(predict.at):
        return None
    return kept if all(isinstance(value, (int, float)) for value in drawn) else None
