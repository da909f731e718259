"""What points come to, in any buckets: what the query says is what plain Python counts, one point after the other."""

import re
import statistics
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from series.models import Latest, Point, Series
from series.samples import Sample
from series.storage import days, percentiles, retention, turn
from series.storage.percentiles import TooManyPoints
from series.storage.query import buckets
from series.storage.reducers import PERCENTILES, Reducer, reduced
from series.storage.write import write
from tests.unit.series.storage.ranges import (
    CHANGES,
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
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
# Many in the same minutes, hours and days, around the borders of all of them.
NEAR = st.builds(
    lambda change, hours, seconds: change + timedelta(hours=hours, seconds=seconds),
    st.sampled_from(CHANGES),
    st.sampled_from([-24, -2, -1, 0, 1, 2, 22]),
    st.sampled_from([0, 1, 20, 59.999999, 60, 61, 1799, 1800, 3599.999999]),
)
VALUES = st.integers(-3, 70).map(float)
POINTS = st.dictionaries(st.one_of(NEAR, NEAR, MOMENTS).filter(lambda time: time <= NOW), VALUES, max_size=40)


STRETCHES = re.compile(
    r'"series_(point|minute|hour|day)" AS it WHERE it.series_id = wanted.series'
    r"((?: AND it.(?:zone = '[\w/]+'|time [<>]=? [\w.]+(?: \+ \d+)?|time NOT IN \([\d, ]+\)))+)"
)


class Step(NamedTuple):
    """To a point: the value before, its own, and after how many seconds it came."""

    before: float
    value: float
    seconds: float


@lru_cache
def starts(asked: Asked) -> dict[int, datetime]:
    """When each bucket begins, by its number."""
    step, zone = timedelta(seconds=asked.step), asked.zone or UTC
    first, day = clock(asked.start, asked.zone) // step, asked.start - DAY
    edges = {begins(first, asked), asked.end}
    for number in range(first, clock(asked.end + DAY, asked.zone) // step + 1):
        shown = (EPOCH + number * step).replace(tzinfo=zone)
        edges |= {shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
    while day < asked.end:
        if day.astimezone(zone).utcoffset() != (day + DAY).astimezone(zone).utcoffset():
            quarter = day.replace(minute=0, second=0, microsecond=0)
            edges |= {quarter + number * 15 * MINUTE for number in range(102)}
        day += DAY
    result: dict[int, datetime] = {}
    for begin, end in pairwise(sorted(edge for edge in edges if begins(first, asked) <= edge <= asked.end)):
        result.setdefault(clock(begin + (end - begin) / 2, asked.zone) // step - first, begin)
    return result


def expected(
    points: Mapping[datetime, float], asked: Asked, since: tuple[datetime, datetime], reducer: Reducer
) -> dict[int, float]:
    """By the numbers of buckets."""
    step, within = timedelta(seconds=asked.step), starts(asked)
    first = clock(asked.start, asked.zone) // step
    groups: dict[int, list[Step]] = {}
    before: tuple[datetime, float] | None = None
    for time, value in sorted(points.items()):
        counts = counts_as_of(time, since)
        if begins(first, asked) <= counts < asked.end:
            number = clock(counts, asked.zone) // step - first
            earlier, old = before or (time, value)
            groups.setdefault(number, []).append(Step(old, value, (time - earlier).total_seconds()))
        before = time, value
    values = {
        number: value_of(reducer, steps)
        for number, steps in groups.items()
        if reducer not in PERCENTILES or within[number] >= since[0]
    }
    return {number: value for number, value in values.items() if value is not None}


def value_of(reducer: Reducer, steps: Sequence[Step]) -> float | None:
    values, seconds = [value for _before, value, _seconds in steps], sum(step.seconds for step in steps)
    increase = sum(value - before if value >= before else value for before, value, _seconds in steps)
    if reducer in PERCENTILES:
        if len(values) == 1:
            return values[0]
        return statistics.quantiles(values, n=100, method="inclusive")[PERCENTILES[reducer] - 1]
    return {
        Reducer.MEAN: sum(values) / len(values),
        Reducer.MIN: min(values),
        Reducer.MAX: max(values),
        Reducer.SUM: sum(values),
        Reducer.COUNT: len(values),
        Reducer.LAST: values[-1],
        Reducer.INCREASE: increase,
        Reducer.RATE: increase / seconds if seconds else None,
        Reducer.DELTA: sum(value - before for before, value, _seconds in steps),
    }[reducer]


@pytest.fixture(autouse=True)
def quick_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn.time, "sleep", lambda seconds: None)


@given(
    st.lists(st.tuples(POINTS, POINTS), min_size=1, max_size=3),
    st.tuples(POINTS, POINTS),
    st.lists(ranges(), min_size=1, max_size=3),
    st.none() | st.tuples(st.integers(0, 2000), st.integers(0, 2000)),
)
def test_is_what_plain_python_counts(
    batches: list[tuple[dict[datetime, float], ...]],
    late: tuple[dict[datetime, float], ...],
    asked: list[Asked],
    ages: tuple[int, int] | None,
) -> None:
    """Of two series, whose points come in any order, some after others were deleted by age."""
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(days, "_zones_in_use", [lambda: ["Europe/Berlin", "America/New_York"]])
        ids = [Series.objects.create(name=name).pk for name in ("cpu", "ram")]
        points: list[dict[datetime, float]] = [{}, {}]

        def send(batch: tuple[dict[datetime, float], ...]) -> None:
            for pk, name, known, more in zip(ids, ("cpu", "ram"), points, batch, strict=True):
                write(Sample(name, {}, time, value) for time, value in more.items())
                stored = set(Point.objects.filter(series=pk).values_list("time", flat=True))
                known |= {time: value for time, value in more.items() if time in stored}
            days.make(NOW)

        for batch in batches:
            send(batch)
        if ages is not None:
            patch.setattr(retention.settings, "RETENTION_DAYS", [*sorted(ages), None])
            retention.expire(NOW)
        send(late)
        latest = {row.pk: row for row in Latest.objects.all()}
        sinces = [(latest[pk].points_since, latest[pk].minutes_since) if pk in latest else (EPOCH, EPOCH) for pk in ids]
        for one in asked:
            for reducer in Reducer:
                found = reduced(ids, reducer, start=one.start, end=one.end, step_seconds=one.step, zone=one.zone)
                for pk, known, own in zip(ids, points, sinces, strict=True):
                    since = own if reducer in PERCENTILES else max(sinces)
                    values = {number: value for number, value in enumerate(found[pk]) if value is not None}
                    assert values == pytest.approx(expected(known, one, since, reducer)), (reducer, one)
        transaction.set_rollback(True)


def seconds(number: float) -> datetime:
    return NOON + timedelta(seconds=number)


def series(name: str, *points: tuple[float, float]) -> int:
    """The id of a new series with points (seconds after noon, value)."""
    pk = Series.objects.create(name=name).pk
    write(Sample(name=name, tags={}, time=seconds(second), value=value) for second, value in points)
    return pk


def values(pk: int, reducer: Reducer, start: float, end: float, step: float) -> list[float | None]:
    return reduced([pk], reducer, start=seconds(start), end=seconds(end), step_seconds=step)[pk]


class TestIncrease:
    def test_is_from_the_last_point_before_through_resets_and_gaps(self) -> None:
        pk = series("requests", (-86400 * 400, 3), (5, 10), (59, 12), (65, 2), (66, 4), (180, 5))
        assert values(pk, Reducer.INCREASE, 0, 240, 60) == [9, 4, None, 1]
        assert values(pk, Reducer.INCREASE, 60, 240, 60) == [4, None, 1]
        assert values(pk, Reducer.INCREASE, 0, 240, 300) == [14]

    def test_of_the_very_first_point_is_none(self) -> None:
        pk = series("requests", (5, 10))
        assert values(pk, Reducer.INCREASE, 0, 60, 60) == [0]

    @pytest.mark.parametrize("step", [1, 7, 60, 90, 3600, 5000, 86400])
    def test_of_all_buckets_is_that_of_the_whole(self, step: float) -> None:
        pk = series("requests", *((second, second * 17 % 1009) for second in range(-20000, 20000, 13)))
        whole = values(pk, Reducer.INCREASE, -43200, 43200, 86400)
        assert sum(value or 0 for value in values(pk, Reducer.INCREASE, -43200, 43200, step)) == whole[0]

    def test_what_is_left_of_an_hour_counts_as_of_its_begin_before_the_first_bucket_too(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pk = series("requests", (10, 1), (2400, 5), (4200, 9))
        assert values(pk, Reducer.INCREASE, 1800, 5400, 1800) == [4, 4]
        monkeypatch.setattr(retention.settings, "RETENTION_DAYS", [1, None, None])
        retention.expire(NOON + 3 * DAY)
        assert values(pk, Reducer.INCREASE, 1800, 5400, 1800) == [4, 4]
        assert values(pk, Reducer.INCREASE, 2430, 5430, 30)[0:60:59] == [None, 4]
        monkeypatch.setattr(retention.settings, "RETENTION_DAYS", [1, 1, None])
        retention.expire(NOON + 3 * DAY)
        assert values(pk, Reducer.INCREASE, 1800, 5400, 1800) == [None, 4]

    def test_of_a_bucket_that_a_change_of_the_clock_divides(self) -> None:
        """From 01:00 to 02:40 and to 04:20 on a clock that goes from 03:00 back to 02:00."""
        zone, begin = ZoneInfo("Europe/Berlin"), datetime(2026, 10, 25, tzinfo=UTC)
        points = {10: 10.0, 50: 20.0, 70: 5.0, 110: 50.0}
        write(Sample("requests", {}, begin + minute * MINUTE, value) for minute, value in points.items())
        pk = Series.objects.get().pk
        asked = {"start": begin - HOUR, "end": begin + 3 * HOUR, "step_seconds": 6000, "zone": zone}
        assert reduced([pk], Reducer.INCREASE, **asked)[pk] == [5, 55]
        assert reduced([pk], Reducer.DELTA, **asked)[pk] == [-15, 55]
        assert reduced([pk], Reducer.LAST, **asked)[pk] == [5, 50]

    def test_of_steps_of_a_day_where_clocks_are_no_whole_hours_ahead(self) -> None:
        """Of a day that was counted from minutes what is before it was, too: an hour of which a part is in the day says
        more than that."""
        zone, begin = ZoneInfo("Asia/Kolkata"), datetime(2026, 1, 31, tzinfo=ZoneInfo("Asia/Kolkata"))
        pk = Series.objects.create(name="requests").pk
        times = {-100: 5, -1: 6, 0: 8, 1: 9, 2000: 11, 90000: 12}
        write(Sample("requests", {}, begin.astimezone(UTC) + timedelta(seconds=by), at) for by, at in times.items())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(days, "_zones_in_use", [lambda: [zone.key]])
            patch.setattr(retention.settings, "RETENTION_DAYS", [1, 1, None])
            days.make(begin + 5 * DAY)
            retention.expire(begin + 5 * DAY)
        asked = {"start": begin, "end": begin + 3 * DAY, "step_seconds": 86400, "zone": zone}
        assert reduced([pk], Reducer.INCREASE, **asked)[pk] == [5, 1, None]


class TestRate:
    def test_is_the_increase_a_second_between_points(self) -> None:
        pk = series("requests", (-10, 0), (30, 60), (70, 80), (80, 160))
        assert values(pk, Reducer.RATE, 0, 120, 60) == [1.5, 2]

    def test_is_as_great_in_buckets_that_are_shorter_than_the_pause_between_points(self) -> None:
        pk = series("requests", *((second, 3.0 * second) for second in range(5, 600, 10)))
        for step in (1, 2, 7, 10, 60, 600):
            assert {value for value in values(pk, Reducer.RATE, 10, 600, step) if value is not None} == {3.0}

    def test_of_the_very_first_point_is_none(self) -> None:
        assert values(series("requests", (5, 10)), Reducer.RATE, 0, 60, 60) == [None]

    def test_of_a_day_that_has_25_hours(self) -> None:
        zone = ZoneInfo("Europe/Berlin")
        begin = datetime(2026, 10, 25, tzinfo=zone)
        write(Sample("requests", {}, begin.astimezone(UTC) + n * HOUR, n * 3600.0) for n in range(-1, 26))
        pk = Series.objects.get().pk
        asked = {"start": begin, "end": begin + DAY, "step_seconds": 86400, "zone": zone}
        assert reduced([pk], Reducer.RATE, **asked)[pk] == [1]


class TestDelta:
    def test_is_from_the_last_value_before_to_the_last_one(self) -> None:
        pk = series("level", (-86400, 3), (5, 10), (59, 2), (180, 0.7), (239, 0.1))
        assert values(pk, Reducer.DELTA, 0, 240, 60) == [-1, None, None, 0.1 - 2]
        assert values(pk, Reducer.DELTA, -86400, -86340, 60) == [0]


class TestPercentiles:
    def test_are_between_two_points_where_none_is_the_one(self) -> None:
        pk = series("latency", *((n, value) for n, value in enumerate([7, 1, 9, 3])), (70, 5))
        assert values(pk, Reducer.P50, 0, 120, 60) == [5, 5]
        assert values(pk, Reducer.P75, 0, 60, 60) == [7.5]
        assert values(pk, Reducer.P99, 0, 60, 60) == [pytest.approx(8.94)]

    def test_are_of_buckets_of_which_all_points_are_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        pk = series("latency", *((hour * 3600, hour) for hour in range(8)))
        monkeypatch.setattr(retention.settings, "RETENTION_DAYS", [1, None, None])
        retention.expire(seconds(2 * 3600) + DAY)
        other = series("other", (0, 1.0))
        found = reduced([pk, other], Reducer.P90, start=NOON, end=seconds(8 * 3600), step_seconds=7200)
        assert found == {pk: [None, 2.9, 4.9, 6.9], other: [1.0, None, None, None]}
        assert values(pk, Reducer.P90, 3600, 7 * 3600, 3 * 3600) == [None, pytest.approx(4.8), 6.0]

    def test_of_too_many_points_are_refused_in_words_before_one_is_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        pk = series("latency", *((second, 1.0) for second in range(-100, 1300)))
        monkeypatch.setattr(percentiles, "MAX_POINTS", 1200)
        assert values(pk, Reducer.P95, 0, 1200, 60) == [1.0] * 20
        with CaptureQueriesContext(connection) as captured, pytest.raises(TooManyPoints) as caught:
            values(pk, Reducer.P95, 0, 1201, 60)
        assert str(caught.value) == (
            "p95 would have to read 1,260 points, and may read 1,200: choose a shorter range, or fewer series."
        )
        assert not any("series_point" in query["sql"] for query in captured)

    def test_of_nothing_are_nothing(self) -> None:
        assert values(series("latency"), Reducer.P95, 0, 60, 60) == [None]
        assert values(series("other", (0, 1.0)), Reducer.P95, 0, 0, 60) == []
        assert reduced([], Reducer.P95, start=NOON, end=seconds(60), step_seconds=60) == {}


@pytest.mark.parametrize("reducer", sorted(set(Reducer) - PERCENTILES.keys()))
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Berlin", "Asia/Kolkata"])
@pytest.mark.parametrize("step", [3600, 7200, 43200, 86400])
def test_what_is_read_is_what_a_chart_of_means_reads(reducer: Reducer, zone: str | None, step: float) -> None:
    """Of which another test says how little it is (``test_any_range``); and of each table the last row before."""
    pk = series("requests", *((hour * 3600, hour) for hour in range(0, 24 * 40, 5)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(days, "_zones_in_use", [lambda: ["UTC", "Europe/Berlin"]])
        patch.setattr(retention.settings, "RETENTION_DAYS", [3, 10, None])
        days.make(seconds(40 * 86400))
        retention.expire(seconds(40 * 86400))
    asked = {"start": NOON, "end": seconds(40 * 86400 + 1), "step_seconds": step, "zone": zone and ZoneInfo(zone)}
    read = stretches_read(lambda: reduced([pk], reducer, **asked))
    assert read == stretches_read(lambda: buckets([pk], **asked))
    assert {table for table, _where in read} >= {"day" if step == 86400 and zone == "UTC" else "hour"}


def stretches_read(read: Callable[[], Any]) -> list[tuple[str, str]]:
    """Of each table that is read from when to when; without the search for the last row before."""
    with CaptureQueriesContext(connection) as captured:
        read()
    text = "; ".join(query["sql"] for query in captured)
    return sorted(where for where in STRETCHES.findall(text) if "it.time" in where[1])
