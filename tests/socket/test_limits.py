"""Clients that take too much of the server: with real sockets, and with limits that are soon reached."""

import contextlib
import json
import resource
import shutil
import socket
import sqlite3
import struct
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

import psutil
import pytest
from websockets.exceptions import ConnectionClosed

from tests.pages import OpenPage
from tests.servers import Site
from tests.waiting import DEADLINE, until

WEEK = "/boards/this-week/"
MEBIBYTE = 1 << 20
TEXT, CONTINUATION, CLOSE, PING = 1, 0, 8, 9


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, installation: Site) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("impatient")
    shutil.copy(installation.folder / "db.sqlite3", folder)
    env = {"SECRET_KEY": installation.env["SECRET_KEY"], "DJANGO_SETTINGS_MODULE": "tests.impatient"}
    site = Site(folder, env=env)
    site.token = installation.token
    yield site.start()
    site.stop()


@pytest.fixture
def site(shared: Site) -> Iterator[Site]:
    """A running site with limits that are soon reached; these tests share it."""
    yield shared
    shared.opened.close()
    assert shared.http("GET", WEEK).status == 200, "it serves pages, whatever was done to it"


class Raw:
    """A TCP connection, and all that has come over it."""

    def __init__(self, site: Site, sent: bytes = b"", buffer: int | None = None) -> None:
        """``buffer``: of how many bytes the kernel takes for a client that does not read."""
        self.socket = site.opened.enter_context(socket.socket())
        self.socket.settimeout(DEADLINE)
        if buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.connect(("127.0.0.1", site.port))
        self.came = b""
        self.send(sent)

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def until(self, text: bytes) -> bytes:
        while text not in self.came:
            data = self.socket.recv(65536)
            assert data, f"the connection ended before {text!r}; {self.came!r} came"
            self.came += data
        return self.came

    def end(self) -> bytes:
        """Read until the server has closed; all that came. A reset is an end, too."""
        with contextlib.suppress(ConnectionError):
            while data := self.socket.recv(65536):
                self.came += data
        return self.came

    @property
    def status(self) -> int:
        return int(self.until(b"\r\n").split()[1])


def request(method: str = "GET", path: str = WEEK, *headers: str) -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]).encode()


def open_socket(site: Site, address: str = "203.0.113.1", buffer: int | None = None) -> Raw:
    """Ask for a WebSocket by way of a proxy that names this address."""
    key = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="
    upgrade = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", key)
    origin, client = "Origin: http://127.0.0.1", f"X-Forwarded-For: 198.51.100.9, {address}"
    opened = Raw(site, request("GET", "/live/socket", *upgrade, origin, client), buffer)
    opened.until(b"\r\n\r\n")
    return opened


def frame(opcode: int, payload: bytes = b"", *, final: bool = True) -> bytes:
    """A WebSocket frame as a client sends it: masked, here with zeros."""
    size = bytes([0x80 | len(payload)]) if len(payload) < 126 else struct.pack("!BH", 0x80 | 126, len(payload))
    return bytes([(0x80 if final else 0) | opcode]) + size + bytes(4) + payload


def closed_with(opened: Raw, code: int) -> bool:
    return bytes([0x80 | CLOSE]) in opened.end() and struct.pack("!H", code) in opened.came


def reached(site: Site, limit: str) -> float:
    return site.counters().get(f'live_limits_total{{limit="{limit}"}}', 0)


# Requests


@pytest.mark.parametrize("path", [WEEK, "/no/such/page", "/api/points"])
def test_a_body_that_is_too_large_by_its_length_is_refused_before_it_is_sent(site: Site, path: str) -> None:
    before = reached(site, "body_bytes")
    length = f"Content-Length: {MEBIBYTE + 1}"
    client = Raw(site, request("POST", path, length, "Expect: 100-continue"))
    assert client.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    answer = client.end()
    assert b"connection: close" in answer
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == "too_large"
    assert reached(site, "body_bytes") == before + 1


def test_a_body_that_is_too_large_is_refused_while_it_is_read(site: Site) -> None:
    written = psutil.Process(site.process.pid).io_counters().write_chars
    client = Raw(site, request("POST", "/any", "Transfer-Encoding: chunked", "Accept: text/html"))
    with contextlib.suppress(ConnectionError):
        for _ in range(64):
            client.send(b"%x\r\n" % MEBIBYTE + bytes(MEBIBYTE) + b"\r\n")
    assert client.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert b"<h1>413" in client.end()
    assert psutil.Process(site.process.pid).io_counters().write_chars - written < MEBIBYTE
    until(lambda: "refused with 413" in site.log.read_text(), "a line in the log")


