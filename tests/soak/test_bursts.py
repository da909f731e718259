"""A hundred bursts of two hundred points at once: every viewer ends on what the database holds."""

import asyncio
import itertools
import json
import os
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.background import Background
from tests.faults.stage import WEEK, Stage, a_stage
from tests.servers import Site
from tests.soak.measure import allow_files

pytestmark = pytest.mark.soak

BURSTS, POSTS, VIEWERS = int(os.environ.get("BURSTS", "100")), 200, 300
DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
# What brings hints, and which of two server processes takes the points; the viewers are at the first.
WAYS = [("sqlite", 0), ("sqlite pair", 1), ("redis", 0), ("redis", 1), ("postgres", 0), ("postgres", 1)]
numbers = itertools.count(10_001)


@pytest.fixture
def stage(request: pytest.FixtureRequest, installation: Site) -> Iterator[Stage]:
    allow_files(8192)
    with a_stage(request.param, installation, INGEST_RATE="100000") as stage:
        yield stage


async def burst(site: Site, acknowledged: list[tuple[str, int]]) -> Counter[int]:
    """All at once, each on a connection of its own: how often each status came."""

    async def post(number: int) -> int:
        day = DAYS[number % 7]
        body = json.dumps({"series": "week", "value": number, "tags": {"day": day}}).encode()
        head = (
            f"POST /api/points HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nAuthorization: Bearer {site.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
            try:
                writer.write(head.encode() + body)
                status = int((await reader.read()).split(b" ", 2)[1])
            finally:
                writer.close()
        except (OSError, IndexError):
            return 0
        if status == 200:
            acknowledged.append((day, number))
        return status

    return Counter(await asyncio.gather(*(post(next(numbers)) for _ in range(POSTS))))


@pytest.mark.parametrize(("stage", "ingests"), WAYS, indirect=["stage"], ids=lambda value: str(value))
def test_every_viewer_ends_on_what_the_database_holds(stage: Stage, ingests: int) -> None:
    site = stage.servers[ingests]
    stage.crowd.open(stage.server, WEEK, VIEWERS)
    background = Background()
    acknowledged: list[tuple[str, int]] = []
    answers: Counter[int] = Counter()
    try:
        for number in range(BURSTS):
            answers += background.run(burst(site, acknowledged), 120)
            stage.crowd.is_true(f"after burst {number}")
    finally:
        background.close()
    print(f"{answers} answers; {sum(page.frames for page in stage.crowd.pages)} frames to {VIEWERS} viewers")
    assert answers[200] > BURSTS * POSTS * 0.9
    there = {int(value) for (value,) in stage.execute("SELECT value FROM series_point WHERE value > 10000")}
    assert {number for _, number in acknowledged} <= there, "what was acknowledged is in the database"
    assert not any(page.codes for page in stage.crowd.pages), "no socket was closed"
