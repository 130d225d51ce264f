"""`neurokyn run`: a scenario, its dataset and its picture."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from neurokyn.cli.inputs import Commands, check_files, read_settings


def declare(commands: Commands) -> None:
    """The command `run` and its options."""
    run = commands.add_parser("run", help="run a scenario: a ready-made name or a TOML file")
    run.add_argument("scenario", help="a name from `neurokyn list scenarios`, or a file")
    run.add_argument("--out", type=Path, metavar="F.nc", help="NetCDF file (default: NAME.nc)")
    run.add_argument("--plot", type=Path, metavar="F.png", help="picture (default: NAME.png)")
    run.add_argument("--json", type=Path, metavar="F.json", help="start, end, least and most of every read-out, by arm")
    run.add_argument(
        "--set", action="append", default=[], metavar="module.parameter=value", help="change a number; repeatable"
    )
    run.add_argument("--draws", type=int, metavar="N", help="repeat it over N draws of the fitted numbers")
    run.add_argument("--seed", type=int, default=1, help="of the draws (default 1)")
    run.add_argument(
        "--trust", metavar="READ-OUT", nargs="?", const="mood.depression", help="also say on which evidence it rests"
    )
    run.add_argument("--rtol", type=float, default=1e-6, help="relative tolerance (default 1e-6)")
    run.set_defaults(command=run_scenario)


def run_scenario(options: argparse.Namespace) -> int:
    """Run a scenario; write NetCDF and a picture; print what changed by arm."""
    from neurokyn.report.courses import arms_of
    from neurokyn.report.plots import check_format, overview, save
    from neurokyn.report.summary import changes_table, summarise, to_json
    from neurokyn.scenario.reading import read_scenario
    from neurokyn.scenario.results import write_netcdf, write_text
    from neurokyn.scenario.simulate import simulate

    scenario = read_scenario(options.scenario)
    stem = Path(options.scenario).stem
    out, picture = options.out or Path(f"{stem}.nc"), options.plot or Path(f"{stem}.png")
    files = [out, picture] + ([options.json] if options.json else [])
    check_files(Path(options.scenario), files)
    check_format(picture)
    settings = read_settings(options.set)
    if options.draws is None:
        data = simulate(scenario, settings=settings, rtol=options.rtol, progress=sys.stderr.isatty())
    else:
        from neurokyn.analysis.posterior import simulate_draws

        data = simulate_draws(scenario, options.draws, seed=options.seed, settings=settings, say=_say)
    figure = overview(data)
    write_netcdf(data, out)
    save(figure, picture)
    if options.json:
        write_text(json.dumps(to_json(summarise(data)), indent=1), options.json)
    print(changes_table(data))
    if options.trust:
        from neurokyn.analysis.trust import describe, trust

        print("\n" + describe(trust(scenario, options.trust, say=_say)))
    print(f"\nwritten: {', '.join(map(str, files))}")
    failed = [(arm, str(course["reason"].values)) for arm, course in arms_of(data) if course["status"].values.any()]
    for arm, reason in failed:
        who = f"{arm} stopped early" if arm else "stopped early"
        print(f"neurokyn: {who}: {reason}; what was computed is in {out}", file=sys.stderr)
    return 3 if failed else 0


def _say(line: str) -> None:
    """A line of progress, where somebody is looking."""
    if sys.stderr.isatty():
        print(f"neurokyn: {line}", file=sys.stderr, flush=True)
