"""The parts that charts are put together from, as HTML strings.

Positions are attributes in percent, which a strict content policy allows where it forbids `style`; text is never inside
a stretched drawing; colours are classes only. There are no ids: a fragment has one, and it is not ours. Everything that
comes from a user goes through `text`.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .formats import exact

COLUMNS = 30  # columns of the read-out by default, …
MOST_RULES = 12  # intervals that the style sheet knows
STOPS = 20  # of more columns, so many that the keyboard stops at
MOST_COLUMNS = 60  # … and at most: what a chart costs in a browser is its elements
READ = 40  # characters of a name in the read-out: it has the room of the legend, which is a row or two
PLAIN = 16  # characters of a name that is surely not wider than its place
NO_DATA = "No data"
NO_WIDTHS: Mapping[int, str] = {}

# Control characters are not allowed in XML and never mean anything in a label.
CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])


class Entry(NamedTuple):
    """One item of a legend: a colour's token, a name, and the value beside it (words, "" for none)."""

    token: str
    label: str
    value: str = ""
    detail: str = ""


class Label(NamedTuple):
    """A label of the axis below: where (0 left, 1 right), what, and the classes that place and thin it."""

    at: float
    words: str
    names: str = ""


def text(value: object) -> str:
    """Return anything as HTML, safe in text and in a double-quoted attribute."""
    return _escaped(str(value))


@lru_cache(maxsize=2048)
def _escaped(value: str) -> str:
    return str(escape(value.translate(CONTROL)))


def said(sentence: str) -> str:
    """Return `text` past its cache: a sentence with the latest values is never said twice."""
    return str(escape(sentence.translate(CONTROL)))


def safe(html: str) -> SafeString:
    """Mark the finished HTML of a chart; all that it holds went through `text` or is our own."""
    return mark_safe(html)


def percent(part: float, whole: float) -> str:
    """Return an SVG length like "53.5%", with a dot in every locale."""
    return f"{100 * part / whole:.2f}".rstrip("0").rstrip(".") + "%"


def legend(entries: Sequence[Entry], more: int = 0) -> str:
    """Return the row with each series' colour, name and value; `more` counts those that are not drawn."""
    items = []
    for entry in entries:
        # A short plain name needs neither isolation nor an ellipsis.
        plain = len(entry.label) <= PLAIN and entry.label.isascii()
        label = text(entry.label) if plain else f"<bdi>{text(entry.label)}</bdi>"
        value = f"<b>{text(entry.value)}</b>" if entry.value else ""
        detail = f"<small>{text(entry.detail)}</small>" if entry.detail else ""
        if label or value:
            items.append(f'<li class="{entry.token}">{label}{value}{detail}</li>')
    if more:
        items.append(f"<li>+ {more} more</li>")
    return f'<ul class="chart-legend">{"".join(items)}</ul>'


@lru_cache(maxsize=1024)
def value_labels(labels: tuple[str, ...], rows: bool = False) -> str:
    """Return the labels left of the plot, top first, evenly spaced: at the rules, or in the middle of `rows`.

    Without any there is nothing to measure, and the words "No data" stand in the plot.
    """
    if not labels:
        return f'<p class="chart-none">{NO_DATA}</p>'
    items = "".join([f"<li>{text(label)}</li>" for label in labels])
    return f'<ol class="chart-y{" rows" if rows else ""}" aria-hidden="true">{items}</ol>'


@lru_cache(maxsize=256)
def grid(intervals: int, strong: int, upright: bool = False) -> tuple[str, str]:
    """Return the classes that give a plot its rules, and the line where zero is, if that is not at the edge.

    Evenly spaced rules are a background of the plot, `g1` to `g12`, so they cost neither elements nor bytes. They run
    across, from the top, or down, from the left, if `upright`; rule `strong` is zero's.
    """
    if not intervals:
        return "", ""
    way = " up" if upright else ""
    names = f" g{min(intervals, MOST_RULES)}{way}"
    if strong == (0 if upright else intervals):
        return names, ""
    at = percent(strong, intervals)
    place = f'x1="{at}" x2="{at}" y2="100%"' if upright else f'x2="100%" y1="{at}" y2="{at}"'
    return f"{names} z", f'<line class="chart-zero" {place}/>'


def column(label: str, values: tuple[float | None, ...], unit: str, locale: str) -> str:
    """Return what one column of the read-out says: its label, and the exact value of each series."""
    return said_by(label, [("", exact(value, unit, locale)) for value in values])


def said_by(label: str, parts: Sequence[tuple[str, str]]) -> str:
    """Return what one column of the read-out says: its label, and words, each behind a swatch in the colour of a token.

    Without a token the swatches have the colours of the series, in their order. A swatch is an `<hr>`, because an
    element that needs no end costs a third less than one around each value, times sixty columns.
    """
    swatches = "".join([f"<hr{token and f' class={chr(34)}{token}{chr(34)}'}/>{text(words)}" for token, words in parts])
    label = label if len(label) <= READ else f"{label[: READ - 1]}…"
    return f"<a>{text(label)}{swatches}</a>"


def read_out(columns: Sequence[str], widths: Mapping[int, str] = NO_WIDTHS, *, rows: bool = False) -> str:
    """Return the read-out: a column to point at for each of `columns`, over the whole plot. No script is needed.

    The columns share the plot equally, but for those that have a width of their own in `widths`, by index ("3.5%").
    Each can be pointed at and touched. By keyboard the last one, the newest, is the one stop of the whole chart; from
    there Shift+Tab walks back in time, because the style sheet takes the others out of the order until the focus is
    inside. `rows` stacks them from the top instead.
    """
    every = 1 if len(columns) <= COLUMNS + 2 else -(-len(columns) // STOPS)
    newest = len(columns) - 1
    cells = []
    for index, html in enumerate(columns):
        stop = "" if (newest - index) % every else ' tabindex="0"'
        size = f' width="{widths[index]}"' if index in widths else ""
        cells.append(f"<td{stop}{size}>{html}</td>")
    return f'<table class="chart-read{" rows" if rows else ""}"><tr>{"".join(cells)}</tr></table>'


def body(y: str, label: str, plot: str, readout: str, x: str, zone: str = "", rules: str = "") -> str:
    """Put a chart with axes together. `label` is the sentence for `aria-label`, not escaped; `rules` is from `grid`."""
    named = f' data-zone="{text(zone)}"' if zone else ""
    return (
        f'<div class="chart-body"{named}>{y}<svg class="chart-plot{rules}" role="img" aria-label="{said(label)}">'
        f"{plot}</svg>{readout}{x}</div>"
    )


def gradients() -> SafeString:
    """Return the hidden drawing with the gradients under lines and the hatch of late data.

    Put it into the page once, outside every fragment, just after `<body>`: ids must not repeat, and a fragment that is
    pushed again and again has no room for them. Without it areas are simply not filled.
    """
    fills = "".join(
        [
            f'<linearGradient id="chart-fill-{index}" class="s{index}" x1="0" y1="0" x2="0" y2="1">'
            '<stop offset="0" stop-opacity=".25"/><stop offset="1" stop-opacity="0"/></linearGradient>'
            for index in (1, 2)
        ]
    )
    hatch = (
        '<pattern id="chart-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path d="M0 0v6"/></pattern>'
    )
    return safe(f'<svg class="chart-defs" width="0" height="0" aria-hidden="true"><defs>{fills}{hatch}</defs></svg>')
