"""An answer to a question: what is said, what shows it, what carries it, what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import fill
from typing import Any

from neurokyn.analysis.claims.numbers import number

WIDTH = 118


@dataclass(frozen=True)
class Picture:
    """A picture of an answer, for whoever draws.

    Parameters
    ----------
    name : str
        Of its file.
    kind : str
        "responders", "attendance", "parts" or "courses".
    data : object
        What is drawn: courses, parts by design, or a scenario's dataset.
    caption : str
        What is seen.
    """

    name: str
    kind: str
    data: Any
    caption: str


@dataclass(frozen=True)
class Answer:
    """The answer to one question.

    Parameters
    ----------
    name : str
        By which it is asked for.
    claims : tuple of str
        Claims of the source texts that it is about.
    question : str
        In words.
    verdict : str
        The answer in one or two sentences, made from the numbers.
    commands : str
        What else shows it, a command a line.
    parts : tuple of str
        Tables and sentences.
    carried : str
        By which pathways.
    rests : str
        What it rests on, and how sure it is.
    pictures : tuple of Picture
        To be drawn.
    """

    name: str
    claims: tuple[str, ...]
    question: str
    verdict: str
    commands: str
    parts: tuple[str, ...]
    carried: str
    rests: str
    pictures: tuple[Picture, ...] = ()

    @property
    def text(self) -> str:
        """The answer in Markdown, without its heading."""
        shown = [f"![{picture.caption}](questions-{picture.name}.png)" for picture in self.pictures]
        blocks = (
            f"*{', '.join(self.claims)}.* **{self.verdict}**",
            f"```console\n{self.commands.strip()}\npython scripts/answer_questions.py --only {self.name}\n```",
            *self.parts,
            *shown,
            f"**What carries it.** {self.carried}",
            f"**What it rests on.** {self.rests}",
        )
        return "\n\n".join(wrapped(block) for block in blocks if block)


def wrapped(block: str) -> str:
    """A paragraph or an item of a list in lines, anything else as it is.

    Parameters
    ----------
    block : str
        Markdown.

    Returns
    -------
    str
        The same in lines of a usual length.

    Examples
    --------
    >>> wrapped("| a table | stays |")
    '| a table | stays |'
    """
    if block.startswith(("|", "```", "!")):
        return block
    later = "   " if block[:1].isdigit() and block[1:3] == ". " else ""
    return fill(block, WIDTH, subsequent_indent=later, break_long_words=False, break_on_hyphens=False)


def told_parts(parts: Mapping[str, float], whole: str) -> str:
    """What the largest pathways carry, in words.

    Parameters
    ----------
    parts : mapping of str to float
        Points by pathway, from `Lab.carried`.
    whole : str
        What they are parts of.

    Returns
    -------
    str
        A sentence.

    Examples
    --------
    >>> told_parts({"BDNF": -1.0, "activation": -0.5, "cortisol": 0.0}, "Running against nothing")
    'Running against nothing, −1.5 points: BDNF −1.0, activation −0.5.'
    """
    rows = sorted(parts.items(), key=lambda row: -abs(row[1]))
    named = [f"{name} {number(size, sign=True)}" for name, size in rows if abs(size) >= 0.1]
    total = number(sum(parts.values()), sign=True)
    return f"{whole}, {total} points: {', '.join(named) or 'no pathway carries 0.1 points'}."


def larger(parts: Mapping[str, Mapping[str, float]], least: float = 0.3) -> dict[str, dict[str, float]]:
    """Parts of designs with the small ones put together, so that a picture can tell the others apart.

    Parameters
    ----------
    parts : mapping of str to mapping of str to float
        By design, then part.
    least : float
        What a part must come to in some design to stand alone.

    Returns
    -------
    dict of str to dict of str to float
        The same sums.

    Examples
    --------
    >>> larger({"running": {"expectancy": -4.5, "cortisol": -0.1, "activation": -0.2}})
    {'running': {'expectancy': -4.5, 'everything else': -0.3}}
    """
    names = dict.fromkeys(name for own in parts.values() for name in own)
    alone = [name for name in names if any(abs(own.get(name, 0.0)) >= least for own in parts.values())]
    return {
        design: {name: own[name] for name in alone if name in own}
        | {"everything else": round(sum(value for name, value in own.items() if name not in alone), 12)}
        for design, own in parts.items()
    }
