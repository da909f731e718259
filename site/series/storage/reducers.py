"""What the points of a bucket come to: their mean, how fast a counter grew, the value that 95 % of them do not exceed.

All but percentiles are read from points and summaries alike, see ``query``: what is read hardly grows with the range.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple, Unpack

from series.storage.grid import Buckets, Grid, Part, grid_of
from series.storage.percentiles import percentiles
from series.storage.query import SIZES, Lasts, buckets, last_of, newest_of, rows_of
from series.storage.rollups import SECOND_MICROSECONDS, growth
from series.storage.statements import fetch
from series.storage.statements import growth as growth_in_sql
from series.tables import Day, Point

# What is read of a table's rows.
OF_POINTS = 'it.value AS "first", it.value AS "last", 0 AS increase, it.time AS first_time, it.time AS last_time'
OF_SUMMARIES = 'it."first", it."last", it.increase, it.first_time, it.last_time'


class Reducer(StrEnum):
    """What is made of the points of a bucket.

    ``INCREASE``: by how much a counter grew, from the last point before the bucket, however far back that is, to the
    last point in it. A value that is lower than the one before it is a reset, after which the counter began at 0. So
    the increases of all buckets are together that of the whole; the very first point of a series has none.

    ``RATE``: the increase a second, from the last point before the bucket to the last point in it: however short
    buckets are, and however long one has been going on. Of the very first point there is none.

    ``DELTA``: the last value less the last one before the bucket; of the very first point 0.

    ``P50`` and others: the value that so many in a hundred points do not exceed, between two points by a straight line,
    as ``percentile_cont`` in PostgreSQL.
    """

    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    SUM = "sum"
    COUNT = "count"
    LAST = "last"
    INCREASE = "increase"
    RATE = "rate"
    DELTA = "delta"
    P50 = "p50"
    P75 = "p75"
    P90 = "p90"
    P95 = "p95"
    P99 = "p99"


OF_BUCKETS = (Reducer.MEAN, Reducer.MIN, Reducer.MAX, Reducer.SUM, Reducer.COUNT)
PERCENTILES = {
    reducer: int(reducer[1:]) for reducer in (Reducer.P50, Reducer.P75, Reducer.P90, Reducer.P95, Reducer.P99)
}


class Course(NamedTuple):
    """How a series went through a bucket, or a part of one without a gap. Times are in microseconds."""

    series: int
    bucket: int
    first: float
    last: float
    increase: float
    first_time: int
    last_time: int


def reduced(series_ids: Collection[int], reducer: Reducer, **kwargs: Unpack[Buckets]) -> dict[int, list[float | None]]:
    """For each series what each of the ``Buckets`` comes to, in the sender's own unit; None where it has no point.

    Percentiles are there as long as all points of a bucket are: None where it begins before. ``TooManyPoints`` where
    that would be more than ``percentiles.MAX_POINTS``.
    """
    if reducer in OF_BUCKETS:
        whole = buckets(series_ids, **kwargs)
        return {pk: [bucket and getattr(bucket, reducer) for bucket in line] for pk, line in whole.items()}
    grid = grid_of(**kwargs)
    if reducer in PERCENTILES:
        return percentiles(series_ids, PERCENTILES[reducer], grid)
    result: dict[int, list[float | None]] = {pk: [None] * grid.length for pk in series_ids}
    took: Counter[tuple[int, int]] = Counter()
    for pk, bucket, value, microseconds in _values(grid, series_ids, reducer):
        # One that a change of the clock divides has several.
        before = None if reducer is Reducer.LAST else result[pk][bucket]
        result[pk][bucket] = value if before is None else before + value
        took[pk, bucket] += microseconds
    if reducer is Reducer.RATE:
        for pk, line in result.items():
            line[:] = [
                None if value is None or not took[pk, bucket] else value / (took[pk, bucket] / SECOND_MICROSECONDS)
                for bucket, value in enumerate(line)
            ]
    return result


def _values(grid: Grid, series_ids: Collection[int], reducer: Reducer) -> Iterator[tuple[int, int, float, int]]:
    """What counts in which bucket of which series, in order of time, and in how many microseconds it came about."""
    parts = list(grid.parts(newest_of(series_ids).values())) if grid.length and series_ids else []
    if not parts:
        return
    lasts = {} if reducer is Reducer.LAST else _lasts_before(parts[0], grid, series_ids)
    for pk, courses in groupby(_courses(parts, grid, series_ids), key=attrgetter("series")):
        time, before = lasts.get(pk, (0, None))
        for course in courses:
            if before is None:  # nothing is
                time, before = course.first_time, course.first
            if reducer is Reducer.LAST:
                value = course.last
            elif reducer is Reducer.DELTA:
                value = course.last - before
            else:
                value = growth(before, course.first) + course.increase
            yield pk, course.bucket, value, course.last_time - time
            time, before = course.last_time, course.last


def _lasts_before(first: Part, grid: Grid, series_ids: Collection[int]) -> Lasts:
    """The last points before a grid. What began before it counts as before it, where that is how the grid is read."""
    befores = {table: first.start if table is first.table else first.start - size + 1 for table, size in SIZES.items()}
    if first.table is Day:
        befores[Day] = first.start
    return last_of(series_ids, befores, str(grid.zone))


def _courses(parts: Iterable[Part], grid: Grid, series_ids: Collection[int]) -> Iterator[Course]:
    """In order of series and time."""
    rows: list[str] = []
    parameters: list[Any] = []
    for part in parts:
        source, more = rows_of(part, grid, series_ids)
        columns = OF_POINTS if part.table is Point else OF_SUMMARIES
        bucket = f"{grid.segment()} AS segment, {grid.number()} AS bucket"
        rows.append(f"SELECT it.series_id, {bucket}, it.time, {columns} FROM {source}")
        parameters += more
    grew = growth_in_sql('"before"', '"first"')
    for row in fetch(
        'SELECT series_id, bucket, MAX(CASE WHEN "before" IS NULL THEN "first" END),'
        ' MAX(CASE WHEN "after" IS NULL THEN "last" END),'
        f' SUM(increase + CASE WHEN "before" IS NULL THEN 0 ELSE {grew} END), MIN(first_time), MAX(last_time)'
        ' FROM (SELECT series_id, segment, bucket, "first", "last", increase, first_time, last_time,'
        ' LAG("last") OVER one_by_one AS "before", LEAD("last") OVER one_by_one AS "after"'
        f" FROM ({' UNION ALL '.join(rows)}) AS it"
        " WINDOW one_by_one AS (PARTITION BY series_id, segment, bucket ORDER BY time)) AS it"
        " GROUP BY series_id, segment, bucket ORDER BY series_id, segment, bucket",
        parameters,
    ):
        yield Course(*row)
