"""A heat map: a table in which a cell is the darker the higher its value.

It is a real table, so that a screen reader goes through it cell by cell and the values are nowhere else. A cell
shows its number when it is pointed at or tapped. It is no stop of Tab, because 168 of them would bar the way. Seven
rows of 24 cells must cost no more than a line, so a cell is written once for each value and looked up after that.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from math import ceil

from ..marks import Box
from ..output.canvas import Canvas, shortened, width_of
from ..output.chart import PADDING_PIXELS, Area, Chart, Data, chart_kind
from ..output.html import text, uncached_text
from ..text.alternative import name
from ..text.formats import compact, exact, parts
from ..values import clean, is_drawable, room
from .empty import no_data

RAMP_STEPS = 9  # colours of the ramp, q0 to q8
MAX_CELLS = 5000  # cells
MAX_CACHED_CELLS = 512  # cells of one ramp that are kept written
MAX_SHORT_LABELS = 8  # names below that fit a tile of usual width if they are short
USUAL_WIDTH_PIXELS = 280.0  # pixels of that width
DIGIT_PIXELS = 5.5  # pixels of a digit where the numbers are seen all the time
_MARKUP = '<td class="q1"></td>'
LABEL_INTERVALS = (1, 2, 3, 4, 6, 8, 12, 24)  # every n-th label, as the style sheet knows it


class _Cells(dict[float | None, str]):
    """The HTML of a cell by its value, on a ramp from `low` to `high`."""

    __slots__ = ("high", "locale", "low", "unit")

    def __init__(self, low: float, high: float, unit: str, locale: str) -> None:
        self.low, self.high, self.unit, self.locale = low, high, unit, locale

    def __missing__(self, value: float | None) -> str:
        if len(self) >= MAX_CACHED_CELLS:
            self.clear()
        if value is None:
            html = "<td></td>"
        else:
            step = step_of(value, self.low, self.high)
            # Most cells of most maps are of the lowest step: it is what a cell without a class is.
            opening = f'<td class="q{step}">' if step else "<td>"
            html = f"{opening}{_plain(value, self.unit, self.locale)}</td>"
        self[value] = html
        return html


_cells = lru_cache(maxsize=32)(_Cells)


def step_of(value: float, low: float, high: float) -> int:
    """Return which of the nine steps of the ramp a value has; what lies outside has the first or the last."""
    if value >= high:
        return RAMP_STEPS - 1
    # Just under the end the quotient may round up to 1.
    return 0 if value <= low else min(int((value - low) / (high - low) * RAMP_STEPS), RAMP_STEPS - 1)


@lru_cache(maxsize=8192)
def _plain(value: float, unit: str, locale: str) -> str:
    """Return a value exactly, as HTML, without the unit where that is the same for all: the ramp above says it."""
    number, symbol = parts(value, unit, locale, 6)[0]
    words = number if symbol == "%" else exact(value, unit, locale)
    # A number alone is digits and signs, nothing that HTML could take for its own.
    return words if words == number else text(words)


@lru_cache(maxsize=64)
def _head(columns: tuple[str, ...]) -> str:
    """Return the row of names. It comes first, as tables are read, and the style sheet puts it below."""
    return f"<thead><tr><td></td>{''.join([f'<th>{text(column)}</th>' for column in columns])}</tr></thead>"


@lru_cache(maxsize=64)
def _gutter(rows: tuple[str, ...]) -> str:
    """Return the column of names as wide as the longest of them, up to 100 pixels."""
    return f'<col width="{min(ceil(max([width_of(row, 11) for row in rows])) + 12, 100)}"/>'


@chart_kind("heatmap")
def heatmap(
    values: Sequence[Sequence[float | None]],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    title: str = "",
    unit: str = "",
    locale: str = "en",
    minimum: float | None = None,
    maximum: float | None = None,
) -> Chart:
    """Return a table of colours: `values` is a list of rows of numbers, `rows` and `columns` are their names.

    None, NaN and infinities are cells without data, also those that a row is too short for. `minimum` and `maximum` fix
    the ends of the ramp, and what lies outside has the colour of the end; by default they are the lowest and the
    highest value (and values that are all equal are shown against zero). No values at all give the empty state. Raises
    ValueError for rows that do not fit their names, for more than 5,000 cells, for ends that are not finite or not in
    order.
    """
    size = len(columns)
    if len(values) != len(rows):
        raise ValueError(f"a heat map needs a name for each row: there are {len(values)} rows and {len(rows)} names")
    if len(rows) * size > MAX_CELLS:
        raise ValueError(f"a heat map has {MAX_CELLS:,} cells at most, not {len(rows) * size:,}")
    longest = max(map(len, values), default=0)
    if longest > size:
        raise ValueError(f"a row has {longest} values, and there are {size} columns")
    for end in (minimum, maximum):
        if end is not None and not is_drawable(end):
            raise ValueError(f"the ends of a heat map's colours must be finite, not {end!r}")
    if minimum is not None and maximum is not None and minimum >= maximum:
        raise ValueError(f"a heat map's colours must end above where they begin, not at {minimum!r} and {maximum!r}")
    if sum(map(len, values)) < len(rows) * size:
        values = [[*row, *[None] * (size - len(row))] for row in values]
    cleaned = clean(list(chain.from_iterable(values)), len(rows) * size)
    if cleaned.low is None or cleaned.high is None:
        return no_data(kind="heatmap")
    flat, lowest, highest = cleaned.values, cleaned.low, cleaned.high
    low, high = _ends(lowest, highest, minimum, maximum)
    across, down = tuple(map(str, columns)), tuple(map(str, rows))

    def where(value: float) -> str:
        at = flat.index(value)
        return f"{name(down[at // size])} {name(across[at % size])}"

    head = f"{name(title)}: heat" if title else "Heat"
    extremes = f"lowest {compact(lowest, unit, locale)} ({where(lowest)})"
    if highest > lowest:
        extremes += f", highest {compact(highest, unit, locale)} ({where(highest)})"
    missing = 0 if cleaned.whole else sum([value is None for value in flat])
    gaps = f"; no data in {missing} cell{'s' if missing > 1 else ''}" if missing else ""
    text_alternative = f"{head} map, {len(rows)} by {size}: {extremes}{gaps}"

    def write() -> str:
        cells = list(map(_cells(low, high, unit, locale).__getitem__, flat))
        lines = [
            f"<tr><th>{text(label)}</th>{''.join(cells[at : at + size])}</tr>"
            for label, at in zip(down, range(0, len(cells), size), strict=True)
        ]
        every = _every(across)
        thinned = f" n{every}" if every > 1 else ""
        dense = " dense" if size * DIGIT_PIXELS * (max(map(len, cells)) - len(_MARKUP)) > USUAL_WIDTH_PIXELS else ""
        return (
            f'{_ramp(low, high, unit, locale)}<table class="chart-heat{thinned}{dense}" '
            f'aria-label="{uncached_text(text_alternative)}">{_gutter(down)}{_head(across)}{"".join(lines)}</table>'
        )

    def labelled() -> list[tuple[str, Sequence[float | None]]]:
        return [(label, flat[at : at + size]) for label, at in zip(down, range(0, len(flat), size), strict=True)]

    return Chart(
        "heatmap",
        text_alternative,
        write,
        lambda canvas, area: _draw(canvas, area, labelled(), across, low, high, unit, locale),
        lambda: Data(("", *across), [(label, *row) for label, row in labelled()], unit),
    )


def _ends(low: float, high: float, minimum: float | None, maximum: float | None) -> tuple[float, float]:
    start, end = low if minimum is None else minimum, high if maximum is None else maximum
    if start < end:
        return start, end
    if minimum is None and maximum is None:  # equal values are shown against zero
        return (min(end, 0.0), max(end, 0.0)) if end else (0.0, 1.0)
    # An end that all values lie beyond stays where it is.
    return (end - room(end), end) if minimum is None else (start, start + room(start))


@lru_cache(maxsize=64)
def _every(columns: tuple[str, ...]) -> int:
    """Return which of the names below are seen, every n-th, in a tile of usual width."""
    if len(columns) <= MAX_SHORT_LABELS:  # each has a place of its own, and is cut to it
        return 1
    longest = max([width_of(column, 11) for column in columns]) + 8
    needed = max(len(columns) / MAX_SHORT_LABELS, longest * len(columns) / USUAL_WIDTH_PIXELS)
    return next((interval for interval in LABEL_INTERVALS if interval >= needed), LABEL_INTERVALS[-1])


@lru_cache(maxsize=256)
def _ramp(low: float, high: float, unit: str, locale: str) -> str:
    ends = [text(compact(end, unit, locale)) for end in (low, high)]
    return f'<p class="chart-ramp" aria-hidden="true">{ends[0]}<i></i>{ends[1]}</p>'


def _draw(
    canvas: Canvas,
    area: Area,
    rows: Sequence[tuple[str, Sequence[float | None]]],
    columns: tuple[str, ...],
    low: float,
    high: float,
    unit: str,
    locale: str,
) -> None:
    top = area.y
    if area.height >= 100:
        third = area.width / 3
        x = area.x + canvas.text(area.x, top + 12, compact(low, unit, locale), size=11, token="muted", room=third) + 6
        end = shortened(compact(high, unit, locale), third, 12)
        part = max(min((area.x + area.width - x - width_of(end, 12)) / RAMP_STEPS, 16.0), 2.0)
        for step in range(RAMP_STEPS):
            canvas.rect(x + step * part, top + 4, part - 1.5, 8, f"q{step}", radius=1)
        canvas.text(x + RAMP_STEPS * part + 4, top + 12, end, size=11, token="muted")
        top += 22
    foot = 18.0 if area.height >= 60 else 0.0
    gutter = min(max([width_of(label, 11) for label, _ in rows]) + 8, area.width * 0.35)
    x, width = area.x + gutter, max(area.width - gutter, 1.0)
    height = max(area.y + area.height - foot - top, 1.0)
    wide, tall = width / len(columns), height / len(rows)
    gap = 2.0 if min(wide, tall) > 6 else 0.5
    row_interval = -(-11 // tall) if tall < 11 else 1
    for index, (label, row) in enumerate(rows):
        y = top + index * tall
        if index % row_interval == 0:
            canvas.text(x - 8, y + tall / 2 + 4, label, size=11, token="muted", anchor="end", room=gutter - 8)
        for at, value in enumerate(row):
            if value is None:
                rectangle = (100 * at / len(columns), 100 * index / len(rows), 100 / len(columns), 100 / len(rows))
                canvas.marks([Box("late", "", *rectangle)], x, top, width - gap, height - gap)
            else:
                token = f"q{step_of(value, low, high)}"
                canvas.rect(x + at * wide, y, max(wide - gap, 0.5), max(tall - gap, 0.5), token, radius=min(2, gap))
    if not foot:
        return
    every = ceil((max([width_of(column, 11) for column in columns]) + 6) / wide)
    for at in range(0, len(columns), every):
        centre = x + (at + 0.5) * wide
        if centre + width_of(columns[at], 11) / 2 <= area.x + area.width + PADDING_PIXELS:
            canvas.text(centre, area.y + area.height - 2, columns[at], size=11, token="muted", anchor="middle")
