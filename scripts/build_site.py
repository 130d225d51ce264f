"""Build the documentation site, and check that it reads from disk with the network off.

python scripts/build_site.py [--out FOLDER] [--do-not-run]

Warnings are errors. Then every link inside the site must lead to a page and an anchor that are there, and no page may
ask for a script, a style, a picture or a font from outside. Exit code 1 says that something is wrong.
"""

import argparse
import re
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
ASSETS = {
    "script": "src",
    "img": "src",
    "link": "href",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "image": "href",
}
ADDRESS = re.compile(r"""(?:url\(\s*|@import\s+)["']?([^"')\s]+)""")


class Page(HTMLParser):
    """What a page offers and asks for: anchors, links, and what is loaded with it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = {"", "top"}
        self.links: list[str] = []
        self.assets: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.anchors |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag in ASSETS and ASSETS[tag] in found:
            self.assets.append(found[ASSETS[tag]])
        self.assets += ADDRESS.findall(found.get("style", ""))


def outside(address: str) -> bool:
    """Whether an address is not a part of the site."""
    return bool(urlsplit(address).scheme or urlsplit(address).netloc) and not address.startswith("data:")


def problems(site: Path) -> list[str]:
    """Links that lead nowhere, and what is asked for from outside, one line each."""
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        name = path.relative_to(site)
        found += [f"{name} loads {asset} from outside" for asset in page.assets if outside(asset)]
        inside = [a for a in [*page.links, *page.assets] if a and not outside(a) and not a.startswith("data:")]
        for link in dict.fromkeys(inside):
            parts = urlsplit(link)
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.exists():
                found.append(f"{name} links to {link}, which is not there")
            elif target in pages and unquote(parts.fragment) not in pages[target].anchors:
                found.append(f"{name} links to {link}: that page has no such anchor")
    for path in sorted(site.rglob("*.css")):
        addresses = ADDRESS.findall(path.read_text(encoding="utf-8"))
        found += [f"{path.relative_to(site)} loads {a} from outside" for a in addresses if outside(a)]
    return found


def build(out: Path, *, run: bool) -> bool:
    """Whether Sphinx built the site without a warning."""
    from sphinx.cmd.build import main

    words = ["-b", "html", "-q", "-E", "-W", "--keep-going", "-n", "-d", str(DOCS / "_build" / "doctrees")]
    if not run:
        words += [
            "-D",
            "nb_execution_mode=off",
            "-D",
            "suppress_warnings=myst-nb.lexer",
        ]  # only a run knows the language
    return main([*words, str(DOCS), str(out)]) == 0


def command(words: list[str]) -> int:
    """Build, check, say how it went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=DOCS / "_build" / "site", help="where the site goes")
    parser.add_argument("--do-not-run", action="store_true", help="show the tutorials' code without running it")
    options = parser.parse_args(words)
    start = time.perf_counter()
    well = build(options.out.resolve(), run=not options.do_not_run)
    found = problems(options.out.resolve())
    print("\n".join(found), file=sys.stderr)
    pages = len(list(options.out.rglob("*.html")))
    print(f"{pages} pages in {options.out}, {time.perf_counter() - start:.0f} s, {len(found)} problems with links")
    return 0 if well and not found else 1


if __name__ == "__main__":
    sys.exit(command(sys.argv[1:]))
