"""The buckets of time that a panel shows: equal ones, or days and parts of days as a clock counts them."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from math import ceil, floor
from typing import Any, NamedTuple

from live.charts.axes import clock
from live.charts.output.tooltip import DEFAULT_COLUMNS
from series.durations import DAY

HOUR = 3600
# Widths of a bucket in seconds; a chart takes the first that makes at most so many.
STEPS_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, HOUR, 7200, 14400, 21600, 43200, DAY)
# Columns of a tooltip, however few points there are.
MIN_COLUMNS = 12


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

    @classmethod
    def up_to(cls, last: float, length: float, zone: tzinfo, *, max_buckets: int, min_step: float = 0.0) -> "Window":
        """So many seconds up to the bucket that holds ``last``, in at most so many buckets, none of them shorter than
        ``min_step`` seconds."""
        # Beyond the list whole days: what is no whole number drifts against times that are kept in microseconds.
        step = next(
            (step for step in STEPS_SECONDS if step >= min_step and length <= step * max_buckets),
            ceil(max(length / max_buckets, min_step) / DAY) * DAY,
        )
        # A day is one of the board's clock, however many hours it has, and several hours begin at the same ones of that
        # clock each day. Shorter buckets are equal: an hour that comes twice is two, and none is skipped. Hours begin
        # where that clock's hours did at the last point.
        if step <= HOUR:
            zone = timezone(timedelta(seconds=clock.offset(last, zone))) if step == HOUR else UTC
        begin = clock.instant((clock.shown(last, zone) // step + 1) * step - length, zone)
        return cls.on_clock(zone, begin, last, step)

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

    def columns(self, interval: float) -> int:
        """How many columns the tooltip has where points are so many seconds apart, 0 if that is unknown: what is
        between two points was never measured, and a browser pays for each column."""
        points = (self.end - self.start) / interval if interval else DEFAULT_COLUMNS
        return round(min(max(points, MIN_COLUMNS), DEFAULT_COLUMNS))

    def at(self, index: int) -> float:
        """When a bucket begins."""
        if isinstance(self.zone, timezone):  # of a fixed offset, whose clock never changes: charts ask this often
            return self.start + index * self.step
        return clock.instant(self.first + index * self.step, self.zone)
