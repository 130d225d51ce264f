"""The command line; each command is a file that declares itself and one line in `PARTS`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper

from neurokyn.cli import (
    checking,
    citing,
    explaining,
    exporting,
    laboratory,
    listing,
    running,
    showing,
    starting,
    trials,
    validating,
)
from neurokyn.errors import NeurokynError

Command = Callable[[argparse.Namespace], int]
# In the order of `neurokyn --help`.
PARTS = (
    running,
    trials,
    validating,
    laboratory,
    explaining,
    exporting,
    showing,
    checking,
    listing,
    citing,
    starting,
)


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
    from neurokyn import __version__

    parser = argparse.ArgumentParser(
        prog="neurokyn", description="Mechanistic simulation of how SSRIs and exercise act on depression."
    )
    parser.add_argument("--version", action="version", version=f"neurokyn {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for part in PARTS:
        part.declare(commands)
    return parser
