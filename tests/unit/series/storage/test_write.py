from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.utils import timezone
from prometheus_client import REGISTRY

from series.models import Point, Series, TooManySeries
from series.samples import Sample, identity_of
from series.signals import points_written
from series.storage import write as writing
from series.storage.write import Batch, Written, write, write_together
from tokens.models import Token

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def sample(name: str = "cpu", second: float = 0, value: float = 1.0, **tags: str) -> Sample:
    return Sample(name=name, tags=tags, time=NOON + timedelta(seconds=second), value=value)


def kept() -> list[tuple[str, datetime, float]]:
    return sorted(Point.objects.values_list("series__identity", "time", "value"))


def test_writes_points_and_makes_their_series() -> None:
    assert write([sample(host="a"), sample(host="b", value=2), sample(second=1, host="a", value=3)]) == Written(3)
    second = timedelta(seconds=1)
    assert kept() == [("cpu{host=a}", NOON, 1), ("cpu{host=a}", NOON + second, 3), ("cpu{host=b}", NOON, 2)]
    assert Series.objects.get(identity="cpu{host=a}").tags == {"host": "a"}


def test_twice_changes_nothing() -> None:
    samples = [sample(second=second, value=second) for second in range(10)]
    write(samples)
    before = list(Point.objects.order_by("pk").values())
    assert write(samples) == Written(10)
    assert list(Point.objects.order_by("pk").values()) == before


def test_the_last_value_for_a_time_wins_within_a_call_and_between_calls() -> None:
    assert write([sample(value=1), sample(value=2)]) == Written(2)
    assert kept() == [("cpu", NOON, 2)]
    write([sample(value=3)])
    assert kept() == [("cpu", NOON, 3)]


