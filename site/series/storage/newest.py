"""What is newest of a series, by arrival where a clock is wrong. Pure."""

from typing import NamedTuple

from series.storage.rollups import HOUR_MICROSECONDS, Row
from series.values import Number

# On the clock of any zone.
LONGEST_DAY_MICROSECONDS = 26 * HOUR_MICROSECONDS


class Newest(NamedTuple):
    """The fields of ``tables.Latest``. Times are in microseconds since the epoch."""

    time: int
    shown: int
    value: float
    points_since: int = 0
    minutes_since: int = 0
    days_until: int = 0
    delay: int = 0
    exact: int | None = None

    @classmethod
    def first(cls, row: Row, now: int) -> "Newest":
        """Of a series with one point, which has arrived now."""
        return cls(row.time, min(row.time, now), 0.0).holding(row.value)

    def followed_by(self, row: Row, now: int) -> "Newest":
        """The same once another point has arrived.

        A point counts from when it was, or from its arrival if its sender's clock is ahead: what comes once that clock
        is right is newer. What counts from a moment that has not come yet was written before our own clock was set
        back, and whatever comes now is newer.
        """
        time, moment = max(self.time, row.time), min(row.time, now)
        if moment >= self.shown or self.shown > now:
            return self._replace(time=time, shown=moment).holding(row.value)
        return self._replace(time=time)

    def holding(self, value: Number) -> "Newest":
        """The same with another value."""
        return self._replace(value=float(value), exact=value if isinstance(value, int) else None)

    @property
    def number(self) -> Number:
        """Its value, exactly."""
        return self.value if self.exact is None else self.exact

    def with_delay(self, first: int, now: int) -> "Newest":
        """The same once points have arrived together that are newer than all before, the first of them from ``first``.

        The greatest delay counts, and less with each time that points come sooner: somebody who sends an hour's points
        one after the other is not as prompt as the last of them.
        """
        return self._replace(delay=max(now - first, self.delay * 9 // 10))

    def with_days_before(self, time: int) -> "Newest":
        """The same once something has changed at a time: days that hold it, in any zone, are no longer right."""
        if time >= self.days_until:
            return self
        return self._replace(days_until=max(0, time - LONGEST_DAY_MICROSECONDS))
