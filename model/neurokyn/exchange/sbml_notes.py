"""What a reader of an SBML document is told: words as notes, papers as annotations."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import ModuleType
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from neurokyn.compiler.checks import source_keys
from neurokyn.compiler.parameters import Parameter

# Where the identifiers of a BibTeX entry lead; the first that an entry has is taken.
PLACES = {
    "doi": "https://identifiers.org/doi/",
    "pmid": "https://identifiers.org/pubmed/",
    "pmcid": "https://identifiers.org/pmc/",
    "url": "",
}


class Notes:
    """Writes notes and annotations.

    Parameters
    ----------
    libsbml : module
        The library.
    """

    def __init__(self, libsbml: ModuleType) -> None:
        self._libsbml = libsbml
        self._entries = source_keys()

    def say(self, element: Any, lines: Iterable[str]) -> None:  # noqa: ANN401 - any SBML element
        """Put lines into the notes of an element; nothing if all are empty."""
        text = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
        if text:
            element.setNotes(f'<body xmlns="http://www.w3.org/1999/xhtml">{text}</body>')

    def cite(self, element: Any, keys: Iterable[str]) -> None:  # noqa: ANN401 - any SBML element
        """Annotate an element with the papers that describe it."""
        places = [place for place in map(self.place, dict.fromkeys(keys)) if place]
        if not places:
            return
        term = self._libsbml.CVTerm(self._libsbml.BIOLOGICAL_QUALIFIER)
        term.setBiologicalQualifierType(self._libsbml.BQB_IS_DESCRIBED_BY)
        for place in places:
            term.addResource(place)
        element.setMetaId(f"about_{element.getId()}")
        element.addCVTerm(term)

    def place(self, key: str) -> str:
        """The address of a paper; empty if it has none."""
        entry = self._entries.get(key, "")
        for field, address in PLACES.items():
            found = re.search(rf"^\s*{field}\s*=\s*\{{(.+)\}}", entry, flags=re.MULTILINE)
            if found:
                return address + quote(found[1].strip(), safe="/:;()_.-~?=&#%")
        return ""


def origin(ground: Parameter | None, usual: Parameter | None) -> list[str]:
    """Where a number comes from, in words.

    Parameters
    ----------
    ground : Parameter, optional
        The number and its evidence; none if it was set for this run.
    usual : Parameter, optional
        The number of the tables, if this one differs from it.

    Returns
    -------
    list of str
        One line each.

    Examples
    --------
    >>> origin(None, Parameter("decay.k", 0.5, "1/h"))
    ['Set for this run; usually 0.5 1/h.']
    """
    if ground is None:
        return [f"Set for this run; usually {usual.value:g} {usual.unit}."] if usual else []
    of = f" ({ground.organism})" if ground.organism else ""
    lines = [f"Evidence: {ground.evidence}{of}."]
    if ground.source:
        lines.append(f"Source: {ground.source}{', ' + ground.where if ground.where else ''}.")
    if ground.interval:
        lines.append(f"95 % interval: {ground.interval[0]:g} to {ground.interval[1]:g} {ground.unit}.")
    if usual is not None:
        lines.append(f"Of this phenotype; in the healthy {usual.value:g} {usual.unit}.")
    return [*lines, ground.note]