def test_nothing_writes_and_announces_nothing(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert write([]) == Written(0)


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
            return write(mine).stored

        return run

    assert in_threads(*[writer(samples), writer(samples[::-1])] * 3) == [400] * 6
    assert in_threads(kept) == [sorted((identity_of(one.name, one.tags), one.time, one.value) for one in samples)]


def arriving(at: datetime, name: str = "cpu", value: float = 1.0) -> Sample:
    """A sample without a time of its own."""
    return Sample(name, {}, at, value, has_own_time=False)


class TestWithoutATimeOfItsOwn:
    def test_is_placed_behind_what_is_ahead_which_is_counted_and_logged(self, caplog, monkeypatch) -> None:
        monkeypatch.setattr(writing, "limited_log", writing.LimitedLog(writing.logger))
        before = REGISTRY.get_sample_value("series_points_behind_total")
        write([sample(second=90), sample("ram", second=-1)])
        for value in (2.0, 3.0):
            write([arriving(NOON, value=value), arriving(NOON, "ram", value)])
        step = timedelta(microseconds=1)
        ahead = NOON + timedelta(seconds=90)
        assert kept() == [
            ("cpu", ahead, 1.0),
            ("cpu", ahead + step, 2.0),
            ("cpu", ahead + 2 * step, 3.0),
            ("ram", NOON - timedelta(seconds=1), 1.0),
            ("ram", NOON, 2.0),
            ("ram", NOON + step, 3.0),
        ]
        assert REGISTRY.get_sample_value("series_points_behind_total") == before + 3
        (record,) = caplog.records
        assert "up to 90 s ahead of this clock" in record.getMessage()

    def test_of_many_at_once_none_takes_the_place_of_another(self, in_threads) -> None:
        in_threads(lambda: write([sample(second=1)]))

        def writer(round: int, number: int):
            def run() -> int:
                barrier.wait()
                return write([arriving(NOON, value=100 * round + number)]).stored

            return run

        for round in range(1, 11):
            barrier = Barrier(8, timeout=30)
            in_threads(*[writer(round, number) for number in range(8)])
        values = in_threads(lambda: {value for _, _, value in kept()})[0]
        assert values == {1.0, *(100 * round + number for round in range(1, 11) for number in range(8))}


class TestCreator:
    @pytest.fixture
    def token(self, settings) -> Token:
        settings.NEW_SERIES_PER_HOUR = 3
        return Token.objects.issue("sensor", "write:*")[0]

    def test_a_token_makes_so_many_series_and_nothing_of_a_request_with_more_is_written(self, token: Token) -> None:
        write([sample("a"), sample("b")], creator=token)
        with pytest.raises(
            TooManySeries, match=r"'sensor' may make 3 series an hour .* has made 2, .* make 2 more, such as c"
        ) as caught:
            write([sample("a", second=5), sample("d"), sample("c")], creator=token)
        assert caught.value.new == "c"
        assert (Series.objects.count(), Point.objects.count()) == (2, 2)
        write([sample("a", second=5), sample("c")], creator=token)
        assert write([sample(name, second=6) for name in "abc"], creator=token) == Written(3), (
            "those that it has, it may write"
        )
        assert set(Series.objects.values_list("creator", flat=True)) == {token.pk}

    def test_those_of_an_hour_ago_do_not_count(self, token: Token) -> None:
        write([sample(name) for name in "abc"], creator=token)
        now = timezone.now()
        for minutes, name in ((50, "a"), (20, "b"), (10, "c")):
            Series.objects.filter(name=name).update(created=now - timedelta(minutes=minutes))
        for names, wait in (("d", 10), ("de", 40), ("def", 50), ("defg", None)):
            with pytest.raises(TooManySeries) as caught:
                write([sample(name) for name in names], creator=token)
            if wait is None:
                assert caught.value.wait is None, "there is no hour in which it may"
            else:
                assert abs(caught.value.wait - timedelta(minutes=wait)) < timedelta(minutes=1)
        Series.objects.filter(name="a").update(created=now - timedelta(minutes=61))
        assert write([sample("d")], creator=token) == Written(1)

    def test_what_is_deleted_and_what_others_made_does_not_count(self, token: Token) -> None:
        write([sample(name) for name in "uvw"])
        write([sample(name) for name in "abc"], creator=token)
        Series.objects.get(name="a").delete()
        write([sample("d")], creator=token)
        other = Token.objects.issue("other", "write:*")[0]
        write([sample(name) for name in "xyz"], creator=other)
        token.delete()
        assert Series.objects.filter(creator=None).count() == 6, "series outlive the token that made them"

    @pytest.mark.django_db(transaction=True)
    def test_several_requests_at_once_make_no_more_together(self, token: Token, in_threads) -> None:
        barrier = Barrier(4, timeout=30)

        def make(number: int) -> bool:
            barrier.wait()
            try:
                write([sample(f"{number}a"), sample(f"{number}b")], creator=token)
            except TooManySeries:
                return False
            return True

        assert sum(in_threads(*[lambda number=number: make(number) for number in range(4)])) == 1


class TestTogether:
    def test_each_batch_is_answered_and_all_are_one_transaction(self, django_assert_max_num_queries) -> None:
        write([sample("a"), sample("b")])
        batches = [Batch([sample("a", second=number), sample("b", second=number)]) for number in range(1, 40)]
        with django_assert_max_num_queries(12):
            assert write_together(batches) == [Written(2)] * 39
        assert len(kept()) == 80

    def test_the_last_one_wins(self) -> None:
        write_together([Batch([sample(value=1)]), Batch([sample(value=2)]), Batch([])])
        assert kept() == [("cpu", NOON, 2)]

    def test_what_arrives_at_the_same_moment_without_a_time_is_all_there(self) -> None:
        write_together([Batch([arriving(NOON, value=float(number))]) for number in range(5)])
        assert sorted(value for _identity, _time, value in kept()) == [0, 1, 2, 3, 4]

    def test_one_that_makes_too_many_series_is_refused_alone(self, settings) -> None:
        settings.NEW_SERIES_PER_HOUR = 1
        token, other = (Token.objects.issue(name, "write:*")[0] for name in "ab")
        first, second, third = write_together(
            [Batch([sample("a")], token), Batch([sample("b"), sample("c")], token), Batch([sample("d")], other)]
        )
        assert (first, third) == (Written(1), Written(1))
        assert isinstance(second, TooManySeries)
        assert [identity for identity, _time, _value in kept()] == ["a", "d"]

    @pytest.mark.django_db(transaction=True)
    def test_one_that_fails_fails_alone(self) -> None:
        def fail(series_ids: frozenset[int], **kwargs: object) -> None:
            if Series.objects.filter(pk__in=series_ids, name="bad").exists():
                raise RuntimeError("no")

        points_written.connect(fail)
        try:
            first, second, third = write_together([Batch([sample(name)]) for name in ("a", "bad", "c")])
        finally:
            points_written.disconnect(fail)
        assert (first, third) == (Written(1), Written(1))
        assert isinstance(second, RuntimeError)
        assert [identity for identity, _time, _value in kept()] == ["a", "c"]
