"""`neurokyn cite`: the papers behind a scenario or a trial."""

from __future__ import annotations

import argparse

from neurokyn.cli.inputs import Commands


def declare(commands: Commands) -> None:
    """The command `cite` and its options."""
    cite = commands.add_parser("cite", help="the references a scenario or a trial rests on")
    cite.add_argument("scenario", help="a scenario or a trial: a ready-made name or a file")
    cite.add_argument("--bibtex", action="store_true", help="as BibTeX")
    cite.set_defaults(command=cite_scenario)


def cite_scenario(options: argparse.Namespace) -> int:
    """Print the references that the model of a scenario rests on."""
    from neurokyn.report.citing import references

    print(references(options.scenario, bibtex=options.bibtex))
    return 0
