"""Bodies that are still coming in: the application begins at the headers, and takes the rest as it comes."""

import contextlib
import gzip
import json
import subprocess
import time
from http import HTTPStatus

import psutil
import pytest

from tests.raw import Raw, reached, request
from tests.servers import Site
from tests.waiting import until

MEBIBYTE = 1 << 20
CHUNKED = "Transfer-Encoding: chunked"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n" % len(data) + data + b"\r\n"


def sending(site: Site, *headers: str, path: str = "/api/points", token: str = "", method: str = "POST") -> Raw:
    """A request with a token, ours if there is none, whose body is still to come."""
    bearer = f"Authorization: Bearer {token or site.token}"
    return Raw(site, request(method, path, bearer, "Content-Type: application/json", *headers))


def of(count: int) -> bytes:
    begin = int(time.time()) - count
    return json.dumps([{"series": "streamed", "value": n, "time": begin + n} for n in range(count)]).encode()


def is_closed(client: Raw) -> bool:
    return b"connection: close" in client.until(b"\r\n\r\n").lower()


@pytest.mark.parametrize("header", ["Content-Length: 5000000", CHUNKED])
def test_a_wrong_token_is_refused_before_the_body_is_sent(still: Site, header: str) -> None:
    client = sending(still, header, "Expect: 100-continue", token="wrong")
    assert client.status == HTTPStatus.UNAUTHORIZED
    assert json.loads(client.end().partition(b"\r\n\r\n")[2])["error"]["code"] == "unauthorized"
    assert CONTINUE not in client.came


@pytest.mark.serve
def test_it_says_that_it_reads_no_body_of_that_connection(still: Site) -> None:
    assert is_closed(sending(still, "Content-Length: 5000000", "Expect: 100-continue", token="wrong"))


def test_with_the_right_one_the_body_is_asked_for(still: Site) -> None:
    body = of(2)
    client = sending(still, f"Content-Length: {len(body)}", "Expect: 100-continue")
    assert client.until(CONTINUE) == CONTINUE
    client.send(body)
    assert client.until(b'{"accepted": 2}').count(CONTINUE) == 1


def test_who_sends_at_once_is_asked_for_nothing(still: Site) -> None:
    body = of(1)
    client = sending(still, f"Content-Length: {len(body)}", "Expect: 100-continue", "Connection: close")
    client.send(body)
    assert client.end().endswith(b'{"accepted": 1}')


@pytest.mark.parametrize("form", ["length", "chunked"])
def test_curl_never_sends_what_is_refused(still: Site, tmp_path, form: str) -> None:
    """It asks first for a body of over a mebibyte."""
    file = tmp_path / "body"
    file.write_bytes(bytes(7 * MEBIBYTE))

    def sent(token: str) -> list[str]:
        command = ["curl", "-sS", "-o", str(tmp_path / "answer"), "-w", "%{http_code} %{size_upload}"]
        command += ["-H", f"Authorization: Bearer {token}", "-H", "Content-Type: application/json"]
        command += ["-H", CHUNKED] if form == "chunked" else []
        command += ["-H", "Expect: 100-continue", "--data-binary", f"@{file}", f"{still.address}/api/points"]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.split()

    assert sent("wrong") == ["401", "0"]
    status, size = sent(still.token)
    assert status == "400" and int(size) >= 7 * MEBIBYTE


@pytest.mark.serve
def test_a_wrong_token_is_answered_while_a_hundred_megabytes_come(still: Site) -> None:
    process = psutil.Process(still.process.pid)
    before = process.memory_info().rss
    client = sending(still, CHUNKED, token="wrong")
    client.socket.settimeout(0.02)
    sent = 0

    def answered() -> bytes:
        nonlocal sent
        with contextlib.suppress(TimeoutError):
            client.send(chunk(bytes(MEBIBYTE)))
            sent += 1
            client.came += client.socket.recv(65536)
        return client.came

    until(answered, "an answer")
    client.socket.settimeout(30)
    assert client.status == HTTPStatus.UNAUTHORIZED and is_closed(client)
    # What the kernel takes of it on both sides.
    assert sent <= 10
    with contextlib.suppress(ConnectionError):
        for _ in range(100 - sent):
            client.send(chunk(bytes(MEBIBYTE)))
    assert process.memory_info().rss - before < 10 * MEBIBYTE