@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_of_the_largest_size_arrives(site: Site, chunked: bool) -> None:
    body = b" " * (MEBIBYTE - 2) + b"[]"
    auth = f"Authorization: Bearer {site.token}", "Content-Type: application/json", "Connection: close"
    if chunked:
        client = Raw(site, request("POST", "/api/points", *auth, "Transfer-Encoding: chunked"))
        client.send(b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n")
    else:
        client = Raw(site, request("POST", "/api/points", *auth, f"Content-Length: {len(body)}") + body)
    assert client.status == 200
    assert client.end().endswith(b'{"accepted": 0}')


def test_all_bodies_together_are_bounded(site: Site) -> None:
    piece = b"%x\r\n" % (MEBIBYTE - 100) + bytes(MEBIBYTE - 100) + b"\r\n"
    before = reached(site, "bodies_bytes")
    clients = [Raw(site, request("POST", "/any", "Transfer-Encoding: chunked") + piece) for _ in range(4)]
    assert HTTPStatus.SERVICE_UNAVAILABLE in {client.status for client in clients}
    assert b"retry-after: 5" in b"".join(client.end() for client in clients)
    assert reached(site, "bodies_bytes") == before + 1


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_request_that_never_ends_is_refused_though_a_byte_comes_now_and_then(site: Site, part: str) -> None:
    begun = request("POST", WEEK, "Content-Length: 1000")
    client = Raw(site, begun[:-2] if part == "headers" else begun)
    client.socket.settimeout(0.1)
    byte = b"X-A: b\r\n" if part == "headers" else b"x"

    def answered() -> bool:
        client.send(byte)
        with contextlib.suppress(TimeoutError):
            client.came += client.socket.recv(65536)
        return bool(client.came)

    until(answered, "an answer")
    assert client.status == HTTPStatus.REQUEST_TIMEOUT


def test_two_hundred_requests_that_never_end_hold_nothing(site: Site) -> None:
    process = psutil.Process(site.process.pid)
    clients = [Raw(site, request("POST", WEEK, "Transfer-Encoding: chunked")[: 70 + n % 9]) for n in range(200)]
    assert process.num_threads() < 60
    assert site.http("GET", WEEK).status == 200
    for client in clients:
        client.end()


def test_a_connection_without_a_request_ends(site: Site) -> None:
    assert Raw(site).end() == b""
    client = Raw(site, request())
    assert client.status == 200
    client.end()


def test_a_response_that_nobody_takes_ends(site: Site) -> None:
    client = Raw(site, request("GET", "/charts/", "Connection: close"), buffer=1024)
    process, port = psutil.Process(site.process.pid), client.socket.getsockname()[1]

    def connections() -> list[object]:
        return [each for each in process.net_connections("tcp") if each.raddr and each.raddr.port == port]

    until(connections, "the request arrives")
    until(lambda: not connections(), "the connection is dropped")


def test_headers_that_are_too_large_are_refused(site: Site) -> None:
    assert Raw(site, request("GET", WEEK, "X-A: " + "b" * 20_000)).status == HTTPStatus.BAD_REQUEST
    assert Raw(site, request("GET", WEEK, *["X-A: b"] * 1000)).status == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("name", ["Daphne-Root-Path", "daphne-root-path", "DAPHNE-ROOT-PATH"])
def test_nobody_tells_us_under_which_prefix_we_are(site: Site, name: str) -> None:
    client = Raw(site, request("GET", WEEK, f"{name}: /evil", f"{name}: /evil", "Connection: close"))
    assert client.status == 200
    assert b"/evil" not in client.end()
    upgrade = request("GET", "/live/socket", "Upgrade: websocket", "Connection: Upgrade", f"{name}: /live")
    rest = b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    assert Raw(site, upgrade[:-2] + rest).status == HTTPStatus.SWITCHING_PROTOCOLS


def test_who_writes_while_the_database_is_locked_keeps_nobody_from_reading(site: Site) -> None:
    process = psutil.Process(site.process.pid)
    with ThreadPoolExecutor(100) as threads, contextlib.closing(sqlite3.connect(site.folder / "db.sqlite3")) as other:
        other.execute("BEGIN IMMEDIATE")
        point = {"series": "week", "value": 1, "tags": {"day": "Mon"}}
        posts = [threads.submit(site.send, point) for _ in range(100)]
        # More than one is being handled, and the others have been told to come back: then those inside hold the lock's
        # whole queue.
        until(lambda: sum(post.done() for post in posts) >= 80, "80 of them have been refused")
        assert process.num_threads() < 60
        assert site.http("GET", WEEK).status == 200
        other.rollback()
        answers = [post.result() for post in posts]
    assert Counter(answer.status for answer in answers) == {503: 80, 200: 20}
    refused = next(answer for answer in answers if answer.status == 503)
    assert refused.headers["Retry-After"] == "5"
    assert json.loads(refused.text)["error"]["code"] == "unavailable"
    assert site.send(point).status == 200


# Sockets


def test_one_address_has_so_many_sockets_and_others_have_theirs(site: Site) -> None:
    before = reached(site, "address")
    opened = [open_socket(site) for _ in range(22)]
    assert [each.status for each in opened] == [101] * 20 + [503] * 2
    assert reached(site, "address") == before + 2
    assert open_socket(site, "203.0.113.2").status == 101
    text = site.log.read_text()
    assert "a socket from 203.0.113.1 was refused with 503" in text
    assert "LIVE_TRUSTED_PROXIES" in text
    opened[0].socket.close()
    until(lambda: open_socket(site).status == 101, "room for one more")


def test_a_socket_that_never_reports_ends_and_is_counted_no_more(site: Site) -> None:
    opened = [open_socket(site, "203.0.113.3") for _ in range(20)]
    assert closed_with(opened[0], 4000)
    assert reached(site, "silence") > 0
    until(lambda: open_socket(site, "203.0.113.3").status == 101, "room for another one")


def test_a_flood_of_pings_is_closed(site: Site) -> None:
    before = reached(site, "frames")
    client = open_socket(site, "203.0.113.4")
    client.send(frame(PING, b"x" * 125) * 90)
    client.until(b"\x8a\x7d" + b"x" * 125)
    client.send(frame(PING, b"x" * 125) * 90)
    assert closed_with(client, 1008)
    assert reached(site, "frames") == before + 1


def test_a_message_of_tiny_frames_is_closed(site: Site) -> None:
    client = open_socket(site, "203.0.113.5")
    with contextlib.suppress(ConnectionError):
        client.send(frame(TEXT, b"{", final=False) + frame(CONTINUATION, b" ", final=False) * 1000)
    assert closed_with(client, 1008)


@pytest.mark.parametrize("begun", [frame(TEXT, b"{", final=False), frame(TEXT, b"{" * 100)[:50]])
def test_a_message_that_never_ends_is_closed(site: Site, begun: bytes) -> None:
    before = reached(site, "message_seconds")
    # From a page that has reported: it is not closed for its silence.
    page = OpenPage(site, WEEK).live()
    page.socket.socket.sendall(begun)
    assert page.closed() == 1008
    assert reached(site, "message_seconds") == before + 1


def test_a_report_that_is_too_large_is_closed(site: Site) -> None:
    before = reached(site, "message_bytes")
    page = OpenPage(site, WEEK).connect()
    with contextlib.suppress(ConnectionClosed):
        page.socket.send(page.report(page="x" * (256 * 1024)))
    assert page.closed() == 1009
    assert reached(site, "message_bytes") == before + 1


def test_who_does_not_read_is_closed_beside_those_who_do(site: Site) -> None:
    before = site.counters().get('live_closes_total{code="4008"}', 0)
    slow = open_socket(site, "203.0.113.6", buffer=1024)
    slow.send(frame(TEXT, OpenPage(site, WEEK).report().encode()))
    readers = [OpenPage(site, WEEK).live() for _ in range(3)]
    values = iter(range(1000, 100_000))

    def is_closed() -> bool:
        value = next(values)
        assert site.send({"series": "week", "value": value, "tags": {"day": "Mon"}}).status == 200
        for reader in readers:
            reader.shows("boards-panel-9", f"{value:,}" if value < 10_000 else f"{value // 1000}")
        return site.counters().get('live_closes_total{code="4008"}', 0) > before

    until(is_closed, "the one that does not read is closed")
    until(lambda: site.counters()["live_viewers"] == len(readers), "the others stay, and it is forgotten")


# Descriptors


def test_sockets_do_not_take_the_last_descriptors(stopped_site: Site, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nulimit -n 256 && exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    stopped_site.python = str(python)
    site = stopped_site.start()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 1024)), hard))
    assert Counter(open_socket(site).status for _ in range(300)) == {101: 96, 503: 204}
    before = reached(site, "sockets")
    assert before == 204
    assert site.send({"series": "week", "value": 1, "tags": {"day": "Mon"}}).status == 200
    # Connections without a request make room for those with one.
    for sent in (b"", request()[:-2], request("POST", WEEK, "Content-Length: 9")):
        _held = [Raw(site, sent) for _ in range(100)]
        assert site.http("GET", WEEK).status == 200
    assert "raise the limit of open files" in site.log.read_text()
