"""What is kept of a stretch of time of a series once its points are gone: count, sum, min, max, first, last and by how
much a counter grew. Pure.

A mean is sum / count, and a spike survives as min or max. Two summaries, one of them of later points only, merge to
what one of all these points would be.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import groupby, pairwise
from operator import itemgetter, or_
from typing import NamedTuple

from series.values import Number

SECOND_MICROSECONDS = 1_000_000
MINUTE_MICROSECONDS = 60 * SECOND_MICROSECONDS
HOUR_MICROSECONDS = 60 * MINUTE_MICROSECONDS
DAY_MICROSECONDS = 24 * HOUR_MICROSECONDS
# ``Summary.seen`` has a bit for each of the values from 0 up to here, and the next one for all others. That is as much
# as a signed 64-bit integer holds.
MAX_SEEN_VALUE = 61
OTHER_SEEN = 1 << (MAX_SEEN_VALUE + 1)
BITS = {float(value): 1 << value for value in range(MAX_SEEN_VALUE + 1)}


class Row(NamedTuple):
    """A point: the key of its series, its time in microseconds since the epoch, its value: an integer where no float is
    equal to that, see ``series.values.exact``."""

    series: int
    time: int
    value: Number


class Summary(NamedTuple):
    """Of at least one point. ``first`` is the value at ``first_time``, ``last`` that at ``last_time``; times are in
    microseconds since the epoch. ``increase`` is the ``growth`` from each of the points to the next one, in sum.

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
    first: float
    first_time: int
    increase: float

    def merged(self, other: "Summary") -> "Summary":
        """Of the points of both. Raises ``ValueError`` where not all of one are before those of the other: how much a
        counter grew between them is not known then.
        """
        before, after = (self, other) if self.first_time < other.first_time else (other, self)
        if before.last_time >= after.first_time:
            raise ValueError("Two summaries of points that are not one after the other cannot be merged.")
        return Summary(
            self.count + other.count,
            self.sum + other.sum,
            min(self.min, other.min),
            max(self.max, other.max),
            after.last,
            after.last_time,
            self.seen | other.seen,
            before.first,
            before.first_time,
            before.increase + growth(before.last, after.first) + after.increase,
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
        (_, first_time, first), (_, last_time, last) = points[0], points[-1]
        extremes = min(values), max(values)
        seen = reduce(or_, set(map(bit_of, values)))
        increase = increase_of(values)
        stretch = series, begin_of(last_time, size)
        yield (
            stretch,
            Summary(len(values), sum(values), *extremes, last, last_time, seen, first, first_time, increase),
        )


def coarser(parts: Iterable[tuple[Stretch, Summary]], size: int) -> Iterator[tuple[Stretch, Summary]]:
    """The same for longer stretches, from those of shorter ones, which are in order."""

    def wider(part: tuple[Stretch, Summary]) -> Stretch:
        (series, begin), _summary = part
        return series, begin_of(begin, size)

    for stretch, group in groupby(parts, key=wider):
        yield stretch, reduce(Summary.merged, map(itemgetter(1), group))


def growth(before: float, after: float) -> float:
    """By how much a counter grew from one value to the next one. Where that is lower the counter was reset, as when its
    program was started again, and began at 0: Prometheus counts so, too."""
    return after - before if after >= before else after


def increase_of(values: Sequence[float]) -> float:
    """By how much a counter grew through these values. Summed up from reset to reset, so that nothing is lost to
    rounding between two of these."""
    first_end, *ends = [*(one for one, following in pairwise(values) if following < one), values[-1]]
    return first_end - values[0] + sum(ends)


def bit_of(value: float) -> int:
    """What ``Summary.seen`` has for a value."""
    return BITS.get(value, OTHER_SEEN)


def values_of(seen: int) -> Iterator[float]:
    """The values of which ``seen`` knows that they were there; besides them there may have been others."""
    return (float(value) for value in range(MAX_SEEN_VALUE + 1) if seen >> value & 1)