@pytest.mark.serve
def test_who_sends_all_before_reading_gets_the_answer(still: Site) -> None:
    answer = still.http("POST", "/api/points", bytes(100 * MEBIBYTE // 8), {"Authorization": "Bearer wrong"})
    assert answer.status == HTTPStatus.UNAUTHORIZED


@pytest.mark.serve
def test_what_is_too_large_is_refused_while_it_comes(still: Site) -> None:
    client = sending(still, CHUNKED)
    for _ in range(12):
        client.send(chunk(bytes(MEBIBYTE)))
    assert client.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and is_closed(client)
    zipped = sending(still, CHUNKED, "Content-Encoding: gzip")
    zipped.send(chunk(gzip.compress(bytes(17 * MEBIBYTE))))
    assert zipped.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert b"after decompression" in zipped.end()


def test_five_thousand_points_in_pieces_arrive_and_the_connection_goes_on(still: Site) -> None:
    packed = gzip.compress(of(5000))
    client = sending(still, CHUNKED, "Content-Encoding: gzip")
    for start in range(0, len(packed), 1000):
        client.send(chunk(packed[start : start + 1000]))
    client.send(b"0\r\n\r\n")
    assert client.until(b'{"accepted": 5000}')
    for _ in range(2):
        client.came = b""
        body = of(1)
        bearer = f"Authorization: Bearer {still.token}"
        client.send(request("POST", "/api/points", bearer, f"Content-Length: {len(body)}") + body)
        assert client.until(b'{"accepted": 1}')


def test_requests_in_one_piece_are_answered_in_turn(still: Site) -> None:
    body, headers = of(1), (f"Authorization: Bearer {still.token}", "Content-Type: application/json")
    whole = request("POST", "/api/points", *headers, f"Content-Length: {len(body)}") + body
    pieces = request("POST", "/api/points", *headers, CHUNKED) + chunk(body[:9]) + chunk(body[9:]) + b"0\r\n\r\n"
    last = request("GET", "/healthz", "Connection: close")
    answer = Raw(still, whole + pieces + whole + last).end()
    assert answer.count(b'{"accepted": 1}') == 3 and answer.count(b"HTTP/1.1 200") == 4


@pytest.mark.serve
def test_the_first_version_of_http_is_answered(still: Site) -> None:
    body = of(1)
    wrong = request("POST", "/api/points", "Content-Length: 5000").replace(b"HTTP/1.1", b"HTTP/1.0")
    assert Raw(still, wrong).end().startswith(b"HTTP/1.0 401")
    bearer = f"Authorization: Bearer {still.token}"
    right = request("POST", "/api/points", bearer, f"Content-Length: {len(body)}").replace(b"HTTP/1.1", b"HTTP/1.0")
    client = Raw(still, right[:-2])
    client.send(b"\r\n" + body)
    assert client.end().endswith(b'{"accepted": 1}')


@pytest.mark.serve
def test_slow_bodies_take_nobodys_place(impatient: Site) -> None:
    """Of requests that write, 20 are handled at the same time."""

    def threads() -> int:
        return sum(process.num_threads() for process in impatient.processes)

    before = threads()
    slow = [sending(impatient, "Content-Length: 1000") for _ in range(30)]
    slow += [sending(impatient, "Content-Length: 1000", path="/boards/this-week/") for _ in range(30)]
    for client in slow:
        client.send(b"x")
    assert impatient.send({"series": "quick", "value": 1}).status == 200
    assert threads() <= before + 5 * len(impatient.processes)
    for client in slow:
        client.send(b"x")
    assert {client.status for client in slow} == {HTTPStatus.REQUEST_TIMEOUT}


@pytest.mark.parametrize("path", ["/api/points", "/boards/this-week/"])
def test_who_goes_in_the_middle_leaves_nothing(still: Site, path: str) -> None:
    def threads() -> int:
        return sum(process.num_threads() for process in still.processes)

    def files() -> int:
        return sum(process.num_fds() for process in still.processes)

    threads_before, files_before = threads(), files()
    points = still.counters().get("series_points_total", 0)
    clients = [sending(still, CHUNKED, path=path) for _ in range(50)]
    for client in clients:
        client.send(chunk(b"[" + bytes(100_000)))
    for client in clients:
        client.socket.close()
    # Far fewer than they were; those to the database may be new.
    until(lambda: files() <= files_before + 10 * len(still.processes), "the connections are gone")
    assert still.counters().get("series_points_total", 0) == points
    until(lambda: threads() <= threads_before + 5 * len(still.processes), "nothing waits for them any more")
    assert still.send({"series": "after", "value": 1}).status == 200
    assert "Traceback" not in still.log.read_text()


@pytest.mark.serve
def test_all_bodies_together_are_still_counted(impatient: Site) -> None:
    before = reached(impatient, "bodies_bytes")
    clients = [sending(impatient, CHUNKED) for _ in range(4 * len(impatient.processes))]
    for client in clients:
        client.send(chunk(bytes(MEBIBYTE - 100)))
    assert HTTPStatus.SERVICE_UNAVAILABLE in {client.status for client in clients}
    assert reached(impatient, "bodies_bytes") >= before + 1


def test_a_form_in_pieces_is_djangos(still: Site) -> None:
    client = Raw(still, request("POST", "/accounts/login/", FORM, "Content-Length: 30", "Connection: close"))
    client.send(b"username=ann")
    client.send(b"&password=wrong+pass")
    assert client.status == HTTPStatus.FORBIDDEN
    assert b"once more" in client.end()


@pytest.mark.serve
def test_the_handshake_of_a_socket_has_no_body(still: Site) -> None:
    key = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="
    upgrade = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", key)
    assert Raw(still, request("GET", "/live/socket", *upgrade, "Content-Length: 5")).status == HTTPStatus.BAD_REQUEST


@pytest.mark.serve
def test_a_body_that_is_on_its_way_does_not_hold_up_the_end(site: Site) -> None:
    client = sending(site, CHUNKED, "Expect: 100-continue")
    assert client.until(CONTINUE)
    assert site.stop_only() == 0
    assert client.end() == CONTINUE
    assert "Traceback" not in site.log.read_text()
