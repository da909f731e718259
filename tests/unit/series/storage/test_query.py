import re
from datetime import UTC, datetime, timedelta
from typing import Unpack
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from series.models import Series
from series.samples import Sample
from series.storage import query, retention
from series.storage.grid import Buckets
from series.storage.query import latest, latest_before, newest_values
from series.storage.write import write

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def seconds(number: float) -> datetime:
    return NOON + timedelta(seconds=number)


def series(name: str, *points: tuple[float, float]) -> int:
    """The id of a new series with points (seconds after noon, value)."""
    pk = Series.objects.create(name=name).pk
    write(Sample(name=name, tags={}, time=seconds(second), value=value) for second, value in points)
    return pk


def buckets(series_ids: list[int], **kwargs: Unpack[Buckets]) -> dict[int, list[float | None]]:
    """Their means."""
    found = query.buckets(series_ids, **kwargs)
    return {pk: [bucket and bucket.mean for bucket in line] for pk, line in found.items()}


def states(series_ids: list[int], **kwargs: Unpack[Buckets]) -> dict[int, list[tuple[set[float], datetime] | None]]:
    """Which values they had, and since when."""
    found = query.buckets(series_ids, states=True, **kwargs)
    return {pk: [bucket and (bucket.values, bucket.since) for bucket in line] for pk, line in found.items()}


class TestBuckets:
    def test_are_means_and_none_where_there_is_no_point(self) -> None:
        cpu = series("cpu", (0, 1), (9.999999, 2), (10, 10), (30, 5))
        ram = series("ram", (25, 7))
        assert buckets([cpu, ram], start=NOON, end=seconds(40), step_seconds=10) == {
            cpu: [1.5, 10, None, 5],
            ram: [None, None, 7, None],
        }

    def test_are_aligned_to_the_epoch_whatever_the_start(self) -> None:
        cpu = series("cpu", (1, 1), (9, 3), (10, 5))
        for start in (0, 3, 9.999999):
            assert buckets([cpu], start=seconds(start), end=seconds(20), step_seconds=10) == {cpu: [2, 5]}

    def test_leave_out_the_end_and_cut_the_last_one(self) -> None:
        cpu = series("cpu", (-1, 9), (0, 1), (14, 2), (15, 4), (19, 4))
        assert buckets([cpu], start=NOON, end=seconds(15), step_seconds=10) == {cpu: [1, 2]}

    def test_of_a_series_without_points_or_that_does_not_exist_are_none(self) -> None:
        cpu = series("cpu")
        empty = buckets([cpu, cpu + 1], start=NOON, end=seconds(2), step_seconds=1)
        assert empty == {cpu: [None, None], cpu + 1: [None, None]}

    def test_of_no_time_or_no_series_are_empty(self) -> None:
        cpu = series("cpu", (0, 1))
        assert buckets([cpu], start=NOON, end=NOON, step_seconds=1) == {cpu: []}
        assert buckets([cpu], start=NOON, end=seconds(-5), step_seconds=1) == {cpu: []}
        assert buckets([], start=NOON, end=seconds(5), step_seconds=1) == {}

    def test_may_be_fractions_of_a_second(self) -> None:
        cpu = series("cpu", (0.1, 1), (0.25, 2), (0.499999, 4))
        assert buckets([cpu], start=NOON, end=seconds(0.5), step_seconds=0.25) == {cpu: [1, 3]}

    def test_may_be_aligned_to_another_moment_than_the_epoch(self) -> None:
        cpu = series("cpu", (0, 1), (4, 3), (5, 5), (14, 7))
        asked = {"start": seconds(6), "end": seconds(15), "step_seconds": 10}
        for origin in (seconds(5), seconds(-45), seconds(100005)):
            assert buckets([cpu], origin=origin, **asked) == {cpu: [6]}
        assert buckets([cpu], origin=seconds(4), **asked) == {cpu: [4, 7]}

    @pytest.mark.parametrize("step", [1800, 3600, 7200])
    def test_have_what_is_left_of_an_hour_in_which_the_range_ends(self, step: float) -> None:
        cpu = series("cpu", (10, 1), (4200, 9))
        retention.expire(NOON + timedelta(days=91))
        found = buckets([cpu], start=NOON, end=seconds(5400), step_seconds=step)[cpu]
        assert [mean for mean in found if mean is not None] == ([5] if step == 7200 else [1, 9])

    def test_of_the_greatest_values_do_not_overflow(self) -> None:
        cpu = series("cpu", (0, 1e300), (1, 1e300), (2, -1e300))
        assert buckets([cpu], start=NOON, end=seconds(10), step_seconds=10)[cpu] == [pytest.approx(1e300 / 3)]

    def test_take_two_queries_for_many_series(self, django_assert_num_queries) -> None:
        pks = [series(f"s{number}", (0, number)) for number in range(20)]
        with django_assert_num_queries(2):
            found = buckets(pks, start=NOON, end=seconds(1), step_seconds=1)
        assert found == {pk: [number] for number, pk in enumerate(pks)}

    @pytest.mark.parametrize("step", [0, -1, 1e-9])
    def test_of_no_length_are_refused(self, step: float) -> None:
        with pytest.raises(ValueError, match="at least"):
            buckets([1], start=NOON, end=seconds(1), step_seconds=step)

    def test_without_a_zone_are_refused(self) -> None:
        with pytest.raises(ValueError, match="no time zone"):
            buckets([1], start=datetime(2026, 1, 31), end=NOON, step_seconds=1)


