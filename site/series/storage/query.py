"""Reading points: summaries over time, the newest values. Values are in the sender's own unit.

Each stretch of time is read from the coarsest table that has it: days where buckets are made of whole days, and so with
hours and minutes; points otherwise and at the end. So what is read hardly grows with the range.
"""

import math
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple, Required, TypedDict, Unpack
from zoneinfo import ZoneInfo

from series.fields import EPOCH, from_microseconds, to_microseconds
from series.models import DayZone
from series.storage.newest import Newest
from series.storage.rollups import (
    DAY_MICROSECONDS,
    HOUR_MICROSECONDS,
    MAX_SEEN_VALUE,
    MINUTE_MICROSECONDS,
    OTHER_SEEN,
    values_of,
)
from series.storage.statements import fetch, wanted
from series.storage.zones import midnight, offset_changes, utc_offset
from series.tables import Day, Hour, Latest, Minute, Point, Stored

# What is read of a table's rows: how many points, and their sum, minimum, maximum and first time.
OF_POINTS = "COUNT(*), SUM(it.value), MIN(it.value), MAX(it.value), MIN(it.time)"
OF_SUMMARIES = 'SUM(it."count"), SUM(it."sum"), MIN(it."min"), MAX(it."max"), MIN(it.time)'
# As ``rollups.bit_of``. PostgreSQL rounds where it casts, and fails for what is too great.
BIT_OF_VALUE = (
    f"CASE WHEN it.value < 0 OR it.value > {MAX_SEEN_VALUE} THEN {OTHER_SEEN}"
    " WHEN it.value = CAST(it.value AS BIGINT) THEN CAST(1 AS BIGINT) << CAST(it.value AS INTEGER)"
    f" ELSE {OTHER_SEEN} END"
)


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


class Bucket(NamedTuple):
    """Of the points of one series in one bucket, one at least. ``since`` is when the first of them was, or when the
    minute or hour began that it was in; ``seen`` as in ``rollups.Summary``, 0 where nobody asked for it."""

    count: int  # type: ignore[assignment]  # in the place of a tuple's method
    sum: float
    min: float
    max: float
    since: datetime
    seen: int = 0

    @property
    def mean(self) -> float:
        return self.sum / self.count

    @property
    def values(self) -> set[float]:
        """Of the values of its points those that are known: the extremes, and what was seen."""
        return {self.min, self.max, *values_of(self.seen)}

    def merged(self, other: "Bucket") -> "Bucket":
        """Of the points of both."""
        return Bucket(
            self.count + other.count,
            self.sum + other.sum,
            min(self.min, other.min),
            max(self.max, other.max),
            min(self.since, other.since),
            self.seen | other.seen,
        )


class _Grid(NamedTuple):
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

    def parts(self, newest: Collection[Newest]) -> Iterator[tuple[type[Stored], int, int]]:
        """From which table which stretch of time is read: nothing is read twice.

        A summary in which a bucket ends is of no use, except where nothing finer is left: then it counts as what was
        when it began.
        """
        start = self.shifts[0][0]
        if self.zone is not None:
            days_until = min((known.days_until for known in newest), default=0)
            if start < (end := midnight(min(self.end, days_until), self.zone)):
                yield Day, start, end
                start = end
        borders = [self.step, *(number for shift in self.shifts for number in shift)]
        minutes_since = max((known.minutes_since for known in newest), default=0)
        points_since = max((known.points_since for known in newest), default=0)
        for table, size, finer_since in (
            (Hour, HOUR_MICROSECONDS, minutes_since),
            (Minute, MINUTE_MICROSECONDS, points_since),
        ):
            end = self.end - self.end % size
            if any(border % size for border in borders):
                end = min(end, finer_since)
            if start < end:
                yield table, start, end
                start = end
        if start < self.end:
            yield Point, start, self.end


