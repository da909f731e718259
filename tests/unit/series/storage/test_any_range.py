"""Any range of time in buckets of any length: what the query says is what plain Python counts of all points.

Where points are deleted by age what is left says when it began, and no more; so Python counts it as of then.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from boards.data.sources import MAX_BUCKETS, Source
from boards.data.state_history import MAX_STATE_BUCKETS
from boards.options import WINDOW
from series.fields import MICROSECOND, to_microseconds
from series.models import Day, DayZone, Hour, Latest, Minute, Point, Series
from series.samples import Sample
from series.storage import days, retention, turn
from series.storage.grid import grid_of
from series.storage.newest import Newest
from series.storage.query import buckets
from series.storage.write import write
from tests.unit.series.storage.ranges import (
    DAY,
    EPOCH,
    HOUR,
    MINUTE,
    MOMENTS,
    NOW,
    Asked,
    begins,
    clock,
    counts_as_of,
    ranges,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]
POINTS = st.dictionaries(MOMENTS.filter(lambda time: time <= NOW), st.integers(-3, 70).map(float), max_size=40)


def expected(counted: Sequence[tuple[datetime, list[float]]], asked: Asked) -> list[tuple[Any, ...] | None]:
    """``counted``: as of which moment there are which values."""
    step = timedelta(seconds=asked.step)
    first = clock(asked.start, asked.zone) // step
    begin = begins(first, asked)
    # The bucket of the last moment before the end; hours that come twice may end before it.
    moments = [asked.end - timedelta(microseconds=1), *(at for at, _values in counted if begin <= at < asked.end)]
    size = max(clock(at, asked.zone) // step - first + 1 for at in moments)
    groups: list[list[float]] = [[] for _number in range(size)]
    for at, values in counted:
        if begin <= at < asked.end:
            groups[clock(at, asked.zone) // step - first] += values
    return [(len(group), sum(group), min(group), max(group), seen(group)) if group else None for group in groups]


def seen(values: list[float]) -> int:
    bits = 0
    for value in values:
        bits |= 1 << (int(value) if 0 <= value <= 61 else 62)
    return bits


@pytest.fixture(autouse=True)
def quick_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn.time, "sleep", lambda seconds: None)


@given(
    POINTS,
    st.lists(ranges(), min_size=1, max_size=8),
    st.none() | st.tuples(st.integers(0, 2000), st.integers(0, 2000)),
)
def test_is_what_plain_python_counts(
    points: dict[datetime, float], asked: list[Asked], ages: tuple[int, int] | None
) -> None:
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(days, "_zones_in_use", [lambda: ["Europe/Berlin", "America/New_York"]])
        other = Series.objects.create(name="other").pk
        cpu = Series.objects.create(name="cpu").pk
        write(Sample("cpu", {}, time, value) for time, value in points.items())
        days.make(NOW)
        if ages is not None:
            patch.setattr(retention.settings, "RETENTION_DAYS", [*sorted(ages), None])
            retention.expire(NOW)
            days.make(NOW)
        latest = Latest.objects.filter(pk=cpu).first()
        since = (latest.points_since, latest.minutes_since) if latest else (EPOCH, EPOCH)
        for one in asked:
            found = buckets(
                [cpu, other], states=True, start=one.start, end=one.end, step_seconds=one.step, zone=one.zone
            )
            compared = [bucket and (*bucket[:4], bucket.seen) for bucket in found[cpu]]
            assert compared == expected(
                [(counts_as_of(time, since), [value]) for time, value in points.items()], one
            ), one
            assert found[other] == [None] * len(compared)
        transaction.set_rollback(True)


# Of a table, at 1 Hz.
ROW = {Point: timedelta(seconds=1), Minute: MINUTE, Hour: HOUR, Day: DAY}


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])
@pytest.mark.parametrize("most", [MAX_BUCKETS, MAX_STATE_BUCKETS])
@pytest.mark.parametrize("length", [HOUR, 5 * HOUR, DAY, 7 * DAY, 30 * DAY, 365 * DAY, 5 * 365 * DAY], ids=str)
def test_few_rows_are_read_however_long_it_is(length: timedelta, most: int, zone: str) -> None:
    """Of a series with a point a second for years, in the buckets that a board chooses: whatever there is of these
    stretches of these tables."""
    DayZone.objects.create(name=zone, is_made=True)
    options = {WINDOW: length.total_seconds()}
    within = Source("", ZoneInfo(zone), options, newest={1: (NOW, 1.0)}).window(max_buckets=most)  # type: ignore[arg-type]
    ages = [to_microseconds(NOW - age) for age in (7 * DAY, 90 * DAY, 2 * HOUR)]
    parts = list(grid_of(**within.query()).parts([Newest(0, 0, 0.0, *ages)]))
    rows = Counter[type]()
    for part in parts:
        is_read = len(part.split) * HOUR if part.is_split else (part.end - part.start) * MICROSECOND
        rows[part.table] += is_read // ROW[part.table]
    # A bucket of 30 seconds has 30 points, one of half an hour 30 minutes, one of half a day 12 hours.
    # Where clocks are not whole hours ahead, the minutes of the hour in which a bucket ends are read, too.
    in_split_hours = 60 * within.size if zone in ("Asia/Kolkata", "Australia/Lord_Howe") else 0
    assert sum(rows.values()) <= 30 * most + 3 * 60 + in_split_hours, rows
    assert within.size <= most + 1
