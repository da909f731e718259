"""Where the ticks of an axis of values go: round numbers, powers of 1024 and of ten, round durations.

The choice of a step is d3's (d3-array `ticks`: the step nearest to span / count, geometrically), with 2.5 added to its
1-2-5. Steps are kept as a fraction of integers, so a tick is one exactly rounded division and 3 * 0.1 is 0.3.

An axis of values ends on ticks. That is what lets its labels be evenly spaced HTML, with no position of their own.
"""

from functools import lru_cache
from math import ceil, floor, isfinite, log2, log10

from ..values import MAX_VALUE, MIN_SPAN, room

# A value that is a share of a whole stays within the whole.
_WHOLE = {"%": 100.0, "ratio": 1.0}

# About five intervals become three to seven after snapping: a label every 25 to 45 px on a tile of usual height.
USUAL_INTERVALS = 5
MAX_INTERVALS = 7
# A span narrower than this part of its values is what sums of floats are off by, and no change.
MIN_RELATIVE_RANGE = 1e-12

# The lowest that a logarithmic axis can show.
MIN_LOG_VALUE = 1e-300

MINUTE, HOUR, DAY = 60, 3600, 86400
_DURATIONS = (15, 30, 60, 120, 300, 600, 900, 1800, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY)


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
def number_ticks(low: float, high: float, unit: str = "", max_intervals: int = MAX_INTERVALS) -> tuple[float, ...]:
    """Return evenly spaced round numbers, ascending; the first is at or below `low`, the last at or above `high`.

    Raises ValueError unless low < high and max_intervals > 1, because what lies on both sides of zero needs two.
    """
    if not low < high or max_intervals < 2:
        raise ValueError(f"an axis needs low < high and two intervals, not {low!r}, {high!r} and {max_intervals!r}")
    # Ticks closer than this would be the same float.
    raw = max((high - low) / min(USUAL_INTERVALS, max_intervals), 2e-15 * max(abs(low), abs(high)), MIN_SPAN)
    while True:
        ticks = _spaced(low, high, *number_step(raw, unit))
        if len(ticks) <= max_intervals + 1:
            return ticks
        raw *= 1.25


def _spaced(low: float, high: float, top: int, bottom: int) -> tuple[float, ...]:
    first, last = around(low, high, top, bottom)
    return tuple(index * top / bottom for index in range(first, last + 1))


def around(low: float, high: float, top: int, bottom: int) -> tuple[int, int]:
    """Return between which multiples of top / bottom `low` and `high` lie: the nearest at or outside them."""
    size = top / bottom
    first, last = floor(low / size), ceil(high / size)
    # Division rounds: 0.3 / 0.1 is just under 3. The exact ticks decide.
    first += (first + 1) * top / bottom <= low
    first -= first * top / bottom > low
    last -= (last - 1) * top / bottom >= high
    last += last * top / bottom < high
    return first, last


def _usable(bound: float | None) -> float | None:
    return bound if bound is not None and isfinite(bound) and abs(bound) <= MAX_VALUE else None


@lru_cache(maxsize=2048)
def domain(
    low: float,
    high: float,
    minimum: float | None = None,
    maximum: float | None = None,
    unit: str = "",
    min_range: float = 0.0,
    max_intervals: int = MAX_INTERVALS,
) -> tuple[float, ...]:
    """Return the ticks of an axis that shows `low` to `high`, `max_intervals` + 1 at most.

    A fixed `minimum` or `maximum` replaces that end (what lies outside is drawn at the edge). A free end goes to zero
    when zero is near, and is padded otherwise. Values that are all equal, or nearly, are shown against zero, or with
    `min_range` in the middle. `min_range` is the smallest range that the axis may have: a free end gives way, but not
    beyond zero, and of a share not beyond the whole.
    """
    minimum, maximum = _usable(minimum), _usable(maximum)
    min_range = min_range if 0 < min_range <= MAX_VALUE else 0.0
    whole = _WHOLE.get(unit)
    whole = None if whole is None or high > whole else whole
    if minimum is not None and maximum is not None and maximum < minimum:
        minimum, maximum = maximum, minimum
    start = low if minimum is None else minimum
    end = high if maximum is None else maximum
    span = end - start
    flat = not min_range and span <= MIN_RELATIVE_RANGE * max(abs(start), abs(end))
    if minimum is None:
        near = flat or start <= span
        start = min(start, 0.0) if near else max(0.0, start - 0.04 * span)
    if maximum is None:
        near = flat or -end <= span
        roof = whole if whole is not None and end <= whole else end + 0.04 * span
        end = max(end, 0.0) if near and end <= 0 else min(end if start == 0 else end + 0.04 * span, roof)
    if end - start < min_range:
        start, end = _widened(start, end, min_range, minimum is None, maximum is None, whole)
    if end - start <= MIN_RELATIVE_RANGE * max(abs(start), abs(end)) or end - start < MIN_SPAN:
        if maximum is not None and minimum is None:
            start = end - room(end)
        else:
            end = start + room(start)
    return number_ticks(start, end, unit, max_intervals)


def _widened(
    start: float, end: float, min_range: float, down: bool, up: bool, whole: float | None
) -> tuple[float, float]:
    """Return a range of `min_range` around another one, whose lower and upper end may or may not give way.

    Where all is on one side of zero, or within the `whole`, so is the range; at a fixed end it may then be narrower.
    """
    more = min_range - (end - start)
    if down and up:
        low = start - more / 2
        if start >= 0 > low:  # nothing is below zero, so nothing is shown there
            low = 0.0
        elif end <= 0 < low + min_range:
            low = -min_range
        if whole is not None and low + min_range > whole >= end:
            return (max(whole - min_range, 0.0) if start >= 0 else whole - min_range), whole
        return low, low + min_range
    if down:
        return (0.0 if start >= 0 > start - more and end > 0 else start - more), end
    if up:
        return start, (0.0 if end <= 0 < end + more and start < 0 else end + more)
    return start, end


def log_domain(
    low: float, high: float, minimum: float | None = None, maximum: float | None = None
) -> tuple[float, ...]:
    """Return the ticks of a logarithmic axis that shows `low` to `high`, both above zero: powers of ten.

    They are evenly spaced, eight at most: of more decades every second, third, … has a tick. A `minimum`
    or `maximum` above zero replaces that end; others cannot be on such an axis. Raises ValueError unless 0 < low.
    """
    if not 0 < low <= high <= MAX_VALUE:
        raise ValueError(f"a logarithmic axis needs 0 < low <= high, not {low!r} and {high!r}")
    minimum, maximum = _usable(minimum), _usable(maximum)
    low = minimum if minimum is not None and minimum > 0 else low
    high = maximum if maximum is not None and maximum > 0 else high
    low, high = max(min(low, high), MIN_LOG_VALUE), max(low, high, MIN_LOG_VALUE)
    first, last = floor(log10(low) + 1e-9), ceil(log10(high) - 1e-9)
    last = max(last, first + 1)
    step = ceil((last - first) / MAX_INTERVALS)
    count = ceil((last - first) / step)
    # Whole multiples of the step, as long as both ends are numbers that a float can hold.
    if first // step * step >= -300 and first // step * step + count * step >= last:
        first = first // step * step
    first = min(first, 300 - count * step)
    # Read, not raised: 10.0**23 is not quite 1e23.
    return tuple([float(f"1e{first + index * step}") for index in range(count + 1)])
