"""Learns the intervals of series that do not say one: behind the points, of those that have new ones."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from django.db import transaction

from series.fields import to_microseconds
from series.models import Series
from series.rhythm import MAX_GAPS, Times, learned
from series.signals import points_written
from series.storage.statements import execute, fetch, wanted
from series.storage.turn import take_turn
from series.tables import Hour, Latest, Minute, Point

LATEST = Latest._meta.db_table
SERIES_AT_ONCE = 500


def learn(now: datetime, *, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Learn them anew. Returns of how many series the interval has changed."""
    changed, moment = 0, to_microseconds(now)
    for known in _with_new_points():
        if is_stopping():
            break
        ids = [pk for pk, *_rest in known]
        points = _newest(ids, Point, "time")
        minutes, hours = (_newest(ids, table, "last_time") for table in (Minute, Hour))
        intervals = {}
        for pk, time, delay, before in known:
            times = Times(points.get(pk, ()), minutes.get(pk, ()), hours.get(pk, ()))
            # What has no interval yet does not get one by which it is late already.
            intervals[pk] = learned(times, delay if before else max(delay, moment - time), before)
        changed += _store(
            [(pk, time) for pk, time, *_rest in known],
            {pk: intervals[pk] for pk, _time, _delay, before in known if intervals[pk] != before},
        )
    return changed


def _with_new_points() -> Iterator[list[tuple[int, int, int, float | None]]]:
    """Of series that have got points since they were learned: key, newest time, delay, and the interval so far."""
    last = 0
    while rows := fetch(
        f'SELECT it.series_id, it.time, it.delay, it.learned_interval FROM "{LATEST}" AS it'
        f" JOIN {Series._meta.db_table} AS one ON one.id = it.series_id WHERE one.expected_interval IS NULL"
        " AND it.series_id > %s AND (it.learned_until IS NULL OR it.learned_until <> it.time)"
        " ORDER BY it.series_id LIMIT %s",
        [last, SERIES_AT_ONCE],
    ):
        yield rows
        last = rows[-1][0]


def _newest(series_ids: Sequence[int], table: type[Point | Minute | Hour], column: str) -> dict[int, list[int]]:
    """The newest times of each of these series, in order."""
    source, parameters = wanted(["series"], ([pk] for pk in series_ids))
    name = table._meta.db_table
    first = f'SELECT one.time FROM "{name}" AS one WHERE one.series_id = wanted.series ORDER BY one.time DESC'
    # Of a series with fewer all of them.
    rows = fetch(
        f'SELECT it.series_id, it.{column} FROM {source} CROSS JOIN "{name}" AS it WHERE it.series_id = wanted.series'
        f" AND it.time >= COALESCE(({first} LIMIT 1 OFFSET {MAX_GAPS}), {-(1 << 62)}) ORDER BY it.series_id, it.time",
        parameters,
    )
    times: dict[int, list[int]] = {}
    for pk, time in rows:
        times.setdefault(pk, []).append(time)
    return times


def _store(learned_until: Sequence[tuple[int, int]], intervals: dict[int, float | None]) -> int:
    with transaction.atomic():
        take_turn()
        source, parameters = wanted(["series", "newest"], learned_until)
        statement = f'UPDATE "{LATEST}" SET learned_until = wanted.newest FROM {source}'
        execute(f"{statement} WHERE series_id = wanted.series", parameters)
        for pk, interval in intervals.items():
            execute(f'UPDATE "{LATEST}" SET learned_interval = %s WHERE series_id = %s', [interval, pk])
        if intervals:
            points_written.send(sender=Point, series_ids=frozenset(intervals))
    return len(intervals)
