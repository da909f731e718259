"""A server that is killed while programs send to it: what it acknowledged is there, once, and in the summaries.

What is counted here is counted anew from the rows of the points, by nothing of ``series.storage``.
"""

import http.client
import itertools
import json
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.faults.stage import Stage
from tests.postgres import Postgres
from tests.servers import Site
from tests.waiting import DEADLINE, until

pytestmark = pytest.mark.fault

CONNECTIONS = 6
KILLS = 5
SECOND = 1_000_000
SIZES = {"series_minute": 60 * SECOND, "series_hour": 3600 * SECOND}
Key = tuple[str, int]
# More than these senders can do.
RATE = {"INGEST_RATE": "100000"}


@pytest.fixture(params=["sqlite", "workers", "postgres"])
def stage(request: pytest.FixtureRequest, stopped_site: Site) -> Iterator[Stage]:
    """One server, which is started, on an own database; or two workers, on SQLite."""
    if request.param != "postgres":
        stopped_site.env |= RATE
        if request.param == "workers":
            stopped_site.workers = 2
        yield Stage([stopped_site.start()])
        return
    with tempfile.TemporaryDirectory() as folder:
        postgres = Postgres().create().start()
        site = Site(Path(folder), env={"DATABASE_URL": postgres.url, **RATE}).prepare().start()
        yield Stage([site], postgres=postgres)
        site.stop()
        postgres.remove()


@dataclass
class Sender(threading.Thread):
    """A program that sends to series of its own, one request after the other, until so many are acknowledged."""

    site: Site
    number: int
    writes: int
    values: Iterator[int]
    since: int
    acknowledged: int = 0
    failed: int = 0
    # For each point the values that were sent, in order, and whether that was acknowledged.
    sent: dict[Key, list[tuple[float, bool]]] = field(default_factory=dict)
    error: BaseException | None = None

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.random = random.Random(self.number)
        self.connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        try:
            while self.acknowledged < self.writes:
                self.send()
        except BaseException as error:
            self.error = error
            raise
        finally:
            self.connection.close()

    def send(self) -> None:
        if self.random.random() < 0.5:
            points = [self.point("native")]
            path, body = "/api/points", self.native(*points[0])
        else:
            # Of one body the last value for a moment counts.
            points = list(dict(self.point("lines") for _ in range(self.random.randint(1, 20))).items())
            path, body = "/api/v2/write?bucket=any&precision=us", self.lines(points)
        is_acknowledged = self.post(path, body)
        for key, value in points:
            self.sent.setdefault(key, []).append((value, is_acknowledged))
        self.acknowledged += is_acknowledged
        self.failed += not is_acknowledged

    def point(self, name: str) -> tuple[Key, float]:
        """At a new moment of the last two hours, or at one that was sent before."""
        series = f"{name}{{client={self.number}}}"
        before = [key for key in itertools.islice(reversed(self.sent), 200) if key[0] == series]
        if before and self.random.random() < 0.3:
            key = self.random.choice(before)
        else:
            key = series, self.since + self.random.randrange(7200 * SECOND)
        return key, float(next(self.values))

    def native(self, key: Key, value: float) -> bytes:
        _series, moment = key
        tags = {"client": str(self.number)}
        return json.dumps({"series": "native", "tags": tags, "value": value, "time": moment / SECOND}).encode()

    def lines(self, points: list[tuple[Key, float]]) -> bytes:
        return "\n".join(f"lines,client={self.number} value={value} {key[1]}" for key, value in points).encode()

    def post(self, path: str, body: bytes) -> bool:
        """Whether it was acknowledged. Who gets no answer tries again a little later, with something else."""
        headers = {"Authorization": f"Bearer {self.site.token}"}
        try:
            self.connection.request("POST", path, body, headers)
            response = self.connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException):
            self.connection.close()  # and opened again for the next request
            time.sleep(0.02)
            return False
        assert response.status in (200, 204, 503), text
        return response.status < 300


