"""Areas: under lines, or stacked upon each other."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from itertools import accumulate

from ..axes.category import CategoryAxis
from ..axes.choice import point_axis
from ..axes.time import TimeAxis
from ..axes.value import Scale, limits, scale_of
from ..marks import Dot, Fill, Limit, Mark, Paths
from ..output.chart import Chart, chart_kind, series_data
from ..output.plot import Plot
from ..output.tooltip import DEFAULT_COLUMNS
from ..path import HEIGHT, Trace, trace
from ..text.alternative import name
from ..values import Cleaned, Series, SeriesInput, Threshold, as_series, clean, last_of
from .empty import no_data
from .line import line
from .stack import Layer, cell, entries, layer_heads, layers, stack_alternative, sums


@chart_kind("area")
def area(
    series: SeriesInput,
    *,
    stacked: bool = False,
    start: float | datetime | None = None,
    step: float | None = None,
    times: Sequence[float | datetime] | None = None,
    every: float | None = None,
    categories: Sequence[str] | None = None,
    now: float | datetime | None = None,
    zone: tzinfo = UTC,
    title: str = "",
    unit: str = "",
    locale: str = "en",
    minimum: float | None = None,
    maximum: float | None = None,
    minimum_range: float = 0.0,
    mirrored: bool = False,
    thresholds: Sequence[Threshold] = (),
    show_extremes: bool = False,
    columns: int = DEFAULT_COLUMNS,
) -> Chart:
    """Return a chart of areas: of lines with the ground under them filled, or of layers upon each other if `stacked`.

    The options are those of `line`. A stack always stands on zero, whatever `minimum` is. A gap in a layer adds nothing
    to the sum; where all have one, the stack is interrupted. More than six layers: the greatest six, and "Other". The
    tooltip and the legend have each layer's own values, not the sums; limits apply to the sum.

    No values at all give the empty state. Raises ValueError for options that do not fit together and for a layer with
    a negative value, TypeError for series that are none.
    """
    if not stacked:
        options = locals()  # the other arguments, all of which `line` has, too
        del options["stacked"]
        return line(fill=True, kind="area", **options)
    if mirrored:
        raise ValueError("a stack cannot be mirrored: its layers lie upon each other")
    lines = as_series(series)
    axis = point_axis(lines, categories, start, step, times, every, now, zone, locale)
    if axis is None:
        return no_data(kind="area")
    stack = layers(lines, axis.size)
    _refuse_negatives(lines, stack, axis.size)
    piles = _piles(stack)
    whole = piles[-1]
    scale = scale_of([whole], 0.0, maximum, unit, min_range=minimum_range, zero=True)
    values = [layer.cleaned.values for layer in stack]
    heads = layer_heads(stack)

    def cells(index: int) -> tuple[float | None, ...]:
        return tuple([layer[index] for layer in values])

    plot = Plot(
        text_alternative=stack_alternative(title, stack, whole, unit, locale, axis.naming()),
        y=scale.labels(unit, locale),
        x=axis.labels(),
        x_html=axis.labels_html(),
        marks=_marks(stack, piles, scale, axis, thresholds),
        tooltip=lambda: axis.tooltip_html(
            lambda index: cell(axis.where(index), cells(index), heads, unit, locale, True), columns
        ),
        legend=entries(stack, unit, locale, isinstance(axis, TimeAxis), show_extremes),
        zone=axis.zone_name(),
        interval=axis.interval(),
        intervals=scale.intervals,
        strong=scale.strong,
    )
    return plot.chart("area", lambda: series_data(axis.head, axis.cells(), lines, unit))


def _refuse_negatives(lines: Sequence[Series], stack: Sequence[Layer], size: int) -> None:
    named = [(layer.label, layer.cleaned.low) for layer in stack]
    if len(stack) < len(lines):  # in "Other" they are added up
        named = [(layer.label, clean(layer.values, size).low) for layer in lines]
    for label, low in named:
        if low is not None and low < 0:
            raise ValueError(f"a stack of areas cannot show {low!r} of {name(label)!r}: layers are zero or more")


def _piles(stack: Sequence[Layer]) -> list[Cleaned]:
    """Return how high the stack is with each layer, lowest first."""
    piles = list(accumulate([layer.cleaned for layer in stack], sums))
    whole = piles[-1].values
    for index, pile in enumerate(piles[:-1]):
        # Where only higher layers have a value this one is of no height; a gap would break its line for no reason.
        if not pile.whole and pile.values != whole:
            grounded = [0.0 if v is None and w is not None else v for v, w in zip(pile.values, whole, strict=True)]
            piles[index] = clean(grounded, len(grounded))
    return piles


def _marks(
    stack: Sequence[Layer],
    piles: Sequence[Cleaned],
    scale: Scale,
    axis: TimeAxis | CategoryAxis,
    thresholds: Sequence[Threshold],
) -> list[Mark]:
    """Return the layers from the back, the whole stack, to the front, the lowest one, each down to the base line."""
    if not scale.ticks:
        return []
    traces: list[tuple[str, Trace]] = []
    for layer, pile in zip(reversed(stack), reversed(piles), strict=True):
        if layer.cleaned.low is None:
            continue
        draw = axis.trace if isinstance(axis, TimeAxis) else trace
        traces.append((layer.token, draw(pile, scale.low, scale.high, area=True)))
    left, width = (0.0, axis.width()) if isinstance(axis, TimeAxis) else (-0.5, axis.size)
    edges = limits(thresholds, scale)
    marks: list[Mark] = [mark for mark in edges if not isinstance(mark, Limit)]
    if isinstance(axis, TimeAxis) and (newest := last_of(piles[-1].values)) is not None:
        marks += axis.late(newest)
    marks.append(Paths(left, width, [Fill(token, path.area, flat=True) for token, path in traces if path.area], ()))
    for token, path in traces:
        for x, y in path.dots:
            at = 100.0 if isinstance(axis, TimeAxis) and axis.size == 1 else 100 * (x - left) / width
            marks.append(Dot(token, at, 100 * y / HEIGHT, 3))
    # The layers would hide the lines.
    return marks + [mark for mark in edges if isinstance(mark, Limit)]
