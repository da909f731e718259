"""InfluxDB 2's API: what its clients send, and the words that they get."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from series.models import Point, Series
from tests.unit.series.sending import Send, line_sender, states
from tokens.models import Token

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
SECONDS = int(NOON.timestamp())


@pytest.fixture
def send(client: Client, secret: str) -> Send:
    return line_sender(client, secret, "/api/v2/write", "org=me&bucket=mine")


def kept() -> list[tuple[str, datetime, float]]:
    return sorted(Point.objects.values_list("series__identity", "time", "value"))


def error(response: HttpResponse, status: int, code: str) -> str:
    """The message of an error."""
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert response.headers["X-Platform-Error-Code"] == code
    body = json.loads(response.content)
    assert body["code"] == code
    message: str = body["message"]
    return message


def test_each_field_is_a_series(send: Send) -> None:
    response = send(
        f'cpu,host=a user=1.5,system=2i,up=t,value=3,note="text" {SECONDS}000000000\nram value=4 {SECONDS}000000001'
    )
    assert (response.status_code, response.content) == (204, b"")
    assert kept() == [
        ("cpu.note{host=a}", NOON, 0),
        ("cpu.system{host=a}", NOON, 2),
        ("cpu.up{host=a}", NOON, 1),
        ("cpu.user{host=a}", NOON, 1.5),
        ("cpu{host=a}", NOON, 3),
        ("ram", NOON, 4),
    ]
    assert states() == {"cpu.note{host=a}": ["text"], "cpu.up{host=a}": ["false", "true"]}


@pytest.mark.parametrize(("precision", "digits"), [("ns", "123456789"), ("us", "123456"), ("ms", "123"), ("s", "")])
def test_times_are_in_the_precision_that_is_asked_for(send: Send, precision: str, digits: str) -> None:
    assert send(f"cpu value=1 {SECONDS}{digits}", f"bucket=b&precision={precision}").status_code == 204
    microseconds = int(digits[:6].ljust(6, "0") or 0)
    assert kept() == [("cpu", NOON + timedelta(microseconds=microseconds), 1)]


def test_without_a_time_it_is_that_of_arrival_in_whole_units(send: Send) -> None:
    before = timezone.now().replace(microsecond=0)
    assert send("cpu value=1", "bucket=b&precision=s").status_code == 204
    ((_identity, time, _value),) = kept()
    assert time.microsecond == 0 and before <= time <= timezone.now()


@pytest.mark.parametrize("body", ["", "\n\n", "# a comment\n", '\ncpu icon_str="only text"'])
def test_nothing_is_taken_as_nothing(send: Send, body: str) -> None:
    assert send(body).status_code == 204
    assert not Point.objects.exists()


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "identity"])
def test_takes_gzip(send: Send, encoding: str) -> None:
    body = b"cpu value=1"
    sent = body if encoding == "identity" else gzip.compress(body)
    assert send(sent, HTTP_CONTENT_ENCODING=encoding).status_code == 204
    assert Point.objects.count() == 1


def test_sent_twice_it_is_there_once(send: Send) -> None:
    for _ in range(2):
        assert send(f"cpu value=1 {SECONDS}000000000").status_code == 204
    assert kept() == [("cpu", NOON, 1)]


class TestRefused:
    def test_lines_that_cannot_be_parsed_and_nothing_is_written(self, send: Send) -> None:
        response = send("cpu value=1\ninvalid\nram value=\n")
        assert error(response, 400, "invalid") == (
            "unable to parse 'invalid': missing fields (line 2, column 8)\n"
            "unable to parse 'ram value=': missing field value (line 3, column 11)"
        )
        assert not Series.objects.exists()

    def test_points_that_cannot_be_kept_and_the_rest_is_written(self, send: Send) -> None:
        future = int((timezone.now() + timedelta(hours=1)).timestamp())
        response = send(f"cpu value=1 {SECONDS}\ncpu value=2 -5\ncpu value=3 {future}\n", "bucket=b&precision=s")
        message = error(response, 422, "unprocessable entity")
        assert message.startswith("failure writing points to database: partial write: line 2: time must be from 1970")
        assert "line 3: time is in the future" in message
        assert message.endswith(" dropped=2")
        assert kept() == [("cpu", NOON, 1)]

    def test_points_of_another_type_and_the_rest_is_written(self, send: Send) -> None:
        assert send(f'door,room=a state="open",locked=t,n=1 {SECONDS}000000000').status_code == 204
        response = send(
            f"door,room=a n=2 {SECONDS}000001000\n"
            f'door,room=a n=3,state=1 {SECONDS}000002000\ndoor,room=a n="x" {SECONDS}000003000\n'
            f"door,room=a locked=2 {SECONDS}000004000\n"
            f'door,room=b n="x" {SECONDS}000005000\ndoor,room=b n=5 {SECONDS}000006000'
        )
        conflict = 'field type conflict: input field "{}" on measurement "door" is type {}, already exists as type {}'
        assert error(response, 422, "unprocessable entity") == (
            "failure writing points to database: partial write: "
            + "; ".join(
                conflict.format(*words)
                for words in (
                    ("state", "float", "string"),
                    ("n", "string", "float"),
                    ("locked", "float", "boolean"),
                    ("n", "float", "string"),
                )
            )
            + " dropped=4"
        )
        assert kept() == [
            ("door.locked{room=a}", NOON, 1),
            ("door.n{room=a}", NOON, 1),
            ("door.n{room=a}", NOON + timedelta(microseconds=1), 2),
            ("door.n{room=b}", NOON + timedelta(microseconds=5), 0),
            ("door.state{room=a}", NOON, 0),
        ]

    def test_who_shows_no_token(self, send: Send) -> None:
        response = send("cpu value=1", HTTP_AUTHORIZATION="Token wrong")
        assert error(response, 401, "unauthorized") == "unauthorized access"

    def test_a_series_that_the_token_may_not_write(self, send: Send) -> None:
        secret = Token.objects.issue("narrow", "write:ram")[1]
        response = send("cpu value=1", HTTP_AUTHORIZATION=f"Bearer {secret}")
        assert "may not write the series 'cpu'" in error(response, 403, "forbidden")

    @pytest.mark.parametrize(
        ("query", "status", "code", "message"),
        [
            ("org=o", 404, "not found", "bucket not found"),
            ("bucket=", 404, "not found", "bucket not found"),
            (
                "bucket=b&precision=h",
                400,
                "invalid",
                "invalid precision; valid precision units are ns, us, ms, and s",
            ),
        ],
    )
    def test_a_query_that_is_wrong(self, send: Send, query: str, status: int, code: str, message: str) -> None:
        assert error(send("cpu value=1", query), status, code) == message

    def test_what_is_no_text(self, send: Send) -> None:
        assert "not UTF-8" in error(send(b"cpu value=1\xff"), 400, "invalid")

    def test_what_is_too_much(self, send: Send) -> None:
        body = "\n".join(f"cpu value=1 {number}" for number in range(50_001))
        assert "more than 50000 points" in error(send(body), 413, "request too large")

    def test_another_method(self, client: Client) -> None:
        assert client.get("/api/v2/write?bucket=b").status_code == 405


def test_a_sender_that_is_wrong_in_every_line_is_told_ten_reasons(send: Send) -> None:
    message = error(send("cpu value=x\n" * 500), 400, "invalid")
    assert message.count("invalid boolean") == 10 and message.endswith("(line 10, column 11)\nand 490 more")
    message = error(send("cpu value=1 -1\n" * 500), 422, "unprocessable entity")
    assert message.count("time must be from 1970") == 10 and message.endswith("; and 490 more dropped=500")


def test_of_a_line_with_a_field_that_cannot_be_kept_nothing_is(send: Send) -> None:
    message = error(send("cpu user=1,system=1e301,idle=2\nram value=2\n"), 422, "unprocessable entity")
    assert "line 1: value must be a finite number" in message and message.endswith(" dropped=1")
    assert [(series, value) for series, _time, value in kept()] == [("ram", 2)]
