"""What bars stand on: slots of equal width, one for each category or for each bucket of time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache

from ..output.chart import Cell
from ..output.html import Label
from ..text.alternative import name
from . import category
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

    def x(self, index: int) -> float:
        """Return where the middle of bucket `index` is, in percent from the left."""
        return 100 * (2 * index + 1) / (2 * self.size)


@lru_cache(maxsize=256)
def _in_slots(labels: tuple[Label, ...], size: int) -> tuple[Label, ...]:
    moved = []
    for label in labels:
        at = (label.at * (size - 1) + 0.5) / size if size > 1 else 0.5
        names = [rank for rank in label.names.split() if rank not in ("first", "last")]
        names += ["first"] if at < EDGE_SHARE else ["last"] if at > 1 - EDGE_SHARE else []
        moved.append(Label(at, label.words, " ".join(names)))
    return tuple(moved)


@dataclass(frozen=True, slots=True)
class Slots:
    """`size` slots: with the `names` of categories, or over the time of an `axis`."""

    size: int
    names: tuple[str, ...]
    axis: BucketAxis | None

    def where(self, index: int) -> str:
        """Return what slot `index` is called, in full."""
        return self.axis.where(index) if self.axis else self.names[index]

    def short_name(self, index: int) -> str:
        """Return what slot `index` is called, cut for the text alternative."""
        return self.axis.where(index) if self.axis else name(self.names[index])

    def span(self) -> str:
        """Return what all the slots are, in words."""
        if self.axis:
            return self.axis.words()
        return f"{self.size} categories" if self.size > 1 else "1 category"

    @property
    def at(self) -> str:
        """The word before an instant, for the text alternative; "" for categories."""
        return "at" if self.axis else ""

    def labels(self) -> tuple[Label, ...]:
        """Return the labels below a plot."""
        return self.axis.labels() if self.axis else category.labels(self.names)

    def labels_html(self) -> str:
        """Return the labels below a plot as HTML."""
        return self.axis.labels_html() if self.axis else category.labels_html(self.names)

    def beside(self) -> tuple[str, ...]:
        """Return the labels of rows, top first; those that have no room are ""."""
        every = -(-self.size // MAX_THINNED_ROWS) if self.size > MAX_LABELLED_ROWS else 1
        return tuple([self.where(i) if i % every == 0 else "" for i in range(self.size)])

    def tooltip_html(self, cell: Callable[[int], str], *, rows: bool = False) -> str:
        """Return the tooltip; `cell` writes what it says of one slot."""
        return category.tooltip_html(self.size, cell, rows=rows)

    def heads(self) -> tuple[str, Sequence[Cell]]:
        """Return the head and the cells of the first column of the data as a table."""
        return ("Time", self.axis.moments()) if self.axis else ("", self.names)


def slots_of(
    size: int,
    categories: Sequence[str] | None,
    start: float | datetime | None,
    step: float | None,
    zone: tzinfo,
    locale: str,
) -> Slots:
    """Return the slots for series of at most `size` values. Raises ValueError for what does not fit together."""
    if categories is not None:
        if start is not None or step is not None:
            raise ValueError("bars stand over time or over categories, not both")
        if isinstance(categories, bytes):
            raise TypeError("categories must be a list of names, not one name")
        names = tuple([str(category) for category in categories])
        return Slots(len(names), names, None)
    if start is None or step is None:
        raise ValueError("bars need categories, or start and step")
    axis = time_axis(size, start=start, step=step, zone=zone, locale=locale)
    return Slots(size, (), BucketAxis(axis.start, axis.end, axis.step, size, zone, locale, None, axis.daily))
