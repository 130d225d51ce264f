"""What must hold for any schedule."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neurokyn.scenario.context import Context
from neurokyn.scenario.dosing import Regimen
from neurokyn.scenario.quantity import WEEKDAYS
from neurokyn.scenario.recurrence import Taper
from neurokyn.scenario.schedule import Bolus, Level, Schedule
from neurokyn.scenario.surroundings import Meals

GUT = "ssri.escitalopram_gut"
DRIVES = ["stress.level", "tryptophan.meal"]
RESTS = np.array([0.0, 1.0])
STATES = ["mood.activation", GUT]

relaxed = settings(deadline=None, max_examples=60)  # a shared machine may be slow
hours = st.floats(0, 400, allow_nan=False)
boluses = st.builds(Bolus, st.just(GUT), hours, st.floats(0.1, 50), st.just("mg"))
levels = st.builds(
    lambda start, length, value: Level("stress.level", start, start + length, value, "1"),
    hours,
    st.floats(0, 100),
    st.floats(-2, 2),
)
items = st.lists(st.one_of(boluses, levels), max_size=25)


@relaxed
@given(items, st.floats(1, 400))
def test_every_dose_before_the_end_is_delivered_whole(scheduled, duration):
    found = Schedule(scheduled).to_arrays(DRIVES, RESTS, STATES, duration)
    given_mg = sorted(i.amount for i in scheduled if isinstance(i, Bolus) and i.time < duration - 1e-9)
    assert sorted(found.jump_amount.tolist()) == given_mg
    assert found.jump_first[-1] == len(given_mg)
    assert set(found.jump_state.tolist()) <= {STATES.index(GUT)}


@relaxed
@given(items, st.floats(1, 400))
def test_every_dose_is_delivered_at_its_time(scheduled, duration):
    found = Schedule(scheduled).to_arrays(DRIVES, RESTS, STATES, duration)
    at = np.repeat(found.starts[:-1], np.diff(found.jump_first))
    wanted = sorted(i.time for i in scheduled if isinstance(i, Bolus) and i.time < duration - 1e-9)
    assert np.allclose(sorted(at), wanted, rtol=0, atol=1e-9)


@relaxed
@given(items, st.floats(1, 400), st.randoms())
def test_the_order_items_are_given_in_does_not_matter(scheduled, duration, random):
    shuffled = random.sample(scheduled, len(scheduled))
    assert Schedule(shuffled) == Schedule(scheduled)
    one, other = (Schedule(x).to_arrays(DRIVES, RESTS, STATES, duration) for x in (scheduled, shuffled))
    for a, b in zip(one, other, strict=True):
        assert np.array_equal(a, b)


@relaxed
@given(items, st.floats(1, 400))
def test_boundaries_increase_and_hold_constant_drives_between_them(scheduled, duration):
    schedule = Schedule(scheduled)
    found = schedule.to_arrays(DRIVES, RESTS, STATES, duration)
    assert found.starts[0] == 0
    assert found.starts[-1] == duration
    assert all(b - a >= 1e-9 / 2 for a, b in pairwise(found.starts))
    rests = dict(zip(DRIVES, RESTS.tolist(), strict=True))
    for k, (a, b) in enumerate(pairwise(found.starts)):
        if b - a > 1e-8:
            assert list(schedule.levels_at((a + b) / 2, rests).values()) == pytest.approx(found.drives[k].tolist())


@relaxed
@given(items, items, st.floats(1, 400))
def test_levels_of_two_schedules_add(one, other, duration):
    def integral(scheduled):
        found = Schedule(scheduled).to_arrays(DRIVES, RESTS, STATES, duration)
        return (np.diff(found.starts) @ found.drives)[0]

    assert integral([*one, *other]) == pytest.approx(integral(one) + integral(other), abs=1e-6)


@relaxed
@given(
    every=st.floats(0.5, 60),
    start=st.floats(0, 100),
    length=st.floats(0.5, 500),
    milligrams=st.integers(1, 20),
    nth=st.sampled_from([0, 2, 3, 7]),
)
def test_a_regimen_delivers_what_it_says(every, start, length, milligrams, nth):
    context = Context(duration=700.0, clock=7.0)
    course = Regimen("escitalopram", f"{milligrams} mg", every=every, start=start, stop=start + length, skip_every=nth)
    given_at = [bolus.time for bolus in course.expand(context)]
    scheduled = [start + k * every for k in range(1100) if start + k * every < start + length - 1e-9]
    kept = [time for k, time in enumerate(scheduled, 1) if not nth or k % nth]
    assert given_at == kept
    found = Schedule(course.expand(context)).to_arrays([], [], [GUT], context.duration)
    assert found.jump_amount.sum() == pytest.approx(milligrams * len([t for t in kept if t < 700 - 1e-9]))


@relaxed
@given(steps=st.integers(1, 6), weeks=st.integers(1, 6), milligrams=st.integers(1, 20))
def test_a_taper_only_lowers_and_ends_at_the_stop(steps, weeks, milligrams):
    context = Context(duration=12 * 168.0)
    plain = Regimen("escitalopram", f"{milligrams} mg", every="1 day", stop="week 10")
    tapered = Regimen(
        "escitalopram", f"{milligrams} mg", every="1 day", stop="week 10", taper=Taper(f"{weeks} weeks", steps)
    )
    full, less = plain.expand(context), tapered.expand(context)
    assert [b.time for b in full] == [b.time for b in less]
    amounts = [b.amount for b in less]
    assert all(later <= earlier for earlier, later in pairwise(amounts))
    assert [a for a in amounts if a == milligrams] == [milligrams] * (70 - 7 * weeks)
    assert len(set(amounts)) == steps + 1
    assert amounts[-1] == pytest.approx(milligrams / (steps + 1))


@relaxed
@given(
    at=st.lists(st.integers(0, 1439), min_size=1, max_size=6, unique=True),
    sizes=st.lists(st.floats(0.1, 10), min_size=6, max_size=6),
    minutes=st.integers(5, 300),
    clock=st.integers(0, 1439),
    days=st.integers(1, 5),
)
def test_meals_keep_the_daily_mean(at, sizes, minutes, clock, days):
    meals = Meals([f"{t // 60:02d}:{t % 60:02d}" for t in at], sizes[: len(at)], minutes)
    context = Context(duration=24.0 * days, clock=clock / 60)
    found = Schedule(meals.expand(context)).to_arrays(DRIVES, RESTS, STATES, context.duration)
    mean = np.diff(found.starts) @ found.drives[:, 1] / context.duration
    assert mean == pytest.approx(1.0, abs=1e-12)
    assert found.drives[:, 1].min() >= -1e-12


@relaxed
@given(
    days=st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    first=st.integers(0, 6),
    clock=st.integers(0, 1439),
    at=st.integers(0, 1439),
)
def test_weekdays_come_once_a_week_at_their_time(days, first, clock, at):
    context = Context(duration=4 * 168.0, clock=clock / 60, weekday=first)
    course = Regimen("escitalopram", "10 mg", days=sorted(days), at=f"{at // 60:02d}:{at % 60:02d}")
    times = [bolus.time for bolus in course.expand(context)]
    assert len(times) == 4 * len(days)
    for time in times:
        assert WEEKDAYS[context.weekday_at(time)] in days
        assert (time + context.clock - at / 60 + 12) % 24 == pytest.approx(12, abs=1e-9)
