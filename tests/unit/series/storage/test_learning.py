"""The intervals of series that do not say one, learned behind the points."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from series import maintenance
from series.fields import MICROSECOND
from series.models import Latest, Minute, Point, Series
from series.rhythm import MAX_GAPS
from series.samples import Sample
from series.signals import points_written
from series.storage import learning, retention
from series.storage.delete import delete
from series.storage.write import write

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], datetime]:
    """Set the clock."""

    def set_clock(moment: datetime) -> datetime:
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    return set_clock


@pytest.fixture
def live(at: Callable[[datetime], datetime]) -> Callable[..., datetime]:
    """``live("cpu", 10)``: points that arrive when they are measured, one each 10 seconds, the last one at noon."""

    def send(name: str, seconds: float, *, number: int = 0, last: datetime = NOON) -> datetime:
        number = number or max(MAX_GAPS + 1, int(600 / seconds))
        for index in reversed(range(number)):
            moment = at(last - timedelta(seconds=seconds) * index)
            write([Sample(name, {}, moment, 1.0)])
        return last

    return send


def interval(name: str) -> float | None:
    return Latest.objects.get(series__name=name).learned_interval


@contextmanager
def announced() -> Iterator[list[frozenset[int]]]:
    """The series of which something is announced."""
    series: list[frozenset[int]] = []

    def hear(series_ids: frozenset[int], **kwargs: Any) -> None:
        series.append(series_ids)

    points_written.connect(hear)
    yield series
    points_written.disconnect(hear)


def test_what_comes_regularly_is_learned_and_announced(live: Callable[..., datetime]) -> None:
    live("cpu", 30)
    live("disk", 300)
    live("hand", 7, number=6)
    with announced() as series:
        assert learning.learn(NOON) == 2
        assert learning.learn(NOON + MINUTE) == 0
    assert (interval("cpu"), interval("disk"), interval("hand")) == (30, 300, None)
    assert series == [frozenset(Series.objects.filter(name__in=["cpu", "disk"]).values_list("pk", flat=True))]


def test_the_maintenance_does_it(live: Callable[..., datetime]) -> None:
    live("cpu", 30)
    maintenance.maintain()
    assert interval("cpu") == 30


def test_nothing_is_read_again_without_new_points(live: Callable[..., datetime]) -> None:
    live("cpu", 30)
    live("none", 7, number=6)
    learning.learn(NOON)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        learning.learn(NOON + MINUTE)
    assert len(queries) == 1
    live("cpu", 30, number=1, last=NOON + MINUTE)
    with CaptureQueriesContext(connection) as queries:
        assert learning.learn(NOON + MINUTE) == 0
    reads = [query["sql"] for query in queries if "series_point" in query["sql"]]
    assert len(reads) == 1


def test_what_is_read_of_a_series_does_not_grow_with_it(live: Callable[..., datetime]) -> None:
    live("cpu", 30, number=100)
    ids = list(Series.objects.values_list("pk", flat=True))
    (times,) = learning._newest(ids, Point, "time").values()
    points = list(Point.objects.order_by("-time").values_list("time", flat=True)[: MAX_GAPS + 1])
    assert [learning.to_microseconds(point) for point in reversed(points)] == times
    assert len(learning._newest(ids, Minute, "last_time")[ids[0]]) == MAX_GAPS + 1


def test_a_series_that_says_its_own_is_left_alone(live: Callable[..., datetime]) -> None:
    live("cpu", 30)
    Series.objects.update(expected_interval=0)
    assert learning.learn(NOON) == 0 and interval("cpu") is None
    Series.objects.update(expected_interval=None)
    assert learning.learn(NOON) == 1


def test_another_rhythm_is_learned(live: Callable[..., datetime]) -> None:
    live("cpu", 30)
    learning.learn(NOON)
    now = live("cpu", 300, last=NOON + 2 * HOUR)
    learning.learn(now)
    assert interval("cpu") == 300


def test_what_is_learned_outlives_the_points(live: Callable[..., datetime], settings: Any) -> None:
    live("cpu", 30)
    learning.learn(NOON)
    settings.RETENTION_DAYS = [1, 1, None]
    later = NOON + 3 * DAY
    assert retention.expire(later) and not Point.objects.exists()
    learning.learn(later)
    assert interval("cpu") == 30


def test_of_a_daily_series_it_is_learned_from_more_than_points(live: Callable[..., datetime], settings: Any) -> None:
    settings.RETENTION_DAYS = [2, 90, None]
    live("backup", DAY.total_seconds(), number=12)
    retention.expire(NOON)
    assert Point.objects.count() <= 3
    learning.learn(NOON + MINUTE)
    assert interval("backup") == DAY.total_seconds()


class TestWhatIsNotSentAtOnce:
    """Has no rhythm by which it could be late."""

    def test_history_that_is_imported(self, at: Callable[[datetime], datetime]) -> None:
        at(NOON)
        write(Sample("cpu", {}, NOON - MINUTE * index, 1.0) for index in range(600))
        learning.learn(NOON + 10 * MICROSECOND)
        assert interval("cpu") is None

    def test_history_that_is_sent_point_by_point(self, at: Callable[[datetime], datetime]) -> None:
        for index in range(60):
            write([Sample("cpu", {}, at(NOON + index * MICROSECOND) - MINUTE * (59 - index), 1.0)])
        learning.learn(NOON + MINUTE)
        assert interval("cpu") is None

    @pytest.mark.parametrize("batch", [6, 60, 360])
    def test_batches(self, at: Callable[[datetime], datetime], batch: int) -> None:
        """Of a point each 10 s, of a minute, ten minutes and an hour."""
        for number in range(4):
            now = at(NOON + timedelta(seconds=10) * batch * number)
            write(Sample("cpu", {}, now - timedelta(seconds=10) * index, 1.0) for index in range(batch))
            learning.learn(now)
        assert interval("cpu") is None

    def test_but_what_is_sent_in_small_batches_has(self, at: Callable[[datetime], datetime]) -> None:
        for number in range(70):
            now = at(NOON + timedelta(seconds=10 * number))
            write(Sample("cpu", {}, now - timedelta(seconds=index), 1.0) for index in range(10))
        learning.learn(now)
        assert interval("cpu") == 1

    def test_points_that_came_late_count_for_a_while(
        self, live: Callable[..., datetime], at: Callable[[datetime], datetime]
    ) -> None:
        """As after an outage, when its sender sends what it has collected."""
        live("cpu", 30)
        learning.learn(NOON)
        now = at(NOON + 20 * MINUTE)
        write(Sample("cpu", {}, now - timedelta(seconds=30) * index, 1.0) for index in range(40))
        learning.learn(now)
        assert interval("cpu") is None
        now = live("cpu", 30, last=now + 20 * MINUTE, number=40)
        learning.learn(now)
        assert interval("cpu") == 30

    def test_a_series_that_has_stopped_already(self, live: Callable[..., datetime]) -> None:
        live("cpu", 30)
        learning.learn(NOON + HOUR)
        assert interval("cpu") is None

    def test_a_clock_that_is_behind(self, at: Callable[[datetime], datetime]) -> None:
        for index in range(60):
            write([Sample("cpu", {}, at(NOON + index * timedelta(seconds=10)) - 5 * MINUTE, 1.0)])
        learning.learn(timezone.now())
        assert interval("cpu") is None


def test_sending_again_changes_nothing(live: Callable[..., datetime], at: Callable[[datetime], datetime]) -> None:
    live("cpu", 30)
    before = Latest.objects.values().get()
    at(NOON + DAY)
    write(Sample("cpu", {}, time, 1.0) for time in list(Point.objects.values_list("time", flat=True)))
    assert Latest.objects.values().get() == before


def test_a_series_that_is_deleted_is_no_more(live: Callable[..., datetime]) -> None:
    live("cpu", 30)
    delete([Series.objects.get().pk])
    assert learning.learn(NOON) == 0


def test_it_stops_when_it_is_told_to(live: Callable[..., datetime]) -> None:
    live("cpu", 30)
    assert learning.learn(NOON, is_stopping=lambda: True) == 0
    assert interval("cpu") is None


def test_many_series_take_several_steps(live: Callable[..., datetime], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "SERIES_AT_ONCE", 2)
    for number in range(5):
        live(f"cpu{number}", 60)
    assert learning.learn(NOON) == 5


def test_what_is_learned_outlives_points_that_are_deleted(live: Callable[..., datetime]) -> None:
    """A series that is late would be none any more: nothing is learned by which it would be late already."""
    live("cpu", 30, number=100)
    learning.learn(NOON)
    ids = list(Series.objects.values_list("pk", flat=True))
    delete(ids, end=NOON - 30 * MINUTE)
    assert interval("cpu") == 30
    delete(ids, start=NOON)
    learning.learn(NOON + DAY)
    assert interval("cpu") == 30
