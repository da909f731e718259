"""Between two points of a series there is nothing, and mostly that is only the pause between two. Pure."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from series.freshness import LATE_AFTER_INTERVALS

# One value for each bucket of time; None where there is none.
Numbers = list[float | None]


def longest_pause(known: Sequence[int], interval: float = 0.0) -> float:
    """The longest distance of two points, in buckets, that is no gap. ``known``: the buckets that have one;
    ``interval``: buckets between points that are expected, 0 if unknown."""
    usual = median(after - before for before, after in pairwise(known)) if len(known) > 1 else 1
    return LATE_AFTER_INTERVALS * max(interval, usual)


def without_pauses(values: Sequence[float | None], interval: float) -> Numbers:
    """Fill gaps that are only the pause between two samples. ``interval``: buckets between samples, 0 if unknown."""
    known = [(index, value) for index, value in enumerate(values) if value is not None]
    longest = longest_pause([index for index, _value in known], interval)
    filled = list(values)
    for (before, low), (after, high) in pairwise(known):
        if after - before <= longest:
            for index in range(before + 1, after):
                filled[index] = low + (high - low) * (index - before) / (after - before)
    return filled


def first_known(values: Sequence[float | None]) -> int:
    """The index of the first value; behind the last one if there is none."""
    return next((index for index, value in enumerate(values) if value is not None), len(values))


def lasting(values: Numbers) -> Numbers:
    """Values that last until the next one, but not longer than a pause."""
    known = [index for index, value in enumerate(values) if value is not None]
    longest, result = int(longest_pause(known)), list(values)
    for index, following in pairwise([*known, len(values)]):
        for gap in range(index + 1, min(following, index + longest)):
            result[gap] = values[index]
    return result
