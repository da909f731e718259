"""State timelines: which state each thing was in, row by row, over one time axis."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import islice, pairwise
from math import ceil

from ..axes.time import TimeAxis, seconds
from ..marks import LEVELS, SERIES, Box, Cells, Mark
from ..output.chart import Chart, Data, chart_kind
from ..output.html import NO_DATA, Entry, percent
from ..output.plot import Plot
from ..output.tooltip import DEFAULT_COLUMNS, tooltip, words_column
from ..text.alternative import MAX_CLAUSES, name
from ..text.formats import compact
from ..text.moments import moment
from .empty import no_data
from .states import SEVERITY, Known, Span, in_order

MIN_STATE_PERCENT = 0.35  # percent of the plot that a state has at least, so that a bad second in a day can be seen
ROW_SHARE = 0.66  # part of its lane that a row takes
MAX_TOOLTIP_ROWS = 8  # words in the legend, and rows in the tooltip


@chart_kind("timeline")
def timeline(
    rows: Mapping[str, Sequence[Span]],
    *,
    start: float | datetime,
    end: float | datetime,
    now: float | datetime | None = None,
    zone: tzinfo = UTC,
    title: str = "",
    locale: str = "en",
) -> Chart:
    """Return a chart with one row of states for each of `rows`, from `start` to `end`.

    Of spans that overlap the later one in the list wins; what lies outside is cut off; where there is none, nothing is
    drawn, because nothing is known. A state that is too short to be seen is widened, and several such are one cell of
    the worst of their levels. `now` continues the axis, hatched, from `end` to that time. The exact times of each state
    are in the data; a `<title>` on each cell would never be seen, because the tooltip lies above.

    No rows give the empty state. Raises ValueError for times without a zone, spans or an axis that end before they
    begin, TypeError for rows without names.
    """
    if not isinstance(rows, Mapping):
        raise TypeError(f"a timeline takes a mapping of names to spans, not {type(rows).__name__}")
    first, last = seconds(start), seconds(end)
    until = last if now is None else max(seconds(now), last)
    if not first < last:
        raise ValueError("a timeline must end after it starts")
    if not rows:
        return no_data(kind="timeline")
    known = {str(label): in_order(spans, first, last) for label, spans in rows.items()}
    axis = TimeAxis(first, until, (until - first) / DEFAULT_COLUMNS, DEFAULT_COLUMNS + 1, zone, locale)
    width = 100 * (last - first) / (until - first)
    lane = 100 / len(known)
    marks: list[Mark] = [
        Cells(lane * (row + (1 - ROW_SHARE) / 2), lane * ROW_SHARE, _cells(spans, first, last, width))
        for row, spans in enumerate(known.values())
    ]
    if until > last:
        marks.append(Box("late", "", width, 0, 100 - width, 100))
    words = _legend(known)
    plot = Plot(
        text_alternative=_text_alternative(title, known, axis, first, last),
        y=tuple(known),
        x=axis.labels(),
        x_html=axis.labels_html(),
        marks=marks,
        tooltip=lambda: _tooltip(known, first, last, until, axis.kind, zone, locale),
        legend=words[:MAX_TOOLTIP_ROWS],
        more=max(len(words) - MAX_TOOLTIP_ROWS, 0),
        zone=axis.zone_name(),
        interval=axis.interval(),
        rows=True,
    )
    return plot.chart("timeline", lambda: _data(known, zone))


def _cells(spans: Sequence[Known], first: float, last: float, width: float) -> list[tuple[str, float, float]]:
    """Return the cells of a row in percent; none is narrower than MIN_STATE_PERCENT, and none lies upon another."""
    scale = width / (last - first)
    least = min(MIN_STATE_PERCENT, width)
    cells: list[tuple[str, float, float]] = []
    for span in spans:
        left, right = (span.start - first) * scale, (span.end - first) * scale
        if cells and left < cells[-1][2]:  # the one before was widened
            left = cells[-1][2]
        if cells and right - left < least and left - cells[-1][2] < least and cells[-1][2] - cells[-1][1] <= least * 2:
            level, begin, _end = cells[-1]
            worst = max(level, span.level, key=SEVERITY.__getitem__)
            cells[-1] = (worst, begin, max(right, cells[-1][2]))
            continue
        if right - left < least:
            right = left + least
            if right > width:
                left, right = width - least, width
                if cells and cells[-1][2] > left:
                    cells[-1] = (cells[-1][0], min(cells[-1][1], left), left)
        cells.append((span.level, left, right))
    return [(level, left, right - left) for level, left, right in cells if right > left]


def _legend(known: Mapping[str, Sequence[Known]]) -> list[Entry]:
    """Return each state that occurs, from good to bad."""
    words = {(state.level, state.word): None for spans in known.values() for state in spans}
    ordered = sorted(words, key=lambda state: (*LEVELS, *SERIES).index(state[0]))
    return [Entry(level, word) for level, word in ordered]


def _tooltip(
    known: Mapping[str, Sequence[Known]],
    first: float,
    last: float,
    until: float,
    kind: str,
    zone: tzinfo,
    locale: str,
) -> str:
    """Return the tooltip: each column is a part of the time, with the worst state of each row in it."""
    step = (last - first) / DEFAULT_COLUMNS
    worst = [
        [_part(label, state) for state in _worst(spans, first, step)]
        for label, spans in islice(known.items(), MAX_TOOLTIP_ROWS)
    ]
    edges = [moment(first + index * step, zone, kind, locale) for index in range(DEFAULT_COLUMNS + 1)]
    short = kind.split()[-1]
    ends = edges[1:]
    if short != kind:
        ends = [moment(first + index * step, zone, short, locale) for index in range(1, DEFAULT_COLUMNS + 1)]
    cells = [
        words_column(f"{start}\u2013{end}", parts)
        for start, end, parts in zip(edges, ends, zip(*worst, strict=True), strict=False)
    ]
    if until > last:
        late = f"{edges[-1]}\u2013{moment(until, zone, short, locale)}"
        cells.append(words_column(late, [("off", NO_DATA)]))
        return tooltip(cells, {DEFAULT_COLUMNS: percent(until - last, until - first)})
    return tooltip(cells)


def _part(label: str, state: Known | None) -> tuple[str, str]:
    """Return the token and the words of a row in a column. What is well has none, which most of it is."""
    if state is None:
        return "off", f"{label} {NO_DATA}"
    return ("" if state.level == "ok" else state.level), f"{label} {state.word}"


def _worst(spans: Sequence[Known], first: float, step: float) -> list[Known | None]:
    """Return the worst state in each of the columns' parts of the time; spans are in order."""
    columns: list[Known | None] = [None] * DEFAULT_COLUMNS
    for span in spans:
        rank = SEVERITY[span.level]
        # The 1e-9: a quotient of floats may lie beside the edge of a column that a time lies upon.
        begin, stop = int((span.start - first) / step + 1e-9), ceil((span.end - first) / step - 1e-9) or 1
        for index in range(begin if begin < stop else stop - 1, stop):
            known = columns[index]
            if known is None or rank > SEVERITY[known.level]:
                columns[index] = span
    return columns


