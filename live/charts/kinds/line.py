"""Lines: over time, or over categories."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from functools import lru_cache

from ..axes.category import CategoryAxis
from ..axes.choice import point_axis
from ..axes.time import TimeAxis
from ..axes.value import Scale, limits, scale_of
from ..marks import Dot, Fill, Mark, Paths, Stroke
from ..output.chart import Chart, chart_kind, series_data
from ..output.plot import Plot
from ..output.tooltip import DEFAULT_COLUMNS, MAX_COLUMNS, Head, column, tooltip
from ..path import HEIGHT, Trace, band, heights, trace
from ..text.alternative import text_alternative
from ..text.moments import moment
from ..values import Cleaned, Series, SeriesInput, Threshold, as_series, clean, last_of, negated
from .empty import no_data
from .stack import MAX_SERIES, Layer, cell, entries, layer_heads, side_by_side

MAX_POINT_DOTS = 60  # points over all lines that are drawn as dots; more would only thicken the line


@chart_kind("line")
def line(
    series: SeriesInput,
    *,
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
    log: bool = False,
    mirrored: bool = False,
    thresholds: Sequence[Threshold] = (),
    fill: bool | None = None,
    show_extremes: bool = False,
    columns: int = DEFAULT_COLUMNS,
    kind: str = "line",
) -> Chart:
    """Return a chart of lines.

    `series` is a mapping of labels to values, a list of `Series`, or the values of one line. They lie over time
    (`start` and `step` of equal buckets, or `times` and the interval `every` expected between them; `now` hatches what
    is overdue; see `time_axis`), or over `categories`, one value each. At most 8 are drawn; the legend counts the rest.

    A line over equal buckets whose `Series` has `lows` and `highs` is drawn with a band between these, and the axis
    holds them.

    `minimum` and `maximum` fix the axis, and what lies outside is drawn at its edge; `minimum_range` is the smallest
    that it may have, so that noise is not made a storm; `log` makes it logarithmic, without what is zero or less.
    `mirrored` draws every second line below zero, as traffic out beside traffic in: only there, for its numbers stay as
    they are in labels, legend and tooltip. Limits hold on both sides, and `maximum` is the end of both.
    `fill` draws an area under each line (of two at most); by default under a lone line that stands on zero.
    `show_extremes` adds the lowest and highest value of each line to the legend. `columns` of the tooltip: 60 at most,
    none with 0.

    No values at all give the empty state. Raises ValueError for options that do not fit together, TypeError for
    series that are none.
    """
    lines = as_series(series)
    if not 0 <= columns <= MAX_COLUMNS:
        raise ValueError(f"a tooltip has 0 to {MAX_COLUMNS} columns, not {columns!r}")
    if mirrored and log:
        raise ValueError("a logarithmic axis cannot be mirrored: it has no zero")
    axis = point_axis(lines, categories, start, step, times, every, now, zone, locale)
    if axis is None:
        return no_data(kind=kind)
    cleaned = [clean(line.values, axis.size) for line in lines[:MAX_SERIES]]
    shown = side_by_side(lines, cleaned)
    drawn = [
        layer._replace(cleaned=negated(layer.cleaned)) if mirrored and i % 2 else layer for i, layer in enumerate(shown)
    ]
    bands = _bands(lines[:MAX_SERIES], axis)
    if mirrored:
        bands = {i: (negated(highs), negated(lows)) if i % 2 else (lows, highs) for i, (lows, highs) in bands.items()}
        minimum = None if maximum is None else -maximum
        thresholds = [*thresholds, *[Threshold(-t.value, t.level, not t.above) for t in thresholds]]
    extremes = [part for pair in bands.values() for part in pair]
    reach = [*[layer.cleaned for layer in drawn], *extremes]
    scale = scale_of(reach, minimum, maximum, unit, min_range=minimum_range, log=log, zero=bool(fill) or mirrored)
    filled = len(cleaned) <= 2 if fill else fill is None and len(cleaned) == 1 and scale.low == 0
    filled = filled and not log
    values = [data.values for data in cleaned]

    if isinstance(axis, TimeAxis):
        marks = _time_marks(axis, drawn, scale, filled, bands)
    else:
        marks = _category_marks(axis.size, drawn, scale, filled)

    def write_tooltip() -> str:
        if not columns:
            return ""
        heads = layer_heads(shown)
        if isinstance(axis, CategoryAxis):
            names, all_rows = axis.names, list(zip(*values, strict=True))
            return axis.tooltip_html(lambda i: cell(names[i], all_rows[i], heads, unit, locale))
        picked, widths = axis.columns(columns)
        kind, rows = axis.kind, zip(*[[numbers[i] for i in picked] for numbers in values], strict=True)
        cells = zip(picked, rows, strict=True)
        return tooltip([_time_column(axis.at(i), row, heads, zone, kind, unit, locale) for i, row in cells], widths)

    plot = Plot(
        text_alternative=text_alternative(title, lines, cleaned, unit, locale, axis.naming()),
        y=scale.labels(unit, locale, mirrored),
        x=axis.labels(),
        x_html=axis.labels_html(),
        marks=[*limits(thresholds, scale), *marks],
        tooltip=write_tooltip,
        legend=entries(shown, unit, locale, isinstance(axis, TimeAxis), show_extremes),
        more=len(lines) - len(cleaned),
        zone=axis.zone_name(),
        interval=axis.interval(),
        intervals=scale.intervals,
        strong=scale.strong,
    )
    return plot.chart(kind, lambda: series_data(axis.head, axis.cells(), lines, unit))


def _bands(lines: Sequence[Series], axis: TimeAxis | CategoryAxis) -> dict[int, tuple[Cleaned, Cleaned]]:
    """The extremes of each line that has some, by its number. Raises ValueError where there are no equal buckets."""
    bands = {}
    for number, line in enumerate(lines):
        if not (line.lows or line.highs):
            continue
        if isinstance(axis, CategoryAxis) or axis.times:
            raise ValueError("lows and highs are of equal buckets of time: give start and step")
        bands[number] = clean(line.lows, axis.size), clean(line.highs, axis.size)
    return bands


def _time_marks(
    axis: TimeAxis,
    layers: Sequence[Layer],
    scale: Scale,
    filled: bool,
    bands: Mapping[int, tuple[Cleaned, Cleaned]],
) -> list[Mark]:
    if not scale.ticks:
        return []
    grounds = [
        Fill(layers[number].token, path, faint=True)
        for number, (lows, highs) in bands.items()
        if (path := band(scale.drawn(lows), scale.drawn(highs), scale.low, scale.high))
    ]
    width = axis.width()
    placed = [scale.drawn(layer.cleaned) for layer in layers]
    # A deflated path that is sent twice, as line and as area, costs next to nothing.
    traces = [axis.trace(data, scale.low, scale.high, area=filled) for data in placed]
    dots: list[Mark] = []
    newest = 0
    for layer, data, drawn in zip(layers, placed, traces, strict=True):
        end = last_of(data.values)
        if end is None:
            continue
        newest = max(newest, end)
        x = axis.x(end)
        # The last value has a dot of its own, lone or not.
        lone = [(100 * at / width, 100 * y / HEIGHT) for at, y in drawn.dots if at != axis.unit(end)]
        dots += [Dot(layer.token, at, y, 2) for at, y in lone]
        dots.append(Dot(layer.token, x, scale.percent(layer.cleaned.values[end] or 0), 3))
    return [*axis.late(newest), _paths(layers, traces, 0, width, grounds), *dots]


def _category_marks(size: int, layers: Sequence[Layer], scale: Scale, filled: bool) -> list[Mark]:
    if not scale.ticks:
        return []
    placed = [scale.drawn(layer.cleaned) for layer in layers]
    traces = [trace(data, scale.low, scale.high, area=filled) for data in placed]
    dots: list[Mark] = []
    all_points = size * len(layers) <= MAX_POINT_DOTS
    for layer, data, drawn in zip(layers, placed, traces, strict=True):
        points: Iterable[tuple[int, int]] = drawn.dots
        if all_points:
            known = [(i, value) for i, value in enumerate(data.values) if value is not None]
            points = zip([i for i, _ in known], heights([v for _, v in known], scale.low, scale.high), strict=True)
        # Category i has the i-th of `size` equal slots and its point in the middle.
        slot = 50 / size
        dots += [Dot(layer.token, slot * (2 * i + 1), 100 * y / HEIGHT, 3) for i, y in points]
    return [_paths(layers, traces, -0.5, size), *dots]


def _paths(
    layers: Sequence[Layer], traces: Sequence[Trace], left: float, width: float, grounds: Sequence[Fill] = ()
) -> Paths:
    drawn = [(layer.token, path) for layer, path in zip(layers, traces, strict=True)]
    fills = [Fill(token, path.area) for token, path in drawn if path.area]
    return Paths(left, width, [*grounds, *fills], [Stroke(token, path.line) for token, path in drawn if path.line])


@lru_cache(maxsize=8192)
def _time_column(
    at: float,
    values: tuple[float | None, ...],
    heads: tuple[Head, ...],
    zone: tzinfo,
    kind: str,
    unit: str,
    locale: str,
) -> str:
    return column(moment(at, zone, kind, locale), values, heads, unit, locale)
