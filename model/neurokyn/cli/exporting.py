"""`neurokyn export`: an arm of a scenario for other programs."""

from __future__ import annotations

import argparse
from pathlib import Path

from neurokyn.cli.inputs import Commands, check_files, read_settings


def declare(commands: Commands) -> None:
    """The command `export` and its options."""
    export = commands.add_parser("export", help="write one arm of a scenario for other programs")
    export.add_argument("format", choices=["sbml"], help="for COPASI, libRoadRunner and others")
    export.add_argument("scenario", help="a name from `neurokyn list scenarios`, or a file")
    export.add_argument("file", type=Path, metavar="F.xml")
    export.add_argument("--arm", metavar="NAME", help="which arm, if there are several")
    export.add_argument("--set", action="append", default=[], metavar="module.parameter=value", help="change a number")
    export.set_defaults(command=export_scenario)


def export_scenario(options: argparse.Namespace) -> int:
    """Write one arm of a scenario as SBML."""
    from neurokyn.exchange.sbml import write_sbml

    check_files(Path(options.scenario), [options.file])
    write_sbml(options.scenario, options.file, arm=options.arm, settings=read_settings(options.set))
    print(f"written: {options.file}")
    return 0
