"""A thousand viewers and twenty updates a second, for ten minutes: memory stays flat, and nobody is left out.

STEADY_SECONDS says for how long, if it is not ten minutes. It prints the memory by the minute, and how long updates
took to the viewers, minute by minute: times mean something on a machine that does nothing else.
"""

import itertools
import os
import re
import threading
import time

import pytest

from tests.bench.fanout.client import Viewer, Viewers
from tests.faults.stage import WEEK
from tests.pages import OpenPage
from tests.servers import Site
from tests.soak.measure import allow_files, memory, percentile

pytestmark = pytest.mark.soak

VIEWERS, UPDATES_A_SECOND, SECONDS = 1000, 20, float(os.environ.get("STEADY_SECONDS", "600"))
# A tenth of the whole: a minute of ten.
PARTS = 10
# No other number of the page has five digits.
VALUE = re.compile(rb">(\d\d,\d\d\d)<")


def test_ten_minutes_are_as_one(stopped_site: Site) -> None:
    allow_files(8192)
    stopped_site.env["INGEST_RATE"] = "10000"
    site = stopped_site.start()
    sent: dict[int, float] = {}
    is_over = threading.Event()

    def update() -> None:
        due = time.monotonic()
        # The words of values are remembered, up to 10 MB of them: of so many from the first minute on.
        for value in itertools.cycle(range(10_000, 11_000)):
            if is_over.wait(max(0.0, due - time.monotonic())):
                return
            due = max(due + 1 / UPDATES_A_SECOND, time.monotonic())
            sent[value] = time.perf_counter()
            assert site.send({"series": "week", "value": value, "tags": {"day": "Mon"}}).status == 200

    delays: list[float] = []

    def seen(viewer: Viewer, payload: bytes) -> None:
        found = VALUE.search(payload)
        began = sent.get(int(found[1].replace(b",", b""))) if found else None
        if began is not None:
            delays.append(time.perf_counter() - began)

    viewers = Viewers(VIEWERS)
    sizes, p99 = [], []
    sender = threading.Thread(target=update)
    try:
        arrived = viewers.connect("127.0.0.1", site.port, "/live/socket", report=OpenPage(site, WEEK).report())
        assert arrived.complete, viewers.endings()
        viewers._seen = seen
        sender.start()
        for _ in range(PARTS):
            delays.clear()
            viewers._run(time.perf_counter() + SECONDS / PARTS, lambda: False)
            assert not viewers.endings(), "no socket was closed"
            sizes.append(memory(site))
            p99.append(percentile(delays, 0.99))
    finally:
        is_over.set()
        if sender.is_alive():
            sender.join()
        viewers.close()
    print(f"{VIEWERS:,} viewers, {UPDATES_A_SECOND} updates a second, {SECONDS:.0f} s in {PARTS} parts")
    print("memory in MB:", *(f"{size / 1e6:.1f}" for size in sizes))
    print("p99 in ms:   ", *(f"{delay * 1000:.0f}" for delay in p99), f"last by first {p99[-1] / p99[0]:.2f}")
    assert sizes[-1] < sizes[PARTS // 3] * 1.05, "memory is flat"
