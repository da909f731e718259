"""When a series is late: its next point has stayed away for much longer than the interval in which points come.

The interval is what the series says or, where it says none, what was learned from its rhythm (``rhythm``).
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from series.durations import DurationRange

MIN_INTERVAL_SECONDS, MAX_INTERVAL_SECONDS = 0.1, 366 * 86_400
# What a series says whose points nobody waits for.
NEVER_SECONDS = 0.0
# A series is late, and a line through its points broken, after so many intervals without a point ...
LATE_AFTER_INTERVALS = 2.5
# ... but late never sooner than this: a slow second is no incident. After an interval that was only learned it is late
# not before the grace, which is longer: nobody has promised anything.
MIN_LATE_AFTER_SECONDS = 5.0
MIN_LEARNED_GRACE_SECONDS = 30.0


class Expectation(NamedTuple):
    """When the next point of a series is expected: after ``interval`` seconds, never if that is 0; after ``grace``
    seconds more it is late. ``is_learned``: from its rhythm, for it does not say.
    """

    interval: float = NEVER_SECONDS
    grace: float = 0.0
    is_learned: bool = False

    def overdue_at(self, last: datetime) -> datetime | None:
        """When the point after ``last`` is overdue; None if none is expected."""
        return last + timedelta(seconds=self.interval + self.grace) if self.interval else None


def expectation(interval: float | None, grace: float | None = None, learned: float | None = None) -> Expectation:
    """Of a series that says this interval and this grace, and from whose rhythm that interval was ``learned``; None
    where there is none. Seconds that nobody can wait for are none.
    """
    is_learned = interval is None
    interval = valid_interval(learned if interval is None else interval)
    if grace is None or not 0 <= grace <= MAX_INTERVAL_SECONDS:
        least = MIN_LEARNED_GRACE_SECONDS if is_learned else MIN_LATE_AFTER_SECONDS - interval
        grace = max((LATE_AFTER_INTERVALS - 1) * interval, least)
    return Expectation(interval, grace, is_learned) if interval else Expectation()


def valid_interval(seconds: float | None) -> float:
    """The expected seconds between two points; 0 where none are expected, or where nobody would wait that long."""
    return seconds if seconds and 0 < seconds <= MAX_INTERVAL_SECONDS else NEVER_SECONDS


def check_interval(seconds: float) -> None:
    """Raise ``ValidationError`` for what is neither an interval nor never."""
    if seconds != NEVER_SECONDS:
        DurationRange(MIN_INTERVAL_SECONDS, MAX_INTERVAL_SECONDS)(seconds)


check_grace = DurationRange(0, MAX_INTERVAL_SECONDS)
