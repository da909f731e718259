"""The states of a timeline: in order, without overlap, inside its axis."""

from collections.abc import Sequence
from datetime import datetime
from heapq import heappop, heappush
from itertools import pairwise
from typing import NamedTuple

from ..axes.time import seconds
from ..marks import SERIES
from ..text.numbers import NO_VALUE

SEVERITY = {"ok": 0, "off": 1, "warn": 2, "bad": 3, **dict.fromkeys(SERIES, 1)}


class Span(NamedTuple):
    """A state that lasted from `start` to `end`, epoch seconds or aware datetimes.

    `level` is "ok", "warn", "bad" or "off", or a series' colour, "s1" to "s8", for what is neither; `word` says which.
    """

    start: float | datetime
    end: float | datetime
    level: str
    word: str


class Known(NamedTuple):
    """A span in epoch seconds, of a known level."""

    start: float
    end: float
    level: str
    word: str


def in_order(spans: Sequence[Span | Known], first: float, last: float) -> list[Known]:
    """Return spans in order and without overlap, inside the axis; neighbours of one state are one."""
    states: list[Known] = []
    ordered = True
    before = Known(first, first, "", "")
    for span in spans:
        start, end, level, word = span
        if isinstance(start, datetime) or isinstance(end, datetime) or not first <= start < end <= last:
            start, end = seconds(start), seconds(end)
            if end < start:
                raise ValueError(f"a span must not end before it starts: {span!r}")
            start, end = max(start, first), min(end, last)
            if start >= end:
                continue
        level, word = level if level in SEVERITY else "off", str(word) or NO_VALUE
        if start == before.end and level == before.level and word == before.word:
            start = states.pop().start
        elif start < before.end:
            ordered = False
        before = Known(start, end, level, word)
        states.append(before)
    return states if ordered else in_order(_on_top(states), first, last)


def _on_top(spans: Sequence[Known]) -> list[Known]:
    """Return what is seen of spans in any order when each lies upon those before it in the list, in order of time."""
    waiting = sorted(range(len(spans)), key=lambda index: spans[index].start, reverse=True)
    open_: list[int] = []  # a heap: those that have begun, the last of the list first
    seen: list[Known] = []
    for start, end in pairwise(sorted({edge for span in spans for edge in span[:2]})):
        while waiting and spans[waiting[-1]].start <= start:
            heappush(open_, -waiting.pop())
        while open_ and spans[-open_[0]].end <= start:
            heappop(open_)
        if open_:
            seen.append(spans[-open_[0]]._replace(start=start, end=end))
    return seen
