"""Public names in the types of docstrings become links; other words of a type stay words."""

from __future__ import annotations

import inspect
import re

import neurokyn
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

TYPE = re.compile(r"\(\*(.+?)\*\)(?= -- )|(?:(?<=^)|(?<=:returns: )|(?<=:Returns: ))\*([^*]+)\*(?= -- |$)")


def _public() -> list[str]:
    """Classes that can be imported from the package."""
    return [name for name in neurokyn.__all__ if inspect.isclass(getattr(neurokyn, name))]


def link(line: str, names: list[str]) -> str:
    """A line of a field list with links to the classes that its type names.

    Parameters
    ----------
    line : str
        As napoleon leaves it: "**x** (*Scenario, optional*) -- what it is".
    names : list of str
        Public classes.

    Returns
    -------
    str
        The same line; what is no public class stays in italics.
    """
    known = re.compile(rf"\b({'|'.join(names)})\b")

    def put(found: re.Match[str]) -> str:
        words = found[1] or found[2]
        if not known.search(words):
            return found[0]
        parts = known.split(words)
        text = "\\ ".join(f":class:`~neurokyn.{p}`" if p in names else _italic(p) for p in parts if p)
        return f"({text})" if found[1] else text

    return TYPE.sub(put, line)


def _italic(words: str) -> str:
    """Emphasis around the words, with the blanks at either end kept outside it."""
    inner = words.strip()
    left, right = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    return f"{left}*{inner}*{right}" if inner.strip(",") else words


def process(app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    """After napoleon."""
    del app, what, name, thing, options
    names = _public()
    lines[:] = [link(line, names) for line in lines]


def shorten(
    app: Sphinx, what: str, name: str, thing: object, options: object, signature: str | None, answer: str | None
) -> tuple[str, str | None] | None:
    """A dataclass without the fields that it fills itself."""
    del app, what, name, thing, options
    return (re.sub(r", \w+=<factory>", "", signature), answer) if signature else None


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register with Sphinx."""
    app.connect("autodoc-process-docstring", process, priority=900)
    app.connect("autodoc-process-signature", shorten)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
