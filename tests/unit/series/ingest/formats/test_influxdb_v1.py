"""InfluxDB 1's API: what its clients send, and the words that they get."""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from series.models import Point
from tests.unit.series.sending import Send, line_sender
from tokens.models import Token

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
SECONDS = int(NOON.timestamp())


@pytest.fixture
def send(client: Client, secret: str) -> Send:
    return line_sender(client, secret, "/write", "db=mine")


def error(response: HttpResponse, status: int) -> str:
    """The message of an error."""
    assert response.status_code == status
    message: str = json.loads(response.content)["error"]
    assert response.headers["X-Influxdb-Error"] == " ".join(message.split())
    return message


def values() -> list[tuple[str, float]]:
    return sorted(Point.objects.values_list("series__identity", "value"))


def test_takes_lines(send: Send) -> None:
    response = send(f"cpu,host=a value=1 {SECONDS}000000000\n")
    assert (response.status_code, response.content) == (204, b"")
    assert list(Point.objects.values_list("series__identity", "time")) == [("cpu{host=a}", NOON)]


@pytest.mark.parametrize(
    ("precision", "unit"),
    [
        ("n", timedelta(microseconds=0.001)),
        ("u", timedelta(microseconds=1)),
        ("us", timedelta(microseconds=1)),
        ("ms", timedelta(milliseconds=1)),
        ("s", timedelta(seconds=1)),
        ("m", timedelta(minutes=1)),
        ("h", timedelta(hours=1)),
    ],
)
def test_times_are_in_the_precision_that_is_asked_for(send: Send, precision: str, unit: timedelta) -> None:
    number = SECONDS * 10**9 if precision == "n" else (NOON - datetime(1970, 1, 1, tzinfo=UTC)) // unit
    assert send(f"cpu value=1 {number}", f"db=d&precision={precision}").status_code == 204
    assert Point.objects.get().time == NOON


class TestToken:
    """As a password, in any of the places where clients put one."""

    @pytest.mark.parametrize("user", ["anybody", ""])
    def test_in_the_query(self, send: Send, secret: str, user: str) -> None:
        assert send("cpu value=1", f"db=d&u={user}&p={secret}", HTTP_AUTHORIZATION="").status_code == 204

    @pytest.mark.parametrize("form", ["Token {}", "Token anybody:{}", "Bearer {}"])
    def test_in_the_header(self, send: Send, secret: str, form: str) -> None:
        assert send("cpu value=1", HTTP_AUTHORIZATION=form.format(secret)).status_code == 204

    def test_as_basic(self, send: Send, secret: str) -> None:
        shown = b64encode(f"anybody:{secret}".encode()).decode()
        assert send("cpu value=1", HTTP_AUTHORIZATION=f"Basic {shown}").status_code == 204

    @pytest.mark.parametrize("shown", ["", "Basic !", "Basic eDp5", "Token wrong"])
    def test_wrong_is_refused(self, send: Send, shown: str) -> None:
        response = send("cpu value=1", HTTP_AUTHORIZATION=shown)
        assert error(response, 401) == "authorization failed"
        assert response.headers["WWW-Authenticate"] == 'Basic realm="InfluxDB"'


