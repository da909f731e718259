"""The one way in which points are written."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction
from prometheus_client import Counter

from live.limited_log import LimitedLog
from series.models import Point, Series
from series.samples import MAX_CLOCK_SKEW, Sample, identity_of
from series.signals import points_written
from series.storage.query import ahead
from tokens.models import Token

logger = logging.getLogger(__name__)
POINTS = Counter("series_points", "Points committed.")
BEHIND = Counter("series_points_behind", "Points placed behind ones that are ahead of the clock by which they came.")
# SQLite makes smaller ones of its own accord.
POINTS_PER_INSERT = 5000
STEP = timedelta(microseconds=1)
# By which a clock is said to be wrong: less is a request that took longer than another.
MIN_SKEW = timedelta(seconds=1)

limited_log = LimitedLog(logger)


def write(samples: Iterable[Sample], *, creator: Token | None = None) -> int:
    """Write samples in one transaction, make the series that are missing, and announce all of them.

    The last value for a series and time wins, within one call and between calls, so that writing the same samples
    twice changes nothing. Returns how many samples there were. Raises ``django.db.OperationalError`` where the
    database is locked or away, and ``TooManySeries`` where the ``creator`` may not make those that are missing; then
    nothing is written.
    """
    samples = list(samples)
    identities = [identity_of(sample.name, sample.tags) for sample in samples]
    labels: dict[str, tuple[str, Mapping[str, str]]] = {}
    for identity, sample in zip(identities, samples, strict=True):
        labels[identity] = (sample.name, sample.tags)
    if not samples:
        return 0
    with transaction.atomic():
        ids = Series.objects.ensure(labels, creator=creator)
        series = [ids[identity] for identity in identities]
        newest = _newest(samples, series)
        # One value for each row: ON CONFLICT refuses a statement that meets the same row twice.
        values: dict[tuple[int, datetime], float] = {}
        for pk, sample in zip(series, samples, strict=True):
            time = sample.time if sample.has_own_time or pk not in newest else newest[pk] + STEP
            values[pk, time] = sample.value
        # In order, so that two transactions with the same points cannot wait for each other in a circle.
        rows = sorted(values.items())
        Point.objects.bulk_create(
            [Point(series_id=pk, time=time, value=value) for (pk, time), value in rows],
            batch_size=POINTS_PER_INSERT,
            update_conflicts=True,
            unique_fields=["series", "time"],
            update_fields=["value"],
        )
        points_written.send(sender=Point, series_ids=frozenset(ids.values()))
        transaction.on_commit(lambda: POINTS.inc(len(samples)))
    return len(samples)


def _newest(samples: list[Sample], series: list[int]) -> dict[int, datetime]:
    """The newest time of each series that has points later than those that arrive now without a time of their own.

    Our clock was set back since those points were written, or their sender's is ahead. What arrives is the newest,
    whatever a clock says, and is placed behind them: else panels would stand still until the clock is there again.
    Those that are too far ahead to be shown are no reason: see ``query.latest``.
    """
    arrived = {pk: sample.time for pk, sample in zip(series, samples, strict=True) if not sample.has_own_time}
    if not arrived:
        return {}
    now = max(arrived.values())
    newest = ahead(arrived, now - STEP, now + MAX_CLOCK_SKEW)
    if newest:
        # One after the other: two that are placed behind the same point would be at the same moment, and one be lost.
        # This happens without any wrong clock, too, where the later of two that arrive at once is committed first.
        rows = Series.objects.select_for_update(no_key=connection.features.has_select_for_no_key_update)
        list(rows.filter(pk__in=newest).order_by("pk").values_list("pk"))
        newest = ahead(arrived, now - STEP, now + MAX_CLOCK_SKEW)
    if newest and max(newest.values()) - now > MIN_SKEW:
        BEHIND.inc(len(newest))
        limited_log.warning(
            "points without a time of their own are placed behind ones that are up to %.0f s ahead of this clock: it"
            " was set back, or a sender's clock is wrong",
            (max(newest.values()) - now).total_seconds(),
        )
    return newest
