"""One figure, large, with its change and the line that led to it."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from .formats import MINUS, THIN, compact, parts
from .frame import dot, percent, safe, strokes, text
from .path import height, trace
from .sentence import name, trend
from .status import badge
from .ticks import NOISE
from .values import LIMIT, TINY, Cleaned, clean, last_of, room

WORDS = {"ok": "OK", "warn": "Warning", "bad": "Critical"}
MOST = 10  # times; a change beyond that says more as an amount than as 12,300,000 %
_ARROWS = {"up": "▲", "down": "▼", "same": "▬"}


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
) -> SafeString:
    """Return the HTML of one figure, to follow a `<figcaption>`. A value that is missing or not finite is a dash.

    `previous` adds the change since then: an arrow, a sign and the amount, in percentage points for the unit "%" and in
    percent otherwise. It has a colour only if `good` ("up" or "down") says which way is better. `trend` draws a small
    line. `level` ("ok", "warn", "bad") adds an icon and a word.
    """
    pieces = []
    for number, symbol in parts(value, unit, locale):
        small = f"<small>{THIN}{text(symbol)}</small>" if symbol else ""
        pieces.append(f"{number}{small}")
    chip = badge(level, WORDS[level]) if level in WORDS else ""
    return safe(
        f'<p class="chart-value">{THIN.join(pieces)}{chip}</p>'
        + _delta(value, previous, previous_label, unit, locale, good)
        + _trend(trend, title, unit, locale)
    )


def _delta(
    value: float | None, previous: float | None, previous_label: str, unit: str, locale: str, good: str | None
) -> str:
    if previous is None or value is None or not (-LIMIT <= value <= LIMIT and -LIMIT <= previous <= LIMIT):
        return ""
    change = value - previous
    way = "up" if change > 0 else "down" if change < 0 else "same"
    if unit == "%":
        amount = compact(change, "pp", locale)
    elif previous:
        part = change / abs(previous)
        amount = compact(part * 100, "%", locale) if abs(part) <= MOST else compact(change, unit, locale)
    else:
        amount = compact(change, unit, locale)
    if way == "up":
        amount = "+" + amount.removeprefix(MINUS)
    tone = "" if good not in ("up", "down") or way == "same" else " ok" if way == good else " bad"
    return (
        f'<p class="chart-delta{tone}"><b>{_ARROWS[way]} {text(amount)}</b> '
        f"<span>vs {text(previous_label)} {text(compact(previous, unit, locale))}</span></p>"
    )


def _trend(values: Sequence[float | None], title: str, unit: str, locale: str) -> str:
    size = len(values)
    cleaned = clean(values, size)
    end = last_of(cleaned.values)
    if end is None or cleaned.low is None or cleaned.high is None:
        return ""
    # No axis, so no ticks to end on: the line fills the height, a level one lies in the middle.
    low, high = cleaned.low, cleaned.high
    if high - low <= max(NOISE * max(abs(low), abs(high)), TINY):
        low, high = low - room(low), high + room(low)
    drawn = trace(cleaned, low, high, area=True)
    last = max(size - 1, 1)
    points = [dot(1, percent(x, last), y, "2") for x, y in drawn.dots if x != end]
    x = "100%" if end == size - 1 else percent(end, last)
    points.append(dot(1, x, height(cleaned.values[end] or 0, low, high), "3.5"))
    return (
        f'<div class="chart-trend"><svg role="img" aria-label="{text(_sentence(cleaned, title, unit, locale))}">'
        f"{strokes([drawn], f'0 0 {last} 400')}{''.join(points)}</svg></div>"
    )


def _sentence(cleaned: Cleaned, title: str, unit: str, locale: str) -> str:
    words = [
        f"lowest {compact(cleaned.low, unit, locale)}",
        f"highest {compact(cleaned.high, unit, locale)}",
        trend(cleaned),
    ]
    head = f"{name(title)}, trend" if title else "Trend"
    return f"{head} of {len(cleaned.values)} values: {', '.join(filter(None, words))}"
