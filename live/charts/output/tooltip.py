"""The tooltip of a chart: columns over the plot that show their values when pointed at, touched or tabbed to."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from ..text.formats import exact_once
from .html import text

DEFAULT_COLUMNS = 30
MAX_COLUMNS = 60  # what a chart costs in a browser is its elements
KEYBOARD_STOPS = 20  # of more columns than by default
MAX_NAME_CHARACTERS = 24  # of a series, in each column
MAX_LABEL_CHARACTERS = 40  # it has the room of the legend, which is a row or two
NO_WIDTHS: Mapping[int, str] = {}


# A series in a tooltip: its token, and its name.
Head = tuple[str, str]


def column(
    label: str,
    values: tuple[float | None, ...],
    heads: tuple[Head, ...],
    unit: str,
    locale: str,
    total: bool = False,
) -> str:
    """Return the words of one column: its label, each series' name and exact value, and their sum where there is a
    `total` of several. The unit stands once, at the end: sixty columns times three series would repeat it."""
    known = [value for value in values if value is not None] if total and len(values) > 1 else []
    words, once = exact_once([*values, sum(known)] if known else values, unit, locale)
    parts = [
        ("" if token == f"s{number}" else token, f"{name} {amount}" if name else amount)
        for number, (token, name), amount in zip(range(1, len(values) + 1), heads, words, strict=False)
    ]
    end = f"<b>Total {text(words[-1])}</b>" if known else ""
    return words_column(label, parts, end + (f" {text(once)}" if once else ""))


def heads(names: Iterable[str], tokens: Iterable[str]) -> tuple[Head, ...]:
    """Return what stands before the values of series, their names short enough for all columns."""
    return tuple([(token, _cut(name, MAX_NAME_CHARACTERS)) for name, token in zip(names, tokens, strict=True)])


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


def words_column(label: str, parts: Sequence[tuple[str, str]], end: str = "") -> str:
    """Return the words of one column: its label, and `parts`, each a swatch in the colour of its token and words.
    `end` is HTML behind them.

    Without a token a swatch has the colour of the series, in their order; in a timeline, of what is well. A swatch is
    an `<hr>`, because an element that needs no end costs a third less than one around each value, times sixty columns.
    """
    return f"<a>{text(_cut(label, MAX_LABEL_CHARACTERS))}{''.join([_swatch(*part) for part in parts])}{end}</a>"


@lru_cache(maxsize=8192)
def _swatch(token: str, words: str) -> str:
    kind = f' class="{token}"' if token else ""
    return f"<hr{kind}/>{text(words)}"


def tooltip(columns: Sequence[str], widths: Mapping[int, str] = NO_WIDTHS, *, rows: bool = False) -> str:
    """Return the tooltip: a column to point at for each of `columns`, over the whole plot. No script is needed.

    The columns share the plot equally, but for those that have a width of their own in `widths`, by index ("3.5%").
    Each can be pointed at and touched. By keyboard the last one, the newest, is the one stop of the whole chart; from
    there Shift+Tab walks back in time, because the style sheet takes the others out of the order until the focus is
    inside. `rows` stacks them from the top instead.
    """
    every = 1 if len(columns) <= DEFAULT_COLUMNS + 2 else -(-len(columns) // KEYBOARD_STOPS)
    newest = len(columns) - 1
    cells = [
        f"<td>{html}</td>" if (newest - index) % every else f'<td tabindex="0">{html}</td>'
        for index, html in enumerate(columns)
    ]
    for index, width in widths.items():
        cells[index] = cells[index].replace(">", f' width="{width}">', 1)
    return f'<table class="chart-tooltip{" rows" if rows else ""}"><tr>{"".join(cells)}</tr></table>'
