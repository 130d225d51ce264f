"""The skeleton of a new physiology module."""

from __future__ import annotations

from keyword import iskeyword
from pathlib import Path

from neurokyn.compiler.parameters import params_dir
from neurokyn.errors import ModelError

MODULE = '''"""{title}: one sentence on what it holds and why it matters here."""

from neurokyn.language import Module, relax

m = Module("{name}", "{title}")

cortisol = m.input("cortisol", "1", "slow cortisol relative to healthy", of="stress.cortisol_slow", stands_in=1)
p = m.parameters(rest="1", gain="1", time_constant="h")

activity = m.state("activity", "1", "{title}, relative to healthy", start=p.rest)
m.rate(activity, relax(p.rest + p.gain * (cortisol - 1), activity, p.time_constant))

module = m
'''
TABLE = """# Numbers of the module {name}; the schema is in params/README.md.
[rest]
value    = 1.0
unit     = "1"
evidence = "convention"
note     = "relative state: healthy is 1"

[gain]
value    = 0.1
unit     = "1"
evidence = "assumed"
bounds   = [0.0, 0.5]
note     = "replace by a sourced value"

[time_constant]
value    = 24.0
unit     = "h"
evidence = "assumed"
bounds   = [1.0, 240.0]
note     = "replace by a sourced value"
"""


def scaffold(name: str, folder: Path | None = None) -> list[Path]:
    """Write a module that runs, and its table, for its author to replace line by line.

    Parameters
    ----------
    name : str
        Name of the module.
    folder : Path, optional
        Folder that gets `<name>.py` and `<name>.toml`; this checkout's own places if not given.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    ModelError
        If the name is none, or a file of it exists.
    """
    if not (name.isascii() and name.isidentifier() and name == name.lower()) or iskeyword(name):
        raise ModelError(f"'{name}' is not a module name; use lower-case letters, digits and underscores")
    package = Path(__file__).resolve().parents[1]
    places = (
        (package / "physiology" / f"{name}.py", params_dir() / f"{name}.toml")
        if folder is None
        else (folder / f"{name}.py", folder / f"{name}.toml")
    )
    for path in places:
        if path.exists():
            raise ModelError(f"{path} exists; choose another name or edit it")
        if not path.parent.is_dir():
            raise ModelError(f"the folder {path.parent} does not exist; make it first")
    title = name.replace("_", " ").capitalize()
    for path, text in zip(places, (MODULE, TABLE), strict=True):
        path.write_text(text.format(name=name, title=title), encoding="utf-8")
    return list(places)