BERLIN = ZoneInfo("Europe/Berlin")


class TestOnAClock:
    """Buckets that are hours or days of the clock of a zone."""

    @pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 11, 8), 24)])
    def test_a_day_has_all_its_hours_and_none_of_the_next(self, day: tuple[int, int, int], hours: int) -> None:
        cpu = series("cpu")
        start = datetime(*day, tzinfo=BERLIN) - timedelta(days=2)
        first, end = start.astimezone(UTC), (start + timedelta(days=5)).astimezone(UTC)
        times = [first + timedelta(hours=n) for n in range(round((end - first) / timedelta(hours=1)))]
        write(Sample("cpu", {}, at, float(at.astimezone(BERLIN).day)) for at in times)
        asked = {"start": start, "end": end, "step_seconds": 86400, "zone": BERLIN}
        days = [float((start + timedelta(days=n)).day) for n in range(5)]
        assert buckets([cpu], **asked) == {cpu: days}
        counted = [0] * 5
        for at in times:
            counted[(at.astimezone(BERLIN).date() - start.date()).days] += 1
        assert counted == [24, 24, hours, 24, 24]

    def test_each_point_is_in_the_day_that_the_clock_shows_at_its_second(self) -> None:
        """Through both changes of a year, a second before and after each midnight."""
        cpu = series("cpu")
        start, end = datetime(2026, 1, 1, tzinfo=BERLIN), datetime(2027, 1, 1, tzinfo=BERLIN)
        midnights = [start + timedelta(days=n) for n in range(1, 365)]
        write(
            Sample("cpu", {}, at.astimezone(UTC) + timedelta(seconds=by), float(at.timetuple().tm_yday + (by < 0) * -1))
            for at in midnights
            for by in (-1, 0, 1)
        )
        found = buckets([cpu], start=start, end=end, step_seconds=86400, zone=BERLIN)[cpu]
        assert found == [float(n) for n in range(1, 366)]

    def test_an_hour_that_comes_twice_is_one_and_one_that_is_skipped_is_empty(self) -> None:
        cpu = series("cpu")
        for begin, values in (((2026, 10, 25, 1), [1.0, 2.0, 4.0, 5.0]), ((2026, 3, 29, 1), [1.0, 3.0])):
            first = datetime(*begin, tzinfo=BERLIN).astimezone(UTC)
            write(Sample("cpu", {}, first + timedelta(hours=n), value) for n, value in enumerate(values))
        autumn = {"start": datetime(2026, 10, 25, 1, tzinfo=BERLIN), "end": datetime(2026, 10, 25, 4, tzinfo=BERLIN)}
        assert buckets([cpu], **autumn, step_seconds=3600, zone=BERLIN) == {cpu: [1.0, 3.0, 5.0]}
        spring = {"start": datetime(2026, 3, 29, 1, tzinfo=BERLIN), "end": datetime(2026, 3, 29, 4, tzinfo=BERLIN)}
        assert buckets([cpu], **spring, step_seconds=3600, zone=BERLIN) == {cpu: [1.0, None, 3.0]}

    def test_begin_at_midnight_there_whatever_the_start(self) -> None:
        kathmandu = ZoneInfo("Asia/Kathmandu")  # noon in UTC is 17:45 there
        cpu = series("cpu", (-17.75 * 3600 - 1, 1), (-17.75 * 3600, 3), (0, 5), (6.25 * 3600, 9))
        for start in (NOON, seconds(-17.75 * 3600)):
            found = buckets([cpu], start=start, end=seconds(6.25 * 3600), step_seconds=86400, zone=kathmandu)
            assert found == {cpu: [4.0]}

    @pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=BERLIN), datetime(2026, 10, 25, tzinfo=BERLIN)])
    @pytest.mark.parametrize("hour", [0, 1, 2, 3, 12, 23])
    def test_begin_at_midnight_there_whenever_that_day_one_asks(self, day: datetime, hour: int) -> None:
        cpu = series("cpu")
        midnight = day.astimezone(UTC)
        write(Sample("cpu", {}, midnight + timedelta(seconds=by), value) for by, value in ((-1, 1.0), (0, 3.0)))
        write([Sample("cpu", {}, (day + timedelta(hours=23, minutes=59)).astimezone(UTC), 5.0)])
        found = buckets([cpu], start=day.replace(hour=hour), end=day + timedelta(1), step_seconds=86400, zone=BERLIN)
        assert found == {cpu: [4.0]}

    @pytest.mark.parametrize(
        ("zone", "end", "step"),
        [
            ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC), 2 * 3600),
            ("Africa/Cairo", datetime(2026, 4, 23, 22, tzinfo=UTC), 86400),
        ],
    )
    def test_are_no_more_where_the_last_one_ends_as_the_clock_changes(
        self, zone: str, end: datetime, step: int
    ) -> None:
        cpu = series("cpu")
        write([Sample("cpu", {}, end - timedelta(seconds=1), 1.0), Sample("cpu", {}, end, 5.0)])
        start = end - timedelta(seconds=2 * step)
        assert buckets([cpu], start=start, end=end, step_seconds=step, zone=ZoneInfo(zone)) == {cpu: [None, 1.0]}

    def test_are_an_hour_at_least(self) -> None:
        with pytest.raises(ValueError, match="at least 3600"):
            buckets([1], start=NOON, end=seconds(1), step_seconds=3599, zone=BERLIN)


