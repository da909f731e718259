"""What a page of 100 rows costs that are fragments with ``load_many`` and ``visible_to_many``: tests/shop. And what a
small page does, with banners and notices.

    python tests/bench/bench_rows.py

*First paint* is the time until the whole page has come, the quickest of many, by turns with the page without ``live``;
and beside it the server's CPU for a view, the least of many rounds, which holds on a machine that does something else,
too: at most 1.5 times as much. *Idle* is the server's CPU, user and system, in percent of a core while two pages are
open, the median of several half minutes: under 1. *One change a second* the same, with what makes the change (a
request): under 3. Ends with 1 if one is missed.
"""

import contextlib
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench.table import table  # noqa: E402
from tests.pages import OpenPage  # noqa: E402
from tests.servers import Session, Site  # noqa: E402

ROWS, LOADS, PAGES, SECONDS, TIMES = 100, 30, 2, 30, 5
# No change is one to what is there already.
CHANGES = itertools.count()
# As a page's script does.
REPORT_SECONDS = 20
LIVE, PLAIN = "/live-orders/", "/orders/"
SMALL_LIVE, SMALL_PLAIN, VIEWS, ROUNDS = "/live-order/", "/order/", 20, 10
MAX_RATIO, MAX_IDLE_PERCENT, MAX_BUSY_PERCENT = 1.5, 1.0, 3.0


def seconds_of(session: Session, path: str) -> float:
    began = time.perf_counter()
    assert session.get(path).status == 200
    return time.perf_counter() - began


def cpu_of(site: Site) -> float:
    assert site.process is not None
    took = psutil.Process(site.process.pid).cpu_times()
    return float(took.user + took.system)


def percent_of(site: Site, pages: list[OpenPage], *, changes: bool) -> float:
    """Of a core, for as long as ``SECONDS``, in which the pages take what they are sent."""
    session, before, began = pages[0].session, cpu_of(site), time.monotonic()
    for second in range(SECONDS):
        if changes:
            number = next(CHANGES)
            session.get(f"/pay/{number % ROWS}/{'paid' if number // ROWS % 2 else 'sent'}")
        for page in pages:
            if second % REPORT_SECONDS == 0:
                page.socket.send(page.report())
            with contextlib.suppress(TimeoutError):
                while True:
                    page.take(0.01 if page is not pages[-1] else began + second + 1 - time.monotonic())
    return (cpu_of(site) - before) / (time.monotonic() - began) * 100


def cpu_of_views(site: Site, session: Session, *paths: str) -> list[float]:
    """Of a view of each page, in milliseconds: the least of many rounds, by turns."""
    rounds: list[list[float]] = []
    for _ in range(ROUNDS):
        took = []
        for path in paths:
            before = cpu_of(site)
            for _ in range(VIEWS):
                assert session.get(path).status == 200
            took.append((cpu_of(site) - before) / VIEWS * 1000)
        rounds.append(took)
    return [min(column) for column in zip(*rounds[1:], strict=True)]


@contextlib.contextmanager
def shop(settings: str) -> Iterator[tuple[Site, Session]]:
    """A server with these settings, and who owns all orders."""
    with tempfile.TemporaryDirectory(prefix="bench-rows-") as folder:
        site = Site(Path(folder), env={"DJANGO_SETTINGS_MODULE": f"tests.shop.{settings}"})
        site.manage("migrate", "--run-syncdb", "-v0")
        site.shell(
            "from django.contrib.auth.models import User; from tests.shop.models import Order\n"
            "owner = User.objects.create(username='ann')\n"
            "from datetime import timedelta; from django.utils import timezone\n"
            f"for n in range({ROWS}): Order.objects.create(owner=owner, number=n, customer=f'Customer {{n}}',"
            " company='A company' * (n % 2), due=timezone.now() + timedelta(days=n) if n % 3 else None, total=7.5 * n)"
        )
        site.start()
        try:
            session = site.browse()
            session.get("/in")
            yield site, session
        finally:
            site.stop()


def main() -> int:
    with shop("settings") as (site, session):
        loads = [(seconds_of(session, LIVE), seconds_of(session, PLAIN)) for _ in range(LOADS + 3)][3:]
        live, plain = (min(column) * 1000 for column in zip(*loads, strict=True))
        cpu_live, cpu_plain = cpu_of_views(site, session, LIVE, PLAIN)
        pages = [OpenPage(site, LIVE, session).live() for _ in range(PAGES)]
        percent_of(site, pages, changes=False)  # which begins with what follows from connecting
        idle, busy = (
            statistics.median(percent_of(site, pages, changes=changes) for _ in range(TIMES))
            for changes in (False, True)
        )
    with shop("announcing") as (site, session):
        small_live, small_plain = cpu_of_views(site, session, SMALL_LIVE, SMALL_PLAIN)
    ratio = cpu_live / cpu_plain
    rows = [
        ["first paint, ms", f"{live:.1f}", f"{plain:.1f}", f"{live / plain:.2f}"],
        ["CPU of a view, ms", f"{cpu_live:.1f}", f"{cpu_plain:.1f}", f"{ratio:.2f}"],
        [f"{PAGES} open pages, nothing changes, % of a core", f"{idle:.2f}", "0", ""],
        [f"{PAGES} open pages, one change a second, % of a core", f"{busy:.2f}", "", ""],
    ]
    small = [f"{small_live:.1f}", f"{small_plain:.1f}", f"{small_live / small_plain:.2f}"]
    rows.append(["a small page with banners and notices, CPU of a view, ms", *small])
    print(table([f"a page of {ROWS} rows", "with live", "without", "ratio"], rows))
    holds = ratio <= MAX_RATIO and idle < MAX_IDLE_PERCENT and busy < MAX_BUSY_PERCENT
    percents = f"{MAX_IDLE_PERCENT:g} and {MAX_BUSY_PERCENT:g} % of a core"
    bounds = f"at most {MAX_RATIO:g} times the CPU of a view, under {percents}"
    print(f"{'PASS' if holds else 'FAIL'}: {bounds}")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
