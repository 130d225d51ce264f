"""`neurokyn list`: what there is of a kind."""

from __future__ import annotations

import argparse
import json

from neurokyn.cli.inputs import Commands
from neurokyn.errors import ScenarioError, nearest


def declare(commands: Commands) -> None:
    """The command `list` and its options."""
    listing = commands.add_parser("list", help="list what there is")
    listing.add_argument("kind", nargs="?", default="scenarios")
    listing.add_argument("--json", action="store_true", help="for programs")
    listing.set_defaults(command=list_things)


def list_things(options: argparse.Namespace) -> int:
    """List scenarios, drugs, modes, people, challenges, modules or read-outs."""
    from neurokyn.report.text import catalogue

    found = catalogue()
    if options.kind not in found:
        raise ScenarioError(f"nothing of the kind '{options.kind}'{nearest(options.kind, found)}")
    rows = found[options.kind]
    if options.json:
        print(json.dumps(rows, indent=1))
    else:
        width = max((len(name) for name in rows), default=0)
        for name, text in rows.items():
            print(f"{name:<{width}}  {text}".rstrip())
    return 0