class TestStates:
    def test_are_the_values_of_each_bucket_and_its_first_time(self) -> None:
        cpu = series("cpu", (1, 5), (2, 0), (3, 5), (11, 5), (31, -1), (32, 0.5), (33, 7))
        ram = series("ram", (15, 0))
        assert states([cpu, ram], start=NOON, end=seconds(40), step_seconds=10) == {
            cpu: [({0, 5}, seconds(1)), ({5}, seconds(11)), None, ({-1, 7}, seconds(31))],
            ram: [None, ({0}, seconds(15)), None, None],
        }

    @pytest.mark.parametrize("step", [30, 86400 / 4])
    def test_lose_no_single_bad_second(self, step: float) -> None:
        cpu = series("cpu", *((second, 1 if second == 777 else second % 2 * 9) for second in range(3600)))
        found = states([cpu], start=NOON, end=seconds(86400 / 4), step_seconds=step)[cpu]
        assert [bucket[0] for bucket in found if bucket and 1 in bucket[0]] == [{0, 1, 9}]

    def test_take_two_queries(self, django_assert_num_queries) -> None:
        pks = [series(f"s{number}", (0, number)) for number in range(5)]
        with django_assert_num_queries(2):
            found = states(pks, start=NOON, end=seconds(1), step_seconds=1, origin=seconds(-3))
        assert [found[pk][0][0] for pk in pks] == [{0}, {1}, {2}, {3}, {4}]


