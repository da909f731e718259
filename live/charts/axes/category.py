"""The category axis below a plot: one slot a name, all equally wide, in the order they were given."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from ..output.html import Label, percent, text
from ..output.tooltip import DEFAULT_COLUMNS, MAX_COLUMNS, tooltip

MAX_CATEGORIES_WITH_ROOM = 7  # categories that have room for short names in a tile a third of a page wide
MAX_LABELS = 12  # categories that all have a label; of more, every n-th has


@lru_cache(maxsize=256)
def labels(names: tuple[str, ...]) -> tuple[Label, ...]:
    """Return the labels that are shown."""
    size = len(names)
    every = -(-size // MAX_LABELS) if size > MAX_LABELS else 1
    return tuple([Label((2 * i + 1) / (2 * size), _cut(names[i], size), "") for i in range(0, size, every)])


@lru_cache(maxsize=256)
def labels_html(names: tuple[str, ...]) -> str:
    """Return the labels as HTML."""
    size = len(names)
    if size <= MAX_LABELS:
        many = " many crowd" if size > MAX_CATEGORIES_WITH_ROOM else " many" if size > 4 else ""
        items = "".join([f"<li>{text(name)}</li>" for name in names])
        return f'<ol class="chart-x{many}" aria-hidden="true">{items}</ol>'
    texts = []
    for index, label in enumerate(labels(names)):
        # Which go first as a tile narrows.
        rank = "odd" if index % 2 else "half" if index % 4 else "quarter" if index else ""
        kind = f' class="{rank}"' if rank else ""
        texts.append(f'<text x="{percent(label.at, 1)}"{kind}>{text(label.words)}</text>')
    return f'<svg class="chart-x" aria-hidden="true">{"".join(texts)}</svg>'


def tooltip_html(size: int, cell: Callable[[int], str], *, rows: bool = False) -> str:
    """Return the tooltip over `size` categories; `cell` writes what one of them says."""
    picked: Sequence[int] = range(size)
    if size > MAX_COLUMNS:
        picked = [(2 * i + 1) * size // (2 * DEFAULT_COLUMNS) for i in range(DEFAULT_COLUMNS)]
    return tooltip([cell(i) for i in picked], rows=rows)


def _cut(name: str, size: int) -> str:
    """Shorten a name that stands among many; the tooltip has it in full."""
    name = str(name)
    return name if len(name) <= 8 or size <= MAX_LABELS else name[:7] + "…"
