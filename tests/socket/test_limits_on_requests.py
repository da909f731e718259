"""Requests that are too large, too slow or too many: with real sockets, and with limits that are soon reached."""

import contextlib
import json
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import psutil
import pytest

from tests.raw import Raw, reached, request
from tests.servers import Site
from tests.waiting import until

pytestmark = pytest.mark.serve
WEEK = "/boards/this-week/"
MEBIBYTE = 1 << 20


def written(site: Site) -> int:
    """Bytes, to files and sockets."""
    return sum(process.io_counters().write_chars for process in site.processes)


@pytest.mark.parametrize("path", [WEEK, "/no/such/page", "/api/points"])
def test_a_body_that_is_too_large_by_its_length_is_refused_before_it_is_sent(impatient: Site, path: str) -> None:
    before = reached(impatient, "body_bytes")
    length = f"Content-Length: {MEBIBYTE + 1}"
    client = Raw(impatient, request("POST", path, length, "Expect: 100-continue"))
    assert client.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    answer = client.end()
    assert b"connection: close" in answer
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == "too_large"
    assert reached(impatient, "body_bytes") == before + 1


def test_a_body_that_is_too_large_is_refused_while_it_is_read(impatient: Site) -> None:
    before = written(impatient)
    client = Raw(impatient, request("POST", "/any", "Transfer-Encoding: chunked", "Accept: text/html"))
    with contextlib.suppress(ConnectionError):
        for _ in range(64):
            client.send(b"%x\r\n" % MEBIBYTE + bytes(MEBIBYTE) + b"\r\n")
    assert client.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert b"<h1>413" in client.end()
    assert written(impatient) - before < MEBIBYTE
    until(lambda: "refused with 413" in impatient.log.read_text(), "a line in the log")


