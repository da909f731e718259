"""Ingest in front of Django: the same requests and responses, without waiting in a thread for any of it."""

import gzip
import threading
from typing import Any

import pytest

from series.ingest import door as doors
from series.models import Point
from tests.unit.series.ingest.asking import NOT_OURS, ask
from tests.unit.series.sending import ONE, points
from tokens import authentication, known
from tokens.models import Token

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def bearer(secret: str) -> str:
    authentication.known.clear()
    return f"Bearer {secret}"


def test_a_body_in_parts_is_one(bearer: str) -> None:
    answer = ask("/api/points", ONE[:5].encode(), ONE[5:].encode(), authorization=bearer)
    assert (answer.status, answer.json()) == (200, {"accepted": 1})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-length"] == str(len(answer.body))
    assert Point.objects.count() == 1


@pytest.mark.parametrize("size", [1, 1000])
def test_so_is_gzip(bearer: str, size: int) -> None:
    raw = gzip.compress(points(300).encode())
    parts = [raw[start : start + size] for start in range(0, len(raw), size)]
    assert ask("/api/points", *parts, authorization=bearer, content_encoding="gzip").status == 200
    assert Point.objects.count() == 300


def test_a_long_body_is_parsed_in_a_thread(bearer: str) -> None:
    body = points(2000).encode()
    assert len(body) > doors.MAX_QUICK_BYTES
    assert ask("/api/points", body, authorization=bearer).status == 200
    assert ask("/api/points", body + b"x", authorization=bearer).status == 400
    assert Point.objects.count() == 2000


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"authorization": "Bearer wrong"}, 401),
        ({"content_length": "600000000"}, 413),
        ({"content_encoding": "br"}, 415),
    ],
)
def test_is_refused_before_any_of_the_body_is_read(bearer: str, headers: dict[str, str], status: int) -> None:
    if status != 401:
        headers = {"authorization": bearer, **headers}
    answer = ask("/api/points", ONE.encode(), **headers)
    assert (answer.status, answer.unread) == (status, 2)


def test_is_refused_by_the_first_part_too_many(bearer: str) -> None:
    answer = ask("/api/points", *[bytes(1 << 20)] * 20, authorization=bearer)
    assert (answer.status, answer.unread) == (413, 12)


def test_all_that_are_on_their_way_are_bounded_as_they_unfold(bearer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "MAX_ARRIVING_BYTES", 1 << 20)
    packed = gzip.compress(bytes(2 << 20))
    answer = ask("/api/points", packed, b"more", authorization=bearer, content_encoding="gzip")
    assert (answer.status, answer.headers["retry-after"], answer.unread) == (503, "5", 2)
    # Of one that is there, nothing waits any more.
    assert ask("/api/points", bytes(2 << 20), authorization=bearer).status == 503
    monkeypatch.setattr(doors, "MAX_ARRIVING_BYTES", 3 << 20)
    assert ask("/api/points", packed, authorization=bearer, content_encoding="gzip").status == 400


def test_who_waits_too_long_for_a_token_is_to_come_back(bearer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    monkeypatch.setattr(doors, "MAX_TOKEN_SECONDS", 0.05)
    monkeypatch.setattr(doors, "authenticate", lambda secret: go.wait(30))
    answer = ask("/api/points", ONE.encode(), authorization=bearer)
    go.set()
    assert (answer.status, answer.headers["retry-after"], answer.unread) == (503, "5", 2)


def test_who_goes_before_the_end_writes_nothing(bearer: str) -> None:
    assert ask("/api/points", ONE.encode(), cut=True, authorization=bearer).status == 400
    assert not Point.objects.exists()


def test_errors_are_those_of_the_format(bearer: str) -> None:
    assert ask("/api/points", b"[5]", authorization=bearer).json()["error"]["code"] == "invalid_element"
    answer = ask("/api/v2/write?bucket=b&precision=h", b"cpu value=1", authorization=bearer)
    assert answer.headers["x-platform-error-code"] == "invalid"
    assert ask("/api/points", method="GET", authorization=bearer).status == 405


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {}),
        ("/api/banners", {}),
        ("/ping", {}),
        ("/api/points/", {}),
        ("/api/points", {"host": "elsewhere.example"}),
    ],
)
def test_all_others_are_djangos(bearer: str, path: str, headers: dict[str, str]) -> None:
    answer = ask(path, ONE.encode(), authorization=bearer, **headers)
    assert (answer.status, answer.body, answer.unread) == (NOT_OURS, b"Django", 2)


def test_so_is_what_should_have_come_by_tls(bearer: str, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert ask("/api/points", ONE.encode(), authorization=bearer).status == NOT_OURS
    assert ask("/api/points", ONE.encode(), authorization=bearer, x_forwarded_proto="https").status == 200


def test_a_token_is_looked_for_once_a_second(bearer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask("/api/points", ONE.encode(), authorization=bearer).status == 200
    Token.objects.update(active=False)
    assert ask("/api/points", ONE.encode(), authorization=bearer).status == 200
    monkeypatch.setattr(known, "MAX_AGE_SECONDS", 0.0)
    assert ask("/api/points", ONE.encode(), authorization=bearer).status == 401


def test_the_rate_of_a_token_that_is_known_is_limited_too(bearer: str, settings: Any) -> None:
    settings.INGEST_RATE = 1
    statuses = [ask("/api/points", ONE.encode(), authorization=bearer).status for _ in range(4)]
    assert statuses[0] == 200 and statuses[-1] == 429
