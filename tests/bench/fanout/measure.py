"""One round of updates to many viewers: what it costs the server, and when the last of them has it."""

import gc
import json
import re
import socket
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from typing import Protocol

from client import Arrivals, Viewers, handshake, masked
from designs import OURS, OURS_REDIS, SITES, Design
from servers import HOST, Running

PAGE = "/boards/this-week/"
WARM_UP = 2
# Seconds: between two updates, a little longer than the 50 ms in which we render a fragment only once, so that each is
# a delivery of its own; for one to arrive; for all viewers to connect.
PAUSE, ARRIVE, CONNECT = 0.06, 30.0, 60.0
# Five digits, so that all frames are of one size and nothing else on the page looks like a value. No value comes twice.
VALUES: Iterator[int] = count(10_000)


@dataclass
class Result:
    """CPU in ms per 1,000 deliveries, one a round; latencies in ms, one an update; a frame's size in bytes."""

    cpu: list[float] = field(default_factory=list)
    latency: list[float] = field(default_factory=list)
    size: int = 0

    @property
    def cost(self) -> float:
        return statistics.median(self.cpu)

    def times(self, other: "Result") -> float:
        """How many times what the other costs, round by round: a round's measurements stand side by side in time."""
        return statistics.median(ours / its for ours, its in zip(self.cpu, other.cpu, strict=True))

    def percentile(self, part: float) -> float:
        """Of the latencies."""
        return sorted(self.latency)[min(int(len(self.latency) * part), len(self.latency) - 1)]


class Sender(Protocol):
    """Makes updates."""

    def update(self, viewers: Viewers) -> tuple[float, Arrivals]:
        """One update, and all viewers having it: seconds, and who. ``RuntimeError`` if one of them does not."""

    def close(self) -> None:
        """It is not needed any more."""


class Poster:
    """Posts a new value for one category of the chart, over one connection that is kept open."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=ARRIVE)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def update(self, viewers: Viewers) -> tuple[float, Arrivals]:
        value = next(VALUES)
        body = json.dumps([{"series": "week", "tags": {"day": "Mon"}, "value": value}])
        started = time.perf_counter()
        self._connection.request("POST", "/api/points", body, self._headers)
        arrivals = viewers.wait_for(f"{value:,}<".encode(), ARRIVE)
        answer = self._connection.getresponse()
        words = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"POST /api/points was answered with {answer.status}: {words.decode(errors='replace')}")
        return complete(viewers, arrivals).last_at - started, arrivals

    def close(self) -> None:
        self._connection.close()


class Pusher:
    """Hands a frame to a server of ``limits``, with another value each time."""

    def __init__(self, port: int, payload: bytes) -> None:
        self._payload = payload
        self._value = re.search(rb">(\d\d,\d\d\d)<", payload)
        self._socket = socket.create_connection((HOST, port), ARRIVE)
        self._socket.sendall(handshake(HOST, port, "/push"))
        if b" 101 " not in self._socket.recv(4096):
            raise RuntimeError("there is no /push")

    def update(self, viewers: Viewers) -> tuple[float, Arrivals]:
        assert self._value is not None
        value = f"{next(VALUES):,}".encode()
        payload = self._payload[: self._value.start(1)] + value + self._payload[self._value.end(1) :]
        started = time.perf_counter()
        self._socket.sendall(masked(0x1, payload))
        arrivals = complete(viewers, viewers.wait_for(value + b"<", ARRIVE))
        return arrivals.last_at - started, arrivals

    def close(self) -> None:
        self._socket.close()


def complete(viewers: Viewers, arrivals: Arrivals) -> Arrivals:
    """``RuntimeError`` if one of them has not got it."""
    if not arrivals.complete or arrivals.of < viewers.count:
        lost = f"{arrivals.got} of {viewers.count} viewers got the update within {ARRIVE:g} s; {viewers.endings()}"
        raise RuntimeError(lost)
    return arrivals


def report_of(port: int) -> str:
    """What a browser says after connecting: the page's token, and the versions and seals of what it shows."""
    connection = HTTPConnection(HOST, port, timeout=ARRIVE)
    connection.request("GET", PAGE)
    html = connection.getresponse().read().decode()
    connection.close()
    token = re.search(r'name="page" value="([^"]+)"', html)
    shown = re.findall(r'<[a-z]+ id="([^"]+)"[^>]* data-version="([^"]+)" data-seal="([^"]+)"', html)
    if token is None or not shown:
        raise RuntimeError(f"{PAGE} is no live page: {html[:500]}")
    return json.dumps({"page": token[1], "shown": [" ".join(each) for each in shown]})


def connect(viewers: Viewers, design: Design, server: Running, *, storm: bool = False) -> Arrivals:
    """Connect, as our pages do: with a report, answered by a first frame; or as others, which say nothing."""
    ours = design in (OURS, OURS_REDIS)
    path = "/live/socket" if ours else "/rival/socket" if design in SITES else "/viewers"
    report = report_of(server.port) if ours else ""
    arrivals = viewers.connect(HOST, server.port, path, report=report, deadline=CONNECT, storm=storm)
    if not arrivals.complete:
        raise RuntimeError(f"{design.name}: {arrivals.got} of {viewers.count} could connect; {viewers.endings()}")
    return arrivals


def measure(
    result: Result,
    design: Design,
    server: Running,
    size: int,
    sender: Sender,
    *,
    pause: float = PAUSE,
    updates: int = 0,
) -> None:
    """One round: connect, warm up, then count what a series of updates costs the server."""
    viewers = Viewers(size)
    updates = updates or design.updates[size]
    try:
        connect(viewers, design, server)
        for _ in range(WARM_UP):
            sender.update(viewers)
        server.settle()
        # The client's collector must not fall into a latency.
        gc.disable()
        before = server.cpu()
        for _ in range(updates):
            took, arrivals = sender.update(viewers)
            result.latency.append(took * 1000)
            result.size = len(arrivals.payload)
            viewers.read_for(pause)
        result.cpu.append((server.cpu() - before) * 1e6 / (updates * size))
    finally:
        gc.enable()
        sender.close()
        viewers.close()
    server.settle()
