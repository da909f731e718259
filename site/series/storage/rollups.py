"""What is kept of a stretch of time of a series once its points are gone: count, sum, min, max and last. Pure.

A mean is sum / count, and a spike survives as min or max. Two summaries of different points merge in any order to what
one of all these points would be, so a point that arrives late costs as much as the newest one.
"""

from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import groupby
from operator import attrgetter, itemgetter, or_
from typing import NamedTuple

MINUTE_MICROSECONDS = 60_000_000
HOUR_MICROSECONDS = 60 * MINUTE_MICROSECONDS
DAY_MICROSECONDS = 24 * HOUR_MICROSECONDS
# ``Summary.seen`` has a bit for each of the values from 0 up to here, and the next one for all others. That is as much
# as a signed 64-bit integer holds.
MAX_SEEN_VALUE = 61
OTHER_SEEN = 1 << (MAX_SEEN_VALUE + 1)
BITS = {float(value): 1 << value for value in range(MAX_SEEN_VALUE + 1)}


class Row(NamedTuple):
    """A point: the key of its series, its time in microseconds since the epoch, its value."""

    series: int
    time: int
    value: float


class Summary(NamedTuple):
    """Of at least one point. ``last`` is the value at ``last_time``, in microseconds since the epoch.

    ``seen`` says which states there were: the bit n is set where a value was n, for n from 0 to 61, and bit 62 where
    one was anything else.
    """

    count: int  # type: ignore[assignment]  # in the place of a tuple's method
    sum: float
    min: float
    max: float
    last: float
    last_time: int
    seen: int

    def merged(self, other: "Summary") -> "Summary":
        """Of the points of both, which have none in common."""
        latest = max(self, other, key=attrgetter("last_time"))
        return Summary(
            self.count + other.count,
            self.sum + other.sum,
            min(self.min, other.min),
            max(self.max, other.max),
            latest.last,
            latest.last_time,
            self.seen | other.seen,
        )


# The key of a series and the time at which the stretch begins, in microseconds since the epoch.
Stretch = tuple[int, int]


def begin_of(time: int, size: int) -> int:
    """When the stretch of this length that holds a time begins. Both in microseconds."""
    return time - time % size


def summaries(rows: Iterable[Row], size: int) -> Iterator[tuple[Stretch, Summary]]:
    """For each stretch of this length that has points, in order; ``rows`` are in order of series and time."""
    for (series, _number), group in groupby(rows, key=lambda row: (row.series, row.time // size)):
        points = list(group)
        values = [row.value for row in points]
        last = points[-1]
        seen = reduce(or_, set(map(bit_of, values)))
        stretch = series, begin_of(last.time, size)
        yield stretch, Summary(len(values), sum(values), min(values), max(values), last.value, last.time, seen)


def coarser(parts: Iterable[tuple[Stretch, Summary]], size: int) -> Iterator[tuple[Stretch, Summary]]:
    """The same for longer stretches, from those of shorter ones, which are in order."""

    def wider(part: tuple[Stretch, Summary]) -> Stretch:
        (series, begin), _summary = part
        return series, begin_of(begin, size)

    for stretch, group in groupby(parts, key=wider):
        yield stretch, reduce(Summary.merged, map(itemgetter(1), group))


def bit_of(value: float) -> int:
    """What ``Summary.seen`` has for a value."""
    return BITS.get(value, OTHER_SEEN)


def values_of(seen: int) -> Iterator[float]:
    """The values of which ``seen`` knows that they were there; besides them there may have been others."""
    return (float(value) for value in range(MAX_SEEN_VALUE + 1) if seen >> value & 1)
