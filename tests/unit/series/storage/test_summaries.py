"""Summaries equal a recount of the points, whatever is written, replaced and deleted, in any order."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from series.fields import to_microseconds
from series.models import Hour, Latest, Minute, Point, Series
from series.samples import Sample
from series.storage import retention
from series.storage.delete import delete
from series.storage.query import latest
from series.storage.rollups import HOUR_MICROSECONDS, MINUTE_MICROSECONDS, Row, Stretch, Summary, summaries
from series.storage.write import write
from series.tables import RollUp

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
# Few enough that they meet, on both sides of minutes and of hours.
SECONDS = st.sampled_from([0, 1, 59, 59.999999, 60, 61, 3599, 3599.999999, 3600, 3601, 7199, 7200])
SAMPLES = st.builds(
    lambda name, second, value: Sample(name, {}, NOON + timedelta(seconds=second), float(value)),
    st.sampled_from(["cpu", "ram"]),
    SECONDS,
    st.integers(-3, 70),
)
RANGES = st.tuples(st.sampled_from(["cpu", "ram"]), SECONDS, SECONDS)


def stored(table: type[RollUp]) -> dict[Stretch, Summary]:
    rows = table.objects.values_list("series", "time", *Summary._fields)
    return {
        (series, to_microseconds(time)): Summary(
            *(to_microseconds(field) if isinstance(field, datetime) else field for field in fields)
        )
        for series, time, *fields in rows
    }


def recounted(size: int) -> dict[Stretch, Summary]:
    points = Point.objects.order_by("series", "time").values_list("series", "time", "value")
    return dict(summaries((Row(series, to_microseconds(time), value) for series, time, value in points), size))


def check() -> None:
    assert stored(Minute) == recounted(MINUTE_MICROSECONDS)
    assert stored(Hour) == recounted(HOUR_MICROSECONDS)
    points = Point.objects.order_by("time").values_list("series", "time", "value")
    newest = {series: (time, value) for series, time, value in points}
    assert latest(list(Series.objects.values_list("pk", flat=True))) == newest


@given(st.lists(st.lists(SAMPLES, min_size=1, max_size=8) | RANGES, max_size=8))
def test_whatever_is_written_and_deleted(steps: list[Any]) -> None:
    for step in steps:
        if isinstance(step, list):
            write(step)
        else:
            name, start, end = step
            pks = list(Series.objects.filter(name=name).values_list("pk", flat=True))
            delete(pks, start=NOON + timedelta(seconds=start), end=NOON + timedelta(seconds=end))
        check()
    Series.objects.all().delete()
    retention.expire(NOON)
    assert not any(table.objects.exists() for table in (Point, Minute, Hour, Latest))


def test_written_by_several_at_once(in_threads: Callable[..., list[Any]]) -> None:
    def writer(number: int) -> Callable[[], int]:
        samples = [
            Sample(f"s{index % 3}", {}, NOON + timedelta(seconds=index * 7 % 200), float(number))
            for index in range(number, 60 + number)
        ]
        return lambda: sum(write(samples[start : start + 5]).stored for start in range(0, 60, 5))

    assert in_threads(*map(writer, range(5))) == [60] * 5
    in_threads(check)


def test_what_is_sent_again_is_not_written_again() -> None:
    samples = [Sample("cpu", {}, NOON + timedelta(seconds=second), float(second)) for second in range(100)]
    write(samples)
    with CaptureQueriesContext(connection) as captured:
        write(samples)
    tables = [query["sql"] for query in captured if query["sql"].startswith("INSERT")]
    assert all("series_latest" in statement for statement in tables), tables


def test_only_for_a_late_point_something_is_counted_again() -> None:
    """And that is its minute, and its hour from minutes."""
    write(Sample("cpu", {}, NOON + timedelta(seconds=second), float(second % 700)) for second in range(0, 7200, 2))
    with CaptureQueriesContext(connection) as captured:
        write(Sample("cpu", {}, NOON + timedelta(seconds=second), 1.0) for second in range(7200, 7300))
    assert not any("wanted.since" in query["sql"] for query in captured), "what is newer is merged"
    with CaptureQueriesContext(connection) as captured:
        write([Sample("cpu", {}, NOON + timedelta(seconds=1), 1.0)])
    assert sum("wanted.since" in query["sql"] for query in captured) == 4
    check()
