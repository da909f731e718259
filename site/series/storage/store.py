"""Stores points with all that is kept about them: their rows, their summaries, and what is newest of each series.

A point that is there already, with the same value, changes nothing. To be called in one's turn, see ``storage.turn``.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from series.storage import summaries
from series.storage.newest import Newest
from series.storage.rollups import Row
from series.storage.statements import fetch, insert, wanted
from series.storage.summaries import KEY
from series.tables import Latest, Point

POINTS, LATEST = Point._meta.db_table, Latest._meta.db_table


def store(rows: Sequence[Row], newest: Mapping[int, Newest], *, now: int) -> list[Row]:
    """Store points, which are in order of series and time, one for each moment.

    ``newest``: as ``query.newest_of`` says of their series. ``now``: in microseconds since the epoch. Returns those
    that are not stored: they are of a time of which points are deleted by age, so that nobody knows whether they were
    counted.
    """
    old = [row for row in rows if row.series in newest and row.time < newest[row.series].points_since]
    closed = summaries.closed(set(map(summaries.minute_of, old))) if old else set()
    refused = [row for row in old if summaries.minute_of(row) in closed]
    if refused:
        rows = sorted(set(rows).difference(refused))
    stored = _values([row for row in rows if row.series in newest and row.time <= newest[row.series].time])
    new = [row for row in rows if row[:2] not in stored]
    replaced = [row for row in rows if stored.get(row[:2], row.value) != row.value]
    insert(POINTS, (*KEY, "value"), [*new, *replaced], key=KEY, conflict={"value": "excluded.value"})
    minutes = set(map(summaries.minute_of, replaced))
    summaries.merge(new, without=minutes)
    summaries.make_anew(minutes)

    latest = {}
    for series, group in groupby(rows, key=attrgetter("series")):
        first, *more = group
        last = more[-1] if more else first
        after = newest[series].followed_by(last, now) if series in newest else Newest.first(last, now)
        latest[series] = after.with_days_before(first.time)
    store_newest(latest)
    return refused


def store_newest(newest: Mapping[int, Newest]) -> None:
    """What is newest of these series from now on."""
    rows = [(series, *fields) for series, fields in newest.items()]
    replaced = {name: f"excluded.{name}" for name in Newest._fields}
    insert(LATEST, ("series_id", *Newest._fields), rows, key=["series_id"], conflict=replaced)


def _values(rows: Iterable[Row]) -> dict[tuple[int, ...], float]:
    """The values that are stored at these times."""
    source, parameters = wanted(["series", "at"], (row[:2] for row in rows))
    stored = fetch(
        f'SELECT it.series_id, it.time, it.value FROM {source} CROSS JOIN "{POINTS}" AS it'
        " WHERE it.series_id = wanted.series AND it.time = wanted.at",
        parameters,
    )
    return {(series, time): value for series, time, value in stored}
