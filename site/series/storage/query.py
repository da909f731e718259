"""Reading points: summaries over time, the newest values. Values are in the sender's own unit.

Each stretch of time is read from the coarsest table that has it: days where buckets are made of whole days, and so with
hours and minutes; points otherwise and at the end. So what is read hardly grows with the range.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import product
from operator import itemgetter
from typing import Any, NamedTuple, Unpack

from series.fields import EPOCH, from_microseconds, to_microseconds
from series.storage.grid import Buckets, Grid, Part, grid_of
from series.storage.newest import Newest
from series.storage.rollups import HOUR_MICROSECONDS, MAX_SEEN_VALUE, MINUTE_MICROSECONDS, OTHER_SEEN, values_of
from series.storage.statements import fetch, wanted
from series.tables import Day, Hour, Latest, Minute, Point, Stored, number_of
from series.values import Number

# What is read of a table's rows: how many points, and their sum, minimum and maximum.
OF_POINTS = "COUNT(*), SUM(it.value), MIN(it.value), MAX(it.value)"
OF_SUMMARIES = 'SUM(it."count"), SUM(it."sum"), MIN(it."min"), MAX(it."max")'
# Series and bucket are one number in SQL, by which SQLite sorts an eighth faster than by two.
MOST_BUCKETS = 1 << 32
# As ``rollups.bit_of``. PostgreSQL rounds where it casts, and fails for what is too great.
BIT_OF_VALUE = (
    f"CASE WHEN it.value < 0 OR it.value > {MAX_SEEN_VALUE} THEN {OTHER_SEEN}"
    " WHEN it.value = CAST(it.value AS BIGINT) THEN CAST(1 AS BIGINT) << CAST(it.value AS INTEGER)"
    f" ELSE {OTHER_SEEN} END"
)


# How long a row of a table is, in microseconds.
SIZES: dict[type[Stored], int] = {Point: 1, Minute: MINUTE_MICROSECONDS, Hour: HOUR_MICROSECONDS}
# When the last point of a series was, in microseconds since the epoch, and its value.
Lasts = dict[int, tuple[int, float]]


class Bucket(NamedTuple):
    """Of the points of one series in one bucket, one at least. Where states were asked for, ``since`` is when the first
    of them was, or when the minute or hour began that it was in, and ``seen`` as in ``rollups.Summary``."""

    count: int  # type: ignore[assignment]  # in the place of a tuple's method
    sum: float
    min: float
    max: float
    since: datetime = EPOCH
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


def buckets(
    series_ids: Collection[int],
    *,
    states: bool = False,
    newest: Mapping[int, Newest] | None = None,
    **kwargs: Unpack[Buckets],
) -> dict[int, list[Bucket | None]]:
    """For each series each of the ``Buckets``; None where it has no point. With ``states`` they know what was seen.
    ``newest`` is what ``newest_of`` has read of them, if it has just been read."""
    grid = grid_of(**kwargs)
    result: dict[int, list[Bucket | None]] = {pk: [None] * grid.length for pk in series_ids}
    if not grid.length or not series_ids:
        return result
    known = newest_of(series_ids) if newest is None else {pk: newest[pk] for pk in series_ids if pk in newest}
    for part in grid.parts(known.values()):
        is_points = part.table is Point
        columns, groups = OF_POINTS if is_points else OF_SUMMARIES, "slot"
        if states:  # few rows more: a series has few states, and one that has none has one group
            bits = BIT_OF_VALUE if is_points else "it.seen"
            columns, groups = f"{columns}, MIN(it.time), {bits} AS bits", "slot, bits"
        source, parameters = rows_of(part, grid, series_ids)
        slot = f"it.series_id * {MOST_BUCKETS} + {grid.number()} AS slot"
        rows = fetch(f"SELECT {slot}, {columns} FROM {source} GROUP BY {groups}", parameters)
        for number, count, total, least, greatest, *seen in rows:
            pk, index = divmod(number, MOST_BUCKETS)
            of_states = (from_microseconds(seen[0]), seen[1]) if seen else ()
            bucket = Bucket(int(count), total, least, greatest, *of_states)
            before = result[pk][index]
            result[pk][index] = before.merged(bucket) if before else bucket
    return result


def rows_of(part: Part, grid: Grid, series_ids: Collection[int]) -> tuple[str, list[Any]]:
    """The rows ``it`` of a part of a grid, as what stands behind FROM, and its parameters."""
    if part.is_split:
        source, parameters = wanted(["series", "since"], product(series_ids, part.split))
        stretch = f"it.time >= wanted.since AND it.time < wanted.since + {HOUR_MICROSECONDS}"
    else:
        source, parameters = wanted(["series"], ([pk] for pk in series_ids))
        stretch = f"it.time >= {part.start} AND it.time < {part.end}"
        if part.split:
            stretch += f" AND it.time NOT IN ({', '.join(map(str, part.split))})"
    zone = f" AND it.zone = '{grid.zone}'" if part.table is Day else ""
    joined = f'{source} CROSS JOIN "{part.table._meta.db_table}" AS it WHERE it.series_id = wanted.series'
    return f"{joined}{zone} AND {stretch}", parameters


def newest_of(series_ids: Collection[int]) -> dict[int, Newest]:
    """What is newest of each series that has a point."""
    source, parameters = wanted(["series"], ([pk] for pk in series_ids))
    rows = fetch(
        f"SELECT it.series_id, {', '.join(f'it.{name}' for name in Newest._fields)}"
        f' FROM {source} CROSS JOIN "{Latest._meta.db_table}" AS it WHERE it.series_id = wanted.series',
        parameters,
    )
    return {pk: Newest(*rest) for pk, *rest in rows}


def latest(series_ids: Collection[int]) -> dict[int, tuple[datetime, Number]]:
    """Since when each series that has a point has which value.

    Not farther ahead than the moment at which the point arrived, if its sender's clock is ahead of ours.
    """
    return latest_of(newest_of(series_ids))


def latest_of(newest: Mapping[int, Newest]) -> dict[int, tuple[datetime, Number]]:
    """The same of what ``newest_of`` has read."""
    return {pk: (from_microseconds(one.shown), one.number) for pk, one in newest.items()}


def latest_before(series_ids: Collection[int], moment: datetime) -> dict[int, tuple[datetime, Number]]:
    """The last point up to and at a moment, of each series that has one: when it was, and its value.

    Where points are deleted already it is the last one of a minute that had ended then, or of an hour.
    """
    end = to_microseconds(moment) + 1
    befores = {table: end - size + 1 for table, size in SIZES.items()}
    return {pk: (from_microseconds(time), value) for pk, (time, value) in last_of(series_ids, befores).items()}


def last_of(series_ids: Collection[int], befores: Mapping[type[Stored], int], zone: str = "") -> Lasts:
    """The last point, of each series that has one, in the rows of each of these tables that begin before this moment;
    of days those of a zone.
    """
    result: Lasts = {}
    for table, before in befores.items():
        source, parameters = wanted(["series"], ([pk] for pk in series_ids))
        name = table._meta.db_table
        columns = "it.time, it.value, it.exact" if table is Point else "it.last_time, it.last, NULL"
        in_zone = (f" AND it.zone = '{zone}'", f" AND one.zone = '{zone}'") if table is Day else ("", "")
        newest = f'SELECT MAX(one.time) FROM "{name}" AS one WHERE one.series_id = wanted.series{in_zone[1]}'
        rows = fetch(
            f'SELECT it.series_id, {columns} FROM {source} CROSS JOIN "{name}" AS it'
            f" WHERE it.series_id = wanted.series{in_zone[0]} AND it.time = ({newest} AND one.time < {before})",
            parameters,
        )
        for pk, time, value, exact in rows:
            point = (time, number_of(value, exact))
            result[pk] = max(result.get(pk, point), point, key=itemgetter(0))
    return result


def newest_values(series_ids: Collection[int], *, start: datetime, end: datetime, most: int) -> list[float]:
    """The values of the ``most`` newest points of all series together, from ``start`` to before ``end``.

    For one series that is one walk down the index; for several, the points of the whole range are sorted.
    """
    points = Point.objects.filter(series__in=series_ids, time__gte=start, time__lt=end).order_by("-time")
    return list(points.values_list("value", flat=True)[:most])
