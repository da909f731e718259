"""What a chart costs: CPU per render (median, warm), bytes, and the next frame of a sliding window deflated.

Run `python tests/bench/bench_charts.py`. The last column compares with a Django template that loops over the same
points in the same run, so that the numbers of a slow machine can be judged, too.
"""

import random
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

import django  # noqa: E402
from django.conf import settings  # noqa: E402
from django.template import Context, Engine  # noqa: E402

from live import charts  # noqa: E402
from live.charts import Line, StatusItem, line  # noqa: E402

START, STEP, POINTS, FRAMES = 1_774_742_400, 300, 300, 400
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

# The obvious way: positions computed beforehand, one turn of the loop a point.
LOOP = Engine().from_string(
    "{% for line in lines %}<polyline class='s{{ forloop.counter }}' points='"
    "{% for x, y in line %}{{ x }},{{ y|floatformat:2 }} {% endfor %}'/>{% endfor %}"
)


def walk(count: int, level: float, step: float) -> list[float]:
    """Return a random walk that keeps near `level`."""
    value, found = level, []
    for _ in range(count):
        value += random.uniform(-step, step) + (level - value) * 0.05
        found.append(value)
    return found


def cost(render: Callable[[int], str], frames: int = FRAMES) -> float:
    """Return the median µs of a render; each call gets the next frame number, so nothing is simply repeated."""
    times = []
    for frame in range(frames):
        begin = perf_counter()
        render(frame)
        times.append(perf_counter() - begin)
    return median(times[frames // 4 :]) * 1e6


def deflated(render: Callable[[int], str], frames: int = 40) -> int:
    """Return the bytes of the next frame with a compression context that is kept, as a socket does."""
    squeeze = zlib.compressobj(6, zlib.DEFLATED, -15)
    sent = [squeeze.compress(render(frame).encode()) + squeeze.flush(zlib.Z_SYNC_FLUSH) for frame in range(frames)]
    sizes = [len(data) for data in sent]
    return int(median(sizes[5:]))


def main() -> None:
    settings.configure(USE_I18N=False)
    django.setup()
    random.seed(1)
    data = [walk(POINTS + FRAMES, level, step) for level, step in ((160, 3), (350, 8), (520, 12))]
    orders = [182, 240, 199, 305, 274, 140, 120]

    def window(frame: int) -> str:
        lines = [Line(n, d[frame : frame + POINTS]) for n, d in zip(("p50", "p95", "p99"), data, strict=True)]
        return charts.line_over_time(lines, start=START + frame * STEP, step=STEP, title="Latency", unit="ms")

    def bare(frame: int) -> str:
        columns, line._read_out = line._read_out, lambda *_: ""
        try:
            return window(frame)
        finally:
            line._read_out = columns

    def loop(count: int, lines: int) -> Callable[[int], str]:
        def render(frame: int) -> str:
            return LOOP.render(Context({"lines": [list(enumerate(d[frame : frame + count])) for d in data[:lines]]}))

        return render

    def categories(frame: int) -> str:
        return charts.line_over_categories(DAYS, [Line("", [orders[0] + frame, *orders[1:]])], title="Orders per day")

    def stat(frame: int) -> str:
        trend = data[0][frame : frame + 40]
        return charts.stat(trend[-1], title="p50", unit="ms", previous=trend[0], good="down", trend=trend)

    def status(frame: int) -> str:
        levels = ("ok", "warn", "bad", "off")
        return charts.status([StatusItem(f"service {i}", levels[(frame + i) % 4], "word") for i in range(6)])

    rows: list[tuple[str, Callable[[int], str], tuple[int, int] | None]] = [
        ("300 points x 3, no read-out", bare, (POINTS, 3)),
        ("300 points x 3, read-out", window, (POINTS, 3)),
        ("7 categories", categories, (7, 1)),
        ("stat with 40 points", stat, (40, 1)),
        ("status of 6", status, None),
    ]
    print(f"{'chart':30}{'µs':>8}{'bytes':>8}{'next frame':>12}{'of a template loop':>20}")
    for name, render, points in rows:
        spent = cost(render)
        ratio = f"{spent / cost(loop(*points), 60):.2f}" if points else "-"
        print(f"{name:30}{spent:8.0f}{len(render(7).encode()):8}{deflated(render):12}{ratio:>20}")


if __name__ == "__main__":
    main()
