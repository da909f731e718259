"""A small line without axes, and its last value. A stat has the same line under its number."""

from collections.abc import Sequence
from typing import NamedTuple

from ..axes.ticks import MIN_RELATIVE_RANGE
from ..marks import Dot, Fill, Mark, Paths, Stroke
from ..output.canvas import Canvas, width_of
from ..output.chart import Area, Chart, Data, chart_kind
from ..output.html import text
from ..path import HEIGHT, height, trace
from ..text.alternative import name, trend
from ..text.formats import compact, short
from ..values import MIN_SPAN, Cleaned, clean, is_drawable, last_of, room
from .empty import no_data


class Course(NamedTuple):
    """A small line: its marks, what it looks like in words, and its last value."""

    marks: Sequence[Mark]
    words: str
    last: float

    def html(self, text_alternative: str) -> str:
        """Return the line as HTML; `text_alternative` says what it shows, not escaped."""
        drawn = "".join([mark.html() for mark in self.marks])
        return f'<div class="chart-trend"><svg role="img" aria-label="{text(text_alternative)}">{drawn}</svg></div>'

    def draw(self, canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
        """Draw the line into a box, in which the last dot stays, too."""
        canvas.marks(self.marks, x, y + 4, max(width - 4, 1.0), max(height - 8, 1.0))


def course(
    values: Sequence[float | None],
    unit: str,
    locale: str,
    minimum: float | None = None,
    maximum: float | None = None,
    token: str = "s1",
) -> Course | None:
    """Return the line of values, oldest first, in the colour of a token; None if there is no value among them.

    There are no ticks to end on, so the line fills the height, and a level one lies in the middle. `minimum` and
    `maximum` fix the ends, and what lies outside is drawn at the edge.
    """
    size = len(values)
    cleaned = clean(values, size)
    end = last_of(cleaned.values)
    if end is None or cleaned.low is None or cleaned.high is None:
        return None
    low, high = _ends(cleaned.low, cleaned.high, minimum, maximum)
    drawn = trace(cleaned, low, high, area=True)
    last, newest = max(size - 1, 1), cleaned.values[end] or 0.0
    marks: list[Mark] = []
    if drawn.line:
        marks.append(Paths(0, last, (Fill(token, drawn.area, faint=True),), (Stroke(token, drawn.line),)))
    if drawn.dots:
        marks += [Dot(token, 100 * x / last, 100 * y / HEIGHT, 2) for x, y in drawn.dots if x != end]
    # The newest is at the right, also if it is the only one.
    x = 100.0 if end == size - 1 else 100 * end / last
    marks.append(Dot(token, x, 100 * height(newest, low, high) / HEIGHT, 3))
    return Course(marks, _words(cleaned, unit, locale), newest)


def _ends(low: float, high: float, minimum: float | None, maximum: float | None) -> tuple[float, float]:
    if minimum is None and maximum is None:
        if high - low <= max(MIN_RELATIVE_RANGE * max(abs(low), abs(high)), MIN_SPAN):
            return low - room(low), high + room(low)
        return low, high
    start, end = low if minimum is None else minimum, high if maximum is None else maximum
    if end - start > max(MIN_RELATIVE_RANGE * max(abs(start), abs(end)), MIN_SPAN):
        return start, end
    return (end - room(end), end) if minimum is None else (start, start + room(start))


def _words(cleaned: Cleaned, unit: str, locale: str) -> str:
    size = len(cleaned.values)
    low, high, way = compact(cleaned.low, unit, locale), compact(cleaned.high, unit, locale), trend(cleaned)
    return f"trend of {size} value{'s' if size > 1 else ''}: lowest {low}, highest {high}{', ' if way else ''}{way}"


@chart_kind("sparkline")
def sparkline(
    values: Sequence[float | None],
    *,
    title: str = "",
    unit: str = "",
    locale: str = "en",
    minimum: float | None = None,
    maximum: float | None = None,
) -> Chart:
    """Return a small line without axes, with its last value beside it.

    `values` are evenly spaced, oldest first; gaps break the line, a lone value is a dot. `minimum` and `maximum` fix
    its ends, and what lies outside is drawn at the edge; otherwise it fills the height. No values at all give the empty
    state. Raises ValueError for ends that are not finite or not in order.
    """
    for end in (minimum, maximum):
        if end is not None and not is_drawable(end):
            raise ValueError(f"a sparkline's ends must be finite, not {end!r}")
    if minimum is not None and maximum is not None and minimum >= maximum:
        raise ValueError(f"a sparkline must end above where it begins, not at {minimum!r} and {maximum!r}")
    small = course(values, unit, locale, minimum, maximum)
    if small is None:
        return no_data(kind="sparkline")
    head = f"{name(title)}: " if title else ""
    text_alternative = f"{head}last {compact(small.last, unit, locale)}, {small.words}"
    last = short(small.last, unit, locale)

    def write() -> str:
        return f'<div class="chart-spark">{small.html(text_alternative)}<b>{text(last)}</b></div>'

    def draw(canvas: Canvas, area: Area) -> None:
        reserved = min(width_of(last, 16, 600) + 12, area.width / 2)
        small.draw(canvas, area.x, area.y, area.width - reserved, area.height)
        right, middle = area.x + area.width, area.y + area.height / 2 + 6
        canvas.text(right, middle, last, size=16, weight=600, anchor="end", room=reserved - 8)

    # The values have an order and no times.
    return Chart(
        "sparkline", text_alternative, write, draw, lambda: Data(("No.", "Value"), list(enumerate(values, 1)), unit)
    )
