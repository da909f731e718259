"""The tables of summaries, which follow the points: new ones are merged into them.

Where a point was replaced or deleted, or came late, the summaries of its minute and its hour are made anew, from what
is below them: a summary does not say what it would be without one of its points, nor how a counter grew to and from one
among them. To be called in one's turn, see ``storage.turn``.
"""

from collections import Counter
from collections.abc import Collection, Iterable

from series.storage.rollups import (
    HOUR_MICROSECONDS,
    MINUTE_MICROSECONDS,
    Row,
    Stretch,
    Summary,
    begin_of,
    coarser,
    summaries,
)
from series.storage.statements import execute, fetch, greatest, growth, insert, least, wanted
from series.tables import Hour, Minute, Point, RollUp, Stored

KEY = ("series_id", "time")
# Of a summary's row: its key, and the fields of a Summary in their order.
COLUMNS = (*KEY, *Summary._fields)


def merge(rows: Iterable[Row], *, without: Collection[Stretch] = ()) -> None:
    """Merge new points, in order of series and time, into their minutes and hours; not into these minutes, nor into the
    hours that hold them. All others are later than what is there of their series."""
    minutes = list(summaries(rows, MINUTE_MICROSECONDS))
    _insert(Minute, (part for part in minutes if part[0] not in without))
    hours = _hours(without)
    _insert(Hour, (part for part in coarser(minutes, HOUR_MICROSECONDS) if part[0] not in hours))


def make_anew(minutes: Collection[Stretch]) -> None:
    """Summarise these minutes once more, and the hours that hold them. Where no point is left there is no summary."""
    if not minutes:
        return
    hours = _hours(minutes)
    _delete(Minute, minutes)
    points = [Row(*row) for row in _within(Point, (*KEY, "value"), minutes, MINUTE_MICROSECONDS)]
    _insert(Minute, summaries(points, MINUTE_MICROSECONDS))
    _delete(Hour, hours)
    rows = _within(Minute, COLUMNS, hours, HOUR_MICROSECONDS)
    parts = (((series, time), Summary(*rest)) for series, time, *rest in rows)
    _insert(Hour, coarser(parts, HOUR_MICROSECONDS))


def closed(minutes: Collection[Stretch]) -> set[Stretch]:
    """Those of which some points, or some of their hour's minutes, are deleted by age.

    A point that comes now may have been counted then, and a summary without it could not be made any more.
    """
    hours = _hours(minutes)
    points = Counter(minute_of(Row(*row)) for row in _within(Point, (*KEY, "value"), minutes, MINUTE_MICROSECONDS))
    of_minutes = _counts(_within(Minute, (*KEY, "count"), hours, HOUR_MICROSECONDS))
    of_hours = _counts(_within(Hour, (*KEY, "count"), hours, 1))
    below: Counter[Stretch] = Counter()
    for (series, time), count in of_minutes.items():
        below[series, begin_of(time, HOUR_MICROSECONDS)] += count
    lost = {hour for hour, count in of_hours.items() if count > below[hour]}
    return {
        minute
        for minute in minutes
        if of_minutes[minute] > points[minute] or (minute[0], begin_of(minute[1], HOUR_MICROSECONDS)) in lost
    }


def minute_of(row: Row) -> Stretch:
    """The minute that holds a point."""
    return row.series, begin_of(row.time, MINUTE_MICROSECONDS)


def _hours(minutes: Iterable[Stretch]) -> set[Stretch]:
    return {(series, begin_of(time, HOUR_MICROSECONDS)) for series, time in minutes}


def _counts(rows: Iterable[tuple[int, ...]]) -> Counter[Stretch]:
    return Counter({(series, time): count for series, time, count in rows})


def _within(
    table: type[Stored], columns: Iterable[str], stretches: Iterable[Stretch], size: int
) -> list[tuple[int, ...]]:
    """All rows of these stretches of time, in order."""
    source, parameters = wanted(["series", "since"], stretches)
    names = ", ".join(f'it."{name}"' for name in columns)
    rows = fetch(
        f'SELECT {names} FROM {source} CROSS JOIN "{table._meta.db_table}" AS it WHERE it.series_id = wanted.series'
        f" AND it.time >= wanted.since AND it.time < wanted.since + {size}",
        parameters,
    )
    return sorted(rows)


def _delete(table: type[RollUp], stretches: Iterable[Stretch]) -> None:
    source, parameters = wanted(["series", "since"], stretches)
    chosen = f"(series_id, time) IN (SELECT wanted.series, wanted.since FROM {source})"
    execute(f'DELETE FROM "{table._meta.db_table}" WHERE {chosen}', parameters)


def _insert(table: type[RollUp], parts: Iterable[tuple[Stretch, Summary]]) -> None:
    """What is there is merged as ``Summary.merged`` does it with one of later points."""
    merged = {
        "count": "kept.count + excluded.count",
        "sum": "kept.sum + excluded.sum",
        "min": least("kept.min", "excluded.min"),
        "max": greatest("kept.max", "excluded.max"),
        "last": "excluded.last",
        "last_time": "excluded.last_time",
        "seen": "kept.seen | excluded.seen",
        "increase": f"kept.increase + {growth('kept.last', 'excluded.first')} + excluded.increase",
    }
    rows = [(*stretch, *summary) for stretch, summary in parts]
    insert(table._meta.db_table, COLUMNS, rows, key=KEY, conflict=merged)
