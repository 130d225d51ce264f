"""`neurokyn new-module`: the first lines of an organ system."""

from __future__ import annotations

import argparse
from pathlib import Path

from neurokyn.cli.inputs import Commands


def declare(commands: Commands) -> None:
    """The command `new-module` and its options."""
    new = commands.add_parser("new-module", help="start a physiology module: its file and its table")
    new.add_argument("name")
    new.add_argument("--folder", type=Path, default=None, help="a package's folder (default: this checkout)")
    new.set_defaults(command=new_module)


def new_module(options: argparse.Namespace) -> int:
    """Write the skeleton of a physiology module and say what comes next."""
    from neurokyn.report.scaffold import scaffold

    for path in scaffold(options.name, options.folder):
        print(f"written: {path}")
    print("next: declare what it needs and does, give every parameter its table, then run `neurokyn check`")
    return 0
