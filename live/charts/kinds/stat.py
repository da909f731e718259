"""A single value, large, with its change and the line that led to it."""

from collections.abc import Sequence
from typing import NamedTuple

from ..output.amount import amount, draw_amount, drawable
from ..output.canvas import Canvas, width_of
from ..output.chart import Area, Cell, Chart, Data, chart_kind
from ..output.html import text
from ..output.levels import LEVEL_WORDS, badge, badge_width, draw_badge
from ..text.alternative import name
from ..text.formats import compact
from ..text.numbers import MINUS
from .sparkline import course

MAX_RELATIVE_CHANGE = 10  # times; a change beyond that says more as an amount than as 12,300,000 %
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

    `previous` adds the change since then: an arrow, a sign and the amount, in percentage points for the unit "%" and in
    percent otherwise. It has a colour only if `good` ("up" or "down") says which way is better. `trend` draws a small
    line, oldest value first. `level` ("ok", "warn", "bad") adds an icon and a word. Raises ValueError for another
    `good`.
    """
    if good not in (None, "", "up", "down"):
        raise ValueError(f'good is "up" or "down", not {good!r}')
    value, previous = drawable(value), drawable(previous)
    delta = _delta(value, previous, previous_label, unit, locale, good)
    small = course(trend, unit, locale) if trend else None
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
        chip = badge(level or "", word) if word else ""
        line = ""
        if small:
            line = small.html(f"{head}, {small.words}" if head else small.words.capitalize())
        figure = text(value_text) if value_text else amount(value, unit, locale)
        return f'<p class="chart-value">{figure}{chip}</p>{delta.html() if delta else ""}{line}'

    def draw(canvas: Canvas, area: Area) -> None:
        beside = badge_width(word) + 12 if word else 0.0
        wide = beside <= area.width * 0.45
        size = min(FONT_PIXELS, max(area.height * 0.5, 16.0))
        y = area.y + size
        room = area.width - beside if wide else area.width
        if value_text:
            used = min(canvas.text(area.x, y, value_text, size=size, weight=600, room=room), room)
        else:
            used = draw_amount(canvas, area.x, y, value, unit, locale, size=size, room=room)
        bottom = area.y + area.height
        if word and wide:
            draw_badge(canvas, area.x + used + 12, y - size * 0.1, level or "", word, area.width - used - 12)
        elif word and y + 20 <= bottom:
            y += 20
            draw_badge(canvas, area.x, y, level or "", word, area.width)
        if delta and y + 20 <= bottom:
            y += 20
            canvas.text(area.x, y, delta.amount, weight=600, token=delta.tone if delta.tone else "ink", room=area.width)
            left = width_of(delta.amount, 13, 600) + 8
            canvas.text(area.x + left, y, delta.against, token="muted", room=max(area.width - left, 0))
        if small and bottom - y > 24:
            small.draw(canvas, area.x, y + 8, area.width, bottom - y - 8)

    def data() -> Data:
        rows: list[tuple[Cell, ...]] = [(title or "Value", value_text or value)]
        if delta:
            rows.append((previous_label, previous))
        size = len(trend)
        rows += [(f"{title or 'Value'}, {i} of {size}", value) for i, value in enumerate(trend, 1)]
        return Data(("", "Value"), rows, unit)

    return Chart("stat", text_alternative, write, draw, data)


def _delta(
    value: float | None, previous: float | None, previous_label: str, unit: str, locale: str, good: str | None
) -> _Delta | None:
    if previous is None or value is None:
        return None
    change = value - previous
    way = "up" if change > 0 else "down" if change < 0 else "same"
    if unit == "%":
        words = compact(change, "pp", locale)
    elif previous:
        part = change / abs(previous)
        words = compact(part * 100, "%", locale) if abs(part) <= MAX_RELATIVE_CHANGE else compact(change, unit, locale)
    else:
        words = compact(change, unit, locale)
    if way == "up":
        words = "+" + words.removeprefix(MINUS)
    tone = "" if not good or way == "same" else "ok" if way == good else "bad"
    return _Delta(f"{_ARROWS[way]} {words}", f"vs {previous_label} {compact(previous, unit, locale)}", tone)
