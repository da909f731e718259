"""Days on the clocks of zones: what a chart of years is drawn from equals what its hours say."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from series.models import Day, DayZone, Latest, Series
from series.samples import Sample
from series.storage import days, retention
from series.storage.delete import delete
from series.storage.query import Bucket, buckets
from series.storage.write import write

pytestmark = [pytest.mark.database, pytest.mark.django_db]
BERLIN, KATHMANDU = "Europe/Berlin", "Asia/Kathmandu"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 11, 2, 12, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def zones(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Those in use."""
    used = [BERLIN]
    monkeypatch.setattr(days, "_zones_in_use", [lambda: used])
    return used


def sample(ago: timedelta, value: float = 1.0, name: str = "cpu") -> Sample:
    return Sample(name, {}, NOW - ago, value)


def pk_of(name: str = "cpu") -> int:
    return Series.objects.get(name=name).pk


def shown(zone: str = BERLIN, back: timedelta = 40 * DAY, name: str = "cpu", step: int = 1) -> list[Bucket | None]:
    """What a chart of days would be drawn from."""
    asked = {"start": NOW - back, "end": NOW + DAY, "step_seconds": 86400.0 * step, "zone": ZoneInfo(zone)}
    return buckets([pk_of(name)], states=True, **asked)[pk_of(name)]


