"""What panels ask: means over time, and the latest of each series. One query each; values in the sender's own unit."""

import math
from collections.abc import Collection
from datetime import datetime

from django.db.models import BigIntegerField, Count, ExpressionWrapper, F, OuterRef, QuerySet, Subquery, Sum, Value

from series.fields import from_microseconds, to_microseconds
from series.models import Point, Series


def buckets(
    series_ids: Collection[int], *, start: datetime, end: datetime, step_seconds: float
) -> dict[int, list[float | None]]:
    """For each series the mean of each bucket from ``start`` to ``end``; None where a bucket has no point.

    Buckets are ``step_seconds`` long and aligned to the epoch: the first one begins at ``start`` floored to the step,
    so the same point is in the same bucket whenever one asks. Points at ``end`` or later are left out, and the last
    bucket may be cut by it. Times are aware datetimes; steps are kept to the microsecond. Raises ``ValueError`` for a
    step under a microsecond or a time without a zone.
    """
    step = round(step_seconds * 1_000_000)
    if step < 1:
        raise ValueError(f"step_seconds is {step_seconds!r}; it must be at least 0.000001.")
    first = to_microseconds(start) // step * step
    length = max(0, math.ceil((to_microseconds(end) - first) / step))
    means: dict[int, list[float | None]] = {pk: [None] * length for pk in series_ids}
    # Counted from the first bucket: never negative, so that rounding to zero and rounding down are the same.
    number = ExpressionWrapper((F("time") - Value(first)) / Value(step), output_field=BigIntegerField())
    rows = (
        Point.objects.filter(series__in=means, time__gte=from_microseconds(first), time__lt=end)
        .annotate(bucket=number)
        .values_list("series_id", "bucket")
        # Not Avg: PostgreSQL's also sums squares, and fails for values whose squares overflow.
        .annotate(total=Sum("value"), points=Count("pk"))
    )
    for pk, bucket, total, points in rows:
        means[pk][bucket] = total / points
    return means


def latest(series_ids: Collection[int]) -> dict[int, tuple[datetime, float]]:
    """Time and value of the latest point of each series that has one."""
    newest = _newest_first()
    rows = Series.objects.filter(pk__in=series_ids).annotate(
        last_time=Subquery(newest.values("time")[:1]), last_value=Subquery(newest.values("value")[:1])
    )
    found = rows.order_by().values_list("pk", "last_time", "last_value")
    return {pk: (time, value) for pk, time, value in found if time is not None}


def last_times(series_ids: Collection[int]) -> dict[int, datetime]:
    """When each series that has points got its latest one."""
    rows = Series.objects.filter(pk__in=series_ids).annotate(last_time=Subquery(_newest_first().values("time")[:1]))
    return {pk: time for pk, time in rows.order_by().values_list("pk", "last_time") if time is not None}


def _newest_first() -> QuerySet[Point]:
    # One step down the index for each series, where MAX with GROUP BY would read all points of each.
    return Point.objects.filter(series=OuterRef("pk")).order_by("-time")
