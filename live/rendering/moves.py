"""From one order of a list's items to another one, with the fewest that go, come and move.

What stays where it is keeps the reader's focus, selection and scroll position: so as many as possible do. These are a
longest common subsequence of both orders, which is a longest increasing one as an item is in a list once. Pure.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from live.keys import ElementId


@dataclass(frozen=True, slots=True)
class Run:
    """These stand one after the other, right behind ``after``; None for the beginning of the list."""

    after: ElementId | None
    items: tuple[ElementId, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What leads from one order to another: first ``gone`` are taken out, then the runs are put in, in this order.

    An item of a run is new to the list, or it is ``moved``: taken from where it is.
    """

    gone: tuple[ElementId, ...]
    moved: frozenset[ElementId]
    runs: tuple[Run, ...]


def difference(old: Sequence[ElementId], new: Sequence[ElementId]) -> Difference:
    """The smallest that there is. In neither order is an item twice."""
    before = {item: index for index, item in enumerate(old)}
    is_kept = set(new)
    common = [item for item in new if item in before]
    stay = {common[index] for index in longest_increasing([before[item] for item in common])}
    runs: list[Run] = []
    after: ElementId | None = None
    waiting: list[ElementId] = []
    for item in new:
        if item in stay:
            if waiting:
                runs.append(Run(after, tuple(waiting)))
                waiting = []
            after = item
        else:
            waiting.append(item)
    if waiting:
        runs.append(Run(after, tuple(waiting)))
    gone = tuple(item for item in old if item not in is_kept)
    return Difference(gone, frozenset(item for item in common if item not in stay), tuple(runs))


def longest_increasing(numbers: Sequence[int]) -> list[int]:
    """The indexes of a longest increasing subsequence of different numbers."""
    # For each length, the smallest number that such a subsequence can end with, and its index.
    ends: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for index, number in enumerate(numbers):
        length = bisect_left(ends, number)
        previous.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [number]
        last[length : length + 1] = [index]
    indexes: list[int] = []
    at = last[-1] if last else -1
    while at >= 0:
        indexes.append(at)
        at = previous[at]
    return indexes[::-1]
