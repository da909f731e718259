"""A single value, large, with its change and the line that led to it."""

from collections.abc import Sequence
from typing import NamedTuple

from ..output.amount import amount, draw_amount, drawable
from ..output.canvas import Canvas, width_of
from ..output.chart import Area, Cell, Chart, Data, chart_kind
from ..output.html import text
from ..output.levels import ATTENTION, LEVEL_WORDS
from ..text.alternative import name
from ..text.formats import compact
from .sparkline import course

MAX_RELATIVE_CHANGE = 10  # times; a change beyond that says more as an amount than as 12,300,000 %
MIN_TREND_POINTS = 3  # of fewer there is no line to see
MAX_TREND_PIXELS = 48.0  # its height in a file; the style sheet has the same
FONT_PIXELS = 36.0  # font size of the value in a file, if there is room
_ARROWS = {"up": "▲", "down": "▼", "same": "▬"}


class _Delta(NamedTuple):
    """A change: its arrow and amount, what it is measured against, and its colour ("" for none)."""

    amount: str
    against: str
    tone: str

    def html(self) -> str:
        tone = f" {self.tone}" if self.tone else ""
        return f'<p class="chart-delta{tone}"><b>{text(self.amount)}</b> <span>{text(self.against)}</span></p>'


@chart_kind("stat")
def stat(
    value: float | None,
    *,
    title: str = "",
    unit: str = "",
    locale: str = "en",
    previous: float | None = None,
    previous_label: str = "previous",
    good: str | None = None,
    trend: Sequence[float | None] = (),
    level: str | None = None,
    value_text: str = "",
) -> Chart:
    """Return a single value. One that is missing or not finite is a dash. `value_text` is shown in its
    stead, without a unit.

    `previous` adds the change since then: an arrow and the amount, in percentage points for the unit "%" and in
    percent otherwise. It has a colour only if `good` ("up" or "down") says which way is better. `trend` draws a small
    line, oldest value first, if there are three at least. `level` ("ok", "warn", "bad") is a word in the text
    alternative, and a warning or what is critical is a colour of the line and a badge in the title row. Raises
    ValueError for another `good`.
    """
    if good not in (None, "", "up", "down"):
        raise ValueError(f'good is "up" or "down", not {good!r}')
    value, previous = drawable(value), drawable(previous)
    delta = _delta(value, previous, previous_label, unit, locale, good)
    shown_level = level if level in ATTENTION else ""
    small = course(trend, unit, locale, token=shown_level or "s1") if len(trend) >= MIN_TREND_POINTS else None
    word = LEVEL_WORDS.get(level or "", "")
    head = name(title)
    shown = value_text or compact(value, unit, locale)
    text_alternative = f"{head}: {shown}" if head else shown
    if word:
        text_alternative += f", {word}"
    if delta:
        text_alternative += f", {delta.amount} {delta.against}"
    if small:
        text_alternative += f"; {small.words}"

    def write() -> str:
        line = ""
        if small:
            line = small.html(f"{head}, {small.words}" if head else small.words.capitalize())
        figure = text(value_text) if value_text else amount(value, unit, locale)
        return f'<p class="chart-value">{figure}</p>{delta.html() if delta else ""}{line}'

    def draw(canvas: Canvas, area: Area) -> None:
        token = level if level in ATTENTION else "ink"
        size = min(FONT_PIXELS, max(area.height * 0.5, 16.0))
        y = area.y + size
        if value_text:
            canvas.text(area.x, y, value_text, size=size, weight=600, token=token, room=area.width)
        else:
            draw_amount(canvas, area.x, y, value, unit, locale, size=size, room=area.width, token=token)
        bottom = area.y + area.height
        if delta and y + 20 <= bottom:
            y += 20
            canvas.text(area.x, y, delta.amount, weight=600, token=delta.tone if delta.tone else "ink", room=area.width)
            left = width_of(delta.amount, 13, 600) + 8
            canvas.text(area.x + left, y, delta.against, token="muted", room=max(area.width - left, 0))
        if small and bottom - y > 24:
            small.draw(canvas, area.x, y + 8, area.width, min(bottom - y - 8, MAX_TREND_PIXELS))

    def data() -> Data:
        rows: list[tuple[Cell, ...]] = [(title or "Value", value_text or value)]
        if delta:
            rows.append((previous_label, previous))
        size = len(trend)
        rows += [(f"{title or 'Value'}, {i} of {size}", value) for i, value in enumerate(trend, 1)]
        return Data(("", "Value"), rows, unit)

    return Chart("stat", text_alternative, write, draw, data, level if level in LEVEL_WORDS else "")


def _delta(
    value: float | None, previous: float | None, previous_label: str, unit: str, locale: str, good: str | None
) -> _Delta | None:
    if previous is None or value is None:
        return None
    change = value - previous
    way = "up" if change > 0 else "down" if change < 0 else "same"
    size = abs(change)
    if unit == "%":
        words = compact(_in_tenths(size), "pp", locale)
    elif previous:
        part = size / abs(previous)
        words = (
            compact(_in_tenths(part * 100), "%", locale) if part <= MAX_RELATIVE_CHANGE else compact(size, unit, locale)
        )
    else:
        words = compact(size, unit, locale)
    tone = "" if not good or way == "same" else "ok" if way == good else "bad"
    return _Delta(f"{_ARROWS[way]} {words}", f"vs. {previous_label}", tone)


def _in_tenths(size: float) -> float:
    """Nobody compares hundredths of a percent; but what is less than half a tenth is still not nothing."""
    return round(size, 1) or size
