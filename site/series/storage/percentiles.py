"""Percentiles of points: exact, and so only as long as there are points, and of so many only."""

from collections.abc import Collection, Mapping
from itertools import groupby
from operator import itemgetter

from series.fields import from_microseconds
from series.storage.grid import Grid
from series.storage.query import buckets, newest_of
from series.storage.rollups import MINUTE_MICROSECONDS, SECOND_MICROSECONDS, begin_of
from series.storage.statements import fetch, wanted
from series.tables import Point

# For one answer, to which all of them are read and sorted.
MAX_POINTS = 500_000


class TooManyPoints(Exception):
    """A percentile of so many points is not counted; the message says how many they are."""


def percentiles(series_ids: Collection[int], percent: int, grid: Grid) -> dict[int, list[float | None]]:
    """For each series the value in each bucket that so many per cent of its points do not exceed.

    Between two points it is on a straight line, as with ``percentile_cont`` of PostgreSQL. None where there is no
    point, and where a bucket begins before ``Latest.points_since``. Raises ``TooManyPoints``.
    """
    result: dict[int, list[float | None]] = {pk: [None] * grid.length for pk in series_ids}
    begins: dict[int, int] = {}
    for bucket, start in grid.begins():
        begins.setdefault(bucket, start)
    sinces = {
        pk: min(later)
        for pk, known in newest_of(series_ids).items()
        if (later := [begin for begin in begins.values() if begin >= known.points_since])
    }
    if (points := _number_of_points(sinces, grid.end)) > MAX_POINTS:
        raise TooManyPoints(
            f"p{percent} would have to read {points:,} points, and may read {MAX_POINTS:,}: choose a shorter range, or"
            " fewer series."
        )
    if not sinces:
        return result
    source, parameters = wanted(["series", "since"], sinces.items())
    # The positions are counted in hundredths of a point, and so are exact.
    rows = fetch(
        "SELECT series_id, bucket, last_position, value FROM (SELECT series_id, bucket, value,"
        " COUNT(*) OVER (PARTITION BY series_id, bucket) - 1 AS last_position,"
        " ROW_NUMBER() OVER (PARTITION BY series_id, bucket ORDER BY value) - 1 AS position"
        f" FROM (SELECT it.series_id, {grid.number()} AS bucket, it.value"
        f' FROM {source} CROSS JOIN "{Point._meta.db_table}" AS it WHERE it.series_id = wanted.series'
        f" AND it.time >= wanted.since AND it.time < {grid.end}) AS it) AS it"
        f" WHERE position = last_position * {percent} / 100 OR position = (last_position * {percent} + 99) / 100"
        " ORDER BY series_id, bucket, position",
        parameters,
    )
    for (pk, bucket, last_position), values in groupby(rows, key=itemgetter(0, 1, 2)):
        if begins[bucket] >= sinces[pk]:
            low, *high = (value for *_key, value in values)
            fraction = last_position * percent % 100 / 100
            result[pk][bucket] = low + (high[0] - low) * fraction if high else low
    return result


def _number_of_points(sinces: Mapping[int, int], end: int) -> int:
    """How many points series have since when, up to the end of the last minute: summaries say it."""
    number = 0
    for since, group in groupby(sorted(sinces, key=sinces.__getitem__), key=sinces.__getitem__):
        start = begin_of(since, MINUTE_MICROSECONDS)
        origin, length = from_microseconds(start), -(-(end - start) // MINUTE_MICROSECONDS) * MINUTE_MICROSECONDS
        seconds = length / SECOND_MICROSECONDS
        whole = buckets(
            list(group), start=origin, end=from_microseconds(start + length), step_seconds=seconds, origin=origin
        )
        number += sum(bucket.count for line in whole.values() for bucket in line if bucket)
    return number
