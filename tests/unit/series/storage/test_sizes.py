"""What series take of the disk, and will take."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from django.conf import LazySettings
from django.db import connection

from series.models import Series
from series.samples import Sample
from series.storage import days, retention, sizes
from series.storage.write import write
from series.tables import Hour, Minute, Point

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def come(begin: datetime, end: datetime, *, every: timedelta) -> Iterator[Sample]:
    """Of three series, one of them rarely."""
    time = begin
    while time < end:
        for name, times in (("cpu", 1), ("ram", 1), ("disk", 20)):
            if not (time - begin) // every % times:
                yield Sample(name, {}, time, (time.timestamp() % 997) / 7)
        time += every


def store(samples: Iterator[Sample]) -> None:
    while some := list(islice(samples, 20_000)):
        write(some)


def sizes_of(now: datetime) -> dict[int, sizes.Size]:
    size = sizes.SizeOfSeries(now, 30 * DAY)
    return {series.pk: size(series) for series in Series.objects.all()}


def test_the_next_month_is_told_within_ten_percent(settings: LazySettings) -> None:
    settings.RETENTION_DAYS = [5, 12, None]
    begin, every = NOW - 20 * DAY, timedelta(minutes=5)
    store(come(begin, NOW, every=every))
    days.make(NOW)
    retention.expire(NOW)
    foretold = sizes_of(NOW)
    before = sum(sizes.of_tables()[table] for table in (Point, Minute, Hour))
    if connection.vendor == "sqlite":
        assert sum(size.now for size in foretold.values()) == pytest.approx(before, rel=0.1)
    later = NOW + 30 * DAY
    store(come(NOW, later, every=every))
    days.make(later)
    retention.expire(later)
    foretold_bytes = sum(size.later for size in foretold.values())
    there = sizes_of(later)
    assert foretold_bytes == pytest.approx(sum(size.now for size in there.values()), rel=0.1)
    if connection.vendor == "sqlite":  # PostgreSQL gives nothing back before its vacuum
        after = sum(sizes.of_tables()[table] for table in (Point, Minute, Hour))
        assert foretold_bytes == pytest.approx(after, rel=0.1)


def test_a_series_that_is_new_is_counted_by_the_days_that_it_has(settings: LazySettings) -> None:
    settings.RETENTION_DAYS = [7, 90, None]
    store(come(NOW - timedelta(hours=12), NOW, every=timedelta(minutes=1)))
    cpu = Series.objects.get(name="cpu")
    size = sizes_of(NOW)[cpu.pk]
    point, summary = (usual[connection.vendor] for usual in (sizes.POINT_BYTES, sizes.SUMMARY_BYTES))
    a_day = 1440 * (point * 7 + summary * 30) + 24 * 30 * summary
    assert size.later == pytest.approx(a_day, rel=0.5)
    assert 20 * size.now < size.later


def test_of_a_series_without_points_it_is_nothing() -> None:
    series = Series.objects.create(name="empty")
    assert sizes_of(NOW) == {series.pk: sizes.Size(0, 0)}


def test_the_database_takes_more_than_its_tables() -> None:
    store(come(NOW - DAY, NOW, every=timedelta(minutes=1)))
    tables = sizes.of_tables()
    assert tables[Point] > 40_000
    assert sizes.of_database() > sum(tables.values()) > tables[Point]


def test_a_file_that_is_too_large_is_not_read_for_that(monkeypatch: pytest.MonkeyPatch) -> None:
    store(come(NOW - DAY, NOW, every=timedelta(minutes=1)))
    measured = sizes_of(NOW)
    monkeypatch.setattr(sizes, "MAX_MEASURED_BYTES", 0)
    assert connection.vendor != "sqlite" or sizes.of_tables() == {}
    for pk, size in sizes_of(NOW).items():
        assert size.now == pytest.approx(measured[pk].now, rel=0.4)
