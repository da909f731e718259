"""What the doctor says of set-ups that no test machine has; tests/socket/test_doctor.py has real ones."""

import base64
import hashlib
import http.client as http_client
import re
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from queue import Queue
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.checks import Error, Warning
from django.core.management.base import CommandError
from django.db import connection
from redis import RedisError

from live.doctor import address, database, hints, http, project, redis, strangers, websocket
from live.doctor.findings import Finding, Outcome, ok, run
from live.doctor.websocket import CLOSE, PING, PONG, TEXT, Socket


def only(findings: Iterator[Finding]) -> tuple[str, str, str]:
    """Of one finding: its outcome, sentence and advice."""
    (finding,) = findings
    # Whoever reads it finds a whole sentence, and what to do about it.
    assert finding.state.endswith(".") and bool(finding.advice) == (finding.outcome is not Outcome.OK)
    return finding.outcome.value, finding.state, finding.advice


def test_a_check_that_fails_is_a_finding_and_keeps_none_from_the_next() -> None:
    def failing() -> Iterator[Finding]:
        yield ok("one", "It is.")
        raise ZeroDivisionError("by nothing")

    findings = [*run([("one", failing), ("two", lambda: [ok("two", "It is.")])])]
    assert [finding.outcome.value for finding in findings] == ["ok", "wrong", "ok"]
    assert "ZeroDivisionError" in findings[1].state


@pytest.mark.parametrize(
    ("key", "debug", "outcomes"),
    [
        ("django-insecure-" + "abcdefgh" * 8, False, ["wrong"]),
        ("short", False, ["wrong"]),
        ("a" * 60, True, ["warning", "warning"]),
        ("abcdefgh" * 8, False, ["ok"]),
    ],
)
def test_secrets(settings: Any, key: str, debug: bool, outcomes: list[str]) -> None:
    settings.SECRET_KEY, settings.DEBUG = key, debug
    assert [finding.outcome.value for finding in project.secret()] == outcomes


def test_time_zone(settings: Any) -> None:
    assert only(project.time_zone())[0] == "ok"
    settings.USE_TZ = False
    assert only(project.time_zone())[0] == "wrong"


def test_open_files(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 4096))
    outcome, state, advice = only(project.open_files())
    assert (outcome, "about 156 pages" in state, "LimitNOFILE" in advice) == ("warning", True, True)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (65536, 65536))
    assert only(project.open_files())[0] == "ok"


def test_where_files_are_not_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)  # as on Windows
    assert only(project.open_files())[0] == "ok"


def test_a_clock_that_jumps(monkeypatch: pytest.MonkeyPatch) -> None:
    assert only(project.clock())[0] == "ok"
    monkeypatch.setattr(project, "_started", (time.time() - 3600, time.monotonic()))
    outcome, state, _ = only(project.clock())
    assert outcome == "warning" and "+3600" in state


def test_another_clock() -> None:
    assert only(database.skew("clock", 1000.5, 1000.0, 1001.0))[0] == "ok"
    for there, where in ((1100.0, "ahead of"), (900.0, "behind")):
        outcome, state, _ = only(database.skew("clock", there, 1000.0, 1001.0))
        assert outcome == "wrong" and where in state


FELT = {"connect_timeout": 3, "tcp_user_timeout": 4000}
BY_VENDOR = {
    "sqlite": (database.sqlite, [({}, "IMMEDIATE")]),
    "postgresql": (
        database.postgresql,
        [
            ({}, '"connect_timeout": 3, "tcp_user_timeout": 4000'),
            ({**FELT, "pool": True}, '"reconnect_timeout": 3'),
            ({**FELT, "pool": {"reconnect_timeout": 60}}, '"reconnect_timeout": 3'),
        ],
    ),
}


@pytest.mark.database
@pytest.mark.django_db
def test_a_database_as_the_site_has_it_and_with_other_options(monkeypatch: pytest.MonkeyPatch) -> None:
    check, others = BY_VENDOR[connection.vendor]
    assert {finding.outcome for finding in check()} == {Outcome.OK}
    for options, advice in others:
        monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
        finding = next(iter(check()))
        assert finding.outcome is Outcome.WARNING and advice in finding.advice


@pytest.mark.django_db
def test_a_sqlite_whose_writers_have_no_patience() -> None:
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute("PRAGMA busy_timeout = 1000")
        try:
            outcome, state, advice = only(database.sqlite())
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
    assert (outcome, "no longer than 1 s" in state, "timeout" in advice) == ("warning", True, True)


