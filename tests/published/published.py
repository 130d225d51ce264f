"""Numbers of published models, and the shipped body beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import held
from tests.physiology.body import person


@cache
def published(model: str) -> dict[str, Any]:
    """What `extract.py` read from a model's own file."""
    return json.loads((Path(__file__).parent / "published.json").read_text(encoding="utf-8"))[model]


def disagrees(text: str):
    """A conclusion of a published model that ours does not reach: the simulated figure, and why."""
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=text)


def shown(changes: Mapping[str, float] | None = None) -> dict[str, float]:
    """Read-outs of a healthy person with some states multiplied."""
    who = person()
    y = who.starts.copy()
    for name, factor in (changes or {}).items():
        y[who.system.state_names.index(name)] *= factor
    return who.read_outs(y, held(who))


def share(fluxes: Mapping[str, float]) -> dict[str, float]:
    """Each of some fluxes over their sum."""
    return {name: x / sum(fluxes.values()) for name, x in fluxes.items()}
