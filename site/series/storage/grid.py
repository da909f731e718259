"""Buckets of time as arithmetic, and from which table which stretch of time is read for them."""

import math
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from typing import NamedTuple, Required, TypedDict
from zoneinfo import ZoneInfo

from series.fields import EPOCH, from_microseconds, to_microseconds
from series.models import DayZone
from series.storage.newest import Newest
from series.storage.rollups import DAY_MICROSECONDS, HOUR_MICROSECONDS, MINUTE_MICROSECONDS, begin_of
from series.storage.zones import midnight, offset_changes, utc_offset
from series.tables import Day, Hour, Minute, Point, Stored


class Buckets(TypedDict, total=False):
    """Buckets ``step_seconds`` long from ``start`` to ``end``, aligned to ``origin``, by default the epoch.

    The first one begins at ``start`` floored to the step, so the same point is in the same bucket whenever one asks.
    Points at ``end`` or later are left out, and the last bucket may be cut by it. Times are aware datetimes; steps are
    kept to the microsecond.

    With ``zone`` they are hours or days of its clock, aligned to midnight there: a day has 23 or 25 hours where clocks
    change, and an hour that comes twice is one bucket.

    A step under a microsecond, with a zone under an hour, or a time without a zone raises ``ValueError``.
    """

    start: Required[datetime]
    end: Required[datetime]
    step_seconds: Required[float]
    origin: datetime
    zone: tzinfo | None


class Part(NamedTuple):
    """A stretch of time, in microseconds since the epoch, that is read from a table: from ``start`` to before ``end``
    without these ``split`` hours, or of these alone."""

    table: type[Stored]
    start: int
    end: int
    split: Sequence[int] = ()
    is_split: bool = False


class Grid(NamedTuple):
    """The buckets as arithmetic. ``shifts``: from when on, in microseconds since the epoch, a time has to be moved by
    how many, so that it is counted from the first bucket.
    """

    length: int
    step: int
    end: int
    shifts: Sequence[tuple[int, int]]
    # In which days are made, if the buckets are days, or several, of a zone in which there are summaries of them.
    zone: ZoneInfo | None

    def number(self) -> str:
        """The index of the bucket that holds ``it.time``, in SQL. Never negative, so that rounding to zero and rounding
        down are the same."""
        cases = "".join(f" WHEN it.time < {at} THEN {by}" for (_, by), (at, _by) in pairwise(self.shifts))
        last = self.shifts[-1][1]
        shift = f"CASE{cases} ELSE {last} END" if cases else f"({last})"
        return f"(it.time + {shift}) / {self.step}"

    def segment(self) -> str:
        """How often the clock has changed before ``it.time``, in SQL. Buckets of the same number that two of these have
        may have others between them: a clock that goes back shows what it has shown already."""
        cases = "".join(f" WHEN it.time < {at} THEN {index}" for index, (at, _by) in enumerate(self.shifts[1:]))
        return f"CASE{cases} ELSE {len(self.shifts) - 1} END" if cases else "0"

    def begins(self) -> Iterator[tuple[int, int]]:
        """The number of a bucket, and when it begins; one may begin several times, see ``segment``."""
        ends = [*(at for at, _by in self.shifts[1:]), self.end]
        for (since, by), until in zip(self.shifts, ends, strict=True):
            for index in range((since + by) // self.step, -(-(until + by) // self.step)):
                yield index, max(since, index * self.step - by)

    def parts(self, newest: Collection[Newest]) -> Iterator[Part]:
        """From which table which stretch of time is read: nothing is read twice.

        A summary in which a bucket ends is of no use, except where nothing finer is left: then it counts as what was
        when it began. Where clocks are no whole hours ahead, as in India, buckets of several hours end in few hours,
        and of these alone minutes are read.
        """
        start = self.shifts[0][0]
        if self.zone is not None:
            days_until = min((known.days_until for known in newest), default=0)
            if start < (end := midnight(min(self.end, days_until), self.zone)):
                yield Part(Day, start, end)
                start = end
        borders = [self.step, *(number for shift in self.shifts for number in shift)]
        minutes_since = max((known.minutes_since for known in newest), default=0)
        points_since = max((known.points_since for known in newest), default=0)
        for table, size, finer_since in (
            (Hour, HOUR_MICROSECONDS, minutes_since),
            (Minute, MINUTE_MICROSECONDS, points_since),
        ):
            # What is left of a stretch in which the range ends counts as of its begin, too.
            end = max(self.end - self.end % size, min(self.end, finer_since))
            split: list[int] = []
            if any(border % size for border in borders):
                if (
                    table is Hour
                    and self.step >= 2 * size
                    and not any(border % MINUTE_MICROSECONDS for border in borders)
                ):
                    if start % size and start >= finer_since:
                        yield Part(Minute, start, head := min(begin_of(start + size, size), end))
                        start = head
                    split = self._split_hours(max(start, finer_since), end)
                else:
                    end = min(end, finer_since)
            if start < end:
                yield Part(table, start, end, split)
                if split:
                    yield Part(Minute, start, end, split, is_split=True)
                start = end
        if start < self.end:
            yield Part(Point, start, self.end)

    def _split_hours(self, start: int, end: int) -> list[int]:
        """The hours from ``start`` to before ``end`` in which a bucket ends, by when they begin."""
        hours = set()
        ends = [*(at for at, _by in self.shifts[1:]), self.end]
        for (since, by), until in zip(self.shifts, ends, strict=True):
            first = -(-(max(since, start) + by) // self.step) * self.step - by
            hours |= {
                begin_of(at, HOUR_MICROSECONDS)
                for at in (since, *range(first, min(until, end), self.step))
                if at % HOUR_MICROSECONDS
            }
        return sorted(hour for hour in hours if start <= hour < end)


def grid_of(
    *, start: datetime, end: datetime, step_seconds: float, origin: datetime = EPOCH, zone: tzinfo | None = None
) -> Grid:
    """The grid of these ``Buckets``. Raises ``ValueError`` for what cannot be one."""
    step = round(step_seconds * 1_000_000)
    least = HOUR_MICROSECONDS if zone else 1
    if step < least:
        raise ValueError(f"step_seconds is {step_seconds!r}; it must be at least {least / 1_000_000:g}.")
    # What is added to a time in UTC so that buckets begin at multiples of the step.
    offset = utc_offset(start, zone) if zone else -to_microseconds(origin)
    first = (to_microseconds(start) + offset) // step * step
    changes = [(from_microseconds(first - offset), offset)]
    if zone:
        # The clock may have changed between the beginning of that bucket and ``start``.
        changes = offset_changes(from_microseconds(first).replace(tzinfo=zone).astimezone(UTC), end, zone)
    until = to_microseconds(end)
    shifts = [(to_microseconds(at), by - first) for at, by in changes]
    # A clock that changes at the end does not show what it would from then on.
    ends = [*(at for at, _by in shifts[1:]), until]
    lengths = [math.ceil((at + by) / step) for (since, by), at in zip(shifts, ends, strict=True) if since < until]
    length = max([0, *lengths])
    days_in = zone if isinstance(zone, ZoneInfo) and not step % DAY_MICROSECONDS else None
    if days_in is not None and not DayZone.objects.filter(name=days_in.key, is_made=True).exists():
        days_in = None
    return Grid(length, step, until, shifts, days_in)
