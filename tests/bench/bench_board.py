"""What a board of 100 panels costs beside one of 12, of the same kinds: until it is painted, and for one push.

    python tests/bench/bench_board.py

In milliseconds, medians of loads by turns: until the first byte, and until the first paint, in a browser that has
loaded nothing yet (cold), where it may take 500 on a machine that does nothing else, and in one that has seen the board
(warm); the smaller board also over 30 days. Of pushes of one panel: until it is painted, bytes of a frame, and the
server's CPU, without what the page costs while nothing changes. None of these may grow with the other panels: they are
also said as a ratio. With Redis: where SQLite alone tells that something was written, and not what, all that is watched
is drawn anew every few seconds.
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
HOURS = 30 * 24
# Boards by size and range.
VIEWS = ((12, ""), (12, "?range=30d"), (100, ""))
KINDS = ["line", "line", "area", "bar", "stat", "sparkline", "gauge", "status", "timeline", "table"]
SERIES_OF_A_PANEL, POINTS = 3, 200
LOADS, PUSHES, PAUSE_SECONDS, IDLE_SECONDS = 7, 100, 0.1, 24.0
# When the next change of a panel is painted, in ms since the epoch.
PAINTED = """() => { window.painted = new Promise(done => {
    const isPanels = node => node.closest?.('[id^="boards-panel-"]') || node.id?.startsWith("boards-panel-");
    const observer = new MutationObserver(records => {
        if (!records.some(({target, addedNodes}) => [target, ...addedNodes].some(isPanels))) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => done(performance.timeOrigin + performance.now())));
    });
    observer.observe(document.body, {childList: true, subtree: true});
}); }"""
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
        "    write([Sample(name, {}, now - timedelta(hours=k), float(hash((name, k)) % 100))"
        f" for name in names for k in range(1, {HOURS}) if size == {SIZES[0]}])\n"
        # None is late while we measure: all panels would be drawn anew, each minute.
        "    Series.objects.update(expected_interval=86_400)\n"
        "    series = [Series.objects.get(name=name) for name in names]\n"
        "    for n in range(size):\n"
        f"        kind = {KINDS}[n % {len(KINDS)}]\n"
        "        panel = Panel.objects.create(board=board, title=f'Panel {n}', kind=kind, position=n)\n"
        f"        for one in series[n * {SERIES_OF_A_PANEL} :][:{SERIES_OF_A_PANEL}]:\n"
        "            PanelSeries.objects.create(panel=panel, series=one, label=one.name[-3:])\n"
    )


def opened(browser: Browser, site: Site, size: int, query: str = "") -> tuple[Page, list[str]]:
    """The board in a browser that has loaded nothing yet, live, and the frames that it gets from now on."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: frames.append(str(data))))
    load(page, site, size, query)
    return page, frames


def load(page: Page, site: Site, size: int, query: str) -> list[float]:
    """Milliseconds until the first byte, and until the first paint."""
    page.goto(f"{site.address}/boards/of-{size}/{query}")
    page.wait_for_selector("html[data-live=live]")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    times: list[float] = page.evaluate(LOADED)
    return times


def clocks_of(site: Site) -> tuple[float, float]:
    """Seconds of the server's CPU, and of the clock."""
    assert site.process is not None
    took = psutil.Process(site.process.pid).cpu_times()
    return float(took.user + took.system), time.perf_counter()


def painted(page: Page, site: Site, size: int) -> float:
    """Milliseconds from a push of the first panel until it is painted."""
    taken = []
    for number in range(PUSHES // 4):
        page.wait_for_timeout(PAUSE_SECONDS * 1000)
        page.evaluate(PAINTED)
        began = time.time()
        site.send({"series": f"bench.{size}.0", "value": number % 90 + 10.5})
        taken.append(page.evaluate("window.painted") - began * 1000)
    return statistics.median(taken)


def pushed(browser: Browser, site: Site, size: int) -> tuple[float, float, float]:
    """Of a push of the first panel: milliseconds until it is painted, bytes of its frame, and milliseconds of CPU."""
    page, frames = opened(browser, site, size)
    until_painted = painted(page, site, size)
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
    return until_painted, statistics.median(panels), (busy - idle * busy_took / idle_took) / PUSHES * 1000


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-board-") as folder, sync_playwright() as playwright:
        redis = Redis(Path(folder)).start()
        site = Site(Path(folder), env={"COLLECT": "0", "REDIS_URL": redis.url}).prepare()
        make(site)
        site.start()
        browser = playwright.chromium.launch(**launch_options())
        try:
            loads: dict[tuple[int, str], list[list[float]]] = {view: [] for view in VIEWS}
            for number in range(LOADS + 1):
                for view in VIEWS:
                    page, _frames = opened(browser, site, *view)
                    cold = page.evaluate(LOADED)
                    page.goto("about:blank")
                    if number:  # the first one warms the server up
                        loads[view].append([*cold, load(page, site, *view)[1]])
                    page.context.close()
            rows = {view: [statistics.median(column) for column in zip(*loads[view], strict=True)] for view in VIEWS}
            for size in SIZES:
                rows[size, ""] += pushed(browser, site, size)
            few, _, many = rows.values()
            ratios = [most / least for least, most in zip(few, many, strict=True)]
            head = [
                "panels",
                "first byte, ms",
                "first paint, ms",
                "warm, ms",
                "push to pixels, ms",
                "its bytes",
                "its CPU, ms",
            ]
            lines = [
                [
                    f"{size}{', 30 days' if query else ''}",
                    *(f"{x:,.0f}" for x in row[:5]),
                    *(f"{x:.1f}" for x in row[5:]),
                ]
                for (size, query), row in rows.items()
            ]
            width = len(head)
            lines = [[*line, *[""] * (width - len(line))] for line in lines]
            print(table(head, [*lines, ["ratio", *(f"{ratio:.2f}" for ratio in ratios)]]))
        finally:
            browser.close()
            site.stop()
            redis.kill()


if __name__ == "__main__":
    main()
