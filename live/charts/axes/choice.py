"""Time or categories: which axis the arguments of a chart ask for, for points and for bars that fill slots."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from functools import lru_cache

from ..output.html import Label
from ..values import Series
from .category import CategoryAxis, tooltip_html
from .time import TimeAxis, time_axis

EDGE_SHARE = 0.06  # part of the plot at either side where a label does not fit around its middle
MAX_LABELLED_ROWS = 12  # names beside rows that are all there; of more, every n-th is, eight at most
MAX_THINNED_ROWS = 8


class BucketAxis(TimeAxis):
    """Time in buckets that have a width: each fills a slot, and labels stand in the middle of the one that they begin.

    Anything between two buckets lies as far into the slot.
    """

    __slots__ = ()

    def labels(self) -> tuple[Label, ...]:
        """Return the labels below the plot."""
        return _in_slots(super().labels(), self.size)

    def interval(self) -> str:
        """Return the time from edge to edge: to the end of the last bucket."""
        return f"{self.start:.14g}/{self.at(self.size):.14g}"

    def tooltip_html(self, cell: Callable[[int], str], _columns: int = 0, *, rows: bool = False) -> str:
        """Return the tooltip; `cell` writes its words for a bucket."""
        return tooltip_html(self.size, cell, rows=rows)


@lru_cache(maxsize=256)
def _in_slots(labels: tuple[Label, ...], size: int) -> tuple[Label, ...]:
    moved = []
    for label in labels:
        at = (label.at * (size - 1) + 0.5) / size if size > 1 else 0.5
        names = [rank for rank in label.names.split() if rank not in ("first", "last")]
        names += ["first"] if at < EDGE_SHARE else ["last"] if at > 1 - EDGE_SHARE else []
        moved.append(Label(at, label.words, " ".join(names)))
    return tuple(moved)


SlotAxis = BucketAxis | CategoryAxis


def row_labels(axis: SlotAxis) -> tuple[str, ...]:
    """Return the labels beside rows, top first; those that have no room are ""."""
    every = -(-axis.size // MAX_THINNED_ROWS) if axis.size > MAX_LABELLED_ROWS else 1
    return tuple([axis.where(i) if i % every == 0 else "" for i in range(axis.size)])


def point_axis(
    lines: Sequence[Series],
    categories: Sequence[str] | None,
    start: float | datetime | None,
    step: float | None,
    times: Sequence[float | datetime] | None,
    every: float | None,
    now: float | datetime | None,
    zone: tzinfo,
    locale: str,
) -> TimeAxis | CategoryAxis | None:
    """Return the axis of lines, None where there is nothing to show. Raises ValueError for what does not fit."""
    if categories is not None:
        if start is not None or step is not None or times is not None:
            raise ValueError("a chart lies over time or over categories, not both")
        return CategoryAxis(tuple([str(category) for category in categories])) if lines and len(categories) else None
    size = max([len(line.values) for line in lines], default=0)
    if not size:
        return None
    return time_axis(size, start=start, step=step, times=times, every=every, now=now, zone=zone, locale=locale)


def slot_axis(
    lines: Sequence[Series],
    categories: Sequence[str] | None,
    start: float | datetime | None,
    step: float | None,
    zone: tzinfo,
    locale: str,
) -> SlotAxis:
    """Return the axis of bars, whatever there is to show. Raises ValueError for what does not fit."""
    if categories is not None:
        if start is not None or step is not None:
            raise ValueError("bars stand over time or over categories, not both")
        if isinstance(categories, bytes):
            raise TypeError("categories must be a list of names, not one name")
        return CategoryAxis(tuple([str(category) for category in categories]))
    if start is None or step is None:
        raise ValueError("bars need categories, or start and step")
    size = max([len(line.values) for line in lines], default=0)
    axis = time_axis(size, start=start, step=step, zone=zone, locale=locale)
    return BucketAxis(axis.start, axis.end, axis.step, size, zone, locale, None, axis.on_clock)
