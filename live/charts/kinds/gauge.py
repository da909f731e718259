"""A gauge: one number on an arc between two ends, with the levels of its thresholds on a ring around it."""

from collections.abc import Sequence
from functools import lru_cache

from ..marks import number
from ..output.amount import amount, draw_amount, drawable, long
from ..output.canvas import Canvas
from ..output.chart import Area, Chart, Data, chart_kind
from ..output.html import text, uncached_text
from ..output.levels import ATTENTION, LEVEL_WORDS, badge, badge_width, bands, draw_badge, level_of
from ..path import sector
from ..text.alternative import name
from ..text.formats import compact, exact, short
from ..values import Threshold

GAP_PERCENT = 1.2  # percent of the arc between two levels of the ring
OVERLAP_PERCENT = 2  # percent of the arc that is drawn and not seen
# In a picture, in parts of the radius of the ring: its own inner edge, and the edges of the arc.
RING, OUTER, INNER = 0.95, 0.905, 0.724
FOOT_PIXELS = 26.0  # pixels under the arc, for its ends, …
MIN_PIXELS_WITH_FOOT = 70.0  # … unless a picture is lower than this


@chart_kind("gauge")
def gauge(
    value: float | None,
    *,
    minimum: float = 0,
    maximum: float = 100,
    title: str = "",
    unit: str = "",
    locale: str = "en",
    thresholds: Sequence[Threshold] = (),
) -> Chart:
    """Return a value on an arc from `minimum` to `maximum`.

    Outside of them the arc stops at its end and the number is true. A value that is missing or not finite is a dash
    and no arc. `thresholds` show as a ring of levels, and the value's own level as a colour, an icon and a word; one is
    reached at its value. Raises ValueError for ends that are not finite or not in order.
    """
    value, first, last = drawable(value), drawable(minimum), drawable(maximum)
    if first is None or last is None:
        raise ValueError(f"a gauge's ends must be finite, not {minimum!r} and {maximum!r}")
    if first >= last:
        raise ValueError(f"a gauge must end above where it begins, not at {minimum!r} and {maximum!r}")
    minimum, maximum = first, last
    level = level_of(value, thresholds) if value is not None else ""
    word = LEVEL_WORDS.get(level, "")
    part = 0.0 if value is None else (min(max(value, minimum), maximum) - minimum) / (maximum - minimum)
    low, high = compact(minimum, unit, locale), compact(maximum, unit, locale)
    head = f"{name(title) or 'Gauge'}: "
    known = f"{compact(value, unit, locale)} of" if value is not None else "no data,"
    text_alternative = f"{head}{known} {low} to {high}{', ' if word else ''}{word if level == 'ok' else word.lower()}"
    limits = tuple(thresholds)

    def write() -> str:
        arc = ""
        if part:
            known = f"<title>{text(exact(value, unit, locale))}</title>"
            arc = f'<circle class="v {level or "s1"}" {_dashes(0, 100 * part)}>{known}</circle>'
        size = " long" if long(value, unit, locale) else ""
        ends = f"<span>{text(short(minimum, unit, locale))}</span><span>{text(short(maximum, unit, locale))}</span>"
        return (
            f'<div class="chart-dial"><div><svg viewBox="-50 -50 100 50" role="img" '
            f'aria-label="{uncached_text(text_alternative)}">{_ring(limits, minimum, maximum)}<circle/>{arc}</svg>'
            f'<p class="chart-value{size}">{amount(value, unit, locale)}</p>'
            f'<p class="chart-ends">{ends}{badge(level, word) if level == "ok" else ""}</p></div></div>'
        )

    def draw(canvas: Canvas, area: Area) -> None:
        foot = FOOT_PIXELS if area.height >= MIN_PIXELS_WITH_FOOT else 0.0
        radius = max(min(area.width * 0.48, (area.height - foot) * 0.94, 220.0), 8.0)
        x = area.x + area.width / 2
        y = area.y + (area.height - foot - radius) / 2 + radius
        for band in bands(limits, minimum, maximum):
            start, end = band.start + (band.start > 0) * GAP_PERCENT / 2, band.end - (band.end < 100) * GAP_PERCENT / 2
            canvas.path(sector(x, y, radius, radius * RING, _turn(start), _turn(max(start, end))), fill=band.level)
        outer, inner = radius * OUTER, radius * INNER
        canvas.path(sector(x, y, outer, inner, _turn(0), _turn(100)), fill="grid")
        if part:
            canvas.path(sector(x, y, outer, inner, _turn(0), _turn(100 * part)), fill=level or "s1")
        token = level if level in ATTENTION else "ink"
        size = max(min(radius * 0.32, 56.0), 10.0)
        draw_amount(
            canvas, x, y - radius * 0.04, value, unit, locale, size=size, room=inner * 1.7, anchor="middle", token=token
        )
        if not foot:
            return
        half = radius * (OUTER + RING) / 2
        left, right, below = x - half, x + half, y + 18
        chip = badge_width(word) if level == "ok" else 0.0
        room = (right - left - chip) / 2 - 10
        canvas.text(left, below, short(minimum, unit, locale), size=11, token="muted", room=room)
        canvas.text(right, below, short(maximum, unit, locale), size=11, token="muted", anchor="end", room=room)
        if level == "ok":
            draw_badge(canvas, x - chip / 2, below + 1, level, word, min(chip + 4, area.width))

    rows = ((title or "Value", value), ("Minimum", minimum), ("Maximum", maximum))
    return Chart("gauge", text_alternative, write, draw, lambda: Data(("", "Value"), rows, unit), level)


@lru_cache(maxsize=256)
def _ring(thresholds: tuple[Threshold, ...], minimum: float, maximum: float) -> str:
    """Return the ring of levels; "" without thresholds."""
    levels, gap = bands(thresholds, minimum, maximum), GAP_PERCENT / 2
    return "".join([f'<circle class="t {band.level}" {_dashes(band.start, band.end, gap)}/>' for band in levels])


def _dashes(start: float, end: float, gap: float = 0.0) -> str:
    """Return the attributes that draw a part of the arc, in percent of it, shorter by `gap` where another part follows.

    A circle begins at the right and runs clockwise, so of the 200 units of its length the last 100 are the arc. What
    lies at an end of the arc reaches past it, to be cut off level: browsers only estimate where half of a circle is.
    """
    start += gap if start > 0 else -OVERLAP_PERCENT
    end += OVERLAP_PERCENT if end >= 100 else -gap
    return f'pathLength="200" stroke-dasharray="0 {number(100 + start)} {number(max(end - start, 0))} 200"'


def _turn(percent: float) -> float:
    """Return where a percentage of the arc is, in turns from the top."""
    return (percent - 50) / 200
