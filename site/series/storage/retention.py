"""What is deleted by age: points first, then the summaries of their minutes, then of their hours.

What is newest of a series is kept however old it is (``tables.Latest``), and so is from when on all its points are
there: what comes later for a time before that may have been counted already, see ``store``.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings

from series.fields import to_microseconds
from series.models import DeletedSeries, RetentionRule, Series
from series.samples import MAX_TIME
from series.storage import days
from series.storage.rollups import HOUR_MICROSECONDS, begin_of
from series.storage.statements import delete_first, execute
from series.storage.turn import in_short_turns
from series.tables import Hour, Latest, Minute, Point, Stored

# In about a millisecond.
ROWS_AT_ONCE = 500
SERIES_AT_ONCE = 500

MAX_MICROSECONDS = to_microseconds(MAX_TIME)
LATEST = Latest._meta.db_table


class Ages(NamedTuple):
    """How old points, minutes and hours of a series get; None for ever."""

    points: timedelta | None
    minutes: timedelta | None
    hours: timedelta | None


class Rules:
    """How long the points of which series are kept: by the longest pattern that fits, else by the settings."""

    def __init__(self) -> None:
        rules = RetentionRule.objects.values_list("pattern", "points_days", "minutes_days", "hours_days")
        self._by_pattern = {pattern: Ages(*map(_days, days)) for pattern, *days in rules}
        self._default = Ages(*map(_days, settings.RETENTION_DAYS))

    def ages(self, name: str) -> Ages:
        """Of a series of this name."""
        fitting = [pattern for pattern in self._by_pattern if fits(pattern, name)]
        return self._by_pattern[max(fitting, key=len)] if fitting else self._default

    def longest(self) -> timedelta | None:
        """Points of no series get older than this."""
        ages = [one.points for one in (self._default, *self._by_pattern.values())]
        return None if None in ages else max(age for age in ages if age is not None)


def fits(pattern: str, name: str) -> bool:
    """Whether a series is meant: by its name, or where the pattern ends with ``*`` by how its name begins."""
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def expire(now: datetime, *, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Delete what is too old, and what is left of series that were deleted. Returns how many rows it were."""
    return in_short_turns(_steps(now), is_stopping=is_stopping)


def _steps(now: datetime) -> Iterator[int]:
    """Each deletes a few rows, and says how many."""
    for pk in list(DeletedSeries.objects.values_list("pk", flat=True)):
        for table in (Point, Minute, Hour):
            yield from _delete_before(table, pk, None)
        yield days.delete(f"series_id = {pk}", [], 0, MAX_MICROSECONDS)
        DeletedSeries.objects.filter(pk=pk).delete()
        yield 0
    rules, last = Rules(), 0
    while some := list(_series_after(last)):
        for last, name, points_since, minutes_since in some:
            yield from _expire(last, rules.ages(name), now, points_since, minutes_since)


def _expire(series: int, ages: Ages, now: datetime, points_since: int, minutes_since: int) -> Iterator[int]:
    # Whole hours, of which a summary can be made anew, or cannot.
    points_before, minutes_before, hours_before = (
        0 if age is None else begin_of(to_microseconds(now - age), HOUR_MICROSECONDS) for age in ages
    )
    if points_since >= points_before and minutes_since >= minutes_before:
        return
    # In this order, so that what is there is also in what is coarser.
    for table, column, since, before in (
        (Point, "points_since", points_since, points_before),
        (Minute, "minutes_since", minutes_since, minutes_before),
    ):
        if since < before:
            # First, so that nothing is counted twice if this ends in between.
            execute(f'UPDATE "{LATEST}" SET {column} = %s WHERE series_id = %s', [before, series])
        yield from _delete_before(table, series, before)
    yield from _delete_before(Hour, series, hours_before)
    yield days.delete(f"series_id = {series}", [], 0, hours_before)


def _series_after(pk: int) -> Iterator[tuple[int, str, int, int]]:
    rows = Series.objects.filter(pk__gt=pk, latest__isnull=False).order_by("pk")
    columns = rows.values_list("pk", "name", "latest__points_since", "latest__minutes_since")
    for series, name, points_since, minutes_since in columns[:SERIES_AT_ONCE]:
        yield series, name, to_microseconds(points_since), to_microseconds(minutes_since)


def _delete_before(table: type[Stored], series: int, before: int | None) -> Iterator[int]:
    while (rows := delete_first(table._meta.db_table, series, before, ROWS_AT_ONCE)) > 0:
        yield rows
        if rows < ROWS_AT_ONCE:
            break


def _days(number: float | None) -> timedelta | None:
    return None if number is None else timedelta(days=number)
