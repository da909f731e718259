"""A chart of lines over time."""

from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from functools import lru_cache
from math import isfinite

from django.utils.safestring import SafeString

from .empty import no_data
from .formats import moment, zone_name
from .frame import (
    COLUMNS,
    MOST_COLUMNS,
    SHOWN,
    axes,
    bands,
    body,
    column,
    dot,
    grid,
    legend,
    narrowed,
    percent,
    safe,
    strokes,
    text,
    value_ticks,
)
from .path import height, trace
from .sentence import sentence
from .ticks import DAY, HOUR, MINUTE, Moment, time_ticks
from .values import Cleaned, Line, Threshold, clean, last_of

LATE = 2.5  # buckets without a sample, after which the rest of the plot is hatched
ROOMY = 5  # labels that fit a tile of 330 px together


def line_over_time(
    lines: Sequence[Line],
    *,
    start: float,
    step: float,
    title: str = "",
    unit: str = "",
    zone: tzinfo = UTC,
    locale: str = "en",
    minimum: float | None = None,
    maximum: float | None = None,
    thresholds: Sequence[Threshold] = (),
) -> SafeString:
    """Return the HTML of lines over time (legend, plot, axes, read-out), to follow a `<figcaption>`.

    `start` is the time of bucket 0 in epoch seconds, `step` the seconds between buckets. `minimum` and `maximum` fix
    the axis; values outside are drawn at its edge. At most 8 lines are drawn and the legend counts the rest. The time
    axis and all times are in the wall clock of `zone`. No buckets at all give the empty state.

    Raises ValueError if `start` is not finite or `step` not positive, and what `datetime` raises for a time that it
    cannot hold.
    """
    if not (isfinite(start) and isfinite(step) and step > 0):
        raise ValueError(f"start must be finite and step positive, not {start!r} and {step!r}")
    size = max([len(line.values) for line in lines], default=0)
    if not size:
        return no_data("No data")
    cleaned = [clean(line.values, size) for line in lines[:SHOWN]]
    end = start + (size - 1) * step
    kind = _kind(end - start, step)

    def where(index: int) -> str:
        return moment(start + index * step, zone, kind, locale)

    span = where(0) if size == 1 else f"{where(0)}\u2013{where(size - 1)}"
    label = sentence(title, lines, cleaned, unit, locale, where, f"{span} {zone_name(end, zone)}", "at")
    ticks = value_ticks(cleaned, minimum, maximum, unit)
    return safe(
        legend(lines, cleaned, unit, locale)
        + body(
            axes(ticks, unit, locale),
            label,
            _plot(cleaned, size, ticks, thresholds),
            _read_out(cleaned, size, start, step, zone, kind, unit, locale),
            _time_axis(start, end, step, kind, zone, locale),
        )
    )


def _kind(span: float, step: float) -> str:
    """Return how a bucket's time reads: as short as its step and the whole range allow."""
    if step >= DAY:
        return "day" if span > 300 * DAY else "date"
    clock = "ms" if step < 1 else "s" if step < MINUTE else "m"
    if span <= 20 * HOUR:
        return clock
    return f"weekday {clock}" if span <= 6 * DAY else f"date {clock}"


def _plot(cleaned: Sequence[Cleaned], size: int, ticks: tuple[float, ...], thresholds: Sequence[Threshold]) -> str:
    last = max(size - 1, 1)
    if not ticks:
        return grid((0, 1, 2, 3))
    low, high = ticks[0], ticks[-1]
    # One line that stands on zero gets an area; a deflated path that is sent twice costs next to nothing.
    traces = [trace(data, low, high, area=len(cleaned) == 1 and low == 0) for data in cleaned]
    dots, newest = [], 0
    for index, (data, drawn) in enumerate(zip(cleaned, traces, strict=True), 1):
        end = last_of(data.values)
        if end is None:
            continue
        newest = max(newest, end)
        dots += [dot(index, percent(x, last), y, "2") for x, y in drawn.dots if x != end]
        x = "100%" if end == size - 1 else percent(end, last)
        dots.append(dot(index, x, height(data.values[end] or 0, low, high), "3"))
    late = ""
    if size - 1 - newest > LATE:
        width = percent(size - 1 - newest, last)
        late = f'<rect fill="url(#chart-hatch)" x="{percent(newest, last)}" width="{width}" height="100%"/>'
    drawing = strokes(traces, f"0 0 {last} 400")
    return grid(ticks) + bands(thresholds, low, high) + late + drawing + "".join(dots)


def _read_out(
    cleaned: Sequence[Cleaned], size: int, start: float, step: float, zone: tzinfo, kind: str, unit: str, locale: str
) -> str:
    """Return the columns of the read-out.

    With more buckets than columns, each column stands for every `every`-th bucket, counted from the epoch: so the
    columns of the next frame are the same but for the first and the last, are found in the cache, and compress to
    nothing. The first column is the first bucket and the last the newest one, with what width remains.
    """
    every = 1 if size <= MOST_COLUMNS else -(-(size - 1) // COLUMNS)
    last, half = size - 1, every / 2

    def cells(*indices: int) -> Iterator[str]:
        rows = zip(*[[data.values[index] for index in indices] for data in cleaned], strict=True)
        for index, values in zip(indices, rows, strict=True):
            yield _cell(start + index * step, values, zone, kind, unit, locale)

    if size == 1:
        return next(cells(0))
    # Those of full width: not cut by either edge.
    middles = [i for i in range(-round(start / step) % every, size, every) if i > half and i + half < last]
    left = middles[0] - half if middles else last / 2
    right = middles[-1] + half if middles else last / 2
    first, *others, newest = cells(0, *middles, last)
    return narrowed(first, percent(left, last)) + "".join(others) + narrowed(newest, percent(last - right, last))


@lru_cache(maxsize=8192)
def _cell(at: float, values: tuple[float | None, ...], zone: tzinfo, kind: str, unit: str, locale: str) -> str:
    return column(moment(at, zone, kind, locale), values, unit, locale)


@lru_cache(maxsize=256)
def _time_axis(start: float, end: float, step: float, kind: str, zone: tzinfo, locale: str) -> str:
    """Return the labels under the plot, and the zone's name once. Panels over the same window share it."""
    span = end - start
    ticks = time_ticks(start, end, zone, step) if span else (Moment(start, kind, False, 0),)
    roomy = len(ticks) <= ROOMY
    labels = []
    for tick in ticks:
        part = (tick.at - start) / span if span else 1.0
        edge = 0.04 if tick.kind == "m" else 0.1  # a wide label near an edge would leave the tile
        classes = "day" if tick.major else ""
        if tick.rank:
            # Where there are few, each stays one width longer.
            classes += (" odd", " half", " quarter")[tick.rank - 1 + roomy]
        classes += " first" if part < edge else " last" if part > 1 - edge else ""
        names = f' class="{classes.strip()}"' if classes else ""
        label = text(moment(tick.at, zone, tick.kind, locale))
        labels.append(f'<text x="{percent(part, 1)}"{names}>{label}</text>')
    return (
        f'<span class="chart-zone" aria-hidden="true">{text(zone_name(end, zone))}</span>'
        f'<svg class="chart-x" aria-hidden="true">{"".join(labels)}</svg>'
    )
