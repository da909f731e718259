"""What is deleted by age, and what may come afterwards."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from series.models import Hour, Latest, Minute, Point, RetentionRule, Series
from series.samples import Sample
from series.storage import partitions, retention, turn
from series.storage.delete import delete
from series.storage.query import buckets, latest
from series.storage.write import Written, write
from tests.unit.series.storage.test_summaries import check

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOW = datetime(2026, 1, 31, 12, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def days(settings: Any) -> None:
    settings.RETENTION_DAYS = [7, 90, None]


def sample(age: timedelta, value: float = 1.0, name: str = "cpu") -> Sample:
    return Sample(name, {}, NOW - age, value)


def counts() -> tuple[int, int, int]:
    """How many points, minutes and hours there are."""
    return Point.objects.count(), Minute.objects.count(), Hour.objects.count()


def test_points_go_first_then_minutes_and_hours_stay() -> None:
    write(sample(age, value=age / DAY) for age in (DAY, 8 * DAY, 9 * DAY, 100 * DAY, 2000 * DAY))
    assert counts() == (5, 5, 5)
    assert retention.expire(NOW) == 4 + 2
    assert counts() == (1, 3, 5)
    pk = Series.objects.get().pk
    days = buckets([pk], start=NOW - 3000 * DAY, end=NOW, step_seconds=86400)[pk]
    assert [bucket.mean for bucket in days if bucket] == [2000, 100, 9, 8, 1]
    assert retention.expire(NOW) == 0


def test_whole_hours_go() -> None:
    write([sample(7 * DAY - HOUR / 2 - HOUR / 3600), sample(7 * DAY), sample(7 * DAY + HOUR / 2 + HOUR / 3600)])
    retention.expire(NOW)
    times = Point.objects.order_by("time").values_list("time", flat=True)
    assert list(times) == [NOW - 7 * DAY, NOW - 7 * DAY + HOUR / 2 + HOUR / 3600]


def test_the_newest_value_stays_however_old_it_is() -> None:
    write([sample(500 * DAY, 5.0), sample(400 * DAY, 4.0)])
    retention.expire(NOW)
    assert Point.objects.count() == 0
    assert latest(Series.objects.values_list("pk", flat=True)) == {Series.objects.get().pk: (NOW - 400 * DAY, 4.0)}


def test_the_newest_value_stays_where_nothing_else_is_left_and_something_is_deleted(settings: Any) -> None:
    settings.RETENTION_DAYS = [7, 7, 7]
    write([sample(20 * DAY, 5.0)])
    retention.expire(NOW)
    assert counts() == (0, 0, 0)
    pk = Series.objects.get().pk
    for start, end in ((NOW - 40 * DAY, NOW - 20 * DAY), (NOW - 19 * DAY, NOW)):
        delete([pk], start=start, end=end)
        assert latest([pk]) == {pk: (NOW - 20 * DAY, 5.0)}
    delete([pk], start=NOW - 20 * DAY, end=NOW)
    assert latest([pk]) == {}


def test_the_longest_pattern_that_fits_counts(settings: Any) -> None:
    settings.RETENTION_DAYS = [1, 1, 1]
    RetentionRule.objects.create(pattern="cpu*", points_days=2, minutes_days=3, hours_days=None)
    RetentionRule.objects.create(pattern="cpu.user", points_days=3, minutes_days=4, hours_days=5)
    for name in ("ram", "cpu.idle", "cpu.user"):
        write(sample(number * DAY + HOUR, name=name) for number in range(6))
    retention.expire(NOW)
    left = {
        name: [table.objects.filter(series__name=name).count() for table in (Point, Minute, Hour)]
        for name in ("ram", "cpu.idle", "cpu.user")
    }
    assert left == {"ram": [1, 1, 1], "cpu.idle": [2, 3, 6], "cpu.user": [3, 4, 5]}


@pytest.mark.parametrize("days", [(8, 7, None), (None, 7, None), (1, None, 90), (1, 3, 2)])
def test_what_is_coarser_is_kept_at_least_as_long(days: tuple[float | None, ...]) -> None:
    rule = RetentionRule(pattern="cpu", **dict(zip(("points_days", "minutes_days", "hours_days"), days, strict=True)))
    with pytest.raises(ValidationError, match="cannot be deleted before their"):
        rule.full_clean()
    with pytest.raises(IntegrityError):
        rule.save()


class TestWhatComesLater:
    """For a time whose points are deleted."""

    def test_is_not_counted_twice(self) -> None:
        old = [sample(8 * DAY), sample(8 * DAY - timedelta(seconds=1), 2.0), sample(HOUR)]
        write(old)
        retention.expire(NOW)
        assert write(old) == Written(1, too_old=2)
        assert write([sample(8 * DAY - timedelta(seconds=5), 3.0)]) == Written(0, too_old=1)
        assert [hour.count for hour in Hour.objects.order_by("time")] == [2, 1]

    def test_is_taken_where_nothing_was(self) -> None:
        write([sample(8 * DAY), sample(HOUR)])
        retention.expire(NOW)
        history = [sample(30 * DAY - timedelta(seconds=number), float(number)) for number in range(100)]
        assert write(history[:50]) == write(history[50:]) == Written(50)
        assert write(history[:50]) == Written(50), "and sent again it changes nothing"
        assert Hour.objects.order_by("time").first().count == 100
        later = NOW + HOUR
        assert retention.expire(later) == 100
        assert write(history[:50]) == Written(0, too_old=50)

    def test_is_not_counted_twice_where_minutes_are_gone_as_well(self) -> None:
        write([sample(100 * DAY), sample(HOUR)])
        retention.expire(NOW)
        assert write([sample(100 * DAY), sample(100 * DAY + HOUR / 30)]) == Written(0, too_old=2)
        assert write([sample(101 * DAY)]) == Written(1)


def test_what_comes_late_is_in_its_hour_as_long_as_it_is_there(settings: Any) -> None:
    settings.RETENTION_DAYS = [7, 7, 7]
    write([sample(HOUR)])
    retention.expire(NOW)
    for number in range(2):
        assert write([sample(8 * DAY - timedelta(seconds=number))]) == Written(1)
        retention.expire(NOW)
        check()
    retention.expire(NOW + HOUR)
    assert counts() == (1, 1, 1)


def test_turns_are_short_and_it_stops_when_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "ROWS_AT_ONCE", 10)
    monkeypatch.setattr(turn, "MAX_TURN_SECONDS", 0.0)
    pauses: list[float] = []
    monkeypatch.setattr(turn.time, "sleep", pauses.append)
    write(sample(8 * DAY + timedelta(seconds=number)) for number in range(100))
    # One step a turn: the first of them finds out that the first one is due.
    assert retention.expire(NOW, is_stopping=lambda: len(pauses) == 3) == 0
    monkeypatch.setattr(turn, "MAX_TURN_SECONDS", 0.02)
    later = NOW + HOUR
    assert retention.expire(later) == 100, "and what it had begun is done the next time"


class TestPartitions:
    """PostgreSQL's; on SQLite there are none, and all is the same."""

    @pytest.fixture
    def has_partitions(self) -> bool:
        return connection.vendor == "postgresql"

    def test_are_made_ahead_with_what_was_there_and_dropped(self, has_partitions: bool) -> None:
        write(sample(age) for age in (-HOUR / 12, HOUR, DAY, 20 * DAY))
        assert partitions.make_ahead(NOW) == 4 * has_partitions
        assert partitions.make_ahead(NOW) == 0
        assert partitions.make_ahead(NOW + DAY) == 1 * has_partitions
        write([sample(timedelta(minutes=3))])
        check()
        assert partitions.drop(NOW) == 0
        assert partitions.drop(NOW + HOUR * 12) == 1 * has_partitions
        if has_partitions:
            assert counts() == (2, 5, 4)
            assert {row.points_since for row in Latest.objects.all()} == {NOW.replace(hour=0, minute=0) + DAY}
            assert write([sample(HOUR)]) == Written(0, too_old=1)

    def test_of_the_default_one_rows_are_deleted(self) -> None:
        write([sample(20 * DAY)])
        partitions.make_ahead(NOW)
        assert retention.expire(NOW) == 1
        assert counts() == (0, 1, 1)