def from_hours(*args: Any, **kwargs: Any) -> list[Bucket | None]:
    """The same without days."""
    until = dict(Latest.objects.values_list("pk", "days_until"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE series_latest SET days_until = 0")
        found = shown(*args, **kwargs)
        for pk, at in until.items():
            cursor.execute(
                "UPDATE series_latest SET days_until = %s WHERE series_id = %s", [days.to_microseconds(at), pk]
            )
    return found


def same(one: list[Bucket | None], other: list[Bucket | None]) -> bool:
    """Whether they say the same; a day says when it began, where an hour says when it did."""
    return [bucket and bucket._replace(since=NOW) for bucket in one] == [
        bucket and bucket._replace(since=NOW) for bucket in other
    ]


@pytest.mark.parametrize("zone", [BERLIN, "America/New_York", "Australia/Lord_Howe", KATHMANDU, "UTC"])
@pytest.mark.parametrize("step", [1, 7])
def test_are_what_their_hours_are_through_a_change_of_clocks(zones: list[str], zone: str, step: int) -> None:
    zones[:] = [zone]
    write(sample(number * HOUR / 2, float(number)) for number in range(40 * 48))
    assert days.make(NOW) in (39, 40)
    assert Day.objects.exists()
    assert same(shown(zone, step=step), from_hours(zone, step=step))


def test_those_that_have_not_ended_are_read_from_hours() -> None:
    write(sample(number * HOUR, float(number)) for number in range(100))
    days.make(NOW)
    assert Day.objects.order_by("-time").first().time == datetime(2026, 11, 1, tzinfo=ZoneInfo(BERLIN))
    assert shown()[-2].max == 13, "today"
    write([sample(timedelta(0), 500.0)])
    assert shown()[-2].max == 500


def test_one_that_is_written_into_is_read_from_hours_until_it_is_made_again() -> None:
    write(sample(number * HOUR) for number in range(24 * 20))
    made = days.make(NOW)
    assert days.make(NOW) == 0
    write([sample(10 * DAY, 77.0)])
    assert same(shown(), from_hours()) and max(bucket.max for bucket in shown() if bucket) == 77
    again = days.make(NOW)
    assert 10 <= again < made
    assert same(shown(), from_hours())
    assert 77 in Day.objects.values_list("max", flat=True)


def test_what_is_deleted_is_in_none_of_them() -> None:
    write(sample(number * HOUR) for number in range(24 * 20))
    days.make(NOW)
    for start, end in ((12 * DAY, 8 * DAY + HOUR / 2), (30 * DAY, 15 * DAY)):
        delete([pk_of()], start=NOW - start, end=NOW - end)
        assert same(shown(), from_hours())
        days.make(NOW)
        assert same(shown(), from_hours())
    Series.objects.all().delete()
    retention.expire(NOW)
    assert not Day.objects.exists()


def test_a_zone_that_is_new_has_them_once_they_are_made_and_one_that_is_not_used_has_none(zones: list[str]) -> None:
    write(sample(number * HOUR, float(number)) for number in range(24 * 20))
    days.make(NOW)
    zones.append("America/New_York")
    assert same(shown("America/New_York"), from_hours("America/New_York"))
    days.make(NOW)
    assert set(DayZone.objects.values_list("name", flat=True)) == {BERLIN, "America/New_York"}
    assert same(shown("America/New_York"), from_hours("America/New_York"))
    zones.remove(BERLIN)
    days.make(NOW)
    assert set(Day.objects.values_list("zone", flat=True)) == {"America/New_York"}
    assert same(shown(), from_hours())


def test_what_is_deleted_while_a_zone_is_made_is_in_none_of_its_days(
    zones: list[str], step_by_step: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "STEP_MICROSECONDS", 86400 * 1_000_000)
    write(sample(number * HOUR, float(number)) for number in range(24 * 20))
    days.make(NOW)
    zones.append("America/New_York")
    turns = 0

    def is_stopping() -> bool:
        nonlocal turns
        turns += 1
        if turns == 10:
            delete([pk_of()], start=NOW - 18 * DAY, end=NOW - 15 * DAY)
        return False

    days.make(NOW, is_stopping=is_stopping)
    assert same(shown("America/New_York"), from_hours("America/New_York"))
    assert set(DayZone.objects.values_list("is_made", flat=True)) == {True}


def test_of_a_zone_that_was_not_finished_nothing_stays(zones: list[str], step_by_step: None) -> None:
    write(sample(number * HOUR, float(number)) for number in range(24 * 20))
    days.make(NOW)
    zones.append("America/New_York")
    stopping = iter([False])
    days.make(NOW, is_stopping=lambda: next(stopping, True))
    assert Day.objects.filter(zone="America/New_York").exists()
    assert same(shown("America/New_York"), from_hours("America/New_York"))
    zones.remove("America/New_York")
    days.make(NOW)
    assert set(Day.objects.values_list("zone", flat=True)) == {BERLIN}


def test_in_a_zone_between_hours_they_are_exact_from_minutes(zones: list[str]) -> None:
    zones[:] = [KATHMANDU]  # 5 h 45 min ahead
    midnight = datetime(2026, 10, 20, tzinfo=ZoneInfo(KATHMANDU))
    write(Sample("cpu", {}, midnight + timedelta(minutes=number), float(number)) for number in range(-3, 3))
    write([sample(timedelta(0))])
    days.make(NOW)
    found = [bucket for bucket in shown(KATHMANDU) if bucket]
    assert [(bucket.min, bucket.max) for bucket in found] == [(-3, -1), (0, 2), (1, 1)]


def test_of_years_days_are_read_and_few_hours(settings: Any) -> None:
    settings.RETENTION_DAYS = [7, 90, None]
    write(sample(number * DAY / 2) for number in range(2 * 400))
    days.make(NOW)
    retention.expire(NOW)
    with CaptureQueriesContext(connection) as captured:
        found = shown(back=398 * DAY)
    assert sum(bucket.count for bucket in found if bucket) == 2 * 398 + 2
    read = [query["sql"] for query in captured if "AS slot" in query["sql"]]
    assert ["series_day" in sql for sql in read][:1] == [True] and len(read) <= 4


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 20 * 24 * 4), st.integers(-3, 70)), min_size=1, max_size=6)
        | st.tuples(st.integers(0, 20 * 24), st.integers(0, 20 * 24))
        | st.just("make"),
        max_size=10,
    )
)
def test_whatever_is_written_deleted_and_made(steps: list[Any]) -> None:
    Series.objects.all().delete()
    write([sample(9 * DAY)])
    for step in steps:
        if isinstance(step, list):
            write(sample(quarter * HOUR / 4, float(value)) for quarter, value in step)
        elif isinstance(step, tuple):
            delete([pk_of()], start=NOW - step[0] * HOUR, end=NOW - step[1] * HOUR)
        else:
            days.make(NOW)
        assert same(shown(), from_hours())
