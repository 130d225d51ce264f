"""The bibliography: readable, one entry a key, every entry findable or saying that it is not."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PARAMS = Path(__file__).parents[2] / "params"
ENTRY = re.compile(r"^@(\w+)\{([^,\s]+),\n(.*?)^\}", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r"^\s*(\w+)\s*=\s*\{(.*)\},?$", re.MULTILINE)
FORMS = {
    "doi": re.compile(r"10\.\d{4,9}/\S+"),
    "pmid": re.compile(r"\d{1,8}"),
    "pmcid": re.compile(r"PMC\d+"),
    "url": re.compile(r"https?://\S+"),
}
TEXT = (PARAMS / "sources.bib").read_text(encoding="utf-8")
ENTRIES = [(key, dict(FIELD.findall(body))) for _, key, body in ENTRY.findall(TEXT)]


def cited(table: Any) -> Iterator[str]:
    """Yield every non-empty `source` in a parameter file, however deep."""
    if isinstance(table, dict):
        if isinstance(source := table.get("source"), str) and source:
            yield source
        for value in table.values():
            yield from cited(value)
    elif isinstance(table, list):
        for value in table:
            yield from cited(value)


def test_every_entry_is_parsed() -> None:
    assert len(ENTRIES) == TEXT.count("\n@") > 0
    for key, fields in ENTRIES:
        assert len(fields) == sum(1 for name in fields if fields[name].count("{") == fields[name].count("}")), key


def test_keys_are_unique() -> None:
    keys = [key for key, _ in ENTRIES]
    assert len(keys) == len(set(keys))


def test_no_paper_appears_twice() -> None:
    for form in ("doi", "pmid", "pmcid"):
        found = [fields[form].lower() for _, fields in ENTRIES if form in fields]
        assert len(found) == len(set(found)), form


def test_identifiers_are_well_formed() -> None:
    wrong = [
        (key, form, fields[form])
        for key, fields in ENTRIES
        for form, pattern in FORMS.items()
        if form in fields and not pattern.fullmatch(fields[form])
    ]
    assert not wrong


def test_every_entry_has_an_identifier_or_says_that_it_has_none() -> None:
    silent = [
        key
        for key, fields in ENTRIES
        if not FORMS.keys() & fields.keys() and "identifier" not in fields.get("note", "")
    ]
    assert not silent


def test_unconfirmed_entries_say_so() -> None:
    for key, fields in ENTRIES:
        assert fields.get("verified") in {"yes", "no"}, key
        assert "title" in fields if fields["verified"] == "yes" else "not confirmed" in fields["note"], key


def test_every_cited_source_is_in_the_bibliography() -> None:
    known = {key for key, _ in ENTRIES}
    used = {
        source
        for path in sorted(PARAMS.rglob("*.toml"))
        for source in cited(tomllib.loads(path.read_text(encoding="utf-8")))
    }
    assert not used - known
