"""When a series is late: its next point has stayed away for much longer than the interval in which points come."""

from datetime import datetime, timedelta

MAX_INTERVAL_SECONDS = 366 * 86_400
# A series is late, and a line through its points broken, after so many intervals without a point ...
LATE_AFTER_INTERVALS = 2.5
# ... but late never sooner than this: a slow second is no incident.
MIN_LATE_AFTER_SECONDS = 5.0


def valid_interval(seconds: float | None) -> float:
    """The expected seconds between two points; 0 where none are expected, or where nobody would wait that long."""
    return seconds if seconds and 0 < seconds <= MAX_INTERVAL_SECONDS else 0.0


def overdue_at(last: datetime, interval_seconds: float) -> datetime | None:
    """When the point after ``last`` is overdue; None if none is expected."""
    if not interval_seconds:
        return None
    return last + timedelta(seconds=max(LATE_AFTER_INTERVALS * interval_seconds, MIN_LATE_AFTER_SECONDS))
