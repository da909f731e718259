"""Smashing's widgets."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from series.ingest.bodies import MAX_UNKNOWN_BYTES
from series.models import Point, Series
from tests.unit.series.ingest.asking import ask
from tests.unit.series.sending import states
from tokens.models import Token

Send = Callable[..., HttpResponse]
NOON = int(datetime(2026, 1, 31, 12, tzinfo=UTC).timestamp())
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def send(client: Client, secret: str) -> Send:
    """Post what a widget is to show, with the token in it, as curl's -d does."""

    def post(body: Any, path: str = "/widgets/karma", **headers: str) -> HttpResponse:
        if isinstance(body, dict):
            body = json.dumps({"auth_token": secret} | body)
        return client.post(path, body, content_type=FORM, headers=headers)

    return post


def values() -> list[tuple[str, float]]:
    return sorted(Point.objects.values_list("series__identity", "value"))


@pytest.mark.database
@pytest.mark.django_db
class TestWidget:
    @pytest.mark.parametrize(
        ("body", "written"),
        [
            ({"current": 100}, [("karma", 100)]),
            ({"current": 12.5, "last": 10, "value": 3, "updatedAt": 1}, [("karma", 12.5)]),
            ({"current": "n/a", "value": 86}, [("karma", 86)]),
            ({"items": [{"label": "a", "value": 5}, {"label": "b", "value": -1.5}]}, ["a", 5, "b", -1.5]),
            ({"items": [{"label": "a", "value": "12 %"}, {"label": 5, "value": 1}, {"value": 1}, 5]}, ["a", 0]),
            ({"items": 5, "points": {"x": 1, "y": 2}}, []),
            ({"points": [{"x": 1, "y": None}, {"x": 2, "y": "none"}, 7]}, []),
            ({"text": "Hello", "status": "warning", "title": "x"}, [("karma", 0)]),
            ({"current": "n/a", "text": ""}, [("karma", 0)]),
            ({"title": "x", "text": ""}, []),
            ({"current": True, "value": None}, []),
            ({}, []),
        ],
    )
    def test_is_204_whatever_it_shows(self, send: Send, body: dict[str, Any], written: list[Any]) -> None:
        response = send(body)
        assert (response.status_code, response.content) == (204, b"")
        if written and isinstance(written[0], str):
            written = [
                (f"karma{{item={label}}}", value) for label, value in zip(written[::2], written[1::2], strict=True)
            ]
        assert values() == written

    def test_a_text_is_a_state(self, send: Send) -> None:
        for text in ("open", "closed", "open"):
            assert send({"current": text}).status_code == 204
        assert send({"text": "x" * 300 + "\n"}).status_code == 204
        assert states() == {"karma": ["open", "closed", "x" * 200]}
        assert values() == [("karma", 0), ("karma", 0), ("karma", 1), ("karma", 2)]

    def test_a_text_for_numbers_is_taken_and_not_kept(self, send: Send) -> None:
        assert send({"current": 5}).status_code == 204
        assert send({"text": "so much"}).status_code == 204
        assert values() == [("karma", 5)]

    def test_a_number_for_texts_is_refused(self, send: Send) -> None:
        assert send({"text": "open"}).status_code == 204
        response = send({"current": 5})
        assert response.status_code == 422
        assert response.content == b"The series 'karma' holds texts; this is a number.\n"
        assert values() == [("karma", 0)]

    def test_points_have_times_of_their_own(self, send: Send) -> None:
        assert send({"current": 7, "points": [{"x": NOON, "y": 1}, {"x": NOON + 0.5, "y": 2}]}).status_code == 204
        times = dict(Point.objects.values_list("value", "time"))
        noon = datetime.fromtimestamp(NOON, UTC)
        assert (times[1], times[2]) == (noon, noon + timedelta(seconds=0.5))
        assert timezone.now() - times[7] < timedelta(minutes=1)

    @pytest.mark.parametrize("x", [1, 0, -5, NOON * 1000, float("nan"), 10**400, "2026-01-31", True, None])
    def test_what_is_no_time_is_refused(self, send: Send, x: Any) -> None:
        response = send({"current": 5, "points": [5, {"x": x, "y": 1}]})
        expected = "x of points[1] must be a time in seconds since 1970, from 2000 on and not in the future.\n"
        assert (response.status_code, response.content.decode()) == (400, expected)
        assert not Series.objects.exists()

    def test_one_of_later_is_refused(self, send: Send) -> None:
        assert send({"points": [{"x": timezone.now().timestamp() + 3600, "y": 1}]}).status_code == 400

    @pytest.mark.parametrize(
        "body",
        [{"current": float("inf")}, {"current": 10**400}, {"items": [{"label": "a\nb", "value": 1}]}, "[1]", "{"],
    )
    def test_what_no_series_can_hold_is_refused(self, send: Send, body: Any) -> None:
        response = send(body)
        assert response.status_code == 400
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert not Series.objects.exists()

    def test_too_many_points_are_refused(self, send: Send, secret: str) -> None:
        body = json.dumps({"points": [{"x": NOON, "y": 1}] * 50_001})
        assert send(body, Authorization=f"Bearer {secret}").status_code == 413
        assert not Series.objects.exists()

    def test_its_id_is_the_name_of_the_series(self, send: Send) -> None:
        assert send({"current": 1}, "/widgets/a%20b.c").status_code == 204
        assert values() == [("a b.c", 1)]
        assert send({"current": 1}, "/widgets/" + "x" * 201).status_code == 400

    def test_is_posted(self, client: Client) -> None:
        assert client.get("/widgets/karma").status_code == 405


