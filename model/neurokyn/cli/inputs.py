"""What several commands read and check before anything is computed."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from neurokyn.errors import ScenarioError
from neurokyn.scenario.problems import Problems

# Where a command declares itself.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


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
