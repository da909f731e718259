"""The parts that every chart with axes is put together from, as HTML strings.

Positions are attributes in percent, which a strict content policy allows where it forbids `style`; text is never inside
a stretched drawing; colours are classes only (`s1` to `s8`, `warn`, `bad`). There are no ids: a fragment has one, and
it is not ours. Everything that comes from a user goes through `text`.
"""

from collections.abc import Sequence
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .formats import axis, exact, short
from .path import HEIGHT, Trace, height
from .ticks import domain
from .values import Cleaned, Line, Threshold, last_of

SHOWN = 8  # lines that are drawn: six colours, then two of them dashed; the legend counts the rest
COLUMNS = 30  # columns of the read-out by default, …
MOST_COLUMNS = 60  # … and at most: what a chart costs in a browser is its elements

# Control characters are not allowed in XML and never mean anything in a label.
_CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])
LEVELS = ("ok", "warn", "bad", "off")


def text(value: object) -> str:
    """Return anything as HTML, safe in text and in a double-quoted attribute."""
    return _escaped(str(value))


@lru_cache(maxsize=2048)
def _escaped(value: str) -> str:
    return str(escape(value.translate(_CONTROL)))


def safe(html: str) -> SafeString:
    """Mark the finished HTML of a chart; all that it holds went through `text` or is our own."""
    return mark_safe(html)


def percent(part: float, whole: float) -> str:
    """Return an SVG length like "53.5%", with a dot in every locale."""
    return f"{100 * part / whole:.2f}".rstrip("0").rstrip(".") + "%"


@lru_cache(maxsize=HEIGHT + 1)
def y_percent(y: int) -> str:
    """Return `percent` of a path's y."""
    return percent(y, HEIGHT)


def legend(lines: Sequence[Line], cleaned: Sequence[Cleaned], unit: str, locale: str, *, latest: bool = True) -> str:
    """Return the row with each line's colour, name and last value; `latest` is false where there is no "last"."""
    items = []
    for index, (line, data) in enumerate(zip(lines, cleaned, strict=False), 1):
        label = f"<bdi>{text(line.label)}</bdi>" if line.label else ""
        end = last_of(data.values) if latest else None
        value = f"<b>{text(short(data.values[end] if end is not None else None, unit, locale))}</b>" if latest else ""
        if label or value:
            items.append(f'<li class="s{index}">{label}{value}</li>')
    if len(lines) > len(cleaned):
        items.append(f"<li>+ {len(lines) - len(cleaned)} more</li>")
    return f'<ul class="chart-legend">{"".join(items)}</ul>'


def value_ticks(
    cleaned: Sequence[Cleaned], minimum: float | None, maximum: float | None, unit: str
) -> tuple[float, ...]:
    """Return the ticks of the axis that all lines share, or none if there is not one value."""
    lows = [data.low for data in cleaned if data.low is not None]
    highs = [data.high for data in cleaned if data.high is not None]
    return domain(min(lows), max(highs), minimum, maximum, unit) if lows else ()


@lru_cache(maxsize=1024)
def axes(ticks: tuple[float, ...], unit: str, locale: str) -> str:
    """Return the labels of the value axis, top first: evenly spaced, because the axis ends on ticks.

    Without ticks there is nothing to measure, and the words "No data" stand in the plot.
    """
    if not ticks:
        return '<p class="chart-none">No data</p>'
    labels = "".join([f"<li>{text(label)}</li>" for label in reversed(axis(ticks, unit, locale))])
    return f'<ol class="chart-y" aria-hidden="true">{labels}</ol>'


@lru_cache(maxsize=256)
def _rules(intervals: int, zero: int) -> str:
    rows = "".join([f"M0 {row}h1" for row in range(intervals + 1) if row != zero])
    return (
        f'<svg class="chart-grid" viewBox="0 0 1 {intervals}" preserveAspectRatio="none"><path d="{rows}"/>'
        f'<path class="zero" d="M0 {zero}h1"/></svg>'
    )


def grid(ticks: tuple[float, ...]) -> str:
    """Return the horizontal grid; zero, or else the lower edge, is the stronger line."""
    intervals = len(ticks) - 1
    return _rules(intervals, intervals - ticks.index(0) if 0 in ticks else intervals)


def bands(thresholds: Sequence[Threshold], low: float, high: float) -> str:
    """Return a faint band and a dashed line for each threshold on the axis; a band ends where the next one starts."""
    drawn = []
    for above in (True, False):
        side = sorted([t.value for t in thresholds if t.above is above])
        for limit in thresholds:
            if limit.above is not above or limit.value != limit.value:
                continue
            later = [v for v in side if (v > limit.value if above else v < limit.value)]
            other = (min(later) if above else max(later)) if later else (high if above else low)
            edge, end = (
                height(min(max(limit.value, low), high), low, high),
                height(min(max(other, low), high), low, high),
            )
            level = limit.level if limit.level in LEVELS else "bad"
            if edge != end:
                top, size = min(edge, end), abs(edge - end)
                y = f' y="{y_percent(top)}"' if top else ""
                drawn.append(f'<rect class="chart-band {level}"{y} width="100%" height="{y_percent(size)}"/>')
            if low <= limit.value <= high:
                y = y_percent(edge)
                drawn.append(f'<line class="chart-limit {level}" x2="100%" y1="{y}" y2="{y}"/>')
    return "".join(drawn)


def strokes(traces: Sequence[Trace], viewbox: str) -> str:
    """Return the lines, and for at most two the area under each, in the one drawing that is stretched."""
    fills = [
        f'<path fill="url(#chart-fill-{index})" d="{trace.area}"/>'
        for index, trace in enumerate(traces, 1)
        if trace.area
    ]
    lines = [f'<path class="s{index}" d="{trace.line}"/>' for index, trace in enumerate(traces, 1) if trace.line]
    if not lines:
        return ""
    thin = " many" if len(traces) > 4 else ""
    return (
        f'<svg class="chart-lines{thin}" viewBox="{viewbox}" preserveAspectRatio="none">{"".join(fills + lines)}</svg>'
    )


def dot(index: int, x: str, y: int, radius: str) -> str:
    """Return a point of line `index` (from 1). A circle, because WebKit draws a zero-length stroke as a streak."""
    return f'<circle class="s{index}" cx="{x}" cy="{y_percent(y)}" r="{radius}"/>'


def column(label: str, values: tuple[float | None, ...], unit: str, locale: str) -> str:
    """Return one column of the read-out: where to point, and what is shown then.

    The two are siblings (`hr:hover + p`), half the elements of a list. A focus by touch or click shows it, too.
    """
    figures = "".join([f"<i>{text(exact(value, unit, locale))}</i>" for value in values])
    return f'<hr tabindex="-1"/><p><b>{text(label)}</b>{figures}</p>'


def narrowed(column: str, width: str) -> str:
    """Return a column with a width of its own. An `hr` takes it as an attribute, which needs no style."""
    return f'<hr width="{width}"{column[3:]}'


def body(y: str, label: str, plot: str, readout: str, x: str) -> str:
    """Put the drawing together. `label` is the sentence for `aria-label`, not yet escaped."""
    # Past the cache of `text`: a sentence with the latest values is never said twice.
    said = escape(label.translate(_CONTROL))
    return (
        f'<div class="chart-body">{y}<svg class="chart-plot" role="img" aria-label="{said}">'
        f'{plot}</svg><div class="chart-read" aria-hidden="true">{readout}</div>{x}</div>'
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