def test_a_sqlite_whose_readers_block_its_writers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as file:
        opened = SimpleNamespace(
            cursor=lambda: closing(file.cursor()), settings_dict={"OPTIONS": {}}, is_in_memory_db=lambda: False
        )
        monkeypatch.setattr(database, "connection", opened)
        outcome, state, advice = only(database.sqlite())
    assert (outcome, "journal is delete" in state, "journal_mode=WAL" in advice) == ("warning", True, True)


@pytest.mark.django_db
def test_of_another_database_only_what_is_true_of_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "vendor", "another")
    assert [finding.name for finding in database.answers()] == ["database", "migrations"]


def test_what_the_system_checks_say_of_live_is_said_and_nothing_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    messages = [
        Error("It is wrong.", hint="Mend it.", id="live.E001"),
        Warning("It may be.", id="live_notices.W001"),
        Warning("It is somebody else's.", id="shop.W001"),
    ]
    monkeypatch.setattr(project, "run_checks", lambda: messages)
    first, second = project.system_checks()
    assert (first.name, first.outcome, first.state, first.advice) == (
        "live.E001",
        Outcome.WRONG,
        "It is wrong.",
        "Mend it.",
    )
    assert (second.name, second.outcome, second.advice) == (
        "live_notices.W001",
        Outcome.WARNING,
        "See manage.py check.",
    )


def test_a_second_process_that_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    outcome, state, _ = only(hints.round_trip())
    assert outcome == "wrong" and "could not be started: it says nothing" in state


@pytest.mark.django_db
def test_where_no_source_of_hints_is_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("MAX_WAIT_SECONDS", 0.02), ("REPEAT_SECONDS", 0.01), ("current_source", lambda: None)):
        monkeypatch.setattr(hints, name, value)
    finding = hints._announce_until_heard("nobody", Queue())
    assert finding.outcome is Outcome.WARNING and "RedisPubSubChannelLayer" in finding.advice


@pytest.mark.parametrize(
    ("limit", "outcome"),
    [
        ("normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60", "ok"),
        ("normal 0 0 0 slave 268435456 67108864 60 pubsub 0 0 0", "ok"),
        ("normal 0 0 0 slave 268435456 67108864 60 pubsub 65536 0 0", "warning"),
    ],
)
def test_buffers_of_redis(limit: str, outcome: str) -> None:
    assert only(redis._buffers(limit))[0] == outcome


@pytest.mark.parametrize(
    ("host", "port"),
    [
        ("redis://10.0.0.1:7000/0", 7000),
        (("10.0.0.1", 7000), 7000),
        ({"address": "redis://10.0.0.1:7000/0", "max_connections": 50, "socket_connect_timeout": 2}, 7000),
        ({"host": "10.0.0.1", "port": 7000}, 7000),
    ],
)
def test_hosts_as_channels_redis_has_them(host: Any, port: int) -> None:
    options = redis._client(host).connection_pool.connection_kwargs
    assert (options["host"], options["port"], options["socket_timeout"]) == ("10.0.0.1", port, redis.TIMEOUT_SECONDS)


class Answering:
    """A Redis that says this of itself."""

    def __init__(self, version: str, config: Exception | dict[str, str]) -> None:
        self.version, self.config, self.is_closed = version, config, False

    def info(self) -> dict[str, Any]:
        return {"redis_version": self.version, "connected_clients": 3}

    def config_get(self, name: str) -> dict[str, str]:
        if isinstance(self.config, Exception):
            raise self.config
        return {name: self.config[name]}

    def close(self) -> None:
        self.is_closed = True


