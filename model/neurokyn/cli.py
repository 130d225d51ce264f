"""The command line: run, trial, validate, export, show, check, list, cite, new-module."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tomllib
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path

from neurokyn.errors import NeurokynError, ScenarioError, nearest
from neurokyn.scenario.problems import Problems

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words after `neurokyn`; those of the process if not given.

    Returns
    -------
    int
        0 done; 1 done, but something named in the output failed; 2 the input was wrong;
        3 a person could not be solved.
    """
    parser = build_parser()
    options = parser.parse_args(arguments)
    command: Command = options.command
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without µ shows ?
    try:
        code = command(options)
        sys.stdout.flush()
        return code
    except NeurokynError as problem:
        for line in str(problem).splitlines():
            print(f"neurokyn: {line}", file=sys.stderr)
        return problem.exit_code
    except BrokenPipeError:  # whoever read our output has gone, and so must what is left of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as problem:
        print(f"neurokyn: {problem.filename or 'a file'} cannot be used: {problem.strerror}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("neurokyn: stopped", file=sys.stderr)
        return 130


def build_parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    parser = argparse.ArgumentParser(
        prog="neurokyn", description="Mechanistic simulation of how SSRIs and exercise act on depression."
    )
    from neurokyn import __version__

    parser.add_argument("--version", action="version", version=f"neurokyn {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

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

    _add_trials(commands)
    export = commands.add_parser("export", help="write one arm of a scenario for other programs")
    export.add_argument("format", choices=["sbml"], help="for COPASI, libRoadRunner and others")
    export.add_argument("scenario", help="a name from `neurokyn list scenarios`, or a file")
    export.add_argument("file", type=Path, metavar="F.xml")
    export.add_argument("--arm", metavar="NAME", help="which arm, if there are several")
    export.add_argument("--set", action="append", default=[], metavar="module.parameter=value", help="change a number")
    export.set_defaults(command=export_scenario)

    show = commands.add_parser("show", help="show a module, a parameter, a scenario, a trial or 'parameters'")
    show.add_argument("what")
    show.add_argument("--json", action="store_true", help="for programs")
    show.set_defaults(command=show_thing)

    check = commands.add_parser("check", help="check every number, module and scenario; list all problems")
    check.add_argument("--json", action="store_true", help="for programs")
    check.set_defaults(command=check_all)

    listing = commands.add_parser("list", help="list what there is")
    listing.add_argument("kind", nargs="?", default="scenarios")
    listing.add_argument("--json", action="store_true", help="for programs")
    listing.set_defaults(command=list_things)

    cite = commands.add_parser("cite", help="the references a scenario or a trial rests on")
    cite.add_argument("scenario", help="a scenario or a trial: a ready-made name or a file")
    cite.add_argument("--bibtex", action="store_true", help="as BibTeX")
    cite.set_defaults(command=cite_scenario)

    new = commands.add_parser("new-module", help="start a physiology module: its file and its table")
    new.add_argument("name")
    new.add_argument("--folder", type=Path, default=None, help="a package's folder (default: this checkout)")
    new.set_defaults(command=new_module)
    return parser


def _add_trials(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands that simulate trials."""
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

    validate = commands.add_parser("validate", help="set simulated effects beside the reported ones")
    validate.add_argument("--quick", action="store_true", help="fewer people and replicates, under a minute")
    validate.add_argument("--only", action="append", default=[], metavar="ID", help="a row or a design; repeatable")
    validate.add_argument("--seed", type=int, default=1, help="of people and chance (default 1)")
    validate.add_argument("--json", type=Path, metavar="F.json", help="one row for each reported result")
    validate.add_argument("--report", type=Path, metavar="F.md", help="the verdict table in Markdown")
    validate.add_argument("--out", type=Path, metavar="F.nc", help="every replicate as NetCDF")
    validate.add_argument("--plot", type=Path, metavar="F.png", help="forest plot")
    validate.set_defaults(command=run_validation)


def read_settings(words: Sequence[str]) -> dict[str, float | str]:
    """`module.parameter=value` words as a mapping, each checked."""
    from neurokyn.scenario.scenario import check_settings

    settings: dict[str, float | str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not value.strip():
            raise ScenarioError("it has no value", where=f"--set {word}", fix="write --set module.parameter=value")
        settings[name.strip()] = value.strip()
    problems = Problems()
    check_settings(settings, "--set", problems)
    problems.settle()
    return settings


def check_files(scenario: Path, files: Sequence[Path]) -> None:
    """Refuse places that cannot be written before anything is computed."""
    from neurokyn.scenario.results import check_writable

    for path in files:
        check_writable(path)
        if path.resolve() == scenario.resolve():
            raise ScenarioError(f"{path} is the scenario itself", fix="choose another name")
    if len({path.resolve() for path in files}) < len(files):
        raise ScenarioError("two results would go into one file", fix="give each a name of its own")


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


def export_scenario(options: argparse.Namespace) -> int:
    """Write one arm of a scenario as SBML."""
    from neurokyn.exchange.sbml import write_sbml

    check_files(Path(options.scenario), [options.file])
    write_sbml(options.scenario, options.file, arm=options.arm, settings=read_settings(options.set))
    print(f"written: {options.file}")
    return 0


def _say(line: str) -> None:
    """A line of progress, where somebody is looking."""
    if sys.stderr.isatty():
        print(f"neurokyn: {line}", file=sys.stderr, flush=True)


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


def cite_scenario(options: argparse.Namespace) -> int:
    """Print the references that the model of a scenario rests on."""
    from neurokyn.report.citing import references

    print(references(options.scenario, bibtex=options.bibtex))
    return 0


def new_module(options: argparse.Namespace) -> int:
    """Write the skeleton of a physiology module and say what comes next."""
    from neurokyn.report.scaffold import scaffold

    for path in scaffold(options.name, options.folder):
        print(f"written: {path}")
    print("next: declare what it needs and does, give every parameter its table, then run `neurokyn check`")
    return 0
