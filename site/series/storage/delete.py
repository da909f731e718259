"""The one way in which points are deleted: with what is kept about them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from series.fields import to_microseconds
from series.models import DeletedSeries, Series
from series.samples import MAX_TIME, MIN_TIME
from series.signals import points_written
from series.storage import days, summaries
from series.storage.newest import LONGEST_DAY_MICROSECONDS
from series.storage.query import newest_of
from series.storage.rollups import HOUR_MICROSECONDS, MINUTE_MICROSECONDS, Row, begin_of
from series.storage.statements import execute, fetch, wanted
from series.storage.store import store_newest
from series.storage.turn import take_turn
from series.tables import Hour, Latest, Minute, Point, number_of


def delete(series_ids: Collection[int], *, start: datetime = MIN_TIME, end: datetime = MAX_TIME) -> None:
    """Delete the points of these series from ``start`` to before ``end`` in one transaction, and announce them."""
    with transaction.atomic():
        take_turn()
        _delete(series_ids, to_microseconds(start), to_microseconds(end))
        points_written.send(sender=Point, series_ids=frozenset(series_ids))


@receiver(pre_delete, sender=Series)
def _series(instance: Series, **kwargs: Any) -> None:
    """The points of a series that is deleted are deleted by ``retention``, however many there are."""
    take_turn()
    DeletedSeries.objects.create(pk=instance.pk)
    execute(f'DELETE FROM "{Latest._meta.db_table}" WHERE series_id = %s', [instance.pk])
    points_written.send(sender=Point, series_ids=frozenset([instance.pk]))


def _delete(series_ids: Collection[int], start: int, end: int) -> None:
    source, parameters = wanted(["series"], ([pk] for pk in series_ids))
    chosen = f"series_id IN (SELECT wanted.series FROM {source})"
    for table, size in ((Point, 1), (Minute, MINUTE_MICROSECONDS), (Hour, HOUR_MICROSECONDS)):
        rows = f'"{table._meta.db_table}" WHERE {chosen} AND time >= {begin_of(start, size)} AND time < {end}'
        execute(f"DELETE FROM {rows}", parameters)
    days.delete(chosen, parameters, start - LONGEST_DAY_MICROSECONDS, end)
    # Of the minutes, and hours, in which the range begins and ends, something may be left.
    borders = {begin_of(time, MINUTE_MICROSECONDS) for time in (start, end)}
    summaries.make_anew({(pk, border) for pk in series_ids for border in borders})
    _newest_again(series_ids, start, end)


def _newest_again(series_ids: Collection[int], start: int, end: int) -> None:
    """Where the newest may have been deleted, it is what is farthest ahead of what is left: when that arrived nobody
    knows any more. Elsewhere it stays, also where nothing but itself is left."""
    source, parameters = wanted(["series"], ([pk] for pk in series_ids))
    left: dict[int, Row] = {}
    for table, columns in (
        (Hour, "it.last_time, it.last, NULL"),
        (Minute, "it.last_time, it.last, NULL"),
        (Point, "it.time, it.value, it.exact"),
    ):
        name = table._meta.db_table
        rows = fetch(
            f'SELECT it.series_id, {columns} FROM {source} CROSS JOIN "{name}" AS it'
            " WHERE it.series_id = wanted.series AND it.time ="
            f' (SELECT MAX(time) FROM "{name}" WHERE series_id = wanted.series)',
            parameters,
        )
        for pk, time, value, exact in rows:
            row = Row(pk, time, number_of(value, exact))
            if row.series not in left or row.time >= left[row.series].time:
                left[row.series] = row
    newest, without_points = {}, []
    for pk, known in newest_of(series_ids).items():
        if max(known.time, known.shown) < start or min(known.time, known.shown) >= end:
            newest[pk] = known.with_days_before(start)
        elif pk in left:
            row = left[pk]
            newest[pk] = known._replace(time=row.time, shown=row.time).holding(row.value).with_days_before(start)
        else:
            without_points.append([pk])
    # All others stay as they are beside this: what was learned of their rhythm, too.
    source, parameters = wanted(["series"], without_points)
    execute(
        f'DELETE FROM "{Latest._meta.db_table}" WHERE series_id IN (SELECT wanted.series FROM {source})', parameters
    )
    store_newest(newest)