def test_a_redis_that_is_too_old_and_one_that_says_nothing_of_its_limits(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer"}}
    there = Answering("4.0.9", {"maxclients": "10000", "client-output-buffer-limit": "pubsub 33554432 8388608 60"})
    monkeypatch.setattr(redis, "_client", lambda host: there)
    said = {finding.name: (finding.outcome.value, finding.state) for finding in redis.limits()}
    assert said["Redis"] == ("wrong", "It is version 4.0.9.")
    assert said["Redis clients"][0] == said["Redis buffers"][0] == "ok"
    there = Answering("7.0.1", RedisError("NOPERM"))
    said = {finding.name: (finding.outcome.value, finding.state) for finding in redis.limits()}
    assert said["Redis limits"] == ("ok", "They may not be read here (NOPERM).")
    assert there.is_closed


def test_without_redis_nothing_is_said_of_it(settings: Any) -> None:
    settings.CHANNEL_LAYERS = {}
    assert [*redis.limits()] == []


def test_a_sentinel_is_asked_for_the_master() -> None:
    client = redis._client({"sentinels": [("10.0.0.1", 26379)], "master_name": "mymaster"})
    assert client.connection_pool.service_name == "mymaster"


def test_addresses(settings: Any) -> None:
    there = address.parse("https://board.example.com/live/")
    assert (there.url, there.origin, there.port) == (
        "https://board.example.com/live",
        "https://board.example.com",
        443,
    )
    assert address.parse("http://[::1]:8001").netloc == "[::1]:8001"
    for wrong in ("board.example.com", "ftp://x", "http://x:port", "http://x/?a=b", "https://"):
        with pytest.raises(CommandError, match="must look like"):
            address.parse(wrong)
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    assert address.local("127.0.0.1", 8000).headers == {}
    settings.ALLOWED_HOSTS = [".example.com"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    local = address.local("127.0.0.1", 8000)
    assert local.headers == {"Host": "example.com", "X-Forwarded-Proto": "https"}
    assert local.origin == "https://example.com"
    assert isinstance(there.connect(), http_client.HTTPSConnection)


class Canned:
    """A server that answers every request with the same, whatever is asked."""

    def __init__(self, response: str) -> None:
        self.response = response.replace("\n", "\r\n").encode()
        self.listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            with client:
                client.recv(65536)
                client.sendall(self.response)

    def __enter__(self) -> address.Address:
        return address.parse(f"http://127.0.0.1:{self.listening.getsockname()[1]}")

    def __exit__(self, *_: object) -> None:
        self.listening.close()


@pytest.mark.parametrize(
    ("status", "word"),
    [("404 Not Found", "with_live"), ("502 Bad Gateway", "does not reach"), ("200 OK", "another page answers")],
)
def test_an_address_at_which_live_does_not_answer(status: str, word: str) -> None:
    with Canned(f"HTTP/1.1 {status}\nContent-Length: 5\nConnection: close\n\nhello") as there:
        outcome, _, advice = only(http.answers(there))
    assert outcome == "wrong" and word in advice


def test_a_server_that_is_not_ready_says_why() -> None:
    with Canned("HTTP/1.1 503 Service Unavailable\nConnection: close\n\ndatabase away") as there:
        outcome, state, _ = only(http.ready(there))
    assert outcome == "wrong" and "database away" in state


def test_static_files_of_another_host_and_of_another_version(settings: Any) -> None:
    with Canned("HTTP/1.1 200 OK\nConnection: close\n\nan old script") as there:
        assert "empty the caches" in only(http.static_files(there))[2]
        settings.STATIC_URL = "https://cdn.example.com/"
        assert "cdn.example.com" in only(http.static_files(there))[1]


def test_a_page_that_is_not_live_under_a_path_that_the_settings_do_not_have(settings: Any) -> None:
    with Canned("HTTP/1.1 200 OK\nConnection: close\n\n<p>Hello") as there:
        assert only(http.prefix(there))[0] == "ok"
        settings.FORCE_SCRIPT_NAME = "/board"
        outcome, _, advice = only(http.prefix(there))
    assert outcome == "warning" and "FORCE_SCRIPT_NAME = None" in advice


@pytest.mark.parametrize("location", ["/again?and=again", "https://sign-in.example.com/"])
def test_a_page_that_leads_nowhere(location: str) -> None:
    """In circles, or to another host: nothing is asked there."""
    redirect = f"HTTP/1.1 302 Found\nLocation: {location}\nContent-Length: 0\nConnection: close\n\n"
    with Canned(redirect) as there:
        assert http.page(there) is None


def test_a_stranger_changes_links() -> None:
    with Canned('HTTP/1.1 200 OK\nConnection: close\n\n<a href="/live-doctor/x">') as there:
        outcome, _, advice = only(strangers.root_path(there))
    assert outcome == "warning" and "proxy_set_header Daphne-Root-Path" in advice
    with Canned("HTTP/1.1 200 OK\nConnection: close\n\n<a href=/x>") as there:
        assert only(strangers.root_path(there))[0] == "ok"


def test_large_bodies(monkeypatch: pytest.MonkeyPatch) -> None:
    with Canned("HTTP/1.1 413 Too Large\nContent-Length: 0\nConnection: close\n\n") as there:
        outcome, state, _ = only(strangers.request_bodies(there))
    assert outcome == "ok" and "413" in state
    with Canned("") as there:  # it closes without a word
        assert only(strangers.request_bodies(there))[0] == "ok"
    monkeypatch.setattr(strangers, "MAX_WAIT_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        there = address.parse(f"http://127.0.0.1:{silent.getsockname()[1]}")
        outcome, _, advice = only(strangers.request_bodies(there))
    assert outcome == "warning" and "client_max_body_size" in advice


def test_one_that_redirects_is_named() -> None:
    with Canned("HTTP/1.1 301 M\nLocation: https://a.example/\nContent-Length: 0\nConnection: close\n\n") as there:
        assert "https://a.example/" in only(http.answers(there))[2]


@pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "426 Upgrade Required", "200 OK"])
def test_an_upgrade_that_is_refused(status: str) -> None:
    with Canned(f"HTTP/1.1 {status}\nContent-Length: 0\nConnection: close\n\n") as there:
        outcome, state, advice = only(websocket.opens(there))
        assert [*websocket.compression(there)] == []
    assert outcome == "wrong" and status[:3] in state and "proxy_set_header Upgrade" in advice


def test_an_upgrade_that_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "TIMEOUT_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        outcome, state, advice = only(websocket.opens(address.parse(f"http://127.0.0.1:{silent.getsockname()[1]}")))
    assert outcome == "wrong" and "no answer" in state and "holds the upgrade back" in advice


class Upgrading(Canned):
    """A server that takes every upgrade, with these headers."""

    def serve(self) -> None:
        client, _ = self.listening.accept()
        with client:
            key = re.search(rb"Sec-WebSocket-Key: (\S+)", client.recv(65536))[1]  # type: ignore[index]
            accept = base64.b64encode(hashlib.sha1(key + websocket.GUID.encode()).digest())
            client.sendall(b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: " + accept + b"\r\n")
            client.sendall(self.response + b"\r\n")


@pytest.mark.parametrize(
    ("header", "outcome"), [("Sec-WebSocket-Extensions: permessage-deflate\n", "warning"), ("", "ok")]
)
def test_compression(header: str, outcome: str) -> None:
    with Upgrading(header) as there:
        assert only(websocket.compression(there))[0] == outcome


@pytest.fixture
def pair() -> Iterator[tuple[Socket, socket.socket]]:
    """Our end and the server's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Socket(ours), theirs


def frame(opcode: int, payload: bytes) -> bytes:
    """As a server sends it."""
    size = len(payload)
    length = bytes([size]) if size < 126 else bytes([126]) + size.to_bytes(2, "big")
    return bytes([0x80 | opcode]) + length + payload


def test_frames_come_in_pieces_and_pings_are_answered(pair: tuple[Socket, socket.socket]) -> None:
    ours, theirs = pair
    ours.received = frame(TEXT, b"with the handshake")[:5]
    theirs.sendall(
        frame(TEXT, b"with the handshake")[5:] + frame(PING, b"?") + frame(PONG, b"") + frame(TEXT, b"x" * 300)
    )
    assert ours.receive(5) == (TEXT, b"with the handshake")
    assert ours.receive(5) == (TEXT, b"x" * 300)
    answer = theirs.recv(100)
    assert answer[0] == 0x80 | PONG and answer[1] == 0x80 | 1 and answer[6] ^ answer[2] == ord("?")
    for seconds in (0.01, 0.0):
        with pytest.raises(TimeoutError):
            ours.receive(seconds)
    theirs.close()
    with pytest.raises(EOFError):
        ours.receive(5)


def test_a_page_that_nobody_answers_and_one_that_is_cut_off(
    pair: tuple[Socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = pair
    there = address.parse("https://board.example.com")
    monkeypatch.setattr(websocket, "TIMEOUT_SECONDS", 0.05)
    assert "proxy_buffering off" in websocket._first_frame(there, ours).advice
    theirs.sendall(frame(TEXT, b"an explanation") + frame(CLOSE, (4421).to_bytes(2, "big")))
    assert "CSRF_TRUSTED_ORIGINS" in websocket._first_frame(there, ours).advice
    theirs.sendall(frame(CLOSE, (4000).to_bytes(2, "big")))
    assert "4000 (ask again)" in websocket._first_frame(there, ours).state
    monkeypatch.setattr(websocket, "HEARTBEAT_SECONDS", 0.02)
    monkeypatch.setattr(websocket, "MARGIN_SECONDS", 0.02)
    assert "no heartbeat" in websocket._idle(ours).state
    theirs.sendall(frame(TEXT, b"<i id=live-heartbeat>"))
    assert "no heartbeat" in websocket._idle(ours).state
    theirs.sendall(2 * frame(TEXT, b"<i id=live-heartbeat>"))
    assert websocket._idle(ours).outcome is Outcome.OK
    theirs.sendall(frame(CLOSE, (4000).to_bytes(2, "big")))
    assert "proxy_read_timeout" in websocket._idle(ours).advice
    theirs.close()
    assert "proxy_read_timeout" in websocket._idle(ours).advice
    monkeypatch.setattr(websocket, "TIMEOUT_SECONDS", 5.0)
    assert "1006 (cut off)" in websocket._first_frame(there, ours).state
