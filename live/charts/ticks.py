"""Where the ticks of an axis go: round numbers, powers of 1024, round durations, and the calendar.

The choice of a step is d3's (d3-array `ticks`: the step nearest to span / count, geometrically), with 2.5 added to its
1-2-5. Steps are kept as a fraction of integers, so a tick is one exactly rounded division and 3 * 0.1 is 0.3.

An axis of values ends on ticks. That is what lets its labels be evenly spaced HTML, with no position of their own.
"""

from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from math import ceil, floor, isfinite, log2, log10
from typing import NamedTuple

from .values import LIMIT, TINY, room

# About four intervals become three to six after snapping: a label every 25 to 45 px on a tile of usual height.
INTERVALS = 4
# Nine labels over time fit a wide tile; the style sheet hides half of them, then three quarters, as the tile narrows.
MOMENTS = 9
# A span narrower than this part of its values is noise: stretching it over the whole height would show a storm.
NOISE = 1e-6

MINUTE, HOUR, DAY = 60, 3600, 86400
_DURATIONS = (15, 30, 60, 120, 300, 600, 900, 1800, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY)
_CLOCK = (
    *(m / 10**p for p in (3, 2, 1) for m in (1, 2, 5)),
    *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR),
)


def number_step(raw: float, unit: str = "") -> tuple[int, int]:
    """Return the round step nearest to `raw` as (numerator, denominator).

    1-2-2.5-5 times a power of ten; powers of two for the units "B" and "B/s", so that labels are whole KiB, MiB, …; the
    steps of a clock for the unit "s", from 15 seconds on.
    """
    if unit in ("B", "B/s") and raw > 0.7:
        return 2 ** max(0, round(log2(raw))), 1
    if unit == "s" and raw >= 12:
        for step in _DURATIONS:
            if raw <= step * 1.25:
                return step, 1
        top, bottom = number_step(max(1.0, raw / DAY))
        return round(top / bottom) * DAY, 1  # whole days; 2.5 becomes 2
    power = floor(log10(raw))
    error = raw / 10.0**power
    # The geometric means of neighbouring steps, as in d3.
    tens = 10 if error < 1.4142 else 20 if error < 2.2361 else 25 if error < 3.5355 else 50 if error < 7.0711 else 100
    power -= 1
    return (tens * 10**power, 1) if power >= 0 else (tens, 10**-power)


@lru_cache(maxsize=2048)
def number_ticks(low: float, high: float, unit: str = "", count: int = INTERVALS) -> tuple[float, ...]:
    """Return evenly spaced round numbers, ascending; the first is at or below `low`, the last at or above `high`.

    Raises ValueError unless low < high.
    """
    if not low < high:
        raise ValueError(f"an axis needs low < high, not {low!r} and {high!r}")
    top, bottom = number_step((high - low) / count, unit)
    size = top / bottom
    first, last = floor(low / size), ceil(high / size)
    # Division rounds: 0.3 / 0.1 is just under 3. The exact ticks decide.
    first += (first + 1) * top / bottom <= low
    first -= first * top / bottom > low
    last -= (last - 1) * top / bottom >= high
    last += last * top / bottom < high
    return tuple(index * top / bottom for index in range(first, last + 1))


def _usable(bound: float | None) -> float | None:
    return bound if bound is not None and isfinite(bound) and abs(bound) <= LIMIT else None


