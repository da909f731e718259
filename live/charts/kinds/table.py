"""A table: the last rows of several series, the newest first."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from itertools import zip_longest

from ..axes.category import CategoryAxis
from ..axes.time import TimeAxis, time_axis
from ..output.canvas import Canvas, width_of
from ..output.chart import Area, Cell, Chart, Data, chart_kind, series_data
from ..output.html import text, uncached_text
from ..text.alternative import MAX_CLAUSES, name
from ..text.formats import compact, exact
from ..text.moments import moment, zone_name
from ..text.numbers import MINUS, NO_VALUE, plain, signs
from ..values import Cleaned, SeriesInput, as_series, clean, last_of
from .empty import no_data

MAX_COLUMNS = 8  # series that have a column; of more, the head says how many there are


@chart_kind("table")
def table(
    series: SeriesInput,
    *,
    start: float | datetime | None = None,
    step: float | None = None,
    times: Sequence[float | datetime] | None = None,
    names: Sequence[str] | None = None,
    zone: tzinfo = UTC,
    title: str = "",
    unit: str = "",
    locale: str = "en",
    most: int = 10,
    value_texts: Sequence[Sequence[str]] = (),
) -> Chart:
    """Return a table with a column for each series and the last `most` rows, the newest first.

    Rows are the buckets from `start` on, each `step` seconds long, or the `times`, or have `names` and then stay in
    their order. Rows in which no series has a value are left out. Eight series at most have a column. The numbers of a
    column have the same decimals, as far as one prefix suits them all. `value_texts` has for each series a text in
    the stead of each of its values, "" for none, or nothing.

    No values at all give the empty state. Raises ValueError for options that do not fit together.
    """
    if most < 1:
        raise ValueError(f"a table has at least one row, not {most!r}")
    lines = as_series(series)
    size = max([len(line.values) for line in lines], default=0) if names is None else len(names)
    if not size or not lines:
        return no_data(kind="table")
    axis: TimeAxis | CategoryAxis
    if names is None:
        axis = time_axis(size, start=start, step=step, times=times, zone=zone, locale=locale)
    elif start is not None or step is not None or times is not None:
        raise ValueError("the rows of a table have names or times, not both")
    else:
        axis = CategoryAxis(tuple([str(label) for label in names]))
    columns = [clean(line.values, size) for line in lines[:MAX_COLUMNS]]
    order: Sequence[int] = range(size)
    if not any(column.whole for column in columns):
        order = [index for index in order if any(column.values[index] is not None for column in columns)]
    order = order if names is not None else order[::-1]
    if not order:
        return no_data(kind="table")
    shown = order[:most]
    first, words = _times(axis, shown) if isinstance(axis, TimeAxis) else ("", [axis.where(i) for i in shown])
    heads = [line.label or "Value" for line in lines[:MAX_COLUMNS]]
    cells = [list(_even(tuple([column.values[i] for i in shown]), unit, locale)) for column in columns]
    for column, words_of in zip(cells, value_texts, strict=False):
        column[:] = [words_of[i] if words_of and words_of[i] else cell for i, cell in zip(shown, column, strict=True)]
    rows = list(zip(words, list(zip(*cells, strict=True)), strict=True))
    text_alternative = _text_alternative(
        title, len(shown), heads, columns if names is None else [], len(lines), unit, locale
    )
    more, rest = len(lines) - len(columns), len(order) - len(shown)

    def data() -> Data:
        everything = series_data(axis.head, axis.cells(), lines, unit)
        if value_texts:
            pairs = zip_longest(everything.rows, zip_longest(*value_texts, fillvalue=""), fillvalue=())
            everything = everything._replace(rows=[_with_texts(row, of_row) for row, of_row in pairs])
        return everything._replace(rows=[everything.rows[i] for i in order])

    return Chart(
        "table",
        text_alternative,
        lambda: _html(first, heads, rows, more, rest),
        lambda canvas, area: _draw(canvas, area, [first, *heads], rows, more, rest),
        data,
    )


def _with_texts(row: Sequence[Cell], texts: Sequence[str]) -> list[Cell]:
    first, *cells = row
    return [first, *[words or cell for cell, words in zip_longest(cells, texts[: len(cells)])]]


def _times(axis: TimeAxis, shown: Sequence[int]) -> tuple[str, list[str]]:
    """Return the head of the column of times, with the zone, and the times: each with its own where clocks change."""
    zones = {zone_name(axis.at(index), axis.zone) for index in shown}
    several = len(zones) > 1
    words = [moment(axis.at(index), axis.zone, axis.kind, axis.locale, with_zone=several) for index in shown]
    return "Time" if several else f"Time ({zones.pop()})", words


@lru_cache(maxsize=64)
def _number(locale: str) -> re.Pattern[str]:
    decimal, group = map(re.escape, signs(locale)[1:3])
    return re.compile(rf"(\D*?)(\d(?:[\d{group}]*\d)?)(?:{decimal}(\d+))?(\D*)")


@lru_cache(maxsize=1024)
def _even(values: tuple[float | None, ...], unit: str, locale: str) -> tuple[str, ...]:
    """Return the numbers of a column, exact, with the same decimals; as they are where prefixes or sizes differ."""
    words = tuple([exact(value, unit, locale) for value in values])
    matches = [_number(locale).fullmatch(word) for word, v in zip(words, values, strict=True) if v is not None]
    pieces = [match.groups(default="") for match in matches if match]
    signed = [(head.replace(MINUS, ""), tail) for head, _whole, _part, tail in pieces]
    if len(pieces) < len(matches) or len(set(signed)) != 1 or len({len(part) for _h, _w, part, _t in pieces}) == 1:
        return words
    numbers = [float(f"{re.sub('[^0-9]', '', whole)}.{part or 0}") for _head, whole, part, _tail in pieces]
    decimals = min(max([len(part) for _h, _w, part, _t in pieces]), max(2, 6 - len(f"{max(numbers):.0f}")))
    if any(0 < number < 10**-decimals / 2 for number in numbers):  # would read as nothing
        return words
    even = iter(
        [
            head + plain(number, decimals, locale, trim=False) + tail
            for number, (head, _whole, _part, tail) in zip(numbers, pieces, strict=True)
        ]
    )
    return tuple([word if value is None else next(even) for word, value in zip(words, values, strict=True)])


def _text_alternative(
    title: str, rows: int, heads: Sequence[str], columns: Sequence[Cleaned], all_: int, unit: str, locale: str
) -> str:
    """Return the last value of each column, or their names where rows have no order in time."""
    lasts = [column.values[end] if (end := last_of(column.values)) is not None else None for column in columns]
    clauses = [name(head) for head in heads[:MAX_CLAUSES]]
    if lasts:
        clauses = [f"{head} {compact(last, unit, locale)}" for head, last in zip(clauses, lasts, strict=False)]
    rest = f" and {all_ - MAX_CLAUSES} more" if all_ > MAX_CLAUSES else ""
    head = f"{name(title)}, " if title else ""
    return f"{head}table of {_count(rows, 'row')}: {'last ' if lasts else ''}{', '.join(clauses)}{rest}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _html(first: str, heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]], more: int, rest: int) -> str:
    titles = "".join([f'<th scope="col">{text(head)}</th>' for head in heads])
    body = []
    for words, cells in rows:
        values = "".join([f"<td>{uncached_text(cell)}</td>" for cell in cells])
        body.append(f'<tr><th scope="row">{text(words)}</th>{values}</tr>')
    missing = [f"+ {_count(number, word)}" for number, word in ((rest, "more row"), (more, "more column")) if number]
    below = f'<p class="chart-more">{", ".join(missing)}</p>' if missing else ""
    corner = f'<th scope="col">{text(first)}</th>' if first else "<td></td>"
    head = f"<thead><tr>{corner}{titles}</tr></thead>"
    return f'<table class="chart-rows">{head}<tbody>{"".join(body)}</tbody></table>{below}'


def _draw(
    canvas: Canvas, area: Area, heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]], more: int, rest: int
) -> None:
    """Draw as many rows as there is room for, the last says how many are missing. Numbers end at their right."""
    wide = max(width_of(words, 12) for words in (heads[0], *[words for words, _cells in rows])) + 12
    first = min(wide, area.width * 0.4)
    extra = [f"+ {more} more"] if more else []
    step = (area.width - first) / (len(heads) - 1 + len(extra))
    lines = [(heads[0], [*heads[1:], *extra], "muted"), *[(words, cells, "ink") for words, cells in rows]]
    fitting = max(int((area.height - 16) // 22) + 1, 1)
    if rest or len(lines) > fitting:
        rest += max(len(lines) - (fitting - 1), 0)
        lines = [*lines[: fitting - 1], (f"+ {_count(rest, 'more row')}", [], "muted")]
    for index, (words, cells, token) in enumerate(lines):
        y = area.y + 16 + 22 * index
        canvas.text(area.x, y, words, token="muted", room=first - 6 if cells else area.width)
        for column, cell in enumerate(cells, 1):
            right = area.x + first + column * step
            canvas.text(right, y, cell or NO_VALUE, token=token, anchor="end", room=max(step - 8, 0))
        if index < len(lines) - 1 and y + 6 < area.y + area.height:
            canvas.line(area.x, y + 6, area.x + area.width, y + 6, "grid")