@pytest.mark.parametrize("writes", [1_200, pytest.param(10_000, marks=pytest.mark.slow)])
def test_what_was_acknowledged_is_there_once_and_is_counted(stage: Stage, writes: int) -> None:
    values, since = itertools.count(1), (int(time.time()) - 7200) * SECOND
    senders = [Sender(stage.server, number, writes // CONNECTIONS, values, since) for number in range(CONNECTIONS)]
    for sender in senders:
        sender.start()
    for number in range(1, KILLS + 1):
        some = writes * number // (KILLS + 2) + random.randrange(writes // 20)

        def have_sent(some: int = some) -> bool:
            return sum(sender.acknowledged for sender in senders) >= some

        until(have_sent, f"{some} writes", 10 * DEADLINE)
        if stage.postgres is not None and number % 2:
            stage.postgres.kill()
            stage.postgres.start()
        elif stage.server.workers:
            stage.server.kill_worker()
            until(lambda: len(stage.server.worker_processes()) == 2, "it is started again")
        else:
            stage.server.kill()
            stage.server.start()
    for sender in senders:
        sender.join(10 * DEADLINE)
        assert not sender.is_alive() and sender.error is None, sender.error
    failed = sum(sender.failed for sender in senders)
    print(f"{writes} writes were acknowledged, and {failed} were not")
    assert failed, "the server was killed while nobody sent"
    check(stage, {key: sent for sender in senders for key, sent in sender.sent.items()})


def check(stage: Stage, sent: dict[Key, list[tuple[float, bool]]]) -> None:
    rows = stage.execute(
        "SELECT identity, time, value FROM series_point JOIN series_series ON series_series.id = series_id"
        " WHERE name IN ('native', 'lines') ORDER BY identity, time"
    )
    points = {(identity, moment): value for identity, moment, value in rows}
    assert len(points) == len(rows)
    for key, attempts in sent.items():
        last = max((index for index, (_value, is_acknowledged) in enumerate(attempts) if is_acknowledged), default=None)
        possible = {value for value, _is_acknowledged in attempts[last or 0 :]} | ({None} if last is None else set())
        assert points.get(key) in possible, f"{key}: {points.get(key)} is stored, and {attempts} were sent"
    assert points.keys() <= sent.keys(), "what nobody sent"
    for table, size in SIZES.items():
        fields = "count, sum, min, max, last, last_time, seen, first, first_time, increase"
        stored = stage.execute(
            f"SELECT identity, time, {fields} FROM {table} JOIN series_series ON series_series.id = series_id"
            " WHERE name IN ('native', 'lines')"
        )
        assert {(identity, begin): tuple(rest) for identity, begin, *rest in stored} == counted(points, size), table
    newest = dict[str, Any]()
    for (identity, moment), value in points.items():
        newest[identity] = (moment, value)
    latest = stage.execute(
        "SELECT identity, time, value FROM series_latest JOIN series_series ON series_series.id = series_id"
        " WHERE name IN ('native', 'lines')"
    )
    assert {identity: (moment, value) for identity, moment, value in latest} == newest


def counted(points: dict[Key, float], size: int) -> dict[Key, tuple[Any, ...]]:
    """What a summary of each stretch of this length has to say; ``points`` are in order."""
    stretches: dict[Key, list[tuple[int, float]]] = {}
    for (identity, moment), value in points.items():
        stretches.setdefault((identity, moment - moment % size), []).append((moment, value))
    result = {}
    for stretch, some in stretches.items():
        values = [value for _moment, value in some]
        seen = 0
        for value in values:
            seen |= 1 << (int(value) if 0 <= value <= 61 and value == int(value) else 62)
        (first_time, first), (last_time, last) = some[0], some[-1]
        increase = sum(after - before if after >= before else after for before, after in itertools.pairwise(values))
        ends = (last, last_time, seen, first, first_time, increase)
        result[stretch] = (len(values), sum(values), min(values), max(values), *ends)
    return result
