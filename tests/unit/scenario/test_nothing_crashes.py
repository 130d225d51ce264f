"""Whatever stands in a scenario file, it is read or refused; nothing else is ever raised."""

import copy
import datetime
import tomllib
from functools import reduce
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from neurokyn.errors import NeurokynError
from neurokyn.scenario.reading import scenario_from

HERE = Path(__file__).parent
FILES = [tomllib.loads((HERE / name).read_text(encoding="utf-8")) for name in ("grammar.toml", "everything.toml")]
MISSING = object()
WRONG = [
    *(0, -1, 1.5, float("nan"), float("inf"), True, "", "x", "1", "-3 h", "5 mg", "week", "2026-01-01"),
    *(10**400, -(10**400), 1e308, 1e-308, "1e300 weeks", "1e-300 s", "1e308 mg", "99999999 %VO2max", "week 1e9"),
    *("x" * 5000, "\0", "a\nb", "$", "走る", "2026-02-30", "24:00", "day 0.0000001", "5 mg**99", "mood.depression"),
    *([], [1], ["x"], [[]], [["week 0"]], [["week 0", 1]], [{}], {}, {"a": 1}, {"a.b": [1]}),
    *(datetime.date(2026, 1, 1), datetime.time(7), datetime.datetime(2026, 1, 1), MISSING),
]


def places(table, path=()):
    entries = table.items() if isinstance(table, dict) else enumerate(table) if isinstance(table, list) else ()
    for key, value in entries:
        yield (*path, key)
        yield from places(value, (*path, key))


@settings(deadline=None, max_examples=250)
@given(st.data())
def test_a_wrong_value_anywhere_is_refused_or_read(data):
    file = data.draw(st.sampled_from(FILES))
    *path, last = data.draw(st.sampled_from(list(places(file))))
    wrong = data.draw(st.sampled_from(WRONG))
    changed = copy.deepcopy(file)
    table = reduce(lambda part, key: part[key], path, changed)
    if wrong is MISSING:
        del table[last]
    else:
        table[last] = wrong
    try:
        scenario = scenario_from(changed, "mine.toml")
    except NeurokynError as error:
        refusal = str(error)
    else:
        refusal = ""
    if refusal:
        assert all(line.startswith("mine.toml") for line in refusal.splitlines())
        return
    scenario.to_toml()
    for arm in scenario.arm_names or (None,):
        scenario.schedule(arm)
