"""POST /api/points as a sender sees it: each status, what it says, and that it wrote all or nothing."""

import gzip
import json
from datetime import timedelta
from http.client import HTTPConnection
from io import BytesIO

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from series.ingest.bodies import MAX_BODY_BYTES, MAX_GZIP_MEMBERS, MAX_INFLATED_BYTES
from series.ingest.formats.native import MAX_POINTS_PER_REQUEST
from series.models import Point, Series
from tests.unit.series.sending import ONE, Send, points, refused
from tokens.models import Token

pytestmark = [pytest.mark.database, pytest.mark.django_db]


class TestTaken:
    def test_answers_how_many_and_has_them(self, send: Send) -> None:
        before = timezone.now()
        sent = [{"series": "cpu", "value": 1, "tags": {"host": "a"}}, {"series": "ram", "value": 2}]
        response = send(json.dumps(sent))
        assert (response.status_code, json.loads(response.content)) == (200, {"accepted": 2})
        kept = Point.objects.order_by("value").values_list("series__identity", "value")
        assert list(kept) == [("cpu{host=a}", 1), ("ram", 2)]
        (time,) = set(Point.objects.values_list("time", flat=True))
        assert before - timedelta(milliseconds=1) <= time <= timezone.now()

    @pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON", ""])
    def test_takes_its_content_type_in_every_spelling_and_none(self, send: Send, content_type: str) -> None:
        assert send(ONE, content_type).status_code == 200
        assert Point.objects.count() == 1

    def test_takes_lines(self, send: Send) -> None:
        response = send(f'{ONE}\n{{"series": "ram", "value": 2}}\n', "application/x-ndjson")
        assert json.loads(response.content) == {"accepted": 2}

    @pytest.mark.parametrize(("body", "content_type"), [("[]", "application/json"), ("\n", "application/x-ndjson")])
    def test_takes_nothing_as_nothing(self, send: Send, body: str, content_type: str) -> None:
        assert json.loads(send(body, content_type).content) == {"accepted": 0}

    @pytest.mark.parametrize("scheme", ["Bearer", "bearer", "TOKEN", "Token"])
    def test_takes_either_scheme_in_any_case(self, send: Send, secret: str, scheme: str) -> None:
        assert send(ONE, HTTP_AUTHORIZATION=f"{scheme}  {secret} ").status_code == 200

    @pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
    def test_takes_gzip(self, send: Send, encoding: str) -> None:
        assert send(gzip.compress(ONE.encode()), HTTP_CONTENT_ENCODING=encoding).status_code == 200
        assert Point.objects.count() == 1

    def test_takes_gzip_in_several_parts(self, send: Send) -> None:
        parts = gzip.compress(ONE[:10].encode()) + gzip.compress(ONE[10:].encode())
        assert send(parts, HTTP_CONTENT_ENCODING="gzip").status_code == 200

    def test_takes_a_body_that_djangos_own_limit_would_refuse(self, send: Send) -> None:
        assert send(ONE + " " * (MAX_BODY_BYTES - len(ONE)), HTTP_CONTENT_ENCODING="identity").status_code == 200

    def test_the_same_again_changes_nothing(self, send: Send) -> None:
        for _ in range(2):
            assert json.loads(send(points(3)).content) == {"accepted": 3}
        assert Point.objects.count() == 3

    def test_needs_no_csrf_token_and_is_not_redirected(self, secret: str) -> None:
        response = Client(enforce_csrf_checks=True).post(
            "/api/points", ONE, "application/json", headers={"Authorization": f"Bearer {secret}"}
        )
        assert response.status_code == 200

    def test_notes_the_use_of_the_token(self, send: Send) -> None:
        send(ONE)
        assert Token.objects.get().last_used is not None


