"""The questions that the source texts raise, each answered by the model: numbers, what carries them, how sure.

A question is a function that simulates and returns numbers, and one that writes them; no number is typed, and who does
better is worked out from intervals, so that the page cannot disagree with the model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from neurokyn.analysis.claims.answer import Answer, Picture, wrapped
from neurokyn.analysis.claims.anxiety import answer_anxiety
from neurokyn.analysis.claims.early import answer_early
from neurokyn.analysis.claims.equal import answer_equal
from neurokyn.analysis.claims.inflammation import answer_mechanism
from neurokyn.analysis.claims.lab import FULL, QUICK, Lab, Sizes
from neurokyn.analysis.claims.numbers import table
from neurokyn.analysis.claims.power import answer_power
from neurokyn.analysis.claims.severity import answer_severity
from neurokyn.analysis.claims.strength import answer_strength
from neurokyn.analysis.claims.together import answer_together
from neurokyn.analysis.claims.walking import answer_walking
from neurokyn.errors import ScenarioError, nearest

__all__ = ["FULL", "QUESTIONS", "QUICK", "Answer", "Lab", "Picture", "Sizes", "answer_questions", "page"]

QUESTIONS: Mapping[str, Callable[[Lab], Answer]] = {
    "equal": answer_equal,
    "power": answer_power,
    "walking": answer_walking,
    "early": answer_early,
    "severity": answer_severity,
    "together": answer_together,
    "anxiety": answer_anxiety,
    "strength": answer_strength,
    "mechanism": answer_mechanism,
}
CLAIMS: Mapping[str, str] = {
    "S1": "141 people, 16 weeks: running as effective as an antidepressant, better for the body, more who drop out",
    "S2": "141 people are too few for confident conclusions",
    "S3": "in depression neurons grow frail, with fewer dendrites; the brain shrinks",
    "S4": "SSRIs raise serotonin, which stimulates the release of the brain's growth factor",
    "S5": "exercise raises growth factors, changes monoamines and cortisol, promotes new neurons",
    "S6": "brisk walking is about 90 % as good as running, and easier to keep up",
    "S7": "no substantive shift within two weeks: rethink the plan",
    "S8": "depression takes the motivation to exercise; severe cases need more than exercise",
    "S9": "strength training is about as effective as medication",
    "S10": "almost all depressed people are inflamed, which turns tryptophan into harmful substances",
    "S11": "strength training makes muscle absorb tryptophan",
    "S12": "exercise: d = 0.34 on anxiety, 0.56 on depression",
    "S13": "antidepressants and exercise raise dendrites and BDNF, severe stress lowers both",
}
HEAD = """# Questions and answers

What three texts on running, strength training and antidepressants claim, and what the model says to each. Written by
`python scripts/answer_questions.py` ({people} people in the designs of the first, second and fourth question, {others}
in each of the others, {replicates} repetitions of a trial, seed {seed}). Every number is simulated, and who does better
is worked out from intervals.

**How to read it.** Differences of symptoms are the first less the second, and below 0 the first does better; HAM-D is
the 17-item Hamilton scale of 0 to 52 points. Everybody is simulated in every arm, so that differences are within
people.

- Brackets after a number are its 95 % interval over the people simulated: how exactly the model's answer is known, not
  how right the model is. Brackets after trials are where 95 % of such trials lie.
- Brackets after *one body* say how far the answer moves if every number of the model may be off by what is not known of
  it, one at a time and to first order. That is how sure the model can be of itself, without what is known from trials.
- *Nothing* is an arm in which nobody is seen and nothing is promised. *Biology alone* is without expectancy, natural
  course, the company of a group and biases of rating; *as delivered* is with all of it, and with people who stay away
  and leave. What a pathway carries is exact in log odds and shared out in points.

What no command does takes a few lines of Python, such as MOTAR with everybody randomised:

```python
from dataclasses import replace

from neurokyn import read_trial, simulate_trial

randomised = replace(read_trial("motar"), preference=None)
print(simulate_trial(randomised, people=24, seed=1).contrasts["running"].difference)  # the page has 400
```

This is a model and no advice; it must not be used to choose, start or stop a treatment ([caveats](caveats.md)). How
trials are simulated stands in [trials](trials.md), how results compare with reported ones in
[validation](validation.md).
"""


def answer_questions(
    sizes: Sizes = FULL, only: Sequence[str] = (), seed: int = 1, workers: int | None = None
) -> list[Answer]:
    """Answer the questions.

    Parameters
    ----------
    sizes : Sizes
        How much is simulated; `FULL` takes minutes, `QUICK` seconds.
    only : sequence of str
        Names of questions, keys of `QUESTIONS`; all if none are given.
    seed : int
        The same seed gives the same answers.
    workers : int, optional
        Threads; one for each core if not given.

    Returns
    -------
    list of Answer
        In the order of the page.

    Raises
    ------
    ScenarioError
        If there is no such question; names the nearest.

    Examples
    --------
    >>> [answer.name for answer in answer_questions(QUICK, ["power"])]
    ['power']
    """
    for name in only:
        if name not in QUESTIONS:
            raise ScenarioError(f"there is no question '{name}'{nearest(name, QUESTIONS)}")
    lab = Lab(sizes, seed, workers)
    return [ask(lab) for name, ask in QUESTIONS.items() if not only or name in only]


def page(answers: Sequence[Answer], sizes: Sizes, seed: int) -> str:
    """The page of questions and answers.

    Parameters
    ----------
    answers : sequence of Answer
        From `answer_questions`.
    sizes : Sizes
        How much was simulated.
    seed : int
        Of the study.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> page([], QUICK, 1).splitlines()[0]
    '# Questions and answers'
    """
    head = HEAD.format(people=sizes.people, others=sizes.others, replicates=sizes.replicates, seed=seed)
    numbered = [(list(QUESTIONS).index(answer.name) + 1, answer) for answer in answers]
    index = [f"{k}. *{answer.question}* {answer.verdict}" for k, answer in numbered]
    parts = [f"## {k}. {answer.question}\n\n{answer.text}" for k, answer in numbered]
    blocks = [head.rstrip(), "## In short", "\n".join(map(wrapped, index)), *parts]
    if len(answers) == len(QUESTIONS):
        blocks += ["## The claims", _claims(answers)]
    return "\n\n".join(blocks) + "\n"


def _claims(answers: Sequence[Answer]) -> str:
    """What is claimed, and which questions are about it."""
    rows = []
    for claim, text in CLAIMS.items():
        asked = [str(k) for k, answer in enumerate(answers, start=1) if claim in answer.claims]
        rows.append([f"{claim}: {text}", ", ".join(asked)])
    return table(["claim", "question"], rows)
