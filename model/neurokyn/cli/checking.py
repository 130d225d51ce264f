"""`neurokyn check`: everything that is wrong with the numbers, the modules and the scenarios."""

from __future__ import annotations

import argparse
import json

from neurokyn.cli.inputs import Commands
from neurokyn.errors import NeurokynError


def declare(commands: Commands) -> None:
    """The command `check` and its options."""
    check = commands.add_parser("check", help="check every number, module and scenario; list all problems")
    check.add_argument("--json", action="store_true", help="for programs")
    check.set_defaults(command=check_all)


def check_all(options: argparse.Namespace) -> int:
    """List every problem of the numbers, the reported results, the composed model and the ready-made scenarios."""
    from neurokyn.analysis.reported import check_reported
    from neurokyn.analysis.targets import check_targets
    from neurokyn.compiler.checks import check_numbers
    from neurokyn.scenario.catalogue import scenarios as scenario_names
    from neurokyn.scenario.checking import check_catalogue
    from neurokyn.scenario.model import modules, standard_model
    from neurokyn.scenario.reading import read_scenario

    problems = check_numbers(modules().values())
    try:
        problems += check_catalogue() + check_targets() + check_reported()
        system = standard_model()
        _equations = system.equations
        problems += [f"input {name} is joined to nothing; its stand-in is used" for name in system.unjoined]
    except NeurokynError as problem:
        problems.append(str(problem))
    for name in scenario_names():
        try:
            read_scenario(name)
        except NeurokynError as problem:
            problems.append(str(problem))
    if options.json:
        print(json.dumps(problems, indent=1, ensure_ascii=False))
        return 1 if problems else 0
    print(*problems, sep="\n", end="\n" if problems else "")
    said = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
    print(said if problems else "all numbers, modules and scenarios are in order")
    return 1 if problems else 0