class TestNewestValues:
    def test_are_those_of_all_series_the_newest_first(self, django_assert_num_queries) -> None:
        cpu, ram = series("cpu", (0, 1), (2, 3), (4, 5), (9, 9)), series("ram", (1, 2), (3, 4))
        series("not asked for", (2, 8))
        with django_assert_num_queries(1):
            assert newest_values([cpu, ram], start=seconds(1), end=seconds(9), most=9) == [5, 4, 3, 2]
        assert newest_values([cpu, ram], start=seconds(1), end=seconds(9), most=2) == [5, 4]
        assert newest_values([], start=seconds(1), end=seconds(9), most=2) == []

    def test_of_one_series_are_a_walk_down_the_index(self) -> None:
        cpu = series("cpu", *((second, 1) for second in range(500)))
        with connection.cursor() as cursor, CaptureQueriesContext(connection) as captured:
            cursor.execute("ANALYZE")
            newest_values([cpu], start=NOON, end=seconds(500), most=5)
            explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
            cursor.execute(f"{explain} {captured.captured_queries[-1]['sql']}")
            plan = "\n".join(" ".join(map(str, row)) for row in cursor.fetchall())
        assert re.search(
            r"SEARCH series_point USING PRIMARY KEY|Index Scan Backward using series_point_default_pkey", plan
        ), plan
        assert not re.search(r"TEMP B-TREE|Sort", plan), plan


class TestLatest:
    def test_is_the_newest_point_of_each_series_that_has_one(self, django_assert_num_queries) -> None:
        cpu = series("cpu", (5, 1), (9, 0), (7, 3))
        ram = series("ram", (1, 8))
        empty = series("empty")
        series("not asked for", (1, 1))
        with django_assert_num_queries(1):
            assert latest([cpu, ram, empty]) == {cpu: (seconds(9), 0.0), ram: (seconds(1), 8.0)}

    def test_of_nothing_is_nothing(self) -> None:
        assert latest([]) == {}


class TestLatestBefore:
    def test_is_the_last_point_up_to_a_moment_and_at_it(self) -> None:
        cpu, ram, empty = series("cpu", (0, 1), (10, 2), (20, 3)), series("ram", (15, 4)), series("empty")
        before = latest_before([cpu, ram, empty], seconds(10))
        assert before == {cpu: (seconds(10), 2)}
        assert latest_before([cpu, ram], seconds(19.999999)) == {cpu: (seconds(10), 2), ram: (seconds(15), 4)}
        assert latest_before([cpu], seconds(-1)) == {}
        assert latest_before([], seconds(0)) == {}

    def test_is_that_of_a_minute_or_an_hour_where_points_are_deleted(self) -> None:
        pk = series("cpu", (0, 1), (30, 2), (60 * 60 * 24, 3), (60 * 60 * 24 + 61, 4))
        retention.expire(NOON + timedelta(days=7.5))  # the points of the first day
        assert latest_before([pk], seconds(3600)) == {pk: (seconds(30), 2)}
        retention.expire(NOON + timedelta(days=90.5))
        assert latest_before([pk], seconds(3600)) == {pk: (seconds(30), 2)}
        assert latest_before([pk], seconds(3000)) == {}, "the hour had not ended, and nobody knows more"
