"""How long a board of 12 panels takes to paint over any range, of a year of one series and 30 days of 30, at 1 Hz.

    python tests/bench/bench_ranges.py

The rows are made directly, as the retention by default leaves them: points of 7 days, minutes of 90, hours and days of
all. For each range the first request (whatever the process and the operating system remember is of other ranges), and
the median of the next five, in milliseconds. They must be under 300 and 100.
"""

import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import manage  # noqa: E402, F401  puts site/ on the path
from tests.bench.table import table as as_table  # noqa: E402
from tests.servers import Site  # noqa: E402

RANGES = ["15min", "1h", "6h", "24h", "7d", "30d", "90d", "365d", "today", "week"]
KINDS = [
    "line",
    "line",
    "area",
    "bar",
    "stat",
    "sparkline",
    "gauge",
    "status",
    "timeline",
    "table",
    "heatmap",
    "histogram",
]
SECOND, MINUTE, HOUR, DAY = 1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000
OTHER_SEEN = 1 << 62
# For how many days there are which rows.
POINT_DAYS, MINUTE_DAYS = 7, 90


def fill(database: sqlite3.Connection, series: int, now: int, days: int) -> None:
    """A series that ends now and began so many days ago: a saw of 997 values, with a spike now and then."""

    def insert(table: str, columns: str, size: int, row_days: int, select: str) -> None:
        begin = (now - row_days * DAY) // size * size
        database.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {(now - begin) // size - 1})"
            f" INSERT INTO {table} ({columns}) SELECT {select.format(time=f'{begin} + i * {size}')} FROM n"
        )

    insert(
        "series_point", "series_id, time, value", SECOND, min(days, POINT_DAYS), f"{series}, {{time}}, (i % 997) / 10.0"
    )
    summary = "series_id, time, count, sum, min, max, last, last_time, seen, first, first_time, increase"
    for table, size, row_days in (("minute", MINUTE, min(days, MINUTE_DAYS)), ("hour", HOUR, days)):
        count = size // SECOND
        values = (
            f"{count}, {count} * (20.0 + i % 60), 0.5, 99.6 + i % 7, 20.0, {{time}} + {size - SECOND}, {OTHER_SEEN},"
            f" 14.1, {{time}}, 5.9"
        )
        insert(f"series_{table}", summary, size, row_days, f"{series}, {{time}}, {values}")
    count = DAY // SECOND
    values = (
        f"{count}, {count} * (20.0 + i % 60), 0.5, 99.6 + i % 7, 20.0, {{time}} + {DAY - SECOND}, {OTHER_SEEN},"
        f" 14.1, {{time}}, 5.9"
    )
    insert("series_day", f"zone, {summary}", DAY, days, f"'UTC', {series}, {{time}}, {values}")
    since = [0 if days <= kept else (now - kept * DAY) // HOUR * HOUR for kept in (POINT_DAYS, MINUTE_DAYS)]
    database.execute(
        "INSERT INTO series_latest (series_id, time, shown, value, points_since, minutes_since, days_until)"
        " VALUES (?, ?, ?, 42.0, ?, ?, ?)",
        [series, now - SECOND, now - SECOND, *since, now // DAY * DAY],
    )


def make_board(site: Site) -> list[int]:
    """A board of 12 panels, each with three series of 31, and the keys of these."""
    keys = site.shell(
        "from boards.models import *; from series.models import *\n"
        "board = Board.objects.create(title='Big', slug='big', view_by='public')\n"
        "series = [Series.objects.create(name='bench', tags={'host': f'h{n:02}'}) for n in range(31)]\n"
        "DayZone.objects.create(name='UTC', is_made=True)\n"
        f"for number, kind in enumerate({KINDS}):\n"
        "    panel = Panel.objects.create(board=board, title=kind, kind=kind, position=number)\n"
        "    for one in [series[0], *series[1 + 2 * number : 3 + 2 * number]]:\n"
        "        PanelSeries.objects.create(panel=panel, series=one)\n"
        "print(*[one.pk for one in series])"
    )
    return [int(key) for key in keys.split()]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-ranges-") as folder:
        site = Site(Path(folder)).prepare()
        keys = make_board(site)
        now = int(time.time()) * SECOND
        began = time.perf_counter()
        file = Path(folder) / "db.sqlite3"
        with sqlite3.connect(file) as database:
            database.execute("PRAGMA synchronous = OFF")
            for key in keys:
                fill(database, key, now, 365 if key == keys[0] else 30)
        size = file.stat().st_size >> 20
        print(f"{len(keys)} series, {size} MiB, made in {time.perf_counter() - began:.0f} s", flush=True)
        site.start()
        try:
            site.http("GET", "/boards/this-machine/")
            worst, rows = 0.0, []
            for text in RANGES:
                took = []
                for _ in range(6):
                    began = time.perf_counter()
                    assert site.http("GET", f"/boards/big/?range={text}").status == 200
                    took.append((time.perf_counter() - began) * 1000)
                worst = max(worst, took[0] / 300, statistics.median(took[1:]) / 100)
                rows.append([text, f"{took[0]:.0f}", f"{statistics.median(took[1:]):.0f}"])
            print(as_table(["range", "the first time, ms", "then, ms"], rows))
            print(f"the slowest one takes {worst:.0%} of what it may")
        finally:
            site.stop()


if __name__ == "__main__":
    main()