def _text_alternative(
    title: str, known: Mapping[str, Sequence[Known]], axis: TimeAxis, first: float, last: float
) -> str:
    head = f"{name(title)}, {axis.words()}" if title else axis.words()
    clauses = []
    for label, spans in list(known.items())[:MAX_CLAUSES]:
        if not spans:
            clauses.append(f"{name(label)} no data")
            continue
        now = spans[-1]
        since = f" since {moment(now.start, axis.zone, axis.kind, axis.locale)}" if now.start > first else " throughout"
        fine = sum([span.end - span.start for span in spans if span.level == "ok"]) / (last - first)
        bad = _falls(spans)
        times = f", {bad} times critical" if bad > 1 else ", once critical" if bad else ""
        ended = "" if now.end >= axis.end else f" until {moment(now.end, axis.zone, axis.kind, axis.locale)}"
        # What was not always fine must not be rounded to "100 %".
        share = compact(100 * fine if fine >= 1 else min(100 * fine, 99.9), "%", axis.locale)
        clauses.append(f"{name(label)} {name(now.word)}{since}{ended}, OK {share} of the time{times}")
    rest = f"; and {len(known) - MAX_CLAUSES} more" if len(known) > MAX_CLAUSES else ""
    return f"{head}: {'; '.join(clauses)}{rest}"


def _falls(spans: Sequence[Known]) -> int:
    """Return how often a thing became critical: words may change while it stays so."""
    bad = [state for state in spans if state.level == "bad"]
    return len(bad) - sum([before.end == after.start for before, after in pairwise(bad)])


def _data(known: Mapping[str, Sequence[Known]], zone: tzinfo) -> Data:
    rows = [
        (label, state.word, datetime.fromtimestamp(state.start, zone), datetime.fromtimestamp(state.end, zone))
        for label, spans in known.items()
        for state in spans
    ]
    return Data(("", "State", "From", "To"), rows)
