"""State timelines: which state each thing was in, row by row, over one time axis."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from heapq import heappop, heappush
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from ..axes.time import TimeAxis, seconds
from ..marks import LEVELS, SERIES, Box, Cells, Mark
from ..output.chart import Chart, Data, chart_kind
from ..output.html import NO_DATA, Entry, percent
from ..output.plot import Plot
from ..output.tooltip import DEFAULT_COLUMNS, tooltip, words_column
from ..text.alternative import MAX_CLAUSES, name
from ..text.formats import compact
from ..text.moments import moment
from ..text.numbers import NO_VALUE
from .empty import no_data

MIN_STATE_PERCENT = 0.35  # percent of the plot that a state has at least, so that a bad second in a day can be seen
ROW_SHARE = 0.66  # part of its lane that a row takes
MAX_TOOLTIP_ROWS = 8  # words in the legend, and rows in the tooltip
_SEVERITY = {"ok": 0, "off": 1, "warn": 2, "bad": 3, **dict.fromkeys(SERIES, 1)}


class Span(NamedTuple):
    """A state that lasted from `start` to `end`, epoch seconds or aware datetimes.

    `level` is "ok", "warn", "bad" or "off", or a series' colour, "s1" to "s8", for what is neither; `word` says which.
    """

    start: float | datetime
    end: float | datetime
    level: str
    word: str


class Known(NamedTuple):
    """A span in epoch seconds, of a known level."""

    start: float
    end: float
    level: str
    word: str


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
    known = {str(label): _known(spans, first, last) for label, spans in rows.items()}
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


def _known(spans: Sequence[Span], first: float, last: float) -> list[Known]:
    """Return spans in order and without overlap, inside the axis; neighbours of one state are one."""
    states: list[Known] = []
    in_order = True
    for span in spans:
        start, end, level, word = span
        if isinstance(start, datetime) or isinstance(end, datetime) or not first <= start < end <= last:
            start, end = seconds(start), seconds(end)
            if end < start:
                raise ValueError(f"a span must not end before it starts: {span!r}")
            start, end = max(start, first), min(end, last)
            if start >= end:
                continue
        in_order = (
            _append(states, Known(start, end, level if level in _SEVERITY else "off", str(word) or NO_VALUE))
            and in_order
        )
    if in_order:
        return states
    joined: list[Known] = []
    for state in _on_top(states):
        _append(joined, state)
    return joined


def _append(states: list[Known], state: Known) -> bool:
    """Append a state, or make the last one longer if it is the same; tell whether it begins after that has ended."""
    if not states:
        states.append(state)
        return True
    start, end, level, word = state
    before = states[-1]
    if before.end != start or before.level != level or before.word != word:
        states.append(state)
        return before.end <= start
    states[-1] = Known(before.start, end, level, word)
    return True


def _on_top(spans: Sequence[Known]) -> list[Known]:
    """Return what is seen of spans in any order when each lies upon those before it in the list, in order of time."""
    waiting = sorted(range(len(spans)), key=lambda index: spans[index].start, reverse=True)
    open_: list[int] = []  # a heap: those that have begun, the last of the list first
    seen: list[Known] = []
    for start, end in pairwise(sorted({edge for span in spans for edge in span[:2]})):
        while waiting and spans[waiting[-1]].start <= start:
            heappush(open_, -waiting.pop())
        while open_ and spans[-open_[0]].end <= start:
            heappop(open_)
        if open_:
            seen.append(spans[-open_[0]]._replace(start=start, end=end))
    return seen


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
            worst = max(level, span.level, key=_SEVERITY.__getitem__)
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
    worst = {label: _worst(spans, first, step) for label, spans in list(known.items())[:MAX_TOOLTIP_ROWS]}
    edges = [moment(first + index * step, zone, kind, locale) for index in range(DEFAULT_COLUMNS + 1)]
    short = kind.split()[-1]
    cells = []
    for index in range(DEFAULT_COLUMNS):
        states = [(label, columns[index]) for label, columns in worst.items()]
        parts = [(s.level, f"{label} {s.word}") if s else ("off", f"{label} {NO_DATA}") for label, s in states]
        end = edges[index + 1] if short == kind else moment(first + (index + 1) * step, zone, short, locale)
        cells.append(words_column(f"{edges[index]}\u2013{end}", parts))
    if until > last:
        late = f"{edges[-1]}\u2013{moment(until, zone, short, locale)}"
        cells.append(words_column(late, [("off", NO_DATA)]))
        return tooltip(cells, {DEFAULT_COLUMNS: percent(until - last, until - first)})
    return tooltip(cells)


def _worst(spans: Sequence[Known], first: float, step: float) -> list[Known | None]:
    """Return the worst state in each of the columns' parts of the time; spans are in order."""
    columns: list[Known | None] = [None] * DEFAULT_COLUMNS
    for span in spans:
        rank = _SEVERITY[span.level]
        # The 1e-9: a quotient of floats may lie beside the edge of a column that a time lies upon.
        begin, stop = int((span.start - first) / step + 1e-9), ceil((span.end - first) / step - 1e-9) or 1
        for index in range(begin if begin < stop else stop - 1, stop):
            known = columns[index]
            if known is None or rank > _SEVERITY[known.level]:
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
