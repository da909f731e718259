"""The category axis below a plot: one slot a name, all equally wide, in their order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from ..output.chart import Cell
from ..output.html import Label, label_row, text
from ..output.tooltip import DEFAULT_COLUMNS, MAX_COLUMNS, tooltip
from ..text.alternative import Naming, name

MAX_CATEGORIES_WITH_ROOM = 7  # categories that have room for short names in a tile a third of a page wide
MAX_LABELS = 12  # categories that all have a label; of more, every n-th has


@dataclass(slots=True)
class CategoryAxis:
    """The names of the categories. It has those methods of `TimeAxis` that do not depend on time."""

    names: tuple[str, ...]
    head: ClassVar[str] = ""  # of the column of names in a table

    @property
    def size(self) -> int:
        return len(self.names)

    def where(self, index: int) -> str:
        return self.names[index]

    def naming(self) -> Naming:
        """Return how the categories are called in the text alternative."""
        span = f"{self.size} categories" if self.size != 1 else "1 category"
        return Naming(lambda index: name(self.names[index]), span, "")

    def cells(self) -> Sequence[Cell]:
        return self.names

    def labels(self) -> tuple[Label, ...]:
        return labels(self.names)

    def labels_html(self) -> str:
        return labels_html(self.names)

    def zone_name(self) -> str:
        return ""

    def interval(self) -> str:
        return ""

    def tooltip_html(self, cell: Callable[[int], str], _columns: int = 0, *, rows: bool = False) -> str:
        return tooltip_html(self.size, cell, rows=rows)


@lru_cache(maxsize=256)
def labels(names: tuple[str, ...]) -> tuple[Label, ...]:
    """Return the labels that are shown."""
    size = len(names)
    every = -(-size // MAX_LABELS) if size > MAX_LABELS else 1
    shown = []
    for rank, index in enumerate(range(0, size, every)):
        hiding = "odd" if rank % 2 else "half" if rank % 4 else "quarter" if rank else ""  # as a tile narrows
        shown.append(Label((2 * index + 1) / (2 * size), _cut(names[index], size), hiding if every > 1 else ""))
    return tuple(shown)


@lru_cache(maxsize=256)
def labels_html(names: tuple[str, ...]) -> str:
    """Return the labels as HTML."""
    size = len(names)
    if size <= MAX_LABELS:
        many = " many crowd" if size > MAX_CATEGORIES_WITH_ROOM else " many" if size > 4 else ""
        items = "".join([f"<li>{text(label)}</li>" for label in names])
        return f'<ol class="chart-x{many}" aria-hidden="true">{items}</ol>'
    return label_row(labels(names))


def tooltip_html(size: int, cell: Callable[[int], str], *, rows: bool = False) -> str:
    """Return the tooltip over `size` categories; `cell` writes its words for one of them."""
    picked: Sequence[int] = range(size)
    if size > MAX_COLUMNS:
        picked = [(2 * i + 1) * size // (2 * DEFAULT_COLUMNS) for i in range(DEFAULT_COLUMNS)]
    return tooltip([cell(i) for i in picked], rows=rows)


def _cut(label: str, size: int) -> str:
    """Shorten a name that stands among many; the tooltip has it in full."""
    return label if len(label) <= 8 or size <= MAX_LABELS else label[:7] + "…"
