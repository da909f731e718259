"""Any range of time in buckets of any length: what the query says is what plain Python counts of all points.

Where points are deleted by age what is left says when it began, and no more; so Python counts it as of then.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from boards.options import WINDOW
from boards.sources import MAX_BUCKETS, Source
from boards.state_history import MAX_STATE_BUCKETS
from series.fields import MICROSECOND, to_microseconds
from series.models import Day, DayZone, Hour, Latest, Minute, Point, Series
from series.samples import Sample
from series.storage import days, retention, turn
from series.storage.grid import grid_of
from series.storage.newest import Newest
from series.storage.query import buckets
from series.storage.write import write

pytestmark = [pytest.mark.database, pytest.mark.django_db]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 12, 34, 56, tzinfo=UTC)
ZONES = ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/New_York"]
# Through the changes of all of these in 2026, and of one in each hemisphere years ago.
CHANGES = [
    datetime(2022, 3, 27, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
]
MOMENTS = st.one_of(
    st.builds(
        lambda change, quarters, off: change + quarters * 15 * MINUTE + off,
        st.sampled_from(CHANGES),
        st.integers(-100, 100),
        st.sampled_from([timedelta(0), timedelta(microseconds=-1), timedelta(seconds=7)]),
    ),
    st.integers(0, 5 * 365 * 24 * 3600).map(lambda seconds: NOW - timedelta(seconds=seconds)),
)
POINTS = st.dictionaries(MOMENTS.filter(lambda time: time <= NOW), st.integers(-3, 70).map(float), max_size=40)
HOURS, WHOLE_DAYS = [3600, 7200, 4 * 3600, 12 * 3600, 5000], [86400, 2 * 86400, 13 * 86400]


class Asked(NamedTuple):
    start: datetime
    end: datetime
    step: float
    zone: tzinfo | None


@st.composite
def ranges(draw: st.DrawFn) -> Asked:
    """From some minutes to 5 years, in at most some hundred buckets."""
    zone = draw(st.none() | st.sampled_from(ZONES).map(ZoneInfo))
    step = draw(st.sampled_from([*HOURS, *WHOLE_DAYS] if zone else [1, 7.5, 60, 90, 1800, *HOURS, *WHOLE_DAYS]))
    start = draw(MOMENTS)
    length = draw(st.integers(0, 150)) * timedelta(seconds=step) + draw(st.integers(1, 7200)) * timedelta(seconds=1)
    return Asked(start, start + length, step, zone)


def clock(time: datetime, zone: tzinfo | None) -> timedelta:
    """What a clock shows, since it showed 1970."""
    return time.astimezone(zone or UTC).replace(tzinfo=UTC) - EPOCH


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


def begins(number: int, asked: Asked) -> datetime:
    """When the clock first shows that this bucket has begun."""
    shown = EPOCH + number * timedelta(seconds=asked.step)
    return shown.replace(tzinfo=asked.zone or UTC).astimezone(UTC)


def seen(values: list[float]) -> int:
    bits = 0
    for value in values:
        bits |= 1 << (int(value) if 0 <= value <= 61 else 62)
    return bits


def floored(time: datetime, size: timedelta) -> datetime:
    return EPOCH + (time - EPOCH) // size * size


def as_counted(points: dict[datetime, float], since: tuple[datetime, datetime]) -> list[tuple[datetime, list[float]]]:
    """As of which moment the values of points count. ``since``: from when on there are points, and minutes.

    Where a bucket ends in a minute or an hour that is all that is left, that counts as what was when it began. Where
    none does, it is the same.
    """
    points_since, minutes_since = since
    sizes = [HOUR if time < minutes_since else MINUTE if time < points_since else None for time in points]
    return [
        (floored(time, size) if size else time, [value])
        for (time, value), size in zip(points.items(), sizes, strict=True)
    ]


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
            assert compared == expected(as_counted(points, since), one), one
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
