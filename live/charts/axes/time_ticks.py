"""Where the ticks of an axis of time go: the calendar's own, in the wall clock of a zone, also where clocks change."""

from datetime import datetime, tzinfo
from functools import lru_cache
from math import ceil, floor
from typing import NamedTuple

from .clock import offset as offset_of
from .ticks import DAY, HOUR, MINUTE

# Nine labels over time fit a wide tile; the style sheet hides half of them, then three quarters, as the tile narrows.
MAX_LABELS = 9
_CLOCK = (
    *(m / 10**p for p in (3, 2, 1) for m in (1, 2, 5)),
    *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR),
)


_YEARS = tuple(m * 10**p for p in range(4) for m in (1, 2, 5))


class Moment(NamedTuple):
    """A tick of a time axis.

    `at` is in epoch seconds. `kind` says how it reads: "ms", "s", "m" (clock), "weekday", "date", "month", "year".
    `major` marks a change of date. `rank` is 0 for the ticks that stay on the narrowest tile, 2 for those that go
    second and 1 for those that go first; it hangs on the calendar, so that a sliding window does not make labels blink.
    """

    at: float
    kind: str
    major: bool
    rank: int


@lru_cache(maxsize=256)
def time_ticks(
    start: float, end: float, zone: tzinfo, min_step: float = 0, count: int = MAX_LABELS
) -> tuple[Moment, ...]:
    """Return the calendar's ticks between two epoch seconds, at most `count` + 1, in the wall clock of `zone`.

    `min_step` is the distance of the samples in seconds; ticks are no closer. Right across a switch of daylight saving
    time: an hour that is skipped has no tick, one that comes twice has two.
    Raises ValueError or OverflowError for times that a `datetime` cannot hold.
    """
    raw = max((end - start) / count, min_step)
    for interval in _CLOCK:
        # Where clocks change, ticks of some hours come closer than elsewhere, and one more may fit.
        if raw <= interval and len(ticks := _clock_ticks(start, end, zone, interval)) <= count + 1:
            return ticks
    first, last = datetime.fromtimestamp(start, zone), datetime.fromtimestamp(end, zone)
    if raw <= 14 * DAY:
        days = 1 if raw <= DAY else 2 if raw <= 2 * DAY else 7 if raw <= 7 * DAY else 14
        return _day_ticks(start, end, zone, days, first, last)
    months = 1 if raw <= 31 * DAY else 3 if raw <= 92 * DAY else 6 if raw <= 183 * DAY else 0
    if not months:
        years = raw / (365 * DAY)
        months = 12 * next((n for n in _YEARS if years <= n), _YEARS[-1])
    return _month_ticks(start, end, zone, months, first, last)


def _rank(index: int) -> int:
    return 1 if index % 2 else 2 if index % 4 else 0


def _clock_ticks(start: float, end: float, zone: tzinfo, interval: float) -> tuple[Moment, ...]:
    # Each offset from UTC that holds in the range has its own series of wall-clock multiples; a tick counts if its
    # offset is the one in force at that instant. Skipped and repeated hours then need no case of their own.
    offsets = {offset_of(at, zone) for at in (start, (start + end) / 2, end)}
    kind = "ms" if interval < 1 else "s" if interval < MINUTE else "m"
    ticks: list[tuple[Moment, float]] = []
    for offset in offsets:
        regular = _regular(ceil((start + offset) / interval), floor((end + offset) / interval), offset, interval, kind)
        # The rounding of a float may leave an end just outside.
        inside = regular[regular[0].at < start : len(regular) - (regular[-1].at > end)] if regular else ()
        if len(offsets) == 1:
            return inside
        ticks += [(tick, offset) for tick in inside]
    return tuple(sorted(tick for tick, offset in ticks if offset_of(tick.at, zone) == offset))


@lru_cache(maxsize=256)
def _regular(first: int, last: int, offset: float, interval: float, kind: str) -> tuple[Moment, ...]:
    """Return the ticks from multiple `first` of `interval` to multiple `last`: the same while a window slides."""
    ticks = []
    for index in range(first, last + 1):
        # Below a second multiply by the reciprocal's integer: index * 0.1 would drift.
        wall = index * interval if interval >= 1 else index / round(1 / interval)
        major = wall % DAY == 0
        # Of days that have no room for each to be named on the narrowest tile, every other one goes.
        rank = _rank(index) if not major else 2 if interval == 12 * HOUR and wall % (2 * DAY) else 0
        ticks.append(Moment(wall - offset, "weekday" if major else kind, major, rank))
    return tuple(ticks)


def _day_ticks(
    start: float, end: float, zone: tzinfo, days: int, first: datetime, last: datetime
) -> tuple[Moment, ...]:
    ticks = []
    # Day 1 of the calendar was a Monday, so weeks start on Mondays.
    for ordinal in range(first.toordinal() + -(first.toordinal() - 1) % days, last.toordinal() + 1, days):
        day = datetime.fromordinal(ordinal).replace(tzinfo=zone)
        # A zone that crosses the date line skips a day; it must not have the next one's tick.
        if start <= (at := day.timestamp()) <= end and datetime.fromtimestamp(at, zone).day == day.day:
            ticks.append(Moment(at, "date", day.day == 1, _rank((ordinal - 1) // days)))
    return tuple(ticks)


def _month_ticks(
    start: float, end: float, zone: tzinfo, months: int, first: datetime, last: datetime
) -> tuple[Moment, ...]:
    ticks = []
    begin = first.year * 12 + first.month - 1
    for month in range(begin + -begin % months, last.year * 12 + last.month, months):
        day = datetime(month // 12, month % 12 + 1, 1, tzinfo=zone)
        if start <= (at := day.timestamp()) <= end:
            january = day.month == 1
            kind = "year" if january else "month"
            ticks.append(Moment(at, kind, january and months < 12, _rank(month // months)))
    return tuple(ticks)
