"""`neurokyn validate`: simulated effects beside the reported ones."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from neurokyn.cli.inputs import Commands, check_files


def declare(commands: Commands) -> None:
    """The command `validate` and its options."""
    validate = commands.add_parser("validate", help="set simulated effects beside the reported ones")
    validate.add_argument("--quick", action="store_true", help="fewer people and replicates, under a minute")
    validate.add_argument("--only", action="append", default=[], metavar="ID", help="a row or a design; repeatable")
    validate.add_argument("--seed", type=int, default=1, help="of people and chance (default 1)")
    validate.add_argument("--json", type=Path, metavar="F.json", help="one row for each reported result")
    validate.add_argument("--report", type=Path, metavar="F.md", help="the verdict table in Markdown")
    validate.add_argument("--out", type=Path, metavar="F.nc", help="every replicate as NetCDF")
    validate.add_argument("--plot", type=Path, metavar="F.png", help="forest plot")
    validate.set_defaults(command=run_validation)


def run_validation(options: argparse.Namespace) -> int:
    """Simulate the design of every reported result; print the verdicts; 1 if one that held before now misses."""
    from neurokyn.analysis.reported import chosen_rows
    from neurokyn.analysis.validate import FULL, QUICK, validate
    from neurokyn.analysis.verdict_pages import describe_verdicts, validation_page
    from neurokyn.analysis.verdicts import as_rows, lost, to_dataset
    from neurokyn.report.forest import forest
    from neurokyn.report.plots import check_format, save
    from neurokyn.scenario.results import write_netcdf, write_text

    files = [path for path in (options.json, options.report, options.out, options.plot) if path]
    check_files(Path("params"), files)
    if options.plot:
        check_format(options.plot)
    rows = chosen_rows(options.only)
    effort = QUICK if options.quick else FULL
    verdicts = validate(rows, effort, options.seed, progress=sys.stderr.isatty())
    print(describe_verdicts(verdicts))
    if options.json:
        write_text(json.dumps(as_rows(verdicts), indent=1, ensure_ascii=False), options.json)
    if options.report:
        write_text(validation_page(verdicts, effort, options.seed), options.report)
    if options.out:
        write_netcdf(to_dataset(verdicts), options.out)
    if options.plot:
        save(forest(as_rows(verdicts)), options.plot)
    if files:
        print(f"\nwritten: {', '.join(map(str, files))}")
    missing = lost(verdicts, quick=options.quick) if options.seed == 1 else []
    for name in missing:
        print(f"neurokyn: {name} held before and misses now", file=sys.stderr)
    return 1 if missing else 0
