"""What live charts cost a browser: 12 charts of 12 points, all of them new 10 times a second, beside a page at rest.

    python tests/bench/bench_browser.py

Beside a board of ours the same data in Vue 3 and Chart.js from npm, animated as it is by default and not. In each round
a page of each is loaded and measured, one after the other; a figure is the median of its rounds.

- *main thread* is the processor time of all tasks of the page's main thread, in percent of a core: of a tick, which is
  12 charts, times 10. So it is the same where this machine is too busy for 10 ticks a second. What is painted on
  other threads is not in it. *script*, *style*, *layout*, *paint* and *other* are its parts.
- *frames* is how often the page was drawn for a tick. *nodes* is the elements of a chart.
- *at rest* is milliseconds of the main thread in a second in which nothing changes.
"""

import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import manage  # noqa: E402, F401  puts site/ on the path
from tests.bench.browser.sources import CHARTS, VIEWPORT, Board, Rival, Source  # noqa: E402
from tests.bench.browser.trace import KINDS, traced  # noqa: E402
from tests.browsers import launch_options  # noqa: E402
from tests.servers import Redis, Site  # noqa: E402

ROUNDS, TICKS_A_SECOND = 3, 10
SETTLE_SECONDS, IDLE_SECONDS, WARM_SECONDS, BUSY_SECONDS = 5.0, 10.0, 2.0, 8.0
PARTS = [*KINDS, "other"]
# What the page has come to: a main thread that is too busy takes messages later than they come.
COUNT = """
window.marks = 0;
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => { window.marks += data.split('%s').length - 1; });
  }
};
"""


class Row(NamedTuple):
    """Of one round: milliseconds a tick, in all and by part, frames a tick, elements a chart, ms a second at rest."""

    tick: float
    parts: list[float]
    frames: float
    nodes: float
    rest: float


def measured(source: Source) -> Row:
    """A new page of it, in a browser of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        try:
            return _measured(browser, source)
        finally:
            browser.close()


def _measured(browser: Browser, source: Source) -> Row:
    page = browser.new_context(viewport=VIEWPORT).new_page()
    page.add_init_script(COUNT % source.mark)
    page.goto(source.url)
    page.wait_for_selector(source.ready)
    page.wait_for_selector(source.charts)
    page.wait_for_timeout(SETTLE_SECONDS * 1000)
    rest = traced(browser, page, IDLE_SECONDS)
    ended = threading.Event()
    pushing = threading.Thread(target=_push, args=(source, ended))
    pushing.start()
    try:
        page.wait_for_timeout(WARM_SECONDS * 1000)
        before = page.evaluate("marks")
        busy = traced(browser, page, BUSY_SECONDS)
        ticks = (busy.marks - before) / source.marks
    finally:
        ended.set()
        pushing.join()
    nodes = page.evaluate("(charts) => document.querySelectorAll(`${charts}, ${charts} *`).length", source.charts)
    parts = [busy.kinds.get(part, 0.0) / ticks for part in PARTS]
    return Row(busy.busy / ticks, parts, busy.frames / ticks, nodes / CHARTS, rest.busy / IDLE_SECONDS)


def _push(source: Source, ended: threading.Event) -> None:
    tick, due = 0, time.monotonic()
    while not ended.wait(max(due - time.monotonic(), 0)):
        source.push(tick)
        tick += 1
        due = max(due + 1 / TICKS_A_SECOND, time.monotonic() - 1)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-browser-") as folder:
        redis = Redis(Path(folder)).start()
        site = Site(Path(folder), env={"COLLECT": "0", "REDIS_URL": redis.url}).prepare()
        board = Board(site)
        board.prepare()
        site.start()
        rivals = {
            "Vue + Chart.js": Rival(animated=True).start(),
            "the same, not animated": Rival(animated=False).start(),
        }
        sources: dict[str, Source] = {"Boardcast": board, **rivals}
        rows: dict[str, list[Row]] = {name: [] for name in sources}
        try:
            for _ in range(ROUNDS):
                for name, source in sources.items():
                    rows[name].append(measured(source))
        finally:
            for rival in rivals.values():
                rival.stop()
            site.stop()
            redis.kill()
    print_table(rows)


def print_table(rows: dict[str, list[Row]]) -> None:
    """Medians, and how many times as much the first one's main thread has to do as each."""
    heads = ("main thread", *PARTS, "frames a tick", "nodes a chart", "at rest", "ours to it")
    print(f"| {CHARTS} charts, {TICKS_A_SECOND} times a second; medians of {ROUNDS} | {' | '.join(heads)} |")
    print("|---" * (len(heads) + 1) + "|")
    share = TICKS_A_SECOND / 10  # of a core, in percent, for a millisecond a tick
    ours = 0.0
    for name, rounds in rows.items():
        tick = statistics.median(row.tick for row in rounds)
        ours = ours or tick
        parts = [statistics.median(column) for column in zip(*(row.parts for row in rounds), strict=True)]
        frames, nodes, rest = (
            statistics.median(getattr(row, field) for row in rounds) for field in ("frames", "nodes", "rest")
        )
        percents = " | ".join(f"{value * share:.1f} %" for value in (tick, *parts))
        print(f"| {name} | {percents} | {frames:.1f} | {nodes:.0f} | {rest:.2f} ms | {ours / tick:.2f} |")


if __name__ == "__main__":
    main()
