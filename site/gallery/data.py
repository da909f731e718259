"""What the examples are drawn from: values that are the same in every process, on every day.

There is no clock here and no chance: a wander is a walk of a generator with a fixed seed. Times are around the night of
29 March 2026, in which Berlin put its clocks forward.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from math import exp, inf, nan, sin
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from live.charts import Series, Span, StatusItem, Threshold, no_data

BERLIN = ZoneInfo("Europe/Berlin")
BEGIN = datetime(2026, 3, 28, 13, tzinfo=BERLIN)
HOUR = 3600
DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
XSS = '"><script>alert(1)</script>'
LONG = "a name that somebody has written without ever thinking of the room that it will have " * 4
CURL = """curl -X POST https://boards.example/api/points \\
  -H "Authorization: Bearer TOKEN" -H "Content-Type: application/json" \\
  -d '[{"series": "orders", "value": 42}]'"""


def wander(seed: int, size: int, low: float, high: float, *, step: float = 0.09) -> list[float]:
    """Return a walk of `size` whole numbers between `low` and `high`, that seldom jumps."""
    chance = Random(seed)
    at, values = 0.5, []
    for index in range(size):
        at += chance.uniform(-step, step) + 0.012 * sin(index / size * 6.3 + seed)
        at = abs(at) if at < 1 else 2 - at
        values.append(float(round(low + (high - low) * at)))
    return values


def without(values: Sequence[float | None], first: int, last: int) -> list[float | None]:
    """Return `values` with a gap from `first` up to, not including, `last`."""
    return [None if first <= index < last else value for index, value in enumerate(values)]


def latency() -> dict[str, list[float | None]]:
    """Return 25 hours of three percentiles, every 5 minutes; the lowest has a gap."""
    day = [0.5 + 0.5 * sin(index / 300 * 6.3 + 0.9) for index in range(300)]
    chance = Random(4)
    p50, p95, p99 = (
        [float(round(v + swing * d + chance.uniform(-noise, noise))) for v, d in zip(walk, day, strict=True)]
        for walk, swing, noise in (
            (wander(1, 300, 75, 145), 40, 5),
            (wander(2, 300, 150, 300), 130, 14),
            (wander(33, 300, 190, 400), 190, 26),
        )
    )
    return {"p50": without(p50, 140, 157), "p95": list(p95), "p99": list(p99)}


def means_and_extremes() -> list[Series]:
    """Return four days of means of an hour, with what they are of; in one of them was a spike."""
    means = wander(6, 96, 80, 160)
    highs = [value + 40 for value in means]
    highs[61] = 520.0
    return [Series("p50", means, [value - 25 for value in means], highs)]


def spans(seed: int) -> list[Span]:
    """Return the states of a service over 25 hours."""
    chance, at, end = Random(seed), BEGIN.timestamp(), BEGIN.timestamp() + 25 * HOUR
    words = {"ok": "Up", "warn": "Degraded", "bad": "Down", "off": "No data"}
    states, level = [], "ok"
    while at < end:
        last = round(chance.expovariate(1 / (95 if level == "ok" else 14)) * 60 + 90)
        states.append(Span(at, min(at + last, end), level, words[level]))
        at += last
        level = chance.choice(["warn", "bad", "off", "warn"]) if level == "ok" else "ok"
    return states


def sign_ins() -> list[list[float | None]]:
    """Return how many signed in on each day of a week, in each hour."""
    chance = Random(5)
    return [
        [
            float(round((70 if day < 5 else 14) * exp(-(((hour - 13.2) / 4.1) ** 2)) * chance.uniform(0.75, 1.05)))
            for hour in range(24)
        ]
        for day in range(7)
    ]


def since(seconds: float) -> str:
    """Return a time on the last day of the data."""
    return f"{datetime.fromtimestamp(BEGIN.timestamp() + 25 * HOUR - seconds, BERLIN):%H:%M}"


def days(seed: int) -> list[str | None]:
    """Return the worst state on each of 90 days; before the first there was nothing."""
    chance = Random(seed)
    levels: list[str | None] = [None] * (seed * 7 % 30)
    return levels + chance.choices(["ok", "warn", "bad"], [30, 2, 1], k=90 - len(levels))


@cache
def context() -> dict[str, Any]:
    """Return every name that an example may use."""
    return {**_over_time(), **_by_category(), **_single_values(), **_states(), **_hard()}


def _over_time() -> dict[str, Any]:
    chance = Random(8)
    visits = [round(90 + 70 * sin(index / 24 * 6.3) + chance.uniform(-15, 15)) for index in range(96)]
    whole = latency()
    return {
        "begin": BEGIN,
        "berlin": BERLIN,
        "utc": UTC,
        "latency": whole,
        "means_and_extremes": means_and_extremes(),
        "slow": [Threshold(500, "bad")],
        "limits": [Threshold(300, "warn"), Threshold(500, "bad")],
        "too_low": [Threshold(20, "bad", above=False)],
        "visits": visits,
        "in_and_out": {"In": wander(21, 120, 20, 95), "Out": wander(22, 120, 10, 60)},
        "growth": {"Requests": [0 if i == 40 else round(2 * 1.15**i) for i in range(90)], "Errors": [*range(90)]},
        "voltage": [230 + value / 100 for value in wander(23, 120, -40, 40)],
        "temperature": [value / 10 for value in wander(24, 96, -75, 60)],
        "battery": wander(25, 120, 5, 80, step=0.05),
        "late": wander(26, 100, 30, 70),
        "now": BEGIN + timedelta(seconds=130 * 300),
        "readings": [12.0, 14.5, 13.2, 18.9, 17.0, 16.1, 12.4, 11.8, 15.0, 15.3],
        "reading_times": [BEGIN + timedelta(minutes=m) for m in (0, 7, 11, 30, 34, 41, 120, 126, 131, 139)],
        "spikes": [250 if index in (30, 31, 77) else value for index, value in enumerate(wander(27, 120, 20, 60))],
        "eight": {f"worker {n + 1}": [v + 30 * n for v in wander(40 + n, 60, 0, 40)] for n in range(8)},
        "forty": {f"host-{n + 1:02}": wander(60 + n, 60, 2 * n, 40 + 3 * n) for n in range(40)},
        "autumn": datetime(2026, 10, 25, 0, tzinfo=BERLIN),
        "quiet": wander(28, 28, 20, 60),
        "decade": wander(29, 120, 100, 900),
        "year_2016": datetime(2016, 1, 1, tzinfo=UTC),
        "second": wander(30, 101, 10, 90),
        "load": {name: values[::3] for name, values in whole.items()},
        "traffic": {
            name: [None if index in (48, 49) else value for index, value in enumerate(values[::3])]
            for name, values in whole.items()
        },
        "memory": {name: [v * 2**20 for v in wander(i, 80, 80, 400)] for i, name in enumerate(["Web", "Worker", "DB"])},
        "queues": {f"queue {n}": wander(80 + n, 60, 5, 10 + 120 // (n + 1)) for n in range(12)},
        "hourly": wander(31, 24, 4, 90, step=0.3),
    }


def _by_category() -> dict[str, Any]:
    return {
        "week": DAYS,
        "orders": [182, 240, 199, 305, 276, 144, 121],
        "two_weeks": {
            "This week": [182, 240, 199, 305, 276, None, None],
            "Last week": [160, 190, 230, 220, 280, 150, 90],
        },
        "regions": ["EU", "US", "APAC", "LATAM"],
        "accounts": {"Free": [420, 380, 290, 150], "Pro": [310, 455, 205, 90], "Team": [150, 260, 120, 45]},
        "doors": {"Door": [0, 1, 0, 0], "°C": [21.5, 4, 19, 20.5]},
        "door_texts": [["open", "closed", "open", "open"], []],
        "rooms": ["Kitchen", "Cellar", "Hall", "Garage"],
        "countries": ["Deutschland", "United Kingdom of Great Britain and Northern Ireland", "España", "日本"],
        "balance": {"Won": [120, 80, 45, 60], "Lost": [-40, -95, -20, -75]},
        "months": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
        "profit": [12000, 8500, -3200, 4100, -900, 15400, 21000, 18700, -6000, 9800, 14300, 27500],
        "hosts": [f"host-{n + 1:02}" for n in range(40)],
        "loads": wander(32, 40, 5, 95, step=0.4),
        "durations": [value**2 / 40 for value in wander(34, 1000, 20, 160, step=0.5)],
        "plans": {"Free": 1248, "Pro": 1070, "Team": 564, "Enterprise": 89},
        "slice_colours": [3, 1, 2, 5],
        "disk": [
            ("Videos", 212e9),
            ("Photos", 96e9),
            ("System", 41e9),
            ("Mail", 12e9),
            ("Music", 9e9),
            ("Free", 130e9),
        ],
        "languages": {f"language {n}": 400 // n for n in range(1, 15)},
        "sign_ins": sign_ins(),
        "hours": [str(hour) for hour in range(24)],
        "three_services": ["api", "worker", "search"],
        "busy": [wander(37, 7, 5, 99, step=0.4), wander(38, 7, 5, 99, step=0.4)],
        "errors": [[0, 3, None, 12], [1, None, None, 7], [0, 0, 2, 41]],
        "services": {name: spans(seed) for seed, name in enumerate(["api", "worker", "search", "mailer"], 3)},
        "end": BEGIN + timedelta(hours=25),
        "two_hours": BEGIN + timedelta(hours=2),
        "three_hours": BEGIN + timedelta(hours=3),
    }


def _single_values() -> dict[str, Any]:
    return {
        "requests": wander(11, 40, 400, 900),
        "error_rate": [value / 100 for value in wander(12, 40, 80, 220)],
        "active": wander(13, 40, 3000, 6000),
        "apdex": [value / 1000 for value in wander(14, 40, 880, 990)],
        "with_gaps": without(without(wander(15, 40, 10, 60), 8, 12), 13, 15),
        "cpu_limits": [Threshold(65, "warn"), Threshold(85, "bad")],
        "battery_limits": [Threshold(40, "warn", above=False), Threshold(15, "bad", above=False)],
        "checks": [
            StatusItem("api.example.org", "ok", "Up", "142 ms", f"since {since(86000)}", days(1)),
            StatusItem("Payments", "warn", "Degraded", "answers in 2.4 s", f"since {since(4000)}", days(2)),
            StatusItem("Search", "bad", "Down", "connection refused", f"since {since(500)}", days(3)),
            StatusItem("Mailer", "off", "No data", "never heard of"),
        ],
        "one_check": [StatusItem("Web", "ok", "Up", "142 ms")],
        "words": (
            "### On call\n\n**Ada** until *Monday*, then Bob. See the [runbook](https://boards.example/runbook).\n\n"
            "1. Acknowledge\n2. Look at `latency`\n3. ~~Panic~~ Roll back\n\n"
            "| Level | Who |\n|---|---|\n| warning | the team |\n| critical | on call |\n"
        ),
    }


def _states() -> dict[str, Any]:
    return {
        "nothing": [],
        "waiting": no_data("No data yet. This brings the first:", command=CURL),
        "partly": {"eu": wander(35, 60, 40, 90), "us": wander(36, 60, 20, 60), "asia": [None] * 60},
    }


def _hard() -> dict[str, Any]:
    return {
        "all_null": {"a": [None] * 20, "b": [nan] * 20},
        "one": [42],
        "two": [42, 17],
        "zeros": [0] * 20,
        "same": [7] * 20,
        "infinite": [3, inf, 4, -inf, 5, nan, 6, 5, 4, 4],
        "sizes": [1e-12, 1e15, 1e-12, 5e14, 2e14],
        "lone": [4, 5, None, None, 9, None, None, 3, 4, 6],
        "xss": XSS,
        "evil": [Series(XSS, [3, 5, 4, 6]), Series("ok", [1, 2, 3, 4])],
        "evil_checks": [StatusItem(XSS, "bad", XSS, XSS), StatusItem("<b>Web</b>", "ok", "Up")],
        "no_shares": {"Free": 0, "Pro": 0},
        "pair": ["a", "b"],
        "no_values": [[None] * 4, [nan, inf, None, None]],
        "evil_names": [XSS, "<b>", "&amp;", "'"],
        "long": LONG,
        "long_name": {LONG: [3, 5, 4, 6], "short": [1, 2, 3, 4]},
        "arabic": {"الطلبات": [182, 240, 199, 305, 276, 144, 121], "المرتجعات": [12, 20, 9, 31, 18, 14, 10]},
        "arabic_days": ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"],
    }
