"""A table: the last rows of several series, the newest first."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from .canvas import Canvas, width_of
from .chart import Area, Cell, Chart, Data
from .empty import no_data
from .formats import compact, exact, moment
from .frame import text
from .numbers import NONE
from .over_time import time_axis
from .sentence import CLAUSES, name
from .values import Given, clean, last_of, named

MOST_COLUMNS = 8  # series that have a column; of more, the head says how many there are


def table(
    series: Given,
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
) -> Chart:
    """Return a table with a column for each series and the last `most` rows, the newest first.

    Rows are the buckets from `start` on, each `step` seconds long, or the `times`, or have `names` and then stay in
    their order. Rows in which no series has a value are left out. Eight series at most have a column.

    No values at all give the empty state. Raises ValueError for options that do not fit together.
    """
    if most < 1:
        raise ValueError(f"a table has at least one row, not {most!r}")
    lines = named(series)
    size = max([len(each.values) for each in lines], default=0) if names is None else len(names)
    if not size or not lines:
        return no_data(kind="table")
    if names is not None:
        if start is not None or step is not None or times is not None:
            raise ValueError("the rows of a table have names or times, not both")
        places: list[Cell] = [str(each) for each in names]
        words = [str(each) for each in places]
    else:
        axis = time_axis(size, start=start, step=step, times=times, zone=zone, locale=locale)
        places = list(axis.moments())
        words = [moment(axis.at(index), zone, axis.kind, locale) for index in range(size)]
    columns = [clean(each.values, size) for each in lines[:MOST_COLUMNS]]
    filled = [index for index in range(size) if any(each.values[index] is not None for each in columns)]
    order = filled if names is not None else filled[::-1]
    if not order:
        return no_data(kind="table")
    shown = order[:most]
    heads = [each.label or "Value" for each in lines[:MOST_COLUMNS]]
    rows = [(words[i], [exact(each.values[i], unit, locale) for each in columns]) for i in shown]
    lasts = [each.values[end] if (end := last_of(each.values)) is not None else None for each in columns]
    said = [f"{name(head)} {compact(last, unit, locale)}" for head, last in zip(heads, lasts, strict=True)][:CLAUSES]
    head = f"{name(title)}, " if title else ""
    sentence = f"{head}table of {len(shown)} rows: last {', '.join(said)}"
    more, rest = len(lines) - len(columns), len(order) - len(shown)
    first = "" if names is not None else "Time"

    def data() -> Data:
        everything = [clean(each.values, size).values for each in lines]
        cells = [(places[i], *[each[i] for each in everything]) for i in order]
        return Data((first, *[each.label or "Value" for each in lines]), cells, unit)

    return Chart(
        "table",
        sentence,
        lambda: _html(first, heads, rows, more, rest),
        lambda canvas, area: _draw(canvas, area, [first, *heads], rows),
        data,
    )


def _html(first: str, heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]], more: int, rest: int) -> str:
    titles = "".join([f'<th scope="col">{text(each)}</th>' for each in heads])
    extra = f'<th scope="col">+ {more} more</th>' if more else ""
    body = []
    for words, cells in rows:
        values = "".join([f"<td>{text(each)}</td>" for each in cells])
        body.append(f'<tr><th scope="row">{text(words)}</th>{values}{"<td></td>" if more else ""}</tr>')
    below = f'<p class="chart-more">… {rest} more rows</p>' if rest else ""
    head = f'<thead><tr><th scope="col">{text(first)}</th>{titles}{extra}</tr></thead>'
    return f'<table class="chart-table">{head}<tbody>{"".join(body)}</tbody></table>{below}'


def _draw(canvas: Canvas, area: Area, heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Draw as many rows as there is room for; numbers end at the right of their column."""
    wide = max(width_of(words, 12) for words, _cells in rows) + 12
    first = min(wide, area.width * 0.4)
    step = (area.width - first) / max(len(heads) - 1, 1)
    lines = [(heads[0], heads[1:], "muted"), *[(words, cells, "ink") for words, cells in rows]]
    for index, (words, cells, token) in enumerate(lines):
        y = area.y + 16 + 22 * index
        if y > area.y + area.height:
            return
        canvas.text(area.x, y, words or "", token="muted", room=first - 6)
        for place, cell in enumerate(cells, 1):
            right = area.x + first + place * step
            canvas.text(right, y, cell or NONE, token=token, anchor="end", room=max(step - 8, 0))
        if index < len(lines) - 1 and y + 6 < area.y + area.height:
            canvas.line(area.x, y + 6, area.x + area.width, y + 6, "grid")
