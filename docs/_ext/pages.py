"""Pages that read well where the code is kept, and on the site: links, contents and descriptions are put right here.

A page is plain Markdown. Its links lead to files; what stands below it in the contents is in `conf.py`; pages outside
docs/ have a stub there that links to them, and are shown in its place.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(```+|~~~+).*?^\1\s*$", re.MULTILINE | re.DOTALL)
LONGEST = 160  # letters of a description


def place(app: Sphinx, name: str, source: list[str]) -> None:
    """Put a page's text, links and contents in place before it is read."""
    docs = Path(app.srcdir)
    here = docs / f"{name}.md"
    if name in app.config.elsewhere:
        here = docs.parent / app.config.elsewhere[name]
        source[0] = here.read_text(encoding="utf-8")
    if here.suffix == ".md" and (docs / f"{name}.md").exists():
        source[0] = outside_fences(source[0], lambda text: _relink(app, text, here.parent, docs / Path(name).parent))
    below = app.config.contents.get(name)
    if below:
        source[0] += "\n\n```{toctree}\n:hidden:\n:glob:\n\n" + "\n".join(f"/{page}" for page in below) + "\n```\n"


def outside_fences(text: str, change: Callable[[str], str]) -> str:
    """A page changed everywhere but in its blocks of code.

    Parameters
    ----------
    text : str
        Markdown.
    change : callable
        From text to text.

    Returns
    -------
    str
        Markdown.
    """
    done, end = [], 0
    for fence in FENCE.finditer(text):
        done += [change(text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*done, change(text[end:])])


def _relink(app: Sphinx, text: str, home: Path, new: Path) -> str:
    """Links of a file in one folder as those of a page in another, and to pages where there are such."""
    docs = Path(app.srcdir)
    pages = {file: name for name, file in app.config.elsewhere.items()} | app.config.same_as

    def put(found: re.Match[str]) -> str:
        image, words, target = found.groups()
        path, mark, anchor = target.partition("#")
        if not path or "://" in target or target.startswith("mailto:"):
            return found[0]
        file = Path(os.path.normpath(home / path))
        inside = os.path.relpath(file, docs.parent).replace(os.sep, "/")
        if inside in pages:
            file = docs / f"{pages[inside]}.md"
        elif file.is_dir() and (file / "README.md").exists():
            file = file / "README.md"
        elif file.is_dir():
            return words  # a folder of the repository is no page
        return f"{image}[{words}]({os.path.relpath(file, new).replace(os.sep, '/')}{mark}{anchor})"

    return LINK.sub(put, text)


def describe(app: Sphinx, name: str, template: str, context: dict[str, Any], tree: nodes.document | None) -> None:
    """The first paragraph of a page, for search engines and previews."""
    del app, name, template
    paragraph = next(iter(tree.findall(nodes.paragraph)), None) if tree else None
    if paragraph is not None:
        words = " ".join(paragraph.astext().split())
        words = words if len(words) <= LONGEST else words[:LONGEST].rsplit(" ", 1)[0] + " …"
        words = words.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        context["metatags"] = context.get("metatags", "") + f'<meta name="description" content="{words}">'


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register with Sphinx."""
    app.add_config_value("contents", {}, "env")
    app.add_config_value("elsewhere", {}, "env")
    app.add_config_value("same_as", {}, "env")
    app.connect("source-read", place)
    app.connect("html-page-context", describe)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