@lru_cache(maxsize=2048)
def domain(
    low: float, high: float, minimum: float | None = None, maximum: float | None = None, unit: str = ""
) -> tuple[float, ...]:
    """Return the ticks of an axis that shows `low` to `high`.

    A fixed `minimum` or `maximum` replaces that end (what lies outside is drawn at the edge). A free end goes to zero
    when zero is near, and is padded otherwise. Values that are all equal, or nearly, are shown against zero.
    """
    minimum, maximum = _usable(minimum), _usable(maximum)
    if minimum is not None and maximum is not None and maximum < minimum:
        minimum, maximum = maximum, minimum
    start = low if minimum is None else minimum
    end = high if maximum is None else maximum
    span = end - start
    flat = span <= NOISE * max(abs(start), abs(end))
    if minimum is None:
        near = flat or start <= span
        start = min(start, 0.0) if near else max(0.0, start - 0.04 * span)
    if maximum is None:
        near = flat or -end <= span
        # A share of a whole is not padded past the whole.
        roof = 100.0 if unit == "%" and end <= 100 else end + 0.04 * span
        end = max(end, 0.0) if near and end <= 0 else min(end if start == 0 else end + 0.04 * span, roof)
    if end - start <= NOISE * max(abs(start), abs(end)) or end - start < TINY:
        if maximum is not None and minimum is None:
            start = end - room(end)
        else:
            end = start + room(start)
    return number_ticks(start, end, unit)


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
def time_ticks(start: float, end: float, zone: tzinfo, least: float = 0, count: int = MOMENTS) -> tuple[Moment, ...]:
    """Return the calendar's ticks between two epoch seconds, at most about `count`, in the wall clock of `zone`.

    `least` is the distance of the samples in seconds; ticks are no closer. Right across a switch of daylight saving
    time: an hour that is skipped has no tick, one that comes twice has two.
    Raises ValueError or OverflowError for times that a `datetime` cannot hold.
    """
    raw = max((end - start) / count, least)
    for interval in _CLOCK:
        if raw <= interval:
            return _clock_ticks(start, end, zone, interval)
    first, last = datetime.fromtimestamp(start, zone), datetime.fromtimestamp(end, zone)
    if raw <= 14 * DAY:
        days = 1 if raw <= DAY else 2 if raw <= 2 * DAY else 7 if raw <= 7 * DAY else 14
        return _day_ticks(start, end, zone, days, first, last)
    months = 1 if raw <= 31 * DAY else 3 if raw <= 92 * DAY else 6 if raw <= 183 * DAY else 0
    if not months:
        # A third more than needed, because the nearest step may be the smaller one.
        top, bottom = number_step(max(1.0, 1.3 * raw / (365.25 * DAY)))
        months = 12 * round(top / bottom)  # whole years; 2.5 becomes 2
    return _month_ticks(start, end, zone, months, first, last)


def _rank(index: int) -> int:
    return 1 if index % 2 else 2 if index % 4 else 0


def _clock_ticks(start: float, end: float, zone: tzinfo, interval: float) -> tuple[Moment, ...]:
    # Each offset from UTC that holds in the range has its own series of wall-clock multiples; a tick counts if its
    # offset is the one in force at that instant. Skipped and repeated hours then need no case of their own.
    offsets = {_offset(at, zone) for at in (start, (start + end) / 2, end)}
    kind = "ms" if interval < 1 else "s" if interval < MINUTE else "m"
    found = []
    for offset in offsets:
        for index in range(ceil((start + offset) / interval), floor((end + offset) / interval) + 1):
            # Below a second multiply by the reciprocal's integer: index * 0.1 would drift.
            wall = index * interval if interval >= 1 else index / round(1 / interval)
            at = wall - offset
            if len(offsets) == 1 or _offset(at, zone) == offset:
                major = wall % DAY == 0
                found.append(Moment(at, "weekday" if major else kind, major, 0 if major else _rank(index)))
    return tuple(sorted(found))


def _offset(at: float, zone: tzinfo) -> float:
    return (datetime.fromtimestamp(at, zone).utcoffset() or timedelta()).total_seconds()


def _day_ticks(
    start: float, end: float, zone: tzinfo, days: int, first: datetime, last: datetime
) -> tuple[Moment, ...]:
    found = []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        # Day 1 of the calendar was a Monday, so weeks start on Mondays.
        if (ordinal - 1) % days:
            continue
        day = datetime.fromordinal(ordinal).replace(tzinfo=zone)
        if start <= (at := day.timestamp()) <= end:
            found.append(Moment(at, "date", day.day == 1, _rank((ordinal - 1) // days)))
    return tuple(found)


def _month_ticks(
    start: float, end: float, zone: tzinfo, months: int, first: datetime, last: datetime
) -> tuple[Moment, ...]:
    found = []
    for month in range(first.year * 12, last.year * 12 + 12):
        if month % months:
            continue
        day = datetime(month // 12, month % 12 + 1, 1, tzinfo=zone)
        if start <= (at := day.timestamp()) <= end:
            january = day.month == 1
            kind = "year" if january else "month"
            found.append(Moment(at, kind, january and months < 12, _rank(month // months)))
    return tuple(found)
