"""`neurokyn why`: what carries the difference between two arms of a scenario."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from neurokyn.cli.inputs import Commands, read_settings
from neurokyn.errors import ScenarioError

if TYPE_CHECKING:
    import xarray as xr

    from neurokyn.scenario.scenario import Settings


def declare(commands: Commands) -> None:
    """The command `why` and its options."""
    why = commands.add_parser("why", help="what carries the difference between two arms")
    why.add_argument("scenario", help="a name from `neurokyn list scenarios`, or a file")
    why.add_argument("what", help="a state such as kynurenine.kyna; with --cuts any read-out")
    why.add_argument("--arm", required=True, metavar="NAME", help="the arm to explain")
    why.add_argument("--other", required=True, metavar="NAME", help="the arm it is compared with")
    why.add_argument(
        "--set", action="append", default=[], metavar="module.parameter=value", help="change a number; repeatable"
    )
    why.add_argument("--cuts", action="store_true", help="cut each coupling between organ systems in turn")
    why.add_argument("--json", action="store_true", help="for programs")
    why.set_defaults(command=explain)


def explain(options: argparse.Namespace) -> int:
    """Print what acted on a state in two arms and how that adds up, or what is lost with each coupling."""
    settings = read_settings(options.set)
    text, plain = (_cuts if options.cuts else _terms)(options, settings)
    print(json.dumps(plain, indent=1, ensure_ascii=False) if options.json else text)
    return 0


def _terms(options: argparse.Namespace, settings: Settings) -> tuple[str, Any]:
    """The budget of a state in one arm less that in the other."""
    from neurokyn.analysis.budget import difference
    from neurokyn.analysis.budget_text import difference_text
    from neurokyn.scenario.model import standard_model

    system = standard_model()
    if options.what in {r.name for r in system.read_outs} - set(system.state_names):
        raise ScenarioError(f"{options.what} is no state: nothing flows into it", fix="ask with --cuts")
    found = difference(options.scenario, options.what, options.arm, options.other, settings=settings)
    return difference_text(found), _plain(found)


def _plain(found: xr.Dataset) -> dict[str, Any]:
    """A difference of budgets for programs."""
    columns = ("term", "kind", "module", "description", "one", "two", "difference")
    rows = zip(*(found[name].values.tolist() for name in columns), strict=True)
    whole = ("start", "end", "change", "closure", "turnover")
    return {
        "of": found.attrs["of"],
        "unit": found["difference"].attrs["units"],
        "terms": [dict(zip(columns, row, strict=True)) for row in rows],
        **{name: found[name].values.tolist() for name in whole},
    }


def _cuts(options: argparse.Namespace, settings: Settings) -> tuple[str, Any]:
    """What carries the difference of a read-out, coupling by coupling."""
    from neurokyn.analysis.budget_text import carried_text
    from neurokyn.analysis.carried import carried

    found = carried(options.scenario, options.what, arm=options.arm, other=options.other, settings=settings)
    return carried_text(found), asdict(found)
