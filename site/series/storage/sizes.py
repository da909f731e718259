"""What series take of the disk, and what they will take: from how many rows there are, how large one is, how many come
a day, and how old they get.

Rows are counted by the summaries of hours, which say of how many points they are: to count points would take as long as
to read all of them.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from series.fields import from_microseconds, to_microseconds
from series.models import Series
from series.storage.retention import Ages, Rules
from series.storage.rollups import HOUR_MICROSECONDS, MINUTE_MICROSECONDS
from series.storage.statements import fetch
from series.tables import Day, Hour, Latest, Minute, Point, Stored

DAY = timedelta(days=1)
# From whose points follows how many come a day.
RECENT = 7 * DAY
TABLES: tuple[type[Stored], ...] = (Point, Minute, Hour, Day, Latest)
# Of a row with its part of indexes, where it is not measured: of a point, and of a summary. PostgreSQL's tables have
# room in them for what will come, which says nothing of a row.
POINT_BYTES, SUMMARY_BYTES = {"sqlite": 30.0, "postgresql": 84.0}, {"sqlite": 100.0, "postgresql": 158.0}
# Fewer say little, and in a larger file of SQLite all of it would have to be read.
MIN_MEASURED_ROWS, MAX_MEASURED_BYTES = 1000, 512 << 20
# How many rows of points, minutes and hours an hour is, in SQL.
MINUTES_IN_AN_HOUR = HOUR_MICROSECONDS // MINUTE_MICROSECONDS
OF_AN_HOUR = ("it.count", f"CASE WHEN it.count < {MINUTES_IN_AN_HOUR} THEN it.count ELSE {MINUTES_IN_AN_HOUR} END", "1")
HOURS = f'"{Hour._meta.db_table}" AS it'


class Size(NamedTuple):
    """In bytes: now, and by a later moment."""

    now: float
    later: float


def of_tables() -> dict[type[Stored], int]:
    """The bytes that each table takes, with its indexes; empty where that takes too long to know."""
    if connection.vendor == "sqlite":
        if of_database() > MAX_MEASURED_BYTES:
            return {}
        rows = fetch("SELECT name, SUM(pgsize) FROM dbstat GROUP BY name", [])
    else:
        # A table of partitions takes nothing itself.
        rows = fetch(
            "SELECT COALESCE(parent.relname, one.relname), SUM(pg_total_relation_size(one.oid)) FROM pg_class AS one"
            " LEFT JOIN pg_inherits ON inhrelid = one.oid LEFT JOIN pg_class AS parent ON parent.oid = inhparent"
            " WHERE one.relkind IN ('r', 'p') GROUP BY 1",
            [],
        )
    sizes = dict(rows)
    return {table: int(sizes.get(table._meta.db_table, 0)) for table in TABLES}


def of_database() -> int:
    """The bytes of the whole database."""
    if connection.vendor == "sqlite":
        (((pages,),), ((size,),)) = fetch("PRAGMA page_count", []), fetch("PRAGMA page_size", [])
        return int(pages * size)
    ((size,),) = fetch("SELECT pg_database_size(current_database())", [])
    return int(size)


class SizeOfSeries:
    """What a series takes now, and so long after, if as much comes as of late."""

    def __init__(self, now: datetime, ahead: timedelta) -> None:
        self._now, self._ahead = now, ahead
        self._rules, self._row_bytes = Rules(), _row_bytes()

    def __call__(self, series: Series) -> Size:
        return _size(series.pk, self._rules.ages(series.name), self._row_bytes, self._now, self._ahead)


def _row_bytes() -> list[float]:
    """How large a row of points, minutes and hours is; that of a day is counted with the hours."""
    summary = SUMMARY_BYTES[connection.vendor]
    usual = [POINT_BYTES[connection.vendor], summary, summary]
    sizes = of_tables() if connection.vendor == "sqlite" else {}
    if not sizes:
        return usual
    latest = Latest._meta.db_table
    counts = [
        f"SUM(CASE WHEN it.time >= latest.{since} THEN {rows} END)"
        for since, rows in zip(("points_since", "minutes_since", "points_since * 0"), OF_AN_HOUR, strict=True)
    ]
    (row,) = fetch(
        f'SELECT {", ".join(counts)} FROM {HOURS} JOIN "{latest}" AS latest ON latest.series_id = it.series_id', []
    )
    taken = (sizes[Point], sizes[Minute], sizes[Hour] + sizes[Day])
    return [
        size / count if (count or 0) >= MIN_MEASURED_ROWS else bytes
        for size, count, bytes in zip(taken, map(_number, row), usual, strict=True)
    ]


def _size(series: int, ages: Ages, row_bytes: list[float], now: datetime, ahead: timedelta) -> Size:
    since = to_microseconds(now - RECENT)
    sums = [
        f"SUM(CASE WHEN it.time >= {begin} THEN {rows} END)"
        for age, rows in zip(ages, OF_AN_HOUR, strict=True)
        for begin in (_begin(now, age), _begin(now + ahead, age), since)
    ]
    (row,) = fetch(
        f"SELECT MIN(CASE WHEN it.time >= {since} THEN it.time END), {', '.join(sums)}"
        f" FROM {HOURS} WHERE it.series_id = %s",
        [series],
    )
    first, *counts = row
    days = max((now - from_microseconds(first)) / DAY, 1 / 24) if first is not None else 1.0
    size = Size(0.0, 0.0)
    for number, (age, bytes) in enumerate(zip(ages, row_bytes, strict=True)):
        there, left, recent = map(_number, counts[3 * number : 3 * number + 3])
        comes = recent / days * (ahead if age is None else min(ahead, age)) / DAY
        size = Size(size.now + there * bytes, size.later + (left + comes) * bytes)
    return size


def _begin(moment: datetime, age: timedelta | None) -> int:
    """From when on there is what gets so old, in microseconds since the epoch."""
    return 0 if age is None else max(0, to_microseconds(moment - age))


def _number(count: object) -> float:
    """As databases give it, None for no rows."""
    return float(count or 0)  # type: ignore[arg-type]
