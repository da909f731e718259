"""What the clock of a zone shows: on it a day is a day, whether 23, 24 or 25 hours pass."""

from datetime import UTC, datetime, timedelta, tzinfo

from .ticks import DAY

EPOCH = datetime(1970, 1, 1)


def offset(at: float, zone: tzinfo) -> float:
    """Return how many seconds the clock of `zone` is ahead of UTC at an instant in epoch seconds."""
    return (datetime.fromtimestamp(at, zone).utcoffset() or timedelta()).total_seconds()


def shown(at: float, zone: tzinfo) -> float:
    """Return what the clock shows at an instant: seconds since it showed 1970-01-01 00:00, without what was changed."""
    return at + offset(at, zone)


def instant(seconds: float, zone: tzinfo) -> float:
    """Return when the clock shows what `shown` returns, in epoch seconds.

    Of two such instants it is the first; a time that is skipped gives the one that is as much after the change.
    Raises ValueError or OverflowError for what a `datetime` cannot hold.
    """
    return (EPOCH + timedelta(seconds=seconds)).replace(tzinfo=zone).astimezone(UTC).timestamp()


def bucket_start(at: float, step: float, zone: tzinfo) -> float:
    """Return what the clock shows when the bucket of an instant begins: a day, or a part of one if that is `step`."""
    size = min(step, DAY)
    return shown(at, zone) // size * size


def nth_bucket(start: float, step: float, index: int, zone: tzinfo) -> float:
    """Return when the bucket begins that comes so many after the one at `start`, each `step` long on the clock."""
    return instant(bucket_start(start, step, zone) + index * step, zone)
