from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from boards.models import DismissedSeries
from series.models import Point, Series
from series.samples import Sample
from series.storage.write import write
from tests.unit.api.program import Program, person

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOW = datetime(2026, 1, 31, 10, tzinfo=UTC)


def send(name: str, *values: float | str, **tags: str) -> Series:
    write(Sample(name, tags, NOW + timedelta(seconds=index), value) for index, value in enumerate(values))
    series: Series = Series.objects.get(name=name, tags=tags)
    return series


def names(answer: dict) -> list[str]:
    return [one["series"] for one in answer["items"]]


def test_they_are_listed_in_order_with_their_newest_value() -> None:
    send("cpu", 1, 2.5, host="b"), send("cpu", 3, host="a"), send("state", "up"), send("other", 1)
    program = Program("read:*")
    answer = program.get("series?selector=cpu{host=*}")
    assert names(answer) == ["cpu{host=a}", "cpu{host=b}"] and answer["next"] is None
    assert answer["items"][1] == {
        "id": Series.objects.get(tags={"host": "b"}).pk,
        "name": "cpu",
        "tags": {"host": "b"},
        "series": "cpu{host=b}",
        "expected_interval": None,
        "grace": None,
        "newest": {"time": "2026-01-31T10:00:01Z", "value": 2.5},
    }
    assert program.get("series?selector=state")["items"][0]["newest"]["value"] == "up"
    assert program.get(f"series/{Series.objects.get(name='other').pk}")["newest"]["value"] == 1


def test_pages_follow_one_another_also_where_one_was_deleted_meanwhile() -> None:
    for number in range(7):
        send(f"s{number}", 1)
    program, seen, after = Program("read:*"), [], ""
    while True:
        answer = program.get(f"series?limit=2&after={after}")
        seen += names(answer)
        after = answer["next"]
        if after is None:
            break
        Series.objects.get(identity=after).delete()
    assert seen == [f"s{number}" for number in range(7)]


def test_a_token_reads_what_its_scopes_name_and_the_rest_is_not_there() -> None:
    cpu, other = send("cpu.user", 1), send("secret", 1)
    program = Program("read:cpu.*")
    assert names(program.get("series")) == ["cpu.user"]
    program.get(f"series/{cpu.pk}")
    assert program.answer(404, "GET", f"series/{other.pk}") == {
        "code": "not_found",
        "message": f"There is no series {other.pk}.",
    }
    assert program.answer(404, "GET", "series/4711")["code"] == "not_found"
    assert program.answer(404, "DELETE", f"series/{cpu.pk}")["code"] == "not_found", "to read is not to delete"
    assert Program("write:*").answer(403, "GET", "series")["code"] == "forbidden"


def test_a_user_reads_what_they_may_choose_from() -> None:
    series = send("cpu", 1)
    viewer, editor, admin = person("viewer"), person("editor", "change_board"), person("admin", "view_series")
    assert Program("read:*", user=viewer).answer(403, "GET", "series")["code"] == "forbidden"
    for user in (editor, admin):
        assert names(Program("read:*", user=user).get("series")) == ["cpu"]
        program = Program("series.edit:*", user=user)
        assert program.answer(403, "PATCH", f"series/{series.pk}", {})["code"] == "forbidden"
        assert program.answer(403, "DELETE", f"series/{series.pk}")["code"] == "forbidden"
        assert program.answer(403, "DELETE", f"series/{series.pk}/points")["code"] == "forbidden"
    Program("series.edit:*", user=editor).answer(204, "POST", f"series/{series.pk}/dismiss")
    assert DismissedSeries.objects.get().by == editor


def test_when_the_next_point_is_expected_is_changed() -> None:
    series, program = send("cpu", 1), Program("series.edit:cpu")
    changed = program.answer(200, "PATCH", f"series/{series.pk}", {"expected_interval": 10, "grace": 5.5})
    assert (changed["expected_interval"], changed["grace"]) == (10, 5.5)
    assert program.answer(200, "PATCH", f"series/{series.pk}", {"grace": None})["expected_interval"] == 10
    series.refresh_from_db()
    assert (series.expected_interval, series.grace) == (10, None)
    for body, status, code in (
        ({"expected_interval": 0.01}, 422, "cannot_be"),
        ({"grace": 1e12}, 422, "cannot_be"),
        ({"grace": -1}, 400, "invalid_field"),
        ({"grace": "5"}, 400, "invalid_field"),
        ({"name": "x"}, 400, "unknown_field"),
        ([], 400, "invalid_field"),
        (b"{", 400, "invalid_json"),
    ):
        assert program.answer(status, "PATCH", f"series/{series.pk}", body)["code"] == code, body
    series.refresh_from_db()
    assert (series.name, series.expected_interval) == ("cpu", 10)


def test_points_and_series_are_deleted() -> None:
    series, program = send("cpu", *range(5)), Program("series.edit:*")
    address = f"series/{series.pk}/points"
    program.answer(204, "DELETE", f"{address}?since=2026-01-31T10:00:01Z&until=2026-01-31T10:00:03Z")
    assert list(Point.objects.order_by("time").values_list("value", flat=True)) == [0, 3, 4]
    for status, since in ((400, "2026-01-31T10:00:01"), (400, "soon"), (400, "0.5"), (422, "1960-01-01T00:00Z")):
        assert program.answer(status, "DELETE", f"{address}?since={since}")["field"] == "since"
    assert Point.objects.exists()
    program.answer(204, "DELETE", address)
    assert not Point.objects.exists()
    program.answer(204, "DELETE", f"series/{series.pk}")
    assert not Series.objects.exists()
    program.answer(404, "DELETE", f"series/{series.pk}")


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("selector=cpu{", 422, "selector"),
        ("selector=cpu{host=$host}", 422, "selector"),
        ("selector=", 422, "selector"),
        ("limit=0", 400, "limit"),
        ("limit=501", 400, "limit"),
        ("limit=x", 400, "limit"),
        ("selector=%00", 422, "selector"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(query: str, status: int, field: str) -> None:
    assert Program("read:*").answer(status, "GET", f"series?{query}")["field"] == field


def test_thousands_of_series_are_a_few_queries(django_assert_max_num_queries) -> None:
    Series.objects.bulk_create(Series(name=f"n{n}", identity=f"n{n}") for n in range(2000))
    write([Sample("n1", {}, timezone.now(), 1.0)])
    program = Program("read:*")
    with django_assert_max_num_queries(8):
        assert len(program.get("series?limit=500")["items"]) == 500
