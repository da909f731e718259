"""Stores points with all that is kept about them: their rows, their summaries, and what is newest of each series.

A point that is there already, with the same value, changes nothing. To be called in one's turn, see ``storage.turn``.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from series.storage import summaries
from series.storage.newest import Newest
from series.storage.rollups import Row
from series.storage.statements import fetch, insert, wanted
from series.storage.summaries import KEY
from series.tables import Latest, Point, number_of
from series.values import Number

POINTS, LATEST = Point._meta.db_table, Latest._meta.db_table


def store(rows: Sequence[Row], newest: Mapping[int, Newest], *, now: int) -> list[Row]:
    """Store points, which are in order of series and time, one for each moment.

    ``newest``: as ``query.newest_of`` says of their series. ``now``: in microseconds since the epoch. Returns those
    that are not stored: they are of a time of which points are deleted by age, so that nobody knows whether they were
    counted.
    """
    of_series = _by_series(rows)
    old = _before(of_series, {series: known.points_since for series, known in newest.items()})
    closed = summaries.closed(set(map(summaries.minute_of, old))) if old else set()
    refused = [row for row in old if summaries.minute_of(row) in closed]
    if refused:
        rows = sorted(set(rows).difference(refused))
        of_series = _by_series(rows)
    new, replaced, late = rows, list[Row](), list[Row]()
    # Those that are among others, or in the place of one, are to be counted with these.
    if among := _before(of_series, {series: known.time + 1 for series, known in newest.items()}):
        stored = _values(among)
        new = [row for row in rows if row[:2] not in stored]
        replaced = [row for row in rows if stored.get(row[:2], row.value) != row.value]
        late = [row for row in among if stored.get(row[:2]) != row.value]
    _insert([*new, *replaced])
    minutes = set(map(summaries.minute_of, late))
    summaries.merge(_as_floats(new), without=minutes)
    summaries.make_anew(minutes)

    latest = {}
    for series, points in of_series.items():
        known = newest.get(series)
        after = known.followed_by(points[-1], now) if known else Newest.first(points[-1], now)
        newer = next((row.time for row in points if not known or row.time > known.time), None)
        if newer is not None:
            after = after.with_delay(newer, now)
        latest[series] = after.with_days_before(points[0].time)
    store_newest(latest)
    return refused


def store_newest(newest: Mapping[int, Newest]) -> None:
    """What is newest of these series from now on."""
    rows = [(series, *fields) for series, fields in newest.items()]
    replaced = {name: f"excluded.{name}" for name in Newest._fields}
    insert(LATEST, ("series_id", *Newest._fields), rows, key=["series_id"], conflict=replaced)


def _by_series(rows: Iterable[Row]) -> dict[int, list[Row]]:
    return {series: list(points) for series, points in groupby(rows, key=attrgetter("series"))}


def _before(of_series: Mapping[int, list[Row]], times: Mapping[int, int]) -> list[Row]:
    """Those that are before a time of their series."""
    before: list[Row] = []
    for series, points in of_series.items():
        if series in times:
            before += points[: bisect_left(points, times[series], key=attrgetter("time"))]
    return before


def _as_floats(rows: Iterable[Row]) -> Iterator[Row]:
    """As they are summarised."""
    return (row if type(row.value) is float else row._replace(value=float(row.value)) for row in rows)


def _insert(rows: Sequence[Row]) -> None:
    floats = [row for row in rows if type(row.value) is float]
    insert(POINTS, (*KEY, "value"), floats, key=KEY, conflict={"value": "excluded.value", "exact": "NULL"})
    if len(floats) < len(rows):
        integers = [(*row[:2], float(row.value), row.value) for row in rows if type(row.value) is int]
        replaced = {name: f"excluded.{name}" for name in ("value", "exact")}
        insert(POINTS, (*KEY, "value", "exact"), integers, key=KEY, conflict=replaced)


def _values(rows: Iterable[Row]) -> dict[tuple[int, ...], Number]:
    """The values that are stored at these times."""
    source, parameters = wanted(["series", "at"], (row[:2] for row in rows))
    stored = fetch(
        f'SELECT it.series_id, it.time, it.value, it.exact FROM {source} CROSS JOIN "{POINTS}" AS it'
        " WHERE it.series_id = wanted.series AND it.time = wanted.at",
        parameters,
    )
    return {(series, time): number_of(value, exact) for series, time, value, exact in stored}
