"""Formulas as MathML, which browsers draw themselves: no script, no font, nothing to load."""

from __future__ import annotations

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator


def formula(latex: str, *, block: bool) -> str:
    """A formula as a `math` element.

    Parameters
    ----------
    latex : str
        Without delimiters.
    block : bool
        On a line of its own.

    Returns
    -------
    str
        MathML.

    Raises
    ------
    SphinxError
        If the formula cannot be read.
    """
    try:
        return str(convert(latex, display="block" if block else "inline"))
    except Exception as problem:  # the converter has no exception of its own
        raise SphinxError(f"the formula '{latex}' is no LaTeX that can be shown: {problem!r}") from problem


def _inline(writer: HTML5Translator, node: nodes.Element) -> None:
    writer.body.append(formula(node.astext(), block=False))
    raise nodes.SkipNode


def _block(writer: HTML5Translator, node: nodes.Element) -> None:
    writer.body.append(f'<div class="wide math" tabindex="0">{formula(node.astext(), block=True)}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register with Sphinx."""
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
