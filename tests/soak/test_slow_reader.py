"""A reader that never reads, beside a hundred that do, while large panels change twenty times a second."""

import re
import socket
import threading
import time

import pytest

from tests.bench.fanout.client import Viewer, Viewers, handshake, masked
from tests.faults.stage import WEEK
from tests.pages import OpenPage
from tests.servers import Site
from tests.soak.measure import memory, percentile
from tests.waiting import until

pytestmark = pytest.mark.soak

READERS, UPDATES_A_SECOND, SECONDS, ROWS = 100, 20, 60, 150
# Of a list of states, what the first says last.
NUMBER = re.compile("<bdi>Mon</bdi>.*?· (\\d+)</small>".encode(), re.DOTALL)

TABLE = """
from boards.models import *; from series.models import Series
from series.samples import Sample; from series.storage.write import write; from django.utils import timezone
now, rows = timezone.now(), range(ROWS)
write(Sample("week", {"row": f"{n:04} of a list with many rows"}, now, 1.0) for n in rows)
panel = Panel.objects.get(editable=True)
panel.kind, panel.options, panel.editable = "status", {}, False
panel.save()
for n, series in enumerate(Series.objects.filter(identity__contains="row")):
    PanelSeries.objects.create(panel=panel, series=series, label=series.tags["row"], position=10 + n)
"""


def make_table(site: Site, rows: int) -> None:
    """Of the panel of the week: a list of states, of about 200 bytes each."""
    site.shell(TABLE.replace("ROWS", str(rows)))


class Updates:
    """Twenty points a second, each with another number for a while, and when each was sent."""

    def __init__(self, site: Site) -> None:
        self.sent: dict[int, float] = {}
        self._site, self._number = site, 0

    def run(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            began = time.monotonic()
            self._number = (self._number + 1) % 900
            number = self._number + 100
            self.sent[number] = time.perf_counter()
            sent = self._site.send({"series": "week", "value": number, "tags": {"day": "Mon"}})
            assert sent.status == 200
            time.sleep(max(0.0, began + 1 / UPDATES_A_SECOND - time.monotonic()))


def read(viewers: Viewers, updates: Updates, seconds: float) -> tuple[list[float], int]:
    """Seconds from each update to the frame that shows it, for all readers; and the size of a frame."""
    delays: list[float] = []
    size = 0

    def seen(viewer: Viewer, payload: bytes) -> None:
        nonlocal size
        found = NUMBER.search(payload)
        sent = updates.sent.get(int(found[1])) if found else None
        if sent is not None:
            delays.append(time.perf_counter() - sent)
            size = max(size, len(payload))

    writer = threading.Thread(target=updates.run, args=(seconds,))
    writer.start()
    viewers._seen = seen
    viewers._run(time.perf_counter() + seconds + 1, lambda: False)
    writer.join()
    return delays, size


def deaf(site: Site, page: OpenPage) -> socket.socket:
    """A page that reports and then reads nothing."""
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.connect(("127.0.0.1", site.port))
    deaf.sendall(handshake("127.0.0.1", site.port, "/live/socket"))
    assert b" 101 " in deaf.recv(300)
    deaf.sendall(masked(0x1, page.report().encode()))
    return deaf


def test_who_never_reads_costs_the_others_nothing_and_is_closed(stopped_site: Site) -> None:
    stopped_site.env["INGEST_RATE"] = "10000"
    site = stopped_site.start()
    make_table(site, ROWS)
    page = OpenPage(site, WEEK)
    viewers = Viewers(READERS)
    updates = Updates(site)
    try:
        arrived = viewers.connect("127.0.0.1", site.port, "/live/socket", report=page.report())
        assert arrived.complete, viewers.endings()
        read(viewers, updates, 5)  # warm
        without, size = read(viewers, updates, SECONDS / 3)
        assert size > 30_000, f"a large panel; a frame has {size} bytes"
        reader = deaf(site, page)
        sizes = [memory(site)]
        delays: list[float] = []
        for _ in range(6):
            delays += read(viewers, updates, SECONDS / 6)[0]
            sizes.append(memory(site))
        before, after = percentile(without, 0.99), percentile(delays, 0.99)
        print(f"frames of {size:,} bytes; p99 {before * 1000:.0f} ms without it, {after * 1000:.0f} ms with it")
        print("memory in MB:", *(f"{each / 1e6:.1f}" for each in sizes))
        assert after < 2 * before, "the others are as quick as without it"
        unread = SECONDS * UPDATES_A_SECOND * size
        assert sizes[-1] - sizes[0] < unread / 8, f"memory is flat; {unread / 1e6:.0f} MB were not read"
        until(lambda: site.counters().get('live_closes_total{code="4008"}') == 1, "it is closed as too slow")
        assert site.counters()["live_viewers"] == READERS
        site.send({"series": "week", "value": 77, "tags": {"day": "Mon"}})
        ended = viewers.wait_for("· 77</small>".encode(), deadline=5)
        assert ended.complete, f"{ended.got} of {ended.of} show the last version; {viewers.endings()}"
        reader.close()
    finally:
        viewers.close()
