"""Reading points: means and states over time, the newest values. One query each; values in the sender's own unit."""

import math
from bisect import bisect_left
from collections.abc import Collection
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import NamedTuple, Required, TypedDict, Unpack

from django.db import models
from django.db.models import Case, Count, F, Max, Min, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.expressions import Combinable
from django.utils import timezone

from series.fields import EPOCH, MICROSECOND, from_microseconds, to_microseconds
from series.models import Point, Series
from series.samples import MAX_CLOCK_SKEW, MAX_TIME

# SQLite takes a limited number of parameters.
IDS_PER_STATEMENT = 500
HOUR_MICROSECONDS = 3_600_000_000
SECOND, WEEK = timedelta(seconds=1), timedelta(weeks=1)


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


def buckets(series_ids: Collection[int], **kwargs: Unpack[Buckets]) -> dict[int, list[float | None]]:
    """For each series the mean of each of the ``Buckets``; None where a bucket has no point."""
    length, points = _in_buckets(series_ids, **kwargs)
    means: dict[int, list[float | None]] = {pk: [None] * length for pk in series_ids}
    # Not Avg: PostgreSQL's also sums squares, and fails for values whose squares overflow.
    for pk, bucket, total, count in points.annotate(total=Sum("value"), points=Count("value")):
        means[pk][bucket] = total / count
    return means


class Worst(NamedTuple):
    """Of the points of one bucket: the highest rank, and the time of the first point."""

    rank: int
    since: datetime


def worst(series_ids: Collection[int], *, rank: Combinable, **kwargs: Unpack[Buckets]) -> dict[int, list[Worst | None]]:
    """For each series the highest ``rank`` of each of the ``Buckets``; None where a bucket has no point.

    ``rank`` makes an integer of a point's ``value``. Every point counts, so that nothing short is lost in a wide
    bucket, as it would be in a mean.
    """
    length, points = _in_buckets(series_ids, **kwargs)
    results: dict[int, list[Worst | None]] = {pk: [None] * length for pk in series_ids}
    for pk, bucket, highest, since in points.annotate(highest=Max(rank), since=Min("time")):
        results[pk][bucket] = Worst(highest, since)
    return results


def newest_values(series_ids: Collection[int], *, start: datetime, end: datetime, most: int) -> list[float]:
    """The values of the ``most`` newest points of all series together, from ``start`` to before ``end``.

    For one series that is one walk down the index; for several, the points of the whole range are sorted.
    """
    points = Point.objects.filter(series__in=series_ids, time__gte=start, time__lt=end).order_by("-time")
    return list(points.values_list("value", flat=True)[:most])


def latest(series_ids: Collection[int]) -> dict[int, tuple[datetime, float]]:
    """Time and value of the latest point of each series that has one.

    A point that is farther ahead of our clock than any that is taken does not count: it was written before the clock
    was set back, and whatever comes now would be older than it. It counts when its time comes.
    """
    until = timezone.now() + MAX_CLOCK_SKEW + SECOND  # what is placed behind the farthest is seen, too
    # One step down the index for each series, where MAX with GROUP BY would read all points of each.
    newest = Point.objects.filter(series=OuterRef("pk"), time__lte=until).order_by("-time")
    rows = Series.objects.filter(pk__in=series_ids).annotate(
        last_time=Subquery(newest.values("time")[:1]), last_value=Subquery(newest.values("value")[:1])
    )
    values = rows.order_by().values_list("pk", "last_time", "last_value")
    return {pk: (time, value) for pk, time, value in values if time is not None}


def ahead(series_ids: Collection[int], after: datetime, until: datetime = MAX_TIME) -> dict[int, datetime]:
    """For each series with points later than ``after``, and not than ``until``, when the latest of them is."""
    later: dict[int, datetime] = {}
    ids = list(series_ids)
    for start in range(0, len(ids), IDS_PER_STATEMENT):
        points = Point.objects.filter(
            series__in=ids[start : start + IDS_PER_STATEMENT], time__gt=after, time__lte=until
        )
        later.update(points.order_by().values_list("series").annotate(Max("time")))
    return later


def _in_buckets(
    series_ids: Collection[int],
    *,
    start: datetime,
    end: datetime,
    step_seconds: float,
    origin: datetime = EPOCH,
    zone: tzinfo | None = None,
) -> tuple[int, QuerySet[Point, tuple[int, int]]]:
    """How many buckets there are, and the points grouped by series and bucket, to be annotated with an aggregate."""
    step = round(step_seconds * 1_000_000)
    least = HOUR_MICROSECONDS if zone else 1
    if step < least:
        raise ValueError(f"step_seconds is {step_seconds!r}; it must be at least {least / 1_000_000:g}.")
    # What is added to a time in UTC so that buckets begin at multiples of the step.
    offset = _utc_offset(start, zone) if zone else -to_microseconds(origin)
    first = (to_microseconds(start) + offset) // step * step
    changes = [(from_microseconds(first - offset), offset)]
    if zone:
        # The clock may have changed between the beginning of that bucket and ``start``.
        changes = _offset_changes(from_microseconds(first).replace(tzinfo=zone).astimezone(UTC), end, zone)
    length = max(0, math.ceil((to_microseconds(end) + changes[-1][1] - first) / step))
    # Counted from the first bucket: never negative, so that rounding to zero and rounding down are the same.
    number: Combinable = Value(changes[-1][1] - first)
    if len(changes) > 1:
        until = [When(time__lt=at, then=Value(by - first)) for (_, by), (at, _by) in pairwise(changes)]
        number = Case(*until, default=number, output_field=models.BigIntegerField())
    bucket = models.ExpressionWrapper((F("time") + number) / Value(step), output_field=models.BigIntegerField())
    points = Point.objects.filter(series__in=series_ids, time__gte=changes[0][0], time__lt=end)
    return length, points.annotate(bucket=bucket).values_list("series_id", "bucket")


def _utc_offset(at: datetime, zone: tzinfo) -> int:
    """In microseconds."""
    return (at.astimezone(zone).utcoffset() or timedelta()) // MICROSECOND


def _offset_changes(start: datetime, end: datetime, zone: tzinfo) -> list[tuple[datetime, int]]:
    """From ``start`` and from each change of the clock on: since when, and how far it is ahead of UTC.

    Found by bisection, for a ``tzinfo`` does not list its changes. A new offset lasts a week at least.
    """
    changes = [(start, _utc_offset(start, zone))]
    while start < end:
        after = min(start + WEEK, end)
        offset = _utc_offset(after, zone)
        if offset != changes[-1][1]:
            # Clocks change at whole seconds, and ``start`` is one.
            seconds = range(math.ceil((after - start) / SECOND))
            since = bisect_left(seconds, True, key=lambda second: _utc_offset(start + second * SECOND, zone) == offset)
            changes.append((start + since * SECOND, offset))
        start = after
    return changes
