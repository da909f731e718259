"""How far the clock of a time zone is ahead of UTC, and when that changes. Pure."""

import math
from bisect import bisect_left
from datetime import datetime, time, timedelta, tzinfo

from series.fields import MICROSECOND, from_microseconds, to_microseconds

SECOND, WEEK = timedelta(seconds=1), timedelta(weeks=1)


def utc_offset(at: datetime, zone: tzinfo) -> int:
    """In microseconds."""
    return (at.astimezone(zone).utcoffset() or timedelta()) // MICROSECOND


def midnight(moment: int, zone: tzinfo) -> int:
    """When the day that holds a moment began. Both in microseconds since the epoch."""
    shown = from_microseconds(moment).astimezone(zone)
    return to_microseconds(datetime.combine(shown.date(), time(), zone))


def offset_changes(start: datetime, end: datetime, zone: tzinfo) -> list[tuple[datetime, int]]:
    """From ``start`` and from each change of the clock on: since when, and how far it is ahead of UTC.

    Found by bisection, for a ``tzinfo`` does not list its changes. A new offset lasts a week at least.
    """
    changes = [(start, utc_offset(start, zone))]
    while start < end:
        after = min(start + WEEK, end)
        offset = utc_offset(after, zone)
        if offset != changes[-1][1]:
            # Clocks change at whole seconds, and ``start`` is one.
            seconds = range(math.ceil((after - start) / SECOND))
            since = bisect_left(seconds, True, key=lambda second: utc_offset(start + second * SECOND, zone) == offset)
            changes.append((start + since * SECOND, offset))
        start = after
    return changes
