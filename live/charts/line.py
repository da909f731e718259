"""Lines: over time, or over categories."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from functools import lru_cache

from . import over_names
from .chart import Chart, Data
from .empty import no_data
from .formats import short
from .frame import COLUMNS, MOST_COLUMNS, Entry, column, read_out
from .marks import Dot, Fill, Mark, Paths, Stroke
from .moments import moment
from .over_time import TimeAxis, time_axis
from .path import HEIGHT, Trace, trace
from .plot import Plot, charted
from .scale import Scale, limits, scale_of
from .sentence import name, sentence
from .values import Cleaned, Given, Series, Threshold, clean, held, last_of, named

SHOWN = 8  # series that are drawn: six colours, then two of them dashed; the legend counts the rest
MOST_POINTS = 60  # points over all lines that are drawn as dots; more would only thicken the line


def line(
    series: Given,
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
    least_span: float = 0.0,
    log: bool = False,
    thresholds: Sequence[Threshold] = (),
    fill: bool | None = None,
    extremes: bool = False,
    columns: int = COLUMNS,
    kind: str = "line",
) -> Chart:
    """Return a chart of lines.

    `series` is a mapping of labels to values, a list of `Series`, or the values of one line. They lie over time
    (`start` and `step` of equal buckets, or `times` and the interval `every` expected between them; `now` hatches what
    is overdue; see `time_axis`), or over `categories`, one value each. At most 8 are drawn; the legend counts the rest.

    `minimum` and `maximum` fix the axis, and what lies outside is drawn at its edge; `least_span` is the least that it
    spans, so that noise is not made a storm; `log` makes it logarithmic, without what is zero or less. `fill` draws an
    area under each line (of two at most); by default under a lone line that stands on zero. `extremes` adds each
    line's lowest and highest value to the legend. `columns` of the read-out are 60 at most; 0 leaves it out.

    No values at all give the empty state. Raises ValueError for options that do not fit together, TypeError for
    series that are none.
    """
    lines = named(series)
    if not 0 <= columns <= MOST_COLUMNS:
        raise ValueError(f"a read-out has 0 to {MOST_COLUMNS} columns, not {columns!r}")
    if categories is not None:
        if start is not None or step is not None or times is not None:
            raise ValueError("a chart lies over time or over categories, not both")
        axis: TimeAxis | None = None
        size = len(categories)
    else:
        size = max([len(each.values) for each in lines], default=0)
        spread = {"start": start, "step": step, "times": times, "every": every, "now": now}
        axis = time_axis(size, **spread, zone=zone, locale=locale) if size else None  # type: ignore[arg-type]
    if not size or not lines:
        return no_data(kind=kind)
    cleaned = [clean(each.values, size) for each in lines[:SHOWN]]
    scale = scale_of(cleaned, minimum, maximum, unit, least=least_span, log=log, zero=bool(fill))
    filled = len(cleaned) <= 2 if fill else fill is None and len(cleaned) == 1 and scale.low == 0
    filled = filled and not log
    values = [data.values for data in cleaned]

    if axis is not None:
        label = sentence(title, lines, cleaned, unit, locale, axis.where, axis.words(), "at")
        places, below, zone_words = axis.labels(), axis.below(), axis.zone_name()
        marks = _over_time(axis, cleaned, scale, filled)

        def read() -> str:
            assert axis is not None
            if not columns:
                return ""
            picked, widths = axis.columns(columns)
            kind, rows = axis.kind, zip(*[[each[i] for i in picked] for each in values], strict=True)
            cells = [_timed(axis.at(i), row, zone, kind, unit, locale) for i, row in zip(picked, rows, strict=True)]
            return read_out(cells, widths)

        def data() -> Data:
            assert axis is not None
            return Data(("Time", *_heads(lines)), [(at, *_row(lines, i)) for i, at in enumerate(axis.moments())], unit)
    else:
        assert categories is not None
        names = tuple([str(each) for each in categories])
        span = f"{size} categories" if size > 1 else "1 category"
        label = sentence(title, lines, cleaned, unit, locale, lambda index: name(names[index]), span, "")
        places, below, zone_words = over_names.labels(names), over_names.below(names), ""
        marks = _over_names(size, cleaned, scale, filled)

        def read() -> str:
            rows = list(zip(*values, strict=True))
            if not columns:
                return ""
            return over_names.columns(size, lambda index: _named(names[index], rows[index], unit, locale))

        def data() -> Data:
            return Data(("", *_heads(lines)), [(each, *_row(lines, i)) for i, each in enumerate(names)], unit)

    plot = Plot(
        sentence=label,
        y=scale.labels(unit, locale),
        x=places,
        below=below,
        marks=[*limits(thresholds, scale), *marks],
        read=read,
        legend=entries(lines, cleaned, unit, locale, latest=axis is not None, extremes=extremes),
        more=len(lines) - len(cleaned),
        zone=zone_words,
        intervals=scale.intervals,
        strong=scale.strong,
    )
    return charted(kind, plot, data)


def entries(
    lines: Sequence[Series],
    cleaned: Sequence[Cleaned],
    unit: str,
    locale: str,
    *,
    latest: bool = True,
    extremes: bool = False,
) -> list[Entry]:
    """Return the legend's items; `latest` is false where there is no "last", as over categories."""
    found = []
    for index, (each, data) in enumerate(zip(lines, cleaned, strict=False), 1):
        end = last_of(data.values) if latest else None
        value = short(data.values[end] if end is not None else None, unit, locale) if latest else ""
        detail = ""
        if extremes and data.low is not None:
            detail = f"{short(data.low, unit, locale)}\u2013{short(data.high, unit, locale)}"
        found.append(Entry(f"s{index}", each.label, value, detail))
    return found


