"""Sockets that are too many, and that send too much or read too little: with limits that are soon reached."""

import contextlib
import resource
import sys
from collections import Counter
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from live.page.report import MAX_REPORT_LENGTH
from tests.pages import OpenPage
from tests.raw import CONTINUATION, PING, TEXT, Raw, closed_with, frame, open_socket, reached, request
from tests.servers import Site
from tests.waiting import until

pytestmark = pytest.mark.serve
WEEK = "/boards/this-week/"


def test_one_address_has_so_many_sockets_and_others_have_theirs(impatient: Site) -> None:
    before = reached(impatient, "address")
    processes = len(impatient.processes)
    opened = [open_socket(impatient) for _ in range(20 * processes + 2)]
    count = Counter(each.status for each in opened)
    assert 20 <= count[101] <= 20 * processes
    assert count[503] == len(opened) - count[101]
    assert reached(impatient, "address") == before + count[503]
    assert open_socket(impatient, "203.0.113.2").status == 101
    text = impatient.log.read_text()
    assert "a socket from 203.0.113.1 was refused with 503" in text
    assert "LIVE_TRUSTED_PROXIES" in text
    opened[0].socket.close()
    until(lambda: open_socket(impatient).status == 101, "room for one more")


def test_a_socket_that_never_reports_ends_and_is_counted_no_more(impatient: Site) -> None:
    opened = [open_socket(impatient, "203.0.113.3") for _ in range(20)]
    assert closed_with(opened[0], 4000)
    assert reached(impatient, "silence") > 0
    until(lambda: open_socket(impatient, "203.0.113.3").status == 101, "room for another one")


def test_a_flood_of_pings_is_closed(impatient: Site) -> None:
    before = reached(impatient, "frames")
    client = open_socket(impatient, "203.0.113.4")
    client.send(frame(PING, b"x" * 125) * 90)
    client.until(b"\x8a\x7d" + b"x" * 125)
    client.send(frame(PING, b"x" * 125) * 90)
    assert closed_with(client, 1008)
    assert reached(impatient, "frames") == before + 1


def test_a_message_of_tiny_frames_is_closed(impatient: Site) -> None:
    client = open_socket(impatient, "203.0.113.5")
    with contextlib.suppress(ConnectionError):
        client.send(frame(TEXT, b"{", final=False) + frame(CONTINUATION, b" ", final=False) * 1000)
    assert closed_with(client, 1008)


@pytest.mark.parametrize("begun", [frame(TEXT, b"{", final=False), frame(TEXT, b"{" * 100)[:50]])
def test_a_message_that_never_ends_is_closed(impatient: Site, begun: bytes) -> None:
    before = reached(impatient, "message_seconds")
    # From a page that has reported: it is not closed for its silence.
    page = OpenPage(impatient, WEEK).live()
    page.socket.socket.sendall(begun)
    assert page.closed() == 1008
    assert reached(impatient, "message_seconds") == before + 1


def test_a_report_that_is_too_large_is_closed(impatient: Site) -> None:
    before = reached(impatient, "message_bytes")
    page = OpenPage(impatient, WEEK).connect()
    with contextlib.suppress(ConnectionClosed):
        page.socket.send(page.report(page="x" * MAX_REPORT_LENGTH))
    assert page.closed() == 1009
    assert reached(impatient, "message_bytes") == before + 1


def test_who_does_not_read_is_closed_beside_those_who_do(impatient: Site) -> None:
    before = impatient.counters().get('live_closes_total{code="4008"}', 0)
    slow = open_socket(impatient, "203.0.113.6", buffer=1024)
    slow.send(frame(TEXT, OpenPage(impatient, WEEK).report().encode()))
    readers = [OpenPage(impatient, WEEK).live() for _ in range(3)]
    values = iter(range(1000, 100_000))

    def is_closed() -> bool:
        value = next(values)
        assert impatient.send({"series": "week", "value": value, "tags": {"day": "Mon"}}).status == 200
        for reader in readers:
            reader.shows("boards-panel-9", f"{value:,}" if value < 10_000 else f"{value // 1000}")
        return impatient.counters().get('live_closes_total{code="4008"}', 0) > before

    until(is_closed, "the one that does not read is closed")
    until(lambda: impatient.counters()["live_viewers"] == len(readers), "the others stay, and it is forgotten")


def test_sockets_do_not_take_the_last_descriptors(stopped_site: Site, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nulimit -n 256 && exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    stopped_site.python = str(python)
    site = stopped_site.start()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 1024)), hard))
    count = Counter(open_socket(site).status for _ in range(300))
    assert 96 <= count[101] <= 96 * len(site.processes)
    assert reached(site, "sockets") == count[503] == 300 - count[101]
    assert site.send({"series": "week", "value": 1, "tags": {"day": "Mon"}}).status == 200
    # Connections without a request make room for those with one.
    for sent in (b"", request("GET", WEEK)[:-2], request("POST", WEEK, "Content-Length: 9")):
        _held = [Raw(site, sent) for _ in range(100)]
        assert site.http("GET", WEEK).status == 200
    assert "raise the limit of open files" in site.log.read_text()
