"""Summaries of days, on the clocks of the zones in use: made once a day has ended, behind the points.

A writer does not make them, for a point has one minute and one hour, but a day in each zone. It only says, where it
writes into a day that had ended, from when on days are no longer right (``Latest.days_until``); whoever reads takes
hours from there on.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import reduce
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from series.fields import from_microseconds, to_microseconds
from series.models import DayZone
from series.storage import summaries
from series.storage.newest import Newest
from series.storage.query import newest_of
from series.storage.rollups import DAY_MICROSECONDS, HOUR_MICROSECONDS, Summary, begin_of
from series.storage.statements import execute, fetch, insert
from series.storage.turn import in_short_turns
from series.storage.zones import midnight, offset_changes
from series.tables import Day, Hour, Latest, Minute, RollUp

# After the end of a day: until then points may well come that are of it.
GRACE = timedelta(hours=1)
# Made in one step.
STEP_MICROSECONDS = 30 * DAY_MICROSECONDS
SERIES_AT_ONCE = 500

DAY, LATEST = Day._meta.db_table, Latest._meta.db_table

Zones = Callable[[], Iterable[str]]
_zones_in_use: list[Zones] = []


def register(zones: Zones) -> None:
    """Have days be made for the zones, by their names, that this function returns."""
    _zones_in_use.append(zones)


def zones_in_use() -> set[str]:
    """Of all apps."""
    return {name for zones in _zones_in_use for name in zones()}


def make(now: datetime, *, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Make the summaries of days that have ended. Returns how many."""
    return in_short_turns(_steps(now), is_stopping=is_stopping)


def delete(chosen: str, parameters: Sequence[Any], start: int, end: int) -> int:
    """Delete the days that began from ``start`` to before ``end``, of the series that a condition in SQL chooses."""
    in_any = f"zone IN (SELECT name FROM {DayZone._meta.db_table})"  # so that the table's key is of use
    return execute(f'DELETE FROM "{DAY}" WHERE {in_any} AND {chosen} AND time >= {start} AND time < {end}', parameters)


def _steps(now: datetime) -> Iterator[int]:
    until = begin_of(to_microseconds(now - GRACE), HOUR_MICROSECONDS)
    zones = {name: ZoneInfo(name) for name in zones_in_use()}
    made = dict(DayZone.objects.values_list("name", "is_made"))
    for name in sorted(zones.keys() - {name for name in made if made[name]}):
        # First, so that what is deleted meanwhile is deleted of what is made already.
        DayZone.objects.get_or_create(name=name)
        for series, known in _series():
            for start in range(_first_hour(series), known.days_until, STEP_MICROSECONDS):
                yield _make(series, zones[name], known, start, min(start + STEP_MICROSECONDS, known.days_until))
        DayZone.objects.filter(name=name).update(is_made=True)
        yield 0
    for name in sorted(made.keys() - zones.keys()):
        DayZone.objects.filter(name=name).delete()
        execute(f'DELETE FROM "{DAY}" WHERE zone = %s', [name])
        yield 0
    for series, known in _series():
        if any(midnight(until, zone) > known.days_until for zone in zones.values()):
            yield from _advance(series, list(zones.values()), known, until)


def _advance(series: int, zones: Sequence[ZoneInfo], known: Newest, until: int) -> Iterator[int]:
    """Make the days that have ended since, in each zone; in each step those of some weeks."""
    before, start = known.days_until, known.days_until or _first_hour(series)
    while start < until:
        end = min(start + STEP_MICROSECONDS, until)
        # Somebody may have written into these days since they were read: that is for the next time.
        columns = "SET days_until = %s WHERE series_id = %s AND days_until = %s"
        if not execute(f'UPDATE "{LATEST}" {columns}', [end, series, before]):
            return
        yield sum(_make(series, zone, known, start, end) for zone in zones)
        before = start = end


def _make(series: int, zone: ZoneInfo, known: Newest, start: int, end: int) -> int:
    """Make the summaries of the days that end after ``start`` and not after ``end``."""
    begin, end = midnight(start, zone), midnight(end, zone)
    changes = offset_changes(from_microseconds(begin), from_microseconds(end), zone)
    # Where clocks are no whole hours ahead, minutes say more exactly what belongs to a day; as long as there are some.
    is_exact = not any(by % HOUR_MICROSECONDS for _at, by in changes)
    cut = end if is_exact else min(max(begin, known.minutes_since), end)
    parts = [*_parts(Hour, series, begin, cut), *_parts(Minute, series, cut, end)]

    def day(part: tuple[int, Summary]) -> int:
        return midnight(part[0], zone)

    rows = [
        (zone.key, series, day_begin, *reduce(Summary.merged, (summary for _time, summary in group)))
        for day_begin, group in groupby(parts, key=day)
    ]
    columns = ("zone", *summaries.COLUMNS)
    replaced = {name: f'excluded."{name}"' for name in Summary._fields}
    insert(DAY, columns, rows, key=columns[:3], conflict=replaced)
    return len(rows)


def _parts(table: type[RollUp], series: int, start: int, end: int) -> list[tuple[int, Summary]]:
    names = ", ".join(f'"{name}"' for name in Summary._fields)
    rows = fetch(
        f'SELECT time, {names} FROM "{table._meta.db_table}" WHERE series_id = %s AND time >= %s AND time < %s'
        " ORDER BY time",
        [series, start, end],
    )
    return [(at, Summary(*rest)) for at, *rest in rows]


def _first_hour(series: int) -> int:
    ((first,),) = fetch(f'SELECT MIN(time) FROM "{Hour._meta.db_table}" WHERE series_id = %s', [series])
    return first or 0


def _series() -> Iterator[tuple[int, Newest]]:
    """Each series that has points."""
    last = 0
    while ids := list(Latest.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:SERIES_AT_ONCE]):
        yield from sorted(newest_of(ids).items())
        last = ids[-1]
