"""What the documents say is true: code runs, links lead somewhere, commands exist."""

import re
from pathlib import Path

import matplotlib as mpl
import pytest
from neurokyn.cli import build_parser

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "params" / "README.md",
    *sorted(ROOT.glob("docs/**/*.md")),
]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list:
    found = [
        pytest.param(text, id=f"{page.relative_to(ROOT)}-{k}")
        for page in PAGES
        for k, (name, text) in enumerate(BLOCK.findall(page.read_text(encoding="utf-8")))
        if name == language
    ]
    assert found
    return found


@pytest.mark.parametrize("text", blocks("python"))
def test_python_runs(text, tmp_path, monkeypatch):
    mpl.use("Agg")
    monkeypatch.chdir(tmp_path)
    exec(compile(text, "document", "exec"), {"__name__": "document"})


@pytest.mark.parametrize("text", blocks("console"))
def test_commands_exist(text):
    for line in text.splitlines():
        words = line.split("#")[0].split()
        if words[:1] == ["neurokyn"]:
            build_parser().parse_args(words[1:])
        elif words:
            named = [word for word in words[1:] if word.endswith((".py", ".sh")) and "/" in word]
            assert all((ROOT / word).exists() for word in named), line


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target
