"""The one way in which points are written."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from prometheus_client import Counter

from series.models import Point, Series
from series.samples import Sample, identity_of
from series.signals import points_written

POINTS = Counter("series_points", "Points committed.")
# SQLite makes smaller ones of its own accord.
POINTS_PER_INSERT = 5000


def write(samples: Iterable[Sample]) -> int:
    """Write samples in one transaction, make the series that are missing, and announce all of them.

    The last value for a series and time wins, within one call and between calls, so that writing the same samples
    twice changes nothing. Returns how many samples there were. Raises ``django.db.OperationalError`` where the
    database is locked or away; then nothing is written.
    """
    samples = list(samples)
    labels: dict[str, tuple[str, Mapping[str, str]]] = {}
    # One value for each row: ON CONFLICT refuses a statement that meets the same row twice.
    values: dict[tuple[str, datetime], float] = {}
    for sample in samples:
        identity = identity_of(sample.name, sample.tags)
        labels[identity] = (sample.name, sample.tags)
        values[identity, sample.time] = sample.value
    if not samples:
        return 0
    with transaction.atomic():
        ids = Series.objects.ensure(labels)
        # In order, so that two transactions with the same points cannot wait for each other in a circle.
        rows = sorted(values.items())
        Point.objects.bulk_create(
            [Point(series_id=ids[identity], time=time, value=value) for (identity, time), value in rows],
            batch_size=POINTS_PER_INSERT,
            update_conflicts=True,
            unique_fields=["series", "time"],
            update_fields=["value"],
        )
        points_written.send(sender=Point, series_ids=frozenset(ids.values()))
        transaction.on_commit(lambda: POINTS.inc(len(samples)))
    return len(samples)
