"""`neurokyn show`: one thing in full."""

from __future__ import annotations

import argparse
import json
import tomllib
from pathlib import Path

from neurokyn.cli.inputs import Commands
from neurokyn.errors import ScenarioError, nearest


def declare(commands: Commands) -> None:
    """The command `show` and its options."""
    show = commands.add_parser("show", help="show a module, a parameter, a scenario, a trial or 'parameters'")
    show.add_argument("what")
    show.add_argument("--json", action="store_true", help="for programs")
    show.set_defaults(command=show_thing)


def show_thing(options: argparse.Namespace) -> int:
    """Print a module, a parameter, all parameters, a scenario, or a trial."""
    from neurokyn.population.reading import trial_text, trials
    from neurokyn.report.text import describe_module, describe_parameters
    from neurokyn.scenario.catalogue import scenarios as scenario_names
    from neurokyn.scenario.model import modules, standard_parameters
    from neurokyn.scenario.reading import read_scenario

    table = standard_parameters()
    what: str = options.what
    if what == "parameters":
        print(describe_parameters(table, list(table), as_json=options.json))
    elif what in modules():
        print(describe_module(modules()[what], table, as_json=options.json))
    elif what in table:
        print(describe_parameters(table, [what], as_json=options.json))
    elif what in trials():
        text = trial_text(what)
        print(json.dumps(tomllib.loads(text), indent=1, ensure_ascii=False) if options.json else text.rstrip())
    elif what in scenario_names() or Path(what).exists():
        text = read_scenario(what).to_toml()
        print(json.dumps(tomllib.loads(text), indent=1, ensure_ascii=False) if options.json else text.rstrip())
    else:
        choices = ["parameters", *modules(), *scenario_names(), *trials(), *table]
        raise ScenarioError(f"nothing is called '{what}'{nearest(what, choices) or '; see `neurokyn list`'}")
    return 0