@pytest.mark.database
@pytest.mark.django_db
class TestToken:
    @pytest.mark.parametrize("auth_token", [None, "", "unknown", "\ud800", "é", 5, ["x"]])
    def test_that_is_unknown(self, send: Send, auth_token: Any) -> None:
        response = send({"auth_token": auth_token, "current": 1})
        assert (response.status_code, response.content) == (401, b"Invalid API key\n")
        assert not Series.objects.exists()

    def test_may_be_in_the_header_which_goes_first(self, send: Send, secret: str) -> None:
        assert send('{"current": 5}', Authorization=f"Bearer {secret}").status_code == 204
        assert send({"current": 5}, Authorization="Bearer unknown").status_code == 401

    def test_writes_what_its_scopes_say(self, send: Send) -> None:
        Token.objects.update(scopes=["write:cpu"])
        response = send({"current": 1})
        assert response.status_code == 403 and b"may not write the series 'karma'" in response.content

    def test_in_a_body_is_in_a_short_one(self, send: Send, secret: str) -> None:
        start = json.dumps({"auth_token": secret, "current": 1})
        assert send(start.ljust(MAX_UNKNOWN_BYTES)).status_code == 204
        response = send(start.ljust(MAX_UNKNOWN_BYTES + 1))
        assert response.status_code == 413
        assert b"over 64 KiB" in response.content and b"in the header Authorization" in response.content
        longer = start.ljust(10 * MAX_UNKNOWN_BYTES)
        assert send(longer, Authorization=f"Bearer {secret}").status_code == 204

    def test_so_it_is_after_decompression(self, send: Send, secret: str) -> None:
        start = json.dumps({"auth_token": secret, "current": 1})
        packed = [gzip.compress(start.ljust(MAX_UNKNOWN_BYTES + more).encode()) for more in (0, 1)]
        statuses = [send(body, **{"Content-Encoding": "gzip"}).status_code for body in packed]
        assert statuses == [204, 413]

    def test_a_body_that_is_no_json_shows_none(self, send: Send) -> None:
        assert send("auth_token=x&current=1").status_code == 400
        assert send("[" * 60_000).status_code == 400


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
class TestInFrontOfDjango:
    def test_the_token_is_in_the_body_or_the_header(self, secret: str) -> None:
        body = json.dumps({"auth_token": secret, "current": 1}).encode()
        answer = ask("/widgets/karma", body[:20], body[20:], content_type=FORM)
        assert (answer.status, answer.body, values()) == (204, b"", [("karma", 1)])
        assert ask("/widgets/karma", b'{"current": 2}', authorization=f"Bearer {secret}").status == 204
        answer = ask("/widgets/karma", b'{"current": 2}')
        assert (answer.status, answer.body) == (401, b"Invalid API key\n")

    def test_no_more_is_read_than_that(self, secret: str) -> None:
        answer = ask("/widgets/karma", *[bytes(MAX_UNKNOWN_BYTES // 2)] * 10)
        assert (answer.status, answer.unread) == (413, 8)
        answer = ask("/widgets/karma", b"x", content_length=str(MAX_UNKNOWN_BYTES + 1))
        assert (answer.status, answer.unread) == (413, 2)
        answer = ask("/widgets/karma", b"x", authorization="Bearer unknown")
        assert (answer.status, answer.unread) == (401, 2)