def buckets(
    series_ids: Collection[int], *, states: bool = False, **kwargs: Unpack[Buckets]
) -> dict[int, list[Bucket | None]]:
    """For each series each of the ``Buckets``; None where it has no point. With ``states`` they know what was seen."""
    grid = _grid(**kwargs)
    result: dict[int, list[Bucket | None]] = {pk: [None] * grid.length for pk in series_ids}
    source, parameters = wanted(["series"], ([pk] for pk in series_ids))
    for table, start, end in grid.parts(newest_of(series_ids).values()) if grid.length and series_ids else ():
        is_points = table is Point
        columns, groups = OF_POINTS if is_points else OF_SUMMARIES, "it.series_id, bucket"
        if states:  # few rows more: a series has few states, and one that has none has one group
            columns, groups = f"{columns}, {BIT_OF_VALUE if is_points else 'it.seen'} AS bits", f"{groups}, bits"
        zone = f" AND it.zone = '{grid.zone}'" if table is Day else ""
        rows = fetch(
            f"SELECT it.series_id, {grid.number()} AS bucket, {columns}"
            f' FROM {source} CROSS JOIN "{table._meta.db_table}" AS it WHERE it.series_id = wanted.series{zone}'
            f" AND it.time >= {start} AND it.time < {end} GROUP BY {groups}",
            parameters,
        )
        for pk, index, count, total, least, greatest, since, *bits in rows:
            bucket = Bucket(int(count), total, least, greatest, from_microseconds(since), *bits)
            before = result[pk][index]
            result[pk][index] = before.merged(bucket) if before else bucket
    return result


def newest_of(series_ids: Collection[int]) -> dict[int, Newest]:
    """What is newest of each series that has a point."""
    source, parameters = wanted(["series"], ([pk] for pk in series_ids))
    rows = fetch(
        f"SELECT it.series_id, {', '.join(f'it.{name}' for name in Newest._fields)}"
        f' FROM {source} CROSS JOIN "{Latest._meta.db_table}" AS it WHERE it.series_id = wanted.series',
        parameters,
    )
    return {pk: Newest(*rest) for pk, *rest in rows}


def latest(series_ids: Collection[int]) -> dict[int, tuple[datetime, float]]:
    """Since when each series that has a point has which value.

    Not farther ahead than the moment at which the point arrived, if its sender's clock is ahead of ours.
    """
    return {pk: (from_microseconds(newest.shown), newest.value) for pk, newest in newest_of(series_ids).items()}


def latest_before(series_ids: Collection[int], moment: datetime) -> dict[int, tuple[datetime, float]]:
    """The last point up to and at a moment, of each series that has one: when it was, and its value.

    Where points are deleted already it is the last one of a minute that had ended then, or of an hour.
    """
    at = to_microseconds(moment)
    result: dict[int, tuple[int, float]] = {}
    for table, size, columns in (
        (Point, 0, "it.time, it.value"),
        (Minute, MINUTE_MICROSECONDS, "it.last_time, it.last"),
        (Hour, HOUR_MICROSECONDS, "it.last_time, it.last"),
    ):
        source, parameters = wanted(["series"], ([pk] for pk in series_ids))
        name = table._meta.db_table
        newest = f'SELECT MAX(one.time) FROM "{name}" AS one WHERE one.series_id = wanted.series'
        rows = fetch(
            f'SELECT it.series_id, {columns} FROM {source} CROSS JOIN "{name}" AS it'
            f" WHERE it.series_id = wanted.series AND it.time = ({newest} AND one.time <= {at - size})",
            parameters,
        )
        for pk, time, value in rows:
            result[pk] = max(result.get(pk, (time, value)), (time, value), key=itemgetter(0))
    return {pk: (from_microseconds(time), value) for pk, (time, value) in result.items()}


def ahead(series_ids: Collection[int], after: datetime) -> dict[int, datetime]:
    """For each series with points later than ``after``, when the latest of them is."""
    times = {pk: from_microseconds(newest.time) for pk, newest in newest_of(series_ids).items()}
    return {pk: time for pk, time in times.items() if time > after}


def newest_values(series_ids: Collection[int], *, start: datetime, end: datetime, most: int) -> list[float]:
    """The values of the ``most`` newest points of all series together, from ``start`` to before ``end``.

    For one series that is one walk down the index; for several, the points of the whole range are sorted.
    """
    points = Point.objects.filter(series__in=series_ids, time__gte=start, time__lt=end).order_by("-time")
    return list(points.values_list("value", flat=True)[:most])


def _grid(
    *, start: datetime, end: datetime, step_seconds: float, origin: datetime = EPOCH, zone: tzinfo | None = None
) -> _Grid:
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
    return _Grid(length, step, until, shifts, days_in)