@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_of_the_largest_size_arrives(impatient: Site, chunked: bool) -> None:
    body = b" " * (MEBIBYTE - 2) + b"[]"
    auth = f"Authorization: Bearer {impatient.token}", "Content-Type: application/json", "Connection: close"
    if chunked:
        client = Raw(impatient, request("POST", "/api/points", *auth, "Transfer-Encoding: chunked"))
        client.send(b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n")
    else:
        client = Raw(impatient, request("POST", "/api/points", *auth, f"Content-Length: {len(body)}") + body)
    assert client.status == 200
    assert client.end().endswith(b'{"accepted": 0}')


def test_all_bodies_together_are_bounded(impatient: Site) -> None:
    piece = b"%x\r\n" % (MEBIBYTE - 100) + bytes(MEBIBYTE - 100) + b"\r\n"
    before = reached(impatient, "bodies_bytes")
    count = 4 * len(impatient.processes)
    clients = [Raw(impatient, request("POST", "/any", "Transfer-Encoding: chunked") + piece) for _ in range(count)]
    assert HTTPStatus.SERVICE_UNAVAILABLE in {client.status for client in clients}
    assert b"retry-after: 5" in b"".join(client.end() for client in clients)
    refused = sum(client.status == HTTPStatus.SERVICE_UNAVAILABLE for client in clients)
    assert refused == 1 or (refused and impatient.workers)
    assert reached(impatient, "bodies_bytes") == before + refused


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_request_that_never_ends_is_refused_though_a_byte_comes_now_and_then(impatient: Site, part: str) -> None:
    begun = request("POST", WEEK, "Content-Length: 1000")
    client = Raw(impatient, begun[:-2] if part == "headers" else begun)
    client.socket.settimeout(0.1)
    byte = b"X-A: b\r\n" if part == "headers" else b"x"

    def answered() -> bool:
        client.send(byte)
        with contextlib.suppress(TimeoutError):
            client.came += client.socket.recv(65536)
        return bool(client.came)

    until(answered, "an answer")
    assert client.status == HTTPStatus.REQUEST_TIMEOUT


def test_two_hundred_requests_that_never_end_hold_nothing(impatient: Site) -> None:
    process = psutil.Process(impatient.process.pid)
    clients = [Raw(impatient, request("POST", WEEK, "Transfer-Encoding: chunked")[: 70 + n % 9]) for n in range(200)]
    assert process.num_threads() < 60
    assert impatient.http("GET", WEEK).status == 200
    for client in clients:
        client.end()


def test_a_connection_without_a_request_ends(impatient: Site) -> None:
    assert Raw(impatient).end() == b""
    client = Raw(impatient, request("GET", WEEK))
    assert client.status == 200
    client.end()


def test_a_response_that_nobody_takes_ends(impatient: Site) -> None:
    client = Raw(impatient, request("GET", "/charts/", "Connection: close"), buffer=1024)
    processes, port = impatient.processes, client.socket.getsockname()[1]

    def connections() -> list[object]:
        everybody = (each for process in processes for each in process.net_connections("tcp"))
        return [each for each in everybody if each.raddr and each.raddr.port == port]

    until(connections, "the request arrives")
    until(lambda: not connections(), "the connection is dropped")


def test_who_asks_for_much_at_once_gets_all_of_it_as_it_is_taken(still: Site) -> None:
    """Nothing more of such a client is read while it does not take what it is sent."""
    client = Raw(still, buffer=1 << 16)
    client.send(request("GET", "/charts/") * 100 + request("GET", "/healthz", "Connection: close"))
    came = bytearray()
    while data := client.socket.recv(1 << 16):
        came += data
    assert came.count(b"HTTP/1.1 200 OK\r\n") == 101 and len(came) > 8 * MEBIBYTE


def test_headers_that_are_too_large_are_refused(impatient: Site) -> None:
    assert Raw(impatient, request("GET", WEEK, "X-A: " + "b" * 20_000)).status == HTTPStatus.BAD_REQUEST
    assert Raw(impatient, request("GET", WEEK, *["X-A: b"] * 1000)).status == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("name", ["Daphne-Root-Path", "daphne-root-path", "DAPHNE-ROOT-PATH"])
def test_nobody_tells_us_under_which_prefix_we_are(impatient: Site, name: str) -> None:
    client = Raw(impatient, request("GET", WEEK, f"{name}: /evil", f"{name}: /evil", "Connection: close"))
    assert client.status == 200
    assert b"/evil" not in client.end()
    upgrade = request("GET", "/live/socket", "Upgrade: websocket", "Connection: Upgrade", f"{name}: /live")
    rest = b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    assert Raw(impatient, upgrade[:-2] + rest).status == HTTPStatus.SWITCHING_PROTOCOLS


def test_who_writes_while_the_database_is_locked_keeps_nobody_from_reading(impatient: Site) -> None:
    processes = impatient.processes
    # In each process 20 of them wait for the database.
    waiting = 20 * len(processes)
    point = {"series": "week", "value": 1, "tags": {"day": "Mon"}}
    assert impatient.send(point).status == 200  # from here on, for a second, its token need not be looked for
    with (
        ThreadPoolExecutor(100) as threads,
        contextlib.closing(sqlite3.connect(impatient.folder / "db.sqlite3")) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        posts = [threads.submit(impatient.send, point) for _ in range(100)]
        # All but those that are being handled.
        until(lambda: sum(post.done() for post in posts) >= 100 - waiting, "the others have been refused")
        assert all(process.num_threads() < 60 for process in processes)
        assert impatient.http("GET", WEEK).status == 200
        other.rollback()
        answers = [post.result() for post in posts]
    count = Counter(answer.status for answer in answers)
    assert 20 <= count[200] <= waiting
    assert count[503] == 100 - count[200]
    refused = next(answer for answer in answers if answer.status == 503)
    assert refused.headers["Retry-After"] == "5"
    assert json.loads(refused.text)["error"]["code"] == "unavailable"
    assert impatient.send(point).status == 200
