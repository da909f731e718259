"""The buckets of time that a panel shows: equal ones, or days and parts of days as a clock counts them."""

from datetime import UTC, datetime, timezone, tzinfo
from math import floor
from typing import Any, NamedTuple

from live.charts.axes import clock

HOUR = 3600


class Window(NamedTuple):
    """Buckets of time from ``start`` to ``end`` in epoch seconds, each of ``step`` seconds on the clock of a zone."""

    start: float
    end: float
    step: float
    zone: tzinfo = UTC

    @classmethod
    def on_clock(cls, zone: tzinfo, begin: float, last: float, step: float) -> "Window":
        """From the bucket that holds ``begin`` to the one that holds ``last``."""
        start, end = (clock.shown(at, zone) // step * step for at in (begin, last))
        return cls(clock.instant(start, zone), clock.instant(end + step, zone), step, zone)

    def query(self) -> dict[str, Any]:
        """As the queries take it. Clocks change by hours: shorter buckets are the same in every zone."""
        start, end = (datetime.fromtimestamp(at, UTC) for at in (self.start, self.end))
        return {"start": start, "end": end, "step_seconds": self.step, "zone": self.zone if self.step >= HOUR else None}

    @property
    def first(self) -> float:
        """What the clock shows when the first bucket begins."""
        return clock.shown(self.start, self.zone) // self.step * self.step

    @property
    def size(self) -> int:
        """How many buckets there are."""
        # Where a clock skips the hour in which the last one ends it shows a later one then.
        return floor(self._steps(self.end) + 1e-6)

    def index_of(self, at: float) -> int:
        """The index of the bucket that holds a time; negative before the first one."""
        return floor(self._steps(at))

    def _steps(self, at: float) -> float:
        return (clock.shown(at, self.zone) - self.first) / self.step

    def at(self, index: int) -> float:
        """When a bucket begins."""
        if isinstance(self.zone, timezone):  # of a fixed offset, whose clock never changes: charts ask this often
            return self.start + index * self.step
        return clock.instant(self.first + index * self.step, self.zone)
