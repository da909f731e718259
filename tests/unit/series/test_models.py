from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError

from series.models import DeletedSeries, Hour, Latest, Minute, Point, Series
from series.samples import Sample, SampleError
from series.signals import points_written
from series.storage import retention
from series.storage.write import write
from series.tables import Stored

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

    def test_those_that_are_missing_are_made(self) -> None:
        old = Series.objects.create(name="cpu")
        assert Series.objects.ids_of(["cpu", "ram{host=a}"]) == {"cpu": old.pk}
        ids = Series.objects.make({"ram{host=a}": ("ram", {"host": "a"})})
        made = Series.objects.get(pk=ids["ram{host=a}"])
        assert (made.name, made.tags, made.identity) == ("ram", {"host": "a"}, "ram{host=a}")

    def test_many_take_few_queries(self, django_assert_max_num_queries) -> None:
        wanted = {f"s{number}": (f"s{number}", {}) for number in range(1200)}
        with django_assert_max_num_queries(16):
            ids = Series.objects.make(wanted)
        with django_assert_max_num_queries(1):
            assert Series.objects.ids_of(wanted) == ids
        assert Series.objects.count() == 1200

    @pytest.mark.parametrize("name", ["größe", "温度", "🌡", 'a"b', "a\\b", "a'b", "%s"])
    def test_a_name_may_be_written_in_anything(self, name: str) -> None:
        one = Series.objects.create(name=name)
        assert Series.objects.ids_of([one.identity, "cpu"]) == {one.identity: one.pk}

    def test_none_asks_nothing(self, django_assert_num_queries) -> None:
        with django_assert_num_queries(0):
            assert Series.objects.ids_of([]) == Series.objects.make({}) == {}

    def test_made_at_once_by_many_is_one_series_for_all(self, in_threads) -> None:
        barrier = Barrier(6, timeout=30)
        wanted = {f"s{number}": (f"s{number}", {}) for number in range(50)}

        def make() -> dict[str, int]:
            barrier.wait()
            return Series.objects.make(wanted)

        results = in_threads(*[make] * 6)
        assert all(result == results[0] for result in results)
        assert in_threads(Series.objects.count) == [50]


class TestPoint:
    def test_says_value_and_time(self) -> None:
        assert str(Point(time=NOON, value=1.5)) == "1.5 at 2026-01-31 12:00:00+00:00"

    @pytest.mark.parametrize("table", [Point, Minute, Hour, Latest])
    def test_is_not_changed_past_its_summaries(self, table: type[Stored]) -> None:
        with pytest.raises(TypeError, match=r"series\.storage\.write"):
            table().save()
        with pytest.raises(TypeError, match=r"series\.storage\.delete"):
            table.objects.all().delete()
        with pytest.raises(TypeError):
            table.objects.create(value=1)

    @pytest.mark.parametrize("many", [False, True])
    def test_goes_later_than_its_series_which_is_announced(
        self, announced: list[frozenset[int]], django_assert_max_num_queries, many: bool
    ) -> None:
        write(Sample("cpu", {}, NOON + timedelta(seconds=second), 1.0) for second in range(100))
        write([Sample("ram", {}, NOON, 1.0)])
        cpu = Series.objects.get(name="cpu")
        announced.clear()
        with django_assert_max_num_queries(20) as queries:
            (Series.objects.filter(name="cpu") if many else Series.objects.get(name="cpu")).delete()
        assert not any("series_point" in query["sql"] for query in queries.captured_queries)
        assert announced == [{cpu.pk}]
        retention.expire(NOON)
        for table in (Point, Minute, Hour, Latest):
            assert set(table.objects.values_list("series__name", flat=True)) == {"ram"}
        assert not DeletedSeries.objects.exists()
