from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError

from series.models import Point, Series
from series.samples import SampleError
from series.signals import points_written

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
def announced() -> list[frozenset[int]]:
    """What points_written has said since."""
    said: list[frozenset[int]] = []

    def hear(series_ids: frozenset[int], **kwargs: object) -> None:
        said.append(series_ids)

    points_written.connect(hear)
    yield said
    points_written.disconnect(hear)


class TestSeries:
    def test_is_called_by_its_identity(self) -> None:
        series = Series.objects.create(name="cpu", tags={"host": "a"})
        assert str(series) == series.identity == "cpu{host=a}"

    def test_is_unique_by_identity(self) -> None:
        Series.objects.create(name="cpu", tags={"a": "1", "b": "2"})
        with pytest.raises(IntegrityError):
            Series.objects.create(name="cpu", tags={"b": "2", "a": "1"})

    def test_without_a_name_is_refused(self) -> None:
        with pytest.raises(SampleError, match="1 to 200"):
            Series.objects.create(name="")

    def test_ensure_makes_what_is_missing_and_finds_the_rest(self) -> None:
        old = Series.objects.create(name="cpu")
        ids = Series.objects.ensure({"cpu": ("cpu", {}), "ram{host=a}": ("ram", {"host": "a"})})
        assert ids["cpu"] == old.pk
        made = Series.objects.get(pk=ids["ram{host=a}"])
        assert (made.name, made.tags, made.identity) == ("ram", {"host": "a"}, "ram{host=a}")

    def test_ensure_takes_few_queries_however_many_there_are(self, django_assert_max_num_queries) -> None:
        wanted = {f"s{number}": (f"s{number}", {}) for number in range(1200)}
        with django_assert_max_num_queries(16):
            ids = Series.objects.ensure(wanted)
        with django_assert_max_num_queries(3):
            assert Series.objects.ensure(wanted) == ids
        assert Series.objects.count() == 1200

    def test_ensure_of_nothing_asks_nothing(self, django_assert_num_queries) -> None:
        with django_assert_num_queries(0):
            assert Series.objects.ensure({}) == {}

    def test_ensured_at_once_by_many_is_one_series_for_all(self, in_threads) -> None:
        barrier = Barrier(6, timeout=30)
        wanted = {f"s{number}": (f"s{number}", {}) for number in range(50)}

        def ensure() -> dict[str, int]:
            barrier.wait()
            return Series.objects.ensure(wanted)

        results = in_threads(*[ensure] * 6)
        assert all(result == results[0] for result in results)
        assert in_threads(Series.objects.count) == [50]


class TestPoint:
    @pytest.fixture
    def series(self) -> Series:
        return Series.objects.create(name="cpu")

    def test_is_once_for_a_series_and_time(self, series: Series) -> None:
        Point.objects.create(series=series, time=NOON, value=1)
        with pytest.raises(IntegrityError):
            Point.objects.create(series=series, time=NOON, value=2)

    def test_says_value_and_time(self, series: Series) -> None:
        assert str(Point(series=series, time=NOON, value=1.5)) == "1.5 at 2026-01-31 12:00:00+00:00"

    def test_created_saved_and_deleted_one_by_one_is_announced(self, series: Series, announced: list) -> None:
        point = Point.objects.create(series=series, time=NOON, value=1)
        assert announced == [{series.pk}]
        point.value = 2
        point.save()
        assert announced == [{series.pk}] * 2
        point.delete()
        assert announced == [{series.pk}] * 3
        assert not Point.objects.exists()

    def test_deleted_many_at_once_is_announced_once(self, series: Series, announced: list) -> None:
        other = Series.objects.create(name="ram")
        untouched = Series.objects.create(name="disk")
        for owner in (series, other, untouched):
            for second in range(3):
                Point.objects.create(series=owner, time=NOON + timedelta(seconds=second), value=1)
        announced.clear()
        Point.objects.filter(series__in=[series, other]).delete()
        assert announced == [{series.pk, other.pk}]
        assert Point.objects.count() == 3

    def test_deleting_a_series_deletes_its_points_unread_and_announces_it(
        self, series: Series, announced: list, django_assert_max_num_queries
    ) -> None:
        Point.objects.bulk_create(
            Point(series=series, time=NOON + timedelta(seconds=second), value=1) for second in range(100)
        )
        pk = series.pk
        with django_assert_max_num_queries(4) as queries:
            series.delete()
        assert not any('SELECT "series_point"' in query["sql"] for query in queries.captured_queries)
        assert announced == [{pk}]
        assert not Point.objects.exists()
