"""What interval a series has that does not say one: learned from when its points came.

Only of a series whose points come as those of a program do: regularly, for some minutes at least, and as soon as they
are measured. What is typed by hand, comes in bursts or is sent afterwards has no rhythm, and is never late.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from statistics import median_high
from typing import NamedTuple

from series.durations import UNIT_SECONDS
from series.freshness import MAX_INTERVAL_SECONDS, MIN_INTERVAL_SECONDS, expectation

MICROSECONDS = 1_000_000
# From so many gaps between points; from fewer, but not from too few.
MAX_GAPS, MIN_GAPS = 20, 8
# They are regular if so many of them are at most so many times the usual one. Of 20 gaps two may be outages.
REGULAR_PART, MAX_USUAL_GAPS = 0.9, 3
# In minutes and hours with points, that are so much rarer than such points make them, there are bursts.
BURST_FACTOR = 2
# Points come as soon as they are measured if they do in so much of the time after which the next one would be late.
PROMPT_PART = 0.5
# A rhythm that has changed by less is the same: what is learned stands still where a sender's timer does not.
SAME_PART = 0.1


class Times(NamedTuple):
    """When the newest points of a series were, and the last ones of its newest minutes and hours that have any. In
    order, in microseconds since the epoch, ``MAX_GAPS + 1`` of each at most.
    """

    points: Sequence[int] = ()
    minutes: Sequence[int] = ()
    hours: Sequence[int] = ()


def learned(times: Times, delay: int, known: float | None = None) -> float | None:
    """The interval of a series in seconds, None if it has no rhythm.

    ``delay``: in microseconds, see ``storage.newest``. ``known``: what was learned before.
    """
    interval = _interval(times)
    if interval is None or not MIN_INTERVAL_SECONDS <= interval <= MAX_INTERVAL_SECONDS:
        return None
    _, grace, _ = expectation(None, learned=interval)
    if delay > PROMPT_PART * (interval + grace) * MICROSECONDS:
        return None
    return known if known and abs(interval - known) <= SAME_PART * known else _rounded(interval)


def _interval(times: Times) -> float | None:
    # Where points are deleted already, minutes or hours say when those of a slow series were.
    if max(len(times.minutes), len(times.hours)) <= MIN_GAPS:
        return None
    interval = 0.0
    for size, some in zip((0, UNIT_SECONDS["min"], UNIT_SECONDS["h"]), times, strict=True):
        if len(some) > MIN_GAPS:
            # Of two rhythms the slower one: better too late than wrong.
            gaps = sorted(after - before for before, after in pairwise(some))
            usual = median_high(gaps)
            if gaps[ceil(REGULAR_PART * len(gaps)) - 1] > MAX_USUAL_GAPS * usual:
                return None
            if usual / MICROSECONDS > BURST_FACTOR * max(size, interval):
                interval = usual / MICROSECONDS
    return interval


def _rounded(seconds: float) -> float:
    """As people say it: to two digits, in a unit of which there are two at least."""
    size = next((size for size in UNIT_SECONDS.values() if seconds >= 2 * size), 1)
    return float(f"{seconds / size:.2g}") * size