def _heads(lines: Sequence[Series]) -> list[str]:
    return [each.label or "Value" for each in lines]


def _row(lines: Sequence[Series], index: int) -> list[float | None]:
    found = [each.values[index] if index < len(each.values) else None for each in lines]
    return [v if v is not None and held(v) else None for v in found]


def _over_time(axis: TimeAxis, cleaned: Sequence[Cleaned], scale: Scale, filled: bool) -> list[Mark]:
    if not scale.ticks:
        return []
    width = axis.width()
    placed = [scale.drawn(data) for data in cleaned]
    # A deflated path that is sent twice, as line and as area, costs next to nothing.
    traces = [axis.trace(data, scale.low, scale.high, area=filled) for data in placed]
    dots: list[Mark] = []
    newest = 0
    for index, (data, drawn) in enumerate(zip(placed, traces, strict=True), 1):
        end = last_of(data.values)
        if end is None:
            continue
        newest = max(newest, end)
        x = axis.x(end)
        # The last value has a dot of its own, lone or not.
        lone = [(100 * at / width, 100 * y / HEIGHT) for at, y in drawn.dots if at != axis.unit(end)]
        dots += [Dot(f"s{index}", at, y, 2) for at, y in lone]
        dots.append(Dot(f"s{index}", x, scale.percent(cleaned[index - 1].values[end] or 0), 3))
    return [*axis.late(newest), _paths(traces, 0, width), *dots]


def _over_names(size: int, cleaned: Sequence[Cleaned], scale: Scale, filled: bool) -> list[Mark]:
    if not scale.ticks:
        return []
    placed = [scale.drawn(data) for data in cleaned]
    traces = [trace(data, scale.low, scale.high, area=filled) for data in placed]
    dots: list[Mark] = []
    all_points = size * len(cleaned) <= MOST_POINTS
    for index, (data, drawn) in enumerate(zip(placed, traces, strict=True), 1):
        points: Sequence[tuple[int, float]] = [(i, 100 * y / HEIGHT) for i, y in drawn.dots]
        if all_points:
            kept = cleaned[index - 1].values
            points = [(i, scale.percent(kept[i] or 0)) for i, each in enumerate(data.values) if each is not None]
        # Category i has the i-th of `size` equal slots and its point in the middle.
        dots += [Dot(f"s{index}", 100 * (2 * i + 1) / (2 * size), y, 3) for i, y in points]
    return [_paths(traces, -0.5, size), *dots]


def _paths(traces: Sequence[Trace], left: float, width: float) -> Paths:
    return Paths(
        left,
        width,
        [Fill(f"s{index}", each.area) for index, each in enumerate(traces, 1) if each.area],
        [Stroke(f"s{index}", each.line) for index, each in enumerate(traces, 1) if each.line],
    )


@lru_cache(maxsize=8192)
def _timed(at: float, values: tuple[float | None, ...], zone: tzinfo, kind: str, unit: str, locale: str) -> str:
    return column(moment(at, zone, kind, locale), values, unit, locale)


@lru_cache(maxsize=2048)
def _named(label: str, values: tuple[float | None, ...], unit: str, locale: str) -> str:
    return column(label, values, unit, locale)