class TestRefused:
    @pytest.mark.parametrize(
        "header", [None, "", "Bearer", "Bearer ", "Basic eDp5", "Bearer unknown", "Bearer é", "unknown"]
    )
    def test_401_without_a_token_that_is_known(self, send: Send, header: str | None) -> None:
        response = send(ONE, HTTP_AUTHORIZATION=header)
        error = refused(response, 401, "unauthorized")
        assert "token" in error["message"]
        assert response.headers["WWW-Authenticate"] == "Bearer"

    def test_401_with_a_token_that_is_inactive(self, send: Send) -> None:
        Token.objects.update(active=False)
        refused(send(ONE), 401, "unauthorized")

    @pytest.mark.parametrize("scopes", [["write:cpu.*"], ["write:ram", "write:cpu.user", "banners"]])
    def test_403_outside_of_the_scopes(self, send: Send, scopes: list[str]) -> None:
        Token.objects.update(scopes=scopes)
        sent = [{"series": "cpu.user", "value": 1}, {"series": "cpu", "value": 1}]
        error = refused(send(json.dumps(sent)), 403, "forbidden")
        assert (error["index"], error["field"]) == (1, "series")
        assert error["message"].endswith(f"the series 'cpu'; its scopes are: {', '.join(scopes)}.")

    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
    def test_405_for_what_is_no_post(self, client: Client, method: str) -> None:
        response = client.generic(method, "/api/points")
        assert (response.status_code, response.headers["Allow"]) == (405, "POST")
        if method != "HEAD":
            refused(response, 405, "method_not_allowed")

    def test_400_names_element_and_field_and_writes_nothing(self, send: Send) -> None:
        error = refused(send(f'[{ONE}, {{"series": "ram", "value": null}}]'), 400, "invalid_field")
        assert (error["index"], error["field"]) == (1, "value")
        assert set(error) == {"code", "message", "index", "field"}

    def test_422_where_a_series_holds_something_else_and_writes_nothing(self, send: Send) -> None:
        error = refused(send(f'[{ONE}, {{"series": "cpu", "value": "x"}}]'), 422, "type_conflict")
        assert (error["index"], error["field"]) == (1, "value")
        assert error["message"] == "The series 'cpu' holds numbers; this is a text."

    @pytest.mark.parametrize("body", [b"", gzip.compress(b"")], ids=["plain", "gzip"])
    def test_400_for_an_empty_body(self, send: Send, body: bytes) -> None:
        error = refused(send(body, HTTP_CONTENT_ENCODING="gzip"), 400, "empty_body")
        assert set(error) == {"code", "message"}

    @pytest.mark.parametrize(
        "body",
        [b"no gzip", gzip.compress(b"x" * 1000)[:-9], gzip.compress(ONE.encode()) + b"x"],
        ids=["no gzip", "cut", "more behind"],
    )
    def test_400_for_broken_gzip(self, send: Send, body: bytes) -> None:
        refused(send(body, HTTP_CONTENT_ENCODING="gzip"), 400, "bad_gzip")

    @pytest.mark.parametrize("length", ["-1", "x", "1.5", "²"])
    def test_400_for_a_length_that_is_none(self, send: Send, length: str) -> None:
        refused(send(ONE, CONTENT_LENGTH=length), 400, "bad_length")

    def test_400_for_lines_that_were_cut_off_between_two(self, send: Send) -> None:
        line = f"{ONE}\n".encode()
        cut_off = {"CONTENT_LENGTH": str(2 * len(line)), "wsgi.input": BytesIO(line)}
        refused(send(line, "application/x-ndjson", **cut_off), 400, "incomplete_body")

    def test_400_for_a_body_that_breaks_off(self, send: Send) -> None:
        class Broken(BytesIO):
            def read(self, *args: object) -> bytes:
                raise ConnectionResetError("peer went away")

        response = send(ONE, **{"wsgi.input": Broken()})
        assert "peer went away" in refused(response, 400, "incomplete_body")["message"]

    def test_413_for_a_declared_length_without_reading(self, send: Send) -> None:
        class Unread(BytesIO):
            def read(self, *args: object) -> bytes:
                raise AssertionError("read")

        response = send(b"", CONTENT_LENGTH=str(MAX_BODY_BYTES + 1), **{"wsgi.input": Unread()})
        assert "8 MiB" in refused(response, 413, "too_large")["message"]

    @pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 413)])
    def test_413_for_a_chunked_body_that_nobody_declared_the_length_of(
        self, secret: str, more: int, status: int
    ) -> None:
        headers = [(b"authorization", f"Bearer {secret}".encode()), (b"content-type", b"application/json")]
        scope = {"type": "http", "method": "POST", "path": "/api/points", "query_string": b"", "headers": headers}
        body = ONE.encode().ljust(MAX_BODY_BYTES + more)
        assert resolve("/api/points").func(ASGIRequest(scope, BytesIO(body))).status_code == status
        assert Point.objects.exists() == (status == 200)

    def test_413_for_what_is_too_large_after_decompression(self, send: Send) -> None:
        body = gzip.compress(b" " * (MAX_INFLATED_BYTES + 1))
        assert "16 MiB after" in refused(send(body, HTTP_CONTENT_ENCODING="gzip"), 413, "too_large")["message"]

    def test_413_for_gzip_of_very_many_members(self, send: Send) -> None:
        parts = gzip.compress(ONE.encode()) + gzip.compress(b"") * MAX_GZIP_MEMBERS
        assert "members" in refused(send(parts, HTTP_CONTENT_ENCODING="gzip"), 413, "too_large")["message"]

    def test_413_for_too_many_points(self, send: Send) -> None:
        refused(send(points(MAX_POINTS_PER_REQUEST + 1)), 413, "too_many_points")

    def test_415_for_another_content_type(self, send: Send) -> None:
        refused(send(ONE, "text/plain"), 415, "unsupported_media_type")
        error = refused(send(ONE, "application/x-www-form-urlencoded"), 415, "unsupported_media_type")
        assert "-H 'Content-Type: application/json'" in error["message"]

    def test_415_for_another_encoding(self, send: Send) -> None:
        response = send(ONE, HTTP_CONTENT_ENCODING="br")
        assert "'br'" in refused(response, 415, "unsupported_encoding")["message"]
        assert response.headers["Accept-Encoding"] == "gzip, identity"

    def test_422_for_more_series_than_a_token_may_make_in_any_hour(self, send: Send, settings) -> None:
        settings.NEW_SERIES_PER_HOUR = 1
        sent = [{"series": "cpu", "value": 1, "tags": {"request": str(number)}} for number in (7, 5)]
        error = refused(send(json.dumps(sent)), 422, "too_many_series")
        assert (error["index"], error["field"]) == (1, "series")
        assert "NEW_SERIES_PER_HOUR" in error["message"] and "cpu{request=5}" in error["message"]
        assert send(json.dumps(sent[:1])).status_code == 200

    def test_429_for_more_series_than_a_token_may_make_now(self, send: Send, settings) -> None:
        settings.NEW_SERIES_PER_HOUR = 1
        Series.objects.create(name="made", creator=Token.objects.get())
        response = send(json.dumps({"series": "ram", "value": 1}))
        assert response.status_code == 429 and "such as ram" in json.loads(response.content)["error"]["message"]
        assert 3500 < int(response.headers["Retry-After"]) <= 3600

    def test_400_for_a_time_in_the_future_says_what_our_clock_says(self, send: Send) -> None:
        ahead = timezone.now() + timedelta(hours=2)
        error = refused(
            send(json.dumps({"series": "cpu", "value": 1, "time": ahead.isoformat()})), 400, "invalid_field"
        )
        assert "in the future" in error["message"] and f"{timezone.now():%Y-%m-%d}" in error["message"]

    def test_429_for_more_than_the_burst(self, send: Send, settings) -> None:
        settings.INGEST_RATE = 0.001  # twice that is less than one: none at all
        response = send(ONE)
        refused(response, 429, "rate_limited")
        assert 900 < int(response.headers["Retry-After"]) <= 1000


def test_over_a_real_connection_is_answered_once_committed(live_server, secret: str) -> None:
    http = HTTPConnection(live_server.thread.host, live_server.thread.port, timeout=30)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    try:
        for number in range(1, 4):
            http.request("POST", "/api/points", points(number), headers)
            assert json.loads(http.getresponse().read()) == {"accepted": number}
            assert Point.objects.count() == number
    finally:
        http.close()
