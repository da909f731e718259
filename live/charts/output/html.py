"""The HTML parts that charts on a page are put together from.

Positions are attributes in percent, which a strict content policy allows where it forbids `style`; text is never inside
a stretched drawing; colours are classes only. There are no ids: a fragment has one, and it is not ours. Everything that
comes from a user goes through `text`.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString

from ..marks import number

MAX_GRID_INTERVALS = 12  # that the style sheet knows
# A name that is surely not wider than its room, and whose ends are read alike from both sides.
PLAIN = re.compile(r"([A-Za-z]([ -~]{0,14}[A-Za-z0-9])?)?")
NO_DATA = "No data"

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
    return _cached_text(str(value))


def uncached_text(value: str) -> str:
    """Return `text` past its cache: a text alternative with the latest values never comes a second time."""
    return escape(value.translate(CONTROL))


_cached_text = lru_cache(maxsize=2048)(uncached_text)


def safe(html: str) -> SafeString:
    """Mark the finished HTML of a chart; all that it holds went through `text` or is our own.

    This and the standard library's `escape` are Django's own without the question whether the argument is lazy, which
    would be asked for every chart.
    """
    return SafeString(html)


def percent(part: float, whole: float) -> str:
    """Return an SVG length like "53.5%", with a dot in every locale."""
    return f"{number(100 * part / whole)}%"


def label_row(labels: Sequence[Label]) -> str:
    """Return the labels below a plot, each at its own distance from the left."""
    items = []
    for label in labels:
        names = f' class="{label.names}"' if label.names else ""
        items.append(f'<text x="{percent(label.at, 1)}"{names}>{text(label.words)}</text>')
    return f'<svg class="chart-x" aria-hidden="true">{"".join(items)}</svg>'


def legend(entries: Sequence[Entry], more: int = 0) -> str:
    """Return the row with each series' colour, name and value; `more` counts those that are not drawn."""
    items = []
    for entry in entries:
        # A short plain name needs neither isolation nor an ellipsis.
        plain = PLAIN.fullmatch(entry.label) is not None
        label = text(entry.label) if plain else f"<bdi>{text(entry.label)}</bdi>"
        value = f"<b>{text(entry.value)}</b>" if entry.value else ""
        detail = f"<small>{text(entry.detail)}</small>" if entry.detail else ""
        if label or value:
            items.append(f'<li class="{entry.token}">{label}{value}{detail}</li>')
    if more:
        items.append(f"<li><bdi>+ {more} more</bdi></li>")
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
    names = f" g{min(intervals, MAX_GRID_INTERVALS)}{way}"
    if strong == (0 if upright else intervals):
        return names, ""
    at = percent(strong, intervals)
    position = f'x1="{at}" x2="{at}" y2="100%"' if upright else f'x2="100%" y1="{at}" y2="{at}"'
    return f"{names} z", f'<line class="chart-zero" {position}/>'


def gradients() -> SafeString:
    """Return the hidden drawing with the gradients under lines and the hatch of late data.

    Put it into the page once, outside every fragment, just after `<body>`: ids must not repeat, and a fragment that is
    pushed again and again has no room for them. Without it areas are simply not filled.
    """
    fills = "".join(
        [
            f'<linearGradient id="chart-fill-{index}" class="s{index}" x1="0" y1="0" x2="0" y2="1">'
            '<stop offset="0" stop-opacity=".25"/><stop offset="1" stop-opacity="0"/></linearGradient>'
            for index in range(1, 9)
        ]
    )
    hatch = (
        '<pattern id="chart-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path d="M0 0v6"/></pattern>'
    )
    return safe(f'<svg class="chart-defs" width="0" height="0" aria-hidden="true"><defs>{fills}{hatch}</defs></svg>')
