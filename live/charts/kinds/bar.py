"""Bars: side by side or stacked, vertical or horizontal, over categories or over time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import reduce

from ..axes.choice import MAX_LABELLED_ROWS, BucketAxis, SlotAxis, row_labels, slot_axis
from ..axes.ticks import MAX_INTERVALS
from ..axes.value import Scale, labels_below, labels_html, limits, scale_of
from ..marks import Box, Fill, Limit, Mark, Paths
from ..output.chart import Chart, chart_kind, series_data
from ..output.plot import Plot
from ..path import HEIGHT
from ..text.alternative import text_alternative
from ..text.formats import short
from ..values import Cleaned, SeriesInput, Threshold, as_series, clean
from .empty import no_data
from .stack import MAX_SERIES, Layer, cell, entries, layer_heads, layers, side_by_side, stack_alternative, sums

GROUP_SHARE = 0.66  # part of a slot that its bars take together
BAR_SHARE = 0.89  # part of its lane that a bar in a group takes; the rest is the gap to the next one
MAX_BOXES = 120  # bars that are elements of their own; more are one path a series, too thin for round corners
MAX_INTERVALS_BELOW = 5  # of a value axis below the plot: its labels stand side by side
PATH_UNITS = 100  # units across a lane in such a path


# A bar: its token, its slot, its lane in it, and the values between which it is drawn.
Bar = tuple[str, int, int, float, float]


@chart_kind("bar")
def bar(
    series: SeriesInput,
    *,
    categories: Sequence[str] | None = None,
    start: float | datetime | None = None,
    step: float | None = None,
    zone: tzinfo = UTC,
    stacked: bool = False,
    horizontal: bool = False,
    title: str = "",
    unit: str = "",
    locale: str = "en",
    minimum: float | None = None,
    maximum: float | None = None,
    thresholds: Sequence[Threshold] = (),
) -> Chart:
    """Return a chart of bars.

    `series` is a mapping of labels to values, a list of `Series`, or the values of one series. They have one value for
    each of `categories`; or one for each bucket of time, the first from `start` on, each `step` seconds long: steps of
    whole days from a midnight in `zone` on are days of its clock, also where one has 23 or 25 hours, and steps of 2
    hours or more that divide a day begin at the same hours of each. Bars start at zero and negative ones hang below it.
    Side by side, the bars of 8 series at most are drawn, and the legend counts the rest; `stacked` puts positive ones
    upon each other and negative ones below, and adds up in "Other" what is not among the six greatest. `horizontal`
    bars have the names at the left; those of one series, none of them negative, have their values at the right.

    `minimum` and `maximum` fix the axis, which always has zero; what lies outside is cut off at its edge.

    No values at all give the empty state. Raises ValueError for options that do not fit together, TypeError for series
    that are none.
    """
    lines = as_series(series)
    slots = slot_axis(lines, categories, start, step, zone, locale)
    if not slots.size or not lines:
        return no_data(kind="bar")
    more = 0
    if stacked:
        stack = layers(lines, slots.size)
        cleaned = [layer.cleaned for layer in stack]
        bars, reach = _piled(stack, slots.size)
        words = stack_alternative(title, stack, reduce(sums, cleaned), unit, locale, slots.naming())
    else:
        cleaned = [clean(line.values, slots.size) for line in lines[:MAX_SERIES]]
        stack, more = side_by_side(lines, cleaned), len(lines) - len(cleaned)
        bars, reach = _side_by_side(stack), cleaned
        words = text_alternative(title, lines, cleaned, unit, locale, slots.naming())
    max_intervals = MAX_INTERVALS_BELOW if horizontal else MAX_INTERVALS
    scale = scale_of(reach, minimum, maximum, unit, zero=True, max_intervals=max_intervals)
    lanes = 1 if stacked else len(cleaned)
    values = [data.values for data in cleaned]
    items = entries(stack, unit, locale, isinstance(slots, BucketAxis))
    heads = layer_heads(stack)

    def column(index: int) -> str:
        return cell(slots.where(index), tuple([numbers[index] for numbers in values]), heads, unit, locale, stacked)

    grounds: list[Mark] = []
    edges: list[Mark] = []
    for limit in limits(thresholds, scale):
        (edges if isinstance(limit, Limit) else grounds).append(_horizontal(limit) if horizontal else limit)
    boxes = _boxes(bars, lanes, slots.size, scale, horizontal)
    plot = Plot(
        text_alternative=words,
        marks=[*grounds, *boxes, *edges],
        tooltip=lambda: slots.tooltip_html(column, rows=horizontal),
        legend=items,
        more=more,
        **_axes(slots, scale, unit, locale, horizontal, _amounts(values, slots, scale, unit, locale, horizontal)),  # type: ignore[arg-type]
    )
    # A page's elements cost; in a file each bar is one, so that it can be round and moved by hand.
    dense = replace(plot, marks=[*grounds, _path(boxes), *edges]) if len(boxes) > MAX_BOXES else plot
    return Chart("bar", words, dense.html, plot.draw, lambda: series_data(slots.head, slots.cells(), lines, unit))


def _amounts(
    values: Sequence[Sequence[float | None]], slots: SlotAxis, scale: Scale, unit: str, locale: str, horizontal: bool
) -> tuple[str, ...]:
    """Return what horizontal bars of one series say at their right ends, none where an axis says it better."""
    if not horizontal or len(values) != 1 or not scale.ticks or scale.low < 0 or slots.size > MAX_LABELLED_ROWS:
        return ()
    return tuple([short(value, unit, locale) for value in values[0]])


def _axes(
    slots: SlotAxis, scale: Scale, unit: str, locale: str, horizontal: bool, amounts: tuple[str, ...]
) -> dict[str, object]:
    """Return the parts of a plot that its axes are."""
    if amounts:
        return {"y": row_labels(slots), "x": (), "x_html": "", "rows": True, "amounts": amounts}
    if not horizontal:
        return {
            "intervals": scale.intervals,
            "y": scale.labels(unit, locale),
            "x": slots.labels(),
            "x_html": slots.labels_html(),
            "zone": slots.zone_name(),
            "interval": slots.interval(),
            "strong": scale.strong,
        }
    words = tuple(reversed(scale.labels(unit, locale)))
    zero = scale.intervals - scale.strong
    return {
        "intervals": scale.intervals,
        "y": row_labels(slots) if words else (),
        "x": labels_below(words, zero),
        "x_html": labels_html(words, zero),
        "strong": zero,
        "rows": True,
    }


def _side_by_side(layers: Sequence[Layer]) -> list[Bar]:
    return [
        (layer.token, slot, lane, 0.0, value)
        for lane, layer in enumerate(layers)
        for slot, value in enumerate(layer.cleaned.values)
        if value
    ]


def _piled(stack: Sequence[Layer], size: int) -> tuple[list[Bar], list[Cleaned]]:
    """Return the bars of a stack, and how far it reaches up and down."""
    up, down = [0.0] * size, [0.0] * size
    bars = []
    for token, _label, data in stack:
        for slot, value in enumerate(data.values):
            if value:
                ends = up if value > 0 else down
                bars.append((token, slot, 0, ends[slot], ends[slot] + value))
                ends[slot] += value
    if all(layer.cleaned.low is None for layer in stack):
        return bars, []
    return bars, [Cleaned(up, min(up), max(up), True), Cleaned(down, min(down), max(down), True)]


def _boxes(bars: Sequence[Bar], lanes: int, size: int, scale: Scale, horizontal: bool) -> list[Box]:
    """Return the bars as boxes. One that would have no height has no box."""
    low, high = scale.low, scale.high
    slot_width = 100 / size
    lane_width = slot_width * GROUP_SHARE / lanes
    width = lane_width * BAR_SHARE if lanes > 1 else lane_width
    left = (slot_width - lane_width * lanes + lane_width - width) / 2
    across = 100 / (high - low)
    boxes = []
    for token, slot, lane, start, end in bars:
        if start > end:
            start, end = end, start
        begin = (max(start, low) - low) * across
        long = (min(end, high) - low) * across - begin
        if long < 0.005:
            continue
        position = slot * slot_width + lane * lane_width + left
        boxes.append(
            Box("bar", token, begin, position, long, width)
            if horizontal
            else Box("bar", token, position, 100 - begin - long, width, long)
        )
    return boxes


def _path(boxes: Sequence[Box]) -> Paths:
    """Return boxes as one path for each token."""
    size = 100 * PATH_UNITS
    paths: dict[str, list[str]] = {}
    for box in boxes:
        x, end = round(box.x * PATH_UNITS), round((box.x + box.width) * PATH_UNITS)
        top, foot = round(box.y * HEIGHT / 100), round((box.y + box.height) * HEIGHT / 100)
        paths.setdefault(box.token, []).append(f"M{x} {foot}V{top}h{max(end - x, 1)}V{foot}z")
    return Paths(0, size, [Fill(token, "".join(parts), flat=True) for token, parts in paths.items()], ())


def _horizontal(limit: Mark) -> Mark:
    """Return a limit or its band on an axis from left to right."""
    if isinstance(limit, Limit):
        return Limit(limit.token, 100 - limit.at, upright=True)
    assert isinstance(limit, Box)
    return Box(limit.role, limit.token, 100 - limit.y - limit.height, 0, limit.height, 100)
