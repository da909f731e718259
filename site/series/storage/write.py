"""The one way in which points are written."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from prometheus_client import Counter

from live.api import Refused
from live.limited_log import LimitedLog
from series.fields import MICROSECOND, to_microseconds
from series.models import Series, TooManySeries
from series.samples import MAX_SKEW, Sample
from series.signals import points_written
from series.storage.query import newest_of
from series.storage.rollups import Row
from series.storage.states import States, TypeConflict
from series.storage.store import store
from series.storage.turn import take_turn
from series.tables import Point
from series.values import FixedState, Number, ValueType
from tokens.models import Token

logger = logging.getLogger(__name__)
POINTS = Counter("series_points", "Points committed.")
TOO_OLD = Counter("series_points_too_old", "Points that came too late to be counted.")
BEHIND = Counter("series_points_behind", "Points placed behind ones that are ahead of the clock by which they came.")
# By which a clock is said to be wrong: less is a request that took longer than another.
MIN_SKEW = timedelta(seconds=1)

limited_log = LimitedLog(logger)

# Values by the key of their series and their time.
Placed = dict[int, dict[int, Number]]


class Batch(NamedTuple):
    """Samples that are written all or not at all. Series that are missing are made for the ``creator``. ``also`` is
    what is done with them in the same transaction; where it raises, they are not written.
    """

    samples: Sequence[Sample]
    creator: Token | None = None
    also: Callable[[], None] | None = None


class Written(NamedTuple):
    """How many samples were stored, and how many were not: they are of a time whose points are deleted by age, so that
    nobody knows whether they were counted already."""

    stored: int
    too_old: int = 0


def write(samples: Iterable[Sample], *, creator: Token | None = None) -> Written:
    """Write samples in one transaction, make the series that are missing, and announce all of them.

    The last value for a series and time wins, within one call and between calls, so that writing the same samples
    twice changes nothing. Raises ``django.db.OperationalError`` where the database is locked or away,
    ``TooManySeries`` where the ``creator`` may not make those that are missing, and ``TypeConflict`` where a series
    holds something else (``storage.states``); then nothing is written.
    """
    (result,) = write_together([Batch(list(samples), creator)])
    if isinstance(result, Exception):
        raise result
    return result


def write_together(batches: Sequence[Batch]) -> list[Written | Exception]:
    """Write several batches in one transaction; for each of them what ``write`` would return or raise.

    One that cannot be written does not keep the others from it. Raises ``django.db.OperationalError`` for all of them.
    """
    try:
        return _commit(batches)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        if len(batches) == 1:
            return [error]
    return [result for batch in batches for result in write_together([batch])]


def _commit(batches: Sequence[Batch]) -> list[Written | Exception]:
    if not any(batch.samples or batch.also for batch in batches):
        return [Written(0)] * len(batches)
    with transaction.atomic():
        take_turn()
        series, states = _series(batches)
        ids = {pk for keys in series if not isinstance(keys, Exception) for pk in keys}
        newest = newest_of(ids)
        times = {pk: known.time for pk, known in newest.items()}
        placed = [
            {} if isinstance(keys, Exception) else _placed(batch.samples, keys, times, states)
            for batch, keys in zip(batches, series, strict=True)
        ]
        states.save(times)
        refused = store(_rows(placed), newest, now=to_microseconds(timezone.now()))
        points_written.send(sender=Point, series_ids=frozenset(ids))
        results: list[Written | Exception] = []
        for batch, keys, own in zip(batches, series, placed, strict=True):
            too_old = sum(row.time in own.get(row.series, {}) for row in refused)
            results.append(keys if isinstance(keys, Exception) else Written(len(batch.samples) - too_old, too_old))
        transaction.on_commit(lambda: _count(results))
    return results


def _series(batches: Sequence[Batch]) -> tuple[list[list[int] | Exception], States]:
    """For each batch the series of its samples, in their order, or why they cannot be made or cannot hold them; and the
    states of them all."""
    ids, types = Series.objects.known({sample.identity for batch in batches for sample in batch.samples})
    states = States(ids, types)
    result: list[list[int] | Exception] = []
    for batch in batches:
        labels = {sample.identity: (sample.name, sample.tags) for sample in batch.samples if sample.identity not in ids}
        try:
            first = states.check(batch.samples)
            made = _made(batch, labels, first)
        except (TooManySeries, TypeConflict, Refused) as error:
            result.append(error)
        else:
            ids |= made
            states.add(batch.samples, made, first)
            result.append([ids[sample.identity] for sample in batch.samples])
    return result, states


def _made(
    batch: Batch, labels: dict[str, tuple[str, Mapping[str, str]]], states: Mapping[str, FixedState | None]
) -> dict[str, int]:
    """Make the series of a batch, and do what is done with it. Raises what keeps it from being written."""
    types = {identity: ValueType.FIXED if fixed else ValueType.TEXT for identity, fixed in states.items()}
    if batch.also is None:
        return Series.objects.make(labels, creator=batch.creator, types=types)
    with transaction.atomic():  # so that what it has changed is undone, and nothing of others
        batch.also()
        return Series.objects.make(labels, creator=batch.creator, types=types)


def _placed(samples: Sequence[Sample], series: Sequence[int], newest: dict[int, int], states: States) -> Placed:
    """The values of a batch by series and time. ``newest``, the newest time of each series, becomes what it is with
    them.

    What arrives without a time of its own is the newest, whatever a clock says. Where there are points later than that
    (our clock was set back since, or their sender's is ahead) it is placed behind them: else panels would stand still
    until the clock is there again. Those that are too far ahead to be taken now are no reason.
    """
    placed: Placed = {pk: {} for pk in set(series)}
    behind: dict[int, int] = {}
    for pk, sample in zip(series, samples, strict=True):
        time = sample.microseconds
        if not sample.has_own_time and pk in newest:
            lead = newest[pk] - time
            if 0 <= lead <= MAX_SKEW:
                time, behind[pk] = newest[pk] + 1, lead
        value = sample.value
        placed[pk][time] = value if type(value) is float else states.number(pk, sample, time)
    for pk, values in placed.items():
        newest[pk] = max(newest.get(pk, 0), *values)
    longest = max(behind.values(), default=0) * MICROSECOND
    if longest > MIN_SKEW:
        BEHIND.inc(len(behind))
        limited_log.warning(
            "points without a time of their own are placed behind ones that are up to %.0f s ahead of this clock: it"
            " was set back, or a sender's clock is wrong",
            longest.total_seconds(),
        )
    return placed


def _rows(batches: Iterable[Placed]) -> list[Row]:
    """All of them, in order of series and time; of two values for one moment the last."""
    together: defaultdict[int, dict[int, Number]] = defaultdict(dict)
    for placed in batches:
        for pk, values in placed.items():
            together[pk].update(values)
    return [Row(pk, *point) for pk in sorted(together) for point in sorted(together[pk].items())]


def _count(results: Sequence[Written | Exception]) -> None:
    written = [result for result in results if isinstance(result, Written)]
    POINTS.inc(sum(result.stored for result in written))
    if too_old := sum(result.too_old for result in written):
        TOO_OLD.inc(too_old)
        limited_log.warning("%d points are of a time whose points are deleted by age, and are not stored", too_old)
