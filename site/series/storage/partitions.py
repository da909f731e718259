"""PostgreSQL's points are in partitions of a day each: a day that is too old goes in one statement, and leaves no
holes.

What is older, or farther ahead, than these days is in the default partition.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction

from series.fields import EPOCH, to_microseconds
from series.storage.statements import execute, fetch
from series.storage.turn import take_turn
from series.tables import Latest, Point

DAY = timedelta(days=1)
# From today on.
DAYS_AHEAD = 3

TABLE = Point._meta.db_table
NAME = re.compile(rf"{TABLE}_(\d{{8}})")


def make_ahead(now: datetime) -> int:
    """Make the partitions of today and the next days. Returns how many were missing."""
    if connection.vendor != "postgresql":
        return 0
    today = EPOCH + (now - EPOCH) // DAY * DAY
    missing = [day for number in range(DAYS_AHEAD + 1) if (day := today + number * DAY) not in set(_days())]
    for day in missing:
        _make(day)
    return len(missing)


def drop(before: datetime) -> int:
    """Drop the partitions of days that have ended before. Returns how many."""
    if connection.vendor != "postgresql":
        return 0
    dropped = 0
    for day in sorted(day for day in _days() if day + DAY <= before):
        with transaction.atomic():
            take_turn()
            latest = Latest._meta.db_table
            # First, so that nothing is counted twice: see ``store``.
            since = to_microseconds(day + DAY)
            execute(f'UPDATE "{latest}" SET points_since = %s WHERE points_since < %s', [since, since])
            execute(f'DROP TABLE "{_name(day)}"', [])
        dropped += 1
    return dropped


def _days() -> Iterator[datetime]:
    rows = fetch("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [TABLE])
    for (name,) in rows:
        if match := NAME.fullmatch(name):
            yield datetime.strptime(f"{match[1]}+0000", "%Y%m%d%z")


def _name(day: datetime) -> str:
    return f"{TABLE}_{day:%Y%m%d}"


def _make(day: datetime) -> None:
    """With what has come for that day already, which is in the default partition."""
    name, start, end = _name(day), to_microseconds(day), to_microseconds(day + DAY)
    with transaction.atomic():
        take_turn()
        execute(f'CREATE TABLE "{name}" (LIKE "{TABLE}" INCLUDING ALL)', [])
        execute(
            f'WITH moved AS (DELETE FROM "{TABLE}_default" WHERE time >= {start} AND time < {end} RETURNING *)'
            f' INSERT INTO "{name}" SELECT * FROM moved',
            [],
        )
        execute(f'ALTER TABLE "{TABLE}" ATTACH PARTITION "{name}" FOR VALUES FROM ({start}) TO ({end})', [])
