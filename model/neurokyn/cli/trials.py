"""`neurokyn trial`: a trial as a paper would tell it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from neurokyn.cli.inputs import Commands, check_files, read_settings


def declare(commands: Commands) -> None:
    """The command `trial` and its options."""
    trial = commands.add_parser("trial", help="simulate a trial: a ready-made name or a TOML file")
    trial.add_argument("trial", help="a name from `neurokyn list trials`, or a file")
    trial.add_argument("--people", type=int, metavar="N", help="all arms together (default: the design's own)")
    trial.add_argument("--seed", type=int, default=1, help="of people and chance (default 1)")
    trial.add_argument("--replicates", type=int, default=1, metavar="R", help="how often it is carried out (default 1)")
    trial.add_argument(
        "--without", action="append", default=[], metavar="PART",
        help="switch off biology, expectancy, natural-course, contact or bias; repeatable",
    )  # fmt: skip
    trial.add_argument(
        "--set", action="append", default=[], metavar="module.parameter=value",
        help="change a number for everybody; repeatable",
    )  # fmt: skip
    trial.add_argument("--json", type=Path, metavar="F.json", help="arms, contrasts and repetitions, for programs")
    trial.add_argument("--out", type=Path, metavar="F.nc", help="everybody's courses as NetCDF")
    trial.add_argument("--csv", type=Path, metavar="F.csv", help="everybody's visits as a table (or F.parquet)")
    trial.add_argument(
        "--plot", type=Path, metavar="FOLDER", help="pictures: courses, change, attendance, responders, parts"
    )
    trial.set_defaults(command=run_trial)


def run_trial(options: argparse.Namespace) -> int:
    """Simulate a trial; print it as a paper would; write what was asked for."""
    from neurokyn.population.reading import read_trial
    from neurokyn.population.results import simulate_trial
    from neurokyn.population.switches import without
    from neurokyn.report.trial_files import check_folder, trial_json, write_pictures, write_visits
    from neurokyn.report.trial_text import describe_trial
    from neurokyn.scenario.results import write_netcdf, write_text

    trial = read_trial(options.trial)
    files = [path for path in (options.json, options.out, options.csv) if path]
    check_files(Path(options.trial), files)
    if options.plot:
        check_folder(options.plot)
    result = simulate_trial(
        trial,
        people=options.people,
        seed=options.seed,
        replicates=options.replicates,
        switches=without(options.without),
        settings=read_settings(options.set),
        progress=sys.stderr.isatty(),
    )
    print(describe_trial(result))
    if options.json:
        write_text(json.dumps(trial_json(result), indent=1), options.json)
    if options.out:
        write_netcdf(result.courses, options.out)
    if options.csv:
        write_visits(result.courses, options.csv)
    written = [*files, *(write_pictures(result, options.plot) if options.plot else ())]
    if written:
        print(f"\nwritten: {', '.join(map(str, written))}")
    return 3 if result.courses["status"].values.any() else 0
