"""What a board of 100 panels costs beside one of 12, of the same kinds: until it is painted, and for one push.

    python tests/bench/bench_board.py

In milliseconds, medians of cold loads by turns: until the first byte, and until the first paint, which may take 500 on
a machine that does nothing else. Of pushes of one panel: bytes of a frame, and the server's CPU, without what the page
costs while nothing changes. Neither may grow with the other panels: both are also said as a ratio. With Redis: where
SQLite alone tells that something was written, and not what, all that is watched is drawn anew, up to twice a second.
"""

import statistics
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import manage  # noqa: E402, F401  puts site/ on the path
from tests.bench.table import table  # noqa: E402
from tests.browsers import launch_options  # noqa: E402
from tests.servers import Redis, Site  # noqa: E402

SIZES = (12, 100)
KINDS = ["line", "line", "area", "bar", "stat", "sparkline", "gauge", "status", "timeline", "table"]
SERIES_OF_A_PANEL, POINTS = 3, 200
LOADS, PUSHES, PAUSE_SECONDS, IDLE_SECONDS = 7, 60, 0.1, 12.0
LOADED = """() => [performance.getEntriesByType("navigation")[0].responseStart,
                    performance.getEntriesByName("first-contentful-paint")[0].startTime]"""


def make(site: Site) -> None:
    """A board of each size, with series of its own."""
    site.shell(
        "from datetime import timedelta; from django.utils import timezone\n"
        "from boards.models import Board, Panel, PanelSeries; from series.models import Series\n"
        "from series.samples import Sample; from series.storage.write import write\n"
        f"for size in {SIZES}:\n"
        "    board = Board.objects.create(title=f'{size} panels', slug=f'of-{size}', view_by='public')\n"
        f"    names = [f'bench.{{size}}.{{n}}' for n in range(size * {SERIES_OF_A_PANEL})]\n"
        "    now = timezone.now()\n"
        "    write([Sample(name, {}, now - timedelta(minutes=k), float(hash((name, k)) % 100))"
        f" for name in names for k in range({POINTS})])\n"
        # None is late while we measure: all panels would be drawn anew, each minute.
        "    Series.objects.update(expected_interval=86_400)\n"
        "    series = [Series.objects.get(name=name) for name in names]\n"
        "    for n in range(size):\n"
        f"        kind = {KINDS}[n % {len(KINDS)}]\n"
        "        panel = Panel.objects.create(board=board, title=f'Panel {n}', kind=kind, position=n)\n"
        f"        for one in series[n * {SERIES_OF_A_PANEL} :][:{SERIES_OF_A_PANEL}]:\n"
        "            PanelSeries.objects.create(panel=panel, series=one, label=one.name[-3:])\n"
    )


def opened(browser: Browser, site: Site, size: int) -> tuple[Page, list[str]]:
    """The board in a browser that has loaded nothing yet, live, and the frames that it gets from now on."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: frames.append(str(data))))
    page.goto(f"{site.address}/boards/of-{size}/")
    page.wait_for_selector("html[data-live=live]")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    return page, frames


def clocks_of(site: Site) -> tuple[float, float]:
    """Seconds of the server's CPU, and of the clock."""
    assert site.process is not None
    took = psutil.Process(site.process.pid).cpu_times()
    return float(took.user + took.system), time.perf_counter()


def pushed(browser: Browser, site: Site, size: int) -> tuple[float, float]:
    """Of a push of the first panel: the bytes of its frame, and milliseconds of CPU."""
    page, frames = opened(browser, site, size)

    clocks = [clocks_of(site)]
    page.wait_for_timeout(IDLE_SECONDS * 1000)
    clocks.append(clocks_of(site))
    frames.clear()
    for number in range(PUSHES):
        site.send({"series": f"bench.{size}.0", "value": number % 90 + 10})
        page.wait_for_timeout(PAUSE_SECONDS * 1000)
    clocks.append(clocks_of(site))
    (idle, idle_took), (busy, busy_took) = ((b[0] - a[0], b[1] - a[1]) for a, b in pairwise(clocks))
    panels = [len(frame.encode()) for frame in frames if 'id="boards-panel-' in frame]
    page.context.close()
    return statistics.median(panels), (busy - idle * busy_took / idle_took) / PUSHES * 1000


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-board-") as folder, sync_playwright() as playwright:
        redis = Redis(Path(folder)).start()
        site = Site(Path(folder), env={"COLLECT": "0", "REDIS_URL": redis.url}).prepare()
        make(site)
        site.start()
        browser = playwright.chromium.launch(**launch_options())
        try:
            loads: dict[int, list[list[float]]] = {size: [] for size in SIZES}
            for number in range(LOADS + 1):
                for size in SIZES:
                    page, _frames = opened(browser, site, size)
                    if number:  # the first one warms the server up
                        loads[size].append(page.evaluate(LOADED))
                    page.context.close()
            rows = []
            for size in SIZES:
                first_byte, paint = (statistics.median(column) for column in zip(*loads[size], strict=True))
                length, cpu = pushed(browser, site, size)
                rows.append([first_byte, paint, length, cpu])
            ratios = [many / few for few, many in zip(*rows, strict=True)]
            head = ["panels", "first byte, ms", "first paint, ms", "bytes of a push", "its CPU, ms"]
            lines = [
                [size, *(f"{x:,.0f}" for x in row[:3]), f"{row[3]:.1f}"] for size, row in zip(SIZES, rows, strict=True)
            ]
            print(table(head, [*lines, ["ratio", *(f"{ratio:.2f}" for ratio in ratios)]]))
        finally:
            browser.close()
            site.stop()
            redis.kill()


if __name__ == "__main__":
    main()
