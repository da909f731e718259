from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction
from prometheus_client import REGISTRY

from series.models import Point, Series
from series.samples import Sample, identity_of
from series.signals import points_written
from series.storage.write import write

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def sample(name: str = "cpu", second: float = 0, value: float = 1.0, **tags: str) -> Sample:
    return Sample(name=name, tags=tags, time=NOON + timedelta(seconds=second), value=value)


def kept() -> list[tuple[str, datetime, float]]:
    return sorted(Point.objects.values_list("series__identity", "time", "value"))


def test_writes_points_and_makes_their_series() -> None:
    assert write([sample(host="a"), sample(host="b", value=2), sample(second=1, host="a", value=3)]) == 3
    second = timedelta(seconds=1)
    assert kept() == [("cpu{host=a}", NOON, 1), ("cpu{host=a}", NOON + second, 3), ("cpu{host=b}", NOON, 2)]
    assert Series.objects.get(identity="cpu{host=a}").tags == {"host": "a"}


def test_twice_changes_nothing() -> None:
    samples = [sample(second=second, value=second) for second in range(10)]
    write(samples)
    before = list(Point.objects.order_by("pk").values())
    assert write(samples) == 10
    assert list(Point.objects.order_by("pk").values()) == before


def test_the_last_value_for_a_time_wins_within_a_call_and_between_calls() -> None:
    assert write([sample(value=1), sample(value=2)]) == 2
    assert kept() == [("cpu", NOON, 2)]
    write([sample(value=3)])
    assert kept() == [("cpu", NOON, 3)]


def test_nothing_writes_and_announces_nothing(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert write([]) == 0


def test_many_points_take_few_statements(django_assert_max_num_queries) -> None:
    # SQLite takes about a thousand parameters in one statement, three a point.
    with django_assert_max_num_queries(25):
        write(sample(second=second) for second in range(5000))
    assert Point.objects.count() == 5000


def test_announces_once_inside_the_transaction_when_the_points_can_be_read() -> None:
    heard = []

    def hear(sender: type, series_ids: frozenset[int], **kwargs: object) -> None:
        heard.append((sender, series_ids, connection.in_atomic_block, Point.objects.count()))

    points_written.connect(hear)
    try:
        write([sample("cpu"), sample("ram")])
    finally:
        points_written.disconnect(hear)
    assert heard == [(Point, frozenset(Series.objects.values_list("pk", flat=True)), True, 2)]


@pytest.mark.django_db(transaction=True)
def test_a_receiver_that_fails_undoes_all_of_it() -> None:
    def fail(**kwargs: object) -> None:
        raise RuntimeError("no")

    points_written.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            write([sample()])
    finally:
        points_written.disconnect(fail)
    assert not Point.objects.exists()
    assert not Series.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_counts_points_that_are_committed_and_no_others() -> None:
    def counted() -> float:
        return REGISTRY.get_sample_value("series_points_total") or 0

    before = counted()
    with pytest.raises(RuntimeError), transaction.atomic():
        write([sample()])
        raise RuntimeError("rolled back")
    assert counted() == before
    write([sample(), sample(second=1)])
    assert counted() == before + 2


def test_the_same_points_written_at_once_in_any_order_are_all_taken(in_threads) -> None:
    barrier = Barrier(6, timeout=30)
    samples = [sample(f"s{number % 20}", second=number, value=number) for number in range(400)]

    def writer(mine: list[Sample]):
        def run() -> int:
            barrier.wait()
            return write(mine)

        return run

    assert in_threads(*[writer(samples), writer(samples[::-1])] * 3) == [400] * 6
    assert in_threads(kept) == [sorted((identity_of(one.name, one.tags), one.time, one.value) for one in samples)]