class TestRefused:
    def test_a_line_that_cannot_be_parsed_and_the_good_ones_are_written(self, send: Send) -> None:
        response = send("cpu value=1\ndd,a=1,a=2 v=1\nram value=2")
        assert error(response, 400) == (
            "partial write: unable to parse 'dd,a=1,a=2 v=1': duplicate tags (line 2, column 8) dropped=0"
        )
        assert values() == [("cpu", 1), ("ram", 2)]

    def test_points_of_another_type_and_the_good_ones_are_written(self, send: Send) -> None:
        assert send("cpu v=1").status_code == 204
        response = send('cpu v="x"\nram value=2\nbad')
        assert error(response, 400) == (
            "partial write: unable to parse 'bad': missing fields (line 3, column 4); field type conflict: input field"
            ' "v" on measurement "cpu" is type string, already exists as type float dropped=1'
        )
        assert values() == [("cpu.v", 1), ("ram", 2)]

    def test_only_lines_that_cannot_be_parsed(self, send: Send) -> None:
        assert error(send("cpu"), 400) == "unable to parse 'cpu': missing fields (line 1, column 4)"

    def test_points_that_cannot_be_kept(self, send: Send) -> None:
        message = error(send("cpu value=1\ncpu value=2 -5"), 400)
        assert message.startswith("partial write: line 2: time must be from 1970")
        assert message.endswith(" dropped=1")
        assert values() == [("cpu", 1)]

    def test_of_many_wrong_lines_the_first_ones_are_said(self, send: Send) -> None:
        response = send("cpu value=1\n" + "bad\n" * 1000 + "cpu value=1 -5\n" * 200)
        message = json.loads(response.content)["error"]
        assert response.status_code == 400
        assert message.count("unable to parse 'bad'") == 10 and "; and 990 more; line 1002: time must be" in message
        assert message.endswith("; and 190 more dropped=200")

    @pytest.mark.parametrize("line", ["bad", 'cpu text="a"', "cpu value=1 -5", "cpu value=1"])
    def test_too_many_lines_of_any_kind(self, send: Send, line: str) -> None:
        assert error(send(f"{line}\n" * 50_001), 413) == "Request Entity Too Large"
        assert not values()

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ("", "database is required"),
            ("db=d&precision=xx", 'invalid precision "xx" (use n, u, ms, s, m or h)'),
        ],
    )
    def test_a_query_that_is_wrong(self, send: Send, query: str, message: str) -> None:
        assert error(send("cpu value=1", query), 400) == message

    def test_too_many_requests_are_503_for_telegraf_drops_what_has_429(self, send: Send, settings) -> None:
        settings.INGEST_RATE = 1
        statuses = [send("cpu value=1").status_code for _ in range(4)]
        assert statuses[0] == 204 and statuses[-1] == 503

    def test_too_many_series_are_400_and_503_where_they_may_be_made_later(self, send: Send, settings) -> None:
        settings.NEW_SERIES_PER_HOUR = 1
        assert "NEW_SERIES_PER_HOUR" in error(send("cpu value=1\nram value=1"), 400)
        assert send("cpu value=1").status_code == 204
        assert "such as ram" in error(send("ram value=1"), 503)

    def test_an_error_in_a_header_is_one_short_line_of_ascii(self, send: Send) -> None:
        response = send("\n".join(f"ü{'x' * 100}" for _ in range(50)))
        header = response.headers["X-Influxdb-Error"]
        assert len(header) == 1024 and header.isascii() and "\n" not in header

    def test_scopes_hold(self, send: Send) -> None:
        secret = Token.objects.issue("narrow", "write:ram")[1]
        assert "may not write" in error(send("cpu value=1", HTTP_AUTHORIZATION=f"Token {secret}"), 403)


class TestIsAnybodyThere:
    @pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
    def test_ping(self, client: Client, method: str) -> None:
        response = client.generic(method, "/ping")
        assert response.status_code == 204
        assert response.headers["X-Influxdb-Version"]

    def test_health_and_ready(self, client: Client) -> None:
        assert json.loads(client.get("/health").content)["status"] == "pass"
        assert json.loads(client.get("/ready").content)["status"] == "ready"

    @pytest.mark.parametrize("statement", ["CREATE DATABASE mine", 'create database "x"', "SHOW DATABASES"])
    def test_a_database_is_there_once_it_is_asked_for(self, client: Client, statement: str) -> None:
        for response in (client.get("/query", {"q": statement}), client.post("/query", {"q": statement})):
            assert json.loads(response.content) == {"results": [{"statement_id": 0}]}

    def test_there_are_no_queries(self, client: Client) -> None:
        (result,) = json.loads(client.post("/query", {"q": "SELECT * FROM cpu"}).content)["results"]
        assert "not supported" in result["error"]


def test_a_sender_that_is_wrong_in_every_line_is_told_ten_reasons(send: Send) -> None:
    message = error(send("cpu value=1\n" + "cpu value=x\n" * 500), 400)
    assert message.count("invalid boolean") == 10
    assert message.endswith("(line 11, column 11); and 490 more dropped=0")
    assert error(send("cpu value=x\n" * 500), 400).endswith("(line 10, column 11)\nand 490 more")


def test_of_a_line_with_a_field_that_cannot_be_kept_nothing_is(send: Send) -> None:
    message = error(send("cpu user=1,system=1e301,idle=2\nram value=2\n"), 400)
    assert "line 1: value must be a finite number" in message and message.endswith(" dropped=1")
    assert values() == [("ram", 2)]
